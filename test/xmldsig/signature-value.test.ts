import { createHmac, generateKeyPairSync, sign as nodeSign } from 'node:crypto'
import { ed25519ctx, ed25519ph } from '@noble/curves/ed25519.js'
import { expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { parsePublicKey } from '../../src/x509/index.ts'
import { digestMethodUri, digestOfUri, schemeOfUri, signatureMethodUri, transformUri } from '../../src/xmldsig/index.ts'
import { checkSignatureValue, hmac } from '../../src/xmldsig/signature-value.ts'
import { KEY, reference, sign, template, verify } from './sign.ts'

const crypto = defaultCrypto()
const MORE = 'http://www.w3.org/2001/04/xmldsig-more#'
const MORE2021 = 'http://www.w3.org/2021/04/xmldsig-more#'
const data = new TextEncoder().encode('what is signed')

it('computes HMAC as Node does', async () => {
  for (const [digest, name] of [
    ['SHA-1', 'sha1'],
    ['SHA-256', 'sha256'],
    ['SHA-384', 'sha384'],
    ['SHA3-256', 'sha3-256'],
  ] as const)
    for (const length of [0, 20, 64, 128, 200]) {
      const secret = new Uint8Array(length).fill(7)
      expect(Buffer.from(await hmac(crypto, digest, secret, data)).toString('hex')).toBe(createHmac(name, secret).update(data).digest('hex'))
    }
})

it('refuses an HMAC that is cut too short (XML-DSig 1.1 §6.3.1)', () => {
  const uri = `${MORE}hmac-sha256`
  expect(schemeOfUri(uri, { hmacOutputLength: 128 })).toEqual({ kind: 'HMAC', digest: 'SHA-256', bits: 128 })
  for (const hmacOutputLength of [0, 8, 120, 127, 264])
    expect(() => schemeOfUri(uri, { hmacOutputLength })).toThrow(expect.objectContaining({ code: 'ERR_SIGNATURE_MALFORMED' }))
  expect(() => schemeOfUri('http://www.w3.org/2000/09/xmldsig#hmac-sha1', { hmacOutputLength: 72 })).toThrow()
})

it('takes no public key for an HMAC, and no secret for a signature', async () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = parsePublicKey(new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })))
  const check = (uri: string, given: typeof KEY | typeof key) => checkSignatureValue(crypto, new Budget(), schemeOfUri(uri), given, data, new Uint8Array(64))
  expect((await check(`${MORE}hmac-sha256`, key)).result).toBe('failed')
  expect((await check(`${MORE}ecdsa-sha256`, KEY)).result).toBe('failed')
})

it('takes ECDSA values as two numbers of the right length alone', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = parsePublicKey(new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })))
  const value = (dsaEncoding: 'ieee-p1363' | 'der') => new Uint8Array(nodeSign('sha256', data, { key: privateKey, dsaEncoding }))
  const check = (bytes: Uint8Array) => checkSignatureValue(crypto, new Budget(), schemeOfUri(`${MORE}ecdsa-sha256`), key, data, bytes)
  const good = value('ieee-p1363')
  expect((await check(good)).result).toBe('passed')
  const der = await check(value('der'))
  expect(der.result).toBe('failed')
  expect(der.detail).toContain('ASN.1')
  const padded = Uint8Array.from([0, ...good.subarray(0, 32), 0, ...good.subarray(32)])
  expect((await check(padded)).result).toBe('failed')
})

it('checks EdDSA with context and with digest', async () => {
  const secret = new Uint8Array(32).fill(9)
  const spki = Uint8Array.from([0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00, ...ed25519ph.getPublicKey(secret)])
  const key = parsePublicKey(spki)
  const context = new TextEncoder().encode('c')
  const check = (name: string, value: Uint8Array, eddsaContext?: Uint8Array) =>
    checkSignatureValue(crypto, new Budget(), schemeOfUri(`${MORE2021}eddsa-${name}`, eddsaContext ? { eddsaContext } : {}), key, data, value)
  expect((await check('ed25519ph', ed25519ph.sign(data, secret))).result).toBe('passed')
  expect((await check('ed25519', ed25519ph.sign(data, secret))).result).toBe('failed')
  expect((await check('ed25519ctx', ed25519ctx.sign(data, secret, { context }), context)).result).toBe('passed')
  expect((await check('ed25519ctx', ed25519ctx.sign(data, secret, { context }), Uint8Array.of(1))).result).toBe('failed')
  expect(() => schemeOfUri(`${MORE2021}eddsa-ed25519ctx`)).toThrow()
  expect(() => schemeOfUri(`${MORE2021}eddsa-ed25519`, { eddsaContext: context })).toThrow()
})

it('names algorithms both ways', () => {
  for (const digest of ['SHA-1', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512', 'SHA3-256'] as const) {
    expect(digestOfUri(digestMethodUri(digest))).toBe(digest)
    for (const kind of ['ECDSA', 'RSASSA-PKCS1-v1_5'] as const) {
      if (digest.startsWith('SHA3') && kind !== 'ECDSA') continue
      expect(schemeOfUri(signatureMethodUri({ kind, digest }))).toEqual({ kind, digest })
    }
    const pss = {
      kind: 'RSASSA-PSS',
      digest,
      mgfDigest: digest,
      saltLength: { 'SHA-1': 20, 'SHA-224': 28, 'SHA-256': 32, 'SHA-384': 48, 'SHA-512': 64, 'SHA3-256': 32 }[digest],
    } as const
    expect(schemeOfUri(signatureMethodUri(pss))).toEqual(pss)
    expect(() => signatureMethodUri({ ...pss, saltLength: 1 })).toThrow()
  }
  expect(schemeOfUri(signatureMethodUri({ kind: 'Ed448' }))).toEqual({ kind: 'Ed448' })
  expect(transformUri('enveloped')).toContain('enveloped-signature')
  expect(transformUri({ method: 'exclusive', comments: true })).toBe('http://www.w3.org/2001/10/xml-exc-c14n#WithComments')
  expect(() => digestMethodUri('MD5')).toThrow()
  expect(() => digestOfUri(`${MORE}md5`)).toThrow(expect.objectContaining({ code: 'ERR_ALGORITHM_UNSUPPORTED' }))
})

it('leaves a signature undone whose method has a parameter that is not known', async () => {
  const xml = sign(`<a>${template(reference('', ''))}</a>`).replace('</SignatureMethod>', '<x xmlns="urn:x"/></SignatureMethod>')
  expect((await verify(xml)).value.check.result).toBe('notDone')
})
