/** Who refers to what, in the whole of a document: a permitted change of an object is none where something else uses it too. */
import { nameOf, PdfDict, type PdfDocument, type PdfObject, PdfRef } from '../../pdf/index.ts'
import { partsOf } from './reach.ts'
import type { Role, Step } from './step.ts'

/** The trailer, as the holder of a reference. */
const TRAILER = 0
/** The dependence of an object on the object stream that it lies in. */
const CONTAINER = '(object stream)'
/** Beyond this a path is none that a rule asks for. */
const MAX_PATH = 100

/** A place that refers to an object. */
interface Use {
  /** Number of the object it lies in; 0 for the trailer. */
  readonly holder: number
  /** Keys on the way to it, as in `/AcroForm/Fields`; array items have none. */
  readonly path: string
}

type Visit = (use: Use, target: number) => void

function visitParts(holder: number, object: PdfObject, visit: Visit, onRef: (ref: PdfRef) => void): void {
  const stack: { value: PdfObject; path: string }[] = [{ value: object, path: '' }]
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { value, path } = top
    for (const [key, part] of partsOf(value)) {
      if (part === null || typeof part !== 'object') continue
      const at = key === undefined || path.length > MAX_PATH ? path : `${path}/${key}`
      if (part instanceof PdfRef) {
        visit({ holder, path: at }, part.number)
        onRef(part)
      } else stack.push({ value: part, path: at })
    }
    if (value instanceof PdfRef) {
      visit({ holder, path }, value.number)
      onRef(value)
    }
  }
}

/** Goes through every object that the trailer reaches, each once. */
function visitDocument(document: PdfDocument, visit: Visit): void {
  const seen = new Set<number | string>()
  const stack: PdfRef[] = []
  const follow = (ref: PdfRef): void => {
    const key = ref.generation === 0 ? ref.number : ref.toString()
    if (seen.has(key)) return
    seen.add(key)
    stack.push(ref)
  }
  visitParts(TRAILER, document.trailer, visit, follow)
  for (let ref = stack.pop(); ref !== undefined; ref = stack.pop()) {
    const location = document.location(ref.number)
    // An object in a stream depends on that stream, which nothing else need name.
    if (location?.kind === 'compressed') visit({ holder: ref.number, path: CONTAINER }, location.stream)
    visitParts(ref.number, document.get(ref), visit, follow)
  }
}

/** When objects came to be and to have their present value; revisions of a document, the earliest one looked at and before as one. */
export class ObjectHistory {
  readonly #introduced = new Map<number, number>()
  /** Since when they have their value, and since when it stands where it does. */
  readonly #defined = new Map<number, number>()
  readonly #placed = new Map<number, number>()
  readonly #steps = new Map<number, Step>()
  readonly #told = new Set<number>()

  /** Takes the next update in. Older values that it replaces are looked through here, for they are gone afterwards. */
  add(step: Step): void {
    this.#steps.set(step.revision, step)
    for (const number of step.introduced) this.#introduced.set(number, step.revision)
    for (const [number, { before }] of step.changed) {
      visitParts(
        number,
        before,
        (use, target) => this.check(use, target),
        () => undefined,
      )
    }
    for (const numbers of [step.introduced, step.changed.keys()]) for (const number of numbers) this.#defined.set(number, step.revision)
    for (const numbers of [step.introduced, step.changed.keys(), step.rewritten]) for (const number of numbers) this.#placed.set(number, step.revision)
  }

  /** A reference to an object that came later than the reference itself did, so that its target was not what was signed. */
  check({ holder, path }: Use, target: number): void {
    const since = this.#introduced.get(target)
    const held = path === CONTAINER ? this.#placed : this.#defined
    if (since === undefined || holder === TRAILER || since <= (held.get(holder) ?? -1) || this.#told.has(target)) return
    this.#told.add(target)
    this.#steps
      .get(since)
      ?.findings.add(
        'objectAwaited',
        `object ${target} is new, but object ${holder} referred to it before${path === '' ? '' : ` (${path.slice(0, MAX_PATH)})`}`,
      )
  }
}

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
    if (list) list.push(use)
    else uses.set(target, [use])
  })
  const places = new Places(document, uses, inStore)
  for (const step of steps) {
    for (const [number, role] of step.roles) {
      const other = (uses.get(number) ?? []).find((use) => !places.fits(use, role))
      if (other)
        step.findings.add(
          'objectShared',
          `object ${number} is new or changed as part of ${role}, but ${other.holder === TRAILER ? 'the trailer' : `object ${other.holder}`} uses it too (${other.path})`,
        )
    }
  }
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

/** Tells which places have which role. */
class Places {
  readonly #document: PdfDocument
  readonly #catalog: number
  readonly #forms: ReadonlySet<number>
  /** Objects of the validation data that something outside it uses, and what they hold. */
  readonly #impure = new Set<number>()
  readonly #store: ReadonlySet<number>

  constructor(document: PdfDocument, uses: ReadonlyMap<number, readonly Use[]>, store: ReadonlySet<number>) {
    this.#document = document
    this.#store = store
    this.#catalog = document.catalogRef.number
    const form = document.catalog.get('AcroForm')
    this.#forms = new Set(form instanceof PdfRef ? [form.number] : [])
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

  #inCatalog({ holder, path }: Use, key: string): boolean {
    return holder === this.#catalog && (path === key || path.startsWith(`${key}/`))
  }

  /** Whether a place is one that the role allows. */
  fits(use: Use, role: Role): boolean {
    const { holder, path } = use
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
        return (holder === this.#catalog && path === '/AcroForm/Fields') || (this.#forms.has(holder) && path === '/Fields')
      case 'Annots': {
        const page = path === '/Annots' ? this.#document.get(holder) : null
        return page instanceof PdfDict && nameOf(page.get('Type')) === 'Page'
      }
      case 'DSS':
        return this.#inCatalog(use, '/DSS') || (this.#store.has(holder) && !this.#impure.has(holder))
    }
  }
}
