/** Cross-reference streams (ISO 32000-2 §7.5.8). */
import { KysoError } from '../core/errors.ts'
import { decodeFilters, filtersOf } from './filters/index.ts'
import { type PdfReader, readIndirect } from './indirect.ts'
import { integerOf, nameOf, PdfArray, type PdfDict, type PdfObject, PdfStream } from './objects.ts'
import { EntryKind, XrefBuilder, type XrefEntries } from './xref-entries.ts'

/** What a cross-reference stream holds. */
export interface XrefStream {
  readonly entries: XrefEntries
  /** Its dictionary, which is the trailer too. */
  readonly dict: PdfDict
  /** File offset of its object number. */
  readonly start: number
  /** File offset after its `endobj`. */
  readonly end: number
}

/** Fields of up to 8 bytes are read; any value has to be one a file offset can have. */
const MAX_FIELD = 8

/**
 * Reads the cross-reference stream at `offset`.
 *
 * @param base what the file's offsets count from
 * @throws ERR_PDF_XREF with the place
 */
export function readXrefStream(reader: PdfReader, offset: number, base: number): XrefStream {
  const fail = (detail: string): KysoError => new KysoError('ERR_PDF_XREF', `${detail} at offset ${offset}`, { offset, detail })
  const { value, start, end } = readIndirect(reader, offset)
  if (!(value instanceof PdfStream) || nameOf(value.dict.get('Type')) !== 'XRef') throw fail('no cross-reference stream')
  const { dict } = value
  for (const key of ['W', 'Index', 'Size', 'Prev', 'Root']) if (dict.duplicates.includes(key)) throw fail(`a cross-reference stream with more than one /${key}`)
  const widths = integers(dict.get('W'))
  if (!widths || widths.length < 3 || widths.some((width) => width < 0 || width > MAX_FIELD)) throw fail('a cross-reference stream with a malformed /W')
  const [w0, w1, w2] = widths as [number, number, number]
  const entrySize = widths.reduce((sum, width) => sum + width, 0)
  const size = integerOf(dict.get('Size'))
  const index = dict.has('Index') ? integers(dict.get('Index')) : size === undefined ? undefined : [0, size]
  if (entrySize === 0 || !index || index.length % 2 !== 0 || index.some((n) => n < 0)) throw fail('a cross-reference stream with a malformed /Index or /Size')

  const data = decodeXref(reader, value)
  let count = 0
  for (let i = 1; i < index.length; i += 2) count += index[i] as number
  if (count * entrySize > data.length) throw fail('a cross-reference stream with less data than entries')
  reader.budget.spend('pdfEntries', count + index.length)
  const builder = new XrefBuilder(count)
  const field = (at: number, width: number): number => {
    let value = 0
    for (let i = 0; i < width; i++) value = value * 256 + (data[at + i] as number)
    return value
  }
  let at = 0
  for (let i = 0; i < index.length; i += 2) {
    const first = index[i] as number
    const length = index[i + 1] as number
    if (!Number.isSafeInteger(first + length)) throw fail('a cross-reference stream with a malformed /Index')
    for (let k = 0; k < length; k++, at += entrySize) {
      // Table 17: a first field of no width means 1.
      const type = w0 === 0 ? 1 : field(at, w0)
      const second = field(at + w0, w1)
      const third = field(at + w0 + w1, w2)
      if (type === 0) builder.add(first + k, EntryKind.free, 0, Math.min(third, 0xffffffff))
      else if (type === 1 || type === 2) {
        if (!Number.isSafeInteger(second) || third > 0xffffffff) throw fail(`a cross-reference stream with an impossible entry (object ${first + k})`)
        if (type === 2) builder.add(first + k, EntryKind.compressed, second, third)
        else if (second === 0 && base === 0) {
          reader.oddities.add('xref-offset-zero', 'an object in use at offset 0 is taken for free', { offset, object: first + k })
          builder.add(first + k, EntryKind.free, 0, third)
        } else builder.add(first + k, EntryKind.offset, second + base, third)
      }
      // Table 18: an entry of any other type is a reference to the null object.
      else builder.add(first + k, EntryKind.free, 0, 0)
    }
  }
  return { entries: builder.build(), dict, start, end }
}

/** The decoded data. Nothing indirect counts here: there is no cross-reference yet to follow it by (§7.5.8.2). */
function decodeXref({ source, budget }: PdfReader, stream: PdfStream): Uint8Array {
  const direct = (object: PdfObject): PdfObject => object
  try {
    return decodeFilters(source.read(stream.start, stream.length), filtersOf(stream.dict, direct), direct, budget)
  } catch (cause) {
    if (!(cause instanceof KysoError) || cause.code !== 'ERR_PDF_FILTER') throw cause
    throw new KysoError(
      'ERR_PDF_XREF',
      `a cross-reference stream that cannot be decoded at offset ${stream.start}`,
      { offset: stream.start, detail: cause.message },
      { cause },
    )
  }
}

function integers(object: PdfObject | undefined): number[] | undefined {
  if (!(object instanceof PdfArray)) return undefined
  const values: number[] = []
  for (const item of object.items) {
    const value = integerOf(item)
    if (value === undefined) return undefined
    values.push(value)
  }
  return values
}
