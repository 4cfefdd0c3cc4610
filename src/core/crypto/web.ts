/**
 * Crypto provider on WebCrypto (browsers, or any object handed in), with noble's audited code for what WebCrypto lacks:
 * incremental hashing, SHA-3, brainpool, Ed448. What few documents need is loaded when a document needs it.
 */
import type { ECDSA } from '@noble/curves/abstract/weierstrass.js'
import { curveInfo, type DigestAlgorithm, digestInfo } from '../algorithms.ts'
import { concat } from '../bytes.ts'
import { KysoError } from '../errors.ts'
import type { CryptoProvider, CurveName, Hasher, PublicKey, SignatureScheme, SignedBytes } from './provider.ts'
import { pkcs1Matches, pssMatches, rsaPublicOperation } from './rsa.ts'

interface NobleHash {
  update(chunk: Uint8Array): NobleHash
  clone(): NobleHash
  digest(): Uint8Array
}

class NobleHasher implements Hasher {
  readonly #hash: NobleHash
  constructor(hash: NobleHash) {
    this.#hash = hash
  }
  update(chunk: Uint8Array): void {
    this.#hash.update(chunk)
  }
  copy(): Hasher {
    return new NobleHasher(this.#hash.clone())
  }
  digest(): Uint8Array {
    return this.#hash.digest()
  }
}

async function createHash(algorithm: DigestAlgorithm): Promise<Hasher> {
  switch (algorithm) {
    case 'MD5':
    case 'SHA-1': {
      const legacy = await import('@noble/hashes/legacy.js')
      return new NobleHasher(algorithm === 'MD5' ? legacy.md5.create() : legacy.sha1.create())
    }
    case 'SHA-224':
    case 'SHA-256':
    case 'SHA-384':
    case 'SHA-512':
    case 'SHA-512/256': {
      const sha2 = await import('@noble/hashes/sha2.js')
      const hash = { 'SHA-224': sha2.sha224, 'SHA-256': sha2.sha256, 'SHA-384': sha2.sha384, 'SHA-512': sha2.sha512, 'SHA-512/256': sha2.sha512_256 }[algorithm]
      return new NobleHasher(hash.create())
    }
    default: {
      const sha3 = await import('@noble/hashes/sha3.js')
      if (algorithm === 'SHAKE256-512') return new NobleHasher(sha3.shake256.create({ dkLen: 64 }))
      const hash = { 'SHA3-224': sha3.sha3_224, 'SHA3-256': sha3.sha3_256, 'SHA3-384': sha3.sha3_384, 'SHA3-512': sha3.sha3_512 }[algorithm]
      return new NobleHasher(hash.create())
    }
  }
}

const WEB_DIGESTS: readonly DigestAlgorithm[] = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512']

function gather(data: SignedBytes): Uint8Array {
  return data instanceof Uint8Array ? data : concat(Array.from(data, (chunk) => chunk.slice()))
}

async function digestOf(algorithm: DigestAlgorithm, data: SignedBytes): Promise<Uint8Array> {
  const hash = await createHash(algorithm)
  for (const chunk of data instanceof Uint8Array ? [data] : data) hash.update(chunk)
  return hash.digest()
}

type Scheme<K extends SignatureScheme['kind']> = Extract<SignatureScheme, { kind: K }>

/** BigInt arithmetic: public values only, some milliseconds, and every digest and mask the registry has. */
async function verifyRsa(
  scheme: Scheme<'RSASSA-PKCS1-v1_5'> | Scheme<'RSASSA-PSS'>,
  key: PublicKey & { type: 'RSA' },
  data: SignedBytes,
  signature: Uint8Array,
): Promise<boolean> {
  const encoded = rsaPublicOperation(key.modulus, key.exponent, signature)
  if (!encoded) return false
  const value = await digestOf(scheme.digest, data)
  if (scheme.kind === 'RSASSA-PKCS1-v1_5') return pkcs1Matches(encoded, scheme.digest, value)
  return pssMatches(encoded, key.bits, scheme, value, await createHash(scheme.digest), await createHash(scheme.mgfDigest))
}

async function verifyEcdsa(
  subtle: SubtleCrypto,
  digest: DigestAlgorithm,
  key: PublicKey & { type: 'EC' },
  data: SignedBytes,
  signature: Uint8Array,
): Promise<boolean> {
  if (signature.length !== 2 * curveInfo(key.curve).length) return false
  // WebCrypto takes its data whole: what comes in chunks is too long to gather, and is hashed here.
  if (data instanceof Uint8Array && key.curve.startsWith('P-') && WEB_DIGESTS.includes(digest)) {
    try {
      const imported = await subtle.importKey('raw', key.point as BufferSource, { name: 'ECDSA', namedCurve: key.curve }, false, ['verify'])
      return await subtle.verify({ name: 'ECDSA', hash: digest }, imported, signature as BufferSource, data as BufferSource)
    } catch {
      // Not every implementation has every curve (P-521), and some throw where a value is out of range: noble answers then.
    }
  }
  const value = await digestOf(digest, data)
  const curves = key.curve.startsWith('P-') ? await nistCurves() : await brainpoolCurves()
  return curves[key.curve]?.verify(signature, value, key.point, { prehash: false, lowS: false, format: 'compact' }) ?? false
}

type Curves = Partial<Record<CurveName, ECDSA>>

async function nistCurves(): Promise<Curves> {
  const { p256, p384, p521 } = await import('@noble/curves/nist.js')
  return { 'P-256': p256, 'P-384': p384, 'P-521': p521 }
}

async function brainpoolCurves(): Promise<Curves> {
  const { brainpoolP256r1, brainpoolP384r1, brainpoolP512r1 } = await import('@noble/curves/misc.js')
  return { brainpoolP256r1, brainpoolP384r1, brainpoolP512r1 }
}

async function verifyEdwards(
  kind: 'Ed25519' | 'Ed448',
  key: PublicKey & { type: 'Ed25519' | 'Ed448' },
  data: SignedBytes,
  signature: Uint8Array,
): Promise<boolean> {
  if (signature.length !== (kind === 'Ed448' ? 114 : 64)) return false
  if (kind === 'Ed448') return (await import('@noble/curves/ed448.js')).ed448.verify(signature, gather(data), key.point)
  return (await import('@noble/curves/ed25519.js')).ed25519.verify(signature, gather(data), key.point, { zip215: false })
}

/**
 * A provider on a WebCrypto object.
 *
 * @param crypto what implements WebCrypto; `globalThis.crypto` when left out
 * @example
 * ```ts
 * const report = await verify(pdf, { trust, crypto: webCryptoProvider() })
 * ```
 */
export function webCryptoProvider(crypto: Crypto = globalThis.crypto): CryptoProvider {
  return {
    name: 'WebCrypto',
    createHash,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    async verify(scheme, key, data, signature) {
      switch (scheme.kind) {
        case 'RSASSA-PKCS1-v1_5':
        case 'RSASSA-PSS':
          return key.type === 'RSA' && verifyRsa(scheme, key, data, signature)
        case 'ECDSA':
          return key.type === 'EC' && verifyEcdsa(crypto.subtle, scheme.digest, key, data, signature)
        case 'Ed25519':
        case 'Ed448':
          return key.type === scheme.kind && verifyEdwards(scheme.kind, key, data, signature)
        case 'DSA':
          throw new KysoError('ERR_ALGORITHM_UNSUPPORTED', 'DSA needs Node', { algorithm: `DSA with ${digestInfo(scheme.digest).name}` })
      }
    },
  }
}
