import { describe, expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { utf8 } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { parseXml } from '../../src/xml/index.ts'
import { parse, verdict } from './support.ts'

const SYNTAX: readonly (readonly [document: string, why: string])[] = [
  ['', 'root'],
  ['<!-- only -->', 'root'],
  ['<a>', 'truncated'],
  ['<a', 'truncated'],
  ['<a b="', 'truncated'],
  ['<a></b>', 'end-tag'],
  ['<ab></a>', 'end-tag'],
  ['<a></ab>', 'end-tag'],
  ['</a>', 'end-tag'],
  ['<a></a', 'end-tag'],
  ['<a/></a>', 'end-tag'],
  ['<a></a b="">', 'end-tag'],
  ['<a/><b/>', 'root'],
  ['<a/>x', 'outside'],
  ['x<a/>', 'outside'],
  ['<a/>&amp;', 'outside'],
  ['<a/>&#32;', 'outside'],
  ['<a/><![CDATA[]]>', 'markup'],
  ['<a b="1" b="2"/>', 'duplicate-attribute'],
  ['<a b="<"/>', 'value'],
  ['<a b=1/>', 'attribute'],
  ['<a b/>', 'attribute'],
  ['<a b="1"c="2"/>', 'name'],
  ['<a b="&"/>', 'reference'],
  ['<a>&</a>', 'reference'],
  ['<a>&;</a>', 'reference'],
  ['<a>&lt</a>', 'reference'],
  ['<a>&1;</a>', 'reference'],
  ['<a b="&-x;"/>', 'reference'],
  ['<!DOCTYPE a [<!ENTITY unused "&1;">]><a/>', 'reference'],
  ['<!DOCTYPE a [<!ENTITY unused "&×;">]><a/>', 'reference'],
  ['<!DOCTYPE a [<!ENTITY % unused "&-x;">]><a/>', 'reference'],
  ['<a>&#;</a>', 'reference'],
  ['<a>&#x;</a>', 'reference'],
  ['<a>&#1a;</a>', 'reference'],
  ['<a>&#X41;</a>', 'reference'],
  ['<a>&#0;</a>', 'character'],
  ['<a>&#x1F;</a>', 'character'],
  ['<a>&#xD800;</a>', 'character'],
  ['<a>&#xFFFE;</a>', 'character'],
  ['<a>&#x110000;</a>', 'character'],
  ['<a>&#99999999999999999999;</a>', 'character'],
  ['<a>\u0001</a>', 'character'],
  ['<a>\uffff</a>', 'character'],
  ['<a>]]></a>', 'cdata-end'],
  ['<a><!-- -- --></a>', 'comment'],
  ['<a><!-- ---></a>', 'comment'],
  ['<a><!-- </a>', 'truncated'],
  ['<a><!-></a>', 'markup'],
  ['<a><![CDATA[ </a>', 'truncated'],
  ['<a><![cdata[]]></a>', 'markup'],
  ['<a>< b/></a>', 'markup'],
  ['<a / >', 'markup'],
  ['<1/>', 'name'],
  ['<-a/>', 'name'],
  ['<a×/>', 'name'],
  ['<a\u037e/>', 'name'],
  ['<a><?xml version="1.0"?></a>', 'instruction'],
  ['<a><?XmL?></a>', 'instruction'],
  ['<a><?p</a>', 'instruction'],
  ['<a><?p </a>', 'truncated'],
  ['<a><?p/?></a>', 'instruction'],
  ['<a><??></a>', 'name'],
  [' <?xml version="1.0"?><a/>', 'instruction'],
  ['<?xml version="1.1"?><a/>', 'version'],
  ['<?xml version="2.0"?><a/>', 'version'],
  ['<?xml version="1."?><a/>', 'version'],
  ['<?xml encoding="UTF-8"?><a/>', 'declaration'],
  ['<?xml version="1.0" standalone="maybe"?><a/>', 'declaration'],
  ['<?xml version="1.0" standalone="yes" encoding="UTF-8"?><a/>', 'declaration'],
  ['<?xml version="1.0"encoding="UTF-8"?><a/>', 'declaration'],
  ['<?xml version="1.0" encoding="-8"?><a/>', 'declaration'],
  ['<a/><!DOCTYPE a>', 'doctype'],
  ['<!DOCTYPE a><!DOCTYPE a><a/>', 'doctype'],
]

const NAMESPACE: readonly (readonly [document: string, why: string])[] = [
  ['<p:a/>', 'unbound'],
  ['<a p:b=""/>', 'unbound'],
  ['<a><b xmlns:p="u"/><p:c/></a>', 'unbound'],
  ['<xmlns:a/>', 'unbound'],
  ['<a xmlns:p=""/>', 'undeclared'],
  ['<a xmlns:xml="u"/>', 'reserved'],
  ['<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>', 'reserved'],
  ['<a xmlns="http://www.w3.org/XML/1998/namespace"/>', 'reserved'],
  ['<a xmlns:xmlns="http://www.w3.org/2000/xmlns/"/>', 'reserved'],
  ['<a xmlns:p="http://www.w3.org/2000/xmlns/"/>', 'reserved'],
  ['<a xmlns="http://www.w3.org/2000/xmlns/"/>', 'reserved'],
  ['<a xmlns:p="http://www.w3.org/2000/xmlns&#47;"/>', 'reserved'],
  ['<a xmlns:p="u" xmlns:q="u" p:x="" q:x=""/>', 'duplicate-attribute'],
  ['<:a/>', 'colon'],
  ['<a:/>', 'colon'],
  ['<a:b:c/>', 'colon'],
  ['<a:1 xmlns:a="u"/>', 'colon'],
  ['<a xmlns:="u"/>', 'colon'],
  ['<a><?p:i?></a>', 'colon'],
  ['<!DOCTYPE a [<!ENTITY p:e "x">]><a/>', 'colon'],
  ['<!DOCTYPE a [<!NOTATION p:n SYSTEM "x">]><a/>', 'colon'],
]

const FINE = [
  '<a/>',
  '\n<a b="&#60;" c=\'>\'/>\n<!-- x --><?y?>',
  '<a >x</a >',
  '<a>] ]] ]&gt;</a>',
  '<a:b xmlns:a="u" a:c="" c=""/>',
  '<a xmlns="u" xmlns:p="u" x="" p:x=""/>',
  '<a xmlns:xml="http://www.w3.org/XML/1998/namespace" xml:lang="vi"/>',
  '<a><b xmlns:p="u"><p:c/></b></a>',
  '<_:ạ.-1 xmlns:_="u"/>',
  '<a><?xml-stylesheet?><?p ??></a>',
  '<?xml version="1.7"?><a/>',
  "<?xml version = '1.0' encoding='utf-8' standalone='no' ?><a/>",
  '<!DOCTYPE a><a/>',
]

describe('well-formedness', () => {
  it.each(SYNTAX)('refuses %s', (document, why) => expect(verdict(document)).toBe(`ERR_XML_SYNTAX ${why}`))
  it.each(NAMESPACE)('refuses %s', (document, why) => expect(verdict(document)).toBe(`ERR_XML_NAMESPACE ${why}`))
  it.each(FINE)('reads %s', (document) => expect(verdict(document)).toBe('ok'))

  it('tells line, column and offset', () => {
    try {
      parse('<a>\r\n<b>\rđđ & </b></a>')
      expect.unreachable()
    } catch (error) {
      if (!isKysoError(error)) throw error
      expect(error.data).toMatchObject({ why: 'reference', line: 3, column: 4, offset: 14 })
    }
  })
})

describe('limits', () => {
  const spent = (document: string, limits: ConstructorParameters<typeof Budget>[0]): string => {
    try {
      parseXml(utf8(document), { budget: new Budget(limits) })
      return 'ok'
    } catch (error) {
      return isKysoError(error, 'ERR_BUDGET_EXCEEDED') ? String(error.data.kind) : 'other'
    }
  }

  it('bounds depth, nodes, attributes, names and bytes', () => {
    expect(verdict('<a>'.repeat(2000) + '</a>'.repeat(2000))).toBe('ok')
    expect(verdict('<a>'.repeat(2001) + '</a>'.repeat(2001))).toBe('ERR_BUDGET_EXCEEDED xmlDepth')
    expect(spent(`<a>${'<b/>'.repeat(100)}</a>`, { xmlNodes: 100 })).toBe('xmlNodes')
    expect(spent(`<a>${'<b/>'.repeat(90)}</a>`, { xmlNodes: 100 })).toBe('ok')
    expect(spent(`<a ${Array.from({ length: 11 }, (_, i) => `a${i}=""`).join(' ')}/>`, { xmlAttributes: 10 })).toBe('xmlAttributes')
    expect(spent(`<a>${Array.from({ length: 50 }, (_, i) => `<a${i}/>`).join('')}</a>`, { xmlNames: 50 })).toBe('xmlNames')
    expect(spent('<a>0123456789</a>', { xmlBytes: 10 })).toBe('xmlBytes')
  })

  it('goes as deep as it is told, without a stack', () => {
    const deep = 200_000
    expect(spent('<a>'.repeat(deep) + '</a>'.repeat(deep), { xmlDepth: deep })).toBe('ok')
  })

  it('reads ten thousand attributes and a hundred thousand names', () => {
    const attributes = Array.from({ length: 10_000 }, (_, i) => `a${i}="${i}"`).join(' ')
    expect(parse(`<a ${attributes}/>`).attributes(1)).toHaveLength(10_000)
    const names = Array.from({ length: 100_000 }, (_, i) => `<n${i}/>`).join('')
    const doc = parse(`<a>${names}</a>`)
    expect(doc.name(100_001).local).toBe('n99999')
    expect(doc.name(2).local).toBe('n0')
  })
})
