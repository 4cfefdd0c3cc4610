/**
 * Which elements a reference covers. An element is covered when a change to it, to an attribute or namespace declaration of it, or to
 * anything below it changes what is digested; the signature that was taken out of it by the reference itself apart. Comments are no content.
 */
import type { Budget } from '../core/budget.ts'
import { NO_NODE, NODE, type NodeId, type XmlDocument } from '../xml/tree.ts'
import type { NodeSet } from '../xml/xpath/index.ts'
import { countBelow, isWithin, type Picked, type Subtree } from './data.ts'

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

function subtreeCoverage(document: XmlDocument, { apex, without = [] }: Subtree, own: NodeId): Coverage {
  const end = document.subtreeEnd(apex)
  /** What was taken out besides the signature itself. */
  const others = without.filter((node) => node !== own)
  const covers = (node: NodeId): boolean =>
    node >= apex &&
    node < end &&
    !isWithin(document, without, node) &&
    // Nothing else is missing from it.
    countBelow(others, node) === countBelow(others, document.subtreeEnd(node))
  let elements: readonly NodeId[] | undefined
  return {
    whole: covers(document.root),
    excluded: without,
    covers,
    get elements(): readonly NodeId[] {
      // What surrounds the document element is no element.
      const isApexCovered = covers(apex) && (apex > 0 || covers(document.root))
      elements ??= isApexCovered ? [apex] : topmostCovered(document, apex, covers)
      return elements
    },
  }
}

/** The topmost elements at or below a node that are covered. */
function topmostCovered(document: XmlDocument, from: NodeId, covers: (node: NodeId) => boolean): NodeId[] {
  const elements: NodeId[] = []
  for (let node = from, end = document.subtreeEnd(from); node < end; )
    if (document.kind(node) === NODE.element && covers(node)) {
      elements.push(node)
      node = document.subtreeEnd(node)
    } else node++
  return elements
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
    const isMissing = new Uint8Array(document.size)
    budget.spend('c14nNodes', document.size)
    for (let node = 1; node < document.size; node++) {
      const parent = document.parent(node)
      if (this.#isWhole(node, parent > 0 && isMissing[parent] === 0, budget)) continue
      missing.push(node)
      isMissing[node] = 1
    }
    this.#missing = missing
  }

  /** @param inWhole whether it stands in an element that is in the set with all that belongs to it */
  #isWhole(node: NodeId, inWhole: boolean, budget: Budget): boolean {
    const document = this.#document
    const nodes = this.#nodes
    const kind = document.kind(node)
    if (kind === NODE.comment) return true
    if (!nodes.has(node)) return false
    if (kind !== NODE.element) return true
    const attributes = document.attributes(node)
    budget.spend('c14nNodes', attributes.length)
    if (!attributes.every((attribute) => nodes.hasAttribute(attribute))) return false
    // What a prefix means is seen where its declaration is, and in exclusive form where it is used. What is not used here is seen already
    // at an element around this one that is in the set with it.
    const isSeen = (prefix: string, namespace: string): boolean => namespace === '' || prefix === 'xml' || nodes.hasNamespace(node, prefix)
    const names = [document.name(node), ...attributes.map(({ name }) => name)]
    if (!names.every(({ prefix, namespace }) => isSeen(prefix, namespace))) return false
    if (inWhole) return document.namespaceDeclarations(node).every(({ prefix, namespace }) => isSeen(prefix, namespace))
    for (const prefix of prefixesAt(document, node, budget)) if (!nodes.hasNamespace(node, prefix)) return false
    return true
  }

  /** Whether nothing is missing from one number up to another. */
  #complete(from: NodeId, to: NodeId): boolean {
    return (this.#missing[countBelow(this.#missing, from)] ?? to) >= to
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
    this.#elements ??= topmostCovered(this.#document, this.#document.root, (node) => this.covers(node))
    return this.#elements
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
  if (!('nodes' in shows)) return subtreeCoverage(document, shows, own)
  const before = known.get(shows.nodes)
  if (before?.own === own) return before.coverage
  const coverage = new FilteredCoverage(document, shows.nodes, own, budget)
  known.set(shows.nodes, { own, coverage })
  return coverage
}
