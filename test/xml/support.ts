import { utf8 } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { parseXml, type XmlTable } from '../../src/xml/index.ts'
import { NODE } from '../../src/xml/tree.ts'

/** A document from text. */
export function parse(text: string): XmlTable {
  return parseXml(utf8(text))
}

/** Code and `why` of the error of a document; `ok` where there is none. */
export function verdict(document: string | Uint8Array): string {
  try {
    parseXml(typeof document === 'string' ? utf8(document) : document)
    return 'ok'
  } catch (error) {
    if (!isKysoError(error)) throw error
    return `${error.code} ${error.data.why ?? error.data.kind}`
  }
}

/** UTF-16 of a text, with a byte order mark where asked. */
export function utf16(text: string, bigEndian: boolean, mark: boolean): Uint8Array {
  const full = mark ? `\ufeff${text}` : text
  const bytes = new Uint8Array(2 * full.length)
  for (let i = 0; i < full.length; i++) {
    const unit = full.charCodeAt(i)
    bytes[2 * i + (bigEndian ? 1 : 0)] = unit & 0xff
    bytes[2 * i + (bigEndian ? 0 : 1)] = unit >> 8
  }
  return bytes
}

/** What a reader of events would see, adjacent text as one; one string an event, so that other parsers can be held against it. */
export function events(doc: XmlTable): string[] {
  const out: string[] = []
  let text = ''
  const flush = (): void => {
    if (text !== '') out.push(`T ${text}`)
    text = ''
  }
  const open: number[] = []
  const closeUpTo = (node: number): void => {
    while (open.length > 0 && doc.subtreeEnd(open[open.length - 1] as number) <= node) {
      flush()
      const name = doc.name(open.pop() as number)
      out.push(`E ${expandedName(name)}`)
    }
  }
  for (let node = 1; node < doc.size; node++) {
    closeUpTo(node)
    const kind = doc.kind(node)
    if (kind === NODE.text) {
      text += doc.text(node)
      continue
    }
    flush()
    if (kind === NODE.comment) out.push(`C ${doc.text(node)}`)
    else if (kind === NODE.instruction) out.push(`P ${doc.target(node)} ${doc.text(node)}`)
    else {
      const attributes = doc.attributes(node).map((attribute) => `${expandedName(attribute.name)}=${attribute.value}`)
      out.push(['S', expandedName(doc.name(node)), ...sortedByCodePoint(attributes)].join(' '))
      open.push(node)
    }
  }
  closeUpTo(doc.size)
  return out
}

/** Texts in the order of their code points, as Python sorts them. */
export function sortedByCodePoint(texts: readonly string[]): string[] {
  return [...texts].sort(byCodePoint)
}

function byCodePoint(a: string, b: string): number {
  const left = [...a].map((c) => c.codePointAt(0) as number)
  const right = [...b].map((c) => c.codePointAt(0) as number)
  for (let i = 0; i < Math.min(left.length, right.length); i++) if (left[i] !== right[i]) return (left[i] as number) - (right[i] as number)
  return left.length - right.length
}

/** A name as Expat writes it: namespace, U+0001, local name. */
export function expandedName(name: { namespace: string; local: string }): string {
  return name.namespace === '' ? name.local : `${name.namespace}\u0001${name.local}`
}

/** A small random generator (mulberry32): the same documents in every run. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Small documents that between them use everything the parser knows. */
export const SAMPLES = [
  '<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- c --><a xmlns="urn:a" xmlns:p="urn:p" p:x="1&amp;2" y=\'a"b\'><p:b/>t&lt;x<![CDATA[<z>]]><?pi  data ?></a>\n',
  '<!DOCTYPE r [<!ENTITY e "<b x=\'1\'>t</b>&f;"><!ENTITY f "&#38;lt;"><!ATTLIST r id ID #IMPLIED d CDATA "x  y" n NMTOKENS " a  b ">]><r id="  i  ">&e;-&f;</r>',
  '<!DOCTYPE r PUBLIC "-//X//Y" "s" [<!ELEMENT r (a,(b|c)*,d?)+><!ELEMENT a (#PCDATA|b)*><!NOTATION n SYSTEM "x"><!ENTITY u SYSTEM "f" NDATA n>' +
    '<!ENTITY % pe "<!ENTITY g \'v\'>">%pe;<?t d?><!-- c --><!ATTLIST r t (a|b) #REQUIRED v NOTATION (n) #IMPLIED w CDATA #FIXED "1">]><r t="a">&g;</r>',
  '<x:đ xmlns:x="urn:Ω" x:ă="Hà Nội 𝄞&#x1D11E;"><y xmlns="urn:y"><z xmlns="" a=" \t\n "/></y></x:đ>',
]

/** A document with some bytes changed, removed, doubled or put in. */
export function mutate(document: Uint8Array, random: () => number): Uint8Array {
  const bytes = [...document]
  const pieces = [
    '<',
    '>',
    '&',
    ';',
    '"',
    "'",
    '/',
    '!',
    '?',
    ']]>',
    '--',
    'xmlns',
    ':',
    '=',
    ' ',
    '&#0;',
    '&e;',
    '%pe;',
    '\u0000',
    '\u00e9',
    '<a>',
    '</a>',
    ']',
    '[',
  ]
  for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--) {
    const at = Math.floor(random() * bytes.length)
    const kind = Math.floor(random() * 5)
    if (kind === 0) bytes[at] = Math.floor(random() * 256)
    else if (kind === 1) bytes.splice(at, 1 + Math.floor(random() * 4))
    else if (kind === 2) bytes.splice(at, 0, ...bytes.slice(at, at + Math.floor(random() * 20)))
    else bytes.splice(at, 0, ...utf8(pieces[Math.floor(random() * pieces.length)] as string))
  }
  return Uint8Array.from(bytes)
}
