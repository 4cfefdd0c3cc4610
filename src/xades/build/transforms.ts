/** Transforms and canonicalisations as elements. */
import { KysoError } from '../../core/errors.ts'
import { type C14nAlgorithm, c14nUri } from '../../xml/c14n/algorithm.ts'
import { NAMESPACE, TRANSFORM } from '../../xmldsig/algorithms.ts'
import type { Canonicalization, XmlTransform } from '../options.ts'
import { element, type Markup, text } from './markup.ts'

/** What leaves every signature out: the form that EN 319 132-1 §6.3 and DSS know for parallel signatures. */
const NOT_SIGNATURES = 'not(ancestor-or-self::ds:Signature)'

const METHODS: readonly C14nAlgorithm['method'][] = ['inclusive', 'inclusive11', 'exclusive']
const COMMENTS = '-with-comments'

/**
 * The algorithm of a name.
 *
 * @throws KysoError `ERR_ARGUMENT` for a name that is none
 */
export function canonicalizationOf(name: Canonicalization): C14nAlgorithm {
  const comments = name.endsWith(COMMENTS)
  const method = METHODS.find((one) => one === (comments ? name.slice(0, -COMMENTS.length) : name))
  if (!method) throw new KysoError('ERR_ARGUMENT', `no canonicalisation ${name}`, { argument: 'canonicalization' })
  return { method, comments }
}

/** `ds:CanonicalizationMethod`. */
export function canonicalizationMethod(markup: Markup, name: Canonicalization): string {
  return markup.ds('CanonicalizationMethod', { Algorithm: c14nUri(canonicalizationOf(name)) })
}

function declarations(namespaces: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(namespaces).map(([prefix, namespace]) => [`xmlns:${prefix}`, namespace]))
}

function transform(markup: Markup, one: XmlTransform): string {
  const write = (Algorithm: string, ...content: string[]): string => markup.ds('Transform', { Algorithm }, ...content)
  if (typeof one === 'string') {
    if (one === 'enveloped-signature') return write(TRANSFORM.enveloped)
    if (one === 'base64') return write(TRANSFORM.base64)
    if (one !== 'without-signatures') return write(c14nUri(canonicalizationOf(one)))
    // The element bears the prefix that its expression uses: exclusive canonicalisation signs what a prefix means only where a name has it.
    const bound = markup.prefix === 'ds' ? {} : { 'xmlns:ds': NAMESPACE.ds }
    return write(TRANSFORM.xpath, element('ds:XPath', bound, text(NOT_SIGNATURES)))
  }
  if ('canonicalization' in one) {
    const algorithm = canonicalizationOf(one.canonicalization)
    if (algorithm.method !== 'exclusive')
      throw new KysoError('ERR_ARGUMENT', 'a list of prefixes beside a canonicalisation that takes none', { argument: 'inclusivePrefixes' })
    const list = element('ec:InclusiveNamespaces', { 'xmlns:ec': NAMESPACE.exclusive, PrefixList: one.inclusivePrefixes.join(' ') })
    return write(c14nUri(algorithm), list)
  }
  const bound = declarations(one.namespaces)
  if ('filter' in one) return write(TRANSFORM.filter2, element('dsf:XPath', { 'xmlns:dsf': NAMESPACE.filter2, ...bound, Filter: one.filter }, text(one.xpath)))
  return write(TRANSFORM.xpath, markup.ds('XPath', bound, text(one.xpath)))
}

/** `ds:Transforms`; nothing for an empty list. */
export function transforms(markup: Markup, list: readonly XmlTransform[]): string {
  return list.length === 0 ? '' : markup.ds('Transforms', {}, ...list.map((one) => transform(markup, one)))
}
