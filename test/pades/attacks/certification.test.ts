/** Attacks on certified documents (Rohlmann et al. 2021): evil annotations, sneaky signatures, and permissions that are talked away. */
import { beforeAll, describe, expect, it } from 'vitest'
import { verify } from '../../../src/verify/index.ts'
import type { Objects } from '../../pdf/sample.ts'
import { type LabSetting, setting, sign } from '../../verify/lab-pdf.ts'
import { body, contract, edited, form, judged, passed, stream, updated } from './support.ts'

let made: LabSetting
const files = new Map<number, Uint8Array>()
beforeAll(async () => {
  made = await setting()
  for (const p of [0, 1, 2, 3] as const) files.set(p, await sign(made, p === 0 ? {} : { certify: p }, contract()))
})
const at = (p: number): Uint8Array => files.get(p) as Uint8Array
const EVIL = stream('1 g 0 0 200 60 re f 0 g BT /F1 12 Tf 20 20 Td (9000) Tj ET', '/Type /XObject /Subtype /Form /BBox [0 0 200 60] /Resources 5 0 R')
/** A page and a form, with one more object in their lists. */
const listed = (file: Uint8Array, what: 'Annots' | 'both'): Objects => ({
  ...edited(file, 3, '/Annots [', '/Annots [60 0 R '),
  ...(what === 'both' ? edited(file, 7, '/Fields [', '/Fields [60 0 R ') : {}),
})

describe('evil annotation', () => {
  const annotation = (subtype: string): string => `<</Type /Annot /Subtype /${subtype} /Rect [0 0 200 60] /DA (/F1 12 Tf) /AP <</N 61 0 R>>>>`

  it.each(['FreeText', 'Stamp', 'Redact', 'Square', 'Ink', 'Highlight'])(
    '%s over the amount: what P=3 permits is told, P=1 and P=2 do not permit it',
    async (subtype) => {
      const evil = (p: number): Uint8Array => updated(at(p), { ...listed(at(p), 'Annots'), 60: annotation(subtype), 61: EVIL })
      for (const p of [1, 2]) expect(await judged(evil(p), made)).toEqual(['INDETERMINATE', 'annotationForbidden'])
      for (const p of [0, 3]) {
        expect(await judged(evil(p), made)).toEqual([passed, 'annotationAdded'])
        const { signatures } = await verify(evil(p), made.options)
        expect(signatures[0]?.messages.map(({ code, severity }) => [code, severity])).toContainEqual(['laterAnnotated', 'warning'])
      }
    },
  )

  it.each(['Widget', 'Watermark', 'Screen', 'Movie', 'RichMedia', '3D', 'PrinterMark', 'TrapNet', 'Unheard'])(
    '%s is none that may come at all',
    async (subtype) => {
      for (const p of [0, 3])
        expect((await judged(updated(at(p), { ...listed(at(p), 'Annots'), 60: annotation(subtype), 61: EVIL }), made))[0]).toBe('INDETERMINATE')
    },
  )

  it('one that runs something does not come either', async () => {
    for (const action of [
      '/A <</S /JavaScript /JS (x)>>',
      '/AA <<>>',
      '/A <</S /URI /URI (x) /Next <</S /Launch>>>>',
      '/PA <</S /SubmitForm>>',
      '/A <</S /Hide>>',
    ])
      expect((await judged(updated(at(3), { ...listed(at(3), 'Annots'), 60: annotation('Link').replace('/AP', `${action} /AP`), 61: EVIL }), made))[0]).toBe(
        'INDETERMINATE',
      )
  })
})

describe('sneaky signature', () => {
  const signature = '<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 1 2 3] /Contents <00>>>'
  const field = (more: string): string => `<</FT /Sig /T (Sneaky) /Subtype /Widget /F 132 /P 3 0 R /Rect [0 0 200 60] ${more}>>`

  it('a new field that is signed over the amount', async () => {
    const sneaky = (p: number): Uint8Array => updated(at(p), { ...listed(at(p), 'both'), 60: field('/V 62 0 R /AP <</N 61 0 R>>'), 61: EVIL, 62: signature })
    for (const p of [1, 2]) expect(await judged(sneaky(p), made)).toEqual(['INDETERMINATE', 'signatureForbidden'])
    for (const p of [0, 3]) expect(await judged(sneaky(p), made)).toEqual([passed, 'signatureOverContent', 'signatureAdded'])
    // The signature itself is none, so that the document is not valid all the same.
    expect((await verify(sneaky(0), made.options)).indication).not.toBe(passed)
  })

  it('a new field that is not signed and shows something', async () => {
    for (const p of [0, 1, 2, 3]) {
      const file = updated(at(p), { ...listed(at(p), 'both'), 60: field('/AP <</N 61 0 R>>'), 61: EVIL })
      expect(await judged(file, made)).toContain('INDETERMINATE')
    }
  })

  it('a time-stamp that can be seen', async () => {
    const stamp = signature.replace('ETSI.CAdES.detached', 'ETSI.RFC3161')
    const shown = (p: number): Uint8Array => updated(at(p), { ...listed(at(p), 'both'), 60: field('/V 62 0 R /AP <</N 61 0 R>>'), 61: EVIL, 62: stamp })
    for (const p of [1, 2]) expect(await judged(shown(p), made)).toEqual(['INDETERMINATE', 'signatureForbidden'])
    expect(await judged(shown(0), made)).toEqual([passed, 'signatureOverContent', 'timestampAdded'])
  })

  it('a seal beside a signature is no disguise for a cover: it has to lie over the signature', async () => {
    const image = '/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8'
    const scan = contract({
      3: '<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources 5 0 R /Annots [50 0 R]>>',
      4: stream('q 200 0 0 200 0 0 cm /Scan Do Q'),
      5: '<</XObject <</Scan 30 0 R>>>>',
      7: '<</Fields [50 0 R]>>',
      30: stream('x', image),
      50: '<</FT /Sig /T (Leader) /Subtype /Widget /F 132 /P 3 0 R /Rect [150 150 190 190]>>',
    })
    const file = await sign(made, { certify: 2, field: 'Leader' }, scan)
    const seal = (rect: string): Uint8Array =>
      updated(file, {
        ...edited(file, 3, '/Annots [', '/Annots [60 0 R '),
        ...edited(file, 7, '/Fields [', '/Fields [60 0 R '),
        60: field('/V 62 0 R').replace('[0 0 200 60]', rect),
        62: signature,
      })
    expect(await judged(seal('[140 140 180 180]'), made)).toEqual([passed, 'signatureAdded'])
    expect(await judged(seal('[0 0 160 160]'), made)).toEqual(['INDETERMINATE', 'signatureForbidden'])
  })
})

describe('permissions that are talked away', () => {
  it('by another catalog entry, dictionary of the signature, or lock', async () => {
    const file = at(2)
    const annotated = { ...listed(file, 'Annots'), 60: '<</Type /Annot /Subtype /Text /Rect [0 0 9 9]>>' }
    const perms = /\/Perms (<<[^>]*>>|\d+ 0 R)/.exec(body(file, 1))?.[0] as string
    for (const update of [edited(file, 1, perms, ''), edited(file, 1, perms, '/Perms <</UR3 60 0 R>>')])
      expect((await judged(updated(file, { ...annotated, ...update }), made))[0]).not.toBe(passed)
  })

  it('by saying it in two steps, one permitted and one not', async () => {
    const file = at(2)
    const filled = updated(file, edited(file, 11, '/P 3 0 R', '/P 3 0 R /V (5)'))
    expect(await judged(filled, made)).toEqual([passed, 'fieldFilled'])
    const again = updated(filled, { ...edited(filled, 10, '[10 100 60 120]', '[0 0 200 60]') })
    expect((await judged(again, made)).slice(0, 2)).toEqual(['INDETERMINATE', 'fieldChanged'])
  })

  it('by a form field that is filled in after a lock', async () => {
    const file = await sign(made, { lock: { action: 'Include', fields: ['amount'] } }, contract())
    const amount = { ...edited(file, 10, '(1000)', '(9000)'), 16: form('9000') }
    expect(await judged(updated(file, amount), made)).toEqual(['INDETERMINATE', 'fieldLocked'])
    expect(await judged(updated(file, edited(file, 11, '/P 3 0 R', '/P 3 0 R /V (5)')), made)).toEqual([passed, 'fieldFilled'])
    expect((await judged(updated(file, edited(file, 10, '(amount)', '(other)')), made))[0]).toBe('INDETERMINATE')
  })
})
