/** What the CRLs at hand say of a certificate, together (RFC 5280 §6.3.3): lists, their deltas, and lists of some reasons that complete each other. */
import { equal } from '../../core/bytes.ts'
import type { Certificate } from '../certificate.ts'
import type { Crl } from '../crl.ts'
import * as ext from '../extensions.ts'
import { type CrlSigner, crlSigner } from './crl-signer.ts'
import { type RevokedEntry, searchList } from './entries.ts'
import { ALL_REASONS, isCrlFor, type Scope, scopeOf } from './scope.ts'
import type { Inquiry, Issuer, RefusalReason, RevocationStatus } from './types.ts'

/** A list that may be used, and what it says. */
export interface ReadList {
  readonly crl: Crl
  readonly id: string
  readonly scope: Scope
  readonly signer: CrlSigner
  readonly entry?: RevokedEntry
  readonly number: bigint | undefined
  /** Of a delta CRL: the number of the oldest list that it completes. */
  readonly base: bigint | undefined
}

/** Reads one list about one certificate; `null` where it does not speak of it. */
export async function readList(
  inquiry: Inquiry,
  certificate: Certificate,
  issuer: Issuer,
  crl: Crl,
  id: () => Promise<string>,
): Promise<ReadList | RefusalReason | null> {
  if (!isCrlFor(crl, certificate)) return null
  const scope = scopeOf(crl, certificate)
  if (scope === null || typeof scope === 'string') return scope
  const signer = await crlSigner(inquiry, crl, scope, issuer)
  if (typeof signer === 'string') return signer
  const number = ext.readExtension(crl, ext.CRL_NUMBER)
  const base = ext.readExtension(crl, ext.DELTA_CRL_INDICATOR)
  const { entry, unknownCritical } = searchList(crl, certificate.serialNumber, scope.indirect ? certificate.issuer : undefined, inquiry.budget)
  // §5.3: such a list tells nothing of who is not in it; who is in it has been revoked, whatever more was to be known.
  if (unknownCritical && (!entry || entry.reason === 'removeFromCRL')) return 'unknownCritical'
  return { crl, id: await id(), scope, signer, number, base, ...(entry ? { entry } : {}) }
}

const earlier = (a: Date, b: Date | undefined): Date => (b && b < a ? b : a)

/** A list with the newest delta that completes it. */
interface View {
  readonly list: ReadList
  readonly delta?: ReadList
  readonly thisUpdate: Date
  readonly nextUpdate: Date | undefined
  readonly heldFrom?: Date
}

/** §5.2.4, §6.3.3 (c): the same issuer, key and scope, and numbers that leave no gap between the two. */
function completes(delta: ReadList, list: ReadList): boolean {
  const { base, number } = delta
  if (base === undefined || number === undefined || list.number === undefined) return false
  const [one, other] = [delta.scope.point, list.scope.point]
  const samePoint = one && other ? equal(one, other) : one === other
  return samePoint && equal(delta.signer.spki, list.signer.spki) && base <= list.number && list.number < number
}

function viewOf(list: ReadList, delta: ReadList | undefined, heldFrom?: Date): View {
  const top = delta ?? list
  let { thisUpdate, nextUpdate } = top.crl
  for (const { signer } of delta ? [list, delta] : [list]) {
    thisUpdate = earlier(thisUpdate, signer.thisUpdate)
    if (signer.nextUpdate) nextUpdate = nextUpdate ? earlier(nextUpdate, signer.nextUpdate) : signer.nextUpdate
  }
  return { list, ...(delta ? { delta } : {}), thisUpdate, nextUpdate, ...(heldFrom ? { heldFrom } : {}) }
}

function revokedBy({ crl, id, signer }: ReadList, entry: RevokedEntry): RevocationStatus {
  return {
    kind: 'crl',
    status: 'revoked',
    thisUpdate: crl.thisUpdate,
    producedAt: crl.thisUpdate,
    id,
    ...(crl.nextUpdate ? { nextUpdate: crl.nextUpdate } : {}),
    revocationTime: entry.revocationDate,
    reason: entry.reason,
    signatures: signer.signatures,
    ...(entry.invalidityDate ? { invalidityDate: entry.invalidityDate } : {}),
    ...(signer.certificate ? { responder: signer.certificate } : {}),
  }
}

/** One `good` of the views it rests on. */
function goodBy(views: readonly [View, ...View[]]): RevocationStatus {
  const [first] = views
  const { thisUpdate } = views.reduce((a, b) => (b.thisUpdate < a.thisUpdate ? b : a))
  const ends = views.flatMap(({ nextUpdate }) => (nextUpdate ? [nextUpdate] : []))
  const nextUpdate = ends.length > 0 ? ends.reduce((a, b) => earlier(a, b)) : undefined
  const heldFrom = views.find((one) => one.heldFrom)?.heldFrom
  const responder = first.list.signer.certificate
  const others = views.flatMap(({ list, delta }) => [...(list === first.list ? [] : list.signer.signatures), ...(delta?.signer.signatures ?? [])])
  const ids = new Set(views.flatMap(({ list, delta }) => [list.id, ...(delta ? [delta.id] : [])]))
  ids.delete(first.list.id)
  return {
    kind: 'crl',
    status: 'good',
    thisUpdate,
    producedAt: thisUpdate,
    id: first.list.id,
    signatures: [...first.list.signer.signatures, ...others],
    ...(nextUpdate ? { nextUpdate } : {}),
    ...(heldFrom ? { heldFrom } : {}),
    ...(responder ? { responder } : {}),
    ...(ids.size > 0 ? { alsoFrom: [...ids] } : {}),
  }
}

/** Whether a list still had to name a certificate that had expired when it was issued (§5: entries leave the list after that). */
function toldAfterExpiry({ list: { crl }, delta }: View, certificate: Certificate): boolean {
  if ((delta?.crl ?? crl).thisUpdate <= certificate.notAfter) return false
  const kept = ext.readExtension(crl, ext.EXPIRED_CERTS_ON_CRL)
  return kept === undefined || kept > certificate.notAfter
}

/** Puts the lists that may be used together. */
export function combine(
  certificate: Certificate,
  lists: readonly ReadList[],
  at: Date | undefined,
  refuse: (id: string, why: RefusalReason) => void,
): RevocationStatus[] {
  const statuses: RevocationStatus[] = []
  const isNow = ({ crl }: ReadList): boolean => !at || crl.thisUpdate <= at
  const deltas = lists.filter(({ base }) => base !== undefined)
  const used = new Set<ReadList>()
  const complete: View[] = []
  const partial: View[] = []
  const keep = (view: View): void => {
    if (toldAfterExpiry(view, certificate)) refuse(view.list.id, 'afterExpiry')
    else if (view.list.scope.reasons === ALL_REASONS) complete.push(view)
    else partial.push(view)
  }
  for (const list of lists) {
    if (list.base !== undefined) continue
    const fitting = deltas.filter((one) => completes(one, list) && isNow(one))
    for (const one of fitting) used.add(one)
    const delta = fitting.sort((a, b) => ((b.number ?? 0n) > (a.number ?? 0n) ? 1 : -1))[0]
    const own = list.entry?.reason === 'removeFromCRL' ? undefined : list.entry
    if (delta?.entry && delta.entry.reason !== 'removeFromCRL') statuses.push(revokedBy(delta, delta.entry))
    // Taken back: a suspension only. Who was revoked for good stays so, whatever a delta says (§5.3.1).
    else if (own && delta?.entry && own.reason === 'certificateHold') keep(viewOf(list, delta, own.revocationDate))
    else if (own) statuses.push(revokedBy(list, own))
    else keep(viewOf(list, delta))
  }
  for (const delta of deltas) {
    if (used.has(delta)) continue
    if (delta.entry && delta.entry.reason !== 'removeFromCRL') statuses.push(revokedBy(delta, delta.entry))
    else refuse(delta.id, 'deltaWithoutBase')
  }
  for (const view of complete) statuses.push(goodBy([view]))
  if (partial.length === 0) return statuses
  // For every reason the newest list that covers it; all of them together are one status.
  const newest = new Set<View>()
  let missing = ALL_REASONS
  for (const view of partial.filter(({ list }) => isNow(list)).sort((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime())) {
    if ((view.list.scope.reasons & missing) === 0) continue
    newest.add(view)
    missing &= ~view.list.scope.reasons
  }
  const [first, ...rest] = newest
  if (missing === 0 && first) statuses.push(goodBy([first, ...rest]))
  else if (!statuses.some(({ status }) => status === 'revoked')) for (const { list } of partial) refuse(list.id, 'reasonsIncomplete')
  return statuses
}
