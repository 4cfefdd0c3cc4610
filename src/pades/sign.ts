/** Signing in one go: prepare, sign, complete. */
import { concat, equal } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'
import { type DocumentInput, readAll } from '../core/source.ts'
import { checkTimestampSource } from '../evidence/signature-timestamp.ts'
import { completeIncrement } from './complete.ts'
import type { PreparePdfOptions, SignPdfOptions } from './options.ts'
import { type Prepared, prepare } from './prepare.ts'

/** What preparing needs, out of what signing is given. */
export function prepareOptions(options: SignPdfOptions): PreparePdfOptions {
  const { signer, sources, signal, certificates = [], ...rest } = options
  const own = signer.certificates
  return { ...rest, algorithm: signer.algorithm, certificates: [...own, ...certificates.filter((one) => !own.some((other) => equal(one, other)))] }
}

/** Has a prepared signature signed and finishes its increment. */
export async function signPrepared(prepared: Prepared, options: SignPdfOptions): Promise<Uint8Array> {
  const { layout, certificate, certificates, algorithm, signedAttributes, request, crypto } = prepared
  const [signature] = await options.signer.sign([request], options.signal ? { signal: options.signal } : {})
  if (!signature) throw new KysoError('ERR_SIGNATURE_MISMATCH', 'the signer gave no signature')
  const completion = {
    increment: layout.increment,
    contents: layout.contents,
    certificate,
    certificates,
    algorithm,
    level: options.level ?? 'B-B',
    signedAttributes,
  }
  return completeIncrement(completion, signature, { ...options, crypto })
}

/**
 * Signs a PDF. No byte that was there changes: the signature is an increment behind them.
 *
 * @param document the whole PDF, or random access to it
 * @returns the signed document
 * @throws KysoError `ERR_PDF_*` where the document cannot or may not be signed, `ERR_SIGNER_*` from the signer,
 *   `ERR_TSA_*` and `ERR_TSP_*` from time-stamping, `ERR_PLACEHOLDER_TOO_SMALL`
 * @example
 * ```ts
 * const signed = await signPdf(pdf, { signer: await pkcs12Signer(p12, 'secret'), reason: 'Approved' })
 * ```
 */
export async function signPdf(document: DocumentInput, options: SignPdfOptions): Promise<Uint8Array> {
  checkTimestampSource(options.level, options)
  const prepared = await prepare(document, prepareOptions(options))
  const increment = await signPrepared(prepared, options)
  return concat([readAll(prepared.document.source), increment])
}
