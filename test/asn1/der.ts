import { concat, fromHex } from '../../src/core/bytes.ts'

/** Bytes of hexadecimal text with spaces. */
export function hex(text: string): Uint8Array {
  const bytes = fromHex(text.replaceAll(' ', ''))
  if (!bytes) throw new Error(`not hexadecimal: ${text}`)
  return bytes
}

/** Tag, length and value, made without kyso's writer. */
export function tlv(identifier: number, ...parts: Uint8Array[]): Uint8Array {
  const content = concat(parts)
  const n = content.length
  const length = n < 0x80 ? [n] : n < 0x100 ? [0x81, n] : n < 0x10000 ? [0x82, n >> 8, n & 0xff] : [0x83, n >> 16, (n >> 8) & 0xff, n & 0xff]
  return concat([Uint8Array.of(identifier, ...length), content])
}
