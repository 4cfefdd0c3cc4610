/** The function library of XPath 1.0 §4, and `here()` of XML-DSig §6.6.3, as the parser knows it: arguments and results. */
import type { ExprType } from './syntax.ts'

/** How a function may be called. */
export interface FunctionSignature {
  readonly result: ExprType
  readonly least: number
  readonly most: number
  /** Arguments that have to be node-sets: no other type is ever converted to one (§3.2). */
  readonly nodes?: boolean
  /** Without arguments it speaks of the context node. */
  readonly context?: boolean
  /** Speaks of the context position or size. */
  readonly positional?: boolean
}

const MANY = Number.POSITIVE_INFINITY

/** By name. */
export const FUNCTIONS: ReadonlyMap<string, FunctionSignature> = new Map<string, FunctionSignature>([
  ['last', { result: 'number', least: 0, most: 0, positional: true }],
  ['position', { result: 'number', least: 0, most: 0, positional: true }],
  ['count', { result: 'number', least: 1, most: 1, nodes: true }],
  ['id', { result: 'nodes', least: 1, most: 1 }],
  ['local-name', { result: 'string', least: 0, most: 1, nodes: true, context: true }],
  ['namespace-uri', { result: 'string', least: 0, most: 1, nodes: true, context: true }],
  ['name', { result: 'string', least: 0, most: 1, nodes: true, context: true }],
  ['string', { result: 'string', least: 0, most: 1, context: true }],
  ['concat', { result: 'string', least: 2, most: MANY }],
  ['starts-with', { result: 'boolean', least: 2, most: 2 }],
  ['contains', { result: 'boolean', least: 2, most: 2 }],
  ['substring-before', { result: 'string', least: 2, most: 2 }],
  ['substring-after', { result: 'string', least: 2, most: 2 }],
  ['substring', { result: 'string', least: 2, most: 3 }],
  ['string-length', { result: 'number', least: 0, most: 1, context: true }],
  ['normalize-space', { result: 'string', least: 0, most: 1, context: true }],
  ['translate', { result: 'string', least: 3, most: 3 }],
  ['boolean', { result: 'boolean', least: 1, most: 1 }],
  ['not', { result: 'boolean', least: 1, most: 1 }],
  ['true', { result: 'boolean', least: 0, most: 0 }],
  ['false', { result: 'boolean', least: 0, most: 0 }],
  ['lang', { result: 'boolean', least: 1, most: 1 }],
  ['number', { result: 'number', least: 0, most: 1, context: true }],
  ['sum', { result: 'number', least: 1, most: 1, nodes: true }],
  ['floor', { result: 'number', least: 1, most: 1 }],
  ['ceiling', { result: 'number', least: 1, most: 1 }],
  ['round', { result: 'number', least: 1, most: 1 }],
  ['here', { result: 'nodes', least: 0, most: 0 }],
])

/** Speak of the context node whatever their arguments are. */
export const ALWAYS_CONTEXT: ReadonlySet<string> = new Set(['lang'])
