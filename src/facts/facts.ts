/** What was found, as plain data: the judge reads this, the policy and the time, and nothing else. */
import type { Check } from '../core/check.ts'
import type { SignedWith } from '../x509/revocation/signed-with.ts'

/** What a signature or time-stamp covers. */
export type Scope =
  | { readonly kind: 'revision'; readonly revision: number; readonly ranges: readonly (readonly [offset: number, length: number])[]; readonly whole: boolean }
  | { readonly kind: 'signature'; readonly of: string }
  | { readonly kind: 'elements'; readonly whole: boolean; readonly references: readonly ReferenceFacts[] }
  | { readonly kind: 'content'; readonly size: number }
  | { readonly kind: 'detached'; readonly found: boolean; readonly size?: number; readonly name?: string }
  | { readonly kind: 'none' }

/** One reference of an XML signature: what it names, and whether that is there and unchanged. */
export interface ReferenceFacts {
  readonly uri: string | null
  readonly type?: string
  /** What it is for: content of the document, the signature's own properties, a manifest, another signature. */
  readonly role: 'content' | 'properties' | 'manifest' | 'signature' | 'keyInfo'
  /** Paths of the elements it covers, with positions where siblings share a name: `/TDiep/DLieu/HDon/DLHDon`; `/` for the whole document. */
  readonly elements: readonly string[]
  /** Byte ranges of the file that it covers, as far as it covers elements whole. */
  readonly ranges: readonly (readonly [offset: number, length: number])[]
  readonly result: 'passed' | 'failed' | 'notDone'
}

/** Where a time-stamp stands. */
export type TimestampType = 'content' | 'signature' | 'document' | 'archive'

/** What was added to a file after a signature. */
export interface LaterChanges {
  /**
   * `none`: it covers the file to its end; `explained`: what may follow it, as far as the signatures before permit (signatures,
   * time-stamps, validation data, values of form fields, annotations); `unexplained`: something else.
   */
  readonly kind: 'none' | 'explained' | 'unexplained'
  /** What the later revisions hold. Where `kind` is `unexplained`, what stands against the signature and nothing else. */
  readonly changes: readonly LaterChange[]
}

/** One change that a later revision made. */
export interface LaterChange {
  /** Stable; the catalogues have words for it. */
  readonly code: string
  /** Index of the revision that made it. */
  readonly revision: number
  /** In technical words. */
  readonly detail: string
  /** Number of the object that has changed. */
  readonly object?: number
  /** Way to it from the trailer, as in `/Root/Pages/Kids[0]/Contents`. */
  readonly path?: string
  /** The page that it is on; 1 is the first. */
  readonly page?: number
  /** Fully qualified name of a form field. */
  readonly field?: string
}

/** A certificate, taken apart as far as judging and reporting need it. Times are ISO 8601 UTC. */
export interface CertificateFacts {
  /** SHA-256 of its DER, hexadecimal. */
  readonly id: string
  readonly subject: string
  readonly issuer: string
  /** Serial number, hexadecimal. */
  readonly serialNumber: string
  readonly notBefore: string
  readonly notAfter: string
  readonly commonName?: string
  readonly organisation?: string
  readonly organisationalUnit?: string
  readonly email?: string
  /** Every `UID`, as it stands. */
  readonly uid: readonly string[]
  readonly keyType: string
  readonly keyBits: number
  readonly signatureDigest?: string
  /** Digest of the mask generation of RSASSA-PSS, where it is another. */
  readonly mgfDigest?: string
  /** `null`: no keyUsage extension. */
  readonly keyUsages: readonly string[] | null
  /** The issuer says that it publishes no revocation for it (RFC 9608, or a short-lived certificate of EN 319 412-1). */
  readonly noRevocation: boolean
  /** `ocsp-nocheck` (RFC 6960 §4.2.2.2.1). */
  readonly ocspNocheck: boolean
}

/** What one CRL or OCSP response says of one certificate. */
export interface RevocationFacts {
  readonly kind: 'crl' | 'ocsp'
  /** SHA-256 of its bytes. */
  readonly id: string
  readonly status: 'good' | 'revoked' | 'unknown'
  readonly thisUpdate: string
  readonly nextUpdate?: string
  readonly producedAt: string
  readonly revocationTime?: string
  readonly reason?: string
  /** When the key was or may have been lost, as a CRL entry tells (RFC 5280 §5.3.2). */
  readonly invalidityDate?: string
  /** The certificate had been suspended from that time on, and a delta CRL has lifted it. */
  readonly heldFrom?: string
  /** The responder keeps what expired at that time or later (RFC 6960 §4.4.4). */
  readonly archiveCutoff?: string
  /** SHA-256 of the other sources that the status rests on: delta CRLs, lists of other reasons. */
  readonly alsoFrom?: readonly string[]
  /** Who answered or signed the list, where it was another key than the issuer's. */
  readonly responder?: string
  /** Every signature that the status rests on, the source's own first, each kind once. */
  readonly signatures: readonly SignedWith[]
}

/** One certificate of a chain and what is known of its revocation. */
export interface ChainLink {
  readonly certificate: CertificateFacts
  readonly revocation: readonly RevocationFacts[]
  /** Sources that speak of it but may not be used, and why. */
  readonly refused: readonly { readonly kind: 'crl' | 'ocsp'; readonly id: string; readonly why: string }[]
}

/** One question to a server: what was asked, and what came of it. */
export interface AskedFacts {
  readonly kind: 'ocsp' | 'crl' | 'certificate' | 'timestamp'
  readonly url: string
  readonly outcome: 'answered' | 'cached' | 'refused' | 'failed'
  readonly reason?: string
  readonly detail?: string
  readonly status?: number
  /** Whether an OCSP answer returned the nonce that was sent (RFC 9654 §2.1): without it an old answer may have been played back. */
  readonly nonce?: 'returned' | 'absent'
  /** SHA-256 of the answer, hexadecimal. */
  readonly sha256?: string
  readonly at: string
}

/** A chain from a signer to an anchor, or as far as it went. */
export interface ChainFacts {
  readonly links: readonly ChainLink[]
  /** The anchor it ends at; absent when it ends at none. */
  readonly anchor?: { readonly name: string; readonly key: string; readonly notBefore?: string; readonly notAfter?: string }
  /** The signer's certificate is the anchor itself: name and key are those that are trusted, and nothing stands above it (RFC 5280 §6.1). */
  readonly signerIsAnchor?: boolean
  /** What sources were asked for it, in order; absent where nothing was. */
  readonly asked?: readonly AskedFacts[]
  /** Name of an anchor whose name a certificate of the chain bears with another key. */
  readonly imitates?: string
  /** What holds against it at any time. */
  readonly problems: readonly { readonly code: string; readonly index: number; readonly detail: string }[]
}

/** What signatures and time-stamps share. */
export interface SignedFacts {
  readonly id: string
  readonly checks: readonly Check[]
  readonly scope: Scope
  /** Digest of what is signed or time-stamped. */
  readonly digestAlgorithm?: string
  /** Scheme and digest of the signature value, and that digest alone. */
  readonly signatureAlgorithm?: string
  readonly signatureDigest?: string
  /** Digest of the mask generation of RSASSA-PSS, where it is another. */
  readonly mgfDigest?: string
  /** The signer's certificate; absent when it is not at hand. */
  readonly signer?: CertificateFacts
  readonly chain?: ChainFacts
}

/** A time-stamp. */
export interface TimestampFacts extends SignedFacts {
  readonly type: TimestampType
  /** ISO 8601 UTC; absent when the token could not be read. */
  readonly time?: string
}

/** A signature. */
export interface SignatureFacts extends SignedFacts {
  readonly parent?: string
  readonly level: string
  readonly claimedTime?: string
  readonly boundBy: 'signingCertificateV2' | 'signingCertificate' | null
  readonly timestamps: readonly TimestampFacts[]
  readonly laterChanges: LaterChanges
  readonly claims: Readonly<Record<string, string>>
}

/** All that is known of a document. */
export interface Facts {
  readonly format: 'pdf' | 'xml' | 'cms'
  readonly signatures: readonly SignatureFacts[]
  readonly documentTimestamps: readonly TimestampFacts[]
  readonly oddities: readonly { readonly code: string; readonly detail: string; readonly offset?: number }[]
}
