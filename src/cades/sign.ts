/** Signing: prepared for a key elsewhere, or in one go. */
import { distinct } from '../cms/build.ts'
import { KysoError } from '../core/errors.ts'
import { digest } from '../core/hash.ts'
import type { DocumentInput } from '../core/source.ts'
import { checkTimestampSource } from '../evidence/signature-timestamp.ts'
import type { SignRequest } from '../signers/signer.ts'
import { completePlan } from './complete.ts'
import type { CounterSignCmsOptions, PrepareCmsOptions, SignCmsOptions } from './options.ts'
import { type Plan, plan, signedAttributesOf } from './plan.ts'
import { encodeState } from './state.ts'

/** What {@link prepareCms} gives. */
export interface PreparedCms {
  /** The bytes the key signs, and their digest; hand it to `Signer.sign`. */
  readonly request: SignRequest
  /** The same bytes: DER of the signed attributes. */
  readonly toBeSigned: Uint8Array
  /** JSON that `completeCms` takes together with the document; it holds no secret. */
  readonly state: string
}

async function requestOf({ signed, algorithm, crypto, options }: Plan, toBeSigned: Uint8Array): Promise<SignRequest> {
  return {
    toBeSigned,
    digest: await digest(crypto, algorithm.digest, toBeSigned),
    documentDigest: await signed.digest('SHA-256'),
    ...(options.name ? { name: options.name } : {}),
  }
}

/**
 * Prepares a signature: the certificate is needed, the key is not. The document is read in parts, whatever its size, unless its
 * content is to be attached. A document that is a CMS with signers already gets a further one beside them.
 *
 * @param document what is signed, or a CMS to which a signer is added; not changed
 * @returns what the key has to sign, and the state for {@link completeCms}
 * @throws KysoError `ERR_SIGNER_CERTIFICATE`, `ERR_CERTIFICATE_SYNTAX`, `ERR_ALGORITHM_UNSUPPORTED`, `ERR_ARGUMENT`, `ERR_CMS_*`
 *   for a CMS that cannot be added to, or whose content is not at hand
 * @example
 * ```ts
 * const { request, state } = await prepareCms(pdf, { certificates: signer.certificates, algorithm: signer.algorithm })
 * const [signature] = await signer.sign([request])
 * const p7s = await completeCms(pdf, state, signature)
 * ```
 */
export async function prepareCms(document: DocumentInput, options: PrepareCmsOptions): Promise<PreparedCms> {
  const made = await plan(document, options)
  const toBeSigned = await signedAttributesOf(made)
  return { request: await requestOf(made, toBeSigned), toBeSigned, state: await encodeState(made) }
}

/**
 * Signs a document as CMS (CAdES): detached unless `attached` is said. A document that is a CMS with signers already gets a further
 * one beside them, and theirs stay octet for octet.
 *
 * @param document what is signed, of any size where it is not attached; or a CMS, with its content as `options.content` if it does not hold it
 * @returns the CMS file: `.p7s`, or `.p7m` with the content inside
 * @throws KysoError as {@link prepareCms}, `ERR_SIGNER_*` from the signer, `ERR_TSA_*` and `ERR_TSP_*` from time-stamping
 * @example
 * ```ts
 * const p7s = await signCms(pdf, { signer, level: 'B-T', sources: httpSources({ tsa: 'http://tsa.example' }), mimeType: 'application/pdf' })
 * // A second signer beside the first.
 * const both = await signCms(p7s, { signer, content: pdf })
 * (await readCms(both, { detached: [{ content: pdf }] })).signatures.length // => 2
 * ```
 */
export async function signCms(document: DocumentInput, options: SignCmsOptions): Promise<Uint8Array> {
  checkTimestampSource(options.level, options)
  const { signer, certificates = [], sources, signal, ...rest } = options
  const made = await plan(document, { ...rest, algorithm: signer.algorithm, certificates: distinct([...signer.certificates, ...certificates]) })
  const toBeSigned = await signedAttributesOf(made)
  const [signature] = await signer.sign([await requestOf(made, toBeSigned)], signal ? { signal } : {})
  if (!signature) throw new KysoError('ERR_SIGNATURE_MISMATCH', 'the signer gave no signature')
  return completePlan(made, toBeSigned, signature, { ...(sources ? { sources } : {}), ...(signal ? { signal } : {}) })
}

/**
 * Counter-signs a signature of a CMS file (RFC 5652 §11.4): a signature over its value, among its unsigned attributes. Nothing that
 * was signed changes.
 *
 * @param document the CMS file; its content is not needed
 * @returns the CMS file with the counter-signature
 * @throws KysoError as {@link signCms}, `ERR_ARGUMENT` where there is no such signature
 * @example
 * ```ts
 * const witnessed = await counterSignCms(p7s, { signature: 'signature-1', signer })
 * (await readCms(witnessed)).signatures.map(({ id, parent }) => [id, parent]) // => [['signature-1', undefined], ['signature-1-C1', 'signature-1']]
 * ```
 */
export function counterSignCms(document: DocumentInput, { signature = 0, ...options }: CounterSignCmsOptions): Promise<Uint8Array> {
  return signCms(document, { ...options, counterSign: signature })
}
