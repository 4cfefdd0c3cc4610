/**
 * The data model of XPath 1.0 §5 over an {@link XmlDocument}. A node of XPath is a number that sorts in document order: the tree's
 * number of the node, or of the element that an attribute or namespace node belongs to, times {@link SCALE}, plus the place of the
 * namespace node (from 1) or attribute (from {@link ATTRIBUTES}). A run of adjacent text and CDATA is one node: that of its first part.
 */
import type { Budget } from '../../core/budget.ts'
import { KysoError } from '../../core/errors.ts'
import { NO_NODE, NODE, type NodeId, type XmlAttribute, type XmlDocument } from '../tree.ts'
import type { NodeTest } from './syntax.ts'

/** A node of XPath's data model. */
export type XNode = number

/** A node-set: document order, each once. */
export type XNodes = readonly XNode[]

const SCALE = 2 ** 22
const ATTRIBUTES = 2 ** 21

/** A namespace node. */
export interface NamespaceNode {
  readonly prefix: string
  readonly namespace: string
}

const XML: NamespaceNode = { prefix: 'xml', namespace: 'http://www.w3.org/XML/1998/namespace' }
const XML_ONLY: readonly NamespaceNode[] = [XML]

/** Characters of a string that an expression builds. */
const MAX_STRING = 100_000_000

/** Characters that one step pays for. */
const CHARACTERS_A_STEP = 16

/** Namespace nodes and attributes kept. */
const MAX_CACHED = 100_000

/** The number of a node of the tree. */
export function treeNode(node: NodeId): XNode {
  return node * SCALE
}

/** The node of the tree, or the element that an attribute or namespace node belongs to. */
export function ownerOf(node: XNode): NodeId {
  return Math.floor(node / SCALE)
}

/** Without `%`, which is ten times as slow for numbers of this size. */
function placeOf(node: XNode): number {
  return node - Math.floor(node / SCALE) * SCALE
}

/** Whether it is a node of the tree, neither attribute nor namespace. */
export function isTreeNode(node: XNode): boolean {
  return placeOf(node) === 0
}

/** Whether it is an attribute. */
export function isAttribute(node: XNode): boolean {
  return placeOf(node) >= ATTRIBUTES
}

/** What evaluations read a document through. Pays every step and every character. */
export class Model {
  readonly document: XmlDocument
  readonly #budget: Budget
  #unpaid = 0
  /** By the element that declares them: the namespaces in scope there. */
  readonly #inScope = new Map<NodeId, readonly NamespaceNode[]>()
  readonly #attributes = new Map<NodeId, readonly XmlAttribute[]>()
  #cached = 0
  #declaredIds: Map<string, NodeId> | undefined

  constructor(document: XmlDocument, budget: Budget) {
    this.document = document
    this.#budget = budget
  }

  /** Counts work; it is taken from the budget in larger portions. */
  step(amount = 1): void {
    this.#unpaid += amount
    if (this.#unpaid >= 1024) this.pay()
  }

  /**
   * Takes what has been counted from the budget.
   *
   * @throws KysoError `ERR_BUDGET_EXCEEDED` for `xpathSteps`
   */
  pay(): void {
    const amount = this.#unpaid
    this.#unpaid = 0
    this.#budget.spend('xpathSteps', amount)
  }

  /**
   * Pays for a string, and hands it back.
   *
   * @throws KysoError `ERR_BUDGET_EXCEEDED` for `xpathSteps`, and for a string of more than 100 million characters
   */
  text(value: string): string {
    this.length(value.length)
    return value
  }

  /** Pays for a string before it is built. */
  length(characters: number): void {
    if (characters > MAX_STRING) throw tooMuch(`a string of ${characters} characters`, this.#budget)
    this.step(Math.ceil(characters / CHARACTERS_A_STEP))
  }

  /** The first node behind a run of text that starts at a text node. */
  runEnd(node: NodeId): NodeId {
    const { document } = this
    const parent = document.parent(node)
    let end = node + 1
    for (; end < document.size && document.kind(end) === NODE.text && document.parent(end) === parent; end++) this.step()
    return end
  }

  /**
   * Whether a node of the tree is a node of XPath: text that follows text is a part of that node, and text without a character, as an
   * empty CDATA section gives, is none (§5.7).
   */
  exists(node: NodeId): boolean {
    const { document } = this
    if (document.kind(node) !== NODE.text) return true
    // Texts are leaves: the sibling before a text is the number before it, if that is a text with the same parent.
    if (document.kind(node - 1) === NODE.text && document.parent(node - 1) === document.parent(node)) return false
    return !this.#mayBeEmpty(node) || this.stringValue(treeNode(node)) !== ''
  }

  #mayBeEmpty(node: NodeId): boolean {
    const first = this.document.bytes[this.document.start(node)]
    return first === 0x3c || first === 0x26
  }

  /** First part of the run that a text belongs to; another node itself. */
  runStart(node: NodeId): NodeId {
    const { document } = this
    if (document.kind(node) !== NODE.text) return node
    let start = node
    for (; document.kind(start - 1) === NODE.text && document.parent(start - 1) === document.parent(node); start--) this.step()
    return start
  }

  /** The namespaces in scope at an element, `xml` first (§5.4). */
  namespaces(element: NodeId): readonly NamespaceNode[] {
    const { document } = this
    for (let at = element; at !== NO_NODE && document.kind(at) === NODE.element; at = document.parent(at)) {
      this.step()
      const known = this.#inScope.get(at)
      if (known !== undefined) return known
      if (document.namespaceDeclarations(at).length > 0) return this.#collectNamespaces(at)
    }
    return XML_ONLY
  }

  /** From the root down to a declaring element, so that the depth of a document is no depth of calls. */
  #collectNamespaces(element: NodeId): readonly NamespaceNode[] {
    const { document } = this
    const path: NodeId[] = []
    let scope = XML_ONLY
    for (let at = element; at !== NO_NODE; at = document.parent(at)) {
      this.step()
      const known = this.#inScope.get(at)
      if (known !== undefined) {
        scope = known
        break
      }
      if (document.kind(at) === NODE.element && document.namespaceDeclarations(at).length > 0) path.push(at)
    }
    for (const declaring of path.reverse()) {
      const declarations = document.namespaceDeclarations(declaring)
      this.step(scope.length + declarations.length)
      const bound = new Map(scope.map((node) => [node.prefix, node] as const))
      for (const { prefix, namespace } of declarations) {
        if (namespace === '') bound.delete(prefix)
        else if (prefix !== 'xml') bound.set(prefix, { prefix, namespace })
      }
      scope = [...bound.values()]
      this.#keep(declaring, scope)
    }
    return scope
  }

  #keep(element: NodeId, scope: readonly NamespaceNode[]): void {
    if (scope.length >= ATTRIBUTES) throw tooMuch('namespaces of an element', this.#budget)
    this.#makeRoom(scope.length)
    this.#inScope.set(element, scope)
  }

  #makeRoom(entries: number): void {
    this.#cached += entries + 1
    if (this.#cached <= MAX_CACHED) return
    this.#inScope.clear()
    this.#attributes.clear()
    this.#cached = entries + 1
  }

  /** Attributes of an element. The tree makes them anew for each caller: they are kept, so that to ask for each one is not quadratic. */
  attributes(element: NodeId): readonly XmlAttribute[] {
    const known = this.#attributes.get(element)
    if (known !== undefined) return known
    const attributes = this.document.attributes(element)
    if (attributes.length >= ATTRIBUTES) throw tooMuch('attributes of an element', this.#budget)
    this.step(attributes.length)
    this.#makeRoom(attributes.length)
    this.#attributes.set(element, attributes)
    return attributes
  }

  /** Adds the namespace nodes of an element to a list. */
  pushNamespaces(element: NodeId, into: XNode[]): void {
    if (this.document.kind(element) !== NODE.element) return
    const count = this.namespaces(element).length
    this.step(count)
    for (let index = 0; index < count; index++) into.push(element * SCALE + 1 + index)
  }

  /** Adds the attributes of an element to a list. */
  pushAttributes(element: NodeId, into: XNode[]): void {
    if (this.document.kind(element) !== NODE.element) return
    const count = this.attributes(element).length
    this.step(count)
    for (let index = 0; index < count; index++) into.push(element * SCALE + ATTRIBUTES + index)
  }

  /** The attribute that a node is. */
  attribute(node: XNode): XmlAttribute | undefined {
    return isAttribute(node) ? this.attributes(ownerOf(node))[placeOf(node) - ATTRIBUTES] : undefined
  }

  /** The namespace node that a node is. */
  namespaceNode(node: XNode): NamespaceNode | undefined {
    const place = placeOf(node)
    return place === 0 || place >= ATTRIBUTES ? undefined : this.namespaces(ownerOf(node))[place - 1]
  }

  /** Parent of a node (§5); `NO_NODE` for the root. */
  parent(node: XNode): NodeId {
    return isTreeNode(node) ? this.document.parent(ownerOf(node)) : ownerOf(node)
  }

  /** String-value (§5), paid for. */
  stringValue(node: XNode): string {
    const { document } = this
    const namespace = this.namespaceNode(node)
    if (namespace !== undefined) return this.text(namespace.namespace)
    const attribute = this.attribute(node)
    if (attribute !== undefined) return this.text(attribute.value)
    const id = ownerOf(node)
    this.length(document.end(id) - document.start(id))
    // What comes out of entities is more than the reference that stands in the document.
    this.step(document.subtreeEnd(id) - id)
    if (document.kind(id) !== NODE.text) return this.text(document.text(id))
    const end = this.runEnd(id)
    if (end === id + 1) return this.text(document.text(id))
    const parts: string[] = []
    for (let part = id; part < end; part++) parts.push(this.text(document.text(part)))
    return parts.join('')
  }

  /** Expanded name with its written form (§4.1 `name`): empty where there is none. */
  name(node: XNode): { readonly qualified: string; readonly local: string; readonly namespace: string } {
    const prefix = this.namespaceNode(node)?.prefix
    if (prefix !== undefined) return { qualified: prefix, local: prefix, namespace: '' }
    const attribute = this.attribute(node)
    if (attribute !== undefined) return attribute.name
    const { document } = this
    const id = ownerOf(node)
    if (document.kind(id) === NODE.element) return document.name(id)
    const target = document.kind(id) === NODE.instruction ? this.#target(id) : ''
    return { qualified: target, local: target, namespace: '' }
  }

  #target(instruction: NodeId): string {
    this.length(this.document.end(instruction) - this.document.start(instruction))
    return this.document.target(instruction)
  }

  /** Whether a node of the tree passes a test on an axis whose principal type is element. */
  matchesTree(id: NodeId, test: NodeTest): boolean {
    const { document } = this
    const kind = document.kind(id)
    if (test.kind === 'name') {
      if (kind !== NODE.element) return false
      const name = document.name(id)
      return (test.local === undefined || test.local === name.local) && (test.namespace === undefined || test.namespace === name.namespace)
    }
    if (test.kind === 'any') return true
    if (test.kind === 'instruction') return kind === NODE.instruction && (test.target === undefined || test.target === this.#target(id))
    return kind === (test.kind === 'text' ? NODE.text : NODE.comment)
  }

  /** Whether an attribute or namespace node passes a test on its own axis. */
  matchesOwn(node: XNode, test: NodeTest): boolean {
    if (test.kind === 'any') return true
    if (test.kind !== 'name') return false
    const name = this.name(node)
    return (test.local === undefined || test.local === name.local) && (test.namespace === undefined || test.namespace === name.namespace)
  }

  /** The element with a declared ID (§4.1 `id`); none where two elements have it, since nobody could say which is meant. */
  declaredId(value: string): NodeId | undefined {
    this.#declaredIds ??= this.#collectIds()
    const found = this.#declaredIds.get(value)
    return found === NO_NODE ? undefined : found
  }

  #collectIds(): Map<string, NodeId> {
    const { document } = this
    const ids = new Map<string, NodeId>()
    for (let id = 0; id < document.size; id++) {
      this.step()
      if (document.kind(id) !== NODE.element) continue
      for (const attribute of document.attributes(id)) {
        if (attribute.declaredId) ids.set(attribute.value, ids.has(attribute.value) ? NO_NODE : id)
      }
    }
    return ids
  }
}

function tooMuch(what: string, budget: Budget): KysoError {
  return new KysoError('ERR_BUDGET_EXCEEDED', `XPath: ${what}`, { kind: 'xpathSteps', limit: budget.limit('xpathSteps') })
}
