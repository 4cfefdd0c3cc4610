/** Changes to XML as text, one character a byte. What they know of XML is where tags begin and end. */
import type { Random } from './random.ts'

/** An element in a text. */
interface Span {
  readonly start: number
  /** Behind the start tag. */
  readonly opened: number
  /** At the end tag. */
  readonly closing: number
  readonly end: number
  /** Depth in the document. */
  readonly depth: number
  readonly name: string
}

const TAG = /<(\/?)([^\s<>/!?]+)((?:"[^"]*"|'[^']*'|[^<>"'])*?)(\/?)>/g

/** Every element whose tags fit together. */
export function elementsOf(text: string): Span[] {
  const found: Span[] = []
  const open: { name: string; start: number; opened: number }[] = []
  for (const match of text.matchAll(TAG)) {
    const [whole, closing, name = '', , empty] = match
    const start = match.index
    const end = start + whole.length
    if (closing) {
      const one = open.pop()
      if (one?.name === name) found.push({ ...one, closing: start, end, depth: open.length })
    } else if (empty) found.push({ name, start, opened: end, closing: end, end, depth: open.length })
    else open.push({ name, start, opened: end })
  }
  return found
}

type TextMutator = (text: string, random: Random, other: string) => string

const cut = (text: string, start: number, end: number, put = ''): string => text.slice(0, start) + put + text.slice(end)
const whole = (text: string, { start, end }: Span): string => text.slice(start, end)

/** Something done with an element. */
const onElement =
  (act: (text: string, span: Span, random: Random, all: readonly Span[], other: string) => string): TextMutator =>
  (text, random, other) => {
    const all = elementsOf(text)
    return all.length === 0 ? text : act(text, random.pick(all), random, all, other)
  }

/** Something done with what a pattern finds. */
const onMatch =
  (pattern: RegExp, act: (found: string, random: Random, groups: readonly string[]) => string): TextMutator =>
  (text, random) => {
    const all = [...text.matchAll(pattern)]
    if (all.length === 0) return text
    const match = random.pick(all)
    return cut(text, match.index, match.index + match[0].length, act(match[0], random, match))
  }

/** A place between elements. */
function placeIn(all: readonly Span[], random: Random): number {
  const { start, opened, closing, end } = random.pick(all)
  return random.pick([start, opened, closing, end])
}

const DS = 'http://www.w3.org/2000/09/xmldsig#'
const XPATH = 'http://www.w3.org/TR/1999/REC-xpath-19991116'
const FILTER2 = 'http://www.w3.org/2002/06/xmldsig-filter2'
const URIS = [
  `${DS}enveloped-signature`,
  `${DS}base64`,
  `${DS}sha1`,
  `${DS}rsa-sha1`,
  `${DS}hmac-sha1`,
  XPATH,
  FILTER2,
  'http://www.w3.org/TR/1999/REC-xslt-19991116',
  'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
  'http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments',
  'http://www.w3.org/2006/12/xml-c14n11',
  'http://www.w3.org/2001/10/xml-exc-c14n#',
  'http://www.w3.org/2001/10/xml-exc-c14n#WithComments',
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256',
  'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
  'http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519',
]
const EXPRESSIONS = [
  'not(ancestor-or-self::ds:Signature)',
  'true()',
  'false()',
  'ancestor-or-self::*[1]',
  'count(ancestor-or-self::ds:Signature | here()/ancestor::ds:Signature[1]) > count(ancestor-or-self::ds:Signature)',
  '//*[//*[//*[//*]]]',
  'self::text()',
  'id("x")/ancestor-or-self::node()',
  'string-length(concat(., ., ., .)) > 99999',
  '(((((((((((((((1)))))))))))))))',
  '-'.repeat(500),
  '//node()|//@*|//namespace::*',
]
const transforms = (random: Random): string => {
  const expression = random.pick(EXPRESSIONS).replaceAll('>', '&gt;')
  return random.chance(0.5)
    ? `<ds:Transform xmlns:ds="${DS}" Algorithm="${XPATH}"><ds:XPath>${expression}</ds:XPath></ds:Transform>`
    : `<ds:Transform xmlns:ds="${DS}" Algorithm="${FILTER2}"><XPath xmlns="${FILTER2}" Filter="${random.pick(['intersect', 'subtract', 'union', 'x'])}">${expression}</XPath></ds:Transform>`
}

const DOCTYPES = [
  (name: string) => `<!DOCTYPE ${name} [<!ENTITY e "x"><!ENTITY f "<a>&e;</a>">]>`,
  (name: string) =>
    `<!DOCTYPE ${name} [<!ENTITY a "${'&b;'.repeat(10)}"><!ENTITY b "${'&c;'.repeat(10)}"><!ENTITY c "${'&d;'.repeat(10)}"><!ENTITY d "${'dd'.repeat(99)}">]>`,
  (name: string) => `<!DOCTYPE ${name} [<!ENTITY a "&b;"><!ENTITY b "&a;">]>`,
  (name: string) => `<!DOCTYPE ${name} [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1/"> %p;]>`,
  (name: string) => `<!DOCTYPE ${name} [<!ATTLIST ${name} Id CDATA "x" k ID #IMPLIED a NMTOKENS " 1  2 ">]>`,
  (name: string) => `<!DOCTYPE ${name} [<!ATTLIST Reference URI CDATA ""><!ATTLIST ds:Reference URI CDATA "">]>`,
  (name: string) => `<!DOCTYPE ${name} [<!ATTLIST ${name} xmlns CDATA "urn:other" xmlns:ds CDATA "urn:ds">]>`,
  (name: string) => `<!DOCTYPE ${name} SYSTEM "x.dtd">`,
]

const reference = (character: string, random: Random): string => {
  const code = character.charCodeAt(0)
  return random.chance(0.5) ? `&#${code};` : `&#x${code.toString(16)};`
}

const NOISE = [
  '<',
  '>',
  '&',
  ';',
  '"',
  "'",
  '/>',
  ']]>',
  '--',
  '&#0;',
  '&#x110000;',
  '&e;',
  '<!--',
  '-->',
  '<?x ?>',
  '<![CDATA[',
  '\0',
  '\r',
  '\ufeff',
  'ï»¿',
  '<a>',
  '</a>',
  '&lt;',
]

export const TEXT_MUTATORS: readonly TextMutator[] = [
  // Wrapping: twice, moved, copied elsewhere, inside another, in place of another.
  onElement((text, span, random, all) => {
    const at = placeIn(all, random)
    return cut(text, at, at, whole(text, span))
  }),
  onElement((text, span) => cut(text, span.start, span.end)),
  onElement((text, span, random, all) => {
    const at = placeIn(all, random)
    const piece = whole(text, span)
    if (at > span.start && at < span.end) return text
    return at <= span.start ? text.slice(0, at) + piece + cut(text, span.start, span.end).slice(at) : cut(cut(text, at, at, piece), span.start, span.end)
  }),
  onElement((text, span, random, all) => {
    const other = random.pick(all)
    return cut(text, span.start, span.end, whole(text, other))
  }),
  onElement((text, span, random) => {
    const prefix = random.pick(['', 'x:'])
    return cut(text, span.start, span.end, `<${prefix}w xmlns:x="urn:w">${whole(text, span)}</${prefix}w>`)
  }),
  onElement((text, span, random, _, other) => {
    const foreign = elementsOf(other)
    if (foreign.length === 0) return text
    const at = random.pick([span.start, span.opened, span.closing, span.end])
    return cut(text, at, random.chance(0.5) ? at : Math.max(at, span.end), whole(other, random.pick(foreign)))
  }),
  // A forged copy that bears the same ID, beside or before the first.
  onElement((text, span, random) => {
    const forged = whole(text, span).replace(/>([^<>]+)</, '>9$1<')
    return cut(text, random.chance(0.5) ? span.start : span.end, random.chance(0.5) ? span.start : span.end, forged)
  }),
  // The signature put around or into something.
  onElement((text, span, random, all) => {
    const signature = all.find(({ name }) => name.endsWith('Signature'))
    if (!signature) return text
    const object = `<ds:Object xmlns:ds="${DS}">${whole(text, span)}</ds:Object>`
    return random.chance(0.5) ? cut(text, signature.closing, signature.closing, object) : cut(text, signature.start, signature.end, object)
  }),
  (text, random) => {
    const all = elementsOf(text)
    const signatures = all.filter(({ name }) => name.endsWith('Signature'))
    if (signatures.length === 0) return text
    const at = placeIn(all, random)
    return cut(text, at, at, whole(text, random.pick(signatures)))
  },
  // IDs and what refers to them.
  onMatch(
    /\b(?:Id|ID|id|xml:id)=("[^"]*"|'[^']*')/g,
    (_, random, [, value = '""']) =>
      `${random.pick(['Id', 'ID', 'id', 'xml:id', 'Name'])}=${random.chance(0.7) ? value : '"x"'}${random.chance(0.1) ? ` Id=${value}` : ''}`,
  ),
  onMatch(
    /\bURI="([^"]*)"/g,
    (_, random, [, value = '']) =>
      `URI="${random.pick(['', '#x', '#', 'other', `${value}x`, `#xpointer(id('${value.slice(1)}'))`, '#xpointer(/)', '#element(/1)', `&#35;${value.slice(1)}`])}"`,
  ),
  (text, random) => {
    const ids = [...text.matchAll(/\b(?:Id|ID|id)="([^"]*)"/g)]
    const all = elementsOf(text)
    if (ids.length === 0 || all.length === 0) return text
    const { start, name } = random.pick(all)
    const at = start + 1 + name.length
    return cut(text, at, at, ` ${random.pick(['Id', 'ID', 'id', 'xml:id'])}="${random.pick(ids)[1]}"`)
  },
  // Algorithms and transforms.
  onMatch(/\bAlgorithm="[^"]*"/g, (_, random) => `Algorithm="${random.pick(URIS)}"`),
  onMatch(/<\/?(?:\w+:)?Transforms\s*\/?>/g, (found, random) => (found.startsWith('</') ? transforms(random) + found : found + transforms(random))),
  // Inside texts that are read: comments, references, CDATA, white space.
  onMatch(/>([^<>]+)</g, (_, random, [, value = '']) => {
    const at = random.int(value.length + 1)
    return `>${value.slice(0, at)}${random.pick(['<!---->', '<!-- x -->', '<?x y?>', '<![CDATA[]]>', ' ', '\n', '\r\n', '\t', '&#13;', '9', 'A', '='])}${value.slice(at)}<`
  }),
  onMatch(
    />([^<>&]+)</g,
    (_, random, [, value = '']) =>
      `>${random.chance(0.5) ? `<![CDATA[${value}]]>` : [...value].map((one) => (one.charCodeAt(0) < 128 ? reference(one, random) : one)).join('')}<`,
  ),
  onMatch(/>([^<>&]+)</g, (_, random, [, value = '']) => `>${value.slice(0, random.int(value.length))}<`),
  onMatch(
    />([^<>&]*)</g,
    (_, random) =>
      `>${random.pick(['0', '-1', '9'.repeat(400), '1e999', 'NaN', '', '=', 'A'.repeat(5000), '0001-01-01T00:00:00Z', '99999-12-31T24:00:00+99:99'])}<`,
  ),
  // Comments and instructions between tags.
  onElement((text, _, random, all) => {
    const at = placeIn(all, random)
    return cut(text, at, at, random.pick(['<!-- c -->', '<?pi d?>', ' ', '\n', '\r\n', 'text', '<x/>', '&e;', '&amp;']))
  }),
  // Namespaces.
  onMatch(/\bxmlns(:\w+)?="([^"]*)"/g, (found, random, [, prefix = '', value = '']) =>
    random.pick(['', `xmlns${prefix}=""`, `xmlns${prefix}="urn:other"`, `${found} xmlns:y="${value}"`, `xmlns:y="${value}"`]),
  ),
  onElement((text, { start, name }, random) => {
    const at = start + 1 + name.length
    const prefix = name.includes(':') ? name.slice(0, name.indexOf(':')) : ''
    const declared = random.pick([
      `xmlns${prefix ? `:${prefix}` : ''}="${DS}"`,
      `xmlns${prefix ? `:${prefix}` : ''}="urn:other"`,
      'xmlns=""',
      'xmlns:xml="urn:x"',
      'xmlns:q="urn:q" q:a="1" a="2"',
      'xml:base="http://x/"',
      'xml:space="preserve"',
    ])
    return cut(text, at, at, ` ${declared}`)
  }),
  onElement((text, { start, name, opened, closing, end }, random) => {
    const renamed = random.pick([name.replace(/^\w+:/, ''), `ds:${name}`, `x:${name}`, `${name}x`, name.replace(/^\w+:/, 'q:')])
    const inner = cut(text, closing, end, closing === end ? '' : `</${renamed}>`)
    return cut(inner, start + 1, start + 1 + name.length, renamed) + (opened > text.length ? ' ' : '')
  }),
  // Lexical changes that canonicalisation is to undo.
  onMatch(
    /(\s[\w:]+)=("[^"]*"|'[^']*')/g,
    (_, random, [, name = '', value = '""']) =>
      `${random.pick([' ', '\n', '  '])}${name}${random.pick([' = ', '= ', '='])}${value.includes('"') && !value.includes("'") && random.chance(0.5) ? `'${value.slice(1, -1)}'` : value}`,
  ),
  onMatch(/<([^\s<>/!?]+)([^<>]*?)\/>/g, (_, __, [, name = '', inside = '']) => `<${name}${inside}></${name}>`),
  onMatch(/<([^\s<>/!?]+)((?:\s[^<>]*?)?)><\/\1>/g, (_, __, [, name = '', inside = '']) => `<${name}${inside}/>`),
  onMatch(/(\s[\w:]+=(?:"[^"]*"|'[^']*'))(\s[\w:]+=(?:"[^"]*"|'[^']*'))/g, (_, random, [, a = '', b = '']) => (random.chance(0.8) ? b + a : `${a}${b}${a}`)),
  (text, random) => (random.chance(0.5) ? text.replaceAll(/\r?\n/g, '\r\n') : text.replaceAll('\r\n', '\n')),
  // Prologues.
  (text, random) => {
    const [root] = elementsOf(text).filter(({ depth }) => depth === 0)
    return root ? cut(text, root.start, root.start, random.pick(DOCTYPES)(root.name)) : text
  },
  (text, random) =>
    `${random.pick(['<?xml version="1.0"?>', '<?xml version="1.1"?>', '<?xml version="1.0" encoding="ISO-8859-1"?>', '<?xml version="1.0" encoding="UTF-16"?>', 'ï»¿', 'þÿ', ' ', ''])}${text.replace(/^<\?xml.*?\?>/s, '')}`,
  // Deep, wide, long.
  onElement((text, span, random) => {
    const times = random.chance(0.9) ? random.pick([2, 5, 50]) : random.pick([1500, 3000])
    return cut(text, span.start, span.end, `${'<d>'.repeat(times)}${whole(text, span)}${'</d>'.repeat(times)}`)
  }),
  onElement((text, { start, name }, random) => {
    const at = start + 1 + name.length
    const many = Array.from({ length: random.chance(0.9) ? random.pick([3, 30]) : 1200 }, (_, i) => ` ${random.chance(0.5) ? 'xmlns:' : ''}n${i}="u${i}"`).join(
      '',
    )
    return cut(text, at, at, many)
  }),
  // Anything.
  (text, random) => {
    const at = random.int(text.length)
    return cut(text, at, at + (random.chance(0.5) ? 0 : random.int(6)), random.pick(NOISE))
  },
  (text, random) => cut(text, random.int(text.length), text.length),
]
