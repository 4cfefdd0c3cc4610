import { describe, expect, it } from 'vitest'
import { Paths } from '../../../src/pades/later-changes/paths.ts'
import { openPdf } from '../../../src/pdf/index.ts'
import { append, CATALOG, changesAfter, type Objects, PAGE, signed, stream } from './signed-file.ts'

async function placeOf(object: number, objects: Objects = {}): Promise<unknown> {
  return new Paths(await openPdf(signed(objects))).placeOf(object)
}

describe('the way to an object', () => {
  it('begins at the trailer and names the page', async () => {
    expect(await placeOf(1)).toEqual({ path: '/Root' })
    expect(await placeOf(4)).toEqual({ path: '/Root/Pages/Kids[0]/Contents', page: 1 })
    expect(await placeOf(6)).toEqual({ path: '/Root/Pages/Kids[0]/Resources/Font/F1', page: 1 })
    expect(await placeOf(11)).toEqual({ path: '/Info' })
    expect(await placeOf(9)).toEqual({ path: '/Root/AcroForm/Fields[0]/V' })
  })

  it('is empty where nothing leads there', async () => {
    expect(await placeOf(15)).toEqual({})
    expect(await placeOf(99)).toEqual({})
  })

  it('goes back only where nothing leads forward', async () => {
    // A bookmark leads to the page before the page tree does.
    const outlines = { 1: `<</Type /Catalog /Outlines 40 0 R /Pages 2 0 R>>`, 40: '<</First 41 0 R>>', 41: '<</Dest [3 0 R /Fit]>>' }
    expect(await placeOf(3, outlines)).toEqual({ path: '/Root/Pages/Kids[0]', page: 1 })
    expect(await placeOf(43, { 1: `<<${CATALOG} /X 42 0 R>>`, 42: '<</Parent 43 0 R>>', 43: '<<>>' })).toEqual({ path: '/Root/X/Parent' })
  })

  it('is cut where it is long, and ends where it goes round', async () => {
    const chain = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [100 + i, `<</Next ${101 + i} 0 R /Up ${100 + Math.max(0, i - 1)} 0 R>>`]))
    const { path } = (await placeOf(199, { 1: `<<${CATALOG} /X 100 0 R>>`, ...chain })) as { path: string }
    expect(path).toMatch(/^\/Root\/X\/Next.*….*\/Next$/)
    expect(path.length).toBeLessThan(300)
  })
})

describe('what stands against a signature is named by where it is', () => {
  it.each<[string, Objects, Objects, object]>([
    ['the content of a page', {}, { 4: stream('x') }, { code: 'contentChanged', path: '/Root/Pages/Kids[0]/Contents', page: 1 }],
    ['a font', {}, { 6: '<</Type /Font>>' }, { code: 'fontChanged', page: 1 }],
    [
      'a script',
      { 1: `<<${CATALOG} /OpenAction 40 0 R>>`, 40: '<</S /JavaScript /JS (a)>>' },
      { 40: '<</S /JavaScript /JS (b)>>' },
      { code: 'actionsChanged' },
    ],
    ['an attachment', { 1: `<<${CATALOG} /AF [40 0 R]>>`, 40: '<</EF <</F 41 0 R>>>>', 41: stream('a') }, { 41: stream('b') }, { code: 'attachmentsChanged' }],
    ['a layer', { 1: `<<${CATALOG} /OCProperties 40 0 R>>`, 40: '<</D <<>>>>' }, { 40: '<<>>' }, { code: 'layersChanged' }],
    ['a bookmark', { 1: `<<${CATALOG} /Outlines 40 0 R>>`, 40: '<</Title (a)>>' }, { 40: '<</Title (b)>>' }, { code: 'navigationChanged' }],
    ['the structure', { 1: `<<${CATALOG} /StructTreeRoot 40 0 R>>`, 40: '<</K 1>>' }, { 40: '<</K 2>>' }, { code: 'structureChanged' }],
    ['a signature', {}, { 9: '<<>>' }, { code: 'signatureChanged' }],
    ['document properties', {}, { 11: '<</Title (b)>>' }, { code: 'metadataChanged', path: '/Info' }],
    ['what is nowhere', {}, { 13: '[6 0 R]' }, { code: 'objectChanged' }],
    [
      'what was somewhere',
      { 3: `<<${PAGE} /Annots [8 0 R 10 0 R] /Thumb 40 0 R>>`, 40: '[1]' },
      { 3: `<<${PAGE} /Annots [8 0 R 10 0 R]>>`, 40: '[2]' },
      { code: 'pageChanged' },
    ],
  ])('%s', async (_name, before, update, expected) => {
    const { kind, changes } = await changesAfter(append(signed(before), update))
    expect(kind).toBe('unexplained')
    expect(changes).toContainEqual(expect.objectContaining(expected))
  })
})
