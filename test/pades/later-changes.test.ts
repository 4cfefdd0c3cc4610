import { describe, expect, it } from 'vitest'
import { concat, fromLatin1, latin1 } from '../../src/core/bytes.ts'
import {
  ADDED,
  APPEARANCE,
  append,
  CATALOG,
  CONTENT,
  changesAfter,
  codesAfter,
  FILLED,
  field,
  kindAfter,
  metadata,
  type Objects,
  PAGE,
  SIGNED,
  STORE,
  signature,
  signed,
  stream,
  TIMESTAMP,
  without,
} from './later-changes/signed-file.ts'

describe('later changes: nothing', () => {
  it('tells the last revision from one that is followed', async () => {
    expect(await changesAfter(signed())).toEqual({ kind: 'none', changes: [] })
    expect(await codesAfter(append(signed(), {}))).toEqual(['explained'])
    expect(await codesAfter(signed(), 1)).toEqual(['unexplained', 'revisionMissing'])
    expect(await codesAfter(signed(), -1)).toEqual(['unexplained', 'revisionMissing'])
  })

  it('lets white space follow and nothing else', async () => {
    expect(await codesAfter(concat([signed(), latin1('\r\n\0\0 \t\f')]))).toEqual(['none'])
    expect(await codesAfter(concat([signed(), latin1(`4 0 obj\n${stream('(9000) Tj')}\nendobj\n`)]))).toEqual(['unexplained', 'trailingBytes'])
    expect(await codesAfter(concat([append(signed(), FILLED), latin1('x')]))).toEqual(['unexplained', 'trailingBytes'])
  })

  it('knows an object that was written again', async () => {
    expect(await codesAfter(append(signed(), { 3: SIGNED[3] as string, 4: SIGNED[4] as string }))).toEqual(['explained', 'objectRewritten'])
    expect(await codesAfter(append(signed(), { 2: '<< /Count 1 /Kids[ 3 0 R ]/Type/P#61ges >>' }))).toEqual(['explained', 'objectRewritten'])
  })
})

describe('later changes: signatures', () => {
  it('explains a signature in an empty field', async () => {
    const detail = 'field "Second", which was empty, visible at [10 10 60 30]'
    const place = { field: 'Second', page: 1 }
    expect(await changesAfter(append(signed(), FILLED))).toEqual({ kind: 'explained', changes: [{ code: 'signatureAdded', revision: 1, detail, ...place }] })
  })

  it('explains a signature in a new field', async () => {
    const detail = 'field "Third", new, visible at [100 10 150 30]'
    const place = { field: 'Third', page: 1 }
    expect(await changesAfter(append(signed(), ADDED))).toEqual({ kind: 'explained', changes: [{ code: 'signatureAdded', revision: 1, detail, ...place }] })
  })

  it('explains it with /Annots and /Fields in arrays of their own, old and new', async () => {
    const base = signed({ 3: `<<${PAGE} /Annots 16 0 R>>`, 16: '[8 0 R 10 0 R]', 7: '<</Fields 17 0 R /SigFlags 3>>', 17: '[8 0 R 10 0 R]' })
    const grown = { ...without(ADDED, 3, 7), 16: '[8 0 R 10 0 R 22 0 R]', 17: '[8 0 R 10 0 R 22 0 R]' }
    expect(await codesAfter(append(base, grown))).toEqual(['explained', 'signatureAdded'])
    const arrays = { 3: `<<${PAGE} /Annots 40 0 R>>`, 40: '[22 0 R 8 0 R 10 0 R]', 7: '<</Fields 41 0 R /SigFlags 3>>', 41: '[8 0 R 22 0 R 10 0 R]' }
    expect(await codesAfter(append(signed(), { ...ADDED, ...arrays }))).toEqual(['explained', 'signatureAdded'])
  })

  it('explains a field with widgets of its own', async () => {
    const widget = '<</Type /Annot /Subtype /Widget /Parent 22 0 R /Rect [1 1 9 9] /AP <</N 21 0 R>>>>'
    const widgets = {
      22: '<</FT /Sig /T (Third) /V 20 0 R /Kids [23 0 R 24 0 R]>>',
      23: widget,
      24: widget,
      3: `<<${PAGE} /Annots [8 0 R 10 0 R 23 0 R 24 0 R]>>`,
    }
    expect(await codesAfter(append(signed(), { ...ADDED, ...widgets }))).toEqual(['explained', 'signatureAdded'])
    expect(await kindAfter(append(signed(), { ...ADDED, ...widgets, 24: widget.replace('22 0 R', '10 0 R') }))).toBe('unexplained')
    expect(await kindAfter(append(signed(), { ...ADDED, ...widgets, 24: widget.replace('/Rect', '/A <</S /Launch>> /Rect') }))).toBe('unexplained')
  })

  it('explains a field below another one, and one whose widget stands apart', async () => {
    const base = signed({ 7: '<</Fields [8 0 R 10 0 R 14 0 R] /SigFlags 3>>' })
    const inner = { 15: field('Inner', '/Parent 14 0 R /Rect [70 10 90 30] /V 20 0 R'), 20: signature() }
    expect((await changesAfter(append(base, inner))).changes.map(({ detail }) => detail)).toEqual([
      'field "Group.Inner", which was empty, visible at [70 10 90 30]',
    ])
    const apart = signed({ 10: '<</FT /Sig /T (Second) /Kids [16 0 R]>>', 16: '<</Subtype /Widget /Parent 10 0 R /Rect [1 1 9 9]>>' })
    const filled = {
      ...FILLED,
      10: '<</FT /Sig /T (Second) /Kids [16 0 R] /V 20 0 R>>',
      16: '<</Subtype /Widget /Parent 10 0 R /Rect [1 1 9 9] /AP <</N 21 0 R>>>>',
    }
    expect((await changesAfter(append(apart, filled))).changes.map(({ detail }) => detail)).toEqual(['field "Second", which was empty, visible at [1 1 9 9]'])
  })

  it('explains a form that was not there, with what programs put into it', async () => {
    const base = signed({ 1: '<</Type /Catalog /Pages 2 0 R>>', 3: `<<${PAGE}>>`, 7: 'null' })
    const form = '<</Fields [22 0 R] /SigFlags 3 /DA (/Helv 0 Tf 0 g) /DR <</Font <</Helv 23 0 R>>>>>>'
    const objects = {
      ...without(ADDED, 7),
      1: '<</Type /Catalog /Pages 2 0 R /AcroForm 24 0 R>>',
      3: `<<${PAGE} /Annots [22 0 R]>>`,
      23: '<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>',
      24: form,
    }
    expect(await codesAfter(append(base, objects))).toEqual(['explained', 'signatureAdded'])
    expect(await codesAfter(append(base, { ...objects, 24: form.replace('/DA', '/NeedAppearances true /DA') }))).toEqual(['unexplained', 'formChanged'])
  })

  it('lets default appearances come only where no text is drawn by them', async () => {
    const defaults = { ...ADDED, 7: '<</Fields [8 0 R 10 0 R 22 0 R] /SigFlags 3 /DA (/Helv 0 Tf 1 g)>>' }
    expect(await kindAfter(append(signed(), defaults))).toBe('explained')
    const base = signed({ 7: '<</Fields [8 0 R 10 0 R 16 0 R] /SigFlags 3>>', 16: '<</FT /Tx /T (amount) /V (1000)>>' })
    const form = '<</Fields [8 0 R 10 0 R 16 0 R 22 0 R] /SigFlags 3 /DA (/Helv 0 Tf 1 g)>>'
    expect(await codesAfter(append(base, { ...defaults, 7: form }))).toEqual(['unexplained', 'formChanged'])
    const had = signed({ 7: '<</Fields [8 0 R 10 0 R] /SigFlags 3 /DA (/Helv 0 Tf 0 g)>>' })
    expect(await codesAfter(append(had, defaults))).toEqual(['unexplained', 'formChanged'])
  })

  it('tells time-stamps and empty fields from signatures', async () => {
    expect(await codesAfter(append(signed(), { ...FILLED, 20: signature('ETSI.RFC3161') }))).toEqual(['explained', 'timestampAdded'])
    expect(await codesAfter(append(signed(), TIMESTAMP))).toEqual(['explained', 'timestampAdded'])
    expect(await codesAfter(append(signed(), { ...without(ADDED, 20, 21), 22: field('Third', '/Rect [9 9 15 15]') }))).toEqual(['explained', 'fieldAdded'])
    // Of a field that nobody has signed, an appearance may be there, as PDF/A wants it, and has to show nothing.
    const shown = { ...without(ADDED, 20), 22: field('Third', '/Rect [1 1 9 9] /AP <</N 21 0 R>>') }
    expect(await codesAfter(append(signed(), shown))).toEqual(['explained', 'fieldAdded'])
    expect(await kindAfter(append(signed(), { ...shown, 21: stream('0 0 9 9 re f', '/Type /XObject /Subtype /Form /BBox [0 0 50 20]') }))).toBe('unexplained')
  })

  it.each<[string, Objects]>([
    ['a field with an action', { 22: field('Third', '/V 20 0 R /Rect [0 0 0 0] /A <</S /JavaScript /JS (x)>>') }],
    ['a field with the name of another', { 22: field('First', '/V 20 0 R /Rect [0 0 0 0]') }],
    ['a field without name', { 22: '<</FT /Sig /V 20 0 R>>' }],
    ['a text field', { 22: '<</FT /Tx /T (Third) /V (9000) /Subtype /Widget /Rect [1 1 9 9]>>' }],
    ['a field below an old one', { 22: field('Third', '/V 20 0 R /Rect [0 0 0 0] /Parent 10 0 R') }],
    ['the dictionary of another signature', { 22: field('Third', '/V 9 0 R /Rect [0 0 0 0]') }],
    ['a value that is no signature', { 20: '<</Type /Sig>>' }],
    ['a key that stands twice', { 22: field('Third', '/V 20 0 R /Rect [0 0 0 0] /Rect [0 0 200 50]') }],
    ['an annotation of another kind', { 22: field('Third', '/V 20 0 R /Rect [0 0 0 0]').replace('/Widget', '/FreeText') }],
    ['an old field that was none of the form', { 7: '<</Fields [8 0 R 10 0 R 22 0 R 15 0 R] /SigFlags 3>>' }],
    ['the same field twice', { 7: '<</Fields [8 0 R 10 0 R 22 0 R 22 0 R] /SigFlags 3>>' }],
    ['a page with other contents', { 3: `<<${PAGE.replace('4 0 R', '20 0 R')} /Annots [8 0 R 10 0 R 22 0 R]>>` }],
    ['an annotation taken away', { 3: `<<${PAGE} /Annots [8 0 R 22 0 R]>>` }],
    ['annotations in another order', { 3: `<<${PAGE} /Annots [10 0 R 8 0 R 22 0 R]>>` }],
    ['another widget', { 3: `<<${PAGE} /Annots [8 0 R 10 0 R 22 0 R 40 0 R]>>`, 40: '<</Type /Annot /Subtype /Widget /Rect [0 0 9 9]>>' }],
    ['/Annots that stands twice', { 3: `<<${PAGE} /Annots [] /Annots [8 0 R 10 0 R 22 0 R]>>` }],
    ['a field taken away', { 7: '<</Fields [8 0 R 22 0 R] /SigFlags 3>>' }],
    ['appearances to be made anew', { 7: '<</Fields [8 0 R 10 0 R 22 0 R] /SigFlags 3 /NeedAppearances true>>' }],
  ])('does not explain a new field with %s', async (_name, objects) => {
    expect(await kindAfter(append(signed(), { ...ADDED, ...objects }))).toBe('unexplained')
  })

  it.each<[string, Objects]>([
    ['another rectangle', { 10: field('Second', '/Rect [0 0 200 50] /V 20 0 R /AP <</N 21 0 R>>') }],
    ['another name', { 10: field('Third', '/Rect [10 10 60 30] /V 20 0 R /AP <</N 21 0 R>>') }],
    ['an appearance that was there', { 10: field('Second', '/Rect [10 10 60 30] /V 20 0 R /AP <</N 4 0 R>>') }],
    ['an action', { 10: field('Second', '/Rect [10 10 60 30] /V 20 0 R /AA <</E <</S /JavaScript /JS (x)>>>>') }],
    ['the signature of another', { 10: field('Second', '/Rect [10 10 60 30] /V 9 0 R') }],
    ['/V that stands twice', { 10: field('Second', '/Rect [10 10 60 30] /V 9 0 R /V 20 0 R') }],
    ['an appearance alone', { 10: field('Second', '/Rect [10 10 60 30] /AP <</N 21 0 R>>') }],
  ])('does not explain a field that was empty with %s', async (_name, objects) => {
    expect(await kindAfter(append(signed(), { ...FILLED, ...objects }))).toBe('unexplained')
  })

  it('does not explain a field that the form does not reach', async () => {
    const inner = { 15: field('Inner', '/Parent 14 0 R /Rect [70 10 90 30] /V 20 0 R'), 20: signature() }
    expect(await codesAfter(append(signed(), inner))).toEqual(['unexplained', 'fieldChanged'])
  })

  it('does not explain a signature that is changed or taken away', async () => {
    expect(await codesAfter(append(signed(), { 9: signature('ETSI.CAdES.detached', '/Reason (another)') }))).toEqual(['unexplained', 'signatureChanged'])
    expect(await codesAfter(append(signed(), { 8: field('First', '/Rect [0 0 0 0]') }))).toEqual(['unexplained', 'fieldChanged'])
    const formless = append(signed(), { 1: '<</Type /Catalog /Pages 2 0 R /Metadata 12 0 R>>' })
    expect(await codesAfter(formless)).toEqual(['unexplained', 'formChanged', 'catalogChanged'])
  })
})

describe('later changes: validation data', () => {
  it('explains a store, its growth, its replacement and extensions', async () => {
    const first = append(signed(), STORE)
    expect(await codesAfter(first)).toEqual(['explained', 'validationData'])
    const second = append(first, {
      30: '<</Certs 31 0 R /CRLs [34 0 R] /VRI <</AB 33 0 R>>>>',
      31: '[32 0 R 35 0 R]',
      34: stream('crl'),
      35: stream('another'),
    })
    expect(await codesAfter(second)).toEqual(['explained', 'validationData'])
    expect(await codesAfter(second, 1)).toEqual(['explained', 'validationData'])
    const extensions = '/Version /2.0 /Extensions <</ESIC <</BaseVersion /1.7 /ExtensionLevel 5>>>>'
    expect(await codesAfter(append(second, { 1: `<<${CATALOG} /DSS 40 0 R ${extensions}>>`, 40: '<</Certs [32 0 R]>>' }))).toEqual([
      'explained',
      'validationData',
    ])
  })

  it('does not explain a store that takes the objects of others', async () => {
    expect((await codesAfter(append(signed(), { ...STORE, 31: '[4 0 R]', 4: stream('certificate') }))).slice(0, 2)).toEqual(['unexplained', 'contentChanged'])
    expect(await codesAfter(append(append(signed(), STORE), { 32: stream('another certificate') }), 1)).toEqual(['unexplained', 'objectChanged'])
    expect(await codesAfter(append(signed(), { ...STORE, 1: `<<${CATALOG} /DSS 30 0 R /OpenAction [3 0 R /Fit]>>` }))).toEqual([
      'unexplained',
      'catalogChanged',
    ])
  })

  it('does not explain the growth of an array that the page uses as well', async () => {
    const base = signed({ ...STORE, 3: `<<${PAGE.replace('4 0 R', '31 0 R')} /Annots [8 0 R 10 0 R]>>`, 31: '[4 0 R]' })
    expect(await codesAfter(append(base, { 31: '[4 0 R 36 0 R]', 36: stream('(9000) Tj') }))).toEqual(['unexplained', 'objectShared'])
    // The same, one level up: the dictionary that holds the array belongs to both.
    const above = signed({ 1: `<<${CATALOG} /DSS 30 0 R>>`, 30: '<</Certs 31 0 R>>', 31: '[]', 5: '<</Properties 30 0 R>>' })
    expect(await codesAfter(append(above, { 31: '[32 0 R]', 32: stream('c') }))).toEqual(['unexplained', 'objectShared'])
  })

  it('does not explain the growth of /Annots that are something else as well', async () => {
    const base = signed({ 3: `<<${PAGE} /Annots 16 0 R /Tricks 16 0 R>>`, 16: '[8 0 R 10 0 R]' })
    expect(await codesAfter(append(base, { ...without(ADDED, 3), 16: '[8 0 R 10 0 R 22 0 R]' }))).toEqual(['unexplained', 'objectShared'])
  })

  it('does not explain a new object that something was waiting for', async () => {
    const added = { ...without(FILLED, 21), 10: field('Second', '/Rect [10 10 60 30] /V 20 0 R /AP <</N 90 0 R>>'), 90: APPEARANCE }
    const detail = 'object 90 is new, but object 5 referred to it before (/XObject/Missing)'
    expect(await changesAfter(append(signed(), added))).toEqual({ kind: 'unexplained', changes: [{ code: 'objectAwaited', revision: 1, detail }] })
    // What waited may be written again in between.
    expect(await codesAfter(append(append(signed(), { 5: SIGNED[5] as string }), added), 1)).toEqual(['unexplained', 'objectAwaited'])
  })
})

describe('later changes: what saving leaves', () => {
  const info = '<</Producer (Signer) /ModDate (D:20250202000000Z) /Title (Contract)>>'

  it('explains dates and producer beside a signature, and alone like an annotation', async () => {
    expect(await codesAfter(append(signed(), { ...FILLED, 11: info, 12: metadata('2025-02-02') }))).toEqual(['explained', 'signatureAdded', 'metadataDates'])
    expect(await codesAfter(append(signed(), { 11: info, 12: metadata('2025-02-02') }))).toEqual(['explained', 'metadataAlone'])
  })

  it('does not explain another title', async () => {
    expect(await codesAfter(append(signed(), { ...FILLED, 11: info.replace('Contract', 'Gift') }))).toEqual(['unexplained', 'metadataChanged'])
    expect(await codesAfter(append(signed(), { ...FILLED, 12: metadata('2025-02-02', 'Gift') }))).toEqual(['unexplained', 'metadataChanged'])
  })
})

describe('later changes: forbidden ones', () => {
  it.each<[string, Objects, string]>([
    ['the content of a page', { 4: stream('BT (9000) Tj ET') }, 'contentChanged'],
    ['a font', { 6: '<</Type /Font /Subtype /Type1 /BaseFont /Courier>>' }, 'fontChanged'],
    ['a page', { 3: `<<${PAGE} /Annots [8 0 R 10 0 R] /Rotate 90>>` }, 'pageChanged'],
    ['the page tree', { 2: '<</Type /Pages /Kids [3 0 R 3 0 R] /Count 2>>' }, 'pageChanged'],
    ['the catalog', { 1: `<<${CATALOG} /AA <<>>>>` }, 'catalogChanged'],
    ['a key that stands twice in the catalog', { 1: `<<${CATALOG} /Pages 2 0 R>>` }, 'catalogChanged'],
    ['a length that is wrong', { 4: stream(CONTENT).replace(/\/Length \d+/, '/Length 9999') }, 'contentChanged'],
    ['resources', { 5: '<</Font <</F1 6 0 R /F2 40 0 R>> /XObject <</Missing 90 0 R>>>>', 40: SIGNED[6] as string }, 'contentChanged'],
  ])('tells %s', async (_name, objects, code) => {
    expect((await codesAfter(append(signed(), objects))).slice(0, 2)).toEqual(['unexplained', code])
    // It counts as much behind and before an update that is explained.
    expect(await kindAfter(append(append(signed(), FILLED), objects))).toBe('unexplained')
    const between = append(append(signed(), objects), FILLED)
    expect(await kindAfter(between)).toBe('unexplained')
    expect(await codesAfter(between, 1)).toEqual(['explained', 'signatureAdded'])
  })

  it('tells what the cross-reference and the trailer do', async () => {
    expect(await codesAfter(append(signed(), {}, { free: [6] }))).toEqual(['unexplained', 'objectFreed'])
    const root = append(signed(), { 40: `<<${CATALOG}>>` }, { trailer: '/Root 40 0 R /Info 11 0 R' })
    expect(await codesAfter(root)).toEqual(['unexplained', 'rootChanged', 'objectUnexplained'])
    expect(await codesAfter(append(signed(), {}, { trailer: '/Root 1 0 R' }))).toEqual(['unexplained', 'trailerChanged'])
    expect(await codesAfter(append(signed(), {}, { trailer: '/Root 1 0 R /Info 11 0 R /Other 95 0 R' }))).toEqual(['explained'])
    expect(await codesAfter(append(signed(), {}, { trailer: '/Root 1 0 R /Info 11 0 R /Other 4 0 R' }))).toEqual(['unexplained', 'trailerChanged'])
    expect(await codesAfter(append(signed(), FILLED, { stray: `4 0 obj\n${stream('(9000) Tj')}\nendobj\n` }))).toEqual(['unexplained', 'strayBytes'])
    expect(await codesAfter(append(signed(), FILLED, { stray: '% a remark\n' }))).toEqual(['explained', 'signatureAdded'])
  })

  it('tells an entry that leads back into the signed bytes', async () => {
    const hidden = `\n4 0 obj\n${stream('(9000) Tj')}\nendobj\n`
    const base = signed({ 16: stream(hidden) })
    const place = fromLatin1(base).indexOf(hidden) + 1
    expect((await codesAfter(append(base, { 4: 'null' }, { places: { 4: place } }))).slice(0, 2)).toEqual(['unexplained', 'objectMisplaced'])
  })

  it('lists no more than is of use', async () => {
    const used = `<<${PAGE} /Annots [8 0 R 10 0 R ${Array.from({ length: 500 }, (_, i) => `${100 + i} 0 R`).join(' ')}]>>`
    const many = { 3: used, ...Object.fromEntries(Array.from({ length: 500 }, (_, i) => [100 + i, '<<>>'])) }
    const { kind, changes } = await changesAfter(append(signed(), many))
    expect(kind).toBe('unexplained')
    expect(changes.length).toBeLessThan(60)
    expect(changes[changes.length - 1]?.code).toBe('moreChanges')
  })
})
