/** The difference between a revision and the one before it, by what its cross-reference names. */
import {
  integerOf,
  nameOf,
  PdfArray,
  PdfDict,
  type PdfDocument,
  type PdfLocation,
  type PdfObject,
  PdfRef,
  type PdfRevision,
  PdfStream,
} from '../../pdf/index.ts'
import type { PdfRectangle } from '../../pdf/rectangle.ts'
import { sameObject, sameValue } from './compare.ts'
import { Findings } from './finding.ts'
import { findStrayBytes } from './stray-bytes.ts'

/** An object that has another value than before. */
export interface Change {
  readonly before: PdfObject
  readonly after: PdfObject
}

/** One place in a document: the object it lies in and the keys on the way to it. */
export interface Site {
  readonly holder: number
  /** As in `/AP/N`; array items have no key. */
  readonly path: string
}

/** The kind of place that alone may refer to an explained object, or the very places: anything else that does would change with it. */
export type Role =
  | 'AcroForm'
  | 'Fields'
  | 'Field'
  | 'Annots'
  | 'Annotation'
  | 'AnnotationAppearance'
  | 'Structure'
  | 'Pages'
  | 'Extensions'
  | 'DSS'
  | 'Info'
  | 'Metadata'
  | 'nothing'
  | readonly Site[]

/** A signature or signature field that an update adds. */
export interface AddedSignature {
  readonly revision: number
  /** Fully qualified name of the field. */
  readonly name: string
  /** Whether the field was there, empty. */
  readonly filled: boolean
  readonly kind: 'signature' | 'timestamp' | 'empty'
  /** Rectangles of its widgets that take room on a page. */
  readonly rectangles: readonly PlacedRectangle[]
}

/** The rectangle of an annotation, in default user space. */
export interface PlacedRectangle {
  /** The pages it is on; 1 is the first. */
  readonly pages: readonly number[]
  /** Numbers of the objects of those pages; -1 for one that is no object of its own. */
  readonly pageObjects: readonly number[]
  /** `null` where it cannot be read. */
  readonly rectangle: PdfRectangle | null
}

/** One update, with what the rules have made of it so far. */
export interface Step {
  readonly revision: number
  readonly before: PdfDocument
  readonly after: PdfDocument
  /** Objects that did not exist before. */
  readonly introduced: ReadonlySet<number>
  /** Objects that existed and have another value now. */
  readonly changed: ReadonlyMap<number, Change>
  /** Objects that stand in another place with the value they had. */
  readonly rewritten: ReadonlySet<number>
  /** Objects that existed and are called free, with what they were. */
  readonly freed: ReadonlyMap<number, PdfObject>
  /** New and changed objects that a rule has explained. */
  readonly explained: Set<number>
  /** What is left to be shown of explained changes: that nothing else refers to the object. */
  readonly roles: Map<number, Role>
  readonly signatures: AddedSignature[]
  /** Numbers of signature dictionaries that came with those. */
  readonly signatureValues: Set<number>
  /** Annotations that were added or changed. */
  readonly annotations: AddedAnnotation[]
  /** Whether a form field got another value, and whether an annotation came, changed or went. */
  filled: boolean
  annotated: boolean
  readonly findings: Findings
}

/** An annotation that an update adds or changes. */
export interface AddedAnnotation extends PlacedRectangle {
  readonly revision: number
  readonly subtype: string
}

/** Whether nothing but the place in which it is listed tells two entries apart. */
function sameLocation(a: PdfLocation | null, b: PdfLocation): boolean {
  if (a?.kind === 'offset' && b.kind === 'offset') return a.offset === b.offset && a.generation === b.generation
  if (a?.kind === 'compressed' && b.kind === 'compressed') return a.stream === b.stream && a.index === b.index
  return false
}

function generationOf(location: PdfLocation): number {
  return location.kind === 'compressed' ? 0 : location.generation
}

/**
 * Compares a revision with the one before it. Costs as much as the update is large: what it names again at the same place
 * is not read.
 *
 * @param revision index of a revision that has one before it
 * @param before the document as of that one, where it is at hand
 */
export function compareRevision(document: PdfDocument, revision: number, before: PdfDocument = document.asOf(revision - 1)): Step {
  const after = document.asOf(revision)
  const findings = new Findings(revision)
  const introduced = new Set<number>()
  const changed = new Map<number, Change>()
  const rewritten = new Set<number>()
  const freed = new Map<number, PdfObject>()
  const previous = document.revisions[revision - 1] as PdfRevision
  const state = document.revisions[revision] as PdfRevision
  const step: Step = {
    ...{ revision, before, after, introduced, changed, rewritten, freed, explained: new Set(), roles: new Map() },
    ...{ signatures: [], signatureValues: new Set(), annotations: [], filled: false, annotated: false, findings },
  }

  if (state.ambiguous.size > 0) findings.add('xrefAmbiguous', `two entries for object ${[...state.ambiguous].slice(0, 5).join(', ')}`)
  for (const [number, location] of state.entries) {
    const old = before.location(number)
    if (sameLocation(old, location)) continue
    const existed = old !== null && old.kind !== 'free'
    if (location.kind === 'free') {
      if (existed) freed.set(number, before.get(number))
      continue
    }
    const inside =
      location.kind === 'offset' ? location.offset >= previous.end && location.offset <= state.xrefOffset : state.entries.get(location.stream) !== null
    if (!inside) findings.add('objectMisplaced', `object ${number} is said to lie outside the update that names it`)
    if (!existed) introduced.add(number)
    else {
      const change = { before: before.get(number), after: after.get(number) }
      // §7.3.10: whatever refers to the one of before refers to nothing now. No program does this to an object that is in use.
      if (generationOf(old) !== generationOf(location)) findings.add('objectChanged', `object ${number} has another generation`, { object: number })
      if (generationOf(old) === generationOf(location) && sameObject(before, change.before, after, change.after)) rewritten.add(number)
      else changed.set(number, change)
    }
  }
  if (rewritten.size > 0) findings.add('objectRewritten', `${rewritten.size} objects written again as they were`)
  compareTrailers(step, previous.trailer, state.trailer)
  if (revision === document.revisions.length - 1) compareSizes(step, document.revisions)
  const stray = findStrayBytes(after, previous, state)
  if (stray) findings.add('strayBytes', stray)
  return step
}

/** Keys of a cross-reference section (tables 15, 17, 19) and of the stream it may be. */
const SECTION_KEYS = new Set(['Size', 'Prev', 'XRefStm', 'Type', 'W', 'Index', 'Length', 'Filter', 'DecodeParms', 'F', 'FFilter', 'FDecodeParms', 'DL'])

const KNOWN_KEYS = new Set(['Root', 'Encrypt', 'Info', 'ID'])

function compareTrailers(step: Step, a: PdfDict, b: PdfDict): void {
  const { before, after, findings } = step
  for (const key of new Set([...a.entries.keys(), ...b.entries.keys()])) {
    if (SECTION_KEYS.has(key) || sameValue(a.get(key), b.get(key))) continue
    if (key === 'Root') findings.add('rootChanged', `the trailer's /Root is ${describe(b.get(key))}, it was ${describe(a.get(key))}`)
    // §14.4: the first string stays. Programs do not keep to it, and nothing but encryption depends on it.
    else if (key === 'ID' && ((!a.has('Encrypt') && !b.has('Encrypt')) || sameValue(firstItem(before, a.get(key)), firstItem(after, b.get(key))))) continue
    // A new one is judged with the object it is; none is made of what was there for something else.
    else if (key === 'Info' && !a.has(key) && isIntroduced(step, b.get(key))) continue
    // A key of some program's own that leads nowhere says nothing.
    else if (!KNOWN_KEYS.has(key) && b.has(key) && leadsNowhere(after, b.get(key))) continue
    else findings.add('trailerChanged', `the trailer's /${key} is ${describe(b.get(key))}, it was ${describe(a.get(key))}`)
  }
}

function isIntroduced({ introduced }: Step, object: PdfObject | undefined): boolean {
  return object instanceof PdfRef && introduced.has(object.number)
}

/**
 * §7.5.5: objects with numbers from `/Size` on are missing to a reader. One that is smaller than before takes them out of its sight; that of
 * the last revision counts.
 */
function compareSizes({ before, findings }: Step, revisions: readonly PdfRevision[]): void {
  const [size, ...earlier] = revisions.map(({ trailer }) => integerOf(trailer.get('Size')) ?? 0).reverse()
  const old = earlier.reduce((most, one) => Math.max(most, one), 0)
  if (size === undefined || size >= old || size > before.highestNumber) return
  for (const [number, { kind }] of before.entries()) {
    if (number < size || number >= old || kind === 'free') continue
    findings.add('trailerChanged', `the trailer's /Size is ${size}, it was ${old}, and object ${number} is in use`)
    return
  }
}

function leadsNowhere(document: PdfDocument, object: PdfObject | undefined): boolean {
  if (object instanceof PdfRef) return document.resolve(object) === null
  if (object instanceof PdfDict) return [...object.entries.values()].every((value) => leadsNowhere(document, value))
  return !(object instanceof PdfArray) || object.items.every((item) => leadsNowhere(document, item))
}

function firstItem(document: PdfDocument, object: PdfObject | undefined): PdfObject | undefined {
  const array = document.resolve(object)
  return array instanceof PdfArray ? array.items[0] : undefined
}

function describe(object: PdfObject | undefined): string {
  if (object === undefined) return 'absent'
  return object instanceof PdfRef ? object.toString() : kindOf(object)
}

/** What an object is, in a word: its /Type or /Subtype, or the kind of object. */
export function kindOf(object: PdfObject): string {
  const dict = object instanceof PdfStream ? object.dict : object
  if (dict instanceof PdfDict) {
    const kind = object instanceof PdfStream ? 'stream' : 'dictionary'
    const type = nameOf(dict.get('Subtype')) ?? nameOf(dict.get('Type'))
    return type === undefined ? kind : `${type.slice(0, 40)} ${kind}`
  }
  if (object instanceof PdfArray) return 'array'
  return object === null ? 'nothing' : 'direct value'
}
