/**
 * Answers kept on disk, for any number of processes at once. Two kinds of files, both named by a SHA-256: the bytes of an answer by
 * their own, and an entry by that of its key, which says until when which bytes are of use. Each is written beside its place and
 * renamed into it, entries after their bytes, so a reader sees the old or the new. What a power cut or a full disk tears has the wrong
 * sum and is never read as valid. Nothing is locked, and so nothing can stay locked.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, statSync } from 'node:fs'
import { readdir, readFile, stat, unlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { isKysoError, KysoError } from '../core/errors.ts'
import type { EvidenceCache } from '../sources/index.ts'
import { writeAtomically } from './atomic.ts'
import { systemReason } from './file-source.ts'

/** How a cache on disk is kept. */
export interface DiskCacheOptions {
  /** Of all answers together; 512 MiB when left out. What was written longest ago goes first. */
  readonly maxBytes?: number
  /** The clock for what has expired; the system's when left out. */
  readonly now?: () => Date
}

/** First line of an entry; another layout will have another number. */
const MAGIC = 'kyso-cache-1'
const ENTRY = /^[0-9a-f]{64}\.entry$/
const ANSWER = /^[0-9a-f]{64}\.answer$/
const TEMPORARY = /^\.kyso-[0-9a-f]{16}\.tmp$/
const MAX_ENTRY = 8192
/** An answer is written before its entry, and a temporary file before either; what is older than this and belongs to nothing was left behind. */
const ORPHAN_AGE = 3_600_000
/** The folder is tidied once in so many writes of a process, the first among them. */
const TIDY_EVERY = 64

interface Entry {
  readonly key: string
  readonly expires: number
  /** SHA-256 of the answer, which is its file's name. */
  readonly answer: string
  readonly length: number
}

/**
 * A cache in a folder, which is made if it is not there. Any number of processes may share it. Whoever may write to the folder may make
 * answers up, which every server on the way may: they are signed, and judged as if they had just come.
 *
 * @param folder for the cache alone
 * @throws KysoError `ERR_FILE_WRITE` where the folder cannot be made, `ERR_ARGUMENT`
 * @example
 * ```ts
 * const sources = nodeSources({ online: true, cache: diskCache('.kyso-cache') })
 * ```
 */
export function diskCache(folder: string, options: DiskCacheOptions = {}): EvidenceCache {
  const { maxBytes = 512 * 1024 * 1024, now = () => new Date() } = options
  if (typeof folder !== 'string' || folder === '' || !(maxBytes >= 0))
    throw new KysoError('ERR_ARGUMENT', 'a cache on disk takes a folder, and maxBytes from 0 on')
  makeFolder(folder)
  let writes = 0
  return {
    async get(key) {
      const path = join(folder, `${sha256(key)}.entry`)
      const entry = readEntry(await contents(path, MAX_ENTRY))
      // Another key of the same name is not met; a file that somebody put there is.
      if (!entry || entry.key !== key || !(entry.expires > now().getTime())) return null
      const bytes = await contents(join(folder, `${entry.answer}.answer`), entry.length)
      if (bytes?.length !== entry.length || sha256(bytes) !== entry.answer) return null
      return { bytes, expires: entry.expires }
    },
    async set(key, { bytes, expires }) {
      if (bytes.length > maxBytes || !Number.isSafeInteger(expires)) return
      const own = bytes.slice()
      const entry = { key, expires, answer: sha256(own), length: own.length }
      const text = writeEntry(entry)
      if (text.length > MAX_ENTRY) return
      await writeAnswer(join(folder, `${entry.answer}.answer`), own)
      await put(join(folder, `${sha256(key)}.entry`), text)
      if (writes++ % TIDY_EVERY === 0) await tidy(folder, maxBytes, now().getTime())
    },
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (statSync(folder).isDirectory()) return
  } catch (cause) {
    throw new KysoError('ERR_FILE_WRITE', 'the folder of the cache cannot be made', { path: folder, reason: systemReason(cause) }, { cause })
  }
  throw new KysoError('ERR_FILE_WRITE', 'the folder of the cache is a file', { path: folder, reason: 'notAFolder' })
}

/** An entry with its own sum in front, so that a part of one is none. */
function writeEntry(entry: Entry): Uint8Array {
  const body = JSON.stringify(entry)
  return Buffer.from(`${MAGIC} ${sha256(body)}\n${body}`)
}

function readEntry(file: Uint8Array | null): Entry | null {
  if (!file) return null
  const text = Buffer.from(file).toString('utf8')
  const at = text.indexOf('\n')
  const body = text.slice(at + 1)
  if (at === -1 || text.slice(0, at) !== `${MAGIC} ${sha256(body)}`) return null
  const entry = parsed(body)
  if (typeof entry !== 'object' || entry === null) return null
  const { key, expires, answer, length } = entry as Partial<Record<keyof Entry, unknown>>
  if (typeof key !== 'string' || typeof answer !== 'string' || !/^[0-9a-f]{64}$/.test(answer)) return null
  if (typeof expires !== 'number' || typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0) return null
  return { key, expires, answer, length }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The bytes of a file that is no longer than `most`; null where there is none. */
async function contents(path: string, most: number): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const { size } = await stat(path)
    return size > most ? null : new Uint8Array(await readFile(path))
  } catch {
    return null
  }
}

/** The name says what is in the file, so one that is whole need not be written again; its time is that of its last use. */
async function writeAnswer(path: string, bytes: Uint8Array): Promise<void> {
  const there = await contents(path, bytes.length)
  if (there && Buffer.compare(there, bytes) === 0) {
    const time = new Date()
    return utimes(path, time, time).catch(() => {})
  }
  return put(path, bytes)
}

async function put(path: string, bytes: Uint8Array): Promise<void> {
  // Without waiting for the disk: a cache that a power cut tears is seen by its sums, and is only a cache.
  await writeAtomically(path, (file) => file.write(bytes), { sync: false }).catch((error: unknown) => {
    if (!isKysoError(error, 'ERR_FILE_WRITE')) throw error
  })
}

/**
 * Removes what has expired, what belongs to nothing, and the oldest where there is too much. Other processes may do the same or
 * write meanwhile: a file that vanishes under a reader is one that it does not find.
 */
async function tidy(folder: string, maxBytes: number, now: number): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const inUse = new Set<string>()
  for (const name of names.filter((one) => ENTRY.test(one))) {
    const path = join(folder, name)
    const entry = readEntry(await contents(path, MAX_ENTRY))
    if (entry && entry.expires > now) inUse.add(`${entry.answer}.answer`)
    else await remove(path)
  }
  const answers: { path: string; size: number; time: number }[] = []
  for (const name of names) {
    if (!ANSWER.test(name) && !TEMPORARY.test(name)) continue
    const path = join(folder, name)
    const found = await stat(path).catch(() => null)
    if (!found) continue
    // The age of a file is the file system's affair, and so is this clock.
    if (!inUse.has(name) && Date.now() - found.mtimeMs > ORPHAN_AGE) await remove(path)
    // A young temporary file may be somebody's who is writing it.
    else if (ANSWER.test(name)) answers.push({ path, size: found.size, time: found.mtimeMs })
  }
  let total = answers.reduce((sum, { size }) => sum + size, 0)
  for (const { path, size } of answers.sort((a, b) => a.time - b.time)) {
    if (total <= maxBytes) break
    await remove(path)
    total -= size
  }
}

async function remove(path: string): Promise<void> {
  await unlink(path).catch(() => {})
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}
