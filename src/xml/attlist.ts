/** Element type and attribute-list declarations (XML 1.0 §3.2, §3.3). Content models are only held against their grammar. */
import type { Budget } from '../core/budget.ts'
import type { DtdCursor } from './cursor.ts'
import { type Entities, expandAttribute } from './entities.ts'

/** What is declared of an attribute of an element. */
export interface AttributeDeclaration {
  /** Qualified-name id. */
  readonly name: number
  /** Of any type but CDATA: its value loses leading, trailing and double spaces. */
  readonly tokenized: boolean
  readonly isId: boolean
  /** The normalised default in the input's `content`; −1 where there is none. */
  readonly start: number
  readonly end: number
}

/** All declarations for the attributes of one element type; the first of a name counts. */
export interface AttributeList {
  readonly byName: Map<number, AttributeDeclaration>
  readonly defaults: AttributeDeclaration[]
}

/** Longer names first where one begins another. */
const TOKENIZED_TYPES = ['IDREFS', 'IDREF', 'ID', 'ENTITIES', 'ENTITY', 'NMTOKENS', 'NMTOKEN']

/** Reads from behind `<!ATTLIST` to behind its `>`. */
export function readAttributeList(cursor: DtdCursor, lists: Map<number, AttributeList>, entities: Entities, budget: Budget): void {
  cursor.needSpace()
  const element = cursor.name()
  let list = lists.get(element)
  if (list === undefined) lists.set(element, (list = { byName: new Map(), defaults: [] }))
  for (;;) {
    const spaced = cursor.space()
    if (cursor.take('>')) return
    if (!spaced) throw cursor.wrong()
    const name = cursor.name()
    cursor.needSpace()
    const type = readType(cursor)
    cursor.needSpace()
    const value = readDefault(cursor, type !== 'CDATA', entities, budget)
    if (list.byName.has(name)) continue
    const declaration = { name, tokenized: type !== 'CDATA', isId: type === 'ID', start: value?.start ?? -1, end: value?.end ?? -1 }
    list.byName.set(name, declaration)
    if (value !== undefined) list.defaults.push(declaration)
  }
}

function readType(cursor: DtdCursor): string {
  if (cursor.take('CDATA')) return 'CDATA'
  if (cursor.take('NOTATION')) {
    cursor.needSpace()
    readEnumeration(cursor, () => cursor.plainName())
    return 'NOTATION'
  }
  if (cursor.peek() === 0x28) {
    readEnumeration(cursor, () => cursor.nameToken())
    return 'enumeration'
  }
  const type = TOKENIZED_TYPES.find((word) => cursor.take(word))
  if (type === undefined) throw cursor.wrong()
  return type
}

function readEnumeration(cursor: DtdCursor, item: () => void): void {
  cursor.expect('(')
  do {
    cursor.space()
    item()
    cursor.space()
  } while (cursor.take('|'))
  cursor.expect(')')
}

function readDefault(cursor: DtdCursor, tokenized: boolean, entities: Entities, budget: Budget): { start: number; end: number } | undefined {
  if (cursor.take('#REQUIRED') || cursor.take('#IMPLIED')) return undefined
  if (cursor.take('#FIXED')) cursor.needSpace()
  const { start, end } = cursor.literal()
  const value = expandAttribute(cursor.input, entities, budget, start, end, tokenized)
  const place = cursor.input.append(value)
  return { start: place, end: place + value.length }
}

/** Reads from behind `<!ELEMENT` to behind its `>`. */
export function readElementDeclaration(cursor: DtdCursor, budget: Budget): void {
  cursor.needSpace()
  cursor.name()
  cursor.needSpace()
  if (!cursor.take('EMPTY') && !cursor.take('ANY')) readContentModel(cursor, budget)
  cursor.space()
  cursor.expect('>')
}

/** Mixed content or children (XML 1.0 §3.2.1, §3.2.2), without recursion: a stack of the separators of open groups. */
function readContentModel(cursor: DtdCursor, budget: Budget): void {
  cursor.expect('(')
  cursor.space()
  if (cursor.take('#PCDATA')) return readMixed(cursor)
  const separators: number[] = [0]
  for (;;) {
    cursor.space()
    if (cursor.take('(')) {
      separators.push(0)
      budget.checkDepth('xmlDepth', separators.length)
      continue
    }
    cursor.name()
    takeOccurrence(cursor)
    // Behind an item: groups may end here, then comes a separator, always the same one within a group.
    for (;;) {
      cursor.space()
      if (!cursor.take(')')) break
      takeOccurrence(cursor)
      separators.pop()
      if (separators.length === 0) return
    }
    const separator = cursor.peek()
    const open = separators[separators.length - 1]
    if ((separator !== 0x7c && separator !== 0x2c) || (open !== 0 && open !== separator)) throw cursor.wrong()
    separators[separators.length - 1] = separator
    cursor.at++
  }
}

function readMixed(cursor: DtdCursor): void {
  let names = 0
  for (;;) {
    cursor.space()
    if (!cursor.take('|')) break
    cursor.space()
    cursor.name()
    names++
  }
  cursor.expect(')')
  if (!cursor.take('*') && names > 0) throw cursor.wrong()
}

function takeOccurrence(cursor: DtdCursor): void {
  const byte = cursor.peek()
  if (byte === 0x3f || byte === 0x2a || byte === 0x2b) cursor.at++
}
