/** From a digest to a checked time-stamp token. */
import { type TimestampToken, timestampFromResponse, timestampRequest } from '../cms/index.ts'
import type { DigestAlgorithm } from '../core/algorithms.ts'
import { Budget } from '../core/budget.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import { isKysoError, KysoError } from '../core/errors.ts'
import type { TimestampSource } from './types.ts'

/** What may be said about a time-stamp that is wanted. */
export interface TimestampWish {
  /** Policy under which it shall be given, as a dotted object identifier; the authority's own when left out. */
  readonly policy?: string
  readonly signal?: AbortSignal
  readonly budget?: Budget
}

/**
 * Makes a request, asks the source, and holds the answer against the request. A source with several servers goes on to the next
 * where an answer is refused or does not hold.
 *
 * @param algorithm of the digest
 * @param digest of what is to be time-stamped
 * @param source asked once; see {@link tsaClient}
 * @throws KysoError what the source throws, `ERR_TSA_REFUSED`, `ERR_TSP_SYNTAX`, `ERR_TSP_MISMATCH`, `ERR_CMS_SYNTAX`,
 *   `ERR_ALGORITHM_UNSUPPORTED`, `ERR_ABORTED`, `ERR_BUDGET_EXCEEDED`
 *
 * @example
 * ```ts
 * const token = await requestTimestamp(defaultCrypto(), tsaClient('http://tsa.ca.gov.vn'), 'SHA-256', digest)
 * token.info.genTime
 * ```
 */
export async function requestTimestamp(
  crypto: CryptoProvider,
  source: TimestampSource,
  algorithm: DigestAlgorithm,
  digest: Uint8Array,
  wish: TimestampWish = {},
): Promise<TimestampToken> {
  const { policy, signal, budget = new Budget() } = wish
  budget.spend('fetches')
  const request = timestampRequest(crypto, algorithm, digest, policy)
  let checked: { response: Uint8Array; token: TimestampToken } | undefined
  const accept = async (response: Uint8Array): Promise<void> => {
    if (!(response instanceof Uint8Array)) throw new KysoError('ERR_TSP_SYNTAX', 'the source gave no bytes')
    checked = { response, token: await timestampFromResponse(crypto, request, response, { budget }) }
  }
  const response = await ask(source, request.bytes, signal, accept)
  // A source need not look at `accept`, and what it returns is what counts.
  if (checked?.response !== response) await accept(response)
  if (!checked) throw new KysoError('ERR_TSP_SYNTAX', 'the source gave no bytes')
  return checked.token
}

/** Asks a source, which may be the caller's own and throw what it likes. */
async function ask(
  source: TimestampSource,
  request: Uint8Array,
  signal: AbortSignal | undefined,
  accept: (response: Uint8Array) => Promise<void>,
): Promise<Uint8Array> {
  try {
    signal?.throwIfAborted()
    return await source.timestamp(request, { signal, accept })
  } catch (cause) {
    if (isKysoError(cause)) throw cause
    if (signal?.aborted) throw new KysoError('ERR_ABORTED', 'time-stamping was stopped', {}, { cause })
    throw new KysoError('ERR_TSA_UNREACHABLE', 'the source of time-stamps failed', { reason: 'source' }, { cause })
  }
}
