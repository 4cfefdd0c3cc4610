/** What changed between two revisions of a PDF, whoever signed it. */
import type { Budget } from '../core/budget.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import { KysoError } from '../core/errors.ts'
import { type DocumentInput, toSource } from '../core/source.ts'
import type { LaterChange } from '../facts/index.ts'
import { openPdf } from '../pdf/index.ts'
import { changesBetween } from './later-changes.ts'

/** Which revisions are compared, and how the file is opened. */
export interface ComparePdfRevisionsOptions {
  /** Index of the earlier revision; 0, the first, when left out. */
  readonly from?: number
  /** Index of the later one; the last when left out. */
  readonly to?: number
  readonly password?: string | Uint8Array
  readonly budget?: Budget
  readonly crypto?: CryptoProvider
}

/**
 * Tells what was changed between two revisions, update by update: by the objects that the cross-reference of each names, and
 * what every one of them is to the document. Nothing is judged here: what a signature permits, `verify` says.
 *
 * @param document the whole file, or random access to it
 * @returns the changes in the order of the revisions that made them
 * @throws KysoError `ERR_PDF_*` where the file cannot be read, `ERR_ARGUMENT` where it has no such revisions
 * @example
 * ```ts
 * const twice = await signPdf(signed, { signer })
 * const changes = await comparePdfRevisions(twice, { from: 1 })
 * changes.map(({ code }) => code) // => ['signatureAdded']
 * ```
 */
export async function comparePdfRevisions(document: DocumentInput, options: ComparePdfRevisionsOptions = {}): Promise<readonly LaterChange[]> {
  const { password, budget, crypto } = options
  const pdf = await openPdf(toSource(document), { password, budget, crypto })
  const { from = 0, to = pdf.revisions.length - 1 } = options
  const isRevision = (index: number): boolean => pdf.revisions[index] !== undefined
  if (!isRevision(from) || !isRevision(to) || from > to)
    throw new KysoError('ERR_ARGUMENT', `there are no revisions ${from} to ${to}: the file has ${pdf.revisions.length}`, { argument: 'from, to' })
  return changesBetween(pdf, from, to)
}
