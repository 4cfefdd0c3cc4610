import { expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { fromUtf8, utf8 } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { NODE } from '../../src/xml/tree.ts'
import { elementsByName } from '../../src/xml/walk.ts'
import {
  type ReferenceResult,
  readSignature,
  referenceOctets,
  verifyReferences,
  type XmlDsigContext,
  type XmlSignature,
  xmlDsigContext,
} from '../../src/xmldsig/index.ts'
import { randomFrom } from '../xml/c14n/documents.ts'
import { DS, ENVELOPED, EXCLUSIVE, INCLUSIVE, reference, template, transform } from './sign.ts'

const XPATH = 'http://www.w3.org/TR/1999/REC-xpath-19991116'
const xpath = (expression: string): string => transform(XPATH, `<XPath xmlns:d="${DS}">${expression}</XPath>`)

/** A document with signatures in many places, some in others; the last one's references are looked at. */
function generate(seed: number, references: string): string {
  const random = randomFrom(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  const content = (depth: number): string => {
    let text = ''
    for (let n = below(4); n > 0; n--) {
      const kind = below(8)
      if (kind === 0) text += `<Signature xmlns="${DS}"${below(2) ? ' xmlns:u="urn:u"' : ''}>${depth > 0 ? content(depth - 1) : ''}</Signature>`
      else if (kind === 1) text += '<Signature xmlns="urn:other"/>'
      else if (kind === 2) text += '<!-- c -->'
      else if (kind === 3) text += '<?p d?>'
      else if (kind === 4) text += 't&amp;'
      else text += `<e${below(2) ? ` a="${below(9)}" xmlns:v="urn:v"` : ''}>${depth > 0 ? content(depth - 1) : ''}</e>`
    }
    return text
  }
  return `<?p?><r xmlns:w="urn:w">${content(3)}<s Id="x">${content(3)}</s>${template(references)}${content(2)}</r><!-- end -->`
}

it.each([
  ['', EXCLUSIVE],
  ['', INCLUSIVE],
  ['#x', EXCLUSIVE],
  ['#xpointer(/)', `${INCLUSIVE}#WithComments`],
])('the filter that leaves signatures out gives what asking node by node gives: %j %s', async (uri, c14n) => {
  const fast = reference(uri, xpath('not(ancestor-or-self::d:Signature)') + transform(c14n))
  const first = reference(uri, transform(ENVELOPED) + xpath(' not( ancestor-or-self::d:Signature ) ') + transform(c14n))
  const then = reference(uri, xpath('not(ancestor-or-self::d:Signature)') + transform(ENVELOPED) + transform(c14n))
  const general = reference(uri, xpath('not(ancestor-or-self::d:Signature) and string(.) = string(.)') + transform(c14n))
  for (let seed = 1; seed <= 40; seed++) {
    const { context, signature, references } = await read(generate(seed, fast + first + then + general))
    const octets = references.map((one) => fromUtf8(referenceOctets(context, signature, one.reference)))
    expect(new Set(octets).size, `seed ${seed}`).toBe(1)
    const [one, , , other] = references
    for (let node = 1; node < context.document.size; node++)
      if (context.document.kind(node) === NODE.element) expect(one?.coverage.covers(node), `seed ${seed}, node ${node}`).toBe(other?.coverage.covers(node))
    expect(one?.coverage.whole).toBe(other?.coverage.whole)
  }
})

interface Read {
  readonly context: XmlDsigContext
  readonly signature: XmlSignature
  readonly references: readonly ReferenceResult[]
}

/** The signature that has a `SignedInfo`, with what came of its references. */
async function read(xml: string): Promise<Read> {
  const document = parseXml(utf8(xml))
  const budget = new Budget()
  const context = xmlDsigContext(document, { crypto: defaultCrypto(), budget })
  const [signedInfo = 0] = elementsByName(document, 'SignedInfo', DS)
  const signature = readSignature(document, document.parent(signedInfo), budget)
  const { references } = await verifyReferences(context, signature)
  return { context, signature, references }
}

it('leaves nothing of what stands inside a signature', async () => {
  const inside = reference('#o', xpath('not(ancestor-or-self::d:Signature)'))
  const { references, context, signature } = await read(`<r>${template(inside, { objects: '<Object Id="o"><a/></Object>' })}</r>`)
  const [one] = references as [ReferenceResult]
  expect(referenceOctets(context, signature, one.reference)).toHaveLength(0)
  expect(one.coverage.elements).toEqual([])
})
