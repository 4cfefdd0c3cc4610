/** Documents full of what canonicalisation has rules for, made from a seed: the same number gives the same document anywhere. */

/** Numbers that look random: mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const LOCALS = ['a', 'b', 'c', 'B', '_', 'a-b', 'Họ', 'đ', '豈', '\u{20000}', 'long-name.with_parts']
const PREFIXES = ['p', 'q', 'r', 'đ']
const NAMESPACES = ['urn:1', 'urn:2', 'http://e.example/%7Ex', 'urn:a:b']
const TEXTS = [
  'x',
  ' ',
  '\n',
  '\r\n',
  '\r',
  '\t',
  '&amp;',
  '&lt;',
  '&gt;',
  '>',
  '"',
  "'",
  '&quot;',
  '&apos;',
  '&#13;',
  '&#xD;',
  '&#10;',
  '&#9;',
  '&#233;',
  '&#x20000;',
  'ế',
  '\u{1f600}',
  'NFD ế',
  '&#38;',
  '&#60;',
]
const VALUES = [...TEXTS, ' a  b ', '', '&#xA;&#x9;']
const DATA = ['c', ' x ', ' & < > "', '\r\n', '\r', 'ế\u{20000}', '&#13;', '\t']
const BASES = ['http://e.example/a/b', 'c/', '../d', 'e/f/', '/g', 'h', './i/']

interface Scope {
  /** Namespace by prefix as written; '' for the default. */
  readonly bound: ReadonlyMap<string, string>
  readonly depth: number
}

/** A document by its number. Every third has a DTD with entities, defaults and tokenized attributes. */
export function generateDocument(number: number): string {
  const random = randomFrom(number)
  const chance = (probability: number) => random() < probability
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const many = (list: readonly string[], most: number) => Array.from({ length: Math.floor(random() * (most + 1)) }, () => pick(list)).join('')
  const withDtd = number % 3 === 0
  const texts = withDtd ? [...TEXTS, '&word;', '&markup;', '&nested;'] : TEXTS
  const values = withDtd ? [...VALUES, '&word;'] : VALUES
  let ids = 0
  let left = 30

  const quoted = (value: string): string => (chance(0.3) && !value.includes("'") ? `'${value}'` : `"${value.replaceAll('"', '&quot;')}"`)
  const space = (): string => (chance(0.7) ? ' ' : pick(['  ', '\n', '\r\n  ', '\t']))
  const comment = (): string => `<!--${many(DATA, 3)}-->`
  const instruction = (): string => `<?${pick(['t', 'target', 'ế'])}${chance(0.7) ? `${pick([' ', '  ', '\n'])}${many(DATA, 2)}` : ''}?>`
  const aside = (): string => (chance(0.5) ? comment() : instruction())

  const element = ({ bound, depth }: Scope): string => {
    left--
    const inside = new Map(bound)
    const written: string[] = []
    const declared = new Set<string>()
    const declare = (prefix: string, namespace: string): void => {
      if (declared.has(prefix)) return
      declared.add(prefix)
      inside.set(prefix, namespace)
      written.push(`${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}=${quoted(namespace)}`)
    }
    while (chance(depth === 0 ? 0.7 : 0.3)) declare(pick(PREFIXES), pick(NAMESPACES))
    if (chance(0.3)) declare('', chance(0.3) ? '' : pick(NAMESPACES))
    // Said again, though nothing changes.
    if (chance(0.2)) for (const [prefix, namespace] of bound) declare(prefix, namespace)
    const prefixes = [...inside.keys()].filter((prefix) => prefix !== '')
    const used = new Set<string>()
    const attribute = (key: string, name: string, value: string): void => {
      if (used.has(key)) return
      used.add(key)
      written.push(`${name}${chance(0.9) ? '=' : ' = '}${quoted(value)}`)
    }
    while (chance(0.45)) {
      const local = pick(LOCALS)
      const prefix = prefixes.length > 0 && chance(0.4) ? pick(prefixes) : ''
      attribute(`${prefix === '' ? '' : inside.get(prefix)} ${local}`, prefix === '' ? local : `${prefix}:${local}`, many(values, 3))
    }
    if (chance(0.1)) attribute('lang', 'xml:lang', pick(['vi', 'en', '']))
    if (chance(0.1)) attribute('space', 'xml:space', pick(['default', 'preserve']))
    if (chance(0.1)) attribute('base', 'xml:base', pick(BASES))
    if (chance(0.05)) attribute('id', 'xml:id', `i${++ids}`)
    if (withDtd && chance(0.1)) attribute(' tokens', 'tokens', pick([' one  two ', 'one', '\tone\n', '&#x20;one&#x20;&#x20;two']))
    const local = pick(LOCALS)
    const prefix = prefixes.length > 0 && chance(0.4) ? pick(prefixes) : ''
    const name = prefix === '' ? local : `${prefix}:${local}`
    for (let i = written.length - 1; i > 0; i--) {
      const other = Math.floor(random() * (i + 1))
      ;[written[i], written[other]] = [written[other] as string, written[i] as string]
    }
    const open = `<${name}${written.map((attributeText) => space() + attributeText).join('')}`
    let content = ''
    while (chance(depth === 0 ? 0.85 : 0.6)) {
      const kind = random()
      if (kind < 0.45 && left > 0) content += element({ bound: inside, depth: depth + 1 })
      else if (kind < 0.8) content += many(texts, 4).replaceAll(']]>', ']]&gt;')
      else if (kind < 0.9) content += `<![CDATA[${many([...DATA, ']', ']]', '<a>', '&amp;'], 3).replaceAll(']]>', '')}]]>`
      else content += aside()
    }
    return content === '' && chance(0.6)
      ? `${open}${chance(0.3) ? ' ' : ''}/>`
      : `${open}${chance(0.1) ? '\n' : ''}>${content}</${name}${chance(0.1) ? ' ' : ''}>`
  }

  const around = (): string => many(['\n', '\r\n', comment(), instruction(), ' '], 3)
  const dtd = `<!DOCTYPE a [<!ENTITY word "w&#38;#38;&#x1EBF;"><!ENTITY markup "<b c='d'>in</b><!--e--><?f g?>"><!ENTITY nested "&word; &markup;">
<!ATTLIST a defaulted CDATA "d&#9;&lt;" xml:space (default|preserve) "preserve" tokens NMTOKENS #IMPLIED><!ATTLIST b tokens NMTOKENS #IMPLIED xmlns:p CDATA "urn:dtd">
<!ATTLIST c Id ID #IMPLIED xml:lang CDATA "vi" z NMTOKEN " q "><!ELEMENT _ ANY>]>`
  const start = chance(0.5) ? `<?xml version="1.0" encoding="UTF-8"?>${chance(0.5) ? '\n' : ''}` : ''
  return start + around() + (withDtd ? dtd + around() : '') + element({ bound: new Map(), depth: 0 }) + around()
}
