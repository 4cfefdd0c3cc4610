/** What a comparison of two revisions finds. */

/** Codes of what may follow a signature: signatures, time-stamps, validation data, and what changes nothing. */
export type ExplainedCode =
  /** A signature in a new field or in one that was empty. */
  | 'signatureAdded'
  /** A document time-stamp. */
  | 'timestampAdded'
  /** A signature field without signature and without appearance. */
  | 'fieldAdded'
  /** The document security store or the developer extensions. */
  | 'validationData'
  /** The dates and producer that a program leaves when it saves one of these. */
  | 'metadataDates'
  /** The same objects, written again. */
  | 'objectRewritten'

/** Codes of what is not explained. */
export type UnexplainedCode =
  /** The revision that was signed is not in the chain of cross-references. */
  | 'revisionMissing'
  /** An object that is needed to tell cannot be read. */
  | 'unreadable'
  /** Something other than white space after the end of the last revision. */
  | 'trailingBytes'
  /** Bytes of an update that belong to no object of it, or to two. */
  | 'strayBytes'
  /** A cross-reference section with two entries for an object. */
  | 'xrefAmbiguous'
  /** An entry that leads out of its update, into bytes that were there before. */
  | 'objectMisplaced'
  | 'rootChanged'
  | 'trailerChanged'
  | 'metadataChanged'
  | 'catalogChanged'
  | 'pageChanged'
  | 'formChanged'
  | 'fieldChanged'
  | 'objectChanged'
  | 'objectFreed'
  /** A new object that no permitted change needs. */
  | 'objectUnexplained'
  /** A permitted change of an object that something else uses as well. */
  | 'objectShared'
  /** A new object with a number that was referred to before it existed: what referred to it has changed. */
  | 'objectAwaited'
  /** A signature that the permissions of an earlier one rule out (DocMDP, or P of a field's lock). */
  | 'signatureForbidden'
  /** A signature in a field that an earlier one locks. */
  | 'fieldLocked'
  /** More than is listed. */
  | 'moreChanges'

/** One thing that an update holds. */
export interface Finding {
  readonly code: ExplainedCode | UnexplainedCode
  readonly revision: number
  readonly detail: string
}

const EXPLAINED: ReadonlySet<string> = new Set<ExplainedCode>([
  'signatureAdded',
  'timestampAdded',
  'fieldAdded',
  'validationData',
  'metadataDates',
  'objectRewritten',
])

/** Whether a code is one of {@link ExplainedCode}. */
export function isExplained({ code }: { readonly code: string }): boolean {
  return EXPLAINED.has(code)
}

/** How many findings of one revision are listed. */
const MAX_LISTED = 50

/** Findings of one revision, the unexplained ones listed up to a limit. */
export class Findings {
  readonly list: Finding[] = []
  readonly #revision: number
  #unexplained = 0

  /** @param revision the one that is compared with the one before it */
  constructor(revision: number) {
    this.#revision = revision
  }

  /** Whether everything so far is explained. */
  get clean(): boolean {
    return this.#unexplained === 0
  }

  /** Whether no more will be listed. */
  get full(): boolean {
    return this.#unexplained > MAX_LISTED
  }

  /** Adds one. */
  add(code: ExplainedCode | UnexplainedCode, detail: string): void {
    if (EXPLAINED.has(code)) this.list.push({ code, revision: this.#revision, detail })
    else if (++this.#unexplained <= MAX_LISTED) this.list.push({ code, revision: this.#revision, detail })
    else if (this.#unexplained === MAX_LISTED + 1) this.list.push({ code: 'moreChanges', revision: this.#revision, detail: `more than ${MAX_LISTED} changes` })
  }
}
