import { describe, expect, it } from 'vitest'
import { comparePdfRevisions } from '../../../src/pades/index.ts'
import { append, FILLED, PAGE, STORE, signature, signed, stream } from './signed-file.ts'

const file = append(append(append(signed(), FILLED), STORE), { 4: stream('x') })
const codes = async (from?: number, to?: number): Promise<string[]> =>
  (await comparePdfRevisions(file, { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) })).map(({ code }) => code)

describe('comparing two revisions', () => {
  it('tells every change in between, in their order, permitted or not', async () => {
    expect(await codes()).toEqual(['signatureAdded', 'validationData', 'contentChanged'])
    expect(await codes(0, 1)).toEqual(['signatureAdded'])
    expect(await codes(1, 2)).toEqual(['validationData'])
    expect(await codes(2)).toEqual(['contentChanged'])
    expect(await codes(1, 1)).toEqual([])
    expect(await codes(3)).toEqual([])
  })

  it('does not judge: what P=1 forbids is told as what it is', async () => {
    const locked = signed({ 9: signature('ETSI.CAdES.detached', '/Reference [<</TransformMethod /DocMDP /TransformParams <</P 1>>>>]') })
    const noted = append(locked, { 3: `<<${PAGE} /Annots [8 0 R 10 0 R 60 0 R]>>`, 60: '<</Subtype /Text /Rect [0 0 9 9]>>' })
    expect((await comparePdfRevisions(noted)).map(({ code, page }) => [code, page])).toEqual([['annotationAdded', 1]])
  })

  it('tells what stands behind the end with the last revision', async () => {
    const tail = Buffer.concat([file, Buffer.from('1 0 obj')])
    expect((await comparePdfRevisions(tail, { from: 2 })).map(({ code }) => code)).toEqual(['contentChanged', 'trailingBytes'])
    expect((await comparePdfRevisions(tail, { from: 1, to: 2 })).map(({ code }) => code)).toEqual(['validationData'])
  })

  it.each([
    [0, 4],
    [4, 4],
    [-1, 0],
    [2, 1],
    [0.5, 1],
    [Number.NaN, 1],
  ])('refuses revisions that are none: %d to %d', async (from, to) => {
    await expect(comparePdfRevisions(file, { from, to })).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
  })
})
