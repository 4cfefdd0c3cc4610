import { describe, expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { fromLatin1, latin1 } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { Lexer, WINDOW_END } from '../../src/pdf/lexer.ts'
import { PdfArray, PdfDict, PdfName, PdfNumber, type PdfObject, PdfRef, type PdfString } from '../../src/pdf/objects.ts'
import { Oddities } from '../../src/pdf/oddities.ts'
import { ObjectParser } from '../../src/pdf/parser.ts'

function parse(text: string, budget = new Budget()): PdfObject {
  return new ObjectParser(new Lexer(latin1(text), 0), budget).object()
}

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (isKysoError(error)) return error.code
    throw error
  }
  return ''
}

describe('numbers', () => {
  it.each([
    ['0', 0, true],
    ['+17', 17, true],
    ['-98', -98, true],
    ['--5', -5, true],
    ['34.5', 34.5, false],
    ['-3.62', -3.62, false],
    ['+123.6', 123.6, false],
    ['4.', 4, false],
    ['-.002', -0.002, false],
    ['.5', 0.5, false],
    ['.', 0, false],
    ['00012', 12, true],
    ['90071992547409920000', 9007199254740992e4, true],
  ])('%s', (text, value, isInteger) => {
    expect(parse(`${text} `)).toEqual(new PdfNumber(value, isInteger))
  })

  it.each(['1e5', '0x10', '1.2.3', '1-2', '+-3', '16#FF'])('%s is none', (text) => {
    expect(codeOf(() => parse(text))).toBe('ERR_PDF_SYNTAX')
  })

  it('takes what C libraries print for infinity as 0, and tells', () => {
    const oddities = new Oddities()
    expect(new ObjectParser(new Lexer(latin1('-1.#INF '), 7), new Budget(), oddities).object()).toEqual(new PdfNumber(0, false))
    expect(oddities.list).toMatchObject([{ code: 'number-malformed', offset: 7 }])
  })
})

describe('strings', () => {
  it.each([
    ['()', ''],
    ['(a(b)c)', 'a(b)c'],
    ['(a\\)b\\(c\\\\)', 'a)b(c\\'],
    ['(\\n\\r\\t\\b\\f\\q)', '\n\r\t\b\fq'],
    ['(\\53\\0533\\7x\\400)', '++3\x07x\0'],
    ['(a\\\nb\\\r\nc\\\rd)', 'abcd'],
    ['(a\r\nb\rc\nd\n\re)', 'a\nb\nc\nd\n\ne'],
    ['<>', ''],
    ['<4E6f 76\n>', 'Nov'],
    ['<901FA>', '\x90\x1f\xa0'],
  ])('%j', (text, content) => {
    const string = parse(text) as PdfString
    expect(fromLatin1(string.bytes)).toBe(content)
    expect([string.hex, string.start, string.end]).toEqual([text.startsWith('<'), 0, text.length])
  })

  it.each(['(', '(a(b)', '(\\', '<', '<41', '<4g>', '<41(>'])('%j does not end, or is malformed', (text) => {
    expect(codeOf(() => parse(text))).toBe('ERR_PDF_SYNTAX')
  })
})

describe('names', () => {
  it.each([
    ['/Name1', 'Name1'],
    ['/', ''],
    ['/A;Name_With-Various***Characters?', 'A;Name_With-Various***Characters?'],
    ['/Lime#20Green', 'Lime Green'],
    ['/paired#28#29parentheses', 'paired()parentheses'],
    ['/A#42#zz#4', 'AB#zz#4'],
    ['/__proto__', '__proto__'],
  ])('%s', (text, name) => {
    expect(parse(`${text} `)).toEqual(new PdfName(name))
  })
})

describe('arrays, dictionaries and references', () => {
  it('reads them without white space, and with comments', () => {
    const dict = parse('<</A[1 0 R(x)/N<41>true[null]]%comment >>\r/B<</C -1>>/D 7 0 R>>') as PdfDict
    expect(dict.get('A')).toMatchObject({ items: [new PdfRef(1, 0), {}, new PdfName('N'), {}, true, { items: [null] }] })
    expect(dict.get('D')).toEqual(new PdfRef(7, 0))
    expect([dict.start, dict.end]).toEqual([0, 63])
    expect((parse('[1 2 0 R 3 4]') as PdfArray).items).toEqual([new PdfNumber(1), new PdfRef(2, 0), new PdfNumber(3), new PdfNumber(4)])
  })

  it('recognises a reference that stands alone, and leaves what is none', () => {
    expect(parse('12 3 R')).toEqual(new PdfRef(12, 3))
    const lexer = new Lexer(latin1('12 3 obj'), 0)
    expect(new ObjectParser(lexer, new Budget()).object()).toEqual(new PdfNumber(12))
    expect(lexer.pos).toBe(2)
  })

  it('leaves null entries out, names keys that stand twice, and keeps the last value', () => {
    const oddities = new Oddities()
    const dict = new ObjectParser(new Lexer(latin1('<</A null/B 1/C 2/B 3/C null>>'), 0), new Budget(), oddities).object() as PdfDict
    expect([...dict.entries]).toEqual([['B', new PdfNumber(3)]])
    expect(dict.duplicates).toEqual(['B', 'C'])
    expect(oddities.list).toMatchObject([{ code: 'duplicate-key', offset: 0 }])
  })

  it.each(['[1', '<</A', '<</A>>', '<<1 2>>', '[R]', '[1 R]', '[-1 0 R]', '[1.0 0 R]', '[(a) 0 R]', ']', '>>', '[>>', '<<]', '{', ')', 'nul', '[endobj]', ''])(
    '%j is malformed',
    (text) => expect(codeOf(() => parse(text))).toBe('ERR_PDF_SYNTAX'),
  )

  it('does not use the call stack for nesting, and bounds it', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000)
    expect(codeOf(() => parse(deep))).toBe('ERR_BUDGET_EXCEEDED')
    let depth = 0
    for (let object = parse(deep, new Budget({ pdfDepth: 200_000 })); object instanceof PdfArray && object.items.length; object = object.items[0] as PdfObject)
      depth++
    expect(depth).toBe(99_999)
    expect(codeOf(() => parse('<</A'.repeat(100_000)))).toBe('ERR_BUDGET_EXCEEDED')
    expect(codeOf(() => parse(`[${'1 '.repeat(100)}]`, new Budget({ pdfObjects: 50 })))).toBe('ERR_BUDGET_EXCEEDED')
  })

  it('decrypts strings, but not the /Contents of a signature', () => {
    const decrypt = (bytes: Uint8Array): Uint8Array => bytes.map((b) => b ^ 1)
    const read = (text: string): PdfDict => new ObjectParser(new Lexer(latin1(text), 0), new Budget(), undefined, decrypt).object() as PdfDict
    const content = (dict: PdfDict, key: string): string => fromLatin1((dict.get(key) as PdfString).bytes)
    const signature = read('<</Contents<40>/Reason(@)/ByteRange[0 1 2 3]>>')
    expect([content(signature, 'Contents'), content(signature, 'Reason')]).toEqual(['@', 'A'])
    expect(content(read('<</Contents<40>/Subtype/Text>>'), 'Contents')).toBe('A')
    expect(content(read('<</Contents(@)/ByteRange[0 1 2 3]>>'), 'Contents')).toBe('A')
    expect((read('<</L[(@)[(@)]]>>').get('L') as PdfArray).items).toMatchObject([{ bytes: latin1('A') }, { items: [{ bytes: latin1('A') }] }])
  })
})

describe('windows', () => {
  it('takes no token that touches the end of a window for complete', () => {
    const text = '<</Name(string)/H<4142>/A[1 0 R true 12.5]%c\n>> '
    for (let cut = 0; cut < text.length - 1; cut++) {
      expect(() => new ObjectParser(new Lexer(latin1(text.slice(0, cut)), 0, true), new Budget()).object()).toThrow(WINDOW_END)
    }
    expect(new ObjectParser(new Lexer(latin1(text), 0, true), new Budget()).object()).toBeInstanceOf(PdfDict)
  })
})
