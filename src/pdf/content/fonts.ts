/**
 * What of a font decides where its text stands (ISO 32000-2 §9.6 to §9.8): lengths of codes, widths, heights, and which codes
 * leave no ink. Glyphs themselves are not looked at, those of Type 3 fonts apart, which are content.
 */
import { fromLatin1 } from '../../core/bytes.ts'
import type { PdfDocument } from '../document.ts'
import { integerOf, nameOf, PdfArray, PdfDict, PdfName, PdfNumber, type PdfObject, PdfStream } from '../objects.ts'
import { blankCodes } from './blank-codes.ts'
import type { Box, Matrix } from './geometry.ts'
import { standardWidths } from './standard-widths.ts'

/** The heights of a font that states none, and the least that is believed: a font may state 0 and draw all the same. In ems. */
const TOP = 1
const BOTTOM = -0.25
const LEAST_TOP = 0.75
const LEAST_BOTTOM = -0.2
/** Beyond this a font draws what is hardly text. */
const MOST = 3
const ASSUMED_WIDTH = 1
/** Entries of `/W` that are read. */
const MAX_WIDTHS = 200_000

/** The drawings of a Type 3 font (§9.6.4). */
export interface Type3Glyphs {
  readonly matrix: Matrix
  readonly resources: PdfDict | null
  /** The drawing of a code; `null` when the font has none. */
  procedure(code: number): PdfStream | null
  /** What was found of them so far, in glyph space. */
  readonly boxes: Map<number, Box | null>
}

/** A font, as far as the place of its text goes. */
export interface FontMetrics {
  /** The dictionary; `null` where there is none. */
  readonly source: PdfDict | null
  /** Bytes of a code. */
  readonly codeLength: 1 | 2
  /** How far a code advances, in ems. */
  width(code: number): number
  /** Whether a code stands for a space. */
  isBlank(code: number): boolean
  /** How far glyphs reach above and below the baseline, in ems. */
  readonly top: number
  readonly bottom: number
  /** Whether it is written downwards (§9.7.4.3). */
  readonly vertical: boolean
  readonly type3: Type3Glyphs | null
}

/** For text without a font that could be read. */
export const UNKNOWN_FONT: FontMetrics = {
  source: null,
  codeLength: 1,
  width: () => ASSUMED_WIDTH,
  isBlank: () => false,
  top: TOP,
  bottom: BOTTOM,
  vertical: false,
  type3: null,
}

/**
 * Reads a font dictionary. Entries that are missing or malformed are assumed.
 *
 * @throws KysoError what reading the objects it refers to throws
 */
export function fontMetrics(document: PdfDocument, font: PdfDict): FontMetrics {
  const subtype = nameOf(document.resolve(font.get('Subtype')))
  if (subtype === 'Type0') return compositeFont(document, font)
  return subtype === 'Type3' ? type3Font(document, font) : simpleFont(document, font)
}

function dictOf(document: PdfDocument, object: PdfObject | undefined): PdfDict | null {
  const value = document.resolve(object)
  return value instanceof PdfDict ? value : null
}

function numberIn(document: PdfDocument, dict: PdfDict | null, key: string): number | undefined {
  const value = document.resolve(dict?.get(key))
  return value instanceof PdfNumber ? value.value : undefined
}

/** The numbers of an array; others count as 0. */
export function numbersOf(document: PdfDocument, object: PdfObject | undefined): number[] {
  const value = document.resolve(object)
  if (!(value instanceof PdfArray)) return []
  return value.items.slice(0, 1024).map((item) => {
    const number = document.resolve(item)
    return number instanceof PdfNumber ? number.value : 0
  })
}

function heightsOf(document: PdfDocument, descriptor: PdfDict | null): { top: number; bottom: number } {
  const [, low = 0, , high = 0] = numbersOf(document, descriptor?.get('FontBBox'))
  const ascent = numberIn(document, descriptor, 'Ascent') || high || TOP * 1000
  const descent = numberIn(document, descriptor, 'Descent') || low || BOTTOM * 1000
  // Some fonts state how deep they reach as a positive number.
  return { top: clamp(ascent / 1000, LEAST_TOP, MOST), bottom: clamp(-Math.abs(descent) / 1000, -MOST, LEAST_BOTTOM) }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

function simpleFont(document: PdfDocument, font: PdfDict): FontMetrics {
  const descriptor = dictOf(document, font.get('FontDescriptor'))
  const first = integerOf(document.resolve(font.get('FirstChar'))) ?? 0
  const widths = numbersOf(document, font.get('Widths'))
  const missing = numberIn(document, descriptor, 'MissingWidth')
  const standard = widths.length > 0 ? null : standardWidths((nameOf(document.resolve(font.get('BaseFont'))) ?? '').replace(/^[A-Z]{6}\+/, ''))
  const differing = differences(document, font)
  const width = (code: number): number => {
    const own = widths[code - first] ?? (differing.has(code) ? undefined : standard?.(code)) ?? missing
    return own === undefined ? ASSUMED_WIDTH : own / 1000
  }
  const blank = blankCodes(document, font, 1)
  return { source: font, codeLength: 1, width, isBlank: (code) => blank.has(code), ...heightsOf(document, descriptor), vertical: false, type3: null }
}

/** Codes that `/Encoding` gives a glyph of its own (§9.6.5). */
function differences(document: PdfDocument, font: PdfDict): Set<number> {
  const encoding = document.resolve(font.get('Encoding'))
  const list = encoding instanceof PdfDict ? document.resolve(encoding.get('Differences')) : null
  const codes = new Set<number>()
  if (!(list instanceof PdfArray)) return codes
  let code = 0
  for (const item of list.items.slice(0, 1024)) {
    if (item instanceof PdfName) codes.add(code++)
    else code = integerOf(document.resolve(item)) ?? code
  }
  return codes
}

function type3Font(document: PdfDocument, font: PdfDict): FontMetrics {
  const [a = 0.001, b = 0, c = 0, d = 0.001, e = 0, f = 0] = numbersOf(document, font.get('FontMatrix'))
  const first = integerOf(document.resolve(font.get('FirstChar'))) ?? 0
  const widths = numbersOf(document, font.get('Widths'))
  const procedures = dictOf(document, font.get('CharProcs'))
  const encoding = dictOf(document, font.get('Encoding'))
  const names = new Map<number, string>()
  const list = document.resolve(encoding?.get('Differences'))
  let code = 0
  for (const item of list instanceof PdfArray ? list.items.slice(0, 1024) : []) {
    if (item instanceof PdfName) names.set(code++, item.name)
    else code = integerOf(document.resolve(item)) ?? code
  }
  return {
    source: font,
    codeLength: 1,
    width: (one) => (widths[one - first] ?? 0) * a,
    isBlank: () => false,
    top: TOP,
    bottom: BOTTOM,
    vertical: false,
    type3: {
      matrix: [a, b, c, d, e, f],
      resources: dictOf(document, font.get('Resources')),
      procedure: (one) => {
        const stream = document.resolve(procedures?.get(names.get(one) ?? '.notdef'))
        return stream instanceof PdfStream ? stream : null
      },
      boxes: new Map(),
    },
  }
}

function compositeFont(document: PdfDocument, font: PdfDict): FontMetrics {
  const descendants = document.resolve(font.get('DescendantFonts'))
  const descendant = dictOf(document, descendants instanceof PdfArray ? descendants.items[0] : descendants)
  const fallback = numberIn(document, descendant, 'DW') ?? 1000
  const widths = cidWidths(document, descendant)
  const encoding = document.resolve(font.get('Encoding'))
  const name = nameOf(encoding) ?? ''
  const vertical = name === 'V' || name.endsWith('-V') || (encoding instanceof PdfStream && integerOf(document.resolve(encoding.dict.get('WMode'))) === 1)
  // Only with Identity is the code the character's number in the font. Of other encodings the tables are not at hand: the widest is taken.
  const isIdentity = name === 'Identity-H' || name === 'Identity-V'
  const widest = isIdentity ? 0 : [...widths.values()].reduce((most, width) => Math.max(most, width), Math.max(fallback, 1000))
  const codeLength = encoding instanceof PdfStream ? codeLengthOf(document, encoding) : 2
  const blank = blankCodes(document, font, codeLength)
  return {
    source: font,
    codeLength,
    width: (code) => (isIdentity ? (widths.get(code) ?? fallback) : widest) / 1000,
    isBlank: (code) => blank.has(code),
    ...heightsOf(document, dictOf(document, descendant?.get('FontDescriptor'))),
    vertical,
    type3: null,
  }
}

/** An encoding of the file's own: 2 where all its codes have two bytes, 1 otherwise, which never makes text shorter than it is. */
function codeLengthOf(document: PdfDocument, encoding: PdfStream): 1 | 2 {
  const text = fromLatin1(document.streamData(encoding))
  const from = text.indexOf('begincodespacerange')
  const ranges = from < 0 ? '' : text.slice(from, text.indexOf('endcodespacerange', from)).slice(0, 4096)
  const codes = ranges.match(/<[^<>]*>/g) ?? []
  return codes.length > 0 && codes.every((one) => one.replace(/[^0-9a-fA-F]/g, '').length === 4) ? 2 : 1
}

/** §9.7.4.3: `c [w …]` and `first last w`. */
function cidWidths(document: PdfDocument, descendant: PdfDict | null): Map<number, number> {
  const widths = new Map<number, number>()
  const list = document.resolve(descendant?.get('W'))
  if (!(list instanceof PdfArray)) return widths
  const at = (i: number): PdfObject => document.resolve(list.items[i])
  let room = MAX_WIDTHS
  for (let i = 0; i < list.items.length && room > 0; ) {
    const first = integerOf(at(i)) ?? 0
    const second = at(i + 1)
    if (second instanceof PdfArray) {
      for (const [j, item] of second.items.slice(0, room).entries()) {
        const width = document.resolve(item)
        if (width instanceof PdfNumber) widths.set(first + j, width.value)
      }
      room -= second.items.length
      i += 2
    } else {
      const last = Math.min(integerOf(second) ?? first, first + room, 0xffff)
      const width = at(i + 2)
      if (width instanceof PdfNumber) for (let cid = first; cid <= last; cid++) widths.set(cid, width.value)
      room -= Math.max(1, last - first)
      i += 3
    }
  }
  document.budget.spend('pdfOperators', MAX_WIDTHS - Math.max(room, 0))
  return widths
}
