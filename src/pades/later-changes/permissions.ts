/** What the signatures of a revision permit to come after it (ISO 32000-2 §12.8.2.2 and §12.8.2.4, §12.7.5.5). */
import { integerOf, nameOf, PdfArray, PdfDict, type PdfDocument, type PdfObject } from '../../pdf/index.ts'
import { signatureFields, textOf } from '../fields.ts'
import type { Finding } from './finding.ts'
import type { AddedSignature } from './step.ts'

interface Lock {
  readonly action: string
  readonly fields: readonly string[]
}

interface Permissions {
  /** P of the strictest certification or lock; 3 when there is none. */
  readonly p: number
  /** Whether a certification says so. */
  readonly certified: boolean
  readonly locks: readonly Lock[]
}

/** Reads the permissions that hold in a state of a document. */
function readPermissions(document: PdfDocument): Permissions {
  const get = (dict: PdfDict, key: string): PdfObject => document.resolve(dict.get(key))
  const locks: Lock[] = []
  let p = 3
  let certified = false
  const addLock = (dict: PdfDict): void => {
    const fields = get(dict, 'Fields')
    const names = fields instanceof PdfArray ? fields.items.map((item) => textOf(document.resolve(item)) ?? '') : []
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
function isLocked({ action, fields }: Lock, name: string): boolean {
  const named = fields.some((field) => name === field || name.startsWith(`${field}.`))
  if (action === 'Include') return named
  return action === 'Exclude' ? !named : true
}

/**
 * Signatures that came later although the signatures of a state forbid them. Document time-stamps are permitted at any P
 * (§12.8.5 and PAdES), as long as they show nothing.
 *
 * @param state the document as it was signed
 */
export function forbiddenSignatures(state: PdfDocument, added: readonly AddedSignature[]): Finding[] {
  if (added.length === 0) return []
  const { p, certified, locks } = readPermissions(state)
  state.budget.spend('pdfObjects', added.length * locks.reduce((sum, { fields }) => sum + fields.length, 1))
  return added.flatMap(({ revision, name, kind, filled, visible }): Finding[] => {
    const field = `field "${name.slice(0, 100)}"`
    const forbid = (detail: string): Finding[] => [{ code: 'signatureForbidden', revision, detail: `${field}: ${detail}` }]
    if (kind === 'timestamp' && !visible) return []
    if (p < 2) return forbid(`P=${p} permits no change`)
    if (kind === 'empty' && certified) return forbid('fields may not be added after a certification')
    // What a new widget covers is not looked into: below a certification that permits no annotations it could be one.
    if (visible && !filled && certified && p < 3) return forbid(`it was added visibly, and P=${p} permits no annotations`)
    return locks.some((lock) => isLocked(lock, name)) ? [{ code: 'fieldLocked', revision, detail: `${field} is locked` }] : []
  })
}
