/**
 * Character codes that stand for a space. Writers fill empty paragraphs and the room for a signature with them, and what stands
 * over them covers nothing.
 */
import { fromLatin1 } from '../../core/bytes.ts'
import type { PdfDocument } from '../document.ts'
import { integerOf, nameOf, PdfArray, PdfDict, PdfName, PdfStream } from '../objects.ts'

const SPACE = 32
const NO_BREAK_SPACE = 160
/** Bit 3 of `/Flags` (table 121): the font has characters of its own. */
const SYMBOLIC = 4
const SPACE_NAMES = new Set(['space', 'nbspace', 'nonbreakingspace', 'uni0020', 'uni00A0'])
/** Longer tables are not looked through. */
const MAX_TABLE = 1 << 20
const BLANK = /^(?:0020|00A0)$/i
/** `first last target`, or `first last [targets]`, of which the first is looked at. */
const RANGE = /<\s*(\w{1,8})\s*>\s*<\s*(\w{1,8})\s*>\s*(\[)?\s*<\s*(\w{1,8})\s*>/g

/**
 * The codes of a font that its encoding (§9.6.5) or its `/ToUnicode` (§9.10.3) calls spaces. Of a font with a character set of its own
 * only the latter knows.
 *
 * @throws KysoError what reading the objects of the font throws
 */
export function blankCodes(document: PdfDocument, font: PdfDict, codeLength: 1 | 2): Set<number> {
  const codes = new Set<number>()
  const table = document.resolve(font.get('ToUnicode'))
  if (table instanceof PdfStream && table.length <= MAX_TABLE) {
    const text = fromLatin1(document.streamData(table))
    document.budget.spend('pdfOperators', text.length >> 3)
    if (text.length <= 4 * MAX_TABLE) readTable(text, codes)
  }
  if (codeLength === 1) readEncoding(document, font, codes)
  return codes
}

/** Entries of `bfchar` and `bfrange` whose text is one space. */
function readTable(text: string, codes: Set<number>): void {
  for (const kind of ['bfchar', 'bfrange'] as const) {
    let from = text.indexOf(`begin${kind}`)
    while (from >= 0) {
      const end = text.indexOf(`end${kind}`, from)
      if (end < 0) break
      readSection(text.slice(from, end), kind, codes)
      from = text.indexOf(`begin${kind}`, end)
    }
  }
}

function readSection(section: string, kind: 'bfchar' | 'bfrange', codes: Set<number>): void {
  if (kind === 'bfchar') {
    for (const [, code = '', target = ''] of section.matchAll(/<\s*(\w{1,8})\s*>\s*<\s*(\w{1,8})\s*>/g)) if (BLANK.test(target)) codes.add(hex(code))
    return
  }
  for (const [, first = '', last = '', list, target = ''] of section.matchAll(RANGE)) {
    for (const blank of [SPACE, NO_BREAK_SPACE]) {
      const code = hex(first) + blank - hex(target)
      if (target.length === 4 && code >= hex(first) && code <= (list ? hex(first) : hex(last))) codes.add(code)
    }
  }
}

function hex(digits: string): number {
  return Number.parseInt(digits, 16)
}

function readEncoding(document: PdfDocument, font: PdfDict, codes: Set<number>): void {
  const encoding = document.resolve(font.get('Encoding'))
  const base = encoding instanceof PdfDict ? document.resolve(encoding.get('BaseEncoding')) : encoding
  const descriptor = document.resolve(font.get('FontDescriptor'))
  const flags = descriptor instanceof PdfDict ? (integerOf(document.resolve(descriptor.get('Flags'))) ?? 0) : 0
  const name = nameOf(base)
  if (name !== undefined || (flags & SYMBOLIC) === 0) {
    codes.add(SPACE)
    if (name === 'WinAnsiEncoding') codes.add(NO_BREAK_SPACE)
  }
  const list = encoding instanceof PdfDict ? document.resolve(encoding.get('Differences')) : null
  let code = 0
  for (const item of list instanceof PdfArray ? list.items.slice(0, 1024) : []) {
    if (!(item instanceof PdfName)) code = integerOf(document.resolve(item)) ?? code
    else if (SPACE_NAMES.has(item.name)) codes.add(code++)
    else codes.delete(code++)
  }
}
