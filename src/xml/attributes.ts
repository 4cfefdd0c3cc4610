/**
 * Attributes of a start tag: read, completed from the document type, and resolved against the namespaces in scope (Namespaces in
 * XML 1.0 §3, §5, §6). Which prefixes are bound is kept as an array and undone when an element ends.
 */
import type { Budget } from '../core/budget.ts'
import { fromUtf8 } from '../core/bytes.ts'
import { HASH_START, HASH_STEP } from './bytetable.ts'
import { BYTE, BYTES } from './characters.ts'
import type { Dtd } from './dtd.ts'
import { expandAttribute } from './entities.ts'
import type { XmlInput } from './input.ts'
import { NO_NAMESPACE, NO_PREFIX, ROLE, XML_NAMESPACE, XML_PREFIX, XMLNS_NAMESPACE, XMLNS_PREFIX, type XmlNames } from './names.ts'
import { newName } from './naming.ts'
import { checkReference } from './references.ts'
import type { XmlRows } from './rows.ts'
import { ATTRIBUTE_FLAG } from './table.ts'
import type { NodeId } from './tree.ts'
import { decodeValue } from './values.ts'

const PLAIN_AND_CLEAN = ATTRIBUTE_FLAG.plain | ATTRIBUTE_FLAG.clean

/** Reads the attributes of one start tag after another. */
export class AttributeParser {
  /** What the document type says, once there is one. */
  dtd: Dtd | undefined
  readonly #input: XmlInput
  readonly #names: XmlNames
  readonly #rows: XmlRows
  readonly #budget: Budget
  readonly #limit: number
  /** Namespace id by prefix id; absent or −1 where unbound. */
  readonly #bound: number[] = [NO_NAMESPACE, XML_NAMESPACE, -1]
  /** What to undo: element, prefix, namespace before, in threes. */
  readonly #undo: number[] = []
  /** By qualified-name id and by expanded name: the last element that had it. */
  readonly #seen: number[] = []
  readonly #seenExpanded: number[] = []

  constructor(input: XmlInput, names: XmlNames, rows: XmlRows, budget: Budget) {
    this.#input = input
    this.#names = names
    this.#rows = rows
    this.#budget = budget
    this.#limit = budget.limit('xmlAttributes')
  }

  /**
   * Reads from behind an element's name to the `>` or `/` that ends the tag, and resolves all names.
   *
   * @param element qualified-name id
   * @returns the place of that `>` or `/`
   */
  read(from: number, end: number, node: NodeId, element: number): number {
    const rows = this.#rows
    const names = this.#names
    const firstRow = rows.attributes
    const firstNamespace = rows.namespaces
    let content = this.#input.content
    let at = from
    for (;;) {
      const before = at
      while (at < end && ((BYTES[content[at] as number] as number) & BYTE.space) !== 0) at++
      if (at >= end) throw this.#input.syntax('truncated', 'the document ends within a tag', at)
      const byte = content[at]
      if (byte === 0x3e || byte === 0x2f) break
      if (at === before) throw this.#input.syntax('name', 'a character that may not stand there in a tag', at)
      const nameStart = at
      let hash = HASH_START
      while (at < end && ((BYTES[content[at] as number] as number) & BYTE.name) !== 0) hash = Math.imul(hash ^ (content[at++] as number), HASH_STEP)
      let name = names.find(content, nameStart, at, hash)
      if (name < 0) name = newName(this.#input, names, nameStart, at, hash)
      if (content[at] !== 0x3d) while (at < end && ((BYTES[content[at] as number] as number) & BYTE.space) !== 0) at++
      if (at >= end || content[at] !== 0x3d) throw this.#input.syntax('attribute', 'an attribute without value', at)
      at++
      while (at < end && ((BYTES[content[at] as number] as number) & BYTE.space) !== 0) at++
      const quote = at < end ? content[at] : 0
      if (quote !== 0x22 && quote !== 0x27) throw this.#input.syntax('attribute', 'an attribute value without quotes', at)
      const start = ++at
      let flags: number = PLAIN_AND_CLEAN
      let general = false
      for (; at < end; at++) {
        const value = content[at] as number
        if (((BYTES[value] as number) & BYTE.value) === 0) continue
        if (value === quote) break
        if (value === 0x3c) throw this.#input.syntax('value', '"<" in an attribute value', at)
        if (value === 0x26) {
          flags = 0
          const semicolon = checkReference(this.#input, at, end)
          if (semicolon < 0) general = true
          at = Math.abs(semicolon)
        } else if (value === 0x22) flags &= ~ATTRIBUTE_FLAG.clean
        else if (value !== 0x27) flags = 0
      }
      if (at >= end) throw this.#input.syntax('truncated', 'the document ends within an attribute value', start)
      if (this.#seen[name] === node) throw this.#input.syntax('duplicate-attribute', `attribute ${names.qualified[name]} twice`, nameStart)
      this.#seen[name] = node
      if (names.roleOf[name] !== ROLE.plain || general || this.dtd !== undefined) {
        this.#special(element, name, start, at, flags, general, node)
        content = this.#input.content
      } else rows.attribute(name, start, at, flags)
      at++
    }
    if (this.dtd !== undefined) this.#addDefaults(element, node, at)
    const count = rows.attributes - firstRow + rows.namespaces - firstNamespace
    if (count > this.#limit) this.#budget.checkDepth('xmlAttributes', count)
    this.#resolve(firstRow, node, from)
    return at
  }

  /** Name id of an element by its qualified name in the present scope. */
  elementName(qualified: number, at: number): number {
    const prefix = this.#names.prefixOf[qualified] as number
    const namespace = this.#bound[prefix] ?? -1
    if (namespace < 0) throw this.#unbound(qualified, at)
    return this.#names.name(qualified, namespace)
  }

  /** Takes back what an element declared. */
  leave(node: NodeId): void {
    const undo = this.#undo
    while (undo.length > 0 && undo[undo.length - 3] === node) {
      const namespace = undo.pop() as number
      const prefix = undo.pop() as number
      undo.pop()
      this.#bound[prefix] = namespace
    }
  }

  /** An attribute that declares a namespace, holds entities, or whose type matters. */
  #special(element: number, name: number, start: number, end: number, flags: number, general: boolean, node: NodeId): void {
    const declaration = this.dtd?.attribute(element, name)
    let kept = flags
    let from = start
    let to = end
    if (general || declaration?.tokenized === true) {
      const value = expandAttribute(this.#input, this.dtd?.entities, this.#budget, start, end, declaration?.tokenized === true)
      from = this.#input.append(value)
      to = from + value.length
      kept = ATTRIBUTE_FLAG.plain
    }
    if (declaration?.isId === true) kept |= ATTRIBUTE_FLAG.id
    if (this.#names.roleOf[name] === ROLE.plain) this.#rows.attribute(name, from, to, kept)
    else this.#declare(name, from, to, kept, node)
  }

  #addDefaults(element: number, node: NodeId, at: number): void {
    for (const declaration of this.dtd?.defaults(element) ?? []) {
      if (this.#seen[declaration.name] === node) continue
      this.#seen[declaration.name] = node
      this.#budget.spend('xmlEntityBytes', declaration.end - declaration.start + 1)
      const flags = ATTRIBUTE_FLAG.plain | ATTRIBUTE_FLAG.defaulted | (declaration.isId ? ATTRIBUTE_FLAG.id : 0)
      if (this.#names.roleOf[declaration.name] === ROLE.plain) this.#rows.attribute(declaration.name, declaration.start, declaration.end, flags)
      else this.#declare(declaration.name, declaration.start, declaration.end, flags, node, at)
    }
  }

  /** Namespaces in XML 1.0 §3 and its constraints on reserved prefixes and names. */
  #declare(name: number, start: number, end: number, flags: number, node: NodeId, place = start): void {
    const names = this.#names
    const content = this.#input.content
    const plain = (flags & ATTRIBUTE_FLAG.plain) !== 0
    const namespace = plain
      ? names.namespaceIn(content, start, end)
      : names.namespace(
          fromUtf8(decodeValue(content, start, end, { attribute: true, references: true, lineEnds: start < this.#input.documentLength })) as string,
        )
    const prefix = names.declares[name] as number
    const wrong = (detail: string): Error => this.#input.fault('ERR_XML_NAMESPACE', 'reserved', detail, place)
    if (prefix === XMLNS_PREFIX || namespace === XMLNS_NAMESPACE) throw wrong('xmlns cannot be bound')
    if ((prefix === XML_PREFIX) !== (namespace === XML_NAMESPACE)) throw wrong('xml and its namespace belong to each other')
    if (namespace === NO_NAMESPACE && prefix !== NO_PREFIX)
      throw this.#input.fault('ERR_XML_NAMESPACE', 'undeclared', 'a prefix cannot be taken back in Namespaces 1.0', place)
    this.#undo.push(node, prefix, this.#bound[prefix] ?? -1)
    this.#bound[prefix] = namespace
    this.#rows.namespace(prefix, namespace)
  }

  /** Gives the attributes from `firstRow` on their expanded names. */
  #resolve(firstRow: number, node: NodeId, at: number): void {
    const rows = this.#rows
    const names = this.#names
    for (let row = firstRow; row < rows.attributes; row++) {
      const qualified = rows.attributeNames[row] as number
      const prefix = names.prefixOf[qualified] as number
      const namespace = prefix === NO_PREFIX ? NO_NAMESPACE : (this.#bound[prefix] ?? -1)
      if (namespace < 0) throw this.#unbound(qualified, at)
      const name = names.name(qualified, namespace)
      rows.attributeNames[row] = name
      if (prefix === NO_PREFIX) continue
      const expanded = names.expandedOf[name] as number
      if (this.#seenExpanded[expanded] === node)
        throw this.#input.fault('ERR_XML_NAMESPACE', 'duplicate-attribute', `two attributes are ${names.qualified[qualified]} in their namespace`, at)
      this.#seenExpanded[expanded] = node
    }
  }

  #unbound(qualified: number, at: number): Error {
    return this.#input.fault('ERR_XML_NAMESPACE', 'unbound', `the prefix of ${this.#names.qualified[qualified]} is not bound`, at)
  }
}
