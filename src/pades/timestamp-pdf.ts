/** A document time-stamp alone (ISO 32000-2 §12.8.5, EN 319 142-1 §5.4.3). */
import { concat } from '../core/bytes.ts'
import { defaultCrypto } from '../core/crypto/default.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import { KysoError } from '../core/errors.ts'
import { hashRanges } from '../core/hash.ts'
import { type DocumentInput, readAll, toSource } from '../core/source.ts'
import { openPdf, type PdfDocument } from '../pdf/index.ts'
import { requestTimestamp } from '../sources/timestamp.ts'
import type { Sources } from '../sources/types.ts'
import { signatureFields } from './fields.ts'
import { checkTimestampAllowed } from './forms/field-permissions.ts'
import { fillContents, layOutSignature, roomFor, TIMESTAMP_SUB_FILTER } from './layout.ts'
import { checkSigningAllowed } from './permissions.ts'
import type { SignaturePlace } from './place.ts'
import { TIMESTAMP_SIZE } from './prepare.ts'
import { ownLock } from './restrictions.ts'
import { chooseField } from './signature-field.ts'

/** What a document time-stamp needs. */
export interface TimestampPdfOptions {
  /** `sources.timestamp` is asked. */
  readonly sources: Sources
  /** Bytes to reserve for the token; 12,000 when left out. */
  readonly size?: number
  /** Name of the field: an empty one that is there, else a new one; a free name when left out. */
  readonly field?: string
  /** Password of an encrypted document. */
  readonly password?: string | Uint8Array
  readonly crypto?: CryptoProvider
  readonly signal?: AbortSignal
}

/** A token larger than this is none. */
const MAX_SIZE = 16 * 1024 * 1024
const DIGEST = 'SHA-256'

/** Where the time-stamp goes. No certification and no lock stands against a new field without a size: it adds a proof, and shows nothing. */
function placeOf(document: PdfDocument, name: string | undefined): SignaturePlace {
  const fields = signatureFields(document, document.budget)
  const choice = chooseField(document, fields, name)
  const existing = 'existing' in choice ? choice.existing : undefined
  if (existing) {
    checkSigningAllowed(document, fields, { name: existing.name, existing: true, certify: false })
    // EN 319 142-1 §5.4.3: a time-stamp carries no /Reference, so it could not say what it locks.
    if (ownLock(document, existing)) throw new KysoError('ERR_PDF_FIELD', `the field ${existing.name} has a lock`, { field: existing.name, why: 'lock' })
  } else checkTimestampAllowed(document)
  return { name: 'existing' in choice ? choice.existing.name : choice.name, existing, signed: fields.some(({ value }) => value), fields, shown: undefined }
}

/**
 * Puts a document time-stamp behind a PDF: proof that the whole of it, with all its signatures, was there at that time. The token is
 * checked before anything is written.
 *
 * @param document the whole PDF, or random access to it; not changed
 * @returns the document with one update
 * @throws KysoError `ERR_TSA_MISSING`, `ERR_TSA_*`, `ERR_TSP_*`, `ERR_PLACEHOLDER_TOO_SMALL` with the size needed, `ERR_PDF_FIELD`,
 *   `ERR_PDF_PERMISSION`, `ERR_PDF_SIGNATURE_BROKEN`, `ERR_PDF_*` where the document cannot be read, `ERR_ABORTED`, `ERR_ARGUMENT`
 * @example
 * ```ts
 * const stamped = await timestampPdf(signed, { sources: { timestamp: lab.tsa.source } })
 * (await readPdf(stamped)).documentTimestamps.length // => 1
 * ```
 */
export async function timestampPdf(document: DocumentInput, options: TimestampPdfOptions): Promise<Uint8Array> {
  const { sources, size = TIMESTAMP_SIZE, field, password, signal } = options
  const crypto = options.crypto ?? defaultCrypto()
  if (!sources.timestamp) throw new KysoError('ERR_TSA_MISSING', 'a document time-stamp needs a time-stamp authority')
  if (!Number.isSafeInteger(size) || size < 1 || size > MAX_SIZE)
    throw new KysoError('ERR_ARGUMENT', 'the size of the time-stamp is no number of bytes', { argument: 'size' })
  const pdf = await openPdf(toSource(document), { crypto, password })
  const { increment, contents } = layOutSignature(pdf, {}, TIMESTAMP_SUB_FILTER, size, placeOf(pdf, field))
  const hash = await crypto.createHash(DIGEST)
  await hashRanges([hash], pdf.source, [{ offset: 0, length: pdf.source.size }])
  hash.update(increment.subarray(0, contents.offset))
  hash.update(increment.subarray(contents.offset + contents.length))
  const { bytes: token } = await requestTimestamp(crypto, sources.timestamp, DIGEST, hash.digest(), { budget: pdf.budget, ...(signal ? { signal } : {}) })
  const room = roomFor(contents)
  if (token.length > room)
    throw new KysoError('ERR_PLACEHOLDER_TOO_SMALL', `the time-stamp takes ${token.length} bytes, ${room} were reserved`, {
      needed: token.length,
      reserved: room,
    })
  fillContents(increment, contents, token)
  return concat([readAll(pdf.source), increment])
}
