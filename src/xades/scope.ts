/** What the references of a signature are for, and what they cover, in plain data. */

import type { Budget } from '../core/budget.ts'
import type { ReferenceFacts, Scope } from '../facts/index.ts'
import { pathOf } from '../xml/path.ts'
import { NODE, type NodeId, type XmlDocument } from '../xml/tree.ts'
import { ancestors, childElements } from '../xml/walk.ts'
import { NAMESPACE, REFERENCE_TYPE } from '../xmldsig/algorithms.ts'
import type { ReferenceResult } from '../xmldsig/references.ts'
import type { XmlSignature } from '../xmldsig/signature.ts'
import { isElement } from '../xmldsig/syntax.ts'
import { isXades } from './elements.ts'
import { XADES_TYPE } from './names.ts'

/** Elements that are listed of one reference; a filter may leave any number of separate ones. */
const MAX_LISTED = 1000

type Role = ReferenceFacts['role']

/** Whether an element stands inside another, or is it. */
export function isWithin(document: XmlDocument, node: NodeId, outer: NodeId): boolean {
  return node >= outer && node < document.subtreeEnd(outer)
}

function isProperties(document: XmlDocument, node: NodeId): boolean {
  const { local } = document.name(node)
  return (
    local === 'SignatureProperties' ||
    local === 'SignatureProperty' ||
    isXades(document, node, 'QualifyingProperties') ||
    isXades(document, node, 'SignedProperties')
  )
}

const rolesOfObjects = new WeakMap<XmlDocument, Map<NodeId, Role>>()

/** What something in an object of the signature is; of the whole object, what it holds. */
function objectRole(document: XmlDocument, object: NodeId, apex: NodeId): Role {
  if (isProperties(document, apex)) return 'properties'
  if (isElement(document, apex, 'Manifest')) return 'manifest'
  if (apex !== object) return 'content'
  let known = rolesOfObjects.get(document)
  if (!known) rolesOfObjects.set(document, (known = new Map()))
  let role = known.get(object)
  if (role === undefined) {
    const [first, ...more] = childElements(document, object)
    if (first === undefined) role = 'content'
    else if ([first, ...more].every((child) => isProperties(document, child))) role = 'properties'
    else role = more.length === 0 && isElement(document, first, 'Manifest') ? 'manifest' : 'content'
    known.set(object, role)
  }
  return role
}

/** What an element is that a reference is about. */
function roleOfElement(document: XmlDocument, signature: XmlSignature, { reference }: ReferenceResult, apex: NodeId): Role {
  // The child of the signature that it stands in, if it stands in it.
  let part = apex
  for (const above of ancestors(document, apex)) {
    if (above === signature.node) break
    part = above
  }
  if (part !== 0 && document.parent(part) === signature.node) {
    if (isElement(document, part, 'KeyInfo')) return 'keyInfo'
    if (isElement(document, part, 'Object')) return objectRole(document, part, apex)
  }
  if (isElement(document, apex, 'SignatureValue') || isElement(document, apex, 'Signature')) return 'signature'
  return reference.type === XADES_TYPE.countersignedSignature && document.name(apex).namespace === NAMESPACE.ds ? 'signature' : 'content'
}

/** Elements that a filter may leave of a signature: a few, or else it is over more than that. */
const MAX_OWN = 20

/** What a reference is for: by what it names, not by what it says of itself. */
export function roleOf(document: XmlDocument, signature: XmlSignature, result: ReferenceResult): Role {
  const { reference, apex, coverage } = result
  const role = apex === undefined || apex === 0 ? undefined : roleOfElement(document, signature, result, apex)
  if (role !== undefined && apex !== signature.node) return role
  // A filter over the whole document or the whole signature may have picked some elements of it.
  const { elements } = coverage
  const picked = elements.length <= MAX_OWN && !elements.includes(0) ? elements.map((one) => roleOfElement(document, signature, result, one)) : []
  const [first] = picked
  if (first !== undefined && (picked.length === 1 || picked.every((one) => one === 'keyInfo' || one === 'properties'))) return first
  return reference.type === REFERENCE_TYPE.manifest ? 'manifest' : apex === signature.node ? 'properties' : 'content'
}

/** Ranges of the file that an element takes, without the elements that were left out of it. */
function rangesOf(document: XmlDocument, element: NodeId, excluded: readonly NodeId[]): [number, number][] {
  const top = element === 0 ? document.root : element
  const ranges: [number, number][] = []
  let from = document.start(top)
  const push = (to: number): void => {
    const [start, end] = [document.fileOffset(from), document.fileOffset(to)]
    if (end > start) ranges.push([start, end - start])
  }
  for (const node of excluded) {
    if (document.kind(node) !== NODE.element || !isWithin(document, node, top) || document.start(node) < from) continue
    push(document.start(node))
    from = document.end(node)
  }
  push(document.end(top))
  return ranges
}

/** One reference as a fact. What it covers is told only where it holds and the signature value does. */
export function referenceFacts(document: XmlDocument, signature: XmlSignature, result: ReferenceResult, valid: boolean, budget: Budget): ReferenceFacts {
  const { reference, coverage } = result
  const covers = valid && result.result === 'passed'
  const elements = covers ? coverage.elements.slice(0, MAX_LISTED) : []
  const excluded = covers && elements.length > 0 ? coverage.excluded.slice(0, MAX_LISTED) : []
  // Cut short, the list of what was left out would make the ranges too wide.
  const certain = covers && coverage.excluded.length <= MAX_LISTED
  budget.spend('xpathSteps', elements.length * (1 + excluded.length))
  return {
    uri: reference.uri,
    ...(reference.type === undefined ? {} : { type: reference.type }),
    role: roleOf(document, signature, result),
    elements: elements.map((node) => (node === 0 ? '/' : pathOf(document, node))),
    ranges: certain ? elements.flatMap((node) => rangesOf(document, node, excluded)) : [],
    result: result.result,
  }
}

/** The scope of a signature. */
export function scopeOf(document: XmlDocument, signature: XmlSignature, results: readonly ReferenceResult[], valid: boolean, budget: Budget): Scope {
  return {
    kind: 'elements',
    whole: valid && results.some(({ result, coverage }) => result === 'passed' && coverage.whole),
    references: results.map((result) => referenceFacts(document, signature, result, valid, budget)),
  }
}
