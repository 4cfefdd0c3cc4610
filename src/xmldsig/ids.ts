/**
 * Which element a same-document reference means. Without a schema nobody can say which attributes are IDs, so those that signed
 * documents use are taken, and an answer is given only where it is the same for all of them: a value that two elements bear names none.
 */
import { utf8 } from '../core/bytes.ts'
import { ATTRIBUTE_FLAG, type XmlTable } from '../xml/table.ts'
import { NO_NODE, type NodeId, type XmlName } from '../xml/tree.ts'

const XML = 'http://www.w3.org/XML/1998/namespace'

/** An attribute that is to be taken as ID, besides `Id`, `id`, `ID`, `xml:id` and those the document type declares. */
export interface IdAttribute {
  readonly local: string
  /** Empty, or left out, for attributes without one. */
  readonly namespace?: string
}

/** What bears an ID: an element, or more than one. */
export type IdTarget = NodeId | 'duplicate' | undefined

/** Documents ask for a few IDs, and may have millions: so many are looked for one by one before all are put into an index. */
const MOST_SEARCHES = 8

/** Elements by their IDs; looked through when asked. */
export class IdIndex {
  readonly #document: XmlTable
  readonly #names: readonly IdAttribute[]
  readonly #searched = new Map<string, IdTarget>()
  #index: Map<string, NodeId> | undefined

  /** @param names further attributes that are IDs */
  constructor(document: XmlTable, names: readonly IdAttribute[] = []) {
    this.#document = document
    this.#names = names
  }

  /** The element with an ID; `duplicate` where several bear it, `undefined` where none does. */
  find(id: string): IdTarget {
    if (this.#searched.has(id)) return this.#searched.get(id)
    if (this.#searched.size < MOST_SEARCHES) {
      const target = this.#search(id)
      this.#searched.set(id, target)
      return target
    }
    this.#index ??= this.#build()
    const node = this.#index.get(id)
    return node === NO_NODE ? 'duplicate' : node
  }

  #search(id: string): IdTarget {
    const { attributeStarts, attributeEnds, attributeFlags, content } = this.#document
    const bytes = utf8(id)
    let target: IdTarget
    this.#eachId((node, row, isXmlId) => {
      if (target === node || target === 'duplicate') return
      if (!isXmlId && ((attributeFlags[row] as number) & ATTRIBUTE_FLAG.plain) !== 0) {
        let at = attributeStarts[row] as number
        if ((attributeEnds[row] as number) - at !== bytes.length) return
        for (const byte of bytes) if (content[at++] !== byte) return
      }
      if (this.#valueOf(row, isXmlId) === id) target = target === undefined ? node : 'duplicate'
    })
    return target
  }

  #build(): Map<string, NodeId> {
    const index = new Map<string, NodeId>()
    this.#eachId((node, row, isXmlId) => {
      const value = this.#valueOf(row, isXmlId)
      const known = index.get(value)
      index.set(value, known === undefined || known === node ? node : NO_NODE)
    })
    return index
  }

  /** Over the parser's rows: a document has millions of attributes, and few of them are IDs. */
  #eachId(visit: (node: NodeId, row: number, isXmlId: boolean) => void): void {
    const { names, attributeFirst, attributeNames, attributeFlags, size } = this.#document
    const isId = names.names.map((name) => this.#isId(name))
    const isXmlId = names.names.map(({ local, namespace }) => local === 'id' && namespace === XML)
    for (let node = 0, row = 0; node < size; node++)
      for (const end = attributeFirst[node + 1] as number; row < end; row++) {
        const name = attributeNames[row] as number
        if (isId[name] || ((attributeFlags[row] as number) & ATTRIBUTE_FLAG.id) !== 0) visit(node, row, isXmlId[name] === true)
      }
  }

  #valueOf(row: number, isXmlId: boolean): string {
    const written = this.#document.attributeValue(row)
    // xml:id §4: its value loses spaces as that of a declared ID does, and processors differ in whether they do it.
    return isXmlId ? written.split(' ').filter(Boolean).join(' ') : written
  }

  #isId({ local, namespace }: XmlName): boolean {
    if (namespace === '' && (local === 'Id' || local === 'id' || local === 'ID')) return true
    if (namespace === XML && local === 'id') return true
    return this.#names.some((name) => name.local === local && (name.namespace ?? '') === namespace)
  }
}
