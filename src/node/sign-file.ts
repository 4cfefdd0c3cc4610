/** Signing from file to file, in constant memory: the document is read once, copied and hashed on the way. */

import { checkTimestampSource } from '../evidence/signature-timestamp.ts'
import type { SignPdfOptions } from '../pades/options.ts'
import { documentHashers, finishPlan, plan } from '../pades/prepare.ts'
import { prepareOptions, signPrepared } from '../pades/sign.ts'
import { copyAndHash, writeAtomically } from './atomic.ts'
import { fileSource } from './file-source.ts'

/**
 * Signs a PDF file into another. The result stands beside its name until it is whole, then takes its place: `output` is
 * never half-written, and may be `input` itself.
 *
 * @param input path of the PDF
 * @param output path of the signed PDF; replaced when it exists
 * @returns how large the signed file is
 * @throws KysoError as `signPdf`, `ERR_FILE_READ`, `ERR_FILE_WRITE`
 * @example
 * ```ts
 * await signFile('letter.pdf', 'letter.signed.pdf', { signer: await pkcs12Signer(p12, 'secret') })
 * ```
 */
export async function signFile(input: string, output: string, options: SignPdfOptions): Promise<{ readonly size: number }> {
  checkTimestampSource(options.level, options)
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
      return file.size
    })
    return { size }
  } finally {
    source.close()
  }
}
