/** The XML declaration (XML 1.0 §2.8). */
import { fromLatin1 } from '../core/bytes.ts'
import { BYTE, BYTES } from './characters.ts'
import type { XmlInput } from './input.ts'

/** What an XML declaration says. */
export interface XmlDeclaration {
  /** As written, `undefined` where it names none. */
  readonly encoding: string | undefined
  readonly standalone: boolean
  /** Behind its `?>`; 0 where there is no declaration. */
  readonly end: number
}

/** Longer values than this are in no declaration. */
const LONGEST_VALUE = 100

/**
 * Reads the declaration at the beginning of a document.
 *
 * @throws KysoError `ERR_XML_SYNTAX`: `declaration`, or `version` for XML 1.1 and versions that are not 1.x
 */
export function readDeclaration(input: XmlInput): XmlDeclaration {
  const end = input.documentLength
  if (!input.isAt('<?xml', 0, end) || !isSpace(input.content[5])) return { encoding: undefined, standalone: false, end: 0 }
  const reader = new DeclarationReader(input)
  const version = reader.item('version')
  if (version === undefined) throw input.syntax('declaration', 'an XML declaration without version', 0)
  // Fifth edition §2.8: a processor of 1.0 reads 1.x as 1.0. 1.1 differs in what it allows, so it is not read as something it is not.
  if (!isVersion1(version) || version === '1.1') throw input.syntax('version', `XML version ${version}`, 0)
  const encoding = reader.item('encoding')
  if (encoding !== undefined && !isEncodingName(encoding)) throw input.syntax('declaration', 'an encoding that is no name', 0)
  const standalone = reader.item('standalone')
  if (standalone !== undefined && standalone !== 'yes' && standalone !== 'no') throw input.syntax('declaration', 'standalone that is neither yes nor no', 0)
  return { encoding, standalone: standalone === 'yes', end: reader.finish() }
}

class DeclarationReader {
  readonly #input: XmlInput
  #at = 5

  constructor(input: XmlInput) {
    this.#input = input
  }

  /** Value of `name="value"` with space before it, where that is what comes next. */
  item(name: string): string | undefined {
    const { content, documentLength } = this.#input
    const start = this.#at
    this.#space()
    if (this.#at === start || !this.#input.isAt(name, this.#at, documentLength)) {
      // The space is of the item that comes instead.
      this.#at = start
      return undefined
    }
    this.#at += name.length
    this.#space()
    if (content[this.#at] !== 0x3d) throw this.#wrong()
    this.#at++
    this.#space()
    const quote = content[this.#at] as number
    if (quote !== 0x22 && quote !== 0x27) throw this.#wrong()
    const from = this.#at + 1
    const to = content.subarray(from, Math.min(documentLength, from + LONGEST_VALUE)).indexOf(quote)
    if (to < 0) throw this.#wrong()
    this.#at = from + to + 1
    return fromLatin1(content.subarray(from, from + to))
  }

  finish(): number {
    this.#space()
    if (!this.#input.isAt('?>', this.#at, this.#input.documentLength)) throw this.#wrong()
    return this.#at + 2
  }

  #space(): void {
    while (isSpace(this.#input.content[this.#at])) this.#at++
  }

  #wrong(): Error {
    return this.#input.syntax('declaration', 'an XML declaration that is not built as it must be', this.#at)
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte !== undefined && ((BYTES[byte] as number) & BYTE.space) !== 0
}

/** `1.` and digits. */
function isVersion1(text: string): boolean {
  return text.length > 2 && text.startsWith('1.') && [...text.slice(2)].every((digit) => digit >= '0' && digit <= '9')
}

/** EncName: a letter, then letters, digits, `.`, `_`, `-`. */
function isEncodingName(text: string): boolean {
  const isLetter = (c: string): boolean => (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
  return text !== '' && [...text].every((c, i) => isLetter(c) || (i > 0 && ((c >= '0' && c <= '9') || c === '.' || c === '_' || c === '-')))
}
