/** The transforms of a reference, one after the other (XML-DSig 1.1 §4.4.3.2, §6.6). */
import type { DigestAlgorithm } from '../core/algorithms.ts'
import type { Budget } from '../core/budget.ts'
import { concat, fromLatin1 } from '../core/bytes.ts'
import { isAboutDocument, KysoError } from '../core/errors.ts'
import { type C14nAlgorithm, c14nFromUri } from '../xml/c14n/algorithm.ts'
import { canonicalize } from '../xml/c14n/canonicalize.ts'
import { parseXml } from '../xml/parse.ts'
import { NO_NODE, NODE, type NodeId, type XmlDocument } from '../xml/tree.ts'
import { ancestors, elementsByName } from '../xml/walk.ts'
import { compileXPath, type Filter2, filter2, filterNodes, type NodeSet, type XPathContext } from '../xml/xpath/index.ts'
import { NAMESPACE, TRANSFORM } from './algorithms.ts'
import type { OctetDigest, XmlDsigContext } from './context.ts'
import { asNodeSet, type CanonicalData, type Data, isWithin, type NodeData, NodesWithout } from './data.ts'
import { referenceError } from './dereference.ts'
import type { AlgorithmElement, Reference, XmlSignature } from './signature.ts'
import { childElements, isElement, requiredAttribute, simpleText, strictBase64 } from './syntax.ts'

/** What becomes octets where nothing else is said (XML-DSig 1.1 §4.4.3.2). */
export const IMPLICIT: C14nAlgorithm = { method: 'inclusive', comments: false }

/** Hands the octets of data to a sink; a chunk is valid until the next. */
export function writeOctets(context: XmlDsigContext, data: Data, write: (chunk: Uint8Array) => void): void {
  if (data.kind === 'octets') {
    write(data.bytes)
    return
  }
  const { document, picked } = data
  const selection = 'nodes' in picked ? picked : { apex: picked.apex, comments: picked.comments, without: picked.without ?? [] }
  const [algorithm, inclusivePrefixes] = data.kind === 'canonical' ? [data.algorithm, data.inclusivePrefixes] : [IMPLICIT, []]
  canonicalize(document, selection, algorithm, write, { inclusivePrefixes, budget: context.budget })
}

/** Octets that are kept in memory, beside a multiple of the document's own: a canonical form may be longer than any memory is. */
const MAX_KEPT = 64 * 1024 * 1024
const MAX_KEPT_TIMES = 8

/**
 * The octets of data in one array.
 *
 * @throws KysoError `ERR_BUDGET_EXCEEDED` where they are many times what the document holds
 */
export function octetsOf(context: XmlDsigContext, data: Data): Uint8Array {
  if (data.kind === 'octets') return data.bytes
  const chunks: Uint8Array[] = []
  const limit = MAX_KEPT + MAX_KEPT_TIMES * context.document.bytes.length
  let length = 0
  writeOctets(context, data, (chunk) => {
    length += chunk.length
    if (length > limit) throw new KysoError('ERR_BUDGET_EXCEEDED', `more than ${limit} octets of canonical form in memory`, { kind: 'c14nBytes', limit })
    chunks.push(chunk.slice())
  })
  return concat(chunks)
}

/** The digest of data; octets pass through, they are not kept. What was hashed before is remembered. */
export async function digestOf(context: XmlDsigContext, data: Data, algorithm: DigestAlgorithm): Promise<OctetDigest> {
  // A node-set and its implicit canonical form are the same octets; the key says which form.
  const key = data.key === undefined ? undefined : `${algorithm} ${data.key}`
  const known = key === undefined ? undefined : context.computed.digests.get(key)
  if (known) return known
  const hasher = await context.crypto.createHash(algorithm)
  let length = 0
  writeOctets(context, data, (chunk) => {
    context.budget.spend('hashedBytes', chunk.length)
    length += chunk.length
    hasher.update(chunk)
  })
  const value = { digest: hasher.digest(), length }
  if (key !== undefined) context.computed.digests.set(key, value)
  return value
}

/** Prefixes of the `InclusiveNamespaces` inside a transform or `CanonicalizationMethod` (Exclusive C14N §2.2). */
export function inclusivePrefixes(document: XmlDocument, node: NodeId): string[] {
  const list = childElements(document, node).find((child) => isElement(document, child, 'InclusiveNamespaces', NAMESPACE.exclusive))
  if (list === undefined) return []
  return (document.attribute(list, 'PrefixList') ?? '').split(/[ \t\r\n]+/).filter((prefix) => prefix !== '')
}

/** What one transform needs to know besides its input. */
interface Application {
  readonly context: XmlDsigContext
  readonly signature: XmlSignature
  readonly reference: Reference
  readonly transform: AlgorithmElement
}

/** Octets as a document, where a transform wants nodes (§4.4.3.2). */
function toNodes({ context, reference }: Application, data: Data): NodeData {
  if (data.kind === 'nodes') return data
  const bytes = octetsOf(context, data)
  let document: NodeData['document']
  try {
    document = parseXml(bytes, { budget: context.budget })
  } catch (cause) {
    if (!isAboutDocument(cause)) throw cause
    throw new KysoError('ERR_XMLDSIG_REFERENCE', `what is transformed is no XML: ${cause.message}`, { reason: 'transform', uri: reference.uri }, { cause })
  }
  return { kind: 'nodes', document, picked: { apex: 0, comments: true }, key: data.key && `${data.key} parsed`, shows: data.shows }
}

function canonical(application: Application, data: Data, algorithm: C14nAlgorithm): CanonicalData {
  const nodes = toNodes(application, data)
  const { context, transform } = application
  const prefixes = algorithm.method === 'exclusive' ? inclusivePrefixes(context.document, transform.node) : []
  return { ...nodes, kind: 'canonical', algorithm, inclusivePrefixes: prefixes, key: nodes.key && canonicalKey(nodes.key, algorithm, prefixes) }
}

/** What tells the canonical forms of one node-set apart. */
export function canonicalKey(key: string, algorithm: C14nAlgorithm, prefixes: readonly string[]): string {
  return `${key} ${algorithm.method}${algorithm.comments ? '!' : ''}[${prefixes.join(' ')}]`
}

/**
 * §6.6.4: takes out the signature that this reference stands in, and no other. Where that is no part of the node-set there is nothing to
 * take out; where the nodes are of another document the signature cannot be among them, and whoever wrote the transform meant something else.
 */
function enveloped(application: Application, data: Data): NodeData {
  const { context, signature, reference } = application
  const nodes = toNodes(application, data)
  const { document, picked } = nodes
  if (document !== context.document)
    throw referenceError('transform', reference.uri, 'an enveloped-signature transform on what is not the signature’s document')
  const without = signature.node
  const key = nodes.key && `${nodes.key} without ${without}`
  if ('nodes' in picked) {
    const set = { nodes: new NodesWithout(document, asNodeSet(nodes), without) }
    return { ...nodes, picked: set, shows: set, key }
  }
  // Something inside the signature goes with it, and nothing is left.
  const inside = isWithin(document, [without], picked.apex)
  if (!inside && (without < picked.apex || without >= document.subtreeEnd(picked.apex))) return nodes
  const rest = { ...picked, without: takenOut(document, [...(picked.without ?? []), inside ? picked.apex : without]) }
  return { ...nodes, picked: rest, shows: rest, key }
}

/** Elements in document order, those that stand in another of them left out. */
function takenOut(document: XmlDocument, elements: readonly NodeId[]): NodeId[] {
  const roots: NodeId[] = []
  let end = 0
  for (const node of [...elements].sort((a, b) => a - b)) {
    if (node < end) continue
    roots.push(node)
    end = document.subtreeEnd(node)
  }
  return roots
}

const WITHOUT_SIGNATURES = /^\s*not\(\s*ancestor-or-self::([A-Za-z_][\w.-]*):Signature\s*\)\s*$/

/**
 * The filter by which signatures leave out each other: the same node-set as by asking node by node, as subtrees without subtrees, which are
 * written many times as fast. `undefined` where it is another expression, or other nodes than a subtree's.
 */
function withoutSignatures(nodes: NodeData, expression: string, namespaces: ReadonlyMap<string, string>, budget: Budget): NodeData | undefined {
  const { document, picked } = nodes
  const prefix = WITHOUT_SIGNATURES.exec(expression)?.[1]
  if (prefix === undefined || namespaces.get(prefix) !== NAMESPACE.ds || 'nodes' in picked) return undefined
  const isSignature = (node: NodeId): boolean => isElement(document, node, 'Signature')
  const inside = [picked.apex, ...ancestors(document, picked.apex)].some(isSignature)
  const found: NodeId[] = [...(picked.without ?? [])]
  if (inside) found.push(picked.apex)
  else for (const node of elementsByName(document, 'Signature', NAMESPACE.ds, picked.apex)) found.push(node)
  budget.spend('xpathSteps', document.subtreeEnd(picked.apex) - picked.apex)
  const rest = { ...picked, without: takenOut(document, found) }
  return { ...nodes, picked: rest, shows: nodes.shows && rest }
}

/** §6.6.2: the text of a node-set, or octets, decoded. */
function base64({ context, reference }: Application, data: Data): Data {
  const text = data.kind === 'nodes' ? textOf(data) : fromLatin1(octetsOf(context, data))
  // Work as that of a canonical form, and more a character.
  context.budget.spend('c14nBytes', 4 * text.length)
  const bytes = strictBase64(text)
  if (!bytes) throw referenceError('transform', reference.uri, 'a base64 transform on what is no base64')
  return { kind: 'octets', bytes, key: data.key && `${data.key} base64`, shows: undefined }
}

function textOf({ document, picked }: NodeData): string {
  const parts: string[] = []
  const [from, to] = 'nodes' in picked ? [0, document.size] : [picked.apex, document.subtreeEnd(picked.apex)]
  const set = asNodeSet({ document, picked })
  for (let node = from; node < to; node++) if (document.kind(node) === NODE.text && set.has(node)) parts.push(document.text(node))
  return parts.join('')
}

/** Namespaces in scope at an element: what the prefixes of an expression mean (§6.6.3). */
function namespacesAt(document: XmlDocument, node: NodeId): Map<string, string> {
  const found = new Map<string, string>()
  for (let at = node; at !== NO_NODE && document.kind(at) === NODE.element; at = document.parent(at))
    for (const { prefix, namespace } of document.namespaceDeclarations(at)) if (prefix !== '' && !found.has(prefix)) found.set(prefix, namespace)
  return found
}

/** What an expression is evaluated in. Its own place is known only where the nodes are of the document it stands in. */
function xpathContext({ context }: Application, nodes: NodeData, here: NodeId): XPathContext {
  const own = nodes.document === context.document
  return {
    document: nodes.document,
    budget: context.budget,
    ...(own ? { here, idOf: (value: string) => idOf(context, value) } : {}),
  }
}

function idOf(context: XmlDsigContext, value: string): NodeId | undefined {
  const found = context.ids.find(value)
  return typeof found === 'number' ? found : undefined
}

/** What tells expressions apart that are evaluated over the same nodes: their text, what prefixes mean, and, for `here()`, their place. */
function expressionKey(expression: string, namespaces: ReadonlyMap<string, string>, node: NodeId): string {
  const prefixes = [...namespaces].filter(([prefix]) => expression.includes(`${prefix}:`)).sort()
  return JSON.stringify([expression, prefixes, expression.includes('here') ? node : 0])
}

/** A filtered node-set of the signature's document shows what is in it; one of another document says nothing of the first. */
function filtered({ context }: Application, nodes: NodeData, key: string | undefined, make: () => NodeSet): NodeData {
  const own = nodes.document === context.document
  const set = { nodes: context.computed.nodeSet(own ? key : undefined, make) }
  return { kind: 'nodes', document: nodes.document, picked: set, key, shows: own ? set : undefined }
}

/** §6.6.3. */
function xpath(application: Application, data: Data): NodeData {
  const { context, reference, transform } = application
  const nodes = toNodes(application, data)
  const [element, ...more] = childElements(context.document, transform.node)
  if (element === undefined || more.length > 0 || !isElement(context.document, element, 'XPath'))
    throw referenceError('transform', reference.uri, 'an XPath transform without exactly one XPath element')
  const expression = simpleText(context.document, element)
  const namespaces = namespacesAt(context.document, element)
  const key = nodes.key && `${nodes.key} xpath ${expressionKey(expression, namespaces, element)}`
  const fast = withoutSignatures(nodes, expression, namespaces, context.budget)
  if (fast) return { ...fast, key, shows: nodes.document === context.document ? fast.shows : undefined }
  return filtered(application, nodes, key, () => filterNodes(compileXPath(expression, namespaces), xpathContext(application, nodes, element), asNodeSet(nodes)))
}

const OPERATIONS = ['intersect', 'subtract', 'union'] as const

/** XPath Filter 2.0. */
function xpathFilter2(application: Application, data: Data): NodeData {
  const { context, reference, transform } = application
  const nodes = toNodes(application, data)
  const { document } = context
  const elements = childElements(document, transform.node)
  const filters: Filter2[] = []
  const keys: string[] = []
  for (const element of elements) {
    const operation = OPERATIONS.find((name) => name === requiredAttribute(document, element, 'Filter'))
    if (!operation || !isElement(document, element, 'XPath', NAMESPACE.filter2))
      throw referenceError('transform', reference.uri, 'an XPath filter that is malformed')
    const expression = simpleText(document, element)
    const namespaces = namespacesAt(document, element)
    filters.push({ operation, xpath: compileXPath(expression, namespaces) })
    keys.push(operation, expressionKey(expression, namespaces, element))
  }
  const [first] = elements
  if (first === undefined) throw referenceError('transform', reference.uri, 'an XPath filter without an expression')
  const key = nodes.key && `${nodes.key} filter2 ${JSON.stringify(keys)}`
  return filtered(application, nodes, key, () => filter2(filters, xpathContext(application, nodes, first), asNodeSet(nodes)))
}

function apply(application: Application, data: Data): Data {
  const { algorithm } = application.transform
  const c14n = c14nFromUri(algorithm)
  if (c14n) return canonical(application, data, c14n)
  switch (algorithm) {
    case TRANSFORM.enveloped:
      return enveloped(application, data)
    case TRANSFORM.base64:
      return base64(application, data)
    case TRANSFORM.xpath:
      return xpath(application, data)
    case TRANSFORM.filter2:
      return xpathFilter2(application, data)
    default:
      throw new KysoError('ERR_ALGORITHM_UNSUPPORTED', `the transform ${algorithm} is not supported`, { algorithm })
  }
}

/**
 * Applies transforms to what a reference names. What comes out has not been written yet where it is a canonical form.
 *
 * @throws KysoError `ERR_ALGORITHM_UNSUPPORTED`, `ERR_XPATH_UNSUPPORTED` for what is not done here; `ERR_XMLDSIG_REFERENCE`,
 *   `ERR_XMLDSIG_SYNTAX`, `ERR_XPATH_SYNTAX`, `ERR_C14N_NAMESPACE` for what cannot be done; `ERR_BUDGET_EXCEEDED`
 */
export function applyTransforms(context: XmlDsigContext, signature: XmlSignature, reference: Reference, start: Data): Data {
  let data = start
  for (const transform of reference.transforms) {
    // What was a canonical form is octets now: only another canonicalisation still shows the same nodes.
    const again = data.kind === 'nodes' || c14nFromUri(transform.algorithm) !== undefined
    const next = apply({ context, signature, reference, transform }, data)
    data = again ? next : { ...next, shows: undefined }
  }
  return data
}
