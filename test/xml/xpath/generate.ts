/** Documents and expressions by chance, the same for the same seed. */

/** Prefixes that the expressions use. */
export const NAMESPACES: ReadonlyMap<string, string> = new Map([
  ['p', 'urn:p'],
  ['q', 'urn:q'],
])

/** Draws by mulberry32. */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** From 0 up to, not including, `below`. */
  number(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }

  one<T>(choices: readonly T[]): T {
    const choice = choices[this.number(choices.length)]
    if (choice === undefined) throw new Error('nothing to choose from')
    return choice
  }

  chance(percent: number): boolean {
    return this.number(100) < percent
  }
}

const DTD = '<!DOCTYPE a [<!ATTLIST a id ID #IMPLIED><!ATTLIST b id ID #IMPLIED d CDATA "dd"><!ATTLIST c id ID #IMPLIED><!ENTITY e "ent">]>'
const TEXTS = ['x', ' ', '12', '-3.5', 'foo bar', '\n  ', '&amp;', '&e;', 'é', '😀', '<![CDATA[c&d]]>', '7', 'NaN', 'i1 i2']

/** A document: names in none, a default and two prefixed namespaces; defaults and IDs by DTD; adjacent text and CDATA. */
export function randomDocument(dice: Dice): string {
  let ids = 0
  const element = (depth: number, root: boolean): string => {
    const name = dice.one(['a', 'b', 'c', 'p:a', 'q:b'])
    const parts: string[] = []
    if (root) parts.push('xmlns:p="urn:p"', 'xmlns:q="urn:q"')
    else if (dice.chance(15)) parts.push(dice.one(['xmlns="urn:p"', 'xmlns=""', 'xmlns:p="urn:q"', 'xmlns:r="urn:r"', 'xmlns:q="urn:q"']))
    for (const attribute of ['x', 'y', 'p:x', 'xml:lang']) {
      if (dice.chance(25))
        parts.push(`${attribute}="${attribute === 'xml:lang' ? dice.one(['en', 'vi', 'en-GB', '']) : dice.one(['1', '2', 'i1', 'foo', ''])}"`)
    }
    if (!name.includes(':') && dice.chance(30)) parts.push(`id="i${ids++}"`)
    let content = ''
    const count = depth > 4 ? 0 : dice.number(5)
    for (let index = 0; index < count; index++) {
      const kind = dice.number(10)
      if (kind < 5) content += element(depth + 1, false)
      else if (kind < 8) content += dice.one(TEXTS) + (dice.chance(30) ? dice.one(TEXTS) : '')
      else content += kind === 8 ? '<!--note-->' : dice.one(['<?pi data?>', '<?other?>'])
    }
    return `<${[name, ...parts].join(' ')}>${content}</${name}>`
  }
  return `${DTD}${dice.chance(20) ? '<!--before-->' : ''}${element(0, true)}${dice.chance(20) ? '<?pi after?>' : ''}`
}

const TREE_AXES = ['child', 'descendant', 'descendant-or-self', 'ancestor', 'ancestor-or-self', 'parent', 'self', 'following', 'preceding']
const AXES = [...TREE_AXES, 'following-sibling', 'preceding-sibling']
const TESTS = ['*', 'node()', 'text()', 'comment()', 'processing-instruction()', "processing-instruction('pi')", 'a', 'b', 'c', 'p:a', 'q:b', 'p:*', 'q:*']

/** Expressions of each type. Kept out is what engines answer differently: the order of namespace nodes, and libxml2's node for `xmlns=""`. */
export class Expressions {
  readonly #dice: Dice

  constructor(dice: Dice) {
    this.#dice = dice
  }

  any(): string {
    // libxml2 streams this one expression and forgets the document node over it.
    const expression = this.#any()
    return expression === './/.' ? '//.' : expression
  }

  #any(): string {
    return this.#dice.one([() => this.nodes(3), () => this.nodes(3), () => this.number(3), () => this.text(3), () => this.boolean(3)])()
  }

  nodes(depth: number): string {
    const dice = this.#dice
    const draw = depth <= 0 ? 0 : dice.number(12)
    if (draw === 10) return `${this.nodes(depth - 1)} | ${this.nodes(depth - 1)}`
    if (draw === 11)
      return dice.one([`id('i1 i2')`, `id(//@*)`, `(${this.nodes(depth - 1)})[${this.#predicate(depth - 1)}]`, `(${this.nodes(depth - 1)})/${this.#step(0)}`])
    const steps = [this.#step(depth)]
    while (dice.chance(45) && steps.length < 4) steps.push(this.#step(depth))
    // What follows an attribute is a matter of dispute (libxml2 leaves out what its element holds): attributes come last.
    if (dice.chance(25))
      steps.push(dice.one(['@*', '@x', '@p:x', 'attribute::node()', '@d', '@*/..', '@x/ancestor::*', '@*/preceding::*', '@x/self::x', '@x/self::node()']))
    else if (dice.chance(6)) steps.push(dice.one(['namespace::p', 'namespace::xml', 'namespace::r/..', 'namespace::*[string()]', 'namespace::p:x']))
    return dice.one(['/', '//', '//', './/', '', '/descendant::b/']) + steps.join(dice.one(['/', '/', '//']))
  }

  #step(depth: number): string {
    const dice = this.#dice
    if (dice.chance(12)) return dice.one(['.', '..'])
    const axis = dice.chance(40) ? '' : `${dice.one(AXES)}::`
    return `${axis}${dice.one(TESTS)}${depth > 0 && dice.chance(35) ? `[${this.#predicate(depth - 1)}]` : ''}${depth > 0 && dice.chance(6) ? '[1]' : ''}`
  }

  #predicate(depth: number): string {
    const dice = this.#dice
    if (dice.chance(50)) return dice.one(['1', '2', 'last()', 'position() > 1', 'position() mod 2 = 1', 'last() - 1', 'position() != last()'])
    return dice.one([() => this.boolean(depth), () => this.nodes(depth), () => this.number(depth), () => this.text(depth)])()
  }

  number(depth: number): string {
    const dice = this.#dice
    if (depth <= 0) return dice.one(['1', '2.5', '.5', '-1', '0', 'position()', 'last()', '3.'])
    const inner = depth - 1
    return dice.one([
      () => `count(${this.nodes(inner)})`,
      () => `string-length(${this.text(inner)})`,
      () => `sum(${this.nodes(inner)})`,
      () => `number(${this.text(inner)})`,
      () => `${dice.one(['floor', 'ceiling', 'round'])}(${this.number(inner)})`,
      () => `(${this.number(inner)}) ${dice.one(['+', '-', '*', 'div', 'mod'])} (${this.number(inner)})`,
      () => `-(${this.number(inner)})`,
      () => `${this.number(0)} ${dice.one(['+', '-', '*'])} ${this.number(0)} ${dice.one(['+', '-', '*', 'div', 'mod'])} ${this.number(0)}`,
    ])()
  }

  text(depth: number): string {
    const dice = this.#dice
    if (depth <= 0) return dice.one(["'foo'", '"1"', "''", "'i1'", 'name()', 'local-name()', 'namespace-uri()', 'string()', 'normalize-space()', "'😀é'"])
    const inner = depth - 1
    return dice.one([
      () => `string(${this.nodes(inner).replaceAll('namespace::*[string()]', 'namespace::p')})`,
      () => `name(${this.nodes(inner).replaceAll('namespace::*[string()]', 'namespace::p')})`,
      () => `concat(${this.text(inner)}, ${this.text(inner)})`,
      () => `substring(${this.text(inner)}, ${this.number(0)}${dice.chance(50) ? `, ${this.number(0)}` : ''})`,
      () => `substring-${dice.one(['before', 'after'])}(${this.text(inner)}, ${this.text(0)})`,
      () => `translate(${this.text(inner)}, 'abfo1😀', 'XY')`,
      () => `normalize-space(${this.text(inner)})`,
      () => `string(count(${this.nodes(inner)}))`,
      () => `string(${this.boolean(inner)})`,
    ])()
  }

  boolean(depth: number): string {
    const dice = this.#dice
    if (depth <= 0) return dice.one(['true()', 'false()', "lang('en')", 'self::a', 'parent::b', '@x', 'self::text()', '. = 12'])
    const inner = depth - 1
    const any = (): string => dice.one([() => this.nodes(inner), () => this.number(inner), () => this.text(inner), () => this.boolean(inner)])()
    return dice.one([
      () => `not(${any()})`,
      () => `boolean(${any()})`,
      () => `(${any()}) ${dice.one(['=', '!=', '<', '<=', '>', '>='])} (${any()})`,
      () => `(${any()}) ${dice.one(['and', 'or'])} (${any()})`,
      () => `contains(${this.text(inner)}, ${this.text(0)})`,
      () => `starts-with(${this.text(inner)}, ${this.text(0)})`,
    ])()
  }
}
