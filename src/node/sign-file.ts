/** Signing from file to file, in constant memory where the format allows it. */
import { basename } from 'node:path'
import type { SignCmsOptions } from '../cades/options.ts'
import { signCms } from '../cades/sign.ts'
import { KysoError } from '../core/errors.ts'
import { checkTimestampSource } from '../evidence/signature-timestamp.ts'
import type { SignPdfOptions } from '../pades/options.ts'
import { documentHashers, finishPlan, plan } from '../pades/prepare.ts'
import { prepareOptions, signPrepared } from '../pades/sign.ts'
import type { SignXmlOptions } from '../xades/options.ts'
import { signXml } from '../xades/sign.ts'
import { type AtomicFile, copyAndHash } from './atomic.ts'
import { type FileSource, fileSource } from './file-source.ts'
import { type OverwriteOptions, writeNew } from './write-new.ts'

/** How a PDF file is signed into another. */
export interface SignPdfFileOptions extends SignPdfOptions, OverwriteOptions {
  readonly format?: 'pades'
}

/** How a file is signed with an XML signature. */
export interface SignXmlFileOptions extends SignXmlOptions, OverwriteOptions {
  readonly format: 'xades'
}

/** How a file is signed with a CMS. */
export interface SignCmsFileOptions extends Omit<SignCmsOptions, 'content'>, OverwriteOptions {
  readonly format: 'cades'
  /** Path of the content that a CMS given as `input` is over without holding it. */
  readonly content?: string
}

/** How a file is signed into another; a PDF when `format` is left out. */
export type SignFileOptions = SignPdfFileOptions | SignXmlFileOptions | SignCmsFileOptions

/**
 * Signs a file into another: a PDF (PAdES), XML or a file in or beside an XML signature (`format: 'xades'`), any file with a CMS
 * (`format: 'cades'`). The result stands beside its name until it is whole, then takes its place: `output` is never half-written, and
 * may be `input` itself where overwriting is allowed. A PDF, and what a detached CMS is over, is read in parts and never held whole.
 *
 * @param input path of the document
 * @param output path of the signed document; of the signature alone where that is detached
 * @returns how large the written file is
 * @throws KysoError as `signPdf`, `signXml` and `signCms`, `ERR_FILE_READ`, `ERR_FILE_WRITE`; `ERR_FILE_EXISTS` where `output` exists and
 *   may not be overwritten, before the key is asked for anything
 * @example
 * ```ts
 * const signer = await pkcs12Signer(p12, 'secret')
 * await signFile('letter.pdf', 'letter.signed.pdf', { signer })
 * await signFile('contract.pdf', 'contract.pdf.p7s', { format: 'cades', signer })
 * ```
 */
export async function signFile(input: string, output: string, options: SignFileOptions): Promise<{ readonly size: number }> {
  checkTimestampSource(options.level, options)
  return { size: await writeNew(input, output, options, (source, file) => signInto(source, file, input, options)) }
}

function signInto(source: FileSource, file: AtomicFile, input: string, options: SignFileOptions): Promise<void> {
  switch (options.format) {
    case undefined:
    case 'pades':
      return signPdfInto(source, file, options)
    case 'xades':
      return signXmlInto(source, file, input, options)
    case 'cades':
      return signCmsInto(source, file, options)
    default:
      throw new KysoError('ERR_ARGUMENT', 'no format of signatures', { argument: 'format' })
  }
}

/** The document is read once, copied and hashed on the way. */
async function signPdfInto(source: FileSource, file: AtomicFile, options: SignPdfFileOptions): Promise<void> {
  const made = await plan(source, prepareOptions(options))
  const { signing, identity, all } = await documentHashers(made)
  await copyAndHash(source, file, all, options.signal ? { signal: options.signal } : {})
  file.write(await signPrepared(await finishPlan(made, signing, identity), options))
}

async function signXmlInto(source: FileSource, file: AtomicFile, input: string, options: SignXmlFileOptions): Promise<void> {
  const { format: _, overwrite: __, ...rest } = options
  // A detached signature names what it is over; both are expected to stay beside each other.
  file.write(await signXml(source, { ...(rest.packaging === 'detached' ? { fileName: basename(input) } : {}), ...rest }))
}

async function signCmsInto(source: FileSource, file: AtomicFile, options: SignCmsFileOptions): Promise<void> {
  const { format: _, overwrite: __, content: path, ...rest } = options
  const content = path === undefined ? undefined : fileSource(path)
  try {
    file.write(await signCms(source, { ...rest, ...(content ? { content } : {}) }))
  } finally {
    content?.close()
  }
}
