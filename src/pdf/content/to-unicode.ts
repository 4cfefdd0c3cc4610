/** What a font's `/ToUnicode` says its codes stand for (ISO 32000-2 §9.10.3; CMaps, Adobe Technical Note 5014). */
import { fromLatin1 } from '../../core/bytes.ts'
import type { PdfDocument } from '../document.ts'
import type { PdfStream } from '../objects.ts'
import { glyphText } from './glyph-names.ts'

/** Longer tables are not read: 65,536 codes need no more. */
const MAX_TABLE = 4 << 20
/** Entries of one table, those of its ranges among them. */
const MAX_ENTRIES = 70_000
/** Characters that one code may stand for. */
const MAX_CHARACTERS = 64

const CHARACTER = /<\s*([0-9A-Fa-f\s]{1,8}?)\s*>\s*(?:<([0-9A-Fa-f\s]*)>|\/([!-.0-;=?-Z\\^-z|~]+))/g
const RANGE = /<\s*([0-9A-Fa-f]{1,8})\s*>\s*<\s*([0-9A-Fa-f]{1,8})\s*>\s*(?:<([0-9A-Fa-f\s]*)>|\[([^\]]*)\])/g

/**
 * Reads the table.
 *
 * @returns text by code; what is malformed is left out
 * @throws KysoError what reading the stream throws
 */
export function toUnicodeTable(document: PdfDocument, stream: PdfStream): ReadonlyMap<number, string> {
  const table = new Map<number, string>()
  const bytes = document.streamData(stream)
  document.budget.spend('pdfOperators', bytes.length >> 3)
  if (bytes.length > MAX_TABLE) return table
  const text = fromLatin1(bytes)
  let end = 0
  for (;;) {
    const from = text.indexOf('beginbf', end)
    end = from < 0 ? -1 : text.indexOf('endbf', from)
    if (end < 0) return table
    const section = text.slice(from, end)
    if (section.startsWith('beginbfchar')) readCharacters(section, table)
    else if (section.startsWith('beginbfrange')) readRanges(section, table)
    document.budget.spend('pdfOperators', section.length >> 3)
  }
}

function readCharacters(section: string, table: Map<number, string>): void {
  for (const [, code = '', digits, name] of section.matchAll(CHARACTER))
    add(table, Number.parseInt(code.replace(/\s/g, ''), 16), digits === undefined ? glyphText(name ?? '') : utf16(digits))
}

function readRanges(section: string, table: Map<number, string>): void {
  for (const [, first = '', last = '', digits, list] of section.matchAll(RANGE)) {
    const [low, high] = [Number.parseInt(first, 16), Number.parseInt(last, 16)]
    if (list !== undefined) {
      const targets = [...list.matchAll(/<([0-9A-Fa-f\s]*)>/g)].slice(0, Math.max(0, high - low + 1))
      for (const [i, [, one = '']] of targets.entries()) add(table, low + i, utf16(one))
      continue
    }
    const target = utf16(digits ?? '')
    if (target === undefined) continue
    // Only the last byte grows (§9.10.3); readers let the last character grow.
    const head = target.slice(0, -1)
    const tail = target.charCodeAt(target.length - 1)
    for (let code = low; code <= high && table.size < MAX_ENTRIES; code++) {
      const grown = tail + code - low
      if (grown > 0xffff) break
      add(table, code, head + String.fromCharCode(grown))
    }
  }
}

function add(table: Map<number, string>, code: number, text: string | undefined): void {
  if (text !== undefined && table.size < MAX_ENTRIES) table.set(code, text)
}

/** UTF-16BE in hexadecimal; a single byte is the character of its number, as readers take it. */
function utf16(hex: string): string | undefined {
  const digits = hex.replace(/\s/g, '')
  if (digits.length === 2) return String.fromCharCode(Number.parseInt(digits, 16))
  if (digits.length === 0 || digits.length % 4 !== 0 || digits.length > 4 * MAX_CHARACTERS) return undefined
  return String.fromCharCode(...(digits.match(/.{4}/g) ?? []).map((one) => Number.parseInt(one, 16)))
}
