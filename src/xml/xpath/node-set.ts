/**
 * Which nodes of a document are in a set: one byte for each node of the tree says so for itself, for its attributes and for its namespace
 * nodes; only attributes and namespace nodes that differ from the rest of their element are written down one by one.
 */
import { NODE, type NodeId, type XmlAttribute, type XmlDocument } from '../tree.ts'
import { type Model, ownerOf, type XNode } from './model.ts'

/** Nodes of a document, attributes and namespace nodes among them, as canonicalisation asks for them. */
export interface NodeSet {
  has(node: NodeId): boolean
  hasAttribute(attribute: XmlAttribute): boolean
  /** Of a namespace node of an element; asked for prefixes that are in scope there. */
  hasNamespace(element: NodeId, prefix: string): boolean
}

/** What a filter starts from: a set, or the whole document with or without its comments. */
export type FilterInput = NodeSet | 'with-comments' | 'without-comments'

const ITSELF = 1
const ITS_ATTRIBUTES = 2
const ITS_NAMESPACES = 4
const EXCEPTIONS = 8

/** The set that `with-comments` or `without-comments` names, or the set itself. */
export function inputSet(document: XmlDocument, input: FilterInput): NodeSet {
  if (typeof input !== 'string') return input
  const comments = input === 'with-comments'
  return { has: (node) => comments || document.kind(node) !== NODE.comment, hasAttribute: () => true, hasNamespace: () => true }
}

/** A set that is written while a filter runs, and then narrowed to the filter's input. */
export class MarkedNodes implements NodeSet {
  readonly #input: NodeSet
  readonly #flags: Uint8Array
  /** Attributes and namespace nodes that are not as their element's flag says. */
  readonly #exceptions = new Map<NodeId, Set<string>>()

  constructor(document: XmlDocument, input: NodeSet) {
    this.#input = input
    this.#flags = new Uint8Array(document.size)
  }

  /** Puts a node in, with or without its attributes and namespace nodes. */
  mark(node: NodeId, itself: boolean, attributes: boolean, namespaces: boolean): void {
    this.#flags[node] = (itself ? ITSELF : 0) | (attributes ? ITS_ATTRIBUTES : 0) | (namespaces ? ITS_NAMESPACES : 0)
  }

  /** Makes one attribute or namespace node differ from what {@link mark} said of its element. */
  except(node: XNode, model: Model): void {
    const owner = ownerOf(node)
    let keys = this.#exceptions.get(owner)
    if (keys === undefined) this.#exceptions.set(owner, (keys = new Set()))
    const attribute = model.attribute(node)
    keys.add(attribute === undefined ? namespaceKey(model.namespaceNode(node)?.prefix ?? '') : attributeKey(attribute))
    this.#flags[owner] = (this.#flags[owner] ?? 0) | EXCEPTIONS
  }

  has(node: NodeId): boolean {
    return ((this.#flags[node] ?? 0) & ITSELF) !== 0 && this.#input.has(node)
  }

  hasAttribute(attribute: XmlAttribute): boolean {
    const flags = this.#flags[attribute.owner] ?? 0
    const differs = (flags & EXCEPTIONS) !== 0 && this.#exceptions.get(attribute.owner)?.has(attributeKey(attribute)) === true
    return ((flags & ITS_ATTRIBUTES) !== 0) !== differs && this.#input.hasAttribute(attribute)
  }

  hasNamespace(element: NodeId, prefix: string): boolean {
    const flags = this.#flags[element] ?? 0
    const differs = (flags & EXCEPTIONS) !== 0 && this.#exceptions.get(element)?.has(namespaceKey(prefix)) === true
    return ((flags & ITS_NAMESPACES) !== 0) !== differs && this.#input.hasNamespace(element, prefix)
  }
}

function attributeKey({ name }: XmlAttribute): string {
  return `@${name.local} ${name.namespace}`
}

function namespaceKey(prefix: string): string {
  return `:${prefix}`
}
