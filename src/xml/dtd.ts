/**
 * The document type declaration with its internal subset (XML 1.0 §2.8). Read for what canonical form needs: defaults and types of
 * attributes, internal entities. Nothing outside the document is fetched: an external subset is told as an oddity and left alone.
 */
import type { Budget } from '../core/budget.ts'
import { type AttributeDeclaration, type AttributeList, readAttributeList, readElementDeclaration } from './attlist.ts'
import { DtdCursor } from './cursor.ts'
import { ByteSink, type Entities, type Entity, entityFault } from './entities.ts'
import type { XmlInput } from './input.ts'
import type { XmlNames } from './names.ts'
import { readTarget } from './naming.ts'
import { checkReference } from './references.ts'
import { characterReference, predefined } from './values.ts'

/** What a document type says. */
export class Dtd {
  /** As written behind `<!DOCTYPE`. */
  readonly name: string
  /** General entities by name. */
  readonly entities: Entities
  /** `external-subset` where one is named. */
  readonly oddities: readonly string[]
  readonly #lists: ReadonlyMap<number, AttributeList>

  constructor(name: string, entities: Entities, oddities: readonly string[], lists: ReadonlyMap<number, AttributeList>) {
    this.name = name
    this.entities = entities
    this.oddities = oddities
    this.#lists = lists
  }

  /** What is declared of an attribute, both by qualified-name id. */
  attribute(element: number, name: number): AttributeDeclaration | undefined {
    return this.#lists.get(element)?.byName.get(name)
  }

  /** Attributes of an element that have a default. */
  defaults(element: number): readonly AttributeDeclaration[] {
    return this.#lists.get(element)?.defaults ?? []
  }
}

/** Reads from `<!DOCTYPE` to behind its `>`. */
export function parseDtd(input: XmlInput, names: XmlNames, budget: Budget, start: number): { dtd: Dtd; end: number } {
  const cursor = new DtdCursor(input, names, start + '<!DOCTYPE'.length)
  cursor.needSpace()
  const name = names.qualified[cursor.name()] as string
  const oddities: string[] = []
  if (cursor.space() && cursor.externalId()) oddities.push('external-subset')
  cursor.space()
  const subset = new InternalSubset(cursor, budget)
  if (cursor.take('[')) {
    subset.read()
    cursor.space()
  }
  cursor.expect('>')
  return { dtd: new Dtd(name, subset.entities, oddities, subset.lists), end: cursor.at }
}

/** Reads declarations one after another; parameter entities between them are a stack of places to go back to. */
class InternalSubset {
  readonly entities = new Map<string, Entity>()
  readonly lists = new Map<number, AttributeList>()
  readonly #parameters = new Map<string, Entity>()
  readonly #frames: { entity: Entity; at: number; end: number }[] = []
  readonly #cursor: DtdCursor
  readonly #budget: Budget

  constructor(cursor: DtdCursor, budget: Budget) {
    this.#cursor = cursor
    this.#budget = budget
  }

  /** From behind the `[` to behind the `]`. */
  read(): void {
    const cursor = this.#cursor
    for (;;) {
      cursor.space()
      if (cursor.at >= cursor.end) {
        if (!this.#leaveParameter()) throw cursor.wrong()
      } else if (cursor.take('%')) this.#enterParameter()
      else if (cursor.take('<!--')) this.#comment()
      else if (cursor.take('<!ENTITY')) this.#entity()
      else if (cursor.take('<!ATTLIST')) readAttributeList(cursor, this.lists, this.entities, this.#budget)
      else if (cursor.take('<!ELEMENT')) readElementDeclaration(cursor, this.#budget)
      else if (cursor.take('<!NOTATION')) this.#notation()
      else if (cursor.input.isAt('<?', cursor.at, cursor.end)) {
        cursor.at = readTarget(cursor.input, cursor.names, cursor.at, cursor.end).data
        cursor.skipTo('?>')
      } else if (this.#frames.length === 0 && cursor.take(']')) return
      else throw cursor.wrong()
    }
  }

  #comment(): void {
    this.#cursor.skipTo('--')
    this.#cursor.expect('>')
  }

  #notation(): void {
    const cursor = this.#cursor
    cursor.needSpace()
    cursor.plainName()
    cursor.needSpace()
    if (!cursor.externalId(true)) throw cursor.wrong()
    cursor.space()
    cursor.expect('>')
  }

  /** EntityDecl (§4.2). The first declaration of a name is binding. */
  #entity(): void {
    const cursor = this.#cursor
    cursor.needSpace()
    const parameter = cursor.take('%')
    if (parameter) cursor.needSpace()
    const name = cursor.plainName()
    cursor.needSpace()
    let kind: Entity['kind'] = 'internal'
    let start = -1
    let end = -1
    if (cursor.externalId()) {
      kind = 'external'
      const spaced = cursor.space()
      if (!parameter && spaced && cursor.take('NDATA')) {
        kind = 'unparsed'
        cursor.needSpace()
        cursor.plainName()
      }
    } else {
      const literal = cursor.literal()
      const text = this.#replacementText(literal.start, literal.end)
      start = cursor.input.append(text)
      end = start + text.length
    }
    cursor.space()
    cursor.expect('>')
    const declared = parameter ? this.#parameters : this.entities
    if (!parameter && kind === 'internal') this.#checkPredefined(name, start, end)
    if (!declared.has(name)) declared.set(name, { name, kind, start, end, open: false })
  }

  /** §4.5: character references are replaced, others stay. In the internal subset no parameter entity may stand here (§2.8). */
  #replacementText(start: number, end: number): Uint8Array {
    const { input } = this.#cursor
    const content = input.content
    const out = new ByteSink()
    for (let at = start; at < end; at++) {
      const byte = content[at] as number
      if (byte === 0x25) throw input.syntax('doctype', 'a parameter entity within a declaration', at)
      if (byte === 0x26) {
        const semicolon = Math.abs(checkReference(input, at, end))
        if (content[at + 1] === 0x23) out.codePoint(characterReference(content, at + 2, semicolon))
        else for (let i = at; i <= semicolon; i++) out.byte(content[i] as number)
        at = semicolon
      } else if (byte === 0x0d && start < input.documentLength) {
        if (content[at + 1] === 0x0a && at + 1 < end) at++
        out.byte(0x0a)
      } else out.byte(byte)
    }
    return out.take()
  }

  /** §4.6: who declares a predefined entity must give it its own character, escaped for `<` and `&`. */
  #checkPredefined(name: string, start: number, end: number): void {
    const { content } = this.#cursor.input
    const bytes = new TextEncoder().encode(name)
    const code = predefined(bytes, 0, bytes.length)
    if (code < 0) return
    const asIs = end - start === 1 && content[start] === code && name !== 'lt' && name !== 'amp'
    const escaped = content[start] === 0x26 && content[start + 1] === 0x23 && characterReference(content, start + 2, end - 1) === code
    if (!asIs && !(escaped && content[end - 1] === 0x3b))
      throw entityFault(this.#cursor.input, 'predefined', 'a predefined entity as something else', name, start)
  }

  /** Behind a `%` between declarations. */
  #enterParameter(): void {
    const cursor = this.#cursor
    const at = cursor.at - 1
    const name = cursor.plainName()
    cursor.expect(';')
    const entity = this.#parameters.get(name)
    if (entity === undefined) throw entityFault(cursor.input, 'undeclared', 'a parameter entity that is not declared', name, at)
    if (entity.kind !== 'internal') throw entityFault(cursor.input, 'external', 'an external parameter entity', name, at)
    if (entity.open) throw entityFault(cursor.input, 'recursion', 'a parameter entity that contains itself', name, at)
    this.#budget.spend('xmlEntityBytes', entity.end - entity.start + 1)
    entity.open = true
    this.#frames.push({ entity, at: cursor.at, end: cursor.end })
    this.#budget.checkDepth('xmlDepth', this.#frames.length)
    if (this.#frames.length === 1) cursor.input.reference = at
    cursor.at = entity.start
    cursor.end = entity.end
  }

  #leaveParameter(): boolean {
    const frame = this.#frames.pop()
    if (frame === undefined) return false
    frame.entity.open = false
    this.#cursor.at = frame.at
    this.#cursor.end = frame.end
    if (this.#frames.length === 0) this.#cursor.input.reference = -1
    return true
  }
}
