/**
 * ASN.1 by other means than the code under test has: a tree that is lenient in what it takes, and written anew with whatever was
 * changed in it, lengths put right. Oracles read with it, mutators change it.
 */
import { concat } from '../../src/core/bytes.ts'
import type { Random } from './random.ts'

/** An element: its content octets, or what is inside. */
export interface Tlv {
  /** Identifier octets. */
  identifier: Uint8Array
  content: Uint8Array
  /** Of a constructed element; absent for a primitive one. */
  children?: Tlv[]
  /** Written as the length instead of the right one. */
  length?: (size: number) => Uint8Array
  /** Octets behind the content. */
  trailer?: Uint8Array
}

const EMPTY = new Uint8Array()
const MAX_DEPTH = 60

/** Elements that fill `bytes` exactly; `null` where they do not. */
export function readTlvs(bytes: Uint8Array, depth = 0): Tlv[] | null {
  const found: Tlv[] = []
  for (let at = 0; at < bytes.length; ) {
    const one = readTlv(bytes, at, depth)
    if (!one) return null
    found.push(one.element)
    at = one.end
  }
  return found
}

/** The element at a place, and where it ends. */
export function readTlv(bytes: Uint8Array, start: number, depth = 0): { readonly element: Tlv; readonly end: number } | null {
  if (depth > MAX_DEPTH) return null
  let at = start
  const first = bytes[at++]
  if (first === undefined) return null
  if ((first & 0x1f) === 0x1f) while (((bytes[at++] ?? 0) & 0x80) !== 0);
  const identifier = bytes.subarray(start, at)
  let length = bytes[at++]
  if (length === undefined) return null
  const constructed = (first & 0x20) !== 0
  if (length === 0x80) {
    const children: Tlv[] = []
    for (; bytes[at] !== 0 || bytes[at + 1] !== 0; ) {
      const child = readTlv(bytes, at, depth + 1)
      if (!child) return null
      children.push(child.element)
      at = child.end
    }
    return constructed ? { element: { identifier, content: EMPTY, children }, end: at + 2 } : null
  }
  if (length > 0x80) {
    let octets = length & 0x7f
    length = 0
    for (; octets > 0; octets--) length = length * 256 + (bytes[at++] ?? 0)
  }
  if (length > bytes.length - at) return null
  const content = bytes.subarray(at, at + length)
  const children = constructed ? readTlvs(content, depth + 1) : null
  return { element: { identifier, content, ...(children ? { children } : {}) }, end: at + length }
}

function derLength(size: number): Uint8Array {
  if (size < 0x80) return Uint8Array.of(size)
  const octets: number[] = []
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
  return Uint8Array.of(0x80 | octets.length, ...octets)
}

/** Pieces of an element in order; returns how many octets they have. */
function pieces(element: Tlv, into: Uint8Array[]): number {
  const { identifier, children, content, length = derLength, trailer } = element
  const at = into.push(identifier, EMPTY) - 1
  let size = 0
  if (children) for (const child of children) size += pieces(child, into)
  else {
    into.push(content)
    size = content.length
  }
  const lengthOctets = length(size)
  into[at] = lengthOctets
  if (trailer) into.push(trailer)
  return identifier.length + lengthOctets.length + size + (trailer?.length ?? 0)
}

/** Elements written one behind the other. */
export function writeTlvs(elements: readonly Tlv[]): Uint8Array {
  const into: Uint8Array[] = []
  let size = 0
  for (const element of elements) size += pieces(element, into)
  const bytes = new Uint8Array(size)
  let at = 0
  for (const piece of into) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

export function writeTlv(element: Tlv): Uint8Array {
  return writeTlvs([element])
}

/** DER of an element that was BER: definite, shortest lengths, sets in order, strings in one piece. */
export function normalized(element: Tlv): Uint8Array {
  const [identifier = 0] = element.identifier
  if (!element.children) return concat([element.identifier, derLength(element.content.length), element.content])
  if (identifier === 0x24) {
    const content = octets(element)
    return concat([Uint8Array.of(4), derLength(content.length), content])
  }
  const parts = element.children.map(normalized)
  if (identifier === 0x31) parts.sort(compare)
  const content = concat(parts)
  return concat([element.identifier, derLength(content.length), content])
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number)
  return a.length - b.length
}

/** Octets of a string, in one piece or in several. */
export function octets(element: Tlv): Uint8Array {
  return element.children ? concat(element.children.map(octets)) : element.content
}

/** Every element of a tree with the list it stands in. */
export function everyTlv(roots: Tlv[]): { readonly element: Tlv; readonly list: Tlv[]; readonly index: number }[] {
  const found: { element: Tlv; list: Tlv[]; index: number }[] = []
  const visit = (list: Tlv[]): void => {
    for (const [index, element] of list.entries()) {
      found.push({ element, list, index })
      if (element.children) visit(element.children)
    }
  }
  visit(roots)
  return found
}

const copyOf = (element: Tlv): Tlv => ({ ...element, ...(element.children ? { children: element.children.map(copyOf) } : {}) })

const HUGE: readonly Uint8Array[] = [
  Uint8Array.of(0x84, 0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0x84, 0x7f, 0xff, 0xff, 0xff),
  Uint8Array.of(0x88, 0x00, 0x20, 0, 0, 0, 0, 0, 0),
  Uint8Array.of(0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0),
  Uint8Array.of(0xff),
  Uint8Array.from([0xfe, ...new Array<number>(126).fill(0)]),
  Uint8Array.of(0x80),
  Uint8Array.of(0x81, 0),
  Uint8Array.of(0),
]

const TAGS = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x0c, 0x13, 0x16, 0x17, 0x18, 0x1e, 0x30, 0x31, 0x24, 0x80, 0x81, 0xa0, 0xa1, 0xa2, 0xa3, 0x00]
const LONG_TAG = Uint8Array.of(0xbf, 0xff, 0xff, 0xff, 0x7f)

const wrapped = (element: Tlv, identifier = 0x30): Tlv => ({ identifier: Uint8Array.of(identifier), content: EMPTY, children: [element] })

type Place = ReturnType<typeof everyTlv>[number]

/** Changes to one element of a tree. */
const TREE_MUTATORS: readonly ((place: Place, random: Random, all: readonly Place[], foreign: readonly Place[]) => void)[] = [
  // Twice, gone, elsewhere, exchanged, out of another file.
  ({ element, list, index }) => list.splice(index, 0, copyOf(element)),
  ({ element, list, index }, random) => list.splice(index, 0, ...Array.from({ length: random.chance(0.97) ? 3 : 2000 }, () => element)),
  ({ list, index }) => list.splice(index, 1),
  ({ element, list }, random) => list.splice(random.int(list.length + 1), 0, copyOf(element)),
  ({ list, index }, random) => {
    const other = random.int(list.length)
    const one = list[index] as Tlv
    list[index] = list[other] as Tlv
    list[other] = one
  },
  ({ list, index }, random, all) => list.splice(index, 1, copyOf(random.pick(all).element)),
  ({ list, index }, random, _, foreign) => list.splice(index, 1, copyOf(random.pick(foreign).element)),
  ({ list, index }, random, _, foreign) => list.splice(index, 0, copyOf(random.pick(foreign).element)),
  // Of the same kind out of another file.
  ({ element, list, index }, random, _, foreign) => {
    const alike = foreign.filter(({ element: { identifier } }) => identifier[0] === element.identifier[0])
    if (alike.length > 0) list[index] = copyOf(random.pick(alike).element)
  },
  // Tags.
  ({ element }, random) => {
    element.identifier = Uint8Array.of(random.pick(TAGS))
  },
  ({ element }, random) => {
    const [identifier = 0] = element.identifier
    element.identifier = random.chance(0.1) ? LONG_TAG : Uint8Array.of(identifier ^ (1 << random.int(8)))
  },
  // Lengths: wrong, too long, huge, indefinite, not the shortest.
  ({ element }, random) => {
    element.length = (size) => derLength(Math.max(0, size + random.pick([-1, 1, 2, 127, 128, 65_536])))
  },
  ({ element }, random) => {
    const huge = random.pick(HUGE)
    element.length = () => huge
  },
  ({ element }) => {
    element.length = (size) => Uint8Array.of(0x84, (size >> 24) & 255, (size >> 16) & 255, (size >> 8) & 255, size & 255)
  },
  ({ element }, random) => {
    element.length = () => Uint8Array.of(0x80)
    if (random.chance(0.9)) element.trailer = new Uint8Array(2)
  },
  // Content: none, other, longer, a number without end, in pieces.
  ({ element }) => {
    delete element.children
    element.content = EMPTY
  },
  ({ element }, random) => {
    if (element.children) return
    const content = element.content.slice()
    for (let n = 1 + random.int(3); n > 0; n--) content[random.int(content.length)] = random.int(256)
    element.content = content
  },
  ({ element }, random) => {
    element.content = concat([element.content, Uint8Array.from({ length: 1 + random.int(20) }, () => random.pick([0, 0x80, 0xff, random.int(256)]))])
    delete element.children
  },
  ({ element }, random) => {
    element.content = concat([Uint8Array.of(random.pick([0, 0x7f, 0x80, 0xff])), element.content])
    delete element.children
  },
  ({ element }, random) => {
    element.content = new Uint8Array(random.chance(0.98) ? random.int(600) : 100_000).fill(random.pick([0x00, 0x7f, 0x80, 0xff]))
    delete element.children
  },
  ({ element }, random) => {
    if (element.children || (element.identifier[0] ?? 0) > 0x1e) return
    const [identifier = 0] = element.identifier
    const cut = random.int(element.content.length + 1)
    const part = (content: Uint8Array): Tlv => ({ identifier: Uint8Array.of(identifier), content })
    element.identifier = Uint8Array.of(identifier | 0x20)
    element.children = [part(element.content.subarray(0, cut)), part(element.content.subarray(cut))]
  },
  // Deeper.
  ({ element, list, index }, random) => {
    let inner = element
    for (let n = random.chance(0.9) ? 1 : random.pick([40, 70, 300]); n > 0; n--) inner = wrapped(inner, random.pick([0x30, 0x31, 0x24, 0xa0]))
    list[index] = inner
  },
  ({ element }) => {
    if (element.children?.length === 1) Object.assign(element, element.children[0])
  },
  ({ element, list, index }) => {
    if (element.children) list.splice(index, 1, ...element.children)
  },
]

/** Elements that stand inside octet strings, as extensions and time-stamp tokens have them. */
function openStrings(roots: readonly Tlv[]): void {
  for (const element of roots) {
    if (element.identifier[0] === 4 && element.content[0] === 0x30) {
      const inside = readTlvs(element.content)
      if (inside) element.children = inside
    }
    if (element.children) openStrings(element.children)
  }
}

/** A change to the tree of an ASN.1 file, or `null` where it is none. */
export function mutateTlv(bytes: Uint8Array, random: Random, other: Uint8Array): Uint8Array | null {
  const roots = readTlvs(bytes)
  if (roots) openStrings(roots)
  const all = roots && everyTlv(roots)
  if (!roots || !all || all.length === 0) return null
  const foreign = everyTlv(readTlvs(other) ?? roots)
  random.pick(TREE_MUTATORS)(random.pick(all), random, all, foreign)
  // Nothing here shares an element with its own descendants but what was copied, so it can be written.
  return writeTlvs(roots)
}
