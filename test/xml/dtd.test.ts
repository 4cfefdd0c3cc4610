import { describe, expect, it } from 'vitest'
import { events, parse, verdict } from './support.ts'

/** Value of `a` on the document element. */
const attributeOf = (subset: string, attribute: string): string | undefined => {
  const doc = parse(`<!DOCTYPE r [${subset}]><r ${attribute}/>`)
  return doc.attribute(doc.root, 'a')
}

describe('attributes of the internal subset', () => {
  it('gives defaults, the first declaration counting', () => {
    const doc = parse('<!DOCTYPE r [<!ATTLIST r z CDATA "1" y CDATA #FIXED "2" x CDATA #IMPLIED><!ATTLIST r z CDATA "9" w CDATA "3">]><r y="2"/>')
    expect(doc.attributes(doc.root).map(({ name, value }) => [name.local, value])).toEqual([
      ['y', '2'],
      ['z', '1'],
      ['w', '3'],
    ])
    expect(doc.doctype).toBe('r')
  })

  it('normalises by type (XML 1.0 §3.3.3)', () => {
    expect(attributeOf('<!ATTLIST r a NMTOKENS #IMPLIED>', 'a=" x \n  y "')).toBe('x y')
    expect(attributeOf('<!ATTLIST r a CDATA #IMPLIED>', 'a=" x \r\n\ty "')).toBe(' x   y ')
    expect(attributeOf('<!ATTLIST r a NMTOKENS " p   q ">', '')).toBe('p q')
    expect(attributeOf('<!ATTLIST r a (x|y) #IMPLIED>', 'a=" y"')).toBe('y')
    expect(attributeOf('<!ENTITY d "&#xD;"><!ENTITY a "&#xA;"><!ENTITY da "&#xD;&#xA;">', 'a="&d;&d;A&a;&#x20;&a;B&da;"')).toBe('  A   B  ')
    expect(attributeOf('<!ATTLIST r a NMTOKENS #IMPLIED>', 'a="&#xD;&#xD;A&#xA;&#xA;B&#xD;&#xA;"')).toBe('\r\rA\n\nB\r\n')
  })

  it('knows IDs', () => {
    const doc = parse('<!DOCTYPE r [<!ATTLIST r i ID #IMPLIED j IDREF #IMPLIED>]><r i=" x " j="x"/>')
    expect(doc.attributes(doc.root).map(({ value, declaredId }) => [value, declaredId])).toEqual([
      ['x', true],
      ['x', false],
    ])
  })

  it('gives namespace declarations by default', () => {
    const doc = parse('<!DOCTYPE r [<!ATTLIST r xmlns CDATA #FIXED "urn:r" xmlns:p CDATA "urn:p" p:q CDATA "1">]><r><p:x/></r>')
    expect(doc.name(doc.root).namespace).toBe('urn:r')
    expect(doc.namespaceOf(doc.root, 'p')).toBe('urn:p')
    expect(doc.attribute(doc.root, 'q', 'urn:p')).toBe('1')
    expect(doc.namespaceDeclarations(doc.root)).toHaveLength(2)
  })
})

describe('entities', () => {
  it('puts text and markup in, and gives the place of the reference', () => {
    const text = '<!DOCTYPE r [<!ENTITY e "a<b c=\'&f;\'>&f;</b>"><!ENTITY f "&#38;lt;">]><r>1&e;2</r>'
    const doc = parse(text)
    expect(events(doc)).toEqual(['S r', 'T 1a', 'S b c=<', 'T <', 'E b', 'T 2', 'E r'])
    const b = doc.root + 3
    expect(doc.name(b).local).toBe('b')
    expect(text.slice(doc.start(b), doc.end(b))).toBe('&e;')
    expect(text.slice(doc.start(b + 1), doc.end(b + 1))).toBe('&e;')
    expect(doc.startTagEnd(b)).toBe(doc.end(b))
    expect(text.slice(doc.start(b + 2), doc.end(b + 2))).toBe('2')
    expect(doc.bytes).toHaveLength(text.length)
  })

  it('turns line ends of a replacement text into LF, one that was referred to as well: canonical form does', () => {
    const doc = parse('<!DOCTYPE r [<!ENTITY e "a\r\nb&#13;c">]><r>&e;\r\n</r>')
    expect(doc.text(doc.root)).toBe('a\nb\nc\n')
  })

  it('reads parameter entities between declarations', () => {
    expect(events(parse('<!DOCTYPE r [<!ENTITY % p "<!ENTITY e \'x\'> &#37;q;"><!ENTITY % q "<!-- c -->"> %p; ]><r>&e;</r>'))).toEqual(['S r', 'T x', 'E r'])
  })

  it('lets predefined ones be declared as they are', () => {
    expect(verdict('<!DOCTYPE r [<!ENTITY lt "&#38;#60;"><!ENTITY amp "&#38;#x26;"><!ENTITY gt ">"><!ENTITY quot "&#34;">]><r>&lt;</r>')).toBe('ok')
    expect(verdict('<!DOCTYPE r [<!ENTITY lt "x">]><r>&lt;</r>')).toBe('ERR_XML_ENTITY predefined')
  })

  it('names an external subset and leaves it alone', () => {
    expect(parse('<!DOCTYPE r PUBLIC "-//x" "http://example.com/x.dtd"><r/>').oddities).toEqual(['external-subset'])
    expect(parse('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r/>').oddities).toEqual([])
  })

  it.each([
    ['<r>&e;</r>', 'undeclared'],
    ['<r a="&e;"/>', 'undeclared'],
    ['<!DOCTYPE r SYSTEM "x"><r>&e;</r>', 'undeclared'],
    ['<!DOCTYPE r [%p;]><r/>', 'undeclared'],
    ['<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]><r>&e;</r>', 'external'],
    ['<!DOCTYPE r [<!ENTITY e PUBLIC "p" "x">]><r a="&e;"/>', 'external'],
    ['<!DOCTYPE r [<!ENTITY % e SYSTEM "x">%e;]><r/>', 'external'],
    ['<!DOCTYPE r [<!NOTATION n SYSTEM "n"><!ENTITY e SYSTEM "x" NDATA n>]><r>&e;</r>', 'unparsed'],
    ['<!DOCTYPE r [<!ENTITY e "&e;">]><r>&e;</r>', 'recursion'],
    ['<!DOCTYPE r [<!ENTITY e "&f;"><!ENTITY f "<a b=\'&e;\'/>">]><r>&e;</r>', 'recursion'],
    ['<!DOCTYPE r [<!ENTITY e "&f;"><!ENTITY f "&e;">]><r a="&e;"/>', 'recursion'],
    ['<!DOCTYPE r [<!ENTITY % p "&#37;p;">%p;]><r/>', 'recursion'],
    ['<!DOCTYPE r [<!ATTLIST r a CDATA "&e;"><!ENTITY e "x">]><r/>', 'undeclared'],
  ])('refuses %s', (document, why) => expect(verdict(document)).toBe(`ERR_XML_ENTITY ${why}`))

  it.each([
    ['<!DOCTYPE r [<!ENTITY e "<a>">]><r>&e;</a></r>', 'truncated'],
    ['<!DOCTYPE r [<!ENTITY e "</r>">]><r>&e;', 'end-tag'],
    ['<!DOCTYPE r [<!ENTITY e "&#60;">]><r a="&e;"/>', 'value'],
    ['<!DOCTYPE r [<!ENTITY e "&#38;">]><r>&e;</r>', 'reference'],
    ['<!DOCTYPE r [<!ENTITY e "x">]>&e;<r/>', 'outside'],
    ['<!DOCTYPE r [<!ENTITY % p "x"><!ENTITY e "%p;">]><r/>', 'doctype'],
    ['<!DOCTYPE r [<!ENTITY % p "<!ENTITY e ">%p;"x">]><r/>', 'truncated'],
    ['<!DOCTYPE r [<![INCLUDE[]]>]><r/>', 'doctype'],
    ['<!DOCTYPE r [<!ELEMENT r (a,b|c)>]><r/>', 'doctype'],
    ['<!DOCTYPE r [<!ELEMENT r (#PCDATA|a)>]><r/>', 'doctype'],
    ['<!DOCTYPE r [<!ELEMENT r (a>]><r/>', 'doctype'],
    ['<!DOCTYPE r [<!ATTLIST r a CDATA "<">]><r/>', 'value'],
    ['<!DOCTYPE r [<!ATTLIST r a FOO #IMPLIED>]><r/>', 'doctype'],
    ['<!DOCTYPE r PUBLIC "{" "x"><r/>', 'doctype'],
    ['<!DOCTYPE r [<!ENTITY e SYSTEM "x" NDATA>]><r/>', 'doctype'],
    ['<!DOCTYPE r [<!ENTITY % e SYSTEM "x" NDATA n>]><r/>', 'doctype'],
    ['<!DOCTYPE r [', 'truncated'],
  ])('refuses %s', (document, why) => expect(verdict(document)).toBe(`ERR_XML_SYNTAX ${why}`))
})

describe('bombs', () => {
  const laughs = Array.from({ length: 20 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('')

  it('stops where text, markup or nothing at all is multiplied', () => {
    expect(verdict(`<!DOCTYPE r [<!ENTITY e0 "ha">${laughs}]><r>&e20;</r>`)).toBe('ERR_BUDGET_EXCEEDED xmlEntityBytes')
    expect(verdict(`<!DOCTYPE r [<!ENTITY e0 "">${laughs}]><r a="&e20;"/>`)).toBe('ERR_BUDGET_EXCEEDED xmlEntityBytes')
    expect(verdict(`<!DOCTYPE r [<!ENTITY e0 "<a/>">${laughs}]><r>&e20;</r>`)).toBe('ERR_BUDGET_EXCEEDED xmlEntityBytes')
  })

  it('stops where a long default or a long entity is used often', () => {
    const long = 'x'.repeat(100_000)
    expect(verdict(`<!DOCTYPE r [<!ATTLIST a b CDATA "${long}">]><r>${'<a/>'.repeat(200)}</r>`)).toBe('ERR_BUDGET_EXCEEDED xmlEntityBytes')
    expect(verdict(`<!DOCTYPE r [<!ENTITY e "${long}">]><r>${'&e;'.repeat(200)}</r>`)).toBe('ERR_BUDGET_EXCEEDED xmlEntityBytes')
  })

  it('stops a chain of entities that is too deep', () => {
    const chain = Array.from({ length: 3000 }, (_, i) => `<!ENTITY e${i + 1} "&e${i};">`).join('')
    expect(verdict(`<!DOCTYPE r [<!ENTITY e0 "x">${chain}]><r>&e3000;</r>`)).toBe('ERR_BUDGET_EXCEEDED xmlDepth')
    expect(verdict(`<!DOCTYPE r [<!ELEMENT r ${'('.repeat(3000)}a${')'.repeat(3000)}>]><r/>`)).toBe('ERR_BUDGET_EXCEEDED xmlDepth')
  })
})
