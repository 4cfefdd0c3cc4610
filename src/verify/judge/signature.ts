/**
 * The judge: pure functions of facts, policy and time. Basic signature validation (EN 319 102-1 §5.3), the validation of
 * time-stamps (§5.4) and of signatures with time (§5.5).
 */
import type { Facts, SignatureFacts, SignedFacts, TimestampFacts } from '../../facts/index.ts'
import type { Policy } from '../policy.ts'
import { judgeCertificates } from './certificates.ts'
import { type Conclusion, type Severity, Verdict } from './conclusion.ts'
import { constraint, intactOf, judgeIntegrity } from './integrity.ts'
import { mixesZones } from './zone.ts'

/** A judged time-stamp. */
export interface JudgedTimestamp {
  readonly facts: TimestampFacts
  readonly conclusion: Conclusion
  readonly intact: boolean | null
}

/** A judged signature. */
export interface JudgedSignature {
  readonly facts: SignatureFacts
  readonly conclusion: Conclusion
  readonly intact: boolean | null
  /** The earliest time at which it is proven to have existed; absent when nothing but the signer's word tells. */
  readonly bestSignatureTime?: Date
  readonly timestamps: readonly JudgedTimestamp[]
}

/** A judged document. */
export interface Judgement {
  readonly signatures: readonly JudgedSignature[]
  readonly documentTimestamps: readonly JudgedTimestamp[]
}

/** No yes by default: who signed is known, and everything that makes it intact was looked at and holds. */
function requireChecks(facts: SignedFacts, verdict: Verdict): void {
  if (verdict.passing && !facts.signer) verdict.fail('INDETERMINATE', 'NO_SIGNING_CERTIFICATE_FOUND', 'signerCertificateMissing')
  if (verdict.passing && intactOf(facts.checks) !== true) verdict.fail('INDETERMINATE', 'GENERIC', 'notChecked')
}

function judgeTimestamp(facts: TimestampFacts, policy: Policy, now: Date): JudgedTimestamp {
  const verdict = new Verdict()
  judgeIntegrity(facts, policy, verdict)
  judgeCertificates(facts, { now, best: now }, policy, verdict)
  requireChecks(facts, verdict)
  // A token of a time that has not come proves nothing.
  if (facts.time && new Date(facts.time) > now)
    verdict.fail('INDETERMINATE', 'TIMESTAMP_ORDER_FAILURE', 'timestampOrder', { time: facts.time, than: now.toISOString() })
  return { facts, conclusion: verdict.conclude(), intact: intactOf(facts.checks) }
}

function timeOf(timestamp: JudgedTimestamp): Date | undefined {
  return timestamp.conclusion.indication === 'TOTAL-PASSED' && timestamp.facts.time ? new Date(timestamp.facts.time) : undefined
}

/** Document time-stamps that cover a signature: those of later revisions. */
function covering(signature: SignatureFacts, documentTimestamps: readonly JudgedTimestamp[]): JudgedTimestamp[] {
  const { scope } = signature
  return scope.kind === 'revision' ? documentTimestamps.filter(({ facts }) => facts.scope.kind === 'revision' && facts.scope.revision > scope.revision) : []
}

/** §5.6.2.2: what time-stamps a signature was made before one that covers both. */
function judgeOrder(signature: SignatureFacts, own: readonly JudgedTimestamp[], document: readonly JudgedTimestamp[], policy: Policy, verdict: Verdict): void {
  for (const earlier of own) {
    for (const later of document) {
      const a = earlier.facts.time
      const b = later.facts.time
      if (a && b && earlier.intact && later.intact && new Date(a) > new Date(b))
        constraint(policy.constraints.timestampOrder, verdict, 'TIMESTAMP_ORDER_FAILURE', 'timestampOrder', { time: a, than: b, signature: signature.id })
    }
  }
}

function judgeKeyUsage({ signer }: SignatureFacts, policy: Policy, verdict: Verdict): void {
  const usages = signer?.keyUsages
  if (usages && !usages.includes('digitalSignature') && !usages.includes('nonRepudiation')) {
    constraint(policy.constraints.signerKeyUsage, verdict, 'CHAIN_CONSTRAINTS_FAILURE', 'keyUsageWrong', { usages: usages.join(', ') })
  }
}

/** The earliest time-stamp over a signature that is intact, trusted or not: what it says is enough to know a mistaken clock by. */
function stampedTime(timestamps: readonly JudgedTimestamp[]): string | undefined {
  const times = timestamps.flatMap(({ facts, intact }) => (facts.type !== 'content' && intact === true && facts.time ? [facts.time] : []))
  return times.sort((a, b) => new Date(a).getTime() - new Date(b).getTime())[0]
}

/** Signing programs of Vietnam are known to write local time as if it were UTC. */
function judgeZone({ claimedTime }: SignatureFacts, timestamps: readonly JudgedTimestamp[], verdict: Verdict): void {
  const stamped = stampedTime(timestamps)
  if (!claimedTime || !stamped) return
  const way = mixesZones(new Date(claimedTime), new Date(stamped))
  // One who signs long before the time-stamp may just have done so.
  if (way) verdict.note(way === 'ahead' ? 'warning' : 'information', 'signingTimeZone', { time: claimedTime, proven: stamped, way })
}

/** What later changes are to be known of though they are permitted, by their codes; the others add signatures, evidence or nothing. */
const TOLD: readonly (readonly [
  finding: 'laterOverlaid' | 'laterAnnotated' | 'laterUnread' | 'laterFilled' | 'laterCertified' | 'laterSaved',
  severity: Severity,
  codes: ReadonlySet<string>,
])[] = [
  ['laterOverlaid', 'warning', new Set(['signatureOverContent', 'annotationOverSignature'])],
  ['laterAnnotated', 'warning', new Set(['annotationAdded', 'annotationChanged', 'annotationRemoved'])],
  ['laterUnread', 'warning', new Set(['appearanceUnread'])],
  ['laterFilled', 'information', new Set(['fieldFilled', 'templateSpawned'])],
  ['laterCertified', 'warning', new Set(['certificationLate'])],
  ['laterSaved', 'information', new Set(['metadataAlone', 'objectUnused'])],
]

function judgePermitted({ laterChanges: { changes } }: SignatureFacts, verdict: Verdict): void {
  for (const [finding, severity, codes] of TOLD) {
    const found = changes.filter(({ code }) => codes.has(code))
    if (found.length === 0) continue
    const distinct = <T>(values: readonly (T | undefined)[]): string => [...new Set(values.filter((value) => value !== undefined))].slice(0, 5).join(', ')
    const [pages, fields] = [distinct(found.map(({ page }) => page)), distinct(found.map(({ field }) => field && JSON.stringify(field)))]
    verdict.note(severity, finding, { count: found.length, ...(pages === '' ? {} : { pages }), ...(fields === '' ? {} : { fields }) })
  }
}

function judgeSignature(facts: SignatureFacts, documentTimestamps: readonly JudgedTimestamp[], policy: Policy, now: Date): JudgedSignature {
  const timestamps = facts.timestamps.map((timestamp) => judgeTimestamp(timestamp, policy, now))
  const later = covering(facts, documentTimestamps)
  // A content time-stamp is older than the signature: it proves nothing of it.
  const proofs = [...timestamps.filter(({ facts: one }) => one.type !== 'content'), ...later].flatMap((timestamp) => timeOf(timestamp) ?? [])
  const best = proofs.reduce<Date | undefined>((a, b) => (a && a < b ? a : b), undefined)

  const verdict = new Verdict()
  judgeIntegrity(facts, policy, verdict)
  judgeCertificates(facts, { now, best: best ?? now }, policy, verdict)
  requireChecks(facts, verdict)
  judgeKeyUsage(facts, policy, verdict)
  judgeOrder(facts, timestamps, later, policy, verdict)
  judgeZone(facts, [...timestamps, ...later], verdict)
  for (const { facts: timestamp, conclusion } of timestamps) {
    if (conclusion.indication !== 'TOTAL-PASSED')
      verdict.note('warning', 'timestampUnusable', { time: timestamp.time ?? '', why: conclusion.subIndication ?? conclusion.indication })
  }
  if (facts.laterChanges.kind === 'unexplained') {
    const details = facts.laterChanges.changes.map(({ code, detail }) => `${code}: ${detail}`).slice(0, 5)
    constraint(policy.constraints.laterChanges, verdict, 'GENERIC', 'laterChanges', { count: facts.laterChanges.changes.length, detail: details.join('; ') })
  } else judgePermitted(facts, verdict)
  if (!best && facts.claimedTime) verdict.note('information', 'signingTimeClaimed', { time: facts.claimedTime })
  return { facts, conclusion: verdict.conclude(), intact: intactOf(facts.checks), timestamps, ...(best ? { bestSignatureTime: best } : {}) }
}

/**
 * Judges a document (EN 319 102-1 §5.3 to §5.5). No byte of it is looked at again: facts are plain data, so they may be kept and judged anew
 * under another policy or at another time. Throws nothing.
 *
 * @param facts what was found
 * @param policy what is asked
 * @param now the time of validation
 * @example
 * ```ts
 * const { signatures } = judge(facts, BASELINE_POLICY, new Date())
 * signatures[0].conclusion.indication // => 'TOTAL-PASSED'
 * // The same facts, once the certificates have expired.
 * judge(facts, BASELINE_POLICY, new Date('2040-01-01T00:00:00Z')).signatures[0].conclusion.indication // => 'INDETERMINATE'
 * ```
 */
export function judge(facts: Facts, policy: Policy, now: Date): Judgement {
  const documentTimestamps = facts.documentTimestamps.map((timestamp) => judgeTimestamp(timestamp, policy, now))
  return { documentTimestamps, signatures: facts.signatures.map((signature) => judgeSignature(signature, documentTimestamps, policy, now)) }
}
