/**
 * The axes of XPath 1.0 §2.2. `alongAxis` walks one from one node, in the axis' own order; `alongAxisOfAll` gives the union over many
 * nodes without visiting a node twice, for steps whose predicates do not ask for positions.
 */
import { NO_NODE, NODE, type NodeId } from '../tree.ts'
import { isTreeNode, type Model, ownerOf, treeNode, type XNode, type XNodes } from './model.ts'
import type { Axis, NodeTest } from './syntax.ts'

/** Axes that run against the document order (§2.4). */
const REVERSE: ReadonlySet<Axis> = new Set(['ancestor', 'ancestor-or-self', 'preceding', 'preceding-sibling'])

/** Nodes that a walk has met before; it ends there. */
type Visited = Set<NodeId> | undefined

/** The nodes on an axis of one node that pass a test, nearest first on reverse axes. */
export function alongAxis(model: Model, axis: Axis, node: XNode, test: NodeTest): XNode[] {
  const into: XNode[] = []
  walk(model, axis, node, test, into, undefined)
  return into
}

/** The union of an axis over a node-set, as node-set. */
export function alongAxisOfAll(model: Model, axis: Axis, nodes: XNodes, test: NodeTest): XNode[] {
  const into: XNode[] = []
  if (axis === 'following' || axis === 'preceding') {
    const start = axis === 'following' ? leastFollowing(model, nodes) : nodes.at(-1)
    if (start !== undefined) walk(model, axis, start, test, into, undefined)
  } else if (axis === 'descendant' || axis === 'descendant-or-self') {
    let covered = 0
    for (const node of nodes) {
      const id = ownerOf(node)
      // In document order: what lies before the end of an earlier subtree is in it. Attributes are nobody's descendants.
      if (isTreeNode(node) && id < covered) continue
      walk(model, axis, node, test, into, undefined)
      if (isTreeNode(node)) covered = model.document.subtreeEnd(id)
    }
  } else {
    const visited = new Set<NodeId>()
    for (const node of axis === 'preceding-sibling' ? [...nodes].reverse() : nodes) walk(model, axis, node, test, into, visited)
  }
  return inOrder(into, model)
}

/** Sorts nodes in document order and leaves each once; cheap where they are so already. */
export function inOrder(nodes: XNode[], model: Model): XNode[] {
  let sorted = true
  for (let index = 1; index < nodes.length && sorted; index++) sorted = (nodes[index - 1] ?? 0) < (nodes[index] ?? 0)
  if (sorted) return nodes
  model.step(nodes.length * 2)
  const ordered = Float64Array.from(nodes).sort()
  const result: XNode[] = []
  for (const node of ordered) if (node !== result[result.length - 1]) result.push(node)
  return result
}

/** Whether nodes of an axis come nearest first. */
export function isReverse(axis: Axis): boolean {
  return REVERSE.has(axis)
}

/** The node whose following axis holds those of all others. */
function leastFollowing(model: Model, nodes: XNodes): XNode | undefined {
  let best: XNode | undefined
  let least = Number.POSITIVE_INFINITY
  for (const node of nodes) {
    model.step()
    const start = followingStart(model, node)
    if (start >= least) continue
    least = start
    best = node
  }
  return best
}

function followingStart(model: Model, node: XNode): NodeId {
  const id = ownerOf(node)
  // What is below an element follows its attributes in document order, and is not below them (§2.2 `following`).
  if (!isTreeNode(node)) return id + 1
  return model.document.kind(id) === NODE.text ? model.runEnd(id) : model.document.subtreeEnd(id)
}

function walk(model: Model, axis: Axis, node: XNode, test: NodeTest, into: XNode[], visited: Visited): void {
  const id = ownerOf(node)
  const inTree = isTreeNode(node)
  model.step()
  switch (axis) {
    case 'self':
      pushSelf(model, node, test, into)
      return
    case 'attribute':
    case 'namespace':
      if (inTree) pushOwn(model, axis, id, test, into)
      return
    case 'parent':
      ancestors(model, model.parent(node), test, into, visited, true)
      return
    case 'ancestor':
      ancestors(model, model.parent(node), test, into, visited, false)
      return
    case 'ancestor-or-self':
      if (inTree) ancestors(model, id, test, into, visited, false)
      else {
        pushSelf(model, node, test, into)
        ancestors(model, id, test, into, visited, false)
      }
      return
    case 'child':
      if (inTree) siblings(model, model.document.firstChild(id), test, into, undefined)
      return
    case 'descendant':
      if (inTree) range(model, id + 1, model.document.subtreeEnd(id), test, into)
      return
    case 'descendant-or-self':
      pushSelf(model, node, test, into)
      if (inTree) range(model, id + 1, model.document.subtreeEnd(id), test, into)
      return
    case 'following':
      range(model, followingStart(model, node), model.document.size, test, into)
      return
    case 'preceding':
      preceding(model, id, test, into)
      return
    case 'following-sibling':
      if (inTree) siblings(model, model.document.nextSibling(id), test, into, visited)
      return
    case 'preceding-sibling':
      if (inTree) precedingSiblings(model, id, test, into, visited)
      return
  }
}

function pushSelf(model: Model, node: XNode, test: NodeTest, into: XNode[]): void {
  // The principal type of these axes is element, so that only node() fits an attribute or namespace node (§2.3).
  if (isTreeNode(node) ? model.matchesTree(ownerOf(node), test) : test.kind === 'any') into.push(node)
}

function pushOwn(model: Model, axis: 'attribute' | 'namespace', id: NodeId, test: NodeTest, into: XNode[]): void {
  const own: XNode[] = []
  if (axis === 'attribute') model.pushAttributes(id, own)
  else model.pushNamespaces(id, own)
  for (const node of own) if (model.matchesOwn(node, test)) into.push(node)
}

function ancestors(model: Model, from: NodeId, test: NodeTest, into: XNode[], visited: Visited, once: boolean): void {
  for (let id = from; id !== NO_NODE; id = model.document.parent(id)) {
    if (visited?.has(id) === true) return
    visited?.add(id)
    model.step()
    if (model.matchesTree(id, test)) into.push(treeNode(id))
    if (once) return
  }
}

/** A node and those behind it on its level. */
function siblings(model: Model, from: NodeId, test: NodeTest, into: XNode[], visited: Visited): void {
  for (let id = from; id !== NO_NODE; id = model.document.nextSibling(id)) {
    model.step()
    if (visited?.has(id) === true) return
    visited?.add(id)
    pushTree(model, id, test, into)
  }
}

function precedingSiblings(model: Model, node: NodeId, test: NodeTest, into: XNode[], visited: Visited): void {
  const { document } = model
  const parent = document.parent(node)
  if (parent === NO_NODE) return
  let id = node
  for (;;) {
    // The number before a node is its parent, or the last thing below the sibling before it.
    id -= 1
    if (id === parent) return
    for (; document.parent(id) !== parent; id = document.parent(id)) model.step()
    model.step()
    if (visited?.has(id) === true) return
    visited?.add(id)
    pushTree(model, id, test, into)
  }
}

function range(model: Model, from: NodeId, to: NodeId, test: NodeTest, into: XNode[]): void {
  for (let id = from; id < to; id++) {
    model.step()
    pushTree(model, id, test, into)
  }
}

function preceding(model: Model, node: NodeId, test: NodeTest, into: XNode[]): void {
  let ancestor = model.document.parent(node)
  for (let id = node - 1; id > 0; id--) {
    model.step()
    if (id === ancestor) ancestor = model.document.parent(id)
    else pushTree(model, id, test, into)
  }
}

function pushTree(model: Model, id: NodeId, test: NodeTest, into: XNode[]): void {
  if (model.matchesTree(id, test) && model.exists(id)) into.push(treeNode(id))
}
