/** Shadow attacks (Mainka et al. 2021): who writes the document prepares it before it is signed, and switches afterwards to what he hid. */
import { beforeAll, describe, expect, it } from 'vitest'
import { fromLatin1, latin1 } from '../../../src/core/bytes.ts'
import { verify } from '../../../src/verify/index.ts'
import type { Objects } from '../../pdf/sample.ts'
import { type LabSetting, setting, sign } from '../../verify/lab-pdf.ts'
import { body, contract, edited, form, judged, lastSection, passed, stream, updated } from './support.ts'

let made: LabSetting
beforeAll(async () => {
  made = await setting()
})
const refused = (...codes: string[]): string[] => ['INDETERMINATE', ...codes]

/** An update that is a cross-reference alone: places of objects in what was signed. */
function switched(file: Uint8Array, places: Readonly<Record<number, number>>, trailer = '/Root 1 0 R'): Uint8Array {
  const rows = Object.entries(places).map(([number, offset]) => `${number} 1\n${String(offset).padStart(10, '0')} 00000 n \n`)
  const text = `xref\n${rows.join('')}trailer\n<</Size 999 ${trailer} /Prev ${lastSection(file)}>>\nstartxref\n${file.length}\n%%EOF\n`
  return latin1(fromLatin1(file) + text)
}

it('the contract as it was signed is what it is', async () => {
  expect(await judged(await sign(made, {}, contract()), made)).toEqual([passed])
  expect(await judged(updated(await sign(made, {}, contract()), {}), made)).toEqual([passed])
})

describe('hide', () => {
  const HIDDEN: Objects = {
    3: '<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents [4 0 R 18 0 R] /Resources <</Font <</F1 6 0 R>> /XObject <</Cover 19 0 R>>>>>>',
    18: stream('/Cover Do'),
    19: stream('1 g 0 0 200 200 re f', '/Type /XObject /Subtype /Form /BBox [0 0 200 200]'),
  }

  it('content that a picture covers, which is then freed', async () => {
    const file = await sign(made, {}, contract(HIDDEN))
    const free = `xref\n19 1\n0000000000 00001 f \ntrailer\n<</Size 999 /Root 1 0 R /Prev ${lastSection(file)}>>\nstartxref\n${file.length}\n%%EOF\n`
    expect(await judged(latin1(fromLatin1(file) + free), made)).toEqual(refused('objectFreed'))
  })

  it('content that a picture covers, which is then another', async () => {
    const file = await sign(made, {}, contract(HIDDEN))
    expect(await judged(updated(file, { 19: form('') }), made)).toEqual(refused('contentChanged'))
    expect(await judged(updated(file, { 18: stream('') }), made)).toEqual(refused('contentChanged'))
  })

  it('content that an annotation covers, which then goes: permitted, and told', async () => {
    const cover = '<</Type /Annot /Subtype /Stamp /Rect [0 0 200 60] /AP <</N 19 0 R>>>>'
    const page = '<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources 5 0 R /Annots [10 0 R 11 0 R 22 0 R]>>'
    for (const [certify, expected] of [
      [undefined, [passed, 'annotationRemoved']],
      [2, refused('annotationForbidden')],
    ] as const) {
      const file = await sign(made, certify ? { certify } : {}, contract({ ...HIDDEN, 3: page, 22: cover }))
      expect(await judged(updated(file, edited(file, 3, '22 0 R', '')), made)).toEqual(expected)
    }
  })

  it('content that a form field covers, which is then emptied or moved', async () => {
    const over = { 10: body(contract(), 10).replace('[10 100 60 120]', '[0 0 200 60]') }
    const file = await sign(made, {}, contract(over))
    expect(await judged(updated(file, edited(file, 10, '[0 0 200 60]', '[0 0 0 0]')), made)).toEqual(refused('fieldChanged'))
    expect(await judged(updated(file, edited(file, 10, '/AP <</N 16 0 R>>', '')), made)).toEqual(refused('fieldChanged'))
    expect(await judged(updated(file, { 16: form('') }), made)).toEqual(refused('appearanceChanged'))
  })
})

describe('replace', () => {
  it('the look of a field that stays as it is', async () => {
    const file = await sign(made, {}, contract())
    expect(await judged(updated(file, { 16: form('9000') }), made)).toEqual(refused('appearanceChanged'))
    expect((await judged(updated(file, { ...edited(file, 10, '16 0 R', '60 0 R'), 60: form('9000') }), made))[0]).toBe('INDETERMINATE')
  })

  it('a value under a look that says something else', async () => {
    const file = await sign(made, { certify: 2 }, contract())
    const filled = { ...edited(file, 11, '/P 3 0 R', '/P 3 0 R /V (5) /AP <</N 60 0 R>>'), 60: form('7') }
    expect(await judged(updated(file, filled), made)).toEqual(refused('appearanceDiffers'))
    expect((await judged(updated(file, edited(file, 7, '/DR', '/NeedAppearances true /DR')), made))[0]).toBe('INDETERMINATE')
  })

  it('the font, so that signed letters look otherwise', async () => {
    const file = await sign(made, {}, contract())
    expect(await judged(updated(file, { 17: stream('another program') }), made)).toEqual(refused('fontChanged'))
  })
})

describe('hide and replace', () => {
  const NUMBER_OF_PAGES = 2

  it('a second document that only the cross-reference has to lead to', async () => {
    // The other page tree lies in a stream that nothing shows.
    const other = '2 0 obj\n<</Type /Pages /Kids [8 0 R] /Count 1>>\nendobj\n'
    const file = await sign(made, {}, contract({ 40: stream(`\n${other}`) }))
    const at = fromLatin1(file).indexOf(`\n${other}`) + 1
    expect(await judged(switched(file, { [NUMBER_OF_PAGES]: at }), made)).toEqual(refused('objectMisplaced', 'pageChanged'))
  })

  it('an object whose number stands twice in the signed revision', async () => {
    const first = `\n4 0 obj\n${stream('BT (9000) Tj ET')}\nendobj\n`
    const file = await sign(made, {}, latin1(fromLatin1(contract()).replace('%\xe2\xe3\xcf\xd3\n', '%\xe2\xe3\xcf\xd3\n')))
    const hidden = await sign(made, {}, contract({ 41: stream(first) }))
    expect(await judged(switched(hidden, { 4: fromLatin1(hidden).indexOf(first) + 1 }), made)).toEqual(refused('objectMisplaced', 'contentChanged'))
    expect(await judged(switched(file, { 4: fromLatin1(file).indexOf('\n16 0 obj') + 1 }), made)).toContain('INDETERMINATE')
  })

  it('another catalog by /Root', async () => {
    const file = await sign(made, {}, contract({ 45: '<</Type /Catalog /Pages 46 0 R>>', 46: '<</Type /Pages /Kids [8 0 R] /Count 1>>' }))
    const report = await verify(switched(file, {}, '/Root 45 0 R'), made.options)
    expect(report.indication).not.toBe(passed)
    // With the form of the signature in it, so that the signature is found.
    const form = /\/AcroForm \d+ 0 R/.exec(body(file, 1))?.[0] ?? '/AcroForm 7 0 R'
    const both = await sign(made, {}, contract({ 45: `<</Type /Catalog /Pages 46 0 R ${form}>>`, 46: '<</Type /Pages /Kids [8 0 R] /Count 1>>' }))
    const root = await judged(switched(both, {}, '/Root 45 0 R'), made)
    expect(root.slice(0, 2)).toEqual(refused('rootChanged'))
  })

  it('a cross-reference that leads to an object inside another one, or to itself', async () => {
    const file = await sign(made, {}, contract())
    expect((await judged(switched(file, { 4: fromLatin1(file).indexOf(' 0 obj\n') }), made))[0]).toBe('INDETERMINATE')
    expect((await judged(switched(file, { 4: file.length }), made))[0]).toBe('INDETERMINATE')
    const circle = `xref\n0 0\ntrailer\n<</Size 999 /Root 1 0 R /Prev ${file.length}>>\nstartxref\n${file.length}\n%%EOF\n`
    expect((await verify(latin1(fromLatin1(file) + circle), made.options)).error?.code).toBe('ERR_PDF_XREF')
  })

  it('the same cross-reference once more is nothing', async () => {
    const file = await sign(made, {}, contract())
    expect(await judged(switched(file, { 4: fromLatin1(file).indexOf('\n4 0 obj') + 1 }), made)).toEqual([passed])
  })
})
