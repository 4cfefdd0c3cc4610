/**
 * The evidence about one certificate: its path to an anchor and the revocation of every certificate on it, from what is at
 * hand and, where that is not enough, from sources. What was asked in vain is told by the sources' events.
 */
import type { Budget } from '../core/budget.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import { attempt, KysoError } from '../core/errors.ts'
import type { SourceEvent, SourceOptions, Sources } from '../sources/types.ts'
import {
  buildPath,
  type Certificate,
  type CertificatePath,
  type Issuer,
  isExempt,
  isSelfIssued,
  type PathResult,
  parseOcsp,
  type RevocationContext,
  type RevocationResult,
  type RevocationStatus,
  revocationOf,
  type ValidationInputs,
} from '../x509/index.ts'
import { endsInAnchor, issuerKeyOf } from '../x509/path/keys.ts'
import type { EvidencePool } from './pool.ts'

/** What collecting works with. */
export interface EvidenceContext {
  readonly crypto: CryptoProvider
  readonly budget: Budget
  /** The time for which revocation has to be known. */
  readonly at: Date
  /** Without sources nothing is fetched. */
  readonly sources?: Sources
  readonly signal?: AbortSignal
  /** What paths are held against beside the rules for all. */
  readonly inputs?: ValidationInputs
  /** Whether a status is signed well enough to be relied on, so that no server is asked for a better one; every status is when left out. */
  readonly counts?: (status: RevocationStatus) => boolean
}

/** What is known of one certificate of a path. */
export interface LinkEvidence extends RevocationResult {
  readonly certificate: Certificate
}

/** A path and what is known of it. */
export interface ChainEvidence {
  readonly result: PathResult
  /** Whether the leaf is the anchor itself: then nothing stands above it, and its revocation is not asked about (RFC 5280 §6.1). */
  readonly signerIsAnchor: boolean
  /** The certificates of the path, the leaf first; empty where there is none. */
  readonly links: readonly LinkEvidence[]
  /** What was asked, answered and refused. */
  readonly events: readonly SourceEvent[]
}

/** How often missing issuers are looked for: each time the path grows by one. */
const MAX_FETCHED_ISSUERS = 6

/** Who issued the certificate at an index of a path, with the key that the path has for it; null where that key is none. */
export function issuerOf(path: CertificatePath, index: number): Issuer | null {
  const above = path.certificates[index + 1]
  const certificate = above ?? path.anchor.certificate
  const key = attempt(() => issuerKeyOf(path, index))
  if (!key) return null
  return { name: above?.subject ?? path.anchor.name, spki: above?.spki ?? path.anchor.spki, key, anchor: path.anchor, ...(certificate ? { certificate } : {}) }
}

/**
 * How far the clocks of those who answer may be ahead, in milliseconds. An answer that is fetched while a document is verified is
 * also younger than the moment at which that began.
 */
export const CLOCK_SKEW_MS = 5 * 60_000

/** Whether what is at hand settles a certificate: it is revoked, or a status that is still fresh, and signed well enough, says it is not. */
function isSettled({ statuses }: RevocationResult, { at, counts = () => true }: EvidenceContext): boolean {
  const isFresh = ({ thisUpdate, nextUpdate }: RevocationStatus): boolean =>
    thisUpdate.getTime() <= at.getTime() + CLOCK_SKEW_MS && nextUpdate !== undefined && nextUpdate >= at
  return statuses.some((one) => one.status === 'revoked' || (one.status === 'good' && isFresh(one) && counts(one)))
}

/** Refuses an answer that says nothing of the certificate, or that nobody entitled has signed: the next responder is asked, and no cache keeps it. */
async function checkAnswer(context: RevocationContext, pool: EvidencePool, certificate: Certificate, issuer: Issuer, bytes: Uint8Array): Promise<void> {
  const answer = parseOcsp(bytes, { budget: context.budget })
  const { statuses } = await revocationOf({ ...context, pool: pool.certificates }, certificate, issuer, [], [answer])
  if (statuses.length === 0) throw new KysoError('ERR_CERTIFICATE_SYNTAX', 'the OCSP response cannot be used')
}

/**
 * Collects what is known of one certificate's revocation: what is at hand, and what sources give where that does not settle it.
 *
 * @param pool what is fetched is added to it
 * @param settles whether no more has to be fetched, where that takes another than a state that is known at `at`; then caches that have nothing
 *   that settles are passed by
 * @throws KysoError `ERR_BUDGET_EXCEEDED`, `ERR_ABORTED`
 */
export async function linkEvidence(
  context: EvidenceContext,
  pool: EvidencePool,
  certificate: Certificate,
  issuer: Issuer,
  options: SourceOptions,
  settles?: (found: RevocationResult) => boolean,
): Promise<LinkEvidence> {
  const inquiry = { crypto: context.crypto, budget: context.budget, at: new Date(context.at.getTime() + CLOCK_SKEW_MS) }
  const consult = (): Promise<RevocationResult> => revocationOf({ ...inquiry, pool: pool.certificates }, certificate, issuer, pool.crls, pool.ocsp)
  const isEnough = settles ?? ((one: RevocationResult): boolean => isSettled(one, context))
  let found = await consult()
  const source = context.sources?.revocation
  if (!source || isExempt(certificate)) return { certificate, ...found }
  const fetch = async (ask: (how: SourceOptions) => Promise<void>): Promise<void> => {
    let kept = false
    const onEvent = (event: SourceEvent): void => {
      kept ||= event.outcome === 'cached'
      options.onEvent?.(event)
    }
    await ask({ ...options, onEvent })
    found = await consult()
    // What a cache keeps still holds, and may yet be older than what is asked about.
    if (!kept || !settles || settles(found)) return
    await ask({ ...options, fresh: true })
    found = await consult()
  }
  // OCSP first: an answer is small and newer than a list.
  if (!isEnough(found) && source.ocsp)
    await fetch(async (how) => {
      const answer = await source.ocsp?.(certificate, issuer, { ...how, accept: (bytes) => checkAnswer(inquiry, pool, certificate, issuer, bytes) })
      if (answer) pool.addOcsp(answer)
    })
  if (!isEnough(found) && source.crl) await fetch(async (how) => pool.addCrls((await source.crl?.(certificate, issuer, how)) ?? []))
  return { certificate, ...found }
}

/**
 * Finds the path of a certificate, with issuers fetched where they are missing.
 *
 * @param pool what is fetched is added to it
 * @throws KysoError `ERR_BUDGET_EXCEEDED`, `ERR_ABORTED`
 */
export async function findPath(context: EvidenceContext, pool: EvidencePool, leaf: Certificate, options: SourceOptions): Promise<PathResult> {
  const build = (): Promise<PathResult> =>
    buildPath({
      leaf,
      anchors: pool.anchors,
      candidates: pool.certificates,
      at: context.at,
      crypto: context.crypto,
      budget: context.budget,
      ...(context.inputs ? { inputs: context.inputs } : {}),
    })
  let result = await build()
  // Where nothing is trusted no issuer leads anywhere, and no server needs to learn what is being looked at.
  const certificates = pool.anchors.length > 0 ? context.sources?.certificates : undefined
  for (let i = 0; certificates && !result.path && i < MAX_FETCHED_ISSUERS; i++) {
    const top = result.partial[result.partial.length - 1]
    if (!top || pool.addCertificates(await certificates.issuers(top, options)) === 0) break
    result = await build()
  }
  return result
}

/** Of an anchor itself: nobody is asked about it, and all that may be known is that it has listed itself. */
async function ownEvidence(
  { sources: _, ...context }: EvidenceContext,
  pool: EvidencePool,
  path: CertificatePath,
  certificate: Certificate,
  options: SourceOptions,
): Promise<LinkEvidence> {
  const issuer = isSelfIssued(certificate) ? issuerOf(path, 0) : null
  return issuer ? linkEvidence(context, pool, certificate, issuer, options) : { certificate, statuses: [], refused: [] }
}

/** How sources are asked, and where they tell of it. */
export function sourceOptions({ budget, signal }: EvidenceContext, onEvent: (event: SourceEvent) => void): SourceOptions {
  return { budget, onEvent, ...(signal ? { signal } : {}) }
}

/**
 * Collects the evidence about a certificate.
 *
 * @param pool what is at hand; what is fetched is added to it
 * @throws KysoError `ERR_BUDGET_EXCEEDED`, `ERR_ABORTED`
 */
export async function chainEvidence(context: EvidenceContext, pool: EvidencePool, leaf: Certificate): Promise<ChainEvidence> {
  const events: SourceEvent[] = []
  const options = sourceOptions(context, (event) => events.push(event))
  const result = await findPath(context, pool, leaf, options)
  const signerIsAnchor = result.path !== null && endsInAnchor(result.path)
  const links: LinkEvidence[] = []
  for (const [index, certificate] of (result.path?.certificates ?? []).entries()) {
    if (signerIsAnchor) {
      links.push(await ownEvidence(context, pool, result.path as CertificatePath, certificate, options))
      continue
    }
    const issuer = issuerOf(result.path as CertificatePath, index)
    links.push(issuer ? await linkEvidence(context, pool, certificate, issuer, options) : { certificate, statuses: [], refused: [] })
  }
  return { result, signerIsAnchor, links, events }
}
