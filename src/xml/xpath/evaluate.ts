/** Evaluates expressions (XPath 1.0 §2, §3). Calls nest as deep as the expression's brackets, never as deep as the document. */
import type { Budget } from '../../core/budget.ts'
import type { NodeId, XmlAttribute, XmlDocument } from '../tree.ts'
import { alongAxis, alongAxisOfAll, inOrder, isReverse } from './axes.ts'
import { type Call, callFunction } from './functions.ts'
import { Model, ownerOf, treeNode, type XNode, type XNodes } from './model.ts'
import type { Expr, Operator, Step, XPath } from './syntax.ts'
import { type Comparison, compare, toBoolean, toNumber, type Value } from './values.ts'

/** What an expression is evaluated over. */
export interface XPathContext {
  readonly document: XmlDocument
  /** Pays with `xpathSteps`. */
  readonly budget: Budget
  /** The element that bears the expression; without it `here()` is refused. */
  readonly here?: NodeId
  /** Finds the element for `id()`; without it the attributes that the DTD declares as ID do. */
  readonly idOf?: (value: string) => NodeId | undefined
}

/** A node as those see it who do not evaluate. Text is given by its first part: what is adjacent to it belongs to it. */
export type SelectedNode =
  | { readonly kind: 'node'; readonly node: NodeId }
  | { readonly kind: 'attribute'; readonly attribute: XmlAttribute }
  | { readonly kind: 'namespace'; readonly element: NodeId; readonly prefix: string; readonly namespace: string }

/**
 * The nodes that an expression selects, in document order.
 *
 * @param at context node, the document itself where left out
 * @returns `undefined` where the expression gives no nodes but a boolean, number or string
 * @throws KysoError `ERR_BUDGET_EXCEEDED` for `xpathSteps`, `ERR_XPATH_UNSUPPORTED` for `here()` without a node
 */
export function selectNodes(xpath: XPath, context: XPathContext, at: NodeId = 0): SelectedNode[] | undefined {
  const evaluation = new Evaluation(context)
  const value = evaluation.evaluate(xpath.root, treeNode(evaluation.model.runStart(at)))
  evaluation.model.pay()
  return typeof value === 'object' ? value.map((node) => selected(node, evaluation.model)) : undefined
}

/**
 * The value of an expression that gives no nodes; for one that does, their number as `count()` would say.
 *
 * @param at context node, the document itself where left out
 * @throws KysoError as {@link selectNodes}
 */
export function evaluateXPath(xpath: XPath, context: XPathContext, at: NodeId = 0): boolean | number | string {
  const evaluation = new Evaluation(context)
  const value = evaluation.evaluate(xpath.root, treeNode(evaluation.model.runStart(at)))
  evaluation.model.pay()
  return typeof value === 'object' ? value.length : value
}

function selected(node: XNode, model: Model): SelectedNode {
  const attribute = model.attribute(node)
  if (attribute !== undefined) return { kind: 'attribute', attribute }
  const namespace = model.namespaceNode(node)
  if (namespace !== undefined) return { kind: 'namespace', element: ownerOf(node), ...namespace }
  return { kind: 'node', node: ownerOf(node) }
}

/** One use of an expression over a document: what does not depend on the context node is evaluated once. */
export class Evaluation {
  readonly model: Model
  readonly #context: XPathContext
  readonly #constants = new Map<Expr, Value>()
  readonly #shapes = new Map<Expr, CoverageShape | null>()
  readonly #members = new Map<Expr, ReadonlySet<XNode>>()

  constructor(context: XPathContext) {
    this.model = new Model(context.document, context.budget)
    this.#context = context
  }

  /** The value for a context node. */
  evaluate(expr: Expr, node: XNode, position = 1, size = 1): Value {
    if (!expr.constant || expr.kind === 'literal') return this.#compute(expr, node, position, size)
    const known = this.#constants.get(expr)
    if (known !== undefined) return known
    const value = this.#compute(expr, node, position, size)
    this.#constants.set(expr, value)
    return value
  }

  #compute(expr: Expr, node: XNode, position: number, size: number): Value {
    this.model.step()
    switch (expr.kind) {
      case 'literal':
        return expr.value
      case 'chain':
        return this.#chain(expr, node, position, size)
      case 'negate': {
        const value = toNumber(this.evaluate(expr.operand, node, position, size), this.model)
        return expr.times % 2 === 0 ? value : -value
      }
      case 'union':
        return this.#union(expr.operands, node, position, size)
      case 'call': {
        const args = expr.args.map((arg) => this.evaluate(arg, node, position, size))
        const call: Call = { model: this.model, node, position, size, here: this.#context.here, idOf: this.#context.idOf }
        return callFunction(expr.name, args, call)
      }
      case 'path':
        return this.#path(expr, node, position, size)
    }
  }

  #nodes(expr: Expr, node: XNode, position: number, size: number): XNodes {
    const value = this.evaluate(expr, node, position, size)
    return typeof value === 'object' ? value : []
  }

  #chain(expr: Expr & { kind: 'chain' }, node: XNode, position: number, size: number): Value {
    const covers = this.#coverage(expr, node, position, size)
    if (covers !== undefined) return covers
    let value = this.evaluate(expr.first, node, position, size)
    for (const { operator, operand } of expr.rest) {
      if (operator === 'or' || operator === 'and') {
        // The rest is not evaluated once it cannot matter (§3.4).
        if (toBoolean(value) === (operator === 'or')) return operator === 'or'
        value = toBoolean(this.evaluate(operand, node, position, size))
      } else value = this.#operate(operator, value, this.evaluate(operand, node, position, size))
      this.model.step()
    }
    return value
  }

  #operate(operator: Exclude<Operator, 'or' | 'and'>, left: Value, right: Value): Value {
    if (isComparison(operator)) return compare(operator, left, right, this.model)
    const [a, b] = [toNumber(left, this.model), toNumber(right, this.model)]
    if (operator === '+') return a + b
    if (operator === '-') return a - b
    if (operator === '*') return a * b
    return operator === 'div' ? a / b : a % b
  }

  /**
   * `count(A | B) = count(B)`, the usual way to ask whether A lies in B: where B does not depend on the context node it is looked up,
   * not counted again for each node.
   */
  #coverage(expr: Expr & { kind: 'chain' }, node: XNode, position: number, size: number): boolean | undefined {
    const [only] = expr.rest
    if (only === undefined || expr.rest.length !== 1) return undefined
    let shape = this.#shapes.get(expr)
    if (shape === undefined) {
      shape = coverageShape(expr.first, only.operator, only.operand) ?? null
      this.#shapes.set(expr, shape)
    }
    if (shape === null) return undefined
    const members = this.#setOf(shape.of, node)
    const part = this.#nodes(shape.part, node, position, size)
    this.model.step(part.length)
    return part.every((one) => members.has(one)) === shape.holds
  }

  #setOf(expr: Expr, node: XNode): ReadonlySet<XNode> {
    const known = this.#members.get(expr)
    if (known !== undefined) return known
    const set = new Set(this.#nodes(expr, node, 1, 1))
    this.#members.set(expr, set)
    return set
  }

  #union(operands: readonly Expr[], node: XNode, position: number, size: number): XNodes {
    const all: XNode[] = []
    for (const operand of operands) {
      const nodes = this.#nodes(operand, node, position, size)
      this.model.step(nodes.length)
      for (const one of nodes) all.push(one)
    }
    return inOrder(all, this.model)
  }

  #path(expr: Expr & { kind: 'path' }, node: XNode, position: number, size: number): XNodes {
    let nodes: XNodes
    if (expr.start === 'root') nodes = [treeNode(0)]
    else if (expr.start === 'context') nodes = [node]
    else {
      nodes = this.#nodes(expr.start.primary, node, position, size)
      for (const predicate of expr.start.predicates) nodes = this.#filter(nodes, predicate)
    }
    for (const step of expr.steps) {
      if (nodes.length === 0) return nodes
      nodes = this.#step(step, nodes)
    }
    return nodes
  }

  #step(step: Step, nodes: XNodes): XNodes {
    const { axis, test, predicates } = step
    const positional = predicates.some((predicate) => predicate.positional || predicate.type === 'number')
    const [first] = nodes
    if (!positional && nodes.length > 1) {
      let found: XNodes = alongAxisOfAll(this.model, axis, nodes, test)
      for (const predicate of predicates) found = this.#filter(found, predicate)
      return found
    }
    if (first !== undefined && nodes.length === 1) {
      const found = this.#stepFrom(step, first)
      return isReverse(axis) ? [...found].reverse() : found
    }
    const all: XNode[] = []
    for (const node of nodes) for (const one of this.#stepFrom(step, node)) all.push(one)
    return inOrder(all, this.model)
  }

  #stepFrom(step: Step, node: XNode): XNodes {
    let found: XNodes = alongAxis(this.model, step.axis, node, step.test)
    for (const predicate of step.predicates) found = this.#filter(found, predicate)
    return found
  }

  /** Nodes for which a predicate holds; their order gives the positions (§2.4). */
  #filter(nodes: XNodes, predicate: Expr): XNodes {
    const size = nodes.length
    this.model.step(size)
    if (predicate.kind === 'literal' && typeof predicate.value === 'number') {
      const chosen = nodes[predicate.value - 1]
      return chosen === undefined ? [] : [chosen]
    }
    return nodes.filter((node, index) => {
      const value = this.evaluate(predicate, node, index + 1, size)
      return typeof value === 'number' ? value === index + 1 : toBoolean(value)
    })
  }
}

function isComparison(operator: Operator): operator is Comparison {
  return operator === '=' || operator === '!=' || operator === '<' || operator === '<=' || operator === '>' || operator === '>='
}

/** The parts of `count(part | of) = count(of)`; `holds` is false for operators that say the contrary. */
interface CoverageShape {
  readonly part: Expr
  readonly of: Expr
  readonly holds: boolean
}

function coverageShape(left: Expr, operator: Operator, right: Expr): CoverageShape | undefined {
  const [a, b] = [counted(left), counted(right)]
  if (a === undefined || b === undefined) return undefined
  const aIsUnion = a.kind === 'union' && a.operands.length === 2
  const [union, of] = aIsUnion ? [a, b] : [b, a]
  if (union.kind !== 'union' || union.operands.length !== 2 || !of.constant) return undefined
  // A union is never smaller than its part, so that “greater” and “not equal” say the same.
  const holds = operator === '=' ? true : operator === '!=' || operator === (aIsUnion ? '>' : '<') ? false : undefined
  if (holds === undefined) return undefined
  const [first, second] = union.operands
  if (first === undefined || second === undefined) return undefined
  if (sameExpr(first, of)) return { part: second, of, holds }
  return sameExpr(second, of) ? { part: first, of, holds } : undefined
}

function counted(expr: Expr): Expr | undefined {
  return expr.kind === 'call' && expr.name === 'count' ? expr.args[0] : undefined
}

function sameExpr(a: Expr, b: Expr): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
