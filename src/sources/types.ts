/** What evidence is asked of. Anything with these shapes may stand in: a server, a cache, a lab in memory. */
import type { Budget } from '../core/budget.ts'
import type { Certificate } from '../x509/certificate.ts'
import type { Name } from '../x509/name.ts'

/** How one time-stamp is asked for. */
export interface TimestampSourceOptions {
  /** Stops the asking; the source then throws `ERR_ABORTED`. */
  readonly signal?: AbortSignal
  /**
   * Looks at an answer and throws where it is of no use: refused, for another request, not to be read. A source that has a
   * further server asks that one then; a source that has one answer may leave this out of account.
   */
  readonly accept?: (response: Uint8Array) => Promise<void>
}

/** A time-stamp authority, however it is reached. */
export interface TimestampSource {
  /**
   * Sends one request (RFC 3161 §2.4.1) and gives back what came, unread.
   *
   * @param request DER of a TimeStampReq
   * @returns a TimeStampResp, as far as its sender says
   */
  timestamp(request: Uint8Array, options?: TimestampSourceOptions): Promise<Uint8Array>
}

/** Why something was not asked, or why what came is of no use. */
export type SourceReason =
  /** Nothing is asked of servers, and nothing was at hand. */
  | 'offline'
  /** Neither `http:` nor `https:`, or no URL at all. */
  | 'scheme'
  /** The address lies in a private network and is not listed. */
  | 'privateAddress'
  /** More addresses than are tried for one certificate. */
  | 'tooMany'
  | 'timeout'
  /** `detail` has the system's code. */
  | 'unreachable'
  | 'redirect'
  | 'status'
  | 'tooLarge'
  /** The answer is not of its kind. */
  | 'content'
  /** The responder gave an error status (RFC 6960 §4.2.1), which `detail` names. */
  | 'ocspStatus'
  /** The answer is about another certificate, or has the nonce of another request. */
  | 'mismatch'
  /** Whoever asked did not take the answer; `detail` has the error's code. */
  | 'notAccepted'

/** One thing that was asked, answered or refused: plain data, fit to be kept with the facts. */
export interface SourceEvent {
  readonly kind: 'ocsp' | 'crl' | 'certificate' | 'timestamp'
  /** As the certificate or the caller names it, without user, password and fragment; a time-stamp server's without its query, too. */
  readonly url: string
  /** Where it was asked for, where a host map leads elsewhere. */
  readonly asked?: string
  /** `refused`: never asked. `failed`: asked in vain. */
  readonly outcome: 'answered' | 'cached' | 'refused' | 'failed'
  readonly reason?: SourceReason
  readonly detail?: string
  /** Of HTTP. */
  readonly status?: number
  /** Of an OCSP answer that was asked for with a nonce: whether it came back (RFC 9654 §2.1). Another one is refused. */
  readonly nonce?: 'returned' | 'absent'
  /** Length of the answer. */
  readonly bytes?: number
  /** SHA-256 of the answer, hexadecimal. */
  readonly sha256?: string
  /** ISO 8601, UTC. */
  readonly at: string
}

/** How evidence about one certificate is asked for. */
export interface SourceOptions {
  /** Stops the asking; the source then throws `ERR_ABORTED`. */
  readonly signal?: AbortSignal
  /** Each request spends one of `fetches`. */
  readonly budget?: Budget
  /** Is told everything that is asked, answered and refused. */
  readonly onEvent?: (event: SourceEvent) => void
  /** Asks the servers also where a cache has an answer. */
  readonly fresh?: boolean
  /**
   * Looks at an answer, DER, and throws a KysoError where it is of no use: a signature that does not hold, a list that is too old.
   * The next address is asked then, and the answer is not kept in a cache.
   */
  readonly accept?: (answer: Uint8Array) => Promise<void>
}

/** Who issued a certificate: all that a question to a responder needs. A `Certificate` of the issuer will do. */
export type IssuerOf = Certificate | { readonly name: Name; readonly spki: Uint8Array }

/** Where the revocation state of certificates is had from. What cannot be had is not thrown but told by events. */
export interface RevocationSource {
  /**
   * One OCSP answer about a certificate (RFC 6960); its signature is not looked at.
   *
   * @returns DER of an OCSPResponse that speaks of the certificate; null where none was had
   * @throws KysoError `ERR_ABORTED`, `ERR_BUDGET_EXCEEDED`
   */
  ocsp?(certificate: Certificate, issuer: IssuerOf, options?: SourceOptions): Promise<Uint8Array | null>
  /**
   * The CRLs that a certificate names: one a distribution point, and the delta lists beside them (RFC 5280 §4.2.1.13, §4.2.1.15).
   *
   * @returns DER of each; their signatures are not looked at
   * @throws KysoError `ERR_ABORTED`, `ERR_BUDGET_EXCEEDED`
   */
  crl?(certificate: Certificate, issuer: IssuerOf, options?: SourceOptions): Promise<Uint8Array[]>
}

/** Where certificates that are missing in a path are had from. */
export interface CertificateSource {
  /**
   * The certificates that may have issued one (RFC 5280 §4.2.2.1, `caIssuers`).
   *
   * @returns DER of each; nothing is said of whether they did
   * @throws KysoError `ERR_ABORTED`, `ERR_BUDGET_EXCEEDED`
   */
  issuers(certificate: Certificate, options?: SourceOptions): Promise<Uint8Array[]>
}

/**
 * Evidence from outside. Every member is optional: what is absent is not used, and nothing is asked of a server that is not
 * named here. Each kind of evidence is one member, so that one can be replaced without the others.
 */
export interface Sources {
  readonly timestamp?: TimestampSource
  readonly revocation?: RevocationSource
  readonly certificates?: CertificateSource
}
