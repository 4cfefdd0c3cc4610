import { describe, expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { concat, fromLatin1, latin1 } from '../../src/core/bytes.ts'
import { hasMessage, loadMessages } from '../../src/core/messages.ts'
import { type UnseenCode, type UnseenFinding, unseen } from '../../src/pades/unseen.ts'
import { openPdf } from '../../src/pdf/index.ts'
import { BASIC, type Objects, objectStream, Sample, simplePdf } from '../pdf/sample.ts'

const CODES: readonly UnseenCode[] = [
  'before-other-format',
  'after-other-format',
  'after-newest-revision',
  'hidden-pages',
  'unused-objects',
  'stray-objects',
  'stray-objects-in-use',
  'overlapping-objects',
  'unreadable-objects',
  'decisive-key-twice',
  'string-for-name',
  'name-for-string',
  'external-stream',
  'unseen-unfinished',
]

async function told(file: Uint8Array, budget = new Budget()): Promise<readonly UnseenFinding[]> {
  return unseen(await openPdf(file, { budget }))
}

async function codes(file: Uint8Array): Promise<string[]> {
  return (await told(file)).map(({ code }) => code)
}

const stream = (content: string, entries = ''): string => `<<${entries}/Length ${content.length}>>\nstream\n${content}\nendstream`

/** A file that is updated: what it is first, and what is written over it. */
function updated(first: Objects, update: Objects, trailer = ''): Uint8Array {
  const sample = new Sample().table(first)
  return sample.table(update, { trailer: `/Prev ${sample.xref}${trailer}` }).bytes()
}

describe('ordinary files', () => {
  it('have nothing to tell', async () => {
    expect(await told(simplePdf())).toEqual([])
    expect(await told(new Sample().stream(BASIC).bytes())).toEqual([])
    const inStream = { 3: BASIC[3] as string, 5: '<</A 1>>' }
    const compressed = { 3: [6, 0], 5: [6, 1] } as const
    expect(await told(new Sample().stream({ 1: BASIC[1] as string, 2: BASIC[2] as string, 6: objectStream(inStream) }, { compressed }).bytes())).toEqual([])
  })

  it('that were updated have nothing to tell', async () => {
    expect(await told(updated(BASIC, { 3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 50 50]>>' }))).toEqual([])
  })
})

describe('texts', () => {
  it('are there for every code, in both languages', async () => {
    for (const language of ['en', 'vi'] as const) {
      const catalogue = await loadMessages(language)
      expect(CODES.filter((code) => !hasMessage(catalogue, `oddity.${code}`))).toEqual([])
    }
  })
})

describe('what stands before and after the PDF', () => {
  const zip = 'PK\x05\x06'.padEnd(22, '\0')

  it('is told where it looks like something', async () => {
    const pdf = simplePdf()
    for (const [tail, format] of [
      [zip, 'a ZIP archive'],
      [`some comment${zip}`, 'a ZIP archive'],
      ['\n<html><script>', 'HTML'],
      ['#!/bin/sh', 'a script'],
      ['MZ\x90', 'a program'],
    ] as const) {
      expect(await told(concat([pdf, latin1(tail)]))).toEqual([
        { code: 'after-other-format', detail: `what follows the PDF looks like ${format}`, offset: pdf.length },
      ])
    }
    expect(await codes(concat([pdf, latin1('just text\n')]))).toEqual([])
  })

  it('is told in front as well', async () => {
    expect(await codes(concat([latin1('<html><!--'), new Sample().table(BASIC).bytes()]))).toEqual(['before-other-format'])
    expect(await codes(concat([latin1('hello\n'), new Sample().table(BASIC).bytes()]))).toEqual([])
  })

  it('may be an update that the last startxref leaves out', async () => {
    const first = simplePdf()
    const text = fromLatin1(first)
    const place = text.slice(text.indexOf('startxref'))
    const file = concat([first, latin1(`3 0 obj\n<</Type/Page/Parent 2 0 R>>\nendobj\n${place}`)])
    const list = await told(file)
    expect(list.map(({ code }) => code)).toEqual(['after-newest-revision', 'stray-objects', 'stray-objects-in-use'])
    expect(list[1]).toEqual({
      code: 'stray-objects',
      detail: 'objects in the file that no cross-reference names: 1, among them 1 page',
      offset: first.length,
    })
  })
})

describe('objects that nothing reaches', () => {
  it('are told by kind', async () => {
    const more = { 10: '<</Type/Font/Subtype/Type1>>', 11: stream('0 0 1 1 re f'), 12: '<</Type/Font/Subtype/Type1>>', 13: '(a string)' }
    expect(await told(simplePdf({ ...BASIC, ...more }))).toEqual([
      { code: 'unused-objects', detail: 'objects that nothing uses: 2 fonts, 1 stream (object 10)' },
    ])
  })

  it('are not told of what a field showed before it was filled, with all that this needed', async () => {
    const widget = (appearance: string): string => `<</Subtype/Widget/Rect[0 0 9 9]/P 3 0 R${appearance}>>`
    const first = { ...BASIC, 3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Annots[5 0 R]>>', 5: widget('/AP<</N 6 0 R>>') }
    const form = stream('/F 9 Tf', '/Subtype/Form/Resources<</Font<</F 8 0 R>>/XObject<</A[9 0 R]>>>>')
    const font = '<</Type/Font/Subtype/Type1/Parent 3 0 R>>'
    const filled = { 5: widget('/AP<</N 7 0 R>>'), 7: stream('', '/Subtype/Form') }
    expect(await told(updated({ ...first, 6: form, 8: font, 9: stream('', '/Subtype/Form') }, filled))).toEqual([])
    // What no state used is told as before.
    expect(await told(updated({ ...first, 6: form, 8: font, 9: '(a)', 10: font }, filled))).toEqual([
      { code: 'unused-objects', detail: 'objects that nothing uses: 1 font (object 10)' },
    ])
    const twice = new Sample().table({ ...first, 6: form, 8: font, 9: '(a)' })
    twice.table(filled, { trailer: `/Prev ${twice.xref}` })
    expect(await told(twice.table({ 5: widget('') }, { trailer: `/Prev ${twice.xref}` }).bytes())).toEqual([])
  })

  it('are hidden pages where no state of the file ever showed them', async () => {
    const hidden = { 20: '<</Type/Catalog/Pages 21 0 R>>', 21: '<</Type/Pages/Count 1/Kids[22 0 R]>>', 22: '<</Type/Page/Parent 21 0 R>>' }
    expect(await told(simplePdf({ ...BASIC, ...hidden }))).toEqual([
      { code: 'hidden-pages', detail: 'in no list of pages of this file, now or before: 1 catalog, 1 page (object 20)' },
      { code: 'unused-objects', detail: 'objects that nothing uses: 1 page list (object 21)' },
    ])
    expect(await codes(updated(BASIC, hidden))).toContain('hidden-pages')
  })

  it('are usual where a page was taken out', async () => {
    const first = { ...BASIC, 2: '<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]>>', 4: '<</Type/Page/Parent 2 0 R>>' }
    expect(await told(updated(first, { 2: BASIC[2] as string }))).toEqual([{ code: 'unused-objects', detail: 'objects that nothing uses: 1 page (object 4)' }])
  })
})

describe('objects that no cross-reference names', () => {
  const file = (between: string): Uint8Array => new Sample().text(between).table(BASIC).bytes()

  it('are told, and whether one has the number of another', async () => {
    expect(await told(file('7 0 obj\n<</Type/Font>>\nendobj\n'))).toEqual([
      { code: 'stray-objects', detail: 'objects in the file that no cross-reference names: 1, among them 1 font', offset: 15 },
    ])
    expect(await codes(file('3 0 obj\n<</Type/Page>>\nendobj\n'))).toEqual(['stray-objects', 'stray-objects-in-use'])
  })

  it('are none within other objects', async () => {
    const objects = { ...BASIC, 3: '<</Type/Page/Parent 2 0 R/Contents 4 0 R/X(\n7 0 obj\n)>>', 4: stream('\n7 0 obj\n<<>>\nendobj\n') }
    expect(await told(simplePdf(objects))).toEqual([])
    expect(await told(updated(objects, { 3: BASIC[3] as string, 4: 'null' }))).toEqual([])
  })

  it('may lie in object streams', async () => {
    const inStream = { 3: BASIC[3] as string, 2: '<</Type/Pages/Kids[]/Count 0>>' }
    const pdf = new Sample().stream({ 1: BASIC[1] as string, 2: BASIC[2] as string, 6: objectStream(inStream) }, { compressed: { 3: [6, 1] } })
    expect(await told(pdf.bytes())).toEqual([
      { code: 'stray-objects', detail: 'objects in object streams that no cross-reference names: 1 (object 2 in stream 6)' },
    ])
  })

  it('may lie over those that it names', async () => {
    const sample = new Sample()
    const offsets = sample.objects({ ...BASIC, 4: stream('7 0 obj\n<<>>\nendobj') })
    offsets.set(7, fromLatin1(sample.bytes()).indexOf('7 0 obj'))
    const at = sample.length
    const rows = [...offsets].map(([number, offset]) => `${number} 1\n${String(offset).padStart(10, '0')} 00000 n \n`)
    sample.text(`xref\n0 1\n0000000000 65535 f \n${rows.join('')}trailer\n<</Size 9/Root 1 0 R/X[4 0 R 7 0 R]>>\nstartxref\n${at}\n%%EOF\n`)
    expect(await codes(sample.bytes())).toEqual(['overlapping-objects'])
  })
})

describe('what parsers see differently', () => {
  const page = (entries: string): Uint8Array => simplePdf({ ...BASIC, 3: `<</Type/Page/Parent 2 0 R/Held 4 0 R${entries}>>`, 4: stream('') })

  it('is a key that stands twice and decides', async () => {
    expect(await told(page('/Contents 4 0 R/Contents[]'))).toMatchObject([
      { code: 'decisive-key-twice', detail: expect.stringContaining('/Contents in object 3') },
    ])
    expect(await codes(page('/Contents 4 0 R/Dur 1/Dur 2'))).toEqual([])
  })

  it('is a string for a name', async () => {
    expect(await told(page('/A<</S(JavaScript)/JS()>>/B<</Filter[(FlateDecode)]>>'))).toMatchObject([
      { code: 'string-for-name', detail: 'strings where there should be names: /Filter in object 3, /S in object 3' },
    ])
    expect(await codes(page('/PieceInfo<</X<</Type(mine)>>>>'))).toEqual([])
  })

  it('is a name for a string', async () => {
    expect(await told(page('/A<</FT/Tx/T/Name>>/B<</ByteRange[0 0 0 0]/Reason/Because/Filter/X>>'))).toMatchObject([{ code: 'name-for-string' }])
  })

  it('is data in another file', async () => {
    expect(await codes(simplePdf({ ...BASIC, 3: '<</Type/Page/Parent 2 0 R/Contents 4 0 R>>', 4: stream('', '/F(other.bin)') }))).toEqual(['external-stream'])
  })

  it('is an object that cannot be read', async () => {
    expect(await told(simplePdf({ ...BASIC, 3: '<</Type/Page/Parent 2 0 R/Contents 4 0 R>>', 4: '<</A>>' }))).toMatchObject([
      { code: 'unreadable-objects', detail: 'objects that are used and cannot be read: object 4' },
    ])
  })
})

describe('bounds', () => {
  it('are told where they are met', async () => {
    const many: Record<number, string> = { ...BASIC }
    for (let number = 10; number < 2_100; number++) many[number] = '<<>>'
    expect(await codes(simplePdf(many))).toEqual(['unseen-unfinished'])
  })

  it('are those of the budget, too', async () => {
    const budget = new Budget({ pdfObjects: 60 })
    const file = simplePdf({ ...BASIC, 3: `<</Type/Page/Parent 2 0 R/X[${'[] '.repeat(100)}]>>` })
    expect(await told(file, budget)).toEqual([{ code: 'unseen-unfinished', detail: 'too much to look through' }])
  })
})
