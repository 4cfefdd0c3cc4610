/** Keys made by node:crypto and taken apart without kyso: by JWK where Node exports one, by asn1js and fixed offsets elsewhere. */
import { constants, createPrivateKey, createPublicKey, generateKeyPairSync, generatePrimeSync, type KeyObject, privateEncrypt } from 'node:crypto'
import { BitString, fromBER, Integer, Sequence } from 'asn1js'
import { fromBigInt, toBigInt } from '../../../src/core/bytes.ts'
import type { CurveName, PublicKey } from '../../../src/core/crypto/provider.ts'

/** A private key of Node's and its public key in kyso's shape. */
export interface TestKey<T extends PublicKey['type']> {
  readonly privateKey: KeyObject
  readonly publicKey: PublicKey & { type: T }
}

const spkiOf = (key: KeyObject): Uint8Array => new Uint8Array(key.export({ type: 'spki', format: 'der' }))
const base64url = (text: string | undefined): Uint8Array => new Uint8Array(Buffer.from(text ?? '', 'base64url'))

/** RSA key that OpenSSL makes. */
export function rsaKey(bits: number): TestKey<'RSA'> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  return rsaParts(privateKey)
}

function rsaParts(privateKey: KeyObject): TestKey<'RSA'> {
  const publicKey = createPublicKey(privateKey)
  const jwk = publicKey.export({ format: 'jwk' })
  const modulus = base64url(jwk.n)
  return { privateKey, publicKey: { type: 'RSA', spki: spkiOf(publicKey), modulus, exponent: base64url(jwk.e), bits: toBigInt(modulus).toString(2).length } }
}

/** RSA key of exactly so many bits and with any exponent: OpenSSL rounds odd lengths and takes exponents of 32 bits only. */
export function rsaKeyOf(bits: number, exponent = 65537n): TestKey<'RSA'> {
  for (;;) {
    const p = generatePrimeSync(Math.ceil(bits / 2), { bigint: true })
    const q = generatePrimeSync(Math.floor(bits / 2), { bigint: true })
    const n = p * q
    const d = inverse(exponent, (p - 1n) * (q - 1n))
    if (p === q || n.toString(2).length !== bits || d === null) continue
    const part = (value: bigint): string => Buffer.from(fromBigInt(value)).toString('base64url')
    const jwk = {
      kty: 'RSA',
      n: part(n),
      e: part(exponent),
      d: part(d),
      p: part(p),
      q: part(q),
      dp: part(d % (p - 1n)),
      dq: part(d % (q - 1n)),
      qi: part(inverse(q, p) ?? 0n),
    }
    return rsaParts(createPrivateKey({ key: jwk, format: 'jwk' }))
  }
}

/** Inverse by Euclid; null where there is none. */
function inverse(a: bigint, modulus: bigint): bigint | null {
  let [r0, r1, t0, t1] = [modulus, a % modulus, 0n, 1n]
  while (r1 !== 0n) {
    const quotient = r0 / r1
    ;[r0, r1, t0, t1] = [r1, r0 - quotient * r1, t1, t0 - quotient * t1]
  }
  return r0 === 1n ? (t0 + modulus) % modulus : null
}

/** RSA key whose SubjectPublicKeyInfo says id-RSASSA-PSS; Node exports no JWK of it, so asn1js takes it apart. */
export function rsaPssKey(hashAlgorithm: string, mgf1HashAlgorithm: string, saltLength: number): TestKey<'RSA'> {
  // Node takes a number where its types of version 20 want a string.
  const salt: object = { saltLength }
  const options = Object.assign({ modulusLength: 2048, publicExponent: 65537, hashAlgorithm, mgf1HashAlgorithm }, salt)
  const { publicKey, privateKey } = generateKeyPairSync('rsa-pss', options)
  const spki = spkiOf(publicKey)
  const info = fromBER(spki).result
  const bits = info instanceof Sequence ? info.valueBlock.value[1] : null
  if (!(bits instanceof BitString)) throw new Error('not a SubjectPublicKeyInfo')
  const inner = fromBER(bits.valueBlock.valueHexView).result
  const [modulus, exponent] = inner instanceof Sequence ? inner.valueBlock.value : []
  if (!(modulus instanceof Integer) || !(exponent instanceof Integer)) throw new Error('not an RSAPublicKey')
  const unsigned = (n: Integer): Uint8Array => n.valueBlock.valueHexView.slice(n.valueBlock.valueHexView[0] === 0 ? 1 : 0)
  return { privateKey, publicKey: { type: 'RSA', spki, modulus: unsigned(modulus), exponent: unsigned(exponent), bits: 2048 } }
}

const OPENSSL_CURVE: Readonly<Record<CurveName, string>> = {
  'P-256': 'prime256v1',
  'P-384': 'secp384r1',
  'P-521': 'secp521r1',
  brainpoolP256r1: 'brainpoolP256r1',
  brainpoolP384r1: 'brainpoolP384r1',
  brainpoolP512r1: 'brainpoolP512r1',
}
const FIELD_BITS: Readonly<Record<CurveName, number>> = {
  'P-256': 256,
  'P-384': 384,
  'P-521': 521,
  brainpoolP256r1: 256,
  brainpoolP384r1: 384,
  brainpoolP512r1: 512,
}

/** EC key. The uncompressed point is the end of its SubjectPublicKeyInfo (RFC 5480 §2.2). */
export function ecKey(curve: CurveName): TestKey<'EC'> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: OPENSSL_CURVE[curve] })
  const spki = spkiOf(publicKey)
  const bits = FIELD_BITS[curve]
  return { privateKey, publicKey: { type: 'EC', spki, curve, point: spki.slice(-1 - 2 * Math.ceil(bits / 8)), bits } }
}

/** Ed25519 or Ed448 key. */
export function edwardsKey<T extends 'Ed25519' | 'Ed448'>(type: T): TestKey<T> {
  const { publicKey, privateKey } = type === 'Ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ed448')
  const key = { type, spki: spkiOf(publicKey), point: base64url(publicKey.export({ format: 'jwk' }).x), bits: type === 'Ed25519' ? 256 : 448 } as const
  return { privateKey, publicKey: key as PublicKey & { type: T } }
}

/** DSA key. */
export function dsaKey(bits: number, qBits: number): TestKey<'DSA'> {
  const { publicKey, privateKey } = generateKeyPairSync('dsa', { modulusLength: bits, divisorLength: qBits })
  return { privateKey, publicKey: { type: 'DSA', spki: spkiOf(publicKey), bits, qBits } }
}

/** RSASP1 (RFC 8017 §5.2.1) on an encoded message of the test's own making, as long as the modulus. */
export function rsaRaw(key: TestKey<'RSA'>, encoded: Uint8Array): Uint8Array {
  return new Uint8Array(privateEncrypt({ key: key.privateKey, padding: constants.RSA_NO_PADDING }, encoded))
}
