import { KysoError } from '../core/errors.ts'
import type { SignOptions, SignRequest } from './signer.ts'

/** After so many signatures other work on the thread may run, an `abort` among it. */
const YIELD_EVERY = 16

function checkAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new KysoError('ERR_ABORTED', 'signing was aborted', {}, { cause: signal.reason })
}

/**
 * Signs requests one after another with `signOne`, for signers whose keys are at hand: checks the requests before the first is signed,
 * stops on the signal, tells the progress.
 *
 * @throws KysoError `ERR_ARGUMENT` for something that is no request, `ERR_ABORTED`, and what `signOne` throws
 */
export async function signEach(
  requests: readonly SignRequest[],
  options: SignOptions | undefined,
  signOne: (toBeSigned: Uint8Array) => Uint8Array | Promise<Uint8Array>,
): Promise<Uint8Array[]> {
  if (!Array.isArray(requests)) throw new KysoError('ERR_ARGUMENT', 'sign takes an array of requests')
  // Copied first: what is signed is what was there when signing was asked for.
  const messages = requests.map((request: SignRequest, index) => {
    if (!(request?.toBeSigned instanceof Uint8Array)) throw new KysoError('ERR_ARGUMENT', `request ${index} has no bytes to be signed`, { index })
    return new Uint8Array(request.toBeSigned)
  })
  const signatures: Uint8Array[] = []
  checkAborted(options?.signal)
  for (const message of messages) {
    signatures.push(await signOne(message))
    options?.onProgress?.(signatures.length, messages.length)
    if (signatures.length % YIELD_EVERY === 0) await new Promise<void>((resolve) => setTimeout(resolve, 0))
    checkAborted(options?.signal)
  }
  return signatures
}

/**
 * Copies of a signer's certificates.
 *
 * @throws KysoError `ERR_ARGUMENT` when there is none or one is no byte array
 */
export function copyCertificates(certificates: readonly Uint8Array[]): readonly Uint8Array[] {
  if (!Array.isArray(certificates) || certificates.length === 0) throw new KysoError('ERR_ARGUMENT', 'a signer needs its certificate')
  return certificates.map((certificate: Uint8Array, index) => {
    if (!(certificate instanceof Uint8Array)) throw new KysoError('ERR_ARGUMENT', `certificate ${index} is no byte array`, { index })
    return new Uint8Array(certificate)
  })
}
