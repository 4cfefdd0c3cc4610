/** Making form fields in one update: empty signature fields, and fields for text (ISO 32000-2 §12.7.5.3, §12.7.5.5). */
import { concat, latin1 } from '../../core/bytes.ts'
import { KysoError } from '../../core/errors.ts'
import { type DocumentInput, readAll } from '../../core/source.ts'
import { PdfName, PdfNumber, type PdfObject, type PdfRef, PdfString, pdfDict } from '../../pdf/index.ts'
import { PdfUpdate } from '../../pdf/writer.ts'
import { checkRestrictions, lockDictionary } from '../certify.ts'
import { topLevelNames } from '../fields.ts'
import { type PlacedWidget, placeWidget, viewOf } from '../placement.ts'
import { pdfText } from '../signature-field.ts'
import { tagWidget } from '../structure.ts'
import { addAnnotation, appearanceEntry, hiddenWidgetEntries, widgetEntries } from '../widget.ts'
import { type Drawing, drawText, emptyAppearance } from './draw.ts'
import type { FieldOptions, NewField, NewSignatureField, NewTextField } from './field-options.ts'
import { checkAddingAllowed } from './field-permissions.ts'
import { changeForm, FormFonts, SIG_FLAGS } from './insert.ts'
import { seedValueDictionary } from './new-seed-value.ts'
import { openForFields } from './open.ts'
import { hiddenForm } from './stream.ts'
import { checkText, FLAG, storedText } from './values.ts'

/** What all fields of one call are made with. */
interface Making extends Drawing {
  readonly fonts: FormFonts
  /** Whether the document has a signature. */
  readonly signed: boolean
}

/** Longest name; programs cut longer ones off, each in its own way. */
const MAX_NAME = 1000
const MAX_FONT_SIZE = 1000

function refuse(argument: string, detail: string): KysoError {
  return new KysoError('ERR_ARGUMENT', detail, { argument })
}

/** The names of the new fields, composed. */
function checkNames(fields: readonly NewField[], taken: Set<string>): string[] {
  return fields.map(({ name: given }) => {
    const name = given.normalize('NFC')
    // §12.7.4.2: a period separates partial names, so it cannot stand in one.
    if (name === '' || name.length > MAX_NAME || /[.\p{Cc}\p{Cs}]/u.test(name))
      throw new KysoError('ERR_PDF_FIELD', `a field cannot be called ${JSON.stringify(name)}`, { field: name, why: 'name' })
    if (taken.has(name)) throw new KysoError('ERR_PDF_FIELD', `there is a field ${name} already`, { field: name, why: 'taken' })
    taken.add(name)
    return name
  })
}

function checkTextField({ fontSize = 0, maxLength = 1 }: NewTextField): void {
  if (!(fontSize >= 0 && fontSize <= MAX_FONT_SIZE)) throw refuse('fontSize', 'a font size is a number of points')
  if (!Number.isSafeInteger(maxLength) || maxLength < 1) throw refuse('maxLength', 'a field takes a whole number of characters')
}

/** Puts a widget on its page and into the structure; gives the entries that say so. */
function place({ document, update, signed }: Making, field: PdfRef, placed: PlacedWidget): Record<string, PdfObject> {
  const key = tagWidget(document, update, field, placed.page.ref, signed)
  addAnnotation(update, placed.page.ref, field)
  const { MK, ...entries } = widgetEntries(placed)
  return {
    ...entries,
    // An empty field of a signed document shows nothing and says nothing of how it would.
    ...(MK === undefined || signed ? {} : { MK }),
    ...(key === undefined ? {} : { StructParent: new PdfNumber(key) }),
  }
}

function tooltip(text: string | undefined): Record<string, PdfObject> {
  return text === undefined ? {} : { TU: pdfText(text) }
}

function addSignatureField(making: Making, name: string, field: NewSignatureField, ref: PdfRef): void {
  const { document, update, pdfa } = making
  const placed = field.placement ? placeWidget(document, field.placement) : undefined
  const entries: Record<string, PdfObject> = {
    ...(placed ? place(making, ref, placed) : hidden(making, ref)),
    FT: new PdfName('Sig'),
    T: pdfText(name),
    ...tooltip(field.tooltip),
    ...(field.lock ? { Lock: lockDictionary(update, field.lock) } : {}),
    ...(field.seedValue ? { SV: seedValueDictionary(update, field.seedValue) } : {}),
  }
  // ISO 19005-2 §6.3.3: what has a place on a page has an appearance, be it a blank one; ISO 19005-1 §6.9: every field has.
  const wanted = pdfa && (placed || pdfa.part === 1)
  const blank = wanted ? (emptyAppearance(making, pdfDict(entries)) ?? update.add(hiddenForm())) : undefined
  update.set(ref, pdfDict({ ...entries, ...(blank ? appearanceEntry(blank) : {}) }))
}

/** A widget without a size on the first page. */
function hidden({ document, update }: Making, field: PdfRef): Record<string, PdfObject> {
  const [page] = document.pages()
  if (page?.ref) addAnnotation(update, page.ref, field)
  return hiddenWidgetEntries(page?.ref ?? undefined)
}

async function addTextField(making: Making, name: string, field: NewTextField, ref: PdfRef): Promise<void> {
  const { document, update, fonts } = making
  const { value = '', align = 'left', multiline = false, readOnly = false, maxLength } = field
  const text = storedText(value)
  checkText(name, text, multiline, maxLength)
  const placed = placeWidget(document, field.placement)
  // §8.3.2.3: sizes are in units of the page, which need not be points.
  const size = (field.fontSize ?? 0) / viewOf(document, placed.page).unit
  const font = fonts.use(field.font ?? 'Helvetica')
  const flags = (multiline ? FLAG.multiline : 0) | (readOnly ? FLAG.readOnly : 0)
  const quadding = ['left', 'centre', 'right'].indexOf(align)
  if (quadding < 0) throw refuse('align', 'text stands left, centre or right')
  const entries: Record<string, PdfObject> = {
    ...place(making, ref, placed),
    FT: new PdfName('Tx'),
    T: pdfText(name),
    ...tooltip(field.tooltip),
    DA: new PdfString(latin1(`/${font.name} ${Number(size.toFixed(4))} Tf 0 g`)),
    ...(quadding > 0 ? { Q: new PdfNumber(quadding) } : {}),
    ...(flags > 0 ? { Ff: new PdfNumber(flags) } : {}),
    ...(maxLength === undefined ? {} : { MaxLen: new PdfNumber(maxLength) }),
    ...(text === '' ? {} : { V: pdfText(text) }),
  }
  const shown = { field: name, text, style: { font: font.name, size, colour: [0] }, align, multiline, cells: 0, resource: font.resource }
  const form = await drawText({ ...making, appearance: field.appearance }, pdfDict(entries), shown)
  update.set(ref, pdfDict({ ...entries, ...(form ? appearanceEntry(form) : {}) }))
}

/**
 * Makes form fields: empty ones for signatures, visible or not, with what signing them locks and what they ask of who signs; and
 * fields for text, such as number and date of a document. No byte that was there changes. Fields for text have to be made before
 * the first signature, and no field can be added after one that certifies the document.
 *
 * @param document the whole PDF, or random access to it; not changed
 * @param fields at least one, with names that no field of the document has
 * @returns the document with one update
 * @throws KysoError `ERR_PDF_FIELD` for a name that cannot be, `ERR_PDF_PLACEMENT`, `ERR_PDF_LOCKED` where a signature forbids it,
 *   `ERR_PDF_PERMISSION`, `ERR_PDF_FIELD_VALUE` and `ERR_PDF_FIELD_TEXT` for a text that cannot be shown, `ERR_PDF_SIGNATURE_BROKEN`,
 *   `ERR_PDF_*` where the document cannot be read, `ERR_ARGUMENT`
 * @example
 * ```ts
 * const prepared = await addPdfFields(pdf, [
 *   { type: 'text', name: 'number', placement: { page: 1, rectangle: [10, 80, 60, 16] }, fontSize: 11 },
 *   { type: 'signature', name: 'director', placement: { page: -1, corner: 'bottom-right', x: 10, y: 10, width: 60, height: 30 } },
 *   { type: 'signature', name: 'seal', lock: { action: 'All' } },
 * ])
 * ```
 */
export async function addPdfFields(document: DocumentInput, fields: readonly NewField[], options: FieldOptions = {}): Promise<Uint8Array> {
  if (fields.length === 0) throw refuse('fields', 'there is no field to be added')
  for (const field of fields) {
    if (field.type === 'signature') checkRestrictions({ lock: field.lock })
    else if (field.type === 'text') checkTextField(field)
    else throw refuse('type', 'a field is for a signature or for text')
  }
  const { pdf, pdfa } = await openForFields(document, options)
  const names = checkNames(fields, topLevelNames(pdf))
  const texts = names.filter((_, i) => fields[i]?.type === 'text')
  const signed = checkAddingAllowed(pdf, names, texts)
  const update = new PdfUpdate(pdf)
  const fonts = new FormFonts(pdf, update)
  const making: Making = { document: pdf, update, pdfa, appearance: undefined, fonts, signed }
  const refs = fields.map(() => update.allocate())
  for (const [i, field] of fields.entries()) {
    const [name, ref] = [names[i] as string, refs[i] as PdfRef]
    if (field.type === 'signature') addSignatureField(making, name, field, ref)
    else await addTextField(making, name, field, ref)
  }
  changeForm(pdf, update, { fields: refs, flags: texts.length < fields.length ? SIG_FLAGS.signaturesExist : 0, fonts: fonts.added })
  return concat([readAll(pdf.source), update.build().bytes])
}
