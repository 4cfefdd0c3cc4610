/** Evidence at hand: what a document carries, what a caller gave, and what was fetched since. */
import type { Budget } from '../core/budget.ts'
import { equal } from '../core/bytes.ts'
import { attempt } from '../core/errors.ts'
import { type Certificate, type Crl, type OcspAnswer, parseCertificate, parseCrl, parseOcsp, sameCertificate, type TrustAnchor } from '../x509/index.ts'

/** What a pool starts with. */
export interface EvidenceAtHand {
  readonly anchors: readonly TrustAnchor[]
  readonly certificates: readonly Certificate[]
  readonly crls: readonly Crl[]
  readonly ocsp: readonly OcspAnswer[]
}

/** A growing collection; what a server sent that is nothing of its kind is left out. */
export class EvidencePool {
  readonly anchors: readonly TrustAnchor[]
  readonly #budget: Budget
  readonly #certificates: Certificate[]
  readonly #crls: Crl[]
  readonly #ocsp: OcspAnswer[]

  constructor(atHand: EvidenceAtHand, budget: Budget) {
    this.anchors = atHand.anchors
    this.#budget = budget
    this.#certificates = [...atHand.certificates]
    this.#crls = [...atHand.crls]
    this.#ocsp = [...atHand.ocsp]
  }

  get certificates(): readonly Certificate[] {
    return this.#certificates
  }

  get crls(): readonly Crl[] {
    return this.#crls
  }

  get ocsp(): readonly OcspAnswer[] {
    return this.#ocsp
  }

  /** Adds certificates that are new; how many were. */
  addCertificates(list: readonly Uint8Array[]): number {
    const before = this.#certificates.length
    for (const bytes of list) {
      const certificate = attempt(() => parseCertificate(bytes, { budget: this.#budget }))
      if (certificate && !this.#certificates.some((other) => sameCertificate(other, certificate))) this.#certificates.push(certificate)
    }
    return this.#certificates.length - before
  }

  /** Adds CRLs that are new. */
  addCrls(list: readonly Uint8Array[]): void {
    for (const bytes of list) {
      const crl = attempt(() => parseCrl(bytes, { budget: this.#budget }))
      if (crl && !this.#crls.some((other) => equal(other.bytes, crl.bytes))) this.#crls.push(crl)
    }
  }

  /** Adds an OCSP response that is new. */
  addOcsp(bytes: Uint8Array): void {
    const answer = attempt(() => parseOcsp(bytes, { budget: this.#budget }))
    if (answer && !this.#ocsp.some((other) => equal(other.bytes, answer.bytes))) this.#ocsp.push(answer)
  }
}
