/**
 * A cross-reference guessed from the objects that lie in a file, for looking at damaged files only. Of several objects of
 * one number the last one counts, as most readers have it.
 */
import { fromLatin1 } from '../core/bytes.ts'
import { attempt, KysoError } from '../core/errors.ts'
import { decodeFilters, filtersOf } from './filters/index.ts'
import { type PdfReader, readIndirect } from './indirect.ts'
import { ObjectStream } from './object-stream.ts'
import { nameOf, PdfDict, type PdfObject, PdfRef, PdfStream, pdfDict } from './objects.ts'
import { ObjectParser } from './parser.ts'
import { parseAt } from './window.ts'
import type { Xref } from './xref.ts'
import { EntryKind, XrefBuilder, type XrefEntries } from './xref-entries.ts'

const STEP = 1 << 16
/** Longest text that has to be seen at once: two numbers of ten digits, `obj`, and white space. */
const OVERLAP = 64
const LANDMARK = /(?<![0-9])(\d{1,10})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+obj(?![A-Za-z])|trailer(?=[\0\t\n\f\r <])/g

interface Found {
  readonly kind: number
  readonly field: number
  readonly second: number
}

/**
 * Looks through the whole file.
 *
 * @throws ERR_PDF_XREF when nothing in it could be the catalog
 */
export function reconstructXref(reader: PdfReader): Xref {
  const { source, budget } = reader
  const found = new Map<number, Found>()
  const trailer = new Map<string, PdfObject>()
  const streams = new Set<number>()
  const direct = (object: PdfObject): PdfObject => object
  const merge = (dict: PdfDict): void => {
    for (const key of ['Root', 'Info', 'ID', 'Encrypt']) {
      const value = dict.get(key)
      if (value !== undefined) trailer.set(key, value)
    }
  }
  const object = (number: number, generation: number, offset: number): void => {
    budget.spend('pdfEntries')
    found.set(number, { kind: EntryKind.offset, field: offset, second: generation })
    const value = attempt(() => readIndirect(reader, offset, { expected: { number, generation } }).value)
    const dict = value instanceof PdfStream ? value.dict : value
    if (!(dict instanceof PdfDict)) return
    const type = nameOf(dict.get('Type'))
    if (type === 'Catalog' && !trailer.has('Root')) trailer.set('Root', new PdfRef(number, generation))
    if (type === 'XRef') {
      merge(dict)
      streams.add(offset)
    }
    if (type !== 'ObjStm' || !(value instanceof PdfStream)) return
    attempt(() => {
      const data = decodeFilters(source.read(value.start, value.length), filtersOf(dict, direct), direct, budget)
      const stream = new ObjectStream(number, dict, data, direct, budget)
      for (let i = 0; i < stream.count; i++) found.set(stream.numberAt(i) as number, { kind: EntryKind.compressed, field: number, second: i })
    })
  }
  for (const landmark of landmarks(reader)) {
    if (landmark.number !== undefined) object(landmark.number, landmark.generation, landmark.offset)
    else {
      const dict = attempt(() => parseAt(source, landmark.offset, budget, (lexer) => new ObjectParser(lexer, budget).object()))
      if (dict instanceof PdfDict) merge(dict)
    }
  }
  if (!trailer.has('Root')) throw new KysoError('ERR_PDF_XREF', 'nothing in the file could be its catalog', { offset: 0, detail: 'no catalog' })
  const revision = { index: 0, startxref: 0, xrefOffset: 0, kind: 'table', closed: false, linearized: false, ambiguous: new Set<number>() } as const
  return { base: 0, streams, revisions: [{ ...revision, trailer: pdfDict(trailer), end: source.size, endWithEol: source.size, entries: entriesOf(found) }] }
}

type Landmark = { readonly number: number; readonly generation: number; readonly offset: number } | { readonly number: undefined; readonly offset: number }

/** Beginnings of objects, and places after `trailer`. */
function* landmarks({ source, budget }: PdfReader): Generator<Landmark, void, undefined> {
  for (let at = 0; at < source.size; at += STEP) {
    // One character in front tells whether a number began there.
    const from = Math.max(0, at - 1)
    const text = fromLatin1(source.read(from, STEP + OVERLAP + (at - from)))
    budget.spend('pdfBytes', text.length)
    for (const match of text.matchAll(LANDMARK)) {
      const offset = from + match.index
      if (offset < at || offset >= at + STEP) continue
      if (match[1] === undefined) yield { number: undefined, offset: offset + 'trailer'.length }
      else yield { number: Number(match[1]), generation: Number(match[2]), offset }
    }
  }
}

function entriesOf(found: ReadonlyMap<number, Found>): XrefEntries {
  const builder = new XrefBuilder(found.size)
  for (const [number, { kind, field, second }] of [...found].sort(([a], [b]) => a - b)) builder.add(number, kind, field, second)
  return builder.build()
}
