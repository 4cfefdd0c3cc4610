/** Which content a signer signed: the attached one, or one of those given beside the file. */
import { octetString } from '../asn1/index.ts'
import { singleValue } from '../cms/attributes.ts'
import { Content, type ContentPlace, wholeOf } from '../cms/content.ts'
import { CMS_ATTRIBUTE, type ParsedSignerInfo } from '../cms/index.ts'
import type { DigestAlgorithm } from '../core/algorithms.ts'
import { equal } from '../core/bytes.ts'
import { type Check, failed, passed } from '../core/check.ts'
import { attempt } from '../core/errors.ts'
import type { ReadContext, Scope } from '../facts/index.ts'
import { digestAlgorithm } from '../x509/algorithm-identifier.ts'

/** A content and what is said of it. */
export interface Candidate {
  /** `null`: none is at hand. */
  readonly content: Content | null
  readonly scope: Scope
  readonly checks: readonly Check[]
}

const NOT_FOUND: Candidate = { content: null, scope: { kind: 'detached', found: false }, checks: [] }

/** The contents of one reading; each is hashed once an algorithm, however many signers there are. */
export class Contents {
  readonly #context: ReadContext
  readonly #attached: Content | undefined
  readonly #detached: readonly { readonly name?: string; readonly content: Content }[]
  #contradiction: Promise<Check[]> | undefined

  constructor(context: ReadContext, attached: ContentPlace | undefined) {
    const { crypto, budget, detached = [] } = context
    this.#context = context
    this.#attached = attached && new Content(crypto, budget, attached)
    this.#detached = detached.map(({ name, source }) => ({ ...(name === undefined ? {} : { name }), content: new Content(crypto, budget, wholeOf(source)) }))
  }

  /**
   * The contents a signer's signature may be over: the attached one and no other, where there is one; of those given the one whose
   * digest the signer signed. Where only one is given it is that one, right or wrong. Without signed attributes all are tried.
   */
  async candidatesFor(info: ParsedSignerInfo): Promise<Candidate[]> {
    if (this.#attached || this.#detached.length < 2) return [await this.#only()]
    const algorithm = attempt(() => digestAlgorithm(info.digestAlgorithm))
    const expected = singleValue(info.signed, CMS_ATTRIBUTE.messageDigest, octetString(), this.#context.budget)
    if (!info.signed) return [...this.#all(), NOT_FOUND]
    if (!algorithm || !(expected instanceof Uint8Array)) return [NOT_FOUND]
    return [await this.withDigest(algorithm, expected)]
  }

  /** The content with a digest: for tokens, and for signers where several contents are given. */
  async withDigest(algorithm: DigestAlgorithm, expected: Uint8Array): Promise<Candidate> {
    if (this.#attached || this.#detached.length < 2) return this.#only()
    for (const one of this.#all()) if (one.content && equal(await one.content.digest(algorithm), expected)) return one
    return NOT_FOUND
  }

  #all(): Candidate[] {
    return this.#detached.map(({ name, content }) => ({
      content,
      scope: { kind: 'detached', found: true, size: content.size, ...(name === undefined ? {} : { name }) },
      checks: [],
    }))
  }

  async #only(): Promise<Candidate> {
    if (!this.#attached) return this.#all()[0] ?? NOT_FOUND
    this.#contradiction ??= this.#checkAbsent(this.#attached)
    return { content: this.#attached, scope: { kind: 'content', size: this.#attached.size }, checks: await this.#contradiction }
  }

  /**
   * What is signed is the attached content, whatever stands beside the file. Somebody who gives a file to hold the signature against
   * has to hear when that is not what was signed.
   */
  async #checkAbsent(attached: Content): Promise<Check[]> {
    if (this.#detached.length === 0) return []
    for (const { content } of this.#detached) {
      if (content.size === attached.size && equal(await content.digest('SHA-256'), await attached.digest('SHA-256'))) return [passed('contentAbsent')]
    }
    return [failed('contentAbsent', 'the file carries content of its own, which is none of the content given')]
  }
}
