/**
 * What lies between the objects of a file. A reader that follows the cross-reference never sees it; one that rebuilds the file takes
 * the objects that lie there for its own, and of two objects of one number the later one.
 */
import { Budget } from '../../core/budget.ts'
import { fromLatin1 } from '../../core/bytes.ts'
import { attempt } from '../../core/errors.ts'
import { integerOf, nameOf, type PdfDocument, PdfRef, PdfStream } from '../../pdf/index.ts'
import { type PdfReader, readIndirect } from '../../pdf/indirect.ts'
import { Oddities } from '../../pdf/oddities.ts'
import { countsOf, type UnseenFinding } from './finding.ts'
import { kindOf } from './leftover.ts'

/** Entries of all revisions beyond which a file is none whose gaps are looked for. */
const MAX_ENTRIES = 10_000
/** Objects read for no other reason than to know where they end. */
const MAX_READ = 500
/** Bytes between objects that are looked through. */
const MAX_BYTES = 8 << 20
/** What is looked into of what was found, and what that may cost: it is the document's own budget that reads its signatures. */
const MAX_KINDS = 200
const OWN_LIMITS = { pdfBytes: 64 << 20, pdfObjects: 2_000_000 }
/** Times that the entries of a revision are asked for an object of an object stream. */
const MAX_LOOKUPS = 1_000_000
const STEP = 1 << 16
/** Two numbers of ten digits, `obj`, and white space. */
const OVERLAP = 64
/** `1 0 obj` */
const SHORTEST = 7
const OBJECT = /(?<![0-9A-Za-z])(\d{1,10})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+obj(?![A-Za-z0-9])/g
/** White space that a section may begin with. */
const LEAD = 16

/** What was found between objects. */
export interface Gaps {
  readonly findings: readonly UnseenFinding[]
  readonly finished: boolean
}

/** An object that no cross-reference names. */
interface Stray {
  readonly number: number
  readonly offset: number
  readonly kind: string | null
}

interface Extent {
  readonly start: number
  readonly end: number
  /** False for a section, and for an object of which only the beginning is known. */
  readonly certain: boolean
}

/**
 * Looks for objects that no cross-reference of any revision names.
 *
 * @param known end by beginning, of objects that were read before
 */
export function findStrays(document: PdfDocument, known: ReadonlyMap<number, number>): Gaps {
  if (document.revisions.reduce((sum, { entries }) => sum + entries.size, 0) > MAX_ENTRIES) return { findings: [], finished: false }
  const reader: PdfReader = { source: document.source, budget: new Budget(OWN_LIMITS), oddities: new Oddities() }
  const extents = extentsOf(document, reader, known)
  const sections = sectionsOf(document)
  const strays: Stray[] = []
  let room = MAX_BYTES
  let at = 0
  for (const { start, end } of extents) {
    if (start - at >= SHORTEST) {
      if (room > 0) scan(reader, at, Math.min(start, at + room), sections, strays)
      room -= start - at
    }
    at = Math.max(at, end)
  }
  return { findings: [...tell(document, strays), ...overlapOf(extents)], finished: room >= 0 }
}

/** Objects of all revisions and their sections, in ascending order; the end of the file last. */
function extentsOf(document: PdfDocument, reader: PdfReader, known: ReadonlyMap<number, number>): Extent[] {
  const extents = new Map<number, Extent>()
  for (const [start, end] of known) extents.set(start, { start, end, certain: true })
  let room = MAX_READ
  for (const { entries, xrefOffset, end } of document.revisions) {
    for (const [, location] of entries) {
      const { kind } = location
      if (kind !== 'offset' || extents.has(location.offset)) continue
      const read = room-- > 0 ? attempt(() => readIndirect(reader, location.offset, { lengthOf: lengthIn(document) })) : undefined
      // Of one that was not read, as of one that cannot be, the rest is looked through like a gap.
      const extent = read ? { start: read.start, end: read.end, certain: true } : { start: location.offset, end: location.offset + SHORTEST, certain: false }
      extents.set(extent.start, extent)
    }
    extents.set(xrefOffset, { start: xrefOffset, end, certain: false })
  }
  const { size } = document.source
  return [...extents.values(), { start: size, end: size, certain: false }].sort((a, b) => a.start - b.start)
}

function overlapOf(extents: readonly Extent[]): UnseenFinding[] {
  let at = -1
  for (const { start, end, certain } of extents) {
    if (!certain) continue
    if (start < at) return [{ code: 'overlapping-objects', detail: `an object begins within another one at offset ${start}`, offset: start }]
    at = end
  }
  return []
}

function lengthIn(document: PdfDocument): (object: unknown) => number | undefined {
  return (object) => (object instanceof PdfRef ? integerOf(attempt(() => document.resolve(object))) : undefined)
}

/** Where sections are said to be, with the white space in front of them: cross-reference streams look like objects. */
function sectionsOf({ revisions, offsetBase }: PdfDocument): Set<number> {
  const places = new Set<number>()
  for (const { xrefOffset, trailer } of revisions) {
    const stated = ['Prev', 'XRefStm'].map((key) => integerOf(trailer.get(key)))
    for (const offset of [xrefOffset - offsetBase, ...stated])
      if (offset !== undefined) for (let lead = 0; lead <= LEAD; lead++) places.add(offset + offsetBase + lead)
  }
  return places
}

function scan(reader: PdfReader, from: number, to: number, sections: ReadonlySet<number>, strays: Stray[]): void {
  let next = from
  for (let at = from; at < to; at += STEP) {
    const front = at > 0 ? 1 : 0
    const text = fromLatin1(reader.source.read(at - front, front + Math.min(STEP + OVERLAP, to - at)))
    for (const match of text.matchAll(OBJECT)) {
      const offset = at - front + match.index
      if (offset < next || offset >= at + STEP || sections.has(offset)) continue
      const found = strays.length < MAX_KINDS ? attempt(() => readIndirect(reader, offset)) : undefined
      strays.push({ number: Number(match[1]), offset, kind: found ? kindOf(found.value) : null })
      if (found) next = found.end
    }
  }
}

function tell(document: PdfDocument, strays: readonly Stray[]): UnseenFinding[] {
  const [first] = strays
  if (!first) return []
  const inUse = strays.filter(({ number }) => {
    const location = document.location(number)
    return location !== null && location.kind !== 'free'
  })
  const kinds = new Map<string, number>()
  for (const { kind } of strays) if (kind !== null) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  const among = kinds.size > 0 ? `, among them ${countsOf(kinds)}` : ''
  const findings: UnseenFinding[] = [
    { code: 'stray-objects', detail: `objects in the file that no cross-reference names: ${strays.length}${among}`, offset: first.offset },
  ]
  const [one] = inUse
  if (one)
    findings.push({
      code: 'stray-objects-in-use',
      detail: `objects in the file that no cross-reference names, with numbers of objects in use: ${inUse.length} (object ${one.number})`,
      offset: one.offset,
    })
  return findings
}

/**
 * Looks for objects in object streams that no cross-reference of any revision places there (§7.5.7).
 *
 * @param containers numbers of object streams
 */
export function findCompressedStrays(document: PdfDocument, containers: ReadonlySet<number>): Gaps {
  const strays: { number: number; stream: number }[] = []
  let room = MAX_LOOKUPS
  const isPlaced = (number: number, stream: number): boolean => {
    const newest = document.location(number)
    if (newest?.kind === 'compressed' && newest.stream === stream) return true
    room -= document.revisions.length
    return document.revisions.some(({ entries }) => {
      const location = entries.get(number)
      return location?.kind === 'compressed' && location.stream === stream
    })
  }
  for (const stream of containers) {
    for (const number of attempt(() => numbersIn(document, stream)) ?? []) {
      if (room < 0) break
      if (!isPlaced(number, stream)) strays.push({ number, stream })
    }
  }
  const [first] = strays
  const detail = `objects in object streams that no cross-reference names: ${strays.length} (object ${first?.number} in stream ${first?.stream})`
  return { findings: first ? [{ code: 'stray-objects', detail }] : [], finished: room >= 0 }
}

/** The numbers of the objects in an object stream. */
function numbersIn(document: PdfDocument, stream: number): number[] {
  const object = document.get(stream)
  if (!(object instanceof PdfStream) || nameOf(document.resolve(object.dict.get('Type'))) !== 'ObjStm') return []
  const count = integerOf(document.resolve(object.dict.get('N'))) ?? 0
  const first = integerOf(document.resolve(object.dict.get('First'))) ?? 0
  const head = fromLatin1(document.streamData(object).subarray(0, first)).match(/\d+/g) ?? []
  return head.filter((_, i) => i % 2 === 0 && i < 2 * count).map(Number)
}
