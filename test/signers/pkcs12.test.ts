import { describe, expect, it } from 'vitest'
import { utf8 } from '../../src/core/bytes.ts'
import { webCryptoProvider } from '../../src/core/crypto/web.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { openPkcs12, pkcs12Signer } from '../../src/signers/pkcs12.ts'
import { FACTS, fixture, request, sha256, verifies } from './support.ts'

const MODES = [
  { mode: 'on Node', options: {} },
  { mode: 'on WebCrypto', options: { crypto: webCryptoProvider() } },
]
const MESSAGE = utf8('Hợp đồng số 1')

/** What WebCrypto has not. */
const NODE_ONLY = ['brainpool.p12']

describe.each(MODES)('$mode', ({ mode, options }) => {
  it.each(FACTS)('opens and signs with $file', async ({ file, password, macVerified, algorithm, certificates }) => {
    const bytes = fixture(`pkcs12/${file}`)
    expect((await openPkcs12(bytes, password, options)).macVerified).toBe(macVerified)
    if (mode === 'on WebCrypto' && NODE_ONLY.includes(file)) {
      await expect(pkcs12Signer(bytes, password, options)).rejects.toSatisfy((error) => isKysoError(error, 'ERR_ALGORITHM_UNSUPPORTED'))
      return
    }
    const signer = await pkcs12Signer(bytes, password, options)
    expect(signer.algorithm).toBe(algorithm)
    expect(signer.certificates.map(sha256)).toEqual(certificates)
    const signatures = await signer.sign([request(MESSAGE), request(utf8('another'))])
    expect(signatures).toHaveLength(2)
    expect(verifies(signer, MESSAGE, signatures[0] as Uint8Array)).toBe(true)
    expect(verifies(signer, utf8('another'), signatures[1] as Uint8Array)).toBe(true)
    expect(verifies(signer, utf8('another'), signatures[0] as Uint8Array)).toBe(false)
  })

  it.each(FACTS)('tells a wrong password for $file', async ({ file, password }) => {
    const bytes = fixture(`pkcs12/${file}`)
    for (const wrong of [`${password}x`, 'Mat khau', password === '' ? ' ' : ''].filter((one) => one !== password)) {
      await expect(openPkcs12(bytes, wrong, options)).rejects.toSatisfy((error) => isKysoError(error, 'ERR_PKCS12_PASSWORD'))
    }
  })

  it.each(['RSASSA-PKCS1-v1_5-SHA512', 'RSASSA-PSS-SHA256', 'RSASSA-PSS-SHA384', 'RSASSA-PKCS1-v1_5-SHA1'] as const)(
    'signs with %s when asked to',
    async (algorithm) => {
      const signer = await pkcs12Signer(fixture('pkcs12/rsa-chain.p12'), 'secret', { ...options, algorithm })
      expect(signer.algorithm).toBe(algorithm)
      const [signature] = await signer.sign([request(MESSAGE)])
      expect(verifies(signer, MESSAGE, signature as Uint8Array)).toBe(true)
    },
  )

  it('`pss` is RSASSA-PSS with SHA-256', async () => {
    const signer = await pkcs12Signer(fixture('pkcs12/rsa-chain.p12'), 'secret', { ...options, algorithm: 'pss' })
    expect(signer.algorithm).toBe('RSASSA-PSS-SHA256')
    const [signature] = await signer.sign([request(MESSAGE)])
    expect(verifies(signer, MESSAGE, signature as Uint8Array)).toBe(true)
  })

  it.each([
    ['p256.p12', 'pss'],
    ['p256.p12', 'RSASSA-PKCS1-v1_5-SHA256'],
    ['p256.p12', 'Ed25519'],
    ['rsa-chain.p12', 'ECDSA-SHA256'],
    ['ed25519.p12', 'Ed448'],
    // A certificate whose key stands under id-RSASSA-PSS with SHA-384.
    ['pss.p12', 'RSASSA-PKCS1-v1_5-SHA256'],
    ['pss.p12', 'RSASSA-PSS-SHA256'],
  ] as const)('refuses to sign with the key of %s by %s', async (file, algorithm) => {
    const signer = pkcs12Signer(fixture(`pkcs12/${file}`), 'secret', { ...options, algorithm })
    await expect(signer).rejects.toSatisfy((error) => isKysoError(error, 'ERR_ARGUMENT'))
  })

  it('finds the key by its friendly name', async () => {
    const file = fixture('pkcs12/java-two-keys.p12')
    expect((await pkcs12Signer(file, 'secret', { ...options, friendlyName: 'one' })).algorithm).toBe('RSASSA-PKCS1-v1_5-SHA256')
    expect((await pkcs12Signer(file, 'secret', { ...options, friendlyName: 'two' })).algorithm).toBe('ECDSA-SHA384')
    await expect(pkcs12Signer(file, 'secret', { ...options, friendlyName: 'three' })).rejects.toSatisfy((error) => isKysoError(error, 'ERR_PKCS12_NO_KEY'))
    // NFD, as a macOS file name would have it.
    const composed = await pkcs12Signer(fixture('pkcs12/rsa-chain.p12'), 'secret', { ...options, friendlyName: 'Chữ ký của tôi'.normalize('NFD') })
    expect(composed.certificates).toHaveLength(3)
  })

  it('takes a password in decomposed letters for the composed one', async () => {
    for (const file of ['password-vietnamese.p12', 'password-vietnamese-legacy.p12']) {
      const contents = await openPkcs12(fixture(`pkcs12/${file}`), 'Mật khẩu'.normalize('NFD'), options)
      expect(contents.keys).toHaveLength(1)
    }
  })

  it('stops when it is told to', async () => {
    const signer = await pkcs12Signer(fixture('pkcs12/p256.p12'), 'secret', options)
    await expect(signer.sign([request(MESSAGE)], { signal: AbortSignal.abort() })).rejects.toSatisfy((error) => isKysoError(error, 'ERR_ABORTED'))
    const controller = new AbortController()
    const progress: [number, number][] = []
    const batch = signer.sign(
      Array.from({ length: 40 }, () => request(MESSAGE)),
      {
        signal: controller.signal,
        onProgress(done, total) {
          progress.push([done, total])
          if (done === 3) controller.abort()
        },
      },
    )
    await expect(batch).rejects.toSatisfy((error) => isKysoError(error, 'ERR_ABORTED'))
    expect(progress).toEqual([
      [1, 40],
      [2, 40],
      [3, 40],
    ])
  })

  it('signs nothing when one of the requests is none', async () => {
    const signer = await pkcs12Signer(fixture('pkcs12/p256.p12'), 'secret', options)
    let signed = 0
    const broken = { ...request(MESSAGE), toBeSigned: 'text' as never }
    const batch = signer.sign([request(MESSAGE), broken], { onProgress: () => signed++ })
    await expect(batch).rejects.toSatisfy((error) => isKysoError(error, 'ERR_ARGUMENT'))
    expect(signed).toBe(0)
  })
})

describe('openPkcs12', () => {
  it('gives keys and certificates with their names and what ties them', async () => {
    const { keys, certificates, ignored } = await openPkcs12(fixture('pkcs12/rsa-chain.p12'), 'secret')
    expect(keys.map((key) => key.friendlyName)).toEqual(['Chữ ký của tôi'])
    expect(certificates).toHaveLength(3)
    expect(certificates[0]?.friendlyName).toBe('Chữ ký của tôi')
    expect(certificates[0]?.localKeyId).toEqual(keys[0]?.localKeyId)
    expect(certificates[0]?.localKeyId).toHaveLength(20)
    expect(ignored).toEqual([])
  })

  it('gives what is not shrouded as copies: overwriting it leaves the file alone', async () => {
    const file = fixture('pkcs12/plain.p12')
    const before = sha256(file)
    const { keys } = await openPkcs12(file, 'secret')
    keys[0]?.pkcs8.fill(0)
    expect(sha256(file)).toBe(before)
    const signer = await pkcs12Signer(file, 'secret')
    expect(sha256(file)).toBe(before)
    const [signature] = await signer.sign([request(MESSAGE)])
    expect(verifies(signer, MESSAGE, signature as Uint8Array)).toBe(true)
  })

  it('is not disturbed by what happens to the file while it works', async () => {
    const file = fixture('pkcs12/p256.p12')
    const opening = openPkcs12(file, 'secret')
    file.fill(0)
    expect((await opening).keys).toHaveLength(1)
  })

  it('takes a Buffer', async () => {
    expect((await openPkcs12(Buffer.from(fixture('pkcs12/p256.p12')), 'secret')).keys).toHaveLength(1)
  })

  it('refuses other arguments', async () => {
    await expect(openPkcs12('MII' as never, 'secret')).rejects.toSatisfy((error) => isKysoError(error, 'ERR_ARGUMENT'))
    await expect(openPkcs12(fixture('pkcs12/p256.p12'), undefined as never)).rejects.toSatisfy((error) => isKysoError(error, 'ERR_ARGUMENT'))
  })
})

describe('a file without a key to sign with', () => {
  it.each([
    ['no-key.p12', { keys: 0, certificates: 2 }],
    ['cannot-sign.p12', { keys: 1, certificates: 1 }],
  ])('%s', async (file, data) => {
    const signer = pkcs12Signer(fixture(`pkcs12/${file}`), 'secret')
    await expect(signer).rejects.toSatisfy((error) => isKysoError(error, 'ERR_PKCS12_NO_KEY'))
    await expect(signer).rejects.toMatchObject({ data })
  })
})
