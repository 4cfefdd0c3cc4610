/** Elements of XAdES, whichever version wrote them. */

import { NO_NODE, NODE, type NodeId, type XmlDocument } from '../xml/tree.ts'
import { childElements } from '../xml/walk.ts'
import { NAMESPACE } from '../xmldsig/algorithms.ts'
import { XADES, XADES_TYPE } from './names.ts'

const NAMESPACES: ReadonlySet<string> = new Set(Object.values(XADES))

/** Characters of a claim that are kept; documents may hold any number. */
const MAX_TEXT = 2000

/** Whether a node is an element of XAdES with this local name, of any version. */
export function isXades(document: XmlDocument, node: NodeId, local: string): boolean {
  if (node === NO_NODE || document.kind(node) !== NODE.element) return false
  const name = document.name(node)
  return name.local === local && NAMESPACES.has(name.namespace)
}

/** Child elements of XAdES in document order, all or those of a local name. */
export function xadesChildren(document: XmlDocument, node: NodeId | undefined, local?: string): NodeId[] {
  if (node === undefined) return []
  const found: NodeId[] = []
  for (const child of childElements(document, node)) {
    const name = document.name(child)
    if (NAMESPACES.has(name.namespace) && (local === undefined || name.local === local)) found.push(child)
  }
  return found
}

/** The first child element along a way of local names; those of XML-DSig stand among XAdES's. */
export function descend(document: XmlDocument, node: NodeId | undefined, ...path: readonly string[]): NodeId | undefined {
  let at = node
  for (const local of path) {
    if (at === undefined) return undefined
    let next: NodeId | undefined
    for (const child of childElements(document, at)) {
      const name = document.name(child)
      if (name.local !== local || !(NAMESPACES.has(name.namespace) || name.namespace === NAMESPACE.ds)) continue
      next = child
      break
    }
    at = next
  }
  return at
}

/** Text of an element without white space around it; `undefined` where there is none. Comments inside never shorten it. */
export function textOf(document: XmlDocument, node: NodeId | undefined): string | undefined {
  if (node === undefined) return undefined
  const text = document.text(node).trim()
  return text === '' ? undefined : text.slice(0, MAX_TEXT)
}

/** Whether the `Type` of a reference says that it is the one to `SignedProperties`, in the words of any version. */
export function isSignedPropertiesType(type: string | undefined): boolean {
  return type === XADES_TYPE.signedProperties || [...NAMESPACES].some((namespace) => type === `${namespace}SignedProperties`)
}
