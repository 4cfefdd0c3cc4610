/** Rule: the interactive form may get signature fields, and what programs add to it for their sake (ISO 32000-2 §12.7.3). */
import { nameOf, PdfArray, PdfDict, type PdfDocument, PdfNumber, type PdfObject, PdfRef } from '../../pdf/index.ts'
import { textOf } from '../fields.ts'
import { differingKeys, growth, sameValue } from './compare.ts'
import { explainReached } from './reach.ts'
import type { Step } from './step.ts'

/** Names of the fields that lie directly in the form, gathered once and added to. */
export type FieldNames = Set<string>

/** The interactive form; `null` when there is none. */
export function formOf(document: PdfDocument): PdfDict | null {
  const form = document.resolve(document.catalog.get('AcroForm'))
  return form instanceof PdfDict ? form : null
}

/** The items of an array; none where there is no array. */
export function itemsOf(document: PdfDocument, object: PdfObject | undefined): readonly PdfObject[] {
  const array = document.resolve(object)
  return array instanceof PdfArray ? array.items : []
}

/** The names in a form, as far as its first level goes. */
export function fieldNames(document: PdfDocument): FieldNames {
  const names: FieldNames = new Set()
  for (const item of itemsOf(document, formOf(document)?.get('Fields'))) {
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
  const [oldForm, form] = [formOf(before), formOf(after)]
  const array = form?.get('Fields')
  if (sameValue(oldEntry, entry) && !touched(step, entry) && !touched(step, array)) return []
  if (!form || form.duplicates.length > 0) {
    findings.add('formChanged', 'the catalog has no readable /AcroForm any more')
    return []
  }
  for (const key of oldForm ? differingKeys(oldForm, form) : form.entries.keys()) {
    if (key === 'Fields' || (key === 'SigFlags' && form.get(key) instanceof PdfNumber)) continue
    if ((key === 'DA' || key === 'DR') && defaultsGrow(step, oldForm, form, key)) explainReached(step, [form.get(key)])
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
function defaultsGrow({ before, after }: Step, oldForm: PdfDict | null, form: PdfDict, key: 'DA' | 'DR'): boolean {
  const onlySignatures = itemsOf(before, oldForm?.get('Fields')).every((item) => {
    const field = before.resolve(item)
    return field instanceof PdfDict && nameOf(field.get('FT')) === 'Sig'
  })
  const old = before.resolve(oldForm?.get(key))
  if (!onlySignatures || old === null) return onlySignatures
  const now = after.resolve(form.get(key))
  if (!(old instanceof PdfDict) || !(now instanceof PdfDict)) return false
  return [...old.entries].every(([kind, value]) => {
    const [a, b] = [before.resolve(value), after.resolve(now.get(kind))]
    return sameValue(a, b) || (a instanceof PdfDict && b instanceof PdfDict && [...a.entries].every(([name, resource]) => sameValue(resource, b.get(name))))
  })
}
