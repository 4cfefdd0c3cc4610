/** LibPDF in memory. */
import { readFileSync } from 'node:fs'
import { P12Signer, PDF } from '@libpdf/core'

/** A document signed; also for the large ones. */
export async function sign(document, signer) {
  const pdf = await PDF.load(document)
  const { bytes } = await pdf.sign({ signer, reason: 'bench', level: 'B-B' })
  return bytes
}

export async function prepare({ pdf, p12, password }) {
  const document = new Uint8Array(readFileSync(pdf))
  const signer = await P12Signer.create(new Uint8Array(readFileSync(p12)), password)
  return { LibPDF: () => sign(document, signer) }
}
