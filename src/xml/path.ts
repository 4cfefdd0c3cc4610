/** Where a node stands, in words that people and reports can use. */
import { NO_NODE, NODE, type NodeId, type XmlDocument } from './tree.ts'

/** Position among siblings of the same name, from 1; 0 where there is only one. */
type Positions = ReadonlyMap<NodeId, number>

const known = new WeakMap<XmlDocument, Map<NodeId, Positions>>()

/** One walk over the children of an element, however many of them are asked for. */
function positions(document: XmlDocument, parent: NodeId): Positions {
  let byParent = known.get(document)
  if (!byParent) known.set(document, (byParent = new Map()))
  const done = byParent.get(parent)
  if (done) return done
  const found = new Map<NodeId, number>()
  // By the name as written: it may stand for two namespaces, and a path has to name one element.
  const counts = new Map<string, { first: NodeId; count: number }>()
  for (let child = document.firstChild(parent); child !== NO_NODE; child = document.nextSibling(child)) {
    if (document.kind(child) !== NODE.element) continue
    const name = document.name(child).qualified
    const before = counts.get(name)
    if (!before) {
      counts.set(name, { first: child, count: 1 })
      continue
    }
    before.count++
    found.set(before.first, 1)
    found.set(child, before.count)
  }
  byParent.set(parent, found)
  return found
}

/** Deepest path that is written out; what lies below says so. */
const MAX_STEPS = 64

/** The step of what is no element. */
const STEPS = { [NODE.document]: '', [NODE.text]: 'text()', [NODE.comment]: 'comment()', [NODE.instruction]: 'processing-instruction()' } as const

/**
 * The path of a node: names as written, with a position where siblings share one, as `/TDiep/DLieu/HDon[2]/DLHDon`; `/` for the
 * document.
 */
export function pathOf(document: XmlDocument, node: NodeId): string {
  const steps: string[] = []
  for (let at = node; document.kind(at) !== NODE.document; at = document.parent(at)) {
    const position = positions(document, document.parent(at)).get(at)
    const kind = document.kind(at)
    const step = kind === NODE.element ? document.name(at).qualified : STEPS[kind]
    steps.push(position === undefined ? step : `${step}[${position}]`)
  }
  if (steps.length > MAX_STEPS) return `/…/${steps.slice(0, MAX_STEPS).reverse().join('/')}`
  return `/${steps.reverse().join('/')}`
}
