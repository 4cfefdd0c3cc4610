/** A permitted change of an object is none where something else uses the object too: it would change with it. */

import { nameOf, PdfDict, type PdfDocument, type PdfObject, PdfRef } from '../../pdf/index.ts'
import { acroFormOf } from '../fields.ts'
import { isMark } from './annotations.ts'
import { annotationArrays, pageNumberOf, pagesShowing } from './geometry.ts'
import { partsOf } from './reach.ts'
import { type ObjectHistory, pathOf, TRAILER, type Use, visitDocument } from './references.ts'
import type { Role, Site, Step } from './step.ts'
import { structureOf } from './structure-tree.ts'

/**
 * What only the whole document tells of its updates: that nothing waited for the new objects, and that the changed ones have
 * no other use than the one they were changed for. Reads every object.
 */
export function checkUses(document: PdfDocument, steps: readonly Step[], history: ObjectHistory): void {
  const watched = new Set(steps.flatMap(({ roles }) => [...roles.keys()]))
  const kinds = new Set(steps.flatMap(({ roles }) => [...roles.values()]))
  // What else has to be known of depends on what was explained: most updates have no use for the page tree.
  const inStore = kinds.has('DSS') ? storeOf(document) : new Set<number>()
  const structure = kinds.has('Structure') ? structureOf(document) : new Set<number>()
  const arrays = kinds.has('Field') || kinds.has('Annotation') ? arraysOf(document, watched) : []
  for (const numbers of [inStore, structure, arrays]) for (const number of numbers) watched.add(number)
  const uses = new Map<number, Use[]>()
  visitDocument(document, (use, target) => {
    history.check(use, target)
    if (!watched.has(target)) return
    const list = uses.get(target)
    const known = { holder: use.holder, path: pathOf(use.keys) }
    if (list) list.push(known)
    else uses.set(target, [known])
  })
  const places = new Places(document, uses, inStore, structure)
  for (const step of steps) {
    for (const [number, role] of step.roles) {
      const all = uses.get(number) ?? []
      const other = all.find((use) => !places.fits(use, role, number))
      if (!other) {
        // The annotation itself need not have changed for what it shows to be another thing.
        if (role === 'AnnotationAppearance' && all[0]) tellAppearance(document, step, number, all[0].holder)
        continue
      }
      const user = other.holder === TRAILER ? 'the trailer' : `object ${other.holder}`
      // What was taken for an appearance and is none is something else that has changed.
      const taken = role === 'AnnotationAppearance' && !all.some((use) => places.fits(use, role, number))
      if (taken) step.findings.add('objectChanged', `object ${number}, which ${user} uses (${other.path}), has changed`, { object: number })
      else
        step.findings.add('objectShared', `object ${number} is new or changed as part of ${roleText(role)}, but ${user} uses it too (${other.path})`, {
          object: number,
        })
    }
  }
}

function roleText(role: Role): string {
  return typeof role === 'string' ? role : role.map(({ holder, path }) => `object ${holder} (${path})`).join(', ')
}

function tellAppearance(document: PdfDocument, { findings }: Step, number: number, annotation: number): void {
  const page = pagesShowing(document, annotation)[0]
  const place = { object: annotation, ...(page === undefined ? {} : { page }) }
  findings.add('annotationChanged', `annotation ${annotation} is drawn otherwise, by object ${number}`, place)
}

/** Arrays of their own that lead to fields and annotations: they have to be nothing else either. */
function arraysOf(document: PdfDocument, watched: ReadonlySet<number>): Set<number> {
  const numbers = new Set(annotationArrays(document))
  const add = (entry: PdfObject | undefined): void => {
    if (entry instanceof PdfRef) numbers.add(entry.number)
  }
  add(acroFormOf(document)?.get('Fields'))
  for (const number of watched) {
    const object = document.get(number)
    const parent = object instanceof PdfDict ? document.resolve(object.get('Parent')) : null
    if (parent instanceof PdfDict) add(parent.get('Kids'))
  }
  return numbers
}

/** Numbers of all objects that the validation data holds, streams and their parts left out. */
function storeOf(document: PdfDocument): Set<number> {
  const numbers = new Set<number>()
  const stack: PdfObject[] = [document.catalog.get('DSS') ?? null]
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (value instanceof PdfRef) {
      if (numbers.has(value.number)) continue
      numbers.add(value.number)
      stack.push(document.get(value))
    } else for (const [, part] of partsOf(value)) stack.push(part)
  }
  return numbers
}

/** `/AP` and its appearances, by state too. */
const APPEARANCE_PATH = /^\/AP\/[NRD](\/[^/]*)?$/
/** How an annotation is referred to beside `/Annots`: by its pop-up, an answer to it, the structure. */
const ANNOTATION_PATHS = new Set(['/Popup', '/IRT', '/Obj', '/K/Obj'])
/** How a field is: by the form, its parent and its widgets, the order of calculation. */
const FIELD_PATHS = new Set(['/Fields', '/AcroForm/Fields', '/CO', '/AcroForm/CO', '/Parent', '/Obj', '/K/Obj'])
/** How parts of the structure are: by the root of it, their parents, their kids, the trees of their numbers and names. */
const STRUCTURE_PATH = /^(\/K|\/P|\/Ref|(\/ParentTree|\/IDTree)?(\/Kids|\/Nums|\/Names)?)$/
/** What leads to an element and draws nothing: an outline item (table 151), a destination (§12.3.2.3). */
const LEADING_PATH = /\/(SE|SD)$/

/** Tells which places have which role. */
class Places {
  readonly #document: PdfDocument
  readonly #catalog: number
  readonly #form: number
  readonly #fields: number
  readonly #uses: ReadonlyMap<number, readonly Use[]>
  /** Validation data and structure that nothing else uses, nor what holds it. */
  readonly #store: ReadonlySet<number>
  readonly #structure: ReadonlySet<number>
  /** Arrays of their own that are nothing else, or are: answers once found. */
  readonly #alone = new Map<number, boolean>()

  constructor(document: PdfDocument, uses: ReadonlyMap<number, readonly Use[]>, store: ReadonlySet<number>, structure: ReadonlySet<number>) {
    this.#document = document
    this.#uses = uses
    this.#catalog = document.catalogRef.number
    const numberOf = (object: PdfObject | undefined): number => (object instanceof PdfRef ? object.number : -1)
    this.#form = numberOf(document.catalog.get('AcroForm'))
    this.#fields = numberOf(acroFormOf(document)?.get('Fields'))
    this.#store = this.#pure(store, (use) => this.#inCatalog(use, '/DSS'))
    this.#structure = this.#pure(structure, (use) => this.#inCatalog(use, '/StructTreeRoot') || LEADING_PATH.test(use.path))
  }

  /** Those of some objects that nothing but each other and a way in uses, whatever holds them included. */
  #pure(objects: ReadonlySet<number>, isWayIn: (use: Use) => boolean): ReadonlySet<number> {
    const held = new Map<number, number[]>()
    const stack: number[] = []
    for (const number of objects) {
      for (const use of this.#uses.get(number) ?? []) {
        const others = held.get(use.holder)
        if (others) others.push(number)
        else if (objects.has(use.holder)) held.set(use.holder, [number])
        else if (!isWayIn(use)) stack.push(number)
      }
    }
    const pure = new Set(objects)
    for (let number = stack.pop(); number !== undefined; number = stack.pop()) if (pure.delete(number)) stack.push(...(held.get(number) ?? []))
    return pure
  }

  /** Whether an array of its own is used as one thing only. */
  #isAlone(array: number, isRight: (use: Use) => boolean): boolean {
    let alone = this.#alone.get(array)
    if (alone === undefined) this.#alone.set(array, (alone = (this.#uses.get(array) ?? []).every(isRight)))
    return alone
  }

  #inCatalog({ holder, path }: Site, key: string): boolean {
    return holder === this.#catalog && (path === key || path.startsWith(`${key}/`))
  }

  #dict(holder: number): PdfDict | null {
    const object = holder === TRAILER ? null : this.#document.get(holder)
    return object instanceof PdfDict ? object : null
  }

  /** A page's `/Annots`, in the page or as an array of its own. */
  #inAnnots({ holder, path }: Site): boolean {
    if (path === '') return annotationArrays(this.#document).has(holder) && this.#isAlone(holder, (use) => use.path === '/Annots' && this.#inAnnots(use))
    return path === '/Annots' && pageNumberOf(this.#document, holder) !== undefined
  }

  /** Where the form has the array of its fields. */
  #hasFields({ holder, path }: Site): boolean {
    return (holder === this.#catalog && path === '/AcroForm/Fields') || (holder === this.#form && path === '/Fields')
  }

  #isField({ holder, path }: Site, number: number): boolean {
    if (this.#inAnnots({ holder, path })) return true
    if (path === '') return (holder === this.#fields && this.#isAlone(holder, (use) => this.#hasFields(use))) || this.#isKids(holder, number)
    const dict = this.#dict(holder)
    if (!dict) return false
    // Another field that counts it among its kids would be drawn by it as well.
    if (path === '/Kids') return (dict.has('T') || dict.has('FT')) && this.#parentOf(number) === holder
    if (path === '/Fields' || path === '/CO') return holder === this.#form
    return FIELD_PATHS.has(path) && nameOf(dict.get('Type')) !== 'Pages'
  }

  #parentOf(number: number): number | undefined {
    const parent = this.#dict(number)?.get('Parent')
    return parent instanceof PdfRef ? parent.number : undefined
  }

  /** An array of its own that holds the kids of a field's parent, and of nothing else. */
  #isKids(holder: number, number: number): boolean {
    const parent = this.#parentOf(number)
    const kids = parent === undefined ? undefined : this.#dict(parent)?.get('Kids')
    if (!(kids instanceof PdfRef) || kids.number !== holder) return false
    return this.#isAlone(holder, (use) => use.path === '/Kids' && use.holder === parent)
  }

  #isStructure(use: Use): boolean {
    const isInside = this.#structure.has(use.holder) && STRUCTURE_PATH.test(use.path)
    return isInside || this.#inCatalog(use, '/StructTreeRoot') || LEADING_PATH.test(use.path)
  }

  /** What a pop-up calls its parent belongs to it; a page would inherit from it. */
  #isPopup(holder: number): boolean {
    const dict = this.#dict(holder)
    if (nameOf(dict?.get('Subtype')) !== 'Popup' || dict?.has('Kids')) return false
    return ['Annot', undefined].includes(nameOf(dict?.get('Type'))) && pageNumberOf(this.#document, holder) === undefined
  }

  /** Whether a place that refers to an object is one that the object's role allows. */
  fits(use: Use, role: Role, number: number): boolean {
    const { holder, path } = use
    if (typeof role !== 'string') return role.some((site) => site.holder === holder && site.path === path)
    switch (role) {
      case 'Info':
        return holder === TRAILER && path === '/Info'
      case 'nothing':
        return false
      case 'AcroForm':
      case 'Extensions':
      case 'Metadata':
        return holder === this.#catalog && path === `/${role}`
      case 'Fields':
        return this.#hasFields(use)
      case 'Field':
        return this.#isField(use, number)
      case 'Annots':
        return path === '/Annots' && pageNumberOf(this.#document, holder) !== undefined
      case 'Annotation':
        if (path === '/Parent') return this.#isPopup(holder)
        return this.#inAnnots(use) || (ANNOTATION_PATHS.has(path) && this.#dict(holder) !== null)
      case 'AnnotationAppearance': {
        const annotation = APPEARANCE_PATH.test(path) ? this.#dict(holder) : null
        // What stands below a field is drawn for the field, whatever it calls itself.
        return annotation !== null && isMark(annotation) && !annotation.has('Parent') && pagesShowing(this.#document, holder).length > 0
      }
      case 'Pages':
        return (holder === this.#catalog && path === '/Pages') || path === '/Parent'
      case 'Structure':
        return this.#isStructure(use)
      case 'DSS':
        return this.#inCatalog(use, '/DSS') || this.#store.has(holder)
    }
  }
}
