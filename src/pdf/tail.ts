/** The ends of a file: the header (ISO 32000-2 §7.5.2) and the last `startxref` (§7.5.5). */
import { fromLatin1, indexOf, lastIndexOf, latin1 } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'
import type { ByteSource } from '../core/source.ts'
import type { Oddities } from './oddities.ts'

/** Where readers look for the header, and how much before the end for `startxref`. */
const HEAD = 1024 + 16
const TAIL = 2048
const PDF = latin1('%PDF-')
const STARTXREF = latin1('startxref')

/** The header of a file. */
export interface PdfHeader {
  /** File offset of `%PDF-`. */
  readonly offset: number
  /** The version it names, `1.7`; empty when it is none. */
  readonly version: string
}

/**
 * Finds the header within the first 1,024 bytes, as readers do.
 *
 * @throws ERR_PDF_HEADER when there is none
 */
export function readHeader(source: ByteSource, oddities: Oddities): PdfHeader {
  const bytes = source.read(0, HEAD)
  const offset = indexOf(bytes, PDF)
  if (offset < 0 || offset > 1024) throw new KysoError('ERR_PDF_HEADER', 'no %PDF- in the first 1024 bytes')
  if (offset > 0) oddities.add('bytes-before-header', `${offset} bytes before the header`, { offset: 0 })
  const version = /^\d\.\d/.exec(fromLatin1(bytes.subarray(offset + 5, offset + 8)))?.[0] ?? ''
  if (!version) oddities.add('header-version', 'the header names no version', { offset })
  return { offset, version }
}

/** The last `startxref` of a file. */
export interface StartXref {
  /** File offset of the keyword. */
  readonly offset: number
  /** The number after it, as it stands. */
  readonly value: number
}

/**
 * Finds the last `startxref` within the last 2,048 bytes.
 *
 * @throws ERR_PDF_XREF when there is none, or no number follows it
 */
export function readStartXref(source: ByteSource, oddities: Oddities): StartXref {
  const from = Math.max(0, source.size - TAIL)
  const bytes = source.read(from, TAIL)
  const at = lastIndexOf(bytes, STARTXREF)
  if (at < 0) throw new KysoError('ERR_PDF_XREF', 'no startxref in the last 2048 bytes', { offset: from, detail: 'no startxref' })
  const offset = from + at
  const text = fromLatin1(bytes.subarray(at))
  const match = /^startxref[\0\t\n\f\r ]+(\d{1,15})(?!\d)/.exec(text)
  if (!match) throw new KysoError('ERR_PDF_XREF', `no number after startxref at offset ${offset}`, { offset, detail: 'no number after startxref' })
  const rest = text.slice(match[0].length)
  const eof = rest.indexOf('%%EOF')
  if (eof < 0) oddities.add('eof-missing', 'the file does not end in %%EOF', { offset: source.size })
  else {
    if (/[^\0\t\n\f\r ]/.test(rest.slice(0, eof))) oddities.add('startxref-trailing', 'something stands between startxref and %%EOF', { offset })
    const after = rest.slice(rest.lastIndexOf('%%EOF') + 5)
    const place = source.size - after.length
    if (!/^[\r\n ]{0,4}$/.test(after)) oddities.add('bytes-after-eof', `${after.length} bytes after %%EOF`, { offset: place })
  }
  return { offset, value: Number(match[1]) }
}

/** Where a revision ends. */
export interface RevisionEnd {
  /** File offset after the characters `%%EOF`. */
  readonly end: number
  /** The same after the end of line that follows, if one does. */
  readonly endWithEol: number
  /** The number after `startxref`. */
  readonly startxref: number
}

/** What lies between the trailer (or the cross-reference stream) at `offset` and the end of its revision; `null` when it is not that. */
export function readRevisionEnd(source: ByteSource, offset: number): RevisionEnd | null {
  const text = fromLatin1(source.read(offset, 1024))
  // Some writers leave their name in a comment here. One white-space character at a time: a repetition inside the
  // repetition would take exponential time to fail.
  const match = /^(?:[\0\t\n\f\r ]|%[^\r\n]*[\r\n])*startxref[\0\t\n\f\r ]+(\d{1,15})[\0\t\n\f\r ]+(?:\d+[\0\t\n\f\r ]+)?%%EOF/.exec(text)
  if (!match) return null
  const end = offset + match[0].length
  const eol = /^(?:\r\n|\r|\n)/.exec(text.slice(match[0].length))?.[0].length ?? 0
  return { end, endWithEol: end + eol, startxref: Number(match[1]) }
}
