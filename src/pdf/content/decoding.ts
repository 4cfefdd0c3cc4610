/**
 * What the codes of a font say (ISO 32000-2 §9.6.5 and §9.10.2). A font may carry glyphs that look otherwise than its tables say; that
 * is not looked at. Where two of its tables contradict each other, nobody can say what a code shows.
 */
import type { PdfDocument } from '../document.ts'
import { integerOf, nameOf, PdfArray, PdfDict, PdfName, PdfStream } from '../objects.ts'
import { ENCODINGS, type Encoding } from './encodings.ts'
import { glyphText } from './glyph-names.ts'
import { toUnicodeTable } from './to-unicode.ts'

/** Bit 3 of `/Flags` (table 121): the font has characters of its own. */
const SYMBOLIC = 4
const FONT_FILES = ['FontFile', 'FontFile2', 'FontFile3']
/** Fonts whose letters are pictures, whatever an encoding calls them. */
const PICTURES = /symbol|dingbat|webdings/i
/** Characters that show nothing or turn what is around them, and those that mean what somebody agreed on. */
const NO_TEXT = /[\p{C}\p{DI}\ufffd]/u

/**
 * Reads how a font is decoded.
 *
 * @returns the text of a code; `undefined` where nobody can say
 * @throws KysoError what reading the objects of the font throws
 */
export function fontDecoding(document: PdfDocument, font: PdfDict): Encoding {
  const name = nameOf(document.resolve(font.get('BaseFont'))) ?? ''
  const subtype = nameOf(document.resolve(font.get('Subtype')))
  if (subtype === 'Type3' || PICTURES.test(name) || font.duplicates.length > 0) return () => undefined
  const stream = document.resolve(font.get('ToUnicode'))
  const table = stream instanceof PdfStream ? toUnicodeTable(document, stream) : undefined
  const encoding = subtype === 'Type0' ? () => undefined : simpleEncoding(document, font)
  // Of other encodings the codes are not known to be of two bytes.
  if (subtype === 'Type0' && nameOf(document.resolve(font.get('Encoding'))) !== 'Identity-H') return () => undefined
  return (code) => {
    const [told, encoded] = [table?.get(code), encoding(code)]
    const text = told ?? encoded
    if (text === undefined || NO_TEXT.test(text)) return undefined
    return told !== undefined && encoded !== undefined && !agree(told, encoded) ? undefined : text
  }
}

/** A ligature may be told as its letters, and a space as one that does not break. */
function agree(one: string, other: string): boolean {
  return one === other || one.normalize('NFKC') === other.normalize('NFKC')
}

/** The encoding of a font with codes of one byte; what only the font program knows is not known. */
function simpleEncoding(document: PdfDocument, font: PdfDict): Encoding {
  const encoding = document.resolve(font.get('Encoding'))
  const stated = nameOf(encoding instanceof PdfDict ? document.resolve(encoding.get('BaseEncoding')) : encoding)
  const descriptor = document.resolve(font.get('FontDescriptor'))
  const isEmbedded = descriptor instanceof PdfDict && FONT_FILES.some((key) => descriptor.has(key))
  const flags = descriptor instanceof PdfDict ? (integerOf(document.resolve(descriptor.get('Flags'))) ?? 0) : 0
  const ownCharacters = isEmbedded || (flags & SYMBOLIC) !== 0
  const base = ENCODINGS.get(stated ?? (ownCharacters ? '' : 'StandardEncoding'))
  const differences = encoding instanceof PdfDict ? document.resolve(encoding.get('Differences')) : null
  const own = new Map<number, string | undefined>()
  let code = 0
  for (const item of differences instanceof PdfArray ? differences.items.slice(0, 1024) : []) {
    const value = document.resolve(item)
    if (value instanceof PdfName) own.set(code++, glyphText(value.name))
    else code = integerOf(value) ?? code
  }
  return (one) => (own.has(one) ? own.get(one) : base?.(one))
}
