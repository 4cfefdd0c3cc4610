/** The field that a signature goes into, and the form that names it (ISO 32000-2 §12.7.5.5). */
import { utf8 } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'
import { integerOf, PdfArray, PdfDict, type PdfDocument, PdfNumber, type PdfObject, PdfRef, PdfString, withEntries } from '../pdf/index.ts'
import type { PdfUpdate } from '../pdf/writer.ts'
import { acroFormOf, type SignatureField, textOf } from './fields.ts'

/** A text string as PDF has it: in NFC, ASCII as it is, anything else as UTF-16 with its mark (§7.9.2.2). */
export function pdfText(given: string): PdfString {
  // Composed letters are what fonts have, and what fields are found by.
  const text = given.normalize('NFC')
  const bytes = utf8(text)
  if (bytes.length === text.length) return new PdfString(bytes)
  const utf16 = new Uint8Array(2 + 2 * text.length)
  utf16.set([0xfe, 0xff])
  for (let i = 0; i < text.length; i++) {
    utf16[2 + 2 * i] = text.charCodeAt(i) >> 8
    utf16[3 + 2 * i] = text.charCodeAt(i) & 0xff
  }
  return new PdfString(utf16)
}

/** Flags of the form: signatures exist, and the file may only be appended to (table 225). */
const SIG_FLAGS = 3

/** Names of all top-level fields, of whatever type. */
function topLevelNames(document: PdfDocument): Set<string> {
  const fields = document.resolve(acroFormOf(document)?.get('Fields'))
  const names = new Set<string>()
  for (const item of fields instanceof PdfArray ? fields.items : []) {
    const dict = document.resolve(item)
    const name = dict instanceof PdfDict ? textOf(document.resolve(dict.get('T'))) : undefined
    if (name !== undefined) names.add(name.normalize('NFC'))
  }
  return names
}

/**
 * Which field a signature goes into.
 *
 * @throws KysoError `ERR_PDF_FIELD` where the name is taken by a signed field or by one of another type
 */
export function chooseField(
  document: PdfDocument,
  fields: readonly SignatureField[],
  name: string | undefined,
): { existing: SignatureField } | { name: string } {
  if (name === undefined) {
    const taken = new Set([...topLevelNames(document), ...fields.map((field) => field.name)])
    let n = 1
    while (taken.has(`Signature${n}`)) n++
    return { name: `Signature${n}` }
  }
  const composed = name.normalize('NFC')
  const existing = fields.find((field) => field.name === name) ?? fields.find((field) => field.name.normalize('NFC') === composed)
  if (existing?.value) throw new KysoError('ERR_PDF_FIELD', `the field ${name} is signed already`, { field: name, why: 'signed' })
  if (existing && !existing.ref) throw new KysoError('ERR_PDF_FIELD', `the field ${name} is no indirect object`, { field: name, why: 'direct' })
  if (existing) return { existing }
  if (topLevelNames(document).has(composed)) throw new KysoError('ERR_PDF_FIELD', `the field ${name} is no signature field`, { field: name, why: 'type' })
  // §12.7.4.2: a period separates partial names, so it cannot stand in one.
  if (name === '' || name.includes('.')) throw new KysoError('ERR_PDF_FIELD', `a field cannot be called ${JSON.stringify(name)}`, { field: name, why: 'name' })
  return { name: composed }
}

/** Sets the form's flags and, where one is given, adds a field: in the form's own object, or in the catalog that holds it. */
export function setForm(document: PdfDocument, update: PdfUpdate, field: PdfRef | undefined): void {
  const catalog = update.resolve(document.catalogRef) as PdfDict
  const entry = catalog.get('AcroForm')
  const resolved = update.resolve(entry)
  const form = resolved instanceof PdfDict ? resolved : new PdfDict()
  const flags = integerOf(update.resolve(form.get('SigFlags')))
  const changes: Record<string, PdfObject> = { SigFlags: new PdfNumber((flags ?? 0) | SIG_FLAGS) }
  if (field) {
    const fields = form.get('Fields')
    const array = update.resolve(fields)
    const grown = new PdfArray([...(array instanceof PdfArray ? array.items : []), field])
    if (fields instanceof PdfRef && array instanceof PdfArray) update.set(fields, grown)
    else changes.Fields = grown
  }
  if (flags === integerOf(changes.SigFlags) && !changes.Fields) return
  const changed = withEntries(form, changes)
  if (entry instanceof PdfRef && resolved instanceof PdfDict) update.set(entry, changed)
  else update.set(document.catalogRef, withEntries(catalog, { AcroForm: update.add(changed) }))
}
