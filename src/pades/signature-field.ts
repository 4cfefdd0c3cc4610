/** The field that a signature goes into (ISO 32000-2 §12.7.5.5). */
import { utf8 } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'
import { type PdfDocument, PdfString } from '../pdf/index.ts'
import { type SignatureField, topLevelNames } from './fields.ts'

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
