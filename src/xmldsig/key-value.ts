/** Keys written out in XML (XML-DSig 1.1 §4.5.2, RFC 4050), as SubjectPublicKeyInfo: one reader then holds them to what a key must be. */
import { encode, integer, integerToContent, oid, sequence } from '../asn1/index.ts'
import { type CurveInfo, curveFromOid } from '../core/algorithms.ts'
import { concat, fromBigInt, toBigInt } from '../core/bytes.ts'
import type { PublicKey } from '../core/crypto/provider.ts'
import { KysoError } from '../core/errors.ts'
import { ALGORITHM, type AlgorithmIdentifier } from '../x509/algorithm-identifier.ts'
import { parsePublicKey, SubjectPublicKeyInfo } from '../x509/public-key.ts'
import type { NodeId, XmlDocument } from '../xml/tree.ts'
import { NAMESPACE } from './algorithms.ts'
import { base64Text, ChildReader, requiredAttribute, syntaxError } from './syntax.ts'

const NULL = Uint8Array.of(5, 0)
const RsaKey = sequence({ modulus: integer(), publicExponent: integer() })
const DssParms = sequence({ p: integer(), q: integer(), g: integer() })

/** Octets of the largest number a key may hold: an RSA modulus of 16,384 bits. */
const MAX_NUMBER = 2048

function spki(algorithm: AlgorithmIdentifier, key: Uint8Array): Uint8Array {
  return encode(SubjectPublicKeyInfo, { algorithm, subjectPublicKey: { bytes: key, unusedBits: 0 } })
}

/** A `CryptoBinary` (§4.1). */
function cryptoBinary(document: XmlDocument, node: NodeId): bigint {
  const bytes = base64Text(document, node)
  if (bytes.length === 0 || bytes.length > MAX_NUMBER) throw syntaxError(document, node, `${document.name(node).local} holds no number of a key`)
  return toBigInt(bytes)
}

function rsaKey(document: XmlDocument, node: NodeId): Uint8Array {
  const children = new ChildReader(document, node)
  const modulus = cryptoBinary(document, children.required('Modulus'))
  const publicExponent = cryptoBinary(document, children.required('Exponent'))
  children.end()
  return spki({ algorithm: ALGORITHM.rsaEncryption, parameters: NULL }, encode(RsaKey, { modulus, publicExponent }))
}

function dsaKey(document: XmlDocument, node: NodeId): Uint8Array {
  const children = new ChildReader(document, node)
  const number = (local: string): bigint => cryptoBinary(document, children.required(local))
  const p = children.optional('P')
  if (p === undefined) throw new KysoError('ERR_KEY_INVALID', 'a DSA key without its parameters')
  const parameters = { p: cryptoBinary(document, p), q: number('Q'), g: number('G') }
  const y = number('Y')
  for (const rest of ['J', 'Seed', 'PgenCounter']) children.optional(rest)
  children.end()
  return spki({ algorithm: ALGORITHM.dsa, parameters: encode(DssParms, parameters) }, encode(integer(), y))
}

function namedCurve(document: XmlDocument, node: NodeId, attribute: string): CurveInfo {
  const uri = requiredAttribute(document, node, attribute)
  const curve = uri.startsWith('urn:oid:') ? curveFromOid(uri.slice(8)) : undefined
  if (!curve) throw new KysoError('ERR_ALGORITHM_UNSUPPORTED', `the curve ${uri} is not supported`, { algorithm: uri })
  return curve
}

function ecSpki(curve: CurveInfo, point: Uint8Array): Uint8Array {
  return spki({ algorithm: ALGORITHM.ecPublicKey, parameters: encode(oid(), curve.oid) }, point)
}

function ecKey(document: XmlDocument, node: NodeId): Uint8Array {
  const children = new ChildReader(document, node)
  // Explicit parameters let whoever writes the key choose its generator (CVE-2020-0601).
  if (children.optional('ECParameters', NAMESPACE.dsig11) !== undefined) throw new KysoError('ERR_KEY_INVALID', 'an EC key with explicit curve parameters')
  const curve = namedCurve(document, children.required('NamedCurve', NAMESPACE.dsig11), 'URI')
  const point = base64Text(document, children.required('PublicKey', NAMESPACE.dsig11))
  children.end()
  return ecSpki(curve, point)
}

/** RFC 4050 §3.2: coordinates in decimal. */
function rfc4050Key(document: XmlDocument, node: NodeId): Uint8Array {
  const children = new ChildReader(document, node)
  const domain = children.optional('DomainParameters', NAMESPACE.more2001)
  if (domain === undefined) throw new KysoError('ERR_KEY_INVALID', 'an EC key without its curve')
  const inside = new ChildReader(document, domain)
  const name = inside.optional('NamedCurve', NAMESPACE.more2001)
  if (name === undefined) throw new KysoError('ERR_KEY_INVALID', 'an EC key with explicit curve parameters')
  inside.end()
  const curve = namedCurve(document, name, 'URN')
  const point = new ChildReader(document, children.required('PublicKey', NAMESPACE.more2001))
  children.end()
  const coordinate = (local: string): Uint8Array => {
    const element = point.required(local, NAMESPACE.more2001)
    const text = requiredAttribute(document, element, 'Value').trim()
    if (!/^\d{1,200}$/.test(text)) throw syntaxError(document, element, `${local} holds no coordinate`)
    return fromBigInt(BigInt(text), curve.length)
  }
  const octets = concat([Uint8Array.of(4), coordinate('X'), coordinate('Y')])
  point.end()
  return ecSpki(curve, octets)
}

/**
 * The key of a `ds:KeyValue` or `dsig11:DEREncodedKeyValue`.
 *
 * @throws KysoError `ERR_XMLDSIG_SYNTAX`, `ERR_KEY_INVALID`, `ERR_ALGORITHM_UNSUPPORTED`, `ERR_ASN1_*`
 */
export function readKeyValue(document: XmlDocument, node: NodeId): PublicKey {
  if (document.name(node).local === 'DEREncodedKeyValue') return parsePublicKey(base64Text(document, node))
  const children = new ChildReader(document, node)
  const rsa = children.optional('RSAKeyValue')
  if (rsa !== undefined) return parsePublicKey(rsaKey(document, rsa))
  const dsa = children.optional('DSAKeyValue')
  if (dsa !== undefined) return parsePublicKey(dsaKey(document, dsa))
  const ec = children.optional('ECKeyValue', NAMESPACE.dsig11)
  if (ec !== undefined) return parsePublicKey(ecKey(document, ec))
  const old = children.optional('ECDSAKeyValue', NAMESPACE.more2001)
  if (old !== undefined) return parsePublicKey(rfc4050Key(document, old))
  throw new KysoError('ERR_ALGORITHM_UNSUPPORTED', 'a KeyValue of a kind that is not known', { algorithm: 'KeyValue' })
}

/** Content octets of a serial number that is written in decimal; `null` when it is none. */
export function serialFromDecimal(text: string): Uint8Array | null {
  const digits = text.trim()
  return /^-?\d{1,200}$/.test(digits) ? integerToContent(BigInt(digits)) : null
}
