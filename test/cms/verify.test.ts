import { constants, createHash, generateKeyPairSync, privateEncrypt } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { concat, utf8 } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { readCertificate } from '../../src/testing/certificate.ts'
import { Lab, type LabIdentity, type LabKeyAlgorithm } from '../../src/testing/index.ts'
import { parsePublicKey } from '../../src/x509/index.ts'
import { verifyScheme } from '../../src/x509/signed.ts'
import {
  algorithmOf,
  attr,
  cms,
  hashed,
  int,
  NULL,
  OID,
  octets,
  oid,
  pss,
  seq,
  set,
  signingCertificateV1,
  signingCertificateV2,
  sorted,
  tlv,
  usualAttributes,
} from './builder.ts'
import { check, open, resultOf } from './support.ts'

const content = utf8('Hợp đồng số 1')
let lab: Lab
let signer: LabIdentity
let rsa: LabIdentity

beforeAll(async () => {
  lab = await Lab.create()
  signer = await lab.issue()
  rsa = await lab.issue({ algorithm: 'RSA-2048' })
})

describe('a signer that is in order', () => {
  it.each<{ algorithm: LabKeyAlgorithm; pss?: boolean }>([
    { algorithm: 'RSA-2048' },
    { algorithm: 'RSA-2048', pss: true },
    { algorithm: 'P-256' },
    { algorithm: 'P-384' },
    { algorithm: 'Ed25519' },
  ])('passes every check: $algorithm $pss', async ({ algorithm, pss: isPss }) => {
    const identity = await lab.issue({ algorithm, ...(isPss ? { pss: true } : {}) })
    const result = await check(await cms(identity, content), content)
    expect(open(result)).toEqual([])
    expect(result.boundBy).toBe('signingCertificateV2')
    expect(result.certificate?.bytes).toEqual(identity.certificate)
  })

  it('is read in BER with indefinite lengths and a split content', async () => {
    const bytes = await cms(signer, content, { ber: true, eContent: content })
    const result = await check(bytes, utf8('not looked at'))
    expect(result.cms.content).toEqual(content)
    expect(open(result)).toEqual([])
  })

  it('leaves what follows the structure alone, and tells where it ended', async () => {
    const bytes = await cms(signer, content)
    const result = await check(concat([bytes, new Uint8Array(40)]), content)
    expect(result.cms.bytes).toEqual(bytes)
    expect(open(result)).toEqual([])
  })

  it('may sign the content without attributes', async () => {
    const result = await check(await cms(signer, content, { attributes: null }), content)
    expect(open(result)).toEqual(['signingCertificateAttribute?'])
    expect(resultOf(result, 'signatureValue')).toBe('passed')
    expect(open(await check(await cms(signer, content, { attributes: null }), utf8('another')))).toContain('signatureValue')
  })

  it('is named by its key identifier, too', async () => {
    const { spki } = readCertificate(signer.certificate)
    const point = spki.subarray(spki.length - 65)
    const result = await check(await cms(signer, content, { sid: tlv(0x80, await hashed(OID.sha1, point)) }), content)
    expect(open(result)).toEqual([])
  })
})

describe('signed attributes', () => {
  it('without contentType, with another one, or with two are refused', async () => {
    const [contentType, ...rest] = await usualAttributes(signer, content)
    if (!contentType) throw new Error('no attributes')
    expect(open(await check(await cms(signer, content, { attributes: rest }), content))).toEqual(['contentType'])
    for (const attributes of [
      [attr(OID.contentType, oid(OID.tstInfo)), ...rest],
      [contentType, contentType, ...rest],
      [attr(OID.contentType, oid(OID.data), oid(OID.data)), ...rest],
      [attr(OID.contentType), ...rest],
      [attr(OID.contentType, octets(content)), ...rest],
    ]) {
      expect(open(await check(await cms(signer, content, { attributes: sorted(attributes) }), content))).toEqual(['contentType'])
    }
  })

  it('without messageDigest, with another one, or with two are refused, even where one of the two is right', async () => {
    const all = await usualAttributes(signer, content)
    const right = attr(OID.messageDigest, octets(await hashed(OID.sha256, content)))
    const wrong = attr(OID.messageDigest, octets(await hashed(OID.sha256, utf8('another'))))
    const rest = all.filter((one) => !one.every((byte, i) => byte === right[i]))
    expect(rest).toHaveLength(2)
    for (const attributes of [
      rest,
      [...rest, wrong],
      [...rest, right, wrong],
      [...rest, right, right],
      [...rest, attr(OID.messageDigest, octets(await hashed(OID.sha256, content)), octets(await hashed(OID.sha256, utf8('another'))))],
      [...rest, attr(OID.messageDigest)],
      [...rest, attr(OID.messageDigest, octets((await hashed(OID.sha256, content)).subarray(0, 16)))],
      [...rest, attr(OID.messageDigest, octets(new Uint8Array()))],
    ]) {
      expect(open(await check(await cms(signer, content, { attributes: sorted(attributes) }), content))).toEqual(['messageDigest'])
    }
  })

  it('that are absent are refused where the content is not data, or one thing could be taken for another', async () => {
    const result = await check(await cms(signer, content, { attributes: null, eContentType: OID.tstInfo }), content)
    expect(open(result)).toContain('signedAttributes')
  })

  it('that are an empty set are not the same as none', async () => {
    const result = await check(await cms(signer, content, { attributes: [], signedBytes: content }), content)
    expect(open(result)).toEqual(expect.arrayContaining(['contentType', 'messageDigest', 'signatureValue']))
  })

  it('stored out of order are told; the signature is over DER all the same', async () => {
    const attributes = (await usualAttributes(signer, content)).reverse()
    const result = await check(await cms(signer, content, { attributes }), content)
    expect(open(result)).toEqual(['signedAttributesOrder'])
    expect(result.cms.signerInfos[0]?.signed?.stored).toBe('unsorted')
  })

  it('signed in the order in which they are stored fail', async () => {
    const attributes = (await usualAttributes(signer, content)).reverse()
    const result = await check(await cms(signer, content, { attributes, signedBytes: set(...attributes) }), content)
    expect(open(result)).toEqual(['signedAttributesOrder', 'signatureValue'])
  })

  it('signed under their implicit tag instead of that of a SET fail', async () => {
    const attributes = await usualAttributes(signer, content)
    const result = await check(await cms(signer, content, { attributes, signedBytes: tlv(0xa0, ...attributes) }), content)
    expect(open(result)).toEqual(['signatureValue'])
  })

  it('stored in BER are told', async () => {
    const [first, ...rest] = await usualAttributes(signer, content)
    if (!first) throw new Error('no attributes')
    // The same SEQUENCE with a length that is longer than need be.
    const long = concat([Uint8Array.of(0x30, 0x81, first[1] as number), first.subarray(2)])
    const result = await check(await cms(signer, content, { attributes: [long, ...rest], signedBytes: set(first, ...rest) }), content)
    expect(open(result)).toEqual(['signedAttributesOrder'])
    expect(result.cms.signerInfos[0]?.signed?.stored).not.toBe('der')
  })

  it('tell the time the signer claims once only', async () => {
    const time = attr(OID.signingTime, tlv(0x17, utf8('260601080000Z')))
    const usual = await usualAttributes(signer, content)
    expect((await check(await cms(signer, content, { attributes: sorted([...usual, time]) }), content)).signingTime).toEqual(new Date('2026-06-01T08:00:00Z'))
    expect((await check(await cms(signer, content, { attributes: sorted([...usual, time, time]) }), content)).signingTime).toBeUndefined()
  })
})

describe('the signing-certificate attribute', () => {
  const base = async (): Promise<Uint8Array[]> => (await usualAttributes(signer, content)).slice(0, 2)

  it('is at hand or not done', async () => {
    const result = await check(await cms(signer, content, { attributes: sorted(await base()) }), content)
    expect(open(result)).toEqual(['signingCertificateAttribute?'])
    expect(result.boundBy).toBeNull()
  })

  it('may be of version 1, or of both', async () => {
    const v1 = await signingCertificateV1(signer.certificate)
    const v2 = await signingCertificateV2(signer.certificate)
    const one = await check(await cms(signer, content, { attributes: sorted([...(await base()), v1]) }), content)
    expect([open(one), one.boundBy]).toEqual([[], 'signingCertificate'])
    const both = await check(await cms(signer, content, { attributes: sorted([...(await base()), v1, v2]) }), content)
    expect([open(both), both.boundBy]).toEqual([[], 'signingCertificateV2'])
  })

  it('fails where the two versions contradict each other, whichever is right', async () => {
    const other = await lab.issue()
    for (const attributes of [
      [await signingCertificateV1(signer.certificate), await signingCertificateV2(other.certificate)],
      [await signingCertificateV1(other.certificate), await signingCertificateV2(signer.certificate)],
    ]) {
      expect(open(await check(await cms(signer, content, { attributes: sorted([...(await base()), ...attributes]) }), content))).toEqual([
        'signingCertificateAttribute',
      ])
    }
  })

  it('fails with another hash, another issuerSerial, twice, with two values, empty, or damaged', async () => {
    const other = await lab.issue()
    const right = await signingCertificateV2(signer.certificate)
    const value = seq(seq(seq(octets(await hashed(OID.sha256, signer.certificate)))))
    for (const attributes of [
      [await signingCertificateV2(other.certificate)],
      [await signingCertificateV2(signer.certificate, { serialOf: other.certificate })],
      [await signingCertificateV2(signer.certificate, { hash: (await hashed(OID.sha256, signer.certificate)).subarray(0, 20) })],
      [await signingCertificateV2(signer.certificate, { hash: new Uint8Array() })],
      [right, right],
      [right, await signingCertificateV2(other.certificate)],
      [attr(OID.signingCertificateV2, value, value)],
      [attr(OID.signingCertificateV2)],
      [attr(OID.signingCertificateV2, seq(seq()))],
      [attr(OID.signingCertificateV2, octets(content))],
    ]) {
      const result = await check(await cms(signer, content, { attributes: sorted([...(await base()), ...attributes]) }), content)
      expect(open(result)).toEqual(['signingCertificateAttribute'])
    }
  })

  it('fails with a digest that is not known', async () => {
    const essCertId = seq(seq(oid('1.2.3.4')), octets(await hashed(OID.sha256, signer.certificate)))
    const result = await check(
      await cms(signer, content, { attributes: sorted([...(await base()), attr(OID.signingCertificateV2, seq(seq(essCertId)))]) }),
      content,
    )
    expect(open(result)).toEqual(['signingCertificateAttribute'])
  })

  it('decides between two certificates that the signer identifier names', async () => {
    // Same name, same serial number, same key: only the attribute tells which one the signer meant.
    const key = { algorithm: 'RSA-2048', serial: '4a11', subject: 'CN=Hai,C=VN' } as const
    const meant = await lab.issue({ ...key })
    const twin = await lab.issue({ ...key, keyUsage: ['keyEncipherment'] })
    expect(readCertificate(meant.certificate).spki).toEqual(readCertificate(twin.certificate).spki)
    for (const certificates of [
      [meant.certificate, twin.certificate],
      [twin.certificate, meant.certificate],
    ]) {
      const result = await check(await cms(meant, content, { certificates }), content)
      expect(open(result)).toEqual([])
      expect(result.certificate?.bytes).toEqual(meant.certificate)
    }
    expect(open(await check(await cms(meant, content, { certificates: [twin.certificate] }), content))).toEqual(['signingCertificateAttribute'])
  })

  it('without any certificate at hand is not done, and neither is the signature', async () => {
    const result = await check(await cms(signer, content, { certificates: [] }), content)
    expect(open(result)).toEqual(['signerCertificate?', 'signingCertificateAttribute?', 'signatureValue?'])
    expect(open(await check(await cms(signer, content, { certificates: [] }), content, [signer.certificate]))).toEqual([])
  })
})

describe('algorithms', () => {
  it('that disagree on the digest fail', async () => {
    // The value is good for SHA-512; the content is bound by SHA-256.
    const long = await lab.issue({ algorithm: 'RSA-2048', digest: 'SHA-512' })
    const attributes = await usualAttributes(long, content)
    const result = await check(await cms(long, content, { digestOid: OID.sha256, attributes, signatureAlgorithm: seq(oid(OID.sha512WithRsa), NULL) }), content)
    expect(open(result)).toEqual(['algorithmsAgree'])
  })

  it('have to be those of the signed copy, where there is one', async () => {
    const withCopy = async (...copy: Uint8Array[]): Promise<string[]> => {
      const attributes = sorted([...(await usualAttributes(rsa, content)), attr('1.2.840.113549.1.9.52', ...copy)])
      return open(await check(await cms(rsa, content, { attributes }), content))
    }
    const signature = (algorithm: string): Uint8Array => tlv(0xa1, oid(algorithm), NULL)
    expect(await withCopy(seq(seq(oid(OID.sha256)), signature(OID.sha256WithRsa)))).toEqual([])
    expect(await withCopy(seq(seq(oid(OID.sha256), NULL), tlv(0xa1, oid(OID.sha256WithRsa))))).toEqual([])
    expect(await withCopy(seq(seq(oid(OID.sha512)), signature(OID.sha256WithRsa)))).toEqual(['algorithmsAgree'])
    expect(await withCopy(seq(seq(oid(OID.sha256)), signature(OID.sha512WithRsa)))).toEqual(['algorithmsAgree'])
    expect(await withCopy(seq(seq(oid(OID.sha256))))).toEqual(['algorithmsAgree'])
    expect(await withCopy(NULL)).toEqual(['algorithmsAgree'])
  })

  it('that name the key alone take the digest beside them', async () => {
    expect(open(await check(await cms(rsa, content, { signatureAlgorithm: seq(oid(OID.rsaEncryption), NULL) }), content))).toEqual([])
    expect(open(await check(await cms(signer, content, { signatureAlgorithm: seq(oid('1.2.840.10045.2.1')) }), content))).toEqual([])
  })

  it('of another kind of key fail', async () => {
    for (const [identity, algorithm] of [
      [signer, seq(oid(OID.sha256WithRsa), NULL)],
      [rsa, seq(oid(OID.ecdsaSha256))],
      [rsa, seq(oid('2.16.840.1.101.3.4.3.2'))],
      [rsa, pss(OID.sha256, OID.sha256, 32)],
    ] as const) {
      expect(open(await check(await cms(identity, content, { signatureAlgorithm: algorithm }), content))).toEqual(['signatureValue'])
    }
  })

  it('that are not known are told as such', async () => {
    expect(open(await check(await cms(signer, content, { signatureAlgorithm: seq(oid('1.2.3.4')) }), content))).toEqual(['algorithmsAgree', 'signatureValue'])
    const unknown = await cms(signer, content, { digestOid: '1.2.3.4', attributes: await usualAttributes(signer, content) })
    expect(open(await check(unknown, content))).toEqual(['algorithmsAgree', 'messageDigest', 'signatureValue'])
  })

  it('of PSS have to be those of the value', async () => {
    const identity = await lab.issue({ algorithm: 'RSA-2048', pss: true })
    const wrong = async (signatureAlgorithm: Uint8Array): Promise<string[]> => open(await check(await cms(identity, content, { signatureAlgorithm }), content))
    expect(await wrong(algorithmOf(identity))).toEqual([])
    expect(await wrong(pss(OID.sha256, OID.sha256, 32, 1))).toEqual([])
    expect(await wrong(pss(OID.sha512, OID.sha512, 64))).toEqual(['algorithmsAgree', 'signatureValue'])
    expect(await wrong(pss(OID.sha256, OID.sha1, 32))).toEqual(['signatureValue'])
    expect(await wrong(pss(OID.sha256, OID.sha256, 20))).toEqual(['signatureValue'])
    expect(await wrong(pss(OID.sha256, OID.sha256, 0))).toEqual(['signatureValue'])
    expect(await wrong(pss(OID.sha256, OID.sha256, 32, 2))).toEqual(['algorithmsAgree', 'signatureValue'])
    // Defaults are SHA-1 all through, and no parameters are none at all (RFC 4055 §3.1).
    expect(await wrong(seq(oid(OID.rsassaPss), seq()))).toEqual(['algorithmsAgree', 'signatureValue'])
    expect(await wrong(seq(oid(OID.rsassaPss)))).toEqual(['algorithmsAgree', 'signatureValue'])
    expect(await wrong(seq(oid(OID.rsassaPss), NULL))).toEqual(['algorithmsAgree', 'signatureValue'])
  })

  it('EdDSA has no parameters', async () => {
    const identity = await lab.issue({ algorithm: 'Ed25519' })
    expect(open(await check(await cms(identity, content, { signatureAlgorithm: seq(oid('1.3.101.112'), NULL) }), content))).toEqual([
      'algorithmsAgree',
      'signatureValue',
    ])
  })
})

describe('signature values', () => {
  const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const derOf = (value: bigint): Uint8Array => {
    let hex = value.toString(16)
    if (hex.length % 2) hex = `0${hex}`
    if (Number.parseInt(hex.slice(0, 2), 16) > 0x7f) hex = `00${hex}`
    return tlv(
      0x02,
      Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
    )
  }

  it('of ECDSA out of range, doubled, padded or empty fail', async () => {
    const good = await signer.key.sign(set(...(await usualAttributes(signer, content))))
    for (const signature of [
      seq(derOf(0n), derOf(0n)),
      seq(derOf(1n), derOf(0n)),
      seq(derOf(0n), derOf(1n)),
      seq(derOf(N), derOf(N)),
      seq(derOf(N + 1n), derOf(1n)),
      seq(derOf(1n << 300n), derOf(1n)),
      seq(tlv(0x02, Uint8Array.of(0xff)), derOf(1n)),
      seq(int(1), int(1), int(1)),
      seq(int(1)),
      concat([good, Uint8Array.of(0)]),
      good.subarray(0, good.length - 1),
      new Uint8Array(64).fill(1),
      new Uint8Array(),
      seq(),
    ]) {
      expect(open(await check(await cms(signer, content, { signature }), content))).toEqual(['signatureValue'])
    }
    expect(open(await check(await cms(signer, content, { signature: good }), content))).toEqual([])
  })

  it('of RSA of another length than the modulus, zero, or not below it fail', async () => {
    const good = await rsa.key.sign(set(...(await usualAttributes(rsa, content))))
    for (const signature of [
      new Uint8Array(),
      new Uint8Array(256),
      new Uint8Array(256).fill(255),
      good.subarray(1),
      concat([Uint8Array.of(0), good]),
      concat([good, Uint8Array.of(0)]),
    ]) {
      expect(open(await check(await cms(rsa, content, { signature }), content))).toEqual(['signatureValue'])
    }
  })

  it('of PKCS #1 v1.5 without the NULL of DigestInfo hold; with anything else in it they do not', async () => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const spki = new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' }))
    const hash = new Uint8Array(createHash('sha256').update(content).digest())
    const holds = async (info: Uint8Array, fill = 0xff): Promise<boolean> => {
      const encoded = concat([Uint8Array.of(0, 1), new Uint8Array(256 - 3 - info.length).fill(fill), Uint8Array.of(0), info])
      const value = new Uint8Array(privateEncrypt({ key: pair.privateKey, padding: constants.RSA_NO_PADDING }, encoded))
      return verifyScheme(defaultCrypto(), new Budget(), { kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-256' }, parsePublicKey(spki), content, value)
    }
    expect(await holds(seq(seq(oid(OID.sha256), NULL), octets(hash)))).toBe(true)
    expect(await holds(seq(seq(oid(OID.sha256)), octets(hash)))).toBe(true)
    expect(await holds(seq(seq(oid(OID.sha256), octets(Uint8Array.of(1))), octets(hash)))).toBe(false)
    expect(await holds(seq(seq(oid(OID.sha512), NULL), octets(hash)))).toBe(false)
    expect(await holds(concat([seq(seq(oid(OID.sha256), NULL), octets(hash)), new Uint8Array(100)]))).toBe(false)
    expect(await holds(seq(seq(oid(OID.sha256), NULL), octets(hash)), 0xfe)).toBe(false)
    expect(await holds(hash)).toBe(false)
  })
})
