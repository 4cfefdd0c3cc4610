/** What the parts of the parser share: the bytes, what is put behind them, and how to say what is wrong. */
import type { KysoError } from '../core/errors.ts'
import { type XmlErrorCode, xmlError } from './fault.ts'

/** The document's text and, behind it, texts that the document type makes. */
export class XmlInput {
  /** Replaced when something is added; read it anew after each call that may add. */
  content: Uint8Array
  /** Used part of {@link content}. */
  length: number
  readonly documentLength: number
  /** Where the reference stands in the document while an entity is read, −1 otherwise. */
  reference = -1
  /** Whether `content` is a copy, which may be written to. */
  #own = false

  constructor(bytes: Uint8Array) {
    this.content = bytes
    this.length = bytes.length
    this.documentLength = bytes.length
  }

  /** Puts bytes behind everything; returns their place. */
  append(bytes: Uint8Array): number {
    const start = this.length
    if (start + bytes.length > this.content.length || !this.#own) {
      this.#own = true
      const wider = new Uint8Array(start + bytes.length + Math.max(4096, (start - this.documentLength) * 2))
      wider.set(this.content.subarray(0, start))
      this.content = wider
    }
    this.content.set(bytes, start)
    this.length = start + bytes.length
    return start
  }

  /** An error at a place of {@link content}; within an entity it names the reference's place. */
  fault(code: XmlErrorCode, why: string, detail: string, at: number, data: Record<string, string> = {}): KysoError {
    const place = this.reference >= 0 ? this.reference : Math.min(at, this.documentLength)
    return xmlError(code, why, detail, this.content.subarray(0, this.documentLength), place, data)
  }

  /** `ERR_XML_SYNTAX` at a place. */
  syntax(why: string, detail: string, at: number): KysoError {
    return this.fault('ERR_XML_SYNTAX', why, detail, at)
  }

  /** Whether `word` (ASCII) stands at a place, before `end`. */
  isAt(word: string, at: number, end: number): boolean {
    if (at + word.length > end) return false
    for (let i = 0; i < word.length; i++) if (this.content[at + i] !== word.charCodeAt(i)) return false
    return true
  }
}
