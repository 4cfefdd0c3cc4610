/**
 * What signatures, locks and encryption say of later changes, as it stands in the document (ISO 32000-2 §7.6.4.2, §12.7.5.5, §12.8.2);
 * what follows from it is decided where something is to be signed (`permissions.ts`), added or filled in (`forms/field-permissions.ts`).
 */
import { KysoError } from '../core/errors.ts'
import { integerOf, nameOf, PdfArray, PdfDict, type PdfDocument } from '../pdf/index.ts'
import { type SignatureField, textOf } from './fields.ts'

/** Bits of `/P` (table 22), by their values. */
const MODIFY = 1 << 3
const ANNOTATE = 1 << 5
const FILL_FORMS = 1 << 8

/** What `/P` of the encryption allows to who opened the document with the user password. */
export interface FormAccess {
  /** Bits 4 and 6. */
  readonly add: boolean
  /** Bit 6 or bit 9. */
  readonly fill: boolean
  readonly permissions: number
}

/** Reads it; an owner may do everything. */
export function formAccess({ encryption }: PdfDocument): FormAccess {
  if (!encryption || encryption.isOwner) return { add: true, fill: true, permissions: encryption?.permissions ?? -1 }
  const { permissions } = encryption
  const has = (bit: number): boolean => (permissions & bit) !== 0
  return { add: has(MODIFY) && has(ANNOTATE), fill: has(ANNOTATE) || has(FILL_FORMS), permissions }
}

/** One transform that a signature carries (§12.8.2). */
export interface Transform {
  readonly method: string
  readonly parameters: PdfDict
}

/** The transforms of a signature (table 256). */
export function transformsOf(document: PdfDocument, signature: PdfDict): Transform[] {
  const references = document.resolve(signature.get('Reference'))
  return (references instanceof PdfArray ? references.items : []).flatMap((item) => {
    document.budget.spend('pdfObjects')
    const reference = document.resolve(item)
    if (!(reference instanceof PdfDict)) return []
    const parameters = document.resolve(reference.get('TransformParams'))
    return [
      { method: nameOf(document.resolve(reference.get('TransformMethod'))) ?? '', parameters: parameters instanceof PdfDict ? parameters : new PdfDict() },
    ]
  })
}

/** The certification that the catalog names (§12.8.6). It counts whether or not a field has it as its value. */
export function certificationOf(document: PdfDocument): PdfDict | undefined {
  const perms = document.resolve(document.catalog.get('Perms'))
  const certification = perms instanceof PdfDict ? document.resolve(perms.get('DocMDP')) : null
  return certification instanceof PdfDict ? certification : undefined
}

/** The lock that a field has of its own, which holds once the field is signed. */
export function ownLock(document: PdfDocument, field: Pick<SignatureField, 'dict'>): PdfDict | undefined {
  const lock = document.resolve(field.dict.get('Lock'))
  return lock instanceof PdfDict ? lock : undefined
}

/** Which fields a lock or FieldMDP is for (tables 236 and 259). */
export interface Lock {
  readonly action: string
  /** In NFC: however its letters are composed, it is the same name to whoever reads it. */
  readonly fields: readonly string[]
}

/** Reads a lock dictionary, or the parameters of FieldMDP. Without the action that they must have, they are for all fields. */
export function readLock(document: PdfDocument, dict: PdfDict): Lock {
  const fields = document.resolve(dict.get('Fields'))
  const names = fields instanceof PdfArray ? fields.items.map((item) => (textOf(document.resolve(item)) ?? '').normalize('NFC')) : []
  return { action: nameOf(document.resolve(dict.get('Action'))) ?? 'All', fields: names }
}

/** Whether a lock covers a field: one that it names, or one below. */
export function covers({ action, fields }: Lock, qualifiedName: string): boolean {
  const name = qualifiedName.normalize('NFC')
  const listed = fields.some((one) => name === one || name.startsWith(`${one}.`))
  return action === 'Include' ? listed : action === 'Exclude' ? !listed : true
}

/**
 * A signature that claims bytes beyond the end would claim what is appended now: the result could not be explained.
 *
 * @throws KysoError `ERR_PDF_SIGNATURE_BROKEN`
 */
export function checkEndsInFile(document: PdfDocument, signature: PdfDict, field: string): void {
  const range = document.resolve(signature.get('ByteRange'))
  if (!(range instanceof PdfArray)) return
  const values = range.items.map((item) => integerOf(document.resolve(item)) ?? 0)
  for (let i = 0; i + 1 < values.length; i += 2) {
    if ((values[i] as number) + (values[i + 1] as number) > document.source.size)
      throw new KysoError('ERR_PDF_SIGNATURE_BROKEN', `the signature in ${field} covers more than the file has`, { field })
  }
}
