import { describe, expect, it } from 'vitest'
import { Overlays } from '../../../src/pades/later-changes/overlays.ts'
import type { AddedSignature } from '../../../src/pades/later-changes/step.ts'
import { openPdf } from '../../../src/pdf/index.ts'
import { ADDED, APPEARANCE, append, changesAfter, codesAfter, field, type Objects, PAGE, signature, signed, stream, without } from './signed-file.ts'

type Rect = readonly [number, number, number, number]
const SEALED: Objects = { 8: field('First', '/V 9 0 R /Rect [100 10 150 30]') }
const placed = (rectangle: Rect | null, page = 3): AddedSignature => ({
  ...{ revision: 1, name: 'Third', filled: false, kind: 'signature' as const },
  rectangles: [{ pages: [1], pageObjects: [page], rectangle }],
})

async function covers(signature: AddedSignature, objects: Objects = {}): Promise<boolean> {
  return new Overlays(await openPdf(signed(objects))).coversPage(signature)
}

describe('a new signature', () => {
  it('covers what the page draws and does not cover what is empty', async () => {
    expect(await covers(placed([15, 15, 40, 30]))).toBe(true)
    expect(await covers(placed([150, 5, 190, 45]))).toBe(false)
    expect(await covers(placed([0, 0, 200, 50]))).toBe(true)
  })

  it('covers what cannot be told', async () => {
    expect(await covers(placed(null))).toBe(true)
    expect(await covers(placed([150, 5, 190, 45], 99))).toBe(true)
    expect(await covers(placed([150, 5, 190, 45]), { 4: stream('/Missing Do'), 5: '<</XObject <</Missing 6 0 R>>>>' })).toBe(true)
  })

  it('covers annotations and fields that show something, signatures apart', async () => {
    const stamped = { 3: `<<${PAGE} /Annots [8 0 R 40 0 R]>>`, 40: '<</Subtype /Stamp /Rect [150 5 190 45] /AP <</N 41 0 R>>>>', 41: APPEARANCE }
    expect(await covers(placed([160, 10, 170, 20]), stamped)).toBe(true)
    expect(await covers(placed([160, 10, 170, 20]), { ...stamped, 40: field('x', '/Rect [150 5 190 45] /AP <</N 41 0 R>>') })).toBe(false)
  })

  it('may lie over a signature as a seal does, and over what is below that signature', async () => {
    const below = { ...SEALED, 4: stream('100 10 50 20 re f') }
    expect(await covers(placed([90, 5, 120, 35]), below)).toBe(false)
    expect(await covers(placed([105, 12, 140, 28]), below)).toBe(false)
    expect(await covers(placed([105, 12, 140, 28]), { 4: below[4] })).toBe(true)
    expect(await covers(placed([10, 5, 120, 35]), { ...below, 4: stream('100 10 50 20 re f 12 12 20 10 re f') })).toBe(true)
  })

  it('on a page that is one picture has to be such a seal', async () => {
    const scan = {
      ...SEALED,
      4: stream('q 200 0 0 50 0 0 cm /Scan Do Q'),
      5: '<</XObject <</Scan 41 0 R>>>>',
      41: stream('x', '/Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8'),
    }
    expect(await covers(placed([90, 5, 120, 35]), scan)).toBe(false)
    // One that only touches the signature covers the page.
    expect(await covers(placed([0, 0, 102, 50]), scan)).toBe(true)
    expect(await covers(placed([10, 10, 40, 30]), scan)).toBe(true)
  })

  it('is told where it covers, with its page and field', async () => {
    const over = { ...ADDED, 22: field('Third', '/Rect [15 15 60 35] /V 20 0 R') }
    expect((await changesAfter(append(signed(), over))).changes[0]).toMatchObject({ code: 'signatureOverContent', field: 'Third', page: 1 })
    // An empty field shows nothing, wherever it is.
    const empty = { ...without(ADDED, 20, 21), 22: field('Third', '/Rect [0 0 200 50]') }
    expect(await codesAfter(append(signed(), empty))).toEqual(['explained', 'fieldAdded'])
  })
})

describe('an annotation', () => {
  const note = (rect: string, subtype = 'Stamp'): Objects => ({ 3: `<<${PAGE} /Annots [8 0 R 10 0 R 60 0 R]>>`, 60: `<</Subtype /${subtype} /Rect ${rect}>>` })

  it('over a signature is told', async () => {
    expect(await codesAfter(append(signed(SEALED), note('[120 15 200 20]')))).toEqual(['explained', 'annotationOverSignature', 'annotationAdded'])
    expect(await codesAfter(append(signed(SEALED), note('(nowhere)')))).toEqual(['explained', 'annotationOverSignature', 'annotationAdded'])
    for (const other of [note('[160 15 200 20]'), note('[120 15 200 20]', 'Popup'), note('[120 15 200 20]', 'Link')])
      expect(await codesAfter(append(signed(SEALED), other))).toEqual(['explained', 'annotationAdded'])
  })

  it('over a signature that came later is not over this one', async () => {
    const later = append(signed(), { ...without(ADDED, 21), 22: field('Third', '/Rect [100 10 150 30] /V 20 0 R'), 20: signature() })
    const file = append(later, { 3: `<<${PAGE} /Annots [8 0 R 10 0 R 22 0 R 60 0 R]>>`, 60: '<</Subtype /Stamp /Rect [120 15 140 20]>>' })
    expect(await codesAfter(file, 1)).toEqual(['explained', 'annotationOverSignature', 'annotationAdded'])
    expect(await codesAfter(file, 0)).toEqual(['explained', 'signatureAdded', 'annotationAdded'])
  })
})
