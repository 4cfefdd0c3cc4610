import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, latin1, toHex } from '../../../src/core/bytes.ts'
import { aesCbcDecrypt, aesCbcEncrypt, aesEcbDecryptBlock, nobleCiphers, nodeCiphers } from '../../../src/core/crypto/ciphers.ts'
import { rc4 } from '../../../src/core/crypto/rc4.ts'
import { isKysoError, KysoError } from '../../../src/core/errors.ts'

const hex = (text: string): Uint8Array => fromHex(text.replaceAll(' ', '')) as Uint8Array

// NIST SP 800-38A, the plaintext and IV that appendix F uses throughout.
const PLAIN = hex('6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51 30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710')
const IV = hex('000102030405060708090a0b0c0d0e0f')
const CBC = [
  {
    name: 'F.2.1 CBC-AES128',
    key: '2b7e151628aed2a6abf7158809cf4f3c',
    cipher: '7649abac8119b246cee98e9b12e9197d 5086cb9b507219ee95db113a917678b2 73bed6b8e3c1743b7116e69e22229516 3ff1caa1681fac09120eca307586e1a7',
  },
  {
    name: 'F.2.3 CBC-AES192',
    key: '8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b',
    cipher: '4f021db243bc633d7178183a9fa071e8 b4d9ada9ad7dedf4e5e738763f69145a 571b242012fb7ae07fa9baac3df102e0 08b0e27988598881d920a9e64f5615cd',
  },
  {
    name: 'F.2.5 CBC-AES256',
    key: '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4',
    cipher: 'f58c4c04d6e5f1ba779eabfb5f7bfbd6 9cfc4e967edb808d679f777bc6702c7d 39f23369a9d9bacfa530e26304231461 b2eb05e2c39be9fcda6c19078c6a9d1b',
  },
]
const ECB = [
  { name: 'F.1.2 ECB-AES128', key: '2b7e151628aed2a6abf7158809cf4f3c', cipher: '3ad77bb40d7a3660a89ecaf32466ef97' },
  { name: 'F.1.6 ECB-AES256', key: '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4', cipher: 'f3eed1bdb5d2a03c064b5a7e3db181f8' },
]

describe('AES', () => {
  it.each(CBC)('CBC: NIST SP 800-38A $name', ({ key, cipher }) => {
    expect(toHex(aesCbcEncrypt(hex(key), IV, PLAIN, { padding: false }))).toBe(toHex(hex(cipher)))
    expect(toHex(aesCbcDecrypt(hex(key), IV, hex(cipher), { padding: false }) ?? new Uint8Array(0))).toBe(toHex(PLAIN))
    expect(toHex(nobleCiphers.cbcEncrypt(hex(key), IV, PLAIN))).toBe(toHex(hex(cipher)))
    expect(toHex(nobleCiphers.cbcDecrypt(hex(key), IV, hex(cipher)))).toBe(toHex(PLAIN))
  })

  it.each(ECB)('one block: NIST SP 800-38A $name', ({ key, cipher }) => {
    expect(toHex(aesEcbDecryptBlock(hex(key), hex(cipher)))).toBe(toHex(PLAIN.subarray(0, 16)))
    expect(toHex(nobleCiphers.ecbDecrypt(hex(key), hex(cipher)))).toBe(toHex(PLAIN.subarray(0, 16)))
  })

  it('both implementations agree, and padding comes off as it went on', () => {
    const node = nodeCiphers()
    expect(node).toBeDefined()
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
    fc.assert(
      fc.property(fc.oneof(bytes(16), bytes(24), bytes(32)), bytes(16), fc.uint8Array({ maxLength: 100 }), (key, iv, data) => {
        const encrypted = aesCbcEncrypt(key, iv, data, { padding: true })
        expect(encrypted.length).toBe(data.length + 16 - (data.length % 16))
        expect(toHex(aesCbcDecrypt(key, iv, encrypted, { padding: true }) ?? latin1('none'))).toBe(toHex(data))
        expect(toHex(nobleCiphers.cbcDecrypt(key, iv, encrypted))).toBe(toHex(node?.cbcDecrypt(key, iv, encrypted) ?? latin1('none')))
      }),
    )
  })

  it('a ciphertext that cannot be one is null, not an exception', () => {
    const key = IV
    expect(aesCbcDecrypt(key, IV, new Uint8Array(15), { padding: false })).toBeNull()
    expect(aesCbcDecrypt(key, IV, new Uint8Array(0), { padding: true })).toBeNull()
    expect(aesCbcDecrypt(key, IV, new Uint8Array(0), { padding: false })).toEqual(new Uint8Array(0))
  })

  it.each([
    ['zero', '00000000000000000000000000000000'],
    ['longer than a block', '00000000000000000000000000000011'],
    ['inconsistent', '00000000000000000000000000020303'],
  ])('padding that is %s is refused', (_, block) => {
    const encrypted = aesCbcEncrypt(IV, IV, hex(block), { padding: false })
    expect(aesCbcDecrypt(IV, IV, encrypted, { padding: true })).toBeNull()
  })

  it('refuses keys, IVs and blocks of other lengths', () => {
    const argument = (run: () => unknown): boolean => {
      try {
        run()
      } catch (error) {
        return isKysoError(error, 'ERR_ARGUMENT')
      }
      return false
    }
    expect(argument(() => aesCbcEncrypt(new Uint8Array(10), IV, PLAIN, { padding: false }))).toBe(true)
    expect(argument(() => aesCbcDecrypt(IV, new Uint8Array(15), PLAIN, { padding: false }))).toBe(true)
    expect(argument(() => aesEcbDecryptBlock(IV, new Uint8Array(32)))).toBe(true)
    expect(() => aesCbcEncrypt(IV, IV, new Uint8Array(17), { padding: false })).toThrow(KysoError)
  })
})

describe('RC4', () => {
  it.each([
    ['Key', 'Plaintext', 'bbf316e8d940af0ad3'],
    ['Wiki', 'pedia', '1021bf0420'],
    ['Secret', 'Attack at dawn', '45a01f645fc35b383552544b9bf5'],
  ])('the common vector of key %s', (key, plain, cipher) => {
    expect(toHex(rc4(latin1(key), latin1(plain)))).toBe(cipher)
  })

  // RFC 6229 §2: the first 16 bytes of the key stream.
  it.each([
    ['40 bits', '0102030405', 'b2396305f03dc027ccc3524a0a1118a8'],
    ['128 bits', '0102030405060708090a0b0c0d0e0f10', '9ac7cc9a609d1ef7b2932899cde41b97'],
    ['256 bits', '0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20', 'eaa6bd25880bf93d3f5d1e4ca2611d91'],
  ])('RFC 6229, %s', (_, key, start) => {
    expect(toHex(rc4(hex(key), new Uint8Array(16)))).toBe(start)
  })

  it('is its own inverse and leaves its input alone', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 256 }), fc.uint8Array({ maxLength: 300 }), (key, data) => {
        const before = toHex(data)
        expect(toHex(rc4(key, rc4(key, data)))).toBe(before)
        expect(toHex(data)).toBe(before)
      }),
    )
  })
})
