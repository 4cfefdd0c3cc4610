/** FlateDecode (ISO 32000-2 §7.4.4): zlib data (RFC 1950), inflated in pieces so that what comes out can be bounded. */
import { Inflate } from 'fflate'
import { KysoError } from '../../core/errors.ts'
import type { Output } from './output.ts'

/** What goes in at a time: Flate expands by 1,032 at most, so a piece makes some 16 MB before the budget is asked. */
const PIECE = 1 << 14
/**
 * Data that goes in without any coming out: after the last block fflate keeps what follows, so that it must not be fed
 * for ever. A block that is still going on gives something within 64 KiB (RFC 1951 §3.2.4).
 */
const MAX_SILENT = 1 << 18

/**
 * Inflates `data` into `out`. The checksum at the end is not asked for: many writers leave it out, readers do not look.
 *
 * @throws ERR_PDF_FILTER when the data is no zlib stream or ends too early
 */
export function inflate(data: Uint8Array, out: Output): void {
  const [cmf = 0, flags = 0] = data
  // RFC 1950 §2.2: method 8, no preset dictionary, and the two bytes a multiple of 31.
  if ((cmf & 0x0f) !== 8 || (flags & 0x20) !== 0 || ((cmf << 8) | flags) % 31 !== 0)
    throw new KysoError('ERR_PDF_FILTER', 'Flate data without zlib header', { filter: 'FlateDecode' })
  let silent = 0
  const inflater = new Inflate((chunk) => {
    if (chunk.length > 0) silent = 0
    out.push(chunk)
  })
  try {
    for (let at = 2; at < data.length && silent < MAX_SILENT; at += PIECE) {
      silent += PIECE
      inflater.push(data.subarray(at, at + PIECE))
    }
    inflater.push(new Uint8Array(0), true)
  } catch (cause) {
    if (cause instanceof KysoError) throw cause
    throw new KysoError('ERR_PDF_FILTER', 'damaged Flate data', { filter: 'FlateDecode' }, { cause })
  }
}
