/** Cross-reference tables (ISO 32000-2 §7.5.4), read in chunks: a table of 800,000 entries is 16 MB of text. */
import type { Budget } from '../core/budget.ts'
import { KysoError } from '../core/errors.ts'
import type { ByteSource } from '../core/source.ts'
import { isDigit, isSpace } from './characters.ts'
import type { Oddities } from './oddities.ts'
import { EntryKind, XrefBuilder, type XrefEntries } from './xref-entries.ts'

const CHUNK = 1 << 16
/** Shortest entry with its separators that can be told apart: `0 0 n `. */
const SHORTEST_ENTRY = 6
const ENTRY = 20
const TRAILER = 'trailer'
const IN_USE = 0x6e
const FREE = 0x66

/** The number that digits alone make from `at` to `end`; -1 when something else is among them. */
function digits(bytes: Uint8Array, at: number, end: number): number {
  let value = 0
  for (let i = at; i < end; i++) {
    const digit = (bytes[i] as number) - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

/** One byte after another, a chunk at a time. */
class Cursor {
  readonly #source: ByteSource
  #buffer: Uint8Array | undefined
  #chunk: Uint8Array = new Uint8Array(0)
  #base: number
  #at = 0
  /** The entry read last: its first number, its second, and the letter `n` or `f`. */
  field = 0
  generation = 0
  type = 0

  constructor(source: ByteSource, offset: number) {
    this.#source = source
    this.#base = offset
  }

  /** File offset of the byte that `peek` shows. */
  get offset(): number {
    return this.#base + this.#at
  }

  /** The byte here; `undefined` at the end of the file. */
  peek(): number | undefined {
    if (this.#at >= this.#chunk.length) {
      this.#base += this.#chunk.length
      this.#at = 0
      this.#chunk = this.#load()
    }
    return this.#chunk[this.#at]
  }

  /** The next chunk, in the same buffer where the source can fill one. */
  #load(): Uint8Array {
    const left = Math.min(CHUNK, this.#source.size - this.#base)
    if (!this.#source.readInto || left <= 0) return this.#source.read(this.#base, Math.max(0, left))
    this.#buffer ??= new Uint8Array(CHUNK)
    return this.#buffer.subarray(0, this.#source.readInto(this.#base, this.#buffer.subarray(0, left)))
  }

  step(): void {
    this.#at++
  }

  /** Passes white space; how much there was. */
  skipSpace(): number {
    let count = 0
    for (; isSpace(this.peek()); count++) this.step()
    return count
  }

  /**
   * Reads an entry that is written as §7.5.4 has it, `nnnnnnnnnn ggggg n` and two bytes of white space: nearly all are, and their
   * number is what opening a large file costs. Any other, and the last of a chunk, is left for {@link looseEntry}; then false.
   */
  exactEntry(): boolean {
    const chunk = this.#chunk
    const at = this.#at
    if (at + ENTRY >= chunk.length || chunk[at + 10] !== 0x20 || chunk[at + 16] !== 0x20) return false
    const field = digits(chunk, at, at + 10)
    const generation = digits(chunk, at + 11, at + 16)
    const type = chunk[at + 17]
    if (field < 0 || generation < 0 || (type !== IN_USE && type !== FREE)) return false
    if (!isSpace(chunk[at + 18]) || !isSpace(chunk[at + 19]) || isSpace(chunk[at + ENTRY])) return false
    this.#at = at + ENTRY
    this.field = field
    this.generation = generation
    this.type = type
    return true
  }

  /** Reads an entry whose parts can be told apart; false where they cannot. */
  looseEntry(): boolean {
    this.field = this.integer()
    const between = this.skipSpace()
    this.generation = this.integer()
    const before = this.skipSpace()
    this.type = this.peek() ?? 0
    if (this.field < 0 || this.generation < 0 || this.generation > 0xffffffff || between === 0 || before === 0) return false
    if (this.type !== IN_USE && this.type !== FREE) return false
    this.step()
    if (!isSpace(this.peek()) && this.peek() !== TRAILER.charCodeAt(0)) return false
    this.skipSpace()
    return true
  }

  /** Reads digits; -1 when there are none, or too many. */
  integer(): number {
    let value = 0
    let digits = 0
    for (let c = this.peek(); c !== undefined && isDigit(c); c = this.peek()) {
      value = value * 10 + c - 0x30
      digits++
      if (digits > 20) return -1
      this.step()
    }
    return digits === 0 || !Number.isSafeInteger(value) ? -1 : value
  }
}

/** What a table holds, and where `trailer` ends. */
export interface XrefTable {
  readonly entries: XrefEntries
  /** File offset just after the keyword `trailer`. */
  readonly end: number
}

/**
 * Reads the table whose keyword `xref` ends at `offset`. Entries whose line is not exactly 20 bytes long are read where
 * they can be told apart, and told.
 *
 * @param base what the file's offsets count from
 * @throws ERR_PDF_XREF with the place
 */
export function readXrefTable(source: ByteSource, offset: number, base: number, budget: Budget, oddities: Oddities): XrefTable {
  const cursor = new Cursor(source, offset)
  // Room is made subsection by subsection: their headings tell how much.
  const builder = new XrefBuilder(0)
  const fail = (detail: string): KysoError => new KysoError('ERR_PDF_XREF', `${detail} at offset ${cursor.offset}`, { offset: cursor.offset, detail })
  cursor.skipSpace()
  while (isDigit(cursor.peek())) {
    let first = cursor.integer()
    cursor.skipSpace()
    const count = cursor.integer()
    if (first < 0 || count < 0 || !Number.isSafeInteger(first + count)) throw fail('a malformed cross-reference subsection')
    if (count * SHORTEST_ENTRY > source.size - cursor.offset) throw fail(`a cross-reference subsection of ${count} entries goes beyond the file`)
    budget.spend('pdfEntries', count + 1)
    builder.reserve(Math.min(count, Math.ceil((source.size - cursor.offset) / ENTRY)))
    cursor.skipSpace()
    for (let i = 0; i < count; i++) {
      const start = cursor.offset
      if (!cursor.exactEntry() && !cursor.looseEntry()) throw fail('a malformed cross-reference entry')
      const { field, generation, type } = cursor
      // Numbering that begins at 1 where the head of the free list stands first: known writers mean 0, and readers take it so.
      if (i === 0 && first === 1 && type === FREE && field === 0 && generation === 65535) {
        first = 0
        oddities.add('xref-first-number', 'a cross-reference table begins with the free list but counts from 1', { offset: start })
      }
      if (type === FREE) builder.add(first + i, EntryKind.free, 0, generation)
      else if (field === 0 && base === 0) {
        // Nothing can lie there: the header does.
        oddities.add('xref-offset-zero', 'an object in use at offset 0 is taken for free', { offset: start, object: first + i })
        builder.add(first + i, EntryKind.free, 0, generation)
      } else builder.add(first + i, EntryKind.offset, field + base, generation)
      const length = cursor.offset - start
      if (length < ENTRY || (length > ENTRY && i < count - 1)) {
        oddities.add('xref-entry-format', 'a cross-reference table has entries that are not 20 bytes long', { offset })
      }
    }
  }
  for (const c of TRAILER) {
    if (cursor.peek() !== c.charCodeAt(0)) throw fail('a cross-reference table without trailer')
    cursor.step()
  }
  return { entries: builder.build(), end: cursor.offset }
}
