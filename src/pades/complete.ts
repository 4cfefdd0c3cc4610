/** Completing a signature: the value is checked, the time-stamp fetched, the increment finished. */
import { readElement } from '../asn1/element.ts'
import { octetString } from '../asn1/index.ts'
import { readAttributes, singleValue } from '../cms/attributes.ts'
import { attribute, buildSignedAttributes, buildSignedData } from '../cms/build.ts'
import { CMS_ATTRIBUTE } from '../cms/index.ts'
import { checkSignatureValue } from '../cms/signer.ts'
import { parseSignatureAlgorithm, type SignatureAlgorithmParts } from '../core/algorithms.ts'
import { Budget } from '../core/budget.ts'
import { concat, equal, lastIndexOf, latin1 } from '../core/bytes.ts'
import { defaultCrypto } from '../core/crypto/default.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import { isKysoError, KysoError } from '../core/errors.ts'
import { hashRanges } from '../core/hash.ts'
import { type ByteRange, type DocumentInput, readAll, toSource } from '../core/source.ts'
import { timestampToken } from '../evidence/signature-timestamp.ts'
import { type Certificate, parseCertificate } from '../x509/index.ts'
import { fillContents, roomFor } from './layout.ts'
import type { CompletePdfOptions, PadesLevel } from './options.ts'
import { decodeState } from './state.ts'

/** How the update's writer leads up to the placeholder. */
const CONTENTS_KEY = latin1('/Contents ')

/** What completing works on, whether it comes from a state or straight from preparing. */
export interface Completion {
  readonly increment: Uint8Array
  readonly contents: ByteRange
  readonly certificate: Certificate
  readonly certificates: readonly Uint8Array[]
  readonly algorithm: SignatureAlgorithmParts
  readonly level: PadesLevel
  readonly signedAttributes: Uint8Array
}

/** Puts the signature into the increment, which is changed in place; returns it. */
export async function completeIncrement(completion: Completion, signature: Uint8Array, options: CompletePdfOptions): Promise<Uint8Array> {
  const crypto = options.crypto ?? defaultCrypto()
  const { increment, contents, certificate, certificates, algorithm, signedAttributes } = completion
  await checkSignatureValue(crypto, certificate, algorithm, signedAttributes, signature)
  const tokens =
    completion.level === 'B-T' ? [attribute(CMS_ATTRIBUTE.signatureTimestamp, await timestampToken(crypto, signature, algorithm.digest, options))] : []
  const cms = buildSignedData({
    certificate,
    certificates,
    digest: algorithm.digest,
    scheme: algorithm.scheme,
    signedAttributes,
    signature,
    unsignedAttributes: tokens,
  })
  const room = roomFor(contents)
  if (cms.length > room)
    throw new KysoError('ERR_PLACEHOLDER_TOO_SMALL', `the signature takes ${cms.length} bytes, ${room} were reserved`, { needed: cms.length, reserved: room })
  fillContents(increment, contents, cms)
  return increment
}

/** Refuses signed attributes that are not those of this certificate over this digest, down to the last octet. */
async function checkSignedAttributes(
  crypto: CryptoProvider,
  stated: Uint8Array,
  certificate: Certificate,
  algorithm: SignatureAlgorithmParts,
  messageDigest: Uint8Array,
): Promise<void> {
  const context = { rules: 'DER', budget: new Budget(), depth: 0 } as const
  const element = readElement(stated, 0, stated.length, context)
  const list = readAttributes(stated, context.budget)
  const value = singleValue(list, CMS_ATTRIBUTE.messageDigest, octetString(), context.budget)
  if (element.end !== stated.length || list.stored !== 'der' || !(value instanceof Uint8Array))
    throw new KysoError('ERR_STATE_INVALID', 'the signed attributes are not what was prepared', { why: 'signedAttributes' })
  if (!equal(value, messageDigest)) throw new KysoError('ERR_STATE_MISMATCH', 'the signed attributes are over another document', { why: 'messageDigest' })
  if (!equal(stated, await buildSignedAttributes(crypto, { certificate, digest: algorithm.digest, messageDigest }))) {
    throw new KysoError('ERR_STATE_MISMATCH', 'the signed attributes are of another certificate', { why: 'certificate' })
  }
}

/** The digest is over what stands around `/Contents`; that it stands where `/ByteRange` says is seen here. */
function checkPlace(size: number, before: Uint8Array, room: number, after: Uint8Array): void {
  const first = size + before.length
  const range = latin1(`/ByteRange [0 ${first} ${first + room + 2} ${after.length}`)
  const at = lastIndexOf(before, range)
  const next = before[at + range.length]
  const closed = next === 0x20 || next === 0x5d
  if (at === -1 || !closed || lastIndexOf(before, CONTENTS_KEY) !== before.length - CONTENTS_KEY.length) {
    throw new KysoError('ERR_STATE_MISMATCH', 'the place of the signature is not the one that was prepared', { why: 'byteRange' })
  }
}

/**
 * The increment for a document from its state and the signature value.
 *
 * @throws KysoError as {@link completePdf}
 */
export async function completeFromState(document: DocumentInput, state: string, signature: Uint8Array, options: CompletePdfOptions = {}): Promise<Uint8Array> {
  const crypto = options.crypto ?? defaultCrypto()
  const { bytes, size, room, algorithm: algorithmName, level } = decodeState(state)
  const source = toSource(document)
  if (source.size !== size)
    throw new KysoError('ERR_STATE_MISMATCH', 'the document is not the one that was prepared', { why: 'size', size: source.size, expected: size })
  const algorithm = parseSignatureAlgorithm(algorithmName)
  const increment = new Uint8Array(bytes.before.length + room + 2 + bytes.after.length).fill(0x30)
  increment.set(bytes.before)
  increment[bytes.before.length] = 0x3c
  increment[bytes.before.length + room + 1] = 0x3e
  increment.set(bytes.after, bytes.before.length + room + 2)

  // Digests are made anew: what the state says of them counts for nothing.
  const signing = await crypto.createHash(algorithm.digest)
  const identity = await crypto.createHash('SHA-256')
  await hashRanges([signing, identity], source, [{ offset: 0, length: size }])
  if (!equal(identity.digest(), bytes.sha256)) throw new KysoError('ERR_STATE_MISMATCH', 'the document is not the one that was prepared', { why: 'sha256' })
  signing.update(bytes.before)
  signing.update(bytes.after)
  try {
    const certificate = parseCertificate(bytes.certificates[0] as Uint8Array)
    await checkSignedAttributes(crypto, bytes.signedAttributes, certificate, algorithm, signing.digest())
    checkPlace(size, bytes.before, room, bytes.after)
    const completion: Completion = {
      increment,
      contents: { offset: bytes.before.length, length: room + 2 },
      certificate,
      certificates: bytes.certificates,
      algorithm,
      level,
      signedAttributes: bytes.signedAttributes,
    }
    return await completeIncrement(completion, signature, { ...options, crypto })
  } catch (error) {
    if (isKysoError(error) && error.code.startsWith('ERR_ASN1_'))
      throw new KysoError('ERR_STATE_INVALID', `the state is damaged: ${error.message}`, { why: 'asn1' }, { cause: error })
    throw error
  }
}

/**
 * Completes a prepared signature.
 *
 * @param document the same document, byte for byte
 * @param state from `preparePdf`
 * @param signature value over `toBeSigned`: RSA as in RFC 8017, ECDSA in DER, EdDSA as in RFC 8032
 * @returns the signed document: the old bytes and an increment
 * @throws KysoError `ERR_STATE_INVALID`, `ERR_STATE_MISMATCH` (another document), `ERR_SIGNATURE_MISMATCH` (not the
 *   certificate's key), `ERR_PLACEHOLDER_TOO_SMALL` (with the size needed), `ERR_TSA_*`, `ERR_TSP_*`
 * @example
 * ```ts
 * const signed = await completePdf(pdf, state, signature, { sources: httpSources({ tsa: 'http://tsa.example' }) })
 * ```
 */
export async function completePdf(document: DocumentInput, state: string, signature: Uint8Array, options: CompletePdfOptions = {}): Promise<Uint8Array> {
  const increment = await completeFromState(document, state, signature, options)
  return concat([readAll(toSource(document)), increment])
}
