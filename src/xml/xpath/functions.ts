/** The function library of XPath 1.0 §4 and `here()`; arguments come evaluated, their number and types checked by the parser. */
import { KysoError } from '../../core/errors.ts'
import { NODE, type NodeId } from '../tree.ts'
import { isTreeNode, type Model, ownerOf, treeNode, type XNode, type XNodes } from './model.ts'
import { countCharacters, normalizeSpace, roundNumber, SPACES, stringToNumber, substring, translate } from './numbers.ts'
import { toBoolean, toNumber, toText, type Value } from './values.ts'

/** What a function may ask for beside its arguments. */
export interface Call {
  readonly model: Model
  readonly node: XNode
  readonly position: number
  readonly size: number
  readonly here: NodeId | undefined
  readonly idOf: ((value: string) => NodeId | undefined) | undefined
}

type Implementation = (args: readonly Value[], call: Call) => Value

const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace'

const LIBRARY: ReadonlyMap<string, Implementation> = new Map<string, Implementation>([
  ['last', (_, call) => call.size],
  ['position', (_, call) => call.position],
  ['count', ([nodes]) => nodesOf(nodes).length],
  ['id', ([value], call) => id(value ?? '', call)],
  ['here', (_, call) => here(call)],
  ['local-name', (args, call) => nameOf(args, call).local],
  ['namespace-uri', (args, call) => nameOf(args, call).namespace],
  ['name', (args, call) => nameOf(args, call).qualified],
  ['string', (args, call) => own(args, call)],
  ['concat', (args, call) => concat(args, call)],
  ['starts-with', ([a, b], call) => text(a, call).startsWith(text(b, call))],
  ['contains', ([a, b], call) => text(a, call).includes(text(b, call))],
  ['substring-before', ([a, b], call) => around(text(a, call), text(b, call), call).before],
  ['substring-after', ([a, b], call) => around(text(a, call), text(b, call), call).after],
  ['substring', ([a, from, length], call) => cut(paid(a, call), from, length, call)],
  ['string-length', (args, call) => countCharacters(call.model.text(own(args, call)))],
  ['normalize-space', (args, call) => normalizeSpace(call.model.text(own(args, call)))],
  ['translate', ([a, from, to], call) => translate(paid(a, call), paid(from, call), paid(to, call))],
  ['boolean', ([value]) => toBoolean(value ?? '')],
  ['not', ([value]) => !toBoolean(value ?? '')],
  ['true', () => true],
  ['false', () => false],
  ['lang', ([language], call) => lang(text(language, call), call)],
  ['number', (args, call) => (args[0] === undefined ? stringToNumber(own(args, call)) : toNumber(args[0], call.model))],
  ['sum', ([nodes], call) => nodesOf(nodes).reduce((sum, node) => sum + stringToNumber(call.model.stringValue(node)), 0)],
  ['floor', ([value], call) => Math.floor(toNumber(value ?? '', call.model))],
  ['ceiling', ([value], call) => Math.ceil(toNumber(value ?? '', call.model))],
  ['round', ([value], call) => roundNumber(toNumber(value ?? '', call.model))],
])

/**
 * Calls a function.
 *
 * @throws KysoError `ERR_XPATH_UNSUPPORTED` for `here()` where the caller named no node, `ERR_BUDGET_EXCEEDED` for strings too long
 */
export function callFunction(name: string, args: readonly Value[], call: Call): Value {
  call.model.step(1 + args.length)
  const implementation = LIBRARY.get(name)
  if (implementation === undefined) throw new KysoError('ERR_XPATH_UNSUPPORTED', `the function ${name}`, { reason: name })
  return implementation(args, call)
}

function nodesOf(value: Value | undefined): XNodes {
  return typeof value === 'object' ? value : []
}

function text(value: Value | undefined, call: Call): string {
  const result = toText(value ?? '', call.model)
  // To search a string costs its length again, even where it was at hand.
  call.model.length(result.length)
  return result
}

const paid = text

/** The argument as string, or the context node's string-value. */
function own(args: readonly Value[], call: Call): string {
  return args[0] === undefined ? call.model.stringValue(call.node) : toText(args[0], call.model)
}

function concat(args: readonly Value[], call: Call): string {
  const parts = args.map((arg) => toText(arg, call.model))
  call.model.length(parts.reduce((sum, part) => sum + part.length, 0))
  return parts.join('')
}

function around(whole: string, part: string, call: Call): { before: string; after: string } {
  call.model.length(whole.length)
  const at = whole.indexOf(part)
  return at < 0 ? { before: '', after: '' } : { before: whole.slice(0, at), after: whole.slice(at + part.length) }
}

function cut(whole: string, from: Value | undefined, length: Value | undefined, call: Call): string {
  const start = toNumber(from ?? '', call.model)
  return length === undefined ? substring(whole, start) : substring(whole, start, toNumber(length, call.model))
}

function nameOf(args: readonly Value[], call: Call): { readonly qualified: string; readonly local: string; readonly namespace: string } {
  const node = args[0] === undefined ? call.node : nodesOf(args[0])[0]
  return node === undefined ? { qualified: '', local: '', namespace: '' } : call.model.name(node)
}

/** §4.1 `id`: elements by the tokens of a string, or of the string-values of nodes. */
function id(value: Value, call: Call): XNodes {
  const texts = typeof value === 'object' ? value.map((node) => call.model.stringValue(node)) : [toText(value, call.model)]
  const found = new Set<NodeId>()
  for (const list of texts) {
    for (const token of list.split(SPACES)) {
      call.model.step()
      const element = token === '' ? undefined : call.idOf === undefined ? call.model.declaredId(token) : call.idOf(token)
      if (element !== undefined) found.add(element)
    }
  }
  return [...found].sort((a, b) => a - b).map(treeNode)
}

/** XML-DSig §6.6.3: the element that bears the expression. */
function here(call: Call): XNodes {
  if (call.here === undefined) throw new KysoError('ERR_XPATH_UNSUPPORTED', 'here() outside of a signature', { reason: 'here()' })
  return [treeNode(call.here)]
}

/** §4.3 `lang`: by the nearest `xml:lang`, of the language or one of its sublanguages. */
function lang(language: string, call: Call): boolean {
  const { document } = call.model
  let element = isTreeNode(call.node) && document.kind(ownerOf(call.node)) !== NODE.element ? call.model.parent(call.node) : ownerOf(call.node)
  for (; element > 0; element = document.parent(element)) {
    call.model.step()
    const attributes = call.model.attributes(element)
    call.model.step(attributes.length)
    const value = attributes.find(({ name }) => name.local === 'lang' && name.namespace === XML_NAMESPACE)?.value
    if (value === undefined) continue
    const [has, wanted] = [value.toLowerCase(), language.toLowerCase()]
    return has === wanted || has.startsWith(`${wanted}-`)
  }
  return false
}
