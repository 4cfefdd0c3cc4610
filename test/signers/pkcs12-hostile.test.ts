import { createHmac, pbkdf2Sync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode, octetString } from '../../src/asn1/index.ts'
import { Budget } from '../../src/core/budget.ts'
import { concat, indexOf, toHex, utf8 } from '../../src/core/bytes.ts'
import { type ErrorCode, isKysoError, KysoError } from '../../src/core/errors.ts'
import { AuthenticatedSafe, OID, Pbkdf2Params, Pbmac1Params, Pfx, PrivateKeyInfo, SafeContents } from '../../src/signers/pkcs12/structures.ts'
import { openPkcs12, type Pkcs12Contents, pkcs12Signer } from '../../src/signers/pkcs12.ts'
import { AlgorithmIdentifier } from '../../src/x509/algorithm-identifier.ts'
import { fixture, request, verifies } from './support.ts'

/** What a damaged file may be called. */
const DAMAGE: readonly ErrorCode[] = ['ERR_PKCS12_SYNTAX', 'ERR_PKCS12_UNSUPPORTED', 'ERR_BUDGET_EXCEEDED']

/** The error of opening, or what was opened. */
async function outcome(file: Uint8Array, password: string, kdfRounds = 20_000): Promise<Pkcs12Contents | KysoError> {
  return openPkcs12(file, password, { budget: new Budget({ kdfRounds }) }).catch((error: unknown) => {
    if (isKysoError(error)) return error
    throw error
  })
}

function plainContents({ keys, certificates }: Pkcs12Contents): string {
  return JSON.stringify([keys.map((key) => toHex(key.pkcs8)), certificates.map((certificate) => toHex(certificate.der))])
}

const opened = (value: Pkcs12Contents | KysoError): Pkcs12Contents => {
  if (value instanceof KysoError) throw value
  return value
}

describe.each(['quick.p12', 'quick-legacy.p12'])('%s, damaged', (name) => {
  const file = fixture(`pkcs12/${name}`)

  it('opens as it was or is called damaged, whichever bit of whichever byte is flipped', async () => {
    const whole = plainContents(opened(await outcome(file, 'secret')))
    const counts = new Map<string, number>()
    for (let at = 0; at < file.length; at++) {
      for (const bit of [1, 0x20, 0x80]) {
        const broken = file.slice()
        broken[at] = (broken[at] as number) ^ bit
        const result = await outcome(broken, 'secret')
        const verdict = result instanceof KysoError ? result.code : 'opened'
        counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
        if (result instanceof KysoError) expect(DAMAGE, `byte ${at}: ${result.message}`).toContain(result.code)
        else if (result.macVerified) expect(plainContents(result)).toBe(whole)
        // The tag of MacData is the one place where a flipped bit could take the MAC away; then the PFX has an element too many.
        else expect.unreachable(`byte ${at} took the MAC away`)
      }
    }
    expect(counts.get('ERR_PKCS12_SYNTAX')).toBeGreaterThan(file.length)
  })

  it('is no PKCS #12 file, wherever it is cut or whatever is appended', async () => {
    for (let length = 0; length < file.length; length++) {
      const result = await outcome(file.subarray(0, length), 'secret')
      expect(result).toBeInstanceOf(KysoError)
      expect((result as KysoError).code).toBe('ERR_PKCS12_SYNTAX')
    }
    expect(await outcome(concat([file, Uint8Array.of(0)]), 'secret')).toMatchObject({ code: 'ERR_PKCS12_SYNTAX' })
  })

  it('any other bytes in any place give a KysoError or the same content', async () => {
    const whole = plainContents(opened(await outcome(file, 'secret')))
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), fc.uint8Array({ minLength: 1, maxLength: 40 }), async (at, bytes) => {
        const broken = concat([file.subarray(0, at), bytes, file.subarray(Math.min(file.length, at + bytes.length))])
        const result = await outcome(broken, 'secret')
        if (!(result instanceof KysoError)) expect(plainContents(result)).toBe(whole)
      }),
      { numRuns: 500 },
    )
  })
})

it('no bytes at all make it throw anything but a KysoError', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.string(), async (bytes, password) => {
      expect(await outcome(bytes, password)).toMatchObject({ code: 'ERR_PKCS12_SYNTAX' })
    }),
  )
})

it('no password but the right one opens a file, and the error does not tell it', async () => {
  const files = ['quick.p12', 'quick-legacy.p12', 'nomac.p12', 'nomac-legacy.p12', 'pbe-sha1-rc4-40.p12'].map((name) => fixture(`pkcs12/${name}`))
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })), async (file, password) => {
      fc.pre(password !== 'secret')
      const result = await outcome(file, password, 200_000)
      expect(result).toMatchObject({ code: 'ERR_PKCS12_PASSWORD', data: {} })
      if (password.length > 8) expect((result as KysoError).message).not.toContain(password)
    }),
    { numRuns: 150 },
  )
})

it('a wrong password is never called damage, though a padding may look right by chance', async () => {
  const file = withoutMac(fixture('pkcs12/quick-legacy.p12'))
  for (let i = 0; i < 600; i++) expect(await outcome(file, `wrong ${i}`)).toMatchObject({ code: 'ERR_PKCS12_PASSWORD' })
})

describe('rounds of key derivation', () => {
  it('are spent from the budget', async () => {
    const budget = new Budget({ kdfRounds: 10_000 })
    await openPkcs12(fixture('pkcs12/p256.p12'), 'secret', { budget })
    // MAC, certificates and key, 2,048 each; a key of 32 bytes is one block of HMAC-SHA-256.
    expect(budget.left('kdfRounds')).toBe(10_000 - 3 * 2048)
    expect(await outcome(fixture('pkcs12/p256.p12'), 'secret', 2047)).toMatchObject({ code: 'ERR_BUDGET_EXCEEDED', data: { kind: 'kdfRounds' } })
  })

  it.each([
    [0x00, 'ERR_PKCS12_SYNTAX'],
    [0xff, 'ERR_PKCS12_SYNTAX'],
  ] as const)('refuses a number of rounds of %i', async (byte, code) => {
    const file = fixture('pkcs12/quick.p12')
    const broken = file.slice()
    // `iterations` of MacData is the last element of the file; 1 is the default and not written, so the one of PBKDF2 is changed.
    const at = indexOf(file, Uint8Array.of(0x02, 0x01, 0x01))
    expect(at).toBeGreaterThan(0)
    broken[at + 2] = byte
    expect(await outcome(broken, 'secret')).toMatchObject({ code })
  })

  it('refuses an absurd number before it derives anything, whatever the budget', async () => {
    const file = pfx({ iterations: 2 ** 40 })
    expect(await outcome(file, 'secret', Number.MAX_SAFE_INTEGER)).toMatchObject({ code: 'ERR_BUDGET_EXCEEDED', data: { kind: 'kdfRounds', limit: 5_000_000 } })
  })
})

/** A file of one safe with no bags, its PBMAC1 made by Node. */
function pfx(options: { password?: string; iterations?: number; keyLength?: number; bags?: Uint8Array; prf?: string; mac?: Uint8Array }): Uint8Array {
  const { iterations = 1, keyLength = 32, prf = '1.2.840.113549.2.9' } = options
  const salt = utf8('salt')
  const safe = encode(octetString(), options.bags ?? encode(SafeContents, []))
  const authSafe = encode(AuthenticatedSafe, [{ contentType: OID.data, content: safe }])
  const key = iterations < 1e6 ? pbkdf2Sync(options.password ?? 'secret', salt, iterations, keyLength, 'sha256') : Buffer.alloc(32)
  const parameters = encode(Pbmac1Params, {
    keyDerivationFunc: {
      algorithm: OID.pbkdf2,
      parameters: encode(Pbkdf2Params, { salt: { type: 'specified', value: salt }, iterationCount: iterations, keyLength, prf: { algorithm: prf } }),
    },
    messageAuthScheme: { algorithm: '1.2.840.113549.2.9' },
  })
  return encode(Pfx, {
    version: 3,
    authSafe: { contentType: OID.data, content: encode(octetString(), authSafe) },
    macData: {
      mac: { digestAlgorithm: { algorithm: OID.pbmac1, parameters }, digest: options.mac ?? createHmac('sha256', key).update(authSafe).digest() },
      macSalt: utf8('NOT USED'),
      iterations: 1,
    },
  })
}

describe('PBMAC1', () => {
  it('takes the password in UTF-8', async () => {
    expect(await outcome(pfx({ password: 'Mật khẩu' }), 'Mật khẩu')).toMatchObject({ macVerified: true, keys: [] })
    expect(await outcome(pfx({ password: 'Mật khẩu' }), 'Mat khau')).toMatchObject({ code: 'ERR_PKCS12_PASSWORD' })
  })

  it('refuses a key so short that others than the password open the file, and one longer than any digest', async () => {
    for (const keyLength of [1, 19, 129, 4096]) expect(await outcome(pfx({ keyLength }), 'secret')).toMatchObject({ code: 'ERR_PKCS12_SYNTAX' })
    for (const keyLength of [20, 64]) expect(await outcome(pfx({ keyLength }), 'secret')).toMatchObject({ macVerified: true })
  })

  it('names what it does not know, and refuses a MAC cut short', async () => {
    expect(await outcome(pfx({ prf: '1.2.3' }), 'secret')).toMatchObject({ code: 'ERR_PKCS12_UNSUPPORTED', data: { algorithm: '1.2.3' } })
    expect(await outcome(pfx({ mac: new Uint8Array(16) }), 'secret')).toMatchObject({ code: 'ERR_PKCS12_SYNTAX' })
  })
})

describe('bags', () => {
  const bag = (bagId: string, bagValue: Uint8Array): Uint8Array => encode(SafeContents, [{ bagId, bagValue }])

  it('of other kinds are passed over and told', async () => {
    const contents = await outcome(pfx({ bags: bag('1.2.840.113549.1.12.10.1.5', encode(octetString(), utf8('secret bag'))) }), 'secret')
    expect(contents).toMatchObject({ keys: [], ignored: ['1.2.840.113549.1.12.10.1.5'] })
  })

  it('are found in safes within safes, as deep as any writer would put them', async () => {
    const key = encode(PrivateKeyInfo, { version: 0, privateKeyAlgorithm: { algorithm: '1.3.101.112' }, privateKey: encode(octetString(), new Uint8Array(32)) })
    const nest = (depth: number): Uint8Array => {
      let bags = bag(OID.keyBag, key)
      for (let i = 0; i < depth; i++) bags = bag(OID.safeContentsBag, bags)
      return bags
    }
    expect(opened(await outcome(pfx({ bags: nest(8) }), 'secret')).keys.map((one) => toHex(one.pkcs8))).toEqual([toHex(key)])
    expect(await outcome(pfx({ bags: nest(9) }), 'secret')).toMatchObject({ code: 'ERR_PKCS12_SYNTAX' })
    expect(await outcome(pfx({ bags: nest(3000) }), 'secret')).toMatchObject({ code: 'ERR_PKCS12_SYNTAX' })
  })

  it('with an encryption nobody knows name it', async () => {
    const shrouded = encode(AuthenticatedSafe, [])
    expect(await outcome(pfx({ bags: bag(OID.pkcs8ShroudedKeyBag, shrouded) }), 'secret')).toMatchObject({ code: 'ERR_PKCS12_SYNTAX' })
    const unknown = concat([encode(AlgorithmIdentifier, { algorithm: '1.2.3.4' }), encode(octetString(), utf8('…'))])
    const value = concat([Uint8Array.of(0x30, unknown.length), unknown])
    expect(await outcome(pfx({ bags: bag(OID.pkcs8ShroudedKeyBag, value) }), 'secret')).toMatchObject({
      code: 'ERR_PKCS12_UNSUPPORTED',
      data: { algorithm: '1.2.3.4' },
    })
  })
})

/**
 * Rewrites DER with indefinite lengths and strings in segments.
 *
 * @param levels how many OCTET STRINGs deep the structures inside are rewritten too
 */
function toBer(der: Uint8Array, levels: number): Uint8Array {
  const parts: Uint8Array[] = []
  for (let at = 0; at < der.length; ) {
    const first = der[at] as number
    const lead = der[at + 1] as number
    const octets = lead < 0x80 ? 0 : lead & 0x7f
    const length = octets === 0 ? lead : der.subarray(at + 2, at + 2 + octets).reduce((sum, byte) => sum * 256 + byte, 0)
    const start = at + 2 + octets
    const content = der.subarray(start, start + length)
    const isString = (first === 0x04 || first === 0x80) && length > 1
    const end = Uint8Array.of(0, 0)
    if ((first & 0x20) !== 0) parts.push(Uint8Array.of(first, 0x80), toBer(content, levels), end)
    else if (isString) {
      const inside = levels > 0 && content[0] === 0x30 ? toBer(content, levels - 1) : content
      const cut = inside.length >> 1
      parts.push(Uint8Array.of(first | 0x20, 0x80), encode(octetString(), inside.subarray(0, cut)), encode(octetString(), inside.subarray(cut)), end)
    } else parts.push(der.subarray(at, start + length))
    at = start + length
  }
  return concat(parts)
}

function withoutMac(file: Uint8Array): Uint8Array {
  const { version, authSafe } = decode(Pfx, file)
  return encode(Pfx, { version, authSafe })
}

describe('BER', () => {
  it.each(['rsa-chain.p12', 'legacy-chain.p12', 'quick.p12'])('reads %s rewritten with indefinite lengths and split strings', async (name) => {
    const file = fixture(`pkcs12/${name}`)
    const whole = plainContents(await openPkcs12(file, 'secret'))
    // A MAC is over the content of authSafe, so what lies in there is rewritten where the MAC is gone.
    for (const rewritten of [toBer(file, 0), toBer(withoutMac(file), 2)]) {
      expect(rewritten.length).toBeGreaterThan(file.length / 2)
      expect(plainContents(await openPkcs12(rewritten, 'secret'))).toBe(whole)
      const signer = await pkcs12Signer(rewritten, 'secret')
      const [signature] = await signer.sign([request(utf8('BER'))])
      expect(verifies(signer, utf8('BER'), signature as Uint8Array)).toBe(true)
    }
  })
})

describe('a file without MAC', () => {
  it.each(['rsa-chain.p12', 'legacy-chain.p12'])('opens, which is told, and its ciphertexts know the password (%s)', async (name) => {
    const file = withoutMac(fixture(`pkcs12/${name}`))
    expect(await outcome(file, 'secret')).toMatchObject({ macVerified: false })
    expect(await outcome(file, 'other')).toMatchObject({ code: 'ERR_PKCS12_PASSWORD' })
  })
})
