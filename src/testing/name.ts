import * as asn1js from 'asn1js'
import { equal } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'
import { type Block, children, encode, oid, own, raw, sequence, setOf } from './der.ts'
import { x509 } from './peculiar.ts'

/** Attribute types by the short names used here; others are written as object identifiers. */
const TYPES = new Map([
  ['CN', '2.5.4.3'],
  ['SN', '2.5.4.4'],
  ['serialNumber', '2.5.4.5'],
  ['C', '2.5.4.6'],
  ['L', '2.5.4.7'],
  ['ST', '2.5.4.8'],
  ['street', '2.5.4.9'],
  ['O', '2.5.4.10'],
  ['OU', '2.5.4.11'],
  ['title', '2.5.4.12'],
  ['GN', '2.5.4.42'],
  ['organizationIdentifier', '2.5.4.97'],
  ['UID', '0.9.2342.19200300.100.1.1'],
  ['DC', '0.9.2342.19200300.100.1.25'],
  ['E', '1.2.840.113549.1.9.1'],
])

/** Text in a string type other than the usual one. */
export type LabText =
  | string
  | { readonly utf8: string }
  | { readonly printable: string }
  | { readonly teletex: string }
  | { readonly bmp: string }
  | { readonly ia5: string }

/** A relative distinguished name: attribute type to value; several make it multi-valued. */
export type LabRdn = Readonly<Record<string, LabText>>

/**
 * A name: its RDNs in the order they are encoded (repeat an RDN to repeat an attribute, as Vietnamese certificates do with UID),
 * its text by RFC 4514 (`CN=Lab Root,O=Phòng thí nghiệm,C=VN`: what is encoded first stands last), or its exact DER.
 */
export type LabName = readonly LabRdn[] | string | Uint8Array

/**
 * DER of a name.
 *
 * @throws KysoError `ERR_ARGUMENT` for a text or an attribute type that is none, and for bytes that are not a name in DER
 * @example
 * ```ts
 * const name = encodeName([{ C: 'VN' }, { CN: 'Nguyễn Văn A' }, { UID: 'MST:0100109106' }])
 * const { certificate } = await lab.issue({ subject: name })
 * nameToString(parseCertificate(certificate).subject) // => 'UID=MST:0100109106,CN=Nguyễn Văn A,C=VN'
 * ```
 */
export function encodeName(name: LabName): Uint8Array {
  if (name instanceof Uint8Array) return checked(name)
  if (typeof name === 'string') return encodeText(name)
  return encode(sequence(...name.map((rdn) => setOf(...Object.entries(rdn).map(([type, text]) => attribute(type, text))))))
}

/** The name itself, when what writes certificates keeps it byte for byte. */
function checked(name: Uint8Array): Uint8Array {
  try {
    if (equal(new Uint8Array(new x509.Name(own(name)).toArrayBuffer()), name)) return own(name)
  } catch (cause) {
    throw new KysoError('ERR_ARGUMENT', 'not a distinguished name', { argument: 'name' }, { cause })
  }
  throw new KysoError('ERR_ARGUMENT', 'the name is not encoded in DER', { argument: 'name' })
}

function encodeText(text: string): Uint8Array {
  try {
    const asWritten = new x509.Name(text, Object.fromEntries(TYPES)).toArrayBuffer()
    const rdns = children(raw(new Uint8Array(asWritten)))
    if (rdns.length > 0) return encode(sequence(...rdns.reverse()))
  } catch (cause) {
    throw new KysoError('ERR_ARGUMENT', `not a distinguished name: ${text}`, { argument: 'name' }, { cause })
  }
  throw new KysoError('ERR_ARGUMENT', `not a distinguished name: ${text}`, { argument: 'name' })
}

function attribute(type: string, text: LabText): Block {
  const id = TYPES.get(type) ?? type
  if (!/^[012](\.\d+)+$/.test(id)) throw new KysoError('ERR_ARGUMENT', `no attribute type ${type}`, { argument: 'name' })
  return sequence(oid(id), textBlock(type, text))
}

function textBlock(type: string, text: LabText): Block {
  if (typeof text === 'string') {
    // RFC 5280 appendix A.1 gives these two a string type of their own.
    if (type === 'E' || type === 'DC') return new asn1js.IA5String({ value: text })
    if (type === 'C' || type === 'serialNumber') return new asn1js.PrintableString({ value: text })
    return new asn1js.Utf8String({ value: text })
  }
  if ('utf8' in text) return new asn1js.Utf8String({ value: text.utf8 })
  if ('printable' in text) return new asn1js.PrintableString({ value: text.printable })
  if ('teletex' in text) return new asn1js.TeletexString({ value: text.teletex })
  if ('bmp' in text) return new asn1js.BmpString({ value: text.bmp })
  return new asn1js.IA5String({ value: text.ia5 })
}
