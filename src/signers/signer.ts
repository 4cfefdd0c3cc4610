import type { SignatureAlgorithm } from '../core/algorithms.ts'

/** What is asked of a key: one signature. */
export interface SignRequest {
  /** The bytes the signature is made over: for CMS the DER of the signed attributes. */
  readonly toBeSigned: Uint8Array
  /** Their digest with the digest of the signer's algorithm, for backends that hash nothing themselves. */
  readonly digest: Uint8Array
  /** What the user is signing, to be shown where consent is asked. */
  readonly name?: string
  /** Digest of the document, for backends that show or log it. */
  readonly documentDigest?: Uint8Array
}

/** How a signing call may be watched and stopped. */
export interface SignOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/** What `start` gives and `collect` redeems: plain JSON, so that it survives the process. */
export interface SignHandle {
  readonly signer: string
  readonly data: unknown
}

/**
 * Whatever holds the key. One call may carry many documents, so that one PIN or one confirmation signs a batch.
 * Signature values come back in the order of the requests: RSA as in RFC 8017, ECDSA as DER `ECDSA-Sig-Value`
 * (RFC 3279 §2.2.3), EdDSA as in RFC 8032.
 */
export interface Signer {
  readonly algorithm: SignatureAlgorithm
  /** DER, the signer's first, then what the backend knows of the chain. */
  readonly certificates: readonly Uint8Array[]
  sign(requests: readonly SignRequest[], options?: SignOptions): Promise<Uint8Array[]>
  start?(requests: readonly SignRequest[], options?: SignOptions): Promise<SignHandle>
  collect?(handle: SignHandle, options?: SignOptions): Promise<Uint8Array[]>
}
