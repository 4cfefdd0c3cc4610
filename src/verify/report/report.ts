/** The report: plain data that programs read and renderers turn into text. */
import { type ErrorCode, isKysoError, type MessageData } from '../../core/errors.ts'
import type { CertificateFacts, ChainFacts, Facts, RevocationFacts, SignatureFacts, TimestampType } from '../../facts/index.ts'
import { type Finding, type Indication, type Severity, type SubIndication, worst } from '../judge/conclusion.ts'
import type { JudgedSignature, JudgedTimestamp, Judgement } from '../judge/signature.ts'

/** A message: a stable code and its data; `messages/` has the texts. */
export interface ReportMessage {
  readonly code: string
  readonly severity: Severity
  readonly data?: MessageData
}

/** Who signed. */
export interface SignerReport {
  readonly subject: string
  readonly issuer: string
  readonly serialNumber: string
  readonly commonName?: string
  readonly organisation?: string
  readonly organisationalUnit?: string
  readonly email?: string
  readonly uid: readonly string[]
  readonly notBefore: string
  readonly notAfter: string
  /** SHA-256 of the certificate, hexadecimal. */
  readonly fingerprint: string
}

/** A time-stamp as reported. */
export interface TimestampReport {
  readonly type: TimestampType
  readonly time?: string
  readonly intact: boolean | null
  readonly indication: Indication
  readonly subIndication?: SubIndication
  readonly authority?: string
  readonly messages: readonly ReportMessage[]
}

/** One certificate of the chain as reported, with what its revocation is known to be. */
export interface ChainReport {
  readonly subject: string
  readonly issuer: string
  readonly notBefore: string
  readonly notAfter: string
  readonly fingerprint: string
  readonly revocation: 'good' | 'revoked' | 'unknown'
}

/** One signature as reported. */
export interface SignatureReport {
  readonly id: string
  readonly parent?: string
  readonly indication: Indication
  readonly subIndication?: SubIndication
  /** Level by structure: `PAdES-BASELINE-B` … */
  readonly level: string
  /** The signature value, every reference and the coverage hold, trust apart; null when it cannot be known. */
  readonly intact: boolean | null
  readonly signer: SignerReport | null
  /** What the signer claims. */
  readonly signingTime: string | null
  /** What is proven by a time-stamp. */
  readonly bestSignatureTime: string | null
  readonly coverage: { readonly revision: number | null; readonly wholeFile: boolean; readonly ranges: readonly (readonly [number, number])[] }
  readonly modifications: SignatureFacts['laterChanges']
  readonly timestamps: readonly TimestampReport[]
  readonly chain: readonly ChainReport[]
  readonly trustAnchor: string | null
  readonly revocation: readonly (RevocationFacts & { readonly subject: string })[]
  readonly digestAlgorithm: string | null
  readonly signatureAlgorithm: string | null
  /** Field, reason, location, contact, name, sub-filter: what the signature says of itself. */
  readonly claims: Readonly<Record<string, string>>
  readonly messages: readonly ReportMessage[]
}

/** The report on a document. */
export interface Report {
  readonly format: 'pdf' | 'xml' | 'cms' | null
  /** The worst of its signatures; a document without signatures never passes. */
  readonly indication: Indication
  readonly subIndication?: SubIndication
  /** Why it could not be read. */
  readonly error?: { readonly code: ErrorCode; readonly detail: string; readonly data: MessageData }
  readonly signatures: readonly SignatureReport[]
  readonly documentTimestamps: readonly TimestampReport[]
  /** Name of the policy, and the time it was judged at. */
  readonly policy: string
  readonly validationTime: string
  /** What concerns the file and no single signature. */
  readonly messages: readonly ReportMessage[]
  /** What was tolerated in the file's syntax. */
  readonly oddities: Facts['oddities']
}

const toMessage = ({ code, severity, data }: Finding): ReportMessage => (data ? { code, severity, data } : { code, severity })

const subIndication = (sub: SubIndication | undefined): { subIndication?: SubIndication } => (sub ? { subIndication: sub } : {})

function signerReport(signer: CertificateFacts | undefined): SignerReport | null {
  if (!signer) return null
  const { subject, issuer, serialNumber, commonName, organisation, organisationalUnit, email, uid, notBefore, notAfter, id } = signer
  return {
    subject,
    issuer,
    serialNumber,
    ...(commonName ? { commonName } : {}),
    ...(organisation ? { organisation } : {}),
    ...(organisationalUnit ? { organisationalUnit } : {}),
    ...(email ? { email } : {}),
    uid,
    notBefore,
    notAfter,
    fingerprint: id,
  }
}

function chainReport(chain: ChainFacts | undefined): ChainReport[] {
  return (chain?.links ?? []).map(({ certificate, revocation }) => {
    const { subject, issuer, notBefore, notAfter, id } = certificate
    const revoked = revocation.some((one) => one.status === 'revoked')
    return {
      subject,
      issuer,
      notBefore,
      notAfter,
      fingerprint: id,
      revocation: revoked ? 'revoked' : revocation.some((one) => one.status === 'good') ? 'good' : 'unknown',
    }
  })
}

function timestampReport({ facts, conclusion, intact }: JudgedTimestamp): TimestampReport {
  return {
    type: facts.type,
    ...(facts.time ? { time: facts.time } : {}),
    intact,
    indication: conclusion.indication,
    ...subIndication(conclusion.subIndication),
    ...(facts.signer ? { authority: facts.signer.commonName ?? facts.signer.subject } : {}),
    messages: conclusion.findings.map(toMessage),
  }
}

function signatureReport({ facts, conclusion, intact, bestSignatureTime, timestamps }: JudgedSignature): SignatureReport {
  const { scope } = facts
  return {
    id: facts.id,
    ...(facts.parent ? { parent: facts.parent } : {}),
    indication: conclusion.indication,
    ...subIndication(conclusion.subIndication),
    level: facts.level,
    intact,
    signer: signerReport(facts.signer),
    signingTime: facts.claimedTime ?? null,
    bestSignatureTime: bestSignatureTime?.toISOString() ?? null,
    coverage:
      scope.kind === 'revision'
        ? { revision: scope.revision >= 0 ? scope.revision : null, wholeFile: scope.whole, ranges: scope.ranges }
        : { revision: null, wholeFile: false, ranges: [] },
    modifications: facts.laterChanges,
    timestamps: timestamps.map(timestampReport),
    chain: chainReport(facts.chain),
    trustAnchor: facts.chain?.anchor?.name ?? null,
    revocation: (facts.chain?.links ?? []).flatMap(({ certificate, revocation }) => revocation.map((one) => ({ subject: certificate.subject, ...one }))),
    digestAlgorithm: facts.digestAlgorithm ?? null,
    signatureAlgorithm: facts.signatureAlgorithm ?? null,
    claims: facts.claims,
    messages: conclusion.findings.map(toMessage),
  }
}

/** Puts the report of a judged document together. */
export function buildReport(facts: Facts, judgement: Judgement, policy: string, now: Date): Report {
  const signatures = judgement.signatures.map(signatureReport)
  const indication = worst(signatures.map((one) => one.indication))
  const decisive = signatures.find((one) => one.indication === indication)
  return {
    format: facts.format,
    indication,
    ...subIndication(decisive?.subIndication),
    signatures,
    documentTimestamps: judgement.documentTimestamps.map(timestampReport),
    policy,
    validationTime: now.toISOString(),
    messages: signatures.length === 0 ? [{ code: 'noSignature', severity: 'warning' }] : [],
    oddities: facts.oddities,
  }
}

/** The report on a document that cannot be read. Anything but a KysoError is a fault of this library and passed on. */
export function errorReport(error: unknown, format: Report['format'], policy: string, now: Date): Report {
  if (!isKysoError(error)) throw error
  return {
    format,
    indication: 'INDETERMINATE',
    error: { code: error.code, detail: error.message, data: error.data },
    signatures: [],
    documentTimestamps: [],
    policy,
    validationTime: now.toISOString(),
    messages: [],
    oddities: [],
  }
}
