import { KysoError } from './errors.ts'

/** What loops over untrusted input may spend, and how much of it by default. */
export const DEFAULT_LIMITS = {
  /** ASN.1 elements decoded. */
  asn1Nodes: 2_000_000,
  /** Nesting of ASN.1 elements. */
  asn1Depth: 64,
  /** Cross-reference sections (each `/Prev` and `/XRefStm` is one). */
  pdfSections: 10_000,
  /** Cross-reference entries, over all sections. */
  pdfEntries: 20_000_000,
  /** PDF objects parsed. */
  pdfObjects: 20_000_000,
  /** Bytes of PDF syntax looked at, stream bodies apart: objects may lie inside each other, so their number bounds nothing. */
  pdfBytes: 1024 * 1024 * 1024,
  /** Nesting of PDF arrays and dictionaries. */
  pdfDepth: 256,
  /** Operators and operands of page content that are interpreted, and glyphs that it shows. */
  pdfOperators: 20_000_000,
  /** Bytes that come out of Flate and other filters. */
  decompressedBytes: 512 * 1024 * 1024,
  /** Bytes of an XML document, as UTF-8. */
  xmlBytes: 512 * 1024 * 1024,
  /** Elements, texts, comments and instructions of an XML document, attributes and namespace declarations among them. */
  xmlNodes: 20_000_000,
  /** Nesting of XML elements and entities. */
  xmlDepth: 2_000,
  /** Attributes and namespace declarations of one XML element. */
  xmlAttributes: 10_000,
  /** Nodes and characters that XPath expressions look at. */
  xpathSteps: 50_000_000,
  /** Different names, prefixes and namespaces of an XML document. */
  xmlNames: 1_000_000,
  /** Bytes that come out of the entities and defaults of an XML document type. */
  xmlEntityBytes: 10 * 1024 * 1024,
  /** References of XML signatures and manifests. */
  references: 10_000,
  /** Transforms of those references. */
  transforms: 50_000,
  /** Signatures in a file. */
  signatures: 1_000,
  /** Public-key operations. */
  signatureChecks: 10_000,
  /** Certificates tried while paths are built. */
  pathSteps: 10_000,
  /** Names of certificates held against name constraints, and policies and mappings followed along a path. */
  nameChecks: 1_000_000,
  /** Rounds of password-based key derivation. */
  kdfRounds: 20_000_000,
  /** Bytes that are hashed, over all signatures of a document. */
  hashedBytes: 16 * 1024 ** 3,
  /**
   * Octets that canonicalisation writes, over all references; the context of a document's XML signatures adds to it by the document's size.
   * Canonical form may be longer than the document by its square: a namespace name is written again on each of many elements.
   */
  c14nBytes: 256 * 1024 ** 2,
  /** Nodes that canonicalisation visits, over all references; for filtered node-sets attribute and namespace nodes count too. Grows likewise. */
  c14nNodes: 32_000_000,
  /** Segments of content that BER split. */
  cmsSegments: 50_000_000,
  /** Bytes of a CMS beside its content: certificates, revocation information, signatures; and text that holds one in base64. */
  cmsBytes: 256 * 1024 * 1024,
  /** Requests to servers. */
  fetches: 100,
} as const

/** A thing a budget counts. */
export type BudgetKind = keyof typeof DEFAULT_LIMITS

const NOTHING = Object.fromEntries(Object.keys(DEFAULT_LIMITS).map((kind) => [kind, 0])) as Record<BudgetKind, number>

/** Limits by kind; what is left out keeps its default. */
export type Limits = Partial<Record<BudgetKind, number>>

/**
 * Bounds the work that one document may cause. Handed down through every parser; exceeding a limit throws
 * `ERR_BUDGET_EXCEEDED` with the kind and the limit.
 *
 * @example
 * ```ts
 * const budget = new Budget({ signatures: 50 })
 * budget.spend('signatures')
 * budget.left('signatures') // => 49
 * ```
 */
export class Budget {
  readonly #limits: Record<BudgetKind, number> = { ...DEFAULT_LIMITS }
  readonly #spent: Record<BudgetKind, number> = { ...NOTHING }
  /** What the caller has set. */
  readonly #fixed = new Set<BudgetKind>()

  /** @throws KysoError `ERR_ARGUMENT` for a limit that is no number from 0 on; `Infinity` is one */
  constructor(limits: Limits = {}) {
    for (const [kind, limit] of Object.entries(limits) as [BudgetKind, number | undefined][]) {
      if (limit === undefined) continue
      // NaN would compare as never exceeded.
      if (!(limit >= 0)) throw new KysoError('ERR_ARGUMENT', `a limit for ${kind} that is no number from 0 on`, { kind })
      this.#limits[kind] = limit
      this.#fixed.add(kind)
    }
  }

  /** Raises a default limit, for work that may fairly grow with the size of a document; one that the caller has set stays. */
  raise(kind: BudgetKind, amount: number): void {
    if (!this.#fixed.has(kind)) this.#limits[kind] += amount
  }

  /** How much of a kind may be spent in all. */
  limit(kind: BudgetKind): number {
    return this.#limits[kind]
  }

  /** How much of a kind is left. */
  left(kind: BudgetKind): number {
    return this.#limits[kind] - this.#spent[kind]
  }

  /**
   * Takes `amount` from a kind: a count, or bytes for the kinds that are named so.
   *
   * @throws KysoError `ERR_BUDGET_EXCEEDED` where less is left; then nothing is taken
   */
  spend(kind: BudgetKind, amount = 1): void {
    const spent = this.#spent[kind] + amount
    // Written so that an amount of NaN is refused as well.
    if (!(spent <= this.#limits[kind])) throw new KysoError('ERR_BUDGET_EXCEEDED', `more than ${this.limit(kind)} ${kind}`, { kind, limit: this.limit(kind) })
    this.#spent[kind] = spent
  }

  /**
   * Holds a depth against the limit of its kind. Depths are not added up.
   *
   * @throws KysoError `ERR_BUDGET_EXCEEDED`
   */
  checkDepth(kind: BudgetKind, depth: number): void {
    if (depth > this.limit(kind))
      throw new KysoError('ERR_BUDGET_EXCEEDED', `nested deeper than ${this.limit(kind)} (${kind})`, { kind, limit: this.limit(kind) })
  }
}
