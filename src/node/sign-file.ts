/** Signing from file to file, in constant memory: the document is read once, copied and hashed on the way. */
import { lstatSync } from 'node:fs'
import { KysoError } from '../core/errors.ts'
import { checkTimestampSource } from '../evidence/signature-timestamp.ts'
import type { SignPdfOptions } from '../pades/options.ts'
import { documentHashers, finishPlan, plan } from '../pades/prepare.ts'
import { prepareOptions, signPrepared } from '../pades/sign.ts'
import { copyAndHash, writeAtomically } from './atomic.ts'
import { fileSource } from './file-source.ts'

/** How a file is signed into another. */
export interface SignFileOptions extends SignPdfOptions {
  /** Whether `output` is replaced when it exists; false when left out. */
  readonly overwrite?: boolean
}

/**
 * Signs a PDF file into another. The result stands beside its name until it is whole, then takes its place: `output` is
 * never half-written, and may be `input` itself where overwriting is allowed.
 *
 * @param input path of the PDF
 * @param output path of the signed PDF
 * @returns how large the signed file is
 * @throws KysoError as `signPdf`, `ERR_FILE_READ`, `ERR_FILE_WRITE`; `ERR_FILE_EXISTS` where `output` exists and may not be overwritten,
 *   before the key is asked for anything
 * @example
 * ```ts
 * await signFile('letter.pdf', 'letter.signed.pdf', { signer: await pkcs12Signer(p12, 'secret') })
 * ```
 */
export async function signFile(input: string, output: string, options: SignFileOptions): Promise<{ readonly size: number }> {
  const { overwrite = false } = options
  checkTimestampSource(options.level, options)
  if (!overwrite) checkFree(output)
  const source = fileSource(input)
  try {
    const made = await plan(source, prepareOptions(options))
    const size = await writeAtomically(output, async (file) => {
      const { signing, identity, all } = await documentHashers(made)
      await copyAndHash(source, file, all, options.signal ? { signal: options.signal } : {})
      const increment = await signPrepared(await finishPlan(made, signing, identity), options)
      file.write(increment)
      // Closed before the rename: another system does not replace a file that is open.
      source.close()
      // Somebody may have put a file there while the key was asked.
      if (!overwrite) checkFree(output)
      return file.size
    })
    return { size }
  } finally {
    source.close()
  }
}

function checkFree(path: string): void {
  if (isTaken(path)) throw new KysoError('ERR_FILE_EXISTS', 'the target exists', { path })
}

/** A link that leads nowhere is something, too. */
function isTaken(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    // A folder that may not be looked into: writing will tell.
    return false
  }
}
