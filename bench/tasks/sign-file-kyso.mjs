/** kyso from file to file; it waits until the disk has the result (fsync). */
import { readFileSync } from 'node:fs'
import { signFile } from 'kyso/node'
import { pkcs12Signer } from 'kyso/signers/pkcs12'

export async function prepare({ pdf, output, p12, password }) {
  const signer = await pkcs12Signer(new Uint8Array(readFileSync(p12)), password)
  return { 'kyso signFile': () => signFile(pdf, output, { signer, overwrite: true }) }
}
