/** The time-stamp of level B-T: over the signature value, whatever the format (EN 319 122-1 §5.3, EN 319 132-1 §5.3). */
import type { DigestAlgorithm } from '../core/algorithms.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import { KysoError } from '../core/errors.ts'
import { digest } from '../core/hash.ts'
import { requestTimestamp } from '../sources/timestamp.ts'
import type { Sources } from '../sources/types.ts'

/** Where a time-stamp comes from, and what stops the asking. */
export interface TimestampOptions {
  readonly sources?: Sources
  readonly signal?: AbortSignal
}

/** Refuses before anything is asked of the key what would fail after it. */
export function checkTimestampSource(level: 'B-B' | 'B-T' | undefined, options: TimestampOptions): void {
  if (level === 'B-T' && !options.sources?.timestamp) throw new KysoError('ERR_TSA_MISSING', 'level B-T needs a time-stamp authority')
}

/**
 * A time-stamp token over bytes, checked.
 *
 * @param stamped what is time-stamped, a signature value above all
 * @throws KysoError `ERR_TSA_*`, `ERR_TSP_*`, `ERR_ABORTED`
 */
export async function timestampToken(
  crypto: CryptoProvider,
  stamped: Uint8Array,
  algorithm: DigestAlgorithm,
  { sources, signal }: TimestampOptions,
): Promise<Uint8Array> {
  const source = sources?.timestamp
  if (!source) throw new KysoError('ERR_TSA_MISSING', 'level B-T needs a time-stamp authority')
  const token = await requestTimestamp(crypto, source, algorithm, await digest(crypto, algorithm, stamped), signal ? { signal } : {})
  return token.bytes
}
