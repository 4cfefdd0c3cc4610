import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../../src/core/bytes.ts'
import { rc2CbcDecrypt } from '../../../src/core/crypto/rc2.ts'
import { isKysoError } from '../../../src/core/errors.ts'

const hex = (text: string): Uint8Array => fromHex(text) as Uint8Array

/** RFC 2268 §5. */
const VECTORS = [
  { bits: 63, key: '0000000000000000', plain: '0000000000000000', cipher: 'ebb773f993278eff' },
  { bits: 64, key: 'ffffffffffffffff', plain: 'ffffffffffffffff', cipher: '278b27e42e2f0d49' },
  { bits: 64, key: '3000000000000000', plain: '1000000000000001', cipher: '30649edf9be7d2c2' },
  { bits: 64, key: '88', plain: '0000000000000000', cipher: '61a8a244adacccf0' },
  { bits: 64, key: '88bca90e90875a', plain: '0000000000000000', cipher: '6ccf4308974c267f' },
  { bits: 64, key: '88bca90e90875a7f0f79c384627bafb2', plain: '0000000000000000', cipher: '1a807d272bbe5db1' },
  { bits: 128, key: '88bca90e90875a7f0f79c384627bafb2', plain: '0000000000000000', cipher: '2269552ab0f85ca6' },
  { bits: 129, key: '88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e', plain: '0000000000000000', cipher: '5b78d3a43dfff1f1' },
]

describe('RC2', () => {
  it.each(VECTORS)('decrypts the vector of RFC 2268 with $bits effective bits and key $key', ({ bits, key, plain, cipher }) => {
    expect(toHex(rc2CbcDecrypt(hex(key), bits, new Uint8Array(8), hex(cipher)))).toBe(plain)
  })

  it('chains blocks: each plaintext is xored with the ciphertext before it', () => {
    const [key, one, iv] = [hex('88bca90e90875a7f0f79c384627bafb2'), '2269552ab0f85ca6', hex('0102030405060708')]
    expect(toHex(rc2CbcDecrypt(key, 128, iv, hex(one + one)))).toBe(`0102030405060708${one}`)
    expect(rc2CbcDecrypt(key, 128, iv, new Uint8Array(0))).toHaveLength(0)
  })

  it('refuses lengths that are none of its own', () => {
    const calls = [
      () => rc2CbcDecrypt(new Uint8Array(0), 40, new Uint8Array(8), new Uint8Array(8)),
      () => rc2CbcDecrypt(new Uint8Array(129), 40, new Uint8Array(8), new Uint8Array(8)),
      () => rc2CbcDecrypt(new Uint8Array(5), 0, new Uint8Array(8), new Uint8Array(8)),
      () => rc2CbcDecrypt(new Uint8Array(5), 1025, new Uint8Array(8), new Uint8Array(8)),
      () => rc2CbcDecrypt(new Uint8Array(5), 40, new Uint8Array(7), new Uint8Array(8)),
      () => rc2CbcDecrypt(new Uint8Array(5), 40, new Uint8Array(8), new Uint8Array(9)),
    ]
    for (const call of calls) expect(call).toThrow(expect.toSatisfy((error) => isKysoError(error, 'ERR_ARGUMENT')))
  })
})
