/** A widget's place in the structure of a tagged PDF (ISO 32000-2 §14.7). */
import { beforeAll, describe, expect, it } from 'vitest'
import { type PdfArray, PdfDict, type PdfNumber, PdfRef } from '../../src/pdf/index.ts'
import { BASIC, type Objects, simplePdf } from '../pdf/sample.ts'
import { type LabSetting, setting, sign, verdict } from '../verify/lab-pdf.ts'
import { compressedPdf, type Opened, opened, rectangleAppearance, written } from './hand-drawn.ts'

let made: LabSetting
beforeAll(async () => {
  made = await setting()
})

const visible = { appearance: rectangleAppearance(), placement: { page: 1, rectangle: [10, 20, 60, 30] } } as const

/** A tagged document: the tree is object 10, its top element 11, the parent tree 12. */
const TAGGED: Objects = {
  ...BASIC,
  1: '<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot 10 0 R>>',
  3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/StructParents 0>>',
  10: '<</Type/StructTreeRoot/K 11 0 R/ParentTree 12 0 R/ParentTreeNextKey 1>>',
  11: '<</Type/StructElem/S/Document/P 10 0 R/K[13 0 R]>>',
  12: '<</Nums[0[13 0 R]]>>',
  13: '<</Type/StructElem/S/P/P 11 0 R/Pg 3 0 R/K 0>>',
}

interface Tagged extends Opened {
  readonly root: PdfDict
  /** Key of the widget in the parent tree. */
  readonly key: number | undefined
  /** The element that holds the widget. */
  readonly element: PdfDict
}

async function signed(objects: Objects = {}, file: (objects: Objects) => Uint8Array = simplePdf): Promise<Tagged> {
  const pdf = await sign(made, { field: 'A', visible }, file({ ...TAGGED, ...objects }))
  expect(await verdict(pdf, made.options)).toBe('TOTAL-PASSED')
  const read = await opened(pdf)
  const { document, dict } = read
  const key = (document.resolve(read.field('A').get('StructParent')) as PdfNumber | null)?.value
  const elements = read.changed.map((number) => document.get(number)).filter((one) => one instanceof PdfDict && written(one.get('S')) === '/Form')
  return { ...read, root: dict(document.catalog.get('StructTreeRoot')), key, element: elements[0] as PdfDict }
}

/** Entries of all leaves of a number tree, read without any of the code that wrote them. */
function leaves({ document, dict }: Opened, object: Parameters<Opened['dict']>[0]): string[] {
  const node = dict(object)
  const kids = document.resolve(node.get('Kids'))
  const limits = node.has('Limits') ? `${written(document.resolve(node.get('Limits')))}: ` : ''
  if (kids) return (kids as PdfArray).items.flatMap((kid) => leaves({ document, dict } as Opened, kid).map((leaf) => `${limits}${leaf}`))
  const items = (document.resolve(node.get('Nums')) as PdfArray).items
  return [
    `${limits}${items
      .filter((_, i) => i % 2 === 0)
      .map(written)
      .join(' ')}`,
  ]
}

describe('a visible signature of a tagged document', () => {
  it('has an element with a reference to it, behind all others, and an entry in the parent tree', async () => {
    const read = await signed()
    const { document, root, key, element, dict } = read
    expect(key).toBe(1)
    expect(written(root.get('ParentTreeNextKey'))).toBe('2')
    const items = (document.resolve(dict(root.get('ParentTree')).get('Nums')) as PdfArray).items
    expect(items.map((item) => written(item)).slice(0, 3)).toEqual(['0', '[13 0 R]', '1'])
    expect(document.resolve(items[3])).toBe(element)
    const kids = (dict(new PdfRef(11)).get('K') as PdfArray).items
    expect([written(kids[0]), document.resolve(kids[1])]).toEqual(['13 0 R', element])
    expect([written(element.get('P')), written(element.get('Pg'))]).toEqual(['11 0 R', '3 0 R'])
    const reference = dict(element.get('K'))
    expect([written(reference.get('Type')), written(reference.get('Pg'))]).toEqual(['/OBJR', '3 0 R'])
    expect(document.resolve(reference.get('Obj'))).toBe(read.field('A'))
    expect(written(dict(new PdfRef(3)).get('Tabs'))).toBe('/S')
    // What was there is written again only where something was put behind it.
    expect(read.changed.filter((number) => number <= 13)).toEqual([1, 3, 10, 11, 12])
  })

  it('also where all of it lies in an object stream', async () => {
    const { key, element } = await signed({}, compressedPdf)
    expect([key, written(element.get('P'))]).toEqual([1, '11 0 R'])
  })

  it.each<[string, Objects, string, string]>([
    ['none', { 10: '<</Type/StructTreeRoot/ParentTree 12 0 R>>' }, '10 0 R', '[NEW]'],
    ['one that is no array', { 11: '<</Type/StructElem/S/Document/P 10 0 R/K 13 0 R>>' }, '11 0 R', '[13 0 R NEW]'],
    ['several at the top', { 10: '<</Type/StructTreeRoot/K[11 0 R 13 0 R]/ParentTree 12 0 R>>' }, '10 0 R', '[11 0 R 13 0 R NEW]'],
    ['one at the top, in an array', { 10: '<</Type/StructTreeRoot/K[11 0 R]/ParentTree 12 0 R>>' }, '11 0 R', '[13 0 R NEW]'],
    ['a number', { 11: '<</Type/StructElem/S/Document/P 10 0 R/K 4>>' }, '11 0 R', '[4 NEW]'],
    ['an array of its own object', { 11: '<</Type/StructElem/S/Document/P 10 0 R/K 14 0 R>>', 14: '[13 0 R]' }, '11 0 R', '[13 0 R NEW]'],
  ])('where the elements are %s', async (_, objects, parent, kids) => {
    const { document, element, dict, changed } = await signed(objects)
    expect(written(element.get('P'))).toBe(parent)
    const holder = dict(element.get('P'))
    const array = document.resolve(holder.get('K')) as PdfArray
    expect(`[${array.items.map((item) => (document.resolve(item) === element ? 'NEW' : written(item))).join(' ')}]`).toBe(kids)
    if (objects[14]) expect(changed.filter((number) => number === 11 || number === 14)).toEqual([14])
  })

  it('is of the namespace of the element that it stands in', async () => {
    const { element } = await signed({
      11: '<</Type/StructElem/S/Document/P 10 0 R/K[13 0 R]/NS 14 0 R>>',
      14: '<</Type/Namespace/NS(http://iso.org/pdf2/ssn)>>',
    })
    expect(written(element.get('NS'))).toBe('14 0 R')
  })

  it('leaves an order of tabs that the page has', async () => {
    const { dict } = await signed({ 3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Tabs/R>>' })
    expect(written(dict(new PdfRef(3)).get('Tabs'))).toBe('/R')
  })
})

describe('the parent tree', () => {
  it('with branches grows in its last leaf, with all limits above it', async () => {
    const read = await signed({
      12: '<</Kids[14 0 R 15 0 R]>>',
      14: '<</Limits[0 1]/Nums[0[13 0 R]1[13 0 R]]>>',
      15: '<</Limits[2 9]/Kids[16 0 R 17 0 R]>>',
      16: '<</Limits[2 3]/Nums[2 13 0 R 3 13 0 R]>>',
      17: '<</Limits[7 9]/Nums 18 0 R>>',
      18: '[7 13 0 R 9 13 0 R]',
    })
    expect(read.key).toBe(10)
    expect(leaves(read, read.root.get('ParentTree'))).toEqual(['[0 1]: 0 1', '[2 10]: [2 3]: 2 3', '[2 10]: [7 10]: 7 9 10'])
    expect(read.changed.filter((number) => number >= 10 && number <= 18)).toEqual([10, 11, 15, 17, 18])
    expect(written(read.root.get('ParentTreeNextKey'))).toBe('11')
  })

  it.each<[string, Objects, number, string[]]>([
    ['is not there', { 10: '<</Type/StructTreeRoot/K 11 0 R>>' }, 0, ['0']],
    ['is not there, but a next number is', { 10: '<</Type/StructTreeRoot/K 11 0 R/ParentTreeNextKey 7>>' }, 7, ['7']],
    ['is empty', { 12: '<<>>' }, 1, ['1']],
    ['lies in the root', { 10: '<</Type/StructTreeRoot/K 11 0 R/ParentTree<</Nums[0[13 0 R]4[13 0 R]]>>/ParentTreeNextKey 2>>' }, 5, ['0 4 5']],
    ['has numbers in an object of their own', { 12: '<</Nums 14 0 R>>', 14: '[0[13 0 R]]' }, 1, ['0 1']],
    ['says nothing of a next number', { 10: '<</Type/StructTreeRoot/K 11 0 R/ParentTree 12 0 R>>' }, 1, ['0 1']],
    ['has given a higher number away', { 10: '<</Type/StructTreeRoot/K 11 0 R/ParentTree 12 0 R/ParentTreeNextKey 100>>' }, 100, ['0 100']],
    ['has a next number below zero', { 10: '<</Type/StructTreeRoot/K 11 0 R/ParentTree 12 0 R/ParentTreeNextKey -3>>' }, 1, ['0 1']],
  ])('that %s', async (_, objects, key, expected) => {
    const read = await signed(objects)
    expect([read.key, leaves(read, read.root.get('ParentTree'))]).toEqual([key, expected])
  })
})

describe('nothing is tagged', () => {
  it.each<[string, Objects]>([
    ['where the document does not say that it is tagged', { 1: '<</Type/Catalog/Pages 2 0 R/StructTreeRoot 10 0 R>>' }],
    ['where it says that it is not', { 1: '<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked false>>/StructTreeRoot 10 0 R>>' }],
    ['where there is no tree', { 1: '<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>>>' }],
    ['where the tree is no object of its own', { 1: '<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot<</K 11 0 R>>>>' }],
    ['where the parent tree is not there', { 12: 'null' }],
    ['where the parent tree goes round', { 12: '<</Kids[12 0 R]>>' }],
    ['where the parent tree goes round below', { 12: '<</Kids[14 0 R]>>', 14: '<</Kids[14 0 R]>>' }],
    ['where a branch of it is no object of its own', { 12: '<</Kids[<</Nums[0 13 0 R]>>]>>' }],
  ])('%s', async (_, objects) => {
    const pdf = await sign(made, { field: 'A', visible }, simplePdf({ ...TAGGED, ...objects }))
    const { field, changed } = await opened(pdf)
    expect(field('A').has('StructParent')).toBe(false)
    expect(changed.filter((number) => number >= 10 && number <= 14)).toEqual([])
    expect(await verdict(pdf, made.options)).toBe('TOTAL-PASSED')
  })

  it('for a signature that is not seen, or whose field was there', async () => {
    const { changed } = await opened(await sign(made, { field: 'A' }, simplePdf(TAGGED)))
    expect(changed.filter((number) => number >= 10 && number <= 13)).toEqual([])
    const base = simplePdf({
      ...TAGGED,
      1: '<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot 10 0 R/AcroForm<</Fields[5 0 R]>>>>',
      3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Annots[5 0 R]>>',
      5: '<</FT/Sig/T(A)/Type/Annot/Subtype/Widget/Rect[0 0 10 10]/StructParent 0>>',
    })
    const filled = await opened(await sign(made, { field: 'A', visible: { appearance: visible.appearance } }, base))
    expect(filled.changed.filter((number) => number >= 10 && number <= 13)).toEqual([])
    expect(written(filled.field('A').get('StructParent'))).toBe('0')
  })

  it('under an earlier signature, which holds for every verifier then', async () => {
    const first = await sign(made, { field: 'A', visible }, simplePdf(TAGGED))
    const second = await sign(made, { field: 'B', visible: { ...visible, placement: { page: 1, rectangle: [10, 60, 60, 30] } } }, first)
    const { field, changed, dict } = await opened(second)
    expect([field('A').has('StructParent'), field('B').has('StructParent')]).toEqual([true, false])
    expect(changed.filter((number) => number >= 10 && number <= 13)).toEqual([])
    expect((dict(new PdfRef(3)).get('Annots') as PdfArray).items).toHaveLength(2)
    expect(await verdict(second, made.options)).toBe('TOTAL-PASSED')
  })
})
