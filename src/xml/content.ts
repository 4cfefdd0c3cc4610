/**
 * The content of a document (XML 1.0 §2, §3), read in one pass and without recursion: the element that is open is a number, its parents
 * are in the table, and entities are a stack of places to go back to.
 */
import type { Budget } from '../core/budget.ts'
import { AttributeParser } from './attributes.ts'
import { HASH_START, HASH_STEP } from './bytetable.ts'
import { BYTE, BYTES } from './characters.ts'
import { type Dtd, parseDtd } from './dtd.ts'
import { type Entity, enterEntity } from './entities.ts'
import type { XmlInput } from './input.ts'
import type { XmlNames } from './names.ts'
import { newName, readTarget } from './naming.ts'
import { checkReference } from './references.ts'
import type { XmlRows } from './rows.ts'
import { NODE_FLAG } from './table.ts'
import { NO_NODE, NODE, type NodeId } from './tree.ts'

const LT = 0x3c
const GT = 0x3e
const AMP = 0x26

/** Where to go on behind an entity. */
interface Frame {
  readonly entity: Entity
  readonly at: number
  readonly end: number
  readonly base: NodeId
  readonly firstNode: NodeId
  /** The reference in the document; −1 for one within another entity. */
  readonly reference: number
}

/** Reads everything behind the XML declaration. */
export class ContentParser {
  root: NodeId = NO_NODE
  dtd: Dtd | undefined
  readonly entityRuns: number[] = []
  readonly #input: XmlInput
  readonly #names: XmlNames
  readonly #rows: XmlRows
  readonly #budget: Budget
  readonly #attributes: AttributeParser
  readonly #frames: Frame[] = []
  readonly #deepest: number
  #open: NodeId = 0
  #depth = 0
  /** The element that was open where the present entity began: nothing from there on out may be closed in it. */
  #base: NodeId = 0
  #end: number

  constructor(input: XmlInput, names: XmlNames, rows: XmlRows, budget: Budget) {
    this.#input = input
    this.#names = names
    this.#rows = rows
    this.#budget = budget
    this.#attributes = new AttributeParser(input, names, rows, budget)
    this.#deepest = budget.limit('xmlDepth')
    this.#end = input.documentLength
  }

  /** Fills the rows. */
  parse(from: number): void {
    this.#rows.node(NODE.document, NO_NODE, 0, this.#end)
    let at = from
    for (;;) {
      if (at >= this.#end) {
        const back = this.#leaveEntity(at)
        if (back < 0) break
        at = back
        continue
      }
      const content = this.#input.content
      if (content[at] !== LT) {
        const behind = this.#text(content, at)
        at = behind === at ? this.#enterEntity(at) : behind
        continue
      }
      const next = at + 1 < this.#end ? (content[at + 1] as number) : 0
      if (((BYTES[next] as number) & BYTE.name) !== 0) at = this.#element(content, at)
      else if (next === 0x2f) at = this.#endTag(content, at)
      else if (next === 0x21) at = this.#declaration(at)
      else if (next === 0x3f) at = this.#instruction(content, at)
      else throw this.#input.syntax('markup', '"<" that begins no markup', at)
    }
    if (this.root === NO_NODE) throw this.#input.syntax('root', 'there is no element', at)
    this.#rows.next[0] = this.#rows.size
  }

  #element(content: Uint8Array, start: number): number {
    const rows = this.#rows
    const end = this.#end
    const parent = this.#open
    let at = start + 1
    let hash = HASH_START
    while (at < end && ((BYTES[content[at] as number] as number) & BYTE.name) !== 0) hash = Math.imul(hash ^ (content[at++] as number), HASH_STEP)
    let qualified = this.#names.find(content, start + 1, at, hash)
    if (qualified < 0) qualified = newName(this.#input, this.#names, start + 1, at, hash)
    if (parent === 0) {
      if (this.root !== NO_NODE) throw this.#input.syntax('root', 'a second element outside the first', start)
      this.root = rows.size
    }
    const node = rows.node(NODE.element, parent, start, 0)
    if (at >= end || content[at] !== GT || this.dtd !== undefined) at = this.#attributes.read(at, end, node, qualified)
    rows.nodeNames[node] = this.#attributes.elementName(qualified, start)
    if (content[at] === GT) {
      rows.inner[node] = at + 1
      this.#open = node
      if (++this.#depth > this.#deepest) this.#budget.checkDepth('xmlDepth', this.#depth)
      return at + 1
    }
    if (at + 1 >= end || content[at + 1] !== GT) throw this.#input.syntax('markup', '"/" in a tag without ">"', at)
    rows.inner[node] = at + 2
    rows.ends[node] = at + 2
    this.#attributes.leave(node)
    return at + 2
  }

  #endTag(content: Uint8Array, start: number): number {
    const rows = this.#rows
    const names = this.#names
    const node = this.#open
    if (node === this.#base) throw this.#input.syntax('end-tag', 'an end tag without start tag', start)
    let at = start + 2
    let name = (rows.starts[node] as number) + 1
    const nameEnd = name + (names.lengthOf[names.qualifiedIdOf[rows.nodeNames[node] as number] as number] as number)
    while (name < nameEnd && content[at] === content[name]) {
      at++
      name++
    }
    if (name < nameEnd) throw this.#input.syntax('end-tag', 'an end tag of another name than its start tag', start)
    while (at < this.#end && ((BYTES[content[at] as number] as number) & BYTE.space) !== 0) at++
    if (at >= this.#end || content[at] !== GT) throw this.#input.syntax('end-tag', 'an end tag of another name than its start tag', start)
    rows.ends[node] = at + 1
    rows.next[node] = rows.size
    this.#attributes.leave(node)
    this.#open = rows.parents[node] as number
    this.#depth--
    return at + 1
  }

  /** Text up to the next markup or general entity; where it begins with such a reference, nothing is read. */
  #text(content: Uint8Array, start: number): number {
    const end = this.#end
    let flags: number = NODE.text | NODE_FLAG.plain | NODE_FLAG.clean
    let at = start
    for (; at < end; at++) {
      const byte = content[at] as number
      if (((BYTES[byte] as number) & BYTE.text) === 0) continue
      if (byte === LT) break
      if (byte === GT) {
        if (at - start >= 2 && content[at - 1] === 0x5d && content[at - 2] === 0x5d) throw this.#input.syntax('cdata-end', '"]]>" in text', at - 2)
        flags &= ~NODE_FLAG.clean
      } else if (byte === AMP) {
        if (this.#open === 0) throw this.#input.syntax('outside', 'text outside the document element', at)
        const semicolon = checkReference(this.#input, at, end)
        if (semicolon < 0) break
        flags = NODE.text
        at = semicolon
      } else flags = NODE.text
    }
    if (this.#open === 0) {
      for (let i = start; i < at; i++)
        if (((BYTES[content[i] as number] as number) & BYTE.space) === 0) throw this.#input.syntax('outside', 'text outside the document element', i)
    } else if (at > start) this.#rows.node(flags, this.#open, start, at)
    return at
  }

  /** What begins with `<!`. */
  #declaration(start: number): number {
    const input = this.#input
    if (input.isAt('--', start + 2, this.#end)) return this.#comment(start)
    if (input.isAt('[CDATA[', start + 2, this.#end) && this.#open !== 0) return this.#cdata(start)
    if (!input.isAt('DOCTYPE', start + 2, this.#end)) throw input.syntax('markup', '"<!" that begins no markup', start)
    if (this.root !== NO_NODE || this.dtd !== undefined) throw input.syntax('doctype', 'a document type where none may be', start)
    const { dtd, end } = parseDtd(input, this.#names, this.#budget, start)
    this.dtd = dtd
    this.#attributes.dtd = dtd
    return end
  }

  #comment(start: number): number {
    const content = this.#input.content
    let at = start + 4
    let flags: number = NODE.comment | NODE_FLAG.plain
    for (; ; at++) {
      if (at + 2 >= this.#end) throw this.#input.syntax('truncated', 'a comment without end', start)
      const byte = content[at]
      if (byte === 0x0d) flags = NODE.comment
      if (byte === 0x2d && content[at + 1] === 0x2d) break
    }
    if (content[at + 2] !== GT) throw this.#input.syntax('comment', '"--" in a comment', at)
    this.#rows.node(flags, this.#open, start, at + 3)
    return at + 3
  }

  #cdata(start: number): number {
    const content = this.#input.content
    let at = start + 9
    let flags: number = NODE.text | NODE_FLAG.cdata | NODE_FLAG.plain
    for (; ; at++) {
      if (at + 2 >= this.#end) throw this.#input.syntax('truncated', 'a CDATA section without end', start)
      const byte = content[at]
      if (byte === 0x0d) flags = NODE.text | NODE_FLAG.cdata
      if (byte === 0x5d && content[at + 1] === 0x5d && content[at + 2] === GT) break
    }
    // A text node of the data model is never empty.
    if (at > start + 9) this.#rows.node(flags, this.#open, start, at + 3)
    return at + 3
  }

  #instruction(content: Uint8Array, start: number): number {
    const target = readTarget(this.#input, this.#names, start, this.#end)
    let flags: number = NODE.instruction | NODE_FLAG.plain
    let at = target.data
    for (; ; at++) {
      if (at + 1 >= this.#end) throw this.#input.syntax('truncated', 'a processing instruction without end', start)
      const byte = content[at]
      if (byte === 0x0d) flags = NODE.instruction
      if (byte === 0x3f && content[at + 1] === GT) break
    }
    const node = this.#rows.node(flags, this.#open, start, at + 2)
    this.#rows.nodeNames[node] = target.name
    this.#rows.inner[node] = target.data
    return at + 2
  }

  /** At an `&` of a general entity; returns the place of its replacement text. */
  #enterEntity(start: number): number {
    const input = this.#input
    const semicolon = -checkReference(input, start, this.#end)
    const entity = enterEntity(input, this.dtd?.entities, this.#budget, start + 1, semicolon, false)
    const reference = this.#frames.length === 0 ? start : NO_NODE
    this.#frames.push({ entity, at: semicolon + 1, end: this.#end, base: this.#base, firstNode: this.#rows.size, reference })
    this.#budget.checkDepth('xmlDepth', this.#depth + this.#frames.length)
    if (reference >= 0) input.reference = reference
    this.#base = this.#open
    this.#end = entity.end
    return entity.start
  }

  /** At the end of an entity or the document; returns where to go on, −1 for nowhere. */
  #leaveEntity(at: number): number {
    if (this.#open !== this.#base) throw this.#input.syntax('truncated', 'an element without end tag', at)
    const frame = this.#frames.pop()
    if (frame === undefined) return -1
    frame.entity.open = false
    this.#base = frame.base
    this.#end = frame.end
    if (frame.reference >= 0) {
      this.#input.reference = -1
      if (this.#rows.size > frame.firstNode) this.entityRuns.push(frame.firstNode, this.#rows.size, frame.reference, frame.at)
    }
    return frame.at
  }
}
