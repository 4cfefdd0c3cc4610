import { describe, expect, it } from 'vitest'
import { ADDED, APPEARANCE, append, changesAfter, codesAfter, FILLED, kindAfter, type Objects, PAGE, signature, signed, stream } from './signed-file.ts'

const certified = (p: number): Objects => ({
  9: signature('ETSI.CAdES.detached', `/Reference [<</TransformMethod /DocMDP /TransformParams <</P ${p}>>>>]`),
})
const page = (annots: string, more = ''): Objects => ({ 3: `<<${PAGE} /Annots [8 0 R 10 0 R ${annots}]${more}>>` })
const note = (more = '', subtype = 'Text'): string => `<</Type /Annot /Subtype /${subtype} /Rect [100 10 120 30] /Contents (note) ${more}>>`
/** A note and a stamp that were there. */
const NOTED: Objects = { ...page('40 0 R 41 0 R'), 40: note(), 41: note('/AP <</N 42 0 R>>', 'Stamp'), 42: APPEARANCE }
const noted = (objects: Objects = {}): Uint8Array => signed({ ...NOTED, ...objects })

describe('annotations: what is permitted and told', () => {
  it('one more, with its page, kind and place', async () => {
    expect(await changesAfter(append(signed(), { ...page('60 0 R'), 60: note() }))).toEqual({
      kind: 'explained',
      changes: [{ code: 'annotationAdded', revision: 1, object: 60, page: 1, detail: 'Text annotation 60 at [100 10 120 30]' }],
    })
  })

  it('with its pop-up, its look, a file, and where it leads', async () => {
    const objects = {
      ...page('60 0 R 61 0 R 62 0 R 63 0 R'),
      60: note('/Popup 61 0 R /AP <</N 64 0 R>>'),
      61: '<</Type /Annot /Subtype /Popup /Rect [0 0 9 9] /Parent 60 0 R>>',
      62: note('/FS 65 0 R', 'FileAttachment'),
      63: note('/A <</S /URI /URI (https://example.org)>>', 'Link'),
      64: APPEARANCE,
      65: '<</Type /Filespec /F (a) /EF <</F 66 0 R>>>>',
      66: stream('file', '/Type /EmbeddedFile'),
    }
    expect(await codesAfter(append(signed(), objects))).toEqual(['explained', 'annotationAdded'])
  })

  it('changed, in what it says and how it is drawn', async () => {
    const updates: Objects[] = [
      { 40: note('/M (D:2026)').replace('(note)', '(other)') },
      { 40: note().replace('[100 10 120 30]', '[1 2 3 4]') },
      { 41: note('/AP <</N 60 0 R>>', 'Stamp'), 60: APPEARANCE },
      { 42: stream('1 g', '/Type /XObject /Subtype /Form /BBox [0 0 50 20]') },
      { 40: note('/A <</S /GoTo /D [3 0 R /Fit]>>') },
    ]
    for (const update of updates)
      expect((await changesAfter(append(noted(), update))).changes.map(({ code, page }) => [code, page])).toEqual([['annotationChanged', 1]])
  })

  it('taken away, and then freed', async () => {
    const gone = { ...page('41 0 R') }
    expect((await changesAfter(append(noted(), gone))).changes).toMatchObject([{ code: 'annotationRemoved', page: 1, object: 40 }])
    expect(await codesAfter(append(noted(), gone, { free: [40] }))).toEqual(['explained', 'annotationRemoved', 'objectRemoved'])
  })

  it('in an array of its own, old and new; written directly; with an order of tabs', async () => {
    const apart = signed({ 3: `<<${PAGE} /Annots 16 0 R>>`, 16: '[8 0 R 10 0 R]' })
    expect(await codesAfter(append(apart, { 16: '[8 0 R 10 0 R 60 0 R]', 60: note() }))).toEqual(['explained', 'annotationAdded'])
    const made = { 3: `<<${PAGE} /Annots 61 0 R /Tabs /S>>`, 61: '[8 0 R 10 0 R 60 0 R]', 60: note() }
    expect(await codesAfter(append(signed(), made))).toEqual(['explained', 'annotationAdded'])
    expect(await codesAfter(append(signed(), page(note())))).toEqual(['explained', 'annotationAdded'])
    expect(await codesAfter(append(signed({ 3: `<<${PAGE}>>`, 7: '<<>>' }), { 3: `<<${PAGE} /Annots [60 0 R]>>`, 60: note() }))).toEqual([
      'explained',
      'annotationAdded',
    ])
  })

  it('only at P=3', async () => {
    const updates: Objects[] = [{ ...page('40 0 R 41 0 R 60 0 R'), 60: note() }, { 40: note('/M (x)') }, { 42: stream('g', '/Subtype /Form') }, page('40 0 R')]
    for (const update of updates) {
      for (const p of [1, 2]) expect((await codesAfter(append(noted(certified(p)), update)))[1]).toBe('annotationForbidden')
      expect(await kindAfter(append(noted(certified(3)), update))).toBe('explained')
    }
  })
})

describe('annotations: what is not', () => {
  it.each<[string, Objects]>([
    ['one of a kind that plays', { ...page('40 0 R 41 0 R 60 0 R'), 60: note('', 'Screen') }],
    ['a widget of nothing', { ...page('40 0 R 41 0 R 60 0 R'), 60: note('', 'Widget') }],
    ['one that is a field as well', { ...page('40 0 R 41 0 R 60 0 R'), 60: note('/FT /Tx') }],
    ['one that runs a script', { ...page('40 0 R 41 0 R 60 0 R'), 60: note('/A <</S /JavaScript /JS (x)>>') }],
    ['one that runs something after it led on', { ...page('40 0 R 41 0 R 60 0 R'), 60: note('/A <</S /URI /URI (x) /Next [<</S /Launch>>]>>') }],
    ['one with actions of its own', { ...page('40 0 R 41 0 R 60 0 R'), 60: note('/AA <</E 61 0 R>>'), 61: '<</S /JavaScript /JS (x)>>' }],
    ['an old object', page('40 0 R 41 0 R 4 0 R')],
    ['a key that stands twice', { ...page('40 0 R 41 0 R 60 0 R'), 60: note('/Rect [0 0 1 1]') }],
    ['another order', page('41 0 R 40 0 R')],
    ['one twice', page('40 0 R 40 0 R 41 0 R')],
    ['a page with something else', page('40 0 R 41 0 R', ' /Rotate 90')],
    ['a page with an action', { ...page('40 0 R 41 0 R 60 0 R', ' /AA <<>>'), 60: note() }],
    ['tabs that are none', { ...page('40 0 R 41 0 R 60 0 R', ' /Tabs (S)'), 60: note() }],
    ['another kind', { 40: note('', 'Stamp') }],
    ['one that gets a script', { 40: note('/A <</S /JavaScript /JS (x)>>') }],
    ['one that gets actions', { 40: note('/AA <<>>') }],
    ['a look that the page draws', { 41: note('/AP <</N 5 0 R>>', 'Stamp'), 5: '<<>>' }],
    ['a widget taken away', { 3: `<<${PAGE} /Annots [8 0 R 40 0 R 41 0 R]>>` }],
    ['a widget that is moved', { 10: (FILLED[10] as string).replace('[10 10 60 30]', '[0 0 9 9]').replace(/\/V.*/, '>>') }],
  ])('%s', async (_name, update) => {
    expect(await kindAfter(append(noted(), update))).toBe('unexplained')
  })

  it('a look that something else draws too', async () => {
    const drawn = noted({ 5: '<</Font <</F1 6 0 R>> /XObject <</Stamp 42 0 R>>>>' })
    expect(await codesAfter(append(drawn, { 42: stream('g', '/Subtype /Form') }))).toEqual(['unexplained', 'objectShared'])
    const inside = noted({ 42: stream('/X Do', '/Subtype /Form /Resources <</XObject <</X 43 0 R>>>>'), 43: APPEARANCE })
    expect(await kindAfter(append(inside, { 43: stream('g', '/Subtype /Form') }))).toBe('unexplained')
  })

  it('the look of a signature under the name of a mark', async () => {
    const sealed = signed({ 10: FILLED[10] as string, 20: signature(), 21: APPEARANCE })
    expect(await codesAfter(append(sealed, { 21: stream('g', '/Subtype /Form') }))).toEqual(['unexplained', 'appearanceChanged'])
    expect(await kindAfter(append(append(signed(), ADDED), { 21: stream('g', '/Subtype /Form') }, {}), 1)).toBe('unexplained')
  })
})
