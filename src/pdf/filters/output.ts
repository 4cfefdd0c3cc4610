/** Where filters put what they decode; every byte is spent from the budget. */
import type { Budget } from '../../core/budget.ts'

/** A growing array of bytes. */
export class Output {
  readonly #budget: Budget
  #bytes: Uint8Array
  #length = 0

  constructor(budget: Budget, expected = 1024) {
    this.#budget = budget
    this.#bytes = new Uint8Array(expected)
  }

  #reserve(count: number): void {
    this.#budget.spend('decompressedBytes', count)
    const needed = this.#length + count
    if (needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
  }

  /** Appends bytes. */
  push(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** Appends one byte. */
  byte(value: number): void {
    if (this.#length >= this.#bytes.length) this.#reserve(1)
    else this.#budget.spend('decompressedBytes')
    this.#bytes[this.#length++] = value
  }

  /** Appends a byte `count` times. */
  fill(value: number, count: number): void {
    this.#reserve(count)
    this.#bytes.fill(value, this.#length, this.#length + count)
    this.#length += count
  }

  /** All that was appended. */
  take(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }
}
