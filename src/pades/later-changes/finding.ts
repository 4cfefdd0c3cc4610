/** What a comparison of two revisions finds. */

/** What has to permit a change: nothing, P of at least 2, or P of at least 3 (ISO 32000-2 table 257). */
export type Level = 'always' | 'signing' | 'filling' | 'annotating'

/** Codes of what may follow a signature, with what has to permit it. */
const EXPLAINED = {
  /** A signature in a new field or in one that was empty. */
  signatureAdded: 'signing',
  /** A document time-stamp. */
  timestampAdded: 'always',
  /** A signature field without signature and without appearance. */
  fieldAdded: 'signing',
  /** The first signature, which certifies. */
  certificationAdded: 'signing',
  /** A certification behind an approval: it is none, for it is not the first signature (§12.8.2.2). */
  certificationLate: 'signing',
  /** A new visible signature that lies over what the page shows. */
  signatureOverContent: 'signing',
  /** The document security store or the developer extensions. */
  validationData: 'always',
  /** A form field with another value and the appearance of it. */
  fieldFilled: 'filling',
  /** What a field shows could not be compared with its value. */
  appearanceUnread: 'filling',
  /** A page made of a page template. */
  templateSpawned: 'filling',
  annotationAdded: 'annotating',
  annotationChanged: 'annotating',
  annotationRemoved: 'annotating',
  /** An annotation that was added or moved lies over a signature. */
  annotationOverSignature: 'annotating',
  /** Places of new annotations and signatures in the structure of a tagged document. */
  structureGrown: 'always',
  /** The dates and producer that a program leaves when it saves one of these. */
  metadataDates: 'always',
  /** The same, with nothing that was to be saved. */
  metadataAlone: 'annotating',
  /** The same objects, written again. */
  objectRewritten: 'always',
  /** New objects that nothing uses. */
  objectUnused: 'always',
  /** Objects that nothing uses any more, called free. */
  objectRemoved: 'always',
} as const satisfies Record<string, Level>

/** Codes of what may follow a signature: signatures, time-stamps, validation data, filling in, annotations, and what changes nothing. */
export type ExplainedCode = keyof typeof EXPLAINED

/** Codes of what is not explained, or not permitted. */
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
  /** Pages were added, removed or put in another order, or what they inherit was changed. */
  | 'pagesChanged'
  /** What a page draws, or what it is drawn with. */
  | 'contentChanged'
  | 'fontChanged'
  | 'annotationsChanged'
  | 'layersChanged'
  | 'actionsChanged'
  | 'attachmentsChanged'
  | 'structureChanged'
  | 'navigationChanged'
  | 'formChanged'
  | 'fieldChanged'
  /** The look of a field or a signature, without a value that it shows. */
  | 'appearanceChanged'
  /** A field that was filled in shows something else than its value. */
  | 'appearanceDiffers'
  /** The dictionary of a signature. */
  | 'signatureChanged'
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
  | 'fillingForbidden'
  | 'annotationForbidden'
  | 'metadataForbidden'
  /** A signature or a value in a field that an earlier signature locks. */
  | 'fieldLocked'
  /** The caller did not want to know. */
  | 'notCompared'
  /** More than is listed. */
  | 'moreChanges'

/** Where a change is. */
export interface Place {
  /** Number of the object that has changed. */
  readonly object?: number
  /** Way to it from the trailer, as in `/Root/Pages/Kids[0]/Contents`. */
  readonly path?: string
  /** The page that it is on; 1 is the first. */
  readonly page?: number
  /** Fully qualified name of a form field. */
  readonly field?: string
}

/** One thing that an update holds. */
export interface Finding extends Place {
  readonly code: ExplainedCode | UnexplainedCode
  readonly revision: number
  readonly detail: string
}

/** Whether a code is one of {@link ExplainedCode}. */
export function isExplained({ code }: { readonly code: string }): boolean {
  return Object.hasOwn(EXPLAINED, code)
}

/** What has to permit an explained change. */
export function levelOf({ code }: Finding): Level {
  return isExplained({ code }) ? EXPLAINED[code as ExplainedCode] : 'always'
}

/** How many findings of one revision are listed. */
const MAX_LISTED = 50
/** How many explained ones: each may have to be held against the permissions, so that a limit is a change that is not explained. */
const MAX_EXPLAINED = 20_000

/** Findings of one revision, the unexplained ones listed up to a limit. */
export class Findings {
  readonly list: Finding[] = []
  readonly #revision: number
  #unexplained = 0
  #more = false

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
  add(code: ExplainedCode | UnexplainedCode, detail: string, place: Place = {}): void {
    const explained = isExplained({ code })
    if (explained && this.list.length < MAX_EXPLAINED) {
      this.list.push({ code, revision: this.#revision, detail, ...place })
      return
    }
    this.#unexplained++
    if (!explained && this.#unexplained <= MAX_LISTED) this.list.push({ code, revision: this.#revision, detail, ...place })
    else if (!this.#more) this.list.push({ code: 'moreChanges', revision: this.#revision, detail: `more changes than are listed` })
    this.#more ||= explained || this.#unexplained > MAX_LISTED
  }
}
