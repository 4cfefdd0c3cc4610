/** What earlier states of the file used: what an update took out of use is none that was hidden. */
import { attempt } from '../../core/errors.ts'
import { PdfArray, PdfDict, type PdfDocument, type PdfObject, PdfRef, PdfStream } from '../../pdf/index.ts'

/** Earlier states of the file that are asked. */
const MAX_REVISIONS = 50
const MAX_PAGES = 100_000
/** Replaced objects, and what their appearances need, that are looked at. */
const MAX_OBJECTS = 5000

/** Pages and catalogs of earlier states of the file. */
export function formerPages(document: PdfDocument): Set<number> {
  const numbers = new Set<number>()
  let room = MAX_PAGES
  const last = document.revisions.length - 1
  for (let revision = last - 1; revision >= Math.max(0, last - MAX_REVISIONS); revision--) {
    attempt(() => {
      const before = document.asOf(revision)
      numbers.add(before.catalogRef.number)
      for (const { ref } of before.pages()) {
        if (ref instanceof PdfRef) numbers.add(ref.number)
        if (--room < 0) break
      }
    })
  }
  return numbers
}

/**
 * What widgets showed before updates gave them other appearances, as filling in a field does: by the objects that updates replaced,
 * so that it costs what the updates are, and not what the document is.
 */
export function formerAppearances(document: PdfDocument): Set<number> {
  const numbers = new Set<number>()
  let room = MAX_OBJECTS
  const last = document.revisions.length - 1
  for (let revision = last; revision > Math.max(0, last - MAX_REVISIONS) && room > 0; revision--) {
    attempt(() => {
      const before = document.asOf(revision - 1)
      for (const [number] of document.revisions[revision]?.entries ?? []) {
        if (--room < 0) return
        if (!before.location(number)) continue
        const old = attempt(() => before.get(number))
        if (old instanceof PdfDict && old.has('AP')) room = collect(before, old.get('AP') ?? null, numbers, room)
      }
    })
  }
  return numbers
}

/** Ways back, out of an appearance. */
const BACK = new Set(['Parent', 'P'])

/** Adds the numbers of all that a value leads to; gives what room is left. */
function collect(document: PdfDocument, from: PdfObject, numbers: Set<number>, most: number): number {
  let room = most
  const stack: PdfObject[] = [from]
  for (let value = stack.pop(); value !== undefined && room > 0; value = stack.pop()) {
    if (value instanceof PdfRef) {
      if (numbers.has(value.number)) continue
      numbers.add(value.number)
      room--
      const ref = value
      stack.push(attempt(() => document.get(ref)) ?? null)
    } else if (value instanceof PdfArray) stack.push(...value.items.slice(0, room))
    else if (value instanceof PdfDict || value instanceof PdfStream) {
      const dict = value instanceof PdfStream ? value.dict : value
      for (const [key, part] of dict.entries) if (!BACK.has(key)) stack.push(part)
    }
  }
  return room
}
