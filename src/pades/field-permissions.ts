/** Whether fields may be added or filled: what encryption, certifications and locks of a document allow (ISO 32000-2 §7.6.4.2, §12.8.2). */
import { KysoError } from '../core/errors.ts'
import { integerOf, nameOf, PdfArray, PdfDict, type PdfDocument, type PdfObject } from '../pdf/index.ts'
import { signatureFields, textOf } from './fields.ts'

/** Bits of `/P` (table 22), by their values. */
const MODIFY = 1 << 3
const ANNOTATE = 1 << 5
const FILL_FORMS = 1 << 8

interface Lock {
  readonly action: string
  readonly fields: readonly string[]
}

/** What one signature says of later changes. */
interface Restriction {
  /** Name of its field; empty where the form has none for it. */
  readonly field: string
  readonly certified: boolean
  /** Strictest `/P`, of a certification or a lock; `undefined` where none is stated. */
  readonly permission: number | undefined
  readonly locks: readonly Lock[]
}

function get(document: PdfDocument, dict: PdfDict, key: string): PdfObject {
  return document.resolve(dict.get(key))
}

/** `/P`; what is none counts as the strictest. */
function permissionOf(document: PdfDocument, dict: PdfDict, absent: number | undefined): number | undefined {
  return dict.has('P') ? (integerOf(get(document, dict, 'P')) ?? 1) : absent
}

function lockOf(document: PdfDocument, dict: PdfDict): Lock {
  const fields = get(document, dict, 'Fields')
  const names = fields instanceof PdfArray ? fields.items.map((item) => (textOf(document.resolve(item)) ?? '').normalize('NFC')) : []
  return { action: nameOf(get(document, dict, 'Action')) ?? 'All', fields: names }
}

function restrictionOf(document: PdfDocument, field: string, signature: PdfDict, lock: PdfObject): Restriction {
  const permissions: (number | undefined)[] = []
  const locks: Lock[] = []
  let certified = false
  const references = get(document, signature, 'Reference')
  for (const item of references instanceof PdfArray ? references.items : []) {
    document.budget.spend('pdfObjects')
    const reference = document.resolve(item)
    if (!(reference instanceof PdfDict)) continue
    const method = nameOf(get(document, reference, 'TransformMethod'))
    const stated = get(document, reference, 'TransformParams')
    const parameters = stated instanceof PdfDict ? stated : new PdfDict()
    // Table 257: DocMDP without /P means 2.
    if (method === 'DocMDP') permissions.push(permissionOf(document, parameters, 2))
    if (method === 'FieldMDP') permissions.push(permissionOf(document, parameters, undefined))
    if (method === 'FieldMDP') locks.push(lockOf(document, parameters))
    certified ||= method === 'DocMDP'
  }
  if (lock instanceof PdfDict) {
    locks.push(lockOf(document, lock))
    permissions.push(permissionOf(document, lock, undefined))
  }
  const known = permissions.filter((one) => one !== undefined)
  return { field, certified, permission: known.length > 0 ? Math.min(...known) : undefined, locks }
}

/** A signature that claims bytes beyond the end would claim what is appended now. */
function checkEndsInFile(document: PdfDocument, signature: PdfDict, field: string): void {
  const range = get(document, signature, 'ByteRange')
  const [, , second = 0, length = 0] = range instanceof PdfArray ? range.items.slice(0, 4).map((item) => integerOf(document.resolve(item)) ?? 0) : []
  if (second + length > document.source.size)
    throw new KysoError('ERR_PDF_SIGNATURE_BROKEN', `the signature in ${field} covers more than the file has`, { field })
}

/** What the signatures of a document say, document time-stamps among them. */
function restrictionsOf(document: PdfDocument): Restriction[] {
  const signed = signatureFields(document, document.budget).flatMap(({ name, dict, value }): Restriction[] => {
    if (!value) return []
    checkEndsInFile(document, value, name)
    return [restrictionOf(document, name, value, get(document, dict, 'Lock'))]
  })
  const perms = get(document, document.catalog, 'Perms')
  const certification = perms instanceof PdfDict ? get(document, perms, 'DocMDP') : null
  if (!(certification instanceof PdfDict) || signed.some(({ certified }) => certified)) return signed
  return [...signed, { ...restrictionOf(document, '', certification, null), certified: true }]
}

function covers({ action, fields }: Lock, name: string): boolean {
  const listed = fields.some((one) => name === one || name.startsWith(`${one}.`))
  return action === 'Include' ? listed : action === 'Exclude' ? !listed : true
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
function checkMayAdd({ encryption }: PdfDocument): void {
  if (!encryption || encryption.isOwner || ((encryption.permissions & MODIFY) !== 0 && (encryption.permissions & ANNOTATE) !== 0)) return
  throw new KysoError('ERR_PDF_PERMISSION', 'the document’s permissions forbid adding fields', { permissions: encryption.permissions })
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
  const { encryption } = document
  if (encryption && !encryption.isOwner && (encryption.permissions & (ANNOTATE | FILL_FORMS)) === 0)
    throw new KysoError('ERR_PDF_PERMISSION', 'the document’s permissions forbid filling its fields', { permissions: encryption.permissions })
  for (const restriction of restrictionsOf(document)) {
    if ((restriction.permission ?? 3) < 2) throw refuse(restriction, `says with P=${restriction.permission ?? 1} that nothing may be changed`)
    checkLocks(document, restriction, names)
  }
}
