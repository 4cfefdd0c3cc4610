/**
 * Filters that one walk over the document decides: and, or, not over whether a node, its parent or one of its ancestors passes a node test,
 * and the enveloped-signature form of XML-DSig §6.6.3. Nearly every XPath transform that stands in signatures is one of these. What a node
 * has to say is three words of bits, one bit for each test: itself, its parent, its ancestors.
 */
import { NODE, type NodeId } from '../tree.ts'
import type { Evaluation } from './evaluate.ts'
import { isTreeNode, type Model, ownerOf, treeNode } from './model.ts'
import type { MarkedNodes, NodeSet } from './node-set.ts'
import type { Expr, NodeTest } from './syntax.ts'
import { toBoolean } from './values.ts'

type Kin = 'self' | 'parent' | 'ancestor' | 'ancestor-or-self'

type Condition =
  | { readonly kind: 'fixed'; readonly value: boolean }
  | { readonly kind: 'not'; readonly inner: Condition }
  | { readonly kind: 'all' | 'some'; readonly parts: readonly Condition[] }
  | { readonly kind: 'kin'; readonly kin: Kin; readonly bit: number }
  /** In the subtree from one number up to another. */
  | { readonly kind: 'within'; readonly from: NodeId; readonly to: NodeId }

const MAX_TESTS = 30

/** An expression that one walk decides. */
export interface OnePass {
  readonly condition: Condition
  readonly tests: readonly NodeTest[]
}

/** The expression as something that one walk decides; `undefined` where it is not. */
export function toOnePass(expr: Expr, evaluation: Evaluation): OnePass | undefined {
  const tests: NodeTest[] = []
  const condition = toCondition(expr, tests, evaluation)
  return condition === undefined || tests.length > MAX_TESTS ? undefined : { condition, tests }
}

function toCondition(expr: Expr, tests: NodeTest[], evaluation: Evaluation): Condition | undefined {
  if (expr.constant) return { kind: 'fixed', value: toBoolean(evaluation.evaluate(expr, treeNode(0))) }
  if (expr.kind === 'call') {
    const [arg] = expr.args
    if (arg === undefined || (expr.name !== 'not' && expr.name !== 'boolean')) return undefined
    const inner = toCondition(arg, tests, evaluation)
    return inner === undefined || expr.name === 'boolean' ? inner : { kind: 'not', inner }
  }
  if (expr.kind === 'union') return combine('some', expr.operands, tests, evaluation)
  if (expr.kind === 'path') return kinCondition(expr, tests)
  if (expr.kind !== 'chain') return undefined
  const operators = new Set(expr.rest.map((one) => one.operator))
  const [operator] = operators
  if (operators.size === 1 && (operator === 'or' || operator === 'and'))
    return combine(operator === 'or' ? 'some' : 'all', [expr.first, ...expr.rest.map((one) => one.operand)], tests, evaluation)
  return envelopedCondition(expr, evaluation)
}

function combine(kind: 'all' | 'some', exprs: readonly Expr[], tests: NodeTest[], evaluation: Evaluation): Condition | undefined {
  const parts: Condition[] = []
  for (const expr of exprs) {
    const part = toCondition(expr, tests, evaluation)
    if (part === undefined) return undefined
    parts.push(part)
  }
  return { kind, parts }
}

function kinCondition(expr: Expr & { kind: 'path' }, tests: NodeTest[]): Condition | undefined {
  const [step] = expr.steps
  if (expr.start !== 'context' || step === undefined || expr.steps.length !== 1 || step.predicates.length > 0) return undefined
  const { axis, test } = step
  if (axis !== 'self' && axis !== 'parent' && axis !== 'ancestor' && axis !== 'ancestor-or-self') return undefined
  tests.push(test)
  return { kind: 'kin', kin: axis, bit: 1 << (tests.length - 1) }
}

/**
 * `count(ancestor-or-self::S | X) > count(ancestor-or-self::S)`, X being the same for all nodes: some node of X is not among those of
 * ancestor-or-self::S. When X is one S, that is: the node does not lie in it.
 */
function envelopedCondition(expr: Expr & { kind: 'chain' }, evaluation: Evaluation): Condition | undefined {
  const [only] = expr.rest
  const union = countOf(expr.first)
  const own = only === undefined ? undefined : countOf(only.operand)
  if (only?.operator !== '>' || expr.rest.length !== 1 || union?.kind !== 'union' || union.operands.length !== 2 || own === undefined) return undefined
  const same = union.operands.findIndex((operand) => ancestorTest(operand) !== undefined && JSON.stringify(operand) === JSON.stringify(own))
  const other = union.operands[1 - same]
  const test = ancestorTest(own)
  if (same < 0 || test === undefined || other?.constant !== true) return undefined
  const value = evaluation.evaluate(other, treeNode(0))
  if (typeof value !== 'object' || value.length > 1) return undefined
  const [node] = value
  if (node === undefined) return { kind: 'fixed', value: false }
  if (!isTreeNode(node)) return undefined
  const { model } = evaluation
  const id = ownerOf(node)
  if (!model.matchesTree(id, test)) return { kind: 'fixed', value: true }
  return { kind: 'not', inner: { kind: 'within', from: id, to: model.document.kind(id) === NODE.text ? model.runEnd(id) : model.document.subtreeEnd(id) } }
}

function countOf(expr: Expr): Expr | undefined {
  return expr.kind === 'call' && expr.name === 'count' ? expr.args[0] : undefined
}

function ancestorTest(expr: Expr): NodeTest | undefined {
  const step = expr.kind === 'path' && expr.start === 'context' && expr.steps.length === 1 ? expr.steps[0] : undefined
  return step?.axis === 'ancestor-or-self' && step.predicates.length === 0 ? step.test : undefined
}

/** Marks the nodes for which the condition holds: one visit a node, attributes and namespace nodes by element. */
export function runOnePass(pass: OnePass, model: Model, input: NodeSet, into: MarkedNodes): void {
  const { document } = model
  const { condition, tests } = pass
  const forAnyNode = tests.reduce((bits, test, index) => (test.kind === 'any' ? bits | (1 << index) : bits), 0)
  // Open elements by depth: where they end, what they pass, what their ancestors pass.
  const ends: NodeId[] = []
  const selves: number[] = []
  const aboves: number[] = []
  let depth = -1
  for (let id = 0; id < document.size; id++) {
    model.step()
    while (depth >= 0 && id >= (ends[depth] ?? 0)) depth -= 1
    let self = 0
    for (let index = 0; index < tests.length; index++) {
      const test = tests[index]
      if (test !== undefined && model.matchesTree(id, test)) self |= 1 << index
    }
    const parent = depth < 0 ? 0 : (selves[depth] ?? 0)
    const ancestors = depth < 0 ? 0 : parent | (aboves[depth] ?? 0)
    const itself = input.has(id) && holds(condition, id, self, parent, ancestors)
    const kind = document.kind(id)
    const own = kind === NODE.element && holds(condition, id, forAnyNode, self, self | ancestors)
    into.mark(id, itself, own, own)
    const end = document.subtreeEnd(id)
    if (end === id + 1) continue
    depth += 1
    ends[depth] = end
    selves[depth] = self
    aboves[depth] = ancestors
  }
}

function holds(condition: Condition, id: NodeId, self: number, parent: number, ancestors: number): boolean {
  switch (condition.kind) {
    case 'fixed':
      return condition.value
    case 'not':
      return !holds(condition.inner, id, self, parent, ancestors)
    case 'all':
      for (const part of condition.parts) if (!holds(part, id, self, parent, ancestors)) return false
      return true
    case 'some':
      for (const part of condition.parts) if (holds(part, id, self, parent, ancestors)) return true
      return false
    case 'within':
      return id >= condition.from && id < condition.to
    case 'kin':
      if (condition.kin === 'self') return (self & condition.bit) !== 0
      if (condition.kin === 'parent') return (parent & condition.bit) !== 0
      return ((condition.kin === 'ancestor' ? ancestors : ancestors | self) & condition.bit) !== 0
  }
}
