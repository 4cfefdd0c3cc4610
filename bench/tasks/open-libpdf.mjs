/** LibPDF has the file in memory. */
import { readFileSync } from 'node:fs'
import { PDF } from '@libpdf/core'

export function prepare({ pdf }) {
  return { 'LibPDF load': () => PDF.load(new Uint8Array(readFileSync(pdf))) }
}
