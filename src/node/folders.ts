/** Folders, and files that are read whole. */
import { type Dirent, readdirSync, statSync } from 'node:fs'
import { KysoError } from '../core/errors.ts'
import { fileSource, systemReason } from './file-source.ts'

/** A file of certificates or other evidence larger than this is none: the largest CRLs in use have some 50 MB. */
const MAX_SIZE = 256 * 1024 * 1024

/**
 * Whether a path leads to a folder.
 *
 * @throws KysoError `ERR_FILE_READ` where it leads nowhere
 */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

/**
 * What is in a folder, in the order of names, which is the same on every system.
 *
 * @throws KysoError `ERR_FILE_READ`
 */
export function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (cause) {
    throw unreadable(folder, cause)
  }
}

/**
 * A whole file that is meant to be small.
 *
 * @throws KysoError `ERR_FILE_READ`
 */
export function readSmallFile(path: string): Uint8Array {
  const source = fileSource(path)
  try {
    if (source.size > MAX_SIZE) throw new KysoError('ERR_FILE_READ', `a file of ${source.size} bytes`, { path, reason: 'tooLarge' })
    return source.read(0, source.size)
  } finally {
    source.close()
  }
}

function unreadable(path: string, cause: unknown): KysoError {
  const reason = systemReason(cause)
  return new KysoError('ERR_FILE_READ', `cannot be read: ${reason}`, { path, reason }, { cause })
}
