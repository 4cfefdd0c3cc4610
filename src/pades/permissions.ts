/** Whether a document may be signed: what its encryption, its certification and its locks allow (ISO 32000-2 §7.6.4.2, §12.8.2). */
import { KysoError } from '../core/errors.ts'
import { integerOf, nameOf, PdfArray, PdfDict, type PdfDocument } from '../pdf/index.ts'
import { type SignatureField, textOf } from './fields.ts'

/** Bits of `/P` (table 22), by their values. */
const MODIFY = 1 << 3
const ANNOTATE = 1 << 5
const FILL_FORMS = 1 << 8

/** Refuses what `/P` does not allow to who opened the document with the user password. */
function checkEncryption(document: PdfDocument, existing: boolean): void {
  const { encryption } = document
  if (!encryption || encryption.isOwner) return
  const has = (bit: number): boolean => (encryption.permissions & bit) !== 0
  // Filling a field asks for bit 6 or bit 9; making one asks for bits 4 and 6.
  if (existing ? has(ANNOTATE) || has(FILL_FORMS) : has(MODIFY) && has(ANNOTATE)) return
  throw new KysoError(
    'ERR_PDF_PERMISSION',
    existing ? 'the document’s permissions forbid filling its fields' : 'the document’s permissions forbid adding a signature field',
    {
      permissions: encryption.permissions,
    },
  )
}

/** One transform that a signature carries (§12.8.2). */
interface Transform {
  readonly method: string
  readonly parameters: PdfDict
}

function transformsOf(document: PdfDocument, signature: PdfDict): Transform[] {
  const references = document.resolve(signature.get('Reference'))
  if (!(references instanceof PdfArray)) return []
  return references.items.slice(0, 100).flatMap((item) => {
    const reference = document.resolve(item)
    if (!(reference instanceof PdfDict)) return []
    const parameters = document.resolve(reference.get('TransformParams'))
    return [
      { method: nameOf(document.resolve(reference.get('TransformMethod'))) ?? '', parameters: parameters instanceof PdfDict ? parameters : new PdfDict() },
    ]
  })
}

/** Access permission that a signed field's signature and lock leave: 1 no change, 2 filling and signing, 3 annotating too. */
function permissionOf(document: PdfDocument, field: SignatureField): number {
  let permission = 3
  const lower = (dict: PdfDict, fallback: number): void => {
    permission = Math.min(permission, integerOf(document.resolve(dict.get('P'))) ?? fallback)
  }
  if (!field.value) return permission
  for (const { method, parameters } of transformsOf(document, field.value)) {
    // Table 257: DocMDP without /P means 2. FieldMDP has a /P only where a lock gave it one.
    if (method === 'DocMDP') lower(parameters, 2)
    else if (method === 'FieldMDP') lower(parameters, 3)
  }
  const lock = document.resolve(field.dict.get('Lock'))
  if (lock instanceof PdfDict) lower(lock, 3)
  return permission
}

/** Whether a lock or FieldMDP covers a field (tables 236 and 259). */
function covers(document: PdfDocument, lock: PdfDict, name: string): boolean {
  const action = nameOf(document.resolve(lock.get('Action')))
  const fields = document.resolve(lock.get('Fields'))
  const names = fields instanceof PdfArray ? fields.items.map((item) => textOf(document.resolve(item)) ?? '') : []
  const listed = names.some((one) => name === one || name.startsWith(`${one}.`))
  return action === 'All' || (action === 'Include' && listed) || (action === 'Exclude' && !listed)
}

/**
 * Checks that a signature may be added.
 *
 * @param fields the signature fields of the document
 * @param existing name of the existing field that is to be filled, or `null` for a new one
 * @throws KysoError `ERR_PDF_PERMISSION`, `ERR_PDF_CERTIFIED`, `ERR_PDF_SIGNATURE_BROKEN`
 */
export function checkSigningAllowed(document: PdfDocument, fields: readonly SignatureField[], existing: string | null): void {
  checkEncryption(document, existing !== null)
  for (const field of fields) {
    if (!field.value) continue
    if (permissionOf(document, field) === 1)
      throw new KysoError('ERR_PDF_CERTIFIED', `the signature in ${field.name} allows no change to the document`, { field: field.name })
    if (existing !== null) {
      const locks = transformsOf(document, field.value).filter(({ method }) => method === 'FieldMDP')
      if (locks.some(({ parameters }) => covers(document, parameters, existing))) {
        throw new KysoError('ERR_PDF_CERTIFIED', `the signature in ${field.name} locks the field ${existing}`, { field: field.name, locked: existing })
      }
    }
    checkEndsInFile(document, field.value, field.name)
  }
}

/** A signature that claims bytes beyond the end would claim what is appended now: the result could not be explained. */
function checkEndsInFile(document: PdfDocument, signature: PdfDict, field: string): void {
  const range = document.resolve(signature.get('ByteRange'))
  if (!(range instanceof PdfArray)) return
  const values = range.items.map((item) => integerOf(document.resolve(item)) ?? 0)
  for (let i = 0; i + 1 < values.length; i += 2) {
    if ((values[i] as number) + (values[i + 1] as number) > document.source.size) {
      throw new KysoError('ERR_PDF_SIGNATURE_BROKEN', `the signature in ${field} covers more than the file has`, { field })
    }
  }
}
