/** Cross-reference sections of an update (ISO 32000-2 §7.5.4, §7.5.6 and §7.5.8). */
import { KysoError } from '../core/errors.ts'
import { PdfArray, PdfDict, PdfName, PdfNumber, type PdfObject } from './objects.ts'
import { type ByteSink, serialize } from './serialize.ts'

/** Where the update has written an object; the offset is the one that goes into the file. */
export interface WrittenObject {
  readonly number: number
  readonly generation: number
  readonly offset: number
}

/** The largest offset that the ten digits of a table entry hold. */
const MAX_TABLE_OFFSET = 9_999_999_999

function integer(value: number): PdfNumber {
  return new PdfNumber(value, true)
}

/** Runs of consecutive object numbers. */
function runs(objects: readonly WrittenObject[]): WrittenObject[][] {
  const all: WrittenObject[][] = []
  for (const object of objects) {
    const run = all[all.length - 1]
    const last = run?.[run.length - 1]
    if (run && last && last.number + 1 === object.number) run.push(object)
    else all.push([object])
  }
  return all
}

/**
 * Writes a table and its trailer.
 *
 * @param objects by ascending number
 * @throws ERR_PDF_XREF when an offset has more than ten digits
 */
export function writeXrefTable(sink: ByteSink, objects: readonly WrittenObject[], trailer: ReadonlyMap<string, PdfObject>): void {
  sink.text('xref\n')
  for (const run of runs(objects)) {
    sink.text(`${run[0]?.number} ${run.length}\n`)
    for (const { offset, generation, number } of run) {
      if (offset > MAX_TABLE_OFFSET) {
        throw new KysoError('ERR_PDF_XREF', `a cross-reference table has no room for offset ${offset}`, {
          offset,
          object: number,
          detail: 'a file too large for its kind of cross-reference',
        })
      }
      sink.text(`${String(offset).padStart(10, '0')} ${String(generation).padStart(5, '0')} n \n`)
    }
  }
  if (objects.length === 0) sink.text('0 0\n')
  sink.text('trailer\n')
  serialize(new PdfDict(trailer), sink)
  sink.text('\n')
}

/** Bytes that an integer takes. */
function width(value: number): number {
  let bytes = 1
  for (let rest = Math.floor(value / 256); rest > 0; rest = Math.floor(rest / 256)) bytes++
  return bytes
}

/**
 * Writes a cross-reference stream; never encrypted (§7.5.8.2), not compressed.
 *
 * @param self its own entry, which is among `objects`
 */
export function writeXrefStream(sink: ByteSink, objects: readonly WrittenObject[], trailer: ReadonlyMap<string, PdfObject>, self: WrittenObject): void {
  const widths = [1, Math.max(...objects.map(({ offset }) => width(offset))), Math.max(...objects.map(({ generation }) => width(generation)))] as const
  const entrySize = widths[0] + widths[1] + widths[2]
  const data = new Uint8Array(objects.length * entrySize)
  const put = (end: number, value: number): void => {
    for (let at = end - 1, rest = value; rest > 0; at--, rest = Math.floor(rest / 256)) data[at] = rest % 256
  }
  objects.forEach(({ offset, generation }, i) => {
    const at = i * entrySize
    data[at] = 1
    put(at + 1 + widths[1], offset)
    put(at + entrySize, generation)
  })
  const index = runs(objects).flatMap((run) => [integer((run[0] as WrittenObject).number), integer(run.length)])
  const dict = new Map<string, PdfObject>([
    ['Type', new PdfName('XRef')],
    ...trailer,
    ['Index', new PdfArray(index)],
    ['W', new PdfArray(widths.map(integer))],
    ['Length', integer(data.length)],
  ])
  sink.text(`${self.number} ${self.generation} obj\n`)
  serialize(new PdfDict(dict), sink)
  sink.text('\nstream\n')
  sink.bytes(data)
  sink.text('\nendstream\nendobj\n')
}
