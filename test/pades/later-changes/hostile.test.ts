import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Budget } from '../../../src/core/budget.ts'
import { concat, latin1 } from '../../../src/core/bytes.ts'
import { laterChanges } from '../../../src/pades/later-changes.ts'
import { openPdf, PdfRef, PdfUpdate, pdfDict, pdfStream, withEntries } from '../../../src/pdf/index.ts'
import { buildPdf } from '../../pdf/encryption/build-pdf.ts'
import { encryptAs, makeEncryption } from '../../pdf/encryption/make-encryption.ts'
import { append, codesAfter, FILLED, field, kindAfter, SIGNED, STORE, signature, signed, stream } from './signed-file.ts'

describe('later changes: hostile files', () => {
  it('takes what cannot be read for unexplained', async () => {
    expect(await codesAfter(append(signed(), { 6: '<</No' }))).toEqual(['unexplained', 'unreadable'])
    const missing = append(signed(), FILLED, { places: { 21: 3 } })
    expect(await codesAfter(missing)).toEqual(['unexplained', 'unreadable'])
  })

  it('ends where the budget does', async () => {
    const file = append(append(signed(), STORE), FILLED)
    const kinds = new Set<string>()
    for (let pdfObjects = 20; pdfObjects <= 1000; pdfObjects += 20) {
      const document = await openPdf(file, { budget: new Budget({ pdfObjects }) }).catch(() => null)
      if (!document) continue
      const { kind, changes } = laterChanges(document, 0)
      kinds.add(kind)
      if (kind !== 'explained') expect(changes.some(({ code }) => code === 'unreadable')).toBe(true)
    }
    expect([...kinds].sort()).toEqual(['explained', 'unexplained'])
  })

  it('goes round in circles once', async () => {
    const circle = { ...FILLED, 21: stream('', '/Type /XObject /Subtype /Form /Me 21 0 R /Other 23 0 R'), 23: '[21 0 R 23 0 R]' }
    expect(await codesAfter(append(signed({ 6: '<</Me 6 0 R /Page 3 0 R>>' }), circle))).toEqual(['explained', 'signatureAdded'])
    const parents = signed({ 14: '<</T (Group) /Kids [15 0 R] /Parent 15 0 R>>', 15: field('Inner', '/Parent 14 0 R /Kids [14 0 R]') })
    expect(await kindAfter(append(parents, { 15: field('Inner', '/Parent 14 0 R /Kids [14 0 R] /V 20 0 R'), 20: signature() }))).toBe('unexplained')
  })

  it('says the same whichever signature is asked for first', async () => {
    const file = append(append(append(signed(), FILLED), STORE), { 4: stream('(9000) Tj') })
    const [forward, backward] = [await openPdf(file), await openPdf(file)]
    const revisions = forward.revisions.map(({ index }) => index)
    const a = revisions.map((revision) => laterChanges(forward, revision))
    const b = [...revisions].reverse().map((revision) => laterChanges(backward, revision))
    expect(b.reverse()).toEqual(a)
    expect(a.map(({ kind }) => kind)).toEqual(['unexplained', 'unexplained', 'unexplained', 'none'])
  })

  it('sees through encryption', async () => {
    const made = makeEncryption({ version: 5, revision: 6 })
    const encrypt = (bytes: Uint8Array, number: number): Uint8Array => encryptAs('AESV3', made.key, number, 0, bytes)
    const file = buildPdf({ ...made, string: encrypt, stream: encrypt })
    const document = await openPdf(file)
    const update = (change: (update: PdfUpdate) => void): Uint8Array => {
      const one = new PdfUpdate(document)
      change(one)
      return concat([file, one.build({ random: (length) => new Uint8Array(length).fill(7) }).bytes])
    }
    const store = update((one) => {
      const dss = one.add(pdfDict({ Certs: one.add(pdfStream({}, latin1('certificate'))) }))
      one.set(document.catalogRef, withEntries(document.catalog, { DSS: dss }))
    })
    expect(await codesAfter(store)).toEqual(['explained', 'validationData'])
    const again = update((one) => {
      for (const number of [4, 6]) one.set(new PdfRef(number), document.get(number))
    })
    expect(await codesAfter(again)).toEqual(['explained', 'objectRewritten'])
    const content = update((one) => one.set(new PdfRef(4), pdfStream({}, latin1('(9000) Tj'))))
    expect(await codesAfter(content)).toEqual(['unexplained', 'contentChanged'])
  })

  it('explains any objects written again, and none that is changed beside them', async () => {
    const numbers = Object.keys(SIGNED).map(Number)
    const tampered = (number: number): string => {
      const text = SIGNED[number] as string
      return text.startsWith('[') ? '[4 0 R 4 0 R]' : text.replace('<<', '<</Tampered true ')
    }
    await fc.assert(
      fc.asyncProperty(fc.subarray(numbers), fc.option(fc.constantFrom(...numbers)), fc.boolean(), async (again, changed, beside) => {
        const objects: Record<number, string> = beside ? { ...FILLED } : {}
        for (const number of again) objects[number] ??= SIGNED[number] as string
        if (changed !== null) objects[changed] = tampered(changed)
        expect(await kindAfter(append(signed(), objects))).toBe(changed === null ? 'explained' : 'unexplained')
      }),
      { numRuns: 150 },
    )
  })
})
