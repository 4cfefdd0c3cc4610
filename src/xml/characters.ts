/**
 * Characters of XML 1.0, fifth edition: which may stand in a document (§2.2) and which in a name (§2.3). ASCII is looked up in a
 * table of bytes, because the parser asks for every byte of a document.
 */

/** What a byte is for the parser; bits. */
export const BYTE = {
  /** Space, tab, line feed, carriage return. */
  space: 1,
  /** May stand in a name; bytes from 0x80 on may, which is decided when the name is seen for the first time. */
  name: 2,
  /** May begin a name, as far as ASCII goes. */
  nameStart: 4,
  /** Stops or marks a run of character data: `<` `&` `>` CR. */
  text: 8,
  /** Stops or marks an attribute value: `<` `&` quotes, tab, line feed, CR. */
  value: 16,
  /** Wants a look when characters are checked: controls and all that is not ASCII. */
  odd: 32,
} as const

/** {@link BYTE} bits of each byte. */
export const BYTES: Uint8Array = classify()

function classify(): Uint8Array {
  const table = new Uint8Array(256)
  const mark = (bytes: string, bits: number): void => {
    for (let i = 0; i < bytes.length; i++) table[bytes.charCodeAt(i)] = (table[bytes.charCodeAt(i)] as number) | bits
  }
  for (let byte = 0; byte < 256; byte++) if (byte < 0x20 || byte >= 0x80) table[byte] = BYTE.odd
  for (const byte of [9, 10, 13]) table[byte] = 0
  for (let byte = 0x80; byte < 256; byte++) table[byte] = BYTE.odd | BYTE.name
  mark(' \t\n\r', BYTE.space)
  mark('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_:', BYTE.name | BYTE.nameStart)
  mark('0123456789.-', BYTE.name)
  mark('<&>\r', BYTE.text)
  mark('<&"\'\t\n\r', BYTE.value)
  return table
}

/** Char of XML 1.0 §2.2. */
export function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff)
}

/** NameStartChar (XML 1.0 §2.3) beyond ASCII, as pairs of first and last. */
const NAME_START = [
  0xc0, 0xd6, 0xd8, 0xf6, 0xf8, 0x2ff, 0x370, 0x37d, 0x37f, 0x1fff, 0x200c, 0x200d, 0x2070, 0x218f, 0x2c00, 0x2fef, 0x3001, 0xd7ff, 0xf900, 0xfdcf, 0xfdf0,
  0xfffd, 0x10000, 0xeffff,
]

/** NameStartChar (XML 1.0 §2.3). */
export function isNameStart(code: number): boolean {
  if (code < 0x80) return ((BYTES[code] as number) & BYTE.nameStart) !== 0
  for (let i = 0; i < NAME_START.length; i += 2) if (code >= (NAME_START[i] as number) && code <= (NAME_START[i + 1] as number)) return true
  return false
}

/** NameChar (XML 1.0 §2.3). */
export function isNameCharacter(code: number): boolean {
  if (code < 0x80) return ((BYTES[code] as number) & BYTE.name) !== 0
  return code === 0xb7 || (code >= 0x300 && code <= 0x36f) || code === 0x203f || code === 0x2040 || isNameStart(code)
}

/**
 * The code point that begins at `at` in UTF-8 that is already known to be well-formed, and how many bytes it takes, as
 * `code * 8 + length`: a number, because this is called for each character.
 */
export function codePointAt(bytes: Uint8Array, at: number): number {
  const a = bytes[at] as number
  if (a < 0x80) return a * 8 + 1
  const b = (bytes[at + 1] as number) & 0x3f
  if (a < 0xe0) return (((a & 0x1f) << 6) | b) * 8 + 2
  const c = (bytes[at + 2] as number) & 0x3f
  if (a < 0xf0) return (((a & 0xf) << 12) | (b << 6) | c) * 8 + 3
  return (((a & 7) << 18) | (b << 12) | (c << 6) | ((bytes[at + 3] as number) & 0x3f)) * 8 + 4
}

/** What is wrong with the characters of a document. */
export interface BadCharacter {
  readonly why: 'utf-8' | 'character'
  readonly offset: number
}

const NOT_UTF8 = -1
const NOT_ALLOWED = -2

/**
 * Looks at all bytes before parsing: is it UTF-8 (RFC 3629), does XML allow all characters. Four bytes at a time where they are ASCII,
 * because most are.
 */
export function findBadCharacter(bytes: Uint8Array): BadCharacter | undefined {
  const end = bytes.length
  const aligned = (4 - (bytes.byteOffset & 3)) & 3
  const words = end < 8 ? new Int32Array(0) : new Int32Array(bytes.buffer, bytes.byteOffset + aligned, (end - aligned) >> 2)
  let at = 0
  while (at < end) {
    if (((at - aligned) & 3) === 0 && at >= aligned) {
      let word = (at - aligned) >> 2
      // No byte from 0x80 on, and none that borrows when 0x20 is taken from it.
      while (word < words.length && (((words[word] as number) | ((words[word] as number) - 0x20202020)) & 0x80808080) === 0) word++
      at = aligned + 4 * word
      if (at >= end) break
    }
    const byte = bytes[at] as number
    if (((BYTES[byte] as number) & BYTE.odd) === 0) {
      at++
      continue
    }
    const length = byte < 0x20 ? NOT_ALLOWED : sequenceLength(bytes, at, end)
    if (length < 0) return { why: length === NOT_UTF8 ? 'utf-8' : 'character', offset: at }
    at += length
  }
  return undefined
}

/** How many bytes are counted to guess the rest. */
const SAMPLE = 1 << 16

/** About how many nodes and attributes a document holds, judged by its beginning; the tables grow where the guess is too low. */
export function estimateSize(bytes: Uint8Array): { nodes: number; attributes: number } {
  const end = Math.min(bytes.length, SAMPLE)
  let nodes = 0
  let attributes = 0
  for (let at = 1; at < end; at++) {
    const byte = bytes[at] as number
    // A run of text ends at a tag unless another tag does; an end tag is no node.
    if (byte === 0x3c) nodes += (bytes[at - 1] === 0x3e ? 0 : 1) + (bytes[at + 1] === 0x2f ? 0 : 1)
    else if (byte === 0x3d) attributes++
  }
  const factor = end === bytes.length ? 1 : (1.05 * bytes.length) / end
  return { nodes: Math.ceil(nodes * factor) + 4, attributes: Math.ceil(attributes * factor) + 4 }
}

/** Bytes of the sequence at `at`, {@link NOT_UTF8} for overlong forms, surrogates and the like, {@link NOT_ALLOWED} for U+FFFE and U+FFFF. */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const a = bytes[at] as number
  if (a < 0xc2 || a > 0xf4) return NOT_UTF8
  const length = a < 0xe0 ? 2 : a < 0xf0 ? 3 : 4
  if (at + length > end) return NOT_UTF8
  const b = bytes[at + 1] as number
  if ((b & 0xc0) !== 0x80) return NOT_UTF8
  if (length === 2) return 2
  if ((a === 0xe0 && b < 0xa0) || (a === 0xed && b > 0x9f) || (a === 0xf0 && b < 0x90) || (a === 0xf4 && b > 0x8f)) return NOT_UTF8
  const c = bytes[at + 2] as number
  if ((c & 0xc0) !== 0x80) return NOT_UTF8
  if (length === 3) return a === 0xef && b === 0xbf && c >= 0xbe ? NOT_ALLOWED : 3
  return ((bytes[at + 3] as number) & 0xc0) === 0x80 ? 4 : NOT_UTF8
}
