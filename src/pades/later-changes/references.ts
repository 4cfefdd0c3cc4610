/** Who refers to what, in the whole of a document. */
import { PdfArray, PdfDict, type PdfDocument, type PdfObject, PdfRef, PdfStream } from '../../pdf/index.ts'
import type { Site, Step } from './step.ts'

/** The trailer, as the holder of a reference. */
export const TRAILER = 0
/** The dependence of an object on the object stream that it lies in. */
const CONTAINER: readonly string[] = ['(object stream)']
/** Beyond this a path is none that a rule asks for. */
const MAX_PATH = 100

/** A place that refers to an object. */
export interface Use extends Site {
  /** Number of the object it lies in; 0 for the trailer. */
  readonly holder: number
}

/** Told of every reference. What tells where it stands is made on demand: of most nobody asks. */
type Visit = (use: LazyUse, target: number) => void

/** A place that refers to an object, while it is looked at. */
export interface LazyUse {
  readonly holder: number
  /** The keys on the way so far; not to be kept. */
  readonly keys: readonly string[]
}

/** The keys on a way, as a path; one that is too long for any rule is cut. */
export function pathOf(keys: readonly string[]): string {
  let path = ''
  for (const key of keys) {
    if (path.length > MAX_PATH) break
    path += `/${key}`
  }
  return path
}

/** Goes through the parts of one object, depth first; the parser has bounded the depth. */
class PartVisitor {
  holder = 0
  readonly keys: string[] = []
  readonly #visit: Visit
  readonly #onRef: (ref: PdfRef) => void

  constructor(visit: Visit, onRef: (ref: PdfRef) => void) {
    this.#visit = visit
    this.#onRef = onRef
  }

  /** Looks through an object. */
  go(object: PdfObject): void {
    if (object instanceof PdfRef) {
      this.#visit(this, object.number)
      this.#onRef(object)
    } else if (object instanceof PdfDict) this.#goEntries(object)
    else if (object instanceof PdfArray) {
      for (const item of object.items) if (typeof item === 'object' && item !== null) this.go(item)
    } else if (object instanceof PdfStream) this.#goEntries(object.dict)
  }

  #goEntries({ entries }: PdfDict): void {
    for (const [key, value] of entries) {
      if (typeof value !== 'object' || value === null) continue
      this.keys.push(key)
      this.go(value)
      this.keys.pop()
    }
  }
}

/** Goes through every object that the trailer reaches, each once. */
export function visitDocument(document: PdfDocument, visit: Visit): void {
  const seen = new Set<number | string>()
  const stack: PdfRef[] = []
  const follow = (ref: PdfRef): void => {
    const key = ref.generation === 0 ? ref.number : ref.toString()
    if (seen.has(key)) return
    seen.add(key)
    stack.push(ref)
  }
  const visitor = new PartVisitor(visit, follow)
  visitor.go(document.trailer)
  for (let ref = stack.pop(); ref !== undefined; ref = stack.pop()) {
    const location = document.location(ref.number)
    // An object in a stream depends on that stream, which nothing else need name, and on what says how the stream is decoded.
    if (location?.kind === 'compressed') {
      visit({ holder: ref.number, keys: CONTAINER }, location.stream)
      follow(new PdfRef(location.stream))
    }
    visitor.holder = ref.number
    visitor.go(document.get(ref))
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
      const visitor = new PartVisitor(
        (use, target) => this.check(use, target),
        () => undefined,
      )
      visitor.holder = number
      visitor.go(before)
    }
    for (const numbers of [step.introduced, step.changed.keys()]) for (const number of numbers) this.#defined.set(number, step.revision)
    for (const numbers of [step.introduced, step.changed.keys(), step.rewritten]) for (const number of numbers) this.#placed.set(number, step.revision)
  }

  /** A reference to an object that came later than the reference itself did, so that its target was not what was signed. */
  check({ holder, keys }: LazyUse, target: number): void {
    const since = this.#introduced.get(target)
    if (since === undefined) return
    const held = keys === CONTAINER ? this.#placed : this.#defined
    if (holder === TRAILER || since <= (held.get(holder) ?? -1) || this.#told.has(target)) return
    this.#told.add(target)
    const path = pathOf(keys)
    this.#steps
      .get(since)
      ?.findings.add(
        'objectAwaited',
        `object ${target} is new, but object ${holder} referred to it before${path === '' ? '' : ` (${path.slice(0, MAX_PATH)})`}`,
      )
  }
}
