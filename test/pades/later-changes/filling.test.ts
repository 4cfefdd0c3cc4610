import { describe, expect, it } from 'vitest'
import { append, changesAfter, codesAfter, kindAfter, type Objects, PAGE, signature, signed, stream } from './signed-file.ts'

const widget = (name: string, type: string, more: string): string =>
  `<</FT /${type} /T (${name}) /Type /Annot /Subtype /Widget /F 4 /P 3 0 R /Rect [10 10 110 30] ${more}>>`
const text = (more = ''): string => widget('amount', 'Tx', more)
const box = (more = ''): string => widget('agree', 'Btn', `/AP <</N <</Yes 44 0 R>>>> ${more}`)
const choice = (more = ''): string => widget('colour', 'Ch', `/Ff 131072 /Opt [(red) (blue)] ${more}`)
const form = (shown: string): string =>
  stream(`BT /F1 10 Tf 2 4 Td (${shown}) Tj ET`, '/Type /XObject /Subtype /Form /BBox [0 0 100 20] /Resources <</Font <</F1 6 0 R>>>>')
/** A form with a field of each kind. */
const FORM: Objects = {
  3: `<<${PAGE} /Annots [8 0 R 10 0 R 40 0 R 41 0 R 42 0 R 45 0 R 46 0 R]>>`,
  7: '<</Fields [8 0 R 10 0 R 40 0 R 41 0 R 42 0 R 43 0 R] /SigFlags 3>>',
  40: text(),
  41: box('/AS /Off'),
  42: choice(),
  43: '<</FT /Tx /T (name) /Kids [45 0 R 46 0 R]>>',
  44: form('x'),
  45: '<</Subtype /Widget /Parent 43 0 R /Rect [10 10 110 30]>>',
  46: '<</Subtype /Widget /Parent 43 0 R /Rect [10 40 110 60]>>',
}
const base = (objects: Objects = {}): Uint8Array => signed({ ...FORM, ...objects })
const certified = (p: number): Objects => ({
  9: signature('ETSI.CAdES.detached', `/Reference [<</TransformMethod /DocMDP /TransformParams <</P ${p}>>>>]`),
})

describe('filling: what is permitted', () => {
  it('a text with what shows it, told with the field and its value', async () => {
    const { kind, changes } = await changesAfter(append(base(), { 40: text('/V (100) /AP <</N 60 0 R>>'), 60: form('100') }))
    expect(kind).toBe('explained')
    expect(changes).toEqual([{ code: 'fieldFilled', revision: 1, field: 'amount', object: 40, detail: 'field "amount" from nothing to "100"' }])
  })

  it('a value of every kind', async () => {
    const updates: Objects[] = [
      { 40: text('/V (100)') },
      { 40: text('/V 60 0 R'), 60: stream('100') },
      { 40: text('/V 60 0 R'), 60: '(100)' },
      { 41: box('/V /Yes /AS /Yes') },
      { 41: box('/V /Off /AS /Off') },
      { 42: choice('/V (red) /I [0]') },
      { 42: choice('/V [(red) (blue)] /I [0 1] /TI 0') },
      { 40: text('/V () /M (D:2026)') },
    ]
    for (const update of updates) expect(await codesAfter(append(base(), update))).toEqual(['explained', 'fieldFilled'])
  })

  it('widgets apart from their field, and the stream that is drawn alone', async () => {
    const kids = {
      43: '<</FT /Tx /T (name) /Kids [45 0 R 46 0 R] /V (An)>>',
      45: '<</Subtype /Widget /Parent 43 0 R /Rect [10 10 110 30] /AP <</N 60 0 R>>>>',
      60: form('An'),
    }
    expect(await codesAfter(append(base(), kids))).toEqual(['explained', 'fieldFilled'])
    const drawn = base({ 40: text('/V (1) /AP <</N 47 0 R>>'), 47: form('1') })
    expect(await codesAfter(append(drawn, { 40: text('/V (2) /AP <</N 47 0 R>>'), 47: form('2') }))).toEqual(['explained', 'fieldFilled'])
    const apart = base({ 40: text('/V (1) /AP 48 0 R'), 47: form('1'), 48: '<</N 47 0 R>>' })
    expect(await codesAfter(append(apart, { 40: text('/V (2) /AP 48 0 R'), 48: '<</N 60 0 R>>', 60: form('2') }))).toEqual(['explained', 'fieldFilled'])
  })

  it('emptied again, without a look', async () => {
    const filled = base({ 40: text('/V (1) /AP <</N 47 0 R>>'), 47: form('1') })
    expect(await codesAfter(append(filled, { 40: text() }))).toEqual(['explained', 'fieldFilled'])
  })

  it('from P=2 on', async () => {
    const update = { 40: text('/V (100)') }
    expect(await codesAfter(append(base(certified(1)), update))).toEqual(['unexplained', 'fillingForbidden'])
    for (const p of [2, 3]) expect(await codesAfter(append(base(certified(p)), update))).toEqual(['explained', 'fieldFilled'])
  })
})

describe('filling: what is not', () => {
  it.each<[string, Objects]>([
    ['a look without a value', { 40: text('/AP <</N 60 0 R>>'), 60: form('9') }],
    ['a look that says something else', { 40: text('/V (1) /AP <</N 60 0 R>>'), 60: form('9') }],
    ['a look that was there for something else', { 40: text('/V (x) /AP <</N 44 0 R>>') }],
    ['the content of the page as a look', { 40: text('/V (1000) /AP <</N 4 0 R>>') }],
    ['looks by states', { 40: text('/V (x) /AP <</N <</a 60 0 R>>>>'), 60: form('x') }],
    ['a look when the mouse is over it', { 40: text('/V (x) /AP <</R 60 0 R>>'), 60: form('x') }],
    ['another place', { 40: text('/V (x)').replace('[10 10 110 30]', '[0 0 200 50]') }],
    ['another name', { 40: text('/V (x)').replace('amount', 'other') }],
    ['other flags', { 40: text('/V (x) /Ff 1') }],
    ['a hidden widget', { 40: text('/V (x)').replace('/F 4', '/F 2') }],
    ['another default appearance', { 40: text('/V (x) /DA (1 g)') }],
    ['an action', { 40: text('/V (x) /AA <<>>') }],
    ['a value that stands twice', { 40: text('/V (x) /V (y)') }],
    ['a value that was there for something else', { 40: text('/V 4 0 R') }],
    ['a value of another kind', { 40: text('/V /x') }],
    ['a check mark that the widget does not have', { 41: box('/V /No /AS /No') }],
    ['a check mark against the value', { 41: box('/V /Off /AS /Yes') }],
    ['a check mark without value', { 41: box('/AS /Yes') }],
    ['a text for a check mark', { 41: box('/V (Yes) /AS /Yes') }],
    ['a check mark that is drawn anew', { 41: box('/V /Yes /AS /Yes').replace('44 0 R', '60 0 R'), 60: form('x') }],
    ['other options', { 42: choice('/V (green)').replace('(blue)', '(green)') }],
    ['a choice of something else', { 42: choice('/V <</x 1>>') }],
    ['indices that are none', { 42: choice('/V (red) /I [(0)]') }],
    ['a field of another type', { 40: text('/V (x)').replace('/FT /Tx', '/FT /Ch') }],
    [
      'a widget of it that is moved',
      { 43: '<</FT /Tx /T (name) /Kids [45 0 R 46 0 R] /V (x)>>', 45: '<</Subtype /Widget /Parent 43 0 R /Rect [0 0 200 50]>>' },
    ],
    ['a widget of it drawn with no value', { 45: '<</Subtype /Widget /Parent 43 0 R /Rect [10 10 110 30] /AP <</N 60 0 R>>>>', 60: form('9') }],
    ['a widget that is left out', { 43: '<</FT /Tx /T (name) /Kids [45 0 R] /V (x)>>' }],
  ])('%s', async (_name, update) => {
    expect(await kindAfter(append(base(), update))).toBe('unexplained')
  })

  it.each<[string, Objects, Objects]>([
    ['a field that is read only', { 40: text('/Ff 1') }, { 40: text('/Ff 1 /V (x)') }],
    ['a push button', { 41: box('/Ff 65536') }, { 41: box('/Ff 65536 /V /Yes') }],
    ['a field that the form does not reach', { 7: '<</Fields [8 0 R 10 0 R] /SigFlags 3>>' }, { 40: text('/V (x)') }],
    ['a field that two keys name', { 40: text('/T (other)') }, { 40: text('/T (other) /V (x)') }],
  ])('%s', async (_name, before, update) => {
    expect(await kindAfter(append(base(before), update))).toBe('unexplained')
  })

  it('readers asked to draw everything anew', async () => {
    const form = `${(FORM[7] as string).slice(0, -2)} /NeedAppearances true>>`
    expect(await codesAfter(append(base(), { 7: form }))).toEqual(['unexplained', 'formChanged'])
  })

  it('fonts of the form exchanged; more of them may come', async () => {
    const dr = (fonts: string): string => `${(FORM[7] as string).slice(0, -2)} /DR <</Font <<${fonts}>>>>>>`
    const had = base({ 7: dr('/F1 6 0 R') })
    const filled = { 40: text('/V (x)') }
    const font = { 60: '<</Type /Font /Subtype /Type1 /BaseFont /Courier>>' }
    expect(await codesAfter(append(had, { ...filled, ...font, 7: dr('/F1 6 0 R /F2 60 0 R') }))).toEqual(['explained', 'fieldFilled'])
    expect((await codesAfter(append(had, { ...filled, ...font, 7: dr('/F1 60 0 R') }))).slice(0, 2)).toEqual(['unexplained', 'formChanged'])
    expect(await codesAfter(append(had, { ...font, 7: dr('/F1 6 0 R /F2 60 0 R') }))).toContain('formChanged')
  })
})
