/**
 * What encoding a file is in (XML 1.0 §4.3.3 and appendix F) and, for UTF-16, its text in UTF-8 with a way back to the file's offsets.
 */
import type { Budget } from '../core/budget.ts'
import { KysoError } from '../core/errors.ts'
import type { XmlEncoding } from './tree.ts'
import { writeUtf8 } from './values.ts'

/** A file's text. */
export interface XmlText {
  /** In UTF-8 without byte order mark; a view of the file where that is what it is. */
  readonly bytes: Uint8Array
  readonly encoding: XmlEncoding
  /** Length of the byte order mark. */
  readonly byteOrderMark: number
  /** Place in the file of an offset into `bytes`. */
  readonly fileOffset: (offset: number) => number
}

/** `ERR_XML_ENCODING` with the name of the encoding. */
export function encodingError(why: string, detail: string, encoding: string, offset = 0): KysoError {
  return new KysoError('ERR_XML_ENCODING', `${detail}: ${encoding}`, { why, encoding, offset })
}

/** How files begin that are in an encoding that is not read: bytes and its name. */
const REFUSED: readonly (readonly [readonly number[], string])[] = [
  [[0, 0, 0xfe, 0xff], 'UTF-32BE'],
  [[0xff, 0xfe, 0, 0], 'UTF-32LE'],
  [[0, 0, 0, 0x3c], 'UTF-32BE'],
  [[0x3c, 0, 0, 0], 'UTF-32LE'],
  [[0x4c, 0x6f, 0xa7, 0x94], 'EBCDIC'],
]

/** How files begin that are read: bytes, encoding, how many of the bytes are a byte order mark. */
const KNOWN: readonly (readonly [readonly number[], XmlEncoding, number])[] = [
  [[0xef, 0xbb, 0xbf], 'UTF-8', 3],
  [[0xff, 0xfe], 'UTF-16LE', 2],
  [[0xfe, 0xff], 'UTF-16BE', 2],
  [[0x3c, 0, 0x3f, 0], 'UTF-16LE', 0],
  [[0, 0x3c, 0, 0x3f], 'UTF-16BE', 0],
]

/**
 * Finds out the encoding and makes UTF-8 of it. That UTF-8 is well-formed is not looked at here.
 *
 * @throws KysoError `ERR_XML_ENCODING`, `ERR_BUDGET_EXCEEDED` (`xmlBytes`)
 */
export function readEncoding(file: Uint8Array, budget: Budget): XmlText {
  const begins = (pattern: readonly number[]): boolean => pattern.every((byte, i) => file[i] === byte)
  for (const [pattern, name] of REFUSED) if (begins(pattern)) throw encodingError('unsupported', 'an encoding that is not read', name)
  const [, encoding, byteOrderMark] = KNOWN.find(([pattern]) => begins(pattern)) ?? [[], 'UTF-8', 0]
  if (encoding !== 'UTF-8') return fromUtf16(file, encoding, byteOrderMark, budget)
  budget.spend('xmlBytes', file.length)
  const bytes = byteOrderMark === 0 ? file : file.subarray(byteOrderMark)
  return { bytes, encoding, byteOrderMark, fileOffset: (offset) => offset + byteOrderMark }
}

/** One place is kept for so many code units of the file; between them is counted. */
const CHECKPOINT = 1024

function fromUtf16(file: Uint8Array, encoding: XmlEncoding, byteOrderMark: number, budget: Budget): XmlText {
  if (file.length % 2 !== 0) throw encodingError('malformed', 'an odd number of bytes', encoding, file.length - 1)
  const low = encoding === 'UTF-16LE' ? 0 : 1
  const units = (file.length - byteOrderMark) / 2
  const unitAt = (unit: number): number => {
    const at = byteOrderMark + 2 * unit
    return (file[at + low] as number) | ((file[at + 1 - low] as number) << 8)
  }
  const bytes = new Uint8Array(utf8Length(unitAt, units, encoding, byteOrderMark, budget))
  const checkpoints: number[] = []
  let length = 0
  for (let unit = 0; unit < units; unit++) {
    // A pair that lies across a checkpoint is of the one before.
    if ((checkpoints.length / 2) * CHECKPOINT <= unit) checkpoints.push(unit, length)
    const first = unitAt(unit)
    const pair = (first & 0xfc00) === 0xd800
    length = writeUtf8(bytes, length, pair ? 0x10000 + ((first & 0x3ff) << 10) + (unitAt(++unit) & 0x3ff) : first)
  }
  return { bytes, encoding, byteOrderMark, fileOffset: (offset) => byteOrderMark + 2 * unitOffset(bytes, checkpoints, offset) }
}

/** Length in UTF-8 of well-formed UTF-16. */
function utf8Length(unitAt: (unit: number) => number, units: number, encoding: XmlEncoding, byteOrderMark: number, budget: Budget): number {
  let length = 0
  for (let unit = 0; unit < units; unit++) {
    const code = unitAt(unit)
    if ((code & 0xf800) !== 0xd800) length += code < 0x80 ? 1 : code < 0x800 ? 2 : 3
    else {
      if (code >= 0xdc00 || unit + 1 >= units || (unitAt(unit + 1) & 0xfc00) !== 0xdc00)
        throw encodingError('malformed', 'half of a surrogate pair', encoding, byteOrderMark + 2 * unit)
      unit++
      length += 4
    }
  }
  budget.spend('xmlBytes', length)
  return length
}

/** Code units before an offset into the UTF-8 text. */
function unitOffset(bytes: Uint8Array, checkpoints: readonly number[], offset: number): number {
  let lowest = 0
  let highest = checkpoints.length / 2
  while (highest - lowest > 1) {
    const middle = (lowest + highest) >> 1
    if ((checkpoints[2 * middle + 1] as number) <= offset) lowest = middle
    else highest = middle
  }
  let unit = checkpoints[2 * lowest] ?? 0
  for (let at = checkpoints[2 * lowest + 1] ?? 0; at < offset && at < bytes.length; at++) {
    const byte = bytes[at] as number
    // A code unit for each character, a second one for those of four bytes.
    if ((byte & 0xc0) !== 0x80) unit += byte >= 0xf0 ? 2 : 1
  }
  return unit
}
