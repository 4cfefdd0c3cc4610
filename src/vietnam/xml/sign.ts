/** Signing documents of Vietnam by the rules of their kind. Nothing of a document changes but by insertion. */
import { Budget } from '../../core/budget.ts'
import { KysoError } from '../../core/errors.ts'
import { type DocumentInput, readAll, toSource } from '../../core/source.ts'
import { parseCertificate } from '../../x509/index.ts'
import { completeXml } from '../../xades/complete.ts'
import type { CompleteXmlOptions, PrepareXmlOptions, SignXmlOptions, XmlReference, XmlSignatureForm } from '../../xades/options.ts'
import { type PreparedXml, prepareXml } from '../../xades/prepare.ts'
import { signXml } from '../../xades/sign.ts'
import { insertXml, lastChildPlace, type NodeId, parseXml, type XmlTable } from '../../xml/index.ts'
import { pathOf } from '../../xml/path.ts'
import { IdIndex } from '../../xmldsig/index.ts'
import { normaliseTaxCode, type TaxCodeOptions, type VietnameseIdentity, vietnameseIdentity } from '../identity.ts'
import { choosePlace, type FoundPlace } from './detect.ts'
import { resolve, resolveAny } from './find.ts'
import { type ProfilePart, SUBJECT_ORDER, type VietnamXmlProfile } from './profile.ts'
import { bearsTaxCode } from './tax-code.ts'
import { textOf } from './time.ts'

/** What signing by a profile leaves to choose; all else is the profile's. */
export interface VietnamXmlForm
  extends TaxCodeOptions,
    Pick<XmlSignatureForm, 'level' | 'signingTime' | 'signatureId' | 'digestAlgorithm' | 'enveloped' | 'keyInfo' | 'canonicalization'> {
  /** The one that the document has a free place for, when left out. */
  readonly profile?: VietnamXmlProfile
  /** Path of what is signed where a document holds several: `/TDiep/DLieu/HDon[2]`. */
  readonly unit?: string
  /** Plain XML-DSig when left out, as the systems that receive these documents know no XAdES; B-T needs `xades`, and is XAdES then. */
  readonly form?: 'xmldsig' | 'xades'
  /** Signs though the certificate's tax code is not the one that the document states for the signer. */
  readonly allowOtherTaxCode?: boolean
}

/** What preparing needs. */
export interface PrepareVietnamXmlOptions extends VietnamXmlForm, Pick<PrepareXmlOptions, 'certificates' | 'algorithm' | 'name' | 'crypto'> {}

/** What signing in one go needs. */
export interface SignVietnamXmlOptions extends VietnamXmlForm, Pick<SignXmlOptions, 'signer' | 'certificates' | 'name' | 'sources' | 'signal' | 'crypto'> {}

/** A prepared signature. */
export interface PreparedVietnamXml extends PreparedXml {
  readonly profile: VietnamXmlProfile
  /** The document to complete: the one that was given, or that with the place put in. */
  readonly document: Uint8Array
}

/** How a document is signed. */
interface Plan {
  readonly document: Uint8Array
  readonly profile: VietnamXmlProfile
  readonly form: XmlSignatureForm
}

/**
 * Signs a document by the rules of its kind: at its place, over its parts, in the form that the receiving systems read. A place written
 * `<CKyDTu/>` is opened, as they want it open and closed.
 *
 * @returns the signed document; every byte of the given one stays
 * @throws KysoError `ERR_VN_PROFILE` (none fits, or several), `ERR_VN_PLACE`, `ERR_VN_REFERENCE` (a part is missing, has no ID, or shares
 *   it), `ERR_VN_TAX_CODE` (not the signer's document), and as `signXml`
 * @example
 * ```ts
 * const signed = await signVietnamXml(einvoice, { signer: companySigner })
 * const report = await verify(signed, { trust })
 * describeVietnamXml(signed, report).signatures[0].profile // => 'einvoice-seller'
 * ```
 */
export async function signVietnamXml(document: DocumentInput, options: SignVietnamXmlOptions): Promise<Uint8Array> {
  const { signer, certificates = [], name, sources, signal, crypto } = options
  const { document: opened, form } = plan(readAll(toSource(document)), options, signer.certificates[0])
  const given = { ...(name ? { name } : {}), ...(sources ? { sources } : {}), ...(signal ? { signal } : {}), ...(crypto ? { crypto } : {}) }
  return signXml(opened, { ...form, signer, certificates, ...given })
}

/**
 * Prepares the signature of {@link signVietnamXml}: the certificate is needed, the key is not.
 *
 * @returns what the key has to sign, and what {@link completeVietnamXml} takes
 * @throws KysoError as {@link signVietnamXml}
 * @example
 * ```ts
 * const { certificates, algorithm } = companySigner
 * const prepared = await prepareVietnamXml(taxReturn, { certificates, algorithm })
 * const [signature] = await companySigner.sign([prepared.request])
 * const signed = await completeVietnamXml(prepared.document, prepared.state, signature)
 * ```
 */
export async function prepareVietnamXml(document: DocumentInput, options: PrepareVietnamXmlOptions): Promise<PreparedVietnamXml> {
  const { certificates, algorithm, name, crypto } = options
  const { document: opened, profile, form } = plan(readAll(toSource(document)), options, certificates[0])
  const prepared = await prepareXml(opened, { ...form, certificates, algorithm, ...(name ? { name } : {}), ...(crypto ? { crypto } : {}) })
  return { ...prepared, profile, document: opened }
}

/**
 * Completes a signature of {@link prepareVietnamXml}.
 *
 * @param document of the prepared signature
 * @throws KysoError as `completeXml`
 * @example
 * ```ts
 * const { certificates, algorithm } = companySigner
 * const { request, state, document } = await prepareVietnamXml(einvoice, { certificates, algorithm })
 * const [signature] = await companySigner.sign([request])
 * const signed = await completeVietnamXml(document, state, signature)
 * ```
 */
export function completeVietnamXml(document: Uint8Array, state: string, signature: Uint8Array, options: CompleteXmlOptions = {}): Promise<Uint8Array> {
  return completeXml(document, state, signature, options)
}

function plan(document: Uint8Array, options: VietnamXmlForm, certificate: Uint8Array | undefined): Plan {
  if (!certificate) throw new KysoError('ERR_SIGNER_CERTIFICATE', 'no signer’s certificate was given', { why: 'missing' })
  const identity = vietnameseIdentity(parseCertificate(certificate))
  const tree = parseXml(document, { budget: new Budget() })
  const place = choosePlace(tree, options, (one) => {
    const stated = statedTaxCode(tree, one)
    return stated !== undefined && bearsTaxCode(identity, stated, options)
  })
  if (place.create !== undefined && place.node !== undefined) {
    const opened = insertXml(document, tree, [{ at: lastChildPlace(tree, place.node), text: createdElement(tree, place.node, place.create) }])
    return plan(opened, { ...options, profile: place.profile.id, unit: pathOf(tree, place.unit) }, certificate)
  }
  if (options.allowOtherTaxCode !== true) checkTaxCode(statedTaxCode(tree, place), identity, options)
  return { document, profile: place.profile.id, form: formOf(tree, place, options) }
}

/** The prefix is that of the element around it, so that the namespace is the same. */
function createdElement(document: XmlTable, parent: NodeId, name: string): string {
  const { prefix } = document.name(parent)
  const qualified = prefix === '' ? name : `${prefix}:${name}`
  return `<${qualified}></${qualified}>`
}

function statedTaxCode(document: XmlTable, { profile, unit }: FoundPlace): string | undefined {
  const found = profile.taxCode ? resolveAny(document, unit, profile.taxCode) : 'missing'
  return typeof found === 'string' ? undefined : (textOf(document, found.node) ?? undefined) || undefined
}

function checkTaxCode(stated: string | undefined, identity: VietnameseIdentity, options: TaxCodeOptions): void {
  if (stated === undefined || bearsTaxCode(identity, stated, options)) return
  const certificate = identity.taxCodes.join(', ')
  throw new KysoError('ERR_VN_TAX_CODE', `the document states the tax code ${stated} for the signer, whose certificate has ${certificate || 'none'}`, {
    document: normaliseTaxCode(stated) ?? stated.slice(0, 40),
    ...(certificate === '' ? {} : { certificate }),
  })
}

function formOf(document: XmlTable, place: FoundPlace, options: VietnamXmlForm): XmlSignatureForm {
  const { profile, unit, node } = place
  const { level, signingTime, digestAlgorithm, keyInfo, canonicalization = profile.canonicalization } = options
  const ids = new IdIndex(document)
  const references = profile.parts.flatMap((part) => referenceTo(document, unit, part, ids, options.enveloped))
  const signatureId = options.signatureId ?? freeId(profile.signatureId, ids)
  const time = profile.time && { ...profile.time, ...(profile.time.id === undefined ? {} : { id: freeId(profile.time.id, ids) ?? profile.time.id }) }
  return {
    packaging: 'enveloped',
    form: options.form ?? (level === 'B-T' ? 'xades' : 'xmldsig'),
    canonicalization,
    prefix: profile.prefix,
    references,
    place: { element: pathOf(document, node ?? unit), where: 'lastChild' },
    keyInfo: keyInfo ?? { certificates: 'signer', keyValue: profile.keyValue, subjectName: SUBJECT_ORDER },
    ...(level === undefined ? {} : { level }),
    ...(signingTime === undefined ? {} : { signingTime }),
    ...(digestAlgorithm === undefined ? {} : { digestAlgorithm }),
    ...(signatureId === undefined ? {} : { signatureId }),
    ...(time ? { signatureProperties: [time] } : {}),
  }
}

/** `NBan`, `NBan-2`, …: the first that no element bears; several invoices of a message have signatures of one kind. */
function freeId(name: string | undefined, ids: IdIndex): string | undefined {
  if (name === undefined || ids.find(name) === undefined) return name
  let number = 2
  while (ids.find(`${name}-${number}`) !== undefined) number++
  return `${name}-${number}`
}

const ID_NAMES = ['Id', 'id', 'ID'] as const

function referenceTo(document: XmlTable, unit: NodeId, part: ProfilePart, ids: IdIndex, enveloped: VietnamXmlForm['enveloped']): XmlReference[] {
  const transforms = part.transforms.map((one) => (one === 'enveloped-signature' && enveloped !== undefined ? enveloped : one))
  if (part.reference === 'none') return []
  if (part.reference === 'document') return [{ uri: '', transforms }]
  const found = resolve(document, unit, part.path)
  const element = `${pathOf(document, unit)}/${part.path.join('/')}`
  if (found === 'missing' && !part.required) return []
  if (typeof found === 'string') throw referenceProblem(found, element, part)
  const id = ID_NAMES.map((name) => document.attribute(found.node, name)).find((value) => value !== undefined && value !== '')
  if (id === undefined) throw referenceProblem('noId', element, part)
  if (ids.find(id) !== found.node) throw referenceProblem('duplicateId', element, part)
  return [{ uri: `#${id}`, transforms }]
}

function referenceProblem(why: 'missing' | 'several' | 'noId' | 'duplicateId', element: string, { name }: ProfilePart): KysoError {
  return new KysoError('ERR_VN_REFERENCE', `${element} cannot be signed: ${why}`, { why, element, part: name })
}
