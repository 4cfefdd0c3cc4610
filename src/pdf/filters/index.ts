/** Stream filters (ISO 32000-2 §7.4). Those of images are not undone: nobody here looks at pictures. */
import type { Budget } from '../../core/budget.ts'
import { KysoError } from '../../core/errors.ts'
import { integerOf, nameOf, PdfArray, PdfDict, type PdfObject } from '../objects.ts'
import { decodeAscii85, decodeAsciiHex } from './ascii.ts'
import { inflate } from './flate.ts'
import { decodeLzw, decodeRunLength } from './lzw.ts'
import { Output } from './output.ts'
import { unpredict } from './predictor.ts'

/** One filter of a stream with its parameters. */
export interface PdfFilter {
  readonly name: string
  readonly parameters: PdfDict | undefined
}

/** More than any writer chains. */
const MAX_FILTERS = 16

/**
 * The filters of a stream in the order in which they are undone.
 *
 * @param resolve follows references
 * @throws ERR_PDF_FILTER when `/Filter` or `/DecodeParms` is malformed, or the data lies in another file (`/F`)
 */
export function filtersOf(dict: PdfDict, resolve: (object: PdfObject) => PdfObject): PdfFilter[] {
  if (dict.has('F')) throw new KysoError('ERR_PDF_FILTER', 'a stream whose data lies in another file', { filter: 'F' })
  const list = (key: string): PdfObject[] => {
    const value = resolve(dict.get(key) ?? null)
    return value === null ? [] : value instanceof PdfArray ? value.items.map(resolve) : [value]
  }
  const names = list('Filter')
  const parameters = list('DecodeParms')
  if (names.length > MAX_FILTERS) throw new KysoError('ERR_PDF_FILTER', 'a stream with too many filters', { filter: 'Filter' })
  return names.map((object, i) => {
    const name = nameOf(object)
    const own = parameters[i] ?? null
    if (name === undefined || (own !== null && !(own instanceof PdfDict)))
      throw new KysoError('ERR_PDF_FILTER', 'a malformed /Filter or /DecodeParms', { filter: name })
    return { name, parameters: own ?? undefined }
  })
}

/**
 * Undoes filters; `Crypt` is left out, decryption has taken care of it.
 *
 * @throws ERR_PDF_FILTER when a filter is unknown, is one of images, or its data is damaged; ERR_BUDGET_EXCEEDED
 */
export function decodeFilters(data: Uint8Array, filters: readonly PdfFilter[], resolve: (object: PdfObject) => PdfObject, budget: Budget): Uint8Array {
  for (const { name, parameters } of filters) {
    const integer = (key: string, fallback: number): number => integerOf(resolve(parameters?.get(key) ?? null)) ?? fallback
    const unpredicted = (bytes: Uint8Array): Uint8Array =>
      unpredict(bytes, {
        predictor: integer('Predictor', 1),
        colors: integer('Colors', 1),
        bitsPerComponent: integer('BitsPerComponent', 8),
        columns: integer('Columns', 1),
      })
    const out = new Output(budget, Math.min(2 * data.length + 64, 1 << 20))
    switch (name) {
      case 'FlateDecode':
        inflate(data, out)
        data = unpredicted(out.take())
        break
      case 'LZWDecode':
        decodeLzw(data, out, integer('EarlyChange', 1))
        data = unpredicted(out.take())
        break
      case 'ASCIIHexDecode':
        decodeAsciiHex(data, out)
        data = out.take()
        break
      case 'ASCII85Decode':
        decodeAscii85(data, out)
        data = out.take()
        break
      case 'RunLengthDecode':
        decodeRunLength(data, out)
        data = out.take()
        break
      case 'Crypt':
        break
      default:
        throw new KysoError('ERR_PDF_FILTER', `the filter ${name} is not undone`, { filter: name })
    }
  }
  return data
}
