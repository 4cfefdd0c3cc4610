/** The states of a document: which signature covers which, and the bytes that one signed (ISO 32000-2 §7.5.6, §12.8.1). */
import type { Budget } from '../core/budget.ts'
import { KysoError } from '../core/errors.ts'
import { type DocumentInput, toSource } from '../core/source.ts'
import { nameOf, openPdf, type PdfDocument } from '../pdf/index.ts'
import { type Coverage, coverageOf } from './coverage.ts'
import { signatureFields } from './fields.ts'
import { TIMESTAMP_SUB_FILTER } from './layout.ts'

/** How a document is opened. */
export interface RevisionOptions {
  readonly password?: string | Uint8Array
  readonly budget?: Budget
}

/** One state in which the file was saved. */
export interface DocumentRevision {
  /** 0 for the first. */
  readonly index: number
  /** Offset behind its last byte: the file up to there is the document as it was. */
  readonly end: number
  /** Fields whose signatures cover exactly this state. */
  readonly signedBy?: readonly string[]
  /** Whether one of them is a document time-stamp. */
  readonly timestamp?: boolean
}

interface CoveredField {
  readonly name: string
  readonly coverage: Coverage
  readonly isTimestamp: boolean
}

function coveredFields(document: PdfDocument): CoveredField[] {
  return signatureFields(document, document.budget).flatMap(({ name, ref, value, valueRef }): CoveredField[] => {
    if (!value) return []
    document.budget.spend('signatures')
    const isTimestamp = nameOf(document.resolve(value.get('SubFilter'))) === TIMESTAMP_SUB_FILTER
    return [{ name: name.normalize('NFC'), coverage: coverageOf(document, value, valueRef ?? ref), isTimestamp }]
  })
}

/** Offset behind what a signature covers; `undefined` where that is no state of the file. */
function endOf({ coverage: { checks, ranges } }: CoveredField): number | undefined {
  return ranges && checks.every(({ result }) => result === 'passed') ? ranges[1].offset + ranges[1].length : undefined
}

/**
 * The document that somebody signed: the file as it was then, up to the end of what the signature covers. Nothing is said of whether
 * the signature holds; `verify` says it.
 *
 * @param document the whole PDF, or random access to it
 * @param which fully qualified name of the signature's field
 * @returns a view of the bytes that were given, or what the source reads
 * @throws KysoError `ERR_PDF_FIELD` where there is no signed field of that name, or several, `ERR_PDF_COVERAGE` where its signature covers
 *   no state of the file, `ERR_PDF_*` where the document cannot be read
 * @example
 * ```ts
 * const later = await signPdf(signed, { signer })
 * const asSigned = await signedRevision(later, 'Signature1')
 * asSigned.length === signed.length // => true
 * ```
 */
export async function signedRevision(document: DocumentInput, which: string, options: RevisionOptions = {}): Promise<Uint8Array> {
  const pdf = await openPdf(toSource(document), options)
  const name = which.normalize('NFC')
  const [field, ...others] = coveredFields(pdf).filter((one) => one.name === name)
  if (!field) throw new KysoError('ERR_PDF_FIELD', `there is no signature in a field ${which}`, { field: which, why: 'missing' })
  if (others.length > 0) throw new KysoError('ERR_PDF_FIELD', `several fields are called ${which}`, { field: which, why: 'ambiguous' })
  const end = endOf(field)
  if (end === undefined) throw new KysoError('ERR_PDF_COVERAGE', `the signature in ${which} covers no state of the file`, { field: which })
  return document instanceof Uint8Array ? document.subarray(0, end) : pdf.source.read(0, end)
}

/**
 * The states of a document, oldest first, and who signed each.
 *
 * @param document the whole PDF, or random access to it
 * @throws KysoError `ERR_PDF_*` where the document cannot be read, `ERR_BUDGET_EXCEEDED`
 * @example
 * ```ts
 * const revisions = await revisionsOf(signed)
 * revisions.map(({ signedBy }) => signedBy) // => [undefined, ['Signature1']]
 * ```
 */
export async function revisionsOf(document: DocumentInput, options: RevisionOptions = {}): Promise<DocumentRevision[]> {
  const pdf = await openPdf(toSource(document), options)
  const byRevision = new Map<number, CoveredField[]>()
  for (const field of coveredFields(pdf)) {
    if (endOf(field) === undefined) continue
    const list = byRevision.get(field.coverage.revision) ?? []
    list.push(field)
    byRevision.set(field.coverage.revision, list)
  }
  return pdf.revisions.map(({ index, endWithEol }) => {
    const fields = byRevision.get(index)
    if (!fields) return { index, end: endWithEol }
    return { index, end: endWithEol, signedBy: fields.map(({ name }) => name), timestamp: fields.some(({ isTimestamp }) => isTimestamp) }
  })
}
