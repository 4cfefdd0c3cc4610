/** Verifying files where they lie. */
import { type DetachedDocument, type Report, type VerifyOptions, verify } from '../verify/index.ts'
import { type FileSource, fileSource } from './file-source.ts'

/** As for `verify`, with paths for content that stands beside the file. */
export interface VerifyFileOptions extends Omit<VerifyOptions, 'detached'> {
  /** Content that the document is over without holding it: paths, or documents; of several, each signature's own is found. */
  readonly detached?: readonly (string | DetachedDocument)[]
}

/**
 * Verifies every signature of a file. PDFs, and what CMS signatures are over, are read in parts and never held whole.
 *
 * @param path of the document
 * @returns as `verify` does
 * @throws KysoError `ERR_FILE_READ` where it, or what stands beside it, cannot be opened, and what `verify` throws
 * @example
 * ```ts
 * const report = await verifyFile('contract.signed.pdf', { trust: [trustAnchor(root)] })
 * const beside = await verifyFile('letter.pdf.p7s', { detached: ['letter.pdf'] })
 * ```
 */
export async function verifyFile(path: string, options: VerifyFileOptions = {}): Promise<Report> {
  const { detached = [], ...rest } = options
  const sources: FileSource[] = []
  const open = (file: string): FileSource => {
    const source = fileSource(file)
    sources.push(source)
    return source
  }
  try {
    const beside = detached.map((one): DetachedDocument => (typeof one === 'string' ? { name: one, content: open(one) } : one))
    return await verify(open(path), { ...rest, ...(beside.length > 0 ? { detached: beside } : {}) })
  } finally {
    for (const source of sources) source.close()
  }
}
