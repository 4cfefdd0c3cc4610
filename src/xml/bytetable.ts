import { fromLatin1 } from '../core/bytes.ts'

/** Start of the hash of a byte string and its multiplier (FNV-1a): `hash = Math.imul(hash ^ byte, HASH_STEP)`. */
export const HASH_START = 0x811c9dc5 | 0
export const HASH_STEP = 0x01000193

/** Longer chains of equal hashes than this go through a map of strings, whose hash cannot be foreseen by who writes the document. */
const LONGEST_CHAIN = 24

/** Byte strings by number, in order of their coming. They are not copied: the array they stood in must go on holding them. */
export class ByteTable {
  readonly #places: number[] = []
  readonly #lengths: number[] = []
  readonly #hashes: number[] = []
  readonly #overflow = new Map<string, number>()
  #slots = new Int32Array(1024).fill(-1)

  /** Number of the bytes from `start` to `end`, −1 where they were not added. */
  find(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    const length = end - start
    const mixed = hash ^ (hash >>> 15)
    for (let slot = mixed & mask, tries = 0; tries < LONGEST_CHAIN; slot = (slot + 1) & mask, tries++) {
      const id = slots[slot] as number
      if (id < 0) return -1
      if (this.#hashes[id] !== hash || this.#lengths[id] !== length) continue
      let a = this.#places[id] as number
      let b = start
      while (b < end && bytes[a] === bytes[b]) {
        a++
        b++
      }
      if (b === end) return id
    }
    return this.#overflow.get(fromLatin1(bytes.subarray(start, end))) ?? -1
  }

  /** Adds what {@link find} did not know; returns its number. */
  add(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const id = this.#places.length
    this.#places.push(start)
    this.#lengths.push(end - start)
    this.#hashes.push(hash)
    if (2 * id > this.#slots.length) this.#grow(bytes)
    else this.#place(id, bytes)
    return id
  }

  #place(id: number, bytes: Uint8Array): void {
    const mask = this.#slots.length - 1
    const hash = this.#hashes[id] as number
    for (let slot = (hash ^ (hash >>> 15)) & mask, tries = 0; tries < LONGEST_CHAIN; slot = (slot + 1) & mask, tries++) {
      if (this.#slots[slot] !== -1) continue
      this.#slots[slot] = id
      return
    }
    const place = this.#places[id] as number
    this.#overflow.set(fromLatin1(bytes.subarray(place, place + (this.#lengths[id] as number))), id)
  }

  #grow(bytes: Uint8Array): void {
    this.#slots = new Int32Array(this.#slots.length * 4).fill(-1)
    this.#overflow.clear()
    for (let id = 0; id < this.#hashes.length; id++) this.#place(id, bytes)
  }
}
