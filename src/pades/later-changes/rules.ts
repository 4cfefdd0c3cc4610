/** The list of what an update may hold. Each rule names the objects it explains; what no rule explains is told. */
import { integerOf, nameOf, PdfDict, type PdfObject, PdfRef, PdfStream } from '../../pdf/index.ts'
import { signatureFields } from '../fields.ts'
import { explainAnnotations } from './annotations.ts'
import { differingKeys, sameValue } from './compare.ts'
import { explainFields } from './fields.ts'
import { explainFilling } from './filling.ts'
import type { UnexplainedCode } from './finding.ts'
import type { FieldNames } from './form.ts'
import { FormTree } from './form-tree.ts'
import { explainReached, explainValidationData } from './reach.ts'
import { visitDocument } from './references.ts'
import { explainSaving } from './saving.ts'
import { kindOf, type Step } from './step.ts'
import { explainStructure } from './structure.ts'
import { explainTemplates } from './templates.ts'

/**
 * Applies the rules to an update.
 *
 * @param names of the fields before it
 */
export function applyRules(step: Step, names: () => FieldNames): void {
  const tree = new FormTree(step.before)
  explainFilling(step, tree)
  const widgets = explainFields(step, names, tree)
  const hasData = explainValidationData(step)
  if (hasData) step.findings.add('validationData', 'certificates, CRLs or OCSP responses')
  explainAnnotations(step, widgets)
  explainStructure(step)
  explainTemplates(step)
  explainCatalog(step, explainSaving(step, hasData || step.filled || step.annotated || step.signatures.length > 0))
  explainContainers(step)
  explainLeftovers(step)
  tellTheRest(step)
}

/** In the catalog: validation data, the form (whose own rule looks into it), and developer extensions, which only grow (§7.12). */
function explainCatalog(step: Step, saved: ReadonlySet<string>): void {
  const { before, after, changed, introduced, explained, roles, findings } = step
  const { number } = after.catalogRef
  const extensions = after.catalog.get('Extensions')
  const grown = extensionsGrow(step)
  if (grown && extensions instanceof PdfRef) {
    if (introduced.has(extensions.number)) explained.add(extensions.number)
    if (changed.has(extensions.number)) {
      explained.add(extensions.number)
      roles.set(extensions.number, 'Extensions')
    }
  }
  if (before.catalogRef.number !== number || !changed.has(number)) return
  explained.add(number)
  const { duplicates } = after.catalog
  if (duplicates.length > 0) findings.add('catalogChanged', `/${duplicates[0]?.slice(0, 40)} stands twice in the catalog`)
  for (const key of differingKeys(before.catalog, after.catalog)) {
    if (key === 'DSS' && after.resolve(after.catalog.get('DSS')) instanceof PdfDict) continue
    if (key === 'AcroForm' && after.catalog.has('AcroForm')) continue
    if ((key === 'Extensions' && grown) || saved.has(key) || (key === 'Perms' && isCertification(step))) continue
    findings.add('catalogChanged', `/${key.slice(0, 40)} of the catalog has changed`)
  }
}

/** §12.8.6: a signature that came certifies. Where it is not the first it certifies nothing; what it says binds whoever comes after it. */
function isCertification(step: Step): boolean {
  const { before, after, introduced, signatureValues, findings } = step
  const entry = after.catalog.get('Perms')
  if (before.resolve(before.catalog.get('Perms')) !== null || (entry instanceof PdfRef && !introduced.has(entry.number))) return false
  const permissions = after.resolve(entry)
  const signature = permissions instanceof PdfDict && permissions.entries.size === 1 ? permissions.get('DocMDP') : undefined
  if (!(signature instanceof PdfRef) || !signatureValues.has(signature.number)) return false
  explainReached(step, [entry])
  const isFirst = signatureFields(before, before.budget).every(({ value }) => value === undefined)
  if (isFirst) findings.add('certificationAdded', 'the first signature certifies the document')
  else findings.add('certificationLate', 'a signature that is not the first says that it certifies the document')
  return true
}

function extensionsGrow({ before, after }: Step): boolean {
  const a = before.resolve(before.catalog.get('Extensions'))
  const b = after.resolve(after.catalog.get('Extensions'))
  if (!(b instanceof PdfDict) || b.duplicates.length > 0) return false
  return a === null || (a instanceof PdfDict && [...a.entries].every(([key, value]) => sameValue(value, b.get(key))))
}

/** Cross-reference streams and object streams hold the update, and nothing that it does not name. */
function explainContainers({ after, revision, introduced, explained, findings }: Step): void {
  const state = after.revisions[revision]
  if (!state) return
  const held = new Map<number, number>()
  for (const [, location] of state.entries) if (location.kind === 'compressed') held.set(location.stream, (held.get(location.stream) ?? 0) + 1)
  for (const number of introduced) {
    const count = held.get(number)
    const location = state.entries.get(number)
    if (count !== undefined || (location?.kind === 'offset' && location.offset === state.xrefOffset)) explained.add(number)
    const stream = count === undefined ? null : after.get(number)
    if (stream instanceof PdfStream && integerOf(after.resolve(stream.dict.get('N'))) !== count) {
      findings.add('strayBytes', `object stream ${number} has other objects than the update names`)
    }
  }
}

/** Left over by some programs: a cross-reference stream beside the table, a dictionary of validation data that was replaced. */
function explainLeftovers({ after, introduced, explained, roles }: Step): void {
  for (const number of introduced) {
    if (explained.has(number)) continue
    const object = after.get(number)
    const isXref = object instanceof PdfStream && nameOf(object.dict.get('Type')) === 'XRef'
    const isStore = object instanceof PdfDict && ['VRI', 'DSS'].includes(nameOf(object.get('Type')) ?? '')
    if (!isXref && !isStore) continue
    explained.add(number)
    roles.set(number, 'nothing')
  }
}

function tellTheRest({ after, before, changed, introduced, freed, explained, findings }: Step): void {
  for (const [number, change] of changed) {
    if (explained.has(number)) continue
    findings.add(codeOf(change.before, number, before.trailer.get('Info')), changeText(number, change.before, change.after), { object: number })
  }
  const left = [...introduced].filter((number) => !explained.has(number))
  if (left.length === 0 && freed.size === 0) return
  // An object that nothing refers to is not there for any reader: it is told, and what leads to it later on is judged then.
  const used = new Set<number>()
  visitDocument(after, (_, target) => used.add(target))
  const [unused, removed]: [number[], number[]] = [[], []]
  for (const number of left) {
    if (!used.has(number)) unused.push(number)
    // Enough is listed; the rest need not be read.
    else if (findings.full) return
    else findings.add('objectUnexplained', `object ${number} is new (${kindOf(after.get(number))}), and no permitted change needs it`, { object: number })
  }
  for (const [number, object] of freed) {
    if (!used.has(number)) removed.push(number)
    else findings.add('objectFreed', `object ${number} (${kindOf(object)}) is called free`, { object: number })
  }
  const list = (numbers: readonly number[]): string => `${numbers.slice(0, 5).join(', ')}${numbers.length > 5 ? ` and ${numbers.length - 5} more` : ''}`
  if (unused.length > 0) findings.add('objectUnused', `nothing uses object ${list(unused)}`)
  if (removed.length > 0) findings.add('objectRemoved', `nothing used object ${list(removed)} any more, now called free`)
}

function codeOf(object: PdfObject, number: number, info: PdfObject | undefined): UnexplainedCode {
  if (info instanceof PdfRef && info.number === number) return 'metadataChanged'
  const dict = object instanceof PdfStream ? object.dict : object
  if (!(dict instanceof PdfDict)) return 'objectChanged'
  const type = nameOf(dict.get('Type'))
  if (type === 'Metadata') return 'metadataChanged'
  if (type === 'Page' || type === 'Pages') return 'pageChanged'
  return dict.has('FT') || nameOf(dict.get('Subtype')) === 'Widget' ? 'fieldChanged' : 'objectChanged'
}

function changeText(number: number, before: PdfObject, after: PdfObject): string {
  const what = `object ${number} (${kindOf(before)})`
  if (before instanceof PdfDict && after instanceof PdfDict) {
    const keys = differingKeys(before, after).map((key) => `/${key.slice(0, 40)}`)
    return `${what} has changed in ${keys.slice(0, 8).join(', ')}`
  }
  return `${what} has changed${kindOf(before) === kindOf(after) ? '' : ` and is now ${kindOf(after)}`}`
}
