/** What there is to be told of a PDF, as plain data. */
import { isKysoError, type KysoError } from '../../core/errors.ts'
import type { ReadDocument, ReadSignature, ReadTimestamp } from '../../facts/index.ts'
import { signatureFields } from '../../pades/fields.ts'
import { readPdf } from '../../pades/index.ts'
import { nameOf, type PdfDocument } from '../../pdf/index.ts'
import { nameToString } from '../../x509/index.ts'
import { attempt, inspectRevisions, type RevisionInspection } from './revisions.ts'

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

/** A signature or a document time-stamp. */
export interface SignedInspection {
  readonly id: string
  readonly level?: string
  readonly claims?: ReadSignature['claims']
  readonly signer: string | null
  /** Whether something of it was checked and failed, whoever signed: a digest, the value, what it covers. */
  readonly broken: boolean
  readonly time: string | null
  readonly ranges: readonly (readonly [number, number])[]
  readonly revision: number | null
  readonly digestAlgorithm: string | null
  readonly timestamps: readonly (string | null)[]
  readonly certificates: readonly string[]
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
    // What reading the signatures found odd has these among it, and what other programs might see.
    oddities: read?.oddities ?? document.oddities.map(({ code, detail, offset }) => ({ code, detail, ...(offset === undefined ? {} : { offset }) })),
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

function inspectSignature(signature: ReadSignature): SignedInspection {
  const { level, claims, claimedTime, timestamps } = signature
  return { ...inspectSigned(signature, claimedTime), level, claims, timestamps: timestamps.map(({ time }) => time?.toISOString() ?? null) }
}

function inspectTimestamp(timestamp: ReadTimestamp): SignedInspection {
  return inspectSigned(timestamp, timestamp.time)
}

function inspectSigned(
  { id, checks, certificate, certificates, digestAlgorithm, scope }: ReadSignature | ReadTimestamp,
  time: Date | undefined,
): SignedInspection {
  const revision = scope.kind === 'revision'
  return {
    id,
    broken: checks.some(({ result }) => result === 'failed'),
    signer: certificate ? nameToString(certificate.subject) : null,
    time: time?.toISOString() ?? null,
    ranges: revision ? scope.ranges : [],
    revision: revision && scope.revision >= 0 ? scope.revision : null,
    digestAlgorithm: digestAlgorithm ?? null,
    timestamps: [],
    certificates: certificates.map(({ subject }) => nameToString(subject)),
  }
}
