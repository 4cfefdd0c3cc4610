import { Budget } from '../../../src/core/budget.ts'
import { isKysoError } from '../../../src/core/errors.ts'
import { parseXml } from '../../../src/xml/parse.ts'
import { NODE, type NodeId, type XmlDocument } from '../../../src/xml/tree.ts'
import { compileXPath, evaluateXPath, type NodeSet, type SelectedNode, selectNodes, type XPathContext } from '../../../src/xml/xpath/index.ts'

export const DSIG = 'http://www.w3.org/2000/09/xmldsig#'
const NAMESPACES = new Map([
  ['p', 'urn:p'],
  ['q', 'urn:q'],
  ['ds', DSIG],
])

export function parse(xml: string): XmlDocument {
  return parseXml(new TextEncoder().encode(xml))
}

export function compile(expression: string): ReturnType<typeof compileXPath> {
  return compileXPath(expression, NAMESPACES)
}

export function contextOf(document: XmlDocument, more: Partial<XPathContext> = {}): XPathContext {
  return { document, budget: new Budget(), ...more }
}

/** Value of an expression; over an empty element where no document is given. */
export function value(expression: string, xml = '<r/>', at?: NodeId): boolean | number | string {
  return evaluateXPath(compile(expression), contextOf(parse(xml)), at)
}

/** Selected nodes in words: names of elements, `@name=value`, `xmlns:prefix=…`, `"text"`, `<!--…-->`, `<?target?>`, `/`. */
export function select(expression: string, xml: string, more: Partial<XPathContext> = {}, at?: NodeId): string[] {
  const document = parse(xml)
  const nodes = selectNodes(compile(expression), contextOf(document, more), at)
  if (nodes === undefined) throw new Error('no nodes')
  return nodes.map((node) => describeNode(document, node))
}

function describeNode(document: XmlDocument, node: SelectedNode): string {
  if (node.kind === 'attribute') return `@${node.attribute.name.qualified}=${node.attribute.value}`
  if (node.kind === 'namespace') return `xmlns:${node.prefix}=${node.namespace}`
  const id = node.node
  const kind = document.kind(id)
  if (kind === NODE.document) return '/'
  if (kind === NODE.element) return document.name(id).qualified
  if (kind === NODE.text) return JSON.stringify(document.text(id))
  return kind === NODE.comment ? `<!--${document.text(id)}-->` : `<?${document.target(id)}?>`
}

/** The first element with a local name. */
export function elementNamed(document: XmlDocument, local: string): NodeId {
  for (let id = 0; id < document.size; id++) if (document.kind(id) === NODE.element && document.name(id).local === local) return id
  throw new Error(`no ${local}`)
}

/** Everything that a set says of a document, as text that can be compared. */
export function contentsOf(set: NodeSet, document: XmlDocument): string[] {
  const contents: string[] = []
  for (let id = 0; id < document.size; id++) {
    const kind = document.kind(id)
    const label = kind === NODE.element ? document.name(id).qualified : ['/', '', 'text', 'comment', 'instruction'][kind]
    if (set.has(id)) contents.push(`${id} ${label}`)
    if (kind !== NODE.element) continue
    for (const attribute of document.attributes(id)) if (set.hasAttribute(attribute)) contents.push(`${id} @${attribute.name.qualified}`)
    for (const prefix of ['xml', '', 'p', 'q', 'r', 'ds']) {
      const bound = prefix === 'xml' || (document.namespaceOf(id, prefix) ?? '') !== ''
      if (bound && set.hasNamespace(id, prefix)) contents.push(`${id} xmlns:${prefix}`)
    }
  }
  return contents
}

/** Code of the error that a call throws. */
export function codeOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (isKysoError(error)) return error.code
    throw error
  }
  return 'none'
}
