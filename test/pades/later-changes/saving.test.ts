import { describe, expect, it } from 'vitest'
import { append, CATALOG, codesAfter, FILLED, kindAfter, metadata, type Objects, STORE, signature, signed, stream } from './signed-file.ts'

const INFO = '<</Producer (Other) /ModDate (D:20260101000000Z) /Title (Contract)>>'
const certified = (p: number): Objects => ({
  9: signature('ETSI.CAdES.detached', `/Reference [<</TransformMethod /DocMDP /TransformParams <</P ${p}>>>>]`),
})

describe('what saving leaves', () => {
  it('comes with anything that was to be saved, at any P that permits that', async () => {
    expect(await codesAfter(append(signed(), { ...FILLED, 11: INFO, 12: metadata('2026-01-01') }))).toEqual(['explained', 'signatureAdded', 'metadataDates'])
    const stored = { ...STORE, 11: INFO }
    expect(await codesAfter(append(signed(certified(1)), stored))).toEqual(['explained', 'validationData', 'metadataDates'])
  })

  it('alone asks for P=3', async () => {
    expect(await codesAfter(append(signed(), { 11: INFO }))).toEqual(['explained', 'metadataAlone'])
    for (const p of [1, 2]) expect(await codesAfter(append(signed(certified(p)), { 12: metadata('2026-01-01') }))).toEqual(['unexplained', 'metadataForbidden'])
    expect(await codesAfter(append(signed(certified(3)), { 12: metadata('2026-01-01') }))).toEqual(['explained', 'metadataAlone'])
  })

  it('may be new', async () => {
    const bare = signed({ 1: `<<${CATALOG.replace(' /Metadata 12 0 R', '')}>>` })
    const dates = '<?xpacket?><x:xmpmeta xmlns:x="ns"><rdf:RDF xmlns:rdf="r"><rdf:Description xmlns:xmp="n" xmp:ModifyDate="1"/></rdf:RDF></x:xmpmeta>'
    const added = { ...FILLED, 1: `<<${CATALOG.replace('12 0 R', '60 0 R')}>>`, 60: stream(dates, '/Type /Metadata /Subtype /XML') }
    expect(await codesAfter(append(bare, added))).toEqual(['explained', 'signatureAdded', 'metadataDates'])
    expect(await kindAfter(append(bare, { ...added, 60: metadata('2026-01-01') }))).toBe('unexplained')
  })

  it('a later version of the format shows nothing', async () => {
    expect(await codesAfter(append(signed(), { ...FILLED, 1: `<<${CATALOG} /Version /2.0>>` }))).toEqual(['explained', 'signatureAdded'])
    for (const version of ['/1.4', '(2.0)', '/9.9.9', '/x'])
      expect(await kindAfter(append(signed(), { ...FILLED, 1: `<<${CATALOG} /Version ${version}>>` }))).toBe('unexplained')
    expect(await kindAfter(append(signed(), { 1: `<<${CATALOG} /Version /2.0>>` }))).toBe('unexplained')
  })

  it.each<[string, Objects]>([
    ['another title', { 11: INFO.replace('Contract', 'Gift') }],
    ['another author', { 11: INFO.replace('/Title', '/Author (x) /Title') }],
    ['a title taken away', { 11: '<</Producer (Writer)>>' }],
    ['properties that stand twice', { 11: INFO.replace('/Title (Contract)', '/Title (Gift) /Title (Contract)') }],
    ['properties that are none', { 11: '[]' }],
    ['another title of the packet', { 12: metadata('2026-01-01', 'Gift') }],
    ['a packet with something else in its stream', { 12: metadata('2026-01-01').replace('/Type /Metadata', '/Type /Metadata /AF [4 0 R]') }],
    ['a packet that is none', { 12: '<</Type /Metadata>>' }],
    ['a packet that cannot be decoded', { 12: metadata('2026-01-01').replace('/Type /Metadata', '/Type /Metadata /Filter /Unheard') }],
    ['a packet in place of the one that was', { 1: `<<${CATALOG.replace('12 0 R', '60 0 R')}>>`, 60: metadata('2026-01-01', 'Gift') }],
    ['the catalog without it', { 1: `<<${CATALOG.replace(' /Metadata 12 0 R', '')}>>` }],
  ])('not %s', async (_name, update) => {
    expect(await kindAfter(append(signed(), { ...FILLED, ...update }))).toBe('unexplained')
  })

  it('not what something else uses too', async () => {
    const shared = signed({ 5: '<</Font <</F1 6 0 R>> /Properties <</P 11 0 R /M 12 0 R>>>>' })
    const updates: Objects[] = [{ 11: INFO }, { 12: metadata('2026-01-01') }]
    for (const update of updates) expect(await codesAfter(append(shared, { ...FILLED, ...update }))).toEqual(['unexplained', 'objectShared'])
  })
})
