/** kyso on a signed file, with its trust and revocation lists: everything to TOTAL-PASSED. */
import { verifyFile } from 'kyso/node'
import { trust } from './trust.mjs'

export async function prepare({ pdf, root, crls }) {
  const options = trust(root, crls)
  return {
    'kyso verifyFile': async () => {
      const { indication } = await verifyFile(pdf, options)
      if (indication !== 'TOTAL-PASSED') throw new Error(`verified as ${indication}`)
    },
  }
}
