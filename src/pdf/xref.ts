/**
 * The chain of cross-reference sections (ISO 32000-2 §7.5.4 to §7.5.8): from the last `startxref` along `/Prev` to the
 * first, gathered into revisions. Nothing is looked for anywhere but where the chain points.
 */
import { fromLatin1 } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'
import type { PdfReader } from './indirect.ts'
import { integerOf, PdfDict } from './objects.ts'
import { ObjectParser } from './parser.ts'
import { type PdfHeader, readRevisionEnd, type StartXref } from './tail.ts'
import { parseAt } from './window.ts'
import type { PdfLocation, XrefEntries } from './xref-entries.ts'
import { readXrefStream } from './xref-stream.ts'
import { readXrefTable } from './xref-table.ts'

/** How a section is written; a hybrid one is a table whose trailer names a stream for newer readers (§7.5.8.4). */
export type XrefKind = 'table' | 'stream' | 'hybrid'

/** One state in which the file was saved. */
export interface PdfRevision {
  /** 0 for the first. */
  readonly index: number
  /** The number after the `startxref` that leads to it, as it stands in the file. */
  readonly startxref: number
  /** File offset of its newest section: of the keyword `xref`, or of the object number of the stream. */
  readonly xrefOffset: number
  readonly kind: XrefKind
  /** The trailer of its newest section. */
  readonly trailer: PdfDict
  /** File offset after its `%%EOF`. Where that does not follow, the offset after its last section; then `closed` is false. */
  readonly end: number
  /** The same after the end of line behind `%%EOF`, if there is one. */
  readonly endWithEol: number
  /** Whether `startxref` and `%%EOF` follow its last section. */
  readonly closed: boolean
  /** Whether it is that of a linearised file: two sections, of which the newer one lies in front (annex F). */
  readonly linearized: boolean
  /** Objects for which a section of it has two different entries: the later one is taken here, but readers do not agree. */
  readonly ambiguous: ReadonlySet<number>
  /** The objects it names, in ascending order of their numbers. */
  readonly entries: Iterable<[number, PdfLocation]> & { readonly size: number; get(number: number): PdfLocation | null }
}

interface Section {
  readonly offset: number
  readonly kind: XrefKind
  readonly entries: XrefEntries
  readonly trailer: PdfDict
  /** File offset after the trailer, or after the stream. */
  readonly end: number
  /** File offset of the stream, if it is one or names one. */
  readonly stream?: number
}

/** A revision with what its users do not see. */
export interface XrefRevision extends PdfRevision {
  readonly entries: XrefEntries
}

/** The cross-reference of a file. */
export interface Xref {
  /** Oldest first; at least one. */
  readonly revisions: readonly XrefRevision[]
  /** What the file's offsets count from: 0, or the offset of the header. */
  readonly base: number
  /** File offsets of the cross-reference streams: objects like others, but never encrypted (§7.5.8.2). */
  readonly streams: ReadonlySet<number>
}

/** White space tolerated in front of a section. */
const MAX_LEAD = 16
const CRITICAL_KEYS = ['Root', 'Prev', 'XRefStm', 'Size', 'Encrypt', 'ID']

function failure(offset: number, detail: string): KysoError {
  return new KysoError('ERR_PDF_XREF', `${detail} at offset ${offset}`, { offset, detail })
}

/**
 * Reads all sections.
 *
 * @throws ERR_PDF_XREF with the place where the chain breaks, ERR_BUDGET_EXCEEDED
 */
export function readXref(reader: PdfReader, header: PdfHeader, startxref: StartXref): Xref {
  const base = findBase(reader, header, startxref)
  const sections: Section[] = []
  const seen = new Set<number>()
  let place = startxref.offset
  let lastOffset = Number.POSITIVE_INFINITY
  let forward = -1
  for (let next: number | undefined = startxref.value + base; next !== undefined; ) {
    reader.budget.spend('pdfSections')
    if (next < 0 || next >= reader.source.size) throw failure(place, `a cross-reference section is said to be outside the file (${next})`)
    if (seen.has(next)) throw failure(next, 'the cross-reference sections form a circle')
    seen.add(next)
    const section = readSection(reader, next, base)
    // Sections follow each other backwards. Only a linearised file has its first, main section behind the one before (annex F.3.6).
    if (section.offset > lastOffset) {
      if (forward >= 0 || section.trailer.has('Prev')) throw failure(section.offset, 'a /Prev leads forward')
      forward = sections.length
    }
    sections.push(section)
    lastOffset = section.offset
    place = section.offset
    const previous = section.trailer.get('Prev')
    const value = integerOf(previous)
    if (previous !== undefined && value === undefined) throw failure(section.offset, 'a /Prev that is no integer')
    next = value === undefined ? undefined : value + base
  }
  const streams = new Set(sections.flatMap(({ stream }) => stream ?? []))
  return { revisions: revisionsOf(reader, sections, forward, startxref.value, base), base, streams }
}

/** Offsets count from the beginning of the file, or from the header where something stands before it; the newest section tells. */
function findBase(reader: PdfReader, header: PdfHeader, startxref: StartXref): number {
  if (header.offset === 0) return 0
  const bases = [0, header.offset]
  for (const lead of [0, MAX_LEAD]) {
    const fitting = bases.filter((base) => sectionKind(reader, startxref.value + base, lead) !== null)
    if (fitting.length > 1) throw failure(startxref.offset, 'startxref fits two sections, depending on where offsets count from')
    const [base] = fitting
    if (base === undefined) continue
    if (base > 0) reader.oddities.add('offsets-from-header', `offsets count from the header at ${base}`, { offset: base })
    return base
  }
  throw failure(startxref.offset, 'startxref points to no cross-reference section')
}

/** What begins at a place after at most `lead` bytes of white space. */
function sectionKind({ source }: PdfReader, offset: number, lead: number): { kind: 'table' | 'stream'; offset: number } | null {
  if (offset < 0 || offset >= source.size) return null
  const text = fromLatin1(source.read(offset, lead + 48))
  const space = /^[\0\t\n\f\r ]*/.exec(text)?.[0].length ?? 0
  if (space > lead) return null
  const rest = text.slice(space)
  if (/^xref(?![^\0\t\n\f\r 0-9])/.test(rest)) return { kind: 'table', offset: offset + space }
  return /^\d{1,10}[\0\t\n\f\r ]+\d{1,10}[\0\t\n\f\r ]+obj/.test(rest) ? { kind: 'stream', offset: offset + space } : null
}

function readSection(reader: PdfReader, at: number, base: number): Section {
  const { source, budget, oddities } = reader
  const found = sectionKind(reader, at, MAX_LEAD)
  if (!found) throw failure(at, 'no cross-reference section begins')
  const { offset } = found
  if (offset !== at) oddities.add('startxref-whitespace', 'a cross-reference section begins after white space', { offset: at })
  if (found.kind === 'stream') {
    const { entries, dict, end } = readXrefStream(reader, offset, base)
    checkSection(reader, entries, dict, offset)
    return { offset, kind: 'stream', entries, trailer: dict, end, stream: offset }
  }
  const table = readXrefTable(source, offset + 4, base, budget, oddities)
  const { trailer, end } = parseAt(source, table.end, budget, (lexer) => {
    const trailer = new ObjectParser(lexer, budget, oddities).object()
    return { trailer, end: lexer.offset(lexer.pos) }
  })
  if (!(trailer instanceof PdfDict)) throw failure(table.end, 'a trailer that is no dictionary')
  for (const key of CRITICAL_KEYS) if (trailer.duplicates.includes(key)) throw failure(table.end, `a trailer with more than one /${key}`)
  const stream = trailer.get('XRefStm')
  if (stream === undefined) {
    checkSection(reader, table.entries, trailer, offset)
    return { offset, kind: 'table', entries: table.entries, trailer, end }
  }
  const streamOffset = integerOf(stream)
  if (streamOffset === undefined) throw failure(offset, 'an /XRefStm that is no integer')
  budget.spend('pdfSections')
  const hidden = readXrefStream(reader, streamOffset + base, base)
  // §7.5.8.4: the stream gives what the table calls free, to hide it from older readers.
  const entries = table.entries.over(hidden.entries, budget, (kind) => kind !== 0)
  checkSection(reader, entries, trailer, offset)
  return { offset, kind: 'hybrid', entries, trailer, end, stream: hidden.start }
}

/** What is wrong with a section as a whole. §7.5.5 has objects from `/Size` on ignored; readers do not, so they are read, and told. */
function checkSection({ oddities }: PdfReader, entries: XrefEntries, trailer: PdfDict, offset: number): void {
  for (const object of entries.doubles) oddities.add('xref-entry-twice', `a cross-reference section names object ${object} twice`, { offset, object })
  const size = integerOf(trailer.get('Size'))
  if (size === undefined || entries.highest >= size) {
    oddities.add('xref-size', size === undefined ? 'a trailer without /Size' : `/Size is ${size}, but object ${entries.highest} is named`, { offset })
  }
}

/** Oldest first. `forward`: place in `sections` (newest first) of the main section of a linearised file. */
function revisionsOf(reader: PdfReader, sections: readonly Section[], forward: number, startxref: number, base: number): XrefRevision[] {
  const { source, budget, oddities } = reader
  if (forward >= 0 && !fromLatin1(source.read(0, 2048)).includes('/Linearized')) {
    oddities.add('linearization-missing', 'a /Prev leads forward in a file that is not linearised', { offset: (sections[forward] as Section).offset })
  }
  const revisions: XrefRevision[] = []
  for (let i = sections.length - 1; i >= 0; i--) {
    const older = sections[i] as Section
    const linearized = i === forward
    if (linearized) i--
    const newest = sections[i] as Section
    const last = readRevisionEnd(source, older.end)
    const stated = i === 0 ? startxref : last?.startxref
    if (!last) oddities.add('eof-missing', 'no startxref and %%EOF after a cross-reference section', { offset: older.end })
    else if (last.startxref + base !== newest.offset)
      oddities.add('startxref-mismatch', `startxref is ${last.startxref} after the section at ${newest.offset}`, { offset: older.end })
    const entries = linearized ? newest.entries.over(older.entries, budget) : newest.entries
    revisions.push({
      index: revisions.length,
      startxref: stated ?? newest.offset - base,
      xrefOffset: newest.offset,
      kind: newest.kind,
      trailer: newest.trailer,
      end: last?.end ?? older.end,
      endWithEol: last?.endWithEol ?? older.end,
      closed: last !== null,
      linearized,
      ambiguous: entries.ambiguous,
      entries,
    })
  }
  return revisions
}
