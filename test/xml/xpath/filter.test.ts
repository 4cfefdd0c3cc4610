import { describe, expect, it } from 'vitest'
import { Budget } from '../../../src/core/budget.ts'
import { NODE, type XmlDocument } from '../../../src/xml/tree.ts'
import { type Filter2, filter2, filterNodes, type NodeSet, selectNodes } from '../../../src/xml/xpath/index.ts'
import { Dice, Expressions, randomDocument } from './generate.ts'
import { codeOf, compile, contentsOf, contextOf, DSIG, elementNamed, parse } from './support.ts'

const SIGNED = `<r xmlns:ds="${DSIG}" x="1">text<ds:Signature Id="one"><ds:Object><ds:Signature Id="two"/><ds:XPath/></ds:Object></ds:Signature><!--c--><ds:Signature Id="three"/></r>`

function filtered(expression: string, xml: string): string[] {
  const document = parse(xml)
  return contentsOf(filterNodes(compile(expression), contextOf(document), 'with-comments'), document)
}

/** The same by the letter: the expression for each node, as a predicate over the set of all nodes. */
function byTheLetter(expression: string, document: XmlDocument, here?: number): string[] {
  const all = `(//. | //@* | //namespace::*)[boolean(${expression})]`
  const chosen = selectNodes(compile(all), contextOf(document, { here })) ?? []
  const nodes = new Set(chosen.map((one) => (one.kind === 'node' ? one.node : -1)))
  const attributes = new Set(chosen.map((one) => (one.kind === 'attribute' ? `${one.attribute.owner} ${one.attribute.name.qualified}` : '')))
  const namespaces = new Set(chosen.map((one) => (one.kind === 'namespace' ? `${one.element} ${one.prefix}` : '')))
  for (let id = 1; id < document.size; id++) {
    const goesOn = document.kind(id) === NODE.text && document.kind(id - 1) === NODE.text && document.parent(id) === document.parent(id - 1)
    if (goesOn && nodes.has(id - 1)) nodes.add(id)
  }
  const set: NodeSet = {
    has: (node) => nodes.has(node),
    hasAttribute: ({ owner, name }) => attributes.has(`${owner} ${name.qualified}`),
    hasNamespace: (element, prefix) => namespaces.has(`${element} ${prefix}`),
  }
  return contentsOf(set, document)
}

describe('the XPath transform (XML-DSig §6.6.3)', () => {
  it('leaves out all signatures', () => {
    expect(filtered('not(ancestor-or-self::ds:Signature)', SIGNED)).toEqual(['0 /', '1 r', '1 @x', '1 xmlns:xml', '1 xmlns:ds', '2 text', '7 comment'])
  })

  it('leaves out just the signature that the expression stands in', () => {
    const document = parse(SIGNED)
    const here = elementNamed(document, 'XPath')
    const expression = 'count(ancestor-or-self::ds:Signature | here()/ancestor::ds:Signature[1]) > count(ancestor-or-self::ds:Signature)'
    const set = filterNodes(compile(expression), contextOf(document, { here }), 'with-comments')
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8].filter((node) => set.has(node))).toEqual([0, 1, 2, 7, 8])
    expect(contentsOf(set, document)).toEqual(byTheLetter(expression, document, here))
    expect(codeOf(() => filterNodes(compile(expression), contextOf(document), 'with-comments'))).toBe('ERR_XPATH_UNSUPPORTED')
  })

  it('has nothing where the expression stands in no signature', () => {
    const document = parse(SIGNED)
    const expression = 'count(ancestor-or-self::ds:Signature | here()/ancestor::ds:Signature[1]) > count(ancestor-or-self::ds:Signature)'
    expect(contentsOf(filterNodes(compile(expression), contextOf(document, { here: 1 }), 'with-comments'), document)).toEqual([])
  })

  it('tells attributes and namespace nodes from their element', () => {
    const xml = '<a x="1" y="2" xmlns:p="urn:p"><b/></a>'
    expect(filtered('self::a', xml)).toEqual(['1 a'])
    expect(filtered('self::node()', xml)).toHaveLength(9)
    expect(filtered('parent::a', xml)).toEqual(['1 @x', '1 @y', '1 xmlns:xml', '1 xmlns:p', '2 b'])
    expect(filtered('name() = "y" or . = "urn:p"', xml)).toEqual(['1 @y', '1 xmlns:p', '2 xmlns:p'])
    expect(filtered('@x', xml)).toEqual(['1 a'])
    expect(filtered('count(. | ../@*) = count(../@*)', xml)).toEqual(['1 @x', '1 @y'])
  })

  it('takes adjacent text and CDATA as one', () => {
    expect(filtered('. = "xyz"', '<a>x<![CDATA[y]]>z<b>xy</b></a>')).toEqual(['2 text', '3 text', '4 text'])
  })

  it('starts from its input', () => {
    const document = parse('<a x="1">t<!--c--><b y="2"/></a>')
    const without = filterNodes(compile('true()'), contextOf(document), 'without-comments')
    expect(contentsOf(without, document)).toEqual(['0 /', '1 a', '1 @x', '1 xmlns:xml', '2 text', '4 b', '4 @y', '4 xmlns:xml'])
    const twice = filterNodes(compile('not(self::text()) and name() != "y"'), contextOf(document), without)
    expect(contentsOf(twice, document)).toEqual(['0 /', '1 a', '1 @x', '1 xmlns:xml', '4 b', '4 xmlns:xml'])
    expect(contentsOf(filterNodes(compile('count(//comment()) = 1 and self::b'), contextOf(document), 'without-comments'), document)).toEqual(['4 b'])
  })

  it('takes numbers and strings as boolean', () => {
    expect(filtered('1', '<a/>')).toHaveLength(3)
    expect(filtered('""', '<a/>')).toEqual([])
  })

  it('gives on every path what the letter says', () => {
    const dice = new Dice(77)
    const expressions = new Expressions(dice)
    let marked = 0
    for (let round = 0; round < 400; round++) {
      const document = parse(randomDocument(dice))
      const expression = round % 2 === 0 ? kinship(dice, 3) : expressions.boolean(3)
      if (/position\(\)|last\(\)/.test(expression)) continue
      const ours = contentsOf(filterNodes(compile(expression), contextOf(document), 'with-comments'), document)
      expect({ expression, contents: ours }).toEqual({ expression, contents: byTheLetter(expression, document) })
      if (ours.length > 0) marked += 1
    }
    expect(marked).toBeGreaterThan(100)
  })
})

/** Forms that one walk decides. */
function kinship(dice: Dice, depth: number): string {
  if (depth === 0 || dice.chance(20)) {
    const test = dice.one(['a', 'b', 'p:a', 'p:*', '*', 'node()', 'text()', 'comment()', 'processing-instruction("pi")'])
    return dice.one([`self::${test}`, `parent::${test}`, `ancestor::${test}`, `ancestor-or-self::${test}`, '.', '..', 'true()', 'false()'])
  }
  const inner = (): string => kinship(dice, depth - 1)
  const test = dice.one(['a', 'b', '*', 'node()'])
  return dice.one([
    () => `not(${inner()})`,
    () => `(${inner()}) and (${inner()})`,
    () => `(${inner()}) or (${inner()}) or (${inner()})`,
    () => `boolean(ancestor-or-self::${test} | parent::b)`,
    () => `count(ancestor-or-self::${test} | /descendant::${test}[2]) > count(ancestor-or-self::${test})`,
    () => `count(. | //${test}) = count(//${test})`,
  ])()
}

describe('XPath Filter 2.0', () => {
  const xml = '<r><ToBeSigned a="1"><x/><NotToBeSigned b="2"><ReallyToBeSigned c="3"/>t</NotToBeSigned></ToBeSigned><!--c--></r>'
  const filters = (...list: [Filter2['operation'], string][]): Filter2[] => list.map(([operation, expression]) => ({ operation, xpath: compile(expression) }))
  const apply = (list: Filter2[], source = xml): string[] => {
    const document = parse(source)
    return contentsOf(filter2(list, contextOf(document), 'with-comments'), document)
  }

  it('does the example of the recommendation', () => {
    const list = filters(['intersect', '//ToBeSigned'], ['subtract', '//NotToBeSigned'], ['union', '//ReallyToBeSigned'])
    const names = apply(list).filter((line) => !line.includes('xmlns'))
    expect(names).toEqual(['2 ToBeSigned', '2 @a', '3 x', '5 ReallyToBeSigned', '5 @c'])
  })

  it('takes attributes and namespace nodes that are selected by themselves', () => {
    expect(apply(filters(['intersect', '//@b']))).toEqual(['4 @b'])
    const less = apply(filters(['subtract', '//@a | //x/namespace::xml']))
    expect(less).not.toContain('2 @a')
    expect(less).not.toContain('3 xmlns:xml')
    expect(less).toContain('2 xmlns:xml')
    expect(apply(filters(['subtract', '//@a'], ['union', '//x | //@c'], ['union', '//@a']))).toEqual(apply([]))
    expect(apply(filters(['intersect', '/none'], ['union', '//@a'], ['subtract', '//ToBeSigned']))).toEqual([])
  })

  it('takes all parts of a text, and the document', () => {
    expect(apply(filters(['intersect', '//text()']), '<a>x<![CDATA[y]]><b/></a>')).toEqual(['2 text', '3 text'])
    expect(apply(filters(['subtract', '/']))).toEqual([])
  })

  it('is narrowed to the input', () => {
    const document = parse(xml)
    const set = filter2(filters(['union', '//comment()']), contextOf(document), 'without-comments')
    expect(contentsOf(set, document).some((line) => line.includes('comment'))).toBe(false)
  })

  it('refuses what selects nothing by its type', () => {
    expect(codeOf(() => apply(filters(['union', 'true()'])))).toBe('ERR_XPATH_SYNTAX')
  })

  it('gives what set operations over expanded node-sets give', () => {
    const dice = new Dice(9)
    const expressions = new Expressions(dice)
    for (let round = 0; round < 150; round++) {
      const source = randomDocument(dice)
      const list = filters(
        ...Array.from({ length: 1 + dice.number(3) }, (): [Filter2['operation'], string] => [
          dice.one(['intersect', 'subtract', 'union']),
          expressions.nodes(2),
        ]),
      )
      const document = parse(source)
      let expected = new Set(byTheLetter('true()', document))
      for (const { operation, xpath } of list) {
        const subtree = `(${xpath.expression})/descendant-or-self::node()`
        const chosen = `${subtree} | (${subtree})/@* | (${subtree})/namespace::*`
        const all = new Set(contentsOf(setOf(chosen, document), document))
        expected = combine(operation, expected, all)
      }
      const ours = contentsOf(filter2(list, contextOf(document), 'with-comments'), document)
      expect({ source, list: list.map((one) => [one.operation, one.xpath.expression]), contents: ours.toSorted() }).toEqual({
        source,
        list: list.map((one) => [one.operation, one.xpath.expression]),
        contents: [...expected].toSorted(),
      })
    }
  })
})

function combine(operation: Filter2['operation'], a: Set<string>, b: Set<string>): Set<string> {
  if (operation === 'union') return new Set([...a, ...b])
  return new Set([...a].filter((one) => b.has(one) === (operation === 'intersect')))
}

/** The set that an expression selects. */
function setOf(expression: string, document: XmlDocument): NodeSet {
  const chosen = selectNodes(compile(expression), { document, budget: new Budget() }) ?? []
  const keys = new Set(
    chosen.map((one) => {
      if (one.kind === 'node') return `${one.node}`
      return one.kind === 'attribute' ? `${one.attribute.owner}@${one.attribute.name.qualified}` : `${one.element}:${one.prefix}`
    }),
  )
  const runStart = (node: number): number => {
    let start = node
    while (document.kind(start) === NODE.text && document.kind(start - 1) === NODE.text && document.parent(start) === document.parent(start - 1)) start -= 1
    return start
  }
  return {
    has: (node) => keys.has(`${runStart(node)}`),
    hasAttribute: ({ owner, name }) => keys.has(`${owner}@${name.qualified}`),
    hasNamespace: (element, prefix) => keys.has(`${element}:${prefix}`),
  }
}
