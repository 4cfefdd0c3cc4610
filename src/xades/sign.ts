/** Signing in one go: prepare, sign, complete. */
import { distinct } from '../cms/build.ts'
import { KysoError } from '../core/errors.ts'
import type { DocumentInput } from '../core/source.ts'
import { checkTimestampSource } from '../evidence/signature-timestamp.ts'
import { completeDraft } from './complete.ts'
import type { PrepareXmlOptions, SignXmlOptions } from './options.ts'
import { prepare } from './prepare.ts'

/** What preparing needs, out of what signing is given. */
export function prepareOptions(options: SignXmlOptions): PrepareXmlOptions {
  const { signer, sources, signal, certificates = [], ...rest } = options
  return { ...rest, algorithm: signer.algorithm, certificates: distinct([...signer.certificates, ...certificates]) }
}

/**
 * Signs XML, or anything in an XML signature (XAdES). Unless the options say otherwise the signature goes into the document as the last child of its
 * document element, over everything but signatures. Nothing of the document changes but by insertion: every other byte stays.
 *
 * @param document the XML file; any file where the packaging is not `enveloped`
 * @returns the signed document; the signature alone where it is detached
 * @throws KysoError as {@link prepareXml}, `ERR_SIGNER_*` from the signer, `ERR_TSA_*` and `ERR_TSP_*` from time-stamping
 * @example
 * ```ts
 * const signed = await signXml(xml, { signer })
 * // Another signer, over one element, the signature at a place of its own.
 * const both = await signXml(signed, { signer, references: [{ element: '/invoice/data' }], place: { element: '/invoice/signatures' } })
 * ```
 */
export async function signXml(document: DocumentInput, options: SignXmlOptions): Promise<Uint8Array> {
  checkTimestampSource(options.level, options)
  const { signer, signal } = options
  const prepared = await prepare(document, prepareOptions(options))
  const [signature] = await signer.sign([prepared.request], signal ? { signal } : {})
  if (!signature) throw new KysoError('ERR_SIGNATURE_MISMATCH', 'the signer gave no signature')
  return completeDraft({ ...prepared, signed: prepared.request.toBeSigned }, signature, options)
}
