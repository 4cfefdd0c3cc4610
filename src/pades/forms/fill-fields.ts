/** Filling form fields in an update: value, state and appearance, and nothing else (ISO 32000-2 §12.7.5.2 to §12.7.5.4). */
import { concat } from '../../core/bytes.ts'
import { KysoError } from '../../core/errors.ts'
import { type DocumentInput, readAll } from '../../core/source.ts'
import { integerOf, nameOf, type PdfDict, PdfName, type PdfObject, type PdfRef, withEntries } from '../../pdf/index.ts'
import { PdfUpdate } from '../../pdf/writer.ts'
import { acroFormOf } from '../fields.ts'
import { pdfText } from '../signature-field.ts'
import { alignmentOf, type Drawing, drawList, drawText, hasNormal, withNormal } from './draw.ts'
import type { FillPdfFieldsOptions } from './field-options.ts'
import { checkFillingAllowed } from './field-permissions.ts'
import { type FieldWidget, type FormField, formFields } from './form-fields.ts'
import { styleOf } from './look.ts'
import { openForFields } from './open.ts'
import { checkText, FLAG, maxLengthOf, optionsOf, presentValue, stateOf, statesOf, storedText, valueError } from './values.ts'

/** A field that takes a value. */
interface Filling extends Drawing {
  readonly field: FormField
  readonly value: string
}

/** Bit 10 of `/F` (table 167): what the annotation holds is not to be changed. */
const LOCKED_CONTENTS = 1 << 9
/** Of radio buttons, bit 26 (table 229): those of one state are turned on together. */
const IN_UNISON = 1 << 25

/** Names and values, composed. A value under two spellings of one name would be two values for one field. */
function wishesOf(values: ReadonlyMap<string, string> | Readonly<Record<string, string>>): Map<string, string> {
  const wishes = new Map<string, string>()
  for (const [name, value] of values instanceof Map ? values : Object.entries(values)) {
    if (typeof name !== 'string' || typeof value !== 'string' || wishes.has(name.normalize('NFC')))
      throw new KysoError('ERR_ARGUMENT', `the value of the field ${String(name)} is no text, or there are two of it`, { argument: 'values' })
    wishes.set(name.normalize('NFC'), storedText(value))
  }
  return wishes
}

function checkFillable({ document, field }: Filling): void {
  const { name, type, flags, ref, widgets } = field
  if (type !== 'Tx' && type !== 'Ch' && type !== 'Btn') throw valueError(name, 'kind', 'is no field that is filled in')
  if (type === 'Btn' && (flags & FLAG.pushButton) !== 0) throw valueError(name, 'kind', 'is a push button')
  // A password is not to be stored, a file would have to be taken in, and rich text has a second value beside the first.
  if (type === 'Tx' && (flags & (FLAG.password | FLAG.fileSelect | FLAG.richText)) !== 0) throw valueError(name, 'kind', 'is for passwords, files or rich text')
  const locked = widgets.some(({ dict }) => ((integerOf(document.resolve(dict.get('F'))) ?? 0) & LOCKED_CONTENTS) !== 0)
  if (locked || (flags & FLAG.readOnly) !== 0) throw valueError(name, 'readOnly', 'can only be read')
  if (!ref || widgets.some((widget) => !widget.ref)) throw valueError(name, 'kind', 'is no indirect object')
}

/** Writes the changes of a field and its widgets; where the field is its only widget, into one object. */
function write({ update, field }: Filling, value: PdfObject, widgets: ReadonlyMap<FieldWidget, Readonly<Record<string, PdfObject>>>): true {
  const own = field.widgets.find(({ ref }) => ref?.number === field.ref?.number)
  update.set(field.ref as PdfRef, withEntries(field.dict, { V: value, ...(own ? widgets.get(own) : {}) }))
  for (const [widget, changes] of widgets)
    if (widget !== own && Object.keys(changes).length > 0) update.set(widget.ref as PdfRef, withEntries(widget.dict, changes))
  return true
}

/** `/DA` and `/Q`, which a widget may have of its own; else the field's, or the form's. */
function textStyle({ document, field }: Filling, widget: PdfDict): Pick<Parameters<typeof drawText>[2], 'style' | 'align'> {
  const form = acroFormOf(document)
  const entry = (key: string): PdfObject | undefined => widget.get(key) ?? field.attributes.get(key) ?? form?.get(key)
  return { style: styleOf(document.resolve(entry('DA'))), align: alignmentOf(document, entry('Q')) }
}

/** Nothing is written for a value that stands there already and is shown: it would be a change of the appearance alone. */
function isFilled({ document, field, value }: Filling): boolean {
  return presentValue(document, field) === value && field.widgets.every(({ dict }) => hasNormal(document, dict))
}

async function fillText(filling: Filling): Promise<boolean> {
  const { document, field, value } = filling
  const multiline = (field.flags & FLAG.multiline) !== 0
  const maxLength = maxLengthOf(document, field.attributes.get('MaxLen'))
  checkText(field.name, value, multiline, maxLength)
  if (isFilled(filling)) return false
  // Table 231: cells only where nothing else contradicts them.
  const cells = (field.flags & FLAG.comb) !== 0 && !multiline ? (maxLength ?? 0) : 0
  const widgets = new Map<FieldWidget, Record<string, PdfObject>>()
  for (const widget of field.widgets) {
    const form = await drawText(filling, widget.dict, { field: field.name, text: value, multiline, cells, ...textStyle(filling, widget.dict) })
    widgets.set(widget, form ? { AP: withNormal(document, widget.dict, form) } : {})
  }
  return write(filling, pdfText(value), widgets)
}

async function fillChoice(filling: Filling): Promise<boolean> {
  const { document, field, value } = filling
  const options = optionsOf(document, field)
  const at = options.findIndex((one) => one.value.normalize('NFC') === value)
  const index = at >= 0 ? at : options.findIndex((one) => one.shown.normalize('NFC') === value)
  const combo = (field.flags & FLAG.combo) !== 0
  if (index < 0 && !(combo && (field.flags & FLAG.edit) !== 0)) throw valueError(field.name, 'option', `has no option ${JSON.stringify(value)}`)
  const option = options[index] ?? { value, shown: value }
  checkText(field.name, option.shown, false, undefined)
  if (isFilled({ ...filling, value: option.value })) return false
  const widgets = new Map<FieldWidget, Record<string, PdfObject>>()
  for (const widget of field.widgets) {
    const common = { field: field.name, ...textStyle(filling, widget.dict) }
    const top = integerOf(document.resolve(field.dict.get('TI'))) ?? 0
    const lines = options.map(({ shown }) => shown.normalize('NFC'))
    const form = combo
      ? await drawText(filling, widget.dict, { ...common, text: option.shown.normalize('NFC'), multiline: false, cells: 0 })
      : drawList(filling, widget.dict, top, { ...common, lines, selected: index })
    widgets.set(widget, form ? { AP: withNormal(document, widget.dict, form) } : {})
  }
  return write(filling, pdfText(option.value), widgets)
}

/** Check boxes and radio buttons: the state of each widget, among those that the form's author has drawn. */
function fillButton(filling: Filling): boolean {
  const { document, field, value } = filling
  const state = stateOf(document, field, value)
  const alone = (field.flags & FLAG.radio) !== 0 && (field.flags & IN_UNISON) === 0
  let on = false
  const widgets = new Map<FieldWidget, Record<string, PdfObject>>()
  for (const widget of field.widgets) {
    const isOn: boolean = state !== 'Off' && !(alone && on) && statesOf(document, widget.dict).includes(state)
    on ||= isOn
    const wanted = isOn ? state : 'Off'
    const present = nameOf(document.resolve(widget.dict.get('AS')))
    widgets.set(widget, present === wanted ? {} : { AS: new PdfName(wanted) })
  }
  const shown = [...widgets.values()].every((changes) => Object.keys(changes).length === 0)
  if (shown && (nameOf(document.resolve(field.attributes.get('V'))) ?? 'Off') === state) return false
  return write(filling, new PdfName(state), widgets)
}

/** @returns whether anything was to be changed */
async function fill(filling: Filling): Promise<boolean> {
  checkFillable(filling)
  if (filling.field.type === 'Tx') return fillText(filling)
  return filling.field.type === 'Ch' ? fillChoice(filling) : fillButton(filling)
}

/**
 * Fills form fields: text, check boxes, radio buttons and choices. No byte that was there changes, and what is appended is what
 * signatures allow as filling in: values, the states of buttons, and new appearances. Scripts of the form are not run.
 *
 * Text is drawn by `appearance`, or with the font of the field, which has western letters only as a rule: a letter that it does not
 * have is an error, never left out.
 *
 * @param document the whole PDF, or random access to it; not changed
 * @param values by fully qualified name. For check boxes and radio buttons the name of a state, or `Off`; for choices an option
 * @returns the document with one update; as it was where every field had its value already
 * @throws KysoError `ERR_PDF_FIELD` where there is no such field, `ERR_PDF_FIELD_VALUE` where it does not take the value,
 *   `ERR_PDF_FIELD_TEXT` where a letter cannot be shown, `ERR_PDF_LOCKED` where a signature forbids it, `ERR_PDF_PERMISSION`,
 *   `ERR_PDF_SIGNATURE_BROKEN`, `ERR_PDF_*` where the document cannot be read, `ERR_ARGUMENT`
 * @example
 * ```ts
 * const form = await addPdfFields(pdf, [{ type: 'text', name: 'number', placement: { page: 1, rectangle: [10, 80, 60, 16] } }])
 * const filled = await fillPdfFields(form, { number: '12/2026' })
 * ```
 */
export async function fillPdfFields(
  document: DocumentInput,
  values: ReadonlyMap<string, string> | Readonly<Record<string, string>>,
  options: FillPdfFieldsOptions = {},
): Promise<Uint8Array> {
  const wishes = wishesOf(values)
  const { pdf, pdfa } = await openForFields(document, options)
  const fields = new Map<string, FormField[]>()
  for (const field of formFields(pdf)) {
    const same = fields.get(field.name)
    if (same) same.push(field)
    else fields.set(field.name, [field])
  }
  for (const name of wishes.keys()) if (!fields.has(name)) throw new KysoError('ERR_PDF_FIELD', `there is no field ${name}`, { field: name, why: 'missing' })
  const [first] = wishes.keys()
  // XFA is a second form beside this one: readers that know it would show the old values.
  if (first !== undefined && acroFormOf(pdf)?.has('XFA')) throw valueError(first, 'xfa', 'is in a form with XFA')
  checkFillingAllowed(pdf, [...wishes.keys()])
  const update = new PdfUpdate(pdf)
  const drawing: Drawing = { document: pdf, update, pdfa, appearance: options.appearance }
  // §12.7.4.2: fields of one name are one field, and have one value.
  let changed = false
  for (const [name, value] of wishes) for (const field of fields.get(name) ?? []) if (await fill({ ...drawing, field, value })) changed = true
  const whole = readAll(pdf.source)
  return changed ? concat([whole, update.build().bytes]) : whole
}
