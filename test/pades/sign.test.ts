import { beforeAll, describe, expect, it } from 'vitest'
import { equal, fromLatin1, latin1 } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { memorySource } from '../../src/core/source.ts'
import { readPdf, type SignPdfOptions, signPdf } from '../../src/pades/index.ts'
import type { Signer } from '../../src/signers/signer.ts'
import { verify } from '../../src/verify/index.ts'
import { BASIC, objectStream, Sample, simplePdf } from '../pdf/sample.ts'
import { days, type LabSetting, NOW, setting, sign, verdict } from '../verify/lab-pdf.ts'

let made: LabSetting
beforeAll(async () => {
  made = await setting()
})

const codeOf = async (options: Partial<SignPdfOptions>, document: Uint8Array = simplePdf()): Promise<string> =>
  sign(made, options, document).then(
    () => 'signed',
    (error: unknown) => {
      if (!isKysoError(error)) throw error
      return error.code
    },
  )

describe('signing', () => {
  it.each<[string, () => Uint8Array]>([
    ['a table', () => simplePdf()],
    ['a cross-reference stream', () => new Sample().stream(BASIC).bytes()],
    [
      'an object stream',
      () =>
        new Sample()
          .stream({ 1: BASIC[1] as string, 8: objectStream({ 2: BASIC[2] as string, 3: BASIC[3] as string }) }, { compressed: { 2: [8, 0], 3: [8, 1] } })
          .bytes(),
    ],
    ['bytes before the header', () => new Sample('junk\n%PDF-1.7\n').table(BASIC).bytes()],
    ['bytes behind the end', () => latin1(`${fromLatin1(simplePdf())}\n\n`)],
    ['no end of line at the end', () => simplePdf().subarray(0, simplePdf().length - 1)],
  ])('keeps every byte of a file with %s, and is valid', async (_, document) => {
    const before = document()
    for (const level of ['B-B', 'B-T'] as const) {
      const after = await sign(made, { level }, before)
      expect(equal(after.subarray(0, before.length), before)).toBe(true)
      expect(await verdict(after, made.options)).toBe('TOTAL-PASSED')
    }
  })

  it('changes nothing of what it is given', async () => {
    const document = simplePdf()
    const copy = document.slice()
    await sign(made, {}, document)
    expect(equal(document, copy)).toBe(true)
  })

  it('gives the same from a source as from memory, and twice the same with a key that signs the same', async () => {
    const signer = await made.lab.issue({ algorithm: 'RSA-2048' })
    const options = { signer: signer.signer, signingTime: NOW, reason: 'Đồng ý' }
    const [a, b, c] = [await signPdf(simplePdf(), options), await signPdf(simplePdf(), options), await signPdf(memorySource(simplePdf()), options)]
    expect(equal(a, b)).toBe(true)
    expect(equal(a, c)).toBe(true)
  })

  it('has no attribute that a baseline forbids, and one CMS with the chain', async () => {
    const [signature] = (await readPdf(await sign(made))).signatures
    expect(signature?.level).toBe('PAdES-BASELINE-B')
    expect(signature?.boundBy).toBe('signingCertificateV2')
    expect(signature?.certificates.map(({ bytes }) => bytes)).toEqual(expect.arrayContaining([...made.signer.chain]))
  })

  it('takes a time-stamp that does not hold for none at all', async () => {
    for (const wrong of ['nonce', 'imprint', 'signature', 'message-digest', 'certificate-hash'] as const) {
      expect(await codeOf({ level: 'B-T', sources: { timestamp: made.lab.tsa.sourceWith({ wrong: [wrong] }) } })).toBe('ERR_TSP_MISMATCH')
    }
    expect(await codeOf({ level: 'B-T', sources: { timestamp: made.lab.tsa.sourceWith({ reject: 'systemFailure' }) } })).toBe('ERR_TSA_REFUSED')
    expect(await codeOf({ level: 'B-T', sources: {} })).toBe('ERR_TSA_MISSING')
    expect(await codeOf({ level: 'B-T', timestampSize: 100 })).toBe('ERR_PLACEHOLDER_TOO_SMALL')
  })

  it('believes no signer: what is not of the certificate’s key is not written', async () => {
    const other = await made.lab.issue()
    const own = made.signer.signer
    const signers: Signer[] = [
      { ...own, sign: (requests) => other.signer.sign(requests) },
      { ...own, sign: async () => [new Uint8Array(64)] },
      { ...own, sign: async () => [new Uint8Array()] },
      { ...own, sign: async () => [] },
      {
        ...own,
        sign: (requests) =>
          own.sign(requests.map((request) => ({ ...request, toBeSigned: request.digest, digest: request.digest }))).catch(() => [new Uint8Array(70)]),
      },
    ]
    for (const signer of signers) expect(await codeOf({ signer })).toBe('ERR_SIGNATURE_MISMATCH')
  })

  it('asks for the certificate to be valid at the time of signing', async () => {
    expect(await codeOf({ signingTime: days(5 * 365) })).toBe('ERR_SIGNER_CERTIFICATE')
    expect(await codeOf({ signingTime: days(-5 * 365) })).toBe('ERR_SIGNER_CERTIFICATE')
    expect(await codeOf({ signingTime: new Date('never') })).toBe('ERR_ARGUMENT')
  })

  it('refuses what is no PDF, or one whose cross-reference is broken', async () => {
    expect(await codeOf({}, new Uint8Array())).toMatch(/^ERR_PDF_/)
    expect(await codeOf({}, latin1('hello'))).toBe('ERR_PDF_HEADER')
    expect(await codeOf({}, latin1(fromLatin1(simplePdf()).replace(/startxref\n\d+/, 'startxref\n7')))).toBe('ERR_PDF_XREF')
  })

  it('of text that means something in PDF stays text', async () => {
    const hostile = ')/Contents<00>>>endobj (\\) \\\\ \r\n \u0000 <</V 1 0 R>> %%EOF'
    const file = await sign(made, { reason: hostile, location: hostile, contactInfo: hostile, name: hostile, field: 'a)(b\\' })
    const report = await verify(file, made.options)
    expect(report.indication).toBe('TOTAL-PASSED')
    expect(report.signatures[0]?.claims).toEqual({
      field: 'a)(b\\',
      subFilter: 'ETSI.CAdES.detached',
      reason: hostile,
      location: hostile,
      contactInfo: hostile,
      name: hostile,
    })
  })

  it('names fields that are free', async () => {
    const taken = simplePdf({ ...BASIC, 1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>', 5: '<</FT/Tx/T(Signature1)>>' })
    const twice = await sign(made, {}, await sign(made, {}, taken))
    expect((await readPdf(twice)).signatures.map(({ claims }) => claims.field)).toEqual(['Signature2', 'Signature3'])
  })
})
