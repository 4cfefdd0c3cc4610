import type { DigestAlgorithm } from './algorithms.ts'
import type { CryptoProvider, Hasher } from './crypto/provider.ts'
import { type ByteRange, type ByteSource, chunks } from './source.ts'

/** Digest of bytes in memory. */
export async function digest(crypto: CryptoProvider, algorithm: DigestAlgorithm, bytes: Uint8Array): Promise<Uint8Array> {
  const hash = await crypto.createHash(algorithm)
  hash.update(bytes)
  return hash.digest()
}

/** After so many bytes a long hash lets other work on the thread run. */
const YIELD_EVERY = 16 * 1024 * 1024

/** Feeds the ranges of a source into hashes, in one reading, leaving the thread to others now and then. */
export async function hashRanges(hashers: readonly Hasher[], source: ByteSource, ranges: readonly ByteRange[], signal?: AbortSignal): Promise<void> {
  let since = 0
  for (const chunk of chunks(source, ranges)) {
    for (const hasher of hashers) hasher.update(chunk)
    since += chunk.length
    if (since >= YIELD_EVERY) {
      since = 0
      signal?.throwIfAborted()
      await new Promise<void>((resolve) => setTimeout(resolve, 0))
    }
  }
}
