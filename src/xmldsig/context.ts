/** What checking the signatures of a document shares: the document, its IDs, what may be spent, and what has been computed already. */
import type { Budget } from '../core/budget.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import type { XmlTable } from '../xml/table.ts'
import type { NodeSet } from '../xml/xpath/index.ts'
import { type IdAttribute, IdIndex } from './ids.ts'

/** Octets of what lies outside the document; `undefined` where they are not at hand. `null` stands for a reference without URI. */
export type ExternalResolver = (uri: string | null) => Uint8Array | undefined

/** Node-sets that are kept: each takes a byte for every node of the document. */
const MAX_NODE_SETS = 4

/** Failed references of a document whose cause is looked for, and octets they may have together: a search writes them some ten times. */
const MAX_SEARCHES = 16
const MAX_SEARCHED_OCTETS = 64 * 1024 * 1024

/** A digest, and how many octets went into it. */
export interface OctetDigest {
  readonly digest: Uint8Array
  readonly length: number
}

/** What has been computed once and is asked for again: by other references, and by other signatures of the document. */
export class Computed {
  readonly digests = new Map<string, OctetDigest>()
  readonly #nodeSets = new Map<string, NodeSet>()
  readonly #documents = new WeakMap<XmlTable, number>()
  #nextDocument = 0
  #searches = 0
  #searched = 0

  /** Whether the cause of one more failed digest, of so many octets, is to be looked for; takes note of it. */
  maySearch(octets: number): boolean {
    if (this.#searches >= MAX_SEARCHES || this.#searched >= MAX_SEARCHED_OCTETS) return false
    this.#searches++
    this.#searched += octets
    return true
  }

  /** A name for a document in keys. */
  documentKey(document: XmlTable): string {
    let number = this.#documents.get(document)
    if (number === undefined) this.#documents.set(document, (number = this.#nextDocument++))
    return `d${number}`
  }

  /** The node-set of a key, made where it is not kept. */
  nodeSet(key: string | undefined, make: () => NodeSet): NodeSet {
    const known = key === undefined ? undefined : this.#nodeSets.get(key)
    if (known) return known
    const made = make()
    if (key !== undefined) {
      if (this.#nodeSets.size >= MAX_NODE_SETS) for (const oldest of this.#nodeSets.keys()) if (this.#nodeSets.delete(oldest)) break
      this.#nodeSets.set(key, made)
    }
    return made
  }
}

/** What the signatures of one document are checked with. Make one for a document, so that what they share is done once. */
export interface XmlDsigContext {
  readonly document: XmlTable
  readonly crypto: CryptoProvider
  readonly budget: Budget
  readonly ids: IdIndex
  readonly external?: ExternalResolver
  readonly computed: Computed
}

/** Choices for {@link xmlDsigContext}. */
export interface XmlDsigOptions {
  readonly crypto: CryptoProvider
  readonly budget: Budget
  /** Attributes that are IDs besides the usual ones. */
  readonly idAttributes?: readonly IdAttribute[]
  /** Gives the octets of references that lead out of the document. Nothing is ever fetched: without it they are told as not done. */
  readonly external?: ExternalResolver
}

/** How often all signatures of a document together may canonicalise the whole of it, beside what every budget has. */
const TIMES = 32

/**
 * A context for the signatures of a document. It raises the limits for canonicalisation by the size of the document, where the caller of
 * the budget has set none: make one for a document.
 */
export function xmlDsigContext(document: XmlTable, { crypto, budget, idAttributes, external }: XmlDsigOptions): XmlDsigContext {
  budget.raise('c14nBytes', TIMES * document.bytes.length)
  budget.raise('c14nNodes', TIMES * document.size)
  return { document, crypto, budget, ids: new IdIndex(document, idAttributes), ...(external ? { external } : {}), computed: new Computed() }
}
