/** Bringing a drawn appearance into an update: its objects under numbers of the document, upright on a turned page (ISO 32000-2 §12.5.5). */
import { Budget } from '../core/budget.ts'
import { KysoError } from '../core/errors.ts'
import { nameOf, PdfArray, PdfDict, PdfName, PdfNumber, type PdfObject, PdfPlaceholder, PdfRef, PdfStream, pdfStream, withEntries } from '../pdf/index.ts'
import type { PdfUpdate } from '../pdf/writer.ts'
import type { DrawnAppearance } from './appearance-form.ts'
import type { Rotation } from './placement.ts'

/** An appearance is drawn by a program of the caller's: what is wrong with it is wrong use. */
function refuse(detail: string): KysoError {
  return new KysoError('ERR_ARGUMENT', `the appearance cannot be used: ${detail}`, { argument: 'appearance', detail })
}

/** What lies directly in an object. */
function childrenOf(object: PdfObject): Iterable<PdfObject> {
  if (object instanceof PdfArray) return object.items
  if (object instanceof PdfDict) return object.entries.values()
  if (object instanceof PdfStream) return object.dict.entries.values()
  return []
}

/** Looks at one indirect object; returns the numbers it refers to. */
function check(object: PdfObject, budget: Budget): number[] {
  const numbers: number[] = []
  if (object instanceof PdfStream) {
    if (!object.data) throw refuse('a stream without its data')
    if (object.dict.has('F')) throw refuse('a stream whose data is in another file')
  }
  const stack = [{ children: childrenOf(object), depth: 1 }]
  for (let top = stack.pop(); top; top = stack.pop()) {
    budget.checkDepth('pdfDepth', top.depth)
    for (const child of top.children) {
      budget.spend('pdfObjects')
      if (child instanceof PdfRef) {
        if (child.generation !== 0) throw refuse('a reference of another generation than 0')
        numbers.push(child.number)
      } else if (child instanceof PdfStream) throw refuse('a stream that is no indirect object')
      else if (child instanceof PdfPlaceholder) throw refuse('a placeholder')
      else if (child instanceof PdfArray || child instanceof PdfDict) stack.push({ children: childrenOf(child), depth: top.depth + 1 })
    }
  }
  return numbers
}

/** Numbers of what the form reaches, ascending, so that the order does not depend on how it was reached. */
function reached({ objects, form }: DrawnAppearance, budget: Budget): number[] {
  const seen = new Set([form])
  const stack = [form]
  for (let number = stack.pop(); number !== undefined; number = stack.pop()) {
    budget.spend('pdfObjects')
    const object = objects.get(number)
    if (object === undefined) throw refuse(`a reference to object ${number}, which is not there`)
    for (const next of check(object, budget)) {
      if (seen.has(next)) continue
      seen.add(next)
      stack.push(next)
    }
  }
  return [...seen].sort((a, b) => a - b)
}

function renumbered(object: PdfObject, references: ReadonlyMap<number, PdfRef>): PdfObject {
  if (object instanceof PdfRef) return references.get(object.number) as PdfRef
  if (object instanceof PdfArray) return new PdfArray(object.items.map((item) => renumbered(item, references)))
  if (object instanceof PdfDict) return new PdfDict(new Map(Array.from(object.entries, ([key, value]) => [key, renumbered(value, references)] as const)))
  if (object instanceof PdfStream) return pdfStream(renumbered(object.dict, references) as PdfDict, object.data as Uint8Array)
  return object
}

/** Width and height of a form whose `/BBox` is `[0 0 width height]`. */
function sizeOf(form: PdfStream): [number, number] {
  const box = form.dict.get('BBox')
  const numbers = box instanceof PdfArray ? box.items.map((item) => (item instanceof PdfNumber ? item.value : Number.NaN)) : []
  const [x, y, width = 0, height = 0] = numbers
  if (numbers.length !== 4 || x !== 0 || y !== 0 || !(width > 0 && height > 0)) throw refuse('the /BBox of its form is not [0 0 width height]')
  return [width, height]
}

/**
 * The `/Matrix` that turns a form against the page's own turn, within the first quadrant. A viewer then fits the turned box
 * into `/Rect` (§12.5.5, algorithm "appearance streams"), which scales it where the page has a `/UserUnit`.
 */
export function uprightMatrix(rotate: Rotation, width: number, height: number): readonly number[] | undefined {
  switch (rotate) {
    case 90:
      return [0, 1, -1, 0, height, 0]
    case 180:
      return [-1, 0, 0, -1, width, height]
    case 270:
      return [0, -1, 1, 0, 0, width]
    default:
      return undefined
  }
}

/**
 * Adds a drawn appearance to an update. What the form does not reach is left behind.
 *
 * @param rotate the page's turn, against which the form is turned
 * @param budget what looking through the objects may cost
 * @returns reference of the form XObject, for `/AP << /N >>`
 * @throws KysoError `ERR_ARGUMENT` where the objects are not whole or their root is no form XObject, `ERR_BUDGET_EXCEEDED`
 */
export function importAppearance(update: PdfUpdate, drawn: DrawnAppearance, rotate: Rotation, budget: Budget = new Budget()): PdfRef {
  const numbers = reached(drawn, budget)
  const root = drawn.objects.get(drawn.form)
  if (!(root instanceof PdfStream) || nameOf(root.dict.get('Subtype')) !== 'Form') throw refuse('its root is no form XObject')
  if (root.dict.has('Matrix')) throw refuse('its form has a /Matrix already')
  const matrix = uprightMatrix(rotate, ...sizeOf(root))
  const references = new Map(numbers.map((number) => [number, update.allocate()] as const))
  for (const [number, ref] of references) {
    const object = renumbered(drawn.objects.get(number) as PdfObject, references)
    if (number !== drawn.form || !(object instanceof PdfStream)) update.set(ref, object)
    else {
      // Table 93: /Type is optional, and some readers miss it.
      const entries = { Type: new PdfName('XObject'), ...(matrix ? { Matrix: new PdfArray(matrix.map((value) => new PdfNumber(value))) } : {}) }
      update.set(ref, pdfStream(withEntries(object.dict, entries), object.data as Uint8Array))
    }
  }
  return references.get(drawn.form) as PdfRef
}
