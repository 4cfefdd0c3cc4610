/** The arrays of an {@link XmlTable} while they are being filled: they begin at the size that a survey of the bytes suggests and double. */
import type { Budget } from '../core/budget.ts'
import { KysoError } from '../core/errors.ts'
import { NO_NODE, type NodeId } from './tree.ts'

/** A survey can be led astray; nothing larger is reserved before rows are really there. */
const MOST_AT_FIRST = 8_000_000

/** Nodes, attributes and namespace declarations in document order. */
export class XmlRows {
  size = 0
  attributes = 0
  namespaces = 0
  flags: Uint8Array
  parents: Int32Array
  starts: Uint32Array
  ends: Uint32Array
  next: Int32Array
  nodeNames: Int32Array
  inner: Uint32Array
  attributeFirst: Uint32Array
  namespaceFirst: Uint32Array
  attributeNames: Int32Array
  attributeStarts: Uint32Array
  attributeEnds: Uint32Array
  attributeFlags: Uint8Array
  namespacePrefixes = new Int32Array(64)
  namespaceUris = new Int32Array(64)
  #nodeRoom: number
  #attributeRoom: number
  readonly #limit: number

  constructor(nodes: number, attributes: number, budget: Budget) {
    this.#limit = budget.left('xmlNodes')
    // One place more than nodes: the end of the last row.
    const room = Math.min(nodes + 1, this.#limit + 2, MOST_AT_FIRST)
    this.#nodeRoom = room
    this.#attributeRoom = Math.max(16, Math.min(attributes, this.#limit, MOST_AT_FIRST))
    this.flags = new Uint8Array(room)
    this.parents = new Int32Array(room)
    this.starts = new Uint32Array(room)
    this.ends = new Uint32Array(room)
    this.next = new Int32Array(room)
    this.nodeNames = new Int32Array(room)
    this.inner = new Uint32Array(room)
    this.attributeFirst = new Uint32Array(room)
    this.namespaceFirst = new Uint32Array(room)
    this.attributeNames = new Int32Array(this.#attributeRoom)
    this.attributeStarts = new Uint32Array(this.#attributeRoom)
    this.attributeEnds = new Uint32Array(this.#attributeRoom)
    this.attributeFlags = new Uint8Array(this.#attributeRoom)
  }

  /** A new node without children; its name and `inner` are the caller's. */
  node(flags: number, parent: NodeId, start: number, end: number): NodeId {
    const id = this.size
    if (id + 2 > this.#nodeRoom) this.#growNodes()
    this.size = id + 1
    this.flags[id] = flags
    this.parents[id] = parent
    this.starts[id] = start
    this.ends[id] = end
    this.next[id] = id + 1
    this.nodeNames[id] = NO_NODE
    this.attributeFirst[id] = this.attributes
    this.namespaceFirst[id] = this.namespaces
    return id
  }

  /** A new attribute of the element that was added last; `name` is for the parser to complete. */
  attribute(name: number, start: number, end: number, flags: number): void {
    const row = this.attributes
    if (row >= this.#attributeRoom) this.#growAttributes()
    this.attributes = row + 1
    this.attributeNames[row] = name
    this.attributeStarts[row] = start
    this.attributeEnds[row] = end
    this.attributeFlags[row] = flags
  }

  /** A new namespace declaration of the element that was added last. */
  namespace(prefix: number, uri: number): void {
    const row = this.namespaces
    if (row >= this.namespaceUris.length) {
      this.#check()
      this.namespacePrefixes = wider(this.namespacePrefixes, new Int32Array(2 * row))
      this.namespaceUris = wider(this.namespaceUris, new Int32Array(2 * row))
    }
    this.namespaces = row + 1
    this.namespacePrefixes[row] = prefix
    this.namespaceUris[row] = uri
  }

  /** Closes the last rows, and holds all of them against the budget. */
  finish(budget: Budget): void {
    this.attributeFirst[this.size] = this.attributes
    this.namespaceFirst[this.size] = this.namespaces
    budget.spend('xmlNodes', this.size + this.attributes + this.namespaces)
  }

  /** Rows are paid for at the end; before arrays grow they are held against what is left. */
  #check(): void {
    if (this.size + this.attributes + this.namespaces > this.#limit)
      throw new KysoError('ERR_BUDGET_EXCEEDED', `more than ${this.#limit} xmlNodes`, { kind: 'xmlNodes', limit: this.#limit })
  }

  #growNodes(): void {
    this.#check()
    const room = 2 * this.#nodeRoom + 16
    this.#nodeRoom = room
    this.flags = wider(this.flags, new Uint8Array(room))
    this.parents = wider(this.parents, new Int32Array(room))
    this.starts = wider(this.starts, new Uint32Array(room))
    this.ends = wider(this.ends, new Uint32Array(room))
    this.next = wider(this.next, new Int32Array(room))
    this.nodeNames = wider(this.nodeNames, new Int32Array(room))
    this.inner = wider(this.inner, new Uint32Array(room))
    this.attributeFirst = wider(this.attributeFirst, new Uint32Array(room))
    this.namespaceFirst = wider(this.namespaceFirst, new Uint32Array(room))
  }

  #growAttributes(): void {
    this.#check()
    const room = 2 * this.#attributeRoom
    this.#attributeRoom = room
    this.attributeNames = wider(this.attributeNames, new Int32Array(room))
    this.attributeStarts = wider(this.attributeStarts, new Uint32Array(room))
    this.attributeEnds = wider(this.attributeEnds, new Uint32Array(room))
    this.attributeFlags = wider(this.attributeFlags, new Uint8Array(room))
  }
}

function wider<T extends Uint8Array | Int32Array | Uint32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
