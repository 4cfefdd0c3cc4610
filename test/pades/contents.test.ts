import { describe, expect, it } from 'vitest'
import { aesCbcDecrypt, aesCbcEncrypt } from '../../src/core/crypto/ciphers.ts'
import { rc4 } from '../../src/core/crypto/rc4.ts'
import { KysoError } from '../../src/core/errors.ts'
import { contentsOf, type Decrypt } from '../../src/pades/contents.ts'
import { PdfString, pdfDict } from '../../src/pdf/index.ts'

const key = Uint8Array.from({ length: 16 }, (_, i) => i + 1)
const structure = Uint8Array.of(0x30, 0x26, ...Array.from({ length: 0x26 }, (_, i) => i))

const aes: Decrypt = (bytes) => {
  const plain = aesCbcDecrypt(key, bytes.subarray(0, 16), bytes.subarray(16), { padding: true })
  if (!plain) throw new KysoError('ERR_PDF_ENCRYPTION_INVALID', 'bad padding')
  return plain
}
const aesZeros = (length: number): Uint8Array => {
  const iv = new Uint8Array(16).fill(7)
  return Uint8Array.of(...iv, ...aesCbcEncrypt(key, iv, new Uint8Array(length), { padding: true }))
}
const stream: Decrypt = (bytes) => rc4(key, bytes)
const streamZeros = (length: number): Uint8Array => rc4(key, new Uint8Array(length))

/** The structure written over the beginning of what was there, as the signer in question does. */
function over(there: Uint8Array): Uint8Array {
  const bytes = there.slice()
  bytes.set(structure)
  return bytes
}

const paddingOf = (bytes: Uint8Array, decrypt?: Decrypt) =>
  contentsOf(pdfDict({ Contents: new PdfString(bytes, true) }), decrypt).checks.find(({ name }) => name === 'contentsPadding')

describe('padding of /Contents', () => {
  it('is zero', () => {
    expect(paddingOf(over(new Uint8Array(200)))).toEqual({ name: 'contentsPadding', result: 'passed' })
    const stray = over(new Uint8Array(200))
    stray[150] = 1
    expect(paddingOf(stray)).toMatchObject({ result: 'failed', data: { offset: 150 } })
    expect(paddingOf(stray, aes)).toMatchObject({ result: 'failed' })
  })

  it.each([
    ['AES', aesZeros, aes],
    ['RC4', streamZeros, stream],
  ] as const)('may be the encryption of zeros: %s', (_, zeros, decrypt) => {
    for (let length = structure.length + 33; length < structure.length + 120; length++) {
      const bytes = over(zeros(length))
      expect(paddingOf(bytes, decrypt)).toMatchObject({ result: 'passed', detail: expect.stringContaining('zeros') })
      expect(paddingOf(bytes)).toMatchObject({ result: 'failed' })
    }
  })

  it.each([
    ['AES', aesZeros, aes],
    ['RC4', streamZeros, stream],
  ] as const)('no bit of which can be another one: %s', (_, zeros, decrypt) => {
    const bytes = over(zeros(150))
    for (let i = structure.length; i < bytes.length; i++) {
      for (let bit = 0; bit < 8; bit++) {
        bytes[i] = (bytes[i] as number) ^ (1 << bit)
        expect(paddingOf(bytes, decrypt)).toMatchObject({ result: 'failed' })
        bytes[i] = (bytes[i] as number) ^ (1 << bit)
      }
    }
  })
})
