/** What the signatures of a revision permit to come after it (ISO 32000-2 §12.8.2.2 and §12.8.2.4, §12.7.5.5). */
import { integerOf, nameOf, PdfArray, PdfDict, type PdfDocument, type PdfObject } from '../../pdf/index.ts'
import { signatureFields, textOf } from '../fields.ts'
import { type Finding, levelOf } from './finding.ts'
import type { AddedSignature } from './step.ts'

interface Lock {
  readonly action: string
  readonly fields: readonly string[]
}

/** What signatures permit. */
export interface Permissions {
  /** P of the strictest certification or lock; 3 when there is none (table 236). */
  readonly p: number
  /** Whether a certification says so. */
  readonly certified: boolean
  readonly locks: readonly Lock[]
}

/** Reads the permissions that hold in a state of a document: those of the strictest of all its signatures. */
export function readPermissions(document: PdfDocument): Permissions {
  const get = (dict: PdfDict, key: string): PdfObject => document.resolve(dict.get(key))
  const locks: Lock[] = []
  let p = 3
  let certified = false
  const addLock = (dict: PdfDict): void => {
    const fields = get(dict, 'Fields')
    // However its letters are composed, it is the same name to whoever reads it.
    const names = fields instanceof PdfArray ? fields.items.map((item) => (textOf(document.resolve(item)) ?? '').normalize('NFC')) : []
    locks.push({ action: nameOf(get(dict, 'Action')) ?? 'All', fields: names })
  }
  const addSignature = (signature: PdfDict): void => {
    const references = get(signature, 'Reference')
    for (const item of references instanceof PdfArray ? references.items : []) {
      const reference = document.resolve(item)
      if (!(reference instanceof PdfDict)) continue
      const method = nameOf(get(reference, 'TransformMethod'))
      const parameters = get(reference, 'TransformParams')
      const dict = parameters instanceof PdfDict ? parameters : new PdfDict()
      if (method === 'FieldMDP') addLock(dict)
      // Table 259 of PDF 2.0: a lock's /P may be repeated here.
      if (method === 'FieldMDP' && dict.has('P')) p = Math.min(p, integerOf(get(dict, 'P')) ?? 1)
      if (method !== 'DocMDP') continue
      certified = true
      // Table 257: absent, it is 2. Anything else that is no P is taken for the strictest.
      const value = dict.has('P') ? (integerOf(get(dict, 'P')) ?? 1) : 2
      p = Math.min(p, value)
    }
  }
  for (const { dict, value } of signatureFields(document, document.budget)) {
    if (!value) continue
    addSignature(value)
    const lock = get(dict, 'Lock')
    if (!(lock instanceof PdfDict)) continue
    addLock(lock)
    if (lock.has('P')) p = Math.min(p, integerOf(get(lock, 'P')) ?? 1)
  }
  const perms = get(document.catalog, 'Perms')
  const certification = perms instanceof PdfDict ? get(perms, 'DocMDP') : null
  if (certification instanceof PdfDict) addSignature(certification)
  return { p, certified, locks }
}

/** A lock names fields, and with them all that lies below them. */
function isLocked({ action, fields }: Lock, qualifiedName: string): boolean {
  const name = qualifiedName.normalize('NFC')
  const named = fields.some((field) => name === field || name.startsWith(`${field}.`))
  if (action === 'Include') return named
  return action === 'Exclude' ? !named : true
}

const FORBIDDEN = { signing: 'signatureForbidden', filling: 'fillingForbidden', annotating: 'annotationForbidden' } as const

/**
 * Changes that are explained, and that the signatures of a state do not permit all the same.
 *
 * @param permissions of the state that was signed
 * @param changes all that came later; signatures among them are judged by {@link forbiddenSignatures}
 */
export function forbiddenChanges(document: PdfDocument, { p, locks }: Permissions, changes: readonly Finding[]): Finding[] {
  const names = locks.reduce((sum, { fields }) => sum + fields.length, 1)
  return changes.flatMap((change): Finding[] => {
    const level = levelOf(change)
    if (level === 'always' || level === 'signing') return []
    const { code, detail } = change
    if (p < (level === 'filling' ? 2 : 3)) {
      return [{ ...change, code: code === 'metadataAlone' ? 'metadataForbidden' : FORBIDDEN[level], detail: `P=${p} does not permit it: ${detail}` }]
    }
    if (code !== 'fieldFilled') return []
    document.budget.spend('pdfObjects', names)
    return locks.some((lock) => isLocked(lock, change.field ?? '')) ? [{ ...change, code: 'fieldLocked', detail: `it is locked: ${detail}` }] : []
  })
}

/**
 * Signatures that came later although the signatures of a state forbid them. Document time-stamps are permitted at any P
 * (§12.8.5 and PAdES), as long as they show nothing.
 *
 * @param document the state as it was signed
 * @param covers whether a new visible signature lies over what the page shows
 */
export function forbiddenSignatures(
  document: PdfDocument,
  { p, certified, locks }: Permissions,
  added: readonly AddedSignature[],
  covers: (signature: AddedSignature) => boolean,
): Finding[] {
  document.budget.spend('pdfObjects', added.length * locks.reduce((sum, { fields }) => sum + fields.length, 1))
  return added.flatMap((signature): Finding[] => {
    const { revision, name, kind, filled, rectangles } = signature
    const field = `field "${name.slice(0, 100)}"`
    const forbid = (detail: string): Finding[] => [{ code: 'signatureForbidden', revision, detail: `${field}: ${detail}`, field: name }]
    const visible = rectangles.length > 0
    if (kind === 'timestamp' && !visible) return []
    if (p < 2) return forbid(`P=${p} permits no change`)
    if (kind === 'empty' && certified) return forbid('fields may not be added after a certification')
    // Where annotations are not permitted, a signature may not do what one would: lie over the page. One that stands beside, or over
    // another signature as a seal does, is no more than a signature.
    if (visible && !filled && certified && p < 3 && covers(signature)) return forbid(`it was added over what the page shows, and P=${p} permits no annotations`)
    return locks.some((lock) => isLocked(lock, name)) ? [{ code: 'fieldLocked', revision, detail: `${field} is locked`, field: name }] : []
  })
}
