/** A map that remembers how to go back: what holds inside an element and is forgotten at its end, at the cost of its changes alone. */

/** Numbers by number (namespaces by prefix, attribute rows by name), with an undo log. */
export class Bindings {
  readonly #map = new Map<number, number>()
  readonly #keys: number[] = []
  readonly #before: (number | undefined)[] = []

  /** The value of a key; `undefined` where there is none. */
  get(key: number): number | undefined {
    return this.#map.get(key)
  }

  /** Keys and values, in no order that means something. */
  get entries(): ReadonlyMap<number, number> {
    return this.#map
  }

  /** Gives a key a value until {@link undo}. */
  set(key: number, value: number): void {
    const before = this.#map.get(key)
    if (before === value) return
    this.#keys.push(key)
    this.#before.push(before)
    this.#map.set(key, value)
  }

  /** A place to go back to. */
  mark(): number {
    return this.#keys.length
  }

  /** Takes back what was set since a mark. */
  undo(mark: number): void {
    while (this.#keys.length > mark) {
      const key = this.#keys.pop() as number
      const before = this.#before.pop()
      if (before === undefined) this.#map.delete(key)
      else this.#map.set(key, before)
    }
  }
}
