import { describe, expect, it } from 'vitest'
import { isKysoError } from '../../src/core/errors.ts'
import { type PlacedWidget, type Placement, pageByNumber, placeWidget, viewOf } from '../../src/pades/placement.ts'
import { openPdf } from '../../src/pdf/index.ts'
import { type Objects, simplePdf } from '../pdf/sample.ts'
import { type Box, type PageGeometry, rectOf } from '../support/pages.ts'

/** A document whose pages are these. */
const pages = (...bodies: readonly string[]): Promise<Awaited<ReturnType<typeof openPdf>>> => {
  const objects: Record<number, string> = {
    1: '<</Type/Catalog/Pages 2 0 R>>',
    2: `<</Type/Pages/Count ${bodies.length}/Kids[${bodies.map((_, i) => `${10 + i} 0 R`).join(' ')}]>>`,
  }
  bodies.forEach((body, i) => {
    objects[10 + i] = `<</Type/Page/Parent 2 0 R${body}>>`
  })
  return openPdf(simplePdf(objects))
}

const place = async (placement: Placement, ...bodies: readonly string[]): Promise<PlacedWidget> => placeWidget(await pages(...bodies), placement)

/** Why a placement is refused. */
async function refusal(placement: Placement, ...bodies: readonly string[]): Promise<unknown> {
  try {
    await place(placement, ...bodies)
  } catch (error) {
    if (isKysoError(error, 'ERR_PDF_PLACEMENT')) return error.data.why
    throw error
  }
  return 'placed'
}

describe('where a widget stands', () => {
  const boxes: readonly (readonly [string, Box, Box | undefined])[] = [
    ['an A4 page', [0, 0, 595, 842], undefined],
    ['a page whose origin is elsewhere', [-100, 50, 400, 750], undefined],
    ['a cropped page', [0, 0, 600, 800], [50, 70, 450, 610]],
  ]
  const cases = boxes.flatMap(([name, mediaBox, cropBox]) =>
    ([0, 90, 180, 270] as const).flatMap((rotate) =>
      [1, 2, 0.5].map((userUnit) => ({
        name: `${name}, turned by ${rotate}, ${userUnit} points a unit`,
        mediaBox,
        ...(cropBox ? { cropBox } : {}),
        rotate,
        userUnit,
      })),
    ),
  )

  it.each(cases)('$name', async ({ name: _, ...geometry }: PageGeometry & { name: string }) => {
    const { mediaBox, cropBox, rotate, userUnit } = geometry
    const body = `/MediaBox[${mediaBox.join(' ')}]${cropBox ? `/CropBox[${cropBox.join(' ')}]` : ''}/Rotate ${rotate}/UserUnit ${userUnit}`
    const document = await pages(body)
    const rectangle = [20, 30, 100, 50] as const
    const placed = placeWidget(document, { page: 1, rectangle })
    // The other mapping was written from the page to the widget, by matrices, for the tests that render.
    expect(placed.rect).toEqual(rectOf(geometry, rectangle))
    expect(placed).toMatchObject({ rotate, box: { width: 100, height: 50 } })
    const view = viewOf(document, placed.page)
    const corners = {
      'top-left': [5, view.height - 57],
      'top-right': [view.width - 105, view.height - 57],
      'bottom-left': [5, 7],
      'bottom-right': [view.width - 105, 7],
    } as const
    for (const [corner, [x, y]] of Object.entries(corners) as [keyof typeof corners, readonly [number, number]][]) {
      expect([corner, placeWidget(document, { page: 1, corner, x: 5, y: 7, width: 100, height: 50 }).rect]).toEqual([corner, rectOf(geometry, [x, y, 100, 50])])
    }
  })

  it('takes the boxes and the turn that a page inherits', async () => {
    const objects: Objects = {
      1: '<</Type/Catalog/Pages 2 0 R>>',
      2: '<</Type/Pages/Count 1/Kids[3 0 R]/Rotate -90/CropBox 5 0 R/MediaBox[0 0 300 400]>>',
      3: '<</Type/Pages/Parent 2 0 R/Count 1/Kids[4 0 R]>>',
      4: '<</Type/Page/Parent 3 0 R>>',
      5: '[200 300 6 0 R 20]',
      6: '10',
    }
    const document = await openPdf(simplePdf(objects))
    const placed = placeWidget(document, { page: 1, rectangle: [0, 0, 280, 190] })
    expect(placed).toMatchObject({ rect: [10, 20, 200, 300], rotate: 270, page: { ref: { number: 4 } } })
  })

  it.each([
    ['no size at all', '', [612, 792]],
    ['a size of nothing', '/MediaBox[0 0 0 0]', [612, 792]],
    ['a size that is none', '/MediaBox[0 0 (x) 1]', [612, 792]],
    ['a crop box beside the page', '/MediaBox[0 0 100 100]/CropBox[200 200 300 300]', [100, 100]],
    ['a crop box larger than the page', '/MediaBox[0 0 100 100]/CropBox[-50 -50 300 60]', [100, 60]],
    ['a turn that is none', '/MediaBox[0 0 100 200]/Rotate 45', [100, 200]],
    ['a turn beyond the circle', '/MediaBox[0 0 100 200]/Rotate 450', [200, 100]],
    ['a unit that is none', '/MediaBox[0 0 100 200]/UserUnit 0', [100, 200]],
  ] as const)('is told for a page with %s as viewers show it', async (_, body, [width, height]) => {
    const document = await pages(body)
    expect(viewOf(document, pageByNumber(document, 1))).toMatchObject({ width, height })
  })

  it('counts pages from either end', async () => {
    const document = await pages('', '', '')
    expect([1, 2, 3, -1, -2, -3].map((page) => pageByNumber(document, page).index)).toEqual([0, 1, 2, 2, 1, 0])
  })

  it('leaves no dust of floating point in the rectangle', async () => {
    const { rect } = await place({ page: 1, corner: 'top-right', x: 10.1, y: 20.2, width: 100.3, height: 50.7 }, '/MediaBox[0 0 595.276 841.89]')
    expect(rect).toEqual([484.876, 770.99, 585.176, 821.69])
  })
})

describe('a place that is none', () => {
  const page = '/MediaBox[0 0 200 100]'
  it.each<[string, Placement, string]>([
    ['page 0', { page: 0, rectangle: [0, 0, 10, 10] }, 'page'],
    ['a page beyond the last', { page: 2, rectangle: [0, 0, 10, 10] }, 'page'],
    ['a page before the first', { page: -2, rectangle: [0, 0, 10, 10] }, 'page'],
    ['half a page', { page: 1.5, rectangle: [0, 0, 10, 10] }, 'page'],
    ['a page of NaN', { page: Number.NaN, rectangle: [0, 0, 10, 10] }, 'page'],
    ['no width', { page: 1, rectangle: [0, 0, 0, 10] }, 'size'],
    ['a negative height', { page: 1, rectangle: [0, 20, 10, -10] }, 'size'],
    ['NaN', { page: 1, rectangle: [Number.NaN, 0, 10, 10] }, 'size'],
    ['infinity', { page: 1, rectangle: [0, 0, Number.POSITIVE_INFINITY, 10] }, 'size'],
    ['what rounds to nothing', { page: 1, rectangle: [0, 0, 1e-6, 10] }, 'size'],
    ['beyond the right edge', { page: 1, rectangle: [191, 0, 10, 10] }, 'outside'],
    ['beyond the left edge', { page: 1, rectangle: [-1, 0, 10, 10] }, 'outside'],
    ['beyond the top', { page: 1, rectangle: [0, 91, 10, 10] }, 'outside'],
    ['below the bottom', { page: 1, corner: 'top-left', x: 0, y: 91, width: 10, height: 10 }, 'outside'],
    ['beyond the left edge from the right', { page: 1, corner: 'bottom-right', x: 191, y: 0, width: 10, height: 10 }, 'outside'],
  ])('%s', async (_, placement, why) => {
    expect(await refusal(placement, page)).toBe(why)
  })

  it('may touch the edges', async () => {
    expect(await refusal({ page: 1, rectangle: [0, 0, 200, 100] }, page)).toBe('placed')
    expect(await refusal({ page: 1, rectangle: [0, 0, 200, 100.001] }, page)).toBe('placed')
  })

  it('because its page is written into /Kids', async () => {
    const document = await openPdf(simplePdf({ 1: '<</Type/Catalog/Pages 2 0 R>>', 2: '<</Type/Pages/Count 1/Kids[<</Type/Page/MediaBox[0 0 200 100]>>]>>' }))
    expect(() => placeWidget(document, { page: 1, rectangle: [0, 0, 10, 10] })).toThrowError(
      expect.objectContaining({ data: expect.objectContaining({ why: 'direct' }) }),
    )
  })

  it('says how large the page is, as it is seen', async () => {
    const document = await pages(`${page}/Rotate 90/UserUnit 2`)
    expect(() => placeWidget(document, { page: 1, rectangle: [0, 0, 201, 10] })).toThrowError(
      expect.objectContaining({ code: 'ERR_PDF_PLACEMENT', data: { page: 1, why: 'outside', width: 200, height: 400 } }),
    )
  })

  it('a corner of another name is wrong use', async () => {
    const placement = JSON.parse('{"page":1,"corner":"middle","x":0,"y":0,"width":10,"height":10}') as Placement
    await expect(place(placement, page)).rejects.toMatchObject({ code: 'ERR_ARGUMENT', data: { argument: 'placement.corner' } })
  })
})
