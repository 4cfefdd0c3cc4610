/** The time-stamp protocol's messages (RFC 3161 §2.4): a request made, a response held against it. */
import { decode, encode } from '../asn1/index.ts'
import type { DigestAlgorithm } from '../core/algorithms.ts'
import { Budget } from '../core/budget.ts'
import { equal, toBigInt } from '../core/bytes.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import { isAboutDocument, KysoError } from '../core/errors.ts'
import { digestAlgorithm, digestIdentifier } from '../x509/algorithm-identifier.ts'
import { TimeStampReq, TimeStampResp } from './schemas.ts'
import { parseTimestampToken, type TimestampToken, verifyTimestampToken } from './timestamp.ts'

/** A request and what its answer has to agree with. */
export interface TimestampRequest {
  /** DER of the TimeStampReq. */
  readonly bytes: Uint8Array
  readonly digestAlgorithm: DigestAlgorithm
  readonly digest: Uint8Array
  readonly nonce: bigint
  readonly policy?: string
}

/**
 * Makes a request, its nonce taken from the provider's randomness.
 *
 * @param digest digest of what is to be time-stamped
 * @param policy policy wanted, as a dotted object identifier
 * @param algorithm of the digest
 * @throws KysoError `ERR_ALGORITHM_UNSUPPORTED`
 * @example
 * ```ts
 * const request = timestampRequest(defaultCrypto(), 'SHA-256', digest)
 * const response = await tsaClient('http://tsa.ca.gov.vn').timestamp(request.bytes)
 * ```
 */
export function timestampRequest(crypto: CryptoProvider, algorithm: DigestAlgorithm, digest: Uint8Array, policy?: string): TimestampRequest {
  // One bit short of eight octets, so that no reader takes it for a negative number.
  const nonce = toBigInt(crypto.randomBytes(8)) >> 1n
  const bytes = encode(TimeStampReq, {
    version: 1,
    messageImprint: { hashAlgorithm: digestIdentifier(algorithm), hashedMessage: digest },
    nonce,
    certReq: true,
    ...(policy ? { reqPolicy: policy } : {}),
  })
  return { bytes, digestAlgorithm: algorithm, digest, nonce, ...(policy ? { policy } : {}) }
}

/** PKIFailureInfo bits a time-stamp authority may set (RFC 3161 §2.4.2). */
const FAILURES: ReadonlyMap<number, string> = new Map([
  [0, 'badAlg'],
  [2, 'badRequest'],
  [5, 'badDataFormat'],
  [14, 'timeNotAvailable'],
  [15, 'unacceptedPolicy'],
  [16, 'unacceptedExtension'],
  [17, 'addInfoNotAvailable'],
  [25, 'systemFailure'],
])

function readResponse(bytes: Uint8Array, budget: Budget): { token?: Uint8Array; status: number; text: string; failure: string } {
  try {
    const { status, timeStampToken } = decode(TimeStampResp, bytes, { rules: 'BER', budget })
    const failure = status.failInfo
      ? [...FAILURES].filter(([bit]) => (((status.failInfo?.bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1).map(([, name]) => name)
      : []
    const text = status.statusString?.map((one) => one.text).join(' ') ?? ''
    return { status: status.status, text, failure: failure.join(','), ...(timeStampToken ? { token: timeStampToken } : {}) }
  } catch (cause) {
    if (!isAboutDocument(cause)) throw cause
    throw new KysoError('ERR_TSP_SYNTAX', `not a time-stamp response: ${cause.message}`, {}, { cause })
  }
}

/**
 * Takes the token out of a response, after checking that it answers the request and that its own signature holds.
 *
 * @param request the one that was sent
 * @param response DER or BER of the TimeStampResp
 * @throws KysoError `ERR_TSP_SYNTAX`, `ERR_TSA_REFUSED` (with the authority's words), `ERR_TSP_MISMATCH` (imprint, nonce,
 *   policy, or a check that fails, named in `data.check`)
 * @example
 * ```ts
 * const request = timestampRequest(defaultCrypto(), 'SHA-256', digest)
 * const response = await tsaClient('http://tsa.ca.gov.vn').timestamp(request.bytes)
 * const { info } = await timestampFromResponse(defaultCrypto(), request, response)
 * info.messageImprint.hashedMessage // => digest
 * ```
 */
export async function timestampFromResponse(
  crypto: CryptoProvider,
  request: TimestampRequest,
  response: Uint8Array,
  options: { budget?: Budget } = {},
): Promise<TimestampToken> {
  const budget = options.budget ?? new Budget()
  const { status, text, failure, token: bytes } = readResponse(response, budget)
  // 0 granted, 1 grantedWithMods; only these carry a token.
  if ((status !== 0 && status !== 1) || !bytes)
    throw new KysoError('ERR_TSA_REFUSED', `the authority gave no time-stamp: ${failure || text || `status ${status}`}`, { status, text, failure })
  const token = parseTimestampToken(bytes, { budget })
  const { info } = token
  const mismatch = (check: string): KysoError => new KysoError('ERR_TSP_MISMATCH', `the time-stamp does not answer the request: ${check}`, { check })
  if (digestAlgorithm(info.messageImprint.hashAlgorithm) !== request.digestAlgorithm || !equal(info.messageImprint.hashedMessage, request.digest))
    throw mismatch('messageImprint')
  if (info.nonce !== request.nonce) throw mismatch('nonce')
  if (request.policy && info.policy !== request.policy) throw mismatch('policy')
  const { checks } = await verifyTimestampToken(crypto, budget, token, async () => request.digest)
  // The certificate was asked for (certReq): without it nothing says whose signature this is.
  const bad = checks.find(
    (check) => (check.result === 'failed' && check.name !== 'signedAttributesOrder') || (check.result === 'notDone' && check.name === 'signatureValue'),
  )
  if (bad) throw mismatch(bad.name)
  return token
}
