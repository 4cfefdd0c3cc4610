/** Verifying files where they lie. */
import { type Report, type VerifyOptions, verify } from '../verify/index.ts'
import { fileSource } from './file-source.ts'

/**
 * Verifies every signature of a file, which is read in parts and never held whole.
 *
 * @param path of the document
 * @returns as `verify` does
 * @throws KysoError `ERR_FILE_READ` where it cannot be opened, and what `verify` throws
 * @example
 * ```ts
 * const report = await verifyFile('contract.signed.pdf', { trust: [trustAnchor(root)] })
 * ```
 */
export async function verifyFile(path: string, options: VerifyOptions = {}): Promise<Report> {
  const source = fileSource(path)
  try {
    return await verify(source, options)
  } finally {
    source.close()
  }
}
