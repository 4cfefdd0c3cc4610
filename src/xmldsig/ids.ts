/**
 * Which element a same-document reference means. Without a schema nobody can say which attributes are IDs, so those that signed
 * documents use are taken, and an answer is given only where it is the same for all of them: a value that two elements bear names none.
 */
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

/** Elements by their IDs; looked through once, when first asked. */
export class IdIndex {
  readonly #document: XmlTable
  readonly #names: readonly IdAttribute[]
  #index: Map<string, NodeId> | undefined

  /** @param names further attributes that are IDs */
  constructor(document: XmlTable, names: readonly IdAttribute[] = []) {
    this.#document = document
    this.#names = names
  }

  /** The element with an ID; `duplicate` where several bear it, `undefined` where none does. */
  find(id: string): IdTarget {
    this.#index ??= this.#build()
    const node = this.#index.get(id)
    return node === NO_NODE ? 'duplicate' : node
  }

  /** Over the parser's rows: a document has millions of attributes, and few of them are IDs. */
  #build(): Map<string, NodeId> {
    const { names, attributeFirst, attributeNames, attributeFlags, size } = this.#document
    const isId = names.names.map((name) => this.#isId(name))
    const isXmlId = names.names.map(({ local, namespace }) => local === 'id' && namespace === XML)
    const index = new Map<string, NodeId>()
    for (let node = 0, row = 0; node < size; node++)
      for (const end = attributeFirst[node + 1] as number; row < end; row++) {
        if (!isId[attributeNames[row] as number] && ((attributeFlags[row] as number) & ATTRIBUTE_FLAG.id) === 0) continue
        const written = this.#document.attributeValue(row)
        // xml:id §4: its value loses spaces as that of a declared ID does, and processors differ in whether they do it.
        const value = isXmlId[attributeNames[row] as number] ? written.split(' ').filter(Boolean).join(' ') : written
        const known = index.get(value)
        index.set(value, known === undefined || known === node ? node : NO_NODE)
      }
    return index
  }

  #isId({ local, namespace }: XmlName): boolean {
    if (namespace === '' && (local === 'Id' || local === 'id' || local === 'ID')) return true
    if (namespace === XML && local === 'id') return true
    return this.#names.some((name) => name.local === local && (name.namespace ?? '') === namespace)
  }
}
