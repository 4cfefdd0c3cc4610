/**
 * Cross-reference entries in typed arrays: 13 bytes an entry, so that 800,000 of them are some 10 MB. Sorted runs of
 * object numbers point into the arrays; numbers that no section names take no room.
 */
import type { Budget } from '../core/budget.ts'
import { KysoError } from '../core/errors.ts'

/** Kinds of entry, as in cross-reference streams (ISO 32000-2 §7.5.8.3, table 18). */
export const EntryKind = { free: 0, offset: 1, compressed: 2 } as const

/** Where an object is. A free entry's generation is the one its number has to be used with next. */
export type PdfLocation =
  | { readonly kind: 'free'; readonly generation: number }
  | { readonly kind: 'offset'; readonly offset: number; readonly generation: number }
  | { readonly kind: 'compressed'; readonly stream: number; readonly index: number }

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
    return builder.build()
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
   * The entries.
   *
   * @throws ERR_PDF_XREF when an object stands in it twice (§7.5.4): readers differ in which entry they take
   */
  build(): XrefEntries {
    const runs = this.#runs.sort((a, b) => a.first - b.first)
    for (let i = 1; i < runs.length; i++) {
      const before = runs[i - 1] as Run
      const run = runs[i] as Run
      if (run.first < before.first + before.count) {
        throw new KysoError('ERR_PDF_XREF', `a cross-reference section names object ${run.first} twice`, { object: run.first })
      }
    }
    const spare = this.#kinds.length - this.#size
    if (spare * 8 <= this.#size) return new XrefEntries(runs, this.#kinds, this.#fields, this.#seconds, this.#size)
    return new XrefEntries(runs, this.#kinds.slice(0, this.#size), this.#fields.slice(0, this.#size), this.#seconds.slice(0, this.#size), this.#size)
  }
}

/** No entries. */
export const NO_ENTRIES = new XrefBuilder(0).build()

/**
 * The entries of a file after each of its revisions. Newer entries hide older ones. Layers are kept so that each is at
 * least twice as large as the next newer one: looking up asks few of them, the large first revision is not copied for
 * every small one after it, and merging costs n log n in all.
 */
export class XrefLayers {
  /** Newest first. */
  readonly #layers: readonly XrefEntries[]

  constructor(layers: readonly XrefEntries[] = []) {
    this.#layers = layers
  }

  /** The layers after one more revision; these stay as they are. */
  with(entries: XrefEntries, budget: Budget): XrefLayers {
    const layers = [...this.#layers]
    let top = entries
    for (let next = layers[0]; next && next.size < 2 * top.size; next = layers[0]) {
      top = top.over(next, budget)
      layers.shift()
    }
    return new XrefLayers([top, ...layers])
  }

  /** The newest entry of an object number; `null` when no section names it. */
  get(number: number): PdfLocation | null {
    for (const layer of this.#layers) {
      const location = layer.get(number)
      if (location) return location
    }
    return null
  }

  /** The highest object number named; -1 when there is none. */
  get highest(): number {
    return this.#layers.reduce((highest, layer) => Math.max(highest, layer.highest), -1)
  }

  /** The newest entry of every object, by ascending number. */
  *entries(): Generator<[number, PdfLocation], void, undefined> {
    const walks = this.#layers.map((layer) => {
      const iterator = layer[Symbol.iterator]()
      return { iterator, current: iterator.next() }
    })
    for (;;) {
      let lowest = Number.POSITIVE_INFINITY
      for (const { current } of walks) if (!current.done && current.value[0] < lowest) lowest = current.value[0]
      if (lowest === Number.POSITIVE_INFINITY) return
      let newest: PdfLocation | undefined
      for (const walk of walks) {
        if (walk.current.done || walk.current.value[0] !== lowest) continue
        newest ??= walk.current.value[1]
        walk.current = walk.iterator.next()
      }
      if (newest) yield [lowest, newest]
    }
  }
}
