import { createHash, generateKeyPairSync } from 'node:crypto'
import { brainpoolP256r1, brainpoolP384r1, brainpoolP512r1 } from '@noble/curves/misc.js'
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { sha224, sha256, sha384, sha512, sha512_256 } from '@noble/hashes/sha2.js'
import { sha3_224, sha3_256, sha3_384, sha3_512 } from '@noble/hashes/sha3.js'
import { getOIDByAlgorithm } from 'pkijs'
import { describe, expect, it } from 'vitest'
import { oidToContent } from '../../src/asn1/types.ts'
import {
  CURVES,
  curveFromOid,
  curveInfo,
  DIGESTS,
  type DigestAlgorithm,
  digestFromOid,
  digestInfo,
  parseSignatureAlgorithm,
  type SignatureAlgorithm,
  signatureAlgorithmName,
} from '../../src/core/algorithms.ts'
import { indexOf } from '../../src/core/bytes.ts'
import { codeOf } from './thrown.ts'

/** An OBJECT IDENTIFIER element. */
const derOid = (oid: string): Uint8Array => Uint8Array.of(6, oidToContent(oid).length, ...oidToContent(oid))

describe('digests', () => {
  const noble = new Map<DigestAlgorithm, { oid?: Uint8Array; outputLen: number }>([
    ['SHA-224', sha224],
    ['SHA-256', sha256],
    ['SHA-384', sha384],
    ['SHA-512', sha512],
    ['SHA-512/256', sha512_256],
    ['SHA3-224', sha3_224],
    ['SHA3-256', sha3_256],
    ['SHA3-384', sha3_384],
    ['SHA3-512', sha3_512],
  ])

  it.each([...noble])('%s: identifier and length as noble has them', (name, hash) => {
    expect(hash.oid).toEqual(derOid(digestInfo(name).oid))
    expect(hash.outputLen).toBe(digestInfo(name).length)
  })

  it.each(['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'] as const)('%s: identifier as pkijs has it', (name) => {
    expect(getOIDByAlgorithm({ name })).toBe(digestInfo(name).oid)
  })

  it('MD5 and SHAKE256 (RFC 1321, NIST CSOR)', () => {
    expect(digestInfo('MD5').oid).toBe('1.2.840.113549.2.5')
    expect(createHash('md5').digest()).toHaveLength(digestInfo('MD5').length)
    expect(digestInfo('SHAKE256-512').oid).toBe('2.16.840.1.101.3.4.2.12')
    expect(digestInfo('SHAKE256-512').length).toBe(64)
  })

  it('identifiers and names are unique and found both ways', () => {
    expect(new Set(DIGESTS.map((d) => d.oid)).size).toBe(DIGESTS.length)
    for (const digest of DIGESTS) {
      expect(digestFromOid(digest.oid)).toBe(digest.name)
      expect(digestInfo(digest.name)).toBe(digest)
    }
    expect(digestFromOid('2.16.840.1.101.3.4.2.99')).toBeUndefined()
  })

  it('only MD5 and SHA-1 are weak', () => expect(DIGESTS.filter((d) => d.weak).map((d) => d.name)).toEqual(['MD5', 'SHA-1']))
})

describe('curves', () => {
  const noble = {
    'P-256': p256.Point.CURVE(),
    'P-384': p384.Point.CURVE(),
    'P-521': p521.Point.CURVE(),
    brainpoolP256r1: brainpoolP256r1.Point.CURVE(),
    brainpoolP384r1: brainpoolP384r1.Point.CURVE(),
    brainpoolP512r1: brainpoolP512r1.Point.CURVE(),
  }

  it.each(CURVES.map((c) => [c.name, c] as const))('%s: domain parameters as noble has them', (name, curve) => {
    const { p, a, b, n } = noble[name]
    expect({ p: curve.p, a: curve.a, b: curve.b, n: curve.n }).toEqual({ p, a, b, n })
    expect(curve.length).toBe(Math.ceil(p.toString(2).length / 8))
    // A checker of compressed points takes a square root by (p + 1) / 4.
    expect(curve.p % 4n).toBe(3n)
  })

  it.each(CURVES.map((c) => [c.name, c] as const))('%s: identifier as OpenSSL writes it', (name, curve) => {
    const { publicKey } = generateKeyPairSync('ec', {
      namedCurve: { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' }[name as string] ?? name,
    })
    expect(indexOf(publicKey.export({ type: 'spki', format: 'der' }), derOid(curve.oid))).toBeGreaterThan(0)
    expect(curveFromOid(curve.oid)).toBe(curve)
    expect(curveInfo(name)).toBe(curve)
  })

  it('knows no other', () => expect(curveFromOid('1.3.132.0.10')).toBeUndefined())
})

describe('signature algorithms', () => {
  it.each<[SignatureAlgorithm, ReturnType<typeof parseSignatureAlgorithm>]>([
    ['RSASSA-PKCS1-v1_5-SHA256', { scheme: { kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-256' }, digest: 'SHA-256' }],
    ['RSASSA-PSS-SHA384', { scheme: { kind: 'RSASSA-PSS', digest: 'SHA-384', mgfDigest: 'SHA-384', saltLength: 48 }, digest: 'SHA-384' }],
    ['ECDSA-SHA3-512', { scheme: { kind: 'ECDSA', digest: 'SHA3-512' }, digest: 'SHA3-512' }],
    ['ECDSA-SHA1', { scheme: { kind: 'ECDSA', digest: 'SHA-1' }, digest: 'SHA-1' }],
    ['Ed25519', { scheme: { kind: 'Ed25519' }, digest: 'SHA-512' }],
    ['Ed448', { scheme: { kind: 'Ed448' }, digest: 'SHAKE256-512' }],
  ])('%s', (name, parts) => {
    expect(parseSignatureAlgorithm(name)).toEqual(parts)
    expect(signatureAlgorithmName(parts.scheme)).toBe(name)
  })

  it.each(['', 'RSA', 'ECDSA-', 'ECDSA-SHA257', 'ecdsa-SHA256', 'ECDSA-constructor', 'ECDSA-__proto__', 'RSASSA-PSS-toString', 'DSA-SHA1', 'Ed25519ph'])(
    '%j is none',
    (name) => {
      expect(codeOf(() => parseSignatureAlgorithm(name as SignatureAlgorithm))).toBe('ERR_ALGORITHM_UNSUPPORTED')
    },
  )
})
