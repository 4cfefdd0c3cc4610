/**
 * DER writing from the back to the front: by the time a header is written its content is already there, so no length is
 * ever computed twice and nothing is moved.
 */

/** The largest buffer that is worth keeping for later. */
const MAX_IDLE = 1 << 16

/** A buffer that grows at its front. */
export class DerWriter {
  #buffer: Uint8Array
  #start: number

  constructor(capacity = 1024) {
    this.#buffer = new Uint8Array(capacity)
    this.#start = capacity
  }

  /** Bytes written so far; the difference of two readings is the length of what lies between. */
  get length(): number {
    return this.#buffer.length - this.#start
  }

  /** Puts bytes in front of all that was written. */
  prepend(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#start -= bytes.length
    this.#buffer.set(bytes, this.#start)
  }

  /** Puts one byte in front. */
  prependByte(byte: number): void {
    this.#reserve(1)
    this.#buffer[--this.#start] = byte
  }

  /** Puts identifier and length octets in front of the last `length` bytes. */
  prependHeader(tagClass: number, constructed: boolean, tag: number, length: number): void {
    if (length < 0x80) this.prependByte(length)
    else {
      let octets = 0
      for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) {
        this.prependByte(rest % 256)
        octets++
      }
      this.prependByte(0x80 | octets)
    }
    const lead = (tagClass << 6) | (constructed ? 0x20 : 0)
    if (tag < 0x1f) return this.prependByte(lead | tag)
    for (let rest = tag, last = true; rest > 0 || last; rest = Math.floor(rest / 128), last = false) this.prependByte((rest % 128) | (last ? 0 : 0x80))
    this.prependByte(lead | 0x1f)
  }

  /** What the last `length` bytes hold: a view, valid until the next write. */
  peek(length: number): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#start + length)
  }

  /** Takes the last `length` bytes away again. */
  drop(length: number): void {
    this.#start += length
  }

  /** A copy of all that was written. */
  finish(): Uint8Array {
    return this.#buffer.slice(this.#start)
  }

  /** Takes away all that was written and leaves no trace of it, for keys pass through here; false when the buffer is too large to be kept. */
  clear(): boolean {
    this.#buffer.fill(0, this.#start)
    this.#start = this.#buffer.length
    return this.#buffer.length <= MAX_IDLE
  }

  #reserve(length: number): void {
    if (length <= this.#start) return
    const used = this.length
    const capacity = Math.max(this.#buffer.length * 2, used + length)
    const grown = new Uint8Array(capacity)
    grown.set(this.#buffer.subarray(this.#start), capacity - used)
    this.#buffer = grown
    this.#start = capacity - used
  }
}
