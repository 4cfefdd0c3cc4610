import { describe, expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { fromLatin1, latin1 } from '../../src/core/bytes.ts'
import { isKysoError, type KysoError } from '../../src/core/errors.ts'
import type { ByteSource } from '../../src/core/source.ts'
import { openPdf, PdfArray, type PdfDict, type PdfDocument, type PdfOpenOptions, PdfRef, PdfStream, PdfString } from '../../src/pdf/index.ts'
import { BASIC, objectStream, Sample, simplePdf } from './sample.ts'

async function failure(bytes: Uint8Array, options?: PdfOpenOptions): Promise<KysoError> {
  try {
    const pdf = await openPdf(bytes, options)
    for (const page of pdf.pages()) pdf.resolve(page.dict)
  } catch (error) {
    if (isKysoError(error)) return error
    throw error
  }
  throw new Error('it opened')
}

function codes(pdf: PdfDocument): string[] {
  return pdf.oddities.map(({ code }) => code)
}

function text(pdf: PdfDocument, number: number): string {
  const object = pdf.get(number)
  return object instanceof PdfString ? fromLatin1(object.bytes) : String(object)
}

describe('a file with a table', () => {
  it('opens without a word', async () => {
    const bytes = simplePdf({ ...BASIC, 4: '(four)' })
    const pdf = await openPdf(bytes)
    expect(pdf.oddities).toEqual([])
    expect([pdf.version, pdf.headerOffset, pdf.offsetBase, pdf.encryption, pdf.reconstructed]).toEqual(['1.7', 0, 0, null, false])
    expect(pdf.catalogRef).toEqual(new PdfRef(1, 0))
    expect(pdf.revisions).toHaveLength(1)
    const [revision] = pdf.revisions
    expect(revision).toMatchObject({ index: 0, kind: 'table', linearized: false, closed: true, end: bytes.length - 1, endWithEol: bytes.length })
    expect(revision?.startxref).toBe(revision?.xrefOffset)
    expect([...pdf.entries()].map(([number, { kind }]) => `${number} ${kind}`)).toEqual(['0 free', '1 offset', '2 offset', '3 offset', '4 offset'])
    expect(text(pdf, 4)).toBe('four')
    const extent = pdf.extent(4)
    expect(fromLatin1(bytes.subarray(extent?.start, extent?.end))).toBe('4 0 obj\n(four)\nendobj')
    const string = pdf.get(4) as PdfString
    expect(fromLatin1(bytes.subarray(string.start, string.end))).toBe('(four)')
  })

  it('has only what the cross-reference names, in the generation that it names', async () => {
    const bytes = new Sample().table({ ...BASIC, 4: '(four)' }, { generations: { 4: 2 } }).bytes()
    const pdf = await openPdf(bytes)
    expect(pdf.get(new PdfRef(4, 0))).toBeNull()
    expect(pdf.get(new PdfRef(4, 2))).toBeInstanceOf(PdfString)
    expect(pdf.get(50)).toBeNull()
    expect(pdf.location(50)).toBeNull()
    expect(pdf.get(0)).toBeNull()
    const hidden = await openPdf(new Sample().text('7 0 obj\n(seven)\nendobj\n').table(BASIC).bytes())
    expect(hidden.get(7)).toBeNull()
  })

  it.each([
    [19, '\n'],
    [21, ' \r\n'],
  ])('reads entries of %i bytes, and tells', async (_, eol) => {
    const sample = new Sample()
    const offsets = [...sample.objects(BASIC).values()]
    const at = sample.length
    sample.text(`xref\n0 4\n0000000000 65535 f${eol}${offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n${eol}`).join('')}`)
    const pdf = await openPdf(sample.text(`trailer<</Size 4/Root 1 0 R>>\nstartxref\n${at}\n%%EOF\n`).bytes())
    expect([...pdf.pages()]).toHaveLength(1)
    expect(codes(pdf)).toEqual(['xref-entry-format'])
  })

  it('takes the head of the free list for object 0 where a table counts from 1', async () => {
    const sample = new Sample()
    const offsets = [...sample.objects(BASIC).values()]
    const at = sample.length
    sample.text(`xref\n1 4\n0000000000 65535 f \n${offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')}`)
    const pdf = await openPdf(sample.text(`trailer<</Size 4/Root 1 0 R>>\nstartxref\n${at}\n%%EOF`).bytes())
    expect(codes(pdf)).toEqual(['xref-first-number'])
    expect(pdf.revisions[0]?.endWithEol).toBe(pdf.source.size)
  })

  it('tells what differs from the rules', async () => {
    const open = async (change: (text: string) => string): Promise<string[]> => {
      const pdf = await openPdf(latin1(change(fromLatin1(simplePdf({ ...BASIC, 4: '(four)' })))))
      pdf.get(4)
      return codes(pdf)
    }
    expect(await open((t) => `${t}${'x'.repeat(100)}`)).toEqual(['bytes-after-eof'])
    expect(await open((t) => t.slice(0, -6))).toEqual(['eof-missing', 'eof-missing'])
    // As much white space as a careless pattern would need for ever to see through.
    expect(await open((t) => t.replace('startxref', `${' \n'.repeat(700)}startxref`))).toEqual(['eof-missing'])
    expect(await open((t) => t.replace('startxref', '%written by hand\nstartxref'))).toEqual([])
    expect(await open((t) => t.replace('%PDF-1.7', '%PDF-X.Y'))).toEqual(['header-version'])
    expect(await open((t) => t.replace('/Size 100', '/Size   3'))).toEqual(['xref-size'])
    expect(await open((t) => t.replace('(four)\nendobj', '(four)\n      '))).toEqual(['endobj-missing'])
    expect(await open((t) => t.replace('(four)\nendobj', '      \nendobj'))).toEqual(['object-empty'])
    expect(await open((t) => t.replace(/startxref\n(\d+)/, (_, n) => `startxref\n${Number(n) - 1}`))).toEqual(['startxref-whitespace', 'startxref-mismatch'])
    const shifted = await open((t) => t.replace(/(\d{10}) 00000 n \ntrailer/, (_, n) => `${String(Number(n) - 1).padStart(10, '0')} 00000 n \ntrailer`))
    expect(shifted).toEqual(['object-offset-whitespace'])
  })

  it('names the objects that have two different entries in one section', async () => {
    const sample = new Sample().table({ ...BASIC, 4: '(old)' })
    const old = fromLatin1(sample.bytes()).indexOf('4 0 obj')
    const [offset] = [...sample.objects({ 4: '(new)' }).values()]
    const at = sample.length
    const entry = (n: number | undefined): string => `4 1\n${String(n).padStart(10, '0')} 00000 n \n`
    const update = sample.text(`xref\n${entry(old)}${entry(offset)}trailer\n<</Size 5/Root 1 0 R/Prev ${sample.xref}>>\nstartxref\n${at}\n%%EOF\n`)
    const pdf = await openPdf(update.bytes())
    expect(text(pdf, 4)).toBe('new')
    expect([...(pdf.revisions[1]?.ambiguous ?? [])]).toEqual([4])
    expect(codes(pdf)).toEqual(['xref-entry-twice'])
  })
})

describe('what is broken', () => {
  it.each([
    ['empty', () => '', 'ERR_PDF_HEADER'],
    ['no header', (t: string) => t.replace('%PDF', '%XXX'), 'ERR_PDF_HEADER'],
    ['no startxref', (t: string) => t.replace('startxref', 'start    '), 'ERR_PDF_XREF'],
    ['no number after startxref', (t: string) => t.replace(/startxref\n/, 'startxref\nz'), 'ERR_PDF_XREF'],
    ['startxref elsewhere', (t: string) => t.replace(/startxref\n\d+/, 'startxref\n9'), 'ERR_PDF_XREF'],
    ['startxref beyond the file', (t: string) => t.replace(/startxref\n\d+/, 'startxref\n99999'), 'ERR_PDF_XREF'],
    ['no trailer', (t: string) => t.replace('trailer', 'trailor'), 'ERR_PDF_XREF'],
    ['a trailer that is an array', (t: string) => t.replace(/<<\/Size.*>>/, '[]'), 'ERR_PDF_XREF'],
    ['a malformed entry', (t: string) => t.replace(' 65535 f', ' 65535 x'), 'ERR_PDF_XREF'],
    ['more entries than fit', (t: string) => t.replace('xref\n0 1', 'xref\n0 999999999'), 'ERR_PDF_XREF'],
    ['/Prev in a circle', (t: string) => t.replace(/\/Root(.*)startxref\n(\d+)/s, '/Prev $2/Root$1startxref\n$2'), 'ERR_PDF_XREF'],
    ['/Prev beyond the file', (t: string) => t.replace('/Root', '/Prev 99999/Root'), 'ERR_PDF_XREF'],
    ['/Prev that is a name', (t: string) => t.replace('/Root', '/Prev/X/Root'), 'ERR_PDF_XREF'],
    ['/Prev 0', (t: string) => t.replace('/Root', '/Prev 0/Root'), 'ERR_PDF_XREF'],
    ['two /Root', (t: string) => t.replace('/Root', '/Root 2 0 R/Root'), 'ERR_PDF_XREF'],
    ['no /Root', (t: string) => t.replace('/Root', '/Boot'), 'ERR_PDF_STRUCTURE'],
    ['a catalog that is none', (t: string) => t.replace('/Root 1', '/Root 9'), 'ERR_PDF_STRUCTURE'],
    ['no /Pages', (t: string) => t.replace('/Pages 2', '/Pagez 2'), 'ERR_PDF_STRUCTURE'],
    ['another object at the place', (t: string) => t.replace('1 0 obj', '8 0 obj'), 'ERR_PDF_XREF'],
    ['another generation at the place', (t: string) => t.replace('1 0 obj', '1 1 obj'), 'ERR_PDF_XREF'],
    ['no object at the place', (t: string) => t.replace('1 0 obj', '1 0 abc'), 'ERR_PDF_XREF'],
    ['an object that is malformed', (t: string) => t.replace('<</Type/Catalog', '<<<Type/Catalog'), 'ERR_PDF_SYNTAX'],
    ['a page tree in a circle', (t: string) => t.replace('/Kids[3 0 R]', '/Kids[2 0 R]'), 'ERR_PDF_STRUCTURE'],
    ['a page tree whose /Kids is no array', (t: string) => t.replace('/Kids[3 0 R]', '/Kids 3 0 R  '), 'ERR_PDF_STRUCTURE'],
    ['a page that is a number', (t: string) => t.replace('/Kids[3 0 R]', '/Kids[12345]'), 'ERR_PDF_STRUCTURE'],
  ])('%s', async (_, change, code) => {
    const error = await failure(latin1(change(fromLatin1(simplePdf()))))
    expect(error.code).toBe(code)
    if (code === 'ERR_PDF_XREF') expect(typeof error.data.offset).toBe('number')
  })

  it('a reference that leads to itself', async () => {
    const pdf = await openPdf(simplePdf({ ...BASIC, 4: '5 0 R', 5: '4 0 R', 6: '<</Length 6 0 R>>\nstream\nx\nendstream' }))
    expect(() => pdf.resolve(new PdfRef(4, 0))).toThrow(expect.objectContaining({ code: 'ERR_PDF_STRUCTURE' }))
    expect(() => pdf.get(6)).toThrow(expect.objectContaining({ code: 'ERR_PDF_STRUCTURE' }))
  })

  it('a chain of more sections than the budget has', async () => {
    const sample = new Sample().table(BASIC)
    for (let i = 0; i < 50; i++) sample.table({ 3: BASIC[3] as string }, { trailer: `/Prev ${sample.xref}` })
    expect((await openPdf(sample.bytes())).revisions).toHaveLength(51)
    expect((await failure(sample.bytes(), { budget: new Budget({ pdfSections: 50 }) })).code).toBe('ERR_BUDGET_EXCEEDED')
  })
})

describe('bytes before the header', () => {
  it('reads offsets from either place, and tells which', async () => {
    const junk = 'x'.repeat(100)
    const fromFile = await openPdf(new Sample(`${junk}%PDF-1.4\n`).table(BASIC).bytes())
    expect([fromFile.headerOffset, fromFile.offsetBase, codes(fromFile)]).toEqual([100, 0, ['bytes-before-header']])
    const fromHeader = await openPdf(latin1(junk + fromLatin1(simplePdf())))
    expect([fromHeader.headerOffset, fromHeader.offsetBase, codes(fromHeader)]).toEqual([100, 100, ['bytes-before-header', 'offsets-from-header']])
    expect(fromHeader.extent(1)?.start).toBe(100 + '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'.length)
    expect((await failure(latin1('x'.repeat(1100) + fromLatin1(simplePdf())))).code).toBe('ERR_PDF_HEADER')
  })

  it('refuses a startxref that fits two sections', async () => {
    // The same file twice: the offset fits in the first copy and, counted from the second header, in the second.
    const copy = fromLatin1(simplePdf())
    const bytes = latin1(`${copy.replace('%PDF-1.7', '%%%%%%%%')}${copy}`)
    expect(await failure(bytes)).toMatchObject({ code: 'ERR_PDF_XREF', message: expect.stringContaining('two sections') })
  })
})

describe('cross-reference streams and object streams', () => {
  it.each([[[1, 2, 1]], [[1, 8, 8]], [[0, 3, 0]], [[1, 3, 0]], [[2, 5, 3]]] as const)('/W %j', async (w) => {
    const pdf = await openPdf(new Sample().stream({ ...BASIC, 4: '(four)' }, { w }).bytes())
    expect(text(pdf, 4)).toBe('four')
    expect(pdf.revisions[0]).toMatchObject({ kind: 'stream', closed: true })
    expect(pdf.oddities).toEqual([])
  })

  it('reads objects out of object streams', async () => {
    const bytes = new Sample()
      .stream(
        { 1: BASIC[1] as string, 10: objectStream({ 2: BASIC[2] as string, 3: BASIC[3] as string, 4: '(four)' }) },
        { compressed: { 2: [10, 0], 3: [10, 1], 4: [10, 2] } },
      )
      .bytes()
    const pdf = await openPdf(bytes)
    expect([...pdf.pages()].map(({ ref }) => String(ref))).toEqual(['3 0 R'])
    expect(pdf.get(4)).toMatchObject({ start: -1, end: -1, bytes: latin1('four') })
    expect(pdf.location(4)).toEqual({ kind: 'compressed', stream: 10, index: 2 })
    expect(pdf.extent(4)).toBeNull()
    expect(pdf.get(new PdfRef(4, 1))).toBeNull()
  })

  it('reports object streams that are not what the cross-reference says', async () => {
    const build = (stream: string, place: readonly [number, number]): Promise<PdfDocument> =>
      openPdf(new Sample().stream({ ...BASIC, 10: stream, 11: '<<>>' }, { compressed: { 4: place } }).bytes())
    const code = async (stream: string, place: readonly [number, number]): Promise<string> => {
      const pdf = await build(stream, place)
      try {
        pdf.get(4)
      } catch (error) {
        return isKysoError(error) ? error.code : String(error)
      }
      return ''
    }
    const good = objectStream({ 4: '(four)', 5: '(five)' })
    expect(await code(good, [10, 0])).toBe('')
    expect(await code(good, [10, 1])).toBe('ERR_PDF_XREF')
    expect(await code(good, [10, 7])).toBe('ERR_PDF_XREF')
    expect(await code(good, [11, 0])).toBe('ERR_PDF_XREF')
    expect(await code(good, [99, 0])).toBe('ERR_PDF_XREF')
    expect(await code(good.replace('/N 2', '/N 9'), [10, 0])).toBe('ERR_PDF_SYNTAX')
    expect(await code(good.replace('/First', '/Fifth'), [10, 0])).toBe('ERR_PDF_SYNTAX')
    expect(await code(good.replace('4 0', 'x 0'), [10, 0])).toBe('ERR_PDF_SYNTAX')
  })

  it.each([
    ['/W[1 3]', /\/W\[[^\]]*\]/],
    ['/W[1 9 1]', /\/W\[[^\]]*\]/],
    ['/W[1 -3 1]', /\/W\[[^\]]*\]/],
    ['/W[0 0 0]', /\/W\[[^\]]*\]/],
    ['/W[1 8 8]', /\/W\[[^\]]*\]/],
    ['/Index[0]', /\/Index\[[^\]]*\]/],
    ['/Index[0 99999]', /\/Index\[[^\]]*\]/],
    ['/Filter/DCTDecode/W[1 3 1]', /\/W\[[^\]]*\]/],
    ['/Type/XReg', /\/Type\/XRef/],
  ])('%s is refused', async (value, pattern) => {
    const bytes = latin1(fromLatin1(new Sample().stream(BASIC).bytes()).replace(pattern, value))
    expect((await failure(bytes)).code).toBe('ERR_PDF_XREF')
  })

  it('finds in the stream of a hybrid section what its table calls free', async () => {
    const sample = new Sample()
    const offsets = sample.objects({ ...BASIC, 4: '(four)' })
    const at = sample.length
    sample.xrefStream(
      new Map([
        [4, offsets.get(4) as number],
        [3, 1],
      ]),
    )
    const xref = sample.length
    const entry = (number: number): string => `${String(offsets.get(number)).padStart(10, '0')} 00000 n \n`
    sample.text(
      `xref\n0 5\n0000000004 65535 f \n${entry(1)}${entry(2)}${entry(3)}0000000000 00000 f \ntrailer\n<</Size 91/Root 1 0 R/XRefStm ${at}>>\nstartxref\n${xref}\n%%EOF\n`,
    )
    const pdf = await openPdf(sample.bytes())
    expect(pdf.revisions).toMatchObject([{ kind: 'hybrid', xrefOffset: xref }])
    expect(text(pdf, 4)).toBe('four')
    expect([...pdf.pages()]).toHaveLength(1)
  })
})

describe('revisions', () => {
  const bytes = (() => {
    const sample = new Sample().table({ ...BASIC, 4: '(first)' })
    const first = sample.xref
    sample.table({ 4: '(second)', 5: '(new)' }, { trailer: `/Prev ${first}` })
    return sample.table({ 4: '(third)' }, { trailer: `/Prev ${sample.xref}` }).bytes()
  })()

  it('are seen as they stood', async () => {
    const pdf = await openPdf(bytes)
    expect(pdf.oddities).toEqual([])
    expect(pdf.revisions.map(({ index }) => index)).toEqual([0, 1, 2])
    expect([0, 1, 2].map((i) => text(pdf.asOf(i), 4))).toEqual(['first', 'second', 'third'])
    expect([0, 1, 2].map((i) => text(pdf.asOf(i), 5))).toEqual(['null', 'new', 'new'])
    expect(pdf.asOf(2)).toBe(pdf)
    expect(pdf.asOf(0).source.size).toBe(pdf.revisions[0]?.endWithEol)
    expect(() => pdf.asOf(3)).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT' }))
    expect([...(pdf.revisions[1]?.entries ?? [])].map(([number, { kind }]) => [number, kind])).toEqual([
      [0, 'free'],
      [4, 'offset'],
      [5, 'offset'],
    ])
    for (const { end } of pdf.revisions) expect(fromLatin1(bytes.subarray(end - 5, end))).toBe('%%EOF')
  })

  it('do not see what was appended later, whatever their own section says', async () => {
    const sample = new Sample()
    const offsets = sample.objects(BASIC)
    const at = sample.length
    const entries = [...offsets.values()].map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
    sample.text(`xref\n0 5\n0000000000 65535 f \n${entries}9999999999 00000 n \ntrailer\n<</Size 5/Root 1 0 R>>\nstartxref\n${at}\n%%EOF\n`)
    const late = sample.objects({ 4: '(late)' }).get(4)
    sample.table({ 5: '(five)' }, { trailer: `/Prev ${at}` })
    const pdf = await openPdf(latin1(fromLatin1(sample.bytes()).replace('9999999999', String(late).padStart(10, '0'))))
    expect(text(pdf, 4)).toBe('late')
    expect(() => pdf.asOf(0).get(4)).toThrow(expect.objectContaining({ code: 'ERR_PDF_XREF' }))
  })

  it('of a linearised file are one, though it has two sections', async () => {
    const sample = new Sample()
    sample.text('9 0 obj\n<</Linearized 1/L 9999>>\nendobj\n')
    const front = sample.objects({ 1: BASIC[1] as string })
    const first = sample.length
    const back = first + 200
    const entry = (offset: number | undefined): string => `${String(offset).padStart(10, '0')} 00000 n \n`
    sample.text(`xref\n1 1\n${entry(front.get(1))}trailer\n<</Size 9/Root 1 0 R/Prev 0000000000>>\nstartxref\n0\n%%EOF\n`)
    const rest = sample.objects({ 2: BASIC[2] as string, 3: BASIC[3] as string })
    const main = sample.length
    expect(main).toBeGreaterThan(back)
    sample.text(`xref\n0 1\n0000000000 65535 f \n2 2\n${entry(rest.get(2))}${entry(rest.get(3))}trailer\n<</Size 4>>\nstartxref\n${first}\n%%EOF\n`)
    const linear = latin1(fromLatin1(sample.bytes()).replace('0000000000>>', `${String(main).padStart(10, '0')}>>`))
    const pdf = await openPdf(linear)
    expect(pdf.oddities).toEqual([])
    expect(pdf.revisions).toMatchObject([{ linearized: true, xrefOffset: first, startxref: first, end: linear.length - 1 }])
    expect([...pdf.pages()]).toHaveLength(1)
    const told = await openPdf(latin1(fromLatin1(linear).replace('/Linearized', '/Linearised')))
    expect(codes(told)).toEqual(['linearization-missing'])
    const looped = latin1(fromLatin1(linear).replace('<</Size 4>>', '<</Size 4/Prev 10>>'))
    expect((await failure(looped)).code).toBe('ERR_PDF_XREF')
  })
})

describe('streams', () => {
  const open = async (object: string, more: Record<number, string> = {}): Promise<[PdfDocument, PdfStream]> => {
    const pdf = await openPdf(simplePdf({ ...BASIC, 4: object, ...more }))
    const stream = pdf.get(4)
    if (!(stream instanceof PdfStream)) throw new Error('no stream')
    return [pdf, stream]
  }

  it.each([
    ['direct length', '<</Length 5>>\nstream\nabcde\nendstream', []],
    ['CR LF', '<</Length 5>>\nstream\r\nabcde\r\nendstream', []],
    ['no end of line before endstream', '<</Length 5>>stream\nabcdeendstream', []],
    ['indirect length', '<</Length 5 0 R>>\nstream\nabcde\nendstream', []],
    ['CR alone', '<</Length 5>>\nstream\rabcde\nendstream', ['stream-eol']],
    ['length too small', '<</Length 2>>\nstream\nabcde\nendstream', ['stream-length']],
    ['length too large', '<</Length 2000>>\nstream\nabcde\r\nendstream', ['stream-length']],
    ['no length', '<<>>\nstream\nabcde\nendstream', ['stream-length']],
    ['length of a lost object', '<</Length 9 0 R>>\nstream\nabcde\nendstream', ['stream-length']],
  ])('%s', async (_, object, expected) => {
    const [pdf, stream] = await open(object, { 5: '5' })
    expect(fromLatin1(pdf.streamData(stream))).toBe('abcde')
    expect(codes(pdf)).toEqual(expected)
  })

  it('that do not end are errors', async () => {
    const pdf = await openPdf(simplePdf({ ...BASIC, 4: '<</Length 5>>\nstream\nabcde' }))
    expect(() => pdf.get(4)).toThrow(expect.objectContaining({ code: 'ERR_PDF_SYNTAX' }))
  })

  it('decode what hexadecimal says', async () => {
    const [pdf, stream] = await open('<</Length 5/Filter/ASCIIHexDecode>>\nstream\n4142>\nendstream')
    expect(fromLatin1(pdf.streamData(stream))).toBe('AB')
    expect(fromLatin1(pdf.encodedStreamData(stream))).toBe('4142>')
  })
})

describe('pages', () => {
  it('inherit, and may stand directly in /Kids', async () => {
    const pdf = await openPdf(
      simplePdf({
        1: '<</Type/Catalog/Pages 2 0 R/Version/2.0>>',
        2: '<</Type/Pages/Count 3/MediaBox[0 0 1 1]/Rotate 90/Kids[3 0 R 4 0 R 9 0 R]>>',
        3: '<</Type/Page/Parent 2 0 R>>',
        4: '<</Type/Pages/Rotate 0/Kids[<</Type/Page>> 5 0 R]>>',
        5: '<</Type/Page/MediaBox[0 0 2 2]>>',
      }),
    )
    const pages = [...pdf.pages()]
    const attribute = (key: string): unknown[] =>
      pages
        .map(({ attributes }) => attributes.get(key))
        .map((v) => (v instanceof PdfArray ? (v.items[2] as { value: number }).value : (v as { value: number }).value))
    expect(pages.map(({ index, ref }) => [index, ref?.number])).toEqual([
      [0, 3],
      [1, undefined],
      [2, 5],
    ])
    expect(attribute('MediaBox')).toEqual([1, 1, 2])
    expect(attribute('Rotate')).toEqual([90, 0, 0])
    expect(codes(pdf)).toEqual(['page-missing'])
    expect(pdf.version).toBe('2.0')
  })

  it('stop at a depth', async () => {
    const objects: Record<number, string> = { 1: BASIC[1] as string }
    for (let i = 2; i < 60; i++) objects[i] = `<</Type/Pages/Kids[${i + 1} 0 R]>>`
    expect((await failure(simplePdf(objects), { budget: new Budget({ pdfDepth: 20 }) })).code).toBe('ERR_PDF_STRUCTURE')
  })
})

describe('reading only what is needed', () => {
  it('leaves the body of a large file alone', async () => {
    const objects: Record<number, string> = { ...BASIC }
    for (let i = 10; i < 40; i++) objects[i] = `<</Length 100000>>\nstream\n${'x'.repeat(100_000)}\nendstream`
    const bytes = simplePdf(objects)
    let read = 0
    const source: ByteSource = {
      size: bytes.length,
      read(offset, length) {
        const part = bytes.slice(offset, offset + length)
        read += part.length
        return part
      },
    }
    const pdf = await openPdf(source)
    expect([...pdf.pages()]).toHaveLength(1)
    expect(bytes.length).toBeGreaterThan(3_000_000)
    expect(read).toBeLessThan(300_000)
    expect((pdf.get(25) as PdfStream).length).toBe(100_000)
    expect(read).toBeLessThan(400_000)
  })

  it('reads an object that is larger than the first window', async () => {
    const pdf = await openPdf(simplePdf({ ...BASIC, 4: `[${'(abc) '.repeat(20_000)}]` }))
    expect((pdf.get(4) as PdfArray).items).toHaveLength(20_000)
  })

  it('bounds what objects inside each other cost', async () => {
    // Each object is a string that holds all the objects after it.
    let nested = ''
    for (let i = 400; i >= 10; i--) nested = `${i} 0 obj\n(${nested})\nendobj\n`
    const sample = new Sample()
    const offsets = sample.objects(BASIC)
    const from = sample.length
    sample.text(nested)
    const at = sample.length
    const entry = (offset: number): string => `${String(offset).padStart(10, '0')} 00000 n \n`
    const deep = Array.from({ length: 391 }, (_, i) => entry(from + nested.indexOf(`${i + 10} 0 obj`))).join('')
    sample.text(`xref\n1 3\n${[...offsets.values()].map(entry).join('')}10 391\n${deep}trailer\n<</Size 401/Root 1 0 R>>\nstartxref\n${at}\n%%EOF\n`)
    const pdf = await openPdf(sample.bytes(), { budget: new Budget({ pdfBytes: 1_000_000 }) })
    expect((pdf.get(10) as PdfString).bytes.length).toBeGreaterThan(7_000)
    expect(() => {
      for (let i = 10; i <= 400; i++) pdf.get(i)
    }).toThrow(expect.objectContaining({ code: 'ERR_BUDGET_EXCEEDED' }))
  })
})

describe('reconstruction', () => {
  const broken = latin1(fromLatin1(simplePdf({ ...BASIC, 4: '(four)' })).replace(/startxref\n\d+/, 'startxref\n7'))

  it('happens on demand only, and is marked', async () => {
    expect((await failure(broken)).code).toBe('ERR_PDF_XREF')
    const pdf = await openPdf(broken, { reconstruct: true })
    expect(pdf.reconstructed).toBe(true)
    expect(codes(pdf)).toContain('reconstructed')
    expect(text(pdf, 4)).toBe('four')
    expect((await openPdf(simplePdf(), { reconstruct: true })).reconstructed).toBe(false)
  })

  it('looks into object streams', async () => {
    const sample = new Sample()
    sample.objects({ 1: BASIC[1] as string, 10: objectStream({ 2: BASIC[2] as string, 3: BASIC[3] as string }) })
    const pdf = await openPdf(sample.bytes(), { reconstruct: true })
    expect([...pdf.pages()]).toHaveLength(1)
  })

  it('fails where there is no catalog', async () => {
    expect((await failure(latin1('nothing at all'), { reconstruct: true })).code).toBe('ERR_PDF_XREF')
  })
})

describe('dictionaries', () => {
  it('may have keys that JavaScript objects trip over', async () => {
    const pdf = await openPdf(simplePdf({ ...BASIC, 4: '<</__proto__ 1/constructor(x)>>' }))
    const dict = pdf.get(4) as PdfDict
    expect([...dict.entries.keys()]).toEqual(['__proto__', 'constructor'])
    expect(dict.get('toString')).toBeUndefined()
  })
})
