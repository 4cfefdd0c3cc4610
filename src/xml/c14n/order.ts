/** What canonicalisation asks of a document once, however many references there are: the order of its names, and its namespaces. */
import { KysoError } from '../../core/errors.ts'
import { NO_NAMESPACE } from '../names.ts'
import type { XmlTable } from '../table.ts'

/** Order by code points ("UCS codepoint values", Canonical XML 1.0 §2.2), where UTF-16 units would put U+FF00 behind U+20000. */
export function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0
  const shorter = Math.min(a.length, b.length)
  for (let i = 0; i < shorter; i++) {
    let x = a.charCodeAt(i)
    let y = b.charCodeAt(i)
    if (x === y) continue
    // Surrogates stand for what lies behind all other units.
    if (x >= 0xd800 && y >= 0xd800) {
      if (x < 0xe000) x += 0x10000
      if (y < 0xe000) y += 0x10000
    }
    return x - y
  }
  return a.length - b.length
}

/** Places of names and prefixes in the order in which they are written. */
export interface Orders {
  /** By name id: namespace name before local name (Canonical XML 1.0 §2.2). */
  readonly attributes: Int32Array
  /** By prefix id. */
  readonly prefixes: Int32Array
  /** By namespace id: its name in UTF-8 as it is written, once it was: exclusive form may write it on each of many elements. */
  readonly namespaces: (Uint8Array | undefined)[]
}

const orders = new WeakMap<XmlTable, Orders>()

/** The orders of a document's names; found once for each document. */
export function ordersOf(document: XmlTable): Orders {
  let found = orders.get(document)
  if (found === undefined) {
    const { names, prefixes } = document.names
    found = {
      attributes: ranks(names, (a, b) => compareCodePoints(a.namespace, b.namespace) || compareCodePoints(a.local, b.local)),
      prefixes: ranks(prefixes, compareCodePoints),
      namespaces: [],
    }
    orders.set(document, found)
  }
  return found
}

function ranks<T>(items: readonly T[], compare: (a: T, b: T) => number): Int32Array {
  const ranks = new Int32Array(items.length)
  const sorted = items.map((item, id) => ({ item, id })).sort((a, b) => compare(a.item, b.item))
  sorted.forEach(({ id }, place) => {
    ranks[id] = place
  })
  return ranks
}

/** Sorts few numbers in place by ranks that all differ, without the costs of a general sort. */
export function sortByRank(items: number[], rank: (item: number) => number): void {
  if (items.length > 16) items.sort((a, b) => rank(a) - rank(b))
  else
    for (let i = 1; i < items.length; i++) {
      const item = items[i] as number
      const own = rank(item)
      let at = i
      for (; at > 0 && rank(items[at - 1] as number) > own; at--) items[at] = items[at - 1] as number
      items[at] = item
    }
}

/** RFC 3986 §3.1: what makes a URI reference an absolute one. */
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/

const relative = new WeakMap<XmlTable, string | null>()

/**
 * Refuses a document that declares a relative namespace name anywhere, whether or not it would be written: "implementations of XML
 * canonicalization MUST report an operation failure on documents containing relative namespace URIs" (Canonical XML 1.0 §1.3).
 *
 * @throws KysoError `ERR_C14N_NAMESPACE`
 */
export function checkNamespaces(document: XmlTable): void {
  let found = relative.get(document)
  if (found === undefined) {
    found = relativeNamespace(document)
    relative.set(document, found)
  }
  if (found !== null) throw new KysoError('ERR_C14N_NAMESPACE', 'a relative namespace URI is declared', { namespace: found })
}

function relativeNamespace({ names, namespaceFirst, namespaceUris, size }: XmlTable): string | null {
  const seen = new Uint8Array(names.namespaces.length)
  const rows = namespaceFirst[size] as number
  for (let row = 0; row < rows; row++) {
    const id = namespaceUris[row] as number
    if (id === NO_NAMESPACE || seen[id] === 1) continue
    seen[id] = 1
    const namespace = names.namespaces[id] as string
    if (!SCHEME.test(namespace)) return namespace
  }
  return null
}
