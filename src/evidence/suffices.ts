/** Which revocation information suffices, and why none does (EN 319 102-1 §5.2.5). */
import { attempt } from '../core/errors.ts'
import type { SourceEvent } from '../sources/types.ts'
import { ACCESS, accessUrls, type Certificate, crlUrls, type RevocationResult, type RevocationStatus, sameCertificate } from '../x509/index.ts'
import { CLOCK_SKEW_MS, type EvidenceContext } from './chain.ts'
import type { EvidenceReason, Wanted } from './needs-types.ts'

/** A reason and what it rests on. */
export interface Why {
  readonly why: EvidenceReason
  readonly detail: string
}

/** Whether a responder speaks for its own certificate, or for one that it rests on. */
function isOwnWord({ kind, responder }: RevocationStatus, trail: readonly Certificate[]): boolean {
  return kind === 'ocsp' && responder !== undefined && trail.some((one) => sameCertificate(one, responder))
}

function isFromFuture({ thisUpdate }: RevocationStatus, at: Date): boolean {
  return thisUpdate.getTime() > at.getTime() + CLOCK_SKEW_MS
}

function isNewEnough({ thisUpdate, nextUpdate }: RevocationStatus, { time, freshness }: Wanted, at: Date): boolean {
  const allowed = freshness === 'current' ? 0 : freshness
  if (time === undefined) return nextUpdate ? nextUpdate >= at : thisUpdate.getTime() + allowed >= at.getTime()
  if (freshness === 'current' && nextUpdate && nextUpdate >= time) return true
  return thisUpdate.getTime() + allowed >= time.getTime()
}

/** Final revocations before suspensions, then the earliest. */
function byRevocation(a: RevocationStatus, b: RevocationStatus): number {
  const rank = ({ reason }: RevocationStatus): number => (reason === 'certificateHold' ? 1 : 0)
  const time = ({ revocationTime, thisUpdate }: RevocationStatus): number => (revocationTime ?? thisUpdate).getTime()
  return rank(a) - rank(b) || time(a) - time(b) || byId(a, b)
}

/** OCSP before lists, which are larger; then the newest. */
function byUse(a: RevocationStatus, b: RevocationStatus): number {
  const rank = ({ kind }: RevocationStatus): number => (kind === 'ocsp' ? 0 : 1)
  return rank(a) - rank(b) || byAge(a, b)
}

function byAge(a: RevocationStatus, b: RevocationStatus): number {
  return b.thisUpdate.getTime() - a.thisUpdate.getTime() || byId(a, b)
}

function byId(a: RevocationStatus, b: RevocationStatus): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

/**
 * The status that settles a certificate: a revocation, however old its source is, or good news that is new enough.
 *
 * @param trail certificates that are being asked about on the way here: nobody among them answers for himself
 */
export function sufficientStatus(
  { at, counts = () => true }: EvidenceContext,
  { statuses }: RevocationResult,
  wanted: Wanted,
  trail: readonly Certificate[],
): RevocationStatus | undefined {
  const known = statuses.filter((one) => !isFromFuture(one, at))
  const [revoked] = known.filter(({ status }) => status === 'revoked').sort(byRevocation)
  if (revoked) return revoked
  return known.filter((one) => one.status === 'good' && !isOwnWord(one, trail) && isNewEnough(one, wanted, at) && counts(one)).sort(byUse)[0]
}

/** What sources said, for logs. */
function told(events: readonly SourceEvent[]): string {
  return events.map(({ kind, url, outcome, reason, detail }) => [kind, url, outcome, reason, detail].filter((part) => part).join(' ')).join('; ')
}

/** Why nothing came from outside. The event that says most decides. */
export function whyNotFetched(hasSource: boolean, urls: readonly string[], events: readonly SourceEvent[]): Why {
  if (!hasSource) return { why: 'noSource', detail: '' }
  if (events.length === 0) return { why: urls.length === 0 ? 'noAddress' : 'noAnswer', detail: urls.join(' ').slice(0, 1000) }
  const detail = told(events)
  const has = (test: (event: SourceEvent) => boolean): boolean => events.some(test)
  if (has(({ outcome, reason }) => outcome === 'answered' || outcome === 'cached' || (outcome === 'failed' && !isConnection(reason))))
    return { why: 'notAccepted', detail }
  if (has(({ outcome }) => outcome === 'failed')) return { why: 'unreachable', detail }
  return { why: has(({ reason }) => reason !== 'offline') ? 'refused' : 'offline', detail }
}

function isConnection(reason: SourceEvent['reason']): boolean {
  return reason === 'timeout' || reason === 'unreachable' || reason === 'redirect' || reason === 'status' || reason === 'tooLarge'
}

/** Why the best good news does not suffice. */
function whyNotGood(good: readonly RevocationStatus[], wanted: Wanted, at: Date, trail: readonly Certificate[]): Why | undefined {
  const { time } = wanted
  const others = good.filter((one) => !isOwnWord(one, trail)).sort(byAge)
  const past = others.find((one) => !isFromFuture(one, at))
  const [newest] = past ? [past] : others
  if (!newest) return good.length > 0 ? { why: 'loop', detail: 'a responder does not speak for itself' } : undefined
  const { kind, thisUpdate, nextUpdate } = newest
  const dates = `${kind} of ${thisUpdate.toISOString()}, next ${nextUpdate?.toISOString() ?? 'not said'}`
  if (!past) return { why: 'fromFuture', detail: dates }
  if (isNewEnough(past, wanted, at)) return { why: 'signedWeakly', detail: dates }
  return time ? { why: 'olderThanSignature', detail: `${dates}; proven time ${time.toISOString()}` } : { why: 'stale', detail: dates }
}

/** Why the revocation of a certificate is not known as it should be. */
export function whyNoStatus(
  context: EvidenceContext,
  certificate: Certificate,
  { statuses, refused }: RevocationResult,
  wanted: Wanted,
  trail: readonly Certificate[],
  events: readonly SourceEvent[],
): Why {
  const source = context.sources?.revocation
  const urls = [
    ...(source?.ocsp ? (attempt(() => accessUrls(certificate, ACCESS.ocsp)) ?? []) : []),
    ...(source?.crl ? (attempt(() => crlUrls(certificate)) ?? []) : []),
  ]
  const outside = whyNotFetched(source?.ocsp !== undefined || source?.crl !== undefined, urls, events)
  const found = whyNotGood(
    statuses.filter(({ status }) => status === 'good'),
    wanted,
    context.at,
    trail,
  )
  const inside =
    found ??
    (statuses.length > 0
      ? ({ why: 'statusUnknown', detail: '' } as const)
      : refused.length > 0
        ? ({ why: 'notAccepted', detail: refused.map(({ kind, why }) => `${kind} ${why}`).join(', ') } as const)
        : undefined)
  if (!inside) return outside
  return { why: inside.why, detail: [inside.detail, outside.why, events.length > 0 ? outside.detail : ''].filter((part) => part).join('; ') }
}
