/** Simple fonts of a form (ISO 32000-2 §9.6): which characters they can show for certain, by which code, and how wide. */
import { integerOf, nameOf, PdfArray, PdfDict, PdfName, PdfNumber, type PdfObject, pdfDict } from '../../pdf/index.ts'
import { GLYPHS, STANDARD_FONTS, winAnsiCharacter } from './standard-fonts.ts'

/** A font whose codes are bytes. */
export interface SimpleFont {
  /** What the content's resources have to name. */
  readonly resource: PdfObject
  /** Whether the document carries its glyphs (ISO 19005 wants them). */
  readonly embedded: boolean
  /** Thousandths of the font's size, above and below the baseline. */
  readonly ascent: number
  readonly descent: number
  /** The code of a character; `undefined` where the font does not show it for certain. */
  code(character: string): number | undefined
  /** Thousandths of the font's size. */
  width(character: string): number
}

/** What follows references: a document, or one with what an update adds to it. */
export interface Resolver {
  resolve(object: PdfObject | undefined): PdfObject
}

/** Fonts of symbols: their codes are no letters. */
const SYMBOLIC = 1 << 2

/** What the codes of a font's encoding show, before `/Differences`; `undefined` where only its font program knows. */
function baseCharacter(base: string | undefined): ((code: number) => string | undefined) | undefined {
  if (base === 'WinAnsiEncoding') return winAnsiCharacter
  const isAscii = (code: number): boolean => code >= 0x20 && code < 0x7f
  // Annex D.2: the others agree with it in ASCII; above, no forms are met that need them.
  if (base === 'MacRomanEncoding') return (code) => (isAscii(code) ? winAnsiCharacter(code) : undefined)
  if (base === 'StandardEncoding') return (code) => (!isAscii(code) ? undefined : code === 0x27 ? '’' : code === 0x60 ? '‘' : winAnsiCharacter(code))
  return undefined
}

/** Codes by character; `undefined` where the font's encoding is its own. */
function encodingOf(document: Resolver, font: PdfDict, standard: boolean): Map<string, number> | undefined {
  const encoding = document.resolve(font.get('Encoding'))
  const named = nameOf(encoding) ?? (encoding instanceof PdfDict ? nameOf(document.resolve(encoding.get('BaseEncoding'))) : undefined)
  const base = baseCharacter(named ?? (standard ? 'StandardEncoding' : undefined))
  const differences = encoding instanceof PdfDict ? document.resolve(encoding.get('Differences')) : null
  if (!base && !(differences instanceof PdfArray)) return undefined
  const shown = new Map<number, string | undefined>()
  for (let code = 0; code < 256; code++) shown.set(code, base?.(code))
  let code = 0
  for (const item of differences instanceof PdfArray ? differences.items.slice(0, 1000) : []) {
    const value = document.resolve(item)
    const number = integerOf(value)
    if (number !== undefined) code = number
    else if (value instanceof PdfName) shown.set(code++, GLYPHS.get(value.name))
  }
  const codes = new Map<string, number>()
  for (const [at, character] of shown) if (character !== undefined && at >= 0 && at < 256 && !codes.has(character)) codes.set(character, at)
  return codes
}

/** Widths by code that the font states itself. */
function statedWidths(document: Resolver, font: PdfDict): ((code: number) => number) | undefined {
  const widths = document.resolve(font.get('Widths'))
  const first = integerOf(document.resolve(font.get('FirstChar')))
  if (!(widths instanceof PdfArray) || first === undefined) return undefined
  return (code) => {
    const width = document.resolve(widths.items[code - first])
    return width instanceof PdfNumber && width.value > 0 ? width.value : 0
  }
}

function numberOf(document: Resolver, object: PdfObject | undefined, fallback: number): number {
  const value = document.resolve(object)
  return value instanceof PdfNumber && value.value !== 0 && Math.abs(value.value) <= 2000 ? value.value : fallback
}

/**
 * Reads a font of a form.
 *
 * @param resource as the resources name it
 * @returns `null` where it is no simple font, or nobody can say from here which letters it has: a subset, an encoding of its own
 */
export function readSimpleFont(document: Resolver, resource: PdfObject | undefined): SimpleFont | null {
  const font = document.resolve(resource)
  if (resource === undefined || !(font instanceof PdfDict)) return null
  const subtype = nameOf(document.resolve(font.get('Subtype')))
  if (subtype !== 'Type1' && subtype !== 'TrueType') return null
  const baseFont = nameOf(document.resolve(font.get('BaseFont'))) ?? ''
  // §9.9.2: a subset has the letters that were in use when it was made.
  if (/^[A-Z]{6}\+/.test(baseFont)) return null
  const descriptor = document.resolve(font.get('FontDescriptor'))
  const described = descriptor instanceof PdfDict ? descriptor : new PdfDict()
  const standard = STANDARD_FONTS.get(baseFont)
  if (!standard && ((integerOf(document.resolve(described.get('Flags'))) ?? SYMBOLIC) & SYMBOLIC) !== 0) return null
  const codes = encodingOf(document, font, standard !== undefined)
  const stated = statedWidths(document, font)
  if (!codes || (!stated && !standard)) return null
  const width = (character: string): number => stated?.(codes.get(character) ?? -1) || (standard?.width(character) ?? 0)
  return {
    resource,
    embedded: ['FontFile', 'FontFile2', 'FontFile3'].some((key) => described.has(key)),
    ascent: numberOf(document, described.get('Ascent'), standard?.ascent ?? 750),
    descent: -Math.abs(numberOf(document, described.get('Descent'), standard?.descent ?? -250)),
    // A letter without width is one that the font does not have.
    code: (character) => (width(character) > 0 ? codes.get(character) : undefined),
    width,
  }
}

/** The font dictionary of a standard font. */
export function standardFontDictionary(baseFont: string): PdfDict {
  return pdfDict({
    Type: new PdfName('Font'),
    Subtype: new PdfName('Type1'),
    BaseFont: new PdfName(baseFont),
    Encoding: new PdfName('WinAnsiEncoding'),
  })
}
