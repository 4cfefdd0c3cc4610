import { createCipheriv } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../../src/core/bytes.ts'
import { tripleDesCbcDecrypt } from '../../../src/core/crypto/des.ts'
import { isKysoError } from '../../../src/core/errors.ts'

const hex = (text: string): Uint8Array => fromHex(text.replaceAll(' ', '')) as Uint8Array
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

describe('Triple DES', () => {
  it('decrypts the block of NIST SP 800-67, appendix B', () => {
    const key = hex('0123456789abcdef 23456789abcdef01 456789abcdef0123')
    const cipher = hex('a826fd8ce53b855f cce21c8112256fe6 68d5c05dd9b6b900')
    // The appendix encrypts each block on its own; with CBC every block is xored with the one before.
    const plain = tripleDesCbcDecrypt(key, new Uint8Array(8), cipher)
    const ecb = plain.map((byte, i) => byte ^ (i < 8 ? 0 : (cipher[i - 8] as number)))
    expect(new TextDecoder().decode(ecb)).toBe('The qufck brown fox jump')
  })

  it('agrees with OpenSSL on any key, IV and data, with three keys and with two', () => {
    fc.assert(
      fc.property(fc.oneof(bytes(24), bytes(16)), bytes(8), fc.integer({ min: 0, max: 9 }), fc.infiniteStream(fc.nat(255)), (key, iv, blocks, stream) => {
        const data = Uint8Array.from([...stream.take(8 * blocks)])
        const cipher = createCipheriv(key.length === 24 ? 'des-ede3-cbc' : 'des-ede-cbc', key, iv).setAutoPadding(false)
        const encrypted = Buffer.concat([cipher.update(data), cipher.final()])
        expect(toHex(tripleDesCbcDecrypt(key, iv, encrypted))).toBe(toHex(data))
      }),
    )
  })

  it('refuses lengths that are none of its own', () => {
    const calls = [
      () => tripleDesCbcDecrypt(new Uint8Array(8), new Uint8Array(8), new Uint8Array(8)),
      () => tripleDesCbcDecrypt(new Uint8Array(24), new Uint8Array(16), new Uint8Array(8)),
      () => tripleDesCbcDecrypt(new Uint8Array(24), new Uint8Array(8), new Uint8Array(7)),
    ]
    for (const call of calls) expect(call).toThrow(expect.toSatisfy((error) => isKysoError(error, 'ERR_ARGUMENT')))
  })
})
