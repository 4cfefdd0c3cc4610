import { createECDH, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { concat, fromBigInt, fromHex } from '../../src/core/bytes.ts'
import { parsePublicKey } from '../../src/x509/index.ts'
import { schemeFitsKey } from '../../src/x509/signed.ts'
import { int, NULL, OID, oid, pss, seq, tlv } from '../cms/builder.ts'
import { codeOf } from '../core/thrown.ts'

const EC = '1.2.840.10045.2.1'
const P256 = '1.2.840.10045.3.1.7'
const bits = (bytes: Uint8Array, unused = 0): Uint8Array => tlv(0x03, Uint8Array.of(unused), bytes)
const spki = (algorithm: Uint8Array, key: Uint8Array): Uint8Array => seq(algorithm, bits(key))

/** INTEGER of a number that is not negative. */
function integer(value: bigint): Uint8Array {
  const bytes = fromBigInt(value)
  return tlv(0x02, bytes.length === 0 || (bytes[0] as number) > 0x7f ? concat([Uint8Array.of(0), bytes]) : bytes)
}

const rsa = (n: bigint, e: bigint, algorithm = seq(oid(OID.rsaEncryption), NULL)): Uint8Array => spki(algorithm, seq(integer(n), integer(e)))
/** An odd number of so many bits. */
const modulus = (length: number): bigint => (1n << BigInt(length - 1)) | 1n

describe('RSA keys', () => {
  it.each([1024, 1025, 2048, 3072, 16_384])('of %i bits are taken', (length) => {
    expect(parsePublicKey(rsa(modulus(length), 65_537n))).toMatchObject({ type: 'RSA', bits: length })
  })

  it.each([8, 512, 1023, 16_385, 20_000])('of %i bits are refused', (length) => {
    expect(codeOf(() => parsePublicKey(rsa(modulus(length), 65_537n)))).toBe('ERR_KEY_INVALID')
  })

  it.each([0n, 1n, 2n, 4n, 65_536n, (1n << 257n) | 1n])('with the exponent %i are refused', (e) => {
    expect(codeOf(() => parsePublicKey(rsa(modulus(2048), e)))).toBe('ERR_KEY_INVALID')
  })

  it('with an exponent that makes every check slow are refused', () => {
    expect(codeOf(() => parsePublicKey(rsa(modulus(16_384), (1n << 255n) | 1n)))).toBe('ERR_KEY_INVALID')
    expect(parsePublicKey(rsa(modulus(2048), 3n))).toMatchObject({ bits: 2048 })
  })

  it('with an even modulus, or none, are refused', () => {
    expect(codeOf(() => parsePublicKey(rsa(modulus(2048) - 1n, 65_537n)))).toBe('ERR_KEY_INVALID')
    expect(codeOf(() => parsePublicKey(rsa(0n, 65_537n)))).toBe('ERR_KEY_INVALID')
  })

  it('that are no structure are an error with a code', () => {
    for (const key of [new Uint8Array(), seq(), seq(int(5)), seq(int(5), int(3), int(1)), int(5), seq(tlv(0x02), tlv(0x02))]) {
      expect(codeOf(() => parsePublicKey(spki(seq(oid(OID.rsaEncryption), NULL), key)))).toMatch(/^ERR_/)
    }
  })

  it('for PSS alone do not check anything else, with parameters or without', () => {
    const free = parsePublicKey(rsa(modulus(2048), 65_537n, seq(oid(OID.rsassaPss))))
    const bound = parsePublicKey(rsa(modulus(2048), 65_537n, pss(OID.sha256, OID.sha256, 32)))
    for (const key of [free, bound]) expect(schemeFitsKey({ kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-256' }, key)).toBe(false)
    const scheme = { kind: 'RSASSA-PSS', digest: 'SHA-256', mgfDigest: 'SHA-256', saltLength: 32 } as const
    expect(schemeFitsKey(scheme, free)).toBe(true)
    expect(schemeFitsKey(scheme, bound)).toBe(true)
    // RFC 4055 §3.3: the digests are those of the key, the salt is no shorter than the key says.
    expect(schemeFitsKey({ ...scheme, digest: 'SHA-512' }, bound)).toBe(false)
    expect(schemeFitsKey({ ...scheme, mgfDigest: 'SHA-1' }, bound)).toBe(false)
    expect(schemeFitsKey({ ...scheme, saltLength: 20 }, bound)).toBe(false)
    expect(schemeFitsKey({ ...scheme, saltLength: 64 }, bound)).toBe(true)
    expect(schemeFitsKey({ ...scheme, digest: 'SHA-512' }, free)).toBe(true)
  })
})

describe('EC keys', () => {
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(fromHex('11'.repeat(32)) ?? new Uint8Array())
  const point = new Uint8Array(ecdh.getPublicKey())
  const compressed = new Uint8Array(ecdh.getPublicKey(null, 'compressed'))
  const key = (octets: Uint8Array, curve = P256): Uint8Array => spki(seq(oid(EC), oid(curve)), octets)

  it('are taken with their point in either form', () => {
    expect(parsePublicKey(key(point))).toMatchObject({ type: 'EC', curve: 'P-256', bits: 256, point })
    expect(parsePublicKey(key(compressed))).toMatchObject({ type: 'EC', point })
  })

  it.each([
    ['P-256', 'P-256'],
    ['P-384', 'P-384'],
    ['P-521', 'P-521'],
    ['brainpoolP256r1', 'brainpoolP256r1'],
    ['brainpoolP384r1', 'brainpoolP384r1'],
    ['brainpoolP512r1', 'brainpoolP512r1'],
  ])('of %s are taken', (namedCurve, curve) => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve })
    expect(parsePublicKey(new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })))).toMatchObject({ type: 'EC', curve })
  })

  it('with a point off the curve, at infinity, or malformed are refused', () => {
    const off = point.slice()
    off[64] = (off[64] as number) ^ 1
    const p = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn
    const beyond = concat([Uint8Array.of(4), fromBigInt(p + 1n, 32), point.subarray(33)])
    for (const octets of [
      off,
      beyond,
      Uint8Array.of(0),
      new Uint8Array(),
      new Uint8Array(65),
      concat([Uint8Array.of(4), new Uint8Array(64)]),
      concat([Uint8Array.of(6), point.subarray(1)]),
      concat([Uint8Array.of(7), point.subarray(1)]),
      point.subarray(0, 64),
      concat([point, Uint8Array.of(0)]),
      compressed.subarray(0, 32),
      concat([Uint8Array.of(5), compressed.subarray(1)]),
      concat([Uint8Array.of(2), fromBigInt(p, 32)]),
    ]) {
      expect(codeOf(() => parsePublicKey(key(octets)))).toBe('ERR_KEY_INVALID')
    }
    // Half of all numbers are no coordinate of a point.
    const codes = Array.from({ length: 16 }, (_, x) => codeOf(() => parsePublicKey(key(concat([Uint8Array.of(2), fromBigInt(BigInt(x + 1), 32)])))))
    expect(new Set(codes)).toEqual(new Set([null, 'ERR_KEY_INVALID']))
  })

  it('of one curve are not points of another', () => {
    expect(codeOf(() => parsePublicKey(key(point, '1.3.36.3.3.2.8.1.1.7')))).toBe('ERR_KEY_INVALID')
    expect(codeOf(() => parsePublicKey(key(point, '1.3.132.0.34')))).toBe('ERR_KEY_INVALID')
  })

  it('with explicit parameters, implicit ones, or an unknown curve are refused', () => {
    const explicit = seq(int(1), seq(oid('1.2.840.10045.1.1'), int(23)), seq(tlv(4, Uint8Array.of(1)), tlv(4, Uint8Array.of(1))), tlv(4, point), int(7))
    expect(codeOf(() => parsePublicKey(spki(seq(oid(EC), explicit), point)))).toBe('ERR_KEY_INVALID')
    expect(codeOf(() => parsePublicKey(spki(seq(oid(EC), NULL), point)))).toBe('ERR_KEY_INVALID')
    expect(codeOf(() => parsePublicKey(spki(seq(oid(EC)), point)))).toBe('ERR_KEY_INVALID')
    expect(codeOf(() => parsePublicKey(key(point, '1.3.132.0.10')))).toBe('ERR_ALGORITHM_UNSUPPORTED')
  })
})

describe('other keys', () => {
  it('of Ed25519 and Ed448 have one length each', () => {
    for (const [algorithm, type, length] of [
      ['1.3.101.112', 'Ed25519', 32],
      ['1.3.101.113', 'Ed448', 57],
    ] as const) {
      expect(parsePublicKey(spki(seq(oid(algorithm)), new Uint8Array(length).fill(7)))).toMatchObject({ type })
      for (const wrong of [0, length - 1, length + 1, 64])
        expect(codeOf(() => parsePublicKey(spki(seq(oid(algorithm)), new Uint8Array(wrong).fill(7))))).toBe('ERR_KEY_INVALID')
    }
  })

  it('of Ed25519 that anybody can sign for are refused', () => {
    const identity = new Uint8Array(32)
    identity[0] = 1
    for (const point of [identity, new Uint8Array(32)]) expect(codeOf(() => parsePublicKey(spki(seq(oid('1.3.101.112')), point)))).toBe('ERR_KEY_INVALID')
  })

  it('of DSA are held to their sizes', () => {
    const { publicKey } = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 })
    expect(parsePublicKey(new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })))).toMatchObject({ type: 'DSA', bits: 1024, qBits: 160 })
    const dsa = (p: bigint, q: bigint, g: bigint, y: bigint): Uint8Array =>
      spki(seq(oid('1.2.840.10040.4.1'), seq(integer(p), integer(q), integer(g))), integer(y))
    for (const wrong of [
      dsa(23n, 11n, 2n, 3n),
      dsa(modulus(1024), modulus(160), 0n, 3n),
      dsa(modulus(1024), modulus(160), 2n, 0n),
      dsa(modulus(8192), modulus(160), 2n, 3n),
    ]) {
      expect(codeOf(() => parsePublicKey(wrong))).toBe('ERR_KEY_INVALID')
    }
    expect(codeOf(() => parsePublicKey(spki(seq(oid('1.2.840.10040.4.1')), integer(3n))))).toBe('ERR_KEY_INVALID')
  })

  it('that are no whole number of octets, unknown, or no structure are refused', () => {
    expect(codeOf(() => parsePublicKey(seq(seq(oid('1.3.101.112')), bits(new Uint8Array(32), 1))))).toBe('ERR_KEY_INVALID')
    expect(codeOf(() => parsePublicKey(spki(seq(oid('1.2.3.4')), new Uint8Array(32))))).toBe('ERR_ALGORITHM_UNSUPPORTED')
    for (const wrong of [new Uint8Array(), seq(), seq(seq(oid(EC))), NULL]) expect(codeOf(() => parsePublicKey(wrong))).toMatch(/^ERR_ASN1_/)
  })
})
