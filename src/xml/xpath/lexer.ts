/** Tokens of XPath 1.0 (§3.7), with the rules that tell an operator's name from an element's. */
import { xpathError } from './syntax.ts'

/** A token. Names keep their prefix apart; `local` is `*` for `prefix:*`. */
export type Token = { readonly offset: number } & (
  | { readonly kind: 'symbol'; readonly text: string }
  | { readonly kind: 'operator'; readonly text: string }
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly prefix: string; readonly local: string }
  /** A name before `(`. */
  | { readonly kind: 'call'; readonly prefix: string; readonly local: string }
  /** A name before `::`. */
  | { readonly kind: 'axis'; readonly name: string }
  | { readonly kind: 'end' }
)

const NAME_START =
  'A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}\\u{200D}\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}'
const NCNAME = new RegExp(`[${NAME_START}][${NAME_START}\\-.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}\\u{2040}]*`, 'uy')
const NUMBER = /[0-9]+(?:\.[0-9]*)?|\.[0-9]+/y
const SPACE = /[ \t\r\n]*/y
const SYMBOL = /\/\/|::|\.\.|!=|<=|>=|[/()[\].@,|+\-=<>*$]/y
const OPERATORS = new Set(['/', '//', '|', '+', '-', '=', '!=', '<', '<=', '>', '>='])
const OPERATOR_NAMES = new Set(['and', 'or', 'mod', 'div'])
/** Behind these no operator can stand, so that `*` and `div` are names there (§3.7, first rule). */
const OPENERS = new Set(['@', '::', '(', '[', ','])

/**
 * Splits an expression into tokens; the last is `end`.
 *
 * @throws KysoError `ERR_XPATH_SYNTAX` for a character or string that is no token, `ERR_XPATH_UNSUPPORTED` for a variable
 */
export function tokenize(expression: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(expression)?.[0]
    if (found !== undefined) at += found.length
    return found
  }
  for (;;) {
    match(SPACE)
    const offset = at
    if (at >= expression.length) {
      tokens.push({ kind: 'end', offset })
      return tokens
    }
    const before = tokens.at(-1)
    const operatorExpected = before !== undefined && before.kind !== 'operator' && !(before.kind === 'symbol' && OPENERS.has(before.text))
    const character = expression[at]
    if (character === '"' || character === "'") {
      const close = expression.indexOf(character, at + 1)
      if (close < 0) throw xpathError('ERR_XPATH_SYNTAX', 'a string without its closing quote', offset)
      tokens.push({ kind: 'literal', value: expression.slice(at + 1, close), offset })
      at = close + 1
      continue
    }
    const number = match(NUMBER)
    if (number !== undefined) {
      tokens.push({ kind: 'number', value: Number(number), offset })
      continue
    }
    const name = match(NCNAME)
    if (name !== undefined) {
      tokens.push(operatorExpected ? operatorName(name, offset) : nameToken(name, offset))
      continue
    }
    const symbol = match(SYMBOL)
    if (symbol === undefined) throw xpathError('ERR_XPATH_SYNTAX', 'a character that cannot stand here', offset)
    if (symbol === '$') throw xpathError('ERR_XPATH_UNSUPPORTED', 'a variable', offset)
    if (symbol === '*') tokens.push(operatorExpected ? { kind: 'operator', text: '*', offset } : { kind: 'name', prefix: '', local: '*', offset })
    else tokens.push({ kind: OPERATORS.has(symbol) ? 'operator' : 'symbol', text: symbol, offset })
  }

  function nameToken(first: string, offset: number): Token {
    let prefix = ''
    let local = first
    // `a::b` is an axis, `a:b` a name: only a single colon belongs to it, and no space may stand around that (§3.7 NameTest).
    if (expression[at] === ':' && expression[at + 1] !== ':') {
      at += 1
      prefix = first
      if (expression[at] === '*') {
        at += 1
        return { kind: 'name', prefix, local: '*', offset }
      }
      local = match(NCNAME) ?? ''
      if (local === '') throw xpathError('ERR_XPATH_SYNTAX', 'a prefix without a name', offset)
    }
    match(SPACE)
    if (expression[at] === '(') return { kind: 'call', prefix, local, offset }
    if (expression.startsWith('::', at) && prefix === '') return { kind: 'axis', name: local, offset }
    return { kind: 'name', prefix, local, offset }
  }
}

function operatorName(name: string, offset: number): Token {
  if (!OPERATOR_NAMES.has(name)) throw xpathError('ERR_XPATH_SYNTAX', `“${name}” where an operator should stand`, offset)
  return { kind: 'operator', text: name, offset }
}
