/** SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) taken apart, with the checks that keep weak and malformed keys out. */
import { bitString, decode, type Infer, integer, integerBytes, oid, sequence } from '../asn1/index.ts'
import { type CurveInfo, curveFromOid } from '../core/algorithms.ts'
import { concat, fromBigInt, toBigInt } from '../core/bytes.ts'
import type { PublicKey } from '../core/crypto/provider.ts'
import { KysoError } from '../core/errors.ts'
import { ALGORITHM, AlgorithmIdentifier, pssParameters } from './algorithm-identifier.ts'

/** SubjectPublicKeyInfo. */
export const SubjectPublicKeyInfo = sequence({ algorithm: AlgorithmIdentifier, subjectPublicKey: bitString() })
export type SubjectPublicKeyInfo = Infer<typeof SubjectPublicKeyInfo>

const RsaPublicKey = sequence({ modulus: integerBytes(), publicExponent: integerBytes() })
const DssParms = sequence({ p: integer(), q: integer(), g: integer() })

/** RSA moduli are accepted within these sizes, in bits. */
export const RSA_BITS = { min: 1024, max: 16_384 } as const

/** Exponents beyond these are met in no key and make every check slow: FIPS 186-5 §5.1, and OpenSSL's bound for large moduli. */
const RSA_EXPONENT_BITS = 256
const RSA_EXPONENT_BITS_LARGE = 64
const RSA_LARGE = 3072

function invalid(detail: string, data: Record<string, string | number> = {}): KysoError {
  return new KysoError('ERR_KEY_INVALID', detail, data)
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length
}

/** The octets without a sign octet. Keys exist whose encoder forgot it: read as the positive number that was meant, as others do. */
function unsigned(content: Uint8Array): Uint8Array {
  return content[0] === 0 ? content.subarray(1) : content
}

function rsaKey(spki: Uint8Array, info: SubjectPublicKeyInfo): PublicKey {
  const key = decode(RsaPublicKey, info.subjectPublicKey.bytes)
  const modulus = unsigned(key.modulus)
  const exponent = unsigned(key.publicExponent)
  const bits = bitLengthOf(modulus)
  if (bits < RSA_BITS.min || bits > RSA_BITS.max) throw invalid(`an RSA modulus of ${bits} bits`, { bits })
  const e = toBigInt(exponent)
  if (e < 3n || e % 2n === 0n || bitLengthOf(exponent) > (bits > RSA_LARGE ? RSA_EXPONENT_BITS_LARGE : RSA_EXPONENT_BITS))
    throw invalid('an RSA exponent that is even, below 3 or too large')
  if (((modulus[modulus.length - 1] as number) & 1) === 0) throw invalid('an even RSA modulus')
  const { algorithm, parameters } = info.algorithm
  if (algorithm !== ALGORITHM.rsassaPss) return { type: 'RSA', spki, modulus, exponent, bits }
  // RFC 4055 §1.2: such a key signs RSASSA-PSS alone, whether it names parameters or not.
  return { type: 'RSA', spki, modulus, exponent, bits, pssOnly: true, ...(parameters ? { pss: pssParameters(parameters) } : {}) }
}

/** Bits of an unsigned number without leading zero octets. */
function bitLengthOf(bytes: Uint8Array): number {
  return bytes.length === 0 ? 0 : bytes.length * 8 - Math.clz32(bytes[0] as number) + 24
}

function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  let b = base % modulus
  for (let e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * b) % modulus
    b = (b * b) % modulus
  }
  return result
}

/**
 * The point of an EC key, uncompressed, after checking that it lies on its curve (SEC 1 §3.2.2.1). The cofactor of every
 * curve here is 1, so that is all a public key needs.
 */
function checkedPoint(curve: CurveInfo, point: Uint8Array): Uint8Array {
  const form = point[0]
  const compressed = form === 2 || form === 3
  if (!(form === 4 && point.length === 1 + 2 * curve.length) && !(compressed && point.length === 1 + curve.length))
    throw invalid(`a malformed point on ${curve.name}`)
  const x = toBigInt(point.subarray(1, 1 + curve.length))
  const { p, a, b } = curve
  const right = (((x * x) % p) * x + a * x + b) % p
  let y = compressed ? modPow(right, (p + 1n) / 4n, p) : toBigInt(point.subarray(1 + curve.length))
  if (x >= p || y >= p || (y * y) % p !== right) throw invalid(`a point that is not on ${curve.name}`)
  if (!compressed) return point
  if (Number(y & 1n) !== form - 2) y = p - y
  return concat([Uint8Array.of(4), fromBigInt(x, curve.length), fromBigInt(y, curve.length)])
}

function ecKey(spki: Uint8Array, info: SubjectPublicKeyInfo): PublicKey {
  const { parameters } = info.algorithm
  if (!parameters) throw invalid('an EC key without its curve')
  // RFC 5480 §2.1.1: namedCurve alone; explicit parameters let an attacker choose the generator (CVE-2020-0601).
  if (parameters[0] !== 0x06) throw invalid('an EC key with explicit curve parameters')
  const curveOid = decode(oid(), parameters)
  const curve = curveFromOid(curveOid)
  if (!curve) throw new KysoError('ERR_ALGORITHM_UNSUPPORTED', `the curve ${curveOid} is not supported`, { algorithm: curveOid })
  return { type: 'EC', spki, curve: curve.name, point: checkedPoint(curve, info.subjectPublicKey.bytes), bits: bitLength(curve.n) }
}

/** y-coordinates of the points of order 8 on edwards25519. */
const ORDER_8 = [0x5fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n, 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n]

/** Points of small order verify one value over many messages, so they identify nobody (RFC 8032 §8.7 leaves the check to the user). */
function hasSmallOrder(type: 'Ed25519' | 'Ed448', point: Uint8Array): boolean {
  const p = type === 'Ed25519' ? 2n ** 255n - 19n : 2n ** 448n - 2n ** 224n - 1n
  const littleEndian = point.slice().reverse()
  littleEndian[0] = (littleEndian[0] as number) & 0x7f
  const y = toBigInt(littleEndian) % p
  return y <= 1n || y === p - 1n || (type === 'Ed25519' && ORDER_8.includes(y))
}

function dsaKey(spki: Uint8Array, info: SubjectPublicKeyInfo): PublicKey {
  if (!info.algorithm.parameters) throw invalid('a DSA key without its parameters')
  const { p, q, g } = decode(DssParms, info.algorithm.parameters)
  const y = decode(integer(), info.subjectPublicKey.bytes)
  const bits = bitLength(p)
  if (bits < 512 || bits > 4096 || bitLength(q) < 160 || bitLength(q) > 256) throw invalid(`a DSA key of ${bits} bits`, { bits })
  if (g <= 1n || g >= p || y <= 1n || y >= p || (p - 1n) % q !== 0n) throw invalid('DSA parameters out of range')
  return { type: 'DSA', spki, bits, qBits: bitLength(q) }
}

/**
 * The key of a SubjectPublicKeyInfo.
 *
 * @param spki DER
 * @throws KysoError `ERR_KEY_INVALID` for RSA outside 1,024–16,384 bits or with a bad exponent, for points off their curve
 *   and for malformed keys; `ERR_ALGORITHM_UNSUPPORTED` for other algorithms and curves; `ERR_ASN1_*`
 * @example
 * ```ts
 * parsePublicKey(certificate.spki).bits // => 256
 * ```
 */
export function parsePublicKey(spki: Uint8Array): PublicKey {
  const info = decode(SubjectPublicKeyInfo, spki)
  const { algorithm } = info.algorithm
  if (info.subjectPublicKey.unusedBits !== 0) throw invalid('a public key that is no whole number of octets')
  switch (algorithm) {
    case ALGORITHM.rsaEncryption:
    case ALGORITHM.rsassaPss:
      return rsaKey(spki, info)
    case ALGORITHM.ecPublicKey:
      return ecKey(spki, info)
    case ALGORITHM.dsa:
      return dsaKey(spki, info)
    case ALGORITHM.ed25519:
    case ALGORITHM.ed448: {
      const type = algorithm === ALGORITHM.ed25519 ? 'Ed25519' : 'Ed448'
      const point = info.subjectPublicKey.bytes
      if (point.length !== (type === 'Ed25519' ? 32 : 57)) throw invalid(`a malformed ${type} key`)
      if (hasSmallOrder(type, point)) throw invalid(`an ${type} key of small order`)
      return { type, spki, point, bits: type === 'Ed25519' ? 256 : 448 }
    }
    default:
      throw new KysoError('ERR_ALGORITHM_UNSUPPORTED', `the public key algorithm ${algorithm} is not supported`, { algorithm })
  }
}
