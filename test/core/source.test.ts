import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat } from '../../src/core/bytes.ts'
import { type ByteSource, chunks, memorySource, readAll, toSource } from '../../src/core/source.ts'
import { codeOf } from './thrown.ts'

const document = Uint8Array.from({ length: 1000 }, (_, i) => (i * 31) & 0xff)

/** A source that fills the caller's buffer, as a file does, and at most `most` bytes at once. */
function fileLike(bytes: Uint8Array, most: number): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) => bytes.slice(offset, offset + length),
    readInto(offset, target) {
      const part = bytes.subarray(offset, offset + Math.min(target.length, most))
      target.set(part)
      return part.length
    },
  }
}

describe('memorySource', () => {
  it('reads views, and less only at the end', () => {
    const source = memorySource(document)
    expect(source.read(10, 5)).toEqual(document.subarray(10, 15))
    expect(source.read(10, 5).buffer).toBe(document.buffer)
    expect(source.read(998, 100)).toHaveLength(2)
    expect(source.read(5000, 1)).toHaveLength(0)
  })

  it('refuses negative places', () => {
    expect(codeOf(() => memorySource(document).read(-1, 1))).toBe('ERR_ARGUMENT')
    expect(codeOf(() => memorySource(document).read(0, -1))).toBe('ERR_ARGUMENT')
  })

  it('toSource takes both forms', () => {
    const source = memorySource(document)
    expect(toSource(source)).toBe(source)
    expect(readAll(toSource(document))).toEqual(document)
  })

  it('readAll of a source that lost its end', () => {
    const shrunk: ByteSource = { size: 2000, read: () => document }
    expect(codeOf(() => readAll(shrunk))).toBe('ERR_SOURCE_CHANGED')
  })
})

describe('chunks', () => {
  it('gives the ranges whole and in order, whatever the chunk size', () => {
    const range = fc.tuple(fc.nat(1000), fc.nat(1000)).map(([a, b]) => ({ offset: Math.min(a, b), length: Math.abs(a - b) }))
    fc.assert(
      fc.property(fc.array(range, { maxLength: 5 }), fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }), (ranges, chunkSize, most) => {
        const wanted = concat(ranges.map((r) => document.subarray(r.offset, r.offset + r.length)))
        for (const source of [memorySource(document), fileLike(document, most)]) {
          const got = Array.from(chunks(source, ranges, chunkSize), (chunk) => {
            expect(chunk.length).toBeGreaterThan(0)
            expect(chunk.length).toBeLessThanOrEqual(chunkSize)
            return chunk.slice()
          })
          expect(concat(got)).toEqual(wanted)
        }
      }),
    )
  })

  it.each([
    { offset: -1, length: 2 },
    { offset: 0, length: -1 },
    { offset: 999, length: 2 },
    { offset: 1001, length: 0 },
    { offset: Number.NaN, length: 1 },
    { offset: 0, length: Number.NaN },
    { offset: 0.5, length: 1 },
    { offset: 0, length: Number.POSITIVE_INFINITY },
  ])('a range outside the document is refused: %j', (range) => {
    expect(codeOf(() => [...chunks(memorySource(document), [range])])).toBe('ERR_ARGUMENT')
  })

  it('a document that became shorter ends in an error, not in a loop', () => {
    const shrunk: ByteSource = { size: 2000, read: (offset, length) => document.subarray(offset, offset + length) }
    expect(codeOf(() => [...chunks(shrunk, [{ offset: 0, length: 2000 }], 256)])).toBe('ERR_SOURCE_CHANGED')
    const file = { ...fileLike(document, 100), size: 2000 }
    expect(codeOf(() => [...chunks(file, [{ offset: 0, length: 2000 }], 256)])).toBe('ERR_SOURCE_CHANGED')
  })
})
