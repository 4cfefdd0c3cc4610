/** A place within the document type, and the small things that are read there. */
import { HASH_START, HASH_STEP } from './bytetable.ts'
import { BYTE, BYTES, isNameCharacter } from './characters.ts'
import type { XmlInput } from './input.ts'
import type { XmlNames } from './names.ts'
import { newName } from './naming.ts'
import { badNameCharacter } from './values.ts'

/** Reads tokens of the document type within the entity that is being read. */
export class DtdCursor {
  at: number
  end: number
  readonly input: XmlInput
  readonly names: XmlNames

  constructor(input: XmlInput, names: XmlNames, at: number) {
    this.input = input
    this.names = names
    this.at = at
    this.end = input.documentLength
  }

  /** The byte here, 0 at the end. */
  peek(): number {
    return this.at < this.end ? (this.input.content[this.at] as number) : 0
  }

  /** Whether `word` comes next; then goes behind it. */
  take(word: string): boolean {
    if (!this.input.isAt(word, this.at, this.end)) return false
    this.at += word.length
    return true
  }

  /** Goes behind `word`, which must come next. */
  expect(word: string): void {
    if (!this.take(word)) throw this.wrong()
  }

  /** Goes behind white space; whether some was there. */
  space(): boolean {
    const start = this.at
    while (this.at < this.end && ((BYTES[this.input.content[this.at] as number] as number) & BYTE.space) !== 0) this.at++
    return this.at > start
  }

  /** Goes behind white space that must be there. */
  needSpace(): void {
    if (!this.space()) throw this.wrong()
  }

  /** Qualified-name id of the name here. */
  name(): number {
    const { content } = this.input
    const start = this.at
    let hash = HASH_START
    while (this.at < this.end && ((BYTES[content[this.at] as number] as number) & BYTE.name) !== 0)
      hash = Math.imul(hash ^ (content[this.at++] as number), HASH_STEP)
    const found = this.names.find(content, start, this.at, hash)
    return found >= 0 ? found : newName(this.input, this.names, start, this.at, hash)
  }

  /** A name without colon: entities and notations (Namespaces in XML 1.0 §7). */
  plainName(): string {
    const start = this.at
    const text = this.names.qualified[this.name()] as string
    if (text.includes(':')) throw this.input.fault('ERR_XML_NAMESPACE', 'colon', 'a colon in the name of an entity or notation', start)
    return text
  }

  /** Goes behind an Nmtoken (XML 1.0 §2.3): name characters alone. */
  nameToken(): void {
    const start = this.at
    while (this.at < this.end && ((BYTES[this.input.content[this.at] as number] as number) & BYTE.name) !== 0) this.at++
    if (this.at === start || badNameCharacter(this.input.content, start, this.at, isNameCharacter, isNameCharacter) >= 0) throw this.wrong()
  }

  /** A literal in quotes: where it begins and ends; the cursor goes behind it. */
  literal(): { start: number; end: number } {
    const quote = this.peek()
    if (quote !== 0x22 && quote !== 0x27) throw this.wrong()
    const start = this.at + 1
    let end = start
    while (end < this.end && this.input.content[end] !== quote) end++
    if (end >= this.end) throw this.input.syntax('truncated', 'a literal without end', this.at)
    this.at = end + 1
    return { start, end }
  }

  /** Goes behind `?>`, `-->` or the like. */
  skipTo(word: string): void {
    const start = this.at
    while (!this.input.isAt(word, this.at, this.end)) if (++this.at >= this.end) throw this.input.syntax('truncated', `${word} is missing`, start)
    this.at += word.length
  }

  /** ExternalID, or with `publicOnly` also PublicID (XML 1.0 §4.2.2, §4.7); whether one was there. */
  externalId(publicOnly = false): boolean {
    if (this.take('SYSTEM')) {
      this.needSpace()
      this.literal()
      return true
    }
    if (!this.take('PUBLIC')) return false
    this.needSpace()
    const { start, end } = this.literal()
    for (let i = start; i < end; i++)
      if (!isPublicIdCharacter(this.input.content[i] as number)) throw this.input.syntax('doctype', 'a character in a public identifier', i)
    const spaced = this.space()
    const quote = this.peek()
    if (quote === 0x22 || quote === 0x27) {
      if (!spaced) throw this.wrong()
      this.literal()
    } else if (!publicOnly) throw this.wrong()
    return true
  }

  /** The error for something that cannot stand here. */
  wrong(): Error {
    return this.input.syntax(this.at >= this.end ? 'truncated' : 'doctype', 'the document type is not built as it must be', this.at)
  }
}

/** PubidChar (XML 1.0 §2.3). */
function isPublicIdCharacter(byte: number): boolean {
  return byte === 10 || byte === 13 || (byte >= 0x20 && byte < 0x7f && !'"&<>[\\]^`{|}~'.includes(String.fromCharCode(byte)))
}
