/** kyso on a signed XML file, with its trust and revocation lists: everything to TOTAL-PASSED. */
import { verifyFile } from 'kyso/node'
import { trust } from './trust.mjs'

export function prepare({ xml, root, crls }) {
  const options = trust(root, crls)
  return {
    'kyso verifyFile': async () => {
      const { indication, signatures } = await verifyFile(xml, options)
      if (indication !== 'TOTAL-PASSED' || signatures.length !== 1) throw new Error(`verified as ${indication}`)
    },
  }
}
