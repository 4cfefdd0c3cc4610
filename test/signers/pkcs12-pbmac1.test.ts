import { describe, expect, it } from 'vitest'
import { fromBase64, fromLatin1, utf8 } from '../../src/core/bytes.ts'
import { webCryptoProvider } from '../../src/core/crypto/web.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { openPkcs12, pkcs12Signer } from '../../src/signers/pkcs12.ts'
import { fixture, request, verifies } from './support.ts'

/** The files of RFC 9579, appendix A. */
const vector = (name: string): Uint8Array => fromBase64(fromLatin1(fixture(`rfc9579/${name}.b64`))) as Uint8Array

describe.each([
  { mode: 'on Node', options: {} },
  { mode: 'on WebCrypto', options: { crypto: webCryptoProvider() } },
])('RFC 9579 appendix A, $mode', ({ options }) => {
  it.each(['a1', 'a2', 'a3'])('%s opens, its MAC verified, and signs', async (name) => {
    const contents = await openPkcs12(vector(name), '1234', options)
    expect(contents.macVerified).toBe(true)
    expect([contents.keys.length, contents.certificates.length]).toEqual([1, 1])
    const signer = await pkcs12Signer(vector(name), '1234', options)
    const message = utf8('PBMAC1')
    const [signature] = await signer.sign([request(message)])
    expect(verifies(signer, message, signature as Uint8Array)).toBe(true)
  })

  it.each(['a1', 'a2', 'a3', 'a4', 'a5'])('%s does not open with another password', async (name) => {
    await expect(openPkcs12(vector(name), '12345', options)).rejects.toSatisfy((error) => isKysoError(error, 'ERR_PKCS12_PASSWORD'))
  })

  // A.4 has another number of rounds than the MAC was made with, A.5 another salt: the password still opens what is inside.
  it.each([
    ['a4', /MAC does not match/],
    ['a5', /MAC does not match/],
    ['a6', /without the length of its key/],
  ])('%s is refused as damaged', async (name, reason) => {
    const opening = openPkcs12(vector(name), '1234', options)
    await expect(opening).rejects.toSatisfy((error) => isKysoError(error, 'ERR_PKCS12_SYNTAX'))
    await expect(opening).rejects.toThrow(reason)
  })
})
