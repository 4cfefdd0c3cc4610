/** Which XAdES properties belong to a signature, and which of them it signed (EN 319 132-1 §4.3, §4.4). */
import { type Check, failed, passed } from '../core/check.ts'
import type { NodeId, XmlDocument } from '../xml/tree.ts'
import { childElements } from '../xml/walk.ts'
import type { ReferenceResult } from '../xmldsig/references.ts'
import type { XmlSignature } from '../xmldsig/signature.ts'
import type { ReferencesResult } from '../xmldsig/verify.ts'
import { isSignedPropertiesType, isXades, xadesChildren } from './elements.ts'

/** Something that was put up with, or left aside. */
export interface Oddity {
  readonly code: 'xades-target' | 'xades-twice' | 'xades-elsewhere' | 'xades-unsigned'
  readonly detail: string
  readonly offset: number
}

/** The properties of a signature. */
export interface Qualifying {
  /** `QualifyingProperties`; absent for a plain XML signature. */
  readonly node?: NodeId
  /** `SignedProperties`, only where a passed reference of the signature covers it. */
  readonly signed?: NodeId
  /** The same whether the reference holds or not: for telling what kind of signature it was meant to be, and nothing else. */
  readonly named?: NodeId
  /** `UnsignedSignatureProperties`. Nobody signed them. */
  readonly unsigned?: NodeId
  readonly oddities: readonly Oddity[]
  readonly checks: readonly Check[]
}

/** Oddities that are told of one signature. */
const MAX_TOLD = 100

/**
 * Finds the properties. Only those count that stand in an object of this very signature and name it as their target; only those are
 * signed that the reference meant for them names and covers. Others, wherever they stand and whatever they say, are never read.
 */
export function findQualifying(document: XmlDocument, signature: XmlSignature, references: ReferencesResult): Qualifying {
  const oddities: Oddity[] = []
  const tell = (code: Oddity['code'], node: NodeId, detail: string): void => {
    if (oddities.length < MAX_TOLD) oddities.push({ code, detail, offset: document.fileOffset(document.start(node)) })
  }
  const own: NodeId[] = []
  for (const { node: object } of signature.objects)
    for (const child of childElements(document, object)) {
      if (isXades(document, child, 'QualifyingPropertiesReference')) tell('xades-elsewhere', child, 'properties that stand elsewhere are not read')
      if (!isXades(document, child, 'QualifyingProperties')) continue
      const target = document.attribute(child, 'Target')
      if (signature.id !== undefined && target === `#${signature.id}`) own.push(child)
      else tell('xades-target', child, `QualifyingProperties are for ${target ?? 'nothing'}, not for this signature`)
    }
  const meant = references.references.filter(({ reference }) => isSignedPropertiesType(reference.type))
  // The element that a reference of this type is about, and whether the reference holds.
  const named = new Map<NodeId, boolean>()
  for (const { result, coverage } of meant) {
    const [element, ...more] = coverage.elements
    if (element !== undefined && more.length === 0) named.set(element, named.get(element) === true || result === 'passed')
  }
  const propertiesOf = (node: NodeId): NodeId[] => xadesChildren(document, node, 'SignedProperties')
  const node = own.find((one) => propertiesOf(one).some((child) => named.get(child))) ?? own[0]
  const children = node === undefined ? [] : propertiesOf(node)
  const checks: Check[] = []
  // What the signer signed as properties has to be what is read as such: moved away, it would make room for others (TS 101 903 §6.3.1).
  const places = new Set(children)
  const elsewhere = ({ result, coverage }: ReferenceResult): boolean =>
    result === 'passed' && !(coverage.elements.length === 1 && places.has(coverage.elements[0] as NodeId))
  if (meant.some(elsewhere))
    checks.push(failed('signedProperties', 'the reference to the signed properties leads to something that is not the properties of this signature'))
  else if (meant.length > 0) checks.push(passed('signedProperties'))
  if (node === undefined) return { oddities, checks }
  for (const other of own) if (other !== node) tell('xades-twice', other, 'QualifyingProperties stand twice in the signature')
  const signed = children.find((child) => named.get(child))
  const meantFor = signed ?? children.find((child) => named.has(child))
  const [uncovered] = children
  if (signed === undefined && uncovered !== undefined) tell('xades-unsigned', uncovered, 'SignedProperties are not covered by a reference that holds')
  const [unsigned] = xadesChildren(document, xadesChildren(document, node, 'UnsignedProperties')[0], 'UnsignedSignatureProperties')
  return {
    node,
    ...(signed === undefined ? {} : { signed }),
    ...(meantFor === undefined ? {} : { named: meantFor }),
    ...(unsigned === undefined ? {} : { unsigned }),
    oddities,
    checks,
  }
}
