/** Signatures that are seen: in new fields and in fields that were there, whatever the file is like. */
import { beforeAll, describe, expect, it } from 'vitest'
import { equal } from '../../src/core/bytes.ts'
import type { Appearance, AppearanceBox } from '../../src/pades/appearance-form.ts'
import { completePdf, type Placement, preparePdf, type SignPdfOptions } from '../../src/pades/index.ts'
import { type PdfArray, type PdfDict, type PdfObject, PdfRef, PdfStream } from '../../src/pdf/index.ts'
import { BASIC, type Objects, simplePdf } from '../pdf/sample.ts'
import { codeOf } from '../support/pades.ts'
import { type LabSetting, NOW, setting, sign, verdict } from '../verify/lab-pdf.ts'
import { compressedPdf, encryptedPdf, type Opened, opened, rectangleAppearance, written } from './hand-drawn.ts'

let made: LabSetting
beforeAll(async () => {
  made = await setting()
})

const PLACEMENT: Placement = { page: 1, rectangle: [10, 20, 60, 30] }
const visible = (placement: Placement | undefined = PLACEMENT, asked: AppearanceBox[] = []): NonNullable<SignPdfOptions['visible']> => ({
  appearance: rectangleAppearance(asked),
  ...(placement ? { placement } : {}),
})
const inField = (asked: AppearanceBox[] = []): NonNullable<SignPdfOptions['visible']> => ({ appearance: rectangleAppearance(asked) })

/** The form that a widget shows. */
function shown({ document, dict }: Opened, widget: PdfDict): PdfStream {
  const form = document.resolve(dict(widget.get('AP')).get('N'))
  if (!(form instanceof PdfStream)) throw new Error('no appearance')
  return form
}

async function errorOf(options: Partial<SignPdfOptions>, document?: Uint8Array): Promise<{ code: string; data: Record<string, unknown> }> {
  try {
    await sign(made, options, document)
  } catch (error) {
    return error as { code: string; data: Record<string, unknown> }
  }
  throw new Error('it was signed')
}

/** A document with an empty field; `widget` are entries of its widget. */
function withField(widget: string, more: Objects = {}): Uint8Array {
  return simplePdf({
    ...BASIC,
    1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>',
    3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Annots[5 0 R]>>',
    5: `<</FT/Sig/T(Seller)/Type/Annot/Subtype/Widget${widget}>>`,
    ...more,
  })
}

describe('in a new field', () => {
  it('has a widget that is printed and stays where it is, with one appearance', async () => {
    const asked: AppearanceBox[] = []
    const base = simplePdf()
    const pdf = await sign(made, { field: 'Bên A', reason: 'Phê duyệt', visible: visible(PLACEMENT, asked) }, base)
    const read = await opened(pdf)
    const field = read.field('Bên A')
    expect(asked).toEqual([{ width: 60, height: 30 }])
    expect(written(field.get('Rect'))).toBe('[10 20 70 50]')
    expect(written(field.get('F'))).toBe('132')
    expect(field.get('P')).toMatchObject({ number: 3 })
    expect(field.has('MK')).toBe(false)
    expect(written(field.get('TU'))).toBe(written(read.signature('Bên A').get('Reason')))
    expect(shown(read, field).dict.has('Matrix')).toBe(false)
    expect(written(read.dict(new PdfRef(3)).get('Annots'))).toMatch(/^\[\d+ 0 R\]$/)
    expect(equal(pdf.subarray(0, base.length), base)).toBe(true)
    expect(await verdict(pdf, made.options)).toBe('TOTAL-PASSED')
  })

  it('is called by its name where there is no reason', async () => {
    const { field } = await opened(await sign(made, { field: 'Buyer', visible: visible() }))
    expect(written(field('Buyer').get('TU'))).toBe('(Buyer)')
  })

  it.each([
    [90, '[50 10 80 70]', '[0 1 -1 0 30 0]'],
    [180, '[30 50 90 80]', '[-1 0 0 -1 60 30]'],
    [270, '[20 30 50 90]', '[0 -1 1 0 0 60]'],
  ] as const)('on a page turned by %i is upright', async (rotate, rect, matrix) => {
    const base = simplePdf({ ...BASIC, 2: `<</Type/Pages/Count 1/Kids[3 0 R]/Rotate ${rotate}>>` })
    const read = await opened(await sign(made, { field: 'A', visible: visible() }, base))
    const field = read.field('A')
    expect([written(field.get('Rect')), written(field.get('MK')), written(shown(read, field).dict.get('Matrix'))]).toEqual([rect, `<</R ${rotate}>>`, matrix])
    expect(written(shown(read, field).dict.get('BBox'))).toBe('[0 0 60 30]')
  })

  it('on a page with units of its own has the size that was asked for', async () => {
    const asked: AppearanceBox[] = []
    const base = simplePdf({ ...BASIC, 3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/UserUnit 2>>' })
    const read = await opened(await sign(made, { field: 'A', visible: visible(PLACEMENT, asked) }, base))
    expect(written(read.field('A').get('Rect'))).toBe('[5 10 35 25]')
    expect([asked, written(shown(read, read.field('A')).dict.get('BBox'))]).toEqual([[{ width: 60, height: 30 }], '[0 0 60 30]'])
  })

  it.each<[string, Objects, string, number[]]>([
    ['absent', {}, '3', [3]],
    ['direct', { 3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Annots[6 0 R]>>', 6: '<</Type/Annot/Subtype/Link/Rect[0 0 1 1]>>' }, '3', [3]],
    [
      'an object of their own',
      { 3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Annots 7 0 R>>', 6: '<</Type/Annot/Subtype/Link/Rect[0 0 1 1]>>', 7: '[6 0 R]' },
      '7',
      [7],
    ],
    ['an object that is not there', { 3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Annots 7 0 R>>' }, '3', [3]],
    ['no array', { 3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Annots(none)>>' }, '3', [3]],
  ])('where the page’s annotations are %s', async (_, objects, __, touched) => {
    const { document, changed, dict, field } = await opened(await sign(made, { field: 'A', visible: visible() }, simplePdf({ ...BASIC, ...objects })))
    const annots = document.resolve(dict(new PdfRef(3)).get('Annots'))
    expect(document.resolve((annots as PdfArray).items.at(-1))).toBe(field('A'))
    expect((annots as PdfArray).items).toHaveLength(objects[6] ? 2 : 1)
    // Of page and annotations nothing else is written again.
    expect(changed.filter((number) => [2, 3, 6, 7].includes(number))).toEqual(touched)
    const page = dict(new PdfRef(3))
    expect(Array.from(page.entries.keys()).sort()).toEqual(['Annots', 'MediaBox', 'Parent', 'Type'])
  })

  it('takes no annotations from the nodes above its page: they are not inherited', async () => {
    const base = simplePdf({ ...BASIC, 2: '<</Type/Pages/Count 1/Kids[3 0 R]/Annots[6 0 R]>>', 6: '<</Type/Annot/Subtype/Link/Rect[0 0 1 1]>>' })
    const { dict } = await opened(await sign(made, { visible: visible() }, base))
    expect((dict(new PdfRef(3)).get('Annots') as PdfArray).items).toHaveLength(1)
  })

  it('stands on a page that lies in an object stream', async () => {
    const base = compressedPdf(BASIC)
    const pdf = await sign(made, { field: 'A', visible: visible({ page: -1, corner: 'top-left', x: 1, y: 2, width: 10, height: 20 }) }, base)
    const { field, dict } = await opened(pdf)
    expect(written(field('A').get('Rect'))).toBe('[1 78 11 98]')
    expect(written(dict(new PdfRef(3)).get('MediaBox'))).toBe('[0 0 100 100]')
    expect(await verdict(pdf, made.options)).toBe('TOTAL-PASSED')
  })

  it('stands on the page that was asked for, of several', async () => {
    const base = simplePdf({
      ...BASIC,
      2: '<</Type/Pages/Count 3/Kids[3 0 R 4 0 R 5 0 R]/MediaBox[0 0 100 100]>>',
      4: '<</Type/Page/Parent 2 0 R>>',
      5: '<</Type/Page/Parent 2 0 R>>',
    })
    for (const [page, number] of [
      [2, 4],
      [-1, 5],
      [-3, 3],
    ] as const) {
      const { field, changed } = await opened(await sign(made, { field: 'A', visible: visible({ page, rectangle: [0, 0, 10, 10] }) }, base))
      expect(field('A').get('P')).toMatchObject({ number })
      expect(changed.filter((one) => one <= 5 && one > 1)).toEqual([number])
    }
  })

  it('has to be placed', async () => {
    expect(await errorOf({ visible: inField() })).toMatchObject({ code: 'ERR_PDF_PLACEMENT', data: { why: 'missing', field: 'Signature1' } })
    expect(await errorOf({ visible: visible({ page: 9, rectangle: [0, 0, 1, 1] }) })).toMatchObject({
      code: 'ERR_PDF_PLACEMENT',
      data: { why: 'page', pages: 1 },
    })
  })
})

describe('in a field that was there', () => {
  it('is drawn for its rectangle, and changes nothing else of it', async () => {
    const asked: AppearanceBox[] = []
    const base = withField('/Rect[70 40 10 20]/F 4/MK<</BC[1 0 0]>>/AP<</N 8 0 R/D 8 0 R>>/DA(/F 9 Tf)', {
      8: '<</Subtype/Form/BBox[0 0 1 1]/Length 0>>\nstream\n\nendstream',
    })
    const pdf = await sign(made, { field: 'Seller', visible: inField(asked) }, base)
    const read = await opened(pdf)
    const field = read.field('Seller')
    expect(asked).toEqual([{ width: 60, height: 20 }])
    expect(written(shown(read, field).dict.get('BBox'))).toBe('[0 0 60 20]')
    expect(Array.from(field.entries.keys())).toEqual(['FT', 'T', 'Type', 'Subtype', 'Rect', 'F', 'MK', 'AP', 'DA', 'V'])
    expect([written(field.get('Rect')), written(field.get('F')), written(field.get('MK'))]).toEqual(['[70 40 10 20]', '4', '<</BC [1 0 0]>>'])
    expect(Array.from(read.dict(field.get('AP')).entries.keys())).toEqual(['N'])
    expect(read.changed.filter((number) => number <= 5)).toEqual([1, 5])
    expect(await verdict(pdf, made.options)).toBe('TOTAL-PASSED')
  })

  it('is where the form’s author has put it, whatever the caller’s placement', async () => {
    const { field } = await opened(await sign(made, { field: 'Seller', visible: visible() }, withField('/Rect[1 2 31 12]')))
    expect(written(field('Seller').get('Rect'))).toBe('[1 2 31 12]')
  })

  it.each([
    ['the page is turned', 90, '', { width: 20, height: 60 }, '[0 1 -1 0 60 0]'],
    ['the widget says that it is turned', 0, '/MK<</R 270>>', { width: 20, height: 60 }, '[0 -1 1 0 0 20]'],
    ['the page is turned, and the widget says that it is not', 90, '/MK<</R 0>>', { width: 60, height: 20 }, undefined],
  ] as const)('where %s', async (_, rotate, mk, box, matrix) => {
    const asked: AppearanceBox[] = []
    const base = withField(`/Rect[10 20 70 40]${mk}`, { 2: `<</Type/Pages/Count 1/Kids[3 0 R]/Rotate ${rotate}>>` })
    const read = await opened(await sign(made, { field: 'Seller', visible: inField(asked) }, base))
    expect(asked).toEqual([box])
    const turned = shown(read, read.field('Seller')).dict.get('Matrix')
    expect(turned && written(turned)).toBe(matrix)
  })

  it('whose widget is an object of its own gets the appearance there, and the value in the field', async () => {
    const base = withField('', {
      3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Annots[6 0 R]>>',
      5: '<</FT/Sig/T(Seller)/Kids[6 0 R]>>',
      6: '<</Type/Annot/Subtype/Widget/Parent 5 0 R/Rect[10 20 40 30]/F 4>>',
    })
    const pdf = await sign(made, { field: 'Seller', visible: inField() }, base)
    const read = await opened(pdf)
    const widget = read.dict(new PdfRef(6))
    expect([read.field('Seller').has('V'), read.field('Seller').has('AP'), widget.has('V')]).toEqual([true, false, false])
    expect(written(shown(read, widget).dict.get('BBox'))).toBe('[0 0 30 10]')
    expect(await verdict(pdf, made.options)).toBe('TOTAL-PASSED')
  })

  it('with several widgets is drawn in the first that is seen, and in no other', async () => {
    const widget = (more: string): string => `<</Type/Annot/Subtype/Widget/Parent 5 0 R${more}>>`
    const base = withField('', {
      3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Annots[6 0 R 7 0 R 9 0 R 10 0 R]>>',
      5: '<</FT/Sig/T(Seller)/Kids[6 0 R 7 0 R 8 0 R 9 0 R 10 0 R]>>',
      6: widget('/Rect[0 0 0 0]'),
      7: widget('/Rect[0 0 9 9]/F 2'),
      8: widget('/Rect[0 0 8 8]'),
      9: widget('/Rect[0 0 50 25]/F 4'),
      10: widget('/Rect[0 50 50 75]/F 4'),
    })
    const read = await opened(await sign(made, { field: 'Seller', visible: inField() }, base))
    expect(written(shown(read, read.dict(new PdfRef(9))).dict.get('BBox'))).toBe('[0 0 50 25]')
    expect(read.changed.filter((number) => number <= 10)).toEqual([1, 5, 9])
  })

  it.each([
    ['has no size', '/Rect[10 10 10 10]'],
    ['has no rectangle', ''],
    ['is hidden', '/Rect[10 10 20 20]/F 2'],
    ['is not for the screen', '/Rect[10 10 20 20]/F 36'],
    ['stands on no page', '/Rect[10 10 20 20]/Z true'],
  ])('cannot be seen where its widget %s', async (_, widget) => {
    const more: Objects = widget.includes('/Z') ? { 3: BASIC[3] as string } : {}
    expect(await errorOf({ field: 'Seller', visible: inField() }, withField(widget, more))).toMatchObject({
      code: 'ERR_PDF_PLACEMENT',
      data: { why: 'fieldHidden', field: 'Seller' },
    })
    // Signed without being seen it may be.
    expect(await codeOf(() => sign(made, { field: 'Seller' }, withField(widget, more)))).toBe('none')
  })
})

describe('whatever the file is like', () => {
  it('is made the same from the same, by a state or at once', async () => {
    const base = compressedPdf(BASIC)
    const options = { field: 'A', reason: 'Đã ký', signingTime: NOW, certify: 2, lock: { action: 'All' }, visible: visible() } as const
    const { signer } = made
    const prepared = await Promise.all([1, 2].map(() => preparePdf(base, { ...options, certificates: signer.chain, algorithm: signer.algorithm })))
    expect(prepared[0]?.state).toBe(prepared[1]?.state)
    const [signature] = await signer.signer.sign([prepared[0]?.request as (typeof prepared)[0]['request']])
    const pdf = await completePdf(base, prepared[0]?.state as string, signature as Uint8Array)
    expect(await verdict(pdf, made.options)).toBe('TOTAL-PASSED')
    const atOnce = await sign(made, options, base)
    // ECDSA is not the same twice: everything but the signature is.
    expect(atOnce.length).toBe(pdf.length)
    const { document, signature: dictionary } = await opened(pdf)
    const [, first = 0, second = 0] = (dictionary('A').get('ByteRange') as PdfArray).items.map((item) => Number(written(item)))
    expect(equal(atOnce.subarray(0, first), pdf.subarray(0, first))).toBe(true)
    expect(equal(atOnce.subarray(second), pdf.subarray(second))).toBe(true)
    expect(document.revisions).toHaveLength(2)
  })

  it.each([
    ['RC4-128', { version: 2, revision: 3 }],
    ['AES-128', { version: 4, revision: 4 }],
    ['AES-256', { version: 5, revision: 6 }],
  ] as const)('encrypted by %s: what is drawn is encrypted too', async (_, plan) => {
    const base = await encryptedPdf(plan)
    const pdf = await sign(made, { field: 'A', visible: visible({ page: 1, rectangle: [0, 0, 50, 20] }), password: 'owner', reason: 'Bí mật' }, base)
    expect(new TextDecoder('latin1').decode(pdf.subarray(base.length))).not.toContain('0 0 50 20 re f')
    const read = await opened(pdf, 'user')
    const form = shown(read, read.field('A'))
    expect(new TextDecoder().decode(read.document.streamData(form))).toContain('0 0 50 20 re f')
    expect(await verdict(pdf, { ...made.options, password: 'user' })).toBe('TOTAL-PASSED')
  })

  it.each([
    ['attributes', '<rdf:Description pdfaid:part="1" pdfaid:conformance="B"/>', { part: 1, conformance: 'B' }],
    ['elements', '<pdfaid:part>2</pdfaid:part><pdfaid:conformance> u </pdfaid:conformance>', { part: 2, conformance: 'U' }],
    ['a part alone', '<pdfaid:part>4</pdfaid:part>', { part: 4, conformance: '' }],
    ['nothing of it', '<dc:title>pdfaid</dc:title>', undefined],
    ['nonsense', '<pdfaid:part>x</pdfaid:part>', undefined],
  ])('is drawn for what the metadata claim in %s', async (_, packet, pdfa) => {
    const asked: AppearanceBox[] = []
    const base = simplePdf({
      ...BASIC,
      1: '<</Type/Catalog/Pages 2 0 R/Metadata 6 0 R>>',
      6: `<</Type/Metadata/Subtype/XML/Length ${packet.length}>>\nstream\n${packet}\nendstream`,
    })
    await sign(made, { visible: visible(PLACEMENT, asked) }, base)
    expect(asked).toEqual([{ width: 60, height: 30, ...(pdfa ? { pdfa: { ...pdfa, outputIntent: false } } : {}) }])
  })

  it('an appearance that fails is told as it is, and one that is none is wrong use', async () => {
    const failing: Appearance = { draw: () => Promise.reject(new RangeError('no ink')) }
    await expect(sign(made, { visible: { appearance: failing, placement: PLACEMENT } })).rejects.toThrow('no ink')
    const empty: Appearance = { draw: async () => ({ objects: new Map<number, PdfObject>(), form: 1 }) }
    expect(await errorOf({ visible: { appearance: empty, placement: PLACEMENT } })).toMatchObject({ code: 'ERR_ARGUMENT', data: { argument: 'appearance' } })
  })

  it('is not drawn where the document may not be signed', async () => {
    const asked: AppearanceBox[] = []
    const certified = await sign(made, { certify: 1 })
    expect(await codeOf(() => sign(made, { visible: visible(PLACEMENT, asked) }, certified))).toBe('ERR_PDF_CERTIFIED')
    expect(asked).toEqual([])
  })
})

describe('several hands', () => {
  it('each sees the others’ signatures hold', async () => {
    let pdf = withField('/Rect[0 50 50 100]/F 4')
    pdf = await sign(made, { field: 'Seller', visible: inField(), reason: 'Bán' }, pdf)
    pdf = await sign(made, { field: 'Buyer', visible: visible({ page: 1, rectangle: [50, 0, 50, 50] }), reason: 'Mua' }, pdf)
    pdf = await sign(made, { field: 'Witness' }, pdf)
    expect(await verdict(pdf, made.options)).toBe('TOTAL-PASSED')
  })
})
