/** pdf-lib with @signpdf: the placeholder is added by pdf-lib, which writes the file anew. A P12Signer signs once, and opens its PKCS #12 file for that. */
import { readFileSync } from 'node:fs'
import { pdflibAddPlaceholder } from '@signpdf/placeholder-pdf-lib'
import { P12Signer } from '@signpdf/signer-p12'
import signpdf from '@signpdf/signpdf'
import { PDFDocument } from 'pdf-lib'

/** A document signed; also for the large ones. */
export async function sign(document, p12, password) {
  const signer = new P12Signer(p12, { passphrase: password })
  const pdfDoc = await PDFDocument.load(document)
  pdflibAddPlaceholder({ pdfDoc, reason: 'bench', contactInfo: '', name: '', location: '', subFilter: 'ETSI.CAdES.detached' })
  return signpdf.default.sign(Buffer.from(await pdfDoc.save({ useObjectStreams: false })), signer)
}

export async function prepare({ pdf, p12, password }) {
  const document = new Uint8Array(readFileSync(pdf))
  const file = readFileSync(p12)
  return { 'pdf-lib + @signpdf': () => sign(document, file, password) }
}
