/**
 * The grammar of XPath 1.0 as plain data. Chains of operators of one precedence are one node with a list of operands, so that a long
 * expression is no deep one. There are no variables, so that every expression has a type that is known before it is evaluated.
 */
import { type ErrorCode, KysoError } from '../../core/errors.ts'

/** The four types of XPath 1.0 §1. */
export type ExprType = 'nodes' | 'boolean' | 'number' | 'string'

/** The thirteen axes of XPath 1.0 §2.2. */
export const AXES = [
  'ancestor',
  'ancestor-or-self',
  'attribute',
  'child',
  'descendant',
  'descendant-or-self',
  'following',
  'following-sibling',
  'namespace',
  'parent',
  'preceding',
  'preceding-sibling',
  'self',
] as const

/** One of {@link AXES}. */
export type Axis = (typeof AXES)[number]

/** A node test (XPath 1.0 §2.3). */
export type NodeTest =
  | { readonly kind: 'any' | 'text' | 'comment' }
  | { readonly kind: 'instruction'; readonly target: string | undefined }
  /** A name test: `undefined` stands for `*`. */
  | { readonly kind: 'name'; readonly namespace: string | undefined; readonly local: string | undefined }

/** A step of a location path (XPath 1.0 §2.1). */
export interface Step {
  readonly axis: Axis
  readonly test: NodeTest
  readonly predicates: readonly Expr[]
}

/** Operators by precedence, the loosest first (XPath 1.0 §3.5); those of one row are left-associative among themselves. */
export const PRECEDENCE = [['or'], ['and'], ['=', '!='], ['<', '<=', '>', '>='], ['+', '-'], ['*', 'div', 'mod']] as const

/** A binary operator but `|`. */
export type Operator = (typeof PRECEDENCE)[number][number]

interface ExprFacts {
  readonly type: ExprType
  /** The value is the same whatever the context node, position and size are. */
  readonly constant: boolean
  /** The value depends on the context position or size. */
  readonly positional: boolean
}

/** An expression. */
export type Expr = ExprFacts &
  (
    | { readonly kind: 'literal'; readonly value: string | number }
    | { readonly kind: 'chain'; readonly first: Expr; readonly rest: readonly { readonly operator: Operator; readonly operand: Expr }[] }
    | { readonly kind: 'negate'; readonly operand: Expr; readonly times: number }
    | { readonly kind: 'union'; readonly operands: readonly Expr[] }
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expr[] }
    /** `start`: the root, the context node, or the nodes of an expression with predicates of its own. */
    | {
        readonly kind: 'path'
        readonly start: 'root' | 'context' | { readonly primary: Expr; readonly predicates: readonly Expr[] }
        readonly steps: readonly Step[]
      }
  )

/** A compiled expression: what {@link compileXPath} gives. */
export interface XPath {
  readonly expression: string
  readonly root: Expr
}

/** An error with its place in the expression. */
export function xpathError(code: Extract<ErrorCode, 'ERR_XPATH_SYNTAX' | 'ERR_XPATH_UNSUPPORTED'>, detail: string, offset: number): KysoError {
  return new KysoError(code, `${detail} (at character ${offset} of the expression)`, { offset, reason: detail })
}
