import { sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { CURVES, type DigestAlgorithm } from '../../../src/core/algorithms.ts'
import { concat, fromBigInt } from '../../../src/core/bytes.ts'
import { joinRs, splitRs } from '../../../src/core/crypto/rsa.ts'
import { isKysoError } from '../../../src/core/errors.ts'
import { dsaKey, ecKey, edwardsKey, rsaKey } from './keys.ts'
import { answers, PROVIDERS, unanimous } from './providers.ts'

const data = new TextEncoder().encode('Độc lập – Tự do – Hạnh phúc')
const rsa = rsaKey(1024)
const NODE_NAMES = [
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-224', 'sha224'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
  ['SHA-512/256', 'sha512-256'],
  ['SHA3-224', 'sha3-224'],
  ['SHA3-256', 'sha3-256'],
  ['SHA3-384', 'sha3-384'],
  ['SHA3-512', 'sha3-512'],
] as const satisfies readonly (readonly [DigestAlgorithm, string])[]
const flipped = (bytes: Uint8Array, bit: number): Uint8Array => bytes.map((b, i) => (i === bit >> 3 ? b ^ (0x80 >> (bit & 7)) : b))

/** Chunks that are each valid only until the next. */
function* pieces(): Generator<Uint8Array> {
  const buffer = new Uint8Array(5)
  for (let at = 0; at < data.length; at += 5) {
    const piece = data.subarray(at, at + 5)
    buffer.fill(0)
    buffer.set(piece)
    yield buffer.subarray(0, piece.length)
  }
}

describe.each(CURVES.map((c) => [c.name, c] as const))('ECDSA on %s', (name, curve) => {
  const { privateKey, publicKey } = ecKey(name)
  const scheme = { kind: 'ECDSA', digest: 'SHA-256' } as const
  const signature = new Uint8Array(sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' }))
  const { r, s } = splitRs(signature)
  const half = curve.length

  it.each(NODE_NAMES)('with %s', async (digest, nodeName) => {
    const value = sign(nodeName, data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
    expect(await answers({ kind: 'ECDSA', digest }, publicKey, data, value)).toEqual(unanimous(true))
    expect(await answers({ kind: 'ECDSA', digest }, publicKey, data.subarray(1), value)).toEqual(unanimous(false))
  })

  it('data in chunks that share one buffer', async () => {
    for (const provider of PROVIDERS.values()) expect(await provider.verify(scheme, publicKey, pieces(), signature)).toBe(true)
  })

  it('n - s is as good as s', async () => {
    expect(await answers(scheme, publicKey, data, joinRs(r, curve.n - s, half) as Uint8Array)).toEqual(unanimous(true))
  })

  it('one bit off, anywhere', async () => {
    for (const bit of [0, 7, 8, 4 * half, 8 * half, 8 * half + 7, 12 * half, 16 * half - 1]) {
      expect(await answers(scheme, publicKey, data, flipped(signature, bit))).toEqual(unanimous(false))
    }
  })

  it('r or s zero, the order, or beyond it', async () => {
    const fits = (value: bigint): boolean => fromBigInt(value).length <= half
    const values = [0n, curve.n, curve.n - 1n, curve.n + 1n, curve.p, (1n << BigInt(8 * half)) - 1n].filter(fits)
    const pairs = [
      ...values.flatMap((v) => [[v, s] as const, [r, v] as const, [v, v] as const]),
      [r + curve.n, s] as const,
      [r, s + curve.n] as const,
      [s, r] as const,
    ]
    for (const [a, b] of pairs.filter(([x, y]) => fits(x) && fits(y))) {
      expect(await answers(scheme, publicKey, data, joinRs(a, b, half) as Uint8Array)).toEqual(unanimous(false))
    }
  })

  it('another length, or DER', async () => {
    const der = new Uint8Array(sign('sha256', data, privateKey))
    const padded = concat([Uint8Array.of(0), signature.subarray(0, half), Uint8Array.of(0), signature.subarray(half)])
    for (const value of [
      new Uint8Array(0),
      signature.subarray(1),
      signature.subarray(0, -1),
      concat([signature, Uint8Array.of(0)]),
      padded,
      concat([signature, signature]),
      der,
    ]) {
      expect(await answers(scheme, publicKey, data, value)).toEqual(unanimous(false))
    }
  })

  it('another key, and a key of another kind', async () => {
    expect(await answers(scheme, ecKey(name).publicKey, data, signature)).toEqual(unanimous(false))
    expect(await answers(scheme, rsa.publicKey, data, signature)).toEqual(unanimous(false))
    expect(await answers({ kind: 'RSASSA-PKCS1-v1_5', digest: 'SHA-256' }, publicKey, data, signature)).toEqual(unanimous(false))
    expect(await answers({ kind: 'Ed25519' }, publicKey, data, signature)).toEqual(unanimous(false))
  })
})

it('ECDSA with SHAKE256: Node cannot tell, and says so', () => {
  const { publicKey } = ecKey('P-256')
  const node = PROVIDERS.get('node')
  expect(() => node?.verify({ kind: 'ECDSA', digest: 'SHAKE256-512' }, publicKey, data, new Uint8Array(64))).toThrow(
    expect.objectContaining({ code: 'ERR_ALGORITHM_UNSUPPORTED' }),
  )
})

it('a key OpenSSL cannot read is an error with a code', () => {
  const { publicKey } = ecKey('P-256')
  const node = PROVIDERS.get('node')
  const broken = { ...publicKey, spki: publicKey.spki.subarray(0, 50) }
  expect(() => node?.verify({ kind: 'ECDSA', digest: 'SHA-256' }, broken, data, new Uint8Array(64))).toThrow(
    expect.objectContaining({ code: 'ERR_KEY_INVALID' }),
  )
})

describe.each([
  ['Ed25519', 64],
  ['Ed448', 114],
] as const)('%s', (kind, length) => {
  const { privateKey, publicKey } = edwardsKey(kind)
  const signature = new Uint8Array(sign(null, data, privateKey))

  it('what OpenSSL signs verifies, at once and in chunks', async () => {
    expect(signature).toHaveLength(length)
    expect(await answers({ kind }, publicKey, data, signature)).toEqual(unanimous(true))
    for (const provider of PROVIDERS.values()) expect(await provider.verify({ kind }, publicKey, pieces(), signature)).toBe(true)
  })

  it('one bit off, other data, another key', async () => {
    for (const bit of [0, 100, 4 * length, 8 * length - 9, 8 * length - 1])
      expect(await answers({ kind }, publicKey, data, flipped(signature, bit))).toEqual(unanimous(false))
    expect(await answers({ kind }, publicKey, data.subarray(1), signature)).toEqual(unanimous(false))
    expect(await answers({ kind }, edwardsKey(kind).publicKey, data, signature)).toEqual(unanimous(false))
    expect(await answers({ kind }, rsa.publicKey, data, signature)).toEqual(unanimous(false))
  })

  it('S + L is no S (RFC 8032 §5.1.7, §5.2.7)', async () => {
    const order =
      kind === 'Ed25519'
        ? (1n << 252n) + 27742317777372353535851937790883648493n
        : (1n << 446n) - 13818066809895115352007386748515426880336692474882178609894547503885n
    const part = signature.slice(length / 2).reverse()
    const s = BigInt(`0x${Buffer.from(part).toString('hex')}`) + order
    const moved = concat([signature.subarray(0, length / 2), fromBigInt(s, length / 2).reverse()])
    expect(moved).toHaveLength(length)
    expect(await answers({ kind }, publicKey, data, moved)).toEqual(unanimous(false))
  })

  it('another length', async () => {
    for (const value of [
      new Uint8Array(0),
      signature.subarray(1),
      signature.subarray(0, -1),
      concat([signature, Uint8Array.of(0)]),
      new Uint8Array(length),
      new Uint8Array(length).fill(0xff),
    ]) {
      expect(await answers({ kind }, publicKey, data, value)).toEqual(unanimous(false))
    }
  })
})

describe('DSA (Node only)', () => {
  const node = PROVIDERS.get('node')

  it.each([
    [1024, 160],
    [2048, 224],
    [2048, 256],
  ])('%d bits, q of %d', async (bits, qBits) => {
    const { privateKey, publicKey } = dsaKey(bits, qBits)
    const half = qBits / 8
    for (const [digest, name] of NODE_NAMES) {
      const value = new Uint8Array(sign(name, data, { key: privateKey, dsaEncoding: 'ieee-p1363' }))
      expect(value).toHaveLength(2 * half)
      expect(node?.verify({ kind: 'DSA', digest }, publicKey, data, value)).toBe(true)
    }
    const scheme = { kind: 'DSA', digest: 'SHA-256' } as const
    const value = new Uint8Array(sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' }))
    const { r, s } = splitRs(value)
    const wrong = [
      flipped(value, 9),
      value.subarray(1),
      concat([value, Uint8Array.of(0)]),
      new Uint8Array(0),
      new Uint8Array(2 * half),
      joinRs(0n, s, half),
      joinRs(r, 0n, half),
      new Uint8Array(2 * half).fill(0xff),
    ]
    for (const bad of wrong) expect(node?.verify(scheme, publicKey, data, bad as Uint8Array)).toBe(false)
    expect(node?.verify(scheme, publicKey, data.subarray(1), value)).toBe(false)
    expect(node?.verify({ kind: 'ECDSA', digest: 'SHA-256' }, publicKey, data, value)).toBe(false)
  })

  it('WebCrypto has none, and says so', async () => {
    const { publicKey } = dsaKey(1024, 160)
    const web = PROVIDERS.get('web')
    const error = await Promise.resolve(web?.verify({ kind: 'DSA', digest: 'SHA-1' }, publicKey, data, new Uint8Array(40))).catch((e: unknown) => e)
    expect(isKysoError(error, 'ERR_ALGORITHM_UNSUPPORTED')).toBe(true)
  })
})
