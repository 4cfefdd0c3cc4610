import { describe, expect, it } from 'vitest'
import { selectNodes } from '../../../src/xml/xpath/index.ts'
import { codeOf, compile, contextOf, elementNamed, parse, select, value } from './support.ts'

const XML = '<r xml:lang="en-GB"><n>1</n><n>2.5</n><n> -3 </n><t>  two \n words </t><e xml:lang=""/><?pi data?><!--c--></r>'

describe('functions (XPath 1.0 §4)', () => {
  it.each<[string, boolean | number | string]>([
    ['count(//n)', 3],
    ['sum(//n)', 0.5],
    ['sum(//n | //t)', Number.NaN],
    ['sum(/none)', 0],
    ['last()', 1],
    ['position()', 1],
    ['name(//@xml:lang)', 'xml:lang'],
    ['local-name(//@xml:lang)', 'lang'],
    ['namespace-uri(//@xml:lang)', 'http://www.w3.org/XML/1998/namespace'],
    ['name(//processing-instruction())', 'pi'],
    ['name(//comment())', ''],
    ['name(/)', ''],
    ['name(/none)', ''],
    ['string(//n)', '1'],
    ['string(/none)', ''],
    ['string(//comment())', 'c'],
    ['string(//processing-instruction())', 'data'],
    ['concat("a", 1, true(), //n)', 'a1true1'],
    ['starts-with("abc", "ab")', true],
    ['starts-with("abc", "")', true],
    ['starts-with("abc", "bc")', false],
    ['contains("abc", "bc")', true],
    ['contains("abc", "x")', false],
    ['contains("", "")', true],
    ['substring-before("1999/04/01", "/")', '1999'],
    ['substring-before("abc", "x")', ''],
    ['substring-after("1999/04/01", "/")', '04/01'],
    ['substring-after("abc", "x")', ''],
    ['substring-after("abc", "")', 'abc'],
    ['substring("12345", 2, 3)', '234'],
    ['substring("12345", 2)', '2345'],
    ['substring("12345", 1.5, 2.6)', '234'],
    ['substring("12345", 0, 3)', '12'],
    ['substring("12345", 0 div 0, 3)', ''],
    ['substring("12345", 1, 0 div 0)', ''],
    ['substring("12345", -42, 1 div 0)', '12345'],
    ['substring("12345", -1 div 0, 1 div 0)', ''],
    ['substring("a😀b", 2, 1)', '😀'],
    ['string-length("a😀b")', 3],
    ['string-length("")', 0],
    ['normalize-space(//t)', 'two words'],
    ['normalize-space("\u00a0x\u00a0")', '\u00a0x\u00a0'],
    ['translate("bar", "abc", "AB")', 'BAr'],
    ['translate("--aaa--", "abc-", "ABC")', 'AAA'],
    ['translate("aa", "aa", "xy")', 'xx'],
    ['translate("a😀", "😀a", "b")', 'b'],
    ['boolean(0)', false],
    ['boolean(0 div 0)', false],
    ['boolean(-1)', true],
    ['boolean("")', false],
    ['boolean("false")', true],
    ['boolean(/none)', false],
    ['not(/)', false],
    ['number("  12.50 ")', 12.5],
    ['number("+1")', Number.NaN],
    ['number("1e3")', Number.NaN],
    ['number("0x10")', Number.NaN],
    ['number("")', Number.NaN],
    ['number("-")', Number.NaN],
    ['number(".")', Number.NaN],
    ['number("-.5")', -0.5],
    ['number("5.")', 5],
    ['number("\u00a01")', Number.NaN],
    ['number(true())', 1],
    ['number(//n[2])', 2.5],
    ['floor(-1.5)', -2],
    ['ceiling(-1.5)', -1],
    ['round(-1.5)', -1],
    ['round(2.5)', 3],
    ['round(0 div 0)', Number.NaN],
    ['1 div round(-0.2)', Number.NEGATIVE_INFINITY],
    ['1 div -0', Number.NEGATIVE_INFINITY],
  ])('%s', (expression, expected) => {
    expect(value(expression, XML)).toBe(expected)
  })

  it.each([
    ['1', '1'],
    ['-0', '0'],
    ['1.50', '1.5'],
    ['0 div 0', 'NaN'],
    ['1 div 0', 'Infinity'],
    ['-1 div 0', '-Infinity'],
    ['1000000000000000000000000', '1000000000000000000000000'],
    ['123456789 * 1000000000000000', '123456789000000000000000'],
    ['0.00000001', '0.00000001'],
    ['-0.000000125', '-0.000000125'],
    ['0.1 + 0.2', '0.30000000000000004'],
  ])('writes the number %s', (expression, expected) => {
    expect(value(`string(${expression})`)).toBe(expected)
  })

  it('lang() goes by the nearest xml:lang', () => {
    expect(value('count(//n[lang("en")])', XML)).toBe(3)
    expect(value('count(//n[lang("EN-gb")])', XML)).toBe(3)
    expect(value('count(//n[lang("en-G")])', XML)).toBe(0)
    expect(value('count(//e[lang("en")])', XML)).toBe(0)
    expect(value('count(//e/@*[lang("en")] | //comment()[lang("en")])', XML)).toBe(1)
    expect(value('lang("en")', XML)).toBe(false)
  })

  it('functions without argument speak of the context node', () => {
    expect(select('//n[string() = "1" or number() = -3]', XML)).toEqual(['n', 'n'])
    expect(select('//*[local-name() = "t"][string-length() = 14][normalize-space() = "two words"]', XML)).toEqual(['t'])
    expect(select('//@*[namespace-uri() != ""][name() = "xml:lang"]', XML)).toHaveLength(2)
  })
})

describe('comparisons (§3.4)', () => {
  it.each([
    ['//n = 2.5', true],
    ['//n = "2.5"', true],
    ['//n = "2.50"', false],
    ['//n = 2.50', true],
    ['//n != 1', true],
    ['//n[1] != 1', false],
    ['/none = /none', false],
    ['/none != 1', false],
    ['/none = false()', true],
    ['/none != true()', true],
    ['/none < true()', true],
    ['//n < -2', true],
    ['-4 > //n', false],
    ['2.5 <= //n', true],
    ['//n > //t', false],
    ['//n < //n', true],
    ['//n[1] < //n[1]', false],
    ['//n[1] <= //n[1]', true],
    ['//n = //n', true],
    ['//n != //n', true],
    ['//n[1] != //n[1]', false],
    ['"a" = "a"', true],
    ['"1" = 1', true],
    ['"a" < "b"', false],
    ['"2" > "1"', true],
    ['true() = "false"', true],
    ['true() = 2', true],
    ['0 div 0 = 0 div 0', false],
    ['0 div 0 != 0 div 0', true],
    ['1 div 0 > 1', true],
  ])('%s', (expression, expected) => {
    expect(value(expression, XML)).toBe(expected)
  })
})

describe('id() (§4.1)', () => {
  const xml = '<!DOCTYPE r [<!ATTLIST a k ID #IMPLIED>]><r><a k="x">y z</a><a k="y"/><a k="z"/><a k="twice"/><a k="twice"/><b Id="x2"/></r>'

  it('goes by declared IDs, tokens and nodes', () => {
    expect(select('id("y")/@k', xml)).toEqual(['@k=y'])
    expect(select('id(" z\ty ")/@k', xml)).toEqual(['@k=y', '@k=z'])
    expect(select('id(//a)/@k', xml)).toEqual(['@k=y', '@k=z'])
    expect(select('id("x2")', xml)).toEqual([])
  })

  it('selects none of two that share an ID', () => {
    expect(select('id("twice")', xml)).toEqual([])
  })

  it('asks the caller where it gave a way to', () => {
    const document = parse(xml)
    const context = contextOf(document, { idOf: (text) => (text === 'x2' ? elementNamed(document, 'b') : undefined) })
    expect(selectNodes(compile('id("x2 y")'), context)).toEqual([{ kind: 'node', node: elementNamed(document, 'b') }])
  })
})

describe('here() (XML-DSig §6.6.3)', () => {
  it('is the element that the caller names', () => {
    const document = parse('<a><b><c/></b></a>')
    const context = contextOf(document, { here: elementNamed(document, 'c') })
    expect(selectNodes(compile('here()/ancestor::*[1]'), context)).toEqual([{ kind: 'node', node: elementNamed(document, 'b') }])
  })

  it('is refused otherwise', () => {
    expect(codeOf(() => value('count(here())'))).toBe('ERR_XPATH_UNSUPPORTED')
  })
})
