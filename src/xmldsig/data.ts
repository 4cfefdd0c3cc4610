/** What goes from transform to transform: octets, nodes of a document, or nodes whose canonical form has been asked for but not written yet. */
import type { C14nAlgorithm } from '../xml/c14n/algorithm.ts'
import type { XmlTable } from '../xml/table.ts'
import { NODE, type NodeId, type XmlAttribute, type XmlDocument } from '../xml/tree.ts'
import type { NodeSet } from '../xml/xpath/index.ts'

/** A subtree with its attributes and namespaces; the apex 0 is the whole document. */
export interface Subtree {
  readonly apex: NodeId
  /** Elements that were taken out with all that they hold, in document order and none in another: signatures. Absent where none was. */
  readonly without?: readonly NodeId[]
  readonly comments: boolean
}

/** Nodes of one document. */
export type Picked = Subtree | { readonly nodes: NodeSet }

/** Nodes and the document they are of. */
export interface Tree {
  readonly document: XmlTable
  readonly picked: Picked
}

interface Common {
  /** The same for the same outcome; absent for what is not worth remembering. */
  readonly key: string | undefined
  /**
   * The nodes of the signature's own document that the outcome shows unchanged: a change in any of them changes it. Absent as soon as
   * that cannot be said.
   */
  readonly shows: Picked | undefined
}

/** A node-set. */
export interface NodeData extends Common, Tree {
  readonly kind: 'nodes'
}

/** A canonical form that is not written yet: it can go straight into a hash. */
export interface CanonicalData extends Common, Tree {
  readonly kind: 'canonical'
  readonly algorithm: C14nAlgorithm
  readonly inclusivePrefixes: readonly string[]
}

/** Octets. */
export interface OctetData extends Common {
  readonly kind: 'octets'
  readonly bytes: Uint8Array
}

/** What a transform takes and gives (XML-DSig 1.1 §4.4.3.2). */
export type Data = NodeData | CanonicalData | OctetData

/** How many of ascending numbers are below `limit`. */
export function countBelow(numbers: readonly number[], limit: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[middle] as number) < limit) low = middle + 1
    else high = middle
  }
  return low
}

/** Whether a node is one of `roots`, which are in document order and none in another, or stands in one. */
export function isWithin(document: XmlDocument, roots: readonly NodeId[], node: NodeId): boolean {
  const root = roots[countBelow(roots, node + 1) - 1]
  return root !== undefined && node < document.subtreeEnd(root)
}

/** A subtree as a node-set, for the transforms that ask node by node. */
export class SubtreeNodes implements NodeSet {
  readonly #document: XmlTable
  readonly #from: NodeId
  readonly #to: NodeId
  readonly #without: readonly NodeId[]
  readonly #comments: boolean

  constructor(document: XmlTable, { apex, without, comments }: Subtree) {
    this.#document = document
    this.#from = apex
    this.#to = document.subtreeEnd(apex)
    this.#without = without ?? []
    this.#comments = comments
  }

  #inside(node: NodeId): boolean {
    return node >= this.#from && node < this.#to && !isWithin(this.#document, this.#without, node)
  }

  has(node: NodeId): boolean {
    return this.#inside(node) && (this.#comments || this.#document.kind(node) !== NODE.comment)
  }

  hasAttribute(attribute: XmlAttribute): boolean {
    return this.#inside(attribute.owner)
  }

  hasNamespace(element: NodeId): boolean {
    return this.#inside(element)
  }
}

/** A node-set without a subtree of it. */
export class NodesWithout implements NodeSet {
  readonly #nodes: NodeSet
  readonly #from: NodeId
  readonly #to: NodeId

  constructor(document: XmlTable, nodes: NodeSet, without: NodeId) {
    this.#nodes = nodes
    this.#from = without
    this.#to = document.subtreeEnd(without)
  }

  #out(node: NodeId): boolean {
    return node >= this.#from && node < this.#to
  }

  has(node: NodeId): boolean {
    return !this.#out(node) && this.#nodes.has(node)
  }

  hasAttribute(attribute: XmlAttribute): boolean {
    return !this.#out(attribute.owner) && this.#nodes.hasAttribute(attribute)
  }

  hasNamespace(element: NodeId, prefix: string): boolean {
    return !this.#out(element) && this.#nodes.hasNamespace(element, prefix)
  }
}

/** Any nodes as a node-set. */
export function asNodeSet({ document, picked }: Tree): NodeSet {
  return 'nodes' in picked ? picked.nodes : new SubtreeNodes(document, picked)
}
