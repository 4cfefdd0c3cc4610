import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { fromLatin1, latin1 } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import {
  ByteSink,
  openPdf,
  PdfArray,
  PdfDict,
  PdfName,
  PdfNumber,
  type PdfObject,
  PdfRef,
  PdfStream,
  PdfString,
  PdfUpdate,
  serialize,
} from '../../src/pdf/index.ts'
import { Lexer } from '../../src/pdf/lexer.ts'
import { ObjectParser } from '../../src/pdf/parser.ts'
import { BASIC, objectStream, Sample } from './sample.ts'

const byteText = fc.uint8Array({ maxLength: 12 }).map(fromLatin1)

const { object: anyObject } = fc.letrec<{ object: PdfObject }>((tie) => ({
  object: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'pdf' },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger().map((value) => new PdfNumber(value, true)),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }).map((value) => new PdfNumber(value, false)),
    byteText.map((name) => new PdfName(name)),
    fc.tuple(fc.uint8Array({ maxLength: 20 }), fc.boolean()).map(([bytes, hex]) => new PdfString(bytes, hex)),
    fc.tuple(fc.nat(), fc.nat(65535)).map(([number, generation]) => new PdfRef(number, generation)),
    fc.array(tie('object'), { maxLength: 5 }).map((items) => new PdfArray(items)),
    fc.array(fc.tuple(byteText, tie('object')), { maxLength: 5 }).map((entries) => new PdfDict(new Map(entries))),
  ),
}))

/** What is compared: everything but places and null entries. */
function plain(object: PdfObject): unknown {
  if (object instanceof PdfNumber) return { number: object.value + 0, isInteger: object.isInteger }
  if (object instanceof PdfString) return { string: [...object.bytes], hex: object.hex }
  if (object instanceof PdfArray) return object.items.map(plain)
  if (object instanceof PdfDict) return { dict: [...object.entries].filter(([, value]) => value !== null).map(([key, value]) => [key, plain(value)]) }
  return object
}

/** Reads all of a document; anything but a `KysoError` fails the test. */
async function readAllOf(bytes: Uint8Array): Promise<void> {
  try {
    const budget = new Budget({ decompressedBytes: 1 << 20, pdfObjects: 10_000, pdfEntries: 10_000, pdfBytes: 1 << 22 })
    const pdf = await openPdf(bytes, { budget, reconstruct: bytes.length % 2 === 0 })
    for (const page of pdf.pages()) pdf.resolve(page.dict.get('Contents'))
    for (let i = 0; i < pdf.revisions.length; i++) pdf.asOf(i)
    for (const [number] of pdf.entries()) {
      const object = pdf.get(number)
      if (object instanceof PdfStream) pdf.streamData(object)
    }
    if (!pdf.reconstructed) {
      const update = new PdfUpdate(pdf)
      update.add(true)
      update.build()
    }
  } catch (error) {
    if (!isKysoError(error)) throw error
  }
}

/** Two revisions, a table and a stream, an object stream. */
const SAMPLE = (() => {
  const sample = new Sample().table(
    { ...BASIC, 4: '(four)', 5: '<</Length 6 0 R/Filter/ASCIIHexDecode>>\nstream\n4142>\nendstream', 6: '5' },
    { trailer: '/ID[<01><02>]' },
  )
  return sample
    .stream(
      { 10: objectStream({ 7: '[1 2 R]', 8: '<</A<</B(c)>>>>' }), 11: '<</L[1.5 -2 /N#20]>>' },
      { trailer: `/Prev ${sample.xref}`, compressed: { 7: [10, 0], 8: [10, 1] } },
    )
    .bytes()
})()

describe('properties', () => {
  it('what is written is read as it was', () => {
    fc.assert(
      fc.property(anyObject, (object) => {
        const sink = new ByteSink()
        serialize(object, sink)
        const read = new ObjectParser(new Lexer(sink.take(), 0), new Budget()).object()
        expect(plain(read)).toEqual(plain(object))
      }),
      { numRuns: 500 },
    )
  })

  it('any bytes are read, or are a KysoError', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        await readAllOf(bytes)
        await readAllOf(latin1(`%PDF-1.7\n${fromLatin1(bytes)}\nstartxref\n9\n%%EOF`))
      }),
      { numRuns: 200 },
    )
  })

  it('any change of a file is read, or is a KysoError', async () => {
    await readAllOf(SAMPLE)
    const change = fc.tuple(fc.nat(SAMPLE.length - 1), fc.nat(3), fc.uint8Array({ minLength: 1, maxLength: 6 }))
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        let text = fromLatin1(SAMPLE)
        for (const [at, drop, put] of changes) text = text.slice(0, at) + fromLatin1(put) + text.slice(at + drop)
        await readAllOf(latin1(text))
      }),
      { numRuns: 500 },
    )
  })

  it('any beginning of a file is read, or is a KysoError', async () => {
    for (let end = 0; end < SAMPLE.length; end += 7) await readAllOf(SAMPLE.subarray(0, end))
    expect(SAMPLE.length).toBeGreaterThan(500)
  })
})
