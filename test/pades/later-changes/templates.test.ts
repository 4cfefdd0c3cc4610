import { describe, expect, it } from 'vitest'
import { append, CATALOG, changesAfter, codesAfter, kindAfter, type Objects, PAGE, signature, signed, stream } from './signed-file.ts'

const TEMPLATE = '/MediaBox [0 0 200 50] /Contents 4 0 R /Resources 5 0 R'
const FORM: Objects = { 1: `<<${CATALOG} /Names <</Templates <</Names [(blank) 40 0 R]>>>>>>`, 40: `<</Type /Template ${TEMPLATE}>>` }
const spawned = (more = '/TemplateInstantiated /blank', template = TEMPLATE): Objects => ({
  2: '<</Type /Pages /Kids [3 0 R 60 0 R] /Count 2>>',
  60: `<</Type /Page /Parent 2 0 R ${template} ${more}>>`,
})
const base = (objects: Objects = {}): Uint8Array => signed({ ...FORM, ...objects })
const certified = (p: number): Objects => ({
  9: signature('ETSI.CAdES.detached', `/Reference [<</TransformMethod /DocMDP /TransformParams <</P ${p}>>>>]`),
})

describe('page templates', () => {
  it('may become pages, from P=2 on', async () => {
    expect((await changesAfter(append(base(), spawned()))).changes).toMatchObject([{ code: 'templateSpawned', object: 60 }])
    expect(await codesAfter(append(base(certified(2)), spawned()))).toEqual(['explained', 'templateSpawned'])
    expect((await codesAfter(append(base(certified(1)), spawned())))[0]).toBe('unexplained')
  })

  it('are found in a tree of names', async () => {
    const tree = {
      1: `<<${CATALOG} /Names 41 0 R>>`,
      41: '<</Templates <</Kids [42 0 R 43 0 R]>>>>',
      42: '<</Limits [(a) (a)] /Names [(a) 3 0 R]>>',
      43: '<</Limits [(blank) (blank)] /Names [(blank) 40 0 R]>>',
    }
    expect(await codesAfter(append(base(tree), spawned()))).toEqual(['explained', 'templateSpawned'])
    expect(await kindAfter(append(base({ ...tree, 43: '<</Kids [43 0 R]>>' }), spawned()))).toBe('unexplained')
  })

  it.each<[string, Objects]>([
    ['no name', spawned('')],
    ['the name of no template', spawned('/TemplateInstantiated /other')],
    ['another content', { ...spawned(undefined, TEMPLATE.replace('4 0 R', '61 0 R')), 61: stream('(9000) Tj') }],
    ['something more', spawned('/TemplateInstantiated /blank /Rotate 90')],
    ['an action', spawned('/TemplateInstantiated /blank /AA <<>>')],
    ['a key twice', spawned('/TemplateInstantiated /blank /Contents 4 0 R')],
    ['another parent', { ...spawned(), 60: (spawned()[60] as string).replace('2 0 R', '5 0 R') }],
    ['a count that is wrong', { ...spawned(), 2: '<</Type /Pages /Kids [3 0 R 60 0 R] /Count 1>>' }],
    ['a page in place of another', { ...spawned(), 2: '<</Type /Pages /Kids [60 0 R] /Count 1>>' }],
    ['the same page twice', { ...spawned(), 2: '<</Type /Pages /Kids [3 0 R 60 0 R 60 0 R] /Count 3>>' }],
    ['an old object as page', { 2: '<</Type /Pages /Kids [3 0 R 40 0 R] /Count 2>>' }],
    ['something that all pages inherit', { ...spawned(), 2: '<</Type /Pages /Kids [3 0 R 60 0 R] /Count 2 /Rotate 90>>' }],
    ['a template that came with it', { ...spawned('/TemplateInstantiated /new'), 40: `<</Type /Template ${TEMPLATE} /Rotate 90>>` }],
  ])('do not become pages with %s', async (_name, update) => {
    expect(await kindAfter(append(base(), update))).toBe('unexplained')
  })

  it('are no reason to add the same page below another node', async () => {
    const nodes = {
      2: '<</Type /Pages /Kids [44 0 R] /Count 1>>',
      44: '<</Type /Pages /Parent 2 0 R /Kids [3 0 R] /Count 1>>',
      3: `<<${PAGE.replace('2 0 R', '44 0 R')}>>`,
    }
    const update = { 44: '<</Type /Pages /Parent 2 0 R /Kids [3 0 R 60 0 R] /Count 2>>', 60: (spawned()[60] as string).replace('2 0 R', '44 0 R') }
    expect(await kindAfter(append(base(nodes), update))).toBe('unexplained')
  })
})
