/** Trust anchors out of files as people keep them. */
import { KysoError } from '../core/errors.ts'
import { type TrustAnchor, trustAnchor } from './path/anchor.ts'
import { certificatesOf } from './pem.ts'

/**
 * Reads trust anchors from a file's bytes: one certificate in DER, or any number in PEM.
 *
 * @param file the bytes
 * @throws KysoError `ERR_TRUST_FILE` where there is no certificate in it, `ERR_CERTIFICATE_SYNTAX` where one is malformed
 * @example
 * ```ts
 * const trust = readTrust(await readFile('root.pem'))
 * const report = await verify(signed, { trust })
 * ```
 */
export function readTrust(file: Uint8Array): TrustAnchor[] {
  const certificates = certificatesOf(file)
  if (certificates.length === 0) throw new KysoError('ERR_TRUST_FILE', 'the file holds no certificate')
  return certificates.map((one) => trustAnchor(one))
}
