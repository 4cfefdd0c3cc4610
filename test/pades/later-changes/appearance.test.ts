import { describe, expect, it } from 'vitest'
import { ANY_APPEARANCE, explainAppearance, NORMAL_ONLY } from '../../../src/pades/later-changes/appearance.ts'
import { compareRevision, type Step } from '../../../src/pades/later-changes/step.ts'
import { openPdf, PdfDict, type PdfObject } from '../../../src/pdf/index.ts'
import { APPEARANCE, append, type Objects, signed, stream } from './signed-file.ts'

/** A widget 40 before and after an update, and what one rule makes of its appearances. */
async function explained(before: string, after: string, update: Objects = {}, rule = NORMAL_ONLY): Promise<{ answer: boolean; step: Step }> {
  const widget = (ap: string): string => `<</Subtype /Stamp /Rect [0 0 9 9] /P 3 0 R ${ap}>>`
  const base = signed({ 3: '<</Type /Page /Parent 2 0 R /Annots [40 0 R]>>', 40: widget(before), 41: APPEARANCE, 42: APPEARANCE, 43: '<</N 41 0 R>>' })
  const document = await openPdf(append(base, { ...update, 40: widget(after) }))
  const step = compareRevision(document, 1)
  const entry = (object: PdfObject): PdfObject | undefined => (object instanceof PdfDict ? object.get('AP') : undefined)
  return { answer: explainAppearance(step, 40, entry(step.before.get(40)), entry(step.after.get(40)), rule), step }
}
const drawn = stream('1 g', '/Type /XObject /Subtype /Form /BBox [0 0 50 20]')

describe('appearances of values and signatures', () => {
  it('may be new, with all that is new in them', async () => {
    const form = stream('/X Do', '/Subtype /Form /Resources <</XObject <</X 61 0 R>>>>')
    const { answer, step } = await explained('', '/AP <</N 60 0 R>>', { 60: form, 61: APPEARANCE })
    expect([answer, [...step.explained]]).toEqual([true, [60, 61]])
  })

  it('may be drawn over what was there, which nothing else may use then', async () => {
    const { answer, step } = await explained('/AP <</N 41 0 R>>', '/AP <</N 41 0 R>>', { 41: drawn })
    expect([answer, step.roles.get(41)]).toEqual([true, [{ holder: 40, path: '/AP/N' }]])
    const apart = await explained('/AP 43 0 R', '/AP 43 0 R', { 41: drawn })
    expect([apart.answer, apart.step.roles.get(43), apart.step.roles.get(41)]).toEqual([true, [{ holder: 40, path: '/AP' }], [{ holder: 43, path: '/N' }]])
  })

  it('may go, and be in a new dictionary of their own', async () => {
    expect((await explained('/AP <</N 41 0 R>>', '')).answer).toBe(true)
    expect((await explained('/AP <</N 41 0 R>>', '/AP 60 0 R', { 60: '<</N 61 0 R>>', 61: drawn })).answer).toBe(true)
  })

  it.each<[string, string, string, Objects]>([
    ['be what was there for something else', '/AP <</N 41 0 R>>', '/AP <</N 42 0 R>>', {}],
    ['be in a dictionary that was there for something else', '', '/AP 43 0 R', {}],
    ['come for other states of the mouse', '', '/AP <</D 60 0 R>>', { 60: drawn }],
    ['be a dictionary of states', '', '/AP <</N <</On 60 0 R>>>>', { 60: drawn }],
    ['be no stream', '', '/AP <</N 60 0 R>>', { 60: '<<>>' }],
    ['be in a dictionary with a key twice', '', '/AP <</N 60 0 R /N 41 0 R>>', { 60: drawn }],
    ['become another thing than a form', '/AP <</N 41 0 R>>', '/AP <</N 41 0 R>>', { 41: stream('', '/Subtype /Image') }],
    ['be no dictionary', '', '/AP 7', {}],
  ])('may not %s', async (_name, before, after, update) => {
    expect((await explained(before, after, update)).answer).toBe(false)
  })
})

describe('appearances of annotations', () => {
  it('may be anything that shows something', async () => {
    for (const [after, update] of [
      ['/AP <</N 42 0 R>>', {}],
      ['/AP <</N 41 0 R /D 60 0 R>>', { 60: drawn }],
      ['/AP <</N <</On 60 0 R /Off 42 0 R>>>>', { 60: drawn }],
    ] as const)
      expect((await explained('/AP <</N 41 0 R>>', after, update, ANY_APPEARANCE)).answer, after).toBe(true)
    const states = await explained('/AP <</N <</On 41 0 R>>>>', '/AP <</N <</On 41 0 R>>>>', { 41: drawn }, ANY_APPEARANCE)
    expect([states.answer, states.step.roles.get(41)]).toEqual([true, [{ holder: 40, path: '/AP/N/On' }]])
  })

  it('are not what an appearance has no key for', async () => {
    expect((await explained('', '/AP <</X 60 0 R>>', { 60: drawn }, ANY_APPEARANCE)).answer).toBe(false)
  })
})
