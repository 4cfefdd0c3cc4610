/**
 * Documents that were prepared before somebody signed them, so that an update that looks harmless changes what they show: objects that are
 * two things at once, references that wait for their target, trees that share a branch. What is asked is what the update is taken for.
 */
import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { fromLatin1 } from '../../../src/core/bytes.ts'
import { Sample } from '../../pdf/sample.ts'
import {
  ADDED,
  APPEARANCE,
  append,
  CATALOG,
  CONTENT,
  codesAfter,
  FILLED,
  kindAfter,
  metadata,
  type Objects,
  PAGE,
  SIGNED,
  signature,
  signed,
  stream,
  TIMESTAMP,
  without,
} from '../later-changes/signed-file.ts'

const certified = (p: number): Objects => ({
  9: signature('ETSI.CAdES.detached', `/Reference [<</TransformMethod /DocMDP /TransformParams <</P ${p}>>>>]`),
})
const locked = (...names: string[]): Objects => ({
  9: signature(
    'ETSI.CAdES.detached',
    `/Reference [<</TransformMethod /FieldMDP /TransformParams <</Action /Include /Fields [${names.map((name) => `(${name})`).join(' ')}]>>>>]`,
  ),
})
/** A page with an annotation that draws object 41. */
const STAMPED: Objects = {
  3: `<<${PAGE} /Annots [8 0 R 10 0 R 40 0 R]>>`,
  40: '<</Type /Annot /Subtype /Stamp /Rect [100 10 150 30] /AP <</N 41 0 R>>>>',
  41: stream('(1000) Tj', '/Type /XObject /Subtype /Form /BBox [0 0 50 20]'),
}
const text = (name: string, more = ''): string => `<</FT /Tx /T (${name}) /Type /Annot /Subtype /Widget /F 4 /P 3 0 R ${more}>>`
/** A form with text fields 50 and 51. */
const FORM: Objects = {
  3: `<<${PAGE} /Annots [8 0 R 10 0 R 50 0 R 51 0 R]>>`,
  7: '<</Fields [8 0 R 10 0 R 50 0 R 51 0 R] /SigFlags 3>>',
  50: text('amount', '/Rect [10 10 60 30] /V (1000) /AP <</N 52 0 R>>'),
  51: text('remark', '/Rect [100 10 150 30]'),
  52: stream('(1000) Tj', '/Type /XObject /Subtype /Form /BBox [0 0 50 20]'),
}
const REMARK: Objects = { 51: text('remark', '/Rect [100 10 150 30] /V (ok) /AP <</N 60 0 R>>'), 60: APPEARANCE }
const NEW_APPEARANCE = stream('(9000) Tj', '/Type /XObject /Subtype /Form /BBox [0 0 50 20]')

describe('what is waited for', () => {
  it('the parameters of an object stream, which decide what is in it', async () => {
    // Without parameters object 16 is [4 0 R]; with a predictor the same bytes say [4 0 R 4 0 R].
    const row = (left: string, right = ''): string => left.padEnd(40, '\0') + right.padEnd(40, '\0')
    const plain = row('16 0', `${'\0'.repeat(39)}[`) + row('4 0 R') + row(']')
    const data = fromLatin1(deflateSync(Buffer.from(plain, 'latin1')))
    const container = `<</Type /ObjStm /N 1 /First 79 /Filter /FlateDecode /DecodeParms 91 0 R /Length ${data.length}>>\nstream\n${data}\nendstream`
    const objects = { ...SIGNED, 3: `<<${PAGE.replace('4 0 R', '16 0 R')} /Annots [8 0 R 10 0 R]>>`, 17: container }
    const base = new Sample().stream(objects, { compressed: { 16: [17, 0] }, trailer: '/Info 11 0 R' }).bytes()
    const update = append(base, { 91: '<</Predictor 2 /Colors 40 /Columns 2>>' })
    expect(await codesAfter(update)).toEqual(['unexplained', 'objectUnexplained', 'objectAwaited'])
  })

  it('a dictionary of document properties that the trailer names', async () => {
    const base = append(signed(), {}, { trailer: '/Root 1 0 R /Info 88 0 R' })
    const title = '<</Title (Gift)>>'
    expect(await kindAfter(append(base, { 88: title }, { trailer: '/Root 1 0 R /Info 88 0 R' }), 1)).toBe('unexplained')
  })

  it('document properties where there were none', async () => {
    const base = append(signed(), {}, { trailer: '/Root 1 0 R' })
    const direct = append(base, {}, { trailer: '/Root 1 0 R /Info <</Title (Gift)>>' })
    expect(await codesAfter(direct, 1)).toEqual(['unexplained', 'trailerChanged'])
    expect(await codesAfter(append(base, {}, { trailer: '/Root 1 0 R /Info 11 0 R' }), 1)).toEqual(['unexplained', 'trailerChanged'])
    const dates = append(base, { ...FILLED, 60: '<</Producer (Signer)>>' }, { trailer: '/Root 1 0 R /Info 60 0 R' })
    expect(await codesAfter(dates, 1)).toEqual(['explained', 'signatureAdded', 'metadataDates'])
  })

  it('a fresh generation of a number that is in use: what refers to the old one loses it', async () => {
    const base = signed(STAMPED)
    const bytes = append(base, { 40: (STAMPED[40] as string).replace('/Subtype', '/Contents (x) /Subtype') })
    expect(await codesAfter(bytes)).toEqual(['explained', 'annotationChanged'])
    const raised = fromLatin1(bytes).replace(/(\n40 1\n\d{10}) 00000 n(?=[\s\S]*startxref[\s\S]*$)/g, '$1 00001 n')
    const at = raised.lastIndexOf('40 0 obj')
    const file = `${raised.slice(0, at)}40 1 obj${raised.slice(at + 8)}`
    const [kind, ...codes] = await codesAfter(Buffer.from(file, 'latin1'))
    expect([kind, codes.includes('objectChanged') || codes.includes('unreadable')]).toEqual(['unexplained', true])
  })

  it('a trailer that ends before objects that are in use', async () => {
    const file = append(signed(), FILLED)
    const short = fromLatin1(file).replace(/\/Size 100 (?=[\s\S]*startxref[\s\S]*startxref)|\/Size 100 (?=[\s\S]*$)/g, (match, offset: number) =>
      offset > signed().length ? '/Size 4 ' : match,
    )
    expect(await codesAfter(Buffer.from(short, 'latin1'))).toEqual(['unexplained', 'trailerChanged'])
  })
})

describe('an annotation that is more than an annotation', () => {
  it('its appearance alone is exchanged: a change like any other of it', async () => {
    const update = { 41: NEW_APPEARANCE }
    expect(await codesAfter(append(signed(STAMPED), update))).toEqual(['explained', 'annotationChanged'])
    for (const p of [1, 2]) expect(await codesAfter(append(signed({ ...STAMPED, ...certified(p) }), update))).toEqual(['unexplained', 'annotationForbidden'])
    expect(await codesAfter(append(signed({ ...STAMPED, ...certified(3) }), update))).toEqual(['explained', 'annotationChanged'])
  })

  it('a page, by an array that is /Kids and /Annots', async () => {
    const page = `/Type /Page /Parent 2 0 R /MediaBox [0 0 200 50] /Resources 5 0 R /Annots 16 0 R /Subtype /Stamp /Rect [0 0 9 9]`
    const base = signed({ 2: '<</Type /Pages /Kids 16 0 R /Count 1>>', 16: '[40 0 R]', 40: `<<${page} /Contents 4 0 R>>`, 7: '<</Fields [] /SigFlags 3>>' })
    expect(await codesAfter(append(base, { 40: `<<${page} /Contents 60 0 R>>`, 60: stream('(9000) Tj') }))).toEqual(['unexplained', 'objectShared'])
  })

  it('what a page inherits from, by a page that is called a pop-up', async () => {
    const page = PAGE.replace('/Parent 2 0 R', '/Parent 40 0 R /Subtype /Popup').replace(' /Resources 5 0 R', '')
    const above = '/Type /Annot /Subtype /Stamp /Rect [0 0 9 9]'
    const base = signed({
      2: '<</Type /Pages /Kids [3 0 R] /Count 1 /Resources 5 0 R>>',
      3: `<<${page} /Annots [8 0 R 10 0 R 40 0 R]>>`,
      40: `<<${above} /Resources 5 0 R>>`,
    })
    const update = { 40: `<<${above} /Resources 60 0 R>>`, 60: '<</Font <</F1 61 0 R>>>>', 61: '<</Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats>>' }
    expect(await codesAfter(append(base, update))).toEqual(['unexplained', 'objectShared'])
  })

  it('the widget of a field, without saying so', async () => {
    const base = signed({
      ...locked('amount'),
      3: `<<${PAGE} /Annots [8 0 R 10 0 R 51 0 R]>>`,
      7: '<</Fields [8 0 R 10 0 R 50 0 R] /SigFlags 3>>',
      50: '<</FT /Tx /T (amount) /V (1000) /Kids [51 0 R]>>',
      51: '<</Parent 50 0 R /Rect [10 10 60 30] /AP <</N 52 0 R>>>>',
      52: FORM[52] as string,
    })
    expect(await kindAfter(append(base, { 52: NEW_APPEARANCE }))).toBe('unexplained')
    const marked = { 51: '<</Subtype /Stamp /Parent 50 0 R /Rect [10 10 60 30] /AP <</N 52 0 R>>>>' }
    expect(await kindAfter(append(append(base, marked), { 52: NEW_APPEARANCE }), 1)).toBe('unexplained')
  })

  it('the object stream that others lie in', async () => {
    const head = '6 0 '
    const container = (font: string): string => stream(`${head}${font}`, `/Type /ObjStm /Subtype /Form /N 1 /First ${head.length}`)
    const font = SIGNED[6] as string
    const objects = without({ ...SIGNED, ...STAMPED, 41: container(font) }, 6)
    const base = new Sample().stream(objects, { compressed: { 6: [41, 0] }, trailer: '/Info 11 0 R' }).bytes()
    expect(await kindAfter(append(base, { 41: container(font.replace('Helvetica', 'Symbol   ')) }))).toBe('unexplained')
  })
})

describe('a field that is more than a field', () => {
  it('a value above fields takes them all along, one that is locked among them', async () => {
    const base = signed({
      ...locked('Group.amount'),
      3: `<<${PAGE} /Annots [8 0 R 10 0 R 51 0 R]>>`,
      7: '<</Fields [8 0 R 10 0 R 50 0 R] /SigFlags 3>>',
      50: '<</FT /Tx /T (Group) /V (1000) /Kids [51 0 R]>>',
      51: '<</T (amount) /Parent 50 0 R /Subtype /Widget /Rect [10 10 60 30]>>',
    })
    expect(await kindAfter(append(base, { 50: '<</FT /Tx /T (Group) /V (9000) /Kids [51 0 R]>>' }))).toBe('unexplained')
  })

  it('a widget of two fields is drawn by the one that may be filled in', async () => {
    const base = (parent: number): Uint8Array =>
      signed({
        ...locked('amount'),
        3: `<<${PAGE} /Annots [8 0 R 10 0 R 52 0 R]>>`,
        7: '<</Fields [8 0 R 10 0 R 50 0 R 51 0 R] /SigFlags 3>>',
        10: '<</FT /Sig /T (Second) /Kids [52 0 R]>>',
        50: '<</FT /Tx /T (amount) /V (1000) /Kids [52 0 R]>>',
        51: '<</FT /Tx /T (remark) /Kids [52 0 R]>>',
        52: `<</Subtype /Widget /Parent ${parent} 0 R /Rect [10 10 60 30]>>`,
      })
    const drawn = (parent: number): Objects => ({ 52: `<</Subtype /Widget /Parent ${parent} 0 R /Rect [10 10 60 30] /AP <</N 60 0 R>>>>`, 60: NEW_APPEARANCE })
    const filled = { ...drawn(51), 51: '<</FT /Tx /T (remark) /V (ok) /Kids [52 0 R]>>' }
    expect(await kindAfter(append(base(51), filled))).toBe('unexplained')
    const sealed = { ...drawn(10), 10: '<</FT /Sig /T (Second) /Kids [52 0 R] /V 20 0 R>>', 20: signature() }
    expect(await kindAfter(append(base(10), sealed))).toBe('unexplained')
  })

  it('a widget that only says that it belongs to the signature', async () => {
    const widget = '/Subtype /Widget /Parent 10 0 R /Rect [10 10 60 30]'
    const base = signed({
      ...locked('amount'),
      3: `<<${PAGE} /Annots [8 0 R 10 0 R 51 0 R]>>`,
      7: '<</Fields [8 0 R 10 0 R 50 0 R] /SigFlags 3>>',
      50: '<</FT /Tx /T (amount) /V (1000) /Kids [51 0 R]>>',
      51: `<<${widget}>>`,
    })
    expect(await kindAfter(append(base, { ...FILLED, 51: `<<${widget} /AP <</N 60 0 R>>>>`, 60: NEW_APPEARANCE }))).toBe('unexplained')
  })

  it('a field with widgets that is one itself: every widget shows what was made for it', async () => {
    const base = signed({
      3: `<<${PAGE} /Annots [8 0 R 10 0 R 50 0 R 51 0 R]>>`,
      7: '<</Fields [8 0 R 10 0 R 50 0 R] /SigFlags 3>>',
      50: text('amount', '/Rect [10 10 60 30] /Kids [51 0 R]'),
      51: '<</Subtype /Widget /Parent 50 0 R /Rect [0 0 200 50]>>',
      52: FORM[52] as string,
    })
    const update = {
      50: text('amount', '/Rect [10 10 60 30] /Kids [51 0 R] /V (x)'),
      51: '<</Subtype /Widget /Parent 50 0 R /Rect [0 0 200 50] /AP <</N 52 0 R>>>>',
    }
    expect(await kindAfter(append(base, update))).toBe('unexplained')
  })

  it('an appearance, or a dictionary of appearances, of two fields', async () => {
    const shared = { ...FORM, 51: text('remark', '/Rect [100 10 150 30] /V (a) /AP <</N 52 0 R>>') }
    const filled = { 51: text('remark', '/Rect [100 10 150 30] /V (b) /AP <</N 52 0 R>>'), 52: NEW_APPEARANCE }
    expect(await kindAfter(append(signed({ ...shared, ...locked('amount') }), filled))).toBe('unexplained')
    const dictionary = {
      ...FORM,
      50: text('amount', '/Rect [10 10 60 30] /V (1000) /AP 53 0 R'),
      51: text('remark', '/Rect [100 10 150 30] /V (a) /AP 53 0 R'),
      53: '<</N 52 0 R>>',
    }
    const both = { 51: text('remark', '/Rect [100 10 150 30] /V (b) /AP 53 0 R') }
    expect(await kindAfter(append(signed({ ...dictionary, ...locked('amount') }), { ...both, 52: NEW_APPEARANCE }))).toBe('unexplained')
    expect(await kindAfter(append(signed({ ...dictionary, ...locked('amount') }), { ...both, 53: '<</N 60 0 R>>', 60: NEW_APPEARANCE }))).toBe('unexplained')
  })

  it('a lock holds whichever way the name is written', async () => {
    // "Sô" with a letter and a combining mark, and with one letter for both.
    const utf16 = (...units: number[]): string => `<FEFF${units.map((unit) => unit.toString(16).padStart(4, '0')).join('')}>`
    const [split, joined] = [utf16(0x53, 0x6f, 0x302), utf16(0x53, 0xf4)]
    const base = signed({
      ...FORM,
      50: (FORM[50] as string).replace('(amount)', joined),
      9: (locked('amount')[9] as string).replace('(amount)', split),
    })
    expect(await kindAfter(append(base, { 50: text('x', '/Rect [10 10 60 30] /V (9000)').replace('(x)', joined) }))).toBe('unexplained')
  })
})

describe('trees that are two trees', () => {
  const TAGGED: Objects = {
    1: `<<${CATALOG} /MarkInfo <</Marked true>> /StructTreeRoot 70 0 R /PageLabels 75 0 R>>`,
    70: '<</Type /StructTreeRoot /K 71 0 R /ParentTree 72 0 R>>',
    71: '<</Type /StructElem /S /Document /P 70 0 R /K []>>',
    72: '<</Nums []>>',
    75: '<</Kids [76 0 R]>>',
    76: '<</Limits [0 0] /Nums [0 <</S /D>>]>>',
  }
  const tagged = { 71: '<</Type /StructElem /S /Document /P 70 0 R /K [80 0 R]>>', 80: '<</S /Form /P 71 0 R /K <</Type /OBJR /Obj 22 0 R>>>>' }

  it('the structure may grow', async () => {
    const update = { ...ADDED, ...tagged, 72: '<</Nums [0 80 0 R]>>' }
    expect(await codesAfter(append(signed(TAGGED), update))).toEqual(['explained', 'signatureAdded', 'structureGrown'])
  })

  it('but not the numbers of pages under its name', async () => {
    const update = { ...ADDED, ...tagged, 76: '<</Limits [0 1] /Nums [0 <</S /D>> 1 80 0 R]>>' }
    expect(await kindAfter(append(signed(TAGGED), update))).toBe('unexplained')
  })

  it('nor the page tree where it does not say what it is', async () => {
    const base = signed({ ...TAGGED, 2: '<</Kids [77 0 R] /Count 1>>', 77: '<</Kids [3 0 R] /Count 1>>' })
    const update = { ...ADDED, 77: '<</Kids [78 0 R 3 0 R] /Count 1>>', 78: '<</Kids [79 0 R]>>', 79: '<</Nums []>>' }
    expect(await kindAfter(append(base, update))).toBe('unexplained')
    // Even where the parent tree leads there.
    const both = signed({ ...TAGGED, 2: '<</Kids [77 0 R] /Count 1>>', 77: '<</Kids [3 0 R] /Count 1>>', 72: '<</Kids [77 0 R]>>' })
    expect(await kindAfter(append(both, update))).toBe('unexplained')
  })

  it('nor the limits of a node that names lead through', async () => {
    const base = signed({
      ...TAGGED,
      1: `<<${CATALOG} /StructTreeRoot 70 0 R /Names <</Dests 81 0 R>>>>`,
      81: '<</Kids [82 0 R]>>',
      82: '<</Limits [(a) (z)] /Kids [83 0 R]>>',
      83: '<</Limits [(a) (z)] /Names [(a) [3 0 R /Fit]]>>',
    })
    expect(await kindAfter(append(base, { ...ADDED, 82: '<</Limits [(x) (z)] /Kids [83 0 R]>>' }))).toBe('unexplained')
    const own = signed({ ...TAGGED, 72: '<</Kids [73 0 R]>>', 73: '<</Limits [0 5] /Nums [0 71 0 R 5 71 0 R]>>' })
    expect(await kindAfter(append(own, { ...ADDED, 73: '<</Limits [5 5] /Nums [0 71 0 R 5 71 0 R]>>' }))).toBe('unexplained')
    const grown = { ...ADDED, ...tagged, 73: '<</Limits [0 6] /Nums [0 71 0 R 5 71 0 R 6 80 0 R]>>' }
    expect(await codesAfter(append(own, grown))).toEqual(['explained', 'signatureAdded', 'structureGrown'])
  })

  it('nor an array of elements that a page draws by', async () => {
    const base = signed({
      ...TAGGED,
      71: '<</Type /StructElem /S /Document /P 70 0 R /K 73 0 R>>',
      73: '[]',
      3: `<<${PAGE} /Annots [8 0 R 10 0 R] /B 73 0 R>>`,
    })
    expect(await kindAfter(append(base, { ...ADDED, 3: `<<${PAGE} /Annots [8 0 R 10 0 R 22 0 R] /B 73 0 R>>`, 73: '[80 0 R]', 80: tagged[80] }))).toBe(
      'unexplained',
    )
  })
})

describe('titles that change places', () => {
  it('the same words in another order', async () => {
    const titles = (first: string, second: string): string =>
      metadata('2025-01-01').replace(
        /<rdf:Alt>.*<\/rdf:Alt>/,
        `<rdf:Alt><rdf:li xml:lang="x-default">${first}</rdf:li><rdf:li xml:lang="vi">${second}</rdf:li></rdf:Alt>`,
      )
    const packet = (body: string): string => stream(body.slice(body.indexOf('stream\n') + 7, body.lastIndexOf('\nendstream')), '/Type /Metadata /Subtype /XML')
    const base = signed({ 12: packet(titles('Contract', 'Gift')) })
    expect(await codesAfter(append(base, { ...FILLED, 12: packet(titles('Gift', 'Contract')) }))).toEqual(['unexplained', 'metadataChanged'])
  })
})

describe('signatures that lie beyond their place', () => {
  const content = { 4: stream(CONTENT) }
  const flagged = (flags: number): Objects => ({ ...ADDED, 22: (ADDED[22] as string).replace('/F 132', `/F ${flags}`) })

  it('a widget that turns or grows on its own is taken to be everywhere', async () => {
    const base = signed({ ...certified(2), ...content })
    expect(await codesAfter(append(base, ADDED))).toEqual(['explained', 'signatureAdded'])
    for (const flag of [8, 16]) expect(await codesAfter(append(base, flagged(4 | flag)))).toEqual(['unexplained', 'signatureForbidden'])
  })

  it('an empty field that is signed does not begin to', async () => {
    const turned = { ...FILLED, 10: (FILLED[10] as string).replace('/F 132', '/F 148') }
    expect((await codesAfter(append(signed(), turned))).slice(0, 2)).toEqual(['unexplained', 'fieldChanged'])
  })

  it('a page of a template in front does not hide which page a signature lies on', async () => {
    const base = signed({
      ...certified(2),
      1: `<<${CATALOG} /Names <</Templates <</Names [(blank) 45 0 R]>>>>>>`,
      2: '<</Type /Pages /Kids [3 0 R 44 0 R] /Count 2>>',
      44: '<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 50]>>',
      45: '<</Type /Template /MediaBox [0 0 200 50]>>',
    })
    const over = { ...ADDED, 22: (ADDED[22] as string).replace(/\/Rect \[[^\]]*\]/, '/Rect [15 15 60 35]') }
    expect(await codesAfter(append(base, over))).toEqual(['unexplained', 'signatureForbidden'])
    const spawned = {
      2: '<</Type /Pages /Kids [3 0 R 44 0 R 46 0 R] /Count 3>>',
      46: '<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 50] /TemplateInstantiated /blank>>',
    }
    expect(await codesAfter(append(base, spawned))).toEqual(['explained', 'templateSpawned'])
    const front = { ...spawned, 2: '<</Type /Pages /Kids [46 0 R 3 0 R 44 0 R] /Count 3>>' }
    expect(await kindAfter(append(append(base, front), over))).toBe('unexplained')
    expect(await kindAfter(append(base, { ...front, ...over }))).toBe('unexplained')
  })
})

describe('names of fields', () => {
  it('a new field under the full name of one that lies deeper', async () => {
    const base = signed({ 7: '<</Fields [8 0 R 10 0 R 14 0 R] /SigFlags 3>>' })
    const form = { 7: '<</Fields [8 0 R 10 0 R 14 0 R 22 0 R] /SigFlags 3>>' }
    expect(await kindAfter(append(base, { ...ADDED, ...form }))).toBe('explained')
    const named = { 22: (ADDED[22] as string).replace('(Third)', '(Group.Inner)') }
    expect(await kindAfter(append(base, { ...ADDED, ...form, ...named }))).toBe('unexplained')
  })
})

describe('a choice of states', () => {
  const box = (more: string): string => `<</FT /Btn /T (agree) /Subtype /Widget /Rect [10 10 20 20] /AP <</N <</Yes 52 0 R /No 52 0 R>>>> ${more}>>`
  const base = (): Uint8Array =>
    signed({ 3: `<<${PAGE} /Annots [8 0 R 10 0 R 50 0 R]>>`, 7: '<</Fields [8 0 R 10 0 R 50 0 R] /SigFlags 3>>', 50: box(''), 52: APPEARANCE })

  it('shows what the value says, or nothing', async () => {
    expect(await kindAfter(append(base(), { 50: box('/V /Yes /AS /Yes') }))).toBe('explained')
    expect(await kindAfter(append(base(), { 50: box('/V /Off /AS /Off') }))).toBe('explained')
    expect(await kindAfter(append(base(), { 50: box('/V /No /AS /Yes') }))).toBe('unexplained')
    expect(await kindAfter(append(base(), { 50: box('/V /Off /AS /Yes') }))).toBe('unexplained')
  })
})

describe('two steps that are harmless one by one', () => {
  it('an object that nothing uses, and then something that leads to it', async () => {
    const first = append(signed(FORM), { 60: NEW_APPEARANCE })
    expect(await codesAfter(first)).toEqual(['explained', 'objectUnused'])
    expect(await kindAfter(append(first, { 51: text('remark', '/Rect [100 10 150 30] /V (ok) /AP <</N 60 0 R>>') }))).toBe('unexplained')
    expect(await kindAfter(append(first, { 3: `<<${PAGE.replace('4 0 R', '60 0 R')} /Annots [8 0 R 10 0 R 50 0 R 51 0 R]>>` }))).toBe('unexplained')
  })

  it('an appearance with a gap, and then what fills the gap', async () => {
    const gap = stream('/X Do', '/Type /XObject /Subtype /Form /BBox [0 0 50 20] /Resources <</XObject <</X 61 0 R>>>>')
    const first = append(signed(FORM), { ...REMARK, 60: gap })
    expect(await codesAfter(first)).toEqual(['explained', 'fieldFilled', 'appearanceUnread'])
    expect(await codesAfter(append(first, { 61: NEW_APPEARANCE }))).toEqual(['unexplained', 'appearanceChanged', 'objectAwaited'])
    expect(
      await codesAfter(
        append(first, {
          ...TIMESTAMP,
          3: `<<${PAGE} /Annots [8 0 R 10 0 R 50 0 R 51 0 R 22 0 R]>>`,
          7: '<</Fields [8 0 R 10 0 R 50 0 R 51 0 R 22 0 R] /SigFlags 3>>',
          61: NEW_APPEARANCE,
        }),
      ),
    ).toContain('unexplained')
  })

  it('a number that is freed, and then used for something else', async () => {
    const base = signed({ 90: '<</Old true>>' })
    expect(await codesAfter(append(base, {}, { free: [90] }))).toEqual(['unexplained', 'objectFreed'])
    const unused = signed({ 89: '<</Old true>>' })
    const freed = append(unused, {}, { free: [89] })
    expect(await codesAfter(freed)).toEqual(['explained', 'objectRemoved'])
    expect(await codesAfter(append(freed, { 89: NEW_APPEARANCE }))).toEqual(['explained', 'objectRemoved', 'objectUnused'])
    const waited = signed({ 88: '<</Old true>>', 41: '<</Missing 88 1 R>>', 3: `<<${PAGE} /Annots [8 0 R 10 0 R] /PieceInfo 41 0 R>>` })
    expect(await kindAfter(append(append(waited, {}, { free: [88] }), { 88: NEW_APPEARANCE }))).toBe('unexplained')
  })

  it('validation data that takes an array of the page, and then gives it back', async () => {
    const base = signed({ 3: `<<${PAGE.replace('4 0 R', '16 0 R')} /Annots [8 0 R 10 0 R]>>`, 16: '[4 0 R]' })
    const taken = append(base, { 1: `<<${CATALOG} /DSS 30 0 R>>`, 30: '<</Certs 16 0 R>>', 16: '[4 0 R 32 0 R]', 32: stream('(9000) Tj') })
    expect(await kindAfter(taken)).toBe('unexplained')
    expect(await kindAfter(append(taken, { 1: `<<${CATALOG} /DSS 31 0 R>>`, 31: '<<>>' }))).toBe('unexplained')
  })
})
