/** What a signature is over, of any size: ranges of a source, hashed once an algorithm. */
import type { DigestAlgorithm } from '../core/algorithms.ts'
import type { Budget } from '../core/budget.ts'
import type { CryptoProvider, Hasher } from '../core/crypto/provider.ts'
import { hashRanges } from '../core/hash.ts'
import { type ByteRange, type ByteSource, chunks } from '../core/source.ts'
import type { SignedContent } from './verify.ts'

/** Where content lies. */
export interface ContentPlace {
  readonly source: ByteSource
  /** The pieces in order; a walk of its own each time it is asked for, for they may be millions. */
  ranges(): Iterable<ByteRange>
  /** Bytes of all pieces. */
  readonly size: number
}

/** The whole of a source as content. */
export function wholeOf(source: ByteSource): ContentPlace {
  return { source, size: source.size, ranges: () => [{ offset: 0, length: source.size }] }
}

/** Content with its digests, in constant memory. */
export class Content implements SignedContent {
  readonly size: number
  readonly #crypto: CryptoProvider
  readonly #budget: Budget
  readonly #place: ContentPlace
  readonly #digests = new Map<DigestAlgorithm, Promise<Uint8Array>>()

  constructor(crypto: CryptoProvider, budget: Budget, place: ContentPlace) {
    this.size = place.size
    this.#crypto = crypto
    this.#budget = budget
    this.#place = place
  }

  /** @throws KysoError `ERR_BUDGET_EXCEEDED`, `ERR_SOURCE_CHANGED`, `ERR_ALGORITHM_UNSUPPORTED` */
  digest(algorithm: DigestAlgorithm): Promise<Uint8Array> {
    let value = this.#digests.get(algorithm)
    if (!value) {
      value = this.#hash(algorithm)
      this.#digests.set(algorithm, value)
    }
    return value
  }

  /** Digests by several algorithms out of one reading. */
  async digestAll(algorithms: readonly DigestAlgorithm[]): Promise<void> {
    const missing = [...new Set(algorithms)].filter((one) => !this.#digests.has(one))
    if (missing.length === 0) return
    this.#budget.spend('hashedBytes', this.size)
    const hashers = await Promise.all(missing.map((one) => this.#crypto.createHash(one)))
    await hashRanges(hashers, this.#place.source, this.#place.ranges())
    for (const [i, one] of missing.entries()) this.#digests.set(one, Promise.resolve((hashers[i] as Hasher).digest()))
  }

  /** All of it in memory: a copy. */
  toBytes(): Uint8Array {
    const whole = new Uint8Array(this.size)
    let at = 0
    for (const chunk of chunks(this.#place.source, this.#place.ranges())) {
      whole.set(chunk, at)
      at += chunk.length
    }
    return whole
  }

  /** The content itself, in chunks. */
  bytes(): Iterable<Uint8Array> {
    this.#budget.spend('hashedBytes', this.size)
    return chunks(this.#place.source, this.#place.ranges())
  }

  async #hash(algorithm: DigestAlgorithm): Promise<Uint8Array> {
    this.#budget.spend('hashedBytes', this.size)
    const hasher = await this.#crypto.createHash(algorithm)
    await hashRanges([hasher], this.#place.source, this.#place.ranges())
    return hasher.digest()
  }
}
