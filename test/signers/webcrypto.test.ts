import { createPublicKey, verify } from 'node:crypto'
import { Crypto as PeculiarCrypto } from '@peculiar/webcrypto'
import { describe, expect, it } from 'vitest'
import type { SignatureAlgorithm } from '../../src/core/algorithms.ts'
import { utf8 } from '../../src/core/bytes.ts'
import { type ErrorCode, isKysoError } from '../../src/core/errors.ts'
import { webCryptoSigner } from '../../src/signers/webcrypto.ts'
import { request } from './support.ts'

const MESSAGE = utf8('Hợp đồng số 1')
/** The signer hands certificates on and looks into none. */
const CERTIFICATES = [utf8('a certificate')]
const ENGINES: { engine: string; crypto: Crypto }[] = [
  { engine: "Node's WebCrypto", crypto: globalThis.crypto },
  { engine: '@peculiar/webcrypto', crypto: new PeculiarCrypto() },
]
const RSA = { modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }

type KeyParameters = RsaHashedKeyGenParams | EcKeyGenParams

async function generate(crypto: Crypto, parameters: KeyParameters | { name: string }, usages: KeyUsage[] = ['sign', 'verify']): Promise<CryptoKeyPair> {
  return (await crypto.subtle.generateKey(parameters, false, usages)) as CryptoKeyPair
}

const CASES: { parameters: KeyParameters; algorithm: SignatureAlgorithm; wanted?: SignatureAlgorithm; digest: string }[] = [
  { parameters: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', ...RSA }, algorithm: 'RSASSA-PKCS1-v1_5-SHA256', digest: 'sha256' },
  { parameters: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512', ...RSA }, algorithm: 'RSASSA-PKCS1-v1_5-SHA512', digest: 'sha512' },
  { parameters: { name: 'RSA-PSS', hash: 'SHA-256', ...RSA }, algorithm: 'RSASSA-PSS-SHA256', digest: 'sha256' },
  { parameters: { name: 'RSA-PSS', hash: 'SHA-384', ...RSA }, algorithm: 'RSASSA-PSS-SHA384', digest: 'sha384' },
  { parameters: { name: 'ECDSA', namedCurve: 'P-256' }, algorithm: 'ECDSA-SHA256', digest: 'sha256' },
  { parameters: { name: 'ECDSA', namedCurve: 'P-384' }, algorithm: 'ECDSA-SHA384', digest: 'sha384' },
  { parameters: { name: 'ECDSA', namedCurve: 'P-521' }, algorithm: 'ECDSA-SHA512', digest: 'sha512' },
  { parameters: { name: 'ECDSA', namedCurve: 'P-256' }, algorithm: 'ECDSA-SHA512', wanted: 'ECDSA-SHA512', digest: 'sha512' },
]

describe.each(ENGINES)('a key of $engine that cannot be exported', ({ crypto }) => {
  it.each(CASES)('signs by $algorithm, and OpenSSL verifies it', async ({ parameters, algorithm, wanted, digest }) => {
    const { privateKey, publicKey } = await generate(crypto, parameters)
    expect(privateKey.extractable).toBe(false)
    const signer = webCryptoSigner({ privateKey, certificates: CERTIFICATES, crypto, algorithm: wanted })
    expect(signer.algorithm).toBe(algorithm)
    expect(signer.certificates).toEqual(CERTIFICATES)
    const spki = Buffer.from(await crypto.subtle.exportKey('spki', publicKey))
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
    const padding = algorithm.startsWith('RSASSA-PSS') ? { padding: 6, saltLength: -1 } : {}
    // Often enough that an ECDSA value with a short or a high r or s is among them.
    const messages = Array.from({ length: algorithm.startsWith('ECDSA') ? 40 : 2 }, (_, i) => utf8(`${i}`))
    const signatures = await signer.sign(messages.map(request))
    signatures.forEach((signature, i) => {
      expect(verify(digest, messages[i] as Uint8Array, { key, dsaEncoding: 'der', ...padding }, signature)).toBe(true)
    })
  })
})

it.each(['Ed25519', 'Ed448'] as const)('signs by %s', async (name) => {
  const { privateKey, publicKey } = await generate(globalThis.crypto, { name })
  const signer = webCryptoSigner({ privateKey, certificates: CERTIFICATES })
  expect(signer.algorithm).toBe(name)
  const [signature] = await signer.sign([request(MESSAGE)])
  const key = createPublicKey({ key: Buffer.from(await crypto.subtle.exportKey('spki', publicKey)), format: 'der', type: 'spki' })
  expect(verify(null, MESSAGE, key, signature as Uint8Array)).toBe(true)
})

describe('what is refused', () => {
  const refusal = async (make: () => unknown, code: ErrorCode): Promise<void> => {
    await expect((async () => make())()).rejects.toSatisfy((error) => isKysoError(error, code))
  }
  const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' }

  it('keys that cannot sign', async () => {
    const { privateKey, publicKey } = await generate(globalThis.crypto, ecdsa)
    const agreement = await generate(globalThis.crypto, { name: 'ECDH', namedCurve: 'P-256' }, ['deriveBits'])
    const decryption = await generate(globalThis.crypto, { name: 'RSA-OAEP', hash: 'SHA-256', ...RSA }, ['encrypt', 'decrypt'])
    const mac = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
    for (const key of [publicKey, agreement.privateKey, decryption.privateKey, mac, undefined, null, {}, 'key']) {
      await refusal(() => webCryptoSigner({ privateKey: key as CryptoKey, certificates: CERTIFICATES }), 'ERR_KEY_INVALID')
    }
    expect(webCryptoSigner({ privateKey, certificates: CERTIFICATES }).algorithm).toBe('ECDSA-SHA256')
  })

  it('RSA keys below 1,024 bits', async () => {
    const { privateKey } = await generate(globalThis.crypto, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', ...RSA, modulusLength: 512 })
    await refusal(() => webCryptoSigner({ privateKey, certificates: CERTIFICATES }), 'ERR_KEY_INVALID')
  })

  it('algorithms that do not go with the key, and those WebCrypto has not', async () => {
    const { privateKey } = await generate(globalThis.crypto, ecdsa)
    const rsa = await generate(globalThis.crypto, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', ...RSA })
    const make = (key: CryptoKey, algorithm: string) => () =>
      webCryptoSigner({ privateKey: key, certificates: CERTIFICATES, algorithm: algorithm as SignatureAlgorithm })
    for (const algorithm of ['RSASSA-PKCS1-v1_5-SHA256', 'Ed25519']) await refusal(make(privateKey, algorithm), 'ERR_ARGUMENT')
    for (const algorithm of ['ECDSA-SHA256', 'RSASSA-PSS-SHA256', 'RSASSA-PKCS1-v1_5-SHA512']) await refusal(make(rsa.privateKey, algorithm), 'ERR_ARGUMENT')
    for (const algorithm of ['ECDSA-SHA224', 'ECDSA-SHA3-256', 'ECDSA-MD5', 'nonsense']) await refusal(make(privateKey, algorithm), 'ERR_ALGORITHM_UNSUPPORTED')
  })

  it('no certificates', async () => {
    const { privateKey } = await generate(globalThis.crypto, ecdsa)
    for (const certificates of [[], undefined, ['text']]) {
      await refusal(() => webCryptoSigner({ privateKey, certificates: certificates as never }), 'ERR_ARGUMENT')
    }
  })
})

describe('while it signs', () => {
  /** A WebCrypto whose `sign` is the given one. */
  const cryptoWith = (sign: () => Promise<ArrayBuffer>): Crypto => ({ subtle: { sign } as Partial<SubtleCrypto> as SubtleCrypto }) as Partial<Crypto> as Crypto

  it('tells the progress and stops on the signal', async () => {
    const { privateKey } = await generate(globalThis.crypto, { name: 'ECDSA', namedCurve: 'P-256' })
    const signer = webCryptoSigner({ privateKey, certificates: CERTIFICATES })
    const controller = new AbortController()
    const seen: string[] = []
    const batch = signer.sign([request(MESSAGE), request(MESSAGE), request(MESSAGE)], {
      signal: controller.signal,
      onProgress(done, total) {
        seen.push(`${done}/${total}`)
        if (done === 2) controller.abort()
      },
    })
    await expect(batch).rejects.toSatisfy((error) => isKysoError(error, 'ERR_ABORTED'))
    expect(seen).toEqual(['1/3', '2/3'])
    await expect(signer.sign([], { signal: controller.signal })).rejects.toSatisfy((error) => isKysoError(error, 'ERR_ABORTED'))
    expect(await signer.sign([])).toEqual([])
  })

  it('tells what the user refused from what the key cannot do', async () => {
    const { privateKey } = await generate(globalThis.crypto, { name: 'ECDSA', namedCurve: 'P-256' })
    const failing = (name: string) => {
      const crypto = cryptoWith(() => Promise.reject(new DOMException('no', name)))
      return webCryptoSigner({ privateKey, certificates: CERTIFICATES, crypto }).sign([request(MESSAGE)])
    }
    await expect(failing('NotAllowedError')).rejects.toSatisfy((error) => isKysoError(error, 'ERR_SIGNER_CANCELLED'))
    await expect(failing('AbortError')).rejects.toSatisfy((error) => isKysoError(error, 'ERR_SIGNER_CANCELLED'))
    await expect(failing('OperationError')).rejects.toSatisfy((error) => isKysoError(error, 'ERR_KEY_INVALID'))
  })

  it('refuses an ECDSA value that is not r and s in full', async () => {
    const { privateKey } = await generate(globalThis.crypto, { name: 'ECDSA', namedCurve: 'P-256' })
    for (const length of [0, 63, 65, 71]) {
      const signer = webCryptoSigner({ privateKey, certificates: CERTIFICATES, crypto: cryptoWith(async () => new ArrayBuffer(length)) })
      await expect(signer.sign([request(MESSAGE)])).rejects.toSatisfy((error) => isKysoError(error, 'ERR_SIGNATURE_MALFORMED'))
    }
  })
})
