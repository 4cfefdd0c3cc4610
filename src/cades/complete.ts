/** Completing a signature: the value is checked, the time-stamp fetched, the CMS written. */
import { attribute, buildSignedData, buildSignerInfo, type SignerInfoInput } from '../cms/build.ts'
import type { Content } from '../cms/content.ts'
import { CMS_ATTRIBUTE } from '../cms/index.ts'
import { extendSignedData, withUnsignedAttribute } from '../cms/rewrite.ts'
import { checkSignatureValue } from '../cms/signer.ts'
import { equal } from '../core/bytes.ts'
import { isKysoError, KysoError } from '../core/errors.ts'
import type { DocumentInput } from '../core/source.ts'
import { timestampToken } from '../evidence/signature-timestamp.ts'
import type { CompleteCmsOptions } from './options.ts'
import { type Plan, plan, signedAttributesOf } from './plan.ts'
import { type CadesState, decodeState, type Identity } from './state.ts'

/** The CMS of a plan with its signature value. */
export async function completePlan(made: Plan, signedAttributes: Uint8Array, signature: Uint8Array, options: CompleteCmsOptions): Promise<Uint8Array> {
  const { target, certificate, algorithm, crypto, attached } = made
  await checkSignatureValue(crypto, certificate, algorithm, signedAttributes, signature)
  const unsigned =
    made.options.level === 'B-T' ? [attribute(CMS_ATTRIBUTE.signatureTimestamp, await timestampToken(crypto, signature, algorithm.digest, options))] : []
  const signer: SignerInfoInput = { certificate, digest: algorithm.digest, scheme: algorithm.scheme, signedAttributes, signature, unsignedAttributes: unsigned }
  const { certificates } = made.options
  const content = attached?.toBytes()
  if (target.kind === 'new') return buildSignedData({ ...signer, certificates, ...(content ? { content } : {}) })
  const signerInfo = buildSignerInfo(signer)
  const before = target.cms.signerInfos.map(({ bytes }) => bytes)
  const signerInfos =
    target.kind === 'parallel'
      ? [...before, signerInfo]
      : before.map((bytes, i) => (i === target.index ? withUnsignedAttribute(bytes, attribute(CMS_ATTRIBUTE.countersignature, signerInfo)) : bytes))
  return extendSignedData(target.cms.parts, content, { certificates, digest: algorithm.digest, signerInfos })
}

async function checkIdentity(found: Content | undefined, expected: Identity | undefined, what: string): Promise<void> {
  if (!found !== !expected) throw new KysoError('ERR_STATE_MISMATCH', `the ${what} is not the one that was prepared`, { why: what })
  if (!found || !expected) return
  if (found.size !== expected.size)
    throw new KysoError('ERR_STATE_MISMATCH', `the ${what} is not the one that was prepared`, { why: 'size', size: found.size, expected: expected.size })
  if (!equal(await found.digest('SHA-256'), expected.sha256))
    throw new KysoError('ERR_STATE_MISMATCH', `the ${what} is not the one that was prepared`, { why: 'sha256' })
}

/** The plan a state describes: worked out again from the document, so that the state's word counts for nothing but what the signature value confirms. */
async function planAgain(document: DocumentInput, state: CadesState, options: CompleteCmsOptions): Promise<{ made: Plan; signedAttributes: Uint8Array }> {
  try {
    const { content, crypto } = options
    const made = await plan(document, { ...state.options, ...(content === undefined ? {} : { content }), ...(crypto ? { crypto } : {}) })
    return { made, signedAttributes: await signedAttributesOf(made) }
  } catch (error) {
    if (isKysoError(error) && (error.code.startsWith('ERR_ASN1_') || error.code === 'ERR_ARGUMENT' || error.code === 'ERR_CERTIFICATE_SYNTAX'))
      throw new KysoError('ERR_STATE_INVALID', `the state is damaged: ${error.message}`, { why: 'members' }, { cause: error })
    throw error
  }
}

/**
 * Completes a prepared signature.
 *
 * @param document the same document, byte for byte; `options.content` too, where it was given to `prepareCms`
 * @param state from {@link prepareCms}
 * @param signature value over `toBeSigned`: RSA as in RFC 8017, ECDSA in DER, EdDSA as in RFC 8032
 * @returns the CMS file
 * @throws KysoError `ERR_STATE_INVALID`, `ERR_STATE_MISMATCH` (another document), `ERR_SIGNATURE_MISMATCH` (not the certificate's
 *   key, or not over this), `ERR_CMS_*`, `ERR_SIGNER_CERTIFICATE`, `ERR_TSA_*`, `ERR_TSP_*`
 * @example
 * ```ts
 * const { request, state } = await prepareCms(pdf, { certificates: signer.certificates, algorithm: signer.algorithm, level: 'B-T' })
 * const [signature] = await signer.sign([request])
 * const p7s = await completeCms(pdf, state, signature, { sources: httpSources({ tsa: 'http://tsa.example' }) })
 * ```
 */
export async function completeCms(document: DocumentInput, state: string, signature: Uint8Array, options: CompleteCmsOptions = {}): Promise<Uint8Array> {
  const decoded = decodeState(state)
  const { made, signedAttributes } = await planAgain(document, decoded, options)
  if (made.target.kind !== decoded.kind) throw new KysoError('ERR_STATE_MISMATCH', 'the document is not the one that was prepared', { why: 'kind' })
  await checkIdentity(made.document, decoded.document, 'document')
  await checkIdentity(made.beside, decoded.content, 'content')
  return completePlan(made, signedAttributes, signature, { ...options, crypto: made.crypto })
}
