/** What a piece of evidence is signed with. Whether that is still good enough is asked by whoever judges it. */
import type { PublicKey } from '../../core/crypto/provider.ts'
import { type AlgorithmIdentifier, signatureScheme } from '../algorithm-identifier.ts'

/** One signature that evidence rests on: its algorithms, and the key that made it. */
export interface SignedWith {
  /** Digest of the signature; absent where the scheme has its own, as Ed25519. */
  readonly signatureDigest?: string
  /** Digest of the mask generation of RSASSA-PSS, where it is another. */
  readonly mgfDigest?: string
  readonly keyType: string
  readonly keyBits: number
}

/** Digests of a signature algorithm, as far as they can be told. Throws as {@link signatureScheme} does. */
export function signatureDigests(algorithm: AlgorithmIdentifier): Pick<SignedWith, 'signatureDigest' | 'mgfDigest'> {
  const scheme = signatureScheme(algorithm)
  if (!('digest' in scheme)) return {}
  const masked = scheme.kind === 'RSASSA-PSS' && scheme.mgfDigest !== scheme.digest
  return { signatureDigest: scheme.digest, ...(masked ? { mgfDigest: scheme.mgfDigest } : {}) }
}

/** A signature that was found to hold, as data. */
export function signedWith(algorithm: AlgorithmIdentifier, key: PublicKey): SignedWith {
  return { ...signatureDigests(algorithm), keyType: key.type, keyBits: key.bits }
}
