/** Private keys of PKCS #8 (RFC 5958): their public half, and the plain form that every engine imports. */
import { decode, encode, type Infer, octetString, oid } from '../../asn1/index.ts'
import { curveFromOid, curveInfo } from '../../core/algorithms.ts'
import type { Budget } from '../../core/budget.ts'
import { toHex } from '../../core/bytes.ts'
import type { CurveName, PublicKey } from '../../core/crypto/provider.ts'
import { KysoError } from '../../core/errors.ts'
import { ALGORITHM, type AlgorithmIdentifier } from '../../x509/algorithm-identifier.ts'
import { parsePublicKey, SubjectPublicKeyInfo } from '../../x509/public-key.ts'
import { EcPrivateKey, malformed, PrivateKeyInfo, RsaPrivateKey, RsaPublicKey, read } from './structures.ts'

/** A private key with its public half. `pkcs8` is DER without attributes, which some engines refuse; whoever has it overwrites it after use. */
export interface PrivateKey {
  readonly pkcs8: Uint8Array
  readonly publicKey: PublicKey
}

/**
 * Takes a PKCS #8 key apart and finds its public key.
 *
 * @throws KysoError `ERR_PKCS12_SYNTAX`, `ERR_KEY_INVALID`, `ERR_ALGORITHM_UNSUPPORTED` for keys that sign nothing kyso knows
 */
export async function readPrivateKey(pkcs8: Uint8Array, budget: Budget): Promise<PrivateKey> {
  const info = read(PrivateKeyInfo, pkcs8, 'PrivateKeyInfo', budget)
  switch (info.privateKeyAlgorithm.algorithm) {
    case ALGORITHM.rsaEncryption:
    case ALGORITHM.rsassaPss:
      return rsaKey(info, budget)
    case ALGORITHM.ecPublicKey:
      return ecKey(info, budget)
    case ALGORITHM.ed25519:
    case ALGORITHM.ed448:
      return edwardsKey(info, budget)
    default:
      throw new KysoError('ERR_ALGORITHM_UNSUPPORTED', `no signatures with a key of ${info.privateKeyAlgorithm.algorithm}`, {
        algorithm: info.privateKeyAlgorithm.algorithm,
      })
  }
}

/** The same key as `x509/public-key` would find it in a certificate, with all its checks. */
function publicKeyFrom(algorithm: AlgorithmIdentifier, bytes: Uint8Array): PublicKey {
  return parsePublicKey(encode(SubjectPublicKeyInfo, { algorithm, subjectPublicKey: { bytes, unusedBits: 0 } }))
}

function plain(privateKeyAlgorithm: AlgorithmIdentifier, privateKey: Uint8Array): Uint8Array {
  return encode(PrivateKeyInfo, { version: 0, privateKeyAlgorithm, privateKey })
}

function rsaKey(info: Infer<typeof PrivateKeyInfo>, budget: Budget): PrivateKey {
  const { modulus, publicExponent } = read(RsaPrivateKey, info.privateKey, 'RSAPrivateKey', budget)
  const publicKey = publicKeyFrom(info.privateKeyAlgorithm, encode(RsaPublicKey, { modulus, publicExponent }))
  // Under rsaEncryption every engine imports it; that a key is for PSS alone is known from its certificate.
  const pkcs8 = plain({ algorithm: ALGORITHM.rsaEncryption, parameters: Uint8Array.of(5, 0) }, info.privateKey)
  return { pkcs8, publicKey }
}

async function ecKey(info: Infer<typeof PrivateKeyInfo>, budget: Budget): Promise<PrivateKey> {
  const key = read(EcPrivateKey, info.privateKey, 'ECPrivateKey', budget)
  const { parameters } = info.privateKeyAlgorithm
  if (parameters?.[0] !== 0x06) throw new KysoError('ERR_KEY_INVALID', 'an EC key without the name of its curve')
  const curveOid = decode(oid(), parameters)
  const curve = curveFromOid(curveOid)
  if (!curve) throw new KysoError('ERR_ALGORITHM_UNSUPPORTED', `the curve ${curveOid} is not supported`, { algorithm: curveOid })
  const d = scalar(key.privateKey, curve.length)
  const publicKey = publicKeyFrom(info.privateKeyAlgorithm, key.publicKey?.bytes ?? (await multiplyBase(curve.name, d)))
  if (publicKey.type !== 'EC') throw malformed('an EC key of another kind', 'ECPrivateKey')
  // RFC 5915 §3 has the point optional; not every WebCrypto imports a key without it.
  const encoded = encode(EcPrivateKey, { version: 1, privateKey: d, publicKey: { bytes: publicKey.point, unusedBits: 0 } })
  return { pkcs8: plain(info.privateKeyAlgorithm, encoded), publicKey }
}

/** RFC 5915 §3: as long as the order; writers exist that drop or add leading zeros. */
function scalar(bytes: Uint8Array, length: number): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0)
  const significant = start === -1 ? new Uint8Array(0) : bytes.subarray(start)
  if (significant.length === 0 || significant.length > length) throw new KysoError('ERR_KEY_INVALID', 'an EC private key out of range')
  const out = new Uint8Array(length)
  out.set(significant, length - significant.length)
  return out
}

/** d·G uncompressed, for keys that come without their point. */
async function multiplyBase(name: CurveName, d: Uint8Array): Promise<Uint8Array> {
  const { p256, p384, p521 } = await import('@noble/curves/nist.js')
  const { brainpoolP256r1, brainpoolP384r1, brainpoolP512r1 } = await import('@noble/curves/misc.js')
  const curve = { 'P-256': p256, 'P-384': p384, 'P-521': p521, brainpoolP256r1, brainpoolP384r1, brainpoolP512r1 }[name]
  const Point = 'Point' in curve ? curve.Point : curve
  const value = d.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  if (value >= curveInfo(name).n) throw new KysoError('ERR_KEY_INVALID', 'an EC private key out of range')
  return Point.BASE.multiply(value).toBytes(false)
}

/** RFC 8410 §7: the key is an OCTET STRING inside the OCTET STRING. */
async function edwardsKey(info: Infer<typeof PrivateKeyInfo>, budget: Budget): Promise<PrivateKey> {
  const is25519 = info.privateKeyAlgorithm.algorithm === ALGORITHM.ed25519
  const seed = read(octetString(), info.privateKey, 'CurvePrivateKey', budget)
  if (seed.length !== (is25519 ? 32 : 57)) throw new KysoError('ERR_KEY_INVALID', `an ${is25519 ? 'Ed25519' : 'Ed448'} key of ${seed.length} bytes`)
  const point = is25519
    ? (await import('@noble/curves/ed25519.js')).ed25519.getPublicKey(seed)
    : (await import('@noble/curves/ed448.js')).ed448.getPublicKey(seed)
  return { pkcs8: plain(info.privateKeyAlgorithm, info.privateKey), publicKey: publicKeyFrom(info.privateKeyAlgorithm, point) }
}

/** What two public keys have in common when they are one, however their algorithm is named around them. */
export function keyId(key: PublicKey): string {
  switch (key.type) {
    case 'RSA':
      return `RSA ${toHex(key.modulus)} ${toHex(key.exponent)}`
    case 'EC':
      return `${key.curve} ${toHex(key.point)}`
    case 'DSA':
      return `DSA ${toHex(key.spki)}`
    default:
      return `${key.type} ${toHex(key.point)}`
  }
}
