/**
 * The algorithm registry: digests, curves, and the names that AlgorithmIdentifiers and signers use for them.
 * Object identifiers follow RFC 3279, RFC 4055, RFC 5754, RFC 5758, RFC 8410, RFC 8419, RFC 8702 and the NIST CSOR.
 */
import type { CurveName, SignatureScheme } from './crypto/provider.ts'
import { KysoError } from './errors.ts'

/** Digest algorithms by their common names. */
export type DigestAlgorithm =
  | 'MD5'
  | 'SHA-1'
  | 'SHA-224'
  | 'SHA-256'
  | 'SHA-384'
  | 'SHA-512'
  | 'SHA-512/256'
  | 'SHA3-224'
  | 'SHA3-256'
  | 'SHA3-384'
  | 'SHA3-512'
  | 'SHAKE256-512'

/** What the registry knows of a digest. `weak`: collisions are practical or near, so policies judge it by date. */
export interface DigestInfo {
  readonly name: DigestAlgorithm
  readonly oid: string
  /** Output length in bytes. */
  readonly length: number
  readonly weak: boolean
}

/** Every digest of the registry. */
export const DIGESTS: readonly DigestInfo[] = [
  { name: 'MD5', oid: '1.2.840.113549.2.5', length: 16, weak: true },
  { name: 'SHA-1', oid: '1.3.14.3.2.26', length: 20, weak: true },
  { name: 'SHA-224', oid: '2.16.840.1.101.3.4.2.4', length: 28, weak: false },
  { name: 'SHA-256', oid: '2.16.840.1.101.3.4.2.1', length: 32, weak: false },
  { name: 'SHA-384', oid: '2.16.840.1.101.3.4.2.2', length: 48, weak: false },
  { name: 'SHA-512', oid: '2.16.840.1.101.3.4.2.3', length: 64, weak: false },
  { name: 'SHA-512/256', oid: '2.16.840.1.101.3.4.2.6', length: 32, weak: false },
  { name: 'SHA3-224', oid: '2.16.840.1.101.3.4.2.7', length: 28, weak: false },
  { name: 'SHA3-256', oid: '2.16.840.1.101.3.4.2.8', length: 32, weak: false },
  { name: 'SHA3-384', oid: '2.16.840.1.101.3.4.2.9', length: 48, weak: false },
  { name: 'SHA3-512', oid: '2.16.840.1.101.3.4.2.10', length: 64, weak: false },
  // RFC 8419 §3.1 and RFC 8702 §3.1: Ed448 in CMS goes with SHAKE256 of 512 bits.
  { name: 'SHAKE256-512', oid: '2.16.840.1.101.3.4.2.12', length: 64, weak: false },
]

const digestByOid = new Map(DIGESTS.map((d) => [d.oid, d]))
const digestByName = new Map(DIGESTS.map((d) => [d.name, d]))

/** The digest of an object identifier, or `undefined`. */
export function digestFromOid(oid: string): DigestAlgorithm | undefined {
  return digestByOid.get(oid)?.name
}

/** What the registry knows of a digest. */
export function digestInfo(name: DigestAlgorithm): DigestInfo {
  const info = digestByName.get(name)
  if (!info) throw new KysoError('ERR_ALGORITHM_UNSUPPORTED', `no digest ${name}`, { algorithm: name })
  return info
}

/** What a signer says of itself: scheme and digest in one name. */
export type SignatureAlgorithm = `RSASSA-PKCS1-v1_5-${SignerDigest}` | `RSASSA-PSS-${SignerDigest}` | `ECDSA-${SignerDigest}` | 'Ed25519' | 'Ed448'

/** Digest part of a {@link SignatureAlgorithm}. */
export type SignerDigest = 'SHA1' | 'SHA224' | 'SHA256' | 'SHA384' | 'SHA512' | 'SHA3-224' | 'SHA3-256' | 'SHA3-384' | 'SHA3-512'

const SIGNER_DIGESTS: Readonly<Record<SignerDigest, DigestAlgorithm>> = {
  SHA1: 'SHA-1',
  SHA224: 'SHA-224',
  SHA256: 'SHA-256',
  SHA384: 'SHA-384',
  SHA512: 'SHA-512',
  'SHA3-224': 'SHA3-224',
  'SHA3-256': 'SHA3-256',
  'SHA3-384': 'SHA3-384',
  'SHA3-512': 'SHA3-512',
}

/** A signer's algorithm taken apart: its scheme, and the digest the document is hashed with. */
export interface SignatureAlgorithmParts {
  readonly scheme: SignatureScheme
  readonly digest: DigestAlgorithm
}

/**
 * Takes the name of a signature algorithm apart. PSS uses MGF1 with the same digest and a salt as long as the digest
 * (RFC 4055 §3.1); Ed25519 goes with SHA-512 and Ed448 with SHAKE256 (RFC 8419 §3.1).
 * Throws `ERR_ALGORITHM_UNSUPPORTED` for a name that is not one.
 */
export function parseSignatureAlgorithm(name: SignatureAlgorithm): SignatureAlgorithmParts {
  if (name === 'Ed25519') return { scheme: { kind: 'Ed25519' }, digest: 'SHA-512' }
  if (name === 'Ed448') return { scheme: { kind: 'Ed448' }, digest: 'SHAKE256-512' }
  const match = /^(RSASSA-PKCS1-v1_5|RSASSA-PSS|ECDSA)-(.+)$/.exec(name)
  const digest = match && Object.hasOwn(SIGNER_DIGESTS, match[2] as string) ? SIGNER_DIGESTS[match[2] as SignerDigest] : undefined
  if (!match || !digest) throw new KysoError('ERR_ALGORITHM_UNSUPPORTED', `no signature algorithm ${name}`, { algorithm: name })
  const kind = match[1] as 'RSASSA-PKCS1-v1_5' | 'RSASSA-PSS' | 'ECDSA'
  if (kind === 'RSASSA-PSS') return { scheme: { kind, digest, mgfDigest: digest, saltLength: digestInfo(digest).length }, digest }
  return { scheme: { kind, digest }, digest }
}

/** The name of a scheme as reports and signers spell it. */
export function signatureAlgorithmName(scheme: SignatureScheme): string {
  return 'digest' in scheme ? `${scheme.kind}-${scheme.digest.replace(/^SHA-/, 'SHA')}` : scheme.kind
}

/** Domain parameters as far as checking a point needs them, and the object identifier of the named curve. */
export interface CurveInfo {
  readonly name: CurveName
  readonly oid: string
  /** Length of a coordinate in bytes. */
  readonly length: number
  readonly p: bigint
  readonly a: bigint
  readonly b: bigint
  /** Order of the base point. */
  readonly n: bigint
}

const curve = (name: CurveName, oid: string, length: number, p: string, a: string, b: string, n: string): CurveInfo => ({
  name,
  oid,
  length,
  p: BigInt(`0x${p}`),
  a: BigInt(`0x${a}`),
  b: BigInt(`0x${b}`),
  n: BigInt(`0x${n}`),
})

/** The named curves (FIPS 186-5, RFC 5639) of the registry. */
export const CURVES: readonly CurveInfo[] = [
  curve(
    'P-256',
    '1.2.840.10045.3.1.7',
    32,
    'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff',
    'ffffffff00000001000000000000000000000000fffffffffffffffffffffffc',
    '5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b',
    'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  ),
  curve(
    'P-384',
    '1.3.132.0.34',
    48,
    'fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff',
    'fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000fffffffc',
    'b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef',
    'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  ),
  curve(
    'P-521',
    '1.3.132.0.35',
    66,
    `01${'ff'.repeat(65)}`,
    `01${'ff'.repeat(64)}fc`,
    '0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00',
    '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
  ),
  curve(
    'brainpoolP256r1',
    '1.3.36.3.3.2.8.1.1.7',
    32,
    'a9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377',
    '7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9',
    '26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6',
    'a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7',
  ),
  curve(
    'brainpoolP384r1',
    '1.3.36.3.3.2.8.1.1.11',
    48,
    '8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b412b1da197fb71123acd3a729901d1a71874700133107ec53',
    '7bc382c63d8c150c3c72080ace05afa0c2bea28e4fb22787139165efba91f90f8aa5814a503ad4eb04a8c7dd22ce2826',
    '04a8c7dd22ce28268b39b55416f0447c2fb77de107dcd2a62e880ea53eeb62d57cb4390295dbc9943ab78696fa504c11',
    '8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b31f166e6cac0425a7cf3ab6af6b7fc3103b883202e9046565',
  ),
  curve(
    'brainpoolP512r1',
    '1.3.36.3.3.2.8.1.1.13',
    64,
    'aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca703308717d4d9b009bc66842aecda12ae6a380e62881ff2f2d82c68528aa6056583a48f3',
    '7830a3318b603b89e2327145ac234cc594cbdd8d3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94ca',
    '3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94cadc083e67984050b75ebae5dd2809bd638016f723',
    'aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca70330870553e5c414ca92619418661197fac10471db1d381085ddaddb58796829ca90069',
  ),
]

/** The curve of an object identifier, or `undefined`. */
export function curveFromOid(oid: string): CurveInfo | undefined {
  return CURVES.find((c) => c.oid === oid)
}

/** What the registry knows of a curve. */
export function curveInfo(name: CurveName): CurveInfo {
  return CURVES.find((c) => c.name === name) as CurveInfo
}
