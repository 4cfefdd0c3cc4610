/**
 * A TrueType font of chosen glyphs, renumbered from 0, with the tables that ISO 32000-2 §9.9.1 wants of a CIDFontType2.
 * @pdf-lib/fontkit's own subsets are not used: with short offsets they shift every glyph behind one of odd length.
 */
import { concat } from '../../core/bytes.ts'
import { fontError } from './faults.ts'
import { bytesOf, type FontTables, HorizontalMetrics, tableOf } from './sfnt.ts'

/** Flags of a component of a composite glyph (ISO/IEC 14496-22 §5.3.3). */
const WORDS = 0x01
const SCALE = 0x08
const MORE = 0x20
const TWO_SCALES = 0x40
const MATRIX = 0x80

/** Glyphs are numbered by 16 bits. */
const MAX_GLYPHS = 0xffff

/**
 * Makes the subset. Components of composite glyphs that were not chosen come behind the chosen ones.
 *
 * @param glyphs numbers in the font; the place of each is its new number, and the first is 0
 * @throws KysoError `ERR_APPEARANCE_FONT`
 */
export function subsetTrueType(tables: FontTables, glyphs: readonly number[]): { readonly file: Uint8Array; readonly glyphs: readonly number[] } {
  const outlines = outlinesOf(tables)
  const all = [...glyphs]
  const numbers = new Map<number, number>()
  for (const [number, glyph] of all.entries()) if (!numbers.has(glyph)) numbers.set(glyph, number)
  const numberOf = (glyph: number): number => {
    const known = numbers.get(glyph)
    if (known !== undefined) return known
    if (all.length >= MAX_GLYPHS) throw fontError('glyphs', 'more glyphs than a font holds')
    numbers.set(glyph, all.length)
    return all.push(glyph) - 1
  }
  const parts: Uint8Array[] = []
  const offsets = [0]
  const limit = 2 * tableOf(tables, 'glyf').byteLength + 4 * MAX_GLYPHS
  let length = 0
  // What a composite glyph adds is visited in its turn.
  for (const glyph of all) {
    const outline = renumberComponents(outlines(glyph), numberOf)
    const padded = new Uint8Array(Math.ceil(outline.length / 4) * 4)
    padded.set(outline)
    parts.push(padded)
    offsets.push((length += padded.length))
    // Glyphs lie side by side; only in a font made to fill the memory do they lie in each other.
    if (length > limit) throw fontError('damaged', 'glyphs that lie in each other')
  }
  return { file: assemble(subsetTables(tables, all, concat(parts), offsets)), glyphs: all }
}

/** Outlines by glyph, views of the table `glyf` through `loca` (§5.3.3, §5.3.4). */
function outlinesOf(tables: FontTables): (glyph: number) => Uint8Array {
  const [glyf, loca] = [bytesOf(tableOf(tables, 'glyf')), tableOf(tables, 'loca')]
  const long = tableOf(tables, 'head').getInt16(50) === 1
  const offset = (glyph: number): number => (long ? loca.getUint32(4 * glyph) : 2 * loca.getUint16(2 * glyph))
  return (glyph) => {
    const [start, end] = [offset(glyph), offset(glyph + 1)]
    if (start > end || end > glyf.length) throw fontError('damaged', `glyph ${glyph} lies outside the font`)
    return glyf.subarray(start, end)
  }
}

/** A glyph's outline; where it is composed of others, a copy that names them by their new numbers. */
function renumberComponents(outline: Uint8Array, numberOf: (glyph: number) => number): Uint8Array {
  if (outline.length < 10) return outline.subarray(0, 0)
  const copy = outline.slice()
  const view = new DataView(copy.buffer)
  if (view.getInt16(0) >= 0) return copy
  for (let at = 10, flags = MORE; flags & MORE; ) {
    flags = view.getUint16(at)
    view.setUint16(at + 2, numberOf(view.getUint16(at + 2)))
    at += 4 + (flags & WORDS ? 4 : 2) + (flags & SCALE ? 2 : flags & TWO_SCALES ? 4 : flags & MATRIX ? 8 : 0)
  }
  return copy
}

function subsetTables(tables: FontTables, glyphs: readonly number[], glyf: Uint8Array, offsets: readonly number[]): Map<string, Uint8Array> {
  const copyOf = (tag: string): DataView => new DataView(bytesOf(tableOf(tables, tag)).slice().buffer)
  const [head, hhea, maxp] = [copyOf('head'), copyOf('hhea'), copyOf('maxp')]
  head.setUint32(8, 0) // checkSumAdjustment: set when all is there
  head.setInt16(50, 1)
  hhea.setUint16(34, glyphs.length)
  maxp.setUint16(4, glyphs.length)
  const metrics = new HorizontalMetrics(tables)
  const hmtx = new DataView(new ArrayBuffer(4 * glyphs.length))
  glyphs.forEach((glyph, number) => {
    hmtx.setUint16(4 * number, metrics.advance(glyph))
    hmtx.setInt16(4 * number + 2, metrics.bearing(glyph))
  })
  const loca = new DataView(new ArrayBuffer(4 * offsets.length))
  for (const [number, offset] of offsets.entries()) loca.setUint32(4 * number, offset)
  const made = new Map([
    ['glyf', glyf],
    ['head', bytesOf(head)],
    ['hhea', bytesOf(hhea)],
    ['hmtx', bytesOf(hmtx)],
    ['loca', bytesOf(loca)],
    ['maxp', bytesOf(maxp)],
  ])
  for (const tag of ['cvt ', 'fpgm', 'prep']) {
    const table = tables.get(tag)
    if (table) made.set(tag, bytesOf(table))
  }
  return made
}

/** A font file: directory by tag, tables at multiples of four, check sums (§4.3, §5.2.1). */
function assemble(tables: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const sorted = [...tables].sort(([a], [b]) => (a < b ? -1 : 1))
  const size = sorted.reduce((sum, [, { length }]) => sum + Math.ceil(length / 4) * 4, 12 + 16 * sorted.length)
  const file = new Uint8Array(size)
  const view = new DataView(file.buffer)
  const power = 31 - Math.clz32(sorted.length)
  view.setUint32(0, 0x00010000)
  view.setUint16(4, sorted.length)
  view.setUint16(6, 16 * 2 ** power)
  view.setUint16(8, power)
  view.setUint16(10, 16 * (sorted.length - 2 ** power))
  let adjustment = 0
  let at = 12 + 16 * sorted.length
  for (const [i, [tag, table]] of sorted.entries()) {
    const entry = 12 + 16 * i
    file.set(table, at)
    for (let j = 0; j < 4; j++) view.setUint8(entry + j, tag.charCodeAt(j))
    const padded = Math.ceil(table.length / 4) * 4
    view.setUint32(entry + 4, sumOf(view, at, padded))
    view.setUint32(entry + 8, at)
    view.setUint32(entry + 12, table.length)
    if (tag === 'head') adjustment = at + 8
    at += padded
  }
  view.setUint32(adjustment, (0xb1b0afba - sumOf(view, 0, size)) >>> 0)
  return file
}

/** Sum of the 32-bit words of a range whose length is a multiple of four. */
function sumOf(view: DataView, start: number, length: number): number {
  let sum = 0
  for (let at = start; at < start + length; at += 4) sum = (sum + view.getUint32(at)) >>> 0
  return sum
}
