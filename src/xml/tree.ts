/**
 * The tree of an XML document as the rest of the code sees it. A node is a number: its place in document order. What the parser keeps
 * lies in typed arrays, so that a document of millions of elements costs some tens of bytes for each.
 */

/** A node by its number in document order; 0 is the document itself. */
export type NodeId = number

/** No node. */
export const NO_NODE = -1

/** What a node is. CDATA sections are text; adjacent text and CDATA stay nodes of their own. */
export const NODE = { document: 0, element: 1, text: 2, comment: 3, instruction: 4 } as const

/** One of {@link NODE}. */
export type NodeKind = (typeof NODE)[keyof typeof NODE]

/** An expanded name (Namespaces in XML 1.0 §2.1) with the prefix it was written with. */
export interface XmlName {
  /** As written: `prefix:local` or `local`. */
  readonly qualified: string
  /** Empty where there is none. */
  readonly prefix: string
  readonly local: string
  /** Namespace name; empty where there is none. */
  readonly namespace: string
}

/** An attribute that is no namespace declaration, written or defaulted by the DTD. */
export interface XmlAttribute {
  readonly owner: NodeId
  readonly name: XmlName
  /** The value after normalisation (XML 1.0 §3.3.3). */
  readonly value: string
  /** Declared as ID in the internal subset. */
  readonly declaredId: boolean
}

/** A namespace declaration of an element, written or defaulted by the DTD. */
export interface XmlNamespaceDeclaration {
  /** Empty for the default namespace. */
  readonly prefix: string
  /** Namespace name; empty where the default namespace is taken back. */
  readonly namespace: string
}

/** Text encodings that are read. */
export type XmlEncoding = 'UTF-8' | 'UTF-16LE' | 'UTF-16BE'

/** A parsed document. */
export interface XmlDocument {
  /** The text in UTF-8 without byte order mark: the file itself where it is UTF-8 (then a view, nothing is copied). Offsets are into this. */
  readonly bytes: Uint8Array
  readonly encoding: XmlEncoding
  /** Length of the byte order mark in the file, 0 where there is none. */
  readonly byteOrderMark: number
  /** The file declares another encoding and holds ASCII alone, which is the same in both; what is written into it has to be ASCII too. */
  readonly asciiOnly: boolean
  /** Name of the document type, where there is a DOCTYPE. */
  readonly doctype: string | undefined
  /** How many nodes there are; valid ids are 0 … size − 1. */
  readonly size: number
  /** The document element. */
  readonly root: NodeId
  kind(node: NodeId): NodeKind
  /** `NO_NODE` for the document. */
  parent(node: NodeId): NodeId
  firstChild(node: NodeId): NodeId
  nextSibling(node: NodeId): NodeId
  /** The first id behind the node and everything below it: descendants are `node + 1 … subtreeEnd(node) − 1`. */
  subtreeEnd(node: NodeId): NodeId
  /** Of an element. Equal names are the same object. */
  name(node: NodeId): XmlName
  /** Attributes of an element in document order, defaulted ones last; no namespace declarations. */
  attributes(node: NodeId): readonly XmlAttribute[]
  namespaceDeclarations(node: NodeId): readonly XmlNamespaceDeclaration[]
  /** Value of an attribute, `undefined` where there is none; `namespace` empty for unqualified ones. */
  attribute(node: NodeId, local: string, namespace?: string): string | undefined
  /** The namespace a prefix is bound to at an element, `undefined` where it is not; '' asks for the default namespace. */
  namespaceOf(node: NodeId, prefix: string): string | undefined
  /** Characters of a text node; data of a comment or instruction; of an element or the document, the text below it in order, without comments and instructions. */
  text(node: NodeId): string
  /** Target of a processing instruction. */
  target(node: NodeId): string
  /** Offsets into `bytes`: the node's first byte, and behind its last. Nodes out of an entity's replacement text give the reference. */
  start(node: NodeId): number
  end(node: NodeId): number
  /** Behind the `>` of an element's start tag; equal to `end` for an empty-element tag. */
  startTagEnd(node: NodeId): number
  /** At the `</` of an element's end tag; equal to `end` for an empty-element tag. */
  endTagStart(node: NodeId): number
  /** The place in the file, in its own encoding and with its byte order mark, of an offset into `bytes`. */
  fileOffset(offset: number): number
}
