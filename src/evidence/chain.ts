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
  type PathResult,
  parseOcsp,
  type RevocationContext,
  type RevocationResult,
  revocationOf,
  type ValidationInputs,
} from '../x509/index.ts'
import { issuerKeyOf } from '../x509/path/keys.ts'
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
}

/** What is known of one certificate of a path. */
export interface LinkEvidence extends RevocationResult {
  readonly certificate: Certificate
}

/** A path and what is known of it. */
export interface ChainEvidence {
  readonly result: PathResult
  /** The certificates of the path, the leaf first; empty where there is none. */
  readonly links: readonly LinkEvidence[]
  /** What was asked, answered and refused. */
  readonly events: readonly SourceEvent[]
}

/** How often missing issuers are looked for: each time the path grows by one. */
const MAX_FETCHED_ISSUERS = 6

function issuerOf(path: CertificatePath, index: number): Issuer | null {
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

/** Whether what is at hand settles a certificate at that time: it is revoked, or a status that is still fresh says it is not. */
function isSettled({ statuses }: RevocationResult, at: Date): boolean {
  return statuses.some(
    ({ status, thisUpdate, nextUpdate }) =>
      status === 'revoked' || (status === 'good' && thisUpdate.getTime() <= at.getTime() + CLOCK_SKEW_MS && nextUpdate !== undefined && nextUpdate >= at),
  )
}

/** Refuses an answer that says nothing of the certificate, or that nobody entitled has signed: the next responder is asked, and no cache keeps it. */
async function checkAnswer(context: RevocationContext, pool: EvidencePool, certificate: Certificate, issuer: Issuer, bytes: Uint8Array): Promise<void> {
  const answer = parseOcsp(bytes, { budget: context.budget })
  const { statuses } = await revocationOf({ ...context, pool: pool.certificates }, certificate, issuer, [], [answer])
  if (statuses.length === 0) throw new KysoError('ERR_CERTIFICATE_SYNTAX', 'the OCSP response cannot be used')
}

async function linkEvidence(context: EvidenceContext, pool: EvidencePool, path: CertificatePath, index: number, options: SourceOptions): Promise<LinkEvidence> {
  const certificate = path.certificates[index] as Certificate
  const issuer = issuerOf(path, index)
  if (!issuer) return { certificate, statuses: [], refused: [] }
  const inquiry = { crypto: context.crypto, budget: context.budget, at: new Date(context.at.getTime() + CLOCK_SKEW_MS) }
  const consult = (): Promise<RevocationResult> => revocationOf({ ...inquiry, pool: pool.certificates }, certificate, issuer, pool.crls, pool.ocsp)
  let found = await consult()
  const source = context.sources?.revocation
  if (source && !isExempt(certificate)) {
    // OCSP first: an answer is small and newer than a list.
    if (!isSettled(found, context.at) && source.ocsp) {
      const answer = await source.ocsp(certificate, issuer, { ...options, accept: (bytes) => checkAnswer(inquiry, pool, certificate, issuer, bytes) })
      if (answer) pool.addOcsp(answer)
      found = await consult()
    }
    if (!isSettled(found, context.at) && source.crl) {
      pool.addCrls(await source.crl(certificate, issuer, options))
      found = await consult()
    }
  }
  return { certificate, ...found }
}

/**
 * Collects the evidence about a certificate.
 *
 * @param pool what is at hand; what is fetched is added to it
 * @throws KysoError `ERR_BUDGET_EXCEEDED`, `ERR_ABORTED`
 */
export async function chainEvidence(context: EvidenceContext, pool: EvidencePool, leaf: Certificate): Promise<ChainEvidence> {
  const events: SourceEvent[] = []
  const options: SourceOptions = { budget: context.budget, onEvent: (event) => events.push(event), ...(context.signal ? { signal: context.signal } : {}) }
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
  const links: LinkEvidence[] = []
  for (const index of result.path?.certificates.keys() ?? []) links.push(await linkEvidence(context, pool, result.path as CertificatePath, index, options))
  return { result, links, events }
}
