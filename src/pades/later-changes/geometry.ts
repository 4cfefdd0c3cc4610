/** Where on the pages something is. */
import { attempt } from '../../core/errors.ts'
import { PdfArray, type PdfDocument, PdfRef } from '../../pdf/index.ts'
import type { PdfRectangle } from '../../pdf/rectangle.ts'

/** Whether two rectangles have an area in common. One that cannot be read is taken to be everywhere. */
export function overlap(a: PdfRectangle | null, b: PdfRectangle | null): boolean {
  if (!a || !b) return true
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

/** What is on which pages. */
interface Pages {
  /** Page numbers, 1 the first, by the numbers of the page objects. */
  readonly numbers: ReadonlyMap<number, number>
  /** Page numbers by the numbers of annotation objects. */
  readonly showing: ReadonlyMap<number, readonly number[]>
  /** Numbers of the objects of those pages; -1 for a page that is none. */
  readonly showingObjects: ReadonlyMap<number, readonly number[]>
  /** Numbers of arrays that are the `/Annots` of a page. */
  readonly arrays: ReadonlySet<number>
}

const known = new WeakMap<PdfDocument, Pages>()

/** Read once for a document. A page tree that cannot be read has the pages that come before the fault. */
function pagesOf(document: PdfDocument): Pages {
  const before = known.get(document)
  if (before) return before
  const numbers = new Map<number, number>()
  const showing = new Map<number, number[]>()
  const showingObjects = new Map<number, number[]>()
  const arrays = new Set<number>()
  attempt(() => {
    for (const { index, ref, dict } of document.pages()) {
      if (ref && !numbers.has(ref.number)) numbers.set(ref.number, index + 1)
      const entry = dict.get('Annots')
      if (entry instanceof PdfRef) arrays.add(entry.number)
      const annots = document.resolve(entry)
      if (!(annots instanceof PdfArray)) continue
      // Many pages may share one array.
      document.budget.spend('pdfObjects', annots.items.length)
      for (const item of annots.items) {
        if (!(item instanceof PdfRef)) continue
        const list = showing.get(item.number)
        if (list?.[list.length - 1] === index + 1) continue
        if (list) {
          list.push(index + 1)
          showingObjects.get(item.number)?.push(ref?.number ?? -1)
        } else {
          showing.set(item.number, [index + 1])
          showingObjects.set(item.number, [ref?.number ?? -1])
        }
      }
    }
  })
  const pages = { numbers, showing, showingObjects, arrays }
  known.set(document, pages)
  return pages
}

/** The number of a page by that of its object, 1 for the first; `undefined` where it is none. */
export function pageNumberOf(document: PdfDocument, object: number): number | undefined {
  return pagesOf(document).numbers.get(object)
}

/** The pages whose `/Annots` name an annotation, by number; whatever its own `/P` says. */
export function pagesShowing(document: PdfDocument, annotation: number): readonly number[] {
  return pagesOf(document).showing.get(annotation) ?? []
}

/** The same by the numbers of the pages' objects, which stay what they are where pages come and go; -1 for a page that is no object of its own. */
export function pageObjectsShowing(document: PdfDocument, annotation: number): readonly number[] {
  return pagesOf(document).showingObjects.get(annotation) ?? []
}

/** Numbers of the arrays that are the `/Annots` of a page. */
export function annotationArrays(document: PdfDocument): ReadonlySet<number> {
  return pagesOf(document).arrays
}
