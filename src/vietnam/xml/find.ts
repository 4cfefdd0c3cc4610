/** Finding what a profile names in a document. What stands there twice is never chosen among: programs would differ on which one counts. */
import { childElements, isNamed, NODE, type NodeId, type XmlDocument } from '../../xml/index.ts'
import { NAMESPACE } from '../../xmldsig/algorithms.ts'
import type { ElementPath, XmlProfile } from './profile.ts'

/** What a path leads to. */
export type Found = { readonly node: NodeId } | 'missing' | 'several'

/** What was looked for before: a document may have a thousand signatures over one unit with a million children. */
const known = new WeakMap<XmlDocument, Map<string, Found>>()

function once(document: XmlDocument, key: string, find: () => Found): Found {
  let found = known.get(document)
  if (!found) known.set(document, (found = new Map()))
  const before = found.get(key)
  if (before !== undefined) return before
  const result = find()
  found.set(key, result)
  return result
}

/** A way down from an element by names of its namespace, where each step is the only one. */
export function resolve(document: XmlDocument, from: NodeId, path: ElementPath): Found {
  return once(document, `${from}/${path.join('/')}`, () => {
    const { namespace } = document.name(from)
    let node = from
    for (const name of path) {
      const [first, second] = childrenNamed(document, node, name, namespace)
      if (first === undefined) return 'missing'
      if (second !== undefined) return 'several'
      node = first
    }
    return { node }
  })
}

/** Children of a name, two at most. */
function childrenNamed(document: XmlDocument, parent: NodeId, name: string, namespace: string): NodeId[] {
  const found: NodeId[] = []
  for (const child of childElements(document, parent)) {
    if (!isNamed(document, child, name, namespace)) continue
    found.push(child)
    if (found.length === 2) break
  }
  return found
}

/** The first path that leads somewhere. */
export function resolveAny(document: XmlDocument, from: NodeId, paths: readonly ElementPath[]): Found {
  for (const path of paths) {
    const found = resolve(document, from, path)
    if (found !== 'missing') return found
  }
  return 'missing'
}

/**
 * Where a signature goes. Of several elements of a name the first is taken where the others hold nothing: real invoices carry a second,
 * empty `DSCKS`.
 */
export function resolvePlace(document: XmlDocument, from: NodeId, path: ElementPath): Found {
  return once(document, `${from}//${path.join('/')}`, () => {
    const { namespace } = document.name(from)
    let node = from
    for (const name of path) {
      let first: NodeId | undefined
      for (const child of childElements(document, node)) {
        if (!isNamed(document, child, name, namespace)) continue
        if (first === undefined) first = child
        else if (!isHollow(document, child)) return 'several'
      }
      if (first === undefined) return 'missing'
      node = first
    }
    return { node }
  })
}

function isHollow(document: XmlDocument, element: NodeId): boolean {
  return childElements(document, element).next().done === true && document.text(element).trim() === ''
}

/** Whether an element has a `ds:Signature` among its children. */
export function holdsSignature(document: XmlDocument, element: NodeId): boolean {
  for (const child of childElements(document, element)) if (isNamed(document, child, 'Signature', NAMESPACE.ds)) return true
  return false
}

/** Whether an element is the unit of a profile, standing where it may. */
export function isUnit(document: XmlDocument, element: NodeId, profile: XmlProfile): boolean {
  if (element === 0 || document.kind(element) !== NODE.element) return false
  const { local, namespace } = document.name(element)
  return profile.units.some(
    ({ name, namespaces, within }) =>
      name === local && namespaces.includes(namespace) && within.some((around) => standsWithin(document, element, around, namespace)),
  )
}

/** Whether these elements, and no others, are around an element. */
function standsWithin(document: XmlDocument, element: NodeId, around: ElementPath, namespace: string): boolean {
  let at = document.parent(element)
  for (const name of [...around].reverse()) {
    if (at === 0 || !isNamed(document, at, name, namespace)) return false
    at = document.parent(at)
  }
  return at === 0
}

/** The units of a profile in a document. */
export function unitsOf(document: XmlDocument, profile: XmlProfile): NodeId[] {
  const found: NodeId[] = []
  for (const { name, namespaces, within } of profile.units)
    for (const around of within)
      for (const namespace of namespaces) {
        let level: NodeId[] = [document.root]
        for (const [depth, step] of [...around, name].entries()) {
          const next = depth === 0 ? level : level.flatMap((parent) => [...childElements(document, parent)])
          level = next.filter((element) => isNamed(document, element, step, namespace))
        }
        for (const one of level) found.push(one)
      }
  return found.sort((a, b) => a - b)
}

/** The unit of a profile that a signature belongs to by where it stands; `undefined` where it stands elsewhere. */
export function unitOfSignature(document: XmlDocument, signature: NodeId, profile: XmlProfile): NodeId | undefined {
  for (const place of profile.places) {
    let at = document.parent(signature)
    const { namespace } = at === 0 ? { namespace: '' } : document.name(at)
    let fits = true
    for (const name of [...place].reverse()) {
      fits = at !== 0 && isNamed(document, at, name, namespace)
      if (!fits) break
      at = document.parent(at)
    }
    if (fits && isUnit(document, at, profile) && document.name(at).namespace === namespace) return at
  }
  return undefined
}
