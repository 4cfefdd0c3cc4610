/** Incremental saving (Mladenov et al. 2019): what is appended to a signed file, with a cross-reference, with half of one, with none. */
import { beforeAll, describe, expect, it } from 'vitest'
import { concat, fromLatin1, latin1 } from '../../../src/core/bytes.ts'
import { verify } from '../../../src/verify/index.ts'
import { type Objects, Sample } from '../../pdf/sample.ts'
import { type LabSetting, setting, sign, verdict } from '../../verify/lab-pdf.ts'
import { body, CONTENT, passed, updated } from './support.ts'

let made: LabSetting
let signed: Uint8Array
beforeAll(async () => {
  made = await setting()
  signed = await sign(made, { reason: 'Đồng ý' })
})

describe('incremental saving', () => {
  it.each<[string, Objects]>([
    ['a page with other content', { 3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 50 0 R>>', 50: CONTENT }],
    ['another page tree', { 2: '<</Type/Pages/Count 2/Kids[3 0 R 50 0 R]>>', 50: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>' }],
  ])('of %s is not explained', async (_, objects) => {
    expect(await verdict(updated(signed, objects), made.options)).toBe('INDETERMINATE GENERIC')
  })

  it('of objects that nothing uses changes nothing, and is told', async () => {
    const file = updated(signed, { 50: '<</S/JavaScript/JS(app.alert\\(1\\))>>', 60: '(hidden)' })
    const { signatures } = await verify(file, made.options)
    expect(signatures.map(({ indication, modifications }) => [indication, modifications.changes.map(({ code }) => code)])).toEqual([[passed, ['objectUnused']]])
  })

  it('without its own cross-reference is not explained: readers that rebuild the file would see it', async () => {
    expect(await verdict(concat([signed, latin1('3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n')]), made.options)).toBe(
      'INDETERMINATE GENERIC',
    )
  })

  it('that begins anew without /Prev leaves no signature behind', async () => {
    const file = updated(signed, { 1: '<</Type/Catalog/Pages 2 0 R>>', 2: '<</Type/Pages/Count 0/Kids[]>>' }, '')
    expect(await verdict(file, made.options)).toBe('INDETERMINATE')
  })

  it('that begins anew and names the old signature gets no coverage', async () => {
    const text = fromLatin1(signed)
    const objects = Object.fromEntries([1, 2, 3].map((number) => [number, body(signed, number)]))
    const sample = new Sample(text)
    const offsets = sample.objects(objects)
    for (const match of text.matchAll(/\n(\d+) 0 obj/g)) if (!offsets.has(Number(match[1]))) offsets.set(Number(match[1]), (match.index ?? 0) + 1)
    const place = sample.length
    const rows = [...offsets].map(([number, offset]) => `${number} 1\n${String(offset).padStart(10, '0')} 00000 n \n`).join('')
    const file = sample.text(`xref\n0 1\n0000000000 65535 f \n${rows}trailer\n<</Size 100/Root 1 0 R>>\nstartxref\n${place}\n%%EOF\n`).bytes()
    expect(await verdict(file, made.options)).toMatch(/^(TOTAL-FAILED|INDETERMINATE)/)
  })

  it('that goes back to the revision before the signature leaves none', async () => {
    const sections = [...fromLatin1(signed).matchAll(/startxref\s+(\d+)/g)].map((match) => match[1])
    const file = concat([signed, latin1(`startxref\n${sections[0]}\n%%EOF\n`)])
    expect(await verdict(file, made.options)).not.toBe(passed)
  })
})
