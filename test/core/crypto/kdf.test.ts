import { createHmac, pbkdf2Sync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DigestAlgorithm } from '../../../src/core/algorithms.ts'
import { Budget } from '../../../src/core/budget.ts'
import { fromHex, latin1, toHex } from '../../../src/core/bytes.ts'
import { defaultCrypto } from '../../../src/core/crypto/default.ts'
import { hmac, nodeModuleOf, PKCS12_ID, pbkdf2, pkcs12Kdf } from '../../../src/core/crypto/kdf.ts'
import { webCryptoProvider } from '../../../src/core/crypto/web.ts'
import { isKysoError } from '../../../src/core/errors.ts'
import { bmpPassword } from '../../../src/signers/pkcs12/password.ts'

const PROVIDERS = [
  { name: 'node:crypto', crypto: defaultCrypto() },
  { name: 'WebCrypto and noble', crypto: webCryptoProvider() },
]
const NODE_NAMES: [DigestAlgorithm, string][] = [
  ['SHA-1', 'sha1'],
  ['SHA-224', 'sha224'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
  ['SHA-512/256', 'sha512-256'],
]
const hex = (text: string): Uint8Array => fromHex(text) as Uint8Array

describe.each(PROVIDERS)('with $name', ({ crypto }) => {
  it('HMAC agrees with OpenSSL, keys longer than a block too', async () => {
    const digests: [DigestAlgorithm, string][] = [...NODE_NAMES, ['MD5', 'md5'], ['SHA3-256', 'sha3-256']]
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...digests), fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), async ([digest, name], key, data) => {
        expect(toHex(await hmac(crypto, digest, key, data))).toBe(createHmac(name, key).update(data).digest('hex'))
      }),
      { numRuns: 50 },
    )
  })

  it.each(NODE_NAMES)('PBKDF2 with HMAC-%s agrees with OpenSSL', async (digest, name) => {
    const [password, salt] = [latin1('password'), latin1('salt')]
    for (const [iterations, length] of [
      [1, 20],
      [1000, 100],
    ] as const) {
      const key = await pbkdf2(crypto, password, { digest, salt, iterations, length }, new Budget())
      expect(toHex(key)).toBe(pbkdf2Sync(password, salt, iterations, length, name).toString('hex'))
    }
  })

  it('PBKDF2 takes an empty password', async () => {
    const key = await pbkdf2(crypto, new Uint8Array(0), { digest: 'SHA-256', salt: latin1('salt'), iterations: 2, length: 32 }, new Budget())
    expect(toHex(key)).toBe(pbkdf2Sync('', 'salt', 2, 32, 'sha256').toString('hex'))
  })

  // The vectors that implementations of PKCS #12 have checked themselves with since PKCS #12 1.0 (password `smeg`, `queeg`).
  it.each([
    { password: 'smeg', salt: '0a58cf64530d823f', iterations: 1, id: PKCS12_ID.key, length: 24, expected: '8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3' },
    { password: 'smeg', salt: '0a58cf64530d823f', iterations: 1, id: PKCS12_ID.iv, length: 8, expected: '79993dfe048d3b76' },
    { password: 'smeg', salt: '3d83c0e4546ac140', iterations: 1, id: PKCS12_ID.mac, length: 20, expected: '8d967d88f6caa9d714800ab3d48051d63f73a312' },
    {
      password: 'queeg',
      salt: '05dec959acff72f7',
      iterations: 1000,
      id: PKCS12_ID.key,
      length: 24,
      expected: 'ed2034e36328830ff09df1e1a07dd357185dac0d4f9eb3d4',
    },
    { password: 'queeg', salt: '05dec959acff72f7', iterations: 1000, id: PKCS12_ID.iv, length: 8, expected: '11dedad7758d4860' },
    { password: 'queeg', salt: '263216fcc2fab31c', iterations: 1000, id: PKCS12_ID.mac, length: 20, expected: '5ec4c7a80df652294c3925b6489a7ab857c83476' },
  ])('derives as PKCS #12 does: $password, use $id', async ({ password, salt, iterations, id, length, expected }) => {
    const key = await pkcs12Kdf(crypto, bmpPassword(password), { digest: 'SHA-1', salt: hex(salt), iterations, length }, id, new Budget())
    expect(toHex(key)).toBe(expected)
  })

  it('spends the rounds of every block before the first is done', async () => {
    const parameters = { digest: 'SHA-1', salt: latin1('salt'), iterations: 600, length: 24 } as const
    for (const derive of [
      (budget: Budget) => pbkdf2(crypto, latin1('p'), parameters, budget),
      (budget: Budget) => pkcs12Kdf(crypto, latin1('p'), parameters, 1, budget),
    ]) {
      const budget = new Budget({ kdfRounds: 2000 })
      await derive(budget)
      expect(budget.left('kdfRounds')).toBe(800)
      await expect(derive(budget)).rejects.toSatisfy((error) => isKysoError(error, 'ERR_BUDGET_EXCEEDED'))
    }
  })

  it('refuses no rounds at all', async () => {
    for (const iterations of [0, -1, 1.5, Number.NaN]) {
      const parameters = { digest: 'SHA-1', salt: latin1('salt'), iterations, length: 24 } as const
      await expect(pbkdf2(crypto, latin1('p'), parameters, new Budget())).rejects.toSatisfy((error) => isKysoError(error, 'ERR_ARGUMENT'))
      await expect(pkcs12Kdf(crypto, latin1('p'), parameters, 1, new Budget())).rejects.toSatisfy((error) => isKysoError(error, 'ERR_ARGUMENT'))
    }
  })
})

it('only the provider made of it uses Node behind its back', () => {
  expect(nodeModuleOf(defaultCrypto())).not.toBeNull()
  expect(nodeModuleOf(webCryptoProvider())).toBeNull()
})
