/** A `ds:Signature` as read (XML-DSig 1.1 §4): strict by the schema, nothing judged. */
import { digestInfo } from '../core/algorithms.ts'
import type { Budget } from '../core/budget.ts'
import type { PssParameters } from '../core/crypto/provider.ts'
import type { XmlTable } from '../xml/table.ts'
import { NODE, type NodeId, type XmlDocument } from '../xml/tree.ts'
import { digestOfUri, NAMESPACE, type SignatureMethodParameters } from './algorithms.ts'
import { type KeyInfo, readKeyInfo } from './key-info.ts'
import { base64Text, ChildReader, childElements, isElement, requiredAttribute, simpleText, syntaxError } from './syntax.ts'

/** An element that names an algorithm. Parameters stand inside it. */
export interface AlgorithmElement {
  readonly node: NodeId
  readonly algorithm: string
}

/** A `ds:Reference` (§4.4.3). */
export interface Reference {
  readonly node: NodeId
  /** The `ds:SignedInfo` or `ds:Manifest` it stands in. */
  readonly owner: NodeId
  readonly id?: string
  /** `null` where there is no `URI`. */
  readonly uri: string | null
  readonly type?: string
  readonly transforms: readonly AlgorithmElement[]
  readonly digestMethod: string
  readonly digestValue: Uint8Array
}

/** A `ds:Object` (§4.5). */
export interface SignatureObject {
  readonly node: NodeId
  readonly id?: string
  readonly mimeType?: string
  readonly encoding?: string
}

/** A `ds:Manifest` (§5.1). */
export interface Manifest {
  readonly node: NodeId
  readonly id?: string
  readonly references: readonly Reference[]
}

/** A `ds:Signature` taken apart. */
export interface XmlSignature {
  readonly document: XmlDocument
  readonly node: NodeId
  readonly id?: string
  readonly signedInfo: NodeId
  readonly canonicalizationMethod: AlgorithmElement
  readonly signatureMethod: AlgorithmElement & SignatureMethodParameters
  readonly references: readonly Reference[]
  readonly signatureValue: { readonly node: NodeId; readonly id?: string; readonly bytes: Uint8Array }
  readonly keyInfo?: KeyInfo
  readonly objects: readonly SignatureObject[]
}

/**
 * Every `ds:Signature` element of a document in document order, those inside other signatures too.
 */
export function findSignatures(document: XmlTable): NodeId[] {
  const { names, nodeNames, size } = document
  const ids = new Set<number>()
  for (const [id, { local, namespace }] of names.names.entries()) if (local === 'Signature' && namespace === NAMESPACE.ds) ids.add(id)
  const found: NodeId[] = []
  if (ids.size === 0) return found
  for (let node = 0; node < size; node++) if (ids.has(nodeNames[node] as number) && document.kind(node) === NODE.element) found.push(node)
  return found
}

function optionalAttributes<K extends string>(document: XmlDocument, node: NodeId, names: Readonly<Record<K, string>>): { [P in K]?: string } {
  const read: { [P in K]?: string } = {}
  for (const key of Object.keys(names) as K[]) {
    const value = document.attribute(node, names[key])
    if (value !== undefined) read[key] = value
  }
  return read
}

function algorithmElement(document: XmlDocument, node: NodeId): AlgorithmElement {
  return { node, algorithm: requiredAttribute(document, node, 'Algorithm') }
}

function readReference(document: XmlDocument, node: NodeId, owner: NodeId, budget: Budget): Reference {
  budget.spend('references')
  const children = new ChildReader(document, node)
  const list = children.optional('Transforms')
  const transforms: AlgorithmElement[] = []
  if (list !== undefined) {
    const inside = new ChildReader(document, list)
    for (const transform of [inside.required('Transform'), ...inside.many('Transform')]) {
      budget.spend('transforms')
      transforms.push(algorithmElement(document, transform))
    }
    inside.end()
  }
  const digestMethod = requiredAttribute(document, children.required('DigestMethod'), 'Algorithm')
  const digestValue = base64Text(document, children.required('DigestValue'))
  children.end()
  return {
    node,
    owner,
    ...optionalAttributes(document, node, { id: 'Id', type: 'Type' }),
    uri: document.attribute(node, 'URI') ?? null,
    transforms,
    digestMethod,
    digestValue,
  }
}

/** A number of the schema type `integer`, small and not negative. */
function smallNumber(document: XmlDocument, node: NodeId): number {
  const text = simpleText(document, node).trim()
  if (!/^\+?\d{1,6}$/.test(text)) throw syntaxError(document, node, `${document.name(node).local} holds no small number`)
  return Number(text)
}

/** `RSAPSSParams` (RFC 9231 §2.3.9). What is left out has SHA-256, the same digest for the mask, and a salt as long as the digest. */
function readPss(document: XmlDocument, node: NodeId): PssParameters {
  const children = new ChildReader(document, node)
  const method = children.optional('DigestMethod')
  const mask = children.optional('MaskGenerationFunction', NAMESPACE.more2007)
  const salt = children.optional('SaltLength', NAMESPACE.more2007)
  const trailer = children.optional('TrailerField', NAMESPACE.more2007)
  children.end()
  const digest = method === undefined ? 'SHA-256' : digestOfUri(requiredAttribute(document, method, 'Algorithm'))
  let mgfDigest = digest
  if (mask !== undefined) {
    const function_ = document.attribute(mask, 'Algorithm') ?? `${NAMESPACE.more2007}MGF1`
    if (function_ !== `${NAMESPACE.more2007}MGF1`) throw syntaxError(document, mask, `the mask generation function ${function_}`)
    const inside = new ChildReader(document, mask)
    const maskDigest = inside.optional('DigestMethod')
    inside.end()
    if (maskDigest !== undefined) mgfDigest = digestOfUri(requiredAttribute(document, maskDigest, 'Algorithm'))
  }
  const saltLength = salt === undefined ? digestInfo(digest).length : smallNumber(document, salt)
  if (saltLength > 2048) throw syntaxError(document, node, 'a salt of more than 2048 octets')
  if (trailer !== undefined && smallNumber(document, trailer) !== 1) throw syntaxError(document, trailer, 'a trailer field other than 1')
  return { digest, mgfDigest, saltLength }
}

function readSignatureMethod(document: XmlDocument, node: NodeId): AlgorithmElement & SignatureMethodParameters {
  let parameters: SignatureMethodParameters = {}
  for (const child of childElements(document, node)) {
    if (isElement(document, child, 'HMACOutputLength') && parameters.hmacOutputLength === undefined)
      parameters = { ...parameters, hmacOutputLength: smallNumber(document, child) }
    else if (isElement(document, child, 'RSAPSSParams', NAMESPACE.more2007) && !parameters.pss) parameters = { ...parameters, pss: readPss(document, child) }
    else if (document.name(child).local === 'EdDSAContextString' && !parameters.eddsaContext)
      parameters = { ...parameters, eddsaContext: base64Text(document, child) }
    // A parameter that is not understood could change what the value means: whoever checks the value has to know of it.
    else parameters = { ...parameters, unknownParameter: document.name(child).qualified }
  }
  return { ...algorithmElement(document, node), ...parameters }
}

/**
 * Takes a `ds:Signature` apart.
 *
 * @param node the element
 * @param budget pays for references, transforms and certificates
 * @throws KysoError `ERR_XMLDSIG_SYNTAX` (with the offset) where the schema does not allow what is there, `ERR_ALGORITHM_UNSUPPORTED`
 *   for a digest in PSS parameters that is not known, `ERR_BUDGET_EXCEEDED`
 */
export function readSignature(document: XmlDocument, node: NodeId, budget: Budget): XmlSignature {
  if (!isElement(document, node, 'Signature')) throw syntaxError(document, node, 'no Signature element')
  const children = new ChildReader(document, node)
  const signedInfo = children.required('SignedInfo')
  const value = children.required('SignatureValue')
  const keyInfo = children.optional('KeyInfo')
  const objects = children.many('Object')
  children.end()

  const inside = new ChildReader(document, signedInfo)
  const canonicalizationMethod = algorithmElement(document, inside.required('CanonicalizationMethod'))
  const signatureMethod = readSignatureMethod(document, inside.required('SignatureMethod'))
  const references = [inside.required('Reference'), ...inside.many('Reference')].map((reference) => readReference(document, reference, signedInfo, budget))
  inside.end()
  return {
    document,
    node,
    ...optionalAttributes(document, node, { id: 'Id' }),
    signedInfo,
    canonicalizationMethod,
    signatureMethod,
    references,
    signatureValue: { node: value, ...optionalAttributes(document, value, { id: 'Id' }), bytes: base64Text(document, value) },
    ...(keyInfo === undefined ? {} : { keyInfo: readKeyInfo(document, keyInfo, budget) }),
    objects: objects.map((object) => ({ node: object, ...optionalAttributes(document, object, { id: 'Id', mimeType: 'MimeType', encoding: 'Encoding' }) })),
  }
}

/**
 * The manifests that stand in the objects of a signature.
 *
 * @throws KysoError `ERR_XMLDSIG_SYNTAX`, `ERR_BUDGET_EXCEEDED`
 */
export function readManifests(signature: XmlSignature, budget: Budget): Manifest[] {
  const { document } = signature
  const manifests: Manifest[] = []
  for (const object of signature.objects)
    for (const node of childElements(document, object.node)) {
      if (!isElement(document, node, 'Manifest')) continue
      const children = new ChildReader(document, node)
      const references = [children.required('Reference'), ...children.many('Reference')].map((reference) => readReference(document, reference, node, budget))
      children.end()
      manifests.push({ node, ...optionalAttributes(document, node, { id: 'Id' }), references })
    }
  return manifests
}
