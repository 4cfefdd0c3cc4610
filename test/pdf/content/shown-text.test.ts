import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Budget } from '../../../src/core/budget.ts'
import { type ShownText, type ShownTextOptions, shownText } from '../../../src/pdf/content/index.ts'
import { openPdf, type PdfDict, type PdfStream } from '../../../src/pdf/index.ts'
import { BASIC, type Objects, simplePdf } from '../sample.ts'
import { stream } from './page.ts'

const HELVETICA = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>'

interface Form {
  readonly content: string
  /** Font `F`. */
  readonly font?: string
  /** More entries of the form, and of its resources. */
  readonly entries?: string
  readonly resources?: string
  /** More objects, from 20 on. */
  readonly objects?: Objects
}

async function read(
  { content, font = HELVETICA, entries = '/BBox[0 0 100 20]', resources = '', objects = {} }: Form,
  options?: ShownTextOptions,
): Promise<ShownText> {
  const dict = `/Type/XObject/Subtype/Form${entries}/Resources<</Font<</F ${font}>>${resources}>>`
  const document = await openPdf(simplePdf({ ...BASIC, 10: stream(content, dict), ...objects }))
  return shownText(document, document.get(10) as PdfStream, options)
}

/** What a string shows in a font; with a question mark behind it where that is not certain. */
async function said(string: string, font?: string, objects?: Objects): Promise<string> {
  const { text, certain } = await read({ content: `BT /F 8 Tf 2 6 Td ${string} Tj ET`, ...(font ? { font } : {}), ...(objects ? { objects } : {}) })
  return certain ? text : `${text}?`
}

const simple = (entries: string, base = 'Helvetica'): string => `<</Type/Font/Subtype/Type1/BaseFont/${base}${entries}>>`
const EMBEDDED = `/FirstChar 0/Widths[${'500 '.repeat(256)}]/FontDescriptor<</Flags 4/FontFile2 21 0 R>>`
const composite = (entries: string): string =>
  `<</Type/Font/Subtype/Type0/BaseFont/ABCDEF+Font${entries}/DescendantFonts[<</Subtype/CIDFontType2/DW 500/FontDescriptor<</Flags 4/FontFile2 21 0 R>>>>]>>`
const table = (text: string): Objects => ({ 20: stream(`begincmap ${text} endcmap`), 21: stream('font') })

describe('codes', () => {
  it('are decoded by the encodings of the standard', async () => {
    expect(await said('<476961> ')).toBe('Gia')
    expect(await said('<8096e9>')).toBe('€–é')
    expect(await said('<8ed0>', simple('/Encoding/MacRomanEncoding'))).toBe('é–')
    expect(await said('<27b1e8>', simple(''))).toBe('’–Ł')
    expect(await said('<85a0>', simple('/Encoding/PDFDocEncoding'))).toBe('–€')
  })

  it('are decoded by the names of glyphs', async () => {
    const names = '/Differences[1/Acircumflexdotbelow/uhornacute/dcroat/Abrevetilde/ohookabove/uni1EC7/u1EA4 65/one/f_i/a.alt/nine]'
    expect(await said('<01020304050607>', simple(`/Encoding<</BaseEncoding/WinAnsiEncoding${names}>>`))).toBe('ẬứđẴỏệẤ')
    expect(await said('<41424344>', simple(`/Encoding<<${names}>>`))).toBe('1fia9')
    expect(await said('(A)', simple('/Encoding<</Differences[65/g37]>>'))).toBe('?')
    expect(await said('(A)', simple('/Encoding<</Differences[65/.notdef]>>'))).toBe('?')
  })

  it('are decoded by tables of the font', async () => {
    const font = composite('/Encoding/Identity-H/ToUnicode 20 0 R')
    expect(await said('<00010002>', font, table('2 beginbfchar <0001> <1EC5> <0002> <00660069> endbfchar'))).toBe('ễfi')
    expect(await said('<00110012>', font, table('1 beginbfrange <0010> <0013> <0030> endbfrange'))).toBe('12')
    expect(await said('<00100011>', font, table('1 beginbfrange <0010> <0011> [<0041> <D83DDE00>] endbfrange'))).toBe('A😀')
    expect(await said('<0001>', font, table('1 beginbfchar <0001> /Euro endbfchar'))).toBe('€')
    expect(await said('<41>', simple(`${EMBEDDED}/ToUnicode 20 0 R`), table('1 beginbfchar <41> <0039> endbfchar'))).toBe('9')
  })

  it('that nobody can decode are left out, and make it uncertain', async () => {
    const font = composite('/Encoding/Identity-H/ToUnicode 20 0 R')
    expect(await said('<00010003>', font, table('1 beginbfchar <0001> <0041> endbfchar'))).toBe('A?')
    expect(await said('<0001>', composite('/Encoding/Identity-H'))).toBe('?')
    expect(await said('<0001>', composite('/Encoding/UniGB-UCS2-H/ToUnicode 20 0 R'), table('1 beginbfchar <0001> <0041> endbfchar'))).toBe('?')
    expect(await said('(A)', simple(EMBEDDED), table(''))).toBe('?')
    expect(await said('(A)', simple('/Encoding/WinAnsiEncoding', 'ZapfDingbats'))).toBe('?')
    for (const nothing of ['200B', '202E', 'E000', 'D800', 'FFFD', ''])
      expect(await said('<0001>', font, table(`1 beginbfchar <0001> <${nothing}> endbfchar`)), nothing).toBe('?')
  })

  it('of which two tables differ are uncertain', async () => {
    const font = simple('/Encoding/WinAnsiEncoding/ToUnicode 20 0 R')
    expect(await said('(9)', font, table('1 beginbfchar <39> <0031> endbfchar'))).toBe('?')
    expect(await said('(9)', font, table('1 beginbfchar <39> <0039> endbfchar'))).toBe('9')
  })

  it('of Type 3 fonts are pictures', async () => {
    const glyph = stream('500 0 d0 0 0 400 700 re f')
    const font =
      '<</Type/Font/Subtype/Type3/FontMatrix[.001 0 0 .001 0 0]/FontBBox[0 0 0 0]/CharProcs<</A 20 0 R>>/Encoding<</Differences[65/A]>>/FirstChar 65/Widths[500]>>'
    expect(await said('(A)', font, { 20: glyph })).toBe('?')
  })
})

describe('text', () => {
  const shown = async (content: string, form: Partial<Form> = {}, options?: ShownTextOptions): Promise<string> => {
    const { text, certain } = await read({ content, ...form }, options)
    return certain ? text : `${text}?`
  }

  it('is read line by line, whatever the order of drawing', async () => {
    expect(await shown('BT /F 8 Tf 8 TL 2 12 Td (a) Tj (b) \' 0 0 (c) " ET', { entries: '/BBox[0 -20 100 40]' })).toBe('a\nb\nc')
    expect(await shown('BT /F 8 Tf 40 6 Td (b) Tj -38 0 Td [(a)] TJ ET')).toBe('a b')
    expect(await shown('BT /F 8 Tf 2 6 Td [(A) 80 (V) -500 (W)] TJ ET')).toBe('AV W')
  })

  it('over other text is no text', async () => {
    expect(await shown('BT /F 8 Tf 2 6 Td (8) Tj ET BT /F 8 Tf 3 6 Td (1) Tj ET')).toBe('81?')
  })

  it('is that of forms in forms, in circles once', async () => {
    const nested = stream('BT /F 8 Tf 2 6 Td (in) Tj ET', `/Subtype/Form/BBox[0 0 50 20]/Resources<</Font<</F ${HELVETICA}>>>>`)
    expect(await shown('/X Do', { resources: '/XObject<</X 20 0 R>>', objects: { 20: nested } })).toBe('in')
    expect(await shown('/X Do', { resources: '/XObject<</X 10 0 R>>' })).toBe('?')
  })

  it('is drawn with what it inherits where it has nothing of its own', async () => {
    const document = await openPdf(
      simplePdf({ ...BASIC, 10: stream('BT /F 8 Tf 2 6 Td (a) Tj ET', '/Subtype/Form/BBox[0 0 50 20]'), 20: `<</Font<</F ${HELVETICA}>>>>` }),
    )
    const form = document.get(10) as PdfStream
    expect(shownText(document, form)).toMatchObject({ text: '', certain: false })
    expect(shownText(document, form, { resources: document.get(20) as PdfDict })).toMatchObject({ text: 'a', certain: true })
  })

  it('is that within the clip, and what is cut in two is uncertain', async () => {
    const line = 'BT /F 8 Tf 2 6 Td (abc) Tj ET BT /F 8 Tf 200 6 Td (hidden) Tj ET'
    expect(await read({ content: line })).toMatchObject({ text: 'abc', drawn: 'abchidden', certain: true })
    expect(await shown(`0 0 9 20 re W n ${line}`)).toBe('ab?')
    expect(await shown(`0 0 m 50 20 l 0 20 l h W n ${line}`)).toBe('abc?')
  })

  it('is fitted into the rectangle', async () => {
    const line = 'BT /F 8 Tf 2 6 Td (abc) Tj ET'
    expect(await shown(line, {}, { rectangle: [10, 10, 110, 30] })).toBe('abc')
    // What is drawn large is shown too small to read.
    expect(await shown(line, {}, { rectangle: [10, 10, 20, 12] })).toBe('abc?')
    expect(await shown(line, { entries: '/BBox[0 0 100 20]/Matrix[0 1 -1 0 20 0]' }, { rectangle: [0, 0, 20, 100] })).toBe('abc?')
    expect(await shown(line, { entries: '/BBox[0 0 100 20]/Matrix[0 1 -1 0 20 0]' }, { rectangle: [0, 0, 20, 100], turn: 90 })).toBe('abc')
    expect(await read({ content: line, entries: '/BBox[0 0 0 0]' })).toEqual({ text: '', lines: [], drawn: '', certain: true })
  })

  it('stands out from what is behind it', async () => {
    const line = 'BT /F 8 Tf 2 6 Td (abc) Tj ET'
    expect(await shown(`1 g ${line}`)).toBe('?')
    expect(await shown(`0 0 100 20 re f 1 g ${line}`)).toBe('abc')
    expect(await shown(`0 0 100 20 re f ${line}`)).toBe('?')
    expect(await shown(`/DeviceRGB cs 1 0 0 sc ${line}`)).toBe('abc')
    expect(await shown(`/C cs 1 scn ${line}`, { resources: '/ColorSpace<</C[/Separation/Ink/DeviceGray 20 0 R]>>' })).toBe('?')
    expect(await shown(`/G gs ${line}`, { resources: '/ExtGState<</G<</ca 0>>>>' })).toBe('abc?')
    expect(await shown(`/G gs ${line}`, { resources: '/ExtGState<</G<</ca 1/LW 2>>>>' })).toBe('abc')
  })

  it('is uncertain beside what might be letters', async () => {
    const line = 'BT /F 8 Tf 2 6 Td (abc) Tj ET'
    for (const drawing of [
      '60 2 5 12 re f',
      '60 2 m 60 14 l S',
      '0 5 m 20 9 40 2 60 7 c S',
      '0 0 m 100 20 l S',
      '1 0 0 1 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID a EI',
      '/P sh',
      '8 w 0 10 m 100 10 l S',
      '0 8 m 100 8 l S',
      '2 Tr',
      '(',
    ])
      expect(await shown(`${line} ${drawing} ${drawing === '2 Tr' ? line : ''}`), drawing).toMatch(/\?$/)
    for (const drawing of ['0.5 0.5 99 19 re S', '0 0 m 100 0 l S', '0 0 1 20 re f', '0 0 m 0 20 l 100 20 l 98 18 l 2 18 l 2 2 l f'])
      expect(await shown(`${drawing} ${line}`), drawing).toBe('abc')
  })
})

describe('hostile forms', () => {
  it('never throw', async () => {
    const piece = fc.constantFrom(
      'q',
      'Q',
      'BT',
      'ET',
      '/F 8 Tf',
      '/X Do',
      '(ab) Tj',
      '[(a) 1e30 (b)] TJ',
      '1e38 0 0 1e38 0 0 cm',
      '0 0 0 0 0 0 Tm',
      'W n',
      '0 0 9 9 re',
      'f',
      'S',
    )
    const operators = fc.array(fc.oneof(piece, piece, piece, fc.string({ maxLength: 6 })), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(operators, async (words) => {
        const { text, certain } = await read({ content: words.join(' ').replace(/[^ -~]/g, ''), resources: '/XObject<</X 10 0 R>>' })
        expect(typeof text + typeof certain).toBe('stringboolean')
      }),
      { numRuns: 200 },
    )
  })

  it('end where the budget does', async () => {
    const document = await openPdf(simplePdf({ ...BASIC, 10: stream('0 0 9 9 re f '.repeat(500), '/Subtype/Form/BBox[0 0 9 9]') }), {
      budget: new Budget({ pdfOperators: 1_000 }),
    })
    expect(() => shownText(document, document.get(10) as PdfStream)).toThrow(expect.objectContaining({ code: 'ERR_BUDGET_EXCEEDED' }))
  })

  it('may have more letters and shapes than are looked at', async () => {
    expect(await read({ content: `BT /F 8 Tf 2 6 Td (${'a'.repeat(40_000)}) Tj ET`, entries: '/BBox[0 0 1000000 20]' })).toMatchObject({ certain: false })
    expect(await read({ content: '0 0 100 20 re f '.repeat(2_000) })).toMatchObject({ text: '', certain: false })
  })
})
