/** Crypto provider on Node's own crypto, reached without importing `node:` so that bundles for browsers stay clean. */
import type * as NodeCrypto from 'node:crypto'
import { curveInfo, type DigestAlgorithm } from '../algorithms.ts'
import { concat } from '../bytes.ts'
import { KysoError } from '../errors.ts'
import type { CryptoProvider, Hasher, PublicKey, SignatureScheme, SignedBytes } from './provider.ts'
import { pkcs1Matches, pssMatches, rsaPublicOperation } from './rsa.ts'

type Crypto = typeof NodeCrypto

/** Node's crypto module where there is one (`process.getBuiltinModule`, Node 20.16+). */
export function nodeCryptoModule(): Crypto | null {
  const process = (globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }).process
  return (process?.getBuiltinModule?.('node:crypto') as Crypto | undefined) ?? null
}

const NODE_NAMES: Readonly<Record<DigestAlgorithm, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-224': 'sha224',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
  'SHA-512/256': 'sha512-256',
  'SHA3-224': 'sha3-224',
  'SHA3-256': 'sha3-256',
  'SHA3-384': 'sha3-384',
  'SHA3-512': 'sha3-512',
  'SHAKE256-512': 'shake256',
}

/** SHAKE has no length of its own: OpenSSL wants to be told, also by a copy. */
const SHAKE_LENGTH = { outputLength: 64 } as const

/** Node's buffers have a `slice` that shares memory; callers expect arrays that copy. */
function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}

class NodeHasher implements Hasher {
  readonly #hash: NodeCrypto.Hash
  readonly #options: typeof SHAKE_LENGTH | undefined
  constructor(hash: NodeCrypto.Hash, options: typeof SHAKE_LENGTH | undefined) {
    this.#hash = hash
    this.#options = options
  }
  update(chunk: Uint8Array): void {
    this.#hash.update(chunk)
  }
  copy(): Hasher {
    return new NodeHasher(this.#hash.copy(this.#options), this.#options)
  }
  digest(): Uint8Array {
    return plain(this.#hash.digest())
  }
}

const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
const base64url = (bytes: Uint8Array): string => buffer(bytes).toString('base64url')

/** The provider that Node programs use by default. */
export function nodeCryptoProvider(crypto: Crypto): CryptoProvider {
  const keys = new WeakMap<PublicKey, NodeCrypto.KeyObject>()
  const keyObject = (key: PublicKey): NodeCrypto.KeyObject => {
    let object = keys.get(key)
    if (!object) {
      try {
        // RSA by its numbers: OpenSSL refuses the bare operation on a key whose SubjectPublicKeyInfo says id-RSASSA-PSS.
        object =
          key.type === 'RSA'
            ? crypto.createPublicKey({ key: { kty: 'RSA', n: base64url(key.modulus), e: base64url(key.exponent) }, format: 'jwk' })
            : crypto.createPublicKey({ key: buffer(key.spki), format: 'der', type: 'spki' })
      } catch (cause) {
        throw new KysoError('ERR_KEY_INVALID', `the public key cannot be used (${key.type})`, { type: key.type }, { cause })
      }
      keys.set(key, object)
    }
    return object
  }
  const createHash = (algorithm: DigestAlgorithm): NodeHasher => {
    const options = algorithm === 'SHAKE256-512' ? SHAKE_LENGTH : undefined
    return new NodeHasher(crypto.createHash(NODE_NAMES[algorithm], options), options)
  }

  const digestOf = (algorithm: DigestAlgorithm, data: SignedBytes): Uint8Array => {
    const hash = createHash(algorithm)
    for (const chunk of data instanceof Uint8Array ? [data] : data) hash.update(chunk)
    return hash.digest()
  }
  /** RSAVP1 (RFC 8017 §5.2.2); OpenSSL does the arithmetic, the encoding is ours to check. */
  const recover = (key: PublicKey & { type: 'RSA' }, signature: Uint8Array): Uint8Array | null => {
    try {
      return crypto.publicDecrypt({ key: keyObject(key), padding: crypto.constants.RSA_NO_PADDING }, signature)
    } catch {
      // Out of range, or a key OpenSSL does not take (an exponent beyond 64 bits with a large modulus): the same answer as in a browser.
      return rsaPublicOperation(key.modulus, key.exponent, signature)
    }
  }
  const verifyRsa = (
    scheme: SignatureScheme & { digest: DigestAlgorithm },
    key: PublicKey & { type: 'RSA' },
    data: SignedBytes,
    signature: Uint8Array,
  ): boolean => {
    // RFC 8017 §8.1.2 and §8.2.2, step 1: the value is exactly as long as the modulus.
    if (signature.length !== Math.ceil(key.bits / 8)) return false
    const value = digestOf(scheme.digest, data)
    const encoded = recover(key, signature)
    if (!encoded) return false
    if (scheme.kind === 'RSASSA-PSS') return pssMatches(encoded, key.bits, scheme, value, createHash(scheme.digest), createHash(scheme.mgfDigest))
    return pkcs1Matches(encoded, scheme.digest, value)
  }

  const verifyDsa = (scheme: SignatureScheme & { kind: 'ECDSA' | 'DSA' }, key: PublicKey, data: SignedBytes, signature: Uint8Array): boolean => {
    // OpenSSL would take 32 bytes of SHAKE256 here, where the registry's digest has 64.
    if (scheme.digest === 'SHAKE256-512')
      throw new KysoError('ERR_ALGORITHM_UNSUPPORTED', `${scheme.kind} with SHAKE256`, { algorithm: `${scheme.kind} with SHAKE256` })
    const half =
      scheme.kind === 'ECDSA' && key.type === 'EC' ? curveInfo(key.curve).length : scheme.kind === 'DSA' && key.type === 'DSA' ? Math.ceil(key.qBits / 8) : 0
    // Node throws for a value of another length, and that is no more than a signature which does not verify.
    if (half === 0 || signature.length !== 2 * half) return false
    const verifier = crypto.createVerify(NODE_NAMES[scheme.digest])
    for (const chunk of data instanceof Uint8Array ? [data] : data) verifier.update(chunk)
    return verifier.verify({ key: keyObject(key), dsaEncoding: 'ieee-p1363' }, signature)
  }

  return {
    name: 'node:crypto',
    createHash,
    randomBytes: (length) => plain(crypto.randomBytes(length)),
    verify(scheme, key, data, signature) {
      switch (scheme.kind) {
        case 'RSASSA-PKCS1-v1_5':
        case 'RSASSA-PSS':
          return key.type === 'RSA' && verifyRsa(scheme, key, data, signature)
        case 'ECDSA':
        case 'DSA':
          return verifyDsa(scheme, key, data, signature)
        case 'Ed25519':
        case 'Ed448':
          if (key.type !== scheme.kind) return false
          // Each chunk is copied before the next is asked for: a source may fill the same buffer again.
          return crypto.verify(null, data instanceof Uint8Array ? data : concat(Array.from(data, (chunk) => chunk.slice())), keyObject(key), signature)
      }
    },
  }
}
