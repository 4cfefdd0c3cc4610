import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../src/asn1/index.ts'
import type { SignatureScheme } from '../../src/core/crypto/provider.ts'
import { AlgorithmIdentifier, digestAlgorithm, signatureIdentifier, signatureScheme } from '../../src/x509/algorithm-identifier.ts'
import { int, NULL, OID, oid, pss, seq, tlv } from '../cms/builder.ts'
import { codeOf } from '../core/thrown.ts'

const read = (der: Uint8Array): AlgorithmIdentifier => decode(AlgorithmIdentifier, der)
const scheme = (der: Uint8Array, digest?: 'SHA-256'): SignatureScheme => signatureScheme(read(der), digest)

describe('signature algorithms', () => {
  it.each<[string, SignatureScheme]>([
    ['1.2.840.113549.1.1.5', { kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-1' }],
    ['1.2.840.113549.1.1.11', { kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-256' }],
    ['1.2.840.113549.1.1.13', { kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-512' }],
    ['2.16.840.1.101.3.4.3.14', { kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA3-256' }],
    ['1.2.840.10045.4.3.2', { kind: 'ECDSA', digest: 'SHA-256' }],
    ['2.16.840.1.101.3.4.3.10', { kind: 'ECDSA', digest: 'SHA3-256' }],
    ['2.16.840.1.101.3.4.3.2', { kind: 'DSA', digest: 'SHA-256' }],
    ['1.3.101.112', { kind: 'Ed25519' }],
    ['1.3.101.113', { kind: 'Ed448' }],
  ])('%s is read and written', (id, expected) => {
    expect(scheme(seq(oid(id)))).toEqual(expected)
    expect(signatureIdentifier(expected).algorithm).toBe(id)
  })

  it('of the key alone need the digest from elsewhere', () => {
    for (const [id, kind] of [
      [OID.rsaEncryption, 'RSASSA-PKCS1-v1_5'],
      ['1.2.840.10045.2.1', 'ECDSA'],
      ['1.2.840.10040.4.1', 'DSA'],
    ] as const) {
      expect(scheme(seq(oid(id)), 'SHA-256')).toEqual({ kind, digest: 'SHA-256' })
      expect(codeOf(() => scheme(seq(oid(id))))).toBe('ERR_ALGORITHM_UNSUPPORTED')
    }
  })

  it('that are not known are named', () => {
    expect(() => scheme(seq(oid('1.2.3.4')), 'SHA-256')).toThrowError(
      expect.objectContaining({ code: 'ERR_ALGORITHM_UNSUPPORTED', data: { algorithm: '1.2.3.4' } }),
    )
    expect(codeOf(() => digestAlgorithm(read(seq(oid('1.2.3.4')))))).toBe('ERR_ALGORITHM_UNSUPPORTED')
  })
})

describe('RSASSA-PSS parameters (RFC 4055 §3.1)', () => {
  it('default to SHA-1, MGF1 with SHA-1, and 20 octets of salt', () => {
    expect(scheme(seq(oid(OID.rsassaPss), seq()))).toEqual({ kind: 'RSASSA-PSS', digest: 'SHA-1', mgfDigest: 'SHA-1', saltLength: 20 })
    // Each default on its own: a digest that is named does not change that of the mask.
    expect(scheme(seq(oid(OID.rsassaPss), seq(tlv(0xa0, seq(oid(OID.sha256))))))).toEqual({
      kind: 'RSASSA-PSS',
      digest: 'SHA-256',
      mgfDigest: 'SHA-1',
      saltLength: 20,
    })
    expect(scheme(seq(oid(OID.rsassaPss), seq(tlv(0xa2, int(32)))))).toEqual({ kind: 'RSASSA-PSS', digest: 'SHA-1', mgfDigest: 'SHA-1', saltLength: 32 })
  })

  it('are read as they stand, and written so that they are read again', () => {
    const expected = { kind: 'RSASSA-PSS', digest: 'SHA-256', mgfDigest: 'SHA-512', saltLength: 17 } as const
    expect(scheme(pss(OID.sha256, OID.sha512, 17))).toEqual(expected)
    expect(scheme(encode(AlgorithmIdentifier, signatureIdentifier(expected)))).toEqual(expected)
    for (const digest of ['SHA-1', 'SHA-256', 'SHA3-512'] as const) {
      const one = { kind: 'RSASSA-PSS', digest, mgfDigest: digest, saltLength: 20 } as const
      expect(scheme(encode(AlgorithmIdentifier, signatureIdentifier(one)))).toEqual(one)
    }
  })

  it.each<[string, Uint8Array]>([
    ['none', seq(oid(OID.rsassaPss))],
    ['NULL', seq(oid(OID.rsassaPss), NULL)],
    ['another trailer', pss(OID.sha256, OID.sha256, 32, 2)],
    ['a negative salt', seq(oid(OID.rsassaPss), seq(tlv(0xa2, tlv(2, Uint8Array.of(0xff)))))],
    ['a salt longer than any key', seq(oid(OID.rsassaPss), seq(tlv(0xa2, tlv(2, Uint8Array.of(0x7f, 0xff, 0xff)))))],
    ['an unknown digest', pss('1.2.3.4', OID.sha256, 32)],
    ['an unknown digest of the mask', pss(OID.sha256, '1.2.3.4', 32)],
    ['another mask', seq(oid(OID.rsassaPss), seq(tlv(0xa1, seq(oid('1.2.3.4'), seq(oid(OID.sha256))))))],
    ['a mask without its digest', seq(oid(OID.rsassaPss), seq(tlv(0xa1, seq(oid(OID.mgf1)))))],
    ['parts in another order', seq(oid(OID.rsassaPss), seq(tlv(0xa2, int(32)), tlv(0xa0, seq(oid(OID.sha256)))))],
    ['a part twice', seq(oid(OID.rsassaPss), seq(tlv(0xa2, int(32)), tlv(0xa2, int(32))))],
    ['a part too many', seq(oid(OID.rsassaPss), seq(tlv(0xa4, int(1))))],
  ])('%s: refused', (_, der) => {
    expect(codeOf(() => scheme(der))).toMatch(/^ERR_(SIGNATURE_MALFORMED|ALGORITHM_UNSUPPORTED|ASN1_\w+)$/)
  })
})

describe('EdDSA', () => {
  it('has no parameters, not even NULL (RFC 8410 §3)', () => {
    for (const id of ['1.3.101.112', '1.3.101.113']) expect(codeOf(() => scheme(seq(oid(id), NULL)))).toBe('ERR_SIGNATURE_MALFORMED')
  })
})
