import { describe, expect, it } from 'vitest'
import { Sample } from '../../pdf/sample.ts'
import { ADDED, append, codesAfter, FILLED, kindAfter, type Objects, PAGE, SIGNED, STORE, signature, signed, stream } from './signed-file.ts'

const certified: Objects = { 9: signature('ETSI.CAdES.detached', '/Reference [<</TransformMethod /DocMDP /TransformParams <</P 1>>>>]') }

describe('objects that nothing uses', () => {
  it('may come at any P, and are told', async () => {
    const update = { 60: stream('(9000) Tj'), 61: '<</S /JavaScript /JS (x)>>', 62: '[60 0 R 3 0 R]' }
    expect(await codesAfter(append(signed(certified), update))).toEqual(['explained', 'objectUnused'])
    expect(await codesAfter(append(signed(), { ...FILLED, ...update }))).toEqual(['explained', 'signatureAdded', 'objectUnused'])
  })

  it('may go, once nothing uses them', async () => {
    expect(await codesAfter(append(signed(certified), {}, { free: [13, 6] }))).toEqual(['unexplained', 'objectFreed'])
    expect(await codesAfter(append(signed(certified), {}, { free: [13] }))).toEqual(['explained', 'objectRemoved'])
  })

  it('are used as soon as anything leads to them', async () => {
    const users: Objects[] = [
      { 3: `<<${PAGE} /Annots [8 0 R 10 0 R] /Thumb 60 0 R>>` },
      { 7: '<</Fields [8 0 R 10 0 R] /SigFlags 3 /XFA 60 0 R>>' },
      { 13: '[60 0 R]' },
    ]
    for (const user of users) expect(await kindAfter(append(signed(), { ...user, 60: stream('x') }))).toBe('unexplained')
    expect(await codesAfter(append(signed(), { 60: stream('x') }, { trailer: '/Root 1 0 R /Info 11 0 R /Mine 60 0 R' }))).toEqual([
      'unexplained',
      'trailerChanged',
      'objectUnexplained',
    ])
  })

  it('do not change while nothing uses them: what leads to them may come later', async () => {
    expect(await kindAfter(append(signed(), { 13: '[6 0 R]' }))).toBe('unexplained')
  })

  it('a store or a cross-reference that is left over is one', async () => {
    expect(await codesAfter(append(signed(), { ...STORE, 60: '<</Type /VRI /AB 33 0 R>>' }))).toEqual(['explained', 'validationData'])
    expect(await kindAfter(append(signed(), { ...ADDED, 3: `<<${PAGE} /Annots [8 0 R 10 0 R 22 0 R] /X 60 0 R>>`, 60: '<</Type /VRI>>' }))).toBe('unexplained')
  })

  it('parts of an object stream that the update does not name', async () => {
    const base = new Sample().stream(SIGNED, { trailer: '/Info 11 0 R' })
    const at = base.xref
    const objects = (count: number): string => stream('60 0 61 4 (a) (b) ', `/Type /ObjStm /N ${count} /First 10`)
    const update = (named: Readonly<Record<number, readonly [number, number]>>): Uint8Array =>
      new Sample(Buffer.from(base.bytes()).toString('latin1'))
        .stream({ 70: objects(2) }, { number: 71, compressed: named, trailer: `/Info 11 0 R /Prev ${at}` })
        .bytes()
    expect(await codesAfter(update({ 60: [70, 0], 61: [70, 1] }))).toEqual(['explained', 'objectUnused'])
    expect(await codesAfter(update({ 60: [70, 0] }))).toEqual(['unexplained', 'strayBytes'])
  })
})
