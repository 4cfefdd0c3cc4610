/** The signature that is counter-signed: its value's ID, and where among its unsigned properties the new one goes. */
import { Budget } from '../../core/budget.ts'
import { KysoError } from '../../core/errors.ts'
import { lastChildPlace, type XmlPlace } from '../../xml/edit.ts'
import { NO_NODE, type NodeId } from '../../xml/tree.ts'
import { childElement, childElements, isNamed } from '../../xml/walk.ts'
import { findSignatures, readSignature, type XmlSignature } from '../../xmldsig/signature.ts'
import { enclosingSignature } from '../counter-signature.ts'
import { XADES } from '../names.ts'
import { nameSignatures } from '../signature-ids.ts'
import type { PlacedText } from './assembly.ts'
import type { IdMaker } from './ids.ts'
import { attributePlace, type Locator, referenceProblem } from './locate.ts'

/** Where a counter-signature goes. */
export interface CounterTarget {
  readonly place: XmlPlace
  readonly valueId: string
  /** An ID that the value is given, where it had none. */
  readonly addedId: PlacedText | undefined
  /** Whether the place is inside of `UnsignedSignatureProperties`. */
  readonly inProperties: boolean
}

/** By the `Id` it bears, the name that reading gives it, or its place. */
function targetOf({ document }: Locator, which: string | number): NodeId {
  const all = findSignatures(document)
  const none = (): KysoError => new KysoError('ERR_ARGUMENT', 'there is no such signature to counter-sign', { argument: 'signature' })
  if (typeof which === 'number') {
    const node = all[which]
    if (node === undefined) throw none()
    return node
  }
  const byId = all.filter((node) => document.attribute(node, 'Id') === which.replace(/^#/, ''))
  const names = nameSignatures(all, new Map(all.map((node) => [node, enclosingSignature(document, node)])))
  const [node, ...others] = byId.length > 0 ? byId : all.filter((one) => names.get(one) === which)
  if (node === undefined || others.length > 0) throw none()
  return node
}

/** `QualifyingProperties` of a signature: those that name it as their target, as content that is signed may hold others. */
export function propertiesOf({ document, objects, id }: Pick<XmlSignature, 'document' | 'objects' | 'id'>): NodeId {
  for (const { node } of objects)
    for (const child of childElements(document, node))
      if (isNamed(document, child, 'QualifyingProperties', XADES.v132) && id !== undefined && document.attribute(child, 'Target') === `#${id}`) return child
  return NO_NODE
}

/**
 * Finds the place.
 *
 * @throws KysoError `ERR_ARGUMENT` where there is no such signature, `ERR_XML_REFERENCE` where its value bears no ID and none may be added, or it is no
 *   XAdES, `ERR_XMLDSIG_SYNTAX`
 */
export function counterTarget(locator: Locator, which: string | number, ids: IdMaker, addId: boolean): CounterTarget {
  const { document } = locator
  const node = targetOf(locator, which)
  const signature = readSignature(document, node, new Budget())
  const properties = propertiesOf(signature)
  if (properties === NO_NODE) throw referenceProblem('noXades', signature.id ?? String(which))
  const value = signature.signatureValue.node
  let valueId = locator.idOf(value)
  let addedId: PlacedText | undefined
  if (valueId === undefined) {
    if (!addId) throw referenceProblem('noId', 'SignatureValue')
    valueId = ids.make('value')
    const at = attributePlace(document, value, 'SignatureValue')
    addedId = { at, replaced: 0, open: '', close: '', text: ` Id="${valueId}"` }
  }
  const unsigned = childElement(document, properties, 'UnsignedProperties', XADES.v132)
  const inner = unsigned === NO_NODE ? NO_NODE : childElement(document, unsigned, 'UnsignedSignatureProperties', XADES.v132)
  // An empty UnsignedProperties has no place that the schema allows but its own list.
  if (unsigned !== NO_NODE && inner === NO_NODE) throw referenceProblem('noXades', signature.id ?? String(which))
  return { place: lastChildPlace(document, inner === NO_NODE ? properties : inner), valueId, addedId, inProperties: inner !== NO_NODE }
}
