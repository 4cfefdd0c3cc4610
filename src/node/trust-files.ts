/** Trust out of files and folders. */
import { extname, join } from 'node:path'
import { fromLatin1 } from '../core/bytes.ts'
import { isKysoError, KysoError } from '../core/errors.ts'
import { anchorsOf, readCertificates, type TrustAnchorsOptions } from '../sources/trust.ts'
import type { TrustAnchor } from '../x509/index.ts'
import { entriesOf, isFolder, readSmallFile } from './folders.ts'

const CERTIFICATE_EXTENSIONS: ReadonlySet<string> = new Set(['.pem', '.crt', '.cer', '.der', '.p7b', '.p7c'])

/** Options of {@link trustAnchorsFrom}. */
export interface TrustFilesOptions extends TrustAnchorsOptions {
  /**
   * Is told of every file of a folder that is passed over: with the error where it is named as certificates are, with `null` where it is
   * named otherwise and was not read. When left out, a file that is named as certificates are and cannot be read is an error of the call.
   */
  readonly onPassedOver?: (path: string, error: KysoError | null) => void
}

/** Whether a file is named as certificates are: `.pem`, `.crt`, `.cer`, `.der`, `.p7b`, `.p7c`. */
export function isNamedCertificate(path: string): boolean {
  return CERTIFICATE_EXTENSIONS.has(extname(path).toLowerCase())
}

/**
 * Trust anchors out of files and folders. A file that is given must hold certificates, whatever its name. Of a folder the files that are
 * named as certificates are read, not those of folders below: nobody is trusted because a signed document or a note lies beside the roots.
 *
 * @param paths of files (DER, PEM or PKCS#7) and folders; options may come last
 * @throws KysoError `ERR_FILE_READ`; `ERR_TRUST_FILE` where a file or a whole folder holds no certificate, `ERR_CERTIFICATE_SYNTAX`,
 *   `ERR_TRUST_NOT_CA`, each with `data.path`; `ERR_ARGUMENT`
 * @example
 * ```ts
 * const trust = trustAnchorsFrom('root.pem', { onPassedOver: (path, error) => console.log(path, error?.code) })
 * trust.length // => 1
 * ```
 */
export function trustAnchorsFrom(...paths: readonly string[]): TrustAnchor[]
export function trustAnchorsFrom(...paths: readonly [...string[], TrustFilesOptions]): TrustAnchor[]
export function trustAnchorsFrom(...given: readonly (string | TrustFilesOptions)[]): TrustAnchor[] {
  const last = given.at(-1)
  const options = typeof last === 'object' && last !== null ? last : {}
  const paths = last === options ? given.slice(0, -1) : given
  const { onPassedOver, ...said } = options
  const anchors = paths.flatMap((path) => {
    if (typeof path !== 'string' || path === '') throw new KysoError('ERR_ARGUMENT', 'a path is a string that is not empty', { argument: 'paths' })
    return isFolder(path) ? readFolder(path, said, onPassedOver) : readAnchors(path, said)
  })
  // A root stands in many a bundle. Of one key and another validity it is another anchor.
  return [...new Map(anchors.map((anchor) => [fromLatin1(anchor.certificate?.bytes ?? anchor.spki), anchor])).values()]
}

function readFolder(folder: string, options: TrustAnchorsOptions, onPassedOver: TrustFilesOptions['onPassedOver']): TrustAnchor[] {
  const found: TrustAnchor[] = []
  for (const entry of entriesOf(folder)) {
    if (entry.isDirectory()) continue
    const path = join(folder, entry.name)
    if (!isNamedCertificate(path)) {
      onPassedOver?.(path, null)
      continue
    }
    try {
      found.push(...readAnchors(path, options))
    } catch (error) {
      if (!isKysoError(error) || error.code === 'ERR_ARGUMENT') throw error
      // A PEM file may well hold a key or a list: that is no fault of the folder.
      if (!onPassedOver && error.code !== 'ERR_TRUST_FILE') throw error
      onPassedOver?.(path, error)
    }
  }
  if (found.length === 0) throw new KysoError('ERR_TRUST_FILE', `no certificate in ${folder}`, { path: folder, purpose: 'trust' })
  return found
}

function readAnchors(path: string, options: TrustAnchorsOptions): TrustAnchor[] {
  return withPath(path, 'trust', () => anchorsOf(readCertificates(readSmallFile(path)), options))
}

/** Runs a reading of a file; what it throws tells which file it was, and what for. */
export function withPath<T>(path: string, purpose: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!isKysoError(error)) throw error
    if (error.code === 'ERR_FILE_READ' || error.code === 'ERR_ARGUMENT') throw error
    const data = error.code === 'ERR_TRUST_FILE' ? { ...error.data, purpose } : error.data
    throw new KysoError(error.code, `${error.message} (${path})`, { ...data, path }, { cause: error })
  }
}
