import { beforeAll, describe, expect, it } from 'vitest'
import { equal, fromLatin1 } from '../../../src/core/bytes.ts'
import { isKysoError } from '../../../src/core/errors.ts'
import { explain } from '../../../src/core/messages.ts'
import { memorySource } from '../../../src/core/source.ts'
import type { AppearanceBox } from '../../../src/pades/appearance-form.ts'
import { formFields } from '../../../src/pades/forms/form-fields.ts'
import type { FieldText, TextAppearance } from '../../../src/pades/index.ts'
import { addPdfFields, fillPdfFields } from '../../../src/pades/index.ts'
import { nameOf, openPdf, PdfDict } from '../../../src/pdf/index.ts'
import { verify } from '../../../src/verify/index.ts'
import type { EncryptionPlan } from '../../pdf/encryption/make-encryption.ts'
import { type LabSetting, setting, sign } from '../../verify/lab-pdf.ts'
import { rectangleAppearance } from '../hand-drawn.ts'
import { appearanceOf, changesOf, contentOf, dictOf, encryptedPdf, FORM, failure, formObject, formPdf, shownText, valueText } from './form-sample.ts'

let made: LabSetting
beforeAll(async () => {
  made = await setting()
})

const fill = (values: Record<string, string>, objects: Record<number, string> = {}): Promise<Uint8Array> => fillPdfFields(formPdf(objects), values)

/** A font of the form's own, with what is said of it. */
const font = (entries: string): Record<number, string> => ({ 5: `<</Type/Font${entries}>>` })

describe('filling text', () => {
  it('appends value and appearance, and changes nothing else', async () => {
    for (const kind of ['table', 'stream'] as const) {
      const before = formPdf({}, kind)
      const after = await fillPdfFields(before, { text: 'No. 12 (draft)' })
      expect(equal(after.subarray(0, before.length), before)).toBe(true)
      const { added, changed } = await changesOf(before, after)
      expect(changed).toEqual({ 6: ['V', 'AP'] })
      expect(added).toHaveLength(kind === 'stream' ? 2 : 1)
      const document = await openPdf(after)
      expect(valueText(document, 6)).toBe('No. 12 (draft)')
      expect(shownText(contentOf(document, 6))).toEqual(['No. 12 (draft)'])
      expect(contentOf(document, 6)).toMatch(/^\/Tx BMC\nq [\d. ]+ re W n\nBT\n0 g \/F [\d.]+ Tf\n[\s\S]*ET\nQ\nEMC\n$/)
    }
  })

  it('takes maps and sources, and gives the same bytes again', async () => {
    const after = await fill({ text: 'x' })
    expect(equal(await fillPdfFields(memorySource(formPdf()), new Map([['text', 'x']])), after)).toBe(true)
    expect(equal(await fill({ text: 'x' }), after)).toBe(true)
  })

  it('writes nothing where the value stands there already', async () => {
    const filled = await fill({ text: 'x', box: 'Yes', combo: 'two', radio: 'a' })
    expect(equal(await fillPdfFields(filled, { text: 'x', box: 'Yes', combo: 'two', radio: 'a' }), filled)).toBe(true)
    expect((await fillPdfFields(filled, { text: 'y' })).length).toBeGreaterThan(filled.length)
    expect(equal(await fillPdfFields(filled, {}), filled)).toBe(true)
  })

  it('never writes over the appearance that was there', async () => {
    const objects = { 6: `${(FORM[6] as string).slice(0, -2)}/AP<</N 22 0 R/D 23 0 R>>/V(old)>>`, 22: formObject('q Q'), 23: formObject('Q q') }
    const before = formPdf(objects)
    const { changed } = await changesOf(before, await fillPdfFields(before, { text: 'new' }))
    expect(Object.keys(changed)).toEqual(['6'])
    const appearance = dictOf(await openPdf(await fillPdfFields(before, { text: 'new' })), 6).get('AP')
    expect(appearance instanceof PdfDict && [...appearance.entries.keys()]).toEqual(['D', 'N'])
  })

  it('writes values in composed letters, and finds names in either form', async () => {
    const objects = { 6: (FORM[6] as string).replace('(text)', '<FEFF005300610301>') }
    const draw: TextAppearance = () => rectangleAppearance()
    const after = await fillPdfFields(formPdf(objects), { 'S\u00e1': 'A\u0301nh' }, { appearance: draw })
    expect(valueText(await openPdf(after), 6)).toBe('\u00c1nh')
  })

  it('uses colour, size and side of the field, and nothing else of its default appearance', async () => {
    const hostile = { 13: (FORM[13] as string).replace('/Helv 10 Tf 0 g', '0.5 0 1 rg /Helv 10 Tf /Evil Do 7 w 0 0 9 9 re f') }
    const content = contentOf(await openPdf(await fill({ lines: 'one' }, hostile)), 13)
    expect(content).toContain('0.5 0 1 rg /F 10 Tf')
    expect(content).not.toMatch(/Evil|7 w|9 9/)
    // In the middle of 130 points, by the widths of Helvetica.
    expect(content).toContain(`${(130 - 16.68) / 2} `)
  })

  it('breaks lines where the field has several', async () => {
    const text = 'The quick brown fox jumps over the lazy dog\n\nand-a-word-that-is-wider-than-any-line-can-be'
    const document = await openPdf(await fill({ lines: text.replaceAll('\n', '\r\n') }))
    expect(valueText(document, 13)).toBe(text)
    const lines = shownText(contentOf(document, 13))
    expect(lines.length).toBeGreaterThan(3)
    expect(lines.join('').replaceAll(' ', '')).toBe(text.replace(/\s/g, ''))
  })

  it('puts each letter into its cell', async () => {
    const document = await openPdf(await fill({ comb: '0123' }))
    expect(shownText(contentOf(document, 14))).toEqual(['0', '1', '2', '3'])
    expect(contentOf(document, 14).match(/16\.25 0 Td/g)).toHaveLength(3)
  })

  it('reads what a field inherits, and turns what is turned', async () => {
    const document = await openPdf(await fill({ 'group.inner.name': '12' }))
    const form = appearanceOf(document, 15)
    expect(JSON.stringify(form.dict.get('Matrix'), (key, value) => (key === 'isInteger' ? undefined : value))).toContain(
      '[{"value":0},{"value":1},{"value":-1},{"value":0},{"value":130},{"value":0}]',
    )
    // On the right of a box 20 points wide, with two points between.
    const [, x] = /Tf\n([\d.]+) /.exec(contentOf(document, 15)) ?? []
    expect(Number(x)).toBeGreaterThan(2)
  })

  it('draws background and borders of each kind', async () => {
    for (const [style, sign] of [
      ['S', 're S'],
      ['D', '[4 2] 0 d'],
      ['B', '1 g '],
      ['I', '0.75 g '],
      ['U', 'l S'],
    ] as const) {
      const objects = { 6: `${(FORM[6] as string).slice(0, -2)}/MK<</BG[1 1 0]/BC[1 0 0]>>/BS<</W 2/S/${style}/D[4 2]>>>>` }
      const content = contentOf(await openPdf(await fill({ text: 'x' }, objects)), 6)
      expect(content).toContain('1 1 0 rg 0 0 140 20 re f')
      expect(content).toContain('1 0 0 RG 2 w')
      expect(content).toContain(sign)
    }
  })

  it('fills all widgets of a field, and all fields of a name', async () => {
    const objects = {
      4: '<</Fields[6 0 R 14 0 R]/DA(/Helv 0 Tf 0 g)>>',
      6: '<</FT/Tx/T(text)/Kids[7 0 R 8 0 R]>>',
      7: '<</Type/Annot/Subtype/Widget/Parent 6 0 R/Rect[0 0 50 20]>>',
      8: '<</Type/Annot/Subtype/Widget/Parent 6 0 R/Rect[0 50 80 70]>>',
      14: '<</Type/Annot/Subtype/Widget/FT/Tx/T(text)/Rect[0 80 80 100]>>',
    }
    const document = await openPdf(await fill({ text: 'x' }, objects))
    expect([valueText(document, 6), valueText(document, 14)]).toEqual(['x', 'x'])
    for (const widget of [7, 8, 14]) expect(shownText(contentOf(document, widget))).toEqual(['x'])
    expect(dictOf(document, 7).has('V')).toBe(false)
  })

  it('empties a field', async () => {
    const document = await openPdf(await fill({ text: '' }, { 6: `${(FORM[6] as string).slice(0, -2)}/V(old)>>` }))
    expect([valueText(document, 6), contentOf(document, 6)]).toEqual(['', '/Tx BMC\nEMC\n'])
  })
})

describe('letters', () => {
  it('that the font does not have are refused by name, whatever the language of the message', async () => {
    for (const [text, character] of [
      ['Số 12', 'ố (U+1ED1)'],
      ['a\u{1f600}', '\u{1f600} (U+1F600)'],
      ['soft\u00adhyphen', 'U+00AD'],
    ] as const) {
      const error = await fill({ text }).then(
        () => null,
        (cause: unknown) => cause,
      )
      if (!isKysoError(error, 'ERR_PDF_FIELD_TEXT')) throw error
      expect(error.data.character).toBe(character)
      for (const language of ['en', 'vi'] as const) expect(await explain(error, language)).toContain(character)
    }
  })

  it('are encoded as the font wants it', async () => {
    const latin = await openPdf(await fill({ text: '“€é”' }))
    expect(shownText(contentOf(latin, 6))).toEqual(['\x93\x80\xe9\x94'])
    const own = font('/Subtype/Type1/BaseFont/Helvetica/Encoding<</Differences[65/eacute/B 300/A]>>')
    expect(shownText(contentOf(await openPdf(await fill({ text: 'éB' }, own)), 6))).toEqual(['AB'])
    expect(await failure(fill({ text: 'A' }, own))).toBe('ERR_PDF_FIELD_TEXT character')
    const standard = font('/Subtype/Type1/BaseFont/Times-Roman')
    expect(shownText(contentOf(await openPdf(await fill({ text: '’x‘' }, standard)), 6))).toEqual(["'x`"])
    expect(await failure(fill({ text: "'" }, standard))).toBe('ERR_PDF_FIELD_TEXT character')
  })

  it.each([
    ['a subset', '/Subtype/TrueType/BaseFont/ABCDEF+Arial/Encoding/WinAnsiEncoding/FirstChar 32/Widths[500]', 'font'],
    ['a composite font', '/Subtype/Type0/BaseFont/Arial/Encoding/Identity-H', 'font'],
    ['an encoding of its own', '/Subtype/TrueType/BaseFont/Arial/FirstChar 32/Widths[500]/FontDescriptor<</Flags 32>>', 'font'],
    ['symbols', '/Subtype/Type1/BaseFont/ZapfDingbats', 'font'],
    ['no width for the letter', '/Subtype/TrueType/BaseFont/Arial/Encoding/WinAnsiEncoding/FirstChar 65/Widths[500]/FontDescriptor<</Flags 32>>', 'character'],
  ])('of a font with %s are not believed to be there', async (_, entries, why) => {
    expect(await failure(fill({ text: 'B' }, font(entries)))).toBe(`ERR_PDF_FIELD_TEXT ${why}`)
  })

  it('are drawn in Helvetica where the form names no font that it has', async () => {
    const document = await openPdf(await fill({ text: 'x' }, { 4: '<</Fields[6 0 R]/DA(/Gone 9 Tf)>>' }))
    const resources = document.resolve(appearanceOf(document, 6).dict.get('Resources'))
    const fonts = resources instanceof PdfDict ? document.resolve(resources.get('Font')) : null
    const helvetica = fonts instanceof PdfDict ? document.resolve(fonts.get('F')) : null
    expect(helvetica instanceof PdfDict && nameOf(helvetica.get('BaseFont'))).toBe('Helvetica')
  })

  it('of an archive file have their font with them', async () => {
    const packet = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></x:xmpmeta>'
    const objects = {
      1: '<</Type/Catalog/Pages 2 0 R/AcroForm 4 0 R/Metadata 30 0 R>>',
      30: `<</Type/Metadata/Subtype/XML/Length ${packet.length}>>\nstream\n${packet}\nendstream`,
    }
    expect(await failure(fill({ text: 'x' }, objects))).toBe('ERR_PDF_FIELD_TEXT pdfa')
    expect(await failure(fill({ box: 'Yes' }, objects))).toBe('done')
    const boxes: AppearanceBox[] = []
    const appearance: TextAppearance = () => rectangleAppearance(boxes)
    expect(await failure(fillPdfFields(formPdf(objects), { text: 'x' }, { appearance }))).toBe('done')
    expect(boxes).toEqual([{ width: 140, height: 20, pdfa: { part: 2, conformance: 'B', outputIntent: false } }])
  })

  it('are drawn by the caller where he wants it, between the borders', async () => {
    const asked: FieldText[] = []
    const appearance: TextAppearance = (field) => {
      asked.push(field)
      return rectangleAppearance()
    }
    const objects = { 6: `${(FORM[6] as string).slice(0, -2)}/MK<</BC[0]>>/BS<</W 2>>/Q 1/DA(/Helv 11 Tf 0 0.5 1 0 k)>>` }
    const before = formPdf(objects)
    const after = await fillPdfFields(before, { text: 'Số', lines: 'một\nhai', combo: 'two', comb: '1' }, { appearance })
    expect(asked).toEqual([
      { value: 'Số', width: 136, height: 16, fontSize: 11, align: 'centre', multiline: false, colour: [1, 0.5, 0] },
      { value: 'một\nhai', width: 130, height: 80, fontSize: 10, align: 'centre', multiline: true, colour: [0, 0, 0] },
      { value: 'two', width: 140, height: 20, fontSize: 0, align: 'left', multiline: false, colour: [0, 0, 0] },
    ])
    const document = await openPdf(after)
    expect(contentOf(document, 6)).toContain('1 0 0 1 2 2 cm /Text Do')
    expect((await changesOf(before, after)).changed).toEqual({ 6: ['V', 'AP'], 8: ['V', 'AP'], 13: ['V', 'AP'], 14: ['V', 'AP'] })
    expect(await failure(fillPdfFields(formPdf(), { text: 'x' }, { appearance: () => ({ draw: async () => ({ objects: new Map(), form: 1 }) }) }))).toBe(
      'ERR_ARGUMENT',
    )
  })
})

describe('filling choices', () => {
  it('takes what is stored or what is shown, and writes what is stored', async () => {
    for (const value of ['2', 'two']) {
      const document = await openPdf(await fill({ combo: value, list: value }))
      expect([valueText(document, 8), valueText(document, 9)]).toEqual(['2', '2'])
      expect(shownText(contentOf(document, 8))).toEqual(['two'])
      expect(shownText(contentOf(document, 9))).toEqual(['one', 'two', 'three'])
      expect(contentOf(document, 9)).toMatch(/0\.6 0\.7569 0\.8549 rg 0 [\d.]+ 140 13\.8 re f\nBT\n1 0 0 rg/)
    }
  })

  it('refuses what is no option, unless the field is for typing too', async () => {
    expect(await failure(fill({ combo: 'three' }))).toBe('ERR_PDF_FIELD_VALUE option')
    expect(await failure(fill({ list: 'four' }))).toBe('ERR_PDF_FIELD_VALUE option')
    const editable = { 8: (FORM[8] as string).replace('131072', '393216') }
    expect(shownText(contentOf(await openPdf(await fill({ combo: 'three' }, editable)), 8))).toEqual(['three'])
  })

  it('shows the option that is chosen, however long the list', async () => {
    const options = Array.from({ length: 200 }, (_, i) => `(option ${i})`).join('')
    const objects = { 9: (FORM[9] as string).replace(/\/Opt\[.*?\]\/MK/, `/Opt[${options}]/MK`) }
    for (const chosen of [0, 100, 199]) {
      const lines = shownText(contentOf(await openPdf(await fill({ list: `option ${chosen}` }, objects)), 9))
      expect(lines).toContain(`option ${chosen}`)
      expect(lines).toHaveLength(4)
    }
  })
})

describe('filling buttons', () => {
  it('chooses among the states that were drawn, and draws none', async () => {
    const before = formPdf()
    const after = await fillPdfFields(before, { box: 'Yes', radio: 'Có' })
    expect(await changesOf(before, after)).toEqual({ added: [], changed: { 7: ['AS', 'V'], 10: ['V'], 12: ['AS'] } })
    const document = await openPdf(after)
    expect([valueText(document, 7), nameOf(dictOf(document, 7).get('AS'))]).toEqual(['/Yes', 'Yes'])
    expect([valueText(document, 10), nameOf(dictOf(document, 11).get('AS')), nameOf(dictOf(document, 12).get('AS'))]).toEqual([
      '/C\xc3\xb3',
      'Off',
      'C\xc3\xb3',
    ])
    const again = await openPdf(await fillPdfFields(after, { box: 'Off', radio: 'a' }))
    expect([valueText(again, 7), valueText(again, 10), nameOf(dictOf(again, 11).get('AS')), nameOf(dictOf(again, 12).get('AS'))]).toEqual([
      '/Off',
      '/a',
      'a',
      'Off',
    ])
  })

  it('knows states by what /Opt calls them', async () => {
    const objects = { 10: '<</FT/Btn/Ff 49152/T(radio)/Opt[(First)(Second)]/Kids[11 0 R 12 0 R]>>' }
    expect(valueText(await openPdf(await fill({ radio: 'Second' }, objects)), 10)).toBe('/C\xc3\xb3')
  })

  it('turns on one radio button of a state, or all where the form says so', async () => {
    const twins = { 12: (FORM[12] as string).replace('C#C3#B3', 'a') }
    const states = async (flags: number): Promise<(string | undefined)[]> => {
      const document = await openPdf(await fill({ radio: 'a' }, { ...twins, 10: (FORM[10] as string).replace('49152', String(flags)) }))
      return [11, 12].map((object) => nameOf(dictOf(document, object).get('AS')))
    }
    expect(await states(49152)).toEqual(['a', 'Off'])
    expect(await states(49152 + (1 << 25))).toEqual(['a', 'a'])
  })

  it('refuses a state that was not drawn', async () => {
    expect(await failure(fill({ box: 'On' }))).toBe('ERR_PDF_FIELD_VALUE state')
    expect(await failure(fill({ radio: 'Off' }))).toBe('ERR_PDF_FIELD_VALUE state')
  })
})

describe('what is not filled', () => {
  const flags = (bit: number): Record<number, string> => ({ 6: `${(FORM[6] as string).slice(0, -2)}/Ff ${2 ** (bit - 1)}>>` })
  it.each<[string, Record<string, string>, Record<number, string>, string]>([
    ['a field that is not there', { none: 'x' }, {}, 'ERR_PDF_FIELD missing'],
    ['a part of a name', { group: 'x' }, {}, 'ERR_PDF_FIELD missing'],
    ['a signature', { text: 'x' }, { 6: '<</FT/Sig/T(text)>>' }, 'ERR_PDF_FIELD_VALUE kind'],
    ['a push button', { box: 'Yes' }, { 7: `${(FORM[7] as string).slice(0, -2)}/Ff 65536>>` }, 'ERR_PDF_FIELD_VALUE kind'],
    ['what can only be read', { text: 'x' }, flags(1), 'ERR_PDF_FIELD_VALUE readOnly'],
    ['a widget whose content is locked', { text: 'x' }, { 6: (FORM[6] as string).replace('/F 4', '/F 516') }, 'ERR_PDF_FIELD_VALUE readOnly'],
    ['a password', { text: 'x' }, flags(14), 'ERR_PDF_FIELD_VALUE kind'],
    ['a file', { text: 'x' }, flags(21), 'ERR_PDF_FIELD_VALUE kind'],
    ['rich text', { text: 'x' }, flags(26), 'ERR_PDF_FIELD_VALUE kind'],
    ['a field written into the form', { text: 'x' }, { 4: '<</Fields[<</FT/Tx/T(text)>>]>>' }, 'ERR_PDF_FIELD_VALUE kind'],
    ['a form with XFA', { text: 'x' }, { 4: '<</Fields[6 0 R]/XFA[]>>' }, 'ERR_PDF_FIELD_VALUE xfa'],
    ['two lines in one', { text: 'a\nb' }, {}, 'ERR_PDF_FIELD_VALUE lines'],
    ['controls', { lines: 'a\u0000b' }, {}, 'ERR_PDF_FIELD_VALUE characters'],
    ['half a character', { lines: 'a\ud800' }, {}, 'ERR_PDF_FIELD_VALUE characters'],
    ['more than /MaxLen', { comb: '123456789' }, {}, 'ERR_PDF_FIELD_VALUE length'],
    ['more than fits', { text: 'x'.repeat(1000) }, {}, 'ERR_PDF_FIELD_VALUE room'],
    ['more lines than fit', { lines: 'x\n'.repeat(1000) }, {}, 'ERR_PDF_FIELD_VALUE room'],
  ])('%s', async (_, values, objects, expected) => {
    expect(await failure(fill(values, objects))).toBe(expected)
  })

  it('values that are no text, or two for one name', async () => {
    const wrong: Record<string, string> = JSON.parse('{"text":1}')
    expect(await failure(fill(wrong))).toBe('ERR_ARGUMENT')
    expect(
      await failure(
        fillPdfFields(
          formPdf(),
          new Map([
            ['\u00e1', 'x'],
            ['a\u0301', 'y'],
          ]),
        ),
      ),
    ).toBe('ERR_ARGUMENT')
  })

  it('a document with an unreadable form, or no form', async () => {
    expect(await failure(fill({ text: 'x' }, { 1: '<</Type/Catalog/Pages 2 0 R>>' }))).toBe('ERR_PDF_FIELD missing')
    expect(await failure(fill({ text: 'x' }, { 4: '<</Fields[4 0 R 4 0 R 10 0 R]/Kids[4 0 R]/T(x)>>' }))).toBe('ERR_PDF_FIELD missing')
  })
})

describe('signatures', () => {
  it('stay valid when a form is filled after them, and the report says what was filled', async () => {
    for (const kind of ['table', 'stream'] as const) {
      const signed = await sign(made, {}, formPdf({}, kind))
      const filled = await fillPdfFields(signed, {
        text: '12',
        box: 'Yes',
        combo: 'two',
        list: 'three',
        radio: 'a',
        lines: 'a\nb',
        comb: '1',
        'group.inner.name': 'x',
      })
      const { indication, signatures } = await verify(await sign(made, {}, filled), made.options)
      expect([indication, signatures.map((one) => one.indication)]).toEqual(['TOTAL-PASSED', ['TOTAL-PASSED', 'TOTAL-PASSED']])
    }
  })

  it('forbid it by certification and by locks, and the error says which signature', async () => {
    const certified = await sign(made, { certify: 1, field: 'Seal' }, formPdf())
    expect(await failure(fillPdfFields(certified, { text: 'x' }))).toBe('ERR_PDF_LOCKED')
    const allowed = await fillPdfFields(await sign(made, { certify: 2 }, formPdf()), { text: 'x' })
    expect((await verify(allowed, made.options)).indication).toBe('TOTAL-PASSED')
    const locked = await sign(made, { field: 'Chief', lock: { action: 'Include', fields: ['group', 'box'] } }, formPdf())
    for (const values of [{ box: 'Yes' }, { 'group.inner.name': 'x' }] as Record<string, string>[]) {
      const error = await fillPdfFields(locked, values).catch((cause: unknown) => cause)
      if (!isKysoError(error, 'ERR_PDF_LOCKED')) throw error
      expect(error.data).toEqual({ field: 'Chief', locked: Object.keys(values)[0] })
    }
    expect(await failure(fillPdfFields(locked, { text: 'x' }))).toBe('done')
    const others = await sign(made, { lock: { action: 'Exclude', fields: ['text'] } }, formPdf())
    expect([await failure(fillPdfFields(others, { text: 'x' })), await failure(fillPdfFields(others, { box: 'Yes' }))]).toEqual(['done', 'ERR_PDF_LOCKED'])
    const all = await sign(made, { lock: { action: 'All', permission: 1 } }, formPdf())
    expect(await failure(fillPdfFields(all, { text: 'x' }))).toBe('ERR_PDF_LOCKED')
  })

  it('that cover more than there is are not written behind', async () => {
    const objects = { 4: '<</Fields[6 0 R 30 0 R]>>', 30: '<</FT/Sig/T(S)/V<</Type/Sig/ByteRange[0 1 2 999999]/Contents<00>>>>>' }
    expect(await failure(fill({ text: 'x' }, objects))).toBe('ERR_PDF_SIGNATURE_BROKEN')
  })
})

describe('encrypted documents', () => {
  const prepared = (plan: Partial<EncryptionPlan> = {}): Promise<Uint8Array> =>
    addPdfFields(encryptedPdf(plan), [{ type: 'text', name: 'note', placement: { page: 1, rectangle: [10, 10, 100, 20] } }], { password: 'owner' })

  it('get encrypted values and appearances', async () => {
    const before = await prepared()
    const after = await fillPdfFields(before, { note: 'Plain words' }, { password: 'user' })
    expect(fromLatin1(after.subarray(before.length))).not.toMatch(/Plain words|Tx BMC/)
    const document = await openPdf(after, { password: 'user' })
    const [field] = formFields(document)
    expect(valueText(document, field?.ref?.number ?? 0)).toBe('Plain words')
    expect(shownText(contentOf(document, field?.ref?.number ?? 0))).toEqual(['Plain words'])
  })

  it('are filled by who may fill them', async () => {
    const attempt = async (permissions: number, password: string): Promise<string> =>
      failure(fillPdfFields(await prepared({ permissions }), { note: 'x' }, { password }))
    expect(await attempt(-4 & ~(32 | 256), 'user')).toBe('ERR_PDF_PERMISSION')
    expect(await attempt(-4 & ~(32 | 256), 'owner')).toBe('done')
    expect(await attempt(-4 & ~32, 'user')).toBe('done')
    expect(await attempt(-4 & ~256, 'user')).toBe('done')
    expect(await failure(fillPdfFields(await prepared(), { note: 'x' }))).toBe('ERR_PDF_PASSWORD')
  })
})
