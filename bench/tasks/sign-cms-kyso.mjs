/** A CMS beside a file. */
import { readFileSync } from 'node:fs'
import { signFile } from 'kyso/node'
import { pkcs12Signer } from 'kyso/signers/pkcs12'

export async function prepare({ content, output, p12, password }) {
  const signer = await pkcs12Signer(new Uint8Array(readFileSync(p12)), password)
  return { 'kyso signFile': () => signFile(content, output, { format: 'cades', signer, overwrite: true }) }
}
