import { describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/core/bytes.ts'
import { sameMetadata } from '../../../src/pades/later-changes/xmp.ts'

describe('XMP metadata', () => {
  it('compares packets by properties, however they are written', () => {
    const packet = (text: string, namespaces = 'xmlns:xmp="ns:xmp" xmlns:dc="ns:dc"'): Uint8Array => utf8(`<rdf:RDF ${namespaces}>${text}</rdf:RDF>`)
    const base = packet('<rdf:Description rdf:about="" xmp:ModifyDate="1" dc:format="pdf"/>')
    expect(sameMetadata(base, packet('<rdf:Description> <dc:format>pdf</dc:format><xmp:ModifyDate>2</xmp:ModifyDate></rdf:Description>'))).toBe(true)
    expect(sameMetadata(base, packet('<rdf:Description dc:format="other"/>'))).toBe(false)
    expect(sameMetadata(base, packet('<rdf:Description/>'))).toBe(false)
    expect(sameMetadata(base, packet('<rdf:Description dc:format="pdf"/>', 'xmlns:xmp="ns:xmp" xmlns:dc="ns:other"'))).toBe(false)
    expect(sameMetadata(null, packet('<rdf:Description xmp:ModifyDate="2"/>'))).toBe(true)
    expect(sameMetadata(null, base)).toBe(false)
    for (const odd of ['<!-- x -->', '<![CDATA[x]]>', '<a:b>', '</a:b>', '<a:b c>', '&', '<a:b c:d="1']) {
      expect(sameMetadata(base, packet(`<rdf:Description dc:format="pdf"/>${odd}`)), odd).toBe(false)
    }
    expect(sameMetadata(base, Uint8Array.of(0xff, 0xfe))).toBe(false)
    expect(sameMetadata(null, utf8('<a:b>'.repeat(100_000)))).toBe(false)
  })
})
