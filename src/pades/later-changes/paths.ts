/** Where in a document an object is: the way to it from the trailer, and the page. */
import { PdfArray, PdfDict, type PdfDocument, type PdfObject, PdfRef, PdfStream } from '../../pdf/index.ts'
import { pageNumberOf } from './geometry.ts'

/** How an object was first reached. */
interface Step {
  /** Number of the object that refers to it; 0 for the trailer. */
  readonly holder: number
  /** As in `/Kids[3]`. */
  readonly path: string
}

/** Ways back; followed only when nothing else leads to an object. */
const BACK = new Set(['Parent', 'P', 'Pg', 'Prev', 'ParentTree', 'Dest', 'Dests', 'D', 'Obj'])
/** A longer way is cut in the middle. */
const MAX_STEPS = 40

/** Shortest ways from the trailer to the objects of a document, found breadth first and once for all of them. */
export class Paths {
  readonly #document: PdfDocument
  readonly #steps = new Map<number, Step>()

  constructor(document: PdfDocument) {
    this.#document = document
    const late: [number, Step][] = []
    let queue: [number, PdfObject][] = [[0, document.trailer]]
    const arrive = (number: number, step: Step, next: [number, PdfObject][]): void => {
      if (number === 0 || this.#steps.has(number)) return
      this.#steps.set(number, step)
      next.push([number, document.get(number)])
    }
    while (queue.length > 0 || late.length > 0) {
      const next: [number, PdfObject][] = []
      for (const [holder, object] of queue) {
        for (const { path, target, back } of referencesIn(object)) {
          if (back) late.push([target, { holder, path }])
          else arrive(target, { holder, path }, next)
        }
      }
      if (next.length === 0) for (const [number, step] of late.splice(0)) arrive(number, step, next)
      queue = next
    }
  }

  /** The way to an object, as in `/Root/Pages/Kids[0]/Contents`, and the first page on it; empty where none leads there. */
  placeOf(object: number): { readonly path?: string; readonly page?: number } {
    const parts: string[] = []
    let page: number | undefined
    for (let number = object, step = this.#steps.get(number); step; number = step.holder, step = this.#steps.get(number)) {
      page ??= pageNumberOf(this.#document, number)
      parts.push(step.path)
      if (parts.length > MAX_STEPS) parts.splice(MAX_STEPS / 2, 2, '…')
    }
    if (parts.length === 0) return {}
    return { path: parts.reverse().join(''), ...(page === undefined ? {} : { page }) }
  }
}

function* referencesIn(object: PdfObject): Generator<{ path: string; target: number; back: boolean }, void, undefined> {
  const stack: { value: PdfObject; path: string; back: boolean }[] = [{ value: object, path: '', back: false }]
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { value, path, back } = top
    if (value instanceof PdfRef) yield { path, target: value.number, back }
    else if (value instanceof PdfArray) {
      for (let i = value.items.length - 1; i >= 0; i--) stack.push({ value: value.items[i] ?? null, path: `${path}[${i}]`, back })
    } else {
      const dict = value instanceof PdfStream ? value.dict : value
      if (!(dict instanceof PdfDict)) continue
      for (const [key, part] of [...dict.entries].reverse()) stack.push({ value: part, path: `${path}/${key.slice(0, 40)}`, back: back || BACK.has(key) })
    }
  }
}
