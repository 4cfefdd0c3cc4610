/**
 * Path building: from a leaf up to an anchor by key. Candidates share the issuer's name; the ones whose key identifier
 * fits come first, but all are tried, because one CA name with several keys is the normal case.
 */
import type { Budget } from '../../core/budget.ts'
import { equal, fromLatin1 } from '../../core/bytes.ts'
import type { CryptoProvider } from '../../core/crypto/provider.ts'
import { isKysoError } from '../../core/errors.ts'
import { type Certificate, publicKeyOf } from '../certificate.ts'
import { AUTHORITY_KEY_IDENTIFIER, readExtension, SUBJECT_KEY_IDENTIFIER } from '../extensions.ts'
import { nameKey, sameName } from '../name.ts'
import { anchorKey, isAnchor, type TrustAnchor } from './anchor.ts'
import { type CertificatePath, checkIssuedBy, checkPath, checkPathAt, type PathProblem } from './validate.ts'

/** What a path is built from. */
export interface PathInput {
  readonly leaf: Certificate
  readonly anchors: readonly TrustAnchor[]
  /** Certificates that may stand between: those a document carries, and those handed in. Their order does not matter. */
  readonly candidates: readonly Certificate[]
  /** Paths valid at this time are preferred. */
  readonly at: Date
  readonly crypto: CryptoProvider
  readonly budget: Budget
}

/** What building came to. */
export interface PathResult {
  /** The best path found, or `null` where none ends at an anchor. */
  readonly path: CertificatePath | null
  /** What speaks against it at any time. */
  readonly problems: readonly PathProblem[]
  /** Without a path: how far up certificates were found, the leaf first. For the report. */
  readonly partial: readonly Certificate[]
}

/** Longest path that is looked for; real ones have two to five certificates. */
const MAX_LENGTH = 12

function keyIdentifier(certificate: Certificate): Uint8Array | undefined {
  try {
    return readExtension(certificate, SUBJECT_KEY_IDENTIFIER)
  } catch (error) {
    if (isKysoError(error, 'ERR_CERTIFICATE_SYNTAX')) return undefined
    throw error
  }
}

function authorityKeyIdentifier(certificate: Certificate): Uint8Array | undefined {
  try {
    return readExtension(certificate, AUTHORITY_KEY_IDENTIFIER)?.keyIdentifier
  } catch (error) {
    if (isKysoError(error, 'ERR_CERTIFICATE_SYNTAX')) return undefined
    throw error
  }
}

/** 0: the key identifiers agree; 1: one of them is missing; 2: they differ. A hint only (RFC 5280 §4.2.1.1). */
function affinity(issuer: Certificate, wanted: Uint8Array | undefined): number {
  const have = keyIdentifier(issuer)
  if (!wanted || !have) return 1
  return equal(wanted, have) ? 0 : 2
}

/** A pool of candidates by the name they stand for. */
interface Pool {
  readonly size: number
  readonly bySubject: ReadonlyMap<string, readonly Certificate[]>
}

const pools = new WeakMap<readonly Certificate[], Pool>()

/** Each candidate once, by subject. One pool serves every signature of a document, so what was made of it is kept. */
function poolOf(candidates: readonly Certificate[]): Pool {
  const known = pools.get(candidates)
  if (known?.size === candidates.length) return known
  const seen = new Set<string>()
  const bySubject = new Map<string, Certificate[]>()
  for (const candidate of candidates) {
    const key = fromLatin1(candidate.bytes)
    if (seen.has(key)) continue
    seen.add(key)
    const list = bySubject.get(nameKey(candidate.subject))
    if (list) list.push(candidate)
    else bySubject.set(nameKey(candidate.subject), [candidate])
  }
  const pool = { size: candidates.length, bySubject }
  pools.set(candidates, pool)
  return pool
}

/**
 * Finds a path from the leaf to an anchor. The first path without problems at `at` wins; else the one with the fewest.
 *
 * @param input the leaf, the anchors, and what may stand between
 * @throws KysoError `ERR_BUDGET_EXCEEDED`
 * @example
 * ```ts
 * const { path, problems } = await buildPath({
 *   leaf: certificate,
 *   anchors: trust,
 *   candidates: [issuer],
 *   at: new Date(),
 *   crypto: defaultCrypto(),
 *   budget: new Budget(),
 * })
 * path?.certificates.length // => 2
 * problems // => []
 * ```
 */
export async function buildPath(input: PathInput): Promise<PathResult> {
  const { bySubject } = poolOf(input.candidates)
  let best: { path: CertificatePath; problems: PathProblem[]; weight: number } | undefined
  let partial: readonly Certificate[] = [input.leaf]

  /** Keeps a finished path when it is better; true when nothing better can come. */
  const offer = (certificates: readonly Certificate[], anchor: TrustAnchor): boolean => {
    const path = { certificates, anchor }
    const problems = checkPath(path)
    const weight = problems.length * 2 + checkPathAt(path, input.at).length
    if (!best || weight < best.weight) best = { path, problems, weight }
    return weight === 0
  }

  /** Whether one issued the other; authorities that certify each other meet again and again. */
  const issued = new Map<Certificate, Map<Certificate, boolean>>()
  const isIssuer = async (issuer: Certificate, certificate: Certificate): Promise<boolean> => {
    const known = issued.get(issuer) ?? new Map<Certificate, boolean>()
    issued.set(issuer, known)
    const holds = known.get(certificate) ?? (await checkIssuedBy(input.crypto, input.budget, certificate, () => publicKeyOf(issuer))) === null
    known.set(certificate, holds)
    return holds
  }

  const extend = async (certificates: readonly Certificate[]): Promise<boolean> => {
    input.budget.spend('pathSteps')
    if (certificates.length > partial.length) partial = certificates
    const last = certificates[certificates.length - 1] as Certificate
    for (const anchor of input.anchors) {
      // The certificate speaks for an anchor: what it says of itself is not needed, the path ends below it.
      if (isAnchor(anchor, last)) {
        const below = certificates.length === 1 ? certificates : certificates.slice(0, -1)
        if (offer(below, anchor)) return true
      } else if (sameName(anchor.name, last.issuer) && (await checkIssuedBy(input.crypto, input.budget, last, () => anchorKey(anchor))) === null) {
        if (offer(certificates, anchor)) return true
      }
    }
    if (certificates.length >= MAX_LENGTH) return false
    const wanted = authorityKeyIdentifier(last)
    const named = bySubject.get(nameKey(last.issuer)) ?? []
    // Looking at each costs too, whether its key fits or not.
    input.budget.spend('pathSteps', named.length)
    const issuers = named.map((issuer) => ({ issuer, rank: affinity(issuer, wanted) })).sort((a, b) => a.rank - b.rank)
    for (const { issuer } of issuers) {
      // RFC 5280 §6.1: a certificate stands in a path once; the same name and key again would be a loop.
      if (certificates.some((one) => equal(one.spki, issuer.spki) && sameName(one.subject, issuer.subject))) continue
      if (!(await isIssuer(issuer, last))) continue
      if (await extend([...certificates, issuer])) return true
    }
    return false
  }
  await extend([input.leaf])
  return best ? { path: best.path, problems: best.problems, partial } : { path: null, problems: [], partial }
}
