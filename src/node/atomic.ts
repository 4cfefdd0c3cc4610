/** Files that come into being whole or not at all. */
import { randomBytes } from 'node:crypto'
import { accessSync, closeSync, constants, fchmodSync, fdatasync, fsync, openSync, realpathSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { toHex } from '../core/bytes.ts'
import type { Hasher } from '../core/crypto/provider.ts'
import { isKysoError, KysoError } from '../core/errors.ts'
import { type ByteSource, CHUNK_SIZE, chunks } from '../core/source.ts'
import { systemReason } from './file-source.ts'

/** How an {@link AtomicFile} is written. */
export interface AtomicFileOptions {
  /**
   * Whether `commit` waits until the disk has the bytes, so that a power cut does not leave an empty file under the name; true when
   * left out. Long files are handed to the disk while they are written, so that the wait at the end is short.
   */
  readonly sync?: boolean
}

/** What is left behind by a process that was killed has such a name. */
const TEMPORARY_PREFIX = '.kyso-'
const TEMPORARY_SUFFIX = '.tmp'
const NAMES_TRIED = 8
/** After so many bytes the disk is given work. */
const FLUSH_EVERY = 16 * 1024 * 1024
/** After so many bytes a long copy lets other work on the thread run. */
const YIELD_EVERY = 16 * 1024 * 1024

/** Temporary files of this process; removed when it ends before they are done with. */
const unfinished = new Set<string>()

function removeUnfinished(): void {
  for (const path of unfinished) remove(path)
}

function remember(path: string): void {
  if (unfinished.size === 0) process.on('exit', removeUnfinished)
  unfinished.add(path)
}

function forget(path: string): void {
  if (unfinished.delete(path) && unfinished.size === 0) process.off('exit', removeUnfinished)
}

/**
 * A file that is written beside its target and takes its place on `commit`: until then the target is what it was, afterwards it is
 * the new one, also for whoever reads it at that moment and if the process is killed. A target that exists keeps its permissions; through
 * a symbolic link the file it leads to is replaced. The temporary file is `.kyso-….tmp` in the folder of the target; `abort`
 * removes it, and so does the end of the process, a kill apart.
 *
 * @example
 * ```ts
 * const file = AtomicFile.create('signed.pdf')
 * try {
 *   file.write(bytes)
 *   await file.commit()
 * } finally {
 *   file.abort() // nothing, after a commit
 * }
 * ```
 */
export class AtomicFile {
  /** The target, absolute. */
  readonly path: string
  readonly #temporary: string
  readonly #descriptor: number
  readonly #sync: boolean
  #state: 'open' | 'committing' | 'done' = 'open'
  #size = 0
  #flushedTo = 0
  #flush: Promise<void> | null = null
  /** Of a flush in the background. The system tells it once, so a later one that succeeds says nothing (`fsync` of Linux). */
  #flushError: unknown = null

  private constructor(path: string, temporary: string, descriptor: number, sync: boolean) {
    this.path = path
    this.#temporary = temporary
    this.#descriptor = descriptor
    this.#sync = sync
  }

  /**
   * Creates the temporary file.
   *
   * @throws KysoError `ERR_FILE_WRITE` with `data.path` and `data.reason` (the system's code, or `notAFile` where the target is a
   *   directory, a pipe or a device), `ERR_ARGUMENT`
   */
  static create(path: string, options: AtomicFileOptions = {}): AtomicFile {
    if (typeof path !== 'string' || path === '') throw new KysoError('ERR_ARGUMENT', 'a path is a string that is not empty')
    const { target, mode } = findTarget(path)
    for (let attempt = 1; ; attempt++) {
      const temporary = join(dirname(target), `${TEMPORARY_PREFIX}${toHex(randomBytes(8))}${TEMPORARY_SUFFIX}`)
      try {
        const descriptor = openSync(temporary, 'wx', mode ?? 0o666)
        remember(temporary)
        if (mode !== undefined) keepMode(descriptor, mode)
        return new AtomicFile(target, temporary, descriptor, options.sync ?? true)
      } catch (cause) {
        if (systemReason(cause) !== 'EEXIST' || attempt === NAMES_TRIED) throw unwritable(path, cause)
      }
    }
  }

  /** How many bytes there are so far. */
  get size(): number {
    return this.#size
  }

  /**
   * Adds bytes at the end.
   *
   * @throws KysoError `ERR_FILE_WRITE`; `ERR_ARGUMENT` after `commit` or `abort`
   */
  write(bytes: Uint8Array): void {
    this.#writeAt(this.#size, bytes)
    this.#size += bytes.length
    if (this.#sync && this.#size - this.#flushedTo >= FLUSH_EVERY) this.#flushInBackground()
  }

  /**
   * Overwrites bytes that are already there.
   *
   * @throws KysoError `ERR_FILE_WRITE`; `ERR_ARGUMENT` for a place outside, and after `commit` or `abort`
   */
  patch(offset: number, bytes: Uint8Array): void {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + bytes.length > this.#size) {
      throw new KysoError('ERR_ARGUMENT', 'a patch lies outside what was written', { offset, length: bytes.length, size: this.#size })
    }
    this.#writeAt(offset, bytes)
  }

  /**
   * Puts the file in the target's place. When that fails the temporary file is removed and the target is what it was.
   *
   * @throws KysoError `ERR_FILE_WRITE`; `ERR_ARGUMENT` after `commit` or `abort`
   */
  async commit(): Promise<void> {
    this.#checkOpen()
    this.#state = 'committing'
    try {
      await this.#flush
      if (this.#flushError !== null) throw this.#flushError
      if (this.#sync) await called((done) => fsync(this.#descriptor, done))
    } catch (cause) {
      this.#dispose()
      throw unwritable(this.path, cause)
    }
    try {
      closeSync(this.#descriptor)
      renameSync(this.#temporary, this.path)
    } catch (cause) {
      this.#state = 'done'
      remove(this.#temporary)
      throw unwritable(this.path, cause)
    } finally {
      forget(this.#temporary)
    }
    this.#state = 'done'
    if (this.#sync) await syncDirectory(dirname(this.path))
  }

  /** Gives up: the temporary file is removed. Of no effect once `commit` was called. */
  abort(): void {
    if (this.#state === 'open') this.#dispose()
  }

  #checkOpen(): void {
    if (this.#state !== 'open') throw new KysoError('ERR_ARGUMENT', 'the file was committed or given up already', { path: this.path })
  }

  #writeAt(offset: number, bytes: Uint8Array): void {
    this.#checkOpen()
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at, bytes.length - at, offset + at)
    } catch (cause) {
      throw unwritable(this.path, cause)
    }
  }

  #flushInBackground(): void {
    if (this.#flush) return
    this.#flushedTo = this.#size
    this.#flush = called((done) => fdatasync(this.#descriptor, done)).then(
      () => {
        this.#flush = null
      },
      (error: unknown) => {
        this.#flush = null
        this.#flushError ??= error
      },
    )
  }

  #dispose(): void {
    this.#state = 'done'
    remove(this.#temporary)
    forget(this.#temporary)
    const close = (): void => {
      try {
        closeSync(this.#descriptor)
      } catch {
        // The file is gone; what could not be written to it matters no more.
      }
    }
    // A descriptor is not closed while a thread of the pool works on it: its number may be another file's by then.
    if (this.#flush) this.#flush.then(close, close)
    else close()
  }
}

/**
 * Runs `write` on a new {@link AtomicFile}, then commits; gives up when it throws.
 *
 * @param path of the target; replaced when it exists
 * @param write may be asynchronous; what it returns comes back
 * @throws KysoError `ERR_FILE_WRITE`, and what `write` throws
 *
 * @example
 * ```ts
 * await writeAtomically('signed.pdf', (file) => file.write(bytes))
 * ```
 */
export async function writeAtomically<T>(path: string, write: (file: AtomicFile) => T | Promise<T>, options: AtomicFileOptions = {}): Promise<T> {
  const file = AtomicFile.create(path, options)
  try {
    const result = await write(file)
    await file.commit()
    return result
  } finally {
    file.abort()
  }
}

/** How a long copy runs. */
export interface CopyOptions {
  /** Bytes at a time; 256 KiB when left out. */
  readonly chunkSize?: number
  readonly signal?: AbortSignal
}

/**
 * Adds a whole document to a file and feeds it to hashes, in one reading and constant memory; other work on the thread runs now and then.
 *
 * @throws KysoError `ERR_FILE_WRITE`, `ERR_SOURCE_CHANGED`, `ERR_ABORTED`, `ERR_ARGUMENT`, and what the source throws
 */
export async function copyAndHash(source: ByteSource, target: AtomicFile, hashers: readonly Hasher[], options: CopyOptions = {}): Promise<void> {
  const { chunkSize = CHUNK_SIZE, signal } = options
  if (!Number.isSafeInteger(chunkSize) || chunkSize < 1) throw new KysoError('ERR_ARGUMENT', 'chunkSize: bytes, at least one', { chunkSize })
  const checkAborted = (): void => {
    if (signal?.aborted) throw new KysoError('ERR_ABORTED', 'copying was stopped', {}, { cause: signal.reason })
  }
  checkAborted()
  let since = 0
  for (const chunk of chunks(source, [{ offset: 0, length: source.size }], chunkSize)) {
    for (const hasher of hashers) hasher.update(chunk)
    target.write(chunk)
    since += chunk.length
    if (since < YIELD_EVERY) continue
    since = 0
    await new Promise<void>((resolve) => setImmediate(resolve))
    checkAborted()
  }
}

/** Where the file goes in the end, and the permissions of what is there. */
function findTarget(path: string): { target: string; mode?: number } {
  try {
    const target = realpathSync(path)
    const stat = statSync(target)
    if (!stat.isFile()) throw new KysoError('ERR_FILE_WRITE', 'the target is not a regular file', { path, reason: 'notAFile' })
    // A rename asks for nothing but the folder's permission; a file that may not be written to is not replaced either.
    accessSync(target, constants.W_OK)
    return { target, mode: stat.mode & 0o777 }
  } catch (cause) {
    if (isKysoError(cause)) throw cause
    if (systemReason(cause) !== 'ENOENT') throw unwritable(path, cause)
    return { target: resolve(path) }
  }
}

/** As the target has it, where the umask took something away. What it leaves is never more than that, so a failure is harmless. */
function keepMode(descriptor: number, mode: number): void {
  try {
    fchmodSync(descriptor, mode)
  } catch {
    // A file system without permissions.
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // Gone already, or the folder is; there is nobody to tell.
  }
}

/** So that the new name, too, outlives a power cut. Not every system can. */
async function syncDirectory(path: string): Promise<void> {
  let descriptor: number | undefined
  try {
    descriptor = openSync(path, 'r')
    const folder = descriptor
    await called((done) => fsync(folder, done))
  } catch {
    // The file is in its place; this was for more than that.
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

function called(start: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start((error) => (error ? reject(error) : resolve())))
}

function unwritable(path: string, cause: unknown): KysoError {
  const reason = systemReason(cause)
  return new KysoError('ERR_FILE_WRITE', `the file cannot be written: ${reason}`, { path, reason }, { cause })
}
