/** Byte helpers. All return views or fresh arrays; none changes what it is given. */

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))

/** Lower-case hexadecimal of `bytes`. */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i++) text += HEX[bytes[i] as number]
  return text
}

/** Bytes of a hexadecimal string; `null` when it is none (odd length, other characters). */
export function fromHex(text: string): Uint8Array | null {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return null
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16)
  return bytes
}

/** String.fromCharCode takes its arguments on the stack, so long arrays go in slices; a multiple of three, for base64. */
const SLICE = 0x1800

/** Base64 (RFC 4648 §4) of `bytes`. */
export function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += SLICE) text += btoa(fromLatin1(bytes.subarray(i, i + SLICE)))
  return text
}

/** Bytes of a base64 text, white space ignored; `null` when it is no base64. */
export function fromBase64(text: string): Uint8Array | null {
  try {
    const binary = atob(text)
    const bytes = new Uint8Array(binary.length)
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
    return bytes
  } catch {
    return null
  }
}

const encoder = new TextEncoder()
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8 bytes of a string. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** The string of UTF-8 bytes; `null` when they are not well-formed. */
export function fromUtf8(bytes: Uint8Array): string | null {
  try {
    return strictDecoder.decode(bytes)
  } catch {
    return null
  }
}

/** One byte a character: ISO 8859-1, which is what PDF syntax is read in. */
export function latin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

/** One character a byte. */
export function fromLatin1(bytes: Uint8Array): string {
  let text = ''
  // A call with a list of arguments pays off from some 16 of them on; a spread would go through an iterator, ten times slower.
  if (bytes.length < 16) for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i] as number)
  else for (let i = 0; i < bytes.length; i += SLICE) text += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(i, i + SLICE))
  return text
}

/** One array with all parts in order. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const all = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Whether two arrays hold the same bytes. Not constant-time: for public values only. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Order of two byte strings, the shorter first where one begins the other (X.690 §11.6). */
export function compare(a: Uint8Array, b: Uint8Array): number {
  const n = Math.min(a.length, b.length)
  for (let i = 0; i < n; i++) {
    const d = (a[i] as number) - (b[i] as number)
    if (d !== 0) return d
  }
  return a.length - b.length
}

/** First place of `needle` in `bytes` at or after `from`; -1 when it is not there. */
export function indexOf(bytes: Uint8Array, needle: Uint8Array, from = 0): number {
  const first = needle[0]
  if (first === undefined) return from
  for (let i = bytes.indexOf(first, from); i !== -1 && i + needle.length <= bytes.length; i = bytes.indexOf(first, i + 1)) {
    let k = 1
    while (k < needle.length && bytes[i + k] === needle[k]) k++
    if (k === needle.length) return i
  }
  return -1
}

/** Last place of `needle` in `bytes`; -1 when it is not there. */
export function lastIndexOf(bytes: Uint8Array, needle: Uint8Array): number {
  const first = needle[0]
  if (first === undefined) return bytes.length
  for (let i = bytes.lastIndexOf(first); i !== -1; i = i === 0 ? -1 : bytes.lastIndexOf(first, i - 1)) {
    let k = 1
    while (k < needle.length && bytes[i + k] === needle[k]) k++
    if (k === needle.length) return i
  }
  return -1
}

/** Unsigned big-endian integer of any length. */
export function toBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`)
}

/** Big-endian bytes of a non-negative integer, left-padded to `length` when given. */
export function fromBigInt(value: bigint, length?: number): Uint8Array {
  let hex = value.toString(16)
  if (hex.length % 2) hex = `0${hex}`
  const bytes = value === 0n ? new Uint8Array(0) : (fromHex(hex) as Uint8Array)
  if (length === undefined || bytes.length >= length) return bytes
  const padded = new Uint8Array(length)
  padded.set(bytes, length - bytes.length)
  return padded
}
