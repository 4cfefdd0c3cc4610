/** A signer on a PKCS #12 file (`.p12`, `.pfx`). */
import type { SignatureAlgorithm } from '../core/algorithms.ts'
import { Budget } from '../core/budget.ts'
import { defaultCrypto } from '../core/crypto/default.ts'
import { nodeModuleOf } from '../core/crypto/kdf.ts'
import { chooseKey } from './pkcs12/choose.ts'
import { chooseAlgorithm, nodeSigner, webSigner } from './pkcs12/engine.ts'
import { type OpenPkcs12Options, openPkcs12 } from './pkcs12/open.ts'
import type { Signer } from './signer.ts'

export type { Pkcs12Certificate, Pkcs12Key } from './pkcs12/bags.ts'
export { type OpenPkcs12Options, openPkcs12, type Pkcs12Contents } from './pkcs12/open.ts'
export type { Signer, SignOptions, SignRequest } from './signer.ts'

/** What {@link pkcs12Signer} takes besides the file and its password. */
export interface Pkcs12SignerOptions extends OpenPkcs12Options {
  /**
   * `pss` for RSASSA-PSS. Left out: RSASSA-PKCS1-v1_5 with SHA-256 for RSA (RSASSA-PSS where the certificate allows nothing else), ECDSA
   * with the digest of the curve's size.
   */
  readonly algorithm?: SignatureAlgorithm | 'pss'
  /** Which key, where the file has several: its friendly name or its certificate's. */
  readonly friendlyName?: string
}

/**
 * A signer on the key of a PKCS #12 file: the first key whose certificate, found by its public key, may sign. With Node's own crypto
 * provider the key is a `KeyObject`; with any other it becomes a non-extractable key of the platform's WebCrypto. The bytes of the key are
 * overwritten once it is imported.
 *
 * @param file the bytes, BER or DER
 * @param password text; the empty one for files without
 * @throws KysoError what `openPkcs12` throws; `ERR_PKCS12_NO_KEY` when no key has a certificate that may sign; `ERR_KEY_INVALID`;
 *   `ERR_ARGUMENT` when the algorithm does not go with the key; `ERR_ALGORITHM_UNSUPPORTED` when the platform has it not
 * @example
 * ```ts
 * const signer = await pkcs12Signer(await readFile('ky-so.p12'), 'Mật khẩu')
 * const signed = await signPdf(pdf, { signer })
 * ```
 */
export async function pkcs12Signer(file: Uint8Array, password: string, options: Pkcs12SignerOptions = {}): Promise<Signer> {
  const budget = options.budget ?? new Budget()
  const crypto = options.crypto ?? defaultCrypto()
  const contents = await openPkcs12(file, password, { budget, crypto })
  try {
    const { key, publicKey, pssOnly, certificates } = await chooseKey(contents, options.friendlyName, budget)
    try {
      const algorithm = chooseAlgorithm(publicKey, pssOnly, options.algorithm)
      const node = nodeModuleOf(crypto)
      return node ? nodeSigner(node, key, algorithm, certificates) : await webSigner(key, algorithm, certificates)
    } finally {
      key.pkcs8.fill(0)
    }
  } finally {
    for (const { pkcs8 } of contents.keys) pkcs8.fill(0)
  }
}
