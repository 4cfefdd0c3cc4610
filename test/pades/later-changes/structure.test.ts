import { describe, expect, it } from 'vitest'
import { ADDED, append, CATALOG, codesAfter, FILLED, kindAfter, type Objects, PAGE, STORE, signed } from './signed-file.ts'

const element = (kids: string, more = '/S /Document /P 70 0 R'): string => `<</Type /StructElem ${more} /K ${kids}>>`
const NEW = '<</Type /StructElem /S /Form /P 71 0 R /K <</Type /OBJR /Pg 3 0 R /Obj 22 0 R>>>>'
/** A tagged document with an element for the page's content. */
const TAGGED: Objects = {
  1: `<<${CATALOG} /MarkInfo <</Marked true>> /StructTreeRoot 70 0 R>>`,
  70: '<</Type /StructTreeRoot /K 71 0 R /ParentTree 72 0 R /ParentTreeNextKey 1>>',
  71: element('[73 0 R]'),
  72: '<</Nums [0 [73 0 R]]>>',
  73: '<</Type /StructElem /S /P /P 71 0 R /Pg 3 0 R /K 0>>',
}
const ROOT = '<</Type /StructTreeRoot /K 71 0 R /ParentTree 72 0 R /ParentTreeNextKey 2>>'
/** The place of the new signature of {@link ADDED}. */
const GROWN: Objects = { ...ADDED, 70: ROOT, 71: element('[73 0 R 80 0 R]'), 72: '<</Nums [0 [73 0 R] 1 80 0 R]>>', 80: NEW }

describe('structure: what is permitted', () => {
  it('a place for a new signature, and for an annotation', async () => {
    expect(await codesAfter(append(signed(TAGGED), GROWN))).toEqual(['explained', 'signatureAdded', 'structureGrown'])
    const note = '<</Type /Annot /Subtype /Text /Rect [0 0 9 9] /StructParent 1>>'
    const annotated = { 3: `<<${PAGE} /Annots [8 0 R 10 0 R 22 0 R]>>`, 22: note, 70: ROOT, 71: element('[73 0 R 80 0 R]'), 72: GROWN[72] as string, 80: NEW }
    expect(await codesAfter(append(signed(TAGGED), annotated))).toEqual(['explained', 'annotationAdded', 'structureGrown'])
  })

  it('however the tree is written', async () => {
    const arrays = { ...TAGGED, 71: element('74 0 R'), 74: '[73 0 R]', 72: '<</Nums 75 0 R>>', 75: '[0 [73 0 R]]' }
    const grown = { ...ADDED, 74: '[73 0 R 80 0 R]', 75: '[0 [73 0 R] 1 80 0 R]', 80: NEW }
    expect(await codesAfter(append(signed(arrays), grown))).toEqual(['explained', 'signatureAdded', 'structureGrown'])
    const nodes = { ...TAGGED, 72: '<</Kids [76 0 R]>>', 76: '<</Limits [0 0] /Nums [0 [73 0 R]]>>' }
    const leaf = { ...GROWN, 72: '<</Kids [76 0 R 81 0 R]>>', 81: '<</Limits [1 1] /Nums [1 80 0 R]>>' }
    expect(await codesAfter(append(signed(nodes), leaf))).toEqual(['explained', 'signatureAdded', 'structureGrown'])
    const one = { ...TAGGED, 71: element('73 0 R') }
    expect(await codesAfter(append(signed(one), GROWN))).toEqual(['explained', 'signatureAdded', 'structureGrown'])
    const direct = { ...TAGGED, 70: '<</Type /StructTreeRoot /K [71 0 R] /ParentTree <</Nums [0 [73 0 R]]>>>>' }
    const inRoot = { ...GROWN, 70: '<</Type /StructTreeRoot /K [71 0 R] /ParentTree <</Nums [0 [73 0 R] 1 80 0 R]>>>>' }
    expect(await codesAfter(append(signed(direct), { ...inRoot, 72: TAGGED[72] as string }))).toContain('structureGrown')
  })

  it('with bookmarks that lead to elements', async () => {
    const outlined = {
      ...TAGGED,
      1: (TAGGED[1] as string).replace('/MarkInfo', '/Outlines 77 0 R /MarkInfo'),
      77: '<</First 78 0 R>>',
      78: '<</Title (a) /SE 71 0 R>>',
    }
    expect(await codesAfter(append(signed(outlined), GROWN))).toEqual(['explained', 'signatureAdded', 'structureGrown'])
  })
})

describe('structure: what is not', () => {
  it.each<[string, Objects]>([
    ['another order', { 71: element('[80 0 R 73 0 R 73 0 R]') }],
    ['a part taken away', { 71: element('[80 0 R]') }],
    ['another text for a part', { 73: '<</Type /StructElem /S /P /P 71 0 R /Pg 3 0 R /K 0 /ActualText (9000)>>' }],
    ['another kind of part', { 73: '<</Type /StructElem /S /Artifact /P 71 0 R /Pg 3 0 R /K 0>>' }],
    ['a new part with a text of its own', { 80: NEW.replace('/K', '/ActualText (9000) /K') }],
    ['a new part that has content of the page', { 80: NEW.replace(/\/K .*/, '/K 0>>') }],
    ['a new part around an old one', { 80: NEW.replace(/\/K .*/, '/K [73 0 R]>>') }],
    ['a new part of an old annotation', { 80: NEW.replace('22 0 R', '10 0 R') }],
    ['a number that leads elsewhere', { 72: '<</Nums [0 [80 0 R] 1 80 0 R]>>' }],
    ['a number that leads to an old part', { 72: '<</Nums [0 [73 0 R] 1 73 0 R]>>' }],
    ['a number twice', { 72: '<</Nums [0 [73 0 R] 0 80 0 R]>>' }],
    ['a number less', { 72: '<</Nums [1 80 0 R]>>' }],
    ['roles of parts', { 70: ROOT.replace('/K', '/RoleMap <</P /Artifact>> /K') }],
    ['a tree in place of the tree', { 70: ROOT.replace('72 0 R', '82 0 R'), 82: '<</Nums [1 80 0 R]>>' }],
    ['a key twice', { 70: ROOT.replace('/K', '/K 80 0 R /K') }],
  ])('%s', async (_name, objects) => {
    expect(await kindAfter(append(signed(TAGGED), { ...GROWN, ...objects }))).toBe('unexplained')
  })

  it('where nothing came that needs a place', async () => {
    const update = { 71: element('[73 0 R 80 0 R]'), 80: NEW.replace('22 0 R', '81 0 R'), 81: '<<>>' }
    expect(await kindAfter(append(signed(TAGGED), update))).toBe('unexplained')
    expect(await kindAfter(append(signed(TAGGED), { ...STORE, ...update }))).toBe('unexplained')
    expect(await kindAfter(append(signed(TAGGED), { ...FILLED, 73: (TAGGED[73] as string).replace('/K 0', '/K 1') }))).toBe('unexplained')
  })
})
