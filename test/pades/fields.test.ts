import { describe, expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { signatureFields, textOf } from '../../src/pades/fields.ts'
import { openPdf, PdfName, PdfString } from '../../src/pdf/index.ts'
import { BASIC, type Objects, simplePdf } from '../pdf/sample.ts'

/** Fields as `name`, with `=` where they are signed. */
async function fields(objects: Objects, form = '<</Fields[5 0 R]>>'): Promise<string[]> {
  const document = await openPdf(simplePdf({ ...BASIC, 1: `<</Type/Catalog/Pages 2 0 R/AcroForm ${form}>>`, ...objects }))
  return signatureFields(document, document.budget).map(({ name, value }) => (value ? `${name}=` : name))
}

describe('signature fields', () => {
  it('are those of the form, in its order, signed or not', async () => {
    const objects = {
      5: '<</FT/Sig/T(a)/V<</Type/Sig>>>>',
      6: '<</FT/Sig/T(b)>>',
      7: '<</FT/Tx/T(c)/V(x)>>',
      8: '<</FT/Sig/T(d)/V 9 0 R>>',
      9: '<</Type/Sig>>',
    }
    expect(await fields(objects, '<</Fields[8 0 R 5 0 R 7 0 R 6 0 R]>>')).toEqual(['d=', 'a=', 'b'])
  })

  it('inherit type and name', async () => {
    const objects = { 5: '<</FT/Sig/T(a)/Kids[6 0 R 7 0 R]>>', 6: '<</T(b)>>', 7: '<</T(c)/Kids[8 0 R]>>', 8: '<</T(d)/FT/Tx>>' }
    expect(await fields(objects)).toEqual(['a.b'])
  })

  it('are one with widgets apart from them', async () => {
    const objects = { 5: '<</FT/Sig/T(a)/V<</Type/Sig>>/Kids[6 0 R 7 0 R]>>', 6: '<</Subtype/Widget>>', 7: '<</Subtype/Widget>>' }
    expect(await fields(objects)).toEqual(['a='])
  })

  it('stand once in a form that names them twice, or goes round', async () => {
    expect(await fields({ 5: '<</FT/Sig/T(a)>>' }, '<</Fields[5 0 R 5 0 R]>>')).toEqual(['a'])
    expect(await fields({ 5: '<</FT/Sig/T(a)/Kids[6 0 R]>>', 6: '<</T(b)/Kids[5 0 R]>>' })).toEqual([])
    expect(await fields({ 5: '<</FT/Sig/T(a)/Kids[5 0 R 6 0 R]>>', 6: '<</T(b)>>' })).toEqual(['a.b'])
  })

  it('are none where form, list or entries are something else', async () => {
    for (const form of ['null', '[]', '<<>>', '<</Fields null>>', '<</Fields<<>>>>', '<</Fields[null 7 (x) /y []]>>', '9 0 R'])
      expect(await fields({}, form)).toEqual([])
  })

  it('need no reference and no name', async () => {
    expect(await fields({}, '<</Fields[<</FT/Sig/T(direct)>>]>>')).toEqual(['direct'])
    expect(await fields({ 5: '<</FT/Sig>>' })).toEqual([''])
  })

  it('may be signed by something that is no dictionary, which is no signature', async () => {
    for (const value of ['null', '7', '(x)', '[<<>>]', '9 0 R']) expect(await fields({ 5: `<</FT/Sig/T(a)/V ${value}>>` })).toEqual(['a'])
  })

  it('tell keys that stand twice on the way to them', async () => {
    const document = await openPdf(
      simplePdf({
        ...BASIC,
        1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R 7 0 R]>>>>',
        5: '<</T(a)/T(b)/Kids[6 0 R]>>',
        6: '<</FT/Tx/FT/Sig/T(c)>>',
        7: '<</FT/Sig/T(d)/TU(x)/TU(y)>>',
      }),
    )
    expect(signatureFields(document, document.budget).map(({ name, doubled }) => [name, doubled])).toEqual([
      ['b.c', ['T', 'FT']],
      ['d', []],
    ])
  })

  it('nested too deep are an error with a code', async () => {
    const objects: Record<number, string> = {}
    for (let i = 0; i < 300; i++) objects[5 + i] = `<</FT/Sig/T(x)/Kids[${6 + i} 0 R]>>`
    objects[305] = '<</FT/Sig/T(x)>>'
    await expect(fields(objects)).rejects.toSatisfy((error) => isKysoError(error, 'ERR_BUDGET_EXCEEDED'))
  })

  it('cost what they are', async () => {
    const document = await openPdf(simplePdf({ ...BASIC, 1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>', 5: '<</FT/Sig/T(a)>>' }))
    expect(() => signatureFields(document, new Budget({ pdfObjects: 0 }))).toThrowError(expect.objectContaining({ code: 'ERR_BUDGET_EXCEEDED' }))
  })
})

describe('text strings (ISO 32000-2 §7.9.2.2)', () => {
  it.each<[string, readonly number[], string]>([
    ['UTF-16 with its mark', [0xfe, 0xff, 0x1e, 0xc5, 0, 0x6e], 'ễn'],
    ['UTF-16 the other way round', [0xff, 0xfe, 0xc5, 0x1e], 'ễ'],
    ['UTF-8 with its mark', [0xef, 0xbb, 0xbf, 0xe1, 0xbb, 0x85], 'ễ'],
    ['neither', [0x48, 0xe0], 'Hà'],
    ['nothing', [], ''],
    ['half a character', [0xfe, 0xff, 0x1e], '\ufffd'],
  ])('%s', (_, bytes, expected) => {
    expect(textOf(new PdfString(Uint8Array.from(bytes)))).toBe(expected)
  })

  it('that are none are none', () => {
    expect(textOf(undefined)).toBeUndefined()
    expect(textOf(null)).toBeUndefined()
    expect(textOf(new PdfName('x'))).toBeUndefined()
  })
})
