/**
 * Which certificates, CRLs, OCSP responses and time-stamps a signature needs at a level, which of them are at hand, and why the rest is
 * not. B-LT wants the full set of certificates and revocation values of the signer's path, of the path of each time-stamp's signer, and
 * of those who sign that evidence in their turn (EN 319 122-1 §6.3, EN 319 142-1 §6.3).
 */
import { type Certificate, nameToString } from '../x509/index.ts'
import { EvidenceCollector } from './collector.ts'
import type { EvidenceItem, EvidenceLevel, EvidenceNeeds, EvidenceSubject, EvidenceTimestamp, NeedsContext } from './needs-types.ts'
import { type EvidenceAtHand, EvidencePool } from './pool.ts'

/** When the signature is proven to have existed: the earliest time-stamp over it. One over the content alone was there before. */
function provenTime(timestamps: readonly EvidenceTimestamp[]): Date | undefined {
  const times = timestamps.flatMap(({ type, time }) => (type !== 'content' && time ? [time] : []))
  return times.sort((a, b) => a.getTime() - b.getTime())[0]
}

/** The archive time-stamp that no other covers; of several of one time, the last. */
function newestArchive(timestamps: readonly EvidenceTimestamp[]): EvidenceTimestamp | undefined {
  const archives = timestamps.filter(({ type, time }) => type === 'archive' && time)
  return archives.sort((a, b) => (a.time?.getTime() ?? 0) - (b.time?.getTime() ?? 0)).at(-1)
}

/** The time-stamps that a level wants, as items. */
function timestampItems({ sources }: NeedsContext, subject: EvidenceSubject, level: EvidenceLevel, collector: EvidenceCollector): EvidenceItem[] {
  const { certificate, timestamps } = subject
  const name = certificate ? nameToString(certificate.subject) : ''
  const missing = sources?.timestamp ? 'toBeRequested' : 'noSource'
  const items: EvidenceItem[] = []
  if (level === 'B-B') return items
  items.push({
    kind: 'timestamp',
    of: 'signature',
    subject: name,
    ...(provenTime(timestamps) ? { status: 'atHand' } : { status: 'missing', why: missing }),
  })
  if (level !== 'B-LTA') return items
  const archive = newestArchive(timestamps)
  const covers = archive !== undefined && !collector.hasFetched
  items.push({
    kind: 'timestamp',
    of: 'archive',
    subject: name,
    ...(covers ? { status: 'atHand' } : { status: 'missing', why: missing, ...(archive ? { why: 'notCovered', detail: missing } : {}) }),
  })
  return items
}

/**
 * Finds out what evidence a signature needs at a level. What is at hand is preferred; what is not is asked of the sources.
 *
 * A good status suffices when it was issued at the proven time of the signature or later, or as the context's `freshness` allows; a
 * revocation suffices however old it is. The signer's chain counts at the time of the earliest time-stamp, a time-stamp's at its own time.
 *
 * @param context `at` is the present
 * @param atHand what the document carries and the caller has; an `EvidencePool` grows by what is fetched
 * @param subject the signature: its signer and its time-stamps
 * @param level what is wanted; at B-B and B-T nothing is fetched
 * @throws KysoError `ERR_BUDGET_EXCEEDED`, `ERR_ABORTED`
 * @example
 * ```ts
 * const context = { crypto: defaultCrypto(), budget: new Budget(), at: new Date(), freshness: 'current' as const }
 * const atHand = { anchors: trust, certificates: [issuer], crls: [parseCrl(crl)], ocsp: [] }
 * const needs = await evidenceFor(context, atHand, { certificate, timestamps: [] }, 'B-LT')
 * needs.satisfied // => false
 * const missing = needs.items.filter(({ status }) => status === 'missing')
 * missing.map(({ kind, of, why }) => `${kind} ${of}: ${why}`) // => ['revocation issuer: noSource', 'timestamp signature: noSource']
 * ```
 */
export async function evidenceFor(context: NeedsContext, atHand: EvidenceAtHand, subject: EvidenceSubject, level: EvidenceLevel): Promise<EvidenceNeeds> {
  const pool = atHand instanceof EvidencePool ? atHand : new EvidencePool(atHand, context.budget)
  const carried: Certificate[] = [...(subject.certificates ?? []), ...subject.timestamps.flatMap(({ certificates }) => certificates ?? [])]
  pool.addCertificates(carried.map(({ bytes }) => bytes))
  const own = [subject, ...subject.timestamps].flatMap(({ certificate }) => (certificate ? [certificate] : []))
  const collector = new EvidenceCollector(context, pool, own)
  const whole = level === 'B-LT' || level === 'B-LTA'
  const newest = newestArchive(subject.timestamps)

  await collector.signer(subject.certificate, 'signer', provenTime(subject.timestamps), whole)
  if (level !== 'B-B') {
    for (const timestamp of subject.timestamps) {
      if (timestamp !== newest) await collector.signer(timestamp.certificate, 'timestampSigner', timestamp.time, whole)
      else if (timestamp.certificate) await collector.leaveOut(timestamp.certificate, 'timestampSigner', 'newestTimestamp')
    }
  }
  const items = [...collector.items, ...timestampItems(context, subject, level, collector)]
  return { level, satisfied: items.every(({ status }) => status !== 'missing'), items, ...collector.values(), asked: collector.asked }
}
