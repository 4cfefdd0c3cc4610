/** Which part of a signature's CMS a byte belongs to, so that a test can say why changing it changes nothing. */
import { type ReadContext, readElement } from '../../src/asn1/element.ts'
import { Budget } from '../../src/core/budget.ts'

/** A part of the CMS: from `start` up to `end`. */
export interface Region {
  readonly start: number
  readonly end: number
  readonly label: string
}

/** Names the children of an element by their place and first octet; what has no name is one region with everything in it. */
type Names = (index: number, identifier: number) => Part | undefined

interface Part {
  readonly name: string
  readonly children?: Names
}

const inOrder =
  (...parts: readonly (Part | string)[]): Names =>
  (index) => {
    const part = parts[index]
    return typeof part === 'string' ? { name: part } : part
  }

const every =
  (part: Part): Names =>
  () =>
    part

const algorithm = inOrder('algorithm', 'parameters')

const signerInfo: Names = (index, identifier) => {
  if (identifier === 0xa0) return { name: 'signedAttrs' }
  if (identifier === 0xa1)
    return {
      name: 'unsignedAttrs',
      children: every({ name: 'attribute', children: inOrder('type', { name: 'values', children: every({ name: 'token', children: contentInfo }) }) }),
    }
  if (identifier === 0x04) return { name: 'signature' }
  if (index < 2) return inOrder('version', 'sid')(index, identifier)
  return { name: index === 2 ? 'digestAlgorithm' : 'signatureAlgorithm', children: algorithm }
}

const signedData: Names = (index, identifier) => {
  if (identifier === 0xa0) return { name: 'certificates', children: every({ name: 'certificate' }) }
  if (index === 0) return { name: 'version' }
  if (index === 1) return { name: 'digestAlgorithms' }
  if (index === 2) return { name: 'encapContentInfo' }
  return { name: 'signerInfos', children: every({ name: 'signerInfo', children: signerInfo }) }
}

function contentInfo(index: number): Part | undefined {
  return [{ name: 'contentType' }, { name: 'content', children: every({ name: 'signedData', children: signedData }) }][index]
}

/** The regions of a ContentInfo in ascending order, without gaps. */
export function cmsRegions(bytes: Uint8Array): Region[] {
  const context: ReadContext = { rules: 'DER', budget: new Budget(), depth: 0 }
  const regions: Region[] = []
  const walk = (start: number, limit: number, label: string, children: Names | undefined): number => {
    const element = readElement(bytes, start, limit, context)
    if (!children) {
      regions.push({ start, end: element.end, label })
      return element.end
    }
    regions.push({ start, end: element.contentStart, label: `${label} (header)` })
    let index = 0
    for (let at = element.contentStart; at < element.contentEnd; index++) {
      const part = children(index, bytes[at] as number)
      at = walk(at, element.contentEnd, part ? `${label}.${part.name}` : `${label}.${index}`, part?.children)
    }
    return element.end
  }
  walk(0, bytes.length, 'cms', contentInfo)
  return regions
}

/** The region a byte is in; `padding` behind the last. */
export function regionOf(regions: readonly Region[], offset: number): Region {
  return (
    regions.find(({ start, end }) => offset >= start && offset < end) ?? { start: regions.at(-1)?.end ?? 0, end: Number.POSITIVE_INFINITY, label: 'padding' }
  )
}

/** Its label. */
export function regionAt(regions: readonly Region[], offset: number): string {
  return regionOf(regions, offset).label
}

const STRING_TAGS = [0x0c, 0x12, 0x13, 0x14, 0x16, 0x1a]

/** The text of a signer identifier in small letters, and the octets of its serial number. */
function folded(sid: Uint8Array): string {
  const context: ReadContext = { rules: 'DER', budget: new Budget(), depth: 0 }
  const whole = readElement(sid, 0, sid.length, context)
  const issuer = readElement(sid, whole.contentStart, whole.contentEnd, context)
  const name = sid.subarray(issuer.start, issuer.end).map((octet) => (STRING_TAGS.includes(octet) ? 0x0c : octet))
  return `${new TextDecoder().decode(name).normalize('NFKC').toLowerCase()} ${sid.subarray(issuer.end).join()}`
}

/** Whether two signer identifiers differ in the case or the string type of the issuer's name only, which are no difference by RFC 5280 §7.1. */
export function sameIdentifier(before: Uint8Array, after: Uint8Array): boolean {
  return before.length === after.length && folded(before) === folded(after)
}
