/** Files as byte sources. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { KysoError } from '../core/errors.ts'
import type { ByteSource } from '../core/source.ts'

/** A file that is read in parts; it stays open until `close`. */
export interface FileSource extends ByteSource {
  readonly path: string
  readInto(offset: number, target: Uint8Array): number
  /** Lets go of the file; may be called again. Reading afterwards is an error. */
  close(): void
}

/** Reads as short as a parser's first window are served from pages, of which a read that begins in one sees the whole. */
const SHORT = 4096
const PAGE = 32 * 1024
const MAX_PAGES = 64
/** Places that were read once and not yet as a page. */
const MAX_TOUCHED = 64
/** What one call of the system may be asked for: Node takes a little less than 2 GiB. */
const MAX_READ = 1 << 30

/**
 * Opens a file for reading. Its size is what it is now: what is added later is not seen, and a read beyond the end of a file that
 * became shorter is `ERR_SOURCE_CHANGED`. Bytes that `read` gave stay as they are while the file lives on.
 *
 * @param path of a regular file
 * @throws KysoError `ERR_FILE_READ` with `data.path` and `data.reason` (the system's code, or `notAFile` for a directory, a pipe or a
 *   device), `ERR_ARGUMENT`. Reading: the same, and `ERR_SOURCE_CHANGED`
 *
 * @example
 * ```ts
 * const source = fileSource('contract.pdf')
 * try { console.log(await verify(source, { trust })) } finally { source.close() }
 * ```
 */
export function fileSource(path: string): FileSource {
  const { descriptor, size } = openFile(path)
  let open = true
  const checkOpen = (): void => {
    if (!open) throw new KysoError('ERR_FILE_READ', 'the file was closed', { path, reason: 'closed' })
  }
  const readRange = (offset: number, target: Uint8Array): void => {
    for (let at = 0; at < target.length; ) {
      const got = readOnce(descriptor, path, target, at, Math.min(target.length - at, MAX_READ), offset + at)
      if (got === 0) throw new KysoError('ERR_SOURCE_CHANGED', 'the file is shorter than it was when it was opened', { path, offset: offset + at, size })
      at += got
    }
  }
  const readFresh = (offset: number, length: number): Uint8Array => {
    const bytes = allocate(length, path)
    readRange(offset, bytes)
    return bytes
  }
  const pages = pageCache(size, readFresh)
  return {
    path,
    size,
    read(offset, length) {
      checkOpen()
      if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0) {
        throw new KysoError('ERR_ARGUMENT', `read at ${offset}, length ${length}`, { offset, length })
      }
      const wanted = Math.min(length, size - offset)
      if (wanted <= 0) return new Uint8Array(0)
      return wanted <= SHORT ? pages(offset, wanted) : readFresh(offset, wanted)
    },
    readInto(offset, target) {
      checkOpen()
      if (!Number.isSafeInteger(offset) || offset < 0) throw new KysoError('ERR_ARGUMENT', `read at ${offset}`, { offset })
      const wanted = Math.max(0, Math.min(target.length, size - offset))
      readRange(offset, target.subarray(0, wanted))
      return wanted
    },
    close() {
      if (!open) return
      open = false
      closeSync(descriptor)
    },
  }
}

/** The system's code of an error, as `ENOENT`. */
export function systemReason(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'
}

function unreadable(path: string, cause: unknown): KysoError {
  const reason = systemReason(cause)
  return new KysoError('ERR_FILE_READ', `the file cannot be read: ${reason}`, { path, reason }, { cause })
}

function openFile(path: string): { descriptor: number; size: number } {
  if (typeof path !== 'string') throw new KysoError('ERR_ARGUMENT', 'a path is a string')
  let descriptor: number | undefined
  try {
    // O_NONBLOCK: to open a pipe that nobody writes to would otherwise take forever. It changes nothing for a file.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const stat = fstatSync(descriptor)
    if (stat.isFile()) return { descriptor, size: stat.size }
  } catch (cause) {
    if (descriptor !== undefined) closeSync(descriptor)
    throw unreadable(path, cause)
  }
  closeSync(descriptor)
  throw new KysoError('ERR_FILE_READ', 'not a regular file', { path, reason: 'notAFile' })
}

function readOnce(descriptor: number, path: string, target: Uint8Array, at: number, length: number, offset: number): number {
  try {
    return readSync(descriptor, target, at, length, offset)
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function allocate(length: number, path: string): Uint8Array {
  try {
    return new Uint8Array(length)
  } catch (cause) {
    throw new KysoError('ERR_FILE_READ', `no memory for ${length} bytes at once`, { path, reason: 'ENOMEM', length }, { cause })
  }
}

/**
 * Short reads by pages, since a parser reads a window of 4 KB for each object and objects are shorter: some twenty times faster
 * where they follow each other. A page is read when its place is asked for the second time: reads all over the file would be
 * several times slower by pages. Pages overlap by the length of a short read, so that none lies across two; they are never filled
 * again, since views of them are handed out.
 */
function pageCache(size: number, readFresh: (offset: number, length: number) => Uint8Array): (offset: number, length: number) => Uint8Array {
  const pages = new Map<number, Uint8Array>()
  const touched = new Set<number>()
  return (offset, length) => {
    const index = Math.floor(offset / PAGE)
    const start = index * PAGE
    let page = pages.get(index)
    if (!page) {
      if (!touched.delete(index)) {
        touched.add(index)
        dropOldest(touched, MAX_TOUCHED)
        return readFresh(offset, length)
      }
      page = readFresh(start, Math.min(PAGE + SHORT, size - start))
      pages.set(index, page)
      dropOldest(pages, MAX_PAGES)
    }
    return page.subarray(offset - start, offset - start + length)
  }
}

function dropOldest(entries: Map<number, Uint8Array> | Set<number>, most: number): void {
  if (entries.size <= most) return
  for (const oldest of entries.keys()) {
    entries.delete(oldest)
    return
  }
}
