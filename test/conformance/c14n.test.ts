/**
 * Canonicalisation held against the public vectors, octet for octet. Where the engines behind them differ, the corpus says who is right;
 * what it leaves open, and what is refused by design, stands in tables here, and an entry that no longer applies fails as well.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { c14nFromUri, canonicalBytes, type Selection } from '../../src/xml/c14n/index.ts'
import { NODE, type NodeId, parseXml } from '../../src/xml/index.ts'
import type { XmlTable } from '../../src/xml/table.ts'
import { compileXPath, type Filter2, type FilterInput, filter2, filterNodes } from '../../src/xml/xpath/index.ts'
import { describeWithCorpus } from '../support/tools.ts'

interface Subset {
  readonly kind: 'id' | 'xpath' | 'enveloped' | 'xpath-filter2'
  readonly value: string
  readonly idAttribute?: 'Id' | 'xml:id'
  readonly within?: string
  readonly namespaces?: Readonly<Record<string, string>>
  readonly comments?: false
}

interface Vector {
  readonly id: string
  readonly input: string
  readonly expected: string | null
  readonly algorithm: string
  readonly inclusivePrefixes?: readonly string[]
  readonly subset?: Subset
  readonly mustFail?: true
  readonly disputed?: true
  readonly engines: Readonly<Record<string, string>>
  readonly tags?: readonly string[]
}

const DS = 'http://www.w3.org/2000/09/xmldsig#'
const XML = 'http://www.w3.org/XML/1998/namespace'

/** What is refused, by the code it is refused with: no external entity is read, and no encoding but UTF-8 and UTF-16. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['libxml2/without-comments/example-5', 'ERR_XML_ENTITY'],
  ['libxml2/with-comments/example-5', 'ERR_XML_ENTITY'],
  ['libxml2/1-1-without-comments/example-5', 'ERR_XML_ENTITY'],
  ['encoding-latin1/10', 'ERR_XML_ENCODING'],
  ['encoding-latin1/11', 'ERR_XML_ENCODING'],
  ['encoding-latin1/exc', 'ERR_XML_ENCODING'],
])

/** Disputed vectors (the letter of the text against what engines agree on), and whether kyso gives what is expected or what the letter says. */
const DISPUTED: ReadonlyMap<string, 'expected' | 'spec'> = new Map([
  // C14N 1.1: an attribute that is not in the node-set is not written, though its value counts where it would be inherited or joined.
  ['xmlattr-07/s2/11', 'spec'],
  ['xmlattr-09/s3/11', 'spec'],
  ['libxml2/1-1-without-comments/xmlbase-c14n11spec3-102', 'spec'],
])

describeWithCorpus('canonicalisation vectors', 'c14n', (folder) => {
  const vectors = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Vector[]
  const octets = (file: string) => new Uint8Array(readFileSync(join(folder, file)))
  const documents = new Map<string, XmlTable>()
  const open = (file: string): XmlTable => {
    const document = documents.get(file) ?? parseXml(octets(file))
    documents.set(file, document)
    return document
  }
  const outcome = (vector: Vector): string => {
    const algorithm = c14nFromUri(vector.algorithm)
    if (algorithm === undefined) return 'unknown algorithm'
    try {
      const document = open(vector.input)
      const result = canonicalBytes(document, selection(document, vector.subset), algorithm, { inclusivePrefixes: vector.inclusivePrefixes ?? [] })
      return Buffer.from(result).toString('latin1')
    } catch (error) {
      if (!isKysoError(error)) throw error
      return error.code
    }
  }
  const content = (file: string | undefined) => (file === undefined ? undefined : Buffer.from(octets(file)).toString('latin1'))

  it('are all there', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(3_221)
  })

  describe.each(['whole', 'id', 'enveloped', 'xpath', 'xpath-filter2'])('%s', (kind) => {
    const own = vectors.filter(({ subset }) => (subset?.kind ?? 'whole') === kind)

    it('give every octet, or fail where they must', () => {
      const wrong = own
        .filter(({ id, disputed }) => !REFUSED.has(id) && !disputed)
        .map((vector) => ({ id: vector.id, got: outcome(vector), expected: vector.mustFail ? 'ERR_C14N_NAMESPACE' : content(vector.expected ?? undefined) }))
        .filter(({ got, expected }) => got !== expected)
      expect(wrong.slice(0, 20), `${wrong.length} of ${own.length}`).toEqual([])
    })
  })

  it('are refused as the table says, every vector with an external entity among them', () => {
    const refused = vectors.filter(({ id, tags }) => REFUSED.has(id) || tags?.includes('external-entity'))
    expect(new Map(refused.map((vector) => [vector.id, outcome(vector)]))).toEqual(REFUSED)
  })

  it('are decided where they are disputed', () => {
    const found = vectors
      .filter(({ disputed }) => disputed)
      .map((vector) => {
        const got = outcome(vector)
        return [vector.id, got === content(vector.expected ?? undefined) ? 'expected' : got === content(vector.engines.spec) ? 'spec' : got] as const
      })
    expect(new Map(found)).toEqual(DISPUTED)
  })
})

function selection(document: XmlTable, subset: Subset | undefined): Selection {
  if (subset === undefined) return { apex: 0 }
  const comments = subset.comments !== false
  const input: FilterInput = comments ? 'with-comments' : 'without-comments'
  const context = { document, budget: new Budget() }
  const namespaces = new Map(Object.entries({ ...subset.namespaces, ds: DS }))
  switch (subset.kind) {
    case 'id':
      return { apex: elementById(document, subset.idAttribute, subset.value), comments }
    case 'enveloped':
      return {
        apex: subset.within === undefined ? 0 : elementById(document, subset.idAttribute, subset.within),
        without: elements(document).filter((node) => isSignature(document, node) && (subset.value === '*' || document.attribute(node, 'Id') === subset.value)),
        comments,
      }
    case 'xpath':
      return { nodes: filterNodes(compileXPath(subset.value, namespaces), context, input) }
    case 'xpath-filter2': {
      const filters = subset.value.split('\n').map((line): Filter2 => {
        const space = line.indexOf(' ')
        return { operation: line.slice(0, space) as Filter2['operation'], xpath: compileXPath(line.slice(space + 1), namespaces) }
      })
      return { nodes: filter2(filters, context, input) }
    }
  }
}

function elements(document: XmlTable): NodeId[] {
  return Array.from({ length: document.size }, (_, node) => node).filter((node) => document.kind(node) === NODE.element)
}

function isSignature(document: XmlTable, node: NodeId): boolean {
  const { local, namespace } = document.name(node)
  return local === 'Signature' && namespace === DS
}

function elementById(document: XmlTable, idAttribute: Subset['idAttribute'], value: string): NodeId {
  const found = elements(document).filter((node) => (idAttribute === 'xml:id' ? document.attribute(node, 'id', XML) : document.attribute(node, 'Id')) === value)
  expect(found).toHaveLength(1)
  return found[0] as NodeId
}
