/** Elements that options name, and their IDs. */
import type { Budget } from '../../core/budget.ts'
import { utf8 } from '../../core/bytes.ts'
import { KysoError } from '../../core/errors.ts'
import type { XmlTable } from '../../xml/table.ts'
import { NO_NODE, NODE, type NodeId } from '../../xml/tree.ts'
import { childElements } from '../../xml/walk.ts'
import { compileXPath, selectNodes } from '../../xml/xpath/index.ts'
import { IdIndex } from '../../xmldsig/ids.ts'

const NAME = /^[\p{L}_][\p{L}\p{N}\p{M}_.·-]*$/u

/**
 * Refuses what cannot be an ID or a name without prefix.
 *
 * @throws KysoError `ERR_ARGUMENT`
 */
export function checkName(name: string, argument: string): string {
  if (!NAME.test(name)) throw new KysoError('ERR_ARGUMENT', `no name for an ID, a prefix or an element: ${name}`, { argument })
  return name
}

/** An option that names nothing, or too much. */
export function referenceProblem(
  why: 'notFound' | 'duplicateId' | 'several' | 'noId' | 'content' | 'place' | 'self' | 'noXades' | 'digest',
  what: string,
): KysoError {
  return new KysoError('ERR_XML_REFERENCE', `${what}: ${why}`, { why, what })
}

/**
 * Where an attribute can be put into the start tag of an element: an offset into the document's `bytes`.
 *
 * @param what names the element for the error
 * @throws KysoError `ERR_XML_REFERENCE` where the tag stands in an entity: at its offset is the reference to that, and behind it other elements
 */
export function attributePlace(document: XmlTable, element: NodeId, what: string): number {
  const start = document.start(element)
  if (document.bytes[start] !== 0x3c) throw referenceProblem('noId', what)
  return start + 1 + utf8(document.name(element).qualified).length
}

/** What is known of the document that is signed. */
export class Locator {
  readonly document: XmlTable
  readonly ids: IdIndex
  readonly #budget: Budget
  readonly #namespaces: ReadonlyMap<string, string>

  constructor(document: XmlTable, budget: Budget, namespaces: Readonly<Record<string, string>> = {}) {
    this.document = document
    this.ids = new IdIndex(document)
    this.#budget = budget
    this.#namespaces = new Map(Object.entries(namespaces))
  }

  /**
   * The one element that an ID, a path or an XPath names.
   *
   * @throws KysoError `ERR_XML_REFERENCE`, `ERR_XPATH_*`
   */
  find(what: string): NodeId {
    const id = what.startsWith('#') ? what.slice(1) : what
    const byId = this.ids.find(id)
    if (typeof byId === 'number') return byId
    if (byId === 'duplicate') throw referenceProblem('duplicateId', what)
    if (what.startsWith('#') || NAME.test(what)) throw referenceProblem('notFound', what)
    const path = /^(?:\/[^/[\]()@*|:]+(?::[^/[\]()@*|:]+)?(?:\[\d{1,9}\])?)+$/.test(what) ? this.#byPath(what) : NO_NODE
    return path === NO_NODE ? this.#byXPath(what) : path
  }

  /** Names as they are written, whatever their namespaces: how people and reports say where something stands. */
  #byPath(path: string): NodeId {
    let at: NodeId = 0
    for (const step of path.slice(1).split('/')) {
      const [, name, position] = /^(.*?)(?:\[(\d+)\])?$/.exec(step) ?? []
      const found = [...childElements(this.document, at)].filter((child) => this.document.name(child).qualified === name)
      const chosen = position === undefined ? found[0] : found[Number(position) - 1]
      if (chosen === undefined) return NO_NODE
      if (position === undefined && found.length > 1) throw referenceProblem('several', path)
      at = chosen
    }
    return at
  }

  #byXPath(expression: string): NodeId {
    const context = { document: this.document, budget: this.#budget }
    const found = selectNodes(compileXPath(expression, this.#namespaces), context)
    const [first, ...others] = found ?? []
    if (!first) throw referenceProblem('notFound', expression)
    if (others.length > 0) throw referenceProblem('several', expression)
    if (first.kind !== 'node' || this.document.kind(first.node) !== NODE.element) throw referenceProblem('notFound', expression)
    return first.node
  }

  /**
   * The ID of an element; `undefined` where it bears none.
   *
   * @throws KysoError `ERR_XML_REFERENCE` where another element has the same
   */
  idOf(element: NodeId): string | undefined {
    let duplicate: string | undefined
    for (const { value } of this.document.attributes(element)) {
      const found = this.ids.find(value)
      // The index tells which attributes are IDs: it finds the element by no other.
      if (found === element && this.#isPlainId(value)) return value
      if (found === 'duplicate' && this.#bearsId(element, value)) duplicate = value
    }
    if (duplicate !== undefined) throw referenceProblem('duplicateId', duplicate)
    return undefined
  }

  #isPlainId(value: string): boolean {
    return value !== '' && !/[\s()]/.test(value)
  }

  #bearsId(element: NodeId, value: string): boolean {
    return this.document
      .attributes(element)
      .some((attribute) => attribute.value === value && (attribute.declaredId || /^(?:Id|id|ID)$/.test(attribute.name.local)))
  }
}
