/**
 * Short words for asn1js, which encodes everything the lab makes. kyso's own ASN.1 code stays out of this folder on purpose: what
 * the lab makes is the second witness for it.
 */
import * as asn1js from 'asn1js'
import { compare } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'

/** An element of asn1js. */
export type Block = asn1js.BaseBlock

/** The bytes in memory of their own, as WebCrypto and asn1js want them. */
export function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}

/** The encoding of an element. */
export function encode(block: Block): Uint8Array {
  return new Uint8Array(block.toBER())
}

/** An element that stands as it is encoded; throws `ERR_ARGUMENT` when it is not exactly one element. */
export function raw(der: Uint8Array): Block {
  const { offset, result } = asn1js.fromBER(own(der))
  if (offset !== der.length) throw new KysoError('ERR_ARGUMENT', `not one ASN.1 element: ${result.error || 'bytes follow it'}`, { argument: 'der' })
  return result
}

/** The elements in a constructed one; none for a primitive one. */
export function children(block: Block | undefined): Block[] {
  const value: unknown = block?.valueBlock && 'value' in block.valueBlock ? block.valueBlock.value : null
  return Array.isArray(value) ? value.filter((item): item is Block => item instanceof asn1js.BaseBlock) : []
}

/** SEQUENCE; what is null is left out. */
export function sequence(...value: (Block | null)[]): Block {
  return new asn1js.Sequence({ value: value.filter((item) => item !== null) })
}

/** SET OF in the order of DER (X.690 §11.6). */
export function setOf(...value: Block[]): Block {
  const ordered = value.map((block) => ({ block, der: encode(block) })).sort((a, b) => compare(a.der, b.der))
  return new asn1js.Set({ value: ordered.map(({ block }) => block) })
}

/** `[n] EXPLICIT`, and constructed `[n] IMPLICIT`. */
export function tagged(tagNumber: number, ...value: Block[]): Block {
  return new asn1js.Constructed({ idBlock: { tagClass: 3, tagNumber }, value })
}

/** Primitive `[n] IMPLICIT`. */
export function taggedBytes(tagNumber: number, bytes: Uint8Array): Block {
  return new asn1js.Primitive({ idBlock: { tagClass: 3, tagNumber }, valueHex: own(bytes) })
}

/** OBJECT IDENTIFIER. */
export function oid(value: string): Block {
  return new asn1js.ObjectIdentifier({ value })
}

/** INTEGER of a number that is not negative. */
export function integer(value: number | bigint): Block {
  return new asn1js.Integer({ valueHex: contentOf(BigInt(value)) })
}

/** INTEGER from the octets of its contents. */
export function integerOf(content: Uint8Array): Block {
  return new asn1js.Integer({ valueHex: own(content) })
}

/** Contents of an INTEGER: the fewest octets, a leading zero where the highest bit is set (X.690 §8.3). */
export function contentOf(value: bigint): Uint8Array<ArrayBuffer> {
  let hex = value.toString(16)
  if (hex.length % 2 === 1) hex = `0${hex}`
  if (Number.parseInt(hex.slice(0, 2), 16) > 0x7f) hex = `00${hex}`
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** ENUMERATED. */
export function enumerated(value: number): Block {
  return new asn1js.Enumerated({ value })
}

/** OCTET STRING. */
export function octets(bytes: Uint8Array): Block {
  return new asn1js.OctetString({ valueHex: own(bytes) })
}

/** BIT STRING of whole octets. */
export function bits(bytes: Uint8Array): Block {
  return new asn1js.BitString({ valueHex: own(bytes) })
}

/** BIT STRING with one named bit set, trailing zeros removed (X.690 §11.2.2). */
export function namedBit(bit: number): Block {
  const bytes = new Uint8Array((bit >> 3) + 1)
  bytes[bit >> 3] = 0x80 >> (bit & 7)
  return new asn1js.BitString({ valueHex: bytes, unusedBits: 7 - (bit & 7) })
}

/** NULL. */
export function nothing(): Block {
  return new asn1js.Null()
}

/** BOOLEAN TRUE. */
export function yes(): Block {
  return new asn1js.Boolean({ value: true })
}

/** UTF8String. */
export function utf8String(value: string): Block {
  return new asn1js.Utf8String({ value })
}

/** The time without its fraction of a second, which no profile here wants. */
export function wholeSeconds(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000)
}

/** GeneralizedTime to the second. */
export function generalizedTime(time: Date): Block {
  return new asn1js.GeneralizedTime({ valueDate: wholeSeconds(time) })
}

/** Time of RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050. */
export function timeOf(time: Date): Block {
  return time.getUTCFullYear() < 2050 ? new asn1js.UTCTime({ valueDate: wholeSeconds(time) }) : generalizedTime(time)
}

/**
 * The textual encoding of RFC 7468, lines of 64 characters.
 *
 * @param der one structure
 * @param label what stands behind `BEGIN` and `END`
 * @example
 * ```ts
 * pem(der, 'CERTIFICATE').startsWith('-----BEGIN CERTIFICATE-----') // => true
 * ```
 */
export function pem(der: Uint8Array, label: string): string {
  let binary = ''
  for (const byte of der) binary += String.fromCharCode(byte)
  const lines = btoa(binary).match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

/** Digest by WebCrypto. */
export async function hash(algorithm: string, bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(algorithm, own(bytes)))
}
