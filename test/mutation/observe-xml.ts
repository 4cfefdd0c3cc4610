/** What the reader of XML says is intact and covered, as facts that can be held against those of the seeds. */
import type { ReadSignature } from '../../src/facts/index.ts'
import { intactOf } from '../../src/verify/judge/integrity.ts'
import { readXml } from '../../src/xades/index.ts'
import { childElement, NODE, type NodeId, parseXml, type XmlDocument } from '../../src/xml/index.ts'
import { hash, keyOf, type Observed } from './observed.ts'
import type { Seed } from './seeds.ts'

const DS = 'http://www.w3.org/2000/09/xmldsig#'

const escaped = (text: string): string => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`)

const isSignature = (document: XmlDocument, node: NodeId): boolean => {
  const { local, namespace } = document.name(node)
  return local === 'Signature' && namespace === DS
}

/** An element as text: names with their namespaces, attributes in order, texts as they read; comments count for nothing. */
function textOf(document: XmlDocument, node: NodeId, omitted: (node: NodeId) => boolean, seen?: (text: string) => void): string {
  const parts: string[] = []
  const visit = (at: NodeId): void => {
    const kind = document.kind(at)
    if (kind === NODE.text) parts.push(escaped(document.text(at)))
    else if (kind === NODE.instruction) parts.push(`<?${document.target(at)} ${document.text(at)}?>`)
    if (kind === NODE.document) children(at)
    if (kind !== NODE.element || omitted(at)) return
    const from = parts.length
    const { qualified, namespace } = document.name(at)
    const attributes = document.attributes(at).map(({ name, value }) => ` {${name.namespace}}${name.qualified}="${escaped(value)}"`)
    parts.push(`<{${namespace}}${qualified}${attributes.sort().join('')}>`)
    children(at)
    parts.push('</>')
    seen?.(parts.slice(from).join(''))
  }
  const children = (at: NodeId): void => {
    for (let child = document.firstChild(at); child >= 0; child = document.nextSibling(child)) visit(child)
  }
  visit(node)
  return parts.join('')
}

/** The element at a path as reports have it; -1 where there is none, `undefined` where the path is cut short. */
function elementAt(document: XmlDocument, path: string): NodeId | undefined {
  if (path === '/') return 0
  if (path.startsWith('/…/')) return undefined
  let node: NodeId = 0
  for (const step of path.slice(1).split('/')) {
    const [, name = '', position = '1'] = /^(.*?)(?:\[(\d+)\])?$/s.exec(step) ?? []
    let left = Number(position)
    let child = document.firstChild(node)
    for (; child >= 0; child = document.nextSibling(child))
      if (document.kind(child) === NODE.element && document.name(child).qualified === name && --left === 0) break
    if (child < 0) return -1
    node = child
  }
  return node
}

/** Where a signature stands is nothing it says, and a time that nothing covers is told as such. */
function isSigned(name: string, claims: ReadSignature['claims']): boolean {
  return name !== 'path' && name !== 'signatureId' && !(name.startsWith('signingTime') && claims.signingTimeCovered === 'false')
}

/** Of a public file that breaks another rule, what was signed is known nevertheless. */
function isSignedHere(checks: ReadSignature['checks']): boolean {
  const own = checks.filter(({ name }) => name === 'signatureValue' || name === 'reference')
  return own.length > 1 && own.every(({ result }) => result === 'passed')
}

const DEPTH = 1_000

/** Facts of an intact signature. */
function coveredFacts(document: XmlDocument, { scope, claims, certificate }: ReadSignature, learn: boolean, observed: Observed): void {
  const key = keyOf(certificate)
  const own = elementAt(document, claims.path ?? '/')
  if (own === undefined) return
  if (own <= 0 || !isSignature(document, own)) {
    observed.problems.push(`no signature at ${claims.path}`)
    return
  }
  const info = childElement(document, own, 'SignedInfo', DS)
  observed.facts.push([`${key} info ${hash(textOf(document, info, () => false))}`])
  if (scope.kind !== 'elements') return
  for (const { uri, elements, ranges } of scope.references) {
    for (const [offset, length] of ranges) if (offset < 0 || length <= 0) observed.problems.push(`range ${offset} + ${length}`)
    // Where later signatures are left out as well, the rest is what was signed.
    if (learn && uri === '') observed.facts.push([`${key} covers ${hash(textOf(document, document.root, (node) => isSignature(document, node)))}`])
    for (const path of elements) {
      const node = elementAt(document, path)
      if (node === undefined) continue
      if (node < 0) {
        observed.problems.push(`no element at ${path}`)
        continue
      }
      const apex = node === 0 ? document.root : node
      const seen = learn ? (text: string): void => void observed.facts.push([`${key} covers ${hash(text)}`]) : undefined
      observed.facts.push([`${key} covers ${hash(textOf(document, apex, (at) => at === own, seen))}`])
    }
  }
}

/** How deep the tree is: what compares it is recursive. */
function depthOf(document: XmlDocument): number {
  let deepest = 0
  const depths = new Int32Array(document.size)
  for (let node = 1; node < document.size; node++) {
    const depth = (depths[document.parent(node)] ?? 0) + 1
    depths[node] = depth
    deepest = Math.max(deepest, depth)
  }
  return deepest
}

/**
 * Reads a document and gives facts for every intact signature: key, SignedInfo, every element said to be covered, octets of every
 * reference, and what the signer says.
 *
 * @param learn whether it is a seed: then all that lies in a covered element is known as well
 * @throws KysoError
 */
export async function observeXml(seed: Seed, bytes: Uint8Array, content: Uint8Array | undefined, learn = false): Promise<Observed> {
  const detached = content && seed.detached ? [{ name: seed.detached.name, content }] : []
  const read = await readXml(bytes, { detached })
  const observed: Observed = { facts: [], states: read.signatures.map(({ checks }) => intactOf(checks)), unsure: [], problems: [] }
  const stamped = read.signatures.some(({ timestamps }) => timestamps.some(({ checks }) => intactOf(checks) === true))
  if (!learn && !observed.states.includes(true) && !stamped) return observed
  const document = parseXml(bytes)
  if (depthOf(document) > DEPTH) return observed
  for (const signature of read.signatures) {
    const { id, checks, certificate, timestamps, claimedTime, claims } = signature
    const own = elementAt(document, claims.path ?? '/')
    for (const { certificate: authority, time, checks: some, type } of timestamps)
      if (intactOf(some) === true && authority && type === 'signature' && own) {
        const value = childElement(document, own, 'SignatureValue', DS)
        observed.facts.push([`${keyOf(authority)} stamped ${time?.toISOString()} ${hash(textOf(document, value, () => false))}`])
      }
    if (learn && !isSignedHere(checks)) observed.unsure.push(keyOf(certificate))
    if (!certificate || (learn ? !isSignedHere(checks) : intactOf(checks) !== true)) continue
    const key = keyOf(certificate)
    coveredFacts(document, signature, learn, observed)
    for (const { bytes: octets } of read.signedBytes(id).references)
      if (octets) observed.facts.push([`${key} digested ${hash(octets)}`])
      else observed.problems.push(`${id} is intact without the octets of a reference`)
    observed.facts.push([`${key} at ${claimedTime?.toISOString()}`])
    for (const [name, value] of Object.entries(claims)) if (isSigned(name, claims)) observed.facts.push([`${key} claims ${name}=${value}`])
  }
  return observed
}
