import { describe, expect, it } from 'vitest'
import { Budget } from '../../../src/core/budget.ts'
import { isKysoError } from '../../../src/core/errors.ts'
import {
  type C14nAlgorithm,
  type C14nOptions,
  c14nFromUri,
  c14nUri,
  canonicalBytes,
  canonicalize,
  type NodeSet,
  type Selection,
} from '../../../src/xml/c14n/index.ts'
import { NODE, type NodeId, parseXml } from '../../../src/xml/index.ts'
import type { XmlTable } from '../../../src/xml/table.ts'
import { generateDocument } from './documents.ts'

const METHODS = ['inclusive', 'inclusive11', 'exclusive'] as const
const decoder = new TextDecoder()
const parse = (text: string) => parseXml(new TextEncoder().encode(text))

function c14n(document: XmlTable, selection: Selection, method: C14nAlgorithm['method'] = 'inclusive', comments = false, options: C14nOptions = {}): string {
  return decoder.decode(canonicalBytes(document, selection, { method, comments }, options))
}
const whole = (text: string, method?: C14nAlgorithm['method'], comments?: boolean) => c14n(parse(text), { apex: 0 }, method, comments)

function element(document: XmlTable, name: string): NodeId {
  for (let node = 0; node < document.size; node++) if (document.kind(node) === NODE.element && document.name(node).qualified === name) return node
  throw new Error(`no ${name}`)
}
const subtree = (text: string, name: string, method?: C14nAlgorithm['method'], options?: C14nOptions) => {
  const document = parse(text)
  return c14n(document, { apex: element(document, name) }, method, false, options)
}

/** A node-set by what it leaves out: elements by name, attributes by name, namespace nodes by element and prefix. */
function allBut(document: XmlTable, out: { elements?: string[]; attributes?: string[]; namespaces?: string[] }): NodeSet {
  return {
    has: (node) => document.kind(node) !== NODE.element || !out.elements?.includes(document.name(node).qualified),
    hasAttribute: ({ name }) => !out.attributes?.includes(name.qualified),
    hasNamespace: (node, prefix) => !out.namespaces?.includes(`${document.name(node).qualified} ${prefix}`),
  }
}

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (isKysoError(error)) return error.code
    throw error
  }
  return 'nothing'
}

describe('algorithms', () => {
  it('are found by their URIs and name them', () => {
    for (const method of METHODS) for (const comments of [false, true]) expect(c14nFromUri(c14nUri({ method, comments }))).toEqual({ method, comments })
    expect(c14nFromUri('http://www.w3.org/2006/12/xml-c14n11#withcomments')).toBeUndefined()
  })
})

describe('whole documents', () => {
  it('lose declaration, DOCTYPE and CDATA, and part what stands outside by line feeds', () => {
    const text = '<?xml version="1.0"?>\n<!-- 1 --><?a  b ?>\n<!DOCTYPE e>\n<e><![CDATA[<&>]]></e>\n<!-- 2 --><?c?>'
    expect(whole(text)).toBe('<?a b ?>\n<e>&lt;&amp;&gt;</e>\n<?c?>')
    expect(whole(text, 'exclusive', true)).toBe('<!-- 1 -->\n<?a b ?>\n<e>&lt;&amp;&gt;</e>\n<!-- 2 -->\n<?c?>')
  })

  it('escape text and values each in their way', () => {
    expect(whole(`<e a='"&#9;&#10;&#13;>&lt;&amp;'>"&#9;&#13;\r\n\r>&lt;&amp;&quot;&apos;&#x20000;</e>`)).toBe(
      '<e a="&quot;&#x9;&#xA;&#xD;>&lt;&amp;">"\t&#xD;\n\n&gt;&lt;&amp;"\'\u{20000}</e>',
    )
  })

  it('order attributes by namespace and local name in code points, namespaces by prefix', () => {
    expect(whole('<e xmlns:z="urn:1" xmlns:a="urn:2" a:k="3" z:k="2" b="1" \u{20000}="y" \uf900="x" a="0" xmlns="urn:d"/>')).toBe(
      '<e xmlns="urn:d" xmlns:a="urn:2" xmlns:z="urn:1" a="0" b="1" \uf900="x" \u{20000}="y" z:k="2" a:k="3"></e>',
    )
  })

  it('straighten tags', () => {
    expect(whole("<a  x = '1'\n><b y='\"'/ ></a >".replace('/ >', '/>'))).toBe('<a x="1"><b y="&quot;"></b></a>')
  })

  it('hold defaults and entities of the DTD', () => {
    const text = '<!DOCTYPE e [<!ATTLIST f d CDATA "v" t NMTOKENS #IMPLIED><!ENTITY m "<f t=\' a  b \'/>&#38;#13;">]><e>x&m;y</e>'
    expect(whole(text)).toBe('<e>x<f d="v" t="a b"></f>&#xD;y</e>')
  })

  it('leave superfluous declarations out', () => {
    const text = '<a xmlns=""><b xmlns:p="urn:p" xmlns="urn:d"><c xmlns:p="urn:p" xmlns="urn:d"/><d xmlns=""/></b></a>'
    expect(whole(text)).toBe('<a><b xmlns="urn:d" xmlns:p="urn:p"><c></c><d xmlns=""></d></b></a>')
    expect(whole(text, 'exclusive')).toBe('<a><b xmlns="urn:d"><c></c><d xmlns=""></d></b></a>')
  })

  it('refuse relative namespace names, wherever declared', () => {
    for (const name of ['x', '../x', '#f', '//h/p', '?q', ' urn:x', '1x:y', ':x'])
      expect(codeOf(() => subtree(`<a><b/><c xmlns:p="${name}"/></a>`, 'b'))).toBe('ERR_C14N_NAMESPACE')
    expect(subtree('<a><b/><c xmlns:p="x+1.-:"/></a>', 'b')).toBe('<b></b>')
  })
})

describe('exclusive canonicalisation', () => {
  const text = '<a xmlns="urn:d" xmlns:p="urn:p" xmlns:q="urn:q"><p:b q:x="1"><p:c/><d/></p:b><p:b/></a>'

  it('writes what is visibly utilised, again where no ancestor wrote it', () => {
    expect(whole(text, 'exclusive')).toBe(
      '<a xmlns="urn:d"><p:b xmlns:p="urn:p" xmlns:q="urn:q" q:x="1"><p:c></p:c><d></d></p:b><p:b xmlns:p="urn:p"></p:b></a>',
    )
    expect(subtree(text, 'd', 'exclusive')).toBe('<d xmlns="urn:d"></d>')
  })

  it('treats listed prefixes inclusively', () => {
    expect(subtree(text, 'p:c', 'exclusive', { inclusivePrefixes: ['q', '#default', 'unknown'] })).toBe(
      '<p:c xmlns="urn:d" xmlns:p="urn:p" xmlns:q="urn:q"></p:c>',
    )
    expect(subtree(text, 'p:c', 'inclusive', { inclusivePrefixes: ['q'] })).toBe('<p:c xmlns="urn:d" xmlns:p="urn:p" xmlns:q="urn:q"></p:c>')
    const undeclared = '<a xmlns="urn:a"><p:b xmlns:p="urn:p" xmlns=""/></a>'
    expect(c14n(parse(undeclared), { apex: 0 }, 'exclusive', false, { inclusivePrefixes: ['#default'] })).toBe(
      '<a xmlns="urn:a"><p:b xmlns="" xmlns:p="urn:p"></p:b></a>',
    )
    expect(whole(undeclared, 'exclusive')).toBe('<a xmlns="urn:a"><p:b xmlns:p="urn:p"></p:b></a>')
  })
})

describe('subtrees', () => {
  const text =
    '<a xml:lang="vi" xml:id="i" xml:space="preserve" xml:base="http://e/x/y"><b xml:lang="en" xml:foo="f" xml:base="z/"><c xml:base="../w"/></b></a>'

  it('inherit xml: attributes as each version says', () => {
    expect(subtree(text, 'c')).toBe('<c xml:base="../w" xml:foo="f" xml:id="i" xml:lang="en" xml:space="preserve"></c>')
    expect(subtree(text, 'c', 'inclusive11')).toBe('<c xml:base="http://e/x/w" xml:lang="en" xml:space="preserve"></c>')
    expect(subtree(text, 'c', 'exclusive')).toBe('<c xml:base="../w"></c>')
  })

  it('inherit namespaces, the default one as it is in scope', () => {
    expect(subtree('<a xmlns="urn:a" xmlns:p="urn:p"><b xmlns=""><c/></b></a>', 'c')).toBe('<c xmlns:p="urn:p"></c>')
  })

  it('leave out what is told, in any order, and comments where they are not in the set', () => {
    const document = parse('<a>1<b><c/></b>2<!--x--><c/>3<d/></a>')
    const without = [element(document, 'd'), element(document, 'b'), element(document, 'c')]
    expect(c14n(document, { apex: 0, without }, 'inclusive', true)).toBe('<a>12<!--x--><c></c>3</a>')
    expect(c14n(document, { apex: 0, without, comments: false }, 'inclusive', true)).toBe('<a>12<c></c>3</a>')
    expect(c14n(document, { apex: document.root, without: [document.root] })).toBe('')
  })

  it('are refused for an apex that is no node', () => {
    for (const apex of [-1, 2, 0.5, Number.NaN]) expect(codeOf(() => c14n(parse('<a/>'), { apex }))).toBe('ERR_ARGUMENT')
  })
})

describe('filtered node-sets', () => {
  const filtered = (text: string, out: Parameters<typeof allBut>[1], method?: C14nAlgorithm['method'], options?: C14nOptions) => {
    const document = parse(text)
    return c14n(document, { nodes: allBut(document, out) }, method, true, options)
  }

  it('are the document where nothing is left out', () => {
    for (let number = 0; number < 200; number++) {
      const document = parse(generateDocument(number))
      for (const method of METHODS) {
        const inclusivePrefixes = number % 2 === 0 ? [] : ['p', '#default']
        expect(c14n(document, { nodes: allBut(document, {}) }, method, true, { inclusivePrefixes })).toBe(
          c14n(document, { apex: 0 }, method, true, { inclusivePrefixes }),
        )
        const apex = document.size >> 1
        expect(c14n(document, { apex, nodes: allBut(document, {}) }, method, true, { inclusivePrefixes })).toBe(
          c14n(document, { apex }, method, true, { inclusivePrefixes }),
        )
      }
    }
  })

  it('write attributes and namespaces of elements that are left out', () => {
    expect(filtered('<a xmlns:p="urn:p"><p:b k="v">x</p:b></a>', { elements: ['p:b'] })).toBe('<a xmlns:p="urn:p"> k="v"x</a>')
  })

  it('leave out single attributes and namespace nodes, which are written again below', () => {
    expect(filtered('<a x="1" y="2"/>', { attributes: ['x'] })).toBe('<a y="2"></a>')
    expect(filtered('<a xmlns:p="urn:p"><b><c/></b></a>', { namespaces: ['b p'] })).toBe('<a xmlns:p="urn:p"><b><c xmlns:p="urn:p"></c></b></a>')
    expect(filtered('<a xmlns="urn:d"><b/></a>', { namespaces: ['b '] })).toBe('<a xmlns="urn:d"><b xmlns=""></b></a>')
    expect(filtered('<p:a xmlns:p="urn:p"><p:b><p:c/></p:b></p:a>', { namespaces: ['p:b p'] }, 'exclusive')).toBe(
      '<p:a xmlns:p="urn:p"><p:b><p:c xmlns:p="urn:p"></p:c></p:b></p:a>',
    )
  })

  it('give orphans the xml: attributes of their version', () => {
    const text = '<a xml:base="x/" xml:lang="vi"><b xml:base="y/" xml:foo="1"><c xml:base="z"/></b></a>'
    const out = { elements: ['b'], attributes: ['xml:foo'] }
    expect(filtered(text, out)).toBe('<a xml:base="x/" xml:lang="vi"> xml:base="y/"<c xml:base="z" xml:foo="1" xml:lang="vi"></c></a>')
    expect(filtered(text, out, 'inclusive11')).toBe('<a xml:base="x/" xml:lang="vi"> xml:base="y/"<c xml:base="y/z" xml:lang="vi"></c></a>')
    expect(filtered(text, out, 'exclusive')).toBe('<a xml:base="x/" xml:lang="vi"> xml:base="y/"<c xml:base="z"></c></a>')
  })
})

describe('the stream', () => {
  it('gives the octets of a canonical form as one view of the document', () => {
    const text = `<a>${'<b x="1" y="2">đ</b>\n'.repeat(2_000)}</a>`
    const document = parse(text)
    const chunks: Uint8Array[] = []
    canonicalize(document, { apex: 0 }, { method: 'inclusive', comments: false }, (chunk) => chunks.push(chunk.slice()))
    expect(chunks.length).toBeLessThanOrEqual(2)
    expect(Buffer.concat(chunks).toString()).toBe(text)
  })

  it('holds over long values and texts', () => {
    const long = '&amp;\u{20000}"\r\n'.repeat(30_000)
    expect(whole(`<a b='${long}'>${long}</a>`)).toBe(`<a b="${'&amp;\u{20000}&quot; '.repeat(30_000)}">${'&amp;\u{20000}"\n'.repeat(30_000)}</a>`)
  })

  it('is idempotent', () => {
    for (let number = 0; number < 500; number++) {
      for (const method of METHODS) {
        const once = whole(generateDocument(number), method, true)
        expect(whole(once, method, true)).toBe(once)
      }
    }
  })

  it('is paid for', () => {
    const budget = new Budget({ c14nBytes: 20, c14nNodes: 10 })
    const document = parse('<a><b/></a>')
    c14n(document, { apex: 0 }, 'inclusive', false, { budget })
    expect(budget.left('c14nBytes')).toBe(20 - '<a><b></b></a>'.length)
    expect(codeOf(() => c14n(document, { apex: 0 }, 'inclusive', false, { budget }))).toBe('ERR_BUDGET_EXCEEDED')
  })
})
