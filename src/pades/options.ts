import type { SignatureAlgorithm } from '../core/algorithms.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import type { Signer } from '../signers/signer.ts'
import type { Sources } from '../sources/types.ts'
import type { Appearance } from './appearance-form.ts'
import type { Placement } from './placement.ts'

/** What a certification or a lock allows afterwards: 1 nothing, 2 filling in and signing, 3 annotating too (ISO 32000-2 tables 236 and 257). */
export type AccessPermission = 1 | 2 | 3

/** What signing a field locks (§12.7.5.5, table 236). */
export interface FieldLock {
  readonly action: 'All' | 'Include' | 'Exclude'
  /** Fully qualified names, each with all below it; for `Include` and `Exclude`. */
  readonly fields?: readonly string[]
  /** What the whole document allows afterwards; nothing is said when left out. */
  readonly permission?: AccessPermission
}

/** How a signature is shown. */
export interface VisibleSignature {
  readonly appearance: Appearance
  /** Where a new field stands. An existing field has its own rectangle, and takes none. */
  readonly placement?: Placement
}

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
  /** Shows the signature on a page; it is invisible when left out. */
  readonly visible?: VisibleSignature
  /** Certifies the document (§12.8.2.2): what may come after this signature, which has to be the first. */
  readonly certify?: AccessPermission
  /** Locks fields from this signature on (§12.8.2.4). A lock that an existing field has holds whatever is said here. */
  readonly lock?: FieldLock
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
