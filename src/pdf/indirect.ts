/** Indirect objects (ISO 32000-2 §7.3.10) and the extent of streams (§7.3.8), read at an offset. */
import type { Budget } from '../core/budget.ts'
import { indexOf, latin1 } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'
import type { ByteSource } from '../core/source.ts'
import { isDigit, isRegular, isSpace } from './characters.ts'
import { type Lexer, Token, WINDOW_END } from './lexer.ts'
import { integerOf, PdfDict, type PdfObject, PdfStream } from './objects.ts'
import type { Oddities } from './oddities.ts'
import { ObjectParser, type StringDecryptor } from './parser.ts'
import { parseAt } from './window.ts'

/** What reading from a file takes. */
export interface PdfReader {
  readonly source: ByteSource
  readonly budget: Budget
  readonly oddities: Oddities
}

/** An indirect object and where it lies. */
export interface PdfIndirect {
  readonly number: number
  readonly generation: number
  readonly value: PdfObject
  /** File offset of its object number. */
  readonly start: number
  /** File offset after `endobj`. */
  readonly end: number
}

/** How an indirect object is to be read. */
export interface IndirectOptions {
  /** What is expected to be there; anything else is an error. */
  readonly expected?: { readonly number: number; readonly generation: number }
  /** The value of an indirect `/Length`; `undefined` when it cannot be had. */
  readonly lengthOf?: (object: PdfObject | undefined) => number | undefined
  /** Decryption of its strings. */
  readonly decrypt?: StringDecryptor | undefined
}

interface Head {
  readonly number: number
  readonly generation: number
  readonly start: number
  readonly value: PdfObject
  /** Offset after the value, or after `endobj`, or of the first byte of the stream. */
  readonly end: number
  readonly closed: 'endobj' | 'stream' | 'no'
}

/** White space tolerated between the offset that a cross-reference names and the object. */
const MAX_LEAD = 32
const ENDSTREAM = latin1('endstream')
const ENDOBJ = latin1('endobj')
/** Enough for both with white space between them. */
const CLOSE = 64

/**
 * Reads the indirect object at `offset`.
 *
 * @throws ERR_PDF_XREF when no object, or another one, is there; ERR_PDF_SYNTAX when it is malformed
 */
export function readIndirect(reader: PdfReader, offset: number, options: IndirectOptions = {}): PdfIndirect {
  const { source, budget, oddities } = reader
  if (offset < 0 || offset >= source.size) throw notThere(offset, options, 'it lies outside the file')
  const head = parseAt(source, offset, budget, (lexer) => readHead(lexer, reader, options))
  const { number, generation, start } = head
  const object = number
  if (start !== offset) oddities.add('object-offset-whitespace', `the cross-reference points before object ${number}`, { offset, object })
  if (head.closed === 'stream') {
    const { length, end } = streamExtent(reader, head, options)
    return { number, generation, value: new PdfStream(head.value as PdfDict, head.end, length, number, generation), start, end }
  }
  if (head.closed === 'no') oddities.add('endobj-missing', `object ${number} does not end in endobj`, { offset: head.end, object })
  return { number, generation, value: head.value, start, end: head.end }
}

function notThere(offset: number, options: IndirectOptions, reason: string): KysoError {
  const object = options.expected?.number
  const what = object === undefined ? 'an indirect object' : `object ${object} ${options.expected?.generation}`
  return new KysoError('ERR_PDF_XREF', `the cross-reference places ${what} at offset ${offset}: ${reason}`, { offset, object, detail: reason })
}

function readHead(lexer: Lexer, reader: PdfReader, options: IndirectOptions): Head {
  const { bytes } = lexer
  while (lexer.pos < bytes.length && lexer.pos < MAX_LEAD && isSpace(bytes[lexer.pos])) lexer.pos++
  const start = lexer.offset(lexer.pos)
  const offset = lexer.base
  const integer = (): number => {
    lexer.skipSpace()
    return isDigit(bytes[lexer.pos]) && lexer.next() === Token.Number && lexer.isInteger ? lexer.number : -1
  }
  if (!isDigit(bytes[lexer.pos])) throw notThere(offset, options, 'no object begins there')
  const number = integer()
  const generation = integer()
  lexer.skipSpace()
  if (number < 0 || generation < 0 || !isRegular(bytes[lexer.pos]) || lexer.keyword() !== 'obj') {
    throw notThere(offset, options, 'no object begins there')
  }
  const { expected } = options
  if (expected && (expected.number !== number || expected.generation !== generation)) throw notThere(offset, options, `object ${number} ${generation} is there`)

  const parser = new ObjectParser(lexer, reader.budget, reader.oddities, options.decrypt)
  const kind = lexer.next()
  const empty = kind === Token.Keyword && lexer.text === 'endobj'
  if (empty) {
    // §7.3.10 wants an object; readers take none for null.
    reader.oddities.add('object-empty', `object ${number} is empty`, { offset: start, object: number })
    return { number, generation, start, value: null, end: lexer.offset(lexer.pos), closed: 'endobj' }
  }
  const value = parser.object(kind)
  const after = lexer.pos
  lexer.skipSpace()
  if (isRegular(bytes[lexer.pos]) && !isDigit(bytes[lexer.pos])) {
    const keyword = lexer.keyword()
    if (keyword === 'endobj') return { number, generation, start, value, end: lexer.offset(lexer.pos), closed: 'endobj' }
    if (keyword === 'stream' && value instanceof PdfDict) {
      return { number, generation, start, value, end: lexer.offset(streamStart(lexer, reader, number)), closed: 'stream' }
    }
  }
  return { number, generation, start, value, end: lexer.offset(after), closed: 'no' }
}

/** §7.3.8.1: `stream` is followed by CR LF or by LF; a CR alone, or nothing, is told. */
function streamStart(lexer: Lexer, reader: PdfReader, object: number): number {
  const { bytes, pos } = lexer
  if (pos + 2 > bytes.length && lexer.more) throw WINDOW_END
  if (bytes[pos] === 0x0a) return pos + 1
  if (bytes[pos] === 0x0d && bytes[pos + 1] === 0x0a) return pos + 2
  reader.oddities.add('stream-eol', `the keyword stream of object ${object} is not followed by an end of line`, { offset: lexer.offset(pos), object })
  return bytes[pos] === 0x0d ? pos + 1 : pos
}

/** Length of the encoded bytes, and the offset after `endstream` and `endobj`. */
function streamExtent(reader: PdfReader, head: Head, options: IndirectOptions): { length: number; end: number } {
  const { source, oddities } = reader
  const stated = (head.value as PdfDict).get('Length')
  const length = integerOf(stated) ?? options.lengthOf?.(stated)
  if (length !== undefined && length >= 0 && head.end + length <= source.size) {
    const close = source.read(head.end + length, CLOSE)
    const keyword = endstreamIn(close)
    if (keyword >= 0) return { length, end: head.end + length + closingKeyword(reader, close, keyword + ENDSTREAM.length, head) }
  }
  const found = searchEndstream(reader, head)
  const place = { offset: head.end, object: head.number }
  oddities.add('stream-length', `the /Length of stream ${head.number} is ${length ?? 'missing'}, endstream follows after ${found.length} bytes`, place)
  return { length: found.length, end: found.end + closingKeyword(reader, source.read(found.end, CLOSE), 0, head) }
}

/** Where `endstream` begins if an end of line at most precedes it; -1 when it does not. */
function endstreamIn(bytes: Uint8Array): number {
  const eol = bytes[0] === 0x0d && bytes[1] === 0x0a ? 2 : bytes[0] === 0x0a || bytes[0] === 0x0d ? 1 : 0
  return startsWith(bytes, ENDSTREAM, eol) ? eol : -1
}

function startsWith(bytes: Uint8Array, keyword: Uint8Array, at: number): boolean {
  for (let i = 0; i < keyword.length; i++) if (bytes[at + i] !== keyword[i]) return false
  return true
}

/** §7.3.8.2 lets nobody count on it, but where `/Length` is wrong readers look for the keyword. The search is spent from the budget. */
function searchEndstream(reader: PdfReader, head: Head): { length: number; end: number } {
  const { source, budget } = reader
  const step = 1 << 16
  for (let at = head.end; at < source.size; at += step) {
    const bytes = source.read(at, step + ENDSTREAM.length - 1)
    budget.spend('pdfBytes', bytes.length)
    const found = indexOf(bytes, ENDSTREAM)
    if (found < 0) continue
    const keyword = at + found
    let end = keyword
    // One end of line before the keyword is no data.
    const before = source.read(Math.max(head.end, keyword - 2), Math.min(2, keyword - head.end))
    if (before[before.length - 1] === 0x0a) end -= before.length === 2 && before[0] === 0x0d ? 2 : 1
    else if (before[before.length - 1] === 0x0d) end -= 1
    return { length: end - head.end, end: keyword + ENDSTREAM.length }
  }
  throw new KysoError('ERR_PDF_SYNTAX', `stream ${head.number} at offset ${head.start} does not end`, {
    offset: head.start,
    object: head.number,
    detail: 'a stream without end',
  })
}

/** Where the `endobj` that should follow in `bytes` ends. */
function closingKeyword({ oddities }: PdfReader, bytes: Uint8Array, from: number, { number, end }: Head): number {
  let at = from
  while (isSpace(bytes[at])) at++
  if (startsWith(bytes, ENDOBJ, at)) return at + ENDOBJ.length
  oddities.add('endobj-missing', `object ${number} does not end in endobj`, { offset: end, object: number })
  return from
}
