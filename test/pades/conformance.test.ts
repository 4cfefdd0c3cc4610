import { describe, expect, it } from 'vitest'
import { pdfaClaim } from '../../src/pades/conformance.ts'
import { openPdf } from '../../src/pdf/index.ts'
import { BASIC, simplePdf } from '../pdf/sample.ts'

const packet = (properties: string): string => `<x:xmpmeta><rdf:RDF><rdf:Description ${properties}</rdf:Description></rdf:RDF></x:xmpmeta>`
const stream = (content: string, entries = ''): string => `<<${entries}/Length ${content.length}>>\nstream\n${content}\nendstream`

async function claimOf(properties: string, catalog = '') {
  const objects = { 1: `<</Type/Catalog/Pages 2 0 R/Metadata 7 0 R${catalog}>>`, 7: stream(packet(properties)), 8: stream('profile', '/N 3') }
  return pdfaClaim(await openPdf(simplePdf({ ...BASIC, ...objects })))
}

describe('what a document says it conforms to', () => {
  it('stands in attributes or in elements', async () => {
    expect(await claimOf('pdfaid:part="2" pdfaid:conformance="u">')).toEqual({ part: 2, conformance: 'U', outputIntent: false })
    expect(await claimOf('><pdfaid:part>1</pdfaid:part><pdfaid:conformance> B </pdfaid:conformance>')).toMatchObject({ part: 1, conformance: 'B' })
    expect(await claimOf("pdfaid:part='4'>")).toMatchObject({ part: 4, conformance: '' })
  })

  it('is nothing where nothing is said', async () => {
    expect(pdfaClaim(await openPdf(simplePdf()))).toBeUndefined()
    for (const properties of ['>', 'pdfaid:part="x">', 'pdfaid:part="0">', 'pdfaid:conformance="B">']) expect(await claimOf(properties)).toBeUndefined()
  })

  it.each([
    ['/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/DestOutputProfile 8 0 R>>]', true],
    ['/OutputIntents[<</S/GTS_PDFX/DestOutputProfile 8 0 R>> <</S/GTS_PDFA1/DestOutputProfile 8 0 R>>]', true],
    ['/OutputIntents[<</S/GTS_PDFX/DestOutputProfile 8 0 R>>]', false],
    ['/OutputIntents[<</S/GTS_PDFA1/OutputConditionIdentifier(sRGB)>>]', false],
    ['/OutputIntents<</S/GTS_PDFA1/DestOutputProfile 8 0 R>>', false],
    ['/OutputIntents[null 99 0 R]', false],
    ['', false],
  ])('has an output intent or none: %s', async (catalog, outputIntent) => {
    expect(await claimOf('pdfaid:part="2" pdfaid:conformance="B">', catalog)).toEqual({ part: 2, conformance: 'B', outputIntent })
  })
})
