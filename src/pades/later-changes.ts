/** What follows a signature in its file: nothing, what signing itself adds, or something that is not explained. */
import { isKysoError, KysoError } from '../core/errors.ts'
import type { LaterChanges } from '../facts/index.ts'
import type { PdfDocument } from '../pdf/index.ts'
import { type FieldNames, fieldNames } from './later-changes/fields.ts'
import { type Finding, isExplained } from './later-changes/finding.ts'
import { forbiddenSignatures } from './later-changes/permissions.ts'
import { checkUses, ObjectHistory } from './later-changes/references.ts'
import { applyRules } from './later-changes/rules.ts'
import { type AddedSignature, compareRevision, type Step } from './later-changes/step.ts'
import { firstStray } from './later-changes/stray-bytes.ts'

/** The updates of a document after a revision; what is said of one does not depend on where one began. */
interface Analysis {
  readonly from: number
  readonly findings: readonly Finding[]
  readonly signatures: readonly AddedSignature[]
}

/** A document with many signatures is analysed once for all of them. */
const analyses = new WeakMap<PdfDocument, Analysis>()

function unreadable(revision: number, error: unknown): Finding {
  if (!(error instanceof KysoError)) throw error
  return { code: 'unreadable', revision, detail: `${error.code}: ${error.message}` }
}

function analyse(document: PdfDocument, from: number): Analysis {
  const known = analyses.get(document)
  if (known && known.from <= from) return known
  const steps: Step[] = []
  const failures: Finding[] = []
  const history = new ObjectHistory()
  let names: FieldNames | undefined
  for (let revision = from + 1; revision < document.revisions.length; revision++) {
    try {
      const step = compareRevision(document, revision)
      applyRules(step, () => (names ??= fieldNames(step.before)))
      history.add(step)
      steps.push(step)
    } catch (error) {
      failures.push(unreadable(revision, error))
      if (isKysoError(error, 'ERR_BUDGET_EXCEEDED')) break
    }
  }
  const last = document.revisions.length - 1
  const final = steps.find(({ revision }) => revision === last)
  // Where the last update is not explained, no signature is helped by more being known.
  const needed = final?.findings.clean === true && steps.some(({ introduced, roles }) => introduced.size + roles.size > 0)
  if (needed) {
    try {
      checkUses(document, steps, history)
    } catch (error) {
      failures.push(unreadable(last, error))
    }
  }
  const findings = [...steps.flatMap((step) => step.findings.list), ...failures].sort((a, b) => a.revision - b.revision)
  const analysis = { from, findings, signatures: steps.flatMap(({ signatures }) => signatures) }
  analyses.set(document, analysis)
  return analysis
}

/** What stands behind the last `%%EOF`: some readers look for objects there. */
function trailingBytes(document: PdfDocument): Finding[] {
  const last = document.revisions.length - 1
  try {
    const stray = firstStray(document, document.revisions[last]?.end ?? 0, document.source.size, false)
    return stray < 0 ? [] : [{ code: 'trailingBytes', revision: last, detail: `bytes after the end of the last revision, at offset ${stray}` }]
  } catch (error) {
    return [unreadable(last, error)]
  }
}

function changesAfter(document: PdfDocument, revision: number): Finding[] {
  if (revision === document.revisions.length - 1) return []
  const { findings, signatures } = analyse(document, revision)
  const later = findings.filter((finding) => finding.revision > revision)
  try {
    const added = signatures.filter((signature) => signature.revision > revision)
    return [...later, ...(added.length > 0 ? forbiddenSignatures(document.asOf(revision), added) : [])]
  } catch (error) {
    return [...later, unreadable(revision, error)]
  }
}

/**
 * Explains what follows a signed revision, revision by revision. Signatures, document time-stamps and validation data are
 * explained as far as the signatures of the signed revision permit them, and so is what changes nothing; any other change is
 * listed. Asked for several revisions of one document, begin with the earliest: its analysis serves the others.
 *
 * @param document the whole file as it was opened
 * @param revision index of the revision that the signature signed
 * @returns `explained` with what was added, or `unexplained` with what stands against it only. It never throws for what is
 *   in the document: what cannot be read is not explained
 */
export function laterChanges(document: PdfDocument, revision: number): LaterChanges {
  if (!document.revisions[revision]) {
    return { kind: 'unexplained', changes: [{ code: 'revisionMissing', revision, detail: 'the signed revision is not among those of the file' }] }
  }
  const changes = [...changesAfter(document, revision), ...trailingBytes(document)]
  const unexplained = changes.filter((finding) => !isExplained(finding))
  if (unexplained.length > 0) return { kind: 'unexplained', changes: unexplained }
  return { kind: revision === document.revisions.length - 1 ? 'none' : 'explained', changes }
}
