/** Putting a signature into the form: into an existing field, or into a new one (ISO 32000-2 §12.7.5.5). */
import { KysoError } from '../core/errors.ts'
import { PdfDict, type PdfDocument, PdfName, PdfNumber, type PdfObject, type PdfRef, pdfDict, withEntries } from '../pdf/index.ts'
import type { PdfUpdate } from '../pdf/writer.ts'
import { lockDictionary } from './certify.ts'
import { pdfaClaim } from './conformance.ts'
import { changeForm, SIG_FLAGS } from './forms/insert.ts'
import { hiddenForm } from './forms/stream.ts'
import type { FieldLock, SignatureDescription } from './options.ts'
import type { SignaturePlace } from './place.ts'
import { ownLock } from './restrictions.ts'
import { pdfText } from './signature-field.ts'
import { tagWidget } from './structure.ts'
import { addAnnotation, appearanceEntry, hiddenWidgetEntries, widgetEntries } from './widget.ts'

/** Of a form with a signature: it exists, and the file may only be appended to. */
const SIGNED = SIG_FLAGS.signaturesExist | SIG_FLAGS.appendOnly

/**
 * Fills an existing field.
 *
 * @param form the appearance for its widget, imported
 */
export function fillField(
  document: PdfDocument,
  update: PdfUpdate,
  { existing, shown, signed }: SignaturePlace,
  signature: PdfRef,
  lock: FieldLock | undefined,
  form: PdfRef | undefined,
): void {
  if (!existing?.ref) throw new KysoError('ERR_ARGUMENT', 'there is no field to fill')
  const entries: Record<string, PdfObject> = { V: signature }
  // Under an earlier signature a field gets its value and nothing else: then the lock stands in the signature alone.
  if (lock && !signed && !ownLock(document, existing)) entries.Lock = lockDictionary(update, lock)
  update.set(existing.ref, withEntries(existing.dict, entries))
  if (form && shown?.widget) {
    const dict = update.resolve(shown.widget.ref)
    if (dict instanceof PdfDict) update.set(shown.widget.ref, withEntries(dict, appearanceEntry(form)))
  }
  changeForm(document, update, { flags: SIGNED })
}

/**
 * Adds a field with one widget: where it was placed, else invisible on the first page.
 *
 * @param form the appearance for its widget, imported
 */
export function addField(
  document: PdfDocument,
  update: PdfUpdate,
  { name, shown, signed }: SignaturePlace,
  signature: PdfRef,
  { lock, reason }: SignatureDescription,
  form: PdfRef | undefined,
): void {
  const placed = shown?.placed
  const page = placed ? placed.page.ref : firstPage(document)
  const field = update.allocate()
  const key = placed ? tagWidget(document, update, field, placed.page.ref, signed) : undefined
  update.set(
    field,
    pdfDict({
      ...(placed ? widgetEntries(placed) : hiddenWidgetEntries(page)),
      FT: new PdfName('Sig'),
      T: pdfText(name),
      // Table 226: what programs, and those who have the page read to them, call the field.
      ...(placed ? { TU: pdfText(reason || name) } : {}),
      V: signature,
      ...(form ? appearanceEntry(form) : placed || !needsAppearance(document) ? {} : appearanceEntry(update.add(hiddenForm()))),
      ...(lock ? { Lock: lockDictionary(update, lock) } : {}),
      ...structParent(key),
    }),
  )
  if (page) addAnnotation(update, page, field)
  changeForm(document, update, { fields: [field], flags: SIGNED })
}

/** ISO 19005-1 §6.9: every field has an appearance, also one that shows nothing. Later parts leave out those without a size. */
function needsAppearance(document: PdfDocument): boolean {
  return pdfaClaim(document)?.part === 1
}

function structParent(key: number | undefined): Record<string, PdfObject> {
  return key === undefined ? {} : { StructParent: new PdfNumber(key) }
}

function firstPage(document: PdfDocument): PdfRef | undefined {
  for (const { ref } of document.pages()) return ref ?? undefined
  return undefined
}
