/**
 * Cross-reference entries in typed arrays: 13 bytes an entry, so that 800,000 of them are some 10 MB. Sorted runs of
 * object numbers point into the arrays; numbers that no section names take no room.
 */
import type { Budget } from '../core/budget.ts'

/** Kinds of entry, as in cross-reference streams (ISO 32000-2 §7.5.8.3, table 18). */
export const EntryKind = { free: 0, offset: 1, compressed: 2 } as const

/** Where an object is. A free entry's generation is the one its number has to be used with next. */
export type PdfLocation =
  | { readonly kind: 'free'; readonly generation: number }
  | { readonly kind: 'offset'; readonly offset: number; readonly generation: number }
  | { readonly kind: 'compressed'; readonly stream: number; readonly index: number }

const NONE: ReadonlySet<number> = new Set()

interface Run {
  readonly first: number
  count: number
  /** Place of `first` in the arrays. */
  readonly at: number
}

/** The entries of one section, one revision, or several. */
export class XrefEntries {
  readonly #runs: readonly Run[]
  readonly #kinds: Uint8Array
  /** Offsets, or the numbers of object streams. */
  readonly #fields: Float64Array
  /** Generations, or places in object streams. */
  readonly #seconds: Uint32Array
  /** How many there are. */
  readonly size: number
  /** Objects that had more than one entry in their section. */
  doubles: ReadonlySet<number> = NONE
  /** Those of them whose entries differed. */
  ambiguous: ReadonlySet<number> = NONE

  constructor(runs: readonly Run[], kinds: Uint8Array, fields: Float64Array, seconds: Uint32Array, size: number) {
    this.#runs = runs
    this.#kinds = kinds
    this.#fields = fields
    this.#seconds = seconds
    this.size = size
  }

  /** The highest object number; -1 when there are no entries. */
  get highest(): number {
    const last = this.#runs[this.#runs.length - 1]
    return last ? last.first + last.count - 1 : -1
  }

  /** The entry of an object number; `null` when there is none. */
  get(number: number): PdfLocation | null {
    let low = 0
    let high = this.#runs.length - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const run = this.#runs[middle] as Run
      if (number < run.first) high = middle - 1
      else if (number >= run.first + run.count) low = middle + 1
      else return this.#at(run.at + number - run.first)
    }
    return null
  }

  #at(at: number): PdfLocation {
    const field = this.#fields[at] as number
    const second = this.#seconds[at] as number
    switch (this.#kinds[at]) {
      case EntryKind.offset:
        return { kind: 'offset', offset: field, generation: second }
      case EntryKind.compressed:
        return { kind: 'compressed', stream: field, index: second }
      default:
        return { kind: 'free', generation: second }
    }
  }

  /** All entries by ascending object number. */
  *[Symbol.iterator](): Generator<[number, PdfLocation], void, undefined> {
    for (const run of this.#runs) for (let i = 0; i < run.count; i++) yield [run.first + i, this.#at(run.at + i)]
  }

  /**
   * These entries over older ones.
   *
   * @param keep whether an entry of this section counts; where not, the older one does, if there is one
   */
  over(older: XrefEntries, budget: Budget, keep: (kind: number) => boolean = () => true): XrefEntries {
    if (older.size === 0) return this
    if (this.size === 0) return older
    budget.spend('pdfEntries', this.size + older.size)
    const builder = new XrefBuilder(this.size + older.size)
    const a = new Walk(this.#runs)
    const b = new Walk(older.#runs)
    while (a.number < Number.POSITIVE_INFINITY || b.number < Number.POSITIVE_INFINITY) {
      const newer = a.number < b.number || (a.number === b.number && keep(this.#kinds[a.at] as number))
      const [entries, walk] = newer ? [this as XrefEntries, a] : [older, b]
      const { number, at } = walk
      builder.add(number, entries.#kinds[at] as number, entries.#fields[at] as number, entries.#seconds[at] as number)
      if (a.number === number) a.step()
      if (b.number === number) b.step()
    }
    const merged = builder.build()
    merged.doubles = new Set([...this.doubles, ...older.doubles])
    merged.ambiguous = new Set([...this.ambiguous, ...older.ambiguous])
    return merged
  }
}

/** Goes through runs entry by entry; `number` is infinite at the end. */
class Walk {
  readonly #runs: readonly Run[]
  #run = 0
  #i = 0
  number = 0
  at = 0

  constructor(runs: readonly Run[]) {
    this.#runs = runs
    this.#load()
  }

  #load(): void {
    const run = this.#runs[this.#run]
    this.number = run ? run.first + this.#i : Number.POSITIVE_INFINITY
    this.at = run ? run.at + this.#i : -1
  }

  step(): void {
    const run = this.#runs[this.#run]
    if (run && ++this.#i >= run.count) {
      this.#run++
      this.#i = 0
    }
    this.#load()
  }
}

/** Gathers entries, best in ascending order. */
export class XrefBuilder {
  #runs: Run[] = []
  #kinds: Uint8Array
  #fields: Float64Array
  #seconds: Uint32Array
  #size = 0

  /** @param capacity how many entries are expected */
  constructor(capacity = 64) {
    this.#kinds = new Uint8Array(capacity)
    this.#fields = new Float64Array(capacity)
    this.#seconds = new Uint32Array(capacity)
  }

  /** Makes room for `count` more. */
  reserve(count: number): void {
    const needed = this.#size + count
    if (needed <= this.#kinds.length) return
    const capacity = Math.max(needed, this.#kinds.length * 2)
    const kinds = new Uint8Array(capacity)
    kinds.set(this.#kinds)
    const fields = new Float64Array(capacity)
    fields.set(this.#fields)
    const seconds = new Uint32Array(capacity)
    seconds.set(this.#seconds)
    this.#kinds = kinds
    this.#fields = fields
    this.#seconds = seconds
  }

  /** Adds the entry of an object. */
  add(number: number, kind: number, field: number, second: number): void {
    if (this.#size >= this.#kinds.length) this.reserve(1)
    const at = this.#size++
    this.#kinds[at] = kind
    this.#fields[at] = field
    this.#seconds[at] = second
    const run = this.#runs[this.#runs.length - 1]
    if (run && run.first + run.count === number) run.count++
    else this.#runs.push({ first: number, count: 1, at })
  }

  /**
   * The entries. §7.5.4 and §7.5.8.2 allow one entry an object. Where there are two, the later one counts, and the object
   * is `ambiguous` when they differ: readers do not agree on which one to take.
   */
  build(): XrefEntries {
    const runs = this.#runs.sort((a, b) => a.first - b.first || a.at - b.at)
    const overlap = runs.some((run, i) => {
      const before = runs[i - 1]
      return before !== undefined && run.first < before.first + before.count
    })
    if (overlap) return this.#withoutDoubles(runs)
    const spare = this.#kinds.length - this.#size
    if (spare * 8 <= this.#size) return new XrefEntries(runs, this.#kinds, this.#fields, this.#seconds, this.#size)
    return new XrefEntries(runs, this.#kinds.slice(0, this.#size), this.#fields.slice(0, this.#size), this.#seconds.slice(0, this.#size), this.#size)
  }

  #withoutDoubles(runs: readonly Run[]): XrefEntries {
    const last = new Map<number, number>()
    const doubles = new Set<number>()
    const ambiguous = new Set<number>()
    for (const run of runs) {
      for (let i = 0; i < run.count; i++) {
        const at = run.at + i
        const other = last.get(run.first + i)
        if (other !== undefined) {
          doubles.add(run.first + i)
          const same = this.#kinds[at] === this.#kinds[other] && this.#fields[at] === this.#fields[other] && this.#seconds[at] === this.#seconds[other]
          if (!same) ambiguous.add(run.first + i)
        }
        last.set(run.first + i, other === undefined ? at : Math.max(at, other))
      }
    }
    const numbers = Float64Array.from(last.keys()).sort()
    const builder = new XrefBuilder(numbers.length)
    for (const number of numbers) {
      const at = last.get(number) as number
      builder.add(number, this.#kinds[at] as number, this.#fields[at] as number, this.#seconds[at] as number)
    }
    const clean = builder.build()
    clean.doubles = doubles
    clean.ambiguous = ambiguous
    return clean
  }
}
