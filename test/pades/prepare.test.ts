/** Preparing and completing: the way by a state is the way in one go, and a state that was touched is found out. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { equal, fromLatin1, toBase64, toHex } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { isKysoError, KysoError } from '../../src/core/errors.ts'
import { digest } from '../../src/core/hash.ts'
import type { ByteSource } from '../../src/core/source.ts'
import { completePdf, type PreparedPdf, type PreparePdfOptions, preparePdf, type SignPdfOptions, signPdf } from '../../src/pades/index.ts'
import { openEncryption } from '../../src/pdf/encryption/index.ts'
import { Lab, type LabIdentity } from '../../src/testing/index.ts'
import { verify } from '../../src/verify/index.ts'
import { trustAnchor } from '../../src/x509/index.ts'
import { buildPdf } from '../pdf/encryption/build-pdf.ts'
import { direct } from '../pdf/encryption/helpers.ts'
import { type EncryptionPlan, makeEncryption } from '../pdf/encryption/make-encryption.ts'
import { codeOf, smallPdf } from '../support/pades.ts'

const signingTime = new Date('2026-03-04T05:06:07Z')
const DESCRIPTION = { signingTime, reason: 'Phê duyệt', location: 'Huế', contactInfo: 'lab@example.com', name: 'Nguyễn Thị Thử' } as const

let lab: Lab
let rsa: LabIdentity
let ec: LabIdentity

beforeAll(async () => {
  lab = await Lab.create({ now: signingTime })
  rsa = await lab.issue({ algorithm: 'RSA-2048' })
  ec = await lab.issue()
})

const optionsFor = (identity: LabIdentity, more: Partial<PreparePdfOptions> = {}): PreparePdfOptions => ({
  ...DESCRIPTION,
  certificates: identity.chain,
  algorithm: identity.algorithm,
  ...more,
})

async function signatureOf(identity: LabIdentity, { request }: PreparedPdf): Promise<Uint8Array> {
  const [signature] = await identity.signer.sign([request])
  return signature as Uint8Array
}

async function errorOf(work: () => Promise<unknown>): Promise<KysoError> {
  const caught = await work().then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(caught).toBeInstanceOf(KysoError)
  return caught as KysoError
}

/** Whether everything in a document is intact and passes in the lab. */
async function passes(pdf: Uint8Array, password?: string): Promise<boolean> {
  const crls = [await lab.crl(lab.root), await lab.crl()]
  const report = await verify(pdf, { trust: [trustAnchor(lab.root.certificate)], crls, at: signingTime, ...(password === undefined ? {} : { password }) })
  return report.indication === 'TOTAL-PASSED' && report.signatures.every(({ intact }) => intact === true)
}

/** A small document that is encrypted, made by the tests' own writer. */
async function encryptedPdf(plan: EncryptionPlan): Promise<Uint8Array> {
  const made = makeEncryption({ ...plan, user: 'user', owner: 'owner' })
  const crypto = defaultCrypto()
  const encryption = await openEncryption(made.dict, direct, made.id0, 'user', { budget: new Budget(), crypto })
  const random = (length: number): Uint8Array => crypto.randomBytes(length)
  return buildPdf({
    ...made,
    string: (bytes, number) => encryption.encryptString(bytes, number, 0, random),
    stream: (bytes, number) => encryption.encryptStream(bytes, number, 0, random),
  })
}

describe('by a state', () => {
  it.each(['table', 'xref-stream', 'hybrid'] as const)('gives what signing in one go gives: %s', async (kind) => {
    const pdf = smallPdf(kind)
    const copy = pdf.slice()
    const prepared = await preparePdf(pdf, optionsFor(rsa))
    // Through JSON and back, as it goes between processes.
    const state = JSON.stringify(JSON.parse(prepared.state))
    const signed = await completePdf(pdf, state, await signatureOf(rsa, prepared))
    const atOnce = await signPdf(pdf, { ...DESCRIPTION, signer: rsa.signer })
    expect(equal(signed, atOnce)).toBe(true)
    expect(equal(pdf, copy)).toBe(true)
    expect(equal(signed.subarray(0, pdf.length), pdf)).toBe(true)
    expect(await passes(signed)).toBe(true)
  })

  it('asks the key for the signed attributes and says what they are of', async () => {
    const pdf = smallPdf('table')
    const { request, toBeSigned, field } = await preparePdf(pdf, optionsFor(rsa))
    expect(field).toBe('Signature1')
    expect(request.toBeSigned).toEqual(toBeSigned)
    expect(request.digest).toEqual(await digest(defaultCrypto(), 'SHA-256', toBeSigned))
    expect(request.documentDigest).toEqual(await digest(defaultCrypto(), 'SHA-256', pdf))
    expect(request.name).toBe(DESCRIPTION.name)
  })

  it('keeps neither the document nor its placeholder in the state', async () => {
    const pdf = smallPdf('table')
    const padded = new Uint8Array([...pdf.subarray(0, 9), ...new TextEncoder().encode(`%${'x'.repeat(200_000)}\n`), ...pdf.subarray(9)])
    const { state } = await preparePdf(smallPdf('table'), optionsFor(rsa, { level: 'B-T', timestampSize: 500_000 }))
    expect(state.length).toBeLessThan(12_000)
    expect(JSON.parse(state)).toMatchObject({ format: 'pades', version: 1, size: pdf.length, algorithm: 'RSASSA-PKCS1-v1_5-SHA256', level: 'B-T' })
    // A document that grew is another one.
    expect(await codeOf(async () => completePdf(padded, state, new Uint8Array(256)))).toBe('ERR_STATE_MISMATCH')
  })

  it.each([
    ['RC4-128', { version: 2, revision: 3 }],
    ['AES-128', { version: 4, revision: 4 }],
    ['AES-256', { version: 5, revision: 6 }],
  ] as const)('encrypted, %s: the password is needed to prepare, and not to complete', async (_, plan) => {
    const pdf = await encryptedPdf(plan)
    expect(await codeOf(() => preparePdf(pdf, optionsFor(rsa)))).toBe('ERR_PDF_PASSWORD')
    const states: string[] = []
    for (const password of ['user', 'owner']) {
      const prepared = await preparePdf(pdf, optionsFor(rsa, { password }))
      states.push(prepared.state)
      const signed = await completePdf(pdf, prepared.state, await signatureOf(rsa, prepared))
      expect(equal(signed, await signPdf(pdf, { ...DESCRIPTION, signer: rsa.signer, password }))).toBe(true)
      expect(await passes(signed, 'user')).toBe(true)
      expect(await passes(signed, 'owner')).toBe(true)
      expect(fromLatin1(signed.subarray(pdf.length))).not.toContain('lab@example.com')
      expect(prepared.state).not.toContain('password')
    }
    expect(states[0]).toBe(states[1])
  })

  it('takes random access to the document', async () => {
    const pdf = smallPdf('table')
    const source: ByteSource = { size: pdf.length, read: (offset, length) => pdf.slice(offset, offset + length) }
    const prepared = await preparePdf(source, optionsFor(rsa))
    expect(prepared.state).toBe((await preparePdf(pdf, optionsFor(rsa))).state)
    const signed = await completePdf(source, prepared.state, await signatureOf(rsa, prepared))
    expect(equal(signed, await signPdf(pdf, { ...DESCRIPTION, signer: rsa.signer }))).toBe(true)
  })

  it('is done at B-T with a time-stamp that is asked for when it is completed', async () => {
    const pdf = smallPdf('table')
    const prepared = await preparePdf(pdf, optionsFor(ec, { level: 'B-T' }))
    const signature = await signatureOf(ec, prepared)
    expect(await codeOf(() => completePdf(pdf, prepared.state, signature))).toBe('ERR_TSA_MISSING')
    const signed = await completePdf(pdf, prepared.state, signature, { sources: { timestamp: lab.tsa.source } })
    const { signatures } = await verify(signed, { at: signingTime })
    expect(signatures).toMatchObject([{ intact: true, level: 'PAdES-BASELINE-T', timestamps: [{ intact: true }] }])
  })
})

describe('what is not the state that was prepared', () => {
  const pdf = smallPdf('table')
  let prepared: PreparedPdf
  let signature: Uint8Array
  let original: Uint8Array
  type State = Record<string, unknown> & {
    before: string
    after: string
    certificates: string[]
    signedAttributes: string
    room: number
    size: number
    sha256: string
  }
  const state = (): State => JSON.parse(prepared.state) as State
  const complete = (changed: unknown, value = signature, document = pdf): Promise<Uint8Array> =>
    completePdf(document, typeof changed === 'string' ? changed : JSON.stringify(changed), value)

  beforeAll(async () => {
    prepared = await preparePdf(pdf, optionsFor(rsa))
    signature = await signatureOf(rsa, prepared)
    original = await completePdf(pdf, prepared.state, signature)
  })

  /** Base64 with a byte of its content changed. */
  const flipped = (base64: string, at: number): string => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    bytes[at < 0 ? bytes.length + at : at] = (bytes[at < 0 ? bytes.length + at : at] ?? 0) ^ 1
    return toBase64(bytes)
  }

  const tampered: [string, (state: State) => unknown, string | RegExp][] = [
    ['no JSON', () => '{', 'ERR_STATE_INVALID'],
    ['nothing', () => '', 'ERR_STATE_INVALID'],
    ['null', () => null, 'ERR_STATE_INVALID'],
    ['a list', () => [], 'ERR_STATE_INVALID'],
    ['another format', (one) => ({ ...one, format: 'cades' }), 'ERR_STATE_INVALID'],
    ['another version', (one) => ({ ...one, version: 2 }), 'ERR_STATE_INVALID'],
    ['another level', (one) => ({ ...one, level: 'B-LTA' }), 'ERR_STATE_INVALID'],
    ['no size', ({ size: _, ...one }) => one, 'ERR_STATE_INVALID'],
    ['half a byte', (one) => ({ ...one, size: 0.5 }), 'ERR_STATE_INVALID'],
    ['a negative size', (one) => ({ ...one, size: -1 }), 'ERR_STATE_INVALID'],
    ['another size', (one) => ({ ...one, size: one.size + 1 }), 'ERR_STATE_MISMATCH'],
    ['another digest', (one) => ({ ...one, sha256: toHex(new Uint8Array(32)) }), 'ERR_STATE_MISMATCH'],
    ['a short digest', (one) => ({ ...one, sha256: 'ab' }), 'ERR_STATE_INVALID'],
    ['no certificate', (one) => ({ ...one, certificates: [] }), 'ERR_STATE_INVALID'],
    ['certificates of another kind', (one) => ({ ...one, certificates: 'x' }), 'ERR_STATE_INVALID'],
    ['no base64', (one) => ({ ...one, certificates: ['*'] }), 'ERR_STATE_INVALID'],
    ['what is no certificate', (one) => ({ ...one, certificates: ['AAAA'] }), /^ERR_(STATE_INVALID|CERTIFICATE_SYNTAX)$/],
    ['another certificate', (one) => ({ ...one, certificates: [toBase64(ec.certificate)] }), 'ERR_STATE_MISMATCH'],
    ['no algorithm', ({ algorithm: _, ...one }) => one, 'ERR_STATE_INVALID'],
    ['an unknown algorithm', (one) => ({ ...one, algorithm: 'ROT13' }), /^ERR_(STATE_INVALID|ALGORITHM_UNSUPPORTED)$/],
    ['another algorithm', (one) => ({ ...one, algorithm: 'RSASSA-PSS-SHA256' }), 'ERR_SIGNATURE_MISMATCH'],
    ['another digest algorithm', (one) => ({ ...one, algorithm: 'RSASSA-PKCS1-v1_5-SHA512' }), 'ERR_STATE_MISMATCH'],
    ['another increment, before', (one) => ({ ...one, before: flipped(one.before, 20) }), 'ERR_STATE_MISMATCH'],
    ['another increment, after', (one) => ({ ...one, after: flipped(one.after, -20) }), 'ERR_STATE_MISMATCH'],
    ['less of the increment', (one) => ({ ...one, after: '' }), 'ERR_STATE_MISMATCH'],
    ['an odd room', (one) => ({ ...one, room: one.room + 1 }), 'ERR_STATE_INVALID'],
    ['too much room', (one) => ({ ...one, room: 2 ** 40 }), 'ERR_STATE_INVALID'],
    // /ByteRange would no longer leave out just /Contents.
    ['more room', (one) => ({ ...one, room: one.room + 2 }), /^ERR_STATE_/],
    ['less room', (one) => ({ ...one, room: one.room - 2 }), /^ERR_STATE_/],
    ['no room', (one) => ({ ...one, room: 0 }), /^ERR_STATE_/],
    // Bytes moved from the one part to the other hash alike.
    ['the same bytes parted elsewhere', (one) => ({ ...one, ...moved(one) }), /^ERR_STATE_/],
    ['no attributes', (one) => ({ ...one, signedAttributes: '' }), 'ERR_STATE_INVALID'],
    ['other attributes', (one) => ({ ...one, signedAttributes: toBase64(Uint8Array.of(0x31, 0)) }), 'ERR_STATE_INVALID'],
    ['attributes of another hash', (one) => ({ ...one, signedAttributes: flipped(one.signedAttributes, 45) }), /^ERR_STATE_/],
  ]

  function moved({ before, after }: State): Partial<State> {
    const [head, tail] = [before, after].map((base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))) as [Uint8Array, Uint8Array]
    return { before: toBase64(new Uint8Array([...head, ...tail.subarray(0, 2)])), after: toBase64(tail.subarray(2)) }
  }

  it.each(tampered)('%s', async (_, change, code) => {
    expect(await codeOf(() => complete(change(state())))).toMatch(code)
  })

  it('attributes of another document that the same key has signed', async () => {
    const other = await preparePdf(smallPdf('hybrid'), optionsFor(rsa))
    const { signedAttributes } = JSON.parse(other.state) as State
    expect(await codeOf(async () => complete({ ...state(), signedAttributes }, await signatureOf(rsa, other)))).toBe('ERR_STATE_MISMATCH')
  })

  it('a certificate of the same key that the attributes do not name', async () => {
    // RSA keys of a lab are one key: only the certificate differs.
    const twin = await lab.issue({ algorithm: 'RSA-2048', subject: 'CN=Somebody Else,C=VN' })
    expect(twin.key.spki).toEqual(rsa.key.spki)
    expect(await codeOf(() => complete({ ...state(), certificates: [toBase64(twin.certificate)] }))).toMatch(/^ERR_(STATE_|SIGNATURE_MISMATCH)/)
  })

  it('another document', async () => {
    const other = pdf.slice()
    other[other.length - 1] = 0x20
    expect((await errorOf(() => complete(prepared.state, signature, other))).data.why).toBe('sha256')
    expect((await errorOf(() => complete(prepared.state, signature, original))).data.why).toBe('size')
    expect(await codeOf(() => complete(prepared.state, signature, original))).toBe('ERR_STATE_MISMATCH')
  })

  it('a value that is not of the key', async () => {
    const [, ...rest] = signature
    const values = [
      new Uint8Array(0),
      new Uint8Array(256),
      Uint8Array.from([(signature[0] ?? 0) ^ 1, ...rest]),
      signature.subarray(1),
      new Uint8Array([...signature, 0]),
    ]
    for (const value of values) expect(await codeOf(() => complete(prepared.state, value))).toBe('ERR_SIGNATURE_MISMATCH')
    const strange = await lab.issue({ algorithm: 'RSA-2048', freshKey: true })
    const theirs = await signatureOf(strange, prepared)
    expect(await codeOf(() => complete(prepared.state, theirs))).toBe('ERR_SIGNATURE_MISMATCH')
    const silent: SignPdfOptions['signer'] = { ...rsa.signer, sign: async () => [] }
    expect(await codeOf(() => signPdf(pdf, { signer: silent, signingTime }))).toBe('ERR_SIGNATURE_MISMATCH')
  })

  it('any change of a member is found out, or changes nothing', async () => {
    const text = prepared.state
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.constantFrom(...'0123456789ABCDEFabcdef+/={}[]",:-.e Zz'), fc.boolean(), async (at, character, insert) => {
        const changed = text.slice(0, at) + character + text.slice(insert ? at : at + 1)
        let signed: Uint8Array
        try {
          signed = await complete(changed)
        } catch (error) {
          expect(isKysoError(error)).toBe(true)
          return
        }
        // Certificates beside the signer's are covered by nothing; the signature holds all the same.
        expect((await passes(signed)) || onlyOtherCertificates(changed)).toBe(true)
      }),
      { numRuns: 400, seed: 20260304 },
    )
  })

  function onlyOtherCertificates(changed: string): boolean {
    const [a, b] = [state(), JSON.parse(changed) as State]
    const { certificates: ours, ...rest } = a
    const { certificates: theirs, ...others } = b
    return JSON.stringify(rest) === JSON.stringify(others) && ours[0] === theirs[0]
  }
})

describe('the placeholder', () => {
  const pdf = smallPdf('table')
  const timestamped = (timestampSize: number): Promise<Uint8Array> =>
    signPdf(pdf, { signer: ec.signer, signingTime, level: 'B-T', timestampSize, sources: { timestamp: lab.tsa.source } })

  it('that is too small is told with the size that is needed, and that one is enough', async () => {
    const error = await errorOf(() => timestamped(100))
    expect(error.code).toBe('ERR_PLACEHOLDER_TOO_SMALL')
    const { needed, reserved } = error.data as { needed: number; reserved: number }
    expect(Number.isInteger(needed) && Number.isInteger(reserved)).toBe(true)
    expect(needed).toBeGreaterThan(reserved)
    // Values of ECDSA and nonces differ by some octets from one time to the next.
    const signed = await timestamped(100 + needed - reserved + 16)
    expect(await passes(signed)).toBe(true)
    expect(await codeOf(() => timestamped(100 + needed - reserved - 40))).toBe('ERR_PLACEHOLDER_TOO_SMALL')
  })

  it('is told so by a state, too, which is then prepared anew', async () => {
    const sources = { timestamp: lab.tsa.source }
    const small = await preparePdf(pdf, optionsFor(rsa, { level: 'B-T', timestampSize: 1 }))
    const error = await errorOf(async () => completePdf(pdf, small.state, await signatureOf(rsa, small), { sources }))
    expect(error.code).toBe('ERR_PLACEHOLDER_TOO_SMALL')
    const { needed, reserved } = error.data as { needed: number; reserved: number }
    const again = await preparePdf(pdf, optionsFor(rsa, { level: 'B-T', timestampSize: 1 + needed - reserved + 16 }))
    expect(await passes(await completePdf(pdf, again.state, await signatureOf(rsa, again), { sources }))).toBe(true)
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, 1e12])('of %d bytes is wrong use', async (timestampSize) => {
    expect(await codeOf(() => timestamped(timestampSize))).toBe('ERR_ARGUMENT')
  })

  it('leaves little over where no time-stamp is awaited', async () => {
    for (const identity of [rsa, ec]) {
      const signed = fromLatin1(await signPdf(pdf, { signer: identity.signer, signingTime }))
      const hex = /\/Contents ?<([0-9a-f]+)>/.exec(signed)?.[1] ?? ''
      expect(hex.length).toBeGreaterThan(1000)
      expect(hex.length - hex.replace(/0+$/, '').length).toBeLessThan(100)
    }
  })
})

describe('a signer who should not sign is told so before the key is asked', () => {
  const pdf = smallPdf('table')
  const days = (count: number): Date => new Date(signingTime.getTime() + count * 86_400_000)

  it.each<[string, () => Promise<PreparePdfOptions>]>([
    ['missing', async () => ({ ...optionsFor(rsa), certificates: [] })],
    ['expired', async () => optionsFor(await lab.issue({ notBefore: days(-20), notAfter: days(-10) }))],
    ['notYetValid', async () => optionsFor(await lab.issue({ notBefore: days(10), notAfter: days(20) }))],
    ['algorithm', async () => ({ ...optionsFor(rsa), algorithm: 'ECDSA-SHA256' as const })],
    ['keyUsage', async () => optionsFor(await lab.issue({ keyUsage: ['keyEncipherment'] }))],
  ])('%s', async (why, options) => {
    const error = await errorOf(async () => preparePdf(pdf, await options()))
    expect([error.code, error.data.why]).toEqual(['ERR_SIGNER_CERTIFICATE', why])
  })

  it('what is no certificate, no algorithm or no date', async () => {
    expect(await codeOf(() => preparePdf(pdf, { ...optionsFor(rsa), certificates: [Uint8Array.of(1, 2)] }))).toBe('ERR_CERTIFICATE_SYNTAX')
    expect(await codeOf(() => preparePdf(pdf, { ...optionsFor(rsa), signingTime: new Date(Number.NaN) }))).toBe('ERR_ARGUMENT')
  })

  it('level B-T without a time-stamp authority', async () => {
    let asked = false
    const signer: SignPdfOptions['signer'] = {
      ...rsa.signer,
      sign: async () => {
        asked = true
        return []
      },
    }
    expect(await codeOf(() => signPdf(pdf, { signer, level: 'B-T' }))).toBe('ERR_TSA_MISSING')
    expect(asked).toBe(false)
  })
})
