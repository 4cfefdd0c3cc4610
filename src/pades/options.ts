import type { SignatureAlgorithm } from '../core/algorithms.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import type { Signer } from '../signers/signer.ts'
import type { Sources } from '../sources/types.ts'

/** What a signature says of itself; all of it is covered by the signature. */
export interface SignatureDescription {
  /** Name of the field: an existing empty one is filled, else one of that name is made. `Signature1` and so on when left out. */
  readonly field?: string
  readonly reason?: string
  readonly location?: string
  readonly contactInfo?: string
  /** Name of the signer, where it shall differ from the certificate's. */
  readonly name?: string
  /** Claimed time of signing (`/M`); the present when left out. */
  readonly signingTime?: Date
}

/** Levels this version makes. */
export type PadesLevel = 'B-B' | 'B-T'

/** What preparing a signature needs. */
export interface PreparePdfOptions extends SignatureDescription {
  /** DER, the signer's first, then what shall stand in the signature of its chain. */
  readonly certificates: readonly Uint8Array[]
  readonly algorithm: SignatureAlgorithm
  /** `B-B` when left out. */
  readonly level?: PadesLevel
  /** Bytes to reserve for the time-stamp of `B-T`; 12,000 when left out. */
  readonly timestampSize?: number
  /** Password of an encrypted document. */
  readonly password?: string | Uint8Array
  readonly crypto?: CryptoProvider
}

/** What completing a signature needs. */
export interface CompletePdfOptions {
  /** `sources.timestamp` is asked for the time-stamp of `B-T`. */
  readonly sources?: Sources
  readonly signal?: AbortSignal
  readonly crypto?: CryptoProvider
}

/** What signing in one go needs. */
export interface SignPdfOptions extends SignatureDescription, CompletePdfOptions {
  readonly signer: Signer
  /** `B-B` when left out. */
  readonly level?: PadesLevel
  /** Certificates to carry beside those the signer has. */
  readonly certificates?: readonly Uint8Array[]
  readonly timestampSize?: number
  readonly password?: string | Uint8Array
}
