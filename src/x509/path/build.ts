/**
 * Path building: from a leaf up to an anchor by key. Candidates share the issuer's name; the ones whose key identifier
 * fits come first, but all are tried, because one CA name with several keys is the normal case. Every path that ends at an
 * anchor is validated, and one that does not hold is only kept until a better one is found.
 */
import type { Budget } from '../../core/budget.ts'
import { equal, fromLatin1 } from '../../core/bytes.ts'
import type { CryptoProvider, PublicKey } from '../../core/crypto/provider.ts'
import { isAboutDocument, isKysoError } from '../../core/errors.ts'
import { type Certificate, isSelfIssued, publicKeyOf } from '../certificate.ts'
import { AUTHORITY_KEY_IDENTIFIER, type ExtensionType, readExtension, SUBJECT_KEY_IDENTIFIER } from '../extensions.ts'
import { nameKey, sameName } from '../name.ts'
import { anchorKey, isAnchor, type TrustAnchor } from './anchor.ts'
import type { ValidationInputs } from './inputs.ts'
import { type CertificatePath, inheritsParameters, issuerKeyOf } from './keys.ts'
import type { ValidPolicies } from './policies.ts'
import { type PathProblem, type PathProblemCode, weigh } from './problems.ts'
import { anchorProfileViolations } from './profile.ts'
import { checkCertificate, checkCertificateAt, checkIssuedBy, checkPathAt, validatePath } from './validate.ts'

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
  /** What the path is held against beside the rules for all: policies, names, length, algorithms, purpose. */
  readonly inputs?: ValidationInputs
}

/** What building came to. */
export interface PathResult {
  /** The best path found, or `null` where none ends at an anchor. */
  readonly path: CertificatePath | null
  /** What speaks against it at any time. */
  readonly problems: readonly PathProblem[]
  /** The certificate policies the path is valid for; without meaning where there are problems. */
  readonly policies?: ValidPolicies
  /** Without a path: how far up certificates were found, the leaf first. For the report. */
  readonly partial: readonly Certificate[]
  /** Without a path: why it went no further than `partial`. */
  readonly deadEnd?: PathProblem
}

/** Longest path that is looked for; real ones have two to five certificates. */
const MAX_LENGTH = 12

const keyIdentifiers = new WeakMap<Certificate, { readonly value: Uint8Array | undefined }>()

/** An extension that only hints at who issued whom: one that is malformed hints at nothing. */
function hintOf<T>(certificate: Certificate, type: ExtensionType<T>): T | undefined {
  try {
    return readExtension(certificate, type)
  } catch (error) {
    if (isKysoError(error, 'ERR_CERTIFICATE_SYNTAX')) return undefined
    throw error
  }
}

/** Read once: a candidate is looked at again and again, and may have any number of extensions. */
function keyIdentifier(certificate: Certificate): Uint8Array | undefined {
  let known = keyIdentifiers.get(certificate)
  if (!known) {
    known = { value: hintOf(certificate, SUBJECT_KEY_IDENTIFIER) }
    keyIdentifiers.set(certificate, known)
  }
  return known.value
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

const spkiTexts = new WeakMap<Uint8Array, string>()

function spkiText(spki: Uint8Array): string {
  let text = spkiTexts.get(spki)
  if (text === undefined) {
    text = fromLatin1(spki)
    spkiTexts.set(spki, text)
  }
  return text
}

/** A finished path and what it is worth. */
interface Offer {
  readonly path: CertificatePath
  readonly problems: readonly PathProblem[]
  readonly policies: ValidPolicies
  readonly weight: number
}

/** One search for a path. */
class Search {
  readonly #input: PathInput
  readonly #pool: Pool
  /** What is known of a certificate's signature, by the key it was held against: pools of one name and key cost one check a certificate. */
  readonly #signatures = new Map<Certificate, Map<string, PathProblemCode | null>>()
  /** What candidates weigh by themselves, by the number of authorities below. */
  readonly #weights = new Map<Certificate, Map<number, number>>()
  best: Offer | undefined
  partial: readonly Certificate[]
  deadEnd: PathProblem | undefined

  constructor(input: PathInput) {
    this.#input = input
    this.#pool = poolOf(input.candidates)
    this.partial = [input.leaf]
  }

  async #signature(certificate: Certificate, spki: Uint8Array, key: () => PublicKey): Promise<PathProblemCode | null> {
    const known = this.#signatures.get(certificate) ?? new Map<string, PathProblemCode | null>()
    this.#signatures.set(certificate, known)
    let answer = known.get(spkiText(spki))
    if (answer === undefined) {
      answer = await checkIssuedBy(this.#input.crypto, this.#input.budget, certificate, key)
      known.set(spkiText(spki), answer)
    }
    return answer
  }

  /** Signatures by keys that inherit their parameters, which can be checked only when the path is whole. */
  async #inheritedHold(path: CertificatePath): Promise<boolean> {
    for (const [index, certificate] of path.certificates.entries()) {
      const issuer = path.certificates[index + 1]
      if (!issuer || !inheritsParameters(issuer)) continue
      let key: PublicKey
      try {
        key = issuerKeyOf(path, index)
      } catch (error) {
        if (!isAboutDocument(error)) throw error
        return false
      }
      if ((await this.#signature(certificate, key.spki, () => key)) !== null) return false
    }
    return true
  }

  /** Keeps a finished path when it is better. */
  async #offer(certificates: readonly Certificate[], anchor: TrustAnchor): Promise<void> {
    const path = { certificates, anchor }
    if (!(await this.#inheritedHold(path))) return
    const { problems: found, policies } = validatePath(path, this.#input.inputs, this.#input.budget)
    const problems = [...found, ...(await this.#anchorProfile(path))]
    const weight = weigh(problems) + weigh(checkPathAt(path, this.#input.at))
    if (!this.best || weight < this.best.weight) this.best = { path, problems, policies, weight }
  }

  /** What the strict profile has against the anchor's own certificate. */
  async #anchorProfile({ certificates, anchor }: CertificatePath): Promise<PathProblem[]> {
    const { certificate } = anchor
    if (this.#input.inputs?.profile !== 'strict' || !certificate) return []
    const selfSigned = (await this.#signature(certificate, anchor.spki, () => anchorKey(anchor))) === null
    return anchorProfileViolations(certificate, selfSigned).map((detail) => ({ code: 'profileViolated', index: certificates.length, detail }))
  }

  /** Ends the path at the anchors that it may end at. */
  async #tryAnchors(certificates: readonly Certificate[]): Promise<void> {
    const last = certificates[certificates.length - 1] as Certificate
    for (const anchor of this.#input.anchors) {
      if (isAnchor(anchor, last)) {
        // The certificate speaks for an anchor: what it says of itself is not needed, the path ends below it.
        if (certificates.length > 1) await this.#endBelow(certificates.slice(0, -1), anchor)
        // A leaf that has the anchor's name and key is not yet what the anchor says of itself.
        else if (await this.#isOwn(anchor, last)) await this.#offer(certificates, anchor)
      } else if (sameName(anchor.name, last.issuer)) {
        const problem = await this.#signature(last, anchor.spki, () => anchorKey(anchor))
        if (problem === null) await this.#offer(certificates, anchor)
        else this.#stuck(certificates, problem)
      }
      if (this.best?.weight === 0) return
    }
  }

  /** The anchor's key has signed the topmost certificate; known already, unless that key is one that has to inherit, which an anchor's cannot. */
  async #endBelow(certificates: readonly Certificate[], anchor: TrustAnchor): Promise<void> {
    const top = certificates[certificates.length - 1] as Certificate
    const problem = await this.#signature(top, anchor.spki, () => anchorKey(anchor))
    if (problem === null) await this.#offer(certificates, anchor)
    else this.#stuck(certificates, problem)
  }

  async #isOwn(anchor: TrustAnchor, leaf: Certificate): Promise<boolean> {
    if (anchor.certificate && equal(anchor.certificate.bytes, leaf.bytes)) return true
    return isSelfIssued(leaf) && (await this.#signature(leaf, anchor.spki, () => anchorKey(anchor))) === null
  }

  /** Remembers why the longest way ended. */
  #stuck(certificates: readonly Certificate[], code: PathProblemCode): void {
    const index = certificates.length - 1
    const better = !this.deadEnd || index > this.deadEnd.index || (index === this.deadEnd.index && this.deadEnd.code === 'issuerNotFound')
    if (better) this.deadEnd = { code, index, detail: 'no path goes on from here' }
  }

  /**
   * Goes on upwards.
   *
   * @param certificates so far
   * @param weight of what speaks against them by themselves; what is built upon them weighs no less
   * @param below authorities under the next one, self-issued ones not counted
   */
  async extend(certificates: readonly Certificate[], weight: number, below: number): Promise<void> {
    const { budget, at } = this.#input
    budget.spend('pathSteps')
    if (certificates.length > this.partial.length) this.partial = certificates
    await this.#tryAnchors(certificates)
    if (this.#hopeless(weight)) return
    if (certificates.length >= MAX_LENGTH) return this.#stuck(certificates, 'pathTooLong')
    const last = certificates[certificates.length - 1] as Certificate
    const wanted = hintOf(last, AUTHORITY_KEY_IDENTIFIER)?.keyIdentifier
    const named = this.#pool.bySubject.get(nameKey(last.issuer)) ?? []
    // Looking at each costs too, whether its key fits or not.
    budget.spend('pathSteps', named.length)
    const issuers = named
      .map((issuer) => ({ issuer, rank: affinity(issuer, wanted), own: this.#own(issuer, certificates.length, below, at) }))
      .sort((a, b) => a.rank - b.rank || a.own - b.own)
    // Outweighed by everything else that is told of this place.
    this.#stuck(certificates, 'issuerNotFound')
    for (const { issuer, own } of issuers) {
      // RFC 5280 §6.1: a certificate stands in a path once; the same name and key again would be a loop.
      if (certificates.some((one) => equal(one.spki, issuer.spki) && sameName(one.subject, issuer.subject))) continue
      if (this.#hopeless(weight + own)) continue
      // Without parameters there is nothing yet to check with; the whole path is checked before it counts.
      const problem = inheritsParameters(issuer) ? null : await this.#signature(last, issuer.spki, () => publicKeyOf(issuer))
      if (problem === null) await this.extend([...certificates, issuer], weight + own, below + (isSelfIssued(issuer) ? 0 : 1))
      else this.#stuck(certificates, problem)
      if (this.best?.weight === 0) return
    }
  }

  /** What speaks against a certificate at a place, whatever stands above it. */
  #own(certificate: Certificate, index: number, below: number, at: Date): number {
    // The leaf is another at its own place than as an issuer.
    const place = index === 0 ? -1 : below
    const known = this.#weights.get(certificate) ?? new Map<number, number>()
    this.#weights.set(certificate, known)
    let weight = known.get(place)
    if (weight === undefined) {
      weight = weigh(checkCertificate(certificate, index, below)) + weigh(checkCertificateAt(certificate, index, at))
      known.set(place, weight)
    }
    return weight
  }

  /** Whether nothing better can come of it. */
  #hopeless(weight: number): boolean {
    return this.best !== undefined && weight >= this.best.weight
  }

  async run(): Promise<void> {
    await this.extend([this.#input.leaf], this.#own(this.#input.leaf, 0, 0, this.#input.at), 0)
  }
}

/**
 * Finds a path from the leaf to an anchor. The first path without problems at `at` wins; else the one whose failure tells most:
 * a path that has expired rather than one that breaks a rule, that rather than one through somebody who is no authority.
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
  const search = new Search(input)
  await search.run()
  const { best, partial, deadEnd } = search
  if (best) return { path: best.path, problems: best.problems, policies: best.policies, partial }
  return { path: null, problems: [], partial, ...(deadEnd ? { deadEnd } : {}) }
}
