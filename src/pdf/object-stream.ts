/** Object streams (ISO 32000-2 §7.5.7), decoded. */
import type { Budget } from '../core/budget.ts'
import { KysoError } from '../core/errors.ts'
import { isDigit } from './characters.ts'
import { Lexer, Token } from './lexer.ts'
import { integerOf, type PdfDict, type PdfObject } from './objects.ts'
import type { Oddities } from './oddities.ts'
import { ObjectParser } from './parser.ts'

/** The objects of one object stream, each parsed when it is asked for. */
export class ObjectStream {
  readonly number: number
  readonly #data: Uint8Array
  readonly #first: number
  readonly #numbers: Float64Array
  readonly #offsets: Float64Array

  /**
   * @param number of the stream itself
   * @param dict of the stream, its `/N` and `/First` direct or resolved by `resolve`
   * @param data decoded
   * @throws ERR_PDF_SYNTAX when the numbers in front are malformed
   */
  constructor(number: number, dict: PdfDict, data: Uint8Array, resolve: (object: PdfObject) => PdfObject, budget: Budget) {
    const count = integerOf(resolve(dict.get('N') ?? null)) ?? -1
    const first = integerOf(resolve(dict.get('First') ?? null)) ?? -1
    // Two numbers with their separators are no fewer than four bytes.
    if (count < 0 || first < 0 || first > data.length || count * 4 > first + 1) throw malformed(number)
    budget.spend('pdfObjects', count)
    this.number = number
    this.#data = data
    this.#first = first
    this.#numbers = new Float64Array(count)
    this.#offsets = new Float64Array(count)
    const lexer = new Lexer(data.subarray(0, first))
    const integer = (): number => {
      lexer.skipSpace()
      if (!isDigit(lexer.bytes[lexer.pos]) || lexer.next() !== Token.Number || !lexer.isInteger) throw malformed(number)
      return lexer.number
    }
    for (let i = 0; i < count; i++) {
      this.#numbers[i] = integer()
      this.#offsets[i] = integer()
    }
  }

  /** Bytes it keeps in memory. */
  get weight(): number {
    return this.#data.length + 16 * this.#numbers.length
  }

  /** How many objects it holds. */
  get count(): number {
    return this.#numbers.length
  }

  /** The number of the object at a place. */
  numberAt(index: number): number | undefined {
    return this.#numbers[index]
  }

  /**
   * The object at a place.
   *
   * @throws ERR_PDF_XREF when the object there is another one than the cross-reference says, ERR_PDF_SYNTAX when it is malformed
   */
  object(index: number, expected: number, budget: Budget, oddities: Oddities): PdfObject {
    const found = this.#numbers[index]
    if (found !== expected) {
      const what = found === undefined ? 'there is none' : `object ${found} is there`
      throw new KysoError('ERR_PDF_XREF', `the cross-reference places object ${expected} at ${index} in object stream ${this.number}: ${what}`, {
        object: expected,
        stream: this.number,
        index,
        detail: what,
      })
    }
    const from = this.#first + (this.#offsets[index] as number)
    if (from >= this.#data.length) throw malformed(this.number)
    const lexer = new Lexer(this.#data, -1, false, from)
    const object = new ObjectParser(lexer, budget, oddities).object()
    budget.spend('pdfBytes', lexer.pos - from)
    return object
  }
}

function malformed(object: number): KysoError {
  return new KysoError('ERR_PDF_SYNTAX', `object stream ${object} is malformed`, { object, detail: 'a malformed object stream' })
}
