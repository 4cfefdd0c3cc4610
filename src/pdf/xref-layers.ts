/** The cross-reference of a whole file, revision over revision. */
import type { Budget } from '../core/budget.ts'
import type { PdfLocation, XrefEntries } from './xref-entries.ts'

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
