/** The report: plain data that programs read and renderers turn into text. */
import { type ErrorCode, isKysoError, type MessageData } from '../../core/errors.ts'
import type {
  AskedFacts,
  CertificateFacts,
  ChainFacts,
  Facts,
  ReferenceFacts,
  RevocationFacts,
  Scope,
  SignatureFacts,
  TimestampType,
} from '../../facts/index.ts'
import { type Finding, type Indication, type Severity, type SubIndication, worst } from '../judge/conclusion.ts'
import type { JudgedSignature, JudgedTimestamp, Judgement } from '../judge/signature.ts'
import type { AnchorTold } from './anchors.ts'
import type { SignerIdentity } from './identity.ts'

/** A message: a stable code and its data; `messages/` has the texts. */
export interface ReportMessage {
  readonly code: string
  readonly severity: Severity
  readonly data?: MessageData
}

/** Who signed; what `VerifyOptions.identify` gave is part of it. */
export interface SignerReport extends SignerIdentity {
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
  /** What servers were asked for its authority's certificates, in order. */
  readonly asked: readonly AskedFacts[]
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
  readonly coverage: {
    readonly revision: number | null
    readonly wholeFile: boolean
    readonly ranges: readonly (readonly [number, number])[]
    /** Of an XML signature: what it refers to, and which elements are covered for certain. */
    readonly references?: readonly ReferenceFacts[]
    /** Of a CMS: its content, in the file or beside it; `found` is false where it is not at hand. */
    readonly content?: { readonly place: 'inside' | 'beside'; readonly found: boolean; readonly size?: number; readonly name?: string }
    /** Of a counter-signature in a CMS: the signature it is over. */
    readonly signature?: string
  }
  readonly modifications: SignatureFacts['laterChanges']
  readonly timestamps: readonly TimestampReport[]
  readonly chain: readonly ChainReport[]
  readonly trustAnchor: string | null
  /** Whether the anchor is a root or an authority below one; absent where there is no anchor or nothing is known of it. */
  readonly trustAnchorRole?: 'root' | 'issuing'
  readonly revocation: readonly (RevocationFacts & { readonly subject: string })[]
  /** What servers were asked for the chain, in order, and what came of it; empty where nothing was. */
  readonly asked: readonly AskedFacts[]
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

/** What the report is told beside facts and judgement. */
export interface Told {
  /** By the id of the signature. */
  readonly identities?: ReadonlyMap<string, SignerIdentity>
  /** By the key of the anchor, as facts have it. */
  readonly anchors?: ReadonlyMap<string, AnchorTold>
}

const anchorOf = (chain: ChainFacts | undefined, { anchors }: Told): AnchorTold | undefined => (chain?.anchor ? anchors?.get(chain.anchor.key) : undefined)

/** Warns of an anchor whose key is known from one source alone. */
function anchorMessages(chain: ChainFacts | undefined, told: Told): ReportMessage[] {
  return anchorOf(chain, told)?.confirmed === false ? [{ code: 'anchorUnconfirmed', severity: 'warning', data: { anchor: chain?.anchor?.name } }] : []
}

function signerReport(signer: CertificateFacts | undefined, identity: SignerIdentity = {}): SignerReport | null {
  if (!signer) return null
  const { subject, issuer, serialNumber, commonName, organisation, organisationalUnit, email, uid, notBefore, notAfter, id } = signer
  return {
    ...identity,
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

function timestampReport({ facts, conclusion, intact }: JudgedTimestamp, told: Told): TimestampReport {
  return {
    type: facts.type,
    ...(facts.time ? { time: facts.time } : {}),
    intact,
    indication: conclusion.indication,
    ...subIndication(conclusion.subIndication),
    ...(facts.signer ? { authority: facts.signer.commonName ?? facts.signer.subject } : {}),
    asked: facts.chain?.asked ?? [],
    messages: [...conclusion.findings.map(toMessage), ...anchorMessages(facts.chain, told)],
  }
}

/** Ranges of the content that is covered, in the order of the file, overlapping ones as one. */
function contentRanges(references: readonly ReferenceFacts[]): [number, number][] {
  const all = references.flatMap(({ role, ranges }) => (role === 'content' ? ranges : []))
  const merged: [number, number][] = []
  for (const [offset, length] of [...all].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1)
    if (last && offset <= last[0] + last[1]) last[1] = Math.max(last[1], offset + length - last[0])
    else merged.push([offset, length])
  }
  return merged
}

function coverageReport(scope: Scope): SignatureReport['coverage'] {
  const nothing = { revision: null, wholeFile: false, ranges: [] }
  switch (scope.kind) {
    case 'revision':
      return { revision: scope.revision >= 0 ? scope.revision : null, wholeFile: scope.whole, ranges: scope.ranges }
    case 'elements':
      return { ...nothing, wholeFile: scope.whole, ranges: contentRanges(scope.references), references: scope.references }
    case 'content':
      return { ...nothing, content: { place: 'inside', found: true, size: scope.size } }
    case 'detached': {
      const { kind: _, ...content } = scope
      return { ...nothing, content: { place: 'beside', ...content } }
    }
    case 'signature':
      return { ...nothing, signature: scope.of }
    default:
      return nothing
  }
}

function signatureReport({ facts, conclusion, intact, bestSignatureTime, timestamps }: JudgedSignature, told: Told): SignatureReport {
  const { scope } = facts
  const role = anchorOf(facts.chain, told)?.role
  return {
    id: facts.id,
    ...(facts.parent ? { parent: facts.parent } : {}),
    indication: conclusion.indication,
    ...subIndication(conclusion.subIndication),
    level: facts.level,
    intact,
    signer: signerReport(facts.signer, told.identities?.get(facts.id)),
    signingTime: facts.claimedTime ?? null,
    bestSignatureTime: bestSignatureTime?.toISOString() ?? null,
    coverage: coverageReport(scope),
    modifications: facts.laterChanges,
    timestamps: timestamps.map((one) => timestampReport(one, told)),
    chain: chainReport(facts.chain),
    trustAnchor: facts.chain?.anchor?.name ?? null,
    ...(role ? { trustAnchorRole: role } : {}),
    revocation: (facts.chain?.links ?? []).flatMap(({ certificate, revocation }) => revocation.map((one) => ({ subject: certificate.subject, ...one }))),
    asked: facts.chain?.asked ?? [],
    digestAlgorithm: facts.digestAlgorithm ?? null,
    signatureAlgorithm: facts.signatureAlgorithm ?? null,
    claims: facts.claims,
    messages: [...conclusion.findings.map(toMessage), ...anchorMessages(facts.chain, told)],
  }
}

/** Puts the report of a judged document together. */
export function buildReport(facts: Facts, judgement: Judgement, policy: string, now: Date, told: Told = {}): Report {
  const signatures = judgement.signatures.map((one) => signatureReport(one, told))
  const indication = worst(signatures.map((one) => one.indication))
  const decisive = signatures.find((one) => one.indication === indication)
  return {
    format: facts.format,
    indication,
    ...subIndication(decisive?.subIndication),
    signatures,
    documentTimestamps: judgement.documentTimestamps.map((one) => timestampReport(one, told)),
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
