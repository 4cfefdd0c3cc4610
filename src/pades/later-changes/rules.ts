/** The list of what an update may hold. Each rule names the objects it explains; what no rule explains is told. */
import { integerOf, nameOf, PdfArray, PdfDict, type PdfObject, PdfRef, PdfStream } from '../../pdf/index.ts'
import { differingKeys, growth, sameValue } from './compare.ts'
import { explainFields } from './fields.ts'
import type { UnexplainedCode } from './finding.ts'
import type { FieldNames } from './form.ts'
import { explainValidationData } from './reach.ts'
import { explainSaving } from './saving.ts'
import { kindOf, type Step } from './step.ts'

const NOTHING: ReadonlySet<string> = new Set()

/**
 * Applies the rules to an update.
 *
 * @param names of the fields before it
 */
export function applyRules(step: Step, names: () => FieldNames): void {
  const widgets = explainFields(step, names)
  const hasData = explainValidationData(step)
  if (hasData) step.findings.add('validationData', 'certificates, CRLs or OCSP responses')
  explainPages(step, widgets)
  const saved = hasData || step.signatures.length > 0 ? explainSaving(step) : NOTHING
  explainCatalog(step, saved)
  explainContainers(step)
  explainLeftovers(step)
  tellTheRest(step)
}

/** A page's `/Annots` may grow by the widgets of new signature fields, and nothing else of it may change. */
function explainPages(step: Step, widgets: ReadonlySet<number>): void {
  const { before, after, changed, introduced, explained, roles } = step
  const isWidget = (item: PdfObject): boolean => item instanceof PdfRef && widgets.has(item.number)
  const grows = (a: PdfObject, b: PdfObject): boolean => {
    if ((a !== null && !(a instanceof PdfArray)) || !(b instanceof PdfArray)) return false
    return growth(a?.items ?? [], b.items)?.every(isWidget) ?? false
  }
  for (const [number, change] of changed) {
    if (explained.has(number)) continue
    const [a, b] = [change.before, change.after]
    if (a instanceof PdfArray && grows(a, b)) {
      explained.add(number)
      roles.set(number, 'Annots')
    } else if (
      a instanceof PdfDict &&
      b instanceof PdfDict &&
      nameOf(a.get('Type')) === 'Page' &&
      b.duplicates.length === 0 &&
      differingKeys(a, b).every((key) => key === 'Annots')
    ) {
      const annots = b.get('Annots')
      if (!grows(before.resolve(a.get('Annots')), after.resolve(annots))) continue
      explained.add(number)
      if (annots instanceof PdfRef && introduced.has(annots.number)) explained.add(annots.number)
    }
  }
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
    if ((key === 'Extensions' && grown) || saved.has(key)) continue
    findings.add('catalogChanged', `/${key.slice(0, 40)} of the catalog has changed`)
  }
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

function tellTheRest({ after, before, changed, introduced, explained, findings }: Step): void {
  for (const [number, change] of changed)
    if (!explained.has(number)) findings.add(codeOf(change.before, number, before.trailer.get('Info')), changeText(number, change.before, change.after))
  for (const number of introduced) {
    if (!explained.has(number))
      findings.add('objectUnexplained', `object ${number} is new (${kindOf(after.get(number))}), and neither signature nor validation data`)
    // Enough is listed; the rest need not be read.
    if (findings.full) return
  }
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
