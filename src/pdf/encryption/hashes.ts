import type { DigestAlgorithm } from '../../core/algorithms.ts'
import type { CryptoProvider, Hasher } from '../../core/crypto/provider.ts'
import { KysoError } from '../../core/errors.ts'

/** Hashes the parts in order, synchronously: decryption happens in the middle of parsing. */
export type HashFunction = (...parts: readonly Uint8Array[]) => Uint8Array

/**
 * A synchronous hash function out of a provider, whose hashes may come with a delay: one hash is fetched and copied for each use.
 *
 * @throws KysoError `ERR_ALGORITHM_UNSUPPORTED` when the provider lacks the algorithm
 */
export async function hashFunction(crypto: CryptoProvider, algorithm: DigestAlgorithm): Promise<HashFunction> {
  let fresh: Hasher
  try {
    fresh = await crypto.createHash(algorithm)
  } catch (cause) {
    if (cause instanceof KysoError) throw cause
    throw new KysoError('ERR_ALGORITHM_UNSUPPORTED', `no ${algorithm} in the crypto provider`, { algorithm }, { cause })
  }
  return (...parts) => {
    const hasher = fresh.copy()
    for (const part of parts) hasher.update(part)
    return hasher.digest()
  }
}
