/**
 * Which elements a reference covers. An element is covered when a change to it, to an attribute or namespace declaration of it, or to
 * anything below it changes what is digested; the signature that was taken out of it by the reference itself apart. Comments are no content.
 */
import type { Budget } from '../core/budget.ts'
import { NO_NODE, NODE, type NodeId, type XmlDocument } from '../xml/tree.ts'
import type { NodeSet } from '../xml/xpath/index.ts'
import type { Picked, Subtree } from './data.ts'

/** What a reference covers of the signature's document. */
export interface Coverage {
  /** The document element with all that it holds. */
  readonly whole: boolean
  /** The topmost covered elements in document order; 0 where the whole document was chosen. */
  readonly elements: readonly NodeId[]
  /** The topmost elements that were left out of what surrounds them, the signature itself among them. */
  readonly excluded: readonly NodeId[]
  /** Whether an element is covered with everything in it. */
  covers(node: NodeId): boolean
}

/** Coverage of what shows nothing of the document. */
export const NOTHING_COVERED: Coverage = { whole: false, elements: [], excluded: [], covers: () => false }

class SubtreeCoverage implements Coverage {
  readonly #from: NodeId
  readonly #to: NodeId
  readonly #outFrom: NodeId
  readonly #outTo: NodeId
  readonly whole: boolean
  readonly elements: readonly NodeId[]
  readonly excluded: readonly NodeId[]

  constructor(document: XmlDocument, { apex, without }: Subtree) {
    this.#from = apex
    this.#to = document.subtreeEnd(apex)
    this.#outFrom = without ?? NO_NODE
    this.#outTo = without === undefined ? NO_NODE : document.subtreeEnd(without)
    this.whole = this.covers(document.root)
    this.elements = without === apex ? [] : [apex]
    this.excluded = without === undefined ? [] : [without]
  }

  covers(node: NodeId): boolean {
    return node >= this.#from && node < this.#to && !(node >= this.#outFrom && node < this.#outTo)
  }
}

/** Prefixes in scope at an element that are bound to something. */
function prefixesAt(document: XmlDocument, element: NodeId, budget: Budget): Set<string> {
  const bound = new Map<string, string>()
  for (let at = element; at !== NO_NODE && document.kind(at) === NODE.element; at = document.parent(at)) {
    const declarations = document.namespaceDeclarations(at)
    budget.spend('c14nNodes', 1 + declarations.length)
    for (const { prefix, namespace } of declarations) if (!bound.has(prefix)) bound.set(prefix, namespace)
  }
  return new Set([...bound].filter(([, namespace]) => namespace !== '').map(([prefix]) => prefix))
}

class FilteredCoverage implements Coverage {
  readonly #document: XmlDocument
  readonly #nodes: NodeSet
  /** Nodes that are not in the set, or not with all that belongs to them; ascending. */
  readonly #missing: readonly NodeId[]
  readonly #own: NodeId
  readonly #ownEnd: NodeId
  #elements: readonly NodeId[] | undefined
  #excluded: readonly NodeId[] | undefined

  constructor(document: XmlDocument, nodes: NodeSet, own: NodeId, budget: Budget) {
    this.#document = document
    this.#nodes = nodes
    this.#own = own
    this.#ownEnd = document.subtreeEnd(own)
    const missing: NodeId[] = []
    budget.spend('c14nNodes', document.size)
    for (let node = 1; node < document.size; node++) if (!this.#isWhole(node, budget)) missing.push(node)
    this.#missing = missing
  }

  #isWhole(node: NodeId, budget: Budget): boolean {
    const document = this.#document
    const nodes = this.#nodes
    const kind = document.kind(node)
    if (kind === NODE.comment) return true
    if (!nodes.has(node)) return false
    if (kind !== NODE.element) return true
    if (!document.attributes(node).every((attribute) => nodes.hasAttribute(attribute))) return false
    // What a prefix means is seen where its declaration is; below an element that is in the set with it, it is seen already.
    const parent = document.parent(node)
    if (document.kind(parent) === NODE.element && nodes.has(parent))
      return document.namespaceDeclarations(node).every(({ prefix, namespace }) => namespace === '' || nodes.hasNamespace(node, prefix))
    for (const prefix of prefixesAt(document, node, budget)) if (!nodes.hasNamespace(node, prefix)) return false
    return true
  }

  /** Whether nothing is missing from one number up to another. */
  #complete(from: NodeId, to: NodeId): boolean {
    let low = 0
    let high = this.#missing.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#missing[middle] as number) < from) low = middle + 1
      else high = middle
    }
    return (this.#missing[low] ?? to) >= to
  }

  covers(node: NodeId): boolean {
    const end = this.#document.subtreeEnd(node)
    if (node < this.#own && end >= this.#ownEnd) return this.#complete(node, this.#own) && this.#complete(this.#ownEnd, end)
    return this.#complete(node, end)
  }

  get whole(): boolean {
    return this.covers(this.#document.root)
  }

  get elements(): readonly NodeId[] {
    if (this.#elements) return this.#elements
    const document = this.#document
    const elements: NodeId[] = []
    for (let node = document.root; node < document.subtreeEnd(document.root); )
      if (document.kind(node) === NODE.element && this.covers(node)) {
        elements.push(node)
        node = document.subtreeEnd(node)
      } else node++
    return (this.#elements = elements)
  }

  get excluded(): readonly NodeId[] {
    if (this.#excluded) return this.#excluded
    const document = this.#document
    const excluded: NodeId[] = []
    for (const node of this.#missing)
      if (document.kind(node) === NODE.element && !this.#nodes.has(node) && this.#nodes.has(document.parent(node))) excluded.push(node)
    return (this.#excluded = excluded)
  }
}

/** A node-set is looked through once, however many references digest it. */
const known = new WeakMap<NodeSet, { readonly own: NodeId; readonly coverage: Coverage }>()

/**
 * What is covered by a digest that shows these nodes.
 *
 * @param own the signature the reference stands in
 */
export function coverageOf(document: XmlDocument, shows: Picked | undefined, own: NodeId, budget: Budget): Coverage {
  if (!shows) return NOTHING_COVERED
  if (!('nodes' in shows)) return new SubtreeCoverage(document, shows)
  const before = known.get(shows.nodes)
  if (before?.own === own) return before.coverage
  const coverage = new FilteredCoverage(document, shows.nodes, own, budget)
  known.set(shows.nodes, { own, coverage })
  return coverage
}
