/** Certifying a document (ISO 32000-2 §12.8.2.2), and what may follow. */
import { beforeAll, describe, expect, it } from 'vitest'
import { isKysoError } from '../../src/core/errors.ts'
import type { AccessPermission, SignPdfOptions } from '../../src/pades/index.ts'
import { type PdfArray, PdfRef } from '../../src/pdf/index.ts'
import { BASIC, type Objects, simplePdf } from '../pdf/sample.ts'
import { codeOf } from '../support/pades.ts'
import { type LabSetting, setting, sign, verdict } from '../verify/lab-pdf.ts'
import { compressedPdf, opened, rectangleAppearance, written } from './hand-drawn.ts'

let made: LabSetting
beforeAll(async () => {
  made = await setting()
})

const at = (x: number): NonNullable<SignPdfOptions['visible']> => ({ appearance: rectangleAppearance(), placement: { page: 1, rectangle: [x, 10, 30, 30] } })

describe('a certification', () => {
  it.each([1, 2, 3] as const)('says what it permits: %i', async (certify) => {
    const pdf = await sign(made, { field: 'A', certify })
    const { document, dict, signature } = await opened(pdf)
    const references = (document.resolve(signature('A').get('Reference')) as PdfArray).items
    expect(references.map((one) => written(one))).toEqual([
      `<</Type /SigRef/TransformMethod /DocMDP/TransformParams <</Type /TransformParams/V /1.2/P ${certify}>>>>`,
    ])
    expect(document.resolve(dict(document.catalog.get('Perms')).get('DocMDP'))).toBe(signature('A'))
    // Table 263 wants a reference, and a verifier follows it.
    expect(dict(document.catalog.get('Perms')).get('DocMDP')).toBeInstanceOf(PdfRef)
    expect(await verdict(pdf, made.options)).toBe('TOTAL-PASSED')
  })

  it('is none where none is asked for', async () => {
    const { document, signature } = await opened(await sign(made, { field: 'A' }))
    expect([document.catalog.has('Perms'), signature('A').has('Reference')]).toEqual([false, false])
  })

  it.each<[string, Objects, number[]]>([
    ['in the catalog', { 1: '<</Type/Catalog/Pages 2 0 R/Perms<</UR3 6 0 R>>>>', 6: '<</Type/Sig>>' }, [1]],
    [
      'in an object of their own',
      { 1: '<</Type/Catalog/Pages 2 0 R/Perms 5 0 R/AcroForm 7 0 R>>', 5: '<</UR3 6 0 R>>', 6: '<</Type/Sig>>', 7: '<</Fields 8 0 R>>', 8: '[]' },
      [5],
    ],
  ])('leaves usage rights that stand %s', async (_, objects, touched) => {
    const { document, dict, signature, changed } = await opened(await sign(made, { field: 'A', certify: 2 }, simplePdf({ ...BASIC, ...objects })))
    const perms = dict(document.catalog.get('Perms'))
    expect([written(perms.get('UR3')), document.resolve(perms.get('DocMDP'))]).toEqual(['6 0 R', signature('A')])
    expect(changed.filter((number) => number === 1 || number === 5)).toEqual(touched)
    expect(document.catalog.has('AcroForm')).toBe(true)
  })

  it('of a document in object streams, in a field that was there', async () => {
    const base = compressedPdf({ ...BASIC, 1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/SigFlags 3>>>>', 5: '<</FT/Sig/T(A)>>' })
    const pdf = await sign(made, { field: 'A', certify: 3 }, base)
    const { document, dict, signature } = await opened(pdf)
    expect(document.resolve(dict(document.catalog.get('Perms')).get('DocMDP'))).toBe(signature('A'))
    expect(await verdict(pdf, made.options)).toBe('TOTAL-PASSED')
  })

  it.each([0, 4, 1.5, '2', true])('of %j is wrong use', async (value) => {
    await expect(sign(made, { certify: value as AccessPermission })).rejects.toMatchObject({ code: 'ERR_ARGUMENT', data: { argument: 'certify' } })
  })
})

describe('only the first signature certifies', () => {
  it('not a second', async () => {
    for (const first of [{}, { certify: 2 }, { certify: 3 }] as const) {
      const pdf = await sign(made, { field: 'A', ...first })
      await expect(sign(made, { field: 'B', certify: 2 }, pdf)).rejects.toMatchObject({ code: 'ERR_PDF_CERTIFY_FIRST', data: { field: 'A' } })
      expect(await codeOf(() => sign(made, { field: 'B' }, pdf))).toBe('none')
    }
  })

  it('not where the catalog names one that no field has', async () => {
    const base = simplePdf({
      ...BASIC,
      1: '<</Type/Catalog/Pages 2 0 R/Perms<</DocMDP 6 0 R>>>>',
      6: '<</Type/Sig/Reference[<</TransformMethod/DocMDP/TransformParams<</P 2>>>>]>>',
    })
    await expect(sign(made, { certify: 2 }, base)).rejects.toMatchObject({ code: 'ERR_PDF_CERTIFY_FIRST' })
    expect(await codeOf(() => sign(made, {}, base))).toBe('none')
  })
})

describe('after a certification', () => {
  it('with P=1 nothing may be signed', async () => {
    const pdf = await sign(made, { certify: 1 })
    for (const options of [{}, { visible: at(10) }]) expect(await codeOf(() => sign(made, options, pdf))).toBe('ERR_PDF_CERTIFIED')
  })

  it('with P=1 in the catalog alone neither', async () => {
    const base = simplePdf({
      ...BASIC,
      1: '<</Type/Catalog/Pages 2 0 R/Perms<</DocMDP 6 0 R>>>>',
      6: '<</Type/Sig/Reference[<</TransformMethod/DocMDP/TransformParams<</P 1>>>>]>>',
    })
    expect(await codeOf(() => sign(made, {}, base))).toBe('ERR_PDF_CERTIFIED')
  })

  it.each([2, 3] as const)('with P=%i signatures follow, in new fields that are seen too', async (certify) => {
    let pdf = await sign(made, { field: 'A', certify, visible: at(0) })
    pdf = await sign(made, { field: 'B', visible: at(30) }, pdf)
    // The seal over the signature.
    pdf = await sign(made, { field: 'C', visible: at(15) }, pdf)
    pdf = await sign(made, { field: 'D' }, pdf)
    expect(await verdict(pdf, made.options)).toBe('TOTAL-PASSED')
  })

  it('usage rights forbid nothing: readers have dropped them', async () => {
    const base = simplePdf({
      ...BASIC,
      1: '<</Type/Catalog/Pages 2 0 R/Perms<</UR3 6 0 R>>>>',
      6: '<</Type/Sig/Reference[<</TransformMethod/UR3/TransformParams<</P 1/Form[/FillIn]>>>>]>>',
    })
    expect(await codeOf(() => sign(made, { certify: 2, visible: at(0) }, base))).toBe('none')
  })

  it.each([
    ['P=0', '/P 0'],
    ['P=-1', '/P -1'],
  ])('%s is taken for the strictest', async (_, parameters) => {
    const base = simplePdf({
      ...BASIC,
      1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>',
      5: '<</FT/Sig/T(A)/V 6 0 R>>',
      6: `<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>/Reference[<</TransformMethod/DocMDP/TransformParams<<${parameters}>>>>]>>`,
    })
    const error = await sign(made, {}, base).catch((caught: unknown) => caught)
    expect(isKysoError(error, 'ERR_PDF_CERTIFIED')).toBe(true)
  })
})
