/** A file that something is made of: read, and what comes of it written whole or not at all. */
import { lstatSync } from 'node:fs'
import { KysoError } from '../core/errors.ts'
import { type AtomicFile, writeAtomically } from './atomic.ts'
import { type FileSource, fileSource } from './file-source.ts'

/** Whether a target that exists is replaced; false when left out. */
export interface OverwriteOptions {
  readonly overwrite?: boolean
}

/**
 * Makes one file out of another. The result stands beside its name until it is whole, then takes its place; `output` may be `input`
 * itself where overwriting is allowed.
 *
 * @param write is given the open input and the file to write to
 * @returns how large the output is
 * @throws KysoError `ERR_FILE_READ`, `ERR_FILE_WRITE`; `ERR_FILE_EXISTS` where `output` exists and may not be overwritten, before anything
 *   is read; and what `write` throws
 */
export async function writeNew(
  input: string,
  output: string,
  { overwrite = false }: OverwriteOptions,
  write: (source: FileSource, file: AtomicFile) => Promise<void>,
): Promise<number> {
  if (!overwrite) checkFree(output)
  const source = fileSource(input)
  try {
    return await writeAtomically(output, async (file) => {
      await write(source, file)
      // Closed before the rename: another system does not replace a file that is open.
      source.close()
      // Somebody may have put a file there while the key was asked.
      if (!overwrite) checkFree(output)
      return file.size
    })
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
