/** An XML signature over one element, of the kind that xmlsec1 knows. */
import { readFileSync } from 'node:fs'
import { signFile } from 'kyso/node'
import { pkcs12Signer } from 'kyso/signers/pkcs12'

export async function prepare({ xml, output, p12, password }) {
  const signer = await pkcs12Signer(new Uint8Array(readFileSync(p12)), password)
  return {
    'kyso signFile': () =>
      signFile(xml, output, {
        format: 'xades',
        form: 'xmldsig',
        signer,
        canonicalization: 'inclusive',
        references: [{ element: 'data' }],
        place: { element: '/HSo/CKyDTu' },
        overwrite: true,
      }),
  }
}
