/**
 * A ContentInfo with SignedData in a source of any size. The content is the one part that may be large, so it is stepped over
 * where it lies: what stands before and behind it is read, and becomes a SignedData without content that the schemas decode.
 */
import { MAX_HEADER, readHeader, TAG, UNIVERSAL } from '../asn1/element.ts'
import { oidFromContent } from '../asn1/index.ts'
import type { Budget } from '../core/budget.ts'
import { KysoError } from '../core/errors.ts'
import { type ByteRange, type ByteSource, CHUNK_SIZE } from '../core/source.ts'
import type { ContentPlace } from './content.ts'
import { CONTENT } from './oids.ts'
import { around } from './rewrite.ts'

/** Where the parts of a SignedData lie. */
export interface ScannedSignedData {
  /** Where the ContentInfo ends. */
  readonly end: number
  /** The content, where it is attached. */
  readonly content: ContentPlace | undefined
  /** A SignedData in which the content is left out. */
  readonly skeleton: Uint8Array
  /** Whether lengths are indefinite or the content is split: BER and not DER. */
  readonly ber: boolean
}

/** An element in a source; an indefinite one ends where its end-of-contents octets are found. */
interface Place {
  readonly tagClass: number
  readonly tag: number
  readonly constructed: boolean
  readonly start: number
  readonly contentStart: number
  /** End of a definite element; what surrounds an indefinite one ends here at the latest. */
  readonly limit: number
  readonly indefinite: boolean
}

const syntax = (detail: string, offset: number): KysoError => new KysoError('ERR_ASN1_UNEXPECTED', detail, { offset })

/** A source whose short reads in ascending order come out of one buffer. What it gives is valid until the next read. */
function ahead(source: ByteSource): ByteSource {
  const { readInto, size } = source
  if (!readInto) return source
  const buffer = new Uint8Array(CHUNK_SIZE)
  let from = 0
  let held = 0
  return {
    size,
    read(offset, length) {
      if (length > buffer.length) return source.read(offset, length)
      if (offset < from || offset + length > from + held) {
        from = offset
        held = readInto.call(source, offset, buffer)
      }
      return buffer.subarray(offset - from, Math.min(offset - from + length, held))
    },
  }
}

/** Reads elements of one source. */
class Scanner {
  readonly #source: ByteSource
  readonly #budget: Budget
  /** Whether anything was met that DER does not have. */
  ber = false

  constructor(source: ByteSource, budget: Budget) {
    this.#source = source
    this.#budget = budget
  }

  /** The element at `start`, its content not looked at. */
  at(start: number, limit: number): Place {
    this.#budget.spend('asn1Nodes')
    return this.#place(start, limit)
  }

  #place(start: number, limit: number): Place {
    const window = this.#source.read(start, Math.min(MAX_HEADER, limit - start))
    const { tagClass, tag, constructed, length, contentStart } = readHeader(window, 0, limit - start, 'BER')
    const indefinite = length < 0
    if (indefinite) {
      if (!constructed) throw new KysoError('ERR_ASN1_SYNTAX', 'a primitive element has an indefinite length', { offset: start })
      this.ber = true
    }
    return { tagClass, tag, constructed, start, contentStart: start + contentStart, limit: indefinite ? limit : start + contentStart + length, indefinite }
  }

  /** The same, refused where it is another element than expected. */
  expect(start: number, limit: number, tagClass: number, tag: number, what: string): Place {
    const place = this.at(start, limit)
    if (place.tagClass !== tagClass || place.tag !== tag) throw syntax(`${what}: unexpected tag ${place.tagClass}:${place.tag}`, start)
    if (!place.constructed && (tagClass !== UNIVERSAL || tag === TAG.SEQUENCE || tag === TAG.SET)) throw syntax(`${what}: a primitive element`, start)
    return place
  }

  /** Whether an element ends at `at`: its content is used up, or its end-of-contents octets stand there. */
  isEnd(place: Place, at: number): boolean {
    if (!place.indefinite) return at === place.limit
    const [a, b] = this.#source.read(at, Math.min(2, place.limit - at))
    return a === 0 && b === 0
  }

  /** Where an element whose content ends at `at` ends itself. */
  close(place: Place, at: number): number {
    if (!this.isEnd(place, at)) throw syntax('an element too many', at)
    return place.indefinite ? at + 2 : at
  }

  /** Where an element ends: of an indefinite one all that is inside is stepped over. */
  endOf(place: Place): number {
    if (!place.indefinite) return place.limit
    let at = place.contentStart
    for (let open = 1; open > 0; ) {
      const [a, b] = this.#source.read(at, Math.min(2, place.limit - at))
      if (a === 0 && b === 0) {
        at += 2
        open--
        continue
      }
      const inner = this.at(at, place.limit)
      if (inner.indefinite) this.#budget.checkDepth('asn1Depth', ++open)
      at = inner.indefinite ? inner.contentStart : inner.limit
    }
    return at
  }

  /**
   * The pieces of a constructed OCTET STRING; what it returns at last is where its content ends. One inside another is what streaming
   * writers never make, and is followed as deep as elements may be nested.
   */
  *segments(place: Place, depth: number): Generator<ByteRange, number, undefined> {
    this.#budget.checkDepth('asn1Depth', depth)
    let at = place.contentStart
    while (!this.isEnd(place, at)) {
      this.#budget.spend('cmsSegments')
      const piece = this.#place(at, place.limit)
      if (piece.tagClass !== UNIVERSAL || piece.tag !== TAG.OCTET_STRING) throw syntax('a foreign segment in a constructed string', at)
      if (piece.constructed) at = this.close(piece, yield* this.segments(piece, depth + 1))
      else {
        if (piece.limit > piece.contentStart) yield { offset: piece.contentStart, length: piece.limit - piece.contentStart }
        at = piece.limit
      }
    }
    return at
  }

  /** Bytes that are kept: a copy, and bounded. */
  bytes(start: number, end: number): Uint8Array {
    this.#budget.spend('cmsBytes', end - start)
    const bytes = this.#source.read(start, end - start)
    if (bytes.length !== end - start) throw new KysoError('ERR_SOURCE_CHANGED', 'the document is shorter than it was when it was opened', { offset: start })
    return new Uint8Array(bytes)
  }

  /** The object identifier at `start`, and where it ends. */
  oid(start: number, limit: number): { readonly oid: string; readonly end: number } {
    const place = this.expect(start, limit, UNIVERSAL, TAG.OBJECT_IDENTIFIER, 'an object identifier')
    const oid = place.constructed ? null : oidFromContent(this.bytes(place.contentStart, place.limit))
    if (oid === null) throw syntax('a malformed OBJECT IDENTIFIER', start)
    return { oid, end: place.limit }
  }
}

/** The octet string of an eContent (RFC 5652 §5.2): its place, and where it ends. */
function contentAt(scanner: Scanner, source: ByteSource, budget: Budget, start: number, limit: number): { place: ContentPlace; end: number } {
  const string = scanner.expect(start, limit, UNIVERSAL, TAG.OCTET_STRING, 'the content')
  if (!string.constructed) {
    const range = { offset: string.contentStart, length: string.limit - string.contentStart }
    return { place: { source, size: range.length, ranges: () => [range] }, end: string.limit }
  }
  scanner.ber = true
  let size = 0
  const walk = scanner.segments(string, 1)
  let step = walk.next()
  for (; !step.done; step = walk.next()) size += step.value.length
  // Headers and pieces come out of one buffer, so that the content is read once a walk.
  const shared = ahead(source)
  const ranges = (): Iterable<ByteRange> => new Scanner(shared, budget).segments(string, 1)
  return { place: { source: shared, size, ranges }, end: scanner.close(string, step.value) }
}

/**
 * Finds the parts of a ContentInfo with SignedData that starts at `start`.
 *
 * @throws KysoError `ERR_ASN1_*`, `ERR_CMS_SYNTAX` for another content than SignedData, `ERR_BUDGET_EXCEEDED`, `ERR_SOURCE_CHANGED`
 */
export function scanSignedData(source: ByteSource, start: number, budget: Budget): ScannedSignedData {
  const scanner = new Scanner(ahead(source), budget)
  const outer = scanner.expect(start, source.size, UNIVERSAL, TAG.SEQUENCE, 'ContentInfo')
  const type = scanner.oid(outer.contentStart, outer.limit)
  if (type.oid !== CONTENT.signedData) throw new KysoError('ERR_CMS_SYNTAX', `the CMS holds ${type.oid}, not SignedData`, { contentType: type.oid })
  const explicit = scanner.expect(type.end, outer.limit, 2, 0, 'the content of ContentInfo')
  const data = scanner.expect(explicit.contentStart, explicit.limit, UNIVERSAL, TAG.SEQUENCE, 'SignedData')

  const version = scanner.expect(data.contentStart, data.limit, UNIVERSAL, TAG.INTEGER, 'version')
  const digests = scanner.expect(scanner.endOf(version), data.limit, UNIVERSAL, TAG.SET, 'digestAlgorithms')
  const digestsEnd = scanner.endOf(digests)
  const encapsulated = scanner.expect(digestsEnd, data.limit, UNIVERSAL, TAG.SEQUENCE, 'encapContentInfo')
  const eContentType = scanner.oid(encapsulated.contentStart, encapsulated.limit)
  let content: ContentPlace | undefined
  let at = eContentType.end
  if (!scanner.isEnd(encapsulated, at)) {
    const wrapper = scanner.expect(at, encapsulated.limit, 2, 0, 'eContent')
    const found = contentAt(scanner, source, budget, wrapper.contentStart, wrapper.limit)
    content = found.place
    at = scanner.close(wrapper, found.end)
  }
  const tailStart = scanner.close(encapsulated, at)
  let tailEnd = tailStart
  while (!scanner.isEnd(data, tailEnd)) tailEnd = scanner.endOf(scanner.at(tailEnd, data.limit))
  const skeleton = around(0x30, [
    scanner.bytes(data.contentStart, digestsEnd),
    around(0x30, [scanner.bytes(encapsulated.contentStart, eContentType.end)]),
    scanner.bytes(tailStart, tailEnd),
  ])
  const end = scanner.close(outer, scanner.close(explicit, scanner.close(data, tailEnd)))
  return { end, content, skeleton, ber: scanner.ber }
}
