/**
 * Character data and attribute values as the application sees them: line ends (XML 1.0 §2.11), character references and the five
 * predefined entities (§4.6), attribute-value normalisation (§3.3.3). What other entities hold was put in by the parser.
 */
import { codePointAt } from './characters.ts'

const AMP = 0x26
const SPACE = 0x20
const CR = 0x0d
const LF = 0x0a

/** How a run of bytes is to be read. */
export interface Reading {
  /** White space becomes a space (§3.3.3). */
  readonly attribute: boolean
  /** `&` begins a reference: not so in CDATA sections. */
  readonly references: boolean
  /** CR LF and CR become LF; not so in attribute values out of replacement texts. */
  readonly lineEnds: boolean
}

/**
 * The value of a run that the parser has accepted, as UTF-8 in a fresh array. Never longer than the run: `&#1;` is not a character, so
 * no reference stands for more bytes than it takes.
 */
export function decodeValue(bytes: Uint8Array, start: number, end: number, reading: Reading): Uint8Array {
  const out = new Uint8Array(end - start)
  let length = 0
  for (let at = start; at < end; ) {
    const byte = bytes[at] as number
    if (byte === AMP && reading.references) {
      const semicolon = bytes.indexOf(0x3b, at)
      length = writeUtf8(out, length, referenced(bytes, at, semicolon))
      at = semicolon + 1
    } else if (byte === CR && reading.lineEnds) {
      out[length++] = reading.attribute ? SPACE : LF
      at += bytes[at + 1] === LF && at + 1 < end ? 2 : 1
    } else {
      out[length++] = reading.attribute && byte < SPACE ? SPACE : byte
      at++
    }
  }
  return out.subarray(0, length)
}

/** The character of a reference from `&` to `;` that is known to be right. */
function referenced(bytes: Uint8Array, ampersand: number, semicolon: number): number {
  if (bytes[ampersand + 1] !== 0x23) return predefined(bytes, ampersand + 1, semicolon)
  return characterReference(bytes, ampersand + 2, semicolon)
}

/** Code point of a predefined entity by its name, −1 for other names. */
export function predefined(bytes: Uint8Array, start: number, end: number): number {
  const a = bytes[start]
  const b = bytes[start + 1]
  if (end - start === 2 && b === 0x74) return a === 0x6c ? 0x3c : a === 0x67 ? 0x3e : -1
  if (end - start === 3) return a === 0x61 && b === 0x6d && bytes[start + 2] === 0x70 ? AMP : -1
  if (end - start !== 4) return -1
  const c = bytes[start + 2]
  const d = bytes[start + 3]
  if (a === 0x61 && b === 0x70 && c === 0x6f && d === 0x73) return 0x27
  return a === 0x71 && b === 0x75 && c === 0x6f && d === 0x74 ? 0x22 : -1
}

/** Code point of a character reference, from behind `&#` to the `;`; −1 where it is none. Too large is 0x110000. */
export function characterReference(bytes: Uint8Array, start: number, end: number): number {
  const hex = bytes[start] === 0x78
  let code = 0
  let at = hex ? start + 1 : start
  if (at >= end) return -1
  for (; at < end; at++) {
    const byte = bytes[at] as number
    let digit = byte - 0x30
    if (digit < 0) return -1
    if (digit > 9) {
      digit = (byte | 0x20) - 0x61 + 10
      if (!hex || digit < 10 || digit > 15) return -1
    }
    code = Math.min(0x110000, code * (hex ? 16 : 10) + digit)
  }
  return code
}

/** Writes a code point as UTF-8; returns the place behind it. */
export function writeUtf8(out: Uint8Array, at: number, code: number): number {
  if (code < 0x80) {
    out[at] = code
    return at + 1
  }
  if (code < 0x800) {
    out[at] = 0xc0 | (code >> 6)
    out[at + 1] = 0x80 | (code & 0x3f)
    return at + 2
  }
  if (code < 0x10000) {
    out[at] = 0xe0 | (code >> 12)
    out[at + 1] = 0x80 | ((code >> 6) & 0x3f)
    out[at + 2] = 0x80 | (code & 0x3f)
    return at + 3
  }
  out[at] = 0xf0 | (code >> 18)
  out[at + 1] = 0x80 | ((code >> 12) & 0x3f)
  out[at + 2] = 0x80 | ((code >> 6) & 0x3f)
  out[at + 3] = 0x80 | (code & 0x3f)
  return at + 4
}

/** Leading and trailing spaces go, runs become one: attributes of a tokenized type (§3.3.3). */
export function collapseSpaces(value: Uint8Array): Uint8Array {
  const out = new Uint8Array(value.length)
  let length = 0
  for (const byte of value) if (byte !== SPACE || (length > 0 && out[length - 1] !== SPACE)) out[length++] = byte
  return out.subarray(0, length > 0 && out[length - 1] === SPACE ? length - 1 : length)
}

/** Whether all characters of a name stand where they may; gives the place of the first that does not, −1 where all do. */
export function badNameCharacter(bytes: Uint8Array, start: number, end: number, first: (code: number) => boolean, other: (code: number) => boolean): number {
  for (let at = start; at < end; ) {
    const step = codePointAt(bytes, at)
    if (!(at === start ? first : other)(step >> 3)) return at
    at += step & 7
  }
  return -1
}
