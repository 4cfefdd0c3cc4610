import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Budget } from '../../../src/core/budget.ts'
import { isKysoError } from '../../../src/core/errors.ts'
import { evaluateXPath, filter2, filterNodes, selectNodes } from '../../../src/xml/xpath/index.ts'
import { codeOf, compile, contextOf, parse, value } from './support.ts'

const WIDE = `<r>${'<a x="1"><b>t</b></a>'.repeat(500)}</r>`

function limited(expression: string, xml: string, steps: number): string {
  const document = parse(xml)
  const budget = new Budget({ xpathSteps: steps })
  return codeOf(() => filterNodes(compile(expression), { document, budget }, 'with-comments'))
}

describe('expressions made to overload', () => {
  it('are bounded in length and nesting, not in the length of chains', () => {
    expect(codeOf(() => compile(`${'('.repeat(70)}1${')'.repeat(70)}`))).toBe('ERR_XPATH_UNSUPPORTED')
    expect(codeOf(() => compile(`${'not('.repeat(30_000)}1`))).toBe('ERR_XPATH_UNSUPPORTED')
    expect(codeOf(() => compile(`${'a['.repeat(30_000)}1`))).toBe('ERR_XPATH_UNSUPPORTED')
    expect(codeOf(() => compile('1'.repeat(70_000)))).toBe('ERR_XPATH_UNSUPPORTED')
    expect(value(`${'1+'.repeat(30_000)}1`)).toBe(30_001)
    expect(value(`${'-'.repeat(60_000)}1`)).toBe(1)
    expect(value(`count(/${'./'.repeat(29_000)}.)`)).toBe(1)
    expect(value(`count(${'a|'.repeat(30_000)}a)`)).toBe(0)
    expect(value(`${'1=1='.repeat(10_000)}1`)).toBe(true)
    expect(value(`${'(1) or '.repeat(9_000)}0`)).toBe(true)
    expect(value(`count(r${'[1]'.repeat(20_000)})`)).toBe(1)
  })

  it.each([
    '//*[count(.//* | following::*[count(preceding::*) > 1]) > 1]',
    'count(preceding::node()) > count(following::node())',
    'string(/) = string(..) or //b[string(/*) = 1]',
    '//*[position() > count(//*[position() > last() - 5]) + count(preceding::*)]',
    'concat(/*, /*, /*) = concat(., /*)',
    'id(following::b) = 1',
    'count(ancestor-or-self::node()//node()) = 1',
    'translate(/, ., string(/*)) = substring(/, 2)',
  ])('%s ends by its budget', (expression) => {
    expect(limited(expression, WIDE, 100_000)).toBe('ERR_BUDGET_EXCEEDED')
  })

  it('pay for what takes one walk, too', () => {
    expect(limited('not(ancestor-or-self::a)', WIDE, 1_000)).toBe('ERR_BUDGET_EXCEEDED')
    expect(limited('not(ancestor-or-self::a)', WIDE, 2_000)).toBe('none')
    const document = parse(WIDE)
    const filters = Array.from({ length: 50 }, () => ({ operation: 'union' as const, xpath: compile('//b') }))
    expect(codeOf(() => filter2(filters, { document, budget: new Budget({ xpathSteps: 50_000 }) }, 'with-comments'))).toBe('ERR_BUDGET_EXCEEDED')
  })

  it('stay linear in the usual forms', () => {
    const steps = (expression: string): number => {
      const document = parse(WIDE)
      const budget = new Budget()
      filterNodes(compile(expression), contextOf(document, { budget, here: 2 }), 'with-comments')
      return budget.limit('xpathSteps') - budget.left('xpathSteps')
    }
    for (const expression of [
      'not(ancestor-or-self::a)',
      'self::text()',
      'count(ancestor-or-self::a | here()/ancestor-or-self::a[1]) > count(ancestor-or-self::a)',
      'count(. | //a/descendant-or-self::node()) = count(//a/descendant-or-self::node())',
      'not(self::text()[normalize-space() = ""])',
      '//a and true()',
    ])
      expect([expression, steps(expression) < 50_000]).toEqual([expression, true])
  })

  it('ask for each of many attributes and namespaces without going through all of them', () => {
    const attributes = Array.from({ length: 4_000 }, (_, index) => `x${index}="v" xmlns:p${index}="urn:p"`).join(' ')
    const document = parse(`<r ${attributes}><a/></r>`)
    const budget = new Budget()
    const set = filterNodes(compile('name() = "x7" or name() = "p9"'), { document, budget }, 'with-comments')
    expect(document.attributes(1).filter((attribute) => set.hasAttribute(attribute))).toHaveLength(1)
    expect(set.hasNamespace(1, 'p9') && set.hasNamespace(2, 'p9') && !set.hasNamespace(2, 'p8')).toBe(true)
    expect(budget.limit('xpathSteps') - budget.left('xpathSteps')).toBeLessThan(500_000)
  })

  it('grow no string beyond what is paid', () => {
    const document = parse(`<r>${'x'.repeat(100_000)}</r>`)
    const expression = `string-length(concat(${Array.from({ length: 5_000 }, () => '/').join(',')}))`
    expect(codeOf(() => evaluateXPath(compile(expression), { document, budget: new Budget() }))).toBe('ERR_BUDGET_EXCEEDED')
  })

  it('walk namespaces and deep documents without nesting calls', () => {
    const deep = `${Array.from({ length: 1_500 }, (_, depth) => `<a xmlns:p${depth}="urn:${depth}">`).join('')}${'</a>'.repeat(1_500)}`
    const document = parse(deep)
    expect(selectNodes(compile('//a[not(a)]/namespace::*'), contextOf(document))).toHaveLength(1_501)
    expect(evaluateXPath(compile('count(//a[not(a)]/ancestor::a)'), contextOf(document))).toBe(1_499)
    expect(codeOf(() => evaluateXPath(compile('count(//namespace::*/..)'), { document, budget: new Budget({ xpathSteps: 100_000 }) }))).toBe(
      'ERR_BUDGET_EXCEEDED',
    )
  })

  it('answer nonsense with nothing but KysoError', () => {
    const document = parse('<a x="1"><b>t</b><!--c--></a>')
    const token = fc.constantFrom(
      ...['a', 'b', '*', '/', '//', '.', '..', '@', '::', '(', ')', '[', ']', ',', '|', '+', '-', '=', '!=', '<', '1', '.5', '"s"', 'and', 'or', 'div', 'mod'],
      ...[
        'child',
        'self',
        'text()',
        'node()',
        'count',
        'not',
        'position()',
        'last()',
        'p:a',
        'p:',
        '$',
        ' ',
        'ancestor-or-self',
        'namespace',
        'concat',
        'é',
        '\u0000',
      ],
    )
    fc.assert(
      fc.property(fc.array(token, { maxLength: 14 }), (tokens) => {
        try {
          evaluateXPath(compile(tokens.join('')), { document, budget: new Budget({ xpathSteps: 100_000 }) })
        } catch (error) {
          if (!isKysoError(error, 'ERR_XPATH_SYNTAX', 'ERR_XPATH_UNSUPPORTED', 'ERR_BUDGET_EXCEEDED')) throw error
        }
      }),
      { numRuns: 20_000 },
    )
  })
})
