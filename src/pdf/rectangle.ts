/** Rectangles (ISO 32000-2 §7.9.5). */
import type { PdfDocument } from './document.ts'
import { PdfArray, PdfNumber, type PdfObject } from './objects.ts'

/** Left, bottom, right and top, whichever corners the file names. */
export type PdfRectangle = readonly [x1: number, y1: number, x2: number, y2: number]

/** Reads the first four numbers of an array; `null` where they are none. */
export function rectangleOf(document: PdfDocument, object: PdfObject | undefined): PdfRectangle | null {
  const array = document.resolve(object)
  if (!(array instanceof PdfArray) || array.items.length < 4) return null
  const numbers = array.items.slice(0, 4).map((item) => {
    const number = document.resolve(item)
    return number instanceof PdfNumber ? number.value : Number.NaN
  })
  const [a, b, c, d] = numbers as [number, number, number, number]
  return numbers.every(Number.isFinite) ? [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)] : null
}
