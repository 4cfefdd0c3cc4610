/** A page of pdf-lib that becomes a form XObject (ISO 32000-2 §8.10). */
import { zlibSync } from 'fflate'
import {
  decodePDFRawStream,
  degrees,
  grayscale,
  PDFArray,
  PDFContentStream,
  PDFDocument,
  type PDFFont,
  type PDFImage,
  type PDFObject,
  type PDFPage,
  PDFRawStream,
  PDFName as PdfLibName,
  rgb,
} from 'pdf-lib'
import { concat, fromLatin1, latin1 } from '../../core/bytes.ts'
import { KysoError } from '../../core/errors.ts'
import { PdfArray, PdfDict, PdfName, PdfNumber, type PdfObject, pdfDict, pdfStream, withEntries } from '../../pdf/index.ts'
import type { Appearance, AppearanceBox, DrawnAppearance } from '../appearance-form.ts'
import { calibratedSpaces, checkConformance, isTransparent, transparencyGroup } from './conformance.ts'
import { Converter } from './convert.ts'
import { pdfaError } from './faults.ts'
import type { Extent } from './font.ts'
import { Toolbox } from './tools.ts'

/** What a drawing works with. */
export interface AppearanceTools {
  /** What is drawn for. */
  readonly box: AppearanceBox
  /**
   * A font to draw with, of which the glyphs that are drawn are embedded.
   *
   * @param file TrueType or OpenType (`.ttf`, `.otf`)
   * @throws KysoError `ERR_APPEARANCE_FONT`
   */
  font(file: Uint8Array): Promise<PDFFont>
  /**
   * An image to draw.
   *
   * @param file PNG or JPEG
   * @throws KysoError `ERR_APPEARANCE_IMAGE`
   */
  image(file: Uint8Array): Promise<PDFImage>
  /**
   * How far a text reaches above and below its baseline, in points: farther than `font.heightAtSize()` says where a capital has
   * two marks. What is nearer to the edge of the box is cut off.
   *
   * @param font that {@link AppearanceTools.font} gave
   * @throws KysoError `ERR_APPEARANCE_TEXT`, `ERR_ARGUMENT` for another font
   */
  extentOf(text: string, font: PDFFont, size: number): Extent
  /** Makers of pdf-lib's colours and angles, so that pdf-lib need not be imported beside. */
  readonly rgb: typeof rgb
  readonly grayscale: typeof grayscale
  readonly degrees: typeof degrees
}

/**
 * Draws on a page of exactly the box's size, whose origin is its lower left corner. The same box has to give the same
 * drawing: a time or a name that it shows is to be settled before.
 */
export type DrawAppearance = (page: PDFPage, tools: AppearanceTools) => void | Promise<void>

/** How an appearance is written. */
export interface DrawOptions {
  /** No soft transparency, as if for PDF/A-1: images get a hard edge, and an opacity is refused. */
  readonly opaque?: boolean
  /** How many pixels its images may have together; 16 million when left out. */
  readonly maxPixels?: number
}

const MAX_PIXELS = 16_000_000
/** ISO 32000-1 annex C: a page is no larger, in units of a point. */
const MAX_SIDE = 14_400

/**
 * An appearance that a program draws with pdf-lib: text, images and shapes. Text comes out composed (NFC), every character
 * of it or none: what a font lacks is an error. The document that is signed is never read or written by pdf-lib.
 *
 * In a PDF/A every font has to be embedded and colours are RGB or grey. In part 1, and wherever the document has no output intent,
 * transparent images get a stencil mask.
 *
 * @throws KysoError from `draw()` of the result: `ERR_APPEARANCE_TEXT`, `ERR_APPEARANCE_FONT`, `ERR_APPEARANCE_IMAGE`, `ERR_APPEARANCE_PDFA`,
 * `ERR_ARGUMENT` for a box without area; and whatever the drawing itself throws
 * @example
 * ```ts
 * const font = await readFile('DejaVuSans.ttf')
 * const appearance = drawAppearance(async (page, tools) => {
 *   page.drawRectangle({ width: tools.box.width, height: tools.box.height, borderColor: tools.rgb(0.8, 0, 0), borderWidth: 1 })
 *   page.drawText('Nguyễn Thị Ngọc Ánh', { x: 6, y: 20, size: 12, font: await tools.font(font) })
 * })
 * const { form, objects } = await appearance.draw({ width: 180, height: 50 })
 * objects.get(form) instanceof PdfStream // => true
 * ```
 */
export function drawAppearance(draw: DrawAppearance, options: DrawOptions = {}): Appearance {
  return { draw: (box) => drawn(box, draw, options) }
}

async function drawn(box: AppearanceBox, draw: DrawAppearance, { opaque = false, maxPixels = MAX_PIXELS }: DrawOptions): Promise<DrawnAppearance> {
  const { width, height, pdfa } = box
  if (!(width > 0 && height > 0 && width <= MAX_SIDE && height <= MAX_SIDE))
    throw new KysoError('ERR_ARGUMENT', `an appearance of ${width} by ${height} points`, { argument: 'box' })
  // ISO 19005-2 §6.2.10: without an output intent, the page would have to say in which colours it blends, and pages stay as they are.
  const hard = opaque || pdfa?.part === 1 || pdfa?.outputIntent === false
  const doc = await PDFDocument.create({ updateMetadata: false })
  const page = doc.addPage([width, height])
  stableNames(page)
  const toolbox = new Toolbox(doc, { opaque: hard, cidSet: pdfa?.part === 1, maxPixels })
  await draw(page, {
    box,
    font: (file) => toolbox.font(file),
    image: (file) => toolbox.image(file),
    extentOf: (text, font, size) => toolbox.extentOf(text, font, size),
    rgb,
    grayscale,
    degrees,
  })
  await toolbox.finish()

  const content = contentOf(page)
  const converter = new Converter(doc.context, FORM + 1)
  const resources = withoutEmpty(converter.convert(page.node.Resources()))
  const objects = converter.reached()
  const all = [resources, ...objects.values()]
  const transparent = isTransparent(all)
  if (transparent && hard) throw pdfaError('transparency', 'an appearance with an opacity or a blend mode')
  if (pdfa) checkConformance(all, fromLatin1(content))
  const spaces = pdfa ? calibratedSpaces(FORM + 1 + objects.size) : undefined
  const form = pdfDict({
    Type: new PdfName('XObject'),
    Subtype: new PdfName('Form'),
    FormType: new PdfNumber(1),
    BBox: new PdfArray([0, 0, width, height].map((value) => new PdfNumber(value))),
    Resources: spaces ? withEntries(resources, { ColorSpace: merged(resources.get('ColorSpace'), spaces.entries) }) : resources,
    ...(transparent ? { Group: transparencyGroup(spaces?.rgb) } : {}),
    Filter: new PdfName('FlateDecode'),
  })
  return { objects: new Map([[FORM, pdfStream(form, zlibSync(content))], ...objects, ...(spaces?.objects ?? [])]), form: FORM }
}

/** Number of the form; what it needs follows. */
const FORM = 1

/** pdf-lib names resources by chance, and one font anew at each use: names are counted instead, one for each thing. */
function stableNames(page: PDFPage): void {
  const names = new Map<string, PdfLibName>()
  const counts = new Map<string, number>()
  const nameOf = (prefix: string, thing: PDFObject, set: (name: PdfLibName) => void): PdfLibName => {
    const key = `${prefix} ${thing.toString()}`
    const known = names.get(key)
    if (known) return known
    const count = (counts.get(prefix) ?? 0) + 1
    counts.set(prefix, count)
    const name = PdfLibName.of(`${prefix}${count}`)
    names.set(key, name)
    set(name)
    return name
  }
  const { node } = page
  node.newFontDictionary = (_, ref) => nameOf('F', ref, (name) => node.setFontDictionary(name, ref))
  node.newXObject = (_, ref) => nameOf('Im', ref, (name) => node.setXObject(name, ref))
  node.newExtGState = (_, state) => nameOf('GS', state, (name) => node.setExtGState(name, state))
  let count = 0
  page.doc.context.addRandomSuffix = (prefix) => `${prefix}-${++count}`
}

/** The page's content streams as one, with white space between them (ISO 32000-2 §7.8.2). */
function contentOf({ node, doc }: PDFPage): Uint8Array {
  const contents = node.Contents()
  const streams = contents instanceof PDFArray ? contents.asArray().map((one) => doc.context.lookup(one)) : [contents]
  return concat(streams.flatMap((stream) => [bytesOfStream(stream), latin1('\n')]))
}

function bytesOfStream(stream: PDFObject | undefined): Uint8Array {
  if (stream instanceof PDFContentStream) return stream.getUnencodedContents()
  return stream instanceof PDFRawStream ? decodePDFRawStream(stream).decode() : new Uint8Array(0)
}

/** pdf-lib prepares a dictionary for each kind of resource, used or not. */
function withoutEmpty(resources: PdfObject): PdfDict {
  const entries = resources instanceof PdfDict ? Array.from(resources.entries) : []
  return pdfDict(entries.filter(([, value]) => !(value instanceof PdfDict && value.entries.size === 0)))
}

function merged(own: PdfObject | undefined, added: PdfDict): PdfDict {
  return pdfDict([...(own instanceof PdfDict ? own.entries : []), ...added.entries])
}
