/** Equality of objects of two revisions, by value: references are equal when they name the same object, and are not followed. */
import { equal } from '../../core/bytes.ts'
import { integerOf, PdfArray, PdfDict, type PdfDocument, PdfName, PdfNumber, type PdfObject, PdfRef, PdfStream, PdfString } from '../../pdf/index.ts'

/** A direct object, by value. A dictionary with a key that stands twice equals nothing: readers do not agree on its value. */
export function sameValue(a: PdfObject | undefined, b: PdfObject | undefined): boolean {
  if (a instanceof PdfNumber) return b instanceof PdfNumber && a.value === b.value && a.isInteger === b.isInteger
  if (a instanceof PdfName) return b instanceof PdfName && a.name === b.name
  if (a instanceof PdfString) return b instanceof PdfString && equal(a.bytes, b.bytes)
  if (a instanceof PdfRef) return b instanceof PdfRef && a.number === b.number && a.generation === b.generation
  if (a instanceof PdfArray) return b instanceof PdfArray && a.items.length === b.items.length && a.items.every((item, i) => sameValue(item, b.items[i]))
  if (a instanceof PdfDict) return b instanceof PdfDict && unambiguous(a, b) && differingKeys(a, b).length === 0
  // null, booleans, undefined; a stream is no direct object and equals nothing here.
  return a === b && !(a instanceof PdfStream)
}

function unambiguous(...dicts: readonly PdfDict[]): boolean {
  return dicts.every(({ duplicates }) => duplicates.length === 0)
}

/** Keys whose values differ, those of one side only among them. */
export function differingKeys(a: PdfDict, b: PdfDict): string[] {
  const keys = [...a.entries.keys()].filter((key) => !b.has(key) || !sameValue(a.get(key), b.get(key)))
  for (const key of b.entries.keys()) if (!a.has(key)) keys.push(key)
  for (const key of [...a.duplicates, ...b.duplicates]) if (!keys.includes(key)) keys.push(key)
  return keys
}

/** An indirect object of two states of a document: streams by dictionary and encoded bytes, decrypted. */
export function sameObject(before: PdfDocument, a: PdfObject, after: PdfDocument, b: PdfObject): boolean {
  if (!(a instanceof PdfStream)) return !(b instanceof PdfStream) && sameValue(a, b)
  if (!(b instanceof PdfStream) || !unambiguous(a.dict, b.dict)) return false
  if (differingKeys(a.dict, b.dict).some((key) => key !== 'Length')) return false
  // Encryption changes the length. One that is wrong lets another reader see other bytes.
  if (integerOf(after.resolve(b.dict.get('Length'))) !== b.length) return false
  return equal(before.encodedStreamData(a), after.encodedStreamData(b))
}

/**
 * What an array has more than an earlier one, whose items it must have kept in their order.
 *
 * @returns the additional items; `null` when it lacks or reorders some of the earlier ones
 */
export function growth(before: readonly PdfObject[], after: readonly PdfObject[]): PdfObject[] | null {
  const extra: PdfObject[] = []
  let kept = 0
  for (const item of after) {
    if (kept < before.length && sameValue(before[kept], item)) kept++
    else extra.push(item)
  }
  return kept === before.length ? extra : null
}
