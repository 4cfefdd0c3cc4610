import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Budget } from '../../../src/core/budget.ts'
import { coversContent, paintedAreas } from '../../../src/pdf/content/index.ts'
import { openPdf, type PdfPage } from '../../../src/pdf/index.ts'
import { BASIC, simplePdf } from '../sample.ts'
import { areasOf, boxesOf, stream } from './page.ts'

const WORKING = { complete: true, background: false }

describe('paths', () => {
  it('are painted within their boxes', async () => {
    expect(await boxesOf('10 20 30 40 re f')).toEqual([[10, 20, 40, 60]])
    expect(await boxesOf('10 20 m 40 20 l 40 60 l h f*')).toEqual([[10, 20, 40, 60]])
    expect(await boxesOf('10 10 m 20 50 30 60 40 10 c f')).toEqual([[10, 10, 40, 60]])
    expect(await boxesOf('10 10 m 30 60 40 10 v f')).toEqual([[10, 10, 40, 60]])
    expect(await boxesOf('10 10 m 30 60 40 10 y f')).toEqual([[10, 10, 40, 60]])
  })

  it('that nothing paints leave nothing', async () => {
    expect(await areasOf('10 20 30 40 re n 5 5 m 9 9 l')).toEqual({ ...WORKING, rectangles: [] })
  })

  it('are one box for each of their parts, not one around all', async () => {
    expect(await boxesOf('10 10 5 5 re 100 50 5 5 re f')).toEqual([
      [10, 10, 15, 15],
      [100, 50, 105, 55],
    ])
  })

  it('are as wide as their lines when they are stroked, and a frame encloses nothing', async () => {
    const frame = await areasOf('4 w 20 20 160 60 re S')
    expect(frame.rectangles).toHaveLength(4)
    expect(coversContent(frame, [30, 30, 170, 70])).toBe(false)
    expect(coversContent(frame, [30, 30, 182, 70])).toBe(true)
    expect(await boxesOf('2 w 50 10 m 50 90 l S')).toEqual([[49, 9, 51, 91]])
  })

  it('are one box where they are small', async () => {
    expect(await boxesOf('0 w 10 10 m 12 14 l 15 9 l s')).toEqual([[10, 9, 15, 14]])
  })

  it('move with the matrix, which q and Q save and bring back', async () => {
    expect(await boxesOf('q 2 0 0 2 10 10 cm 0 0 10 10 re f Q 0 0 10 10 re f')).toEqual([
      [10, 10, 30, 30],
      [0, 0, 10, 10],
    ])
    expect(await boxesOf('0 1 -1 0 100 0 cm 10 20 30 5 re f')).toEqual([[75, 10, 80, 40]])
  })

  it('are clipped', async () => {
    expect(await boxesOf('q 0 0 50 50 re W n 40 40 100 100 re f Q')).toEqual([[40, 40, 50, 50]])
    expect(await boxesOf('0 0 10 10 re W n 20 20 10 10 re f')).toEqual([])
  })

  it('outside of the crop box are not seen', async () => {
    expect(await boxesOf('-50 -50 10 10 re f 0 0 30 30 re f', { page: '/MediaBox[0 0 200 100]/CropBox[20 20 180 80]' })).toEqual([[20, 20, 30, 30]])
  })
})

describe('a background', () => {
  it('is a plain rectangle over the whole page, left out and told', async () => {
    expect(await areasOf('1 g 0 0 200 100 re f 0 g 10 10 5 5 re f')).toEqual({ complete: true, background: true, rectangles: [[10, 10, 15, 15]] })
    expect(await areasOf('1 g 1 1 m 199 1 l 199 99 l 1 99 l f')).toMatchObject({ background: true, rectangles: [] })
  })

  it('is nothing else that is as large', async () => {
    for (const content of [
      '0 0 m 200 0 l 0 100 l 200 100 l f',
      '0 0 m 200 0 l 200 100 l 100 50 l 0 100 l f',
      '/Pattern cs /P scn 0 0 200 100 re f',
      '200 0 0 100 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI',
      '/S sh',
    ]) {
      expect(await areasOf(content)).toEqual({ ...WORKING, rectangles: [[0, 0, 200, 100]] })
    }
  })

  it('is not white paint on a part of the page, which is paint', async () => {
    expect(await areasOf('1 g 0 0 200 80 re f')).toMatchObject({ background: false, rectangles: [[0, 0, 200, 80]] })
  })
})

describe('images and forms', () => {
  const form = (content: string, entries: string): string => stream(content, `/Type/XObject/Subtype/Form${entries}`)

  it('paint the unit square', async () => {
    const resources = '/XObject<</I 10 0 R>>'
    const objects = { 10: stream('x', '/Subtype/Image/Width 1/Height 1/Filter/DCTDecode') }
    expect(await boxesOf('q 50 0 0 20 10 10 cm /I Do Q', { resources, objects })).toEqual([[10, 10, 60, 30]])
  })

  it('draw within the box of the form, by its matrix', async () => {
    const resources = '/XObject<</F 10 0 R>>'
    const objects = { 10: form('0 0 100 100 re f', '/BBox[0 0 10 10]/Matrix[1 0 0 1 5 5]') }
    expect(await boxesOf('2 0 0 2 0 0 cm /F Do', { resources, objects })).toEqual([[10, 10, 30, 30]])
  })

  it('have resources of their own, or those of the page', async () => {
    const resources = '/XObject<</F 10 0 R/G 11 0 R>>'
    const objects = { 10: form('/G Do', '/BBox[0 0 200 100]'), 11: form('1 2 3 4 re f', '/BBox[0 0 200 100]/Resources<<>>') }
    expect(await boxesOf('/F Do', { resources, objects })).toEqual([[1, 2, 4, 6]])
  })

  it('that draw themselves end, and are told', async () => {
    const objects = { 10: form('1 2 3 4 re f /F Do /F Do', '/BBox[0 0 200 100]/Resources<</XObject<</F 10 0 R>>>>') }
    const document = await areasOf('/F Do', { resources: '/XObject<</F 10 0 R>>', objects }, { budget: new Budget({ pdfOperators: 10_000 }) })
    expect(document).toEqual({ complete: false, background: false, rectangles: [[1, 2, 4, 6]] })
  })

  it('that are not there are told', async () => {
    expect(await areasOf('1 2 3 4 re f /F Do')).toEqual({ complete: false, background: false, rectangles: [[1, 2, 4, 6]] })
  })

  it('are passed over within the content, whatever their data looks like', async () => {
    const image = 'q 10 0 0 10 0 0 cm BI /W 4 /H 2 /BPC 8 /CS /G ID 1 EI 2 (\nEI Q 50 50 5 5 re f'
    expect(await boxesOf(image)).toEqual([
      [0, 0, 10, 10],
      [50, 50, 55, 55],
    ])
    expect(await boxesOf('q 10 0 0 10 0 0 cm BI /W 4 /H 2 /F /DCT ID \x01\x02 EI\x80 \xff( EI Q 50 50 5 5 re f')).toHaveLength(2)
    expect((await areasOf('BI /W 4 /H 2 /F /DCT ID ((((')).complete).toBe(false)
  })
})

describe('what cannot be interpreted', () => {
  it('is told, with what was found before', async () => {
    for (const content of [
      '1 2 3 4 re f ( not closed',
      '1 2 3 4 re f 5 6 re f',
      '1 2 3 4 re f frobnicate',
      '1 2 3 4 re f 1.2.3 w',
      `1 2 3 4 re f ${'q '.repeat(1_001)}`,
    ]) {
      expect(await areasOf(content), content).toEqual({ complete: false, background: false, rectangles: [[1, 2, 4, 6]] })
    }
  })

  it('is let pass where the content asks for it', async () => {
    expect(await areasOf('BX frobnicate EX 1 2 3 4 re f')).toEqual({ ...WORKING, rectangles: [[1, 2, 4, 6]] })
  })

  it('may be one of several streams', async () => {
    const contents = (kids: string): Uint8Array =>
      simplePdf({
        ...BASIC,
        3: `<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents[${kids}]>>`,
        4: stream('1 2 3 4'),
        5: stream('re f'),
        6: stream('x', '/Filter/JPXDecode'),
      })
    const areas = async (kids: string): Promise<unknown> => {
      const document = await openPdf(contents(kids))
      const [page] = document.pages()
      return paintedAreas(document, page as PdfPage)
    }
    expect(await areas('4 0 R 5 0 R')).toEqual({ ...WORKING, rectangles: [[1, 2, 4, 6]] })
    expect(await areas('6 0 R 4 0 R 5 0 R')).toEqual({ complete: false, background: false, rectangles: [[1, 2, 4, 6]] })
  })

  it('ends with the budget', async () => {
    const areas = await areasOf('1 2 3 4 re f '.repeat(1_000), {}, { budget: new Budget({ pdfOperators: 500 }) })
    expect(areas).toEqual({ complete: false, background: false, rectangles: [[1, 2, 4, 6]] })
  })

  it('is nothing where a page has no content', async () => {
    const document = await openPdf(simplePdf())
    const [page] = document.pages()
    expect(paintedAreas(document, page as PdfPage)).toEqual({ ...WORKING, rectangles: [] })
  })
})

describe('any content', () => {
  it('has areas within its page, or is said not to be understood', async () => {
    const words =
      "q Q cm m l c v y h re W n f S b* BT ET Tf Tm Td TD TJ Tj T* ' Tz Ts /F /X (ab) <41> [(a) -300 (b)] << >> [ ] 1 0 -5 .5 1e9 99999999999999999999 Do sh gs scn BI ID EI BX ( ) %".split(
        ' ',
      )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...words), { maxLength: 60 }), async (content) => {
        const { rectangles } = await areasOf(content.join(' '), {
          resources: '/Font<</F<</Subtype/Type1/BaseFont/Courier>>>>/XObject<</X 10 0 R>>',
          objects: { 10: stream('1 0 0 1 3 3 cm 5 5 m 9 9 l S /X Do', '/Subtype/Form/BBox[0 0 50 50]') },
        })
        for (const [x1, y1, x2, y2] of rectangles) expect(0 <= x1 && x1 <= x2 && x2 <= 200 && 0 <= y1 && y1 <= y2 && y2 <= 100).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('may have more parts than are kept apart', async () => {
    const areas = await areasOf(`${'1 1 1 1 re '.repeat(100_001)} 50 50 1 1 re f`)
    expect(areas.complete).toBe(true)
    expect(coversContent(areas, [45, 45, 55, 55])).toBe(true)
  })
})

describe('many rectangles', () => {
  it('become a grid, which leaves none of them out', async () => {
    const places = Array.from({ length: 25_000 }, (_, i) => [1 + 2 * (i % 99), 1 + (98 * Math.floor(i / 99)) / 260] as const)
    const areas = await areasOf(places.map(([x, y]) => `${x} ${y.toFixed(2)} .5 .1 re f`).join('\n'))
    expect(areas.complete).toBe(true)
    expect(areas.rectangles.length).toBeLessThanOrEqual(20_000)
    const covered = (x: number, y: number): boolean => areas.rectangles.some(([x1, y1, x2, y2]) => x1 <= x && x <= x2 && y1 <= y && y <= y2)
    for (let i = 0; i < places.length; i += 97) {
      const [x, y] = places[i] as readonly [number, number]
      expect(covered(x + 0.25, y + 0.05)).toBe(true)
    }
    expect(coversContent(areas, [199.2, 0, 200, 100])).toBe(false)
  })
})

describe('coversContent', () => {
  const areas = { rectangles: [[10, 10, 50, 20]] as const }

  it('lets a hair pass', () => {
    expect(coversContent(areas, [50, 10, 90, 20])).toBe(false)
    expect(coversContent(areas, [49.5, 10, 90, 20])).toBe(false)
    expect(coversContent(areas, [48, 10, 90, 20])).toBe(true)
    expect(coversContent(areas, [90, 20, 48, 10])).toBe(true)
  })

  it('sees lines and small rectangles', () => {
    expect(coversContent({ rectangles: [[0, 50, 100, 50]] }, [20, 40, 30, 60])).toBe(true)
    expect(coversContent(areas, [20, 12, 20.4, 12.4])).toBe(true)
  })

  it('is false for what has no extent', () => {
    expect(coversContent(areas, [0, 0, 0, 0])).toBe(false)
    expect(coversContent(areas, [20, 15, 30, 15])).toBe(false)
    expect(coversContent(areas, [Number.NaN, 0, 30, 15])).toBe(false)
  })
})
