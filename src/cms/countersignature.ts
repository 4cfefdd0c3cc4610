/** Counter-signatures (RFC 5652 §11.4): SignerInfos over the signature value of another signer, in its unsigned attributes. */
import type { Budget } from '../core/budget.ts'
import { type Check, failed } from '../core/check.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import { isAboutDocument } from '../core/errors.ts'
import { digest } from '../core/hash.ts'
import type { Certificate } from '../x509/certificate.ts'
import { attributesOf } from './attributes.ts'
import { ATTRIBUTE } from './oids.ts'
import { type ParsedSignerInfo, readSignerInfo } from './signed-data.ts'
import { type SignerInfoResult, verifySignerInfo } from './verify.ts'

/** A counter-signature that was checked, or bytes that are none. */
export type CounterSignature =
  | { readonly info: ParsedSignerInfo; readonly result: SignerInfoResult }
  | { readonly info: null; readonly result: null; readonly check: Check }

/**
 * Checks the counter-signatures of a signer; those that counter-sign them in turn are in their own attributes. One that cannot be
 * read is told, and does not touch the signature it is on.
 *
 * @param candidates certificates the counter-signers' may be among: those of the SignedData, above all
 * @throws KysoError `ERR_BUDGET_EXCEEDED`
 * @example
 * ```ts
 * const [signer] = parseSignedData(p7s).signerInfos
 * await verifyCounterSignatures(defaultCrypto(), new Budget(), signer, []) // => []
 * ```
 */
export async function verifyCounterSignatures(
  crypto: CryptoProvider,
  budget: Budget,
  info: ParsedSignerInfo,
  candidates: readonly Certificate[],
): Promise<CounterSignature[]> {
  const found: CounterSignature[] = []
  const content = { digest: (algorithm: Parameters<typeof digest>[1]) => digest(crypto, algorithm, info.signature), bytes: () => info.signature }
  for (const value of attributesOf(info.unsigned, ATTRIBUTE.countersignature).flatMap((one) => one.attrValues)) {
    budget.spend('signatures')
    try {
      const counter = readSignerInfo(value, budget)
      found.push({ info: counter, result: await verifySignerInfo(crypto, budget, counter, null, content, candidates) })
    } catch (error) {
      if (!isAboutDocument(error)) throw error
      found.push({ info: null, result: null, check: failed('cmsSyntax', error.message) })
    }
  }
  return found
}
