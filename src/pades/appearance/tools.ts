/** What is drawn with: fonts and images whose handles are pdf-lib's and whose content is kyso's. */
import fontkit from '@pdf-lib/fontkit'
import { CustomFontEmbedder, type PDFDocument, PDFFont, PDFHexString, PDFImage, PngEmbedder, StandardFonts } from 'pdf-lib'
import { KysoError } from '../../core/errors.ts'
import { drawable } from './characters.ts'
import { fontError, imageError, textError } from './faults.ts'
import { EmbeddedFont, type Extent } from './font.ts'
import { embedPicture, readPicture } from './image.ts'

/** A grey image of one pixel, for a handle whose size is set to that of the image it stands for. */
const ONE_PIXEL = Uint8Array.from(atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=='), (character) =>
  character.charCodeAt(0),
)

/** What decides how fonts and images are written. */
export interface ToolSettings {
  /** No soft transparency. */
  readonly opaque: boolean
  /** Fonts say which glyphs they have. */
  readonly cidSet: boolean
  /** How many pixels all images may have together. */
  readonly maxPixels: number
}

/** Fonts and images of one drawing. */
export class Toolbox {
  readonly #doc: PDFDocument
  readonly #settings: ToolSettings
  readonly #fonts = new Map<Uint8Array, { readonly handle: PDFFont; readonly font: EmbeddedFont }>()
  readonly #images = new Map<Uint8Array, PDFImage>()
  readonly #standard = new Map<string, PDFFont>()
  #pixels = 0

  constructor(doc: PDFDocument, settings: ToolSettings) {
    this.#doc = doc
    this.#settings = settings
    this.#guard(doc)
  }

  /** Whoever asks pdf-lib's document gets the same as who asks the toolbox. */
  #guard(doc: PDFDocument): void {
    const embedStandard = doc.embedStandardFont.bind(doc)
    doc.embedStandardFont = (name: StandardFonts) => {
      const known = this.#standard.get(name) ?? guarded(embedStandard(name))
      this.#standard.set(name, known)
      return known
    }
    doc.embedFont = async (font) => (typeof font === 'string' ? doc.embedStandardFont(standardName(font)) : this.font(bytesOf(font)))
    doc.embedPng = async (png) => this.image(bytesOf(png))
    doc.embedJpg = async (jpg) => this.image(bytesOf(jpg))
  }

  /** @throws KysoError `ERR_APPEARANCE_FONT` */
  async font(file: Uint8Array): Promise<PDFFont> {
    const known = this.#fonts.get(file)
    if (known) return known.handle
    const font = new EmbeddedFont(file)
    const handle = await this.#fontHandle(file, font)
    this.#fonts.set(file, { handle, font })
    return handle
  }

  /** @throws KysoError `ERR_APPEARANCE_TEXT`, `ERR_ARGUMENT` for a font that this toolbox has not given */
  extentOf(text: string, handle: PDFFont, size: number): Extent {
    const used = Array.from(this.#fonts.values()).find((one) => one.handle === handle)
    if (!used) throw new KysoError('ERR_ARGUMENT', 'a font that is none of this drawing', { argument: 'font' })
    const { ascent, descent } = used.font.extentOf(text)
    return { ascent: (ascent * size) / 1000, descent: (descent * size) / 1000 }
  }

  async #fontHandle(file: Uint8Array, font: EmbeddedFont): Promise<PDFFont> {
    const { ascent, descent, unitsPerEm } = font.measures
    const embedder = await makeEmbedder(file)
    embedder.encodeText = (text) => PDFHexString.of(font.encode(text))
    embedder.widthOfTextAtSize = (text, size) => (font.widthOf(text) * size) / 1000
    embedder.heightOfFontAtSize = (size, { descender = true } = {}) => ((ascent - (descender ? descent : 0)) * size) / unitsPerEm
    embedder.sizeOfFontAtHeight = (height) => (height * unitsPerEm) / (ascent - descent)
    embedder.embedIntoContext = async (context, ref = context.nextRef()) => {
      font.embed(context, ref, this.#settings.cidSet)
      return ref
    }
    return PDFFont.of(this.#doc.context.nextRef(), this.#doc, embedder)
  }

  /** @throws KysoError `ERR_APPEARANCE_IMAGE` */
  async image(file: Uint8Array): Promise<PDFImage> {
    const known = this.#images.get(file)
    if (known) return known
    const picture = readPicture(file, (width, height) => {
      this.#pixels += width * height
      if (this.#pixels > this.#settings.maxPixels) throw imageError('pixels', `more than ${this.#settings.maxPixels} pixels`)
    })
    const ref = this.#doc.context.nextRef()
    embedPicture(this.#doc.context, ref, picture, this.#settings.opaque)
    const embedder = await PngEmbedder.for(ONE_PIXEL)
    Object.defineProperties(embedder, { width: { value: picture.width }, height: { value: picture.height } })
    embedder.embedIntoContext = async () => ref
    const handle = PDFImage.of(ref, this.#doc, embedder)
    this.#images.set(file, handle)
    return handle
  }

  /** Writes the fonts into pdf-lib's document, with the glyphs that were drawn. */
  async finish(): Promise<void> {
    await this.#doc.flush()
    for (const { handle, font } of this.#fonts.values()) font.embed(this.#doc.context, handle.ref, this.#settings.cidSet)
  }
}

async function makeEmbedder(file: Uint8Array): Promise<CustomFontEmbedder> {
  try {
    return await CustomFontEmbedder.for(fontkit, new Uint8Array(file))
  } catch (cause) {
    throw fontError('damaged', 'a font that cannot be read', cause)
  }
}

function bytesOf(data: string | Uint8Array | ArrayBuffer): Uint8Array {
  if (typeof data === 'string') throw new KysoError('ERR_ARGUMENT', 'fonts and images are given as bytes', { argument: 'data' })
  return data instanceof Uint8Array ? data : new Uint8Array(data)
}

function standardName(name: string): StandardFonts {
  const known = Object.values(StandardFonts).find((one) => one === name)
  if (!known) throw new KysoError('ERR_ARGUMENT', `no standard font has the name ${name}`, { argument: 'font' })
  return known
}

/** A standard font that composes text, and refuses what it does not have as other fonts do. */
function guarded(font: PDFFont): PDFFont {
  const [known, encode, width] = [new Set(font.getCharacterSet()), font.encodeText.bind(font), font.widthOfTextAtSize.bind(font)]
  const checked = (text: string): string => {
    const composed = drawable(text)
    const missing = Array.from(composed).filter((one) => !known.has(one.codePointAt(0) ?? 0))
    if (missing.length > 0) throw textError('missing', missing, `the font ${font.name} lacks characters`)
    return composed
  }
  font.encodeText = (text) => encode(checked(text))
  font.widthOfTextAtSize = (text, size) => width(checked(text), size)
  return font
}
