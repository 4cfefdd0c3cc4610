import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromUtf8, latin1, utf8 } from '../../src/core/bytes.ts'
import { insertXml, lastChildPlace, parseXml } from '../../src/xml/index.ts'
import { utf16, verdict } from './support.ts'

describe('encodings', () => {
  it('reads UTF-8 with and without a byte order mark, without a copy', () => {
    const file = utf8('\ufeff<a>đ</a>')
    const doc = parseXml(file)
    expect(doc).toMatchObject({ encoding: 'UTF-8', byteOrderMark: 3 })
    expect(doc.bytes.buffer).toBe(file.buffer)
    expect(doc.fileOffset(doc.start(doc.root))).toBe(3)
    expect(parseXml(utf8('<a/>')).byteOrderMark).toBe(0)
  })

  it('reads UTF-16 of both kinds', () => {
    const text = '<?xml version="1.0" encoding="UTF-16"?><đ a="𝄞">Hà Nội</đ>'
    for (const bigEndian of [false, true]) {
      for (const mark of [false, true]) {
        const doc = parseXml(utf16(text, bigEndian, mark))
        expect(doc.encoding).toBe(bigEndian ? 'UTF-16BE' : 'UTF-16LE')
        expect(doc.byteOrderMark).toBe(mark ? 2 : 0)
        expect(fromUtf8(doc.bytes)).toBe(text)
        expect(doc.attribute(doc.root, 'a')).toBe('𝄞')
      }
    }
    expect(verdict(utf16('<a/>', true, true))).toBe('ok')
  })

  it('finds the place in a UTF-16 file of every character', () => {
    const characters = fc.array(fc.constantFrom('a', 'đ', '€', '𝄞'), { minLength: 0, maxLength: 3000 })
    fc.assert(
      fc.property(characters, (all) => {
        const doc = parseXml(utf16(`<a>${all.join('')}</a>`, false, true))
        let offset = 3
        let unit = 3
        for (const character of [...all, '<', '/', 'a', '>']) {
          if (doc.fileOffset(offset) !== 2 + 2 * unit) return false
          offset += utf8(character).length
          unit += character.length
        }
        return doc.fileOffset(doc.bytes.length) === 2 + 2 * unit
      }),
      { numRuns: 20 },
    )
  })

  it.each([
    ['ISO-8859-1', 'unsupported'],
    ['windows-1258', 'unsupported'],
    ['UTF-7', 'unsupported'],
    ['UTF-16', 'contradiction'],
    ['UTF-16LE', 'contradiction'],
  ])('refuses a UTF-8 file that says %s', (encoding, why) => {
    const file = utf8(`<?xml version="1.0" encoding="${encoding}"?><a>đ</a>`)
    expect(verdict(file)).toBe(`ERR_XML_ENCODING ${why}`)
    expect(() => parseXml(file)).toThrow(encoding)
  })

  it('reads pure ASCII whatever superset of it the file names, and writes nothing else into it', () => {
    const file = utf8('<?xml version="1.0" encoding="ISO-8859-2"?><a></a>')
    const document = parseXml(file)
    expect(document.asciiOnly).toBe(true)
    const edited = insertXml(file, document, [{ at: lastChildPlace(document, document.root), text: '<b>Vật tư</b>' }])
    expect(fromUtf8(edited)).toBe('<?xml version="1.0" encoding="ISO-8859-2"?><a><b>V&#7853;t t&#432;</b></a>')
    expect(parseXml(edited).text(1)).toBe('Vật tư')
    expect(verdict('<?xml version="1.0" encoding="UTF-7"?><a/>')).toBe('ERR_XML_ENCODING unsupported')
  })

  it('holds a file against what it says', () => {
    expect(verdict('<?xml version="1.0" encoding="us-ascii"?><a/>')).toBe('ok')
    expect(verdict('<?xml version="1.0" encoding="US-ASCII"?><a>đ</a>')).toBe('ERR_XML_ENCODING malformed')
    expect(verdict(utf16('<?xml version="1.0" encoding="UTF-8"?><a/>', false, true))).toBe('ERR_XML_ENCODING contradiction')
    expect(verdict(utf16('<?xml version="1.0" encoding="UTF-16BE"?><a/>', false, true))).toBe('ERR_XML_ENCODING contradiction')
  })

  it.each([
    [[0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0], 'unsupported'],
    [[0, 0, 0, 0x3c], 'unsupported'],
    [[0x4c, 0x6f, 0xa7, 0x94], 'unsupported'],
    [[0xff, 0xfe, 0x3c], 'malformed'],
    [[0xff, 0xfe, 0x00, 0xd8], 'malformed'],
    [[0xff, 0xfe, 0x00, 0xdc, 0x00, 0xd8], 'malformed'],
  ])('refuses bytes %j', (bytes, why) => expect(verdict(Uint8Array.from(bytes))).toBe(`ERR_XML_ENCODING ${why}`))

  it.each([
    '\u00e9',
    '\u00c0\u0080',
    '\u00e0\u0080\u0080',
    '\u00ed\u00a0\u0080',
    '\u00f0\u0080\u0080\u0080',
    '\u00f4\u0090\u0080\u0080',
    '\u00f8\u0088\u0080\u0080\u0080',
    '\u00c3',
    '\u0080',
    '\u00e2\u0082',
  ])('refuses what is no UTF-8, wherever it stands: %j', (bad) => {
    for (let shift = 0; shift < 9; shift++) expect(verdict(latin1(`<a>${'x'.repeat(shift)}${bad}</a>`))).toBe('ERR_XML_ENCODING malformed')
    expect(verdict(latin1(`<a>xxxxxxxxxxx</a>${bad}`))).toBe('ERR_XML_ENCODING malformed')
  })

  it('sees a control character at every place', () => {
    for (let shift = 0; shift < 20; shift++) {
      const whole = utf8(`..<a>${'x'.repeat(shift)}\u0007${'y'.repeat(20 - shift)}</a>`)
      expect(verdict(whole.subarray(2))).toBe('ERR_XML_SYNTAX character')
      expect(verdict(utf8(`<a>${'x'.repeat(shift)}\u007f\u0085\ufffd${'y'.repeat(20 - shift)}</a>`))).toBe('ok')
    }
  })
})
