import type { DigestAlgorithm } from './algorithms.ts'
import type { Budget } from './budget.ts'
import type { CryptoProvider, Hasher } from './crypto/provider.ts'
import { KysoError } from './errors.ts'
import { pause } from './pause.ts'
import { type ByteRange, type ByteSource, chunks } from './source.ts'

/** Digest of bytes in memory. */
export async function digest(crypto: CryptoProvider, algorithm: DigestAlgorithm, bytes: Uint8Array): Promise<Uint8Array> {
  const hash = await crypto.createHash(algorithm)
  hash.update(bytes)
  return hash.digest()
}

/** After so many bytes a long hash lets other work on the thread run. */
const YIELD_EVERY = 16 * 1024 * 1024

/** Feeds the ranges of a source into hashes, in one reading, leaving the thread to others now and then. */
export async function hashRanges(hashers: readonly Hasher[], source: ByteSource, ranges: Iterable<ByteRange>, signal?: AbortSignal): Promise<void> {
  let since = 0
  for (const chunk of chunks(source, ranges)) {
    for (const hasher of hashers) hasher.update(chunk)
    since += chunk.length
    if (since >= YIELD_EVERY) {
      since = 0
      if (signal?.aborted) throw new KysoError('ERR_ABORTED', 'hashing was stopped', {}, { cause: signal.reason })
      await pause()
    }
  }
}

/**
 * Digests of a document with something left out of it, as the signatures of a file need them. Reading goes forward once an
 * algorithm: each digest branches off the hash of what comes before its gap, so that the tenth signature of a file does not
 * hash the file a tenth time. Ask in the order of the file.
 */
export class DocumentHashes {
  readonly #crypto: CryptoProvider
  readonly #source: ByteSource
  readonly #budget: Budget
  readonly #bases = new Map<DigestAlgorithm, { hasher: Hasher; position: number }>()
  readonly #done = new Map<string, Uint8Array>()

  constructor(crypto: CryptoProvider, source: ByteSource, budget: Budget) {
    this.#crypto = crypto
    this.#source = source
    this.#budget = budget
  }

  /**
   * Digest of ranges in ascending order.
   *
   * @throws KysoError `ERR_BUDGET_EXCEEDED`, `ERR_SOURCE_CHANGED`
   */
  async digest(algorithm: DigestAlgorithm, ranges: readonly ByteRange[]): Promise<Uint8Array> {
    const key = `${algorithm} ${ranges.map((range) => `${range.offset}+${range.length}`).join(' ')}`
    const known = this.#done.get(key)
    if (known) return known
    const [first, ...rest] = ranges
    let hasher: Hasher
    if (first?.offset === 0) {
      hasher = (await this.#upTo(algorithm, first.length)).copy()
      await this.#feed(hasher, rest)
    } else {
      hasher = await this.#crypto.createHash(algorithm)
      await this.#feed(hasher, ranges)
    }
    const value = hasher.digest()
    this.#done.set(key, value)
    return value
  }

  /** The hash of everything before an offset, moved on from where it stood. */
  async #upTo(algorithm: DigestAlgorithm, offset: number): Promise<Hasher> {
    let base = this.#bases.get(algorithm)
    if (!base || base.position > offset) base = { hasher: await this.#crypto.createHash(algorithm), position: 0 }
    await this.#feed(base.hasher, [{ offset: base.position, length: offset - base.position }])
    this.#bases.set(algorithm, { hasher: base.hasher, position: offset })
    return base.hasher
  }

  async #feed(hasher: Hasher, ranges: readonly ByteRange[]): Promise<void> {
    for (const range of ranges) this.#budget.spend('hashedBytes', range.length)
    await hashRanges([hasher], this.#source, ranges)
  }
}
