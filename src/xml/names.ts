/**
 * Names of a document, each kept once: a name is a number. Looked up by the bytes as written, so that no string is made for a name
 * that was met before.
 */
import type { Budget } from '../core/budget.ts'
import { fromUtf8 } from '../core/bytes.ts'
import { ByteTable, HASH_START, HASH_STEP } from './bytetable.ts'
import type { XmlName } from './tree.ts'

/** Ids that are the same in every document. Index 0 of namespaces is "none". */
export const NO_NAMESPACE = 0
export const XML_NAMESPACE = 1
export const XMLNS_NAMESPACE = 2

/** `http://www.w3.org/XML/1998/namespace`: what `xml` is bound to (Namespaces in XML 1.0 §3). */
export const XML_URI = 'http://www.w3.org/XML/1998/namespace'
/** `http://www.w3.org/2000/xmlns/`: what `xmlns` is bound to. */
export const XMLNS_URI = 'http://www.w3.org/2000/xmlns/'

/** Prefix ids that are the same in every document. */
export const NO_PREFIX = 0
export const XML_PREFIX = 1
export const XMLNS_PREFIX = 2

/** What a qualified name is, where it stands as an attribute. */
export const ROLE = { plain: 0, defaultDeclaration: 1, prefixDeclaration: 2, malformed: 3 } as const

/** Strings by number. */
class Strings {
  readonly #ids = new Map<string, number>()
  readonly list: string[] = []

  constructor(fixed: readonly string[]) {
    for (const text of fixed) this.add(text)
  }

  add(text: string): number {
    let id = this.#ids.get(text)
    if (id === undefined) {
      id = this.list.length
      this.#ids.set(text, id)
      this.list.push(text)
    }
    return id
  }
}

/** The names, prefixes and namespaces of one document. */
export class XmlNames {
  /** Prefixes by prefix id; '' is 0, `xml` 1, `xmlns` 2. */
  readonly prefixes: readonly string[]
  /** Namespace names by namespace id; '' (none) is 0. */
  readonly namespaces: readonly string[]
  /** Qualified names as written, by qualified-name id. */
  readonly qualified: string[] = []
  /** By qualified-name id: length in bytes, prefix id, {@link ROLE} and, for `xmlns:p`, the id of the prefix p. */
  readonly lengthOf: number[] = []
  readonly prefixOf: number[] = []
  readonly roleOf: number[] = []
  readonly declares: number[] = []
  /** Expanded names with their prefix, by name id: this is what nodes and attributes carry. */
  readonly names: XmlName[] = []
  /** By name id: a number that is equal where local name and namespace are. */
  readonly expandedOf: number[] = []
  /** By name id: namespace id and prefix id and qualified-name id. */
  readonly namespaceIdOf: number[] = []
  readonly prefixIdOf: number[] = []
  readonly qualifiedIdOf: number[] = []
  /** How many expanded names there are: {@link expandedOf} is below. */
  expandedCount = 0

  readonly #prefixes = new Strings(['', 'xml', 'xmlns'])
  readonly #namespaces = new Strings(['', XML_URI, XMLNS_URI])
  readonly #budget: Budget
  readonly #table = new ByteTable()
  readonly #uris = new ByteTable()
  readonly #uriIds: number[] = []
  readonly #lastNamespace: number[] = []
  readonly #lastName: number[] = []
  readonly #pairs = new Map<number, number>()
  readonly #expanded = new Map<number, number>()
  readonly #locals = new Strings([])

  constructor(budget: Budget) {
    this.#budget = budget
    this.prefixes = this.#prefixes.list
    this.namespaces = this.#namespaces.list
  }

  /** Id of a prefix. */
  prefix(text: string): number {
    return this.#prefixes.add(text)
  }

  /** Id of a namespace name. */
  namespace(uri: string): number {
    const before = this.#namespaces.list.length
    const id = this.#namespaces.add(uri)
    if (id === before) this.#budget.spend('xmlNames')
    return id
  }

  /** Id of the qualified name in `bytes` from `start` to `end`, −1 for one that was not met before; `hash` as in {@link ByteTable}. */
  find(bytes: Uint8Array, start: number, end: number, hash: number): number {
    return this.#table.find(bytes, start, end, hash)
  }

  /** Id of the namespace name that stands in `bytes` as it is. */
  namespaceIn(bytes: Uint8Array, start: number, end: number): number {
    let hash = HASH_START
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), HASH_STEP)
    const found = this.#uris.find(bytes, start, end, hash)
    if (found >= 0) return this.#uriIds[found] as number
    const id = this.namespace(fromUtf8(bytes.subarray(start, end)) as string)
    this.#uris.add(bytes, start, end, hash)
    this.#uriIds.push(id)
    return id
  }

  /** Keeps a qualified name that {@link find} did not know; the parser has looked at its characters. */
  add(bytes: Uint8Array, start: number, end: number, hash: number): number {
    this.#budget.spend('xmlNames')
    const id = this.#table.add(bytes, start, end, hash)
    const text = fromUtf8(bytes.subarray(start, end)) as string
    const colon = text.indexOf(':')
    const prefix = colon > 0 ? text.slice(0, colon) : ''
    this.qualified.push(text)
    this.lengthOf.push(end - start)
    this.#lastNamespace.push(-1)
    this.#lastName.push(-1)
    this.prefixOf.push(prefix === 'xmlns' ? XMLNS_PREFIX : this.#prefixes.add(prefix))
    this.roleOf.push(text === 'xmlns' ? ROLE.defaultDeclaration : prefix === 'xmlns' ? ROLE.prefixDeclaration : ROLE.plain)
    this.declares.push(prefix === 'xmlns' ? this.#prefixes.add(text.slice(6)) : NO_PREFIX)
    return id
  }

  /** Id of an expanded name with its prefix. */
  name(qualified: number, namespace: number): number {
    if (this.#lastNamespace[qualified] === namespace) return this.#lastName[qualified] as number
    const key = qualified * 0x4000000 + namespace
    let id = this.#pairs.get(key)
    if (id === undefined) {
      id = this.names.length
      this.#pairs.set(key, id)
      this.#budget.spend('xmlNames')
      const text = this.qualified[qualified] as string
      const prefix = this.#prefixes.list[this.prefixOf[qualified] as number] as string
      const local = prefix === '' ? text : text.slice(prefix.length + 1)
      const uri = this.#namespaces.list[namespace] as string
      this.names.push({ qualified: text, prefix, local, namespace: uri })
      const expandedKey = this.#locals.add(local) * 0x4000000 + namespace
      let expanded = this.#expanded.get(expandedKey)
      if (expanded === undefined) this.#expanded.set(expandedKey, (expanded = this.expandedCount++))
      this.expandedOf.push(expanded)
      this.namespaceIdOf.push(namespace)
      this.prefixIdOf.push(this.prefixOf[qualified] as number)
      this.qualifiedIdOf.push(qualified)
    }
    this.#lastNamespace[qualified] = namespace
    this.#lastName[qualified] = id
    return id
  }
}
