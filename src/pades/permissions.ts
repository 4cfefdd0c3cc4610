/** Whether a document may be signed: what its encryption, its certification and its locks allow (ISO 32000-2 §7.6.4.2, §12.8.2). */
import { KysoError } from '../core/errors.ts'
import { integerOf, type PdfDict, type PdfDocument } from '../pdf/index.ts'
import type { SignatureField } from './fields.ts'
import type { AccessPermission } from './options.ts'
import { certificationOf, checkEndsInFile, covers, formAccess, ownLock, readLock, transformsOf } from './restrictions.ts'

/** Refuses what `/P` does not allow to who opened the document with the user password. */
function checkEncryption(document: PdfDocument, existing: boolean): void {
  const { add, fill, permissions } = formAccess(document)
  if (existing ? fill : add) return
  const detail = existing ? 'the document’s permissions forbid filling its fields' : 'the document’s permissions forbid adding a signature field'
  throw new KysoError('ERR_PDF_PERMISSION', detail, { permissions })
}

/** What a signature's transforms leave. Usage rights are none of them: they are not looked at. */
function permissionOf(document: PdfDocument, signature: PdfDict, lock?: PdfDict): AccessPermission {
  let permission: AccessPermission = 3
  const lower = (dict: PdfDict, fallback: AccessPermission): void => {
    const stated = integerOf(document.resolve(dict.get('P'))) ?? fallback
    // Anything below 1 is no permission, and is taken for the strictest.
    if (stated < permission) permission = stated === 2 ? 2 : 1
  }
  for (const { method, parameters } of transformsOf(document, signature)) {
    // Table 257: DocMDP without /P means 2. FieldMDP has a /P only where a lock gave it one.
    if (method === 'DocMDP') lower(parameters, 2)
    else if (method === 'FieldMDP') lower(parameters, 3)
  }
  if (lock) lower(lock, 3)
  return permission
}

/**
 * What the signatures of a document allow: 1 no change, 2 filling in and signing, 3 annotating too, which is what there is without any
 * (table 236).
 */
export function documentPermission(document: PdfDocument, fields: readonly SignatureField[]): AccessPermission {
  const certification = certificationOf(document)
  const all = [
    ...(certification ? [permissionOf(document, certification)] : []),
    ...fields.flatMap((field) => (field.value ? [permissionOf(document, field.value, ownLock(document, field))] : [])),
  ]
  return all.includes(1) ? 1 : all.includes(2) ? 2 : 3
}

/** What is to be signed into. */
export interface SigningIntent {
  /** Fully qualified name of the field. */
  readonly name: string
  /** Whether the field is there. */
  readonly existing: boolean
  /** Whether it is to certify (§12.8.2.2). */
  readonly certify: boolean
}

/**
 * Checks that a signature may be added. A certification with P=2 allows new fields to be signed in, visibly too: table 257 names signing,
 * and says nothing of where; Vietnam's public services certify so and then set seal after seal.
 *
 * @param fields the signature fields of the document
 * @throws KysoError `ERR_PDF_PERMISSION`, `ERR_PDF_CERTIFIED`, `ERR_PDF_CERTIFY_FIRST`, `ERR_PDF_SIGNATURE_BROKEN`
 */
export function checkSigningAllowed(document: PdfDocument, fields: readonly SignatureField[], { name, existing, certify }: SigningIntent): void {
  checkEncryption(document, existing)
  const certification = certificationOf(document)
  const signed = fields.find(({ value }) => value)
  // §12.8.2.2.1: one certification, and it is the first signature.
  if (certify && (certification || signed))
    throw new KysoError('ERR_PDF_CERTIFY_FIRST', 'only the first signature of a document can certify it', signed ? { field: signed.name } : {})
  if (certification && permissionOf(document, certification) === 1)
    throw new KysoError('ERR_PDF_CERTIFIED', 'the certification in /Perms allows no change to the document')
  for (const field of fields) {
    if (!field.value) continue
    const lock = ownLock(document, field)
    if (permissionOf(document, field.value, lock) === 1)
      throw new KysoError('ERR_PDF_CERTIFIED', `the signature in ${field.name} allows no change to the document`, { field: field.name })
    const transforms = transformsOf(document, field.value).filter(({ method }) => method === 'FieldMDP')
    // A lock that stands in the field alone was signed with it, and verifiers hold to it. Whether `All` reaches fields that are made later
    // the standard does not say (table 259): who signs may make one, and a verifier may not like it.
    const locks = [...transforms.map(({ parameters }) => parameters), ...(lock ? [lock] : [])].map((one) => readLock(document, one))
    if (locks.some((one) => (existing || one.action === 'Include') && covers(one, name)))
      throw new KysoError('ERR_PDF_CERTIFIED', `the signature in ${field.name} locks the field ${name}`, { field: field.name, locked: name })
    checkEndsInFile(document, field.value, field.name)
  }
}
