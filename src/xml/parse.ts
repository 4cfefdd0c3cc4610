import { Budget } from '../core/budget.ts'
import { estimateSize, findBadCharacter } from './characters.ts'
import { ContentParser } from './content.ts'
import { readDeclaration } from './declaration.ts'
import { encodingError, readEncoding, type XmlText } from './encoding.ts'
import { XmlInput } from './input.ts'
import { XmlNames } from './names.ts'
import { XmlRows } from './rows.ts'
import { XmlTable } from './table.ts'

/** How a document is read. */
export interface ParseOptions {
  /** Bounds the work: `xmlBytes`, `xmlNodes`, `xmlDepth`, `xmlAttributes`, `xmlNames`, `xmlEntityBytes`. */
  readonly budget?: Budget
}

/**
 * Reads an XML 1.0 document with namespaces, strictly, from bytes. Nothing outside it is ever fetched. The result refers to `bytes`,
 * which must not change as long as it is used.
 *
 * @throws KysoError `ERR_XML_SYNTAX`, `ERR_XML_NAMESPACE` or `ERR_XML_ENTITY`, each with `why`, `line`, `column` and `offset` (into the UTF-8
 *   text); `ERR_XML_ENCODING` with `why` and `encoding`; `ERR_BUDGET_EXCEEDED`
 */
export function parseXml(bytes: Uint8Array, options: ParseOptions = {}): XmlTable {
  const budget = options.budget ?? new Budget()
  const text = readEncoding(bytes, budget)
  const input = new XmlInput(text.bytes)
  const declaration = readDeclaration(input)
  const asciiOnly = checkEncoding(text, declaration.encoding)
  const bad = findBadCharacter(text.bytes)
  if (bad?.why === 'utf-8') throw encodingError('malformed', 'bytes that are not UTF-8', declaration.encoding ?? 'UTF-8', bad.offset)
  if (bad !== undefined) throw input.syntax('character', 'a character that XML does not allow', bad.offset)
  const size = estimateSize(text.bytes)
  const names = new XmlNames(budget)
  const rows = new XmlRows(size.nodes, size.attributes, budget)
  const parser = new ContentParser(input, names, rows, budget)
  parser.parse(declaration.end)
  rows.finish(budget)
  return new XmlTable({
    ...text,
    asciiOnly,
    ...rows,
    parents: rows.parents,
    doctype: parser.dtd?.name,
    root: parser.root,
    content: input.content.length === input.length ? input.content : input.content.subarray(0, input.length),
    names,
    entityRuns: parser.entityRuns,
    oddities: parser.dtd?.oddities ?? [],
  })
}

/** Names of UTF-8, in lower case; `utf8` is no registered name, but met. */
const UTF8_NAMES = ['utf-8', 'utf8']

/** Encodings that have ASCII in its place: a file that holds nothing else is the same text in each of them. */
const ASCII_SUPERSETS = /^(?:us-)?ascii$|^iso-8859-\d{1,2}$|^windows-125\d$|^koi8-[ru]$|^tis-620$|^tcvn$/

/**
 * XML 1.0 §4.3.3: a declaration that names another encoding than the file is in is an error.
 *
 * @returns whether the file is ASCII that says to be of an encoding which UTF-8 shares no more with
 */
function checkEncoding(text: XmlText, declared: string | undefined): boolean {
  if (declared === undefined) return false
  const name = declared.toLowerCase()
  if (text.encoding === 'UTF-8' ? UTF8_NAMES.includes(name) : name === 'utf-16' || name === text.encoding.toLowerCase()) return false
  if (UTF8_NAMES.includes(name) || name.startsWith('utf-16')) throw encodingError('contradiction', `the file is ${text.encoding} and says`, declared)
  if (text.encoding === 'UTF-8' && ASCII_SUPERSETS.test(name)) {
    const odd = text.byteOrderMark > 0 ? 0 : text.bytes.findIndex((byte) => byte >= 0x80)
    if (odd === -1) return true
    if (name.endsWith('ascii')) throw encodingError('malformed', 'bytes that are not of the encoding', declared, odd)
  }
  throw encodingError('unsupported', 'an encoding that is not read', declared)
}
