/** What of an XML document a signature does not cover: told beside what it covers, since readers look for the gap. */
import { childElements, isNamed, NODE, type NodeId, pathOf, type XmlDocument } from '../../xml/index.ts'
import { NAMESPACE } from '../../xmldsig/index.ts'

/** Something that is not covered. */
export interface Gap {
  readonly kind: 'element' | 'text' | 'attributes'
  readonly path: string
}

type Ranges = readonly (readonly [offset: number, length: number])[]

/** Attributes that only give an element its name among others. */
const IDS: ReadonlySet<string> = new Set(['Id', 'id', 'ID'])

/** How a stretch of the file lies to the ranges that are covered: they are sorted and apart. */
function relation(ranges: Ranges, start: number, end: number): 'inside' | 'outside' | 'across' {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    const [offset, length] = ranges[middle] as readonly [number, number]
    if (offset + length <= start) low = middle + 1
    else high = middle
  }
  const found = ranges[low]
  if (!found || found[0] >= end) return 'outside'
  return found[0] <= start && found[0] + found[1] >= end ? 'inside' : 'across'
}

const isSignature = (document: XmlDocument, node: NodeId): boolean => isNamed(document, node, 'Signature', NAMESPACE.ds)

/** Whether an element says anything besides signatures: text, or attributes other than IDs. */
function says(document: XmlDocument, element: NodeId): boolean {
  for (let node = element, end = document.subtreeEnd(element); node < end; node++) {
    const kind = document.kind(node)
    if (kind === NODE.text && document.text(node).trim() !== '') return true
    if (kind !== NODE.element) continue
    if (isSignature(document, node)) node = document.subtreeEnd(node) - 1
    else if (document.attributes(node).some(({ name }) => !IDS.has(name.qualified))) return true
  }
  return false
}

/**
 * The outermost parts of a document that lie outside of ranges of its file; signatures, and elements that hold nothing else, do not count.
 *
 * @param ranges sorted and apart, as reports have them
 * @param most that are listed; one more is looked for, so that a caller can say that there are more
 */
export function uncovered(document: XmlDocument, ranges: Ranges, most: number): Gap[] {
  const gaps: Gap[] = []
  const place = (node: NodeId): [number, number] => [document.fileOffset(document.start(node)), document.fileOffset(document.end(node))]
  const open: NodeId[] = [document.root]
  for (let node = open.pop(); node !== undefined && gaps.length <= most; node = open.pop()) {
    if (isSignature(document, node)) continue
    const lies = relation(ranges, ...place(node))
    if (lies === 'inside') continue
    if (lies === 'outside') {
      if (says(document, node)) gaps.push({ kind: 'element', path: pathOf(document, node) })
      continue
    }
    const tag = relation(ranges, document.fileOffset(document.start(node)), document.fileOffset(document.startTagEnd(node)))
    const bare = tag !== 'inside' && document.attributes(node).some(({ name }) => !IDS.has(name.qualified))
    if (bare) gaps.push({ kind: 'attributes', path: pathOf(document, node) })
    if (hasBareText(document, node, (text) => relation(ranges, ...place(text)) === 'inside')) gaps.push({ kind: 'text', path: pathOf(document, node) })
    open.push(...[...childElements(document, node)].reverse())
  }
  return gaps
}

function hasBareText(document: XmlDocument, element: NodeId, isCovered: (text: NodeId) => boolean): boolean {
  for (let child = document.firstChild(element); child >= 0; child = document.nextSibling(child))
    if (document.kind(child) === NODE.text && document.text(child).trim() !== '' && !isCovered(child)) return true
  return false
}
