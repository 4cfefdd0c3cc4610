import { describe, expect, it } from 'vitest'
import { concat, fromLatin1, latin1 } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import type { ByteSource } from '../../src/core/source.ts'
import {
  ByteSink,
  openPdf,
  PdfArray,
  PdfDict,
  type PdfDocument,
  PdfName,
  PdfNumber,
  type PdfObject,
  PdfPlaceholder,
  PdfRef,
  type PdfStream,
  PdfString,
  PdfUpdate,
  pdfDict,
  pdfStream,
  serialize,
  withEntries,
} from '../../src/pdf/index.ts'
import { writeXrefStream, writeXrefTable } from '../../src/pdf/xref-writer.ts'
import { BASIC, Sample, simplePdf } from './sample.ts'

function text(object: PdfObject): string {
  const sink = new ByteSink()
  serialize(object, sink)
  return fromLatin1(sink.take())
}

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (isKysoError(error)) return error.code
    throw error
  }
  return ''
}

async function updated(original: Uint8Array, change: (update: PdfUpdate, pdf: PdfDocument) => void): Promise<PdfDocument> {
  const pdf = await openPdf(original)
  const update = new PdfUpdate(pdf)
  change(update, pdf)
  const { bytes } = update.build()
  return openPdf(concat([original, bytes]))
}

describe('serialize', () => {
  it.each([
    [new PdfNumber(0), '0'],
    [new PdfNumber(-0), '0'],
    [new PdfNumber(-17), '-17'],
    [new PdfNumber(2, false), '2.0'],
    [new PdfNumber(0.1), '0.1'],
    [new PdfNumber(1e-7), '0.0000001'],
    [new PdfNumber(-1.25e-9), '-0.00000000125'],
    [new PdfNumber(1e21), '1000000000000000000000'],
    [new PdfNumber(1.5e22, false), '15000000000000000000000.0'],
    [new PdfNumber(9_999_999_999), '9999999999'],
    [new PdfName('A B#/()é\0'), '/A#20B#23#2F#28#29#E9#00'],
    [new PdfName(''), '/'],
    [new PdfString(latin1('a(b)\\\r\n\x80é')), '(a\\(b\\)\\\\\\015\\012\\200\\351)'],
    [new PdfString(latin1('\0ab\xff'), true), '<006162FF>'],
    [new PdfRef(12, 3), '12 3 R'],
    [new PdfArray([null, true, false, new PdfArray([])]), '[null true false []]'],
    [pdfDict({ A: new PdfNumber(1), B: null }), '<</A 1\n>>'],
  ])('%j', (object, expected) => {
    expect(text(object)).toBe(expected)
  })

  it('refuses what PDF has no notation for', () => {
    expect(codeOf(() => text(new PdfNumber(Number.NaN)))).toBe('ERR_ARGUMENT')
    expect(codeOf(() => text(new PdfNumber(Number.POSITIVE_INFINITY)))).toBe('ERR_ARGUMENT')
    expect(codeOf(() => text(new PdfName('Mật')))).toBe('ERR_ARGUMENT')
    expect(codeOf(() => text(pdfStream({}, latin1('x'))))).toBe('ERR_ARGUMENT')
    let deep: PdfObject = null
    for (let i = 0; i < 100_000; i++) deep = new PdfArray([deep])
    expect(codeOf(() => text(deep))).toBe('ERR_ARGUMENT')
  })
})

describe.each([
  ['a table', simplePdf({ ...BASIC, 4: '(four)' }), 'table'],
  ['a cross-reference stream', new Sample().stream({ ...BASIC, 4: '(four)' }).bytes(), 'stream'],
  ['no end of line at its end', simplePdf({ ...BASIC, 4: '(four)' }).subarray(0, -1), 'table'],
  ['bytes before the header', latin1(`junk\n${fromLatin1(simplePdf({ ...BASIC, 4: '(four)' }))}`), 'table'],
  ['bytes after its end', latin1(`${fromLatin1(simplePdf({ ...BASIC, 4: '(four)' }))}\0\0\0\0\0\0`), 'table'],
])('an update of a file with %s', (_, original, kind) => {
  it('adds and replaces objects, and changes no byte', async () => {
    const pdf = await openPdf(original)
    const update = new PdfUpdate(pdf)
    const added = update.add(pdfDict({ New: true }))
    const stream = update.add(pdfStream({ Type: new PdfName('Test') }, latin1('some data')))
    update.set(new PdfRef(4), new PdfString(latin1('changed')))
    expect(update.resolve(new PdfRef(4))).toMatchObject({ bytes: latin1('changed') })
    const increment = update.build()
    expect(update.build()).toEqual(increment)

    const again = await openPdf(concat([original, increment.bytes]))
    expect(again.revisions).toHaveLength(2)
    expect(again.revisions[1]).toMatchObject({ kind, closed: true, startxref: increment.startxref, endWithEol: again.source.size })
    expect(again.get(added)).toMatchObject({ entries: new Map([['New', true]]) })
    expect(fromLatin1(again.streamData(again.get(stream) as PdfStream))).toBe('some data')
    expect(fromLatin1((again.get(4) as PdfString).bytes)).toBe('changed')
    expect(fromLatin1((again.asOf(0).get(4) as PdfString).bytes)).toBe('four')
    expect(again.oddities.filter(({ code }) => code !== 'bytes-before-header' && code !== 'offsets-from-header')).toEqual([])
    expect([...again.pages()]).toHaveLength(1)
  })
})

describe('the cross-reference of an update', () => {
  it('keeps what the trailer has, and chains', async () => {
    const original = new Sample().table({ ...BASIC, 5: '<</Title(x)>>' }, { trailer: '/Info 5 0 R/ID[<01><02>]/Custom/Kept' }).bytes()
    const pdf = await openPdf(original)
    const update = new PdfUpdate(pdf)
    const ref = update.add(true)
    expect(ref.number).toBe(100)
    const { trailer } = await openPdf(concat([original, update.build({ changingId: latin1('new') }).bytes]))
    expect(text(trailer)).toBe(`<</Size 101\n/Root 1 0 R\n/Info 5 0 R\n/ID [<01> <6E6577>]\n/Custom /Kept\n/Prev ${pdf.revisions[0]?.xrefOffset}\n>>`)
  })

  it('does not believe an absurd /Size, nor one that is too small', async () => {
    const size = async (value: string): Promise<number> => {
      const pdf = await openPdf(latin1(fromLatin1(simplePdf()).replace('/Size 100', `/Size ${value}`)))
      return new PdfUpdate(pdf).allocate().number
    }
    expect(await size('4')).toBe(4)
    expect(await size('2')).toBe(4)
    expect(await size('77')).toBe(77)
    expect(await size('99999999999')).toBe(4)
    expect(await size('/X')).toBe(4)
  })

  it('continues a hybrid file by a table without /XRefStm', async () => {
    const sample = new Sample()
    const offsets = sample.objects({ ...BASIC, 4: '(four)' })
    const at = sample.length
    sample.xrefStream(new Map([[4, offsets.get(4) as number]]))
    const hybrid = sample.table(BASIC, { trailer: `/XRefStm ${at}` }).bytes()
    expect((await openPdf(hybrid)).revisions[0]?.kind).toBe('hybrid')
    const again = await updated(hybrid, (update) => update.add(true))
    expect(again.revisions[1]?.kind).toBe('table')
    expect(again.trailer.has('XRefStm')).toBe(false)
    expect(again.get(4)).toBeInstanceOf(PdfString)
  })

  it('keeps generations, and does not use free numbers wrongly', async () => {
    const original = new Sample().table({ ...BASIC, 4: '(four)' }, { generations: { 4: 3 } }).bytes()
    const again = await updated(original, (update) => update.set(new PdfRef(4, 3), true))
    expect(again.get(new PdfRef(4, 3))).toBe(true)
    const update = new PdfUpdate(await openPdf(original))
    expect(codeOf(() => update.set(new PdfRef(4, 0), true))).toBe('ERR_ARGUMENT')
    expect(codeOf(() => update.set(new PdfRef(0, 65535), true))).toBe('ERR_ARGUMENT')
    expect(codeOf(() => update.set(new PdfRef(-1, 0), true))).toBe('ERR_ARGUMENT')
    expect(codeOf(() => update.set(new PdfRef(1, 1), true))).toBe('ERR_ARGUMENT')
  })

  it('has a place in a table for ten digits, and in a stream for any offset', () => {
    const object = (offset: number) => ({ number: 7, generation: 0, offset })
    const sink = new ByteSink()
    writeXrefTable(sink, [object(9_999_999_999)], new Map())
    expect(fromLatin1(sink.take())).toBe('xref\n7 1\n9999999999 00000 n \ntrailer\n<<>>\n')
    expect(codeOf(() => writeXrefTable(new ByteSink(), [object(10_000_000_000)], new Map()))).toBe('ERR_PDF_XREF')
    const stream = new ByteSink()
    writeXrefStream(stream, [object(0x12_3456_789a)], new Map(), object(0x12_3456_789a))
    expect(fromLatin1(stream.take())).toContain('/W [1 5 1]')
    expect(fromLatin1(stream.take())).toContain('\x01\x12\x34\x56\x78\x9a\x00')
  })

  it('works beyond 4 GB', async () => {
    // A file whose middle is five gigabytes of blanks that nobody stores.
    const gap = 5_000_000_000
    const front = '%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n'
    const objects = '2 0 obj\n<</Type/Pages/Count 1/Kids[3 0 R]>>\nendobj\n'
    const page = '3 0 obj\n<</Type/Page/Parent 2 0 R>>\nendobj\n'
    const at = front.length + gap
    const xref = at + objects.length + page.length
    const tail = new Sample(objects + page)
    const row = (offset: number): string => `\x01${String.fromCharCode(...[4, 3, 2, 1, 0].map((i) => Math.floor(offset / 256 ** i) % 256))}`
    const data = row(front.indexOf('1 0 obj')) + row(at) + row(at + objects.length) + row(xref)
    tail.text(
      `4 0 obj\n<</Type/XRef/Size 5/Root 1 0 R/W[1 5 0]/Index[1 4]/Length ${data.length}>>\nstream\n${data}\nendstream\nendobj\nstartxref\n${xref}\n%%EOF\n`,
    )
    const source = (end: Uint8Array): ByteSource => ({
      size: at + end.length,
      read(offset, length) {
        const out = new Uint8Array(Math.max(0, Math.min(length, at + end.length - offset))).fill(0x20)
        for (let i = 0; i < out.length; i++) {
          const place = offset + i
          if (place < front.length) out[i] = front.charCodeAt(place)
          else if (place >= at) out[i] = end[place - at] as number
        }
        return out
      },
    })
    const pdf = await openPdf(source(tail.bytes()))
    expect([...pdf.pages()]).toHaveLength(1)
    const update = new PdfUpdate(pdf)
    const ref = update.add(new PdfString(latin1('far')))
    const { bytes, startxref } = update.build()
    expect(startxref).toBeGreaterThan(gap)
    const again = await openPdf(source(concat([tail.bytes(), bytes])))
    expect(fromLatin1((again.get(ref) as PdfString).bytes)).toBe('far')
    expect(again.location(ref.number)).toMatchObject({ kind: 'offset', offset: expect.any(Number) })
  })
})

describe('placeholders', () => {
  it('stand where the update says', async () => {
    const original = simplePdf()
    const pdf = await openPdf(original)
    const update = new PdfUpdate(pdf)
    const byteRange = new PdfPlaceholder('byteRange', latin1('[0 0000000000 0000000000 0000000000]'))
    const contents = new PdfPlaceholder('contents', latin1(`<${'0'.repeat(64)}>`))
    update.add(pdfDict({ Type: new PdfName('Sig'), ByteRange: byteRange, Contents: contents }))
    update.set(pdf.catalogRef, withEntries(pdf.catalog, { AcroForm: pdfDict({}) }))
    const { bytes, placeholders } = update.build()
    const file = concat([original, bytes])
    for (const { label, bytes: token } of [byteRange, contents]) {
      const place = placeholders.get(label)
      expect(file.subarray(place?.offset, (place?.offset ?? 0) + (place?.length ?? 0))).toEqual(token)
    }
    const twice = new PdfUpdate(pdf)
    twice.add(new PdfArray([contents, contents]))
    expect(codeOf(() => twice.build())).toBe('ERR_ARGUMENT')
  })
})

describe('what cannot be updated', () => {
  it('is a file whose cross-reference was reconstructed', async () => {
    const pdf = await openPdf(latin1(fromLatin1(simplePdf()).replace(/startxref\n\d+/, 'startxref\n7')), { reconstruct: true })
    expect(codeOf(() => new PdfUpdate(pdf))).toBe('ERR_PDF_XREF')
  })
})

describe('streams of the document', () => {
  it('are written again as they are', async () => {
    const original = simplePdf({ ...BASIC, 4: '<</Length 5 0 R/Filter/ASCIIHexDecode>>\nstream\n41424\nendstream', 5: '5' })
    const again = await updated(original, (update, pdf) => update.set(new PdfRef(4), pdf.get(4)))
    const stream = again.get(4) as PdfStream
    expect(fromLatin1(again.streamData(stream))).toBe('AB@')
    expect(stream.dict).toBeInstanceOf(PdfDict)
    expect(stream.dict.get('Length')).toEqual(new PdfNumber(5))
  })
})
