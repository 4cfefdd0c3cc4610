/** kyso on a signed letter in memory. */
import { readFileSync } from 'node:fs'
import { signPdf } from 'kyso/pades'
import { pkcs12Signer } from 'kyso/signers/pkcs12'
import { verify } from 'kyso/verify'
import { trust } from './trust.mjs'

export async function prepare({ pdf, p12, password, root, crls }) {
  const signer = await pkcs12Signer(new Uint8Array(readFileSync(p12)), password)
  const signed = await signPdf(new Uint8Array(readFileSync(pdf)), { signer })
  const options = trust(root, crls)
  return {
    'kyso verify': async () => {
      const { indication } = await verify(signed, options)
      if (indication !== 'TOTAL-PASSED') throw new Error(`verified as ${indication}`)
    },
  }
}
