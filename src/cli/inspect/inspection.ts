/** What there is to be told of a PDF, as plain data. */
import { isKysoError, type KysoError } from '../../core/errors.ts'
import { safeText } from '../../core/text.ts'
import type { LaterChange, ReadDocument, ReadSignature, ReadTimestamp } from '../../facts/index.ts'
import { signatureFields } from '../../pades/fields.ts'
import { readPdf } from '../../pades/index.ts'
import { changesBetween } from '../../pades/later-changes.ts'
import { nameOf, PdfDict, type PdfDocument, type PdfObject, PdfStream } from '../../pdf/index.ts'
import { nameToString } from '../../x509/index.ts'

/** Objects of an update that are named one by one. */
const MAX_LISTED = 12

/** Permissions of a user, by their bits (ISO 32000-2 table 22). */
const PERMISSIONS = [
  ['print', 1 << 2],
  ['modify', 1 << 3],
  ['copy', 1 << 4],
  ['annotate', 1 << 5],
  ['fillForms', 1 << 8],
  ['assemble', 1 << 10],
] as const

/** What there is to be told, as plain data. */
export interface Inspection {
  readonly file: string
  readonly size: number
  readonly version: string
  readonly headerOffset: number
  readonly reconstructed: boolean
  /** Where and why the file could not be read in order. */
  readonly error?: { readonly code: string; readonly text: string; readonly detail: string; readonly data: KysoError['data'] }
  readonly encryption: {
    readonly algorithm: string
    readonly revision: number
    readonly isOwner: boolean
    readonly allowed: readonly string[]
    readonly forbidden: readonly string[]
  } | null
  readonly pages: number | null
  readonly objects: number
  readonly revisions: readonly RevisionInspection[]
  readonly fields: readonly { readonly name: string; readonly signed: boolean; readonly subFilter?: string }[]
  readonly signatures: readonly SignedInspection[]
  readonly documentTimestamps: readonly SignedInspection[]
  readonly oddities: ReadDocument['oddities']
}

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
  /** Of updates: what they changed. */
  readonly changes?: readonly LaterChange[]
  /** Of updates: the objects they bring, the first ones. */
  readonly objects?: readonly { readonly number: number; readonly what: string }[]
}

/** A signature or a document time-stamp. */
export interface SignedInspection {
  readonly id: string
  readonly level?: string
  readonly claims?: ReadSignature['claims']
  readonly signer: string | null
  readonly time: string | null
  readonly ranges: readonly (readonly [number, number])[]
  readonly revision: number | null
  readonly digestAlgorithm: string | null
  readonly timestamps: readonly (string | null)[]
  readonly certificates: readonly string[]
}

/** The value of a reading of something that may be damaged. */
function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch (error) {
    if (!isKysoError(error)) throw error
    return otherwise
  }
}

/**
 * Looks at an opened document.
 *
 * @param error what was wrong, where the document had to be pieced together
 */
export async function inspectDocument(
  file: string,
  document: PdfDocument,
  error: Inspection['error'],
  password: { readonly password?: string },
): Promise<Inspection> {
  const { encryption } = document
  // A document that was pieced together has no signatures to be read: what they cover is not known.
  const read = document.reconstructed ? undefined : await readPdf(document.source, password).catch(forgive)
  const may = (bit: number): boolean => encryption !== null && (encryption.isOwner || (encryption.permissions & bit) !== 0)
  return {
    file,
    size: document.source.size,
    version: document.version,
    headerOffset: document.headerOffset,
    reconstructed: document.reconstructed,
    ...(error ? { error } : {}),
    encryption: encryption && {
      algorithm: encryption.algorithm,
      revision: encryption.revision,
      isOwner: encryption.isOwner,
      allowed: PERMISSIONS.flatMap(([name, bit]) => (may(bit) ? [name] : [])),
      forbidden: PERMISSIONS.flatMap(([name, bit]) => (may(bit) ? [] : [name])),
    },
    pages: attempt(() => countPages(document), null),
    objects: countObjects(document),
    revisions: document.reconstructed ? [] : inspectRevisions(document, [...(read?.signatures ?? []), ...(read?.documentTimestamps ?? [])]),
    fields: attempt(() => signatureFields(document, document.budget), []).map(({ name, value }) => {
      const subFilter = value ? attempt(() => nameOf(document.resolve(value.get('SubFilter'))), undefined) : undefined
      return { name, signed: value !== undefined, ...(subFilter === undefined ? {} : { subFilter }) }
    }),
    signatures: (read?.signatures ?? []).map(inspectSignature),
    documentTimestamps: (read?.documentTimestamps ?? []).map(inspectTimestamp),
    oddities: document.oddities.map(({ code, detail, offset }) => ({ code, detail, ...(offset === undefined ? {} : { offset }) })),
  }
}

function forgive(error: unknown): undefined {
  if (!isKysoError(error)) throw error
  return undefined
}

function countPages(document: PdfDocument): number {
  let pages = 0
  for (const _ of document.pages()) pages++
  return pages
}

function countObjects(document: PdfDocument): number {
  let objects = 0
  for (const [, location] of document.entries()) if (location.kind !== 'free') objects++
  return objects
}

/** The story of a file: who signed which state, and what each update changed. */
function inspectRevisions(document: PdfDocument, signed: readonly (ReadSignature | ReadTimestamp)[]): RevisionInspection[] {
  const last = document.revisions.length - 1
  const changes = new Map<number, LaterChange[]>()
  for (const change of last > 0 ? attempt(() => changesBetween(document, 0, last), []) : []) {
    const list = changes.get(change.revision)
    if (list) list.push(change)
    else changes.set(change.revision, [change])
  }
  const signers = new Map<number, string[]>()
  for (const { id, scope } of signed) {
    if (scope.kind !== 'revision' || scope.revision < 0) continue
    const list = signers.get(scope.revision)
    if (list) list.push(id)
    else signers.set(scope.revision, [id])
  }
  return document.revisions.map((_, i) => ({
    ...inspectRevision(document, i),
    signedBy: signers.get(i) ?? [],
    ...(i > 0 ? { changes: changes.get(i) ?? [] } : {}),
  }))
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

function inspectSignature(signature: ReadSignature): SignedInspection {
  const { level, claims, claimedTime, timestamps } = signature
  return { ...inspectSigned(signature, claimedTime), level, claims, timestamps: timestamps.map(({ time }) => time?.toISOString() ?? null) }
}

function inspectTimestamp(timestamp: ReadTimestamp): SignedInspection {
  return inspectSigned(timestamp, timestamp.time)
}

function inspectSigned({ id, certificate, certificates, digestAlgorithm, scope }: ReadSignature | ReadTimestamp, time: Date | undefined): SignedInspection {
  const revision = scope.kind === 'revision'
  return {
    id,
    signer: certificate ? nameToString(certificate.subject) : null,
    time: time?.toISOString() ?? null,
    ranges: revision ? scope.ranges : [],
    revision: revision && scope.revision >= 0 ? scope.revision : null,
    digestAlgorithm: digestAlgorithm ?? null,
    timestamps: [],
    certificates: certificates.map(({ subject }) => nameToString(subject)),
  }
}
