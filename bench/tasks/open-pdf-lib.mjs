/** pdf-lib parses the whole file. */
import { readFileSync } from 'node:fs'
import { PDFDocument } from 'pdf-lib'

export function prepare({ pdf }) {
  return { 'pdf-lib load': () => PDFDocument.load(new Uint8Array(readFileSync(pdf))) }
}
