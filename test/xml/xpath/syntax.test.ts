import { describe, expect, it } from 'vitest'
import { isKysoError } from '../../../src/core/errors.ts'
import { compileXPath } from '../../../src/xml/xpath/index.ts'
import { codeOf, compile, select, value } from './support.ts'

describe('tokens (XPath 1.0 §3.7)', () => {
  it('takes * and operator names for names where no operator can stand', () => {
    const xml = '<div><div>6</div><mod>4</mod><and>x</and></div>'
    expect(value('div/div * div/mod', xml)).toBe(24)
    expect(value('div/div div div/mod', xml)).toBe(1.5)
    expect(value('div/div mod div/mod', xml)).toBe(2)
    expect(value('count(div/* | *)', xml)).toBe(4)
    expect(value('div and div/and or or', xml)).toBe(true)
    expect(value('count(/*)*count(/ * /*)', xml)).toBe(3)
    expect(value('count(//*[. * 1 > 3])', xml)).toBe(2)
  })

  it('keeps hyphens, dots and digits in names', () => {
    expect(select('a/b-1.c', '<a><b-1.c/></a>')).toEqual(['b-1.c'])
    expect(value('count(a/b) -1', '<a><b/></a>')).toBe(0)
    expect(value('a -1', '<a>3</a>')).toBe(2)
  })

  it('reads numbers, strings with either quote, and any white space', () => {
    expect(value('.5 + 1. + 2.25')).toBe(3.75)
    expect(value(`concat("it's", '"')`)).toBe(`it's"`)
    expect(select(' \t\r\n child \n::\t a\r[ 1 ] / attribute :: x ', '<a x="1"/>')).toEqual(['@x=1'])
  })

  it('knows node types from functions', () => {
    expect(select('a/text ( )', '<a>t</a>')).toEqual(['"t"'])
    expect(select('text', '<text/>')).toEqual(['text'])
    expect(select("//processing-instruction('x')", '<a><?x d?><?y d?></a>')).toEqual(['<?x?>'])
  })

  it('takes names of other scripts', () => {
    expect(select('hoá_đơn/số', '<hoá_đơn><số/></hoá_đơn>')).toEqual(['số'])
  })
})

describe('operators (XPath 1.0 §3.5)', () => {
  it.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 2 - 3', 5],
    ['-2 - -3', 1],
    ['--5', 5],
    ['---5', -5],
    ['5 mod -2', 1],
    ['-5 mod 2', -1],
    ['1.5 mod 0.5', 0],
    ['8 div 2 div 2', 2],
    ['1 = 1 = 1', true],
    ['3 > 2 > 1', false],
    ['1 < 2 = true()', true],
    ['true() or false() and false()', true],
    ['1 or unknown', true],
    ['-1 < 0 and 2 >= 2', true],
  ])('%s', (expression, expected) => {
    expect(value(expression)).toBe(expected)
  })
})

describe('what is no XPath', () => {
  it.each([
    ['', 0],
    ['a b', 2],
    ['a[', 2],
    ['a]', 1],
    ['a[1', 3],
    ['(a', 2],
    ['a/', 2],
    ['//', 2],
    ['a|', 2],
    ['1 +', 3],
    ['"open', 0],
    ['foo::a', 0],
    ['a::b', 0],
    ['@', 1],
    ['@@a', 1],
    ['a:', 0],
    ['unbound:a', 0],
    ['a#b', 1],
    ['!a', 0],
    ['count()', 0],
    ['count(1)', 0],
    ['count(a, b)', 0],
    ['true(1)', 0],
    ['concat("a")', 0],
    ['1 | a', 0],
    ['"a"[1]', 0],
    ['1/a', 0],
    ['.[1]', 1],
    ['..[1]', 2],
    ['text(a)', 5],
    ["comment('a')", 8],
    ['a::', 0],
    ['a/ /b', 3],
    ['/ /a', 2],
  ])('%s', (expression, offset) => {
    try {
      compile(expression)
    } catch (error) {
      expect(isKysoError(error, 'ERR_XPATH_SYNTAX')).toBe(true)
      if (isKysoError(error)) expect(error.data.offset).toBe(offset)
      return
    }
    throw new Error('was accepted')
  })

  it('refuses what other languages add', () => {
    for (const expression of ['$a', 'document("x")', 'key("a", "b")', 'p:extension()', 'current()', 'matches("a", "b")', 'Count(a)'])
      expect([expression, codeOf(() => compile(expression))]).toEqual([expression, 'ERR_XPATH_UNSUPPORTED'])
  })

  it('has xml bound always, and no default namespace', () => {
    expect(codeOf(() => compileXPath('@xml:lang', new Map()))).toBe('none')
    expect(codeOf(() => compileXPath('a:b', new Map([['a', '']])))).toBe('ERR_XPATH_SYNTAX')
    expect(select('a', '<a xmlns="urn:p"/>')).toEqual([])
    expect(select('p:a', '<a xmlns="urn:p"/>')).toEqual(['a'])
  })
})
