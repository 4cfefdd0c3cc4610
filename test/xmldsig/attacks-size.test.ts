/** Documents of a few hundred kilobytes that ask for the work of gigabytes: they end with the budget's error, or with a report. */
import { describe, expect, it } from 'vitest'
import { Budget, type Limits } from '../../src/core/budget.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { findSignatures, readSignature, verifyReferences, xmlDsigContext } from '../../src/xmldsig/index.ts'
import { DS, ENVELOPED, EXCLUSIVE, INCLUSIVE, reference, template, transform } from './sign.ts'

const XPATH = 'http://www.w3.org/TR/1999/REC-xpath-19991116'
const xpath = (expression: string): string => transform(XPATH, `<XPath>${expression}</XPath>`)
/** Exclusive form that is another one for each number, though it writes the same. */
const other = (number: number): string => transform(EXCLUSIVE, `<InclusiveNamespaces xmlns="${EXCLUSIVE}" PrefixList="n${number}"/>`)
const many = (count: number, make: (i: number) => string): string => Array.from({ length: count }, (_, i) => make(i)).join('')

/** @param limits smaller ones than the default where that would take seconds to use up */
async function outcome(xml: string, limits: Limits = {}): Promise<string> {
  const budget = new Budget(limits)
  const document = parseXml(new TextEncoder().encode(xml), { budget })
  const context = xmlDsigContext(document, { crypto: defaultCrypto(), budget })
  try {
    for (const node of findSignatures(document)) await verifyReferences(context, readSignature(document, node, budget))
    return 'checked'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

describe('a canonical form far longer than its document', () => {
  const uri = `urn:${'u'.repeat(300_000)}`
  const document = (references: string): string => `<r xmlns:p="${uri}"><d Id="x">${'<p:a/>'.repeat(60_000)}</d>${template(references)}</r>`

  it('a namespace name written on each of many elements', async () => {
    expect(await outcome(document(reference('#x', transform(EXCLUSIVE))))).toBe('ERR_BUDGET_EXCEEDED')
  })

  it('the same kept in memory for the next transform', async () => {
    expect(await outcome(document(reference('#x', transform(EXCLUSIVE) + transform(INCLUSIVE))))).toBe('ERR_BUDGET_EXCEEDED')
    expect(await outcome(document(reference('#x', transform(EXCLUSIVE) + transform(`${DS}base64`))))).toBe('ERR_BUDGET_EXCEEDED')
  })

  it('elements without the parent that declares it', async () => {
    expect(await outcome(document(reference('', xpath('ancestor-or-self::*[local-name() = "a"]'))))).toBe('ERR_BUDGET_EXCEEDED')
  })

  it('while the cause of a failure is looked for, which stays a failure', async () => {
    // The declared form is short; another that is tried is not.
    expect(await outcome(document(reference('#x', transform(INCLUSIVE))))).toBe('checked')
  })
})

describe('many references over much', () => {
  it('in forms that differ in name only', async () => {
    const xml = `<r><d Id="x">${'<a>text</a>'.repeat(20_000)}</d>${template(many(4000, (i) => reference('#x', other(i))))}</r>`
    expect(await outcome(xml, { c14nNodes: 5_000_000 })).toBe('ERR_BUDGET_EXCEEDED')
  })

  it('filtered, and each without the signature', async () => {
    const xml = `<r><d Id="x">${'<!---->'.repeat(10_000)}</d>${template(many(300, (i) => reference('#x', xpath('true()') + transform(ENVELOPED) + other(i))))}</r>`
    expect(await outcome(xml, { c14nNodes: 1_000_000 })).toBe('ERR_BUDGET_EXCEEDED')
  })

  it('parsed again and again', async () => {
    const xml = `<r><d Id="x">${'<a>text</a>'.repeat(20_000)}</d>${template(reference('#x', transform(EXCLUSIVE).repeat(5000)))}</r>`
    expect(await outcome(xml, { xmlNodes: 2_000_000 })).toBe('ERR_BUDGET_EXCEEDED')
  })

  it('that decode the same text', async () => {
    const references = many(500, () => reference('#x', transform(`${DS}base64`)))
    expect(await outcome(`<r><d Id="x">${'AAAA '.repeat(20_000)}</d>${template(references)}</r>`, { c14nBytes: 20_000_000 })).toBe('ERR_BUDGET_EXCEEDED')
  })

  it('that all fail are reported: their causes are looked for in few', async () => {
    const three = reference('#x', '') + reference('#x', transform(INCLUSIVE)) + reference('#x', transform(EXCLUSIVE))
    expect(await outcome(`<r><d Id="x">${'<a>text &gt; x\n</a>'.repeat(5000)}</d>${template(three).repeat(300)}</r>`)).toBe('checked')
  })
})

it('string-values of what an entity multiplies are paid by what they walk over', async () => {
  const doctype = `<!DOCTYPE r [<!ENTITY a "${'<b/>'.repeat(1000)}"><!ENTITY c "${'&a;'.repeat(100)}">]>`
  expect(await outcome(`${doctype}<r>&c;${template(reference('', xpath("string(ancestor::r) = 'x'")))}</r>`)).toBe('ERR_BUDGET_EXCEEDED')
})
