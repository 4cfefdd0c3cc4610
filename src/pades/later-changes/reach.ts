/** What the permitted parts of an update reach: objects that may be new because a signature or the validation data needs them. */
import { PdfArray, PdfDict, type PdfObject, PdfRef, PdfStream } from '../../pdf/index.ts'
import type { Step } from './step.ts'

/** Ways back, out of a field or an appearance: what they reach is not part of it. */
const BACK = new Set(['P', 'Parent', 'Popup'])

/** The objects that lie directly in another one, itself apart: array items and dictionary values. */
export function* partsOf(object: PdfObject): Generator<[key: string | undefined, value: PdfObject], void, undefined> {
  if (object instanceof PdfArray) for (const item of object.items) yield [undefined, item]
  else if (object instanceof PdfDict) yield* object.entries
  else if (object instanceof PdfStream) yield* object.dict.entries
}

/** Explains the new objects that some values reach by way of new objects only. */
export function explainReached(step: Step, roots: readonly (PdfObject | undefined)[]): void {
  const stack: PdfObject[] = roots.map((root) => root ?? null)
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (value instanceof PdfRef) {
      if (!step.introduced.has(value.number) || step.explained.has(value.number)) continue
      step.explained.add(value.number)
      stack.push(step.after.get(value))
      continue
    }
    for (const [key, part] of partsOf(value)) if (key === undefined || !BACK.has(key)) stack.push(part)
  }
}

/**
 * Explains what the validation data holds that is new, and changes of its dictionaries and arrays. Of what was there and is
 * the same, only what leads on is read: values of dictionaries, no items of arrays.
 *
 * @returns whether there was anything
 */
export function explainValidationData(step: Step): boolean {
  const dss = step.after.catalog.get('DSS')
  if (dss === undefined) return false
  const seen = new Set<number>()
  const stack: { value: PdfObject; inArray: boolean }[] = [{ value: dss, inArray: false }]
  let found = false
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { value, inArray } = top
    if (value instanceof PdfRef) {
      const { number } = value
      if (seen.has(number)) continue
      seen.add(number)
      const change = step.changed.get(number)
      const isNew = step.introduced.has(number)
      if (!isNew && !change && inArray) continue
      step.after.budget.spend('pdfObjects')
      if (isNew) step.explained.add(number)
      if (change) {
        // Certificates, CRLs and OCSP responses never change; the lists of them grow.
        if (!isContainer(change.before) || !isContainer(change.after)) continue
        step.explained.add(number)
        step.roles.set(number, 'DSS')
      }
      found ||= isNew || change !== undefined
      stack.push({ value: step.after.get(value), inArray: false })
    } else if (!(value instanceof PdfStream)) {
      for (const [key, part] of partsOf(value)) stack.push({ value: part, inArray: key === undefined })
    } else explainReached(step, [value])
  }
  return found
}

function isContainer(object: PdfObject): boolean {
  return object instanceof PdfDict || object instanceof PdfArray
}
