/** LZWDecode (ISO 32000-2 §7.4.4.2) and RunLengthDecode (§7.4.5). */
import { KysoError } from '../../core/errors.ts'
import type { Output } from './output.ts'

const CLEAR = 256
const EOD = 257
const TABLE = 4096

/**
 * Decodes LZW codes of 9 to 12 bits.
 *
 * @param earlyChange 1 when the code length grows one code early, which is the default
 */
export function decodeLzw(data: Uint8Array, out: Output, earlyChange: number): void {
  const prefix = new Uint16Array(TABLE)
  const suffix = new Uint8Array(TABLE)
  const length = new Uint16Array(TABLE)
  for (let i = 0; i < 256; i++) {
    suffix[i] = i
    length[i] = 1
  }
  const scratch = new Uint8Array(TABLE)
  let next = EOD + 1
  let width = 9
  let previous = -1
  let buffer = 0
  let bits = 0
  const sequence = (code: number): Uint8Array => {
    const size = length[code] as number
    for (let at = size - 1, c = code; at >= 0; at--) {
      scratch[at] = suffix[c] as number
      c = prefix[c] as number
    }
    return scratch.subarray(0, size)
  }
  for (const byte of data) {
    buffer = ((buffer << 8) | byte) & 0xfffff
    bits += 8
    if (bits < width) continue
    bits -= width
    const code = (buffer >> bits) & ((1 << width) - 1)
    if (code === EOD) return
    if (code === CLEAR) {
      next = EOD + 1
      width = 9
      previous = -1
      continue
    }
    if (code > next || (code === next && previous < 0)) throw new KysoError('ERR_PDF_FILTER', 'an LZW code that was not defined', { filter: 'LZWDecode' })
    if (previous >= 0 && next < TABLE) {
      // The entry is the previous sequence and the first byte of this one, which may be the entry itself.
      const first = sequence(code === next ? previous : code)[0] as number
      prefix[next] = previous
      suffix[next] = first
      length[next] = (length[previous] as number) + 1
      next++
    }
    if (code >= next) throw new KysoError('ERR_PDF_FILTER', 'an LZW code that was not defined', { filter: 'LZWDecode' })
    out.push(sequence(code))
    previous = code
    if (next + earlyChange >= 1 << width && width < 12) width++
  }
}

/** Decodes runs up to the length byte 128 or the end. */
export function decodeRunLength(data: Uint8Array, out: Output): void {
  for (let at = 0; at < data.length; ) {
    const length = data[at++] as number
    if (length === 128) return
    if (length < 128) {
      out.push(data.subarray(at, at + length + 1))
      at += length + 1
    } else {
      const value = data[at++]
      if (value !== undefined) out.fill(value, 257 - length)
    }
  }
}
