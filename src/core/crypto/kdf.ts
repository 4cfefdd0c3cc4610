/**
 * Keys from passwords: PBKDF2 (RFC 8018 §5.2), the derivation of PKCS #12 (RFC 7292 appendix B.2), and HMAC (RFC 2104), which both
 * lean on. Rounds are spent from the budget before the first is done, for a file says how many there are.
 */
import type * as NodeCrypto from 'node:crypto'
import { type DigestAlgorithm, digestInfo } from '../algorithms.ts'
import type { Budget } from '../budget.ts'
import { concat } from '../bytes.ts'
import { KysoError } from '../errors.ts'
import { nodeCryptoModule } from './node.ts'
import type { CryptoProvider } from './provider.ts'

/** Input block of a digest in bytes: HMAC's and PKCS #12's unit (FIPS 180-4 §1, FIPS 202 §7). */
const BLOCK_LENGTH: Readonly<Partial<Record<DigestAlgorithm, number>>> = {
  MD5: 64,
  'SHA-1': 64,
  'SHA-224': 64,
  'SHA-256': 64,
  'SHA-384': 128,
  'SHA-512': 128,
  'SHA-512/256': 128,
  'SHA3-224': 144,
  'SHA3-256': 136,
  'SHA3-384': 104,
  'SHA3-512': 72,
}

function blockLength(digest: DigestAlgorithm): number {
  const length = BLOCK_LENGTH[digest]
  if (!length) throw new KysoError('ERR_ALGORITHM_UNSUPPORTED', `no HMAC with ${digest}`, { algorithm: digest })
  return length
}

/** Node's crypto module where `crypto` is the provider made of it: what an injected provider stands for is not gone around. */
export function nodeModuleOf(crypto: CryptoProvider): typeof NodeCrypto | null {
  return crypto.name === 'node:crypto' ? nodeCryptoModule() : null
}

/**
 * HMAC.
 *
 * @throws KysoError `ERR_ALGORITHM_UNSUPPORTED` for a digest that HMAC is not defined with
 */
export async function hmac(crypto: CryptoProvider, digest: DigestAlgorithm, key: Uint8Array, data: Uint8Array): Promise<Uint8Array> {
  const length = blockLength(digest)
  const fresh = await crypto.createHash(digest)
  const run = (...parts: Uint8Array[]): Uint8Array => {
    const hash = fresh.copy()
    for (const part of parts) hash.update(part)
    return hash.digest()
  }
  const block = new Uint8Array(length)
  block.set(key.length > length ? run(key) : key)
  const inner = run(
    block.map((byte) => byte ^ 0x36),
    data,
  )
  return run(
    block.map((byte) => byte ^ 0x5c),
    inner,
  )
}

/** What a derivation takes besides the password. */
export interface KdfParameters {
  readonly digest: DigestAlgorithm
  readonly salt: Uint8Array
  /** Rounds, at least 1. */
  readonly iterations: number
  /** Bytes wanted. */
  readonly length: number
}

function spendRounds({ digest, iterations, length }: KdfParameters, budget: Budget): void {
  if (!Number.isSafeInteger(iterations) || iterations < 1) throw new KysoError('ERR_ARGUMENT', 'a key derivation has at least one round', { iterations })
  // Every block of output is derived on its own.
  budget.spend('kdfRounds', iterations * Math.max(1, Math.ceil(length / digestInfo(digest).length)))
}

/**
 * PBKDF2 with HMAC.
 *
 * @param password bytes, as a rule UTF-8
 * @throws KysoError `ERR_BUDGET_EXCEEDED`, `ERR_ARGUMENT` for no rounds, `ERR_ALGORITHM_UNSUPPORTED`
 */
export async function pbkdf2(crypto: CryptoProvider, password: Uint8Array, parameters: KdfParameters, budget: Budget): Promise<Uint8Array> {
  const { digest, salt, iterations, length } = parameters
  spendRounds(parameters, budget)
  const node = nodeModuleOf(crypto)
  if (!node) return (await webPbkdf2(password, parameters)) ?? noblePbkdf2(password, parameters)
  return new Promise((resolve, reject) => {
    const name = digest.toLowerCase().replace('sha-', 'sha').replace('/', '-')
    node.pbkdf2(password, salt, iterations, length, name, (error, key) => (error ? reject(error) : resolve(new Uint8Array(key))))
  })
}

const WEB_DIGESTS: readonly DigestAlgorithm[] = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512']

/** WebCrypto's, which runs off the thread; `null` where it has not the digest or refuses (older browsers: an empty password). */
async function webPbkdf2(password: Uint8Array, { digest, salt, iterations, length }: KdfParameters): Promise<Uint8Array | null> {
  const subtle = (globalThis as { crypto?: Crypto }).crypto?.subtle
  if (!subtle || !WEB_DIGESTS.includes(digest)) return null
  try {
    const key = await subtle.importKey('raw', password as BufferSource, 'PBKDF2', false, ['deriveBits'])
    return new Uint8Array(await subtle.deriveBits({ name: 'PBKDF2', hash: digest, salt: salt as BufferSource, iterations }, key, 8 * length))
  } catch {
    return null
  }
}

async function noblePbkdf2(password: Uint8Array, { digest, salt, iterations, length }: KdfParameters): Promise<Uint8Array> {
  const [{ pbkdf2Async }, { sha1 }, sha2] = await Promise.all([
    import('@noble/hashes/pbkdf2.js'),
    import('@noble/hashes/legacy.js'),
    import('@noble/hashes/sha2.js'),
  ])
  const hashes = new Map([
    ['SHA-1', sha1],
    ['SHA-224', sha2.sha224],
    ['SHA-256', sha2.sha256],
    ['SHA-384', sha2.sha384],
    ['SHA-512', sha2.sha512],
    ['SHA-512/256', sha2.sha512_256],
  ])
  const hash = hashes.get(digest)
  if (!hash) throw new KysoError('ERR_ALGORITHM_UNSUPPORTED', `no PBKDF2 with ${digest}`, { algorithm: digest })
  return pbkdf2Async(hash, password, salt, { c: iterations, dkLen: length })
}

/** What the bytes are for (RFC 7292 appendix B.3); `number` is what stands in the diversifier. */
export const PKCS12_ID = { key: 1, iv: 2, mac: 3 } as const

/** After so many rounds other work on the thread may run. */
const YIELD_EVERY = 100_000

/**
 * The key derivation of PKCS #12.
 *
 * @param password BMPString with two zero bytes at its end, or no bytes for a password that is absent
 * @param id one of {@link PKCS12_ID}
 * @throws KysoError `ERR_BUDGET_EXCEEDED`, `ERR_ARGUMENT` for no rounds, `ERR_ALGORITHM_UNSUPPORTED`
 */
export async function pkcs12Kdf(crypto: CryptoProvider, password: Uint8Array, parameters: KdfParameters, id: number, budget: Budget): Promise<Uint8Array> {
  const { digest, salt, iterations, length } = parameters
  const v = blockLength(digest)
  const u = digestInfo(digest).length
  spendRounds(parameters, budget)
  const fresh = await crypto.createHash(digest)
  const diversifier = new Uint8Array(v).fill(id)
  const input = concat([repeat(salt, v), repeat(password, v)])
  const blocks: Uint8Array[] = []
  for (let have = 0; have < length; have += u) {
    const first = fresh.copy()
    first.update(diversifier)
    first.update(input)
    let a = first.digest()
    for (let round = 1; round < iterations; round++) {
      if (round % YIELD_EVERY === 0) await new Promise<void>((resolve) => setTimeout(resolve, 0))
      const hash = fresh.copy()
      hash.update(a)
      a = hash.digest()
    }
    blocks.push(a)
    if (have + u < length) addToBlocks(input, a, v)
  }
  return concat(blocks).slice(0, length)
}

/** `bytes` over and over, up to the next multiple of `unit`. */
function repeat(bytes: Uint8Array, unit: number): Uint8Array {
  const out = new Uint8Array(unit * Math.ceil(bytes.length / unit))
  for (let i = 0; i < out.length; i++) out[i] = bytes[i % bytes.length] as number
  return out
}

/** Step 6.C: every block of `input` becomes itself + B + 1, B being `a` repeated to a block. */
function addToBlocks(input: Uint8Array, a: Uint8Array, v: number): void {
  for (let start = 0; start < input.length; start += v) {
    let carry = 1
    for (let i = v - 1; i >= 0; i--) {
      carry += (input[start + i] as number) + (a[i % a.length] as number)
      input[start + i] = carry & 0xff
      carry >>= 8
    }
  }
}
