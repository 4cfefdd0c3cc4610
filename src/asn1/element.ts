/**
 * Reading of ASN.1 elements (X.690) without copying: an element is a place in a byte array. Whether the strict rules of DER
 * hold or BER is read is said by the schema that asks.
 */
import type { Budget } from '../core/budget.ts'
import { KysoError } from '../core/errors.ts'

/** Tag classes, as the two high bits of the identifier octet have them. */
export const UNIVERSAL = 0
export const APPLICATION = 1
export const CONTEXT = 2
export const PRIVATE = 3

/** Universal tag numbers (X.680 §8.4). */
export const TAG = {
  BOOLEAN: 1,
  INTEGER: 2,
  BIT_STRING: 3,
  OCTET_STRING: 4,
  NULL: 5,
  OBJECT_IDENTIFIER: 6,
  ENUMERATED: 10,
  UTF8_STRING: 12,
  SEQUENCE: 16,
  SET: 17,
  NUMERIC_STRING: 18,
  PRINTABLE_STRING: 19,
  TELETEX_STRING: 20,
  IA5_STRING: 22,
  UTC_TIME: 23,
  GENERALIZED_TIME: 24,
  VISIBLE_STRING: 26,
  UNIVERSAL_STRING: 28,
  BMP_STRING: 30,
} as const

/** `DER`: one encoding for one value. `BER`: indefinite lengths, constructed strings and unsorted sets too, as CMS in the wild has them. */
export type Rules = 'DER' | 'BER'

/** What one decoding shares: the rules in force, the budget, the whole input for offsets in errors. */
export interface ReadContext {
  readonly rules: Rules
  readonly budget: Budget
  /** How deep the element being read is nested. */
  readonly depth: number
}

/** One element: where its header starts, where its content starts and ends, where the element itself ends. */
export interface Element {
  readonly source: Uint8Array
  readonly tagClass: number
  readonly tag: number
  readonly constructed: boolean
  readonly indefinite: boolean
  readonly start: number
  readonly contentStart: number
  readonly contentEnd: number
  readonly end: number
}

/** The encoded bytes of an element, header and all: a view. */
export function elementBytes(element: Element): Uint8Array {
  return element.source.subarray(element.start, element.end)
}

/** The content of an element: a view. */
export function contentBytes(element: Element): Uint8Array {
  return element.source.subarray(element.contentStart, element.contentEnd)
}

/** Identifier and length of an element, and where its content starts. */
export interface Header {
  tagClass: number
  tag: number
  constructed: boolean
  /** -1: indefinite. */
  length: number
  contentStart: number
}

function truncated(offset: number): KysoError {
  return new KysoError('ERR_ASN1_TRUNCATED', `an element ends beyond its data (offset ${offset})`, { offset })
}

/** Most octets a header can take: five of identifier, and a length of up to 126 behind its own first octet. */
export const MAX_HEADER = 5 + 1 + 126

/**
 * Identifier and length octets (X.690 §8.1.2, §8.1.3, and §10.1 for DER).
 *
 * @param limit where what surrounds the element ends; may lie beyond `source` if that holds {@link MAX_HEADER} octets from `start`
 */
export function readHeader(source: Uint8Array, start: number, limit: number, rules: Rules): Header {
  let at = start
  if (at >= limit) throw truncated(start)
  const first = source[at++] as number
  let tag = first & 0x1f
  if (tag === 0x1f) {
    tag = 0
    for (let more = true, octets = 0; more; octets++) {
      if (at >= limit) throw truncated(start)
      const octet = source[at++] as number
      if (octets === 0 && octet === 0x80) throw new KysoError('ERR_ASN1_SYNTAX', 'a tag number starts with an empty group', { offset: start })
      if (octets === 4) throw new KysoError('ERR_ASN1_SYNTAX', 'a tag number is too large', { offset: start })
      tag = tag * 128 + (octet & 0x7f)
      more = (octet & 0x80) !== 0
    }
    if (tag < 0x1f) throw new KysoError('ERR_ASN1_SYNTAX', 'a small tag number is written in the long form', { offset: start })
  }
  if (at >= limit) throw truncated(start)
  const lead = source[at++] as number
  let length = lead
  if (lead === 0x80) {
    if (rules === 'DER') throw new KysoError('ERR_ASN1_NOT_DER', 'indefinite length where DER is required', { offset: start })
    length = -1
  } else if (lead > 0x80) {
    const octets = lead & 0x7f
    if (octets === 0x7f) throw new KysoError('ERR_ASN1_SYNTAX', 'reserved length octet', { offset: start })
    if (at + octets > limit) throw truncated(start)
    length = 0
    for (let i = 0; i < octets; i++) {
      length = length * 256 + (source[at++] as number)
      if (length > Number.MAX_SAFE_INTEGER) throw truncated(start)
    }
    if (rules === 'DER' && (length < 0x80 || source[at - octets] === 0)) {
      throw new KysoError('ERR_ASN1_NOT_DER', 'a length is not in its shortest form', { offset: start })
    }
  }
  if (length > limit - at) throw truncated(start)
  return { tagClass: first >> 6, tag, constructed: (first & 0x20) !== 0, length, contentStart: at }
}

/**
 * Place of the end-of-contents octets of an indefinite-length element. A counter is all the nesting needs: elements of
 * definite length are stepped over whole, so the walk is linear in the input.
 */
function findEndOfContents(source: Uint8Array, contentStart: number, limit: number, context: ReadContext): number {
  let open = 1
  let at = contentStart
  for (;;) {
    if (limit - at >= 2 && source[at] === 0 && source[at + 1] === 0) {
      if (--open === 0) return at
      at += 2
      continue
    }
    context.budget.spend('asn1Nodes')
    const header = readHeader(source, at, limit, 'BER')
    if (header.length < 0) {
      if (!header.constructed) throw new KysoError('ERR_ASN1_SYNTAX', 'a primitive element has an indefinite length', { offset: at })
      context.budget.checkDepth('asn1Depth', context.depth + open++)
      at = header.contentStart
    } else at = header.contentStart + header.length
  }
}

/** The element that starts at `start` and ends at or before `limit`. */
export function readElement(source: Uint8Array, start: number, limit: number, context: ReadContext): Element {
  context.budget.spend('asn1Nodes')
  context.budget.checkDepth('asn1Depth', context.depth)
  const header = readHeader(source, start, limit, context.rules)
  const { tagClass, tag, constructed, contentStart } = header
  if (tagClass === UNIVERSAL && tag === 0) throw new KysoError('ERR_ASN1_SYNTAX', 'end-of-contents where an element was expected', { offset: start })
  if (header.length >= 0) {
    const end = contentStart + header.length
    return { source, tagClass, tag, constructed, indefinite: false, start, contentStart, contentEnd: end, end }
  }
  if (!constructed) throw new KysoError('ERR_ASN1_SYNTAX', 'a primitive element has an indefinite length', { offset: start })
  const contentEnd = findEndOfContents(source, contentStart, limit, context)
  return { source, tagClass, tag, constructed, indefinite: true, start, contentStart, contentEnd, end: contentEnd + 2 }
}

/** The elements inside a constructed one, one after another. */
export function* children(element: Element, context: ReadContext): Generator<Element, void, undefined> {
  if (!element.constructed) throw new KysoError('ERR_ASN1_SYNTAX', 'a primitive element where a constructed one was expected', { offset: element.start })
  const inner = nested(context)
  for (let at = element.contentStart; at < element.contentEnd; ) {
    const child = readElement(element.source, at, element.contentEnd, inner)
    yield child
    at = child.end
  }
}

/** The context one level further in. */
export function nested(context: ReadContext): ReadContext {
  return { rules: context.rules, budget: context.budget, depth: context.depth + 1 }
}
