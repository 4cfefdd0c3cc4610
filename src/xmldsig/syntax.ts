/** Walking through the elements of a signature as its schema describes them. */
import { fromBase64 } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'
import { NO_NODE, NODE, type NodeId, type XmlDocument } from '../xml/tree.ts'
import { childElements as eachChildElement, isNamed } from '../xml/walk.ts'
import { NAMESPACE } from './algorithms.ts'

/** The one error of a signature that its schema does not allow. */
export function syntaxError(document: XmlDocument, node: NodeId, detail: string): KysoError {
  return new KysoError('ERR_XMLDSIG_SYNTAX', detail, { offset: document.start(node) })
}

/** Whether a node is an element of this name. */
export function isElement(document: XmlDocument, node: NodeId, local: string, namespace: string = NAMESPACE.ds): boolean {
  return node !== NO_NODE && document.kind(node) === NODE.element && isNamed(document, node, local, namespace)
}

/** Child elements in document order, as a list. */
export function childElements(document: XmlDocument, node: NodeId): NodeId[] {
  return [...eachChildElement(document, node)]
}

/** Takes the child elements of a node one by one, in the order the schema wants. */
export class ChildReader {
  readonly #document: XmlDocument
  readonly #parent: NodeId
  readonly #children: readonly NodeId[]
  #at = 0

  constructor(document: XmlDocument, parent: NodeId) {
    this.#document = document
    this.#parent = parent
    this.#children = childElements(document, parent)
  }

  /** The next child if it has this name. */
  optional(local: string, namespace: string = NAMESPACE.ds): NodeId | undefined {
    const child = this.#children[this.#at]
    if (child === undefined || !isElement(this.#document, child, local, namespace)) return undefined
    this.#at++
    return child
  }

  /** @throws KysoError `ERR_XMLDSIG_SYNTAX` */
  required(local: string, namespace: string = NAMESPACE.ds): NodeId {
    const child = this.optional(local, namespace)
    if (child !== undefined) return child
    const there = this.#children[this.#at]
    const parent = this.#document.name(this.#parent).local
    throw syntaxError(
      this.#document,
      there ?? this.#parent,
      there === undefined ? `${parent} has no ${local}` : `${parent} has ${this.#document.name(there).qualified} where ${local} must stand`,
    )
  }

  /** Every child of this name that comes next. */
  many(local: string, namespace: string = NAMESPACE.ds): NodeId[] {
    const all: NodeId[] = []
    for (let child = this.optional(local, namespace); child !== undefined; child = this.optional(local, namespace)) all.push(child)
    return all
  }

  /** @throws KysoError `ERR_XMLDSIG_SYNTAX` where anything is left */
  end(): void {
    const rest = this.#children[this.#at]
    if (rest === undefined) return
    const parent = this.#document.name(this.#parent).local
    throw syntaxError(this.#document, rest, `${parent} has ${this.#document.name(rest).qualified} where nothing more may stand`)
  }
}

/**
 * The text of an element that has no other content. All of it: a comment or instruction inside never shortens what is read.
 *
 * @throws KysoError `ERR_XMLDSIG_SYNTAX` where there is an element inside
 */
export function simpleText(document: XmlDocument, node: NodeId): string {
  const [inside] = childElements(document, node)
  if (inside !== undefined) throw syntaxError(document, inside, `${document.name(node).local} holds an element`)
  return document.text(node)
}

const NO_BASE64 = /[^A-Za-z0-9+/]/

/** Bytes of base64 (RFC 4648 §4) with white space between; `null` for anything else, also where the padding is wrong or missing. */
export function strictBase64(text: string): Uint8Array | null {
  const compact = text.replace(/[ \t\r\n]+/g, '')
  if (compact.length % 4 !== 0) return null
  const padding = compact.endsWith('==') ? 2 : compact.endsWith('=') ? 1 : 0
  if (NO_BASE64.test(padding === 0 ? compact : compact.slice(0, -padding))) return null
  return fromBase64(compact)
}

/**
 * Bytes of an element that holds base64.
 *
 * @throws KysoError `ERR_XMLDSIG_SYNTAX` where it holds elements, or no base64
 */
export function base64Text(document: XmlDocument, node: NodeId): Uint8Array {
  const bytes = strictBase64(simpleText(document, node))
  if (!bytes) throw syntaxError(document, node, `${document.name(node).local} holds no base64`)
  return bytes
}

/**
 * A required attribute without namespace.
 *
 * @throws KysoError `ERR_XMLDSIG_SYNTAX`
 */
export function requiredAttribute(document: XmlDocument, node: NodeId, local: string): string {
  const value = document.attribute(node, local)
  if (value === undefined) throw syntaxError(document, node, `${document.name(node).local} has no ${local}`)
  return value
}
