/** Rule: the interactive form may get signature fields, and what programs add to it for their sake (ISO 32000-2 §12.7.3). */
import { nameOf, PdfDict, type PdfDocument, PdfNumber, type PdfObject, PdfRef } from '../../pdf/index.ts'
import { acroFormOf, itemsOf, textOf } from '../fields.ts'
import { differingKeys, growth, sameValue } from './compare.ts'
import { explainReached } from './reach.ts'
import type { Step } from './step.ts'

/** Names of the fields that lie directly in the form, gathered once and added to. */
export type FieldNames = Set<string>

/** The names in a form, as far as its first level goes. */
export function fieldNames(document: PdfDocument): FieldNames {
  const names: FieldNames = new Set()
  for (const item of itemsOf(document, acroFormOf(document)?.get('Fields'))) {
    const field = document.resolve(item)
    const name = field instanceof PdfDict ? textOf(document.resolve(field.get('T'))) : undefined
    if (name !== undefined) names.add(name)
  }
  return names
}

function touched({ changed, introduced }: Step, object: PdfObject | undefined): boolean {
  return object instanceof PdfRef && (changed.has(object.number) || introduced.has(object.number))
}

/**
 * Explains the form and the array of its fields.
 *
 * @returns what the array has in addition, still to be judged
 */
export function explainForm(step: Step): readonly PdfObject[] {
  const { before, after, changed, introduced, explained, roles, findings } = step
  const [oldEntry, entry] = [before.catalog.get('AcroForm'), after.catalog.get('AcroForm')]
  const [oldForm, form] = [acroFormOf(before), acroFormOf(after)]
  const array = form?.get('Fields')
  if (sameValue(oldEntry, entry) && !touched(step, entry) && !touched(step, array)) return []
  if (!form || form.duplicates.length > 0) {
    findings.add('formChanged', 'the catalog has no readable /AcroForm any more')
    return []
  }
  for (const key of oldForm ? differingKeys(oldForm, form) : form.entries.keys()) {
    if (key === 'Fields' || (key === 'SigFlags' && form.get(key) instanceof PdfNumber)) continue
    // /NeedAppearances has readers draw every field anew, signatures and fields with another look than their value among them.
    if (key === 'DR' && step.filled && resourcesGrow(step, oldForm, form)) explainReached(step, [form.get(key)])
    else if ((key === 'DA' || key === 'DR') && defaultsGrow(step, oldForm, form, key)) explainReached(step, [form.get(key)])
    else findings.add('formChanged', `/${key.slice(0, 40)} of the form has changed`)
  }
  for (const [object, role] of [
    [entry, 'AcroForm'],
    [array, 'Fields'],
  ] as const) {
    if (!(object instanceof PdfRef)) continue
    if (introduced.has(object.number)) explained.add(object.number)
    if (!changed.has(object.number)) continue
    explained.add(object.number)
    roles.set(object.number, role)
  }
  const extra = growth(itemsOf(before, oldForm?.get('Fields')), itemsOf(after, array))
  if (!extra) findings.add('formChanged', 'fields are missing from the form, or stand in another order')
  return extra ?? []
}

/**
 * Programs add a default appearance and its fonts when they first put a field into a form. Fields with text are drawn by
 * them, so that it is permitted only where there are none.
 */
function defaultsGrow(step: Step, oldForm: PdfDict | undefined, form: PdfDict, key: 'DA' | 'DR'): boolean {
  const { before } = step
  const onlySignatures = itemsOf(before, oldForm?.get('Fields')).every((item) => {
    const field = before.resolve(item)
    return field instanceof PdfDict && nameOf(field.get('FT')) === 'Sig'
  })
  if (!onlySignatures || before.resolve(oldForm?.get(key)) === null) return onlySignatures
  return key === 'DR' && resourcesGrow(step, oldForm, form)
}

/** Whether `/DR` has all that it had, as it was: a font under a name in use would draw other letters. */
function resourcesGrow({ before, after, changed }: Step, oldForm: PdfDict | undefined, form: PdfDict): boolean {
  const [entry, old, now] = [form.get('DR'), before.resolve(oldForm?.get('DR')), after.resolve(form.get('DR'))]
  if (!(now instanceof PdfDict) || now.duplicates.length > 0 || (entry instanceof PdfRef && changed.has(entry.number))) return false
  if (old === null) return true
  if (!(old instanceof PdfDict)) return false
  return [...old.entries].every(([kind, value]) => {
    const [a, b] = [before.resolve(value), after.resolve(now.get(kind))]
    return sameValue(a, b) || (a instanceof PdfDict && b instanceof PdfDict && [...a.entries].every(([name, resource]) => sameValue(resource, b.get(name))))
  })
}
