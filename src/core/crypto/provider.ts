import type { DigestAlgorithm } from '../algorithms.ts'

/** An incremental hash. */
export interface Hasher {
  update(chunk: Uint8Array): void
  /** An independent hash that has seen the same bytes. */
  copy(): Hasher
  digest(): Uint8Array
}

/** A public key, taken apart and already checked (see `x509/public-key`). `spki` is its DER SubjectPublicKeyInfo. */
export type PublicKey =
  | {
      readonly type: 'RSA'
      readonly spki: Uint8Array
      readonly modulus: Uint8Array
      readonly exponent: Uint8Array
      readonly bits: number
      readonly pssOnly?: boolean
      readonly pss?: PssParameters
    }
  | { readonly type: 'EC'; readonly spki: Uint8Array; readonly curve: CurveName; readonly point: Uint8Array; readonly bits: number }
  | { readonly type: 'Ed25519' | 'Ed448'; readonly spki: Uint8Array; readonly point: Uint8Array; readonly bits: number }
  | { readonly type: 'DSA'; readonly spki: Uint8Array; readonly bits: number; readonly qBits: number }

/** Curves the registry knows. */
export type CurveName = 'P-256' | 'P-384' | 'P-521' | 'brainpoolP256r1' | 'brainpoolP384r1' | 'brainpoolP512r1'

/** RSASSA-PSS parameters (RFC 4055 §3.1); the trailer field is always 1. */
export interface PssParameters {
  readonly digest: DigestAlgorithm
  readonly mgfDigest: DigestAlgorithm
  /** In bytes. */
  readonly saltLength: number
}

/** How a signature value is checked: what an AlgorithmIdentifier or an XML URI says once its parameters are read. */
export type SignatureScheme =
  | { readonly kind: 'RSASSA-PKCS1-v1_5'; readonly digest: DigestAlgorithm }
  | ({ readonly kind: 'RSASSA-PSS' } & PssParameters)
  | { readonly kind: 'ECDSA' | 'DSA'; readonly digest: DigestAlgorithm }
  | { readonly kind: 'Ed25519' | 'Ed448' }

/** The signed bytes: at once, or in chunks that are each valid until the next. */
export type SignedBytes = Uint8Array | Iterable<Uint8Array>

/** The cryptographic operations kyso needs. Anything may be injected; by default Node's own or WebCrypto is used. */
export interface CryptoProvider {
  readonly name: string
  createHash(algorithm: DigestAlgorithm): Hasher | Promise<Hasher>
  /**
   * Checks a signature value over `data`. ECDSA and DSA values are r‖s, each half as long as the curve's (or q's) order
   * (IEEE P1363). False when it does not verify; throws `ERR_ALGORITHM_UNSUPPORTED` when it cannot tell.
   */
  verify(scheme: SignatureScheme, key: PublicKey, data: SignedBytes, signature: Uint8Array): boolean | Promise<boolean>
  randomBytes(length: number): Uint8Array
}
