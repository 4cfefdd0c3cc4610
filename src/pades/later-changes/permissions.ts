/** What the signatures of a revision permit to come after it (ISO 32000-2 §12.8.2.2 and §12.8.2.4, §12.7.5.5). */
import { integerOf, type PdfDict, type PdfDocument } from '../../pdf/index.ts'
import { signatureFields } from '../fields.ts'
import { certificationOf, covers, type Lock, ownLock, readLock, transformsOf } from '../restrictions.ts'
import { type Finding, levelOf } from './finding.ts'
import type { AddedSignature } from './step.ts'

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
  const locks: Lock[] = []
  let p = 3
  let certified = false
  // Anything that is no P is taken for the strictest.
  const lower = (dict: PdfDict, absent: number): void => {
    p = Math.min(p, dict.has('P') ? (integerOf(document.resolve(dict.get('P'))) ?? 1) : absent)
  }
  const addLock = (dict: PdfDict): void => {
    locks.push(readLock(document, dict))
    lower(dict, 3)
  }
  const addSignature = (signature: PdfDict): void => {
    for (const { method, parameters } of transformsOf(document, signature)) {
      // Table 259 of PDF 2.0: a lock's /P may be repeated here.
      if (method === 'FieldMDP') addLock(parameters)
      if (method !== 'DocMDP') continue
      certified = true
      // Table 257: absent, it is 2.
      lower(parameters, 2)
    }
  }
  for (const field of signatureFields(document, document.budget)) {
    if (!field.value) continue
    addSignature(field.value)
    const lock = ownLock(document, field)
    if (lock) addLock(lock)
  }
  const certification = certificationOf(document)
  if (certification) addSignature(certification)
  return { p, certified, locks }
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
    return locks.some((lock) => covers(lock, change.field ?? '')) ? [{ ...change, code: 'fieldLocked', detail: `it is locked: ${detail}` }] : []
  })
}

/**
 * Signatures that came later although the signatures of a state forbid them. Document time-stamps are permitted at any P
 * (§12.8.5 and PAdES), as long as they show nothing.
 *
 * @param document the state as it was signed
 * @param hides whether a new visible signature lies over what the page shows
 */
export function forbiddenSignatures(
  document: PdfDocument,
  { p, certified, locks }: Permissions,
  added: readonly AddedSignature[],
  hides: (signature: AddedSignature) => boolean,
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
    if (visible && !filled && certified && p < 3 && hides(signature)) return forbid(`it was added over what the page shows, and P=${p} permits no annotations`)
    return locks.some((lock) => covers(lock, name)) ? [{ code: 'fieldLocked', revision, detail: `${field} is locked`, field: name }] : []
  })
}
