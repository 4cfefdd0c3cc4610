/** What is said of a document's signatures, as plain data. */
import type { MessageData } from '../../core/errors.ts'
import type { Indication } from '../../verify/judge/conclusion.ts'
import type { SignatureReport } from '../../verify/report/report.ts'
import type { NodeId, XmlDocument } from '../../xml/index.ts'
import type { ReportedCoverage } from './coverage.ts'
import type { VietnamXmlPart, VietnamXmlProfile, VietnamXmlRole, XmlProfile } from './profile.ts'
import type { VietnamTime } from './time.ts'

/** One thing to tell: `vnXml.<code>` of the message catalogues has its text. */
export interface VietnamXmlMessage {
  readonly code: VietnamXmlMessageCode
  readonly severity: 'error' | 'warning' | 'information'
  readonly data?: MessageData
}

/** What can be told. */
export type VietnamXmlMessageCode =
  | 'covered'
  | 'profileUnknown'
  | 'notIntact'
  | 'partNotCovered'
  | 'partMissing'
  | 'partRepeated'
  | 'placeRepeated'
  | 'signingTimeNotCovered'
  | 'signingTimeMissing'
  | 'signingTimeSeveral'
  | 'signingTimeUnreadable'
  | 'signingTimeZoneAssumed'
  | 'signingTimeOutsideCertificate'
  | 'signingTimeAfterTimestamp'
  | 'signingTimeZone'
  | 'taxCodeSame'
  | 'taxCodeOther'
  | 'taxCodeNotInCertificate'
  | 'taxCodeNotCovered'
  | 'taxCodeMissing'

/** A part of the document, and whether it is signed. */
export interface PartFinding {
  readonly name: VietnamXmlPart
  /** Where it stands; absent where it is missing, or there more than once. */
  readonly path?: string
  readonly state: 'covered' | 'notCovered' | 'missing' | 'repeated'
  /** Whether the signature has to cover it. */
  readonly required: boolean
}

/** One signature. */
export interface VietnamXmlSignature {
  /** Of the report. */
  readonly id: string
  /** Where the signature stands. */
  readonly path: string
  /** `null` where it stands at a place that no profile has. */
  readonly profile: VietnamXmlProfile | null
  readonly role: VietnamXmlRole | null
  /** Path of the invoice, message or return that it belongs to; absent without a profile. */
  readonly unit?: string
  /** Of the report. Where it is not true, nothing counts as covered. */
  readonly intact: boolean | null
  /** Of the report. What follows says nothing of trust: only `TOTAL-PASSED` means that the signer is who the certificate says. */
  readonly indication: Indication
  /** Whether everything is covered that has to be. */
  readonly complete: boolean
  readonly parts: readonly PartFinding[]
  /** Among the signature's own properties; `null` where there is none that can be read. */
  readonly signingTime: SigningTimeFinding | null
  readonly taxCode: TaxCodeFinding
  readonly messages: readonly VietnamXmlMessage[]
}

/** A document with its signatures. */
export interface VietnamXmlDescription {
  readonly signatures: readonly VietnamXmlSignature[]
  /** Documents of a known kind in it that bear no signature at any of their places; the first thousand. */
  readonly unsigned: readonly { readonly path: string; readonly profiles: readonly VietnamXmlProfile[] }[]
}

/** A signature in its document, with what is known of it. */
export interface SignatureContext {
  readonly document: XmlDocument
  readonly node: NodeId
  readonly report: SignatureReport
  readonly profile: XmlProfile | undefined
  readonly unit: NodeId | undefined
  readonly coverage: ReportedCoverage
}

/** The signer's tax code and the document's. */
export interface TaxCodeFinding {
  /**
   * `same` or `other`; `notInCertificate`: the certificate has none; `notCovered`: nobody signed the document's, so it is not read;
   * `missing`: the document has none at its place, or more than one; `notStated`: this kind of document does not tell it.
   */
  readonly result: 'same' | 'other' | 'notInCertificate' | 'notCovered' | 'missing' | 'notStated'
  /** As the document states it, where it is signed. */
  readonly document?: string
  /** Of the signer's certificate. */
  readonly certificate: readonly string[]
}

/** A time of signing. */
export interface SigningTimeFinding extends VietnamTime {
  /** Whether the signature covers it. Anybody can change one that is not. */
  readonly covered: boolean
}
