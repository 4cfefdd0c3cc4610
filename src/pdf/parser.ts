/** Objects out of tokens (ISO 32000-2 §7.3). Works with a stack of its own: nesting costs memory, never the call stack. */
import type { Budget } from '../core/budget.ts'
import { type Lexer, Token, type TokenKind } from './lexer.ts'
import { PdfArray, PdfDict, PdfName, PdfNumber, type PdfObject, PdfRef, PdfString } from './objects.ts'
import type { Oddities } from './oddities.ts'

/** Turns the content of a string as it lies in the file into what it means. */
export type StringDecryptor = (bytes: Uint8Array) => Uint8Array

interface Frame {
  readonly isDict: boolean
  readonly start: number
  readonly items: PdfObject[]
}

const SMALL = Array.from({ length: 1024 }, (_, value) => new PdfNumber(value, true))

function numberObject(value: number, isInteger: boolean): PdfNumber {
  return (isInteger ? SMALL[value] : undefined) ?? new PdfNumber(value, isInteger)
}

/** Whether an object can be the first or second part of a reference. */
function isReferencePart(object: PdfObject | undefined): object is PdfNumber {
  return object instanceof PdfNumber && object.isInteger && object.value >= 0 && Number.isSafeInteger(object.value)
}

/** Reads objects from a lexer; each object and each nesting is spent from the budget. */
export class ObjectParser {
  readonly lexer: Lexer
  readonly #budget: Budget
  readonly #oddities: Oddities | undefined
  readonly #decrypt: StringDecryptor | undefined

  constructor(lexer: Lexer, budget: Budget, oddities?: Oddities, decrypt?: StringDecryptor) {
    this.lexer = lexer
    this.#budget = budget
    this.#oddities = oddities
    this.#decrypt = decrypt
  }

  /**
   * One object. An indirect reference is recognised at the top, too.
   *
   * @param kind the token it begins with, when that has been read already
   * @throws ERR_PDF_SYNTAX, ERR_BUDGET_EXCEEDED
   */
  object(kind: TokenKind = this.lexer.next()): PdfObject {
    const { lexer } = this
    const frames: Frame[] = []
    for (; ; kind = lexer.next()) {
      let value: PdfObject
      switch (kind) {
        case Token.ArrayOpen:
        case Token.DictOpen:
          frames.push({ isDict: kind === Token.DictOpen, start: lexer.start, items: [] })
          this.#budget.checkDepth('pdfDepth', frames.length)
          continue
        case Token.ArrayClose:
        case Token.DictClose: {
          const frame = frames.pop()
          if (!frame || frame.isDict !== (kind === Token.DictClose)) throw lexer.error('an unexpected end of array or dictionary')
          value = frame.isDict ? this.#dict(frame) : this.#array(frame)
          break
        }
        case Token.Keyword:
          if (lexer.text === 'R') {
            const items = frames[frames.length - 1]?.items
            const generation = items?.pop()
            const number = items?.pop()
            if (!isReferencePart(number) || !isReferencePart(generation)) throw lexer.error('an R that ends no reference')
            value = new PdfRef(number.value, generation.value)
          } else value = this.#constant()
          break
        default:
          value = this.#scalar(kind)
      }
      const frame = frames[frames.length - 1]
      if (frame) frame.items.push(value)
      else return this.#top(value)
    }
  }

  #constant(): PdfObject {
    switch (this.lexer.text) {
      case 'true':
        return true
      case 'false':
        return false
      case 'null':
        return null
      default:
        throw this.lexer.error('an unexpected word')
    }
  }

  #scalar(kind: TokenKind): PdfObject {
    const { lexer } = this
    this.#budget.spend('pdfObjects')
    switch (kind) {
      case Token.Number:
        if (lexer.isNotNumber) this.#oddities?.add('number-malformed', 'a number that is infinite or none', { offset: lexer.offset(lexer.start) })
        return numberObject(lexer.number, lexer.isInteger)
      case Token.Name:
        return new PdfName(lexer.text)
      case Token.String:
        return new PdfString(lexer.content, lexer.hex, lexer.offset(lexer.start), lexer.offset(lexer.pos))
      default:
        throw lexer.error('the data ends inside an object')
    }
  }

  /** What stands alone: a number may be the first part of a reference, a string is in no container that decrypts it. */
  #top(value: PdfObject): PdfObject {
    if (value instanceof PdfString) return this.#decrypted(value)
    if (!isReferencePart(value)) return value
    const { lexer } = this
    const after = lexer.pos
    if (this.#peekNumber()) {
      const generation = lexer.number
      if (lexer.next() === Token.Keyword && lexer.text === 'R') return new PdfRef(value.value, generation)
    }
    lexer.pos = after
    return value
  }

  /** Reads the next token when it begins like a number: anything else after a number may be no token at all. */
  #peekNumber(): boolean {
    const { lexer } = this
    lexer.skipSpace()
    const c = lexer.bytes[lexer.pos]
    return c !== undefined && c >= 0x30 && c <= 0x39 && lexer.next() === Token.Number && lexer.isInteger
  }

  #decrypted(string: PdfString): PdfString {
    return this.#decrypt ? new PdfString(this.#decrypt(string.bytes), string.hex, string.start, string.end) : string
  }

  #array(frame: Frame): PdfArray {
    this.#budget.spend('pdfObjects')
    const items = this.#decrypt ? frame.items.map((item) => (item instanceof PdfString ? this.#decrypted(item) : item)) : frame.items
    return new PdfArray(items, this.lexer.offset(frame.start), this.lexer.offset(this.lexer.pos))
  }

  #dict(frame: Frame): PdfDict {
    const { lexer } = this
    this.#budget.spend('pdfObjects')
    const { items } = frame
    if (items.length % 2 !== 0) throw lexer.error('a dictionary with a key that has no value', frame.start)
    const entries = new Map<string, PdfObject>()
    const keys = new Set<string>()
    const duplicates = new Set<string>()
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i]
      const value = items[i + 1] as PdfObject
      if (!(key instanceof PdfName)) throw lexer.error('a dictionary with a key that is no name', frame.start)
      if (keys.has(key.name)) duplicates.add(key.name)
      keys.add(key.name)
      // §7.3.7: an entry whose value is null is as good as absent.
      if (value === null) entries.delete(key.name)
      else entries.set(key.name, value)
    }
    if (duplicates.size) this.#oddities?.add('duplicate-key', `a dictionary has more than one /${[...duplicates][0]}`, { offset: lexer.offset(frame.start) })
    if (this.#decrypt) this.#decryptEntries(entries)
    return new PdfDict(entries, duplicates.size ? [...duplicates] : undefined, lexer.offset(frame.start), lexer.offset(lexer.pos))
  }

  /** §7.6.2: the hexadecimal `/Contents` of a signature dictionary is not encrypted. `/Type` is optional there, `/ByteRange` is not. */
  #decryptEntries(entries: Map<string, PdfObject>): void {
    const isSignature = entries.has('ByteRange')
    for (const [key, value] of entries) {
      if (!(value instanceof PdfString)) continue
      if (isSignature && key === 'Contents' && value.hex) continue
      entries.set(key, this.#decrypted(value))
    }
  }
}
