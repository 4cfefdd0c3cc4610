import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromUtf8, toHex, utf8 } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import {
  afterPlace,
  ancestors,
  beforePlace,
  childElement,
  childElements,
  elementsByName,
  escapeAttribute,
  escapeText,
  firstChildPlace,
  insertXml,
  lastChildPlace,
  NO_NODE,
  parseXml,
  pathOf,
  type XmlPlace,
  type XmlTable,
} from '../../src/xml/index.ts'
import { parse, utf16 } from './support.ts'

const INVOICE = '<?xml version="1.0"?>\r\n<HDon a=\'1\'>\r\n\t<DLHDon Id="x"/>\r\n<CKyDTu ></CKyDTu><Đơn\n /></HDon>\r\n<!-- end -->'

/** The text after something is put at a place that a function finds. */
const edited = (text: string, find: (doc: XmlTable) => XmlPlace, put: string): string | null => {
  const doc = parse(text)
  return fromUtf8(insertXml(utf8(text), doc, [{ at: find(doc), text: put }]))
}
const named = (doc: XmlTable, local: string): number => elementsByName(doc, local)[0] ?? NO_NODE

describe('insertions', () => {
  it('go to the chosen place and leave every other byte', () => {
    const put = '<s>đ</s>'
    expect(edited(INVOICE, (doc) => lastChildPlace(doc, doc.root), put)).toBe(INVOICE.replace('</HDon>', `${put}</HDon>`))
    expect(edited(INVOICE, (doc) => lastChildPlace(doc, named(doc, 'CKyDTu')), put)).toBe(INVOICE.replace('</CKyDTu>', `${put}</CKyDTu>`))
    expect(edited(INVOICE, (doc) => firstChildPlace(doc, doc.root), put)).toBe(INVOICE.replace("'1'>", `'1'>${put}`))
    expect(edited(INVOICE, (doc) => afterPlace(doc, named(doc, 'DLHDon')), put)).toBe(INVOICE.replace('"x"/>', `"x"/>${put}`))
    expect(edited(INVOICE, (doc) => beforePlace(doc, named(doc, 'CKyDTu')), put)).toBe(INVOICE.replace('<CKyDTu', `${put}<CKyDTu`))
    expect(edited(INVOICE, (doc) => afterPlace(doc, doc.root), '<!--x-->')).toBe(INVOICE.replace('</HDon>', '</HDon><!--x-->'))
  })

  it('open a tag that is empty, once', () => {
    expect(edited(INVOICE, (doc) => lastChildPlace(doc, named(doc, 'Đơn')), 'x')).toBe(INVOICE.replace('<Đơn\n />', '<Đơn\n >x</Đơn>'))
    const text = '<p:a xmlns:p="u"/>'
    const doc = parse(text)
    const insertions = [
      { at: lastChildPlace(doc, doc.root), text: '1' },
      { at: firstChildPlace(doc, doc.root), text: '2' },
      { at: 0, text: '<?p?>' },
    ]
    expect(fromUtf8(insertXml(utf8(text), doc, insertions))).toBe('<?p?><p:a xmlns:p="u">12</p:a>')
    expect(() =>
      insertXml(utf8(text), doc, [
        { at: lastChildPlace(doc, doc.root), text: '' },
        { at: text.length - 1, text: '' },
      ]),
    ).toThrow(/empty-element/)
  })

  it('are written in the encoding of the file', () => {
    for (const bigEndian of [false, true]) {
      const file = utf16('<đ>𝄞<b/></đ>', bigEndian, true)
      const doc = parseXml(file)
      const out = insertXml(file, doc, [
        { at: lastChildPlace(doc, doc.root + 2), text: 'Ký 𝄞' },
        { at: lastChildPlace(doc, doc.root), text: '!' },
      ])
      expect(toHex(out)).toBe(toHex(utf16('<đ>𝄞<b>Ký 𝄞</b>!</đ>', bigEndian, true)))
    }
    const file = utf8('\ufeff<a/>')
    expect(toHex(insertXml(file, parseXml(file), [{ at: lastChildPlace(parseXml(file), 1), text: 'x' }]))).toBe(toHex(utf8('\ufeff<a>x</a>')))
  })

  it('give back the file when they are taken out again', () => {
    const pieces = fc.array(fc.constantFrom('<a/>', '<b >\r\n</b>', 'đ', '<!--c-->', '<c x="1"><d/></c>', '&amp;'), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(pieces, fc.nat(), fc.boolean(), (all, pick, wide) => {
        const text = `<?xml version="1.0"?>\r\n<r>${all.join('')}</r>\n`
        const file = wide ? utf16(text, false, true) : utf8(text)
        const doc = parseXml(file)
        const elements = [...Array(doc.size).keys()].filter((node) => doc.kind(node) === 1)
        const element = elements[pick % elements.length] as number
        const out = parseXml(insertXml(file, doc, [{ at: lastChildPlace(doc, element), text: '<new/>' }]))
        const added = named(out, 'new')
        expect(out.parent(added)).toBe(element)
        expect(out.nextSibling(added)).toBe(NO_NODE)
        expect(out.size).toBe(doc.size + 1)
        expect(out.text(0)).toBe(doc.text(0))
      }),
      { numRuns: 100 },
    )
  })

  it('refuse what cannot be', () => {
    const text = '<!DOCTYPE r [<!ENTITY e "<b/>">]><r>đ&e;</r>'
    const doc = parse(text)
    const file = utf8(text)
    const b = named(doc, 'b')
    const tries = [
      () => lastChildPlace(doc, b),
      () => afterPlace(doc, b),
      () => lastChildPlace(doc, b - 1),
      () => lastChildPlace(doc, 0),
      () => afterPlace(doc, 99),
      () => insertXml(file, doc, [{ at: -1, text: '' }]),
      () => insertXml(file, doc, [{ at: 1.5, text: '' }]),
      () => insertXml(file, doc, [{ at: file.length + 1, text: '' }]),
      () => insertXml(file, doc, [{ at: doc.start(doc.root) + 4, text: '' }]),
      () => insertXml(file, doc, [{ at: 0, text: '\ud800' }]),
      () => insertXml(file, doc, [{ at: 0, text: '\u0000' }]),
    ]
    for (const attempt of tries) {
      let error: unknown
      try {
        attempt()
      } catch (thrown) {
        error = thrown
      }
      expect(isKysoError(error, 'ERR_ARGUMENT')).toBe(true)
    }
  })
})

describe('escaping', () => {
  it('comes back from the parser as it was', () => {
    const text = fc
      .string({ unit: 'grapheme' })
      .filter((value) => ![...value].some((c) => (c < ' ' && !'\t\n\r'.includes(c)) || c === '\ufffe' || c === '\uffff'))
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", '\r', '\n', '\t', ']', 'x') })), (value) => {
        const doc = parse(`<a b="${escapeAttribute(value)}" c='${escapeAttribute(value)}'>${escapeText(value)}</a>`)
        expect(doc.attribute(doc.root, 'b')).toBe(value)
        expect(doc.attribute(doc.root, 'c')).toBe(value)
        expect(doc.text(doc.root)).toBe(value)
      }),
    )
    expect(() => escapeText('\u0000')).toThrow('U+0000')
    expect(() => escapeAttribute('a\udc00')).toThrow('U+DC00')
  })
})

describe('the tree', () => {
  it('is walked', () => {
    const doc = parse('<TDiep><HDon/><p:HDon xmlns:p="u"><DLHDon>x</DLHDon></p:HDon><HDon><DLHDon/><!-- c --></HDon></TDiep>')
    const [first, second, third] = [...childElements(doc, doc.root)] as [number, number, number]
    expect([first, second, third].map((node) => pathOf(doc, node))).toEqual(['/TDiep/HDon[1]', '/TDiep/p:HDon', '/TDiep/HDon[2]'])
    expect(elementsByName(doc, 'HDon')).toEqual([first, second, third])
    expect(elementsByName(doc, 'HDon', '')).toEqual([first, third])
    expect(elementsByName(doc, 'DLHDon', undefined, third)).toEqual([third + 1])
    expect(childElement(doc, second, 'DLHDon', '')).toBe(second + 1)
    expect(childElement(doc, second, 'DLHDon', 'u')).toBe(NO_NODE)
    expect([...ancestors(doc, third + 1)]).toEqual([third, doc.root, 0])
    expect(pathOf(doc, second + 2)).toBe('/TDiep/p:HDon/DLHDon/text()')
    expect(pathOf(doc, third + 2)).toBe('/TDiep/HDon[2]/comment()')
    expect(pathOf(doc, 0)).toBe('/')
  })

  it('gives text without what is no text, and in pieces as written', () => {
    const doc = parse('<a>0<!-- no -->1<b>2<?no no?></b><![CDATA[<3>]]>\r\n&#13;</a>')
    expect(doc.text(doc.root)).toBe('012<3>\n\r')
    expect(doc.text(0)).toBe('012<3>\n\r')
    expect(doc.name(doc.root)).toBe(doc.name(doc.root))
    expect(doc.target(doc.root + 6)).toBe('no')
  })
})
