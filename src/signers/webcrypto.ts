/** A signer on a WebCrypto key: one that never leaves the browser's key store, or a backend that speaks WebCrypto. */
import { encode, integer, sequence } from '../asn1/index.ts'
import { curveInfo, digestInfo, parseSignatureAlgorithm, type SignatureAlgorithm, type SignatureAlgorithmParts } from '../core/algorithms.ts'
import { toBigInt } from '../core/bytes.ts'
import type { CurveName } from '../core/crypto/provider.ts'
import { KysoError } from '../core/errors.ts'
import { RSA_BITS } from '../x509/public-key.ts'
import { copyCertificates, signEach } from './batch.ts'
import type { Signer } from './signer.ts'

/** What {@link webCryptoSigner} takes. */
export interface WebCryptoSignerOptions {
  /** A private key with the usage `sign`; it need not be extractable. */
  readonly privateKey: CryptoKey
  /** DER, the signer's first, then what is known of the chain. */
  readonly certificates: readonly Uint8Array[]
  /** Left out: what the key says; ECDSA with the digest that goes with the curve's size. */
  readonly algorithm?: SignatureAlgorithm
  /** The WebCrypto that the key belongs to; `globalThis.crypto` when left out. */
  readonly crypto?: Crypto
}

/** ECDSA-Sig-Value (RFC 3279 §2.2.3). */
const EcdsaSigValue = sequence({ r: integer(), s: integer() })

/** Digest that goes with a curve's size (RFC 5480 §4, NIST SP 800-57 part 1, table 2). */
const CURVE_ALGORITHMS: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ['P-256', 'ECDSA-SHA256'],
  ['P-384', 'ECDSA-SHA384'],
  ['P-521', 'ECDSA-SHA512'],
])

const RSA_KINDS: ReadonlyMap<string, 'RSASSA-PKCS1-v1_5' | 'RSASSA-PSS'> = new Map([
  ['RSASSA-PKCS1-v1_5', 'RSASSA-PKCS1-v1_5'],
  ['RSA-PSS', 'RSASSA-PSS'],
])

const WEB_DIGESTS: readonly string[] = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512']

/**
 * A signer that signs with a WebCrypto key.
 *
 * @throws KysoError `ERR_KEY_INVALID` for a key that cannot sign or is of another kind, `ERR_ARGUMENT` for an algorithm that does not go
 *   with the key or missing certificates, `ERR_ALGORITHM_UNSUPPORTED` for what WebCrypto cannot do
 * @example
 * ```ts
 * // The certificate is of this key: made by `crypto.subtle.generateKey` and certified since, or kept by the browser.
 * const signer = webCryptoSigner({ privateKey, certificates: [certificateDer] })
 * signer.algorithm // => 'ECDSA-SHA256'
 * const signed = await signPdf(pdf, { signer })
 * ```
 */
export function webCryptoSigner(options: WebCryptoSignerOptions): Signer {
  const { privateKey } = options
  const subtle = (options.crypto ?? (globalThis as { crypto?: Crypto }).crypto)?.subtle
  if (!subtle) throw new KysoError('ERR_ARGUMENT', 'there is no WebCrypto here (browsers have it on https pages only): hand one in')
  checkKey(privateKey)
  const certificates = copyCertificates(options.certificates)
  const algorithm = options.algorithm ?? defaultAlgorithm(privateKey)
  const parts = parseSignatureAlgorithm(algorithm)
  checkGoesWith(privateKey, parts, algorithm)
  const parameters = signParameters(parts)
  const signOne = async (toBeSigned: Uint8Array): Promise<Uint8Array> => {
    let value: Uint8Array
    try {
      value = new Uint8Array(await subtle.sign(parameters, privateKey, toBeSigned as BufferSource))
    } catch (cause) {
      throw signError(cause, algorithm)
    }
    return parts.scheme.kind === 'ECDSA' ? ecdsaSigValue(value, namedCurveOf(privateKey)) : value
  }
  return { algorithm, certificates, sign: (requests, signOptions) => signEach(requests, signOptions, signOne) }
}

/** A key may come from any implementation of WebCrypto, so it is known by its properties, not by its class. */
function checkKey(key: CryptoKey): void {
  const invalid = (detail: string): KysoError => new KysoError('ERR_KEY_INVALID', detail)
  if (typeof key !== 'object' || key === null || typeof key.algorithm?.name !== 'string') throw invalid('that is no CryptoKey')
  if (key.type !== 'private') throw invalid(`a ${String(key.type)} key where a private one is needed`)
  if (!Array.from(key.usages ?? []).includes('sign')) throw invalid('the key may not be used to sign (usages)')
  if (!RSA_KINDS.has(key.algorithm.name)) return
  const bits = property(key.algorithm, 'modulusLength')
  if (typeof bits === 'number' && (bits < RSA_BITS.min || bits > RSA_BITS.max)) throw invalid(`an RSA key of ${bits} bits`)
}

function property(object: object, name: string): unknown {
  return (object as Readonly<Record<string, unknown>>)[name]
}

function namedCurveOf(key: CryptoKey): string {
  return String(property(key.algorithm, 'namedCurve'))
}

/** Digest an RSA key was made for, as WebCrypto spells it. */
function hashOf(key: CryptoKey): string {
  const hash = property(key.algorithm, 'hash')
  return typeof hash === 'object' && hash !== null ? String(property(hash, 'name')) : String(hash)
}

function defaultAlgorithm(key: CryptoKey): SignatureAlgorithm {
  const { name } = key.algorithm
  const rsa = RSA_KINDS.get(name)
  if (rsa) return `${rsa}-${hashOf(key).replace(/^SHA-/, 'SHA')}` as SignatureAlgorithm
  const ecdsa = name === 'ECDSA' ? CURVE_ALGORITHMS.get(namedCurveOf(key)) : undefined
  if (ecdsa) return ecdsa
  if (name === 'Ed25519' || name === 'Ed448') return name
  throw new KysoError('ERR_KEY_INVALID', `no signatures with a key of ${name}${name === 'ECDSA' ? ` on ${namedCurveOf(key)}` : ''}`, { algorithm: name })
}

function checkGoesWith(key: CryptoKey, { scheme, digest }: SignatureAlgorithmParts, algorithm: SignatureAlgorithm): void {
  const { name } = key.algorithm
  const kind = RSA_KINDS.get(name) ?? name
  // An RSA key of WebCrypto is bound to one digest; the others to none.
  if (kind !== scheme.kind || (RSA_KINDS.has(name) && hashOf(key) !== digest)) {
    throw new KysoError('ERR_ARGUMENT', `${algorithm} does not go with a key of ${name}${RSA_KINDS.has(name) ? ` with ${hashOf(key)}` : ''}`, { algorithm })
  }
  if (scheme.kind === 'ECDSA' && !CURVE_ALGORITHMS.has(namedCurveOf(key))) {
    throw new KysoError('ERR_KEY_INVALID', `no signatures with a key on ${namedCurveOf(key)}`, { algorithm })
  }
  if ('digest' in scheme && !WEB_DIGESTS.includes(digest)) throw new KysoError('ERR_ALGORITHM_UNSUPPORTED', `WebCrypto has no ${digest}`, { algorithm })
}

function signParameters({ scheme, digest }: SignatureAlgorithmParts): AlgorithmIdentifier | EcdsaParams | RsaPssParams {
  switch (scheme.kind) {
    case 'RSASSA-PSS':
      return { name: 'RSA-PSS', saltLength: digestInfo(digest).length }
    case 'ECDSA':
      return { name: 'ECDSA', hash: digest }
    default:
      return { name: scheme.kind }
  }
}

/** WebCrypto gives r‖s (IEEE P1363); CMS and XML's other users want the DER of both. */
function ecdsaSigValue(value: Uint8Array, curve: string): Uint8Array {
  const { length } = curveInfo(curve as CurveName)
  if (value.length !== 2 * length)
    throw new KysoError('ERR_SIGNATURE_MALFORMED', `an ECDSA value of ${value.length} bytes for ${curve}`, { length: value.length })
  return encode(EcdsaSigValue, { r: toBigInt(value.subarray(0, length)), s: toBigInt(value.subarray(length)) })
}

/** What the user refused is told apart from what the key cannot do. */
function signError(cause: unknown, algorithm: SignatureAlgorithm): KysoError {
  const name = cause instanceof Error ? cause.name : ''
  if (name === 'NotAllowedError' || name === 'AbortError') return new KysoError('ERR_SIGNER_CANCELLED', 'signing was cancelled where the key is', {}, { cause })
  return new KysoError('ERR_KEY_INVALID', `the key could not sign with ${algorithm}`, { algorithm }, { cause })
}
