/** What a field makes of a value: text, an option, a state (ISO 32000-2 §12.7.5.2 to §12.7.5.4). */
import { fromUtf8, latin1 } from '../../core/bytes.ts'
import { KysoError } from '../../core/errors.ts'
import { integerOf, nameOf, PdfArray, PdfDict, type PdfDocument, type PdfObject } from '../../pdf/index.ts'
import { itemsOf, textOf } from '../fields.ts'
import type { FieldWidget, FormField } from './form-fields.ts'

/** Bits of `/Ff` (tables 227, 229, 231 and 233). */
export const FLAG = {
  readOnly: 1,
  multiline: 1 << 12,
  password: 1 << 13,
  noToggleToOff: 1 << 14,
  radio: 1 << 15,
  pushButton: 1 << 16,
  combo: 1 << 17,
  edit: 1 << 18,
  fileSelect: 1 << 20,
  comb: 1 << 24,
  richText: 1 << 25,
} as const

/** Why a field does not take a value; the catalogues name them. */
export type ValueFault = 'readOnly' | 'kind' | 'xfa' | 'characters' | 'lines' | 'length' | 'option' | 'state' | 'room'

/** `ERR_PDF_FIELD_VALUE` with the reason as data. */
export function valueError(field: string, why: ValueFault, detail: string): KysoError {
  return new KysoError('ERR_PDF_FIELD_VALUE', `the field ${field} ${detail}`, { field, why })
}

/** A value as it is stored: composed, with one kind of line end. */
export function storedText(value: string): string {
  return value.normalize('NFC').replace(/\r\n?/g, '\n')
}

/**
 * Checks a text against what its field takes.
 *
 * @param maxLength characters; `undefined` for any number
 * @throws KysoError `ERR_PDF_FIELD_VALUE`
 */
export function checkText(field: string, text: string, multiline: boolean, maxLength: number | undefined): void {
  // Halves of characters, and controls, which no font shows.
  if (/[\p{Cs}\p{Cc}]/u.test(text.replaceAll('\n', ''))) throw valueError(field, 'characters', 'takes text only')
  if (!multiline && text.includes('\n')) throw valueError(field, 'lines', 'takes one line only')
  if (maxLength !== undefined && [...text].length > maxLength) throw valueError(field, 'length', `takes ${maxLength} characters at most`)
}

/** An option of a choice: what is stored, and what is shown. */
export interface Option {
  readonly value: string
  readonly shown: string
}

/** `/Opt` of a choice (table 234). */
export function optionsOf(document: PdfDocument, field: FormField): Option[] {
  const items = itemsOf(document, field.attributes.get('Opt'))
  document.budget.spend('pdfObjects', items.length)
  return items.flatMap((item): Option[] => {
    const option = document.resolve(item)
    const [first, second] = option instanceof PdfArray ? option.items.map((one) => textOf(document.resolve(one))) : [textOf(option), textOf(option)]
    return first === undefined || second === undefined ? [] : [{ value: first, shown: second }]
  })
}

/** A state of a button: the name that is written, and the text that stands for it. */
export interface ButtonState {
  /** As it stands in the file, one character a byte. */
  readonly name: string
  readonly widget: FieldWidget
}

/** A name as a person reads it: names are UTF-8 by custom (§7.3.5). */
function readable(name: string): string {
  return (fromUtf8(latin1(name)) ?? name).normalize('NFC')
}

/** States of a widget's normal appearance, as drawn by the form's author. */
export function statesOf(document: PdfDocument, widget: PdfDict): string[] {
  const appearance = document.resolve(widget.get('AP'))
  const normal = appearance instanceof PdfDict ? document.resolve(appearance.get('N')) : null
  return normal instanceof PdfDict ? [...normal.entries.keys()] : []
}

/**
 * The state that a value means: by its name, or by what `/Opt` calls it (tables 230 and 231).
 *
 * @returns the name of the state; `Off` where the value says so
 * @throws KysoError `ERR_PDF_FIELD_VALUE` where no widget has it
 */
export function stateOf(document: PdfDocument, field: FormField, value: string): string {
  if (value === 'Off') {
    if ((field.flags & FLAG.noToggleToOff) !== 0 && (field.flags & FLAG.radio) !== 0) throw valueError(field.name, 'state', 'always has one button selected')
    return 'Off'
  }
  const options = itemsOf(document, field.attributes.get('Opt')).map((item) => textOf(document.resolve(item))?.normalize('NFC'))
  const widgets = field.widgets.map(({ dict }) => statesOf(document, dict).filter((state) => state !== 'Off'))
  const named = widgets.flat().find((state) => readable(state) === value)
  const exported = widgets.find((states, i) => states.length > 0 && options[i] === value)?.[0]
  const state = named ?? exported
  if (state === undefined) throw valueError(field.name, 'state', `has no state ${JSON.stringify(value)}`)
  return state
}

/** `/MaxLen`, where it is one. */
export function maxLengthOf(document: PdfDocument, object: PdfObject | undefined): number | undefined {
  const length = integerOf(document.resolve(object))
  return length !== undefined && length >= 0 ? length : undefined
}

/** The present value of a field as text; a name as a person reads it. */
export function presentValue(document: PdfDocument, field: FormField): string | undefined {
  const value = document.resolve(field.attributes.get('V'))
  return textOf(value) ?? nameOf(value)
}
