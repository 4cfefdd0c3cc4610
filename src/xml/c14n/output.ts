/**
 * Where canonical octets are collected. What is canonical already in the document is named by its place only, and places that
 * follow each other are joined, so that a document that is canonical is handed on without having been copied.
 */
import type { Budget } from '../../core/budget.ts'
import { writeUtf8 } from '../values.ts'

const SIZE = 65_536
/** From here on a range of the document is handed on as a view; shorter ones are cheaper copied than handed on one by one. */
const VIEW = 16_384
/** The longest sequence written without looking for room: `&#xD;`, `&quot;`, four octets of UTF-8. */
const ROOM = 8

const AMPERSAND = [0x26, 0x61, 0x6d, 0x70, 0x3b]
const LESS = [0x26, 0x6c, 0x74, 0x3b]
const GREATER = [0x26, 0x67, 0x74, 0x3b]
const QUOTE = [0x26, 0x71, 0x75, 0x6f, 0x74, 0x3b]
const TAB = [0x26, 0x23, 0x78, 0x39, 0x3b]
const LINE_FEED = [0x26, 0x23, 0x78, 0x41, 0x3b]
const CARRIAGE_RETURN = [0x26, 0x23, 0x78, 0x44, 0x3b]

type Escapes = readonly (readonly number[] | undefined)[]

function escapes(pairs: readonly (readonly [string, readonly number[]])[]): Escapes {
  const table: (readonly number[] | undefined)[] = new Array(128).fill(undefined)
  for (const [character, octets] of pairs) table[character.charCodeAt(0)] = octets
  return table
}

/** Text nodes: Canonical XML 1.0 §2.3. */
const IN_TEXT = escapes([
  ['&', AMPERSAND],
  ['<', LESS],
  ['>', GREATER],
  ['\r', CARRIAGE_RETURN],
])
/** Attribute and namespace nodes: the same section. */
const IN_VALUE = escapes([
  ['&', AMPERSAND],
  ['<', LESS],
  ['"', QUOTE],
  ['\t', TAB],
  ['\n', LINE_FEED],
  ['\r', CARRIAGE_RETURN],
])

/** The value of an attribute or namespace node in UTF-8 with what is escaped in it escaped. */
export function escapedValue(octets: Uint8Array): Uint8Array {
  if (!octets.some((octet) => octet < 128 && IN_VALUE[octet] !== undefined)) return octets
  const out: number[] = []
  for (const octet of octets) {
    const escaped = octet < 128 ? IN_VALUE[octet] : undefined
    if (escaped === undefined) out.push(octet)
    else out.push(...escaped)
  }
  return Uint8Array.from(out)
}

/** Collects canonical octets and hands them on in order. */
export class Output {
  readonly #source: Uint8Array
  readonly #write: (chunk: Uint8Array) => void
  readonly #budget: Budget
  readonly #buffer = new Uint8Array(SIZE)
  #length = 0
  #from = 0
  #to = 0

  /**
   * @param source the document's octets
   * @param write gets chunks: valid until the next call
   * @param budget pays for them (`c14nBytes`)
   */
  constructor(source: Uint8Array, write: (chunk: Uint8Array) => void, budget: Budget) {
    this.#source = source
    this.#write = write
    this.#budget = budget
  }

  /** Octets of the document as they stand there. */
  raw(from: number, to: number): void {
    if (from === this.#to) this.#to = to
    else {
      if (this.#to > this.#from) this.#settle()
      this.#from = from
      this.#to = to
    }
  }

  /** One octet. */
  byte(value: number): void {
    if (this.#to > this.#from) this.#settle()
    if (this.#length === SIZE) this.#hand()
    this.#buffer[this.#length++] = value
  }

  /** A character by its code point, escaped as in a text node. */
  character(code: number): void {
    if (this.#to > this.#from) this.#settle()
    if (this.#length > SIZE - ROOM) this.#hand()
    const escaped = code < 128 ? IN_TEXT[code] : undefined
    if (escaped === undefined) this.#length = writeUtf8(this.#buffer, this.#length, code)
    else for (const one of escaped) this.#buffer[this.#length++] = one
  }

  /** Markup and names, as they are. */
  markup(text: string): void {
    if (this.#to > this.#from) this.#settle()
    const buffer = this.#buffer
    for (let i = 0; i < text.length; i++) {
      if (this.#length > SIZE - ROOM) this.#hand()
      const unit = text.charCodeAt(i)
      if (unit < 128) buffer[this.#length++] = unit
      else {
        const code = text.codePointAt(i) as number
        if (code > 0xffff) i++
        this.#length = writeUtf8(buffer, this.#length, code)
      }
    }
  }

  /** Octets as they are, of any number. */
  octets(octets: Uint8Array): void {
    if (this.#to > this.#from) this.#settle()
    if (octets.length < 32) {
      if (this.#length + octets.length > SIZE) this.#hand()
      let at = this.#length
      for (let i = 0; i < octets.length; i++) this.#buffer[at++] = octets[i] as number
      this.#length = at
      return
    }
    for (let at = 0; at < octets.length; ) {
      if (this.#length === SIZE) this.#hand()
      const part = octets.subarray(at, at + SIZE - this.#length)
      this.#buffer.set(part, this.#length)
      this.#length += part.length
      at += part.length
    }
  }

  /** Value of an attribute or namespace node, in UTF-8. */
  value(octets: Uint8Array): void {
    if (this.#to > this.#from) this.#settle()
    const buffer = this.#buffer
    for (let i = 0; i < octets.length; i++) {
      if (this.#length > SIZE - ROOM) this.#hand()
      const octet = octets[i] as number
      const escaped = octet < 128 ? IN_VALUE[octet] : undefined
      if (escaped === undefined) buffer[this.#length++] = octet
      else for (const one of escaped) buffer[this.#length++] = one
    }
  }

  /** Hands on what is left. */
  end(): void {
    this.#settle()
    this.#hand()
  }

  /** Puts the range of the document that is open into the buffer, or hands it on. */
  #settle(): void {
    const from = this.#from
    const to = this.#to
    this.#from = this.#to
    const size = to - from
    if (size === 0) return
    if (size >= VIEW) {
      this.#hand()
      this.#budget.spend('c14nBytes', size)
      this.#write(this.#source.subarray(from, to))
      return
    }
    if (this.#length + size > SIZE) this.#hand()
    const source = this.#source
    const buffer = this.#buffer
    if (size < 64) {
      let at = this.#length
      for (let i = from; i < to; i++) buffer[at++] = source[i] as number
    } else buffer.set(source.subarray(from, to), this.#length)
    this.#length += size
  }

  #hand(): void {
    if (this.#length === 0) return
    this.#budget.spend('c14nBytes', this.#length)
    this.#write(this.#buffer.subarray(0, this.#length))
    this.#length = 0
  }
}
