/**
 * A font file as text in PDF uses it: a composite font with the encoding Identity-H (ISO 32000-2 §9.7.5.2), of which only
 * the glyphs that were drawn are embedded. Each code stands for one character, so that text can be read out again: where a
 * font shows two characters by one glyph (`Đ` and `Ð`), the glyph gets two codes.
 */
import fontkit from '@pdf-lib/fontkit'
import { zlibSync } from 'fflate'
import { type PDFContext, type PDFRef, PDFString } from 'pdf-lib'
import { latin1 } from '../../core/bytes.ts'
import { type CffFont, openCff, subsetCff } from './cff.ts'
import { drawable } from './characters.ts'
import { fontError, readingFont, textError } from './faults.ts'
import { bytesOf, type FontMeasures, type FontTables, HorizontalMetrics, readMeasures, readTables } from './sfnt.ts'
import { toUnicode } from './to-unicode.ts'
import { subsetTrueType } from './truetype.ts'

/** Codes have two bytes. */
const MAX_CODES = 0xffff

/** Rounds to what is written of widths and places: a thousandth. */
export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}

/** How far letters reach above and below the baseline; below is not positive. */
export interface Extent {
  readonly ascent: number
  readonly descent: number
}

/** Lowest and highest point of an outline, in font units. */
type Bounds = readonly [low: number, high: number]

/** A font that is drawn with. */
export class EmbeddedFont {
  /** PostScript name, of characters that need no escape in a name. */
  readonly name: string
  readonly measures: FontMeasures
  readonly #tables: FontTables
  readonly #metrics: HorizontalMetrics
  readonly #cff: CffFont | null
  readonly #glyphOf: (codePoint: number) => number
  readonly #boundsOf: (glyph: number) => Bounds
  /** Code by character. */
  readonly #codes = new Map<string, number>()
  /** Glyph by code; 0 is the glyph for what is missing, which every font program begins with. */
  readonly #glyphs = new Map<number, number>([[0, 0]])

  /** @throws KysoError `ERR_APPEARANCE_FONT` for what is no TrueType or OpenType font with outlines */
  constructor(file: Uint8Array) {
    const tables = readingFont(() => readTables(file))
    const cff = tables.get('CFF ')
    if (!cff && !tables.has('glyf')) throw fontError('outlines', 'a font without outlines of a kind that PDF knows')
    this.#tables = tables
    this.measures = readingFont(() => readMeasures(tables))
    this.#metrics = readingFont(() => new HorizontalMetrics(tables))
    this.#cff = cff ? readingFont(() => openCff(bytesOf(cff))) : null
    const font = readingFont(() => fontkit.create(new Uint8Array(file)))
    this.name = readingFont(() => font.postscriptName?.replace(/[^A-Za-z0-9-]/g, '').slice(0, 63) || 'Font')
    this.#glyphOf = (codePoint) => readingFont(() => (font.hasGlyphForCodePoint(codePoint) ? font.glyphForCodePoint(codePoint).id : 0))
    const measured = new Map<number, Bounds>()
    this.#boundsOf = (glyph) => {
      const known = measured.get(glyph)
      if (known) return known
      const { minY, maxY } = readingFont(() => font.getGlyph(glyph).cbox)
      // What has no outline has no bounds.
      const bounds: Bounds = minY <= maxY ? [minY, maxY] : [0, 0]
      measured.set(glyph, bounds)
      return bounds
    }
  }

  /**
   * The text as codes, which are embedded from now on.
   *
   * @returns hexadecimal digits, four a character
   * @throws KysoError `ERR_APPEARANCE_TEXT` naming the characters that the font does not have
   */
  encode(text: string): string {
    return this.#characters(text)
      .map(([character, glyph]) => this.#codeOf(character, glyph).toString(16).toUpperCase().padStart(4, '0'))
      .join('')
  }

  /**
   * How wide the text is, in thousandths of the size.
   *
   * @throws KysoError `ERR_APPEARANCE_TEXT` naming the characters that the font does not have
   */
  widthOf(text: string): number {
    return this.#characters(text).reduce((sum, [, glyph]) => sum + this.#width(glyph), 0)
  }

  /**
   * How far the text reaches, in thousandths of the size: as far as the font says of all its letters, and farther where a letter
   * does. Fonts leave the marks of capitals out of what they say: in DejaVu Sans `Ẳ` stands 1.07 times the size high, and the font says 0.93.
   *
   * @throws KysoError `ERR_APPEARANCE_TEXT` naming the characters that the font does not have
   */
  extentOf(text: string): Extent {
    const { unitsPerEm } = this.measures
    let { ascent, descent } = this.measures
    for (const [, glyph] of this.#characters(text)) {
      const [low, high] = this.#boundsOf(glyph)
      ;[ascent, descent] = [Math.max(ascent, high), Math.min(descent, low)]
    }
    return { ascent: rounded((ascent * 1000) / unitsPerEm), descent: rounded((descent * 1000) / unitsPerEm) }
  }

  #width(glyph: number): number {
    return rounded(readingFont(() => (this.#metrics.advance(glyph) * 1000) / this.measures.unitsPerEm))
  }

  /** Each character with its glyph. */
  #characters(text: string): (readonly [character: string, glyph: number])[] {
    const found = Array.from(drawable(text), (character) => [character, this.#glyph(character)] as const)
    const missing = found.filter(([, glyph]) => glyph === 0 || glyph >= this.measures.glyphs)
    if (missing.length > 0)
      throw textError(
        'missing',
        missing.map(([character]) => character),
        `the font ${this.name} lacks characters`,
      )
    return found
  }

  #glyph(character: string): number {
    const codePoint = character.codePointAt(0) ?? 0
    const glyph = this.#glyphOf(codePoint)
    // A space that does not break looks like one that does.
    return glyph === 0 && codePoint === 0xa0 ? this.#glyphOf(0x20) : glyph
  }

  #codeOf(character: string, glyph: number): number {
    const known = this.#codes.get(character)
    if (known !== undefined) return known
    const code = this.#cff ? this.#cffCode(this.#cff, glyph) : this.#glyphs.size
    if (code >= MAX_CODES) throw fontError('glyphs', 'more characters than a font holds')
    this.#codes.set(character, code)
    this.#glyphs.set(code, glyph)
    return code
  }

  /** CFF outlines keep their places: a glyph that has its code already takes the place of one that is not used, from the end. */
  #cffCode({ charStrings, cids }: CffFont, glyph: number): number {
    // Which private dictionary an outline is read with depends on its place there, so it cannot have a second one.
    if (cids) return cids[glyph] ?? 0
    if (!this.#glyphs.has(glyph)) return glyph
    for (let place = charStrings.offsets.length - 2; place > 0; place--) if (!this.#glyphs.has(place)) return place
    throw fontError('glyphs', 'more characters than the font has room for')
  }

  /**
   * Writes the font with all that was encoded so far (ISO 32000-2 §9.7.4 to §9.10.3).
   *
   * @param cidSet whether to say which glyphs are embedded, as ISO 19005-1 §6.3.5 wants it
   */
  embed(context: PDFContext, ref: PDFRef, cidSet: boolean): void {
    const { file, widths, kind } = readingFont(() => this.#program())
    const name = `${tagOf(file)}+${this.name}`
    const stream = (data: Uint8Array, entries: Record<string, string | number> = {}): PDFRef =>
      context.register(context.stream(zlibSync(data), { ...entries, Filter: 'FlateDecode' }))
    const program = kind === 'FontFile2' ? stream(file, { Length1: file.length }) : stream(file, { Subtype: 'CIDFontType0C' })
    const { unitsPerEm, box, ascent, descent, capHeight, italicAngle, fixedPitch } = this.measures
    const scaled = (value: number): number => Math.round((value * 1000) / unitsPerEm)
    const descriptor = context.register(
      context.obj({
        Type: 'FontDescriptor',
        FontName: name,
        // Table 121: symbolic, since the glyphs are reached by number and not by the names of Latin letters.
        Flags: 4 | (fixedPitch ? 1 : 0) | (italicAngle === 0 ? 0 : 64),
        FontBBox: box.map(scaled),
        ItalicAngle: rounded(italicAngle),
        Ascent: scaled(ascent),
        Descent: scaled(descent),
        CapHeight: scaled(capHeight),
        StemV: 80,
        [kind]: program,
        ...(cidSet ? { CIDSet: stream(cidSetOf(widths.keys())) } : {}),
      }),
    )
    const descendant = context.register(
      context.obj({
        Type: 'Font',
        Subtype: kind === 'FontFile2' ? 'CIDFontType2' : 'CIDFontType0',
        BaseFont: name,
        CIDSystemInfo: { Registry: PDFString.of('Adobe'), Ordering: PDFString.of('Identity'), Supplement: 0 },
        FontDescriptor: descriptor,
        W: Array.from(widths).flatMap(([code, width]) => [code, [width]]),
        ...(kind === 'FontFile2' ? { CIDToGIDMap: 'Identity' } : {}),
      }),
    )
    const characters = new Map<number, string>()
    for (const [character, code] of this.#codes) if (!characters.has(code)) characters.set(code, character)
    context.assign(
      ref,
      context.obj({
        Type: 'Font',
        Subtype: 'Type0',
        BaseFont: name,
        Encoding: 'Identity-H',
        DescendantFonts: [descendant],
        ToUnicode: stream(latin1(toUnicode([...characters].sort(([a], [b]) => a - b)))),
      }),
    )
  }

  /** The font program, and the width of each code in it. */
  #program(): { file: Uint8Array; widths: ReadonlyMap<number, number>; kind: 'FontFile2' | 'FontFile3' } {
    if (this.#cff) {
      const codes = Array.from(this.#glyphs).sort(([a], [b]) => a - b)
      const places = this.#cff.cids ? codes.map(([, glyph]) => [glyph, glyph] as const) : codes
      return { file: subsetCff(this.#cff, new Map(places)), widths: new Map(codes.map(([code, glyph]) => [code, this.#width(glyph)])), kind: 'FontFile3' }
    }
    const { file, glyphs } = subsetTrueType(this.#tables, Array.from(this.#glyphs.values()))
    return { file, widths: new Map(glyphs.map((glyph, code) => [code, this.#width(glyph)])), kind: 'FontFile2' }
  }
}

/** One bit a code, the highest of a byte first (ISO 32000-1 table 124). */
function cidSetOf(codes: Iterable<number>): Uint8Array {
  const all = Array.from(codes)
  const bits = new Uint8Array((all.reduce((highest, code) => Math.max(highest, code), 0) >> 3) + 1)
  for (const code of all) bits[code >> 3] = (bits[code >> 3] ?? 0) | (0x80 >> (code & 7))
  return bits
}

/** Six letters that tell subsets of one font apart (ISO 32000-2 §9.9.2), made from what is in it (FNV-1a). */
function tagOf(file: Uint8Array): string {
  let hash = 0x811c9dc5
  for (const byte of file) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  let tag = ''
  for (let i = 0; i < 6; i++, hash = Math.floor(hash / 26)) tag += String.fromCharCode(0x41 + (hash % 26))
  return tag
}
