/** Ways through a tree that most callers need. */
import { NO_NODE, NODE, type NodeId, type XmlDocument } from './tree.ts'

/** Child elements in document order. */
export function* childElements(doc: XmlDocument, parent: NodeId): Generator<NodeId> {
  for (let node = doc.firstChild(parent); node !== NO_NODE; node = doc.nextSibling(node)) if (doc.kind(node) === NODE.element) yield node
}

/** The first child element of a name, {@link NO_NODE} where there is none. */
export function childElement(doc: XmlDocument, parent: NodeId, local: string, namespace?: string): NodeId {
  for (const node of childElements(doc, parent)) if (isNamed(doc, node, local, namespace)) return node
  return NO_NODE
}

/**
 * Elements of a name in document order, wherever they stand.
 *
 * @param namespace any when left out; '' for none
 * @param within only below this node, itself included; the whole document when left out
 */
export function elementsByName(doc: XmlDocument, local: string, namespace?: string, within: NodeId = 0): NodeId[] {
  const found: NodeId[] = []
  for (let node = within, end = doc.subtreeEnd(within); node < end; node++)
    if (doc.kind(node) === NODE.element && isNamed(doc, node, local, namespace)) found.push(node)
  return found
}

/** Whether an element has a local name and, where one is given, a namespace. */
export function isNamed(doc: XmlDocument, element: NodeId, local: string, namespace?: string): boolean {
  const name = doc.name(element)
  return name.local === local && (namespace === undefined || name.namespace === namespace)
}

/** Parent, its parent and so on; the document (0) is the last. */
export function* ancestors(doc: XmlDocument, node: NodeId): Generator<NodeId> {
  for (let at = doc.parent(node); at !== NO_NODE; at = doc.parent(at)) yield at
}
