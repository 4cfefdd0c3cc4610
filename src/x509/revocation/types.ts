/** What is asked about revocation, and what comes of it. */
import type { Budget } from '../../core/budget.ts'
import type { CryptoProvider, PublicKey } from '../../core/crypto/provider.ts'
import type { Certificate } from '../certificate.ts'
import type { Name } from '../name.ts'
import type { OcspAnswer } from '../ocsp.ts'
import type { TrustAnchor } from '../path/anchor.ts'
import type { SignedWith } from './signed-with.ts'

/** The issuer of the certificate asked about: whose key has to answer. */
export interface Issuer {
  readonly name: Name
  readonly spki: Uint8Array
  readonly key: PublicKey
  readonly certificate?: Certificate
  /** Where the certificate's own path ends. CRLs of other keys count only when their signer's path ends there too (RFC 5280 §6.3.3 f); without it they never do. */
  readonly anchor?: TrustAnchor
}

/** What the question is answered with. */
export interface RevocationContext {
  readonly crypto: CryptoProvider
  readonly budget: Budget
  /** Certificates at hand: signers of CRLs and delegated responders are looked for among them. */
  readonly pool?: readonly Certificate[]
  /** Sources from after this time are not put together with others; all are told all the same. */
  readonly at?: Date
  /** Answers that were asked for with a nonce, and which: another nonce is the answer to another question (RFC 9654 §2.1). */
  readonly nonces?: ReadonlyMap<OcspAnswer, Uint8Array>
}

/** What one source says, or several that complete each other. */
export interface RevocationStatus {
  readonly kind: 'crl' | 'ocsp'
  /** `good`: every reason for revocation is covered. */
  readonly status: 'good' | 'revoked' | 'unknown'
  /** Where a `good` rests on several sources, the time of the oldest. */
  readonly thisUpdate: Date
  /** Likewise the first of theirs. */
  readonly nextUpdate?: Date
  readonly producedAt: Date
  readonly revocationTime?: Date
  readonly reason?: string
  /** When the key was or may have been lost, as a CRL entry tells (RFC 5280 §5.3.2). */
  readonly invalidityDate?: Date
  /** The certificate had been suspended from that time on, and a delta CRL has lifted it. */
  readonly heldFrom?: Date
  /** SHA-256 of the source's bytes, hexadecimal. */
  readonly id: string
  /**
   * Every signature that the status rests on, the source's own first: then those of its other sources, and of whatever shows that who
   * signed them may (a delegate's certificate, the path of a CRL's signer). Which of them are good enough is for the judge.
   */
  readonly signatures: readonly [SignedWith, ...SignedWith[]]
  /** The same of the other sources that the status rests on: delta CRLs, lists of other reasons. */
  readonly alsoFrom?: readonly string[]
  /** Who answered, where it was a delegate of the issuer (RFC 6960 §4.2.2.2), or who signed the list where it was another key than the issuer's. */
  readonly responder?: Certificate
  /** The responder keeps what expired at that time or later (RFC 6960 §4.4.4). */
  readonly archiveCutoff?: Date
  /** Whether the answer returned the nonce that was sent. */
  readonly nonce?: boolean
}

/** A source that may not be used, and why. */
export interface RevocationRefusal {
  readonly kind: 'crl' | 'ocsp'
  readonly id: string
  readonly why: RefusalReason
}

/** Why a source may not be used. Stable names, each with a text in the message catalogues. */
export type RefusalReason =
  | 'signatureInvalid'
  | 'notAuthorised'
  | 'signerRevoked'
  | 'signerUnknown'
  | 'responderMismatch'
  | 'certificateMismatch'
  | 'nonceMismatch'
  | 'unknownCritical'
  | 'otherScope'
  | 'otherDistributionPoint'
  | 'reasonsIncomplete'
  | 'deltaWithoutBase'
  | 'afterExpiry'
  | 'malformed'

/** Statuses of the sources that speak of the certificate, and those that do but were refused. */
export interface RevocationResult {
  readonly statuses: readonly RevocationStatus[]
  readonly refused: readonly RevocationRefusal[]
}

/** Asks about another certificate on the way: one of the path of a CRL's signer, named in `via`, or a responder. */
export type Ask = (certificate: Certificate, issuer: Issuer, via?: Certificate) => Promise<RevocationResult>

/** What every step works with: the context, and the certificates whose revocation is being asked about on the way here. */
export interface Inquiry extends RevocationContext {
  readonly trail: readonly Certificate[]
  readonly ask: Ask
}
