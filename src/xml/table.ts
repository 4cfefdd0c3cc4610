/**
 * The arrays behind an {@link XmlDocument}. Code that walks millions of nodes (canonicalisation) reads them directly; the methods are
 * for everything else.
 *
 * All offsets are into {@link XmlTable.content}: the document's UTF-8 text, behind which (from `documentLength` on) stand replacement
 * texts of entities, defaults of attributes and values that had to be computed while parsing. Without a DTD, `content` is `bytes`.
 *
 * A walk in document order is `for (node = first; node < next[first]; node++)`; a node's parent always comes before it. Attribute rows
 * of `node` are `attributeFirst[node] … attributeFirst[node + 1] − 1`, namespace declaration rows likewise by `namespaceFirst`; both
 * are set for all nodes and for `size`. Equal name ids mean equal {@link XmlName} (same prefix); `names.expandedOf` compares without it.
 */
import { fromUtf8 } from '../core/bytes.ts'
import { XML_URI, XMLNS_URI, type XmlNames } from './names.ts'
import {
  NO_NODE,
  NODE,
  type NodeId,
  type NodeKind,
  type XmlAttribute,
  type XmlDocument,
  type XmlEncoding,
  type XmlName,
  type XmlNamespaceDeclaration,
} from './tree.ts'
import { decodeValue } from './values.ts'

/** Bits of {@link XmlTable.flags}; the lowest three are the {@link NodeKind}. */
export const NODE_FLAG = {
  kind: 7,
  /** A text written as CDATA section. */
  cdata: 8,
  /** The bytes from `valueStart` to `valueEnd` are the characters: no reference, no CR. */
  plain: 16,
  /** Besides, canonical form writes them as they are: no `<` `>` `&` CR. */
  clean: 32,
} as const

/** Bits of {@link XmlTable.attributeFlags}. */
export const ATTRIBUTE_FLAG = {
  /** The bytes of the row are the value. */
  plain: 1,
  /** Besides, canonical form writes them as they are: no `<` `&` `"` tab, LF, CR. */
  clean: 2,
  /** Declared as ID. */
  id: 4,
  /** Not written in the document: a default of the DTD. */
  defaulted: 8,
} as const

/** What the parser hands over. Arrays may be longer than needed. */
export interface XmlTableParts {
  readonly bytes: Uint8Array
  readonly encoding: XmlEncoding
  readonly byteOrderMark: number
  readonly asciiOnly: boolean
  readonly doctype: string | undefined
  readonly size: number
  readonly root: NodeId
  readonly content: Uint8Array
  readonly names: XmlNames
  readonly flags: Uint8Array
  readonly parents: Int32Array
  readonly starts: Uint32Array
  readonly ends: Uint32Array
  readonly next: Int32Array
  readonly nodeNames: Int32Array
  readonly inner: Uint32Array
  readonly attributeFirst: Uint32Array
  readonly namespaceFirst: Uint32Array
  readonly attributeNames: Int32Array
  readonly attributeStarts: Uint32Array
  readonly attributeEnds: Uint32Array
  readonly attributeFlags: Uint8Array
  readonly namespacePrefixes: Int32Array
  readonly namespaceUris: Int32Array
  /** Runs of nodes out of entities: first node, behind the last, start and end of the reference in the document; in order. */
  readonly entityRuns: readonly number[]
  /** Place in the file of an offset. */
  readonly fileOffset: (offset: number) => number
  /** What of the DTD was left alone, such as `external-subset`. */
  readonly oddities: readonly string[]
}

/** A parsed document as typed arrays, see the head of this file. */
export class XmlTable implements XmlDocument {
  readonly bytes: Uint8Array
  readonly encoding: XmlEncoding
  readonly byteOrderMark: number
  readonly asciiOnly: boolean
  readonly doctype: string | undefined
  readonly size: number
  readonly root: NodeId
  /** The document's text and what lies behind it. */
  readonly content: Uint8Array
  /** From here on `content` holds no part of the document. */
  readonly documentLength: number
  readonly names: XmlNames
  /** By node: {@link NODE_FLAG}. */
  readonly flags: Uint8Array
  /** By node. */
  readonly parents: Int32Array
  /** By node: its first byte and behind its last, in `content` (for nodes out of entities: in the replacement text). */
  readonly starts: Uint32Array
  readonly ends: Uint32Array
  /** By node: the first id behind everything below it. */
  readonly next: Int32Array
  /** By node: name id of an element, qualified-name id of an instruction's target, −1 for others. */
  readonly nodeNames: Int32Array
  /** By node: behind the `>` of an element's start tag; first byte of an instruction's data. */
  readonly inner: Uint32Array
  /** By node, and for `size`: its first attribute row. */
  readonly attributeFirst: Uint32Array
  /** By node, and for `size`: its first namespace declaration row. */
  readonly namespaceFirst: Uint32Array
  /** By attribute row: name id; value in `content`; {@link ATTRIBUTE_FLAG}. Namespace declarations are no attributes. */
  readonly attributeNames: Int32Array
  readonly attributeStarts: Uint32Array
  readonly attributeEnds: Uint32Array
  readonly attributeFlags: Uint8Array
  /** By namespace declaration row: prefix id and namespace id (0: the default namespace is taken back) of `names`. */
  readonly namespacePrefixes: Int32Array
  readonly namespaceUris: Int32Array
  /** What of the document type was left alone: `external-subset` where one is named. */
  readonly oddities: readonly string[]
  readonly #runs: readonly number[]
  readonly #fileOffset: (offset: number) => number

  constructor(parts: XmlTableParts) {
    this.bytes = parts.bytes
    this.encoding = parts.encoding
    this.byteOrderMark = parts.byteOrderMark
    this.asciiOnly = parts.asciiOnly
    this.doctype = parts.doctype
    this.size = parts.size
    this.root = parts.root
    this.content = parts.content
    this.documentLength = parts.bytes.length
    this.names = parts.names
    this.flags = parts.flags
    this.parents = parts.parents
    this.starts = parts.starts
    this.ends = parts.ends
    this.next = parts.next
    this.nodeNames = parts.nodeNames
    this.inner = parts.inner
    this.attributeFirst = parts.attributeFirst
    this.namespaceFirst = parts.namespaceFirst
    this.attributeNames = parts.attributeNames
    this.attributeStarts = parts.attributeStarts
    this.attributeEnds = parts.attributeEnds
    this.attributeFlags = parts.attributeFlags
    this.namespacePrefixes = parts.namespacePrefixes
    this.namespaceUris = parts.namespaceUris
    this.oddities = parts.oddities
    this.#runs = parts.entityRuns
    this.#fileOffset = parts.fileOffset
  }

  kind(node: NodeId): NodeKind {
    return ((this.flags[node] as number) & NODE_FLAG.kind) as NodeKind
  }

  parent(node: NodeId): NodeId {
    return this.parents[node] ?? NO_NODE
  }

  firstChild(node: NodeId): NodeId {
    return (this.next[node] as number) > node + 1 ? node + 1 : NO_NODE
  }

  nextSibling(node: NodeId): NodeId {
    const next = this.next[node] as number
    const parent = this.parents[node] as number
    return parent !== NO_NODE && next < (this.next[parent] as number) ? next : NO_NODE
  }

  subtreeEnd(node: NodeId): NodeId {
    return this.next[node] as number
  }

  name(node: NodeId): XmlName {
    return this.names.names[this.nodeNames[node] as number] as XmlName
  }

  attributes(node: NodeId): readonly XmlAttribute[] {
    const found: XmlAttribute[] = []
    const end = this.attributeFirst[node + 1] as number
    for (let row = this.attributeFirst[node] as number; row < end; row++) {
      found.push({
        owner: node,
        name: this.names.names[this.attributeNames[row] as number] as XmlName,
        value: this.attributeValue(row),
        declaredId: ((this.attributeFlags[row] as number) & ATTRIBUTE_FLAG.id) !== 0,
      })
    }
    return found
  }

  namespaceDeclarations(node: NodeId): readonly XmlNamespaceDeclaration[] {
    const found: XmlNamespaceDeclaration[] = []
    const end = this.namespaceFirst[node + 1] as number
    for (let row = this.namespaceFirst[node] as number; row < end; row++) {
      found.push({
        prefix: this.names.prefixes[this.namespacePrefixes[row] as number] as string,
        namespace: this.names.namespaces[this.namespaceUris[row] as number] as string,
      })
    }
    return found
  }

  attribute(node: NodeId, local: string, namespace = ''): string | undefined {
    const end = this.attributeFirst[node + 1] as number
    for (let row = this.attributeFirst[node] as number; row < end; row++) {
      const name = this.names.names[this.attributeNames[row] as number] as XmlName
      if (name.local === local && name.namespace === namespace) return this.attributeValue(row)
    }
    return undefined
  }

  namespaceOf(node: NodeId, prefix: string): string | undefined {
    if (prefix === 'xml') return XML_URI
    if (prefix === 'xmlns') return XMLNS_URI
    for (let at = node; at !== NO_NODE; at = this.parents[at] as number) {
      const end = this.namespaceFirst[at + 1] as number
      for (let row = this.namespaceFirst[at] as number; row < end; row++) {
        if (this.names.prefixes[this.namespacePrefixes[row] as number] === prefix) return this.names.namespaces[this.namespaceUris[row] as number]
      }
    }
    return prefix === '' ? '' : undefined
  }

  text(node: NodeId): string {
    const kind = this.kind(node)
    if (kind === NODE.text || kind === NODE.comment || kind === NODE.instruction) return utf16(this.valueBytes(node))
    const parts: string[] = []
    for (let at = node + 1, end = this.next[node] as number; at < end; at++) if (this.kind(at) === NODE.text) parts.push(utf16(this.valueBytes(at)))
    return parts.join('')
  }

  target(node: NodeId): string {
    return this.names.qualified[this.nodeNames[node] as number] ?? ''
  }

  start(node: NodeId): number {
    return this.isFromEntity(node) ? this.#reference(node, 2) : (this.starts[node] as number)
  }

  end(node: NodeId): number {
    return this.isFromEntity(node) ? this.#reference(node, 3) : (this.ends[node] as number)
  }

  startTagEnd(node: NodeId): number {
    return this.isFromEntity(node) ? this.end(node) : (this.inner[node] as number)
  }

  endTagStart(node: NodeId): number {
    return this.isFromEntity(node) ? this.end(node) : this.contentEnd(node)
  }

  fileOffset(offset: number): number {
    return this.#fileOffset(offset)
  }

  /** Whether a node stands in the replacement text of an entity and not in the document itself. */
  isFromEntity(node: NodeId): boolean {
    return (this.starts[node] as number) >= this.documentLength && this.#runs.length > 0
  }

  /** At the `</` of an element's end tag in `content`; `ends[node]` for an empty-element tag. */
  contentEnd(node: NodeId): number {
    const end = this.ends[node] as number
    // No `<` can stand inside an end tag.
    return this.inner[node] === end ? end : this.content.lastIndexOf(0x3c, end - 1)
  }

  /** First byte in `content` of the characters of a text, or of the data of a comment or instruction. */
  valueStart(node: NodeId): number {
    const kind = this.kind(node)
    if (kind === NODE.instruction) return this.inner[node] as number
    const start = this.starts[node] as number
    if (kind === NODE.comment) return start + 4
    return ((this.flags[node] as number) & NODE_FLAG.cdata) === 0 ? start : start + 9
  }

  /** Behind the last byte of what {@link valueStart} begins. */
  valueEnd(node: NodeId): number {
    const kind = this.kind(node)
    const end = this.ends[node] as number
    if (kind === NODE.instruction) return end - 2
    return kind === NODE.comment || ((this.flags[node] as number) & NODE_FLAG.cdata) !== 0 ? end - 3 : end
  }

  /** Characters of a text, data of a comment or instruction, as UTF-8: a view of `content` where they stand there as they are. */
  valueBytes(node: NodeId): Uint8Array {
    const start = this.valueStart(node)
    const end = this.valueEnd(node)
    const flags = this.flags[node] as number
    if ((flags & NODE_FLAG.plain) !== 0) return this.content.subarray(start, end)
    const references = (flags & (NODE_FLAG.kind | NODE_FLAG.cdata)) === NODE.text
    // In replacement texts as well: what is read has to be what canonical form writes.
    return decodeValue(this.content, start, end, { attribute: false, references, lineEnds: true })
  }

  /** The normalised value of an attribute row as UTF-8: a view of `content` where it stands there as it is. */
  attributeBytes(row: number): Uint8Array {
    const start = this.attributeStarts[row] as number
    const end = this.attributeEnds[row] as number
    if (((this.attributeFlags[row] as number) & ATTRIBUTE_FLAG.plain) !== 0) return this.content.subarray(start, end)
    return decodeValue(this.content, start, end, { attribute: true, references: true, lineEnds: start < this.documentLength })
  }

  /** The normalised value of an attribute row. */
  attributeValue(row: number): string {
    return utf16(this.attributeBytes(row))
  }

  #reference(node: NodeId, which: 2 | 3): number {
    let low = 0
    let high = this.#runs.length / 4
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((this.#runs[4 * middle] as number) <= node) low = middle
      else high = middle
    }
    return this.#runs[4 * low + which] as number
  }
}

/** Bytes that were found to be UTF-8 when the document was read. */
function utf16(bytes: Uint8Array): string {
  return fromUtf8(bytes) ?? ''
}
