/** What stands before a PDF and after it: another file, perhaps, that other programs open. */
import { fromLatin1, lastIndexOf, latin1 } from '../../core/bytes.ts'
import type { PdfDocument } from '../../pdf/index.ts'
import type { UnseenFinding } from './finding.ts'

/** What files of other formats begin with, after white space. */
const BEGINNINGS: readonly (readonly [format: string, pattern: RegExp])[] = [
  ['a ZIP archive', /^PK(?:\x03\x04|\x05\x06|\x07\x08)/],
  ['another PDF', /^%PDF-/],
  ['HTML', /^(?:<!--|<!doctype html|<(?:html|head|body|script|svg|iframe)[\s>])/i],
  ['XML', /^<\?xml/i],
  ['a script', /^(?:#!|<\?php|<%|@echo off|Set-|\$\w+\s*=|(?:var|let|const|function|import|eval)\b)/i],
  ['a program', /^(?:MZ|\x7fELF|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe|\xfe\xed\xfa\xce)/],
  ['a picture', /^(?:\xff\xd8\xff|\x89PNG|GIF8|II\*\0|MM\0\*|BM)/],
  ['an archive', /^(?:Rar!|7z\xbc\xaf|\x1f\x8b\x08|BZh|ustar)/],
  ['signature data (DER)', /^\x30[\x80-\x84]/],
]
const LINE = /^[\0\t\n\f\r ]*/
/** What is looked at. */
const HEAD = 1024
/** A ZIP archive is read from its end, within the last 64 kB (APPNOTE 4.3.16). */
const ZIP_TAIL = (1 << 16) + 64
const END_OF_ZIP = latin1('PK\x05\x06')
/** Bytes that a ZIP archive's end has at least. */
const END_OF_ZIP_SIZE = 22

function formatOf(bytes: Uint8Array): string | null {
  const text = fromLatin1(bytes).replace(LINE, '')
  return BEGINNINGS.find(([, pattern]) => pattern.test(text))?.[0] ?? null
}

/** What stands outside of the PDF, where it looks like something; that there is something at all, the reader tells. */
export function findEdges(document: PdfDocument): UnseenFinding[] {
  const { source, headerOffset, revisions } = document
  const findings: UnseenFinding[] = []
  const before = headerOffset > 0 ? formatOf(source.read(0, headerOffset)) : null
  if (before !== null) findings.push({ code: 'before-other-format', detail: `what stands before the PDF looks like ${before}`, offset: 0 })
  const newest = revisions[revisions.length - 1]
  if (!newest) return findings
  const rest = source.size - newest.endWithEol
  if (rest <= 0) return findings
  const tail = source.read(newest.endWithEol, Math.min(HEAD, rest))
  const after = formatOf(tail) ?? (endsAsZip(document) ? 'a ZIP archive' : null)
  if (after !== null) findings.push({ code: 'after-other-format', detail: `what follows the PDF looks like ${after}`, offset: newest.endWithEol })
  // Behind the last mark the reader tells of it; here, of what stands between the newest state and that mark.
  const mark = lastIndexOf(source.read(Math.max(newest.endWithEol, source.size - ZIP_TAIL), Math.min(rest, ZIP_TAIL)), latin1('%%EOF'))
  if (mark >= 0)
    findings.push({
      code: 'after-newest-revision',
      detail: `${rest} bytes, with an end mark of their own, follow the newest state that the cross-reference leads to`,
      offset: newest.endWithEol,
    })
  return findings
}

/** The end record of a ZIP archive, whose comment reaches to the end of the file. */
function endsAsZip({ source }: PdfDocument): boolean {
  const from = Math.max(0, source.size - ZIP_TAIL)
  const tail = source.read(from, source.size - from)
  const at = lastIndexOf(tail, END_OF_ZIP)
  if (at < 0 || tail.length - at < END_OF_ZIP_SIZE) return false
  const comment = (tail[at + 20] as number) | ((tail[at + 21] as number) << 8)
  return at + END_OF_ZIP_SIZE + comment === tail.length
}
