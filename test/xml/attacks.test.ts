/** Documents that two readers may read differently: each is read in the one way that XML 1.0 allows, or refused. */
import { describe, expect, it } from 'vitest'
import { isKysoError } from '../../src/core/errors.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { elementsByName } from '../../src/xml/walk.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Text of the document element, or the code of the error. */
function read(document: string | Uint8Array): string {
  try {
    const doc = parseXml(typeof document === 'string' ? bytes(document) : document)
    return doc.text(doc.root)
  } catch (error) {
    if (!isKysoError(error)) throw error
    return error.code
  }
}

function utf16(text: string, bom = true): Uint8Array {
  const body = Buffer.from(text, 'utf16le')
  return new Uint8Array(bom ? Buffer.concat([Buffer.from([0xff, 0xfe]), body]) : body)
}

describe('the declaration', () => {
  it.each([
    ['<?xml version="1.0" standalone="yes"?><r>x</r>', 'x'],
    ["<?xml version = '1.0'  standalone = 'no' ?><r>x</r>", 'x'],
    ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?><r>x</r>', 'x'],
    ['<?xml version="1.0" standalone="yes" encoding="UTF-8"?><r>x</r>', 'ERR_XML_SYNTAX'],
    ['<?xml version="1.0"standalone="yes"?><r>x</r>', 'ERR_XML_SYNTAX'],
    ['<?xml version="1.0" encoding="UTF-8"standalone="yes"?><r>x</r>', 'ERR_XML_SYNTAX'],
    ['<?xml encoding="UTF-8"?><r>x</r>', 'ERR_XML_SYNTAX'],
    [' <?xml version="1.0"?><r>x</r>', 'ERR_XML_SYNTAX'],
    ['<?xml version="1.1"?><r>x&#1;</r>', 'ERR_XML_SYNTAX'],
    ['<?xml version="1.0" encoding="UTF-7"?><r>+ADw-a/+AD4-</r>', 'ERR_XML_ENCODING'],
    ['<?xml version="1.0" encoding="UTF-16"?><r>x</r>', 'ERR_XML_ENCODING'],
    ['<?xml version="1.0" encoding="windows-1252"?><r>é</r>', 'ERR_XML_ENCODING'],
    ['<?xml version="1.0" encoding="us-ascii"?><r>é</r>', 'ERR_XML_ENCODING'],
    ['<?xml version="1.0" encoding="shift_jis"?><r>\\</r>', 'ERR_XML_ENCODING'],
    ['<?xml version="1.0" encoding="cp037"?><r>x</r>', 'ERR_XML_ENCODING'],
  ])('%s', (text, expected) => expect(read(text)).toBe(expected))
})

describe('octets', () => {
  it('NUL, controls and what is no UTF-8 are refused wherever they stand', () => {
    for (const bad of [[0], [1], [0x0b], [0xc0, 0xbc], [0xe0, 0x80, 0xbc], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xef, 0xbf, 0xbf], [0xff], [0x80]])
      for (const [before, after] of [
        ['<r>', '</r>'],
        ['<r a="', '"/>'],
        ['<!--', '--><r/>'],
        ['<r><![CDATA[', ']]></r>'],
        ['<r/>', ''],
        ['', '<r/>'],
        ['<!DOCTYPE r [<!ENTITY e "', '">]><r/>'],
        ['<r', '/>'],
      ] as const)
        expect(['ERR_XML_SYNTAX', 'ERR_XML_ENCODING']).toContain(read(new Uint8Array([...bytes(before), ...bad, ...bytes(after)])))
  })

  it('a byte order mark is one at the beginning only', () => {
    expect(read('\ufeff<r>x</r>')).toBe('x')
    expect(read('\ufeff\ufeff<r>x</r>')).toBe('ERR_XML_SYNTAX')
    expect(read('<r>x</r>\ufeff')).toBe('ERR_XML_SYNTAX')
    expect(read('<r>1\ufeff0</r>')).toBe('1\ufeff0')
    expect(read(utf16('<r>x</r>'))).toBe('x')
    expect(read(utf16('\ufeff<r>x</r>'))).toBe('ERR_XML_SYNTAX')
  })

  it('UTF-16 without a mark, with half a character, or that says to be UTF-8', () => {
    expect(read(utf16('<?xml version="1.0" encoding="UTF-16"?><r>x</r>', false))).toBe('x')
    expect(read(utf16('<r>x</r>', false))).toBe('ERR_XML_SYNTAX')
    expect(read(utf16('<?xml version="1.0" encoding="UTF-8"?><r>x</r>'))).toBe('ERR_XML_ENCODING')
    expect(read(utf16('<r>\ud800</r>'))).toBe('ERR_XML_ENCODING')
    expect(read(utf16('<r>x</r>').subarray(0, -1))).toBe('ERR_XML_ENCODING')
  })
})

describe('text', () => {
  it.each([
    ['<r>1<![CDATA[0]]>0<!-- 9 -->0<?p 9?>0</r>', '10000'],
    ['<r><![CDATA[]]]]><![CDATA[>]]></r>', ']]>'],
    ['<r>]]&gt;</r>', ']]>'],
    ['<r>]]></r>', 'ERR_XML_SYNTAX'],
    ['<r><![CDATA[<r>]]></r>', '<r>'],
    ['<r><![cdata[x]]></r>', 'ERR_XML_SYNTAX'],
    ['<r><!-- -- --></r>', 'ERR_XML_SYNTAX'],
    ['<r><!-- x ---></r>', 'ERR_XML_SYNTAX'],
    ['<r>&#0;</r>', 'ERR_XML_SYNTAX'],
    ['<r>&#x110000;</r>', 'ERR_XML_SYNTAX'],
    ['<r>&#xD800;</r>', 'ERR_XML_SYNTAX'],
    ['<r>&#4294967361;</r>', 'ERR_XML_SYNTAX'],
    ['<r>&#x100000041;</r>', 'ERR_XML_SYNTAX'],
    ['<r>&#X41;</r>', 'ERR_XML_SYNTAX'],
    ['<r>&#-65;</r>', 'ERR_XML_SYNTAX'],
    ['<r>&#65 ;</r>', 'ERR_XML_SYNTAX'],
    ['<r>&lt</r>', 'ERR_XML_SYNTAX'],
    ['<r>&LT;</r>', 'ERR_XML_ENTITY'],
    ['<r>&nbsp;</r>', 'ERR_XML_ENTITY'],
    ['<r>&amp;lt;</r>', '&lt;'],
    ['<r/><r/>', 'ERR_XML_SYNTAX'],
    ['<r/>x', 'ERR_XML_SYNTAX'],
    ['<r></r >', ''],
    ['<r></ r>', 'ERR_XML_SYNTAX'],
    ['<r></rr>', 'ERR_XML_SYNTAX'],
    ['<rr></r>', 'ERR_XML_SYNTAX'],
    ['<r></r x="1">', 'ERR_XML_SYNTAX'],
  ])('%s', (text, expected) => expect(read(text)).toBe(expected))
})

describe('names and namespaces', () => {
  it.each([
    ['<r a="1" a="2"/>'],
    ['<r xmlns:a="urn:x" xmlns:b="urn:x" a:c="1" b:c="2"/>'],
    ['<r xmlns:a="urn:&#120;" xmlns:b="urn:x" a:c="1" b:c="2"/>'],
    ['<!DOCTYPE r [<!ATTLIST r xmlns:b CDATA "urn:x" b:c CDATA "2">]><r xmlns:a="urn:x" a:c="1"/>'],
    ['<r xmlns="urn:a" xmlns="urn:b"/>'],
    ['<a:r/>'],
    ['<r a:b="1"/>'],
    ['<r xmlns:a="urn:x"><a:b:c/></r>'],
    ['<:r/>'],
    ['<r: xmlns:r="urn:x"/>'],
    ['<r xmlns:xml="urn:x"/>'],
    ['<r xmlns:x="http://www.w3.org/XML/1998/namespace"/>'],
    ['<r xmlns:xmlns="urn:x"/>'],
    ['<r xmlns:x="http://www.w3.org/2000/xmlns/"/>'],
    ['<r xmlns:x="urn:x"><r xmlns:x=""/></r>'],
    ['<xmlns:r/>'],
    ['<r xmlns:x="urn:x"><x:r></x:r2></r>'],
    ['<r xmlns:x="urn:x" xmlns:y="urn:x"><x:r></y:r></r>'],
  ])('%s is refused', (text) => expect(read(text)).toMatch(/^ERR_XML_(?:SYNTAX|NAMESPACE)$/))

  it('a default that declares a namespace makes another element of what stands there', () => {
    const doc = parseXml(bytes('<!DOCTYPE r [<!ATTLIST order xmlns CDATA "urn:evil">]><r xmlns="urn:good"><order/></r>'))
    expect(elementsByName(doc, 'order', 'urn:good')).toEqual([])
    expect(elementsByName(doc, 'order', 'urn:evil')).toHaveLength(1)
  })
})

describe('the document type', () => {
  it.each([
    ['<!DOCTYPE r [<!ENTITY e "<x>">]><r>&e;</x></r>', 'ERR_XML_SYNTAX'],
    ['<!DOCTYPE r [<!ENTITY e "</r><r>">]><r>&e;</r>', 'ERR_XML_SYNTAX'],
    ['<!DOCTYPE r [<!ENTITY e "<!--">]><r>&e;--></r>', 'ERR_XML_SYNTAX'],
    ['<!DOCTYPE r [<!ENTITY e "<![CDATA[">]><r>&e;]]></r>', 'ERR_XML_SYNTAX'],
    ['<!DOCTYPE r [<!ENTITY e "&#38;">]><r>&e;lt;</r>', 'ERR_XML_SYNTAX'],
    ['<!DOCTYPE r [<!ENTITY e "&#38;lt;">]><r>&e;</r>', '<'],
    ['<!DOCTYPE r [<!ENTITY e "&#60;x/>">]><r>1&e;0</r>', '10'],
    ['<!DOCTYPE r [<!ENTITY e "1"><!ENTITY e "2">]><r>&e;</r>', '1'],
    ['<!DOCTYPE r [<!ENTITY e "&e;">]><r>&e;</r>', 'ERR_XML_ENTITY'],
    ['<!DOCTYPE r [<!ENTITY a "&b;"><!ENTITY b "&a;">]><r x="&a;"/>', 'ERR_XML_ENTITY'],
    ['<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]><r>&e;</r>', 'ERR_XML_ENTITY'],
    ['<!DOCTYPE r [<!ENTITY % e SYSTEM "http://example.com/e"> %e; ]><r/>', 'ERR_XML_ENTITY'],
    ['<!DOCTYPE r [<!ENTITY % p "1"><!ENTITY e "%p;">]><r>&e;</r>', 'ERR_XML_SYNTAX'],
    ['<!DOCTYPE r [<!ENTITY e "&#60;">]><r a="&e;"/>', 'ERR_XML_SYNTAX'],
    ['<!DOCTYPE r SYSTEM "x.dtd"><r>&e;</r>', 'ERR_XML_ENTITY'],
    ['<!DOCTYPE r><!DOCTYPE r><r/>', 'ERR_XML_SYNTAX'],
    ['<r><!DOCTYPE r></r>', 'ERR_XML_SYNTAX'],
    ['<!DOCTYPE r [<!ENTITY lt "&#38;#62;">]><r>&lt;</r>', 'ERR_XML_ENTITY'],
    ['<!DOCTYPE r [<![INCLUDE[<!ENTITY e "1">]]>]><r>&e;</r>', 'ERR_XML_SYNTAX'],
  ])('%s', (text, expected) => expect(read(text)).toBe(expected))

  it('what an external subset could change is told', () => {
    expect(parseXml(bytes('<!DOCTYPE r SYSTEM "x.dtd"><r/>')).oddities).toEqual(['external-subset'])
  })
})
