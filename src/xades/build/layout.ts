/** What is signed and where the signature goes, for each packaging. */
import type { DigestAlgorithm } from '../../core/algorithms.ts'
import { KysoError } from '../../core/errors.ts'
import { readAll, toSource } from '../../core/source.ts'
import { afterPlace, beforePlace, firstChildPlace, lastChildPlace, type XmlPlace } from '../../xml/edit.ts'
import { escapeAttribute } from '../../xml/escape.ts'
import { NO_NODE, NODE, type NodeId, type XmlDocument } from '../../xml/tree.ts'
import { REFERENCE_TYPE } from '../../xmldsig/algorithms.ts'
import { isElement } from '../../xmldsig/syntax.ts'
import { XADES, XADES_TYPE } from '../names.ts'
import type { Canonicalization, XmlReference, XmlSignatureForm, XmlTransform } from '../options.ts'
import { type Assembly, embeddable, type PlacedText, type Subject, XML_DECLARATION } from './assembly.ts'
import { counterTarget } from './counter-target.ts'
import type { IdMaker } from './ids.ts'
import { attributePlace, type Locator, referenceProblem } from './locate.ts'
import { element, type Markup } from './markup.ts'
import type { PlannedReference } from './signature.ts'

/** A reference with what its DataObjectFormat says; none for the signature that is counter-signed. */
export interface LaidReference extends PlannedReference {
  readonly format?: { readonly mimeType: string; readonly description?: string; readonly encoding?: string }
}

/** Stands in a signature's text where the document goes; no text that is escaped can hold it. */
const HOLE = '\u0000'

/** Packaging worked out for a document. */
export interface Layout {
  readonly references: readonly LaidReference[]
  /** `ds:Object` with the document. */
  readonly contentObject: string
  /** From the signature's text to what is written. */
  readonly wrap: (signature: string) => Assembly
  /** What references that lead out are over. */
  readonly contents: ReadonlyMap<string, Uint8Array>
  /** URI of the document itself, where it is one of those. */
  readonly documentUri?: string
  /** Whether transforms were given that nobody has looked at: they may leave the signature's own digests in what they digest. */
  readonly uncertain?: boolean
}

/** What laying out needs. */
export interface LayoutInput {
  readonly subject: Subject
  readonly options: XmlSignatureForm & { readonly counterSign?: string | number }
  readonly locator: Locator | undefined
  readonly ids: IdMaker
  readonly markup: Markup
  readonly digestAlgorithm: DigestAlgorithm
}

const XML_TYPE = 'text/xml'
const OCTETS = 'application/octet-stream'

function canonicalizationFor({ options }: LayoutInput): Canonicalization {
  return options.canonicalization ?? 'exclusive'
}

/** The rest of a reference, as options say or by default. */
function laid(input: LayoutInput, given: XmlReference, uri: string, transforms: readonly XmlTransform[], mimeType: string): LaidReference {
  const { description, encoding, type, id } = given
  return {
    uri,
    transforms: given.transforms ?? transforms,
    digestAlgorithm: given.digestAlgorithm ?? input.digestAlgorithm,
    ...(type === undefined ? {} : { type }),
    ...(id === undefined ? {} : { id }),
    format: {
      mimeType: given.mimeType ?? mimeType,
      ...(description === undefined ? {} : { description }),
      ...(encoding === undefined ? {} : { encoding }),
    },
  }
}

/** A name as a URI reference. */
function uriOf(fileName: string): string {
  return fileName.split('/').map(encodeURIComponent).join('/')
}

function detached(input: LayoutInput): Layout {
  const { options, subject } = input
  if (!options.fileName) throw new KysoError('ERR_ARGUMENT', 'a detached signature needs the name of the document', { argument: 'fileName' })
  const documentUri = uriOf(options.fileName)
  const contents = new Map([[documentUri, subject.bytes]])
  const references = (options.references ?? [{}]).map((one) => {
    const uri = one.uri ?? documentUri
    if (one.element !== undefined || uri.startsWith('#')) throw referenceProblem('notFound', one.element ?? uri)
    if (one.content) contents.set(uri, readAll(toSource(one.content)))
    if (!contents.has(uri)) throw referenceProblem('content', uri)
    return laid(input, one, uri, [], options.mimeType ?? OCTETS)
  })
  return { references, contentObject: '', contents, documentUri, wrap: (signature) => ({ kind: 'beside', text: `${XML_DECLARATION}${signature}` }) }
}

/** Whether a document goes in as XML: where it may, and no default namespace of the signature would become its own. */
function embedding({ options, subject, markup }: LayoutInput): 'xml' | 'base64' {
  if (options.embed === 'base64') return 'base64'
  const { tree } = subject
  const bindsDefault = (one: XmlDocument): boolean => one.namespaceDeclarations(one.root).some(({ prefix }) => prefix === '')
  const fits = tree !== undefined && embeddable(tree) !== undefined && (markup.prefix !== '' || options.packaging !== 'enveloping' || bindsDefault(tree))
  if (options.embed === 'xml' && !fits) throw new KysoError('ERR_ARGUMENT', 'a document that cannot stand as XML in another one', { argument: 'embed' })
  return fits ? 'xml' : 'base64'
}

const BASE64 = 'http://www.w3.org/2000/09/xmldsig#base64'

function noReferences({ references }: XmlSignatureForm): void {
  if (references) throw new KysoError('ERR_ARGUMENT', 'references beside a packaging that is over the whole document', { argument: 'references' })
}

function enveloping(input: LayoutInput): Layout {
  const { options, ids, markup } = input
  noReferences(options)
  const embed = embedding(input)
  const id = ids.make('object')
  const mimeType = options.mimeType ?? (embed === 'xml' ? XML_TYPE : OCTETS)
  const contentObject = markup.ds('Object', { Id: id, MimeType: mimeType, Encoding: embed === 'base64' ? BASE64 : undefined }, HOLE)
  const transforms: XmlTransform[] = [embed === 'base64' ? 'base64' : canonicalizationFor(input)]
  return {
    references: [laid(input, { type: REFERENCE_TYPE.object }, `#${id}`, transforms, mimeType)],
    contentObject,
    contents: new Map(),
    wrap: (signature) => {
      const [before = '', after = ''] = signature.split(HOLE)
      return { kind: 'around', before: `${XML_DECLARATION}${before}`, after, embed }
    },
  }
}

/** The file that holds a document and its signatures side by side: elements without a namespace, which no document inside can mistake for its own. */
const WRAPPER = { root: 'SignedDocument', content: 'Content' } as const

/**
 * The content of a wrapper that was made before. Anything in it besides content and signatures would be signed by nobody: then it is a document like any
 * other, and goes into a wrapper whole.
 */
function wrapped(tree: XmlDocument | undefined): NodeId | undefined {
  if (!tree || tree.doctype !== undefined || tree.name(tree.root).qualified !== WRAPPER.root || tree.name(tree.root).namespace !== '') return undefined
  const content = tree.firstChild(tree.root)
  if (content === NO_NODE || tree.kind(content) !== NODE.element || tree.name(content).qualified !== WRAPPER.content) return undefined
  for (let node = tree.nextSibling(content); node !== NO_NODE; node = tree.nextSibling(node)) if (!isElement(tree, node, 'Signature')) return undefined
  return tree.attributes(tree.root).length === 0 ? content : undefined
}

function internallyDetached(input: LayoutInput): Layout {
  const { options, ids, subject, locator } = input
  const { tree } = subject
  const again = wrapped(tree)
  if (options.references) return inserted(input)
  if (tree && locator && again !== undefined) {
    const id = locator.idOf(again)
    if (id === undefined) throw referenceProblem('noId', WRAPPER.content)
    const encoded = tree.attribute(again, 'Encoding') === BASE64
    const mimeType = tree.attribute(again, 'MimeType') ?? (encoded ? OCTETS : XML_TYPE)
    return {
      references: [laid(input, {}, `#${id}`, [encoded ? 'base64' : canonicalizationFor(input)], options.mimeType ?? mimeType)],
      contentObject: '',
      contents: new Map(),
      wrap: insertion(placeOf(input).place, []),
    }
  }
  const embed = embedding(input)
  const id = ids.make('content')
  const mimeType = options.mimeType ?? (embed === 'xml' ? XML_TYPE : OCTETS)
  const content = element(WRAPPER.content, { Id: id, MimeType: mimeType, Encoding: embed === 'base64' ? BASE64 : undefined }, HOLE)
  const [before = '', after = ''] = content.split(HOLE)
  return {
    references: [laid(input, {}, `#${id}`, [embed === 'base64' ? 'base64' : canonicalizationFor(input)], mimeType)],
    contentObject: '',
    contents: new Map(),
    wrap: (signature) => ({
      kind: 'around',
      before: `${XML_DECLARATION}<${WRAPPER.root}>${before}`,
      after: `${after}${signature}</${WRAPPER.root}>`,
      embed,
    }),
  }
}

function insertion(place: XmlPlace, others: readonly PlacedText[]): Layout['wrap'] {
  // An attribute directly before the `/>` that is opened: one edit, not two at the same place.
  const joined = others.find(({ at }) => place.replaced > 0 && at === place.at)
  const rest = others.filter((one) => one !== joined)
  const open = `${joined?.text ?? ''}${place.open}`
  return (signature) => ({ kind: 'insert', insertions: [...rest, { ...place, open, text: signature }] })
}

/** The locator of a document that has to be XML; parsing has thrown where it is none. */
function located({ locator }: LayoutInput): Locator {
  if (!locator) throw new KysoError('ERR_ARGUMENT', 'a document that is no XML', { argument: 'document' })
  return locator
}

/** The place in the document, and the element that will be the signature's parent. */
function placeOf(input: LayoutInput): { place: XmlPlace; parent: NodeId } {
  const locator = located(input)
  const { document } = locator
  const { element: name, where = 'lastChild' } = input.options.place ?? {}
  const node = name === undefined ? document.root : locator.find(name)
  if (where === 'lastChild') return { place: lastChildPlace(document, node), parent: node }
  if (where === 'firstChild') return { place: firstChildPlace(document, node), parent: node }
  if (where !== 'after' && where !== 'before') throw new KysoError('ERR_ARGUMENT', `no place ${where}`, { argument: 'place' })
  if (node === document.root) throw new KysoError('ERR_XML_PLACE', 'a signature beside the document element', { what: name ?? '/' })
  return { place: where === 'after' ? afterPlace(document, node) : beforePlace(document, node), parent: document.parent(node) }
}

/** The ID of an element that is referenced; where it has none, one is put in if that is allowed. */
function referencedId(input: LayoutInput, node: NodeId, what: string, others: PlacedText[]): string {
  const locator = located(input)
  const { document } = locator
  const known = locator.idOf(node)
  if (known !== undefined) return known
  if (!input.options.addId || document.attribute(node, 'Id') !== undefined) throw referenceProblem('noId', what)
  const at = attributePlace(document, node, what)
  const before = others.find((one) => one.at === at)
  if (before) return before.text.slice(5, -1)
  const id = input.ids.make('id')
  others.push({ at, replaced: 0, open: '', close: '', text: ` Id="${escapeAttribute(id)}"` })
  return id
}

/** Signatures that are put into the document. */
function inserted(input: LayoutInput): Layout {
  const { options } = input
  const locator = located(input)
  const { document } = locator
  const { place, parent } = placeOf(input)
  const others: PlacedText[] = []
  const contents = new Map<string, Uint8Array>()
  const c14n = canonicalizationFor(input)
  const leaveOut = options.enveloped ?? 'without-signatures'
  const references = (options.references ?? [{ uri: '' }]).map((one): LaidReference => {
    if (one.content) {
      if (one.uri === undefined || one.uri.startsWith('#')) throw referenceProblem('content', one.uri ?? '')
      contents.set(one.uri, readAll(toSource(one.content)))
      return laid(input, one, one.uri, [], OCTETS)
    }
    const { uri, element: name } = one
    if ((uri === undefined) === (name === undefined)) throw new KysoError('ERR_ARGUMENT', 'a reference names an element or a URI', { argument: 'references' })
    if (uri !== undefined && uri !== '' && !uri.startsWith('#')) throw referenceProblem('content', uri)
    const pointer = uri !== undefined && /^#[\w.:-]+\(/.test(uri)
    const node = uri === '' || name === '/' || pointer ? 0 : locator.find(uri ?? name ?? '')
    const holds = node <= parent && parent < document.subtreeEnd(node)
    if (holds && options.packaging === 'internally-detached') throw referenceProblem('place', uri ?? name ?? '')
    const written = uri ?? (name === '/' ? '' : `#${referencedId(input, node, name ?? '', others)}`)
    return laid(input, one, written, holds ? [leaveOut, c14n] : [c14n], options.mimeType ?? XML_TYPE)
  })
  const uncertain = options.references?.some(({ transforms }) => transforms !== undefined) === true
  return { references, contentObject: '', contents, uncertain, wrap: insertion(place, others) }
}

/** EN 319 132-1 §5.2.7.2: over the SignatureValue of the other signature, among its unsigned properties. */
function counter(input: LayoutInput, which: string | number): Layout {
  const { place, valueId, addedId, inProperties } = counterTarget(located(input), which, input.ids, input.options.addId === true)
  const others: PlacedText[] = addedId === undefined ? [] : [addedId]
  const reference: LaidReference = {
    uri: `#${valueId}`,
    type: XADES_TYPE.countersignedSignature,
    transforms: [canonicalizationFor(input)],
    digestAlgorithm: input.digestAlgorithm,
  }
  const bound = { 'xmlns:xades': XADES.v132 }
  const wrap = (signature: string): Assembly => {
    const property = element('xades:CounterSignature', inProperties ? bound : {}, signature)
    const text = inProperties ? property : element('xades:UnsignedProperties', bound, element('xades:UnsignedSignatureProperties', {}, property))
    return { kind: 'insert', insertions: [...others, { ...place, text }] }
  }
  return { references: [reference], contentObject: '', contents: new Map(), wrap }
}

/**
 * Works out a packaging.
 *
 * @throws KysoError `ERR_XML_REFERENCE`, `ERR_XML_PLACE`, `ERR_ARGUMENT`, `ERR_XPATH_*`
 */
export function layOut(input: LayoutInput): Layout {
  const { counterSign, packaging = 'enveloped' } = input.options
  if (counterSign !== undefined) return counter(input, counterSign)
  switch (packaging) {
    case 'enveloped':
      return inserted(input)
    case 'enveloping':
      return enveloping(input)
    case 'detached':
      return detached(input)
    case 'internally-detached':
      return internallyDetached(input)
    default:
      throw new KysoError('ERR_ARGUMENT', `no packaging ${packaging}`, { argument: 'packaging' })
  }
}
