import { describe, expect, it } from 'vitest'
import { concat, latin1, toHex, utf8 } from '../../src/core/bytes.ts'
import { encodeName } from '../../src/testing/index.ts'
import { ATTRIBUTE, attributeTexts, nameAttributes, nameKey, nameToString, sameName } from '../../src/x509/index.ts'
import { codeOf } from '../core/thrown.ts'
import { name, type RawAttribute, rawName, text } from './support.ts'

const CN = '2.5.4.3'
const O = '2.5.4.10'
const C = '2.5.4.6'
const UID = ATTRIBUTE.uid

const bmp = (value: string): Uint8Array => concat(Array.from(value, (c) => Uint8Array.of(c.charCodeAt(0) >> 8, c.charCodeAt(0) & 255)))
const universal = (value: string): Uint8Array => concat(Array.from(value, (c) => Uint8Array.of(0, 0, c.charCodeAt(0) >> 8, c.charCodeAt(0) & 255)))
const one = (value: string): ReturnType<typeof name> => name(rawName([text(CN, value)]))
const raw = (...rdns: readonly (readonly RawAttribute[])[]): ReturnType<typeof name> => name(rawName(...rdns))

describe('every string type is read', () => {
  it.each<[string, number, Uint8Array, string]>([
    ['UTF8String', 0x0c, utf8('Nguyễn Văn A'), 'Nguyễn Văn A'],
    ['NumericString', 0x12, latin1('0100109106'), '0100109106'],
    ['PrintableString', 0x13, latin1('Lab Root'), 'Lab Root'],
    ['TeletexString', 0x14, latin1('Caf\xe9'), 'Café'],
    ['IA5String', 0x16, latin1('a@example.vn'), 'a@example.vn'],
    ['VisibleString', 0x1a, latin1('Visible'), 'Visible'],
    ['UniversalString', 0x1c, universal('Hà Nội'), 'Hà Nội'],
    ['BMPString', 0x1e, bmp('Hà Nội'), 'Hà Nội'],
    ['an empty one', 0x0c, new Uint8Array(), ''],
  ])('%s', (_, tag, content, expected) => {
    const read = raw([{ type: CN, tag, content }])
    expect(nameAttributes(read)).toEqual([{ type: CN, text: expected }])
    expect(nameToString(read)).toBe(`CN=${expected}`)
  })

  it.each<[string, number, Uint8Array]>([
    ['UTF-8 that is none', 0x0c, Uint8Array.of(0xff, 0xfe)],
    ['UTF-8 in a longer form than need be', 0x0c, Uint8Array.of(0xc0, 0x80)],
    ['half a character of two octets', 0x1e, Uint8Array.of(0x00)],
    ['half a pair of surrogates', 0x1e, Uint8Array.of(0xd8, 0x00)],
    ['a character beyond the last', 0x1c, Uint8Array.of(0xff, 0, 0, 0)],
    ['a type that is no string', 0x02, Uint8Array.of(5)],
    ['an OCTET STRING', 0x04, utf8('CN')],
  ])('what is no text is told by its octets: %s', (_, tag, content) => {
    const [attribute] = nameAttributes(raw([{ type: CN, tag, content }]))
    expect(attribute?.text).toMatch(/^#[0-9a-f]+$/)
  })
})

describe('structure', () => {
  it('keeps several attributes of a relative name, and the same type several times', () => {
    const read = name(encodeName([{ C: 'VN' }, { CN: 'A', O: 'B' }, { UID: 'MST:0100109106' }, { UID: 'CCCD:001185000001' }]))
    expect(attributeTexts(read, UID)).toEqual(['MST:0100109106', 'CCCD:001185000001'])
    expect(nameAttributes(read)).toHaveLength(5)
    expect(nameToString(read)).toMatch(/^UID=CCCD:001185000001,UID=MST:0100109106,(CN=A\+O=B|O=B\+CN=A),C=VN$/)
  })

  it('is refused when it is none', () => {
    for (const bytes of [
      new Uint8Array(),
      Uint8Array.of(0x31, 0),
      Uint8Array.of(0x30, 2, 0x31, 0),
      Uint8Array.of(0x30, 1, 0),
      rawName([]),
      concat([rawName(), Uint8Array.of(0)]),
    ]) {
      expect(
        codeOf(() => name(bytes)),
        toHex(bytes),
      ).toMatch(/^ERR_ASN1_/)
    }
    expect(name(rawName()).value).toEqual([])
  })

  it('is printed so that no text can pass for structure', () => {
    expect(nameToString(one('A,CN=B'))).toBe('CN=A\\,CN\\=B')
    expect(nameToString(one('A+O=B'))).toBe('CN=A\\+O\\=B')
    expect(nameToString(one('#04'))).toBe('CN=\\#04')
    expect(nameToString(one(' x '))).toBe('CN=\\ x\\ ')
    expect(nameToString(one('a\u0000b'))).toBe('CN=a\\00b')
    expect(nameToString(raw([text('1.2.3', 'x')]))).toBe('1.2.3=x')
  })
})

describe('comparison by RFC 5280 §7.1', () => {
  it.each<[string, string, string]>([
    ['capitals', 'Lab Root', 'LAB ROOT'],
    ['capitals with marks', 'Phòng Thí Nghiệm', 'PHÒNG THÍ NGHIỆM'],
    ['composed and decomposed marks', 'Nguyễn Văn Ánh', 'Nguyễn Văn Ánh'.normalize('NFD')],
    ['compatibility forms', 'ﬁle ２０２６', 'file 2026'],
    ['spaces around', ' Lab Root ', 'Lab Root'],
    ['spaces within', 'Lab    Root', 'Lab Root'],
    ['other white space', 'Lab\u00a0\u3000\tRoot', 'Lab Root'],
    ['a soft hyphen', 'Lab\u00adRoot', 'LabRoot'],
    ['control characters', 'Lab\u0001\u0000Root', 'LabRoot'],
    ['zero-width characters', 'Lab\u200b\ufeffRoot', 'LabRoot'],
    ['a sharp s', 'Straße', 'STRASSE'],
    ['a final sigma', 'ΟΔΟΣ', 'οδοσ'],
    ['nothing', '', '   '],
  ])('takes %s for the same', (_, a, b) => {
    expect(sameName(one(a), one(b))).toBe(true)
    expect(nameKey(one(a))).toBe(nameKey(one(b)))
  })

  it.each<[string, string, string]>([
    ['another text', 'Lab Root', 'Lab Root 2'],
    ['other marks', 'Nguyễn', 'Nguyên'],
    ['no marks', 'Hà', 'Ha'],
    ['a space more between letters', 'Lab Root', 'LabRoot'],
    ['letters that look alike', 'Root', 'R\u043e\u043et'],
    ['a dotless i', 'Hanoı', 'Hanoi'],
    ['punctuation', 'A.B', 'AB'],
  ])('tells %s apart', (_, a, b) => {
    expect(sameName(one(a), one(b))).toBe(false)
  })

  it('looks at the text and not at the string type', () => {
    const forms = [
      { tag: 0x0c, content: utf8('Hà Nội') },
      { tag: 0x1e, content: bmp('Hà Nội') },
      { tag: 0x1c, content: universal('HÀ NỘI') },
    ].map((form) => raw([{ type: CN, ...form }]))
    for (const a of forms) for (const b of forms) expect(sameName(a, b)).toBe(true)
    expect(sameName(raw([{ type: CN, tag: 0x13, content: latin1('Root') }]), raw([{ type: CN, tag: 0x16, content: latin1('ROOT') }]))).toBe(true)
  })

  it('takes a set for the same in any order, and a list only in its own', () => {
    const a = text(CN, 'A')
    const b = text(O, 'B')
    expect(sameName(raw([a, b]), raw([b, a]))).toBe(true)
    expect(sameName(raw([a], [b]), raw([b], [a]))).toBe(false)
    expect(sameName(raw([a, b]), raw([a], [b]))).toBe(false)
    expect(sameName(raw([a]), raw([a], [b]))).toBe(false)
    expect(sameName(raw([a], [a]), raw([a]))).toBe(false)
    expect(sameName(raw([a, a]), raw([a]))).toBe(false)
  })

  it('does not take the national root for its parts in reversed order', () => {
    const parts = [[text(C, 'VN')], [text(O, 'Bộ Thông tin và Truyền thông')], [text(CN, 'Vietnam National Root CA - G3')]]
    expect(sameName(raw(...parts), raw(...parts))).toBe(true)
    expect(sameName(raw(...parts), raw(...[...parts].reverse()))).toBe(false)
  })

  it('tells types apart', () => {
    expect(sameName(raw([text(CN, 'A')]), raw([text(O, 'A')]))).toBe(false)
    expect(sameName(raw(), raw([text(CN, '')]))).toBe(false)
  })

  it('does not take text for the octets it looks like, nor for structure', () => {
    const octets = raw([{ type: CN, tag: 0x04, content: Uint8Array.of(1) }])
    expect(nameAttributes(octets)[0]?.text).toBe('#040101')
    expect(sameName(octets, one('#040101'))).toBe(false)
    expect(sameName(octets, raw([{ type: CN, tag: 0x04, content: Uint8Array.of(1) }]))).toBe(true)
    expect(sameName(one('#'), raw([{ type: CN, tag: 0x04, content: new Uint8Array() }]))).toBe(false)
    expect(sameName(one('A"],["2.5.4.10","B'), raw([text(CN, 'A'), text(O, 'B')]))).toBe(false)
    expect(sameName(one('A","B'), raw([text(CN, 'A')], [text(CN, 'B')]))).toBe(false)
  })
})
