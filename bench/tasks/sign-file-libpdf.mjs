/** LibPDF on a large file, which it has in memory. */
import { readFileSync, writeFileSync } from 'node:fs'
import { P12Signer } from '@libpdf/core'
import { sign } from './sign-memory-libpdf.mjs'

export async function prepare({ pdf, output, p12, password }) {
  const signer = await P12Signer.create(new Uint8Array(readFileSync(p12)), password)
  return { LibPDF: async () => writeFileSync(output, await sign(new Uint8Array(readFileSync(pdf)), signer)) }
}
