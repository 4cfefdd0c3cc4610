import { zlibSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { Budget } from '../../src/core/budget.ts'
import { fromLatin1, latin1 } from '../../src/core/bytes.ts'
import { isKysoError } from '../../src/core/errors.ts'
import { decodeFilters, filtersOf } from '../../src/pdf/filters/index.ts'
import { PdfArray, PdfName, PdfNumber, type PdfObject, pdfDict } from '../../src/pdf/objects.ts'

const direct = (object: PdfObject): PdfObject => object

function decode(data: Uint8Array, name: string | readonly string[], parameters: Record<string, number> = {}, budget = new Budget()): Uint8Array {
  const names = typeof name === 'string' ? [name] : name
  const dict = pdfDict({
    Filter: new PdfArray(names.map((n) => new PdfName(n))),
    DecodeParms: pdfDict(Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, new PdfNumber(value)]))),
  })
  return decodeFilters(data, filtersOf(dict, direct), direct, budget)
}

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (isKysoError(error)) return error.code
    throw error
  }
  return ''
}

const TEXT = latin1('Hello, World! '.repeat(500))

describe('FlateDecode', () => {
  it('inflates, with or without checksum, whatever follows', () => {
    const data = zlibSync(TEXT)
    expect(decode(data, 'FlateDecode')).toEqual(TEXT)
    expect(decode(data.subarray(0, -4), 'FlateDecode')).toEqual(TEXT)
    const followed = new Uint8Array(3_000_000)
    followed.set(data)
    expect(decode(followed, 'FlateDecode')).toEqual(TEXT)
    expect(decode(zlibSync(new Uint8Array(0)), 'FlateDecode').length).toBe(0)
  })

  it('reports damage', () => {
    const data = zlibSync(TEXT)
    expect(codeOf(() => decode(data.subarray(0, 20), 'FlateDecode'))).toBe('ERR_PDF_FILTER')
    expect(codeOf(() => decode(latin1('not zlib'), 'FlateDecode'))).toBe('ERR_PDF_FILTER')
    expect(codeOf(() => decode(new Uint8Array(0), 'FlateDecode'))).toBe('ERR_PDF_FILTER')
    expect(codeOf(() => decode(latin1('\x78\x9c\xff\xff\xff\xff'), 'FlateDecode'))).toBe('ERR_PDF_FILTER')
  })

  it('stops at the budget', () => {
    const bomb = zlibSync(new Uint8Array(50_000_000))
    expect(codeOf(() => decode(bomb, 'FlateDecode', {}, new Budget({ decompressedBytes: 1_000_000 })))).toBe('ERR_BUDGET_EXCEEDED')
  })

  it('undoes PNG predictors', () => {
    // One row for each filter type, three columns of one byte (RFC 2083 §6).
    const rows = [0, 10, 20, 30, 1, 10, 10, 10, 2, 1, 1, 1, 3, 5, 5, 5, 4, 1, 2, 3]
    expect([...decode(zlibSync(Uint8Array.from(rows)), 'FlateDecode', { Predictor: 15, Columns: 3 })]).toEqual([
      10, 20, 30, 10, 20, 30, 11, 21, 31, 10, 20, 30, 11, 22, 33,
    ])
    expect(codeOf(() => decode(zlibSync(Uint8Array.of(5, 1)), 'FlateDecode', { Predictor: 10 }))).toBe('ERR_PDF_FILTER')
    expect(codeOf(() => decode(zlibSync(Uint8Array.of(0, 1)), 'FlateDecode', { Predictor: 12, Columns: 0 }))).toBe('ERR_PDF_FILTER')
    expect(codeOf(() => decode(zlibSync(Uint8Array.of(0, 1)), 'FlateDecode', { Predictor: 7 }))).toBe('ERR_PDF_FILTER')
  })

  it('undoes the TIFF predictor', () => {
    const data = (bytes: number[]): Uint8Array => zlibSync(Uint8Array.from(bytes))
    expect([...decode(data([1, 1, 1, 9, 1, 1]), 'FlateDecode', { Predictor: 2, Columns: 3 })]).toEqual([1, 2, 3, 9, 10, 11])
    expect([...decode(data([0x01, 0x00, 0x00, 0xff, 0x00, 0x01]), 'FlateDecode', { Predictor: 2, Columns: 3, BitsPerComponent: 16 })]).toEqual([
      1, 0, 1, 0xff, 2, 0,
    ])
    expect([...decode(data([0x11, 0x11]), 'FlateDecode', { Predictor: 2, Columns: 4, BitsPerComponent: 4 })]).toEqual([0x12, 0x34])
    expect([...decode(data([0b10101010]), 'FlateDecode', { Predictor: 2, Columns: 4, Colors: 2, BitsPerComponent: 1 })]).toEqual([0b10001000])
  })
})

describe('other filters', () => {
  it('ASCIIHexDecode', () => {
    expect([...decode(latin1('4 1\n4a7>zz'), 'ASCIIHexDecode')]).toEqual([0x41, 0x4a, 0x70])
    expect(codeOf(() => decode(latin1('4g'), 'ASCIIHexDecode'))).toBe('ERR_PDF_FILTER')
  })

  it('ASCII85Decode', () => {
    expect(fromLatin1(decode(latin1('<~87cURD_*#4DfTZ)~>'), 'ASCII85Decode'))).toBe('Hello, World')
    expect([...decode(latin1('z!!~>'), 'ASCII85Decode')]).toEqual([0, 0, 0, 0, 0])
    expect(codeOf(() => decode(latin1('!~>'), 'ASCII85Decode'))).toBe('ERR_PDF_FILTER')
    expect(codeOf(() => decode(latin1('uuuuu~>'), 'ASCII85Decode'))).toBe('ERR_PDF_FILTER')
    expect(codeOf(() => decode(latin1('\x80'), 'ASCII85Decode'))).toBe('ERR_PDF_FILTER')
  })

  it('RunLengthDecode', () => {
    expect(fromLatin1(decode(Uint8Array.of(2, 65, 66, 67, 254, 68, 128, 1), 'RunLengthDecode'))).toBe('ABCDDD')
    expect(decode(Uint8Array.of(5, 65), 'RunLengthDecode')).toEqual(latin1('A'))
  })

  it('LZWDecode: the example of ISO 32000-2 §7.4.4.2', () => {
    expect([...decode(Uint8Array.of(0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01), 'LZWDecode')]).toEqual([45, 45, 45, 45, 45, 65, 45, 45, 45, 66])
    expect(codeOf(() => decode(Uint8Array.of(0xff, 0xff, 0xff), 'LZWDecode'))).toBe('ERR_PDF_FILTER')
  })

  it.each([0, 1])('LZWDecode with growing codes, early change %i', (early) => {
    const data = Uint8Array.from({ length: 30_000 }, (_, i) => (i * i * 7) % 253)
    expect(decode(lzw(data, early), 'LZWDecode', { EarlyChange: early })).toEqual(data)
  })

  it('chains, and refuses what it does not know', () => {
    const hex = latin1(`${[...zlibSync(TEXT)].map((b) => b.toString(16).padStart(2, '0')).join('')}>`)
    expect(decode(hex, ['ASCIIHexDecode', 'FlateDecode'])).toEqual(TEXT)
    expect(decode(TEXT, 'Crypt')).toEqual(TEXT)
    expect(codeOf(() => decode(TEXT, 'DCTDecode'))).toBe('ERR_PDF_FILTER')
    expect(
      codeOf(() =>
        decode(
          TEXT,
          Array.from({ length: 17 }, () => 'Crypt'),
        ),
      ),
    ).toBe('ERR_PDF_FILTER')
    expect(codeOf(() => filtersOf(pdfDict({ F: new PdfName('x') }), direct))).toBe('ERR_PDF_FILTER')
    expect(codeOf(() => filtersOf(pdfDict({ Filter: new PdfNumber(1) }), direct))).toBe('ERR_PDF_FILTER')
  })
})

/** A plain encoder, written for this test. */
function lzw(data: Uint8Array, early: number): Uint8Array {
  const out: number[] = []
  let buffer = 0
  let bits = 0
  let width = 9
  const emit = (code: number): void => {
    buffer = (buffer << width) | code
    bits += width
    while (bits >= 8) {
      bits -= 8
      out.push((buffer >> bits) & 0xff)
      buffer &= (1 << bits) - 1
    }
  }
  let table = new Map<string, number>()
  let next = 258
  const reset = (): void => {
    table = new Map(Array.from({ length: 256 }, (_, i) => [String.fromCharCode(i), i]))
    next = 258
  }
  reset()
  emit(256)
  let sequence = ''
  for (const byte of data) {
    const longer = sequence + String.fromCharCode(byte)
    if (table.has(longer)) {
      sequence = longer
      continue
    }
    emit(table.get(sequence) as number)
    table.set(longer, next++)
    // The decoder is one entry behind the encoder.
    if (next - 1 + early >= 1 << width && width < 12) width++
    if (next === 4095) {
      emit(256)
      width = 9
      reset()
    }
    sequence = String.fromCharCode(byte)
  }
  emit(table.get(sequence) as number)
  if (next + early >= 1 << width && width < 12) width++
  emit(257)
  if (bits > 0) out.push((buffer << (8 - bits)) & 0xff)
  return Uint8Array.from(out)
}
