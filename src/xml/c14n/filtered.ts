/**
 * Canonical form of a filtered node-set, to the letter: every node of the tree is asked whether it is in the set, attribute and
 * namespace nodes each for themselves, and those of an element that is left out are written all the same (Canonical XML 1.0 §2.3).
 */
import { NO_PREFIX, XML_PREFIX } from '../names.ts'
import { NODE, type NodeId, type XmlAttribute } from '../tree.ts'
import {
  type C14nContext,
  inheritAttributes,
  isXmlAttribute,
  isXmlBase,
  type OmittedBases,
  sortPrefixes,
  surroundings,
  writeAttributes,
  writeNamespace,
} from './axes.ts'
import { Bindings } from './bindings.ts'
import { writeAside, writeText } from './leaf.ts'

/** A filtered node-set: which nodes of a document are in it. */
export interface NodeSet {
  /** Whether it holds an element, text, comment, instruction or the root. */
  has(node: NodeId): boolean
  /** Whether it holds an attribute node; attributes are told apart by owner and name. */
  hasAttribute(attribute: XmlAttribute): boolean
  /** Whether it holds the namespace node of a prefix that is in scope at an element; '' for the default namespace. */
  hasNamespace(element: NodeId, prefix: string): boolean
}

/** What asking for a namespace node costs, in nodes: each element has all that are in scope. */
const NAMESPACE_NODE = 16

/** What an element costs, in nodes: it is asked for by itself, and with it its attributes and namespaces. */
const ELEMENT = 16

/** What is kept of an open element. */
interface Frame {
  readonly node: NodeId
  readonly inSet: boolean
  /** The `xml:base` attributes that its children inherit: of itself and the elements above it, as long as they are left out. */
  readonly bases: OmittedBases | undefined
  readonly scope: number
  readonly output: number
  readonly attributes: number
}

/** Writes what of the node `apex` and everything below it is in a node-set. */
export function writeFiltered(context: C14nContext, apex: NodeId, nodes: NodeSet): void {
  new FilteredWriter(context, nodes).write(apex)
}

class FilteredWriter {
  readonly #context: C14nContext
  readonly #nodes: NodeSet
  readonly #inclusive: boolean
  /** Namespaces in scope: namespace id by prefix id. */
  readonly #scope = new Bindings()
  /**
   * The namespace node of a prefix at the nearest output ancestor that counts for it, 0 where that has none in the set. For inclusive
   * treatment every output ancestor counts, otherwise those that visibly utilise the prefix (Exclusive C14N §3).
   */
  readonly #output = new Bindings()
  /** Nearest attribute in the `xml` namespace among the ancestors: row by name id. */
  readonly #attributes = new Bindings()
  readonly #frames: Frame[] = []
  #outerBases: OmittedBases | undefined
  #orphanApex = false

  constructor(context: C14nContext, nodes: NodeSet) {
    this.#context = context
    this.#nodes = nodes
    this.#inclusive = context.algorithm.method !== 'exclusive'
  }

  write(apex: NodeId): void {
    const { document, algorithm, out, budget } = this.#context
    const around = surroundings(this.#context, apex)
    for (const [prefix, namespace] of around.namespaces) this.#scope.set(prefix, namespace)
    for (const [name, row] of around.attributes) this.#attributes.set(name, row)
    this.#outerBases = around.bases
    this.#orphanApex = document.parent(apex) > 0
    const end = document.subtreeEnd(apex)
    budget.spend('c14nNodes', end - apex)
    for (let node = apex; node < end; node++) {
      this.#closeUntil(node)
      const kind = document.kind(node)
      if (kind === NODE.element) this.#open(node)
      else if (kind === NODE.document || !this.#nodes.has(node)) continue
      else if (kind === NODE.text) writeText(document, node, out)
      else if (kind === NODE.instruction || algorithm.comments) writeAside(document, node, out)
    }
    this.#closeUntil(end)
  }

  #open(node: NodeId): void {
    const { document, out, budget } = this.#context
    const parent = this.#frames.at(-1)
    const inSet = this.#nodes.has(node)
    const frame = { node, inSet, scope: this.#scope.mark(), output: this.#output.mark(), attributes: this.#attributes.mark() }
    for (let row = document.namespaceFirst[node] as number; row < (document.namespaceFirst[node + 1] as number); row++)
      this.#scope.set(document.namespacePrefixes[row] as number, document.namespaceUris[row] as number)

    const first = document.attributeFirst[node] as number
    const own = document.attributes(node)
    budget.spend('c14nNodes', ELEMENT + own.length)
    const written: number[] = []
    own.forEach((attribute, i) => {
      if (this.#nodes.hasAttribute(attribute)) written.push(first + i)
    })

    if (inSet) {
      out.markup('<')
      out.markup(document.name(node).qualified)
    }
    const namespaces = this.#namespaces(node, inSet, written)
    const prefixes = [...namespaces.keys()]
    sortPrefixes(this.#context, prefixes)
    for (const prefix of prefixes) writeNamespace(this.#context, prefix, namespaces.get(prefix) ?? 0)
    const inherited = parent === undefined ? this.#outerBases : parent.bases
    const orphan = inSet && (parent === undefined ? this.#orphanApex : !parent.inSet)
    const { rows, joined } = orphan
      ? inheritAttributes(this.#context, node, written, { attributes: this.#attributes.entries, bases: inherited })
      : { rows: written }
    writeAttributes(this.#context, rows, joined)
    if (inSet) out.markup('>')

    let bases = inSet ? undefined : inherited
    for (let row = first; row < first + own.length; row++) {
      if (!isXmlAttribute(document, row)) continue
      this.#attributes.set(document.attributeNames[row] as number, row)
      if (!inSet && isXmlBase(document, row)) bases = { row, outer: bases }
    }
    this.#frames.push({ ...frame, bases })
  }

  #closeUntil(node: NodeId): void {
    const { document, out } = this.#context
    for (let frame = this.#frames.at(-1); frame !== undefined && document.subtreeEnd(frame.node) <= node; frame = this.#frames.at(-1)) {
      if (frame.inSet) out.markup(`</${document.name(frame.node).qualified}>`)
      this.#scope.undo(frame.scope)
      this.#output.undo(frame.output)
      this.#attributes.undo(frame.attributes)
      this.#frames.pop()
    }
  }

  /**
   * The namespace nodes that are written with an element.
   *
   * @param attributes rows of its attributes in the node-set: these utilise their prefixes
   */
  #namespaces(node: NodeId, inSet: boolean, attributes: readonly number[]): ReadonlyMap<number, number> {
    const { document, budget, inclusive } = this.#context
    const { names } = document
    const found = new Map<number, number>()
    const counting: [number, number][] = []
    /** A prefix for which this element counts as output ancestor. */
    const consider = (prefix: number, onlyInSet: boolean): void => {
      if (prefix === XML_PREFIX || (onlyInSet && !inSet)) return
      const namespace = this.#scope.get(prefix) ?? 0
      const present = namespace !== 0 && this.#nodes.hasNamespace(node, names.prefixes[prefix] as string)
      const above = this.#output.get(prefix) ?? 0
      if (present && above !== namespace) found.set(prefix, namespace)
      // xmlns="" where an output ancestor has a default namespace and this element has none (Canonical XML 1.0 §2.3).
      else if (!present && prefix === NO_PREFIX && inSet && above !== 0) found.set(prefix, 0)
      counting.push([prefix, present ? namespace : 0])
    }
    if (this.#inclusive) {
      const { entries } = this.#scope
      budget.spend('c14nNodes', NAMESPACE_NODE * entries.size)
      for (const prefix of entries.keys()) consider(prefix, false)
      if (!entries.has(NO_PREFIX)) consider(NO_PREFIX, false)
    } else {
      budget.spend('c14nNodes', NAMESPACE_NODE * inclusive.size)
      for (const prefix of inclusive) consider(prefix, false)
      const utilised = new Set([names.prefixIdOf[document.nodeNames[node] as number] as number])
      for (const row of attributes) {
        const prefix = names.prefixIdOf[document.attributeNames[row] as number] as number
        if (prefix !== NO_PREFIX) utilised.add(prefix)
      }
      for (const prefix of utilised) if (!inclusive.has(prefix)) consider(prefix, true)
    }
    if (inSet) for (const [prefix, namespace] of counting) this.#output.set(prefix, namespace)
    return found
  }
}
