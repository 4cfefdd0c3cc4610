/** Putting a signature into the form: into an existing field, or into a new one with an invisible widget (ISO 32000-2 §12.7.5.5). */
import { utf8 } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'
import { integerOf, PdfArray, PdfDict, type PdfDocument, PdfName, PdfNumber, type PdfObject, PdfRef, PdfString, pdfDict, withEntries } from '../pdf/index.ts'
import type { PdfUpdate } from '../pdf/writer.ts'
import { acroFormOf, type SignatureField, textOf } from './fields.ts'

/** A text string as PDF has it: ASCII as it is, anything else as UTF-16 with its mark (§7.9.2.2). */
export function pdfText(text: string): PdfString {
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
/** Print and Locked (table 167): the widget stays where it is. */
const WIDGET_FLAGS = 4 + 128

/** Names of all top-level fields, of whatever type. */
function topLevelNames(document: PdfDocument): Set<string> {
  const fields = document.resolve(acroFormOf(document)?.get('Fields'))
  const names = new Set<string>()
  for (const item of fields instanceof PdfArray ? fields.items : []) {
    const dict = document.resolve(item)
    const name = dict instanceof PdfDict ? textOf(document.resolve(dict.get('T'))) : undefined
    if (name !== undefined) names.add(name)
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
  const existing = fields.find((field) => field.name === name)
  if (existing?.value) throw new KysoError('ERR_PDF_FIELD', `the field ${name} is signed already`, { field: name, why: 'signed' })
  if (existing && !existing.ref) throw new KysoError('ERR_PDF_FIELD', `the field ${name} is no indirect object`, { field: name, why: 'direct' })
  if (existing) return { existing }
  if (topLevelNames(document).has(name)) throw new KysoError('ERR_PDF_FIELD', `the field ${name} is no signature field`, { field: name, why: 'type' })
  // §12.7.4.2: a period separates partial names, so it cannot stand in one.
  if (name === '' || name.includes('.')) throw new KysoError('ERR_PDF_FIELD', `a field cannot be called ${JSON.stringify(name)}`, { field: name, why: 'name' })
  return { name }
}

/** FieldMDP of the field's lock (§12.7.5.5): who signs the field locks what the lock names. */
function lockReference(document: PdfDocument, field: SignatureField): PdfObject | undefined {
  const lock = document.resolve(field.dict.get('Lock'))
  if (!(lock instanceof PdfDict)) return undefined
  const parameters: Record<string, PdfObject> = { Type: new PdfName('TransformParams'), V: new PdfName('1.2') }
  for (const key of ['Action', 'Fields', 'P']) {
    const value = lock.get(key)
    if (value !== undefined) parameters[key] = value
  }
  return new PdfArray([
    pdfDict({ Type: new PdfName('SigRef'), TransformMethod: new PdfName('FieldMDP'), TransformParams: pdfDict(parameters), Data: document.catalogRef }),
  ])
}

/** Fills an existing field; returns what the signature dictionary has to carry for its lock. */
export function fillField(document: PdfDocument, update: PdfUpdate, field: SignatureField, signature: PdfRef): PdfObject | undefined {
  update.set(field.ref as PdfRef, withEntries(field.dict, { V: signature }))
  setForm(document, update, undefined)
  return lockReference(document, field)
}

/** Adds a field with an invisible widget on the first page. */
export function addField(document: PdfDocument, update: PdfUpdate, name: string, signature: PdfRef): void {
  const page = firstPage(document)
  const field = update.add(
    pdfDict({
      Type: new PdfName('Annot'),
      Subtype: new PdfName('Widget'),
      FT: new PdfName('Sig'),
      T: pdfText(name),
      V: signature,
      F: new PdfNumber(WIDGET_FLAGS),
      Rect: new PdfArray([0, 0, 0, 0].map((n) => new PdfNumber(n))),
      ...(page ? { P: page.ref } : {}),
    }),
  )
  if (page) addAnnotation(document, update, page.ref, page.dict, field)
  setForm(document, update, field)
}

function firstPage(document: PdfDocument): { ref: PdfRef; dict: PdfDict } | undefined {
  for (const { ref, dict } of document.pages()) return ref ? { ref, dict } : undefined
  return undefined
}

/** Puts an annotation on a page, changing as few objects as can be. */
function addAnnotation(document: PdfDocument, update: PdfUpdate, pageRef: PdfRef, page: PdfDict, annotation: PdfRef): void {
  const annots = page.get('Annots')
  const array = document.resolve(annots)
  const items = array instanceof PdfArray ? array.items : []
  const grown = new PdfArray([...items, annotation])
  if (annots instanceof PdfRef && array instanceof PdfArray) update.set(annots, grown)
  else update.set(pageRef, withEntries(page, { Annots: grown }))
}

/** Sets the form's flags and, where one is given, adds a field: in the form's own object, or in the catalog that holds it. */
function setForm(document: PdfDocument, update: PdfUpdate, field: PdfRef | undefined): void {
  const entry = document.catalog.get('AcroForm')
  const form = acroFormOf(document) ?? new PdfDict()
  const changes: Record<string, PdfObject> = { SigFlags: new PdfNumber((integerOf(document.resolve(form.get('SigFlags'))) ?? 0) | SIG_FLAGS) }
  if (field) {
    const fields = form.get('Fields')
    const array = document.resolve(fields)
    const grown = new PdfArray([...(array instanceof PdfArray ? array.items : []), field])
    if (fields instanceof PdfRef && array instanceof PdfArray) update.set(fields, grown)
    else changes.Fields = grown
  }
  const flagged = integerOf(document.resolve(form.get('SigFlags'))) === integerOf(changes.SigFlags)
  if (flagged && !changes.Fields) return
  const changed = withEntries(form, changes)
  if (entry instanceof PdfRef && document.resolve(entry) instanceof PdfDict) update.set(entry, changed)
  else update.set(document.catalogRef, withEntries(document.catalog, { AcroForm: update.add(changed) }))
}
