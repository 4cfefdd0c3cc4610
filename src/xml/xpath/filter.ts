/** The XPath filters of signatures: the transform of XML-DSig §6.6.3 and XPath Filter 2.0. */
import { NODE, type NodeId } from '../tree.ts'
import { Evaluation, type XPathContext } from './evaluate.ts'
import { isTreeNode, type Model, ownerOf, treeNode, type XNode, type XNodes } from './model.ts'
import { type FilterInput, inputSet, MarkedNodes, type NodeSet } from './node-set.ts'
import { runOnePass, toOnePass } from './one-pass.ts'
import { type XPath, xpathError } from './syntax.ts'
import { toBoolean } from './values.ts'

/**
 * XML-DSig §6.6.3: those nodes of the input for which the expression, as boolean, is true, attribute and namespace nodes among them.
 * The expression sees the whole document. The usual forms take one walk over it, all others an evaluation for each node.
 *
 * @param input what the transform starts from; `without-comments` for what `URI=""` and `URI="#id"` give
 * @throws KysoError `ERR_BUDGET_EXCEEDED` for `xpathSteps`, `ERR_XPATH_UNSUPPORTED` for `here()` without a node
 */
export function filterNodes(xpath: XPath, context: XPathContext, input: FilterInput): NodeSet {
  const evaluation = new Evaluation(context)
  const set = inputSet(context.document, input)
  const marked = new MarkedNodes(context.document, set)
  const pass = toOnePass(xpath.root, evaluation)
  if (pass === undefined) evaluateEach(xpath, evaluation, set, marked)
  else runOnePass(pass, evaluation.model, set, marked)
  evaluation.model.pay()
  return marked
}

function evaluateEach(xpath: XPath, evaluation: Evaluation, input: NodeSet, into: MarkedNodes): void {
  const { model } = evaluation
  const { document } = model
  const holds = (node: XNode): boolean => toBoolean(evaluation.evaluate(xpath.root, node))
  for (let id: NodeId = 0; id < document.size; ) {
    model.step()
    // Adjacent text is one node, which all of its parts stand for.
    const end = document.kind(id) === NODE.text ? model.runEnd(id) : id + 1
    let wanted = false
    for (let part = id; part < end && !wanted; part++) wanted = input.has(part)
    const itself = wanted && holds(treeNode(id))
    for (let part = id; part < end; part++) into.mark(part, itself, false, false)
    if (document.kind(id) === NODE.element) evaluateOwn(id, itself, model, input, holds, into)
    id = end
  }
}

function evaluateOwn(id: NodeId, itself: boolean, model: Model, input: NodeSet, holds: (node: XNode) => boolean, into: MarkedNodes): void {
  const attributes: XNode[] = []
  model.pushAttributes(id, attributes)
  const namespaces: XNode[] = []
  model.pushNamespaces(id, namespaces)
  const chosen = attributes.filter((node) => {
    const attribute = model.attribute(node)
    return attribute !== undefined && input.hasAttribute(attribute) && holds(node)
  })
  const bound = namespaces.filter((node) => input.hasNamespace(id, model.namespaceNode(node)?.prefix ?? '') && holds(node))
  const [all, allBound] = [chosen.length === attributes.length, bound.length === namespaces.length]
  into.mark(id, itself, all, allBound)
  if (!all) for (const node of chosen) into.except(node, model)
  if (!allBound) for (const node of bound) into.except(node, model)
}

/** One of the expressions of XPath Filter 2.0. */
export interface Filter2 {
  readonly operation: 'intersect' | 'subtract' | 'union'
  readonly xpath: XPath
}

/**
 * XPath Filter 2.0 §3.4: starting from all nodes, the subtrees of what each expression selects are intersected, subtracted or added, in
 * turn; the outcome is narrowed to the input. One walk over the document for each filter.
 *
 * @param input as for {@link filterNodes}
 * @throws KysoError `ERR_XPATH_SYNTAX` for an expression that gives no nodes, `ERR_BUDGET_EXCEEDED`, `ERR_XPATH_UNSUPPORTED`
 */
export function filter2(filters: readonly Filter2[], context: XPathContext, input: FilterInput): NodeSet {
  const { document } = context
  // Attributes and namespace nodes go with their element, unless an expression selects one of them by itself.
  const inside = new Uint8Array(document.size).fill(1)
  const apart = new Map<XNode, boolean>()
  const evaluation = new Evaluation(context)
  const { model } = evaluation
  for (const { operation, xpath } of filters) {
    const selected = evaluation.evaluate(xpath.root, treeNode(0))
    if (typeof selected !== 'object') throw xpathError('ERR_XPATH_SYNTAX', 'an expression that gives no nodes', 0)
    applyFilter(operation, selected, model, inside, apart)
  }
  const marked = new MarkedNodes(document, inputSet(document, input))
  for (let id = 0; id < document.size; id++) {
    const included = inside[id] === 1
    marked.mark(id, included, included, included)
  }
  for (const [node, included] of apart) if (included !== (inside[ownerOf(node)] === 1)) marked.except(node, model)
  model.pay()
  return marked
}

function applyFilter(operation: Filter2['operation'], selected: XNodes, model: Model, inside: Uint8Array, apart: Map<XNode, boolean>): void {
  const subtrees = expand(selected, model)
  const single = new Set(selected.filter((node) => !isTreeNode(node)))
  for (const node of single) if (!apart.has(node)) apart.set(node, inside[ownerOf(node)] === 1)
  model.step(apart.size + inside.length)
  for (const [node, was] of apart) apart.set(node, combine(operation, was, single.has(node) || subtrees[ownerOf(node)] === 1))
  for (let id = 0; id < inside.length; id++) inside[id] = combine(operation, inside[id] === 1, subtrees[id] === 1) ? 1 : 0
}

function combine(operation: Filter2['operation'], was: boolean, is: boolean): boolean {
  if (operation === 'intersect') return was && is
  return operation === 'union' ? was || is : was && !is
}

/** The nodes of the tree with all that is below them. */
function expand(selected: XNodes, model: Model): Uint8Array {
  const { document } = model
  const marks = new Uint8Array(document.size)
  let covered = 0
  for (const node of selected) {
    const id = ownerOf(node)
    if (!isTreeNode(node) || id < covered) continue
    covered = document.kind(id) === NODE.text ? model.runEnd(id) : document.subtreeEnd(id)
    marks.fill(1, id, covered)
  }
  return marks
}
