import { describe, expect, it } from 'vitest'
import { elementNamed, parse, select, value } from './support.ts'

const XML = '<a><b i="1"><c>one</c><d/></b><e x="1" y="2"><f/><!--note--><g><h/></g><?pi data?></e><b i="2"><c>two</c></b></a>'
const FROM_E = elementNamed(parse(XML), 'e')

describe('axes (XPath 1.0 §2.2)', () => {
  it.each([
    ['child', ['f', '<!--note-->', 'g', '<?pi?>']],
    ['descendant', ['f', '<!--note-->', 'g', 'h', '<?pi?>']],
    ['descendant-or-self', ['e', 'f', '<!--note-->', 'g', 'h', '<?pi?>']],
    ['parent', ['a']],
    ['ancestor', ['/', 'a']],
    ['ancestor-or-self', ['/', 'a', 'e']],
    ['following-sibling', ['b']],
    ['preceding-sibling', ['b']],
    ['following', ['b', 'c', '"two"']],
    ['preceding', ['b', 'c', '"one"', 'd']],
    ['attribute', ['@x=1', '@y=2']],
    ['namespace', ['xmlns:xml=http://www.w3.org/XML/1998/namespace']],
    ['self', ['e']],
  ])('%s', (axis, expected) => {
    expect(select(`${axis}::node()`, XML, {}, FROM_E)).toEqual(expected)
  })

  it('counts positions along the axis, nearest first on those that run backwards', () => {
    expect(select('//h/ancestor::*[1]', XML)).toEqual(['g'])
    expect(select('(//h/ancestor::*)[1]', XML)).toEqual(['a'])
    expect(select('//e/preceding::*[1]', XML)).toEqual(['d'])
    expect(select('//b[2]/preceding-sibling::*[1]', XML)).toEqual(['e'])
    expect(select('//b[2]/preceding-sibling::*[last()]/@i', XML)).toEqual(['@i=1'])
    expect(select('//c[1]/text()', XML)).toEqual(['"one"', '"two"'])
    expect(select('(//c)[1]/text()', XML)).toEqual(['"one"'])
    expect(select('//*[position() = 2][self::e]', XML)).toEqual(['e'])
    expect(select('/a/*[2][1]', XML)).toEqual(['e'])
    expect(select('/a/*[position() > 1][1]', XML)).toEqual(['e'])
  })

  it('gives each node once, in document order', () => {
    expect(select('//c/.. | //b | /a/b[1]', XML)).toEqual(['b', 'b'])
    expect(select('//*/ancestor::*', XML)).toEqual(['a', 'b', 'e', 'g', 'b'])
    expect(select('//node()/following::h | //c/preceding::*', XML)).toEqual(['b', 'c', 'd', 'e', 'f', 'g', 'h'])
    expect(select('(//b)[2]/@i | //e/@* | /a/b[1]/@i', XML)).toEqual(['@i=1', '@x=1', '@y=2', '@i=2'])
    expect(value('count(//*//*)', XML)).toBe(9)
    expect(value('count(//*/following-sibling::*)', XML)).toBe(4)
    expect(value('count(//*/preceding-sibling::node())', XML)).toBe(5)
  })

  it('goes on from attributes', () => {
    expect(select('//@y/..', XML)).toEqual(['e'])
    expect(select('//@y/ancestor-or-self::node()', XML)).toEqual(['/', 'a', 'e', '@y=2'])
    expect(select('//@y/following::*', XML)).toEqual(['f', 'g', 'h', 'b', 'c'])
    expect(select('//@y/preceding::*', XML)).toEqual(['b', 'c', 'd'])
    expect(select('//@y/self::y | //@y/self::* | //@y/following-sibling::node() | //@y/node()', XML)).toEqual([])
    expect(select('//@y/descendant-or-self::node()', XML)).toEqual(['@y=2'])
  })
})

describe('namespace nodes (§5.4)', () => {
  const xml = '<a xmlns="urn:d" xmlns:p="urn:p"><p:b xmlns:p="urn:q" xmlns=""><c/></p:b></a>'

  it('are those in scope, not those declared', () => {
    expect(select('/*/namespace::*', xml)).toEqual(['xmlns:xml=http://www.w3.org/XML/1998/namespace', 'xmlns:=urn:d', 'xmlns:p=urn:p'])
    expect(select('//c/namespace::*', xml)).toEqual(['xmlns:xml=http://www.w3.org/XML/1998/namespace', 'xmlns:p=urn:q'])
    expect(select('//namespace::p', xml)).toEqual(['xmlns:p=urn:p', 'xmlns:p=urn:q', 'xmlns:p=urn:q'])
    expect(select('//namespace::p:* | //namespace::q:p', xml)).toEqual([])
    expect(select('//c/namespace::p/..', xml)).toEqual(['c'])
  })

  it('have their prefix as name and the namespace as value', () => {
    expect(value('name(//c/namespace::p)', xml)).toBe('p')
    expect(value('namespace-uri(//c/namespace::p)', xml)).toBe('')
    expect(value('string(//c/namespace::p)', xml)).toBe('urn:q')
  })

  it('stand before the attributes', () => {
    expect(select('//c/@x | //c/namespace::p | //c', '<a xmlns:p="urn:p"><c x="1"/></a>')).toEqual(['c', 'xmlns:p=urn:p', '@x=1'])
  })
})

describe('text (§5.7)', () => {
  it('is one node with the CDATA beside it', () => {
    const xml = '<a>x<![CDATA[<y>]]>z<b/><![CDATA[]]><c><![CDATA[]]>t</c></a>'
    expect(value('count(//text())', xml)).toBe(2)
    expect(value('string(a/text()[1])', xml)).toBe('x<y>z')
    expect(value('count(a/b/following::text())', xml)).toBe(1)
    expect(value('count(a/text()[1]/following-sibling::node())', xml)).toBe(2)
    expect(value('count(//c/preceding::text())', xml)).toBe(1)
    expect(value('string(//c)', xml)).toBe('t')
  })

  it('is found from any of its parts', () => {
    const document = parse('<a>x<![CDATA[y]]>z</a>')
    expect(document.size).toBe(5)
    for (const at of [2, 3, 4]) expect(value('string()', '<a>x<![CDATA[y]]>z</a>', at)).toBe('xyz')
  })
})
