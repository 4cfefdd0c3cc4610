/** The states in which a PDF was saved: who signed each, what it forbids, and what each update changed. */
import { isKysoError } from '../../core/errors.ts'
import { safeText } from '../../core/text.ts'
import type { LaterChange, ReadSignature, ReadTimestamp } from '../../facts/index.ts'
import { type Permissions, readPermissions } from '../../pades/later-changes/permissions.ts'
import { changesBetween } from '../../pades/later-changes.ts'
import { nameOf, PdfDict, type PdfDocument, type PdfObject, PdfStream } from '../../pdf/index.ts'

/** Objects of an update that are named one by one. */
const MAX_LISTED = 12

/** Signed states of which it is looked up what they forbid: each asks all signatures before it. */
const MAX_RESTRICTED = 50

/** A saved state. */
export interface RevisionInspection {
  readonly start: number
  readonly end: number
  readonly xref: string
  readonly xrefOffset: number
  readonly linearized: boolean
  readonly entries: number
  /** Signatures and document time-stamps over this state, by `id`. */
  readonly signedBy: readonly string[]
  /** What its signatures forbid from then on, beyond what was forbidden before. */
  readonly restricts?: Restriction
  /** Of updates: what they changed. */
  readonly changes?: readonly LaterChange[]
  /** Of updates: the objects they bring, the first ones. */
  readonly objects?: readonly { readonly number: number; readonly what: string }[]
}

/** What the signatures of a state forbid. */
export interface Restriction {
  readonly certified: boolean
  /** `P` of certification and locks (ISO 32000-2 tables 236 and 257), where it is stricter than before. */
  readonly permission?: number
  readonly locks: Permissions['locks']
}

/** The value of a reading of something that may be damaged. */
export function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch (error) {
    if (!isKysoError(error)) throw error
    return otherwise
  }
}

/** The story of a file. */
export function inspectRevisions(document: PdfDocument, signed: readonly (ReadSignature | ReadTimestamp)[]): RevisionInspection[] {
  const last = document.revisions.length - 1
  const changes = new Map<number, LaterChange[]>()
  for (const change of last > 0 ? attempt(() => changesBetween(document, 0, last), []) : []) add(changes, change.revision, change)
  const signers = new Map<number, string[]>()
  for (const { id, scope } of signed) if (scope.kind === 'revision' && scope.revision >= 0) add(signers, scope.revision, id)
  const restrictions = restrictionsOf(
    document,
    [...signers.keys()].sort((a, b) => a - b),
  )
  return document.revisions.map((_, i) => {
    const restricts = restrictions.get(i)
    return {
      ...inspectRevision(document, i),
      signedBy: signers.get(i) ?? [],
      ...(restricts ? { restricts } : {}),
      ...(i > 0 ? { changes: changes.get(i) ?? [] } : {}),
    }
  })
}

function add<T>(lists: Map<number, T[]>, key: number, value: T): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

function restrictionsOf(document: PdfDocument, revisions: readonly number[]): Map<number, Restriction> {
  const found = new Map<number, Restriction>()
  let before: Permissions = { p: 3, certified: false, locks: [] }
  for (const revision of revisions.slice(0, MAX_RESTRICTED)) {
    const now = attempt(() => readPermissions(document.asOf(revision)), before)
    const known = new Set(before.locks.map((lock) => JSON.stringify(lock)))
    // A lock stands in the field and in the signature.
    const locks = [...new Map(now.locks.map((lock) => [JSON.stringify(lock), lock]))].flatMap(([key, lock]) => (known.has(key) ? [] : [lock]))
    const certified = now.certified && !before.certified
    const stricter = now.p < before.p || certified
    if (stricter || locks.length > 0) found.set(revision, { certified, ...(stricter ? { permission: now.p } : {}), locks })
    before = now
  }
  return found
}

function inspectRevision(document: PdfDocument, index: number): Omit<RevisionInspection, 'signedBy' | 'changes'> {
  const revision = document.revisions[index]
  if (!revision) throw new TypeError('a revision was expected')
  const start = document.revisions[index - 1]?.endWithEol ?? document.headerOffset
  const { endWithEol: end, kind, xrefOffset, linearized, entries } = revision
  const base = { start, end, xref: kind, xrefOffset, linearized, entries: entries.size }
  return index === 0 ? base : { ...base, objects: attempt(() => listObjects(document.asOf(index), entries), []) }
}

function listObjects(state: PdfDocument, entries: PdfDocument['revisions'][number]['entries']): { number: number; what: string }[] {
  const listed: { number: number; what: string }[] = []
  for (const [number, location] of entries) {
    if (listed.length >= MAX_LISTED) break
    if (location.kind === 'free') continue
    listed.push({ number, what: attempt(() => kindOf(state.get(number)), '?') })
  }
  return listed
}

/** What an object calls itself: its /Type, /Subtype or /FT, or the kind of object. */
function kindOf(object: PdfObject): string {
  const dict = object instanceof PdfStream ? object.dict : object
  if (!(dict instanceof PdfDict))
    return object === null ? 'null' : typeof object === 'object' ? object.constructor.name.replace(/^Pdf/, '').toLowerCase() : typeof object
  const names = ['Type', 'Subtype', 'FT'].flatMap((key) => nameOf(dict.get(key)) ?? [])
  return safeText(names.length > 0 ? names.join('/') : object instanceof PdfStream ? 'stream' : 'dictionary', 60)
}
