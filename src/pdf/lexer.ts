/**
 * Lexical analysis (ISO 32000-2 §7.2 and §7.3) of a window of a file, or of the content of an object stream.
 *
 * A window may end in the middle of an object. Whatever touches the end of a window that is not the end of the data
 * throws {@link WINDOW_END}, and the caller comes again with a larger window (see `window.ts`); so no token is ever
 * taken for complete because the window was too small.
 */
import { fromLatin1 } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'
import { CLASS, isDigit, REGULAR, SPACE } from './characters.ts'
import { decodeHexString, decodeLiteralString } from './strings.ts'

/** Thrown when a window is too small. Made once: it carries no information but itself. */
export class WindowEnd extends Error {}
/** The one instance of {@link WindowEnd}. */
export const WINDOW_END = new WindowEnd('the window is too small')

/** Kinds of token. */
export const Token = { End: 0, Number: 1, Name: 2, String: 3, ArrayOpen: 4, ArrayClose: 5, DictOpen: 6, DictClose: 7, Keyword: 8 } as const
/** A kind of token. */
export type TokenKind = (typeof Token)[keyof typeof Token]

/** Longer runs of regular characters are no number and no keyword. */
const MAX_WORD = 512

/** Reads tokens one after another. After `next`, the fields that belong to the kind hold its value. */
export class Lexer {
  readonly bytes: Uint8Array
  /** File offset of `bytes[0]`; -1 where the bytes are not those of the file. */
  readonly base: number
  /** Whether the data goes on after `bytes`. */
  readonly more: boolean
  /** Where the next token is looked for. */
  pos: number
  /** Where the last token began. */
  start = 0
  /** Value of a number. */
  number = 0
  /** Whether the number was written as an integer. */
  isInteger = false
  /** Whether the number was none that PDF knows: `-1.#INF` and its like, which C libraries print. It counts as 0. */
  isNotNumber = false
  /** Text of a name or a keyword, one character a byte. */
  text = ''
  /** Content of a string. */
  content: Uint8Array = new Uint8Array(0)
  /** Whether the string was hexadecimal. */
  hex = false

  constructor(bytes: Uint8Array, base = -1, more = false, pos = 0) {
    this.bytes = bytes
    this.base = base
    this.more = more
    this.pos = pos
  }

  /** The file offset of a place in the window; -1 where there is none. */
  offset(pos: number): number {
    return this.base < 0 ? -1 : this.base + pos
  }

  /** `ERR_PDF_SYNTAX` at a place. */
  error(detail: string, pos = this.start): KysoError {
    const offset = this.base < 0 ? pos : this.base + pos
    return new KysoError('ERR_PDF_SYNTAX', `${detail} at ${this.base < 0 ? 'byte' : 'offset'} ${offset}`, { offset, detail })
  }

  /** The end of the data where that is allowed, {@link WINDOW_END} where the window only is too small. */
  #atEnd(): void {
    if (this.more) throw WINDOW_END
  }

  /** Passes white space and comments. */
  skipSpace(): void {
    const { bytes } = this
    let pos = this.pos
    for (;;) {
      while (pos < bytes.length && CLASS[bytes[pos] as number] === SPACE) pos++
      if (pos < bytes.length && bytes[pos] === 0x25) {
        while (pos < bytes.length && bytes[pos] !== 0x0a && bytes[pos] !== 0x0d) pos++
        continue
      }
      break
    }
    this.pos = pos
    if (pos >= bytes.length) this.#atEnd()
  }

  /** The next token. */
  next(): TokenKind {
    this.skipSpace()
    const { bytes } = this
    this.start = this.pos
    const c = bytes[this.pos]
    if (c === undefined) return Token.End
    switch (c) {
      case 0x2f: // /
        return this.#name()
      case 0x28: // (
        return this.#literal()
      case 0x5b: // [
        this.pos++
        return Token.ArrayOpen
      case 0x5d: // ]
        this.pos++
        return Token.ArrayClose
      case 0x3c: // <
        if (this.#peek(1) === 0x3c) {
          this.pos += 2
          return Token.DictOpen
        }
        return this.#hexString()
      case 0x3e: // >
        if (this.#peek(1) === 0x3e) {
          this.pos += 2
          return Token.DictClose
        }
        throw this.error('a lone >')
      case 0x29: // )
      case 0x7b: // {
      case 0x7d: // }
        throw this.error(`an unexpected ${String.fromCharCode(c)}`)
      default:
        return this.#word(c)
    }
  }

  /** Reads the next token; its text when it is a keyword, an empty text otherwise. */
  keyword(): string {
    return this.next() === Token.Keyword ? this.text : ''
  }

  #peek(distance: number): number | undefined {
    const byte = this.bytes[this.pos + distance]
    if (byte === undefined) this.#atEnd()
    return byte
  }

  /** End of the run of regular characters that starts at `pos`. */
  #runEnd(pos: number): number {
    const { bytes } = this
    while (pos < bytes.length && CLASS[bytes[pos] as number] === REGULAR) pos++
    if (pos >= bytes.length) this.#atEnd()
    return pos
  }

  /** §7.3.5. A `#` that two hexadecimal digits do not follow stands for itself, as PDF 1.1 had it and readers keep it. */
  #name(): TokenKind {
    const { bytes } = this
    const from = this.pos + 1
    const end = this.#runEnd(from)
    this.pos = end
    let text = fromLatin1(bytes.subarray(from, end))
    if (text.includes('#')) text = text.replace(/#([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    this.text = text
    return Token.Name
  }

  #word(first: number): TokenKind {
    const { bytes } = this
    const from = this.pos
    const end = this.#runEnd(from)
    this.pos = end
    if (end - from > MAX_WORD) throw this.error('a word of more than 512 characters')
    if (isDigit(first) || first === 0x2b || first === 0x2d || first === 0x2e) {
      if (isDigit(first) && end - from <= 15) {
        let value = 0
        let at = from
        for (; at < end; at++) {
          const digit = (bytes[at] as number) - 0x30
          if (digit < 0 || digit > 9) break
          value = value * 10 + digit
        }
        if (at === end) {
          this.number = value
          this.isInteger = true
          this.isNotNumber = false
          return Token.Number
        }
      }
      return this.#number(fromLatin1(bytes.subarray(from, end)))
    }
    this.text = fromLatin1(bytes.subarray(from, end))
    return Token.Keyword
  }

  /**
   * §7.3.3. Beyond its letter, as readers agree: `--5` is -5, a lone `-` or `.` is zero. No exponents, no other radix.
   */
  #number(text: string): TokenKind {
    const match = /^(\+|-{1,2})?(\d*)(\.\d*)?$/.exec(text)
    this.isNotNumber = match === null
    if (!match) {
      if (!/^-?\d\.#(INF|IND|QNAN|SNAN)0*$/.test(text)) throw this.error('a malformed number')
      this.number = 0
      this.isInteger = false
      return Token.Number
    }
    const digits = match[2] as string
    const fraction = match[3]
    const value = Number(`${digits || '0'}${fraction !== undefined && fraction !== '.' ? fraction : ''}`)
    this.number = match[1]?.startsWith('-') && value !== 0 ? -value : value
    this.isInteger = fraction === undefined && digits !== ''
    return Token.Number
  }

  #hexString(): TokenKind {
    const { bytes } = this
    const close = bytes.indexOf(0x3e, this.pos + 1)
    if (close < 0) {
      this.#atEnd()
      throw this.error('a hexadecimal string without end')
    }
    const content = decodeHexString(bytes.subarray(this.pos + 1, close))
    if (!content) throw this.error('a hexadecimal string with other characters')
    this.pos = close + 1
    this.content = content
    this.hex = true
    return Token.String
  }

  #literal(): TokenKind {
    const { bytes } = this
    let depth = 1
    let plain = true
    let at = this.pos + 1
    for (; at < bytes.length; at++) {
      const c = bytes[at]
      if (c === 0x5c) {
        plain = false
        at++
      } else if (c === 0x28) depth++
      else if (c === 0x29) {
        if (--depth === 0) break
      } else if (c === 0x0d) plain = false
    }
    if (at >= bytes.length) {
      this.#atEnd()
      throw this.error('a string without end')
    }
    const raw = bytes.subarray(this.pos + 1, at)
    this.pos = at + 1
    // A copy in any case: `slice` of a Buffer would be a view.
    this.content = plain ? new Uint8Array(raw) : decodeLiteralString(raw)
    this.hex = false
    return Token.String
  }
}
