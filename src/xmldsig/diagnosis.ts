/**
 * Why a digest does not fit: whether it holds over another form of the same nodes. That is no consolation for the signature, which has
 * failed, but it says whose fault it is: a program that canonicalised otherwise than it wrote down, or one that changed the file.
 */

import { concat, fromLatin1, latin1 } from '../core/bytes.ts'
import { attempt } from '../core/errors.ts'
import { type C14nAlgorithm, c14nUri } from '../xml/c14n/algorithm.ts'
import { parseXml } from '../xml/parse.ts'
import type { XmlDsigContext } from './context.ts'
import type { CanonicalData, Data, NodeData } from './data.ts'
import { canonicalKey, IMPLICIT, octetsOf } from './transforms.ts'

/** What it holds under. */
export type OtherForm =
  /** Another canonicalisation, by its URI. */
  | { readonly kind: 'canonicalization'; readonly algorithm: string }
  /** The element taken out of its document before: namespaces declared around it are missing. */
  | { readonly kind: 'fragment' }
  /** Lines ended in CR LF when it was signed. */
  | { readonly kind: 'lineEnds' }
  /** There was no white space between the tags: the file was laid out anew after signing. */
  | { readonly kind: 'whiteSpace' }
  /** The bytes of the file as they stand, not canonicalised at all. */
  | { readonly kind: 'uncanonicalized' }

/** Octets of another form. */
export interface Candidate {
  readonly form: OtherForm
  readonly data: Data
}

/** Octets beyond which texts are not rewritten to try them. */
const MAX_REWRITTEN = 32 * 1024 * 1024

const METHODS: readonly C14nAlgorithm['method'][] = ['exclusive', 'inclusive', 'inclusive11']

function canonicalize(nodes: CanonicalData | NodeData, algorithm: C14nAlgorithm, inclusivePrefixes: readonly string[]): CanonicalData {
  const key = nodes.key === undefined ? undefined : `${nodes.key} tried ${canonicalKey('', algorithm, inclusivePrefixes)}`
  return { ...nodes, kind: 'canonical', algorithm, inclusivePrefixes, key, shows: undefined }
}

function octets(bytes: Uint8Array): Data {
  return { kind: 'octets', bytes, key: undefined, shows: undefined }
}

/** The bytes of the element in the file, with what was taken out of it cut out. */
function sourceOf({ document, picked }: CanonicalData | NodeData): Uint8Array | undefined {
  if ('nodes' in picked) return undefined
  const [from, to] = [document.start(picked.apex), document.end(picked.apex)]
  const parts: Uint8Array[] = []
  let kept = from
  for (const node of picked.without ?? []) {
    parts.push(document.bytes.subarray(kept, document.start(node)))
    kept = document.end(node)
  }
  return parts.length === 0 ? document.bytes.subarray(from, to) : concat([...parts, document.bytes.subarray(kept, to)])
}

/**
 * Other forms of what was digested, in the order of how often they are met; none for octets that come from elsewhere. They are made one
 * by one: whoever finds what he looks for asks for no more.
 */
export function* otherForms(context: XmlDsigContext, data: Data): Generator<Candidate> {
  if (data.kind === 'octets') return
  const declared = data.kind === 'canonical' ? data.algorithm : IMPLICIT
  const prefixes = data.kind === 'canonical' ? data.inclusivePrefixes : []
  for (const comments of [declared.comments, !declared.comments])
    for (const method of METHODS) {
      const algorithm = { method, comments }
      if (method === declared.method && comments === declared.comments) continue
      yield { form: { kind: 'canonicalization', algorithm: c14nUri(algorithm) }, data: canonicalize(data, algorithm, method === 'exclusive' ? prefixes : []) }
    }
  if (declared.method === 'exclusive' && prefixes.length > 0)
    yield { form: { kind: 'canonicalization', algorithm: c14nUri(declared) }, data: canonicalize(data, declared, []) }

  const source = sourceOf(data)
  if (source && source.length > MAX_REWRITTEN) return
  if (source) {
    const fragment = attempt(() => parseXml(source, { budget: context.budget }))
    if (fragment) {
      const picked = { apex: 0, comments: !('nodes' in data.picked) && data.picked.comments }
      const nodes: NodeData = { kind: 'nodes', document: fragment, picked, key: undefined, shows: undefined }
      yield { form: { kind: 'fragment' }, data: canonicalize(nodes, declared, prefixes) }
    }
    yield { form: { kind: 'uncanonicalized' }, data: octets(source) }
  }
  const written = octetsOf(context, data)
  if (written.length > MAX_REWRITTEN) return
  const text = fromLatin1(written)
  if (text.includes('&#xD;\n')) yield { form: { kind: 'lineEnds' }, data: octets(latin1(text.replaceAll('&#xD;\n', '\n'))) }
  if (text.includes('\n')) {
    yield { form: { kind: 'lineEnds' }, data: octets(latin1(text.replaceAll('\n', '\r\n'))) }
    yield { form: { kind: 'lineEnds' }, data: octets(latin1(text.replaceAll('\n', '&#xD;\n'))) }
  }
  const compact = text.replace(/>[ \t\n]+</g, '><')
  if (compact !== text) yield { form: { kind: 'whiteSpace' }, data: octets(latin1(compact)) }
}
