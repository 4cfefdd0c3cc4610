/** Preparing a signature: what is signed, its digests, and SignedInfo; the key is not needed. */
import { signerCertificate } from '../cms/signer.ts'
import { type DigestAlgorithm, parseSignatureAlgorithm, type SignatureAlgorithmParts } from '../core/algorithms.ts'
import { Budget } from '../core/budget.ts'
import { defaultCrypto } from '../core/crypto/default.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import { attempt, isKysoError, KysoError } from '../core/errors.ts'
import { digest } from '../core/hash.ts'
import { type DocumentInput, readAll, toSource } from '../core/source.ts'
import type { SignRequest } from '../signers/signer.ts'
import type { Certificate } from '../x509/certificate.ts'
import { parseXml } from '../xml/parse.ts'
import { REFERENCE_TYPE } from '../xmldsig/algorithms.ts'
import { type Assembly, assemble, type Subject } from './build/assembly.ts'
import { brokenReference, checkEarlier, type Draft, openDraft, referenceDigests, toBeSigned } from './build/draft.ts'
import { IdMaker } from './build/ids.ts'
import { keyInfo } from './build/key-info.ts'
import { type LaidReference, type Layout, layOut } from './build/layout.ts'
import { checkName, Locator, referenceProblem } from './build/locate.ts'
import { Markup } from './build/markup.ts'
import { type DataObjectFormat, qualifyingProperties, timeProperty } from './build/properties.ts'
import { type SignatureInput, signatureText } from './build/signature.ts'
import { XADES_TYPE } from './names.ts'
import type { PrepareXmlOptions, XadesLevel } from './options.ts'
import { encodeState } from './state.ts'

/** A signature laid out and digested: ready to be signed. */
export interface Prepared {
  readonly draft: Draft
  readonly assembly: Assembly
  /** URI of the document in a detached signature. */
  readonly documentUri: string | undefined
  readonly size: number
  readonly documentDigest: Uint8Array
  readonly certificate: Certificate
  readonly algorithm: SignatureAlgorithmParts
  readonly level: XadesLevel
  readonly signingTime: Date
  readonly id: string
  readonly request: SignRequest
  readonly crypto: CryptoProvider
}

/** What {@link prepareXml} gives. */
export interface PreparedXml {
  /** The bytes the key signs, and their digest; hand it to `Signer.sign`. */
  readonly request: SignRequest
  /** The same bytes: SignedInfo in its canonical form. */
  readonly toBeSigned: Uint8Array
  /** JSON that `completeXml` takes together with the document; it holds no secret. */
  readonly state: string
  /** ID of the signature. */
  readonly id: string
}

/** Digest of references: XML signatures have no name for the digest of Ed448. */
function referenceDigest({ digest: own }: SignatureAlgorithmParts, asked: DigestAlgorithm | undefined): DigestAlgorithm {
  return asked ?? (own === 'SHAKE256-512' ? 'SHA-512' : own)
}

/** The document: as XML where it has to be, where it can be, or not at all, when it is hashed as it is. */
export function subjectOf(bytes: Uint8Array, asXml: 'always' | 'perhaps' | 'never'): Subject {
  const parse = (): Subject['tree'] => parseXml(bytes, { budget: new Budget() })
  return { bytes, tree: asXml === 'always' ? parse() : asXml === 'perhaps' ? attempt(parse) : undefined }
}

function checkForm({ form = 'xades', level = 'B-B', ...options }: PrepareXmlOptions): void {
  if (form !== 'xades' && form !== 'xmldsig') throw new KysoError('ERR_ARGUMENT', `no form ${form}`, { argument: 'form' })
  if (level !== 'B-B' && level !== 'B-T') throw new KysoError('ERR_ARGUMENT', `no level ${level}`, { argument: 'level' })
  if (form === 'xades') return
  // All of them are properties of XAdES: dropped without a word they would be believed to be signed.
  const { signerRoles, productionPlace, signaturePolicy, commitment } = options
  const said = Object.entries({ signerRoles, productionPlace, signaturePolicy, commitment }).find(([, value]) => value !== undefined)
  if (said) throw new KysoError('ERR_ARGUMENT', 'a plain XML signature has no place for it', { argument: said[0] })
  if (level !== 'B-B') throw new KysoError('ERR_ARGUMENT', 'a plain XML signature has no place for a time-stamp', { argument: 'level' })
}

/** The prefix of XAdES is bound anew inside the signature, and those that begin with `xml` are not to be bound (Namespaces in XML §3). */
function checkPrefix(prefix: string): string {
  if (prefix === 'xades' || /^xml/i.test(prefix)) throw new KysoError('ERR_ARGUMENT', `the prefix ${prefix} is taken`, { argument: 'prefix' })
  return prefix === '' ? '' : checkName(prefix, 'prefix')
}

interface Plan {
  readonly markup: Markup
  readonly input: SignatureInput
  readonly layout: Layout
  readonly id: string
}

/** References with the IDs that their DataObjectFormats need. */
function named(references: readonly LaidReference[], ids: IdMaker, isXades: boolean): { references: LaidReference[]; formats: DataObjectFormat[] } {
  const formats: DataObjectFormat[] = []
  const list = references.map((one): LaidReference => {
    if (!isXades || !one.format) return one
    const id = ids.choose(one.id, 'reference', 'references')
    formats.push({ reference: id, ...one.format })
    return { ...one, id }
  })
  return { references: list, formats }
}

async function plan(
  subject: Subject,
  options: PrepareXmlOptions & { readonly signingTime: Date },
  documentDigest: Uint8Array,
  { certificate, algorithm, crypto }: Pick<Prepared, 'certificate' | 'algorithm' | 'crypto'>,
): Promise<Plan> {
  const { form = 'xades', signatureProperties = [], canonicalization = 'exclusive', prefix = 'ds', signingTime } = options
  const isXades = form === 'xades'
  const markup = new Markup(checkPrefix(prefix))
  const locator = subject.tree && new Locator(subject.tree, new Budget(), options.namespaces)
  const ids = await IdMaker.create(crypto, locator?.ids, documentDigest)
  const id = ids.choose(options.signatureId, 'signature', 'signatureId')
  const digestAlgorithm = referenceDigest(algorithm, options.digestAlgorithm)
  const layout = layOut({ subject, options, locator, ids, markup, digestAlgorithm })

  const objects = layout.contentObject === '' ? [] : [layout.contentObject]
  const laid = [...layout.references]
  for (const property of signatureProperties) {
    const propertyId = ids.choose(property.id, 'time', 'signatureProperties')
    checkName(property.element ?? 'SigningTime', 'signatureProperties')
    objects.push(timeProperty(markup, property, propertyId, id, signingTime))
    const { signed = true } = property
    if (signed === false) continue
    const how = signed === true ? {} : signed
    const type = how.type ?? (property.idOn === 'properties' ? `${REFERENCE_TYPE.object.replace(/Object$/, 'SignatureProperties')}` : undefined)
    laid.push({
      uri: `#${propertyId}`,
      transforms: how.transforms ?? [],
      digestAlgorithm,
      ...(type === undefined ? {} : { type }),
      ...(how.id === undefined ? {} : { id: how.id }),
      format: { mimeType: 'text/xml' },
    })
  }
  if (laid.length === 0) throw new KysoError('ERR_ARGUMENT', 'nothing to be signed', { argument: 'references' })
  const { references, formats } = named(laid, ids, isXades)
  let valueId: string | undefined
  if (isXades) {
    // A counter-signature is over the value, so it has to have an ID.
    valueId = ids.make('value')
    const propertiesId = ids.make('properties')
    references.push({ uri: `#${propertiesId}`, type: XADES_TYPE.signedProperties, transforms: [canonicalization], digestAlgorithm })
    const withSerial = options.signingCertificateSerial === true
    const properties = { crypto, certificate, digestAlgorithm, signingTime, description: options, withSerial, formats, signatureId: id, id: propertiesId }
    objects.push(markup.ds('Object', {}, await qualifyingProperties(markup, properties)))
  }
  const key = keyInfo(markup, certificate, options.certificates, options.keyInfo)
  return { markup, layout, id, input: { id, valueId, canonicalization, scheme: algorithm.scheme, references, keyInfo: key, objects } }
}

/** Everything before the key is needed. */
export async function prepare(document: DocumentInput, given: PrepareXmlOptions): Promise<Prepared> {
  const crypto = given.crypto ?? defaultCrypto()
  const signingTime = given.signingTime ?? new Date()
  if (Number.isNaN(signingTime.getTime())) throw new KysoError('ERR_ARGUMENT', 'the signing time is no valid date', { argument: 'signingTime' })
  checkForm(given)
  const algorithm = parseSignatureAlgorithm(given.algorithm)
  const certificate = signerCertificate(given.certificates[0], algorithm, signingTime)
  const bytes = readAll(toSource(document))
  const { packaging = 'enveloped', counterSign } = given
  const asXml = counterSign !== undefined || packaging === 'enveloped' ? 'always' : packaging === 'detached' ? 'never' : 'perhaps'
  const subject = subjectOf(bytes, asXml)
  const documentDigest = await digest(crypto, 'SHA-256', bytes)
  const who = { certificate, algorithm, crypto }
  const make = async (options: PrepareXmlOptions & { readonly signingTime: Date }): Promise<Prepared> => {
    const { markup, input, layout, id } = await plan(subject, options, documentDigest, who)
    const write = (digests: readonly Uint8Array[]): Assembly => layout.wrap(signatureText(markup, input, digests))
    const open = (assembly: Assembly): Draft => openDraft(assemble(subject, assembly), id, layout.contents, crypto)
    const assembly = write(await referenceDigests(open(write([]))))
    const draft = open(assembly)
    // A reference that covers its own digest holds for no digest. Those without transforms of their own never do.
    const broken = layout.uncertain ? await brokenReference(draft) : undefined
    if (broken !== undefined) throw referenceProblem('self', broken)
    await checkEarlier(subject.tree, draft)
    const signed = toBeSigned(draft)
    const request: SignRequest = {
      toBeSigned: signed,
      digest: await digest(crypto, algorithm.digest, signed),
      documentDigest,
      ...(given.name ? { name: given.name } : {}),
    }
    const { documentUri } = layout
    return { draft, assembly, documentUri, size: bytes.length, documentDigest, ...who, level: given.level ?? 'B-B', signingTime, id, request }
  }
  const options = { ...given, signingTime }
  try {
    return await make(options)
  } catch (error) {
    // In base64 nothing around a document changes what its signatures are over.
    const mayEncode = counterSign === undefined && packaging !== 'enveloped' && packaging !== 'detached' && given.embed === undefined && !given.references
    if (!mayEncode || !isKysoError(error, 'ERR_XML_SIGNATURE_BROKEN')) throw error
    return make({ ...options, embed: 'base64' })
  }
}

/**
 * Prepares a signature: the certificate is needed, the key is not.
 *
 * Nothing of the document changes but by insertion: the signature is put in, a self-closing tag that it goes into is opened, and where `addId` says so
 * an `Id` attribute is added. White space, quotes, line ends, byte order mark and encoding stay.
 *
 * @param document the XML file; any file where the packaging is not `enveloped`
 * @returns what the key has to sign, and the state for {@link completeXml}
 * @throws KysoError `ERR_XML_*` for a document that is no XML, `ERR_XML_REFERENCE` and `ERR_XML_PLACE` for what cannot be signed so,
 *   `ERR_XML_SIGNATURE_BROKEN` where a signature of the document would no longer hold, `ERR_SIGNER_CERTIFICATE`, `ERR_CERTIFICATE_SYNTAX`,
 *   `ERR_ALGORITHM_UNSUPPORTED`, `ERR_ARGUMENT`
 * @example
 * ```ts
 * const { request, state } = await prepareXml(xml, { certificates: signer.certificates, algorithm: signer.algorithm })
 * const [signature] = await signer.sign([request])
 * const signed = await completeXml(xml, state, signature)
 * ```
 */
export async function prepareXml(document: DocumentInput, options: PrepareXmlOptions): Promise<PreparedXml> {
  const prepared = await prepare(document, options)
  return { request: prepared.request, toBeSigned: prepared.request.toBeSigned, state: encodeState(prepared, options.algorithm), id: prepared.id }
}
