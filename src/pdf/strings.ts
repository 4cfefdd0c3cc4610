/** Content of strings (ISO 32000-2 §7.3.4). */
import { isSpace } from './characters.ts'

/** The value of a hexadecimal digit; -1 when the byte is none. */
export function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/** What stands between `<` and `>` (§7.3.4.3): an odd last digit is followed by 0; `null` when there is anything but digits and white space. */
export function decodeHexString(raw: Uint8Array): Uint8Array | null {
  const out = new Uint8Array((raw.length + 1) >> 1)
  let count = 0
  let high = -1
  for (let at = 0; at < raw.length; at++) {
    const digit = hexDigit(raw[at] as number)
    if (digit < 0) {
      if (isSpace(raw[at])) continue
      return null
    }
    if (high < 0) high = digit
    else {
      out[count++] = (high << 4) | digit
      high = -1
    }
  }
  if (high >= 0) out[count++] = high << 4
  return count === out.length ? out : out.slice(0, count)
}

const ESCAPES = new Map<number, number>([
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
  [0x62, 0x08],
  [0x66, 0x0c],
])

/** What stands between `(` and `)` (§7.3.4.2, table 3): escapes, octal codes, and each end of line as one LF. */
export function decodeLiteralString(raw: Uint8Array): Uint8Array {
  const out = new Uint8Array(raw.length)
  let count = 0
  for (let at = 0; at < raw.length; at++) {
    const c = raw[at] as number
    if (c === 0x0d) {
      // An end of line, however written, is one LF.
      if (raw[at + 1] === 0x0a) at++
      out[count++] = 0x0a
    } else if (c !== 0x5c) out[count++] = c
    else {
      const e = raw[++at]
      if (e === undefined) break
      if (e >= 0x30 && e <= 0x37) {
        let value = e - 0x30
        for (let k = 0; k < 2; k++) {
          const next = raw[at + 1]
          if (next === undefined || next < 0x30 || next > 0x37) break
          value = value * 8 + next - 0x30
          at++
        }
        out[count++] = value & 0xff
      } else if (e === 0x0d) {
        // A line broken after a backslash goes on as if it were not.
        if (raw[at + 1] === 0x0a) at++
      } else if (e !== 0x0a) out[count++] = ESCAPES.get(e) ?? e
    }
  }
  return out.slice(0, count)
}
