/** ASCIIHexDecode and ASCII85Decode (ISO 32000-2 §7.4.2 and §7.4.3). */
import { KysoError } from '../../core/errors.ts'
import { isSpace } from '../characters.ts'
import { hexDigit } from '../strings.ts'
import type { Output } from './output.ts'

const EOD = 0x3e

/** Decodes hexadecimal digits up to `>` or the end. */
export function decodeAsciiHex(data: Uint8Array, out: Output): void {
  let high = -1
  for (const byte of data) {
    if (byte === EOD) break
    if (isSpace(byte)) continue
    const digit = hexDigit(byte)
    if (digit < 0) throw new KysoError('ERR_PDF_FILTER', 'a character that is no hexadecimal digit', { filter: 'ASCIIHexDecode' })
    if (high < 0) high = digit
    else {
      out.byte((high << 4) | digit)
      high = -1
    }
  }
  if (high >= 0) out.byte(high << 4)
}

/** Decodes base-85 groups up to `~>` or the end. */
export function decodeAscii85(data: Uint8Array, out: Output): void {
  const group = [0, 0, 0, 0, 0]
  let count = 0
  const flush = (length: number): void => {
    let value = 0
    for (const digit of group) value = value * 85 + digit
    if (value > 0xffffffff) throw new KysoError('ERR_PDF_FILTER', 'a base-85 group beyond 32 bits', { filter: 'ASCII85Decode' })
    for (let i = 0; i < length; i++) out.byte(Math.floor(value / 2 ** (24 - 8 * i)) & 0xff)
  }
  // Some writers begin with `<~`, as the encoding's other users do.
  for (let at = data[0] === 0x3c && data[1] === 0x7e ? 2 : 0; at < data.length; at++) {
    const byte = data[at] as number
    if (byte === 0x7e) break
    if (isSpace(byte)) continue
    if (byte === 0x7a && count === 0) out.fill(0, 4)
    else if (byte >= 0x21 && byte <= 0x75) {
      group[count++] = byte - 0x21
      if (count === 5) {
        flush(4)
        count = 0
      }
    } else throw new KysoError('ERR_PDF_FILTER', 'a character that is no base-85 digit', { filter: 'ASCII85Decode' })
  }
  if (count === 1) throw new KysoError('ERR_PDF_FILTER', 'a base-85 group of one digit', { filter: 'ASCII85Decode' })
  if (count > 1) {
    group.fill(84, count)
    flush(count - 1)
  }
}
