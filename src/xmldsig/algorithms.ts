/**
 * Algorithm identifiers of XML signatures (XML-DSig 1.1 §6, RFC 9231), both ways: from a URI to what it asks for, and from what a
 * signer does to the URI that says so.
 */
import { type DigestAlgorithm, digestInfo } from '../core/algorithms.ts'
import type { PssParameters, SignatureScheme } from '../core/crypto/provider.ts'
import { KysoError } from '../core/errors.ts'
import { type C14nAlgorithm, c14nUri } from '../xml/c14n/algorithm.ts'

/** Namespaces of XML signatures. */
export const NAMESPACE = {
  ds: 'http://www.w3.org/2000/09/xmldsig#',
  dsig11: 'http://www.w3.org/2009/xmldsig11#',
  /** RFC 4050, and the first algorithms of RFC 4051. */
  more2001: 'http://www.w3.org/2001/04/xmldsig-more#',
  /** RFC 6931. */
  more2007: 'http://www.w3.org/2007/05/xmldsig-more#',
  /** RFC 9231. */
  more2021: 'http://www.w3.org/2021/04/xmldsig-more#',
  xmlenc: 'http://www.w3.org/2001/04/xmlenc#',
  exclusive: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  filter2: 'http://www.w3.org/2002/06/xmldsig-filter2',
} as const

/** Values of the `Type` of a reference. */
export const REFERENCE_TYPE = {
  object: `${NAMESPACE.ds}Object`,
  manifest: `${NAMESPACE.ds}Manifest`,
} as const

/** Transforms besides canonicalisation (XML-DSig 1.1 §6.6). */
export const TRANSFORM = {
  enveloped: `${NAMESPACE.ds}enveloped-signature`,
  base64: `${NAMESPACE.ds}base64`,
  xpath: 'http://www.w3.org/TR/1999/REC-xpath-19991116',
  filter2: 'http://www.w3.org/2002/06/xmldsig-filter2',
  xslt: 'http://www.w3.org/TR/1999/REC-xslt-19991116',
  xpointer: `${NAMESPACE.more2001}xptr`,
  relationship: 'http://schemas.openxmlformats.org/package/2006/RelationshipTransform',
} as const

/** URI of a transform by its name here, or of a canonicalisation. */
export function transformUri(transform: keyof typeof TRANSFORM | C14nAlgorithm): string {
  return typeof transform === 'string' ? TRANSFORM[transform] : c14nUri(transform)
}

const DIGESTS: ReadonlyMap<string, DigestAlgorithm> = new Map<string, DigestAlgorithm>([
  [`${NAMESPACE.ds}sha1`, 'SHA-1'],
  [`${NAMESPACE.more2001}sha224`, 'SHA-224'],
  [`${NAMESPACE.xmlenc}sha256`, 'SHA-256'],
  [`${NAMESPACE.more2001}sha384`, 'SHA-384'],
  [`${NAMESPACE.xmlenc}sha512`, 'SHA-512'],
  [`${NAMESPACE.more2007}sha3-224`, 'SHA3-224'],
  [`${NAMESPACE.more2007}sha3-256`, 'SHA3-256'],
  [`${NAMESPACE.more2007}sha3-384`, 'SHA3-384'],
  [`${NAMESPACE.more2007}sha3-512`, 'SHA3-512'],
])

function unsupported(what: string, uri: string): KysoError {
  return new KysoError('ERR_ALGORITHM_UNSUPPORTED', `${what} ${uri} is not supported`, { algorithm: uri })
}

/**
 * The digest of a `DigestMethod`. MD5 and RIPEMD-160 are refused: nothing that is signed with them proves anything.
 *
 * @throws KysoError `ERR_ALGORITHM_UNSUPPORTED`
 */
export function digestOfUri(uri: string): DigestAlgorithm {
  const digest = DIGESTS.get(uri)
  if (!digest) throw unsupported('the digest method', uri)
  return digest
}

/**
 * The URI that a `DigestMethod` names a digest by.
 *
 * @throws KysoError `ERR_ALGORITHM_UNSUPPORTED` for digests that have none
 */
export function digestMethodUri(digest: DigestAlgorithm): string {
  for (const [uri, name] of DIGESTS) if (name === digest) return uri
  throw unsupported('the digest', digest)
}

/** How a `SignatureValue` is checked: the schemes of `core/`, and those that only XML names. */
export type XmlSignatureScheme =
  | SignatureScheme
  /** `bits`: how much of the value is kept (`HMACOutputLength`). */
  | { readonly kind: 'HMAC'; readonly digest: DigestAlgorithm; readonly bits: number }
  | { readonly kind: 'Ed25519ctx' | 'Ed25519ph' | 'Ed448ctx' | 'Ed448ph'; readonly context: Uint8Array }

/** Parameters that stand inside a `SignatureMethod`, as read. */
export interface SignatureMethodParameters {
  readonly hmacOutputLength?: number
  readonly pss?: PssParameters
  readonly eddsaContext?: Uint8Array
  /** Name of a parameter that is not known, or stands twice. */
  readonly unknownParameter?: string
}

type Plain = { readonly kind: 'RSASSA-PKCS1-v1_5' | 'ECDSA' | 'DSA' | 'HMAC' | 'RSASSA-PSS'; readonly digest: DigestAlgorithm }

const SHA2 = [
  ['sha224', 'SHA-224'],
  ['sha256', 'SHA-256'],
  ['sha384', 'SHA-384'],
  ['sha512', 'SHA-512'],
] as const
const SHA3 = [
  ['sha3-224', 'SHA3-224'],
  ['sha3-256', 'SHA3-256'],
  ['sha3-384', 'SHA3-384'],
  ['sha3-512', 'SHA3-512'],
] as const

const SIGNATURES: ReadonlyMap<string, Plain> = new Map<string, Plain>([
  [`${NAMESPACE.ds}rsa-sha1`, { kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-1' }],
  [`${NAMESPACE.ds}dsa-sha1`, { kind: 'DSA', digest: 'SHA-1' }],
  [`${NAMESPACE.dsig11}dsa-sha256`, { kind: 'DSA', digest: 'SHA-256' }],
  [`${NAMESPACE.ds}hmac-sha1`, { kind: 'HMAC', digest: 'SHA-1' }],
  [`${NAMESPACE.more2001}ecdsa-sha1`, { kind: 'ECDSA', digest: 'SHA-1' }],
  [`${NAMESPACE.more2007}sha1-rsa-MGF1`, { kind: 'RSASSA-PSS', digest: 'SHA-1' }],
  ...SHA2.flatMap(([name, digest]): [string, Plain][] => [
    [`${NAMESPACE.more2001}rsa-${name}`, { kind: 'RSASSA-PKCS1-v1_5', digest }],
    [`${NAMESPACE.more2001}ecdsa-${name}`, { kind: 'ECDSA', digest }],
    [`${NAMESPACE.more2001}hmac-${name}`, { kind: 'HMAC', digest }],
    [`${NAMESPACE.more2007}${name}-rsa-MGF1`, { kind: 'RSASSA-PSS', digest }],
  ]),
  ...SHA3.flatMap(([name, digest]): [string, Plain][] => [
    [`${NAMESPACE.more2021}ecdsa-${name}`, { kind: 'ECDSA', digest }],
    [`${NAMESPACE.more2007}${name}-rsa-MGF1`, { kind: 'RSASSA-PSS', digest }],
  ]),
])

/** RSASSA-PSS whose parameters stand beside it (RFC 9231 §2.3.9). */
const RSA_PSS = `${NAMESPACE.more2007}rsa-pss`
const EDDSA = `${NAMESPACE.more2021}eddsa-`

/** PSS with one digest throughout and a salt as long as it (RFC 9231 §2.3.10). */
function pssOf(digest: DigestAlgorithm): SignatureScheme {
  return { kind: 'RSASSA-PSS', digest, mgfDigest: digest, saltLength: digestInfo(digest).length }
}

function malformed(detail: string): KysoError {
  return new KysoError('ERR_SIGNATURE_MALFORMED', detail)
}

/** XML-DSig 1.1 §6.3.1: fewer bits than half of the value, or than 80, are no longer a signature. */
function hmacScheme(digest: DigestAlgorithm, asked: number | undefined): XmlSignatureScheme {
  const full = digestInfo(digest).length * 8
  const bits = asked ?? full
  if (bits % 8 !== 0 || bits < Math.max(80, full / 2) || bits > full) throw malformed(`an HMACOutputLength of ${bits} bits`)
  return { kind: 'HMAC', digest, bits }
}

function eddsaScheme(uri: string, given: Uint8Array | undefined): XmlSignatureScheme {
  const context = given ?? new Uint8Array(0)
  if (context.length > 255) throw malformed('an EdDSA context of more than 255 octets (RFC 8032 §2)')
  switch (uri.slice(EDDSA.length)) {
    case 'ed25519':
      if (given) throw malformed('a context beside Ed25519, which has none (RFC 8032 §5.1)')
      return { kind: 'Ed25519' }
    case 'ed25519ctx':
      // RFC 8032 §8.3: with an empty context it would be neither Ed25519 nor told apart from it.
      if (context.length === 0) throw malformed('Ed25519ctx without a context (RFC 8032 §5.1)')
      return { kind: 'Ed25519ctx', context }
    case 'ed25519ph':
      return { kind: 'Ed25519ph', context }
    case 'ed448':
      return context.length === 0 ? { kind: 'Ed448' } : { kind: 'Ed448ctx', context }
    case 'ed448ph':
      return { kind: 'Ed448ph', context }
    default:
      throw unsupported('the signature method', uri)
  }
}

/**
 * The scheme of a `SignatureMethod`.
 *
 * @param uri its `Algorithm`
 * @throws KysoError `ERR_ALGORITHM_UNSUPPORTED`; `ERR_SIGNATURE_MALFORMED` for parameters that do not go with it, and for an HMAC
 *   cut to less than half or 80 bits
 */
export function schemeOfUri(uri: string, parameters: SignatureMethodParameters = {}): XmlSignatureScheme {
  const plain = SIGNATURES.get(uri)
  if (!plain && uri !== RSA_PSS && !uri.startsWith(EDDSA)) throw unsupported('the signature method', uri)
  if (parameters.unknownParameter !== undefined) throw unsupported(`the parameter ${parameters.unknownParameter} of the signature method`, uri)
  if (parameters.hmacOutputLength !== undefined && plain?.kind !== 'HMAC') throw malformed('an HMACOutputLength beside a signature that is no HMAC')
  if (plain) {
    switch (plain.kind) {
      case 'HMAC':
        return hmacScheme(plain.digest, parameters.hmacOutputLength)
      case 'RSASSA-PSS':
        return pssOf(plain.digest)
      default:
        return { kind: plain.kind, digest: plain.digest }
    }
  }
  if (uri === RSA_PSS) return parameters.pss ? { kind: 'RSASSA-PSS', ...parameters.pss } : pssOf('SHA-256')
  return eddsaScheme(uri, parameters.eddsaContext)
}

/**
 * The URI that a `SignatureMethod` names a scheme by. PSS needs one digest throughout and a salt as long as it: only for that is
 * there a URI without parameters.
 *
 * @throws KysoError `ERR_ALGORITHM_UNSUPPORTED` for schemes that have none
 */
export function signatureMethodUri(scheme: SignatureScheme): string {
  if (!('digest' in scheme)) return `${EDDSA}${scheme.kind.toLowerCase()}`
  const usual = scheme.kind !== 'RSASSA-PSS' || (scheme.mgfDigest === scheme.digest && scheme.saltLength === digestInfo(scheme.digest).length)
  if (usual) for (const [uri, plain] of SIGNATURES) if (plain.kind === scheme.kind && plain.digest === scheme.digest) return uri
  throw unsupported('the signature method', `${scheme.kind} with ${scheme.digest}`)
}

/** The name of a scheme as reports spell it. */
export function xmlSchemeName(scheme: XmlSignatureScheme): string {
  return 'digest' in scheme ? `${scheme.kind}-${scheme.digest.replace(/^SHA-/, 'SHA')}` : scheme.kind
}
