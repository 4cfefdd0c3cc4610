/** Which signature another one counter-signs (EN 319 132-1 §5.2.7). */
import { type Check, failed, passed } from '../core/check.ts'
import { NO_NODE, type NodeId, type XmlDocument } from '../xml/tree.ts'
import { ancestors, childElement } from '../xml/walk.ts'
import { NAMESPACE } from '../xmldsig/algorithms.ts'
import { isElement } from '../xmldsig/syntax.ts'
import type { ReferencesResult } from '../xmldsig/verify.ts'
import { isXades } from './elements.ts'
import { XADES_TYPE } from './names.ts'

/** The signature in whose `CounterSignature` property a signature stands; `undefined` for one that stands for itself. */
export function enclosingSignature(document: XmlDocument, signature: NodeId): NodeId | undefined {
  if (!isXades(document, document.parent(signature), 'CounterSignature')) return undefined
  for (const node of ancestors(document, signature)) if (node !== 0 && isElement(document, node, 'Signature')) return node
  return undefined
}

/** Parent and what is to be said of it. */
export interface Countersigned {
  readonly parent: NodeId | undefined
  readonly checks: readonly Check[]
}

const NOT_COUNTERSIGNED = 'it stands or is marked as a counter-signature, but no reference covers the signature value of another signature'

/**
 * Looks at what a signature counter-signs. One that stands in another's `CounterSignature` has to cover that one's `SignatureValue` by
 * a reference that holds; one elsewhere is a counter-signature when a reference of that `Type` names the value of another signature.
 */
export function countersignedBy(document: XmlDocument, signature: NodeId, enclosing: NodeId | undefined, { references }: ReferencesResult): Countersigned {
  const marked = references.filter(({ reference }) => reference.type === XADES_TYPE.countersignedSignature)
  if (enclosing !== undefined) {
    const value = childElement(document, enclosing, 'SignatureValue', NAMESPACE.ds)
    // The element itself, or the signature with it: whoever covers the document at large has not counter-signed anybody.
    const covers = references.some(
      ({ apex, result, coverage }) => result !== 'notDone' && value !== NO_NODE && (apex === value || apex === enclosing) && coverage.covers(value),
    )
    return { parent: enclosing, checks: [covers ? passed('countersigned') : failed('countersigned', NOT_COUNTERSIGNED)] }
  }
  if (marked.length === 0) return { parent: undefined, checks: [] }
  for (const { apex, result, coverage } of marked) {
    const target = apex === undefined || apex === 0 ? NO_NODE : isElement(document, apex, 'SignatureValue') ? document.parent(apex) : apex
    if (target === NO_NODE || target === signature || !isElement(document, target, 'Signature')) continue
    const value = childElement(document, target, 'SignatureValue', NAMESPACE.ds)
    if (result !== 'notDone' && value !== NO_NODE && coverage.covers(value)) return { parent: target, checks: [passed('countersigned')] }
  }
  return { parent: undefined, checks: [failed('countersigned', NOT_COUNTERSIGNED)] }
}
