/** kyso on a CMS with its content beside it, trust and revocation lists: everything to TOTAL-PASSED. */
import { verifyFile } from 'kyso/node'
import { trust } from './trust.mjs'

export function prepare({ cms, content, root, crls }) {
  const options = { ...trust(root, crls), detached: [content] }
  return {
    'kyso verifyFile, detached': async () => {
      const { indication, signatures } = await verifyFile(cms, options)
      if (indication !== 'TOTAL-PASSED' || signatures.length !== 1) throw new Error(`verified as ${indication}`)
    },
  }
}
