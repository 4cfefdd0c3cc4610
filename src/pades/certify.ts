/** Certifications and locks as a signature carries them (ISO 32000-2 §12.8.2.2, §12.8.2.4, §12.7.5.5). */
import { KysoError } from '../core/errors.ts'
import { nameOf, PdfArray, PdfDict, type PdfDocument, PdfName, PdfNumber, type PdfObject, PdfRef, pdfDict, withEntries } from '../pdf/index.ts'
import type { PdfUpdate } from '../pdf/writer.ts'
import { textOf } from './fields.ts'
import type { AccessPermission, FieldLock } from './options.ts'
import { pdfText } from './signature-field.ts'

/** What a signature shall forbid. */
export interface Restrictions {
  readonly certify?: AccessPermission | undefined
  readonly lock?: FieldLock | undefined
}

function isPermission(value: unknown): value is AccessPermission {
  return value === 1 || value === 2 || value === 3
}

/**
 * Checks what a caller asks for.
 *
 * @throws KysoError `ERR_ARGUMENT`
 */
export function checkRestrictions({ certify, lock }: Restrictions): void {
  const refuse = (argument: string, detail: string): KysoError => new KysoError('ERR_ARGUMENT', detail, { argument })
  if (certify !== undefined && !isPermission(certify)) throw refuse('certify', 'a certification permits 1, 2 or 3')
  if (!lock) return
  if (!['All', 'Include', 'Exclude'].includes(lock.action)) throw refuse('lock.action', 'a lock is for All fields, or to Include or Exclude some')
  // Table 236: /Fields is required for Include and Exclude. A list that All took no notice of would be a mistake of the caller's.
  if ((lock.action === 'All') !== (lock.fields === undefined)) throw refuse('lock.fields', 'names of fields go with Include and Exclude, and with them alone')
  if (lock.permission !== undefined && !isPermission(lock.permission)) throw refuse('lock.permission', 'a lock permits 1, 2 or 3')
}

/** A lock dictionary (table 236), or the same entries among the parameters of FieldMDP (table 259). */
function lockEntries({ action, fields, permission }: FieldLock): Record<string, PdfObject> {
  return {
    Action: new PdfName(action),
    ...(fields ? { Fields: new PdfArray(fields.map((name) => pdfText(name))) } : {}),
    ...(permission === undefined ? {} : { P: new PdfNumber(permission) }),
  }
}

/** `/Lock` for a field. An indirect reference, as table 235 wants it. */
export function lockDictionary(update: PdfUpdate, lock: FieldLock): PdfRef {
  return update.add(pdfDict({ Type: new PdfName('SigFieldLock'), ...lockEntries(lock) }))
}

/** Whether a field's own lock says what is asked for, so that asking is no contradiction. */
export function sameLock(document: PdfDocument, own: PdfDict, lock: FieldLock): boolean {
  const array = document.resolve(own.get('Fields'))
  const names = array instanceof PdfArray ? array.items.map((item) => textOf(document.resolve(item)) ?? '') : []
  const permission = document.resolve(own.get('P'))
  return (
    nameOf(document.resolve(own.get('Action'))) === lock.action &&
    (permission instanceof PdfNumber ? permission.value : undefined) === lock.permission &&
    JSON.stringify(lock.action === 'All' ? [] : names.sort()) === JSON.stringify([...(lock.fields ?? [])].sort())
  )
}

/** A signature reference dictionary (table 256). The digest entries of PDF 1.5 are deprecated, and mean nothing to PAdES. */
function signatureReference(method: string, parameters: Readonly<Record<string, PdfObject>>, data?: PdfRef): PdfDict {
  return pdfDict({
    Type: new PdfName('SigRef'),
    TransformMethod: new PdfName(method),
    TransformParams: pdfDict({ Type: new PdfName('TransformParams'), V: new PdfName('1.2'), ...parameters }),
    // Table 256: what the transform is over; required for FieldMDP, where it is the document.
    ...(data ? { Data: data } : {}),
  })
}

/**
 * `/Reference` of a signature: what it certifies, and what its field locks; `undefined` where it does neither.
 *
 * `/P` of a lock stands among the parameters of FieldMDP too: table 236 makes it hold through the field, and there are readers
 * that look at the signature only.
 *
 * @param own the lock of the field itself, which holds before that of the caller
 */
export function referencesOf(document: PdfDocument, { certify, lock }: Restrictions, own: PdfDict | undefined): PdfArray | undefined {
  const references: PdfDict[] = []
  if (certify !== undefined) references.push(signatureReference('DocMDP', { P: new PdfNumber(certify) }))
  if (own) {
    const entries = Object.fromEntries(['Action', 'Fields', 'P'].flatMap((key) => (own.has(key) ? [[key, own.get(key) as PdfObject]] : [])))
    references.push(signatureReference('FieldMDP', entries, document.catalogRef))
  } else if (lock) references.push(signatureReference('FieldMDP', lockEntries(lock), document.catalogRef))
  return references.length > 0 ? new PdfArray(references) : undefined
}

/** Names a signature as the certification in `/Perms` of the catalog (§12.8.6, table 263), beside what stands there. */
export function setCertification(update: PdfUpdate, catalog: PdfRef, signature: PdfRef): void {
  const dict = update.resolve(catalog) as PdfDict
  const entry = dict.get('Perms')
  const perms = update.resolve(entry)
  const changed = withEntries(perms instanceof PdfDict ? perms : new PdfDict(), { DocMDP: signature })
  // Usage rights in the same dictionary stay: they are nobody's here, and readers have dropped them.
  if (entry instanceof PdfRef && perms instanceof PdfDict) update.set(entry, changed)
  else update.set(catalog, withEntries(dict, { Perms: changed }))
}
