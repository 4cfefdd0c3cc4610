/** What a signature needs at a level, as plain data. */
import type { ReadSigned, ReadTimestamp } from '../facts/index.ts'
import type { SourceEvent } from '../sources/types.ts'
import type { Certificate } from '../x509/index.ts'
import type { EvidenceContext } from './chain.ts'

/** The baseline levels of EN 319 122-1 §6, EN 319 132-1 §6 and EN 319 142-1 §6. */
export type EvidenceLevel = 'B-B' | 'B-T' | 'B-LT' | 'B-LTA'

/**
 * A time-stamp over the signature, as far as it holds. One over the evidence is an `archive` one; so in a PDF a document time-stamp is
 * given as such where it comes after the validation data.
 */
export type EvidenceTimestamp = Pick<ReadTimestamp, 'type' | 'time' | 'certificate'> & Partial<Pick<ReadTimestamp, 'certificates'>>

/** The signature that evidence is for; a signature as read is one. */
export interface EvidenceSubject extends Pick<ReadSigned, 'certificate'>, Partial<Pick<ReadSigned, 'certificates'>> {
  readonly timestamps: readonly EvidenceTimestamp[]
}

/**
 * How old revocation information may be at the time that matters, in milliseconds. `current`: as old as its own nextUpdate allows, which is
 * the freshness of EN 319 102-1 §5.2.5 where the policy has no maximum.
 */
export type Freshness = number | 'current'

/** What needs are found with. */
export interface NeedsContext extends EvidenceContext {
  /** Of signers of documents and time-stamps; 0 when left out: issued at the proven time of the signature or later. */
  readonly freshness?: Freshness
  /** Of authorities, of responders and of signers of CRLs; `current` when left out: their lists appear months apart. */
  readonly authorityFreshness?: Freshness
}

/** Whose evidence it is. `signature` and `archive` are time-stamps by what they cover. */
export type EvidenceRole = 'signer' | 'timestampSigner' | 'issuer' | 'anchor' | 'ocspSigner' | 'crlSigner' | 'signature' | 'archive'

/** Why something is not needed, is missing, or is had and yet no good news. Stable codes. */
export type EvidenceReason =
  /** Not needed: what an anchor says is trusted already. */
  | 'trustAnchor'
  /** Not needed: the issuer publishes no revocation of it (RFC 9608). */
  | 'noRevAvail'
  /** Not needed: a short-lived certificate (EN 319 412-1 §5.2). */
  | 'shortLived'
  /** Not needed: a responder with `ocsp-nocheck` (RFC 6960 §4.2.2.2.1). */
  | 'ocspNocheck'
  /** Had: it stands in the OCSP response itself. */
  | 'inResponse'
  /** Not needed yet: the evidence for the newest archive time-stamp is covered by the one after it. */
  | 'newestTimestamp'
  /** Had: the certificate is revoked. */
  | 'revoked'
  /** Had: the certificate was not valid at the time that matters. */
  | 'expired'
  /** Had: something speaks against the path at any time; `detail` has the codes. */
  | 'pathProblem'
  /** The path ends at somebody who is no anchor, or there is none. */
  | 'notTrusted'
  /** An anchor has the issuer's name and another key. */
  | 'otherKey'
  /** Nothing can be said without a path. */
  | 'noPath'
  /** The document does not say whose it is. */
  | 'signerUnknown'
  /** No source of that kind was given. */
  | 'noSource'
  /** The certificate names no place to ask. */
  | 'noAddress'
  | 'offline'
  /** A source refused to ask: private address, scheme, number of addresses. */
  | 'refused'
  /** Asked in vain: no connection, time-out, an error of the server. */
  | 'unreachable'
  /** A source gave nothing and told nothing. */
  | 'noAnswer'
  /** What there is may not be used: signature, authority, scope, syntax. */
  | 'notAccepted'
  /** The responder does not know the certificate. */
  | 'statusUnknown'
  /** Signed with algorithms that do not count any more. */
  | 'signedWeakly'
  /** Issued before the signature is proven to have existed. */
  | 'olderThanSignature'
  /** No longer current. */
  | 'stale'
  /** Issued after the time of asking. */
  | 'fromFuture'
  /** It would rest on itself, or on too many others. */
  | 'loop'
  /** A time-stamp that the format has to ask for; a source is there. */
  | 'toBeRequested'
  /** There is an archive time-stamp, but it does not cover what was fetched since. */
  | 'notCovered'

/** One thing that is needed, or might have been. */
export interface EvidenceItem {
  readonly kind: 'certificate' | 'revocation' | 'timestamp'
  readonly of: EvidenceRole
  /** Name of the certificate's subject, or of the signer. */
  readonly subject: string
  /** SHA-256 of the certificate, hexadecimal; absent where there is none. */
  readonly id?: string
  readonly status: 'atHand' | 'fetched' | 'notNeeded' | 'missing'
  readonly why?: EvidenceReason
  /** Technical, for logs. */
  readonly detail?: string
  /** SHA-256 of the CRLs and BasicOCSPResponses that a revocation status rests on, hexadecimal. */
  readonly sources?: readonly string[]
  /** Of a `revoked` certificate, ISO 8601 UTC. */
  readonly revocationTime?: string
}

/** What a signature needs at a level. */
export interface EvidenceNeeds {
  readonly level: EvidenceLevel
  /** Nothing is missing. Whether what is there is good news is told by `why`, and judged by `verify`. */
  readonly satisfied: boolean
  /** Those of the signer from the leaf up, then those of each time-stamp, then the time-stamps themselves; each once. */
  readonly items: readonly EvidenceItem[]
  /** DER of the certificates to embed; neither anchors nor what stands in an OCSP response. */
  readonly certificates: readonly Uint8Array[]
  /** DER of the CRLs to embed. */
  readonly crls: readonly Uint8Array[]
  /** DER of the OCSPResponses to embed (RFC 6960 §4.2.1); `parseOcsp` gives the BasicOCSPResponse inside. */
  readonly ocsp: readonly Uint8Array[]
  /** What sources were asked, in order. */
  readonly asked: readonly SourceEvent[]
}

/** A time that matters and how old information may be then. */
export interface Wanted {
  /** When the signature is proven to have existed; the present counts where nothing proves anything. */
  readonly time: Date | undefined
  readonly freshness: Freshness
}

/** A certificate and the role in which it is needed. */
export interface Held {
  readonly certificate: Certificate
  readonly of: EvidenceRole
}
