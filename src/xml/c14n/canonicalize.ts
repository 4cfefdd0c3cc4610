/** Canonical XML 1.0 and 1.1, and Exclusive XML Canonicalization 1.0, of whole documents, subtrees and filtered node-sets, as a stream of octets. */
import { Budget } from '../../core/budget.ts'
import { concat } from '../../core/bytes.ts'
import { KysoError } from '../../core/errors.ts'
import { NO_PREFIX } from '../names.ts'
import type { XmlTable } from '../table.ts'
import type { NodeId } from '../tree.ts'
import type { C14nAlgorithm } from './algorithm.ts'
import type { C14nContext } from './axes.ts'
import { type NodeSet, writeFiltered } from './filtered.ts'
import { checkNamespaces, ordersOf } from './order.ts'
import { Output } from './output.ts'
import { writeSubtree } from './subtree.ts'

/** A subtree with all its attribute and namespace nodes. */
export interface SubtreeSelection {
  /** Its topmost node; 0 is the whole document, with what stands before and behind the document element. */
  readonly apex: NodeId
  /** Nodes that are left out with everything below them, in any order. */
  readonly without?: readonly NodeId[]
  /** `false`: comments are not in the node-set, as with the References `""` and `"#id"` (XML-DSig 1.1 §4.4.3.3). */
  readonly comments?: boolean
}

/** What of a subtree is in a node-set. Nothing outside the subtree is. */
export interface FilteredSelection {
  readonly nodes: NodeSet
  /** The whole document when left out. */
  readonly apex?: NodeId
}

/** What is canonicalised. */
export type Selection = SubtreeSelection | FilteredSelection

/** Further parameters. */
export interface C14nOptions {
  /** InclusiveNamespaces PrefixList (Exclusive C14N §2.1), `#default` for the default namespace; other methods take no notice. */
  readonly inclusivePrefixes?: readonly string[]
  /** Pays for octets written and nodes visited; one of its own when left out. */
  readonly budget?: Budget
}

/**
 * Writes the canonical form of a selection.
 *
 * @param write gets the octets in order, in chunks that are only valid until it is called again: parts of one buffer or of the document
 * @throws KysoError `ERR_C14N_NAMESPACE` where the document declares a relative namespace URI, before anything is written;
 *   `ERR_BUDGET_EXCEEDED`; `ERR_ARGUMENT` for an apex that is no node
 */
export function canonicalize(
  document: XmlTable,
  selection: Selection,
  algorithm: C14nAlgorithm,
  write: (chunk: Uint8Array) => void,
  options: C14nOptions = {},
): void {
  const { inclusivePrefixes = [], budget = ownBudget(document) } = options
  const apex = selection.apex ?? 0
  if (!(Number.isInteger(apex) && apex >= 0 && apex < document.size)) throw new KysoError('ERR_ARGUMENT', 'an apex that is no node', { argument: 'apex' })
  checkNamespaces(document)
  const out = new Output(document.content, write, budget)
  const context: C14nContext = {
    document,
    algorithm,
    inclusive: prefixIds(document, algorithm.method === 'exclusive' ? inclusivePrefixes : []),
    orders: ordersOf(document),
    out,
    budget,
  }
  if ('nodes' in selection) writeFiltered(context, apex, selection.nodes)
  else {
    const without = [...(selection.without ?? [])].sort((a, b) => a - b)
    writeSubtree(context, apex, without, algorithm.comments && selection.comments !== false)
  }
  out.end()
}

/** Enough for what is canonicalised once and not hostile beyond its size. */
function ownBudget(document: XmlTable): Budget {
  const budget = new Budget()
  budget.raise('c14nBytes', 8 * document.bytes.length)
  budget.raise('c14nNodes', 32 * document.size)
  return budget
}

/** {@link canonicalize} into one array, for what is small: `SignedInfo`, `SignedProperties`. */
export function canonicalBytes(document: XmlTable, selection: Selection, algorithm: C14nAlgorithm, options: C14nOptions = {}): Uint8Array {
  const chunks: Uint8Array[] = []
  canonicalize(document, selection, algorithm, (chunk) => chunks.push(chunk.slice()), options)
  return concat(chunks)
}

/** Ids of the prefixes of a list; one that the document does not know has none. */
function prefixIds(document: XmlTable, prefixes: readonly string[]): ReadonlySet<number> {
  const ids = new Set<number>()
  if (prefixes.length === 0) return ids
  const wanted = new Set(prefixes)
  if (wanted.has('#default')) ids.add(NO_PREFIX)
  document.names.prefixes.forEach((prefix, id) => {
    if (prefix !== '' && wanted.has(prefix)) ids.add(id)
  })
  return ids
}
