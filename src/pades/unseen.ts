/**
 * What a file holds and its reader does not show, or what another reader might show instead: data before and after the PDF, pages
 * that no list of pages names, objects that no cross-reference names, and syntax that programs understand differently. Told, not judged.
 */
import { isAboutDocument, isKysoError } from '../core/errors.ts'
import type { PdfDocument } from '../pdf/index.ts'
import { findEdges } from './unseen/edges.ts'
import type { UnseenFinding } from './unseen/finding.ts'
import { findCompressedStrays, findStrays } from './unseen/gaps.ts'
import { findLeftovers } from './unseen/leftover.ts'
import { walkDocument } from './unseen/walk.ts'

export type { UnseenCode, UnseenFinding } from './unseen/finding.ts'

/**
 * Looks through a file. Reads every object that is used once, those that are not used in part, and no content; what its parser
 * finds odd on the way comes to stand in `document.oddities`, so ask for them afterwards.
 *
 * @param document as opened; what this costs is spent from its budget
 * @returns in no order of weight; the codes `hidden-pages` and `stray-objects-in-use` are those that attacks need. Never throws because
 *   of the document: where too much would have to be read, `unseen-unfinished` says so
 * @example
 * ```ts
 * unseen(await openPdf(polyglot)) // => [{ code: 'after-other-format', detail: 'what follows the PDF looks like HTML', offset: pdf.length }]
 * ```
 */
export function unseen(document: PdfDocument): readonly UnseenFinding[] {
  const findings: UnseenFinding[] = []
  let finished = true
  try {
    findings.push(...findEdges(document))
    const walked = walkDocument(document)
    findings.push(...walked.findings)
    finished = walked.finished
    if (finished) {
      const leftovers = findLeftovers(document, walked)
      findings.push(...leftovers.findings)
      const strays = findStrays(document, new Map([...walked.extents, ...leftovers.extents]))
      const compressed = findCompressedStrays(document, walked.containers)
      findings.push(...strays.findings, ...compressed.findings)
      finished = leftovers.finished && strays.finished && compressed.finished
    }
  } catch (error) {
    if (!isAboutDocument(error) && !isKysoError(error, 'ERR_BUDGET_EXCEEDED')) throw error
    finished = false
  }
  if (!finished) findings.push({ code: 'unseen-unfinished', detail: 'too much to look through' })
  return findings
}
