import { describe, expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { concat, latin1 } from '../../src/core/bytes.ts'
import type { DrawnAppearance } from '../../src/pades/appearance-form.ts'
import { importAppearance } from '../../src/pades/import-appearance.ts'
import type { Rotation } from '../../src/pades/placement.ts'
import {
  openPdf,
  PdfArray,
  type PdfDict,
  type PdfDocument,
  PdfName,
  type PdfNumber,
  type PdfObject,
  PdfPlaceholder,
  PdfRef,
  PdfStream,
  PdfUpdate,
  pdfDict,
  pdfStream,
} from '../../src/pdf/index.ts'
import { simplePdf } from '../pdf/sample.ts'
import { numbers, rectangleForm, written } from './hand-drawn.ts'

const base = simplePdf()
const box = { width: 120, height: 40 }

/** The imported form, read back from a file. */
async function imported(drawn: DrawnAppearance, rotate: Rotation = 0): Promise<{ document: PdfDocument; form: PdfStream; ref: PdfRef; added: number[] }> {
  const update = new PdfUpdate(await openPdf(base))
  const ref = importAppearance(update, drawn, rotate)
  const document = await openPdf(concat([base, update.build().bytes]))
  const form = document.get(ref)
  if (!(form instanceof PdfStream)) throw new Error('no stream')
  return { document, form, ref, added: Array.from(document.revisions[1]?.entries ?? [], ([number]) => number) }
}

const formDict = (more: Record<string, PdfObject> = {}): PdfObject =>
  pdfStream({ Subtype: new PdfName('Form'), BBox: numbers(0, 0, 10, 10), ...more }, latin1('n'))

/** What is wrong with an appearance. */
async function refusal(objects: readonly (readonly [number, PdfObject])[], form = 1): Promise<unknown> {
  const update = new PdfUpdate(await openPdf(base))
  try {
    importAppearance(update, { objects: new Map(objects), form }, 0)
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_ARGUMENT', data: { argument: 'appearance' } })
    return (error as { data: { detail: string } }).data.detail
  }
  return 'imported'
}

describe('a drawn appearance', () => {
  it('comes with what it needs, under numbers of the document, and nothing else', async () => {
    const { document, form, added } = await imported(rectangleForm(box))
    expect(added).toHaveLength(3)
    expect(Math.min(...added)).toBeGreaterThanOrEqual(100)
    expect(form.dict.get('Type')).toEqual(new PdfName('XObject'))
    expect(written(form.dict.get('BBox'))).toBe('[0 0 120 40]')
    expect(new TextDecoder().decode(document.streamData(form))).toContain('0 0 120 40 re f')
    const resources = document.resolve(form.dict.get('Resources')) as PdfDict
    const states = resources.get('ExtGState') as PdfDict
    const state = document.resolve(states.get('G')) as PdfDict
    // A circle among its objects stays one.
    expect(state.get('Parent')).toEqual(form.dict.get('Resources'))
  })

  it.each([
    [0, undefined],
    [90, '[0 1 -1 0 40 0]'],
    [180, '[-1 0 0 -1 120 40]'],
    [270, '[0 -1 1 0 0 120]'],
  ] as const)('is turned against a page that is turned by %i', async (rotate, matrix) => {
    const { form } = await imported(rectangleForm(box), rotate)
    expect(form.dict.get('Matrix') && written(form.dict.get('Matrix'))).toBe(matrix)
    // The turned box lies in the first quadrant, from the origin on: what /Rect is to hold.
    const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = form.dict.has('Matrix')
      ? (form.dict.get('Matrix') as PdfArray).items.map((one) => (one as PdfNumber).value)
      : []
    const points = [
      [0, 0],
      [120, 0],
      [0, 40],
      [120, 40],
    ].map(([x = 0, y = 0]) => [a * x + c * y + e, b * x + d * y + f] as const)
    expect([Math.min(...points.map(([x]) => x)), Math.min(...points.map(([, y]) => y))]).toEqual([0, 0])
    expect([Math.max(...points.map(([x]) => x)), Math.max(...points.map(([, y]) => y))]).toEqual(rotate % 180 === 0 ? [120, 40] : [40, 120])
  })

  it('is the same in whatever order its objects are given', async () => {
    const drawn = rectangleForm(box)
    const shuffled = { ...drawn, objects: new Map([...drawn.objects].reverse()) }
    const bytes = async (one: DrawnAppearance): Promise<string> => {
      const update = new PdfUpdate(await openPdf(base))
      importAppearance(update, one, 90)
      return new TextDecoder('latin1').decode(update.build().bytes)
    }
    expect(await bytes(shuffled)).toBe(await bytes(drawn))
  })

  it.each<[string, readonly (readonly [number, PdfObject])[], RegExp]>([
    ['no root', [], /object 1, which is not there/],
    ['a reference to nowhere', [[1, formDict({ Resources: new PdfRef(2) })]], /object 2, which is not there/],
    ['one deep inside', [[1, formDict({ Resources: pdfDict({ A: new PdfArray([pdfDict({ B: new PdfRef(5) })]) }) })]], /object 5/],
    ['another generation', [[1, formDict({ Resources: new PdfRef(1, 1) })]], /generation/],
    ['a root that is a dictionary', [[1, pdfDict({ Subtype: new PdfName('Form') })]], /no form XObject/],
    ['a root that is an image', [[1, pdfStream({ Subtype: new PdfName('Image') }, latin1(''))]], /no form XObject/],
    ['a matrix of its own', [[1, formDict({ Matrix: numbers(1, 0, 0, 1, 5, 5) })]], /Matrix/],
    ['a box that begins elsewhere', [[1, formDict({ BBox: numbers(1, 0, 10, 10) })]], /BBox/],
    ['a box of nothing', [[1, formDict({ BBox: numbers(0, 0, 0, 10) })]], /BBox/],
    ['no box', [[1, pdfStream({ Subtype: new PdfName('Form') }, latin1('n'))]], /BBox/],
    ['a stream of some file', [[1, new PdfStream(pdfDict({ Subtype: new PdfName('Form'), BBox: numbers(0, 0, 1, 1) }), 15, 3)]], /without its data/],
    ['data in another file', [[1, formDict({ F: new PdfName('x') })]], /another file/],
    ['a stream inside', [[1, formDict({ Resources: pdfDict({ X: formDict() }) })]], /no indirect object/],
    ['a placeholder', [[1, formDict({ X: new PdfPlaceholder('Contents', latin1('<00>')) })]], /placeholder/],
  ])('is refused with %s', async (_, objects, detail) => {
    expect(await refusal(objects)).toMatch(detail)
  })

  it('is bounded: in depth, and in how many objects there are', async () => {
    let deep: PdfObject = new PdfName('end')
    for (let i = 0; i < 2000; i++) deep = new PdfArray([deep])
    const update = new PdfUpdate(await openPdf(base))
    expect(() => importAppearance(update, { objects: new Map([[1, formDict({ X: deep })]]), form: 1 }, 0)).toThrowError(
      expect.objectContaining({ code: 'ERR_BUDGET_EXCEEDED' }),
    )
    expect(() => importAppearance(update, rectangleForm(box), 0, new Budget({ pdfObjects: 5 }))).toThrowError(
      expect.objectContaining({ code: 'ERR_BUDGET_EXCEEDED' }),
    )
  })
})
