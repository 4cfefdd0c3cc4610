/** Whether fields may be added or filled: what encryption, certifications and locks of a document allow (ISO 32000-2 §7.6.4.2, §12.8.2). */
import { KysoError } from '../../core/errors.ts'
import { integerOf, type PdfDict, type PdfDocument } from '../../pdf/index.ts'
import { signatureFields } from '../fields.ts'
import { certificationOf, checkEndsInFile, covers, formAccess, type Lock, ownLock, readLock, transformsOf } from '../restrictions.ts'

/** What one signature says of later changes. */
interface Restriction {
  /** Name of its field; empty where the form has none for it. */
  readonly field: string
  readonly certified: boolean
  /** Strictest `/P`, of a certification or a lock; `undefined` where none is stated. */
  readonly permission: number | undefined
  readonly locks: readonly Lock[]
}

/** `/P`; what is none counts as the strictest. */
function permissionOf(document: PdfDocument, dict: PdfDict, absent: number | undefined): number | undefined {
  return dict.has('P') ? (integerOf(document.resolve(dict.get('P'))) ?? 1) : absent
}

function restrictionOf(document: PdfDocument, field: string, signature: PdfDict, lock: PdfDict | undefined): Restriction {
  const permissions: (number | undefined)[] = []
  const locks: Lock[] = []
  let certified = false
  for (const { method, parameters } of transformsOf(document, signature)) {
    // Table 257: DocMDP without /P means 2.
    if (method === 'DocMDP') permissions.push(permissionOf(document, parameters, 2))
    if (method === 'FieldMDP') permissions.push(permissionOf(document, parameters, undefined))
    if (method === 'FieldMDP') locks.push(readLock(document, parameters))
    certified ||= method === 'DocMDP'
  }
  if (lock) {
    locks.push(readLock(document, lock))
    permissions.push(permissionOf(document, lock, undefined))
  }
  const known = permissions.filter((one) => one !== undefined)
  return { field, certified, permission: known.length > 0 ? Math.min(...known) : undefined, locks }
}

/** What the signatures of a document say, document time-stamps among them. */
function restrictionsOf(document: PdfDocument): Restriction[] {
  const signed = signatureFields(document, document.budget).flatMap((field): Restriction[] => {
    if (!field.value) return []
    checkEndsInFile(document, field.value, field.name)
    return [restrictionOf(document, field.name, field.value, ownLock(document, field))]
  })
  const certification = certificationOf(document)
  if (!certification || signed.some(({ certified }) => certified)) return signed
  return [...signed, { ...restrictionOf(document, '', certification, undefined), certified: true }]
}

function refuse({ field }: Restriction, detail: string, locked?: string): KysoError {
  return new KysoError('ERR_PDF_LOCKED', `the signature in ${field || 'the catalog'} ${detail}`, {
    ...(field ? { field } : {}),
    ...(locked === undefined ? {} : { locked }),
  })
}

function checkLocks(document: PdfDocument, restriction: Restriction, names: readonly string[]): void {
  document.budget.spend('pdfObjects', names.length * restriction.locks.reduce((sum, { fields }) => sum + fields.length, 1))
  for (const name of names) if (restriction.locks.some((lock) => covers(lock, name))) throw refuse(restriction, `locks the field ${name}`, name)
}

/** Refuses what `/P` does not allow to who opened the document with the user password. */
function checkMayAdd(document: PdfDocument): void {
  const { add, permissions } = formAccess(document)
  if (!add) throw new KysoError('ERR_PDF_PERMISSION', 'the document’s permissions forbid adding fields', { permissions })
}

/**
 * Checks that a document time-stamp may be added in a field of its own. No certification forbids it (§12.8.2.2, table 257, and §12.8.5).
 *
 * @throws KysoError `ERR_PDF_PERMISSION` (encryption), `ERR_PDF_SIGNATURE_BROKEN`
 */
export function checkTimestampAllowed(document: PdfDocument): void {
  checkMayAdd(document)
  for (const { name, value } of signatureFields(document, document.budget)) if (value) checkEndsInFile(document, value, name)
}

/**
 * Checks that fields may be added. A field with text would be new content of the document that somebody signed; a signature field
 * is none, unless a signature has said what may come after it.
 *
 * @param names of all fields, and those of the ones with text
 * @returns whether the document has a signature
 * @throws KysoError `ERR_PDF_PERMISSION` (encryption), `ERR_PDF_LOCKED`, `ERR_PDF_SIGNATURE_BROKEN`
 */
export function checkAddingAllowed(document: PdfDocument, names: readonly string[], texts: readonly string[]): boolean {
  checkMayAdd(document)
  const restrictions = restrictionsOf(document)
  for (const restriction of restrictions) {
    if (restriction.certified) throw refuse(restriction, 'certifies the document, so that no field may be added')
    if (restriction.permission !== undefined) throw refuse(restriction, `says with P=${restriction.permission} that no field may be added`)
    checkLocks(document, restriction, names)
    if (texts[0] !== undefined) throw refuse(restriction, `is over a document without the field ${texts[0]}`, texts[0])
  }
  return restrictions.length > 0
}

/**
 * Checks that fields may be filled in.
 *
 * @param names fully qualified, in NFC
 * @throws KysoError `ERR_PDF_PERMISSION` (encryption), `ERR_PDF_LOCKED` with the signature and the field, `ERR_PDF_SIGNATURE_BROKEN`
 */
export function checkFillingAllowed(document: PdfDocument, names: readonly string[]): void {
  const { fill, permissions } = formAccess(document)
  if (!fill) throw new KysoError('ERR_PDF_PERMISSION', 'the document’s permissions forbid filling its fields', { permissions })
  for (const restriction of restrictionsOf(document)) {
    if ((restriction.permission ?? 3) < 2) throw refuse(restriction, `says with P=${restriction.permission ?? 1} that nothing may be changed`)
    checkLocks(document, restriction, names)
  }
}
