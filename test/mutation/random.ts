/** Numbers that look random and are the same in every run. */

/** A generator (mulberry32) with what mutators ask of one. */
export class Random {
  #state: number

  /** @param seeds any integers; each list gives a sequence of its own */
  constructor(...seeds: readonly number[]) {
    let state = 0x9e3779b9
    for (const seed of seeds) {
      state = Math.imul(state ^ seed, 0x85ebca6b)
      state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35) ^ (state >>> 16)
    }
    this.#state = state | 0
  }

  /** From 0 up to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  /** An integer from 0 up to, and without, `end`. */
  int(end: number): number {
    return Math.floor(this.next() * end)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(from: readonly T[]): T {
    const one = from[this.int(from.length)]
    if (one === undefined) throw new RangeError('nothing to pick from')
    return one
  }
}
