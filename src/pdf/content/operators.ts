/** Content streams as operators with their operands (ISO 32000-2 §7.8.2); the data of inline images is passed over (§8.9.7). */
import type { Budget } from '../../core/budget.ts'
import { isSpace } from '../characters.ts'
import { Lexer, Token } from '../lexer.ts'
import { integerOf, nameOf, PdfArray, PdfName, PdfNumber, type PdfObject, PdfString } from '../objects.ts'
import { ObjectParser } from '../parser.ts'

/** More than any operator takes; colours have 32 components at most (annex C). */
const MAX_OPERANDS = 512
const CONSTANTS: ReadonlyMap<string, PdfObject> = new Map<string, PdfObject>([
  ['true', true],
  ['false', false],
  ['null', null],
])

/** Reads one content stream. */
export class OperatorReader {
  /** Operands of the operator that `next` gave last. */
  operands: PdfObject[] = []
  readonly #lexer: Lexer
  readonly #parser: ObjectParser
  readonly #budget: Budget

  constructor(bytes: Uint8Array, budget: Budget) {
    this.#lexer = new Lexer(bytes)
    this.#parser = new ObjectParser(this.#lexer, budget)
    this.#budget = budget
  }

  /**
   * The next operator; `undefined` at the end of the stream.
   *
   * @throws KysoError `ERR_PDF_SYNTAX` where the content is malformed, `ERR_BUDGET_EXCEEDED`
   */
  next(): string | undefined {
    const lexer = this.#lexer
    const operands: PdfObject[] = []
    this.operands = operands
    for (;;) {
      const kind = lexer.next()
      switch (kind) {
        case Token.End:
          return undefined
        case Token.Keyword: {
          const constant = CONSTANTS.get(lexer.text)
          if (constant === undefined) {
            this.#budget.spend('pdfOperators', 1 + operands.length)
            return lexer.text
          }
          operands.push(constant)
          break
        }
        // Not by the parser, which would look for a reference behind a number: there are none in content.
        case Token.Number:
          operands.push(new PdfNumber(lexer.number, lexer.isInteger))
          break
        case Token.Name:
          operands.push(new PdfName(lexer.text))
          break
        case Token.String:
          operands.push(new PdfString(lexer.content, lexer.hex))
          break
        default:
          operands.push(this.#parser.object(kind))
      }
      if (operands.length > MAX_OPERANDS) throw lexer.error('an operator with too many operands')
    }
  }

  /**
   * Passes over the data of an inline image, whose dictionary are the operands of `ID`, up to and with `EI`.
   *
   * @throws KysoError `ERR_PDF_SYNTAX` when it does not end
   */
  skipImageData(): void {
    const lexer = this.#lexer
    const { bytes } = lexer
    const from = lexer.pos + (isSpace(bytes[lexer.pos]) ? 1 : 0)
    const length = statedLength(this.operands)
    const stated = length === undefined ? -1 : endOfImage(bytes, from + length)
    if (stated >= 0) {
      lexer.pos = stated
      return
    }
    for (let at = from; at + 1 < bytes.length; at++) {
      if (bytes[at] !== 0x45 || bytes[at + 1] !== 0x49) continue
      if ((at > from && !isSpace(bytes[at - 1])) || !looksLikeContent(bytes, at + 2)) continue
      this.#budget.spend('pdfOperators', (at - from) >> 3)
      lexer.pos = at + 2
      return
    }
    throw lexer.error('an inline image without end')
  }
}

/** Offset after an `EI` that stands at `at` or after white space there; -1 when none does. */
function endOfImage(bytes: Uint8Array, at: number): number {
  let place = at
  while (place < at + 3 && isSpace(bytes[place])) place++
  return bytes[place] === 0x45 && bytes[place + 1] === 0x49 && looksLikeContent(bytes, place + 2) ? place + 2 : -1
}

/** Whether what follows can be content: white space, and then nothing but text. Image data might hold an `EI` too. */
function looksLikeContent(bytes: Uint8Array, from: number): boolean {
  if (from >= bytes.length) return true
  if (!isSpace(bytes[from])) return false
  for (let at = from; at < Math.min(bytes.length, from + 12); at++) {
    const byte = bytes[at] as number
    if (!isSpace(byte) && (byte < 0x20 || byte > 0x7e)) return false
  }
  return true
}

const COMPONENTS: ReadonlyMap<string, number> = new Map([
  ['G', 1],
  ['DeviceGray', 1],
  ['RGB', 3],
  ['DeviceRGB', 3],
  ['CMYK', 4],
  ['DeviceCMYK', 4],
  ['I', 1],
  ['Indexed', 1],
])

/** Bytes of the data, where the dictionary says so (PDF 2.0) or it can be reckoned; `undefined` otherwise. */
function statedLength(operands: readonly PdfObject[]): number | undefined {
  const entries = new Map<string, PdfObject>()
  for (let i = 0; i + 1 < operands.length; i += 2) {
    const key = nameOf(operands[i])
    if (key !== undefined) entries.set(key, operands[i + 1] as PdfObject)
  }
  const entry = (short: string, long: string): PdfObject | undefined => entries.get(short) ?? entries.get(long)
  const stated = integerOf(entry('L', 'Length'))
  if (stated !== undefined) return stated >= 0 ? stated : undefined
  const filter = entry('F', 'Filter')
  if (filter !== undefined && !(filter instanceof PdfArray && filter.items.length === 0)) return undefined
  const isMask = entry('IM', 'ImageMask') === true
  const space = entry('CS', 'ColorSpace')
  const components = isMask ? 1 : COMPONENTS.get(nameOf(space instanceof PdfArray ? space.items[0] : space) ?? '')
  const [width, height] = [integerOf(entry('W', 'Width')), integerOf(entry('H', 'Height'))]
  const bits = isMask ? 1 : integerOf(entry('BPC', 'BitsPerComponent'))
  if (components === undefined || width === undefined || height === undefined || bits === undefined) return undefined
  const length = Math.ceil((width * components * bits) / 8) * height
  return length >= 0 && Number.isSafeInteger(length) ? length : undefined
}
