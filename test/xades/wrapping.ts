/** Attacks on signed XML, made from a seed: what is moved, copied, hidden, doubled and rewritten, without the signer's key. */
import { fromUtf8, utf8 } from '../../src/core/bytes.ts'
import { attempt } from '../../src/core/errors.ts'
import { NODE, type NodeId, parseXml, type XmlDocument } from '../../src/xml/index.ts'
import { elementsByName } from '../../src/xml/walk.ts'

/** Chance that is the same in every run. */
export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0
    return Math.floor((this.#state / 0x1_0000_0000) * limit)
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }
}

/** A document as text and tree; offsets are into its UTF-8. */
class Piece {
  readonly document: XmlDocument
  readonly #bytes: Uint8Array

  constructor(text: string) {
    this.#bytes = utf8(text)
    this.document = parseXml(this.#bytes)
  }

  elements(of: (node: NodeId) => boolean = () => true): NodeId[] {
    const found: NodeId[] = []
    for (let node = 0; node < this.document.size; node++) if (this.document.kind(node) === NODE.element && of(node)) found.push(node)
    return found
  }

  named(local: string): NodeId[] {
    return elementsByName(this.document, local)
  }

  withId(): NodeId[] {
    return this.elements((node) => this.document.attributes(node).some(({ name }) => name.local.toLowerCase() === 'id'))
  }

  text(from: number, to: number): string {
    return fromUtf8(this.#bytes.subarray(from, to)) ?? ''
  }

  source(node: NodeId): string {
    return this.text(this.document.start(node), this.document.end(node))
  }

  /** The document with something in the place of what stands between two offsets. */
  splice(from: number, to: number, text: string): string {
    return this.text(0, from) + text + this.text(to, this.#bytes.length)
  }

  /** Puts text into an element, as its first or last child. */
  into(node: NodeId, text: string, last: boolean): string {
    const { document } = this
    const at = last ? document.endTagStart(node) : document.startTagEnd(node)
    if (document.startTagEnd(node) === document.end(node)) {
      const tag = this.source(node).replace(/\s*\/>$/, '')
      return this.splice(document.start(node), document.end(node), `${tag}>${text}</${document.name(node).qualified}>`)
    }
    return this.splice(at, at, text)
  }
}

type Attack = (piece: Piece, chance: Chance) => string

/** The same element with other words in it. */
function altered(source: string, chance: Chance): string {
  const words = [...source.matchAll(/>([^<>]*[A-Za-z0-9][^<>]*)</g)]
  if (words.length === 0) return source.replace(/^<([\w:.-]+)/, '<$1 altered="1"')
  const word = chance.pick(words)
  const at = word.index + 1
  return `${source.slice(0, at)}${chance.pick(['9', '99999', 'Evil'])}${source.slice(at + (word[1] as string).length)}`
}

/** Without what makes an element the target of a reference. */
function anonymous(source: string): string {
  return source.replace(/\s(?:xml:)?(?:id|Id|ID)\s*=\s*("[^"]*"|'[^']*')/, '')
}

/** Where an original is hidden: programs that look for content do not look there. */
function hide(piece: Piece, text: string, chance: Chance): string {
  const signatures = piece.named('Signature')
  const objects = piece.named('Object')
  const choices: (() => string)[] = [
    () => piece.into(piece.document.root, text, chance.below(2) === 0),
    () => piece.into(piece.document.root, `<Hidden>${text}</Hidden>`, true),
    () => piece.into(chance.pick(piece.elements()), text, chance.below(2) === 0),
    ...(signatures.length > 0
      ? [() => piece.into(chance.pick(signatures), `<ds:Object xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${text}</ds:Object>`, true)]
      : []),
    ...(objects.length > 0 ? [() => piece.into(chance.pick(objects), text, true)] : []),
  ]
  return chance.pick(choices)()
}

const ATTACKS: Readonly<Record<string, Attack>> = {
  /** Something else in the place of what is signed, the original hidden. */
  replaceAndHide(piece, chance) {
    const node = chance.pick(piece.withId())
    const original = piece.source(node)
    const fake = altered(chance.below(2) === 0 ? anonymous(original) : original, chance)
    const replaced = piece.splice(piece.document.start(node), piece.document.end(node), fake)
    const next = attempt(() => new Piece(replaced))
    return next ? hide(next, original, chance) : replaced
  },
  /** The same around: the original inside the other. */
  wrap(piece, chance) {
    const node = chance.pick(piece.withId())
    const original = piece.source(node)
    const name = piece.document.name(node).qualified
    const fake = altered(anonymous(original), chance)
    const at = chance.below(2) === 0 ? fake.lastIndexOf(`</${name}`) : fake.indexOf('>') + 1
    return piece.splice(piece.document.start(node), piece.document.end(node), `${fake.slice(0, at)}${original}${fake.slice(at)}`)
  },
  move(piece, chance) {
    const node = chance.pick(piece.elements((one) => one !== piece.document.root))
    const original = piece.source(node)
    const next = attempt(() => new Piece(piece.splice(piece.document.start(node), piece.document.end(node), '')))
    return next ? hide(next, original, chance) : original
  },
  copy(piece, chance) {
    const source = piece.source(chance.pick(piece.elements()))
    return hide(piece, chance.below(2) === 0 ? source : altered(source, chance), chance)
  },
  /** One value on two elements, in every way to write an ID. */
  duplicateId(piece, chance) {
    const ids = piece
      .withId()
      .flatMap((node) => piece.document.attributes(node).flatMap(({ name, value }) => (name.local.toLowerCase() === 'id' ? [value] : [])))
    const node = chance.pick(piece.elements())
    const at = piece.document.start(node) + 1 + utf8(piece.document.name(node).qualified).length
    return piece.splice(at, at, ` ${chance.pick(['Id', 'id', 'ID', 'xml:id'])}="${chance.pick(ids)}"`)
  },
  /** An ID that the document type declares or gives. */
  declaredId(piece, chance) {
    const ids = piece
      .withId()
      .flatMap((node) => piece.document.attributes(node).flatMap(({ name, value }) => (name.local.toLowerCase() === 'id' ? [value] : [])))
    const name = piece.document.name(chance.pick(piece.elements())).qualified
    const declaration = chance.pick([
      `<!ATTLIST ${name} Id ID "${chance.pick(ids)}">`,
      `<!ATTLIST ${name} ref ID #IMPLIED>`,
      `<!ATTLIST ${name} extra CDATA "given">`,
    ])
    return doctype(piece, declaration)
  },
  entity(piece, chance) {
    const texts = [...piece.text(0, Number.MAX_SAFE_INTEGER).matchAll(/>([^<>&]*[A-Za-z0-9][^<>&]*)</g)]
    const chosen = chance.pick(texts)
    const [, word = ''] = chosen
    const all = piece.text(0, Number.MAX_SAFE_INTEGER)
    const at = chosen.index + 1
    const value = chance.below(2) === 0 ? word : `${word}0`
    const next = attempt(() => new Piece(`${all.slice(0, at)}${all.slice(at + word.length)}`))
    if (!next) return all
    const declared = doctype(next, `<!ENTITY e "${value.replace(/[%"]/g, '')}">`)
    const shift = declared.length - (all.length - word.length)
    return `${declared.slice(0, at + shift)}&e;${declared.slice(at + shift)}`
  },
  /** Text that a reader who takes the first text node alone reads shorter. */
  split(piece, chance) {
    const texts: NodeId[] = []
    for (let node = 0; node < piece.document.size; node++) if (piece.document.kind(node) === NODE.text) texts.push(node)
    const node = chance.pick(texts)
    const at = piece.document.start(node) + chance.below(Math.max(1, piece.document.end(node) - piece.document.start(node)))
    return piece.splice(at, at, chance.pick(['<!--x-->', '<?x y?>', '<![CDATA[]]>', '<![CDATA[7]]>', '<b/>']))
  },
  namespace(piece, chance) {
    const node = chance.pick(piece.elements())
    const { qualified, prefix } = piece.document.name(node)
    const at = piece.document.start(node) + 1 + utf8(qualified).length
    const declaration = chance.pick([
      'xmlns="urn:evil"',
      'xmlns=""',
      'xmlns:evil="urn:evil"',
      `xmlns${prefix === '' ? '' : `:${prefix}`}="urn:evil"`,
      'xmlns:ds="urn:evil"',
      'xmlns:xades="urn:evil"',
      'xml:space="preserve"',
    ])
    return piece.splice(at, at, ` ${declaration}`)
  },
  /** Properties that say something else, in the place of the signed ones. */
  fakeProperties(piece, chance) {
    const properties = piece.named('SignedProperties')
    if (properties.length === 0) return ATTACKS.change?.(piece, chance) ?? ''
    const node = chance.pick(properties)
    const original = piece.source(node)
    const later = original.replace(/(<[\w:]*SigningTime>)[^<]*/, '$12020-01-01T00:00:00Z').replace(/(<[\w:]*City>)[^<]*/, '$1Evil')
    const fake = chance.pick([later, anonymous(later), later.replace(/Id="/, 'Id="fake-')])
    const { document } = piece
    const how = chance.below(4)
    if (how === 0) return piece.splice(document.start(node), document.start(node), fake)
    if (how === 1) return piece.splice(document.end(node), document.end(node), fake)
    const next = attempt(() => new Piece(piece.splice(document.start(node), document.end(node), how === 2 ? fake : '')))
    return next ? hide(next, original, chance) : original
  },
  nestSignature(piece, chance) {
    const signature = chance.pick(piece.named('Signature'))
    const source = piece.source(signature)
    const ds = 'http://www.w3.org/2000/09/xmldsig#'
    const xades = 'http://uri.etsi.org/01903/v1.3.2#'
    const property = (name: string, inside: string): string =>
      `<x:QualifyingProperties xmlns:x="${xades}" Target="#outer"><x:UnsignedProperties><x:UnsignedSignatureProperties><x:${name}>${inside}</x:${name}></x:UnsignedSignatureProperties></x:UnsignedProperties></x:QualifyingProperties>`
    const outer = chance.pick([
      `<Outer>${source}</Outer>`,
      `<Signature xmlns="${ds}" Id="outer"><Object>${source}</Object></Signature>`,
      `<Signature xmlns="${ds}" Id="outer"><Object>${property('CounterSignature', source)}</Object></Signature>`,
      `${source}${source}`,
    ])
    return chance.below(2) === 0 ? piece.splice(piece.document.start(signature), piece.document.end(signature), outer) : hide(piece, outer, chance)
  },
  /** Words, attributes, elements: what anybody may try. */
  change(piece, chance) {
    const node = chance.pick(piece.elements())
    const { document } = piece
    return piece.splice(document.start(node), document.end(node), altered(piece.source(node), chance))
  },
  remove(piece, chance) {
    const node = chance.pick(piece.elements((one) => one !== piece.document.root))
    return piece.splice(piece.document.start(node), piece.document.end(node), '')
  },
  newRoot(piece, chance) {
    const { document } = piece
    const source = piece.source(document.root)
    const name = document.name(document.root).qualified
    const fake = `<${name}>${altered(source, chance)}</${name}>`
    return piece.splice(
      document.start(document.root),
      document.end(document.root),
      chance.pick([`<Root>${source}${fake}</Root>`, `<${name}>${source}<More/></${name}>`]),
    )
  },
  /** The reference leads elsewhere, or through other transforms. */
  redirect(piece, chance) {
    const references = piece.named('Reference')
    const node = chance.pick(references)
    const source = piece.source(node)
    const fake = chance.pick([
      source.replace(/URI="[^"]*"/, 'URI=""'),
      source.replace(/URI="[^"]*"/, `URI="#xpointer(/)"`),
      source.replace(/not\(ancestor-or-self::ds:Signature\)/, 'not(ancestor-or-self::ds:Signature) and not(ancestor-or-self::Evil)'),
      source.replace(/Type="[^"]*"/, ''),
    ])
    return piece.splice(piece.document.start(node), piece.document.end(node), fake)
  },
}

function doctype(piece: Piece, declaration: string): string {
  const { document } = piece
  return piece.splice(document.start(document.root), document.start(document.root), `<!DOCTYPE ${document.name(document.root).qualified} [${declaration}]>`)
}

/** Names of the attacks. */
export const ATTACK_NAMES: readonly string[] = Object.keys(ATTACKS)

/** A document after one attack or several; which ones, for whoever reads a failure. */
export function attacked(text: string, seed: number): { readonly text: string; readonly names: readonly string[] } {
  const chance = new Chance(seed)
  const names: string[] = []
  let now = text
  for (let left = 1 + chance.below(3), tries = 20; left > 0 && tries > 0; tries--) {
    const name = chance.pick(ATTACK_NAMES)
    const next = ATTACKS[name]?.(new Piece(now), chance)
    // What is no XML any more fools nobody: something else is tried.
    if (next === undefined || !attempt(() => new Piece(next))) continue
    names.push(name)
    now = next
    left--
  }
  return { text: now, names }
}
