/** kyso in memory, and the bare operation of the same signer over bytes of the same length. */
import { readFileSync } from 'node:fs'
import { preparePdf, signPdf } from 'kyso/pades'
import { pkcs12Signer } from 'kyso/signers/pkcs12'
import { verify } from 'kyso/verify'

export async function prepare({ pdf, p12, password }) {
  const document = new Uint8Array(readFileSync(pdf))
  const signer = await pkcs12Signer(new Uint8Array(readFileSync(p12)), password)
  const { request } = await preparePdf(document, { certificates: signer.certificates, algorithm: signer.algorithm })
  const report = await verify(await signPdf(document, { signer }))
  if (report.signatures[0]?.intact !== true || report.signatures[0].level !== 'PAdES-BASELINE-B') throw new Error('what kyso signed is no good')
  return { bare: () => signer.sign([request]), kyso: () => signPdf(document, { signer }) }
}
