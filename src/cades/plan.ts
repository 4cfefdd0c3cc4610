/** What a signature will be over and where it will go: worked out alike before signing and, from a state, after it. */
import { octetString } from '../asn1/index.ts'
import { attributesOf, singleValue } from '../cms/attributes.ts'
import { buildSignedAttributes } from '../cms/build.ts'
import { Content, type ContentPlace, wholeOf } from '../cms/content.ts'
import { CMS_ATTRIBUTE, CMS_CONTENT } from '../cms/index.ts'
import { type OpenedSignedData, openSignedData } from '../cms/signed-data.ts'
import { signerCertificate } from '../cms/signer.ts'
import { parseSignatureAlgorithm, type SignatureAlgorithmParts } from '../core/algorithms.ts'
import { Budget } from '../core/budget.ts'
import { equal } from '../core/bytes.ts'
import { defaultCrypto } from '../core/crypto/default.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import { attempt, isKysoError, KysoError } from '../core/errors.ts'
import { type ByteSource, type DocumentInput, memorySource, toSource } from '../core/source.ts'
import { digestAlgorithm } from '../x509/algorithm-identifier.ts'
import type { Certificate } from '../x509/certificate.ts'
import { describingAttributes } from './attributes.ts'
import { formOf, locate } from './form.ts'
import type { PrepareCmsOptions } from './options.ts'

/** Where the signature goes: a CMS of its own, beside the signers of one, or on one of them. */
export type Target =
  | { readonly kind: 'new' }
  | { readonly kind: 'parallel'; readonly cms: OpenedSignedData }
  | { readonly kind: 'counter'; readonly cms: OpenedSignedData; readonly index: number }

/** A signature before the key is needed. */
export interface Plan {
  readonly target: Target
  /** The document as it was given. */
  readonly document: Content
  /** What is signed: content, or the signature value that is counter-signed. */
  readonly signed: Content
  /** Content given beside a CMS that does not hold it. */
  readonly beside: Content | undefined
  /** Content to be put into the CMS. */
  readonly attached: Content | undefined
  readonly certificate: Certificate
  readonly algorithm: SignatureAlgorithmParts
  readonly options: PrepareCmsOptions & { readonly signingTime: Date }
  readonly crypto: CryptoProvider
}

/** A seal of the old kinds is over the certificates and attributes as they are (EN 319 122-1 annex A, RFC 5126 §6.4.1): nothing may be added. */
const SEALS = [CMS_ATTRIBUTE.archiveTimestamp, CMS_ATTRIBUTE.archiveTimestampV2]

/** The CMS that a document is, where it shall have something added. */
function existing(source: ByteSource, options: PrepareCmsOptions, budget: Budget): OpenedSignedData | undefined {
  if (options.nested) return undefined
  const form = formOf(source)
  // A message, and the answer of an authority, are documents like any other here; so is a token, whose one signer is its authority.
  const isFile = form === 'cms' || form === 'pem' || form === 'base64'
  if (!isFile && options.counterSign === undefined) return undefined
  const cms = opened(source, options, budget)
  if (!cms || cms.contentType === CMS_CONTENT.tstInfo) return undefined
  if (cms.signerInfos.some(({ unsigned }) => SEALS.some((type) => attributesOf(unsigned, type).length > 0)))
    throw new KysoError('ERR_CMS_ARCHIVED', 'an archive time-stamp of an old kind is over all that the CMS holds')
  return cms
}

/** The same; `undefined` for a CMS of another kind, an encrypted one above all: that is content. */
function opened(source: ByteSource, { counterSign }: PrepareCmsOptions, budget: Budget): OpenedSignedData | undefined {
  const { source: inner, start } = locate(source, budget)
  try {
    return openSignedData(inner, budget, start)
  } catch (error) {
    if (counterSign === undefined && isKysoError(error, 'ERR_CMS_SYNTAX') && error.data.contentType !== undefined) return undefined
    throw error
  }
}

function targetOf(cms: OpenedSignedData | undefined, { counterSign }: PrepareCmsOptions): Target {
  if (counterSign === undefined) return cms ? { kind: 'parallel', cms } : { kind: 'new' }
  const number = typeof counterSign === 'number' ? counterSign : Number(/^signature-([1-9]\d{0,5})$/.exec(counterSign)?.[1] ?? 0) - 1
  if (!cms?.signerInfos[number]) throw new KysoError('ERR_ARGUMENT', 'there is no such signature to counter-sign', { argument: 'counterSign' })
  return { kind: 'counter', cms, index: number }
}

/** The content of a CMS that gets a further signer: refused where it is not what the signers before signed. */
async function contentOf(cms: OpenedSignedData, beside: Content | undefined, make: (place: ContentPlace) => Content): Promise<Content> {
  const content = cms.content ? make(cms.content) : beside
  if (!content) throw new KysoError('ERR_CMS_CONTENT', 'the CMS does not hold its content, and none was given', { why: 'missing' })
  const other = (): KysoError => new KysoError('ERR_CMS_CONTENT', 'the content is not what the signers before signed', { why: 'other' })
  if (beside && beside !== content && !equal(await beside.digest('SHA-256'), await content.digest('SHA-256'))) throw other()
  for (const info of cms.signerInfos) {
    const algorithm = attempt(() => digestAlgorithm(info.digestAlgorithm))
    const expected = singleValue(info.signed, CMS_ATTRIBUTE.messageDigest, octetString(), new Budget())
    if (algorithm && expected instanceof Uint8Array && !equal(await content.digest(algorithm), expected)) throw other()
  }
  return content
}

/** Works out what is signed and by whom. */
export async function plan(input: DocumentInput, options: PrepareCmsOptions): Promise<Plan> {
  const crypto = options.crypto ?? defaultCrypto()
  const signingTime = options.signingTime ?? new Date()
  if (Number.isNaN(signingTime.getTime())) throw new KysoError('ERR_ARGUMENT', 'the signing time is no valid date', { argument: 'signingTime' })
  const algorithm = parseSignatureAlgorithm(options.algorithm)
  const certificate = signerCertificate(options.certificates[0], algorithm, signingTime)
  const budget = new Budget()
  const make = (place: ContentPlace): Content => new Content(crypto, budget, place)
  const source = toSource(input)
  const document = make(wholeOf(source))
  const beside = options.content === undefined ? undefined : make(wholeOf(toSource(options.content)))
  const target = targetOf(existing(source, options, budget), options)
  let signed = document
  let attached = options.attached ? document : undefined
  if (target.kind !== 'new') attached = target.cms.content && make(target.cms.content)
  if (target.kind === 'parallel') signed = await contentOf(target.cms, beside, make)
  else if (target.kind === 'counter') signed = make(wholeOf(memorySource(target.cms.signerInfos[target.index]?.signature ?? new Uint8Array(0))))
  return { target, document, signed, beside, attached, certificate, algorithm, options: { ...options, signingTime }, crypto }
}

/** DER of the signed attributes (EN 319 122-1 §6.3): those of every signature and those that describe it. */
export async function signedAttributesOf({ target, signed, certificate, algorithm, options, crypto }: Plan): Promise<Uint8Array> {
  // The digest a document is known by, out of the same reading.
  await signed.digestAll([algorithm.digest, 'SHA-256'])
  return buildSignedAttributes(crypto, {
    contentType: target.kind === 'counter' ? null : target.kind === 'parallel' ? target.cms.contentType : CMS_CONTENT.data,
    messageDigest: await signed.digest(algorithm.digest),
    certificate,
    digest: algorithm.digest,
    signingTime: options.signingTime,
    further: describingAttributes(options),
  })
}
