/** kyso on a file that was signed six times: all to TOTAL-PASSED, and the same without looking into what the later revisions changed. */
import { readFileSync } from 'node:fs'
import { signPdf } from 'kyso/pades'
import { pkcs12Signer } from 'kyso/signers/pkcs12'
import { verify } from 'kyso/verify'
import { trust } from './trust.mjs'

export async function prepare({ pdf, p12, password, root, crls }) {
  const signer = await pkcs12Signer(new Uint8Array(readFileSync(p12)), password)
  let signed = new Uint8Array(readFileSync(pdf))
  for (let i = 0; i < 6; i++) signed = await signPdf(signed, { signer })
  const options = trust(root, crls)
  const act = (more, wanted) => async () => {
    const { indication, signatures } = await verify(signed, { ...options, ...more })
    if (indication !== wanted || signatures.length !== 6) throw new Error(`verified as ${indication}`)
  }
  return { 'kyso verify': act({}, 'TOTAL-PASSED'), 'without comparing': act({ compareRevisions: false }, 'INDETERMINATE') }
}
