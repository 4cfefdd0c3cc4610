import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decode, encode, octetString } from '../../../src/asn1/index.ts'
import { Budget } from '../../../src/core/budget.ts'
import { concat } from '../../../src/core/bytes.ts'
import { type ErrorCode, isKysoError } from '../../../src/core/errors.ts'
import { keyId, readPrivateKey } from '../../../src/signers/pkcs12/private-key.ts'
import { EcPrivateKey, PrivateKeyInfo } from '../../../src/signers/pkcs12/structures.ts'
import { parsePublicKey } from '../../../src/x509/public-key.ts'

const KEYS: [string, () => KeyObject][] = [
  ['RSA', () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
  ['RSA-PSS', () => generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey],
  ...['P-256', 'P-384', 'P-521', 'brainpoolP256r1', 'brainpoolP384r1', 'brainpoolP512r1'].map((namedCurve): [string, () => KeyObject] => [
    namedCurve,
    () => generateKeyPairSync('ec', { namedCurve }).privateKey,
  ]),
  ['Ed25519', () => generateKeyPairSync('ed25519').privateKey],
  ['Ed448', () => generateKeyPairSync('ed448').privateKey],
]
const CURVES = KEYS.filter(([name]) => name.includes('P'))
const pkcs8Of = (key: KeyObject): Uint8Array => new Uint8Array(key.export({ format: 'der', type: 'pkcs8' }))
const idOf = (key: KeyObject): string => keyId(parsePublicKey(new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }))))
const read = (pkcs8: Uint8Array) => readPrivateKey(pkcs8, new Budget())

describe('the public half of a private key', () => {
  it.each(KEYS)('%s: is the one OpenSSL computes, and the plain form is the same key', async (_name, make) => {
    const key = make()
    const { pkcs8, publicKey } = await read(pkcs8Of(key))
    expect(keyId(publicKey)).toBe(idOf(key))
    expect(idOf(createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' }))).toBe(idOf(key))
  })

  it.each(CURVES.filter(([name]) => name !== 'RSA-PSS'))(
    '%s: is computed where the file leaves it out, whatever zeros lead the scalar',
    async (_name, make) => {
      for (let i = 0; i < 3; i++) {
        const key = make()
        const info = decode(PrivateKeyInfo, pkcs8Of(key))
        const { privateKey } = decode(EcPrivateKey, info.privateKey)
        const first = privateKey.findIndex((byte) => byte !== 0)
        for (const scalar of [privateKey, privateKey.subarray(first), concat([new Uint8Array(3), privateKey])]) {
          const bare = encode(PrivateKeyInfo, { ...info, privateKey: encode(EcPrivateKey, { version: 1, privateKey: scalar }) })
          const result = await read(bare)
          expect(keyId(result.publicKey)).toBe(idOf(key))
          // Complete again: browsers refuse EC keys that have no point.
          const whole = decode(EcPrivateKey, decode(PrivateKeyInfo, result.pkcs8).privateKey)
          expect(whole.publicKey).toBeDefined()
          expect(whole.privateKey).toHaveLength(privateKey.length)
        }
      }
    },
  )

  it('drops attributes, which Windows writes and some engines refuse', async () => {
    const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const info = decode(PrivateKeyInfo, pkcs8Of(key))
    const { pkcs8 } = await read(encode(PrivateKeyInfo, { ...info, attributes: [Uint8Array.of(0x30, 0)] }))
    expect(decode(PrivateKeyInfo, pkcs8).attributes).toBeUndefined()
  })
})

describe('keys that are none', () => {
  const refused = async (pkcs8: Uint8Array, code: ErrorCode): Promise<void> => {
    await expect(read(pkcs8)).rejects.toSatisfy((error) => isKysoError(error, code))
  }
  const info = decode(PrivateKeyInfo, pkcs8Of(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey))
  const withScalar = (scalar: Uint8Array) => encode(PrivateKeyInfo, { ...info, privateKey: encode(EcPrivateKey, { version: 1, privateKey: scalar }) })

  it('scalars out of range', async () => {
    for (const scalar of [new Uint8Array(0), new Uint8Array(32), new Uint8Array(32).fill(0xff), new Uint8Array(33).fill(1)]) {
      await refused(withScalar(scalar), 'ERR_KEY_INVALID')
    }
  })

  it('points off their curve, curves without a name, RSA too small', async () => {
    const point = concat([Uint8Array.of(4), new Uint8Array(64).fill(1)])
    const off = encode(EcPrivateKey, { version: 1, privateKey: new Uint8Array(32).fill(1), publicKey: { bytes: point, unusedBits: 0 } })
    await refused(encode(PrivateKeyInfo, { ...info, privateKey: off }), 'ERR_KEY_INVALID')
    await refused(encode(PrivateKeyInfo, { ...info, privateKeyAlgorithm: { algorithm: '1.2.840.10045.2.1' } }), 'ERR_KEY_INVALID')
    await refused(pkcs8Of(generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey), 'ERR_KEY_INVALID')
    const short = encode(octetString(), new Uint8Array(31))
    await refused(encode(PrivateKeyInfo, { version: 0, privateKeyAlgorithm: { algorithm: '1.3.101.112' }, privateKey: short }), 'ERR_KEY_INVALID')
  })

  it('keys that sign nothing, and curves that are not known', async () => {
    await refused(pkcs8Of(generateKeyPairSync('x25519').privateKey), 'ERR_ALGORITHM_UNSUPPORTED')
    await refused(pkcs8Of(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey), 'ERR_ALGORITHM_UNSUPPORTED')
  })

  it('bytes that are no PKCS #8', async () => {
    await refused(new Uint8Array(0), 'ERR_PKCS12_SYNTAX')
    await refused(encode(PrivateKeyInfo, { ...info, privateKey: Uint8Array.of(1, 2, 3) }), 'ERR_PKCS12_SYNTAX')
  })
})
