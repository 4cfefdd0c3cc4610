/** `kyso inspect --revision`: the document that a signature signed, as a file of its own. */
import { basename, dirname, extname, join } from 'node:path'
import { writeNew } from '../../node/write-new.ts'
import { signedRevision } from '../../pades/index.ts'

/** `letter.pdf` and the field `Leader` make `letter.Leader.pdf`; what a name of a file cannot have becomes a line. */
function nameFor(input: string, field: string): string {
  const extension = extname(input)
  const safe = field
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}_-]+/gu, '_')
    .slice(0, 60)
  return join(dirname(input), `${basename(input, extension)}.${safe}${extension || '.pdf'}`)
}

/**
 * Writes what a signature signed.
 *
 * @param field whose signature
 * @param out where to; beside the file when left out
 * @throws KysoError as `signedRevision`; `ERR_FILE_READ`, `ERR_FILE_WRITE`, `ERR_FILE_EXISTS`
 */
export async function writeRevision(
  input: string,
  field: string,
  { out, overwrite, password }: { readonly out: string | undefined; readonly overwrite: boolean; readonly password: string | undefined },
): Promise<{ readonly output: string; readonly size: number }> {
  const output = out ?? nameFor(input, field)
  const size = await writeNew(input, output, { overwrite }, async (source, file) => {
    file.write(await signedRevision(source, field, password === undefined ? {} : { password }))
  })
  return { output, size }
}
