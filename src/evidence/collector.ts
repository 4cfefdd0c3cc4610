/** Walks from signers up their paths and to those who sign the evidence, and notes what each needs. */
import { equal, toHex } from '../core/bytes.ts'
import { attempt } from '../core/errors.ts'
import { digest } from '../core/hash.ts'
import type { SourceEvent } from '../sources/types.ts'
import {
  ACCESS,
  accessUrls,
  type Certificate,
  type CertificatePath,
  type Crl,
  checkPathAt,
  findExtension,
  type Issuer,
  isAnchor,
  isExempt,
  isSelfIssued,
  nameToString,
  OCSP_NOCHECK,
  type OcspAnswer,
  type PathProblem,
  type PathResult,
  type RevocationResult,
  type RevocationStatus,
  sameCertificate,
  sameParts,
  VALIDITY_ASSURED_SHORT_TERM,
} from '../x509/index.ts'
import { findPath, issuerOf, linkEvidence, sourceOptions } from './chain.ts'
import type { EvidenceItem, EvidenceNeeds, EvidenceReason, EvidenceRole, Freshness, NeedsContext, Wanted } from './needs-types.ts'
import { ocspResponseOf } from './ocsp-response.ts'
import type { EvidencePool } from './pool.ts'
import { sufficientStatus, type Why, whyNoStatus, whyNotFetched } from './suffices.ts'

/** How many certificates may have to be looked up for each other. */
const MAX_TRAIL = 6

/** One walk. Everything is noted once, in the order in which it is met. */
export class EvidenceCollector {
  readonly asked: SourceEvent[] = []
  readonly items: EvidenceItem[] = []
  readonly #context: NeedsContext
  readonly #pool: EvidencePool
  readonly #atHand: ReadonlySet<Certificate | Crl | OcspAnswer>
  readonly #ids = new Map<Certificate | Crl | OcspAnswer, string>()
  readonly #embedded = new Map<string, Certificate | Crl | OcspAnswer>()
  /** Of the certificates at hand: documents carry as many as they like. */
  #atHandIds: Promise<ReadonlySet<string>> | undefined
  readonly #noted = new Set<string>()
  /** What was looked up already, and for which time. */
  readonly #done = new Set<string>()

  /** @param own certificates that the signature brings along, whether they are in the pool or not */
  constructor(context: NeedsContext, pool: EvidencePool, own: readonly Certificate[]) {
    this.#context = context
    this.#pool = pool
    this.#atHand = new Set([...pool.certificates, ...pool.crls, ...pool.ocsp, ...own])
  }

  /** Whether anything had to be fetched. */
  get hasFetched(): boolean {
    return this.items.some(({ status }) => status === 'fetched')
  }

  /** DER of all that is needed and had. */
  values(): Pick<EvidenceNeeds, 'certificates' | 'crls' | 'ocsp'> {
    const all = [...this.#embedded.values()]
    return {
      certificates: all.flatMap((one) => ('subject' in one ? [one.bytes] : [])),
      crls: all.flatMap((one) => ('entries' in one ? [one.bytes] : [])),
      ocsp: all.flatMap((one) => ('responses' in one ? [ocspResponseOf(one)] : [])),
    }
  }

  /** Notes what a signer needs: the certificate alone, or the whole of its path. */
  async signer(certificate: Certificate | undefined, of: EvidenceRole, time: Date | undefined, whole: boolean): Promise<void> {
    if (!certificate) this.#add({ kind: 'certificate', of, subject: '', status: 'missing', why: 'signerUnknown' })
    else if (whole) await this.#chain(certificate, of, { time, freshness: this.#context.freshness ?? 0 }, [])
    else await this.#certificate(certificate, of)
  }

  /** Notes that nothing is needed for a certificate. */
  async leaveOut(certificate: Certificate, of: EvidenceRole, why: EvidenceReason): Promise<void> {
    for (const kind of ['certificate', 'revocation'] as const) this.#add({ kind, of, ...(await this.#about(certificate)), status: 'notNeeded', why })
  }

  #add(item: EvidenceItem): void {
    const { kind, id, subject, status, why } = item
    const key = JSON.stringify([kind, id, subject, status, why])
    if (this.#noted.has(key)) return
    this.#noted.add(key)
    this.items.push(item)
  }

  async #idOf(one: Certificate | Crl | OcspAnswer): Promise<string> {
    let id = this.#ids.get(one)
    if (id === undefined) {
      const { crypto, budget } = this.#context
      budget.spend('hashedBytes', one.bytes.length)
      id = toHex(await digest(crypto, 'SHA-256', one.bytes))
      this.#ids.set(one, id)
    }
    return id
  }

  async #about(certificate: Certificate): Promise<Pick<EvidenceItem, 'subject' | 'id'>> {
    return { subject: nameToString(certificate.subject), id: await this.#idOf(certificate) }
  }

  async #wasAtHand(one: Certificate): Promise<boolean> {
    if (this.#atHand.has(one)) return true
    this.#atHandIds ??= this.#idsAtHand()
    return (await this.#atHandIds).has(await this.#idOf(one))
  }

  async #idsAtHand(): Promise<ReadonlySet<string>> {
    const ids = new Set<string>()
    for (const one of this.#atHand) if ('subject' in one) ids.add(await this.#idOf(one))
    return ids
  }

  /** A certificate that is had, and is to be embedded. */
  async #certificate(certificate: Certificate, of: EvidenceRole, problems: readonly PathProblem[] = []): Promise<void> {
    const about = await this.#about(certificate)
    this.#embedded.set(await this.#idOf(certificate), certificate)
    const overdue = problems.every(({ code }) => code === 'expired' || code === 'notYetValid')
    this.#add({
      kind: 'certificate',
      of,
      ...about,
      status: (await this.#wasAtHand(certificate)) ? 'atHand' : 'fetched',
      ...(problems.length > 0 ? { why: overdue ? 'expired' : 'pathProblem', detail: problems.map(({ code }) => code).join(', ') } : {}),
    })
  }

  async #missing(kind: EvidenceItem['kind'], of: EvidenceRole, about: Pick<EvidenceItem, 'subject' | 'id'>, { why, detail }: Why): Promise<void> {
    this.#add({ kind, of, ...about, status: 'missing', why, ...(detail ? { detail } : {}) })
  }

  /** A certificate and everything above it. */
  async #chain(leaf: Certificate, of: EvidenceRole, wanted: Wanted, trail: readonly Certificate[]): Promise<void> {
    if (!(await this.#begin('chain', leaf, wanted))) return
    const events: SourceEvent[] = []
    const pathAt = wanted.time ?? this.#context.at
    const result = await findPath({ ...this.#context, at: pathAt }, this.#pool, leaf, this.#options(events))
    const { path } = result
    if (!path) return this.#unfinished(result, of, events)
    const problems = [...result.problems, ...checkPathAt(path, pathAt)]
    for (const [index, certificate] of path.certificates.entries()) {
      const role = index === 0 ? of : 'issuer'
      await this.#certificate(
        certificate,
        role,
        problems.filter((one) => one.index === index),
      )
      const how = index === 0 ? wanted : { time: wanted.time, freshness: this.#authorityFreshness() }
      if (isAnchor(path.anchor, certificate))
        this.#add({ kind: 'revocation', of: role, ...(await this.#about(certificate)), status: 'notNeeded', why: 'trustAnchor' })
      else await this.#linkOf(path, index, role, how, trail)
    }
    this.#anchor(
      path,
      problems.filter((one) => one.index >= path.certificates.length),
    )
  }

  #authorityFreshness(): Freshness {
    return this.#context.authorityFreshness ?? 'current'
  }

  #anchor({ anchor }: CertificatePath, problems: readonly PathProblem[]): void {
    const detail = problems.map(({ code }) => code).join(', ')
    this.#add({ kind: 'certificate', of: 'anchor', subject: nameToString(anchor.name), status: 'notNeeded', why: 'trustAnchor', ...(detail ? { detail } : {}) })
  }

  async #linkOf(path: CertificatePath, index: number, of: EvidenceRole, wanted: Wanted, trail: readonly Certificate[]): Promise<void> {
    const certificate = path.certificates[index] as Certificate
    const issuer = issuerOf(path, index)
    if (issuer) await this.#revocation(certificate, issuer, of, wanted, trail)
    else await this.#missing('revocation', of, await this.#about(certificate), { why: 'noPath', detail: "the issuer's key cannot be read" })
  }

  /** As far as a path goes that ends nowhere. */
  async #unfinished({ partial, deadEnd }: PathResult, of: EvidenceRole, events: readonly SourceEvent[]): Promise<void> {
    const top = partial[partial.length - 1] as Certificate
    for (const [index, certificate] of partial.entries()) {
      const role = index === 0 ? of : 'issuer'
      await this.#certificate(certificate, role)
      const why = exemption(certificate)
      const about = await this.#about(certificate)
      if (why) this.#add({ kind: 'revocation', of: role, ...about, status: 'notNeeded', why })
      else await this.#missing('revocation', role, about, { why: 'noPath', detail: '' })
    }
    const { anchors } = this.#pool
    const detail = deadEnd?.code ?? ''
    if (anchors.length === 0 || isSelfIssued(top)) {
      const imitated = anchors.some((anchor) => sameParts(anchor.name, top.issuer))
      return this.#missing('certificate', 'anchor', { subject: nameToString(top.issuer) }, { why: imitated ? 'otherKey' : 'notTrusted', detail })
    }
    if (anchors.some((anchor) => sameParts(anchor.name, top.issuer)))
      return this.#missing('certificate', 'anchor', { subject: nameToString(top.issuer) }, { why: 'otherKey', detail })
    const urls = attempt(() => accessUrls(top, ACCESS.caIssuers)) ?? []
    const why = whyNotFetched(this.#context.sources?.certificates !== undefined, urls, events)
    await this.#missing('certificate', 'issuer', { subject: nameToString(top.issuer) }, why)
  }

  /** Revocation of one certificate, and what its evidence rests on. */
  async #revocation(certificate: Certificate, issuer: Issuer, of: EvidenceRole, wanted: Wanted, trail: readonly Certificate[]): Promise<void> {
    if (!(await this.#begin('revocation', certificate, wanted))) return
    const about = await this.#about(certificate)
    const why = of === 'ocspSigner' && findExtension(certificate, OCSP_NOCHECK.oid) ? 'ocspNocheck' : exemption(certificate)
    if (why) return this.#add({ kind: 'revocation', of, ...about, status: 'notNeeded', why })
    if (trail.length >= MAX_TRAIL) return this.#missing('revocation', of, about, { why: 'loop', detail: `more than ${MAX_TRAIL} rest on each other` })
    const events: SourceEvent[] = []
    const here = [...trail, certificate]
    const pick = (one: RevocationResult): RevocationStatus | undefined => sufficientStatus(this.#context, one, wanted, here)
    const found = await linkEvidence(this.#context, this.#pool, certificate, issuer, this.#options(events), (one) => pick(one) !== undefined)
    const status = pick(found)
    if (!status) return this.#missing('revocation', of, about, whyNoStatus(this.#context, certificate, found, wanted, here, events))
    const sources = [status.id, ...(status.alsoFrom ?? [])]
    const fetched = await this.#embed(sources)
    this.#add({
      kind: 'revocation',
      of,
      ...about,
      status: fetched ? 'fetched' : 'atHand',
      sources,
      ...(status.status === 'revoked' ? { why: 'revoked', detail: status.reason ?? 'unspecified' } : {}),
      ...(status.revocationTime ? { revocationTime: status.revocationTime.toISOString() } : {}),
    })
    if (status.responder) await this.#responder(status, status.responder, issuer, here)
  }

  /** Who signed the evidence in place of the issuer: his certificate and his standing when he signed. */
  async #responder({ kind, id, producedAt }: RevocationStatus, responder: Certificate, issuer: Issuer, trail: readonly Certificate[]): Promise<void> {
    const wanted = { time: producedAt, freshness: this.#authorityFreshness() }
    if (kind === 'crl') {
      // A CRL issuer may be on its own list: whoever certified it has named it for that (RFC 5280 §6.3.3 f).
      if (trail.some((one) => sameCertificate(one, responder))) return this.#certificate(responder, 'crlSigner')
      return this.#chain(responder, 'crlSigner', wanted, trail)
    }
    const answer = this.#embedded.get(id)
    if (answer && 'responses' in answer && answer.certificates.some((bytes) => equal(bytes, responder.bytes))) {
      this.#add({ kind: 'certificate', of: 'ocspSigner', ...(await this.#about(responder)), status: 'atHand', why: 'inResponse' })
    } else await this.#certificate(responder, 'ocspSigner')
    // A delegate's certificate is issued by the very key in question (RFC 6960 §4.2.2.2), so there is no other path above it.
    await this.#revocation(responder, issuer, 'ocspSigner', wanted, trail)
  }

  /** Marks the sources of a status as needed; whether one of them had to be fetched. */
  async #embed(sources: readonly string[]): Promise<boolean> {
    let fetched = false
    for (const one of [...this.#pool.ocsp, ...this.#pool.crls]) {
      const id = await this.#idOf(one)
      if (!sources.includes(id) || this.#embedded.has(id)) continue
      this.#embedded.set(id, one)
    }
    for (const id of sources) {
      const one = this.#embedded.get(id)
      if (one && !this.#atHand.has(one)) fetched = true
    }
    return fetched
  }

  #options(events: SourceEvent[]): ReturnType<typeof sourceOptions> {
    return sourceOptions(this.#context, (event) => {
      events.push(event)
      this.asked.push(event)
    })
  }

  /** Whether something has not been looked up for that time; loops and common issuers end here. */
  async #begin(what: string, certificate: Certificate, { time, freshness }: Wanted): Promise<boolean> {
    const key = `${what} ${await this.#idOf(certificate)} ${time?.getTime()} ${freshness}`
    if (this.#done.has(key)) return false
    this.#done.add(key)
    return true
  }
}

/** Why nothing is published about a certificate; undefined where something is. */
function exemption(certificate: Certificate): 'noRevAvail' | 'shortLived' | undefined {
  if (!isExempt(certificate)) return undefined
  return findExtension(certificate, VALIDITY_ASSURED_SHORT_TERM.oid) ? 'shortLived' : 'noRevAvail'
}
