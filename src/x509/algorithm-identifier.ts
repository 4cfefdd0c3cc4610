/** AlgorithmIdentifier (RFC 5280 §4.1.1.2) and the signature algorithms behind it. */
import { decode, encode, encoded, explicit, type Infer, nullValue, oid, optional, sequence, smallInteger, withDefault } from '../asn1/index.ts'
import { type DigestAlgorithm, digestFromOid, digestInfo } from '../core/algorithms.ts'
import type { PssParameters, SignatureScheme } from '../core/crypto/provider.ts'
import { KysoError } from '../core/errors.ts'

/** An object identifier and its parameters as an encoded element. */
export const AlgorithmIdentifier = sequence({ algorithm: oid(), parameters: optional(encoded()) })
export type AlgorithmIdentifier = Infer<typeof AlgorithmIdentifier>

/** Object identifiers of key and signature algorithms. */
export const ALGORITHM = {
  rsaEncryption: '1.2.840.113549.1.1.1',
  rsassaPss: '1.2.840.113549.1.1.10',
  mgf1: '1.2.840.113549.1.1.8',
  ecPublicKey: '1.2.840.10045.2.1',
  dsa: '1.2.840.10040.4.1',
  ed25519: '1.3.101.112',
  ed448: '1.3.101.113',
} as const

const SIGNATURES: ReadonlyMap<string, { kind: 'RSASSA-PKCS1-v1_5' | 'ECDSA' | 'DSA'; digest: DigestAlgorithm }> = new Map([
  ['1.2.840.113549.1.1.4', { kind: 'RSASSA-PKCS1-v1_5', digest: 'MD5' }],
  ['1.2.840.113549.1.1.5', { kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-1' }],
  ['1.3.14.3.2.29', { kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-1' }],
  ['1.2.840.113549.1.1.14', { kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-224' }],
  ['1.2.840.113549.1.1.11', { kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-256' }],
  ['1.2.840.113549.1.1.12', { kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-384' }],
  ['1.2.840.113549.1.1.13', { kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-512' }],
  ['1.2.840.113549.1.1.16', { kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-512/256' }],
  ['2.16.840.1.101.3.4.3.13', { kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA3-224' }],
  ['2.16.840.1.101.3.4.3.14', { kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA3-256' }],
  ['2.16.840.1.101.3.4.3.15', { kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA3-384' }],
  ['2.16.840.1.101.3.4.3.16', { kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA3-512' }],
  ['1.2.840.10045.4.1', { kind: 'ECDSA', digest: 'SHA-1' }],
  ['1.2.840.10045.4.3.1', { kind: 'ECDSA', digest: 'SHA-224' }],
  ['1.2.840.10045.4.3.2', { kind: 'ECDSA', digest: 'SHA-256' }],
  ['1.2.840.10045.4.3.3', { kind: 'ECDSA', digest: 'SHA-384' }],
  ['1.2.840.10045.4.3.4', { kind: 'ECDSA', digest: 'SHA-512' }],
  ['2.16.840.1.101.3.4.3.9', { kind: 'ECDSA', digest: 'SHA3-224' }],
  ['2.16.840.1.101.3.4.3.10', { kind: 'ECDSA', digest: 'SHA3-256' }],
  ['2.16.840.1.101.3.4.3.11', { kind: 'ECDSA', digest: 'SHA3-384' }],
  ['2.16.840.1.101.3.4.3.12', { kind: 'ECDSA', digest: 'SHA3-512' }],
  ['1.2.840.10040.4.3', { kind: 'DSA', digest: 'SHA-1' }],
  ['2.16.840.1.101.3.4.3.1', { kind: 'DSA', digest: 'SHA-224' }],
  ['2.16.840.1.101.3.4.3.2', { kind: 'DSA', digest: 'SHA-256' }],
  ['2.16.840.1.101.3.4.3.3', { kind: 'DSA', digest: 'SHA-384' }],
  ['2.16.840.1.101.3.4.3.4', { kind: 'DSA', digest: 'SHA-512' }],
  ['2.16.840.1.101.3.4.3.5', { kind: 'DSA', digest: 'SHA3-224' }],
  ['2.16.840.1.101.3.4.3.6', { kind: 'DSA', digest: 'SHA3-256' }],
  ['2.16.840.1.101.3.4.3.7', { kind: 'DSA', digest: 'SHA3-384' }],
  ['2.16.840.1.101.3.4.3.8', { kind: 'DSA', digest: 'SHA3-512' }],
])

const NULL = Uint8Array.of(5, 0)
const sha1: AlgorithmIdentifier = { algorithm: digestInfo('SHA-1').oid, parameters: NULL }
const mgf1Sha1: AlgorithmIdentifier = { algorithm: ALGORITHM.mgf1, parameters: encode(AlgorithmIdentifier, sha1) }

/** RSASSA-PSS-params (RFC 4055 §3.1). */
const RsassaPssParams = sequence({
  hashAlgorithm: withDefault(explicit(0, AlgorithmIdentifier), sha1),
  maskGenAlgorithm: withDefault(explicit(1, AlgorithmIdentifier), mgf1Sha1),
  saltLength: withDefault(explicit(2, smallInteger()), 20),
  trailerField: withDefault(explicit(3, smallInteger()), 1),
})

function unsupported(what: string, oidText: string): KysoError {
  return new KysoError('ERR_ALGORITHM_UNSUPPORTED', `${what} ${oidText} is not supported`, { algorithm: oidText })
}

/** Reads the digest an AlgorithmIdentifier names; parameters are absent or NULL (RFC 5754 §2). */
export function digestAlgorithm(identifier: AlgorithmIdentifier): DigestAlgorithm {
  const digest = digestFromOid(identifier.algorithm)
  if (!digest) throw unsupported('the digest algorithm', identifier.algorithm)
  return digest
}

/** The PSS parameters of an AlgorithmIdentifier; absent parameters are the defaults of RFC 4055 §3.1 only in a key. */
export function pssParameters(parameters: Uint8Array): PssParameters {
  const value = decode(RsassaPssParams, parameters)
  if (value.maskGenAlgorithm.algorithm !== ALGORITHM.mgf1 || !value.maskGenAlgorithm.parameters)
    throw unsupported('the mask generation function', value.maskGenAlgorithm.algorithm)
  if (value.trailerField !== 1 || value.saltLength < 0 || value.saltLength > 2048) {
    throw new KysoError('ERR_SIGNATURE_MALFORMED', 'RSASSA-PSS parameters out of range', { saltLength: value.saltLength, trailerField: value.trailerField })
  }
  return {
    digest: digestAlgorithm(value.hashAlgorithm),
    mgfDigest: digestAlgorithm(decode(AlgorithmIdentifier, value.maskGenAlgorithm.parameters)),
    saltLength: value.saltLength,
  }
}

/**
 * The scheme an AlgorithmIdentifier of a signature names.
 *
 * @param digest digest known from elsewhere (CMS `digestAlgorithm`), for identifiers that name only the key's algorithm
 * @throws KysoError `ERR_ALGORITHM_UNSUPPORTED`, `ERR_SIGNATURE_MALFORMED`
 */
export function signatureScheme(identifier: AlgorithmIdentifier, digest?: DigestAlgorithm): SignatureScheme {
  const { algorithm, parameters } = identifier
  const known = SIGNATURES.get(algorithm)
  if (known) return known
  if (algorithm === ALGORITHM.rsassaPss) {
    if (!parameters) throw new KysoError('ERR_SIGNATURE_MALFORMED', 'RSASSA-PSS without parameters (RFC 4055 §3.1)')
    return { kind: 'RSASSA-PSS', ...pssParameters(parameters) }
  }
  if (algorithm === ALGORITHM.ed25519 || algorithm === ALGORITHM.ed448) {
    if (parameters) throw new KysoError('ERR_SIGNATURE_MALFORMED', 'EdDSA with parameters (RFC 8410 §3)')
    return { kind: algorithm === ALGORITHM.ed25519 ? 'Ed25519' : 'Ed448' }
  }
  // RFC 3370 §3.2: rsaEncryption names PKCS #1 v1.5, the digest stands beside it. The same is met with EC and DSA keys.
  if (digest && algorithm === ALGORITHM.rsaEncryption) return { kind: 'RSASSA-PKCS1-v1_5', digest }
  if (digest && algorithm === ALGORITHM.ecPublicKey) return { kind: 'ECDSA', digest }
  if (digest && algorithm === ALGORITHM.dsa) return { kind: 'DSA', digest }
  throw unsupported('the signature algorithm', algorithm)
}

/** The AlgorithmIdentifier of a digest, parameters absent (RFC 5754 §2). */
export function digestIdentifier(digest: DigestAlgorithm): AlgorithmIdentifier {
  return { algorithm: digestInfo(digest).oid }
}

/** The AlgorithmIdentifier of a scheme as certificates and CMS carry it. */
export function signatureIdentifier(scheme: SignatureScheme): AlgorithmIdentifier {
  if (!('digest' in scheme)) return { algorithm: scheme.kind === 'Ed25519' ? ALGORITHM.ed25519 : ALGORITHM.ed448 }
  if (scheme.kind === 'RSASSA-PSS') {
    const hash: AlgorithmIdentifier = { algorithm: digestInfo(scheme.digest).oid, parameters: NULL }
    const mgfHash: AlgorithmIdentifier = { algorithm: digestInfo(scheme.mgfDigest).oid, parameters: NULL }
    return {
      algorithm: ALGORITHM.rsassaPss,
      parameters: encode(RsassaPssParams, {
        hashAlgorithm: hash,
        maskGenAlgorithm: { algorithm: ALGORITHM.mgf1, parameters: encode(AlgorithmIdentifier, mgfHash) },
        saltLength: scheme.saltLength,
        trailerField: 1,
      }),
    }
  }
  for (const [algorithm, entry] of SIGNATURES) {
    // RFC 4055 §5 wants NULL with RSA, RFC 5758 §3.2 wants none with ECDSA and DSA.
    if (entry.kind === scheme.kind && entry.digest === scheme.digest)
      return scheme.kind === 'RSASSA-PKCS1-v1_5' ? { algorithm, parameters: encode(nullValue(), null) } : { algorithm }
  }
  throw unsupported('the signature algorithm', `${scheme.kind} with ${scheme.digest}`)
}
