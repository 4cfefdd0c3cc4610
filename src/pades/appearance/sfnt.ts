/** Font files of TrueType and OpenType (ISO/IEC 14496-22): their tables, and what PDF wants to know of the whole font. */
import { fontError } from './faults.ts'

/** Tables by tag, views of one copy of the file. */
export type FontTables = ReadonlyMap<string, DataView>

/** Measures in font units. */
export interface FontMeasures {
  readonly unitsPerEm: number
  readonly box: readonly [number, number, number, number]
  /** Highest of what the font says of itself; single letters may reach higher. */
  readonly ascent: number
  /** Below the baseline: not positive. */
  readonly descent: number
  readonly capHeight: number
  /** Degrees, counter-clockwise. */
  readonly italicAngle: number
  readonly fixedPitch: boolean
  readonly glyphs: number
}

const TRUETYPE = 0x00010000
const APPLE = 0x74727565 // 'true'
const OPENTYPE = 0x4f54544f // 'OTTO'

/**
 * Finds the tables of a font file (§4.3).
 *
 * @throws KysoError `ERR_APPEARANCE_FONT` for collections, web fonts and what is no font
 */
export function readTables(file: Uint8Array): FontTables {
  const bytes = new Uint8Array(file)
  const view = new DataView(bytes.buffer)
  const version = bytes.length >= 12 ? view.getUint32(0) : 0
  if (version !== TRUETYPE && version !== APPLE && version !== OPENTYPE) throw fontError('kind', 'no TrueType or OpenType font')
  const tables = new Map<string, DataView>()
  for (let i = 0, at = 12; i < view.getUint16(4); i++, at += 16) {
    const tag = String.fromCharCode(...bytes.subarray(at, at + 4))
    const [start, length] = [view.getUint32(at + 8), view.getUint32(at + 12)]
    if (start + length > bytes.length) throw fontError('damaged', `the table ${tag} lies outside the font`)
    tables.set(tag, new DataView(bytes.buffer, start, length))
  }
  return tables
}

/** @throws KysoError `ERR_APPEARANCE_FONT` where there is none of that tag */
export function tableOf(tables: FontTables, tag: string): DataView {
  const table = tables.get(tag)
  if (!table) throw fontError('damaged', `a font without a table ${tag}`)
  return table
}

/** The bytes behind a view. */
export function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
}

/** Reads `head`, `hhea`, `maxp`, and where they are there `OS/2` and `post`. */
export function readMeasures(tables: FontTables): FontMeasures {
  const [head, hhea, maxp] = [tableOf(tables, 'head'), tableOf(tables, 'hhea'), tableOf(tables, 'maxp')]
  const [os2, post] = [tables.get('OS/2'), tables.get('post')]
  const unitsPerEm = head.getUint16(18)
  // §5.2.1: from 16 to 16384.
  if (unitsPerEm < 16 || unitsPerEm > 16_384) throw fontError('damaged', `a font of ${unitsPerEm} units an em`)
  const windows = os2 && os2.byteLength >= 78 ? { ascent: os2.getUint16(74), descent: -os2.getUint16(76) } : { ascent: 0, descent: 0 }
  const ascent = Math.max(hhea.getInt16(4), windows.ascent)
  const capHeight = os2 && os2.getUint16(0) >= 2 && os2.byteLength >= 90 ? os2.getInt16(88) : 0
  return {
    unitsPerEm,
    box: [head.getInt16(36), head.getInt16(38), head.getInt16(40), head.getInt16(42)],
    ascent: ascent > 0 ? ascent : unitsPerEm,
    descent: Math.min(0, hhea.getInt16(6), windows.descent),
    capHeight: capHeight > 0 ? capHeight : Math.round(unitsPerEm * 0.7),
    italicAngle: post && post.byteLength >= 8 ? post.getInt32(4) / 65_536 : 0,
    fixedPitch: post !== undefined && post.byteLength >= 16 && post.getUint32(12) !== 0,
    glyphs: maxp.getUint16(4),
  }
}

/** Advance widths and left side bearings in font units, by glyph (§5.2.3: the last width holds for all that follow). */
export class HorizontalMetrics {
  readonly #hmtx: DataView
  readonly #long: number

  constructor(tables: FontTables) {
    this.#hmtx = tableOf(tables, 'hmtx')
    this.#long = tableOf(tables, 'hhea').getUint16(34)
    if (this.#long === 0) throw fontError('damaged', 'a font without widths')
  }

  /** Advance width of a glyph. */
  advance(glyph: number): number {
    return this.#hmtx.getUint16(4 * Math.min(glyph, this.#long - 1))
  }

  /** Left side bearing of a glyph; fonts that leave the last ones out mean 0. */
  bearing(glyph: number): number {
    const at = glyph < this.#long ? 4 * glyph + 2 : 4 * this.#long + 2 * (glyph - this.#long)
    return at + 2 <= this.#hmtx.byteLength ? this.#hmtx.getInt16(at) : 0
  }
}
