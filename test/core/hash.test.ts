import * as nodeCrypto from 'node:crypto'
import { Crypto as PeculiarCrypto } from '@peculiar/webcrypto'
import { describe, expect, it } from 'vitest'
import { DIGESTS, type DigestAlgorithm } from '../../src/core/algorithms.ts'
import { toHex } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { nodeCryptoModule, nodeCryptoProvider } from '../../src/core/crypto/node.ts'
import { webCryptoProvider } from '../../src/core/crypto/web.ts'
import { digest, hashRanges } from '../../src/core/hash.ts'
import { memorySource } from '../../src/core/source.ts'

const providers = [nodeCryptoProvider(nodeCrypto), webCryptoProvider(), webCryptoProvider(new PeculiarCrypto())]

/** Digests of "abc": RFC 1321, FIPS 180-4 and FIPS 202 examples. */
const ABC: Record<DigestAlgorithm, string> = {
  MD5: '900150983cd24fb0d6963f7d28e17f72',
  'SHA-1': 'a9993e364706816aba3e25717850c26c9cd0d89d',
  'SHA-224': '23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7',
  'SHA-256': 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  'SHA-384': 'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
  'SHA-512': 'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  'SHA-512/256': '53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23',
  'SHA3-224': 'e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf',
  'SHA3-256': '3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532',
  'SHA3-384': 'ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25',
  'SHA3-512': 'b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0',
  'SHAKE256-512': '483366601360a8771c6863080cc4114d8db44530f8f1e1ee4f94ea37e78b5739d5a15bef186a5386c75744c0527e1faa9f8726e462a12a4feb06bd8801e751e4',
}

describe.each(providers.map((p, i) => [`${p.name} ${i}`, p] as const))('hashes of %s', (_, provider) => {
  it.each(DIGESTS.map((d) => d.name))('%s: known value, in pieces, and by copies', async (name) => {
    const abc = Uint8Array.of(0x61, 0x62, 0x63)
    expect(toHex(await digest(provider, name, abc))).toBe(ABC[name])
    const hash = await provider.createHash(name)
    hash.update(abc.subarray(0, 1))
    const copy = hash.copy()
    copy.update(abc.subarray(1))
    const another = copy.copy()
    expect(toHex(copy.digest())).toBe(ABC[name])
    expect(toHex(another.copy().digest())).toBe(ABC[name])
    hash.update(Uint8Array.of(0x62))
    hash.update(Uint8Array.of(0x63))
    expect(toHex(hash.digest())).toBe(ABC[name])
  })

  it('gives random bytes', () => {
    const random = provider.randomBytes(32)
    expect(random).toHaveLength(32)
    expect(toHex(random)).not.toBe(toHex(provider.randomBytes(32)))
  })
})

describe('hashRanges', () => {
  const document = new Uint8Array(40 * 1024 * 1024).map((_, i) => i & 0xff)

  it('feeds several hashes in one reading', async () => {
    const [node, web] = providers as [(typeof providers)[0], (typeof providers)[0]]
    const hashers = [await node.createHash('SHA-256'), await node.createHash('SHA-1'), await web.createHash('MD5')]
    const ranges = [
      { offset: 0, length: 1000 },
      { offset: 3000, length: 2_000_000 },
    ]
    await hashRanges(hashers, memorySource(document), ranges)
    const bytes = Buffer.concat([document.subarray(0, 1000), document.subarray(3000, 2_003_000)])
    expect(hashers.map((h) => toHex(h.digest()))).toEqual(['sha256', 'sha1', 'md5'].map((name) => nodeCrypto.createHash(name).update(bytes).digest('hex')))
  })

  it('lets others run, and stops when told to', async () => {
    const controller = new AbortController()
    const hasher = await (providers[0] as (typeof providers)[0]).createHash('SHA-256')
    const hashing = hashRanges([hasher], memorySource(document), [{ offset: 0, length: document.length }], controller.signal)
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(hashing).rejects.toMatchObject({ code: 'ERR_ABORTED', cause: reason })
  })
})

describe('the default provider', () => {
  it('is Node’s own here', () => {
    expect(nodeCryptoModule()?.createHash).toBe(nodeCrypto.createHash)
    expect(defaultCrypto().name).toBe('node:crypto')
    expect(defaultCrypto()).toBe(defaultCrypto())
  })
})
