/** From text to {@link Expr}: XPath 1.0 §2 and §3, by recursive descent whose depth is bounded. */
import { type Token, tokenize } from './lexer.ts'
import { ALWAYS_CONTEXT, FUNCTIONS } from './signatures.ts'
import { AXES, type Axis, type Expr, type ExprType, type NodeTest, type Operator, PRECEDENCE, type Step, type XPath, xpathError } from './syntax.ts'

/** Characters of an expression. What stands in signatures has some hundred. */
const MAX_LENGTH = 65_536

/** Nesting of brackets of all kinds. */
const MAX_DEPTH = 64

const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace'
const NODE_TYPES = new Set(['node', 'text', 'comment', 'processing-instruction'])
const AXIS_NAMES: ReadonlySet<string> = new Set(AXES)
const ANY: NodeTest = { kind: 'any' }
/** What `//` stands for (§2.5). */
const DESCENDANTS: Step = { axis: 'descendant-or-self', test: ANY, predicates: [] }

/**
 * Reads an expression once, for any number of evaluations.
 *
 * @param expression XPath 1.0 with `here()` of XML-DSig
 * @param namespaces what its prefixes are bound to; `xml` is bound always, names without prefix are in no namespace
 * @throws KysoError `ERR_XPATH_SYNTAX` for what is no XPath 1.0, wrong types and unbound prefixes, with the place; `ERR_XPATH_UNSUPPORTED`
 *   for variables, functions that are not XPath's, and expressions of more than 65,536 characters or 64 nested brackets
 */
export function compileXPath(expression: string, namespaces: ReadonlyMap<string, string>): XPath {
  if (expression.length > MAX_LENGTH) throw xpathError('ERR_XPATH_UNSUPPORTED', `more than ${MAX_LENGTH} characters`, MAX_LENGTH)
  return { expression, root: new Parser(tokenize(expression), namespaces).parse() }
}

class Parser {
  readonly #tokens: readonly Token[]
  readonly #namespaces: ReadonlyMap<string, string>
  #at = 0
  #depth = 0

  constructor(tokens: readonly Token[], namespaces: ReadonlyMap<string, string>) {
    this.#tokens = tokens
    this.#namespaces = namespaces
  }

  parse(): Expr {
    const expr = this.#expression()
    if (this.#token.kind !== 'end') throw this.#unexpected()
    return expr
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', offset: 0 }
  }

  #is(text: string): boolean {
    const token = this.#token
    return (token.kind === 'symbol' || token.kind === 'operator') && token.text === text
  }

  #take(text: string): boolean {
    const found = this.#is(text)
    if (found) this.#at += 1
    return found
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#unexpected(` instead of “${text}”`)
  }

  #unexpected(instead = ''): Error {
    const token = this.#token
    if (token.kind === 'end') return xpathError('ERR_XPATH_SYNTAX', `the end${instead}`, token.offset)
    return xpathError('ERR_XPATH_SYNTAX', `something that cannot stand here${instead}`, token.offset)
  }

  #expression(): Expr {
    this.#depth += 1
    if (this.#depth > MAX_DEPTH) throw xpathError('ERR_XPATH_UNSUPPORTED', `nested deeper than ${MAX_DEPTH}`, this.#token.offset)
    const expr = this.#chain(0)
    this.#depth -= 1
    return expr
  }

  #chain(level: number): Expr {
    const operators: readonly string[] | undefined = PRECEDENCE[level]
    if (operators === undefined) return this.#unary()
    const first = this.#chain(level + 1)
    const rest: { operator: Operator; operand: Expr }[] = []
    for (let token = this.#token; token.kind === 'operator' && operators.includes(token.text); token = this.#token) {
      this.#at += 1
      rest.push({ operator: token.text as Operator, operand: this.#chain(level + 1) })
    }
    if (rest.length === 0) return first
    return { kind: 'chain', first, rest, ...facts(level < 4 ? 'boolean' : 'number', [first, ...rest.map((one) => one.operand)]) }
  }

  #unary(): Expr {
    let times = 0
    while (this.#take('-')) times += 1
    const operand = this.#union()
    return times === 0 ? operand : { kind: 'negate', operand, times, ...facts('number', [operand]) }
  }

  #union(): Expr {
    const offset = this.#token.offset
    const operands = [this.#path()]
    while (this.#take('|')) operands.push(this.#path())
    const [first] = operands
    if (first !== undefined && operands.length === 1) return first
    if (operands.some((operand) => operand.type !== 'nodes')) throw xpathError('ERR_XPATH_SYNTAX', 'a union of something else than nodes', offset)
    return { kind: 'union', operands, ...facts('nodes', operands) }
  }

  #path(): Expr {
    const token = this.#token
    if (token.kind === 'literal' || token.kind === 'number' || this.#is('(') || (token.kind === 'call' && !isNodeType(token))) return this.#filter()
    if (this.#take('/')) return this.#location('root', this.#startsStep() ? this.#steps([]) : [])
    if (this.#take('//')) return this.#location('root', this.#steps([DESCENDANTS]))
    return this.#location('context', this.#steps([]))
  }

  #location(start: 'root' | 'context', steps: readonly Step[]): Expr {
    return { kind: 'path', start, steps, type: 'nodes', constant: start === 'root', positional: false }
  }

  /** FilterExpr and what may follow it (§3.3). */
  #filter(): Expr {
    const { offset } = this.#token
    const primary = this.#primary()
    const predicates = this.#predicates()
    const steps = this.#take('/') ? this.#steps([]) : this.#take('//') ? this.#steps([DESCENDANTS]) : []
    if (predicates.length === 0 && steps.length === 0) return primary
    if (primary.type !== 'nodes') throw xpathError('ERR_XPATH_SYNTAX', 'a predicate or step on something else than nodes', offset)
    return { kind: 'path', start: { primary, predicates }, steps, ...facts('nodes', [primary]) }
  }

  #primary(): Expr {
    const token = this.#token
    this.#at += 1
    if (token.kind === 'literal') return { kind: 'literal', value: token.value, ...facts('string', []) }
    if (token.kind === 'number') return { kind: 'literal', value: token.value, ...facts('number', []) }
    if (token.kind === 'call') return this.#call(token.prefix, token.local, token.offset)
    const inner = this.#expression()
    this.#expect(')')
    return inner
  }

  #call(prefix: string, local: string, offset: number): Expr {
    const signature = prefix === '' ? FUNCTIONS.get(local) : undefined
    if (signature === undefined) throw xpathError('ERR_XPATH_UNSUPPORTED', `the function “${prefix === '' ? local : `${prefix}:${local}`}”`, offset)
    const args: Expr[] = []
    this.#expect('(')
    if (!this.#is(')')) {
      do args.push(this.#expression())
      while (this.#take(','))
    }
    this.#expect(')')
    if (args.length < signature.least || args.length > signature.most)
      throw xpathError('ERR_XPATH_SYNTAX', `a wrong number of arguments for “${local}”`, offset)
    if (signature.nodes === true && args.some((arg) => arg.type !== 'nodes'))
      throw xpathError('ERR_XPATH_SYNTAX', `an argument for “${local}” that is no node-set`, offset)
    const of = facts(signature.result, args)
    const context = signature.positional === true || (signature.context === true && args.length === 0) || ALWAYS_CONTEXT.has(local)
    return { kind: 'call', name: local, args, type: of.type, constant: of.constant && !context, positional: of.positional || signature.positional === true }
  }

  #startsStep(): boolean {
    const token = this.#token
    return token.kind === 'name' || token.kind === 'axis' || token.kind === 'call' || this.#is('.') || this.#is('..') || this.#is('@')
  }

  #steps(before: readonly Step[]): Step[] {
    const steps = [...before, this.#step()]
    for (;;) {
      if (this.#take('//')) steps.push(DESCENDANTS)
      else if (!this.#take('/')) return steps
      steps.push(this.#step())
    }
  }

  #step(): Step {
    if (this.#take('.')) return { axis: 'self', test: ANY, predicates: [] }
    if (this.#take('..')) return { axis: 'parent', test: ANY, predicates: [] }
    const axis = this.#axis()
    return { axis, test: this.#nodeTest(), predicates: this.#predicates() }
  }

  #axis(): Axis {
    if (this.#take('@')) return 'attribute'
    const token = this.#token
    if (token.kind !== 'axis') return 'child'
    if (!isAxis(token.name)) throw xpathError('ERR_XPATH_SYNTAX', `the axis “${token.name}”, which does not exist`, token.offset)
    this.#at += 1
    this.#expect('::')
    return token.name
  }

  #nodeTest(): NodeTest {
    const token = this.#token
    if (token.kind === 'call' && isNodeType(token)) return this.#typeTest(token.local)
    if (token.kind !== 'name') throw this.#unexpected()
    this.#at += 1
    const local = token.local === '*' ? undefined : token.local
    if (token.prefix === '') return { kind: 'name', namespace: local === undefined ? undefined : '', local }
    const namespace = token.prefix === 'xml' ? XML_NAMESPACE : this.#namespaces.get(token.prefix)
    if (namespace === undefined || namespace === '') throw xpathError('ERR_XPATH_SYNTAX', `the prefix “${token.prefix}”, which is not bound`, token.offset)
    return { kind: 'name', namespace, local }
  }

  #typeTest(type: string): NodeTest {
    this.#at += 1
    this.#expect('(')
    const token = this.#token
    const target = type === 'processing-instruction' && token.kind === 'literal' ? token.value : undefined
    if (target !== undefined) this.#at += 1
    this.#expect(')')
    if (type === 'processing-instruction') return { kind: 'instruction', target }
    return type === 'text' || type === 'comment' ? { kind: type } : ANY
  }

  #predicates(): Expr[] {
    const predicates: Expr[] = []
    while (this.#take('[')) {
      predicates.push(this.#expression())
      this.#expect(']')
    }
    return predicates
  }
}

function isNodeType(token: { readonly prefix: string; readonly local: string }): boolean {
  return token.prefix === '' && NODE_TYPES.has(token.local)
}

function isAxis(name: string): name is Axis {
  return AXIS_NAMES.has(name)
}

function facts(type: ExprType, parts: readonly Expr[]): Pick<Expr, 'type' | 'constant' | 'positional'> {
  return { type, constant: parts.every((part) => part.constant), positional: parts.some((part) => part.positional) }
}
