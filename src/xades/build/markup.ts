/** Elements as text: what is put into a document is written, never parsed first. Nothing stands between the elements. */
import { escapeAttribute, escapeText } from '../../xml/escape.ts'

/** Attributes in the order they are written; what is `undefined` is left out. */
export type Attributes = Readonly<Record<string, string | undefined>>

/** Text between tags. */
export const text = escapeText

/**
 * An element.
 *
 * @param name as written
 * @param content markup; see {@link text} for text
 */
export function element(name: string, attributes: Attributes = {}, ...content: readonly (string | undefined)[]): string {
  let tag = `<${name}`
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) tag += ` ${key}="${escapeAttribute(value)}"`
  // Never self-closing: some programs want to find `<SignatureValue></SignatureValue>`.
  return `${tag}>${content.join('')}</${name}>`
}

/** Elements of XML signatures with the prefix a signature uses. */
export class Markup {
  readonly prefix: string

  /** @param prefix empty for a default namespace */
  constructor(prefix: string) {
    this.prefix = prefix
  }

  /** The name as written. */
  name(local: string): string {
    return this.prefix === '' ? local : `${this.prefix}:${local}`
  }

  /** An element of XML-DSig. */
  readonly ds = (local: string, attributes: Attributes = {}, ...content: readonly (string | undefined)[]): string =>
    element(this.name(local), attributes, ...content)

  /** Name of the attribute that binds the prefix. */
  get declaration(): string {
    return this.prefix === '' ? 'xmlns' : `xmlns:${this.prefix}`
  }
}

/** An element of XAdES 1.3.2; its prefix is bound where the properties begin. */
export const xades = (local: string, attributes: Attributes = {}, ...content: readonly (string | undefined)[]): string =>
  element(`xades:${local}`, attributes, ...content)
