/** Preparing a signature: the increment, its digest, and the signed attributes; the key is not needed. */

import { attribute, distinct } from '../cms/build.ts'
import { buildSignedAttributes, buildSignedData, CMS_ATTRIBUTE } from '../cms/index.ts'
import { signerCertificate } from '../cms/signer.ts'
import { parseSignatureAlgorithm, type SignatureAlgorithmParts } from '../core/algorithms.ts'
import { toBase64, toHex } from '../core/bytes.ts'
import { defaultCrypto } from '../core/crypto/default.ts'
import type { CryptoProvider, Hasher, PublicKey } from '../core/crypto/provider.ts'
import { KysoError } from '../core/errors.ts'
import { digest, hashRanges } from '../core/hash.ts'
import { type DocumentInput, toSource } from '../core/source.ts'
import { openPdf, type PdfDocument } from '../pdf/index.ts'
import type { SignRequest } from '../signers/signer.ts'
import { type Certificate, publicKeyOf } from '../x509/index.ts'
import type { Appearance, AppearanceBox, DrawnAppearance } from './appearance-form.ts'
import { pdfaClaim } from './conformance.ts'
import { FILTER, type Layout, layOutSignature } from './layout.ts'
import type { AccessPermission, PadesLevel, PreparePdfOptions } from './options.ts'
import { documentPermission } from './permissions.ts'
import { type SignaturePlace, signaturePlace } from './place.ts'
import { type SeedChoices, seedChoices } from './seed-value.ts'
import { encodeState, type PadesState } from './state.ts'

/** Room for a time-stamp token: those of public authorities with their chain take some six kilobytes. */
export const TIMESTAMP_SIZE = 12_000

/** The form of signature that EN 319 142-1 names for PAdES. */
const SUB_FILTER = 'ETSI.CAdES.detached'

/** A signature laid out, before anything was hashed. */
export interface Plan {
  readonly document: PdfDocument
  readonly layout: Layout
  readonly certificate: Certificate
  readonly certificates: readonly Uint8Array[]
  readonly algorithm: SignatureAlgorithmParts
  readonly options: PreparePdfOptions
  readonly crypto: CryptoProvider
}

/** A plan with its digests: ready to be signed. */
export interface Prepared extends Plan {
  /** DER of the signed attributes. */
  readonly signedAttributes: Uint8Array
  readonly request: SignRequest
  /** SHA-256 of the document as it was. */
  readonly documentDigest: Uint8Array
}

/** What {@link preparePdf} gives. */
export interface PreparedPdf {
  /** The bytes the key signs, and their digest; hand it to `Signer.sign`. */
  readonly request: SignRequest
  /** The same bytes: DER of the signed attributes. */
  readonly toBeSigned: Uint8Array
  /** JSON that `completePdf` takes together with the document; it holds no secret. */
  readonly state: string
  /** Name of the field. */
  readonly field: string
}

/** Longest value a key can give, in the encoding CMS carries. */
function signatureSize(key: PublicKey): number {
  switch (key.type) {
    case 'RSA':
      return Math.ceil(key.bits / 8)
    case 'EC':
      // ECDSA-Sig-Value: two integers with a sign octet each, and their headers.
      return 2 * (Math.ceil(key.bits / 8) + 4) + 4
    default:
      return 128
  }
}

/** A token larger than this is none; an absurd size would only make an absurd file. */
const MAX_TIMESTAMP_SIZE = 16 * 1024 * 1024

function timestampSize({ timestampSize: size = TIMESTAMP_SIZE }: PreparePdfOptions): number {
  if (!Number.isSafeInteger(size) || size < 0 || size > MAX_TIMESTAMP_SIZE)
    throw new KysoError('ERR_ARGUMENT', 'the size of the time-stamp is no number of bytes', { argument: 'timestampSize' })
  return size
}

const contentsSizes = new WeakMap<Certificate, Map<string, number>>()

/** Size of the finished CMS with the longest signature value there can be. Of the certificates beside the signer's their lengths alone matter, so it is computed once. */
async function contentsSize(crypto: CryptoProvider, certificate: Certificate, options: PreparePdfOptions, algorithm: SignatureAlgorithmParts): Promise<number> {
  const timestamp = options.level === 'B-T' ? timestampSize(options) : 0
  const certificates = distinct(options.certificates)
  const sizes = contentsSizes.get(certificate) ?? new Map<string, number>()
  contentsSizes.set(certificate, sizes)
  const key = `${options.algorithm} ${timestamp} ${certificates.reduce((sum, one) => sum + one.length, 0)}`
  const known = sizes.get(key)
  if (known !== undefined) return known
  const sample = buildSignedData({
    certificate,
    certificates,
    digest: algorithm.digest,
    scheme: algorithm.scheme,
    signedAttributes: await signedAttributes(crypto, certificate, algorithm, new Uint8Array(64)),
    signature: new Uint8Array(signatureSize(publicKeyOf(certificate))),
    ...(timestamp > 0 ? { unsignedAttributes: [attribute(CMS_ATTRIBUTE.signatureTimestamp, new Uint8Array(timestamp))] } : {}),
  })
  sizes.set(key, sample.length)
  return sample.length
}

/** What the signature certifies and locks: as the caller says, and as the field asks for where the caller says nothing. */
function restrictionsOf(
  document: PdfDocument,
  { existing, fields, signed }: SignaturePlace,
  { certify, lock, reason, level, certificates: chain }: PreparePdfOptions,
  certificate: Certificate,
  { digest: digestAlgorithm }: SignatureAlgorithmParts,
): SeedChoices {
  const terms = {
    filter: FILTER,
    subFilter: SUB_FILTER,
    digest: digestAlgorithm,
    timestamped: (level ?? 'B-B') !== 'B-B',
    reason,
    certify,
    lock,
    certificate,
    chain,
    signed,
    awaited: fields.some((field) => field !== existing && !field.value),
  }
  const choices = existing ? seedChoices(document, existing, terms) : { ...(certify ? { certify } : {}), ...(lock ? { lock } : {}) }
  const permission = choices.lock?.permission
  if (!choices.lock || permission === undefined) return choices
  // Table 236: a lock allows no more than what holds already, this signature's own certification included.
  const held = documentPermission(document, fields)
  const least = Math.min(permission, held, choices.certify ?? 3) as AccessPermission
  return { ...choices, lock: { ...choices.lock, permission: least } }
}

/** Has the appearance drawn, for what the document conforms to. */
function draw(document: PdfDocument, appearance: Appearance, { width, height }: AppearanceBox): Promise<DrawnAppearance> {
  const pdfa = pdfaClaim(document)
  return appearance.draw({ width, height, ...(pdfa ? { pdfa } : {}) })
}

/** Opens the document and lays the signature out. */
export async function plan(document: DocumentInput, options: PreparePdfOptions): Promise<Plan> {
  const crypto = options.crypto ?? defaultCrypto()
  const signingTime = options.signingTime ?? new Date()
  if (Number.isNaN(signingTime.getTime())) throw new KysoError('ERR_ARGUMENT', 'the signing time is no valid date', { argument: 'signingTime' })
  const algorithm = parseSignatureAlgorithm(options.algorithm)
  const certificate = signerCertificate(options.certificates[0], algorithm, signingTime)
  const pdf = await openPdf(toSource(document), { crypto, ...(options.password === undefined ? {} : { password: options.password }) })
  const size = await contentsSize(crypto, certificate, options, algorithm)
  const place = signaturePlace(pdf, options)
  const description = { ...options, ...restrictionsOf(pdf, place, options, certificate, algorithm), signingTime }
  const drawn = place.shown && options.visible ? await draw(pdf, options.visible.appearance, place.shown.box) : undefined
  const layout = layOutSignature(pdf, description, SUB_FILTER, size, place, drawn)
  return { document: pdf, layout, certificate, certificates: options.certificates, algorithm, options, crypto }
}

function signedAttributes(
  crypto: CryptoProvider,
  certificate: Certificate,
  algorithm: SignatureAlgorithmParts,
  messageDigest: Uint8Array,
): Promise<Uint8Array> {
  return buildSignedAttributes(crypto, { certificate, digest: algorithm.digest, messageDigest })
}

/**
 * Finishes a plan with hashes that have seen the document.
 *
 * @param signing hash of the signature's digest over the whole document
 * @param identity SHA-256 over the same; may be the same object
 */
export async function finishPlan(made: Plan, signing: Hasher, identity: Hasher): Promise<Prepared> {
  const { layout, algorithm, crypto, certificate } = made
  const documentDigest = identity.copy().digest()
  signing.update(layout.increment.subarray(0, layout.contents.offset))
  signing.update(layout.increment.subarray(layout.contents.offset + layout.contents.length))
  const attributes = await signedAttributes(crypto, certificate, algorithm, signing.digest())
  return {
    ...made,
    signedAttributes: attributes,
    documentDigest,
    request: {
      toBeSigned: attributes,
      digest: await digest(crypto, algorithm.digest, attributes),
      documentDigest,
      ...(made.options.name ? { name: made.options.name } : {}),
    },
  }
}

/** The hashes a plan needs over the document: one where the signature uses SHA-256 itself. */
export async function documentHashers({ crypto, algorithm }: Plan): Promise<{ signing: Hasher; identity: Hasher; all: Hasher[] }> {
  const signing = await crypto.createHash(algorithm.digest)
  const identity = algorithm.digest === 'SHA-256' ? signing : await crypto.createHash('SHA-256')
  return { signing, identity, all: signing === identity ? [signing] : [signing, identity] }
}

/** Plans and hashes: everything before the key is needed. */
export async function prepare(document: DocumentInput, options: PreparePdfOptions): Promise<Prepared> {
  const made = await plan(document, options)
  const { signing, identity, all } = await documentHashers(made)
  const { source } = made.document
  await hashRanges(all, source, [{ offset: 0, length: source.size }])
  return finishPlan(made, signing, identity)
}

/** The state of a prepared signature. */
export function stateOf(prepared: Prepared): PadesState {
  const { layout, document, options } = prepared
  const { increment, contents } = layout
  return {
    format: 'pades',
    version: 1,
    size: document.source.size,
    sha256: toHex(prepared.documentDigest),
    algorithm: options.algorithm,
    level: options.level ?? 'B-B',
    certificates: options.certificates.map(toBase64),
    signedAttributes: toBase64(prepared.signedAttributes),
    // The zeros between are not worth carrying.
    before: toBase64(increment.subarray(0, contents.offset)),
    room: contents.length - 2,
    after: toBase64(increment.subarray(contents.offset + contents.length)),
  }
}

/**
 * Prepares a signature: the certificate is needed, the key is not.
 *
 * @param document the whole PDF, or random access to it; not changed
 * @returns what the key has to sign, and the state for `completePdf`
 * @throws KysoError `ERR_PDF_*`, `ERR_SIGNER_CERTIFICATE`, `ERR_CERTIFICATE_SYNTAX`, `ERR_ALGORITHM_UNSUPPORTED`, `ERR_ARGUMENT`
 * @example
 * ```ts
 * const { request, state } = await preparePdf(pdf, { certificates: signer.certificates, algorithm: signer.algorithm })
 * const [signature] = await signer.sign([request])
 * const signed = await completePdf(pdf, state, signature)
 * ```
 */
export async function preparePdf(document: DocumentInput, options: PreparePdfOptions): Promise<PreparedPdf> {
  const prepared = await prepare(document, options)
  return { request: prepared.request, toBeSigned: prepared.signedAttributes, state: encodeState(stateOf(prepared)), field: prepared.layout.field }
}

export type { PadesLevel }
