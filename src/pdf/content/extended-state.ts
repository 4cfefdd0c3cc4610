/** Graphics state parameter dictionaries (ISO 32000-2 §8.4.5). */
import type { PdfDocument } from '../document.ts'
import { nameOf, type PdfDict, PdfNumber } from '../objects.ts'

/** Line and halftone parameters, font, overprint, and what else decides nothing about what is seen of plain text. */
const PLAIN = new Set('Type LW LC LJ ML D RI OP op OPM Font FL SM SA AIS TK'.split(' '))

/** Whether a dictionary leaves what is painted fully opaque and unmasked (§11.6.4 and §11.6.5). */
export function isPlain(document: PdfDocument, dict: PdfDict): boolean {
  return [...dict.entries].every(([key, entry]) => {
    if (PLAIN.has(key)) return true
    const value = document.resolve(entry)
    if (key === 'CA' || key === 'ca') return value instanceof PdfNumber && value.value === 1
    if (key === 'BM') return ['Normal', 'Compatible'].includes(nameOf(value) ?? '')
    return key === 'SMask' && nameOf(value) === 'None'
  })
}
