/** What is kept in memory of a file: parsed objects by weight, and blocks of its bytes. */
import type { ByteSource } from '../core/source.ts'

/**
 * A map that forgets. Two generations: when the younger one is full it becomes the older one, which is dropped; what is
 * used moves to the younger one. All in constant time, unlike a map that is kept in order of use.
 */
export class Cache<V> {
  readonly #limit: number
  #young = new Map<number, Kept<V>>()
  #old = new Map<number, Kept<V>>()
  #weight = 0

  /** @param limit the weight that is kept at most */
  constructor(limit: number) {
    this.#limit = limit / 2
  }

  /** What was set and not forgotten yet. */
  get(key: number): V | undefined {
    const young = this.#young.get(key)
    if (young) return young.value
    const old = this.#old.get(key)
    if (old) this.set(key, old.value, old.weight)
    return old?.value
  }

  /** Keeps a value; its weight counts against the limit. */
  set(key: number, value: V, weight: number): void {
    if (this.#weight + weight > this.#limit && this.#young.size > 0) {
      this.#old = this.#young
      this.#young = new Map()
      this.#weight = 0
    }
    this.#young.set(key, { value, weight })
    this.#weight += weight
  }
}

interface Kept<V> {
  readonly value: V
  readonly weight: number
}

const BLOCK = 1 << 15
const BLOCKS = 32

/**
 * A source that keeps some blocks of another one: objects lie close together, and asking a file for each of them costs
 * more than reading it. Only short reads go through blocks. Views of a document in memory stay views.
 */
export function blockSource(source: ByteSource): ByteSource {
  const blocks = new Cache<Uint8Array>(2 * BLOCKS)
  const cached: ByteSource = {
    size: source.size,
    read(offset, length) {
      const number = Math.floor(offset / BLOCK)
      const at = offset - number * BLOCK
      if (offset < 0 || length < 0 || length > BLOCK / 2 || at + length > BLOCK || offset >= source.size) return source.read(offset, length)
      let block = blocks.get(number)
      if (!block) {
        block = source.read(number * BLOCK, BLOCK)
        blocks.set(number, block, 1)
      }
      return block.subarray(Math.min(at, block.length), at + length)
    },
  }
  return source.readInto ? { ...cached, readInto: (offset, target) => source.readInto?.(offset, target) ?? 0 } : cached
}
