import { beforeAll, describe, expect, it } from 'vitest'
import { equal, fromLatin1 } from '../../../src/core/bytes.ts'
import { memorySource } from '../../../src/core/source.ts'
import type { AppearanceBox } from '../../../src/pades/appearance-form.ts'
import { type FormField, formFields } from '../../../src/pades/forms/form-fields.ts'
import { addPdfFields, fillPdfFields, type NewField, type NewSignatureField, type NewTextField } from '../../../src/pades/index.ts'
import { nameOf, openPdf, PdfDict, type PdfDocument, PdfRef, PdfStream } from '../../../src/pdf/index.ts'
import { verify } from '../../../src/verify/index.ts'
import { BASIC, type Objects, Sample, simplePdf } from '../../pdf/sample.ts'
import { type LabSetting, setting, sign, verdict } from '../../verify/lab-pdf.ts'
import { compressedPdf, rectangleAppearance, written } from '../hand-drawn.ts'
import { changesOf, contentOf, dictOf, encryptedPdf, failure, formPdf, shownText, valueText } from './form-sample.ts'

let made: LabSetting
beforeAll(async () => {
  made = await setting()
})

const PLACE = { page: 1, rectangle: [10, 20, 60, 30] } as const
const signature = (name: string, rest: Partial<NewSignatureField> = {}): NewSignatureField => ({ type: 'signature', name, ...rest })
const text = (name: string, rest: Partial<NewTextField> = {}): NewTextField => ({ type: 'text', name, placement: PLACE, ...rest })

/** The fields of a document, by name. */
async function fieldsOf(pdf: Uint8Array, password?: string): Promise<{ document: PdfDocument; field(name: string): FormField & { ref: PdfRef } }> {
  const document = await openPdf(pdf, { password })
  return {
    document,
    field(name) {
      const field = formFields(document).find((one) => one.name === name)
      if (!field?.ref) throw new Error(`no field ${name}`)
      return { ...field, ref: field.ref }
    },
  }
}

/** A value of a field as it would be written. */
const entry = (document: PdfDocument, field: FormField, key: string): string => written(document.resolve(field.dict.get(key)))

describe('adding signature fields', () => {
  it.each<[string, () => Uint8Array]>([
    ['a table', () => simplePdf()],
    ['a cross-reference stream', () => new Sample().stream(BASIC).bytes()],
    ['object streams', () => compressedPdf(BASIC)],
    ['a form', () => formPdf()],
    [
      'a form in the catalog, and arrays of their own',
      () =>
        simplePdf({
          ...BASIC,
          1: '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields 4 0 R>>>>',
          4: '[]',
          3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Annots 5 0 R>>',
          5: '[]',
        }),
    ],
  ])('to a file with %s keeps every byte of it, and they can be signed', async (_, file) => {
    const before = file()
    const fields = [
      signature('Người ký', { placement: PLACE, tooltip: 'Ký ở đây' }),
      signature('Second'),
      signature('Third', { placement: { page: -1, corner: 'top-right', x: 0, y: 0, width: 20, height: 10 } }),
    ]
    const after = await addPdfFields(before, fields)
    expect(equal(after.subarray(0, before.length), before)).toBe(true)
    expect(equal(await addPdfFields(memorySource(before), fields), after)).toBe(true)
    const { document, field } = await fieldsOf(after)
    expect(entry(document, field('Người ký'), 'Rect')).toBe('[10 20 70 50]')
    expect(entry(document, field('Second'), 'Rect')).toBe('[0 0 0 0]')
    for (const name of ['Người ký', 'Second', 'Third']) {
      expect([field(name).type, field(name).dict.has('AP'), field(name).dict.has('V')]).toEqual(['Sig', false, false])
      const annots = document.resolve(dictOf(document, 3).get('Annots'))
      expect(written(annots)).toContain(`${field(name).ref}`)
    }
    const form = document.resolve(document.catalog.get('AcroForm'))
    expect(form instanceof PdfDict && written(form.get('SigFlags'))).toBe('1')
    const signed = await sign(made, { field: 'Third' }, await sign(made, { field: 'Người ký' }, after))
    expect(await verdict(signed, made.options)).toBe('TOTAL-PASSED')
  })

  it('writes locks, and signing locks', async () => {
    const lock = { action: 'Include', fields: ['số', 'text'], permission: 2 } as const
    const { document, field } = await fieldsOf(await addPdfFields(formPdf(), [signature('S', { lock })]))
    expect(field('S').dict.get('Lock')).toBeInstanceOf(PdfRef)
    expect(entry(document, field('S'), 'Lock')).toBe('<</Type /SigFieldLock/Action /Include/Fields [(\\376\\377\\000s\\036\\321) (text)]/P 2>>')
    const locked = await sign(made, { field: 'S' }, await addPdfFields(formPdf(), [signature('S', { lock })]))
    expect(await failure(fillPdfFields(locked, { text: 'x' }))).toBe('ERR_PDF_LOCKED')
    expect(await failure(fillPdfFields(locked, { box: 'Yes' }))).toBe('done')
  })

  it('writes what the field asks of who signs it', async () => {
    const seedValue = {
      reasons: ['Phê duyệt', 'OK'],
      digestMethods: ['SHA-256', 'SHA-512'],
      subFilter: ['ETSI.CAdES.detached'],
      mdp: 2,
      required: ['reasons', 'digestMethods'],
    } as const
    const { document, field } = await fieldsOf(await addPdfFields(simplePdf(), [signature('S', { seedValue }), signature('T', { seedValue: { mdp: 0 } })]))
    expect(field('S').dict.get('SV')).toBeInstanceOf(PdfRef)
    const asked = entry(document, field('S'), 'SV')
    for (const part of ['/Type /SV', '/Ff 72', '/SubFilter [/ETSI.CAdES.detached]', '/DigestMethod [(SHA256) (SHA512)]', '/MDP <</P 2>>', '(OK)]'])
      expect(asked).toContain(part)
    expect(entry(document, field('T'), 'SV')).toBe('<</Type /SV/MDP <</P 0>>>>')
  })

  it('turns a widget with its page, as the reader sees it', async () => {
    const turned = simplePdf({ ...BASIC, 3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 200]/Rotate 90>>' })
    const { document, field } = await fieldsOf(await addPdfFields(turned, [signature('S', { placement: { page: 1, rectangle: [10, 20, 60, 30] } })]))
    expect([entry(document, field('S'), 'Rect'), entry(document, field('S'), 'MK')]).toEqual(['[50 10 80 70]', '<</R 90>>'])
  })

  it('to a signed document is explained by whoever verifies it', async () => {
    const signed = await sign(made)
    const after = await addPdfFields(signed, [signature('Next', { placement: PLACE }), signature('Other')])
    expect((await verify(after, made.options)).indication).toBe('TOTAL-PASSED')
    expect(await verdict(await sign(made, { field: 'Next' }, after), made.options)).toBe('TOTAL-PASSED')
    const { changed } = await changesOf(signed, after)
    expect(Object.values(changed).flat().sort()).toEqual(['Annots', 'Fields'])
  })

  it('to an archive file gives them a blank appearance', async () => {
    const { document, field } = await fieldsOf(await addPdfFields(archive(), [signature('S', { placement: PLACE }), signature('Hidden')]))
    expect(contentOf(document, field('S').ref.number)).toBe('/Tx BMC\nEMC\n')
    expect(field('Hidden').dict.has('AP')).toBe(false)
    const first = await fieldsOf(await addPdfFields(archive(1), [signature('Hidden')]))
    expect(contentOf(first.document, first.field('Hidden').ref.number)).toBe('')
  })
})

describe('adding text fields', () => {
  it('writes what a reader needs to fill them in, once for all fields', async () => {
    const fields = [
      text('Số', { tooltip: 'Số văn bản', fontSize: 13, maxLength: 20 }),
      text('date', { align: 'right', font: 'Times-Roman' }),
      text('note', { multiline: true, readOnly: true }),
    ]
    const { document, field } = await fieldsOf(await addPdfFields(simplePdf(), fields))
    expect(entry(document, field('Số'), 'DA')).toBe('(/Helv 13 Tf 0 g)')
    expect(['FT', 'MaxLen', 'Rect', 'F'].map((key) => entry(document, field('Số'), key))).toEqual(['/Tx', '20', '[10 20 70 50]', '132'])
    expect(['DA', 'Q', 'Ff'].map((key) => entry(document, field('date'), key))).toEqual(['(/TiRo 0 Tf 0 g)', '2', 'null'])
    expect(['DA', 'Q', 'Ff'].map((key) => entry(document, field('note'), key))).toEqual(['(/Helv 0 Tf 0 g)', 'null', '4097'])
    const form = document.resolve(document.catalog.get('AcroForm'))
    if (!(form instanceof PdfDict)) throw new Error('no form')
    expect(form.has('SigFlags') || form.has('NeedAppearances')).toBe(false)
    const resources = document.resolve(form.get('DR'))
    const fonts = resources instanceof PdfDict ? document.resolve(resources.get('Font')) : null
    expect(
      fonts instanceof PdfDict && Array.from(fonts.entries, ([name, font]) => [name, nameOf((document.resolve(font) as PdfDict).get('BaseFont'))]),
    ).toEqual([
      ['Helv', 'Helvetica'],
      ['TiRo', 'Times-Roman'],
    ])
    const filled = await fillPdfFields(await addPdfFields(simplePdf(), fields), { date: '22/11/2026' })
    const now = await fieldsOf(filled)
    expect(shownText(contentOf(now.document, now.field('date').ref.number))).toEqual(['22/11/2026'])
  })

  it('shows a value at once', async () => {
    const { document, field } = await fieldsOf(await addPdfFields(simplePdf(), [text('number', { value: '12/2026', fontSize: 9 }), text('empty')]))
    expect([valueText(document, field('number').ref.number), shownText(contentOf(document, field('number').ref.number))]).toEqual(['12/2026', ['12/2026']])
    expect([valueText(document, field('empty').ref.number), contentOf(document, field('empty').ref.number)]).toEqual([undefined, '/Tx BMC\nEMC\n'])
  })

  it('shows it by the program of the caller', async () => {
    const boxes: AppearanceBox[] = []
    const field = text('Số', { value: 'Số 12/QĐ', appearance: () => rectangleAppearance(boxes) })
    const { document, field: find } = await fieldsOf(await addPdfFields(archive(), [field]))
    expect(boxes).toEqual([{ width: 60, height: 30, pdfa: { part: 2, conformance: 'B', outputIntent: false } }])
    expect(contentOf(document, find('Số').ref.number)).toContain('/Text Do')
    expect(await failure(addPdfFields(archive(), [text('x', { value: 'x' })]))).toBe('ERR_PDF_FIELD_TEXT pdfa')
    expect(await failure(addPdfFields(simplePdf(), [text('x', { value: 'Số' })]))).toBe('ERR_PDF_FIELD_TEXT character')
  })

  it('uses the fonts of the form where they are what they are called', async () => {
    const before = formPdf()
    expect((await changesOf(before, await addPdfFields(before, [text('new')]))).changed[5]).toBeUndefined()
    const other = formPdf({ 5: '<</Type/Font/Subtype/Type1/BaseFont/Courier>>' })
    const { document, field } = await fieldsOf(await addPdfFields(other, [text('new', { value: 'x' })]))
    expect(entry(document, field('new'), 'DA')).toBe('(/Helv2 0 Tf 0 g)')
    const form = document.resolve(document.catalog.get('AcroForm'))
    expect(form instanceof PdfDict && written(form.get('DR'))).toMatch(/\/Helv 5 0 R\/Helv2 \d+ 0 R/)
  })

  it('counts sizes in points where the page counts in other units', async () => {
    const large = simplePdf({ ...BASIC, 3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/UserUnit 2>>' })
    const { document, field } = await fieldsOf(await addPdfFields(large, [text('x', { fontSize: 12 })]))
    expect([entry(document, field('x'), 'DA'), entry(document, field('x'), 'Rect')]).toEqual(['(/Helv 6 Tf 0 g)', '[5 10 35 25]'])
  })

  it('encrypts what it writes', async () => {
    const before = encryptedPdf()
    const after = await addPdfFields(before, [text('note', { value: 'Plain words' })], { password: 'owner' })
    expect(fromLatin1(after.subarray(before.length))).not.toContain('Plain words')
    const { document, field } = await fieldsOf(after, 'user')
    expect([valueText(document, field('note').ref.number), document.resolve(dictOf(document, field('note').ref.number).get('AP'))]).toEqual([
      'Plain words',
      expect.any(PdfDict),
    ])
    expect(document.get(after.length > before.length ? field('note').ref : 0)).not.toBeInstanceOf(PdfStream)
  })
})

describe('what is not added', () => {
  it.each<[string, NewField[], string]>([
    ['nothing', [], 'ERR_ARGUMENT'],
    ['a name with a period', [signature('a.b')], 'ERR_PDF_FIELD name'],
    ['no name', [signature('')], 'ERR_PDF_FIELD name'],
    ['a name with a control', [text('a\nb')], 'ERR_PDF_FIELD name'],
    ['a name that is taken', [signature('text')], 'ERR_PDF_FIELD taken'],
    ['a name twice', [signature('\u00e1'), text('a\u0301')], 'ERR_PDF_FIELD taken'],
    ['a page that is not there', [text('x', { placement: { page: 2, rectangle: [0, 0, 10, 10] } })], 'ERR_PDF_PLACEMENT page'],
    ['a place beside the page', [signature('x', { placement: { page: 1, rectangle: [290, 0, 20, 10] } })], 'ERR_PDF_PLACEMENT outside'],
    ['a lock of nothing', [signature('x', { lock: { action: 'Include' } })], 'ERR_ARGUMENT'],
    ['a requirement without what is required', [signature('x', { seedValue: { required: ['reasons'] } })], 'ERR_ARGUMENT'],
    ['a list of no reasons', [signature('x', { seedValue: { reasons: [] } })], 'ERR_ARGUMENT'],
    ['a size that is none', [text('x', { fontSize: Number.NaN })], 'ERR_ARGUMENT'],
    ['a length that is none', [text('x', { maxLength: 1.5 })], 'ERR_ARGUMENT'],
    ['a value longer than that', [text('x', { maxLength: 1, value: 'ab' })], 'ERR_PDF_FIELD_VALUE length'],
    ['a value that does not fit', [text('x', { value: 'x'.repeat(500) })], 'ERR_PDF_FIELD_VALUE room'],
    ['two lines in one', [text('x', { value: 'a\nb' })], 'ERR_PDF_FIELD_VALUE lines'],
  ])('%s', async (_, fields, expected) => {
    expect(await failure(addPdfFields(formPdf(), fields))).toBe(expected)
  })

  it('text to a document with a signature, and anything to one that is certified or locked', async () => {
    const attempt = (document: Uint8Array, field: NewField): Promise<string> => failure(addPdfFields(document, [field]))
    const signed = await sign(made)
    expect([await attempt(signed, text('x')), await attempt(signed, signature('x'))]).toEqual(['ERR_PDF_LOCKED', 'done'])
    for (const certify of [1, 2, 3] as const) expect(await attempt(await sign(made, { certify }), signature('x'))).toBe('ERR_PDF_LOCKED')
    expect(await attempt(await sign(made, { lock: { action: 'Include', fields: ['y'], permission: 3 } }), signature('x'))).toBe('ERR_PDF_LOCKED')
    const locked = await sign(made, { lock: { action: 'Include', fields: ['x'] } })
    expect([await attempt(locked, signature('x')), await attempt(locked, signature('y'))]).toEqual(['ERR_PDF_LOCKED', 'done'])
    const perms = simplePdf({ ...BASIC, 1: '<</Type/Catalog/Pages 2 0 R/Perms<</DocMDP 5 0 R>>>>', 5: '<</Type/Sig>>' })
    expect(await attempt(perms, signature('x'))).toBe('ERR_PDF_LOCKED')
  })

  it('fields to a document whose encryption forbids it', async () => {
    const attempt = (permissions: number, password: string): Promise<string> =>
      failure(addPdfFields(encryptedPdf({ permissions }), [signature('x')], { password }))
    expect([await attempt(-4 & ~8, 'user'), await attempt(-4 & ~32, 'user'), await attempt(-4 & ~(8 | 32), 'owner'), await attempt(-4, 'user')]).toEqual([
      'ERR_PDF_PERMISSION',
      'ERR_PDF_PERMISSION',
      'done',
      'done',
    ])
  })
})

/** A page that says of itself that it is PDF/A of level B. */
function archive(part = 2): Uint8Array {
  const packet = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><pdfaid:part>${part}</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></x:xmpmeta>`
  const objects: Objects = {
    ...BASIC,
    1: '<</Type/Catalog/Pages 2 0 R/Metadata 4 0 R>>',
    4: `<</Type/Metadata/Subtype/XML/Length ${packet.length}>>\nstream\n${packet}\nendstream`,
  }
  return simplePdf(objects)
}
