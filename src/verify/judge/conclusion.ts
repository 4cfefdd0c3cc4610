/** Conclusions of EN 319 102-1 §5.1: an indication, a sub-indication, and what led to it. */
import type { MessageData } from '../../core/errors.ts'

/** Main status of a signature (§5.1.3, table 5). */
export type Indication = 'TOTAL-PASSED' | 'INDETERMINATE' | 'TOTAL-FAILED'

/** Sub-indications (tables 5 and 6). */
export type SubIndication =
  | 'FORMAT_FAILURE'
  | 'HASH_FAILURE'
  | 'SIG_CRYPTO_FAILURE'
  | 'REVOKED'
  | 'EXPIRED'
  | 'NOT_YET_VALID'
  | 'SIG_CONSTRAINTS_FAILURE'
  | 'CHAIN_CONSTRAINTS_FAILURE'
  | 'CERTIFICATE_CHAIN_GENERAL_FAILURE'
  | 'CRYPTO_CONSTRAINTS_FAILURE'
  | 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'
  | 'TIMESTAMP_ORDER_FAILURE'
  | 'NO_SIGNING_CERTIFICATE_FOUND'
  | 'NO_CERTIFICATE_CHAIN_FOUND'
  | 'REVOKED_NO_POE'
  | 'REVOKED_CA_NO_POE'
  | 'OUT_OF_BOUNDS_NO_POE'
  | 'OUT_OF_BOUNDS_NOT_REVOKED'
  | 'TRY_LATER'
  | 'SIGNED_DATA_NOT_FOUND'
  | 'GENERIC'

/** How much a finding weighs. */
export type Severity = 'error' | 'warning' | 'information'

/** One finding: a stable code with a text in the message catalogues, and plain data for its placeholders. */
export interface Finding {
  readonly code: FindingCode
  readonly severity: Severity
  readonly data?: MessageData
}

/** What the judge can say. */
export type FindingCode =
  | 'byteRangeWrong'
  | 'contentsPadding'
  | 'dictionaryKeysTwice'
  | 'fileAmbiguous'
  | 'signerInfoCount'
  | 'cmsMalformed'
  | 'subFilterUnknown'
  | 'contentTypeWrong'
  | 'contentAttached'
  | 'contentMissing'
  | 'algorithmsDisagree'
  | 'documentChanged'
  | 'canonicalizedOtherwise'
  | 'laidOutAnew'
  | 'referenceTarget'
  | 'referenceUnsupported'
  | 'xmlMalformed'
  | 'keyInfoContradicts'
  | 'propertiesElsewhere'
  | 'countersignedMissing'
  | 'manifestBroken'
  | 'manifestOpen'
  | 'nothingCovered'
  | 'givenNotCovered'
  | 'signerAmbiguous'
  | 'signatureValueWrong'
  | 'signatureValueUnknown'
  | 'signerCertificateMissing'
  | 'signingCertificateWrong'
  | 'signingCertificateAbsent'
  | 'signedAttributesOrder'
  | 'signedAttributesMissing'
  | 'chainMissing'
  | 'chainImitates'
  | 'chainProblem'
  | 'keyUsageWrong'
  | 'certificateExpired'
  | 'certificateNotYetValid'
  | 'revocationUnknown'
  | 'revocationStale'
  | 'revocationRefused'
  | 'revocationWeak'
  | 'revocationWeakCounted'
  | 'signerIsAnchor'
  | 'wasOnHold'
  | 'signingCertificateSha1'
  | 'revoked'
  | 'revokedAuthority'
  | 'onHold'
  | 'digestWeak'
  | 'keyWeak'
  | 'laterChanges'
  | 'laterOverlaid'
  | 'laterAnnotated'
  | 'laterFilled'
  | 'laterUnread'
  | 'laterCertified'
  | 'laterSaved'
  | 'timestampUnusable'
  | 'timestampOrder'
  | 'timestampImprintWrong'
  | 'timestampCertificateWrong'
  | 'timestampExtensionUnknown'
  | 'signingTimeClaimed'
  | 'signingTimeZone'
  | 'signedBeforeCertificate'
  | 'notChecked'

/** A verdict on a signature or a time-stamp. */
export interface Conclusion {
  readonly indication: Indication
  readonly subIndication?: SubIndication
  readonly findings: readonly Finding[]
}

const RANK: Readonly<Record<Indication, number>> = { 'TOTAL-PASSED': 0, INDETERMINATE: 1, 'TOTAL-FAILED': 2 }

/** Gathers what the building blocks find; the first of the worst decides. */
export class Verdict {
  #indication: Indication = 'TOTAL-PASSED'
  #subIndication: SubIndication | undefined
  readonly findings: Finding[] = []

  /** Records something that keeps the signature from passing. */
  fail(indication: 'INDETERMINATE' | 'TOTAL-FAILED', subIndication: SubIndication, code: FindingCode, data?: MessageData): void {
    this.note('error', code, data)
    if (RANK[indication] <= RANK[this.#indication]) return
    this.#indication = indication
    this.#subIndication = subIndication
  }

  /** Records something that is told. */
  note(severity: Severity, code: FindingCode, data?: MessageData): void {
    this.findings.push(data ? { code, severity, data } : { code, severity })
  }

  /** Whether nothing has spoken against it so far. */
  get passing(): boolean {
    return this.#indication === 'TOTAL-PASSED'
  }

  conclude(): Conclusion {
    return this.#subIndication
      ? { indication: this.#indication, subIndication: this.#subIndication, findings: this.findings }
      : { indication: this.#indication, findings: this.findings }
  }
}

/** The worst of several indications; `INDETERMINATE` of none, because nothing is no pass. */
export function worst(indications: readonly Indication[]): Indication {
  if (indications.length === 0) return 'INDETERMINATE'
  return indications.reduce((a, b) => (RANK[b] > RANK[a] ? b : a))
}
