/**
 * A Compact Font Format table (Adobe Technical Note 5176) with the outlines of chosen glyphs only. The table keeps its
 * layout, since everything in it is found by absolute offsets: its CharStrings INDEX is written anew at its old place, with
 * the glyphs that are not wanted reduced to `endchar`, and what becomes free is zeros, which compress to nothing.
 */
import { fontError } from './faults.ts'

/** Operators of a Top DICT (table 9); those of two bytes as 1200 + the second. */
const CHARSET = 15
const CHAR_STRINGS = 17
const ROS = 1230

/** `endchar` of a Type 2 charstring (Technical Note 5177). */
const ENDCHAR = 14

/** An INDEX (§5): where each of its objects lies in the table. */
interface Index {
  readonly start: number
  readonly offsetSize: number
  /** Absolute; one more than there are objects. */
  readonly offsets: readonly number[]
}

/** A CFF table, opened. */
export interface CffFont {
  readonly bytes: Uint8Array
  readonly charStrings: Index
  /** Character identifiers by glyph where the font is keyed by them, which then stand in text (ISO 32000-2 §9.7.4.2); `null` where glyphs do. */
  readonly cids: readonly number[] | null
}

/** @throws KysoError `ERR_APPEARANCE_FONT` for more than one font in a table, and where the table has no glyphs */
export function openCff(table: Uint8Array): CffFont {
  const bytes = table.slice()
  const view = new DataView(bytes.buffer)
  const names = readIndex(view, view.getUint8(2))
  const tops = readIndex(view, endOf(names, view))
  if (tops.offsets.length !== 2) throw fontError('outlines', 'a CFF table that does not hold exactly one font')
  const [start = 0, end = 0] = tops.offsets
  const top = readDict(bytes.subarray(start, end))
  const [at] = top.get(CHAR_STRINGS) ?? []
  if (at === undefined) throw fontError('damaged', 'a CFF table without outlines')
  const charStrings = readIndex(view, at)
  const glyphs = charStrings.offsets.length - 1
  return { bytes, charStrings, cids: top.has(ROS) ? readCharset(view, top.get(CHARSET)?.[0] ?? 0, glyphs) : null }
}

/**
 * The table with some glyphs only.
 *
 * @param slots glyph whose outline shall stand at a glyph's number
 * @throws KysoError `ERR_APPEARANCE_FONT`
 */
export function subsetCff({ bytes, charStrings }: CffFont, slots: ReadonlyMap<number, number>): Uint8Array {
  const { start, offsetSize, offsets } = charStrings
  const outline = (glyph: number): Uint8Array => bytes.subarray(offsets[glyph] ?? 0, offsets[glyph + 1] ?? 0)
  // An accented letter of this kind names its parts by the standard encoding: nothing may be missing, so nothing is left out.
  const whole = Array.from(slots.values()).some((glyph) => isComposed(outline(glyph)))
  const unused = new Uint8Array([ENDCHAR])
  const count = offsets.length - 1
  const data = Array.from({ length: count }, (_, number) => {
    const glyph = slots.get(number) ?? (whole || number === 0 ? number : undefined)
    return glyph === undefined ? unused : outline(glyph)
  })
  const made = bytes.slice()
  const [first = 0, last = 0] = [offsets[0], offsets[count]]
  if (data.reduce((sum, { length }) => sum + length, first) > last) throw fontError('glyphs', 'more outlines than the font has room for')
  made.fill(0, first, last)
  let at = first
  for (const [number, one] of data.entries()) {
    writeOffset(made, start + 3 + number * offsetSize, offsetSize, at - first + 1)
    made.set(one, at)
    at += one.length
  }
  writeOffset(made, start + 3 + count * offsetSize, offsetSize, at - first + 1)
  return made
}

function writeOffset(bytes: Uint8Array, at: number, size: number, value: number): void {
  for (let i = size - 1, rest = value; i >= 0; i--, rest = Math.floor(rest / 256)) bytes[at + i] = rest & 0xff
}

function readIndex(view: DataView, start: number): Index {
  const count = view.getUint16(start)
  if (count === 0) return { start, offsetSize: 0, offsets: [] }
  const offsetSize = view.getUint8(start + 2)
  if (offsetSize < 1 || offsetSize > 4) throw fontError('damaged', 'an INDEX with offsets of an impossible size')
  // Offsets count from the byte before the data.
  const base = start + 2 + (count + 1) * offsetSize
  let before = 1
  const offsets = Array.from({ length: count + 1 }, (_, i) => {
    let offset = 0
    for (let j = 0; j < offsetSize; j++) offset = offset * 256 + view.getUint8(start + 3 + i * offsetSize + j)
    if (offset < before || base + offset > view.byteLength) throw fontError('damaged', 'an INDEX whose offsets do not ascend')
    before = offset
    return base + offset
  })
  return { start, offsetSize, offsets }
}

function endOf({ start, offsets }: Index, view: DataView): number {
  const end = offsets.at(-1) ?? start + 2
  if (end > view.byteLength) throw fontError('damaged', 'an INDEX that does not end')
  return end
}

/** Operands by operator (§4). Real numbers are passed over: nothing that is asked for here is one. */
function readDict(dict: Uint8Array): Map<number, number[]> {
  const found = new Map<number, number[]>()
  let operands: number[] = []
  const view = new DataView(dict.buffer, dict.byteOffset, dict.byteLength)
  for (let at = 0; at < dict.length; ) {
    const byte = view.getUint8(at++)
    if (byte <= 21) {
      found.set(byte === 12 ? 1200 + view.getUint8(at++) : byte, operands)
      operands = []
    } else if (byte === 30) {
      while (at < dict.length && (view.getUint8(at) & 0x0f) !== 0x0f) at++
      at++
      operands.push(0)
    } else {
      const [value, length] = readNumber(view, at, byte)
      operands.push(value)
      at += length
    }
  }
  return found
}

/** A number of a DICT or charstring whose first byte was read: its value, and how many bytes follow. */
function readNumber(view: DataView, at: number, byte: number): [value: number, length: number] {
  if (byte === 28) return [view.getInt16(at), 2]
  if (byte === 29) return [view.getInt32(at), 4]
  if (byte >= 32 && byte <= 246) return [byte - 139, 0]
  if (byte >= 247 && byte <= 250) return [(byte - 247) * 256 + view.getUint8(at) + 108, 1]
  if (byte >= 251 && byte <= 254) return [-(byte - 251) * 256 - view.getUint8(at) - 108, 1]
  throw fontError('damaged', 'a DICT with a byte that means nothing')
}

/** Character identifiers by glyph (§13). */
function readCharset(view: DataView, start: number, glyphs: number): number[] {
  // 0 to 2 are predefined ones, which fonts keyed by identifiers do not have.
  if (start <= 2) throw fontError('damaged', 'a font without identifiers for its glyphs')
  const cids = [0]
  const format = view.getUint8(start)
  for (let at = start + 1; cids.length < glyphs; ) {
    const first = view.getUint16(at)
    const more = format === 0 ? 0 : format === 1 ? view.getUint8(at + 2) : view.getUint16(at + 2)
    for (let i = 0; i <= more && cids.length < glyphs; i++) cids.push(first + i)
    at += 2 + (format === 0 ? 0 : format)
  }
  return cids
}

/** Whether a charstring ends in an `endchar` with four operands: an accented letter made of two others (Technical Note 5177, appendix C). */
function isComposed(charString: Uint8Array): boolean {
  const view = new DataView(charString.buffer, charString.byteOffset, charString.byteLength)
  let operands = 0
  for (let at = 0; at < charString.length; ) {
    const byte = view.getUint8(at++)
    if (byte === ENDCHAR) return operands >= 4
    if (byte === 255) {
      at += 4
      operands++
    } else if (byte === 28 || byte >= 32) {
      at += readNumber(view, at, byte)[1]
      operands++
    }
    // From the first subroutine or mask on the bytes mean what was done before; composed letters have neither.
    else if (byte === 10 || byte === 29 || byte === 19 || byte === 20) return false
    else {
      if (byte === 12) at++
      operands = 0
    }
  }
  return false
}
