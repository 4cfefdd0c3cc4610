/**
 * Byte-preserving edits: text is put at chosen places, and every other byte of the file stays as it is. The one replacement there is
 * opens an empty-element tag: `/>` becomes `>…</name>`.
 */
import { concat, utf8 } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'
import { checkXmlText } from './escape.ts'
import { NODE, type NodeId, type XmlDocument, type XmlEncoding } from './tree.ts'

/** Where text can be put. */
export interface XmlPlace {
  /** Offset into the document's `bytes`. */
  readonly at: number
  /** How many bytes from there go: 2 for the `/>` of a tag that is opened, otherwise 0. */
  readonly replaced: number
  /** What is written before and behind all that is put there. */
  readonly open: string
  readonly close: string
}

/** Text for a place. Several for the same place stand in the order they are given in. */
export interface XmlInsertion {
  /** A place, or an offset into the document's `bytes`. */
  readonly at: XmlPlace | number
  /** Markup as it shall stand there; it is not parsed. */
  readonly text: string
}

/**
 * Before the end tag of an element.
 *
 * @throws KysoError `ERR_ARGUMENT` for what is no element of the document itself
 */
export function lastChildPlace(doc: XmlDocument, element: NodeId): XmlPlace {
  checkElement(doc, element)
  return isEmptyTag(doc, element) ? openedPlace(doc, element) : place(doc.endTagStart(element))
}

/** Behind the start tag of an element; see {@link lastChildPlace}. */
export function firstChildPlace(doc: XmlDocument, element: NodeId): XmlPlace {
  checkElement(doc, element)
  return isEmptyTag(doc, element) ? openedPlace(doc, element) : place(doc.startTagEnd(element))
}

/** Directly before a node: an element, a comment or an instruction of the document itself; see {@link lastChildPlace}. */
export function beforePlace(doc: XmlDocument, node: NodeId): XmlPlace {
  checkMarkup(doc, node)
  return place(doc.start(node))
}

/** Directly behind a node; see {@link beforePlace}. */
export function afterPlace(doc: XmlDocument, node: NodeId): XmlPlace {
  checkMarkup(doc, node)
  return place(doc.end(node))
}

/**
 * The file with text put in, in its own encoding. The document is not parsed again: that is for the caller who wants to be sure.
 *
 * @param file the very bytes `doc` was read from
 * @throws KysoError `ERR_ARGUMENT` for offsets outside the document or within a character, and for text that XML cannot hold
 */
export function insertXml(file: Uint8Array, doc: XmlDocument, insertions: readonly XmlInsertion[]): Uint8Array {
  const edits = mergeEdits(doc, insertions)
  const parts: Uint8Array[] = []
  let kept = 0
  for (const { place: where, texts } of edits) {
    const at = doc.fileOffset(where.at)
    parts.push(
      file.subarray(kept, at),
      encode(`${where.open}${texts.map((text) => (doc.asciiOnly ? asReferences(text) : text)).join('')}${where.close}`, doc.encoding),
    )
    kept = doc.fileOffset(where.at + where.replaced)
  }
  parts.push(file.subarray(kept))
  return concat(parts)
}

/** By place in the file's order; what goes to the same place is one edit, so that a tag is opened once. */
function mergeEdits(doc: XmlDocument, insertions: readonly XmlInsertion[]): { place: XmlPlace; texts: string[] }[] {
  const byPlace = new Map<number, { place: XmlPlace; texts: string[] }>()
  for (const { at, text } of insertions) {
    const where = typeof at === 'number' ? place(at) : at
    checkXmlText(text)
    const byte = doc.bytes[where.at]
    const inRange = Number.isInteger(where.at) && where.at >= 0 && where.at + where.replaced <= doc.bytes.length
    if (!inRange || (byte !== undefined && (byte & 0xc0) === 0x80)) throw misuse(`an offset (${where.at}) where nothing can be put`)
    const edit = byPlace.get(where.at)
    if (edit === undefined) byPlace.set(where.at, { place: where, texts: [text] })
    else if (edit.place.replaced !== where.replaced) throw misuse('an empty-element tag that is opened and written into')
    else edit.texts.push(text)
  }
  const edits = [...byPlace.values()].sort((a, b) => a.place.at - b.place.at)
  let end = 0
  for (const { place: where } of edits) {
    if (where.at < end) throw misuse('an empty-element tag that is opened and written into')
    end = where.at + where.replaced
  }
  return edits
}

function place(at: number): XmlPlace {
  return { at, replaced: 0, open: '', close: '' }
}

/** White space before the `/` stays. */
function openedPlace(doc: XmlDocument, element: NodeId): XmlPlace {
  return { at: doc.end(element) - 2, replaced: 2, open: '>', close: `</${doc.name(element).qualified}>` }
}

/** An end tag cannot be empty, so only an empty-element tag ends where the start tag does. */
function isEmptyTag(doc: XmlDocument, element: NodeId): boolean {
  return doc.startTagEnd(element) === doc.end(element)
}

function checkElement(doc: XmlDocument, node: NodeId): void {
  if (!(node > 0 && node < doc.size) || doc.kind(node) !== NODE.element) throw misuse('a node that is no element')
  checkMarkup(doc, node)
}

/** Nodes out of an entity give the place of the reference, where their own text does not stand. */
function checkMarkup(doc: XmlDocument, node: NodeId): void {
  if (!(node > 0 && node < doc.size) || doc.kind(node) === NODE.text) throw misuse('a node beside which nothing can be put')
  if (doc.bytes[doc.start(node)] !== 0x3c) throw misuse('a node that stands in an entity')
}

function misuse(detail: string): KysoError {
  return new KysoError('ERR_ARGUMENT', detail, { argument: detail })
}

/** Characters beyond ASCII as references: they may stand in content and in attribute values, and in names nobody writes them here. */
function asReferences(text: string): string {
  return text.replace(/[^\0-\x7f]/gu, (character) => `&#${character.codePointAt(0)};`)
}

function encode(text: string, encoding: XmlEncoding): Uint8Array {
  if (encoding === 'UTF-8') return utf8(text)
  const out = new Uint8Array(2 * text.length)
  const low = encoding === 'UTF-16LE' ? 0 : 1
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    out[2 * i + low] = unit & 0xff
    out[2 * i + 1 - low] = unit >> 8
  }
  return out
}
