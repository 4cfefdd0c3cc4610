/** The simple types of X.680: how each is read (X.690 §8, and §10–11 for DER) and written. */
import { concat, fromBigInt, fromUtf8, latin1, toBigInt, utf8 } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'
import { children, contentBytes, type Element, nested, type ReadContext, TAG, UNIVERSAL } from './element.ts'
import { type Schema, type TaggedSchema, tagged } from './schema.ts'
import type { DerWriter } from './writer.ts'

function value(element: Element, detail: string): KysoError {
  return new KysoError('ERR_ASN1_VALUE', detail, { offset: element.start })
}

function primitive(element: Element): Uint8Array {
  if (element.constructed) throw new KysoError('ERR_ASN1_UNEXPECTED', 'a constructed element where a primitive one is required', { offset: element.start })
  return contentBytes(element)
}

/** BOOLEAN; under DER true is 0xFF alone (X.690 §11.1). */
export function boolean(): TaggedSchema<boolean> {
  return tagged(
    TAG.BOOLEAN,
    false,
    (element, context) => {
      const content = primitive(element)
      if (content.length !== 1) throw value(element, 'a BOOLEAN is one octet long')
      if (context.rules === 'DER' && content[0] !== 0 && content[0] !== 0xff)
        throw new KysoError('ERR_ASN1_NOT_DER', 'true is written as 0xFF in DER', { offset: element.start })
      return content[0] !== 0
    },
    (writer, v) => writer.prependByte(v ? 0xff : 0),
  )
}

/** Content octets of an INTEGER, checked to be in the shortest form (X.690 §8.3.2). */
function integerContent(element: Element): Uint8Array {
  const content = primitive(element)
  const [first, second] = content
  if (first === undefined) throw value(element, 'an INTEGER has no content')
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    throw new KysoError('ERR_ASN1_NOT_DER', 'an INTEGER is not in its shortest form', { offset: element.start })
  }
  return content
}

/** Signed big-endian content octets of an integer, shortest form. */
export function integerToContent(v: bigint): Uint8Array {
  const bytes: number[] = []
  let rest = v
  do {
    bytes.unshift(Number(rest & 0xffn))
    rest >>= 8n
  } while (rest !== 0n && rest !== -1n)
  const first = bytes[0] as number
  if (v >= 0n && first >= 0x80) bytes.unshift(0)
  if (v < 0n && first < 0x80) bytes.unshift(0xff)
  return Uint8Array.from(bytes)
}

/** Integer of signed big-endian content octets. */
export function integerFromContent(content: Uint8Array): bigint {
  const unsigned = toBigInt(content)
  return (content[0] ?? 0) >= 0x80 ? unsigned - (1n << BigInt(8 * content.length)) : unsigned
}

/** Octets of the largest INTEGER that becomes a number: twice an RSA modulus of 16,384 bits. A larger one only costs time and memory. */
const MAX_INTEGER = 4096

/** INTEGER of up to 4096 octets. */
export function integer(): TaggedSchema<bigint> {
  return tagged(
    TAG.INTEGER,
    false,
    (element) => {
      const content = integerContent(element)
      if (content.length > MAX_INTEGER) throw value(element, 'an INTEGER is too large')
      return integerFromContent(content)
    },
    (writer, v) => writer.prepend(integerToContent(v)),
  )
}

function smallNumber(tag: number): TaggedSchema<number> {
  return tagged(
    tag,
    false,
    (element) => {
      const content = integerContent(element)
      if (content.length > 6) throw value(element, 'an INTEGER is too large here')
      return Number(integerFromContent(content))
    },
    (writer, v) => (v >= 0 && v < 0x80 && Number.isInteger(v) ? writer.prependByte(v) : writer.prepend(integerToContent(BigInt(v)))),
  )
}

/** INTEGER that fits a number: versions, counts, lengths. */
export function smallInteger(): TaggedSchema<number> {
  return smallNumber(TAG.INTEGER)
}

/** ENUMERATED. */
export function enumerated(): TaggedSchema<number> {
  return smallNumber(TAG.ENUMERATED)
}

/** INTEGER as its content octets, a view: serial numbers are compared as bytes. */
export function integerBytes(): TaggedSchema<Uint8Array> {
  return tagged(
    TAG.INTEGER,
    false,
    (element) => integerContent(element),
    (writer, v) => writer.prepend(v),
  )
}

/** NULL. */
export function nullValue(): TaggedSchema<null> {
  return tagged(
    TAG.NULL,
    false,
    (element) => {
      if (primitive(element).length !== 0) throw value(element, 'a NULL has content')
      return null
    },
    () => {},
  )
}

/** Dotted form of an object identifier's content octets (X.690 §8.19). */
export function oidFromContent(content: Uint8Array): string | null {
  // 2.25 identifiers carry 128-bit arcs; nothing real is longer than this.
  if (content.length === 0 || content.length > 128) return null
  let text = ''
  for (let i = 0; i < content.length; ) {
    if (content[i] === 0x80) return null
    let arc = 0
    let big: bigint | undefined
    for (;;) {
      const octet = content[i++]
      if (octet === undefined) return null
      if (big === undefined && arc > 0x1fffffffffff) big = BigInt(arc)
      if (big === undefined) arc = arc * 128 + (octet & 0x7f)
      else big = (big << 7n) | BigInt(octet & 0x7f)
      if (octet < 0x80) break
    }
    if (text !== '') text += `.${big ?? arc}`
    else if (big !== undefined) text = `2.${big - 80n}`
    else text = arc < 80 ? `${Math.floor(arc / 40)}.${arc % 40}` : `2.${arc - 80}`
  }
  return text
}

/** The content octets of identifiers that were written before: a few dozen of them are nearly all that is. */
const oidContents = new Map<string, Uint8Array>()
const MAX_OID_CONTENTS = 500

/** Content octets of a dotted object identifier. Not to be changed. */
export function oidToContent(oid: string): Uint8Array {
  const known = oidContents.get(oid)
  if (known) return known
  const content = encodeOid(oid)
  if (oidContents.size < MAX_OID_CONTENTS) oidContents.set(oid, content)
  return content
}

function encodeOid(oid: string): Uint8Array {
  if (!/^[0-2]\.\d+(\.\d+)*$/.test(oid)) throw notOid(oid)
  const [first = '', second = '', ...rest] = oid.split('.')
  if (first !== '2' && Number(second) > 39) throw notOid(oid)
  const bytes: number[] = []
  const lead = Number(first) * 40
  pushArc(bytes, isExact(second) ? lead + Number(second) : BigInt(lead) + BigInt(second))
  for (const arc of rest) pushArc(bytes, isExact(arc) ? Number(arc) : BigInt(arc))
  return Uint8Array.from(bytes)
}

function notOid(oid: string): KysoError {
  return new KysoError('ERR_ARGUMENT', `${oid} is not an object identifier`, { oid })
}

/** Nearly every arc is; those of 2.25 (UUIDs) are not. */
function isExact(arc: string): boolean {
  return arc.length <= 15
}

/** Groups of seven bits, the highest first, all but the last marked. */
function pushArc(bytes: number[], arc: number | bigint): void {
  const at = bytes.length
  if (typeof arc === 'bigint') {
    bytes.push(Number(arc & 0x7fn))
    for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) bytes.splice(at, 0, Number(rest & 0x7fn) | 0x80)
    return
  }
  bytes.push(arc % 128)
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.splice(at, 0, (rest % 128) | 0x80)
}

/** OBJECT IDENTIFIER as its dotted form. */
export function oid(): TaggedSchema<string> {
  return tagged(
    TAG.OBJECT_IDENTIFIER,
    false,
    (element) => {
      const text = oidFromContent(primitive(element))
      if (text === null) throw value(element, 'a malformed OBJECT IDENTIFIER')
      return text
    },
    (writer, v) => writer.prepend(oidToContent(v)),
  )
}

/** Content of a string, its segments joined where BER split it: OCTET STRINGs, whatever the string's own type is (X.690 §8.7.3, §8.23.6). */
export function stringContent(element: Element, context: ReadContext): Uint8Array {
  if (!element.constructed) return contentBytes(element)
  if (context.rules === 'DER') throw new KysoError('ERR_ASN1_NOT_DER', 'a constructed string where DER is required', { offset: element.start })
  const parts: Uint8Array[] = []
  const inner = nested(context)
  for (const child of children(element, context)) {
    if (child.tagClass !== UNIVERSAL || child.tag !== TAG.OCTET_STRING)
      throw new KysoError('ERR_ASN1_UNEXPECTED', 'a foreign segment in a constructed string', { offset: child.start })
    parts.push(stringContent(child, inner))
  }
  return parts.length === 1 ? (parts[0] as Uint8Array) : concat(parts)
}

/** OCTET STRING: a view, or one joined copy where BER split it. */
export function octetString(): TaggedSchema<Uint8Array> {
  return tagged(
    TAG.OCTET_STRING,
    false,
    (element, context) => stringContent(element, context),
    (writer, v) => writer.prepend(v),
  )
}

/** BIT STRING: its octets and how many bits of the last are not used. */
export interface BitString {
  readonly bytes: Uint8Array
  readonly unusedBits: number
}

/** BIT STRING; constructed ones are not met outside of BER oddities and are refused. */
export function bitString(): TaggedSchema<BitString> {
  return tagged(
    TAG.BIT_STRING,
    false,
    (element, context) => {
      const content = primitive(element)
      const unusedBits = content[0]
      if (unusedBits === undefined || unusedBits > 7 || (content.length === 1 && unusedBits !== 0)) throw value(element, 'a malformed BIT STRING')
      const last = content[content.length - 1] as number
      // X.690 §11.2.1: unused bits are zero in DER.
      if (context.rules === 'DER' && unusedBits > 0 && (last & ((1 << unusedBits) - 1)) !== 0) {
        throw new KysoError('ERR_ASN1_NOT_DER', 'unused bits of a BIT STRING are not zero', { offset: element.start })
      }
      return { bytes: content.subarray(1), unusedBits }
    },
    (writer, v) => {
      writer.prepend(v.bytes)
      writer.prependByte(v.unusedBits)
    },
  )
}

/** Whether bit `n` (0 is the first) of a BIT STRING with named bits is set. */
export function hasBit(bits: BitString, n: number): boolean {
  return (((bits.bytes[n >> 3] ?? 0) >> (7 - (n & 7))) & 1) === 1
}

/** A structure encoded inside an OCTET STRING. */
export function octetStringOf<T>(decodeContent: (content: Uint8Array, context: ReadContext) => T, encodeContent: (v: T) => Uint8Array): TaggedSchema<T> {
  return tagged(
    TAG.OCTET_STRING,
    false,
    (element, context) => decodeContent(stringContent(element, context), context),
    (writer, v) => writer.prepend(encodeContent(v)),
  )
}

/** A text as it stood: the string type's tag and its content octets. */
export interface Asn1String {
  readonly tag: number
  readonly text: string
}

/** Tags of the character string types. */
export const STRING_TAGS: readonly number[] = [
  TAG.UTF8_STRING,
  TAG.NUMERIC_STRING,
  TAG.PRINTABLE_STRING,
  TAG.TELETEX_STRING,
  TAG.IA5_STRING,
  TAG.VISIBLE_STRING,
  TAG.UNIVERSAL_STRING,
  TAG.BMP_STRING,
]

const utf16 = new TextDecoder('utf-16be', { fatal: true, ignoreBOM: true })

/** A byte order mark stays in the text: two names that differ in it are not the same. */
function fromUtf16(content: Uint8Array): string | null {
  try {
    return utf16.decode(content)
  } catch {
    return null
  }
}

/**
 * Text of a string type's content octets; `null` when they are none of that type. TeletexString is read as ISO 8859-1,
 * which is what certificates that use it mean (RFC 5280 leaves it open; all implementations do so).
 */
export function decodeText(tag: number, content: Uint8Array): string | null {
  switch (tag) {
    case TAG.UTF8_STRING:
      return fromUtf8(content)
    case TAG.BMP_STRING:
      return fromUtf16(content)
    case TAG.UNIVERSAL_STRING: {
      if (content.length % 4 !== 0) return null
      let text = ''
      for (let i = 0; i < content.length; i += 4) {
        const point = ((content[i] as number) << 24) | ((content[i + 1] as number) << 16) | ((content[i + 2] as number) << 8) | (content[i + 3] as number)
        if (point < 0 || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return null
        text += String.fromCodePoint(point)
      }
      return text
    }
    default: {
      let text = ''
      for (const octet of content) text += String.fromCharCode(octet)
      return text
    }
  }
}

/**
 * Any of the character string types. Written as the tag says: PrintableString, IA5String and the like one octet a character;
 * a character that has none is `ERR_ARGUMENT`.
 */
export function text(...tags: number[]): Schema<Asn1String> {
  const allowed = tags.length > 0 ? tags : STRING_TAGS
  return {
    accepts: (tagClass, tag) => tagClass === UNIVERSAL && allowed.includes(tag),
    read(element, context) {
      const decoded = decodeText(element.tag, stringContent(element, context))
      if (decoded === null) throw value(element, 'a string is not well-formed in its encoding')
      return { tag: element.tag, text: decoded }
    },
    write(writer: DerWriter, v) {
      const before = writer.length
      writer.prepend(encodeText(v))
      writer.prependHeader(UNIVERSAL, false, v.tag, writer.length - before)
    },
  }
}

function encodeText(v: Asn1String): Uint8Array {
  if (v.tag === TAG.UTF8_STRING) return utf8(v.text)
  if (v.tag === TAG.BMP_STRING) {
    const bytes = new Uint8Array(v.text.length * 2)
    for (let i = 0; i < v.text.length; i++) {
      bytes[2 * i] = v.text.charCodeAt(i) >> 8
      bytes[2 * i + 1] = v.text.charCodeAt(i) & 0xff
    }
    return bytes
  }
  if (v.tag === TAG.UNIVERSAL_STRING) return concat(Array.from(v.text, (character) => fromBigInt(BigInt(character.codePointAt(0) ?? 0), 4)))
  if (/[^\0-\xff]/.test(v.text)) throw new KysoError('ERR_ARGUMENT', `a character that string type ${v.tag} does not have`, { tag: v.tag })
  return latin1(v.text)
}

function textOf(tag: number): TaggedSchema<string> {
  return tagged(
    tag,
    false,
    (element, context) => {
      const decoded = decodeText(tag, stringContent(element, context))
      if (decoded === null) throw value(element, 'a string is not well-formed in its encoding')
      return decoded
    },
    (writer, v) => writer.prepend(encodeText({ tag, text: v })),
  )
}

/** IA5String as a string. */
export function ia5String(): TaggedSchema<string> {
  return textOf(TAG.IA5_STRING)
}

/** UTF8String as a string. */
export function utf8String(): TaggedSchema<string> {
  return textOf(TAG.UTF8_STRING)
}
