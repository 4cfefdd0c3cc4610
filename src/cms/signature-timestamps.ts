/** Time-stamps on a signature value (RFC 3161 appendix A, EN 319 122-1 §5.3): the unsigned attribute, each token checked. */
import type { Budget } from '../core/budget.ts'
import { type Check, failed } from '../core/check.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import { isAboutDocument } from '../core/errors.ts'
import { digest } from '../core/hash.ts'
import type { Certificate } from '../x509/certificate.ts'
import { attributesOf } from './attributes.ts'
import { ATTRIBUTE } from './oids.ts'
import type { ParsedSignerInfo } from './signed-data.ts'
import { parseTimestampToken, type TimestampResult, verifyTimestampToken } from './timestamp.ts'

/** A token that was checked, or bytes that are none. */
export type SignatureTimestamp = { readonly result: TimestampResult } | { readonly result: null; readonly check: Check }

/**
 * Checks every signature time-stamp of a signer. One that cannot be read is told, and does not touch the signature.
 *
 * @param candidates certificates beside those inside the tokens
 * @throws KysoError `ERR_BUDGET_EXCEEDED`
 * @example
 * ```ts
 * const [signer] = parseSignedData(p7s).signerInfos
 * const [stamp] = await verifySignatureTimestamps(defaultCrypto(), new Budget(), signer, [])
 * stamp.result?.token.info.genTime // => new Date('2027-01-01T00:00:00Z')
 * ```
 */
export async function verifySignatureTimestamps(
  crypto: CryptoProvider,
  budget: Budget,
  info: ParsedSignerInfo,
  candidates: readonly Certificate[],
): Promise<SignatureTimestamp[]> {
  const found: SignatureTimestamp[] = []
  for (const value of attributesOf(info.unsigned, ATTRIBUTE.signatureTimestamp).flatMap((one) => one.attrValues)) {
    budget.spend('signatures')
    try {
      const token = parseTimestampToken(value, { budget })
      found.push({ result: await verifyTimestampToken(crypto, budget, token, (algorithm) => digest(crypto, algorithm, info.signature), candidates) })
    } catch (error) {
      if (!isAboutDocument(error)) throw error
      found.push({ result: null, check: failed('cmsSyntax', error.message) })
    }
  }
  return found
}
