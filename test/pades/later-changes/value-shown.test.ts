import { readFileSync } from 'node:fs'
import { PDFDocument } from 'pdf-lib'
import { describe, expect, it } from 'vitest'
import { concat } from '../../../src/core/bytes.ts'
import { fieldText } from '../../../src/pades/appearance/index.ts'
import { addPdfFields, fillPdfFields } from '../../../src/pades/index.ts'
import { laterChanges } from '../../../src/pades/later-changes.ts'
import {
  openPdf,
  PdfArray,
  PdfDict,
  type PdfDocument,
  type PdfObject,
  PdfRef,
  PdfStream,
  PdfUpdate,
  pdfDict,
  pdfStream,
  withEntries,
} from '../../../src/pdf/index.ts'
import type { Objects } from '../../pdf/sample.ts'
import { archivePdf } from '../../support/pdfa.ts'
import { dictOf, FORM, formPdf } from '../forms/form-sample.ts'
import { append, stream } from './signed-file.ts'

const DEJAVU = readFileSync(new URL('../../../node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf', import.meta.url))
const VIETNAMESE = 'Nguyễn Thị Ngọc Ánh – Đã ký số'

/** The codes of what follows the first revision, without repeats. */
async function codesOf(file: Uint8Array): Promise<string[]> {
  return [...new Set(laterChanges(await openPdf(file), 0).changes.map(({ code }) => code))]
}

const FILLED = ['fieldFilled']
const UNREAD = ['fieldFilled', 'appearanceUnread']
const DIFFERS = ['appearanceDiffers']

/** Content as most programs write it. */
const shows = (...texts: readonly string[]): string => `/Tx BMC q BT /Helv 9 Tf 0 g 2 4 Td ${texts.map((text) => `(${text}) Tj`).join(' 0 -11 Td ')} ET Q EMC`
const FONTS = '/Resources<</Font<</Helv 5 0 R>>>>'

interface Look {
  readonly content: string
  /** Entries of the form, its box apart. */
  readonly entries?: string
  readonly box?: string
}

/** One object of {@link FORM}, filled in with a value and a look. */
function filled(number: number, value: string, look: Look | string, objects: Objects = {}, more: Objects = {}): Promise<string[]> {
  const { content, entries = FONTS, box = '0 0 140 20' } = typeof look === 'string' ? { content: look } : look
  const base: Objects = { ...FORM, ...objects }
  const field = (base[number] as string).replace(/>>$/, `/V ${value}/AP<</N 60 0 R>>>>`)
  const form = stream(content, `/Type/XObject/Subtype/Form/BBox[${box}]${entries}`)
  return codesOf(append(formPdf(objects), { [number]: field, 60: form, ...more }, { trailer: '/Root 1 0 R' }))
}

const text = (value: string, look: Look | string, objects?: Objects, more?: Objects): Promise<string[]> => filled(6, `(${value})`, look, objects, more)
/** The text field with more entries. */
const withField = (entries: string): Objects => ({ 6: (FORM[6] as string).replace(/>>$/, `${entries}>>`) })

describe('a value that is shown', () => {
  it('is the text of the appearance, in one piece or in several', async () => {
    expect(await text('1000000', shows('1000000'))).toEqual(FILLED)
    expect(await text('An Binh', '/Tx BMC q BT /Helv 9 Tf 0 g 2 4 Td [(A) -10 (n) -300 (Bi) 20 (nh)] TJ ET Q EMC')).toEqual(FILLED)
    expect(await text('25', { content: '/X Do', entries: '/Resources<</XObject<</X 61 0 R>>>>' }, {}, { 61: form(shows('25')) })).toEqual(FILLED)
  })

  it('may stand on a background, within a border, beside what is cut off', async () => {
    expect(await text('25', `0.9 g 0 0 140 20 re f 0 G 1 w 0.5 0.5 139 19 re S ${shows('25')}`)).toEqual(FILLED)
    expect(await text('25', `${shows('25')} BT /Helv 9 Tf 2 50 Td (9000) Tj ET`)).toEqual(FILLED)
  })

  it('is not another one', async () => {
    expect(await text('1000000', shows('91000000'))).toEqual(DIFFERS)
    expect(await text('Binh', shows('9Binh'))).toEqual(DIFFERS)
    expect(await text('1000000', shows('100000'))).toEqual(DIFFERS)
    expect(await text('25', { content: '/X Do', entries: '/Resources<</XObject<</X 61 0 R>>>>' }, {}, { 61: form(shows('9000')) })).toEqual(DIFFERS)
    expect(await text('12', 'BT /Helv 9 Tf 20 4 Td (1) Tj -10 0 Td (2) Tj ET')).toEqual(DIFFERS)
    expect(await text('', shows('9000'))).toEqual(DIFFERS)
    // The look that is there already.
    const stale = { 6: (FORM[6] as string).replace(/>>$/, '/V(1)/AP<</N 61 0 R>>>>'), 61: form(shows('1')) }
    const file = append(formPdf(stale), { 6: stale[6].replace('/V(1)', '/V(2)') }, { trailer: '/Root 1 0 R' })
    expect(await codesOf(file)).toEqual(DIFFERS)
  })

  it('is more than what is shown beside a picture', async () => {
    expect(await text('25', `${shows('925')} 3 0 m 9 9 l S`)).toEqual(DIFFERS)
  })

  it('is told where nobody can say', async () => {
    for (const content of [
      '/Tx BMC EMC',
      `${shows('25')} 3 3 m 9 9 l S`,
      `${shows('25')} 1 g 4 0 4 20 re f`,
      `${shows('25')} 1 g 0 0 140 20 re f`,
      'BT 1 g /Helv 9 Tf 2 4 Td (25) Tj ET',
      'BT 3 Tr /Helv 9 Tf 2 4 Td (25) Tj ET',
      'BT /Helv 1 Tf 2 4 Td (25) Tj ET',
      'BT /Helv 9 Tf -1 0 0 -1 20 10 Tm (25) Tj ET',
      'BT /Helv 9 Tf 136 4 Td (25) Tj ET',
      'BT /Helv 9 Tf 2 4 Td (2) Tj 1 0 Td (5) Tj ET',
      '/OC /Layer BDC BT /Helv 9 Tf 2 4 Td (25) Tj ET EMC',
      'BT /Helv 9 Tf 2 4 Td (2\\201 5) Tj ET',
      'BT /Other 9 Tf 2 4 Td (25) Tj ET',
    ])
      expect(await text('25', content), content).toEqual(content.includes('\\201') ? FILLED_BULLET : UNREAD)
  })

  it('of a password is anything behind its mask', async () => {
    const password = withField('/Ff 8192')
    expect(await text('secret', shows('******'), password)).toEqual(FILLED)
    expect(await text('secret', shows('secret'), password)).toEqual(FILLED)
    expect(await text('secret', shows('9000'), password)).toEqual(DIFFERS)
  })

  it('is formatted by a script that was signed, and by none that was not', async () => {
    const format = withField('/AA<</F<</S/JavaScript/JS(AFNumber_Format)>>>>')
    expect(await text('1000000', shows('1.000.000'), format)).toEqual(FILLED)
    expect(await text('1000000', shows('1,000,000.00 \\200'), format)).toEqual(FILLED)
    expect(await text('-1000.5', shows('\\(1.000,50\\)'), format)).toEqual(FILLED)
    expect(await text('0.25', shows('25%'), format)).toEqual(FILLED)
    expect(await text('0123456789', shows('\\(012\\) 345-6789'), format)).toEqual(FILLED)
    expect(await text('22112026', shows('22/11/2026'), format)).toEqual(FILLED)
    expect(await text('100000', shows('1,000.00'), format)).toEqual(DIFFERS)
    expect(await text('1000000', shows('9.000.000'), format)).toEqual(DIFFERS)
    expect(await text('1000', shows('-1000'), format)).toEqual(DIFFERS)
    expect(await text('1000000', shows('1.000.000'))).toEqual(DIFFERS)
  })

  it('wraps, and stands in cells', async () => {
    const lines = { content: shows('One line', 'and another').replace('2 4 Td', '2 60 Td'), box: '0 0 130 80' }
    expect(await filled(13, '(One line\\nand another)', lines)).toEqual(FILLED)
    expect(await filled(13, '(and another One line)', lines)).toEqual(DIFFERS)
    const cells = [0, 1, 2].map((i) => `1 0 0 1 ${16.25 * i + 5} 6 Tm (${i}) Tj`).join(' ')
    const comb = `0 G 16.25 0 m 16.25 20 l S 32.5 0 m 32.5 20 l S BT /Helv 9 Tf ${cells} ET`
    expect(await filled(14, '(012)', { content: comb, box: '0 0 130 20' })).toEqual(FILLED)
    expect(await text('012', { content: comb, box: '0 0 130 20' })).toEqual(UNREAD)
  })
})

/** WinAnsiEncoding has a bullet where it has nothing else: the text is another one then. */
const FILLED_BULLET = DIFFERS

function form(content: string): string {
  return stream(content, `/Type/XObject/Subtype/Form/BBox[0 0 140 20]${FONTS}`)
}

describe('a choice that is shown', () => {
  it('is the text of its option', async () => {
    expect(await filled(8, '(2)', shows('two'))).toEqual(FILLED)
    expect(await filled(8, '(one)', shows('one'))).toEqual(FILLED)
    expect(await filled(8, '(2)', shows('one'))).toEqual(DIFFERS)
    expect(await filled(8, '(one)', shows('9000'))).toEqual(DIFFERS)
    const crossed = { 8: (FORM[8] as string).replace('[(one)[(2)(two)]]', '[[(yes)(no)][(no)(yes)]]') }
    expect(await filled(8, '(yes)', shows('no'), crossed)).toEqual(FILLED)
    expect(await filled(8, '(yes)', shows('yes'), crossed)).toEqual(DIFFERS)
  })

  it('stands out in a list', async () => {
    const list = (selected: number, ...texts: readonly string[]): Look => ({
      content: `0.6 0.75686 0.8549 rg 0 ${58 - 12 * selected} 140 12 re f ${shows(...texts)
        .replace('2 4 Td', '2 60 Td')
        .replaceAll('-11', '-12')}`,
      box: '0 0 140 70',
    })
    expect(await filled(9, '(2)', list(1, 'one', 'two', 'three'))).toEqual(FILLED)
    expect(await filled(9, '(2)', list(2, 'one', 'two', 'three'))).toEqual(DIFFERS)
    expect(await filled(9, '(2)', list(1, 'one', 'nine', 'three'))).toEqual(DIFFERS)
    expect(await filled(9, '(2)', list(0, 'one', 'three'))).toEqual(DIFFERS)
    expect(await filled(9, '(2)', { content: shows('one', 'two').replace('2 4 Td', '2 60 Td'), box: '0 0 140 70' })).toEqual(UNREAD)
  })
})

describe('what programs fill in', () => {
  const VALUES = {
    text: 'Company X & Sons',
    combo: 'two',
    list: '2',
    lines: 'One line\nand a long one that has to wrap',
    comb: '20261122',
    'group.inner.name': 'An',
  }

  it('by the font of the form is read', async () => {
    expect(await codesOf(await fillPdfFields(formPdf(), VALUES))).toEqual(FILLED)
    expect(await codesOf(await fillPdfFields(formPdf({}, 'stream'), VALUES))).toEqual(FILLED)
    for (const base of ['B', 'I', 'S', 'D', 'U']) {
      const bordered = withField(`/MK<</BC[0 0 1]/BG[0.9]>>/BS<</W 2/S/${base}>>`)
      expect(await codesOf(await fillPdfFields(formPdf(bordered), { text: '1000000' })), base).toEqual(FILLED)
    }
  })

  it('by an embedded font with Vietnamese letters is read', async () => {
    const values = { text: VIETNAMESE, lines: `${VIETNAMESE}\n${VIETNAMESE}`, 'group.inner.name': 'Ủy ban' }
    expect(await codesOf(await fillPdfFields(formPdf(), values, { appearance: fieldText({ font: DEJAVU }) }))).toEqual(FILLED)
  })

  it.each(['1b', '2b'] as const)('in PDF/A-%s is read', async (flavour) => {
    const file = await archiveWithField(flavour)
    const pdf = await fillPdfFields(file, { text: VIETNAMESE }, { appearance: fieldText({ font: DEJAVU }) })
    const document = await openPdf(pdf)
    const last = document.revisions.length - 1
    expect(laterChanges(document, last - 1).changes.map(({ code }) => code)).toEqual(FILLED)
  })

  it('by pdf-lib is read', async () => {
    const made = await PDFDocument.load(formPdf())
    const fields = made.getForm()
    fields.getTextField('text').setText('Company X')
    fields.getTextField('lines').setText('One line\nand a long one that has to wrap')
    fields.getTextField('comb').setText('20261122')
    fields.getDropdown('combo').select('one')
    fields.getOptionList('list').select('three')
    fields.updateFieldAppearances()
    const theirs = await openPdf(await made.save({ useObjectStreams: false }))
    expect(await codesOf(await transplanted(formPdf(), theirs, [6, 8, 9, 13, 14]))).toEqual(FILLED)
  })
})

/** A form with one field in an archive file. */
async function archiveWithField(flavour: '1b' | '2b'): Promise<Uint8Array> {
  const pdf = archivePdf(flavour, { mediaBox: [0, 0, 300, 200] })
  return addPdfFields(pdf, [{ type: 'text', name: 'text', placement: { page: 1, rectangle: [10, 80, 200, 16] } }])
}

/** Takes value and appearance of fields over into an update, as another program has made them of the same file. */
async function transplanted(file: Uint8Array, from: PdfDocument, numbers: readonly number[]): Promise<Uint8Array> {
  const document = await openPdf(file)
  const update = new PdfUpdate(document)
  const copies = new Map<number, PdfRef>()
  const copy = (object: PdfObject): PdfObject => {
    if (object instanceof PdfRef) {
      const known = copies.get(object.number) ?? update.add(copy(from.get(object)))
      copies.set(object.number, known)
      return known
    }
    if (object instanceof PdfArray) return new PdfArray(object.items.map(copy))
    if (object instanceof PdfStream) return pdfStream(copy(object.dict) as PdfDict, from.encodedStreamData(object))
    return object instanceof PdfDict ? pdfDict([...object.entries].map(([key, value]) => [key, copy(value)])) : object
  }
  for (const number of numbers) {
    const theirs = dictOf(from, number)
    const changes = ['V', 'AP'].map((key) => [key, copy(theirs.get(key) ?? null)] as const)
    update.set(new PdfRef(number), withEntries(dictOf(document, number), Object.fromEntries(changes)))
  }
  return concat([file, update.build().bytes])
}
