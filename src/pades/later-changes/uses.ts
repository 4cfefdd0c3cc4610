/** A permitted change of an object is none where something else uses the object too: it would change with it. */
import { nameOf, PdfArray, PdfDict, type PdfDocument, type PdfObject, PdfRef } from '../../pdf/index.ts'
import { formOf } from './form-tree.ts'
import { isAnnotationArray, pageNumberOf, pagesShowing } from './geometry.ts'
import { partsOf } from './reach.ts'
import { type ObjectHistory, pathOf, TRAILER, type Use, visitDocument } from './references.ts'
import type { Role, Site, Step } from './step.ts'

/**
 * What only the whole document tells of its updates: that nothing waited for the new objects, and that the changed ones have
 * no other use than the one they were changed for. Reads every object.
 */
export function checkUses(document: PdfDocument, steps: readonly Step[], history: ObjectHistory): void {
  const watched = new Set(steps.flatMap(({ roles }) => [...roles.keys()]))
  const inStore = watched.size > 0 ? storeOf(document) : new Set<number>()
  for (const number of inStore) watched.add(number)
  const uses = new Map<number, Use[]>()
  visitDocument(document, (use, target) => {
    history.check(use, target)
    if (!watched.has(target)) return
    const list = uses.get(target)
    const known = { holder: use.holder, path: pathOf(use.keys) }
    if (list) list.push(known)
    else uses.set(target, [known])
  })
  const places = new Places(document, uses, inStore)
  for (const step of steps) {
    for (const [number, role] of step.roles) {
      const all = uses.get(number) ?? []
      const other = all.find((use) => !places.fits(use, role))
      if (!other) continue
      const user = other.holder === TRAILER ? 'the trailer' : `object ${other.holder}`
      // What was taken for an appearance and is none is something else that has changed.
      const taken = role === 'AnnotationAppearance' && !all.some((use) => places.fits(use, role))
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
/** How parts of the structure are: by the catalog, their parents, their kids, the parent tree, annotations' numbers. */
const STRUCTURE_PATHS = new Set(['/K', '/P', '/ParentTree', '/ParentTree/Nums', '/ParentTree/Kids', '/Nums', '/Kids', '/StructTreeRoot'])

/** Tells which places have which role. */
class Places {
  readonly #document: PdfDocument
  readonly #catalog: number
  readonly #form: number
  readonly #fields: number
  /** Objects of the validation data that something outside it uses, and what they hold. */
  readonly #impure = new Set<number>()
  readonly #store: ReadonlySet<number>

  constructor(document: PdfDocument, uses: ReadonlyMap<number, readonly Use[]>, store: ReadonlySet<number>) {
    this.#document = document
    this.#store = store
    this.#catalog = document.catalogRef.number
    const numberOf = (object: PdfObject | undefined): number => (object instanceof PdfRef ? object.number : -1)
    this.#form = numberOf(document.catalog.get('AcroForm'))
    this.#fields = numberOf(formOf(document)?.get('Fields'))
    const held = new Map<number, number[]>()
    const stack: number[] = []
    for (const number of store) {
      for (const use of uses.get(number) ?? []) {
        const others = held.get(use.holder)
        if (others) others.push(number)
        else if (store.has(use.holder)) held.set(use.holder, [number])
        else if (!this.#inCatalog(use, '/DSS')) stack.push(number)
      }
    }
    for (let number = stack.pop(); number !== undefined; number = stack.pop()) {
      if (this.#impure.has(number)) continue
      this.#impure.add(number)
      for (const other of held.get(number) ?? []) stack.push(other)
    }
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
    return path === '/Annots' ? pageNumberOf(this.#document, holder) !== undefined : path === '' && isAnnotationArray(this.#document, holder)
  }

  #isField({ holder, path }: Site): boolean {
    if (this.#inAnnots({ holder, path })) return true
    if (path === '') return holder === this.#fields || this.#isKids(holder)
    const dict = this.#dict(holder)
    if (!dict) return false
    if (path === '/Kids') return dict.has('T') || dict.has('FT')
    if (path === '/Fields' || path === '/CO') return holder === this.#form
    return FIELD_PATHS.has(path) && nameOf(dict.get('Type')) !== 'Pages'
  }

  /** An array of its own that holds the kids of a field: its items name the field as their parent. */
  #isKids(holder: number): boolean {
    const array = this.#document.get(holder)
    return (
      array instanceof PdfArray &&
      array.items.every((item) => {
        const kid = this.#document.resolve(item)
        return kid instanceof PdfDict && kid.has('Parent') && (kid.has('FT') || kid.has('T') || nameOf(kid.get('Subtype')) === 'Widget')
      })
    )
  }

  #isStructure({ holder, path }: Site): boolean {
    if (path === '') return this.#document.get(holder) instanceof PdfArray
    const dict = this.#dict(holder)
    if (!dict || !STRUCTURE_PATHS.has(path)) return false
    const type = nameOf(dict.get('Type'))
    if (path === '/StructTreeRoot') return holder === this.#catalog
    if (type === 'StructTreeRoot' || type === 'StructElem') return true
    return type === undefined && !dict.has('T') && !dict.has('FT')
  }

  /** Whether a place is one that the role allows. */
  fits(use: Use, role: Role): boolean {
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
        return (holder === this.#catalog && path === '/AcroForm/Fields') || (holder === this.#form && path === '/Fields')
      case 'Field':
        return this.#isField(use)
      case 'Annots':
        return path === '/Annots' && pageNumberOf(this.#document, holder) !== undefined
      case 'Annotation':
        // A page may inherit from its /Parent; a pop-up only belongs to it.
        if (path === '/Parent') return nameOf(this.#dict(holder)?.get('Subtype')) === 'Popup'
        return this.#inAnnots(use) || (ANNOTATION_PATHS.has(path) && this.#dict(holder) !== null)
      case 'AnnotationAppearance': {
        const annotation = APPEARANCE_PATH.test(path) ? this.#dict(holder) : null
        return annotation !== null && nameOf(annotation.get('Subtype')) !== 'Widget' && !annotation.has('FT') && pagesShowing(this.#document, holder).length > 0
      }
      case 'Pages':
        return (holder === this.#catalog && path === '/Pages') || path === '/Parent'
      case 'Structure':
        return this.#isStructure(use)
      case 'DSS':
        return this.#inCatalog(use, '/DSS') || (this.#store.has(holder) && !this.#impure.has(holder))
    }
  }
}
