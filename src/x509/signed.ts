/** Checking of signature values over X.509 and CMS structures: the forms of the values, then the mathematics. */
import { decode, integer, sequence } from '../asn1/index.ts'
import type { DigestAlgorithm } from '../core/algorithms.ts'
import { curveInfo } from '../core/algorithms.ts'
import type { Budget } from '../core/budget.ts'
import type { CryptoProvider, PublicKey, SignatureScheme, SignedBytes } from '../core/crypto/provider.ts'
import { joinRs } from '../core/crypto/rsa.ts'
import { isKysoError } from '../core/errors.ts'
import { type AlgorithmIdentifier, signatureScheme } from './algorithm-identifier.ts'

/** ECDSA-Sig-Value and Dss-Sig-Value (RFC 3279 §2.2.2, §2.2.3). */
export const EcdsaSigValue = sequence({ r: integer(), s: integer() })

/** r‖s of a DER value; `null` when it is no such value or out of range. */
export function rsFromDer(value: Uint8Array, half: number): Uint8Array | null {
  try {
    const { r, s } = decode(EcdsaSigValue, value)
    return r > 0n && s > 0n ? joinRs(r, s, half) : null
  } catch (error) {
    if (isKysoError(error)) return null
    throw error
  }
}

/** Whether a scheme and a key belong together; PSS keys bind the parameters (RFC 4055 §3.3). */
export function schemeFitsKey(scheme: SignatureScheme, key: PublicKey): boolean {
  switch (scheme.kind) {
    case 'RSASSA-PKCS1-v1_5':
      return key.type === 'RSA' && !key.pssOnly
    case 'RSASSA-PSS':
      return (
        key.type === 'RSA' &&
        (!key.pss || (key.pss.digest === scheme.digest && key.pss.mgfDigest === scheme.mgfDigest && scheme.saltLength >= key.pss.saltLength))
      )
    case 'ECDSA':
      return key.type === 'EC'
    case 'DSA':
      return key.type === 'DSA'
    default:
      return key.type === scheme.kind
  }
}

/** What a check costs, in those of a usual key: the largest RSA keys take a hundred times as long. */
function checkWeight(key: PublicKey): number {
  return key.type === 'RSA' ? Math.ceil(key.bits / 4096) * Math.ceil(key.exponent.length / 4) : 1
}

/**
 * Checks a signature value in the forms of X.509 and CMS (ECDSA and DSA as DER).
 *
 * @throws KysoError `ERR_ALGORITHM_UNSUPPORTED` where the provider cannot tell, `ERR_BUDGET_EXCEEDED`
 */
export async function verifyScheme(
  crypto: CryptoProvider,
  budget: Budget,
  scheme: SignatureScheme,
  key: PublicKey,
  data: SignedBytes,
  signature: Uint8Array,
): Promise<boolean> {
  budget.spend('signatureChecks', checkWeight(key))
  if (!schemeFitsKey(scheme, key)) return false
  let value: Uint8Array | null = signature
  if (key.type === 'EC') value = rsFromDer(signature, Math.ceil(curveInfo(key.curve).n.toString(16).length / 2))
  else if (key.type === 'DSA') value = rsFromDer(signature, Math.ceil(key.qBits / 8))
  return value !== null && crypto.verify(scheme, key, data, value)
}

/** The same with the algorithm as an AlgorithmIdentifier. */
export async function verifySignature(
  crypto: CryptoProvider,
  budget: Budget,
  algorithm: AlgorithmIdentifier,
  key: PublicKey,
  data: SignedBytes,
  signature: Uint8Array,
  digest?: DigestAlgorithm,
): Promise<boolean> {
  return verifyScheme(crypto, budget, signatureScheme(algorithm, digest), key, data, signature)
}
