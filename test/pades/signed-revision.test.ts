import { beforeAll, describe, expect, it } from 'vitest'
import { concat, equal, latin1 } from '../../src/core/bytes.ts'
import { memorySource } from '../../src/core/source.ts'
import { addPdfFields, fillPdfFields, revisionsOf, signedRevision, timestampPdf } from '../../src/pades/index.ts'
import { BASIC, Sample, simplePdf } from '../pdf/sample.ts'
import { type LabSetting, setting, sign, verdict } from '../verify/lab-pdf.ts'
import { encryptedPdf, failure, formPdf } from './forms/form-sample.ts'

let made: LabSetting
let states: Uint8Array[]
let file: Uint8Array
beforeAll(async () => {
  made = await setting()
  const form = formPdf()
  const first = await sign(made, { field: 'Một' }, form)
  const filled = await fillPdfFields(first, { text: 'x' })
  const second = await sign(made, { field: 'Hai' }, filled)
  file = await timestampPdf(second, { sources: { timestamp: made.lab.tsa.source }, field: 'Stamp' })
  states = [form, first, filled, second, file]
})

describe('the revision that somebody signed', () => {
  it('is the file as it was then, byte for byte, and valid as a file', async () => {
    for (const [field, i] of [
      ['Một', 1],
      ['Hai', 3],
      ['Stamp', 4],
    ] as const) {
      const revision = await signedRevision(file, field)
      expect(equal(revision, states[i] as Uint8Array)).toBe(true)
      expect(equal(await signedRevision(memorySource(file), field), revision)).toBe(true)
    }
    expect(await verdict(await signedRevision(file, 'Một'), made.options)).toBe('TOTAL-PASSED')
  })

  it('is a view of what was given', async () => {
    expect((await signedRevision(file, 'Một')).buffer).toBe(file.buffer)
  })

  it('is found by the name in either form', async () => {
    expect(equal(await signedRevision(file, 'Mo\u0323\u0302t'), states[1] as Uint8Array)).toBe(true)
  })

  it('of nobody is none', async () => {
    const prepared = await addPdfFields(file, [{ type: 'signature', name: 'Empty' }])
    for (const field of ['None', 'Empty', 'text', '']) expect(await failure(signedRevision(prepared, field))).toBe('ERR_PDF_FIELD missing')
    const twins = simplePdf({
      ...BASIC,
      1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R 6 0 R]>>>>',
      5: '<</FT/Sig/T(x)/V<</ByteRange[0 1 2 3]/Contents<00>>>>>',
      6: '<</FT/Sig/T(x)/V<</ByteRange[0 1 2 3]/Contents<00>>>>>',
    })
    expect(await failure(signedRevision(twins, 'x'))).toBe('ERR_PDF_FIELD ambiguous')
  })

  it('is none where the signature does not cover a whole state of the file', async () => {
    for (const range of ['/ByteRange[0 1 2 3]', '/ByteRange[0 10 20 99999]', ''])
      expect(
        await failure(
          signedRevision(
            simplePdf({ ...BASIC, 1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>', 5: `<</FT/Sig/T(x)/V<<${range}/Contents<00>>>>>` }),
            'x',
          ),
        ),
      ).toBe('ERR_PDF_COVERAGE')
    // Without its end the file is another one.
    expect(await failure(signedRevision(concat([file.subarray(0, file.length - 8), latin1('        ')]), 'Stamp'))).toMatch(/^ERR_PDF_/)
  })

  it('of an encrypted file is one', async () => {
    const signed = await sign(made, { password: 'owner', field: 'S' }, encryptedPdf())
    const later = await sign(made, { password: 'owner' }, signed)
    expect(equal(await signedRevision(later, 'S', { password: 'user' }), signed)).toBe(true)
    expect(await failure(signedRevision(later, 'S'))).toBe('ERR_PDF_PASSWORD')
  })
})

describe('the revisions of a document', () => {
  it('say where each ends and who signed it', async () => {
    expect(await revisionsOf(file)).toEqual([
      { index: 0, end: states[0]?.length },
      { index: 1, end: states[1]?.length, signedBy: ['Một'], timestamp: false },
      { index: 2, end: states[2]?.length },
      { index: 3, end: states[3]?.length, signedBy: ['Hai'], timestamp: false },
      { index: 4, end: states[4]?.length, signedBy: ['Stamp'], timestamp: true },
    ])
  })

  it('of a file without signatures are there as well', async () => {
    expect(await revisionsOf(new Sample().table(BASIC).bytes())).toEqual([{ index: 0, end: simplePdf().length }])
    expect(await failure(revisionsOf(latin1('hello')))).toBe('ERR_PDF_HEADER')
  })

  it('name nobody whose signature covers no state', async () => {
    const odd = simplePdf({
      ...BASIC,
      1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>',
      5: '<</FT/Sig/T(x)/V<</ByteRange[0 1 2 3]/Contents<00>>>>>',
    })
    expect(await revisionsOf(odd)).toEqual([{ index: 0, end: odd.length }])
  })
})
