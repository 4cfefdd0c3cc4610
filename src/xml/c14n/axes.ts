/** Namespace and attribute axes of an element as they are written, and what an element without its parent inherits. */
import type { Budget } from '../../core/budget.ts'
import { utf8 } from '../../core/bytes.ts'
import { NO_PREFIX, XML_NAMESPACE, XML_PREFIX } from '../names.ts'
import { ATTRIBUTE_FLAG, type XmlTable } from '../table.ts'
import { NO_NODE, NODE, type NodeId } from '../tree.ts'
import type { C14nAlgorithm } from './algorithm.ts'
import { type Orders, sortByRank } from './order.ts'
import { escapedValue, type Output } from './output.ts'
import { joinUriReferences } from './xml-base.ts'

const SPACE = 0x20
const QUOTE = 0x22
const EQUALS = 0x3d

/** What a character that is joined costs, in nodes: values of long chains are read over and over. */
const JOINED_CHARACTER = 64

/** What goes through all of one canonicalisation. */
export interface C14nContext {
  readonly document: XmlTable
  readonly algorithm: C14nAlgorithm
  /** Prefix ids of the InclusiveNamespaces PrefixList (Exclusive C14N §2.1); empty for the other methods. */
  readonly inclusive: ReadonlySet<number>
  readonly orders: Orders
  readonly out: Output
  readonly budget: Budget
}

/** Writes a namespace node. */
export function writeNamespace({ document, orders, out }: C14nContext, prefix: number, namespace: number): void {
  out.markup(prefix === NO_PREFIX ? ' xmlns' : ' xmlns:')
  out.markup(document.names.prefixes[prefix] as string)
  out.markup('="')
  const octets = orders.namespaces[namespace] ?? escapedValue(utf8(document.names.namespaces[namespace] as string))
  orders.namespaces[namespace] = octets
  out.octets(octets)
  out.byte(QUOTE)
}

/** Puts prefix ids, each once, in the order of their namespace nodes, in place. */
export function sortPrefixes({ orders }: C14nContext, prefixes: number[]): void {
  if (prefixes.length > 1) sortByRank(prefixes, (prefix) => orders.prefixes[prefix] as number)
}

/** An `xml:base` that stands for several: written in place of the attribute of `row`. */
export interface JoinedBase {
  readonly row: number
  readonly value: string
}

/** Writes attributes by their rows, in their order. The array is sorted in place. */
export function writeAttributes(context: C14nContext, rows: number[], joined?: JoinedBase): void {
  const { orders, document } = context
  const { attributeNames } = document
  sortByRank(rows, (row) => orders.attributes[attributeNames[row] as number] as number)
  for (let i = 0; i < rows.length; i++) writeAttribute(context, rows[i] as number, joined)
}

function writeAttribute({ document, out }: C14nContext, row: number, joined: JoinedBase | undefined): void {
  const { content, names, attributeNames, attributeStarts, attributeEnds, attributeFlags } = document
  const qualified = names.qualifiedIdOf[attributeNames[row] as number] as number
  const from = attributeStarts[row] as number
  const to = attributeEnds[row] as number
  const replaced = row === joined?.row
  const clean = ((attributeFlags[row] as number) & ATTRIBUTE_FLAG.clean) !== 0 && !replaced
  const length = names.lengthOf[qualified] as number
  const space = from - length - 3
  // Written as canonical form has it: a space, the name with nothing behind it, `="`, the value.
  const asWritten = clean && ((attributeFlags[row] as number) & ATTRIBUTE_FLAG.defaulted) === 0 && content[from - 1] === QUOTE && content[from - 2] === EQUALS
  if (asWritten && (content[from - 3] as number) > SPACE && content[space] === SPACE) {
    out.raw(space, to + 1)
    return
  }
  out.byte(SPACE)
  out.markup(names.qualified[qualified] as string)
  out.markup('="')
  if (replaced) out.value(utf8(joined.value))
  else if (clean) out.raw(from, to)
  else out.value(document.attributeBytes(row))
  out.byte(QUOTE)
}

/** `xml:base` attributes of omitted elements that follow each other upwards, the innermost first. */
export interface OmittedBases {
  readonly row: number
  readonly outer: OmittedBases | undefined
}

/** What elements outside the output leave to those below them. */
export interface Inheritance {
  /** Row of the nearest attribute in the `xml` namespace, by name id. */
  readonly attributes: ReadonlyMap<number, number>
  readonly bases: OmittedBases | undefined
}

/** Whether an attribute row is in the `xml` namespace. */
export function isXmlAttribute({ names, attributeNames }: XmlTable, row: number): boolean {
  return names.namespaceIdOf[attributeNames[row] as number] === XML_NAMESPACE
}

function localName({ names, attributeNames }: XmlTable, row: number): string {
  return names.names[attributeNames[row] as number]?.local ?? ''
}

/** Whether an attribute row is `xml:base`. */
export function isXmlBase(document: XmlTable, row: number): boolean {
  return isXmlAttribute(document, row) && localName(document, row) === 'base'
}

/**
 * The attributes of an element whose parent element is left out: C14N 1.0 §2.4 imports every attribute in the `xml` namespace from
 * its ancestors, 1.1 only `xml:lang` and `xml:space`, and joins `xml:base` with those of the elements left out above it.
 *
 * @param written rows of its attributes that are in the node-set
 */
export function inheritAttributes(
  { document, algorithm, budget }: C14nContext,
  node: NodeId,
  written: readonly number[],
  inheritance: Inheritance,
): { rows: number[]; joined?: JoinedBase } {
  const rows = [...written]
  if (algorithm.method === 'exclusive') return { rows }
  // What the element has itself is not imported, be it in the node-set or not.
  const own = new Set<number>()
  let ownBase: number | undefined
  for (let row = document.attributeFirst[node] as number; row < (document.attributeFirst[node + 1] as number); row++) {
    own.add(document.attributeNames[row] as number)
    if (isXmlBase(document, row)) ownBase = row
  }
  budget.spend('c14nNodes', inheritance.attributes.size)
  for (const [name, row] of inheritance.attributes) {
    const local = localName(document, row)
    if (!own.has(name) && (algorithm.method === 'inclusive' || local === 'lang' || local === 'space')) rows.push(row)
  }
  if (algorithm.method === 'inclusive' || inheritance.bases === undefined) return { rows }
  const value = joinedBase(document, ownBase, inheritance.bases, budget)
  const others = rows.filter((row) => !isXmlBase(document, row))
  if (value === '') return { rows: others }
  const row = ownBase ?? inheritance.bases.row
  return { rows: [...others, row], joined: { row, value } }
}

/** Joins from the innermost value outwards (Canonical XML 1.1 §2.4). */
function joinedBase(document: XmlTable, own: number | undefined, omitted: OmittedBases, budget: Budget): string {
  let value = own === undefined ? undefined : document.attributeValue(own)
  for (let base: OmittedBases | undefined = omitted; base !== undefined; base = base.outer) {
    const outer = document.attributeValue(base.row)
    // Each join reads all that was joined so far, so that long chains of long values are paid for by their length.
    budget.spend('c14nNodes', JOINED_CHARACTER * (1 + outer.length + (value?.length ?? 0)))
    value = value === undefined ? outer : joinUriReferences(outer, value)
  }
  return value ?? ''
}

/** What holds at the parent of a node when everything outside the node is left out. */
export interface Surroundings extends Inheritance {
  /** Namespace id by prefix id; 0 where the default namespace was taken back. */
  readonly namespaces: ReadonlyMap<number, number>
}

/** Gathers {@link Surroundings} in one walk to the root. */
export function surroundings({ document, budget }: C14nContext, node: NodeId): Surroundings {
  const { parents, namespaceFirst, namespacePrefixes, namespaceUris, attributeFirst, attributeNames } = document
  const namespaces = new Map<number, number>()
  const attributes = new Map<number, number>()
  const bases: number[] = []
  for (let at = parents[node] as number; at !== NO_NODE && document.kind(at) === NODE.element; at = parents[at] as number) {
    const lastNamespace = namespaceFirst[at + 1] as number
    const lastAttribute = attributeFirst[at + 1] as number
    budget.spend('c14nNodes', 1 + lastNamespace - (namespaceFirst[at] as number) + lastAttribute - (attributeFirst[at] as number))
    for (let row = namespaceFirst[at] as number; row < lastNamespace; row++) {
      const prefix = namespacePrefixes[row] as number
      if (prefix !== XML_PREFIX && !namespaces.has(prefix)) namespaces.set(prefix, namespaceUris[row] as number)
    }
    for (let row = attributeFirst[at] as number; row < lastAttribute; row++) {
      if (!isXmlAttribute(document, row)) continue
      const name = attributeNames[row] as number
      if (!attributes.has(name)) attributes.set(name, row)
      if (isXmlBase(document, row)) bases.push(row)
    }
  }
  let chain: OmittedBases | undefined
  for (const row of bases.reverse()) chain = { row, outer: chain }
  return { namespaces, attributes, bases: chain }
}
