/** pdf-lib with @signpdf on a large file, which it has in memory. */
import { readFileSync, writeFileSync } from 'node:fs'
import { sign } from './sign-memory-signpdf.mjs'

export function prepare({ pdf, output, p12, password }) {
  const file = readFileSync(p12)
  return { 'pdf-lib + @signpdf': async () => writeFileSync(output, await sign(new Uint8Array(readFileSync(pdf)), file, password)) }
}
