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

/**
 * Finds the properties. Only those count that stand in an object of this very signature and name it as their target; only those are
 * signed that the reference meant for them names and covers. Others, wherever they stand and whatever they say, are never read.
 */
export function findQualifying(document: XmlDocument, signature: XmlSignature, references: ReferencesResult): Qualifying {
  const oddities: Oddity[] = []
  const tell = (code: Oddity['code'], node: NodeId, detail: string): void => {
    oddities.push({ code, detail, offset: document.fileOffset(document.start(node)) })
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
  const names = ({ coverage }: ReferenceResult, node: NodeId): boolean =>
    coverage.elements.length === 1 && coverage.elements[0] === node && coverage.covers(node)
  const isNamed = (node: NodeId): boolean => meant.some((one) => names(one, node))
  const isSigned = (node: NodeId): boolean => meant.some((one) => one.result === 'passed' && names(one, node))
  const node = own.find((one) => xadesChildren(document, one, 'SignedProperties').some(isSigned)) ?? own[0]
  const checks: Check[] = []
  // What the signer signed as properties has to be what is read as such: moved away, it would make room for others (TS 101 903 §6.3.1).
  const properly = (one: ReferenceResult): boolean => node !== undefined && xadesChildren(document, node, 'SignedProperties').some((child) => names(one, child))
  if (meant.some((one) => one.result === 'passed' && !properly(one)))
    checks.push(failed('signedProperties', 'the reference to the signed properties leads to something that is not the properties of this signature'))
  else if (meant.length > 0) checks.push(passed('signedProperties'))
  if (node === undefined) return { oddities, checks }
  for (const other of own) if (other !== node) tell('xades-twice', other, 'QualifyingProperties stand twice in the signature')
  const [properties] = xadesChildren(document, node, 'SignedProperties').filter(isSigned)
  const [uncovered] = xadesChildren(document, node, 'SignedProperties')
  if (properties === undefined && uncovered !== undefined) tell('xades-unsigned', uncovered, 'SignedProperties are not covered by a reference that holds')
  const [unsigned] = xadesChildren(document, xadesChildren(document, node, 'UnsignedProperties')[0], 'UnsignedSignatureProperties')
  const named = xadesChildren(document, node, 'SignedProperties').find(isNamed)
  return {
    node,
    ...(properties === undefined ? {} : { signed: properties }),
    ...(named === undefined ? {} : { named }),
    ...(unsigned === undefined ? {} : { unsigned }),
    oddities,
    checks,
  }
}
