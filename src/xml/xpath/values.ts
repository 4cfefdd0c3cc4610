/** The four types of XPath 1.0 as values, their conversions (§4) and comparisons (§3.4). */
import type { Model, XNodes } from './model.ts'
import { numberToString, stringToNumber } from './numbers.ts'
import type { Operator } from './syntax.ts'

/** What an expression gives. */
export type Value = XNodes | boolean | number | string

/** A comparison's operator. */
export type Comparison = Extract<Operator, '=' | '!=' | '<' | '<=' | '>' | '>='>

const MIRRORED: Readonly<Record<Comparison, Comparison>> = { '=': '=', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

/** §4.3 `boolean`. */
export function toBoolean(value: Value): boolean {
  if (typeof value === 'object') return value.length > 0
  if (typeof value === 'number') return value !== 0 && !Number.isNaN(value)
  return value !== '' && value !== false
}

/** §4.2 `string`. */
export function toText(value: Value, model: Model): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return numberToString(value)
  if (typeof value === 'boolean') return String(value)
  const [first] = value
  return first === undefined ? '' : model.stringValue(first)
}

/** §4.4 `number`. */
export function toNumber(value: Value, model: Model): number {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  return stringToNumber(toText(value, model))
}

/** §3.4: node-sets hold a comparison where one of their nodes does. Linear in both of them. */
export function compare(operator: Comparison, left: Value, right: Value, model: Model): boolean {
  if (typeof left === 'object') {
    if (typeof right === 'object') return compareNodes(operator, left, right, model)
    if (typeof right === 'boolean') return compareScalars(operator, toBoolean(left), right, model)
    return left.some((node) => compareWithNode(operator, model.stringValue(node), right, model))
  }
  if (typeof right === 'object') return compare(MIRRORED[operator], right, left, model)
  return compareScalars(operator, left, right, model)
}

function compareWithNode(operator: Comparison, text: string, other: number | string, model: Model): boolean {
  const value = typeof other === 'number' ? stringToNumber(text) : text
  return compareScalars(operator, value, other, model)
}

function compareScalars(operator: Comparison, left: Exclude<Value, XNodes>, right: Exclude<Value, XNodes>, model: Model): boolean {
  if (operator !== '=' && operator !== '!=') return ordered(operator, toNumber(left, model), toNumber(right, model))
  let equal: boolean
  if (typeof left === 'boolean' || typeof right === 'boolean') equal = toBoolean(left) === toBoolean(right)
  else if (typeof left === 'number' || typeof right === 'number') equal = toNumber(left, model) === toNumber(right, model)
  else equal = left === right
  return equal === (operator === '=')
}

function ordered(operator: '<' | '<=' | '>' | '>=', left: number, right: number): boolean {
  if (operator === '<') return left < right
  if (operator === '<=') return left <= right
  return operator === '>' ? left > right : left >= right
}

function compareNodes(operator: Comparison, left: XNodes, right: XNodes, model: Model): boolean {
  if (left.length === 0 || right.length === 0) return false
  if (operator === '=') {
    const values = new Set(left.map((node) => model.stringValue(node)))
    return right.some((node) => values.has(model.stringValue(node)))
  }
  if (operator === '!=') {
    // Some pair differs unless all of them are one and the same string.
    const first = model.stringValue(left[0] ?? 0)
    const differs = (node: number): boolean => model.stringValue(node) !== first
    return left.some(differs) || right.some(differs)
  }
  // The most favourable pair decides: the least of the one side against the greatest of the other.
  const upwards = operator === '<' || operator === '<='
  return ordered(operator, extreme(left, upwards, model), extreme(right, !upwards, model))
}

/** Least or greatest number among nodes; NaN, with which no comparison holds, where none is a number. */
function extreme(nodes: XNodes, least: boolean, model: Model): number {
  let best = Number.NaN
  for (const node of nodes) {
    const value = stringToNumber(model.stringValue(node))
    if (Number.isNaN(best) || (least ? value < best : value > best)) best = value
  }
  return best
}
