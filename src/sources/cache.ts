/** Answers that are kept for a while. */
import { KysoError } from '../core/errors.ts'

/** An answer and until when it is of use. */
export interface CacheEntry {
  readonly bytes: Uint8Array
  /** Milliseconds since 1970 after which it is not given out any more. */
  readonly expires: number
}

/** Keeps answers by key. What it gives is read again with the eyes of the client, so a cache that makes something up does no more harm than a server. */
export interface EvidenceCache {
  /** The entry of a key; null where there is none that is whole. One that has expired may be given or not: the client looks. */
  get(key: string): Promise<CacheEntry | null>
  /** Keeps an entry in place of what was there. A cache that cannot keep it forgets it in silence. */
  set(key: string, entry: CacheEntry): Promise<void>
}

/**
 * A cache in memory. The entries that were used longest ago go first.
 *
 * @param options `maxBytes` of all entries together; 64 MiB when left out
 * @throws KysoError `ERR_ARGUMENT`
 * @example
 * ```ts
 * const sources = httpSources({ online: true, cache: memoryCache({ maxBytes: 16 * 1024 * 1024 }) })
 * ```
 */
export function memoryCache(options: { readonly maxBytes?: number } = {}): EvidenceCache {
  const { maxBytes = 64 * 1024 * 1024 } = options
  if (!(maxBytes >= 0)) throw new KysoError('ERR_ARGUMENT', 'maxBytes: a number from 0 on')
  const entries = new Map<string, CacheEntry>()
  let total = 0
  const cost = (key: string, entry: CacheEntry): number => entry.bytes.length + 2 * key.length + 100
  const drop = (key: string): void => {
    const entry = entries.get(key)
    if (!entry) return
    total -= cost(key, entry)
    entries.delete(key)
  }
  return {
    async get(key) {
      const entry = entries.get(key)
      if (!entry) return null
      // A Map keeps the order of insertion: what is used moves to its end.
      entries.delete(key)
      entries.set(key, entry)
      return { bytes: entry.bytes.slice(), expires: entry.expires }
    },
    async set(key, { bytes, expires }) {
      drop(key)
      const entry = { bytes: bytes.slice(), expires }
      if (cost(key, entry) > maxBytes) return
      entries.set(key, entry)
      total += cost(key, entry)
      for (const oldest of entries.keys()) {
        if (total <= maxBytes) break
        drop(oldest)
      }
    },
  }
}
