import type { COMMITMENT } from '../cms/oids.ts'
import type { DigestAlgorithm, SignatureAlgorithm } from '../core/algorithms.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import type { DocumentInput } from '../core/source.ts'
import type { Signer } from '../signers/signer.ts'
import type { Sources } from '../sources/types.ts'

/** Levels this version makes. */
export type CadesLevel = 'B-B' | 'B-T'

/** What a signer commits to (EN 319 122-1 §5.2.3), by the names of RFC 5126 §5.11.1. */
export type Commitment = keyof typeof COMMITMENT

/** The policy a signature was made under (EN 319 122-1 §5.2.9.1). */
export interface SignaturePolicy {
  /** Object identifier, dotted. */
  readonly id: string
  readonly digestAlgorithm: DigestAlgorithm
  /** Digest of the policy's text. */
  readonly digest: Uint8Array
  /** Where its text is. */
  readonly uri?: string
}

/** What a signature says of itself; all of it is signed. */
export interface CmsDescription {
  /** Claimed time of signing; the present when left out. */
  readonly signingTime?: Date
  /** Type of the content (EN 319 122-1 §5.2.4.2), as `application/pdf`. */
  readonly mimeType?: string
  /** One of the names, or an object identifier. */
  readonly commitment?: Commitment | (string & {})
  /** Where it was signed. */
  readonly location?: { readonly country?: string; readonly locality?: string; readonly postalAddress?: readonly string[] }
  readonly policy?: SignaturePolicy
}

/** What is signed, and where the signature goes. */
export interface CmsPlacement {
  /**
   * Puts the content into the CMS (`.p7m`); beside it (`.p7s`) when left out. An attached signature is made in memory. Said of a
   * document that is a CMS already it counts for nothing: content is where it is.
   */
  readonly attached?: boolean
  /** Content that a CMS given as the document is over without holding it. */
  readonly content?: DocumentInput
  /** Signs a document that is a CMS as content, in place of adding a signer to it. */
  readonly nested?: boolean
  /** Counter-signs a signature of the CMS given as the document: its id as `readCms` gives it (`signature-1`), or its place from 0 on. */
  readonly counterSign?: string | number
}

/** What preparing a signature needs. */
export interface PrepareCmsOptions extends CmsDescription, CmsPlacement {
  /** DER, the signer's first, then what shall stand in the signature of its chain. */
  readonly certificates: readonly Uint8Array[]
  readonly algorithm: SignatureAlgorithm
  /** `B-B` when left out. */
  readonly level?: CadesLevel
  /** What the user is signing, to be shown where consent is asked. */
  readonly name?: string
  readonly crypto?: CryptoProvider
}

/** What completing a signature needs. */
export interface CompleteCmsOptions {
  /** Content that a CMS given as the document is over without holding it. */
  readonly content?: DocumentInput
  /** `sources.timestamp` is asked for the time-stamp of `B-T`. */
  readonly sources?: Sources
  readonly signal?: AbortSignal
  readonly crypto?: CryptoProvider
}

/** What signing in one go needs. */
export interface SignCmsOptions extends CmsDescription, CmsPlacement, CompleteCmsOptions {
  readonly signer: Signer
  /** `B-B` when left out. */
  readonly level?: CadesLevel
  /** Certificates to carry beside those the signer has. */
  readonly certificates?: readonly Uint8Array[]
  readonly name?: string
}

/** What counter-signing needs. */
export interface CounterSignCmsOptions extends Omit<SignCmsOptions, 'attached' | 'content' | 'nested' | 'counterSign' | 'mimeType'> {
  /** The signature to sign: its id as `readCms` gives it (`signature-1`), or its place from 0 on; the first when left out. */
  readonly signature?: string | number
}
