/** What follows a signature in its file: nothing, what is explained and permitted, or something that is not. */
import { attempt, isKysoError, KysoError } from '../core/errors.ts'
import type { LaterChange, LaterChanges } from '../facts/index.ts'
import type { PdfDocument } from '../pdf/index.ts'
import { type Finding, isExplained } from './later-changes/finding.ts'
import { type FieldNames, fieldNames } from './later-changes/form.ts'
import { Overlays } from './later-changes/overlays.ts'
import { forbiddenChanges, forbiddenSignatures, readPermissions } from './later-changes/permissions.ts'
import { placed } from './later-changes/places.ts'
import { ObjectHistory } from './later-changes/references.ts'
import { applyRules } from './later-changes/rules.ts'
import { type AddedAnnotation, type AddedSignature, compareRevision, type Step } from './later-changes/step.ts'
import { firstStray } from './later-changes/stray-bytes.ts'
import { checkUses } from './later-changes/uses.ts'

/** The updates of a document after a revision; what is said of one does not depend on where one began. */
interface Analysis {
  readonly from: number
  /** By ascending revision. */
  readonly explained: readonly Finding[]
  readonly unexplained: readonly Finding[]
  readonly signatures: readonly AddedSignature[]
  readonly annotations: readonly AddedAnnotation[]
}

/** A document with many signatures is analysed once for all of them. */
const analyses = new WeakMap<PdfDocument, Analysis>()
const tails = new WeakMap<PdfDocument, readonly Finding[]>()

/** How many changes are listed for one signature. */
const MAX_LISTED = 200

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
  let before: PdfDocument | undefined
  const last = document.revisions.length - 1
  for (let revision = from + 1; revision <= last; revision++) {
    try {
      const step = compareRevision(document, revision, before)
      before = step.after
      applyRules(step, () => (names ??= fieldNames(step.before)))
      history.add(step)
      steps.push(step)
    } catch (error) {
      before = undefined
      failures.push(unreadable(revision, error))
      if (isKysoError(error, 'ERR_BUDGET_EXCEEDED')) {
        // None of the later ones is known then.
        if (revision < last) failures.push(unreadable(last, error))
        break
      }
    }
  }
  if (steps.some(({ introduced, roles }) => introduced.size + roles.size > 0)) {
    try {
      checkUses(document, steps, history)
    } catch (error) {
      failures.push(unreadable(last, error))
    }
  }
  const findings = [...steps.flatMap((step) => step.findings.list), ...failures].sort((a, b) => a.revision - b.revision)
  const unexplained = findings.filter((finding) => !isExplained(finding))
  const analysis = {
    from,
    explained: findings.filter(isExplained),
    // Where they are helps to understand them; that they are there does not depend on it.
    unexplained: attempt(() => placed(document, () => document.asOf(from), unexplained)) ?? unexplained,
    signatures: steps.flatMap(({ signatures }) => signatures),
    annotations: steps.flatMap(({ annotations }) => annotations),
  }
  analyses.set(document, analysis)
  return analysis
}

/** What stands behind the last `%%EOF`: some readers look for objects there. */
function trailingBytes(document: PdfDocument): readonly Finding[] {
  const known = tails.get(document)
  if (known) return known
  const last = document.revisions.length - 1
  let findings: Finding[] = []
  try {
    const stray = firstStray(document, document.revisions[last]?.end ?? 0, document.source.size, false)
    if (stray >= 0) findings = [{ code: 'trailingBytes', revision: last, detail: `bytes after the end of the last revision, at offset ${stray}` }]
  } catch (error) {
    findings = [unreadable(last, error)]
  }
  tails.set(document, findings)
  return findings
}

/** Those of a list in ascending order that come after a revision. */
function after<T extends { readonly revision: number }>(list: readonly T[], revision: number, limit = list.length): T[] {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle] as T).revision > revision) high = middle
    else low = middle + 1
  }
  return list.slice(low, low + limit)
}

/** What the signatures of a revision do not permit, and what they permit and people should know of. */
function held(document: PdfDocument, revision: number, analysis: Analysis): { against: Finding[]; told: Finding[] } {
  const later = { explained: after(analysis.explained, revision), signatures: after(analysis.signatures, revision) }
  if (later.explained.length + later.signatures.length === 0) return { against: [], told: [] }
  try {
    const state = document.asOf(revision)
    const permissions = readPermissions(state)
    const overlays = new Overlays(state)
    const against = [
      ...forbiddenChanges(state, permissions, later.explained),
      ...forbiddenSignatures(state, permissions, later.signatures, (signature) => overlays.coversPage(signature)),
    ]
    if (against.length > 0) return { against, told: [] }
    return { against, told: overlays.tell(later.signatures, after(analysis.annotations, revision)) }
  } catch (error) {
    return { against: [unreadable(revision, error)], told: [] }
  }
}

/**
 * What was changed from one revision to a later one, whoever signed and whatever is permitted.
 *
 * @param from index of the earlier revision
 * @param to index of the later one
 */
export function changesBetween(document: PdfDocument, from: number, to: number): LaterChange[] {
  const { explained, unexplained } = analyse(document, from)
  const all = [...after(explained, from), ...after(unexplained, from)].filter(({ revision }) => revision <= to)
  return [...all.sort((a, b) => a.revision - b.revision), ...(to === document.revisions.length - 1 ? trailingBytes(document) : [])]
}

/**
 * Explains what follows a signed revision, revision by revision. Signatures, document time-stamps, validation data, values of
 * form fields and annotations are explained as far as the signatures of the signed revision permit them, and so is what changes
 * nothing; any other change is listed. Asked for several revisions of one document, begin with the earliest: its analysis serves the others.
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
  const tail = trailingBytes(document)
  if (revision === document.revisions.length - 1) return { kind: tail.length > 0 ? 'unexplained' : 'none', changes: tail }
  const analysis = analyse(document, revision)
  const { against, told } = held(document, revision, analysis)
  const all = [...after(analysis.unexplained, revision, MAX_LISTED), ...against, ...tail]
  if (all.length > 0) return { kind: 'unexplained', changes: all.slice(0, MAX_LISTED) }
  return { kind: 'explained', changes: [...told, ...after(analysis.explained, revision, MAX_LISTED)].slice(0, MAX_LISTED) }
}
