/**
 * Canonical form of a subtree with all its attribute and namespace nodes, less some subtrees: what signatures mostly cover. A tag
 * that stands in the document as canonical form has it is named by its place; the parser's offsets tell, its octets are not read again.
 */
import { NO_PREFIX, XML_PREFIX } from '../names.ts'
import { ATTRIBUTE_FLAG, NODE_FLAG } from '../table.ts'
import { NODE, type NodeId } from '../tree.ts'
import { type C14nContext, inheritAttributes, type Surroundings, sortPrefixes, surroundings, writeAttributes, writeNamespace } from './axes.ts'
import { writeAside, writeText } from './leaf.ts'

const QUOTE = 0x22
const SPACE = 0x20
const LT = 0x3c
const GT = 0x3e
const SLASH = 0x2f

/** How a start tag stands in the document. */
const TAG = { other: 0, canonical: 1, canonicalEmpty: 2 } as const

/**
 * Writes the node `apex` and everything below it.
 *
 * @param without nodes that are left out with everything below them, in document order
 * @param comments whether comments are written
 */
export function writeSubtree(context: C14nContext, apex: NodeId, without: readonly NodeId[], comments: boolean): void {
  new SubtreeWriter(context).write(apex, without, comments)
}

class SubtreeWriter {
  readonly #context: C14nContext
  readonly #inclusive: boolean
  /** By prefix id: the namespace id it was last written with in an ancestor, 0 for none; and what it was before, prefix and namespace in turn. */
  readonly #rendered: Int32Array
  #log = new Int32Array(64)
  #changes = 0
  /** Open elements: their nodes, and where the bindings were. */
  #nodes = new Int32Array(64)
  #marks = new Int32Array(64)
  #depth = 0
  /** Used again for each tag: prefixes and attribute rows to write. */
  readonly #found: number[] = []
  readonly #rows: number[] = []

  constructor(context: C14nContext) {
    this.#context = context
    this.#inclusive = context.algorithm.method !== 'exclusive'
    this.#rendered = new Int32Array(context.document.names.prefixes.length)
  }

  write(apex: NodeId, without: readonly NodeId[], comments: boolean): void {
    const { document, out, budget } = this.#context
    const { flags, starts, ends, next } = document
    const end = next[apex] as number
    budget.spend('c14nNodes', end - apex + this.#rendered.length)
    let skips = 0
    let close = end
    for (let node = apex; node < end; ) {
      while (node >= close) close = this.#close() ?? end
      if (skips < without.length) {
        while ((without[skips] ?? end) < node) skips++
        if (without[skips] === node) {
          node = next[node] as number
          continue
        }
      }
      const flag = flags[node] as number
      const kind = flag & NODE_FLAG.kind
      if (kind === NODE.text) {
        if ((flag & (NODE_FLAG.clean | NODE_FLAG.cdata)) === NODE_FLAG.clean) out.raw(starts[node] as number, ends[node] as number)
        else writeText(document, node, out)
      } else if (kind === NODE.element) {
        this.#open(node, node === apex)
        close = next[node] as number
      } else if (kind === NODE.instruction || (kind === NODE.comment && comments)) writeAside(document, node, out)
      node++
    }
    while (this.#depth > 0) this.#close()
  }

  #open(node: NodeId, isApex: boolean): void {
    const { document, out } = this.#context
    const { namespaceFirst, starts, ends, inner } = document
    if (this.#depth === this.#nodes.length) this.#grow()
    this.#nodes[this.#depth] = node
    this.#marks[this.#depth] = this.#changes
    this.#depth++
    if (isApex) {
      this.#writeTag(node, surroundings(this.#context, node))
      return
    }
    if (namespaceFirst[node] === namespaceFirst[node + 1] && (this.#inclusive || this.#utilisedAreRendered(node))) {
      const tag = this.#tag(node)
      if (tag === TAG.canonical) {
        out.raw(starts[node] as number, inner[node] as number)
        return
      }
      if (tag === TAG.canonicalEmpty) {
        out.raw(starts[node] as number, (ends[node] as number) - 2)
        out.byte(GT)
        return
      }
    }
    this.#writeTag(node)
  }

  /** Ends the innermost open element; gives the end of the one around it. */
  #close(): NodeId | undefined {
    const { document, out } = this.#context
    const { content, names, nodeNames, ends, inner, starts, next } = document
    const depth = --this.#depth
    const node = this.#nodes[depth] as number
    for (const mark = this.#marks[depth] as number; this.#changes > mark; this.#changes -= 2)
      this.#rendered[this.#log[this.#changes - 2] as number] = this.#log[this.#changes - 1] as number
    const qualified = names.qualifiedIdOf[nodeNames[node] as number] as number
    const length = names.lengthOf[qualified] as number
    const end = ends[node] as number
    const tag = end - length - 3
    if (inner[node] === end) {
      // An empty-element tag: the name is taken from it.
      const name = (starts[node] as number) + 1
      out.byte(LT)
      out.byte(SLASH)
      out.raw(name, name + length)
      out.byte(GT)
    } else if (content[tag] === LT && content[tag + 1] === SLASH) out.raw(tag, end)
    else out.markup(`</${names.qualified[qualified]}>`)
    return depth > 0 ? next[this.#nodes[depth - 1] as number] : undefined
  }

  /** Whether every namespace that is visibly utilised (Exclusive C14N §2.1) is one an ancestor was written with. */
  #utilisedAreRendered(node: NodeId): boolean {
    const { nodeNames, attributeFirst, attributeNames, names } = this.#context.document
    if (!this.#isRendered(nodeNames[node] as number)) return false
    const end = attributeFirst[node + 1] as number
    for (let row = attributeFirst[node] as number; row < end; row++) {
      const name = attributeNames[row] as number
      if (names.prefixIdOf[name] !== NO_PREFIX && !this.#isRendered(name)) return false
    }
    return true
  }

  #isRendered(name: number): boolean {
    const { names } = this.#context.document
    const prefix = names.prefixIdOf[name] as number
    return prefix === XML_PREFIX || this.#rendered[prefix] === names.namespaceIdOf[name]
  }

  /** Whether a start tag without namespace declarations is canonical: nothing but single spaces between attributes in order. */
  #tag(node: NodeId): 0 | 1 | 2 {
    const { document, orders } = this.#context
    const { content, names, nodeNames, starts, inner, ends, attributeFirst, attributeNames, attributeStarts, attributeEnds, attributeFlags } = document
    const { lengthOf, qualifiedIdOf } = names
    let at = (starts[node] as number) + 1 + (lengthOf[qualifiedIdOf[nodeNames[node] as number] as number] as number)
    let rank = -1
    const end = attributeFirst[node + 1] as number
    for (let row = attributeFirst[node] as number; row < end; row++) {
      const name = attributeNames[row] as number
      const value = attributeStarts[row] as number
      const before = rank
      rank = orders.attributes[name] as number
      if (
        ((attributeFlags[row] as number) & (ATTRIBUTE_FLAG.clean | ATTRIBUTE_FLAG.defaulted)) !== ATTRIBUTE_FLAG.clean ||
        rank < before ||
        // A space, the name, `="`: with these lengths there is room for nothing else.
        value !== at + (lengthOf[qualifiedIdOf[name] as number] as number) + 3 ||
        content[at] !== SPACE ||
        content[value - 1] !== QUOTE
      )
        return TAG.other
      at = (attributeEnds[row] as number) + 1
    }
    if (inner[node] === at + 1) return TAG.canonical
    return inner[node] === ends[node] && inner[node] === at + 2 ? TAG.canonicalEmpty : TAG.other
  }

  /** Writes a start tag from its parts; `around` for the apex. */
  #writeTag(node: NodeId, around?: Surroundings): void {
    const { document, out } = this.#context
    const { names, nodeNames, starts, attributeFirst } = document
    // The name stands at the beginning of the tag, be it in the document or in a replacement text.
    const start = starts[node] as number
    out.raw(start, start + 1 + (names.lengthOf[names.qualifiedIdOf[nodeNames[node] as number] as number] as number))
    this.#writeNamespaces(node, around)
    const rows = this.#rows
    rows.length = 0
    for (let row = attributeFirst[node] as number; row < (attributeFirst[node + 1] as number); row++) rows.push(row)
    if (around !== undefined && document.parent(node) > 0) {
      const { rows: all, joined } = inheritAttributes(this.#context, node, rows, around)
      writeAttributes(this.#context, all, joined)
    } else writeAttributes(this.#context, rows)
    out.byte(GT)
  }

  /** Writes the namespace nodes that no ancestor was written with; from now on they are rendered. */
  #writeNamespaces(node: NodeId, around?: Surroundings): void {
    const { document, inclusive } = this.#context
    const { namespaceFirst, namespacePrefixes, namespaceUris, names, nodeNames, attributeFirst, attributeNames } = document
    const found = this.#found
    found.length = 0
    const last = namespaceFirst[node + 1] as number
    if (around !== undefined) {
      const scope = new Map(around.namespaces)
      for (let row = namespaceFirst[node] as number; row < last; row++) scope.set(namespacePrefixes[row] as number, namespaceUris[row] as number)
      for (const [prefix, namespace] of scope) if (this.#inclusive || inclusive.has(prefix)) this.#render(prefix, namespace)
    } else
      for (let row = namespaceFirst[node] as number; row < last; row++) {
        const prefix = namespacePrefixes[row] as number
        if (this.#inclusive || inclusive.has(prefix)) this.#render(prefix, namespaceUris[row] as number)
      }
    if (!this.#inclusive) {
      const name = nodeNames[node] as number
      this.#render(names.prefixIdOf[name] as number, names.namespaceIdOf[name] as number)
      for (let row = attributeFirst[node] as number; row < (attributeFirst[node + 1] as number); row++) {
        const attribute = attributeNames[row] as number
        const prefix = names.prefixIdOf[attribute] as number
        if (prefix !== NO_PREFIX) this.#render(prefix, names.namespaceIdOf[attribute] as number)
      }
    }
    sortPrefixes(this.#context, found)
    for (let i = 0; i < found.length; i++) writeNamespace(this.#context, found[i] as number, this.#rendered[found[i] as number] as number)
  }

  /** Takes note of a namespace node that is to be written, unless an ancestor was written with it. */
  #render(prefix: number, namespace: number): void {
    const before = this.#rendered[prefix] as number
    if (prefix === XML_PREFIX || before === namespace) return
    if (this.#changes + 2 > this.#log.length) this.#log = wider(this.#log)
    this.#log[this.#changes++] = prefix
    this.#log[this.#changes++] = before
    this.#rendered[prefix] = namespace
    this.#found.push(prefix)
  }

  #grow(): void {
    this.#nodes = wider(this.#nodes)
    this.#marks = wider(this.#marks)
  }
}

function wider(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const result = new Int32Array(2 * array.length)
  result.set(array)
  return result
}
