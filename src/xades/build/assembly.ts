/** How a signature and a document come together, as the state carries it: what is written, and where. */
import { concat, toBase64, utf8 } from '../../core/bytes.ts'
import { KysoError } from '../../core/errors.ts'
import { insertXml, type XmlPlace } from '../../xml/edit.ts'
import type { XmlTable } from '../../xml/table.ts'
import { NO_NODE, NODE, type XmlDocument } from '../../xml/tree.ts'

/** Text put into the document. */
export interface PlacedText extends XmlPlace {
  readonly text: string
}

/** What is written. */
export type Assembly =
  /** Into the document. */
  | { readonly kind: 'insert'; readonly insertions: readonly PlacedText[] }
  /** Around it, in a new file. */
  | { readonly kind: 'around'; readonly before: string; readonly after: string; readonly embed: 'xml' | 'base64' }
  /** A file of its own. */
  | { readonly kind: 'beside'; readonly text: string }

/** What new files begin with. */
export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

/** A document that is signed; `tree` where it is XML. */
export interface Subject {
  readonly bytes: Uint8Array
  readonly tree: XmlTable | undefined
}

/**
 * The document element's bytes, in UTF-8, where they mean the same in another document: nothing but white space beside them, and no document type, whose
 * entities and defaults would be lost.
 */
export function embeddable(tree: XmlDocument | undefined): Uint8Array | undefined {
  if (!tree || tree.doctype !== undefined) return undefined
  for (let node = tree.firstChild(0); node !== NO_NODE; node = tree.nextSibling(node))
    if (tree.kind(node) !== NODE.element && tree.kind(node) !== NODE.text) return undefined
  return tree.bytes.subarray(tree.start(tree.root), tree.end(tree.root))
}

/**
 * The file that comes of it.
 *
 * @throws KysoError `ERR_ARGUMENT` for places and documents that do not go together
 */
export function assemble({ bytes, tree }: Subject, assembly: Assembly): Uint8Array {
  switch (assembly.kind) {
    case 'beside':
      return utf8(assembly.text)
    case 'insert':
      if (!tree) throw new KysoError('ERR_ARGUMENT', 'an insertion into what is no XML', { argument: 'document' })
      return insertXml(
        bytes,
        tree,
        assembly.insertions.map(({ text, ...at }) => ({ at, text })),
      )
    case 'around': {
      const content = assembly.embed === 'base64' ? utf8(toBase64(bytes)) : embeddable(tree)
      if (!content) throw new KysoError('ERR_ARGUMENT', 'a document that cannot stand as XML in another one', { argument: 'embed' })
      return concat([utf8(assembly.before), content, utf8(assembly.after)])
    }
  }
}

const ID_ATTRIBUTE = /^ Id="[^"<&]+"$/
const COUNTER_OPEN =
  /^(?:<xades:UnsignedProperties xmlns:xades="[^"<&]*"><xades:UnsignedSignatureProperties>)?<xades:CounterSignature(?: xmlns:xades="[^"<&]*")?>$/
const COUNTER_CLOSE = /^<\/xades:CounterSignature>(?:<\/xades:UnsignedSignatureProperties><\/xades:UnsignedProperties>)?$/
const WRAPPER_OPEN = /^<SignedDocument><Content(?: (?:Id|MimeType|Encoding)="[^"<&]*"){1,3}>$/

/**
 * Whether nothing but a signature and what belongs to it is written: no markup beside it that no signature covers.
 *
 * @param signature text of the signature in the file that came of it
 */
export function isOnlySignature(assembly: Assembly, signature: string): boolean {
  switch (assembly.kind) {
    case 'beside':
      return assembly.text === `${XML_DECLARATION}${signature}`
    case 'around': {
      const { before, after } = assembly
      if (!before.startsWith(XML_DECLARATION)) return false
      const opened = before.slice(XML_DECLARATION.length)
      if (WRAPPER_OPEN.test(opened)) return after === `</Content>${signature}</SignedDocument>`
      return signature.startsWith(opened) && signature.endsWith(after)
    }
    case 'insert': {
      const [own, ...others] = [...assembly.insertions].sort((a, b) => Number(b.text.includes(signature)) - Number(a.text.includes(signature)))
      const [open = '', close, more] = own?.text.split(signature) ?? []
      if (close === undefined || more !== undefined || !others.every(({ text, replaced }) => replaced === 0 && ID_ATTRIBUTE.test(text))) return false
      return (open === '' && close === '') || (COUNTER_OPEN.test(open) && COUNTER_CLOSE.test(close))
    }
  }
}
