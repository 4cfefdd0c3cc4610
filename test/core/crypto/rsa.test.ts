import { constants, createHash, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type DigestAlgorithm, digestInfo } from '../../../src/core/algorithms.ts'
import { concat, fromBigInt, fromHex, toBigInt } from '../../../src/core/bytes.ts'
import type { PssParameters } from '../../../src/core/crypto/provider.ts'
import { joinRs, rsaPublicOperation, splitRs } from '../../../src/core/crypto/rsa.ts'
import { rsaKey, rsaKeyOf, rsaPssKey, rsaRaw, type TestKey } from './keys.ts'
import { answers, PROVIDERS, unanimous } from './providers.ts'

const data = new TextEncoder().encode('Cộng hòa xã hội chủ nghĩa Việt Nam')

const NODE_NAME: Partial<Record<DigestAlgorithm, string>> = {
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
}
const nodeName = (digest: DigestAlgorithm): string => NODE_NAME[digest] ?? ''
const hash = (digest: DigestAlgorithm, ...parts: Uint8Array[]): Uint8Array => new Uint8Array(createHash(nodeName(digest)).update(concat(parts)).digest())

const key = rsaKey(2048)
const keys = [1024, 1025, 1031, 2047, 2048, 2049, 3072, 4096].map((bits) => [bits, bits === 2048 ? key : rsaKeyOf(bits)] as const)
const flipped = (bytes: Uint8Array, bit: number): Uint8Array => bytes.map((b, i) => (i === bit >> 3 ? b ^ (0x80 >> (bit & 7)) : b))

describe('RSASSA-PKCS1-v1_5', () => {
  it.each(Object.keys(NODE_NAME) as DigestAlgorithm[])('%s: what OpenSSL signs verifies, by no other digest', async (digest) => {
    const signature = sign(nodeName(digest), data, key.privateKey)
    expect(await answers({ kind: 'RSASSA-PKCS1-v1_5', digest }, key.publicKey, data, signature)).toEqual(unanimous(true))
    const other = digest === 'SHA-256' ? 'SHA3-256' : 'SHA-256'
    expect(await answers({ kind: 'RSASSA-PKCS1-v1_5', digest: other }, key.publicKey, data, signature)).toEqual(unanimous(false))
  })

  it.each(keys)('a modulus of %d bits', async (bits, k) => {
    expect(k.publicKey.bits).toBe(bits)
    const scheme = { kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-256' } as const
    const signature = new Uint8Array(sign('sha256', data, k.privateKey))
    expect(await answers(scheme, k.publicKey, data, signature)).toEqual(unanimous(true))
    expect(await answers(scheme, k.publicKey, data.subarray(1), signature)).toEqual(unanimous(false))
    for (const bit of [0, 7, 8, 500, 8 * signature.length - 1])
      expect(await answers(scheme, k.publicKey, data, flipped(signature, bit))).toEqual(unanimous(false))
  })

  it('data in chunks that share one buffer', async () => {
    const signature = sign('sha256', data, key.privateKey)
    function* pieces(): Generator<Uint8Array> {
      const buffer = new Uint8Array(7)
      for (let at = 0; at < data.length; at += 7) {
        const piece = data.subarray(at, at + 7)
        buffer.set(piece)
        yield buffer.subarray(0, piece.length)
      }
    }
    for (const provider of PROVIDERS.values())
      expect(await provider.verify({ kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-256' }, key.publicKey, pieces(), signature)).toBe(true)
  })

  it('is as long as the modulus and below it (RFC 8017 §8.2.2)', async () => {
    const scheme = { kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-256' } as const
    const k = keys[0]?.[1] as TestKey<'RSA'>
    // One value in 256 begins with a zero octet: without it, it is the same number and yet no signature.
    let signature: Uint8Array
    let counter = 0
    let message: Uint8Array
    do {
      message = Uint8Array.of(counter >> 8, counter++ & 0xff)
      signature = new Uint8Array(sign('sha256', message, k.privateKey))
    } while (signature[0] !== 0)
    const { modulus } = k.publicKey
    expect(await answers(scheme, k.publicKey, message, signature)).toEqual(unanimous(true))
    const wrong = [
      signature.subarray(1),
      concat([Uint8Array.of(0), signature]),
      concat([signature, Uint8Array.of(0)]),
      fromBigInt(toBigInt(signature) + toBigInt(modulus)),
      modulus,
      new Uint8Array(modulus.length),
      new Uint8Array(modulus.length).fill(0xff),
      fromBigInt(1n, modulus.length),
      fromBigInt(toBigInt(modulus) - 1n),
      fromBigInt(toBigInt(modulus) - toBigInt(signature), modulus.length),
      new Uint8Array(0),
    ]
    for (const value of wrong) expect(await answers(scheme, k.publicKey, message, value)).toEqual(unanimous(false))
  })

  // OpenSSL takes no exponent beyond 64 bits with a modulus beyond 3,072.
  it.each([
    [1024, 3n],
    [1024, 17n],
    [2048, (1n << 64n) + 13n],
    [3200, (1n << 65n) + 131n],
    [1024, (1n << 255n) + 95n],
  ])('%d bits, public exponent %d', async (bits, exponent) => {
    const k = rsaKeyOf(bits, exponent)
    const signature = sign('sha256', data, k.privateKey)
    expect(await answers({ kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-256' }, k.publicKey, data, signature)).toEqual(unanimous(true))
    expect(await answers({ kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-256' }, k.publicKey, data, flipped(signature, 100))).toEqual(unanimous(false))
  })

  it('the public operation is a power', () => {
    expect(rsaPublicOperation(key.publicKey.modulus, Uint8Array.of(3), fromBigInt(2n, 256))).toEqual(fromBigInt(8n, 256))
    expect(rsaPublicOperation(key.publicKey.modulus, Uint8Array.of(3), key.publicKey.modulus)).toBeNull()
    expect(rsaPublicOperation(key.publicKey.modulus, Uint8Array.of(3), fromBigInt(2n, 255))).toBeNull()
  })

  describe('encodings made by hand', () => {
    const digest = hash('SHA-256', data)
    const SHA256_OID = fromHex('0609608648016503040201') as Uint8Array
    const tlv = (tag: number, ...parts: Uint8Array[]): Uint8Array => {
      const content = concat(parts)
      return content.length < 0x80 ? concat([Uint8Array.of(tag, content.length), content]) : concat([Uint8Array.of(tag, 0x81, content.length), content])
    }
    const NULL = Uint8Array.of(5, 0)
    const digestInfoWith = (algorithm: Uint8Array, value: Uint8Array): Uint8Array => tlv(0x30, algorithm, value)
    const good = digestInfoWith(tlv(0x30, SHA256_OID, NULL), tlv(4, digest))
    const withoutNull = digestInfoWith(tlv(0x30, SHA256_OID), tlv(4, digest))
    const padded = (info: Uint8Array, fill: Uint8Array = new Uint8Array(256 - 3 - info.length).fill(0xff)): Uint8Array =>
      concat([Uint8Array.of(0, 1), fill, Uint8Array.of(0), info])
    const ff = (n: number): Uint8Array => new Uint8Array(n).fill(0xff)
    const garbage = (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => (i * 37) & 0xff)
    const check = (encoded: Uint8Array) => {
      expect(encoded).toHaveLength(256)
      return answers({ kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-256' }, key.publicKey, data, rsaRaw(key, encoded))
    }

    it('DigestInfo with and without NULL is right (RFC 8017 §9.2 note 1)', async () => {
      expect(await check(padded(good))).toEqual(unanimous(true))
      expect(await check(padded(withoutNull))).toEqual(unanimous(true))
    })

    it.each<[string, Uint8Array]>([
      [
        'garbage after DigestInfo, padding of eight (Bleichenbacher 2006)',
        concat([Uint8Array.of(0, 1), ff(8), Uint8Array.of(0), good, garbage(256 - 11 - good.length)]),
      ],
      ['garbage after DigestInfo inside its SEQUENCE', padded(tlv(0x30, tlv(0x30, SHA256_OID, NULL), tlv(4, digest), tlv(4, garbage(20))))],
      ['garbage as parameters of the digest', padded(digestInfoWith(tlv(0x30, SHA256_OID, tlv(4, garbage(100))), tlv(4, digest)))],
      ['NULL with content', padded(digestInfoWith(tlv(0x30, SHA256_OID, Uint8Array.of(5, 1, 0)), tlv(4, digest)))],
      ['two NULLs', padded(digestInfoWith(tlv(0x30, SHA256_OID, NULL, NULL), tlv(4, digest)))],
      ['an octet of padding that is not 0xFF', padded(good, concat([ff(100), Uint8Array.of(0xfe), ff(256 - 3 - good.length - 101)]))],
      ['a zero within the padding', padded(good, concat([ff(100), Uint8Array.of(0), ff(256 - 3 - good.length - 101)]))],
      ['no zero before DigestInfo', concat([Uint8Array.of(0, 1), ff(256 - 2 - good.length), good])],
      ['block type 2', concat([Uint8Array.of(0, 2), padded(good).subarray(2)])],
      ['block type 0', concat([Uint8Array.of(0, 0), padded(good).subarray(2)])],
      ['lengths in long form (BER)', padded(concat([Uint8Array.of(0x30, 0x81, good.length - 2), good.subarray(2)]))],
      ['a digest one octet short', padded(digestInfoWith(tlv(0x30, SHA256_OID, NULL), tlv(4, digest.subarray(0, 31))))],
      ['a digest one octet long', padded(digestInfoWith(tlv(0x30, SHA256_OID, NULL), tlv(4, digest, Uint8Array.of(0))))],
      ['an empty digest', padded(digestInfoWith(tlv(0x30, SHA256_OID, NULL), tlv(4)))],
      [
        'the identifier of another digest of that length',
        padded(digestInfoWith(tlv(0x30, fromHex('0609608648016503040208') as Uint8Array, NULL), tlv(4, digest))),
      ],
      ['the bare digest without DigestInfo', padded(digest)],
      ['an OCTET STRING without an algorithm', padded(tlv(4, digest))],
      ['DigestInfo at the start instead of the end', concat([good, new Uint8Array(256 - good.length)]).map((b, i) => (i === 0 ? 0 : b))],
      ['nothing but padding', concat([Uint8Array.of(0, 1), ff(254)])],
      ['PSS trailer', concat([padded(good).subarray(0, 255), Uint8Array.of(0xbc)])],
    ])('%s is refused', async (_, encoded) => expect(await check(encoded)).toEqual(unanimous(false)))

    it('padding of fewer than eight octets is refused', async () => {
      // 1,024 bits: 128 - 3 - 8 leaves 117 octets; an info of 118 leaves seven.
      const k = keys[0]?.[1] as TestKey<'RSA'>
      const small = await answers(
        { kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-256' },
        k.publicKey,
        data,
        rsaRaw(k, concat([Uint8Array.of(0, 1), ff(7), Uint8Array.of(0), good, garbage(128 - 10 - good.length)])),
      )
      expect(small).toEqual(unanimous(false))
    })
  })
})

/** EMSA-PSS-ENCODE (RFC 8017 §9.1.1) as the test's own, with everything that can be wrong open to choice. */
function pssEncode(
  bits: number,
  parameters: PssParameters,
  tricks: { trailer?: number; separator?: number; highBit?: boolean; salt?: Uint8Array; prefix?: number } = {},
): Uint8Array {
  const emBits = bits - 1
  const emLength = Math.ceil(emBits / 8)
  const salt = tricks.salt ?? Uint8Array.from({ length: parameters.saltLength }, (_, i) => i + 1)
  const h = hash(parameters.digest, new Uint8Array(8).fill(tricks.prefix ?? 0), hash(parameters.digest, data), salt)
  const db = concat([new Uint8Array(emLength - salt.length - h.length - 2), Uint8Array.of(tricks.separator ?? 1), salt])
  let mask = new Uint8Array(0)
  for (let counter = 0; mask.length < db.length; counter++) mask = Uint8Array.from([...mask, ...hash(parameters.mgfDigest, h, fromBigInt(BigInt(counter), 4))])
  const masked = db.map((b, i) => b ^ (mask[i] as number))
  const unused = 8 * emLength - emBits
  masked[0] = (masked[0] as number) & (0xff >> unused)
  if (tricks.highBit) masked[0] = (masked[0] as number) | (0x100 >> unused)
  const em = concat([masked, h, Uint8Array.of(tricks.trailer ?? 0xbc)])
  return concat([new Uint8Array(Math.ceil(bits / 8) - emLength), em])
}

describe('RSASSA-PSS', () => {
  const pss = (digest: DigestAlgorithm, saltLength = digestInfo(digest).length, mgfDigest = digest) =>
    ({ kind: 'RSASSA-PSS', digest, mgfDigest, saltLength }) as const

  it.each(['SHA-1', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512', 'SHA3-256', 'SHA3-512'] as const)(
    '%s: what OpenSSL signs verifies, with the salt length named only',
    async (digest) => {
      const length = digestInfo(digest).length
      for (const saltLength of [length, 0, 20, 32]) {
        const signature = sign(nodeName(digest), data, { key: key.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
        expect(await answers(pss(digest, saltLength), key.publicKey, data, signature)).toEqual(unanimous(true))
        for (const other of [saltLength + 1, saltLength - 1, -1, 1_000_000])
          expect(await answers(pss(digest, other), key.publicKey, data, signature)).toEqual(unanimous(false))
      }
    },
  )

  it.each(keys)('a modulus of %d bits', async (bits, k) => {
    const signature = new Uint8Array(sign('sha256', data, { key: k.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }))
    expect(signature).toHaveLength(Math.ceil(bits / 8))
    expect(await answers(pss('SHA-256'), k.publicKey, data, signature)).toEqual(unanimous(true))
    expect(await answers(pss('SHA-256'), k.publicKey, data.subarray(1), signature)).toEqual(unanimous(false))
    for (const bit of [0, 9, 8 * signature.length - 1])
      expect(await answers(pss('SHA-256'), k.publicKey, data, flipped(signature, bit))).toEqual(unanimous(false))
    expect(await answers(pss('SHA-256'), k.publicKey, data, signature.subarray(1))).toEqual(unanimous(false))
  })

  it.each(keys)('the longest salt that fits in %d bits', async (bits, k) => {
    const longest = Math.ceil((bits - 1) / 8) - 32 - 2
    const signature = sign('sha256', data, { key: k.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: longest })
    expect(await answers(pss('SHA-256', longest), k.publicKey, data, signature)).toEqual(unanimous(true))
    expect(await answers(pss('SHA-256', longest + 1), k.publicKey, data, signature)).toEqual(unanimous(false))
  })

  it.each(keys.slice(0, 6))('encodings made by hand, %d bits', async (bits, k) => {
    const scheme = pss('SHA-256')
    const check = (tricks: Parameters<typeof pssEncode>[2]) => answers(scheme, k.publicKey, data, rsaRaw(k, pssEncode(bits, scheme, tricks)))
    expect(await check({})).toEqual(unanimous(true))
    expect(await check({ trailer: 0xcc })).toEqual(unanimous(false))
    expect(await check({ separator: 2 })).toEqual(unanimous(false))
    expect(await check({ prefix: 1 })).toEqual(unanimous(false))
    expect(await check({ salt: new Uint8Array(31) })).toEqual(unanimous(false))
    expect(await check({ salt: new Uint8Array(33) })).toEqual(unanimous(false))
    // The bits above emBits have to be zero; with 8k + 1 bits there are none in the first octet.
    if ((bits - 1) % 8 === 0) return
    for (let i = 0; i < 256; i++) {
      const encoded = pssEncode(bits, scheme, { highBit: true, salt: new Uint8Array(32).fill(i) })
      if (toBigInt(encoded) >= toBigInt(k.publicKey.modulus)) continue
      expect(await answers(scheme, k.publicKey, data, rsaRaw(k, encoded))).toEqual(unanimous(false))
      return
    }
    throw new Error('no salt gave a value below the modulus')
  })

  it('a mask digest that differs from the message digest', async () => {
    for (const mgfDigest of ['SHA-1', 'SHA-512', 'SHA3-256'] as const) {
      const scheme = pss('SHA-256', 32, mgfDigest)
      const signature = rsaRaw(key, pssEncode(2048, scheme))
      expect(await answers(scheme, key.publicKey, data, signature)).toEqual(unanimous(true))
      expect(await answers(pss('SHA-256'), key.publicKey, data, signature)).toEqual(unanimous(false))
    }
  })

  it('keys that are themselves id-RSASSA-PSS, with the mask digest OpenSSL uses then', async () => {
    for (const [digest, mgf, saltLength, scheme] of [
      ['sha256', 'sha256', 32, pss('SHA-256')],
      ['sha256', 'sha1', 20, pss('SHA-256', 20, 'SHA-1')],
      ['sha512', 'sha256', 64, pss('SHA-512', 64, 'SHA-256')],
    ] as const) {
      const k = rsaPssKey(digest, mgf, saltLength)
      const signature = sign(digest, data, { key: k.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
      expect(await answers(scheme, k.publicKey, data, signature)).toEqual(unanimous(true))
      expect(await answers({ ...scheme, mgfDigest: 'SHA-384' }, k.publicKey, data, signature)).toEqual(unanimous(false))
    }
  })

  it('is not PKCS #1 v1.5, nor the other way round', async () => {
    const v15 = sign('sha256', data, key.privateKey)
    const asPss = sign('sha256', data, { key: key.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 })
    expect(await answers(pss('SHA-256'), key.publicKey, data, v15)).toEqual(unanimous(false))
    expect(await answers({ kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-256' }, key.publicKey, data, asPss)).toEqual(unanimous(false))
  })

  it('a digest that does not fit into the modulus', async () => {
    const k = keys[0]?.[1] as TestKey<'RSA'>
    expect(await answers(pss('SHA-512'), k.publicKey, data, new Uint8Array(128).fill(1))).toEqual(unanimous(false))
  })
})

describe('r‖s', () => {
  it('joins and splits', () => {
    const joined = joinRs(1n, 0x1234n, 4)
    expect(joined).toEqual(Uint8Array.of(0, 0, 0, 1, 0, 0, 0x12, 0x34))
    expect(splitRs(joined as Uint8Array)).toEqual({ r: 1n, s: 0x1234n })
  })

  it.each([
    [-1n, 1n],
    [1n, -0x1234n],
    [1n << 32n, 1n],
    [1n, 1n << 32n],
  ])('%d, %d do not fit in four octets', (r, s) => expect(joinRs(r, s, 4)).toBeNull())
})
