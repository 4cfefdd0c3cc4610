import { appendFileSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isKysoError, type KysoError } from '../../src/core/errors.ts'
import { chunks, readAll } from '../../src/core/source.ts'
import { type FileSource, fileSource } from '../../src/node/file-source.ts'

const SIZE = 200_000
const content = Uint8Array.from({ length: SIZE }, (_, i) => (i * 31 + (i >> 8)) & 0xff)
let folder: string
let path: string
let source: FileSource | undefined

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kyso-file-source-'))
})
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => {
  path = join(folder, 'tệp.bin')
  writeFileSync(path, content)
  return () => source?.close()
})

function opened(): FileSource {
  source?.close()
  source = fileSource(path)
  return source
}

function error(fn: () => unknown): KysoError {
  try {
    fn()
  } catch (thrown) {
    if (isKysoError(thrown)) return thrown
    throw thrown
  }
  throw new Error('nothing was thrown')
}

describe('reading', () => {
  it('gives the bytes of the file, short of them only at its end', () => {
    const file = opened()
    expect(file.size).toBe(SIZE)
    expect(file.read(0, 5)).toEqual(content.slice(0, 5))
    expect(file.read(SIZE - 2, 100)).toEqual(content.slice(SIZE - 2))
    expect(file.read(SIZE, 1)).toHaveLength(0)
    expect(file.read(SIZE + 70_000, 1)).toHaveLength(0)
    expect(file.read(SIZE + 70_000, 1)).toHaveLength(0)
    expect(file.read(0, Number.MAX_SAFE_INTEGER)).toEqual(content)
    expect(readAll(file)).toEqual(content)
  })

  it('is the same in whatever order and lengths: windows, pages and whole parts', () => {
    const file = opened()
    const place = fc.oneof(fc.nat(SIZE + 10), fc.constantFrom(0, 32 * 1024 - 1, 32 * 1024, 64 * 1024 - 4095, SIZE - 4096))
    const reads = fc.array(fc.tuple(place, fc.oneof(fc.nat(20), fc.constantFrom(4095, 4096, 4097), fc.nat(80_000))), { maxLength: 40 })
    fc.assert(
      fc.property(reads, (all) => {
        const got = all.map(([offset, length]) => file.read(offset, length))
        // Compared afterwards: what was given stays as it is.
        all.forEach(([offset, length], i) => {
          expect(Buffer.compare(got[i] ?? new Uint8Array(0), content.subarray(offset, offset + length))).toBe(0)
        })
      }),
    )
  })

  it('goes forwards and backwards in windows', () => {
    const file = opened()
    for (let at = 0; at < SIZE; at += 777) expect(Buffer.compare(file.read(at, 4096), content.subarray(at, at + 4096))).toBe(0)
    for (let at = SIZE; at > 0; at -= 777) expect(Buffer.compare(file.read(at, 4096), content.subarray(at, at + 4096))).toBe(0)
  })

  it('gives plain arrays, whose slices are copies', () => {
    const file = opened()
    for (const length of [10, 10, 10, 10_000]) {
      const bytes = file.read(0, length)
      expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype)
    }
  })

  it('fills the buffer of a caller', () => {
    const file = opened()
    const buffer = new Uint8Array(100)
    expect(file.readInto(1000, buffer)).toBe(100)
    expect(buffer).toEqual(content.slice(1000, 1100))
    expect(file.readInto(SIZE - 7, buffer)).toBe(7)
    expect(buffer.subarray(0, 7)).toEqual(content.slice(SIZE - 7))
    expect(file.readInto(SIZE, buffer)).toBe(0)
    const whole = Array.from(chunks(file, [{ offset: 0, length: SIZE }], 7000), (chunk) => Buffer.from(chunk))
    expect(Buffer.compare(Buffer.concat(whole), content)).toBe(0)
  })

  it.each([
    [-1, 1],
    [0, -1],
    [Number.NaN, 1],
    [0, Number.NaN],
    [0.5, 1],
    [0, Number.POSITIVE_INFINITY],
  ])('at %d, %d bytes, is refused', (offset, length) => {
    expect(error(() => opened().read(offset, length)).code).toBe('ERR_ARGUMENT')
    if (!(offset >= 0 && Number.isInteger(offset))) expect(error(() => opened().readInto(offset, new Uint8Array(1))).code).toBe('ERR_ARGUMENT')
  })

  it('an empty file', () => {
    writeFileSync(path, '')
    expect(opened().size).toBe(0)
    expect(opened().read(0, 10)).toHaveLength(0)
    expect(readAll(opened())).toHaveLength(0)
  })
})

describe('a file that changes', () => {
  it('and became shorter: told in whatever way it is read', () => {
    for (const read of [
      (file: FileSource) => file.read(SIZE - 100, 100),
      (file: FileSource) => file.read(60_000, 10_000),
      (file: FileSource) => file.readInto(SIZE - 100, new Uint8Array(100)),
      (file: FileSource) => readAll(file),
      (file: FileSource) => [...chunks(file, [{ offset: 0, length: SIZE }])],
      (file: FileSource) => [file.read(50_000, 1), file.read(50_000, 1), file.read(66_000, 1)],
    ]) {
      writeFileSync(path, content)
      const file = opened()
      truncateSync(path, 65_000)
      expect(error(() => read(file))).toMatchObject({ code: 'ERR_SOURCE_CHANGED', data: { path, size: SIZE } })
    }
  })

  it('and became longer: it is what it was when it was opened', () => {
    const file = opened()
    appendFileSync(path, 'more')
    expect(readAll(file)).toEqual(content)
    expect(file.read(SIZE - 1, 100)).toEqual(content.slice(SIZE - 1))
  })

  it('and was replaced: the one that was opened is read', () => {
    const file = opened()
    rmSync(path)
    writeFileSync(path, 'another')
    expect(readAll(file)).toEqual(content)
  })
})

describe('what cannot be read', () => {
  it('a file that is not there, a folder, a name that cannot be one', () => {
    const missing = join(folder, 'none.pdf')
    expect(error(() => fileSource(missing))).toMatchObject({ code: 'ERR_FILE_READ', data: { path: missing, reason: 'ENOENT' } })
    expect(error(() => fileSource(folder))).toMatchObject({ code: 'ERR_FILE_READ', data: { path: folder, reason: 'notAFile' } })
    expect(error(() => fileSource('a\0b')).code).toBe('ERR_FILE_READ')
    const nothing: unknown = undefined
    expect(error(() => fileSource(nothing as string)).code).toBe('ERR_ARGUMENT')
  })

  it('a closed file', () => {
    const file = opened()
    file.read(0, 10)
    file.close()
    file.close()
    expect(error(() => file.read(0, 10))).toMatchObject({ code: 'ERR_FILE_READ', data: { reason: 'closed' } })
    expect(error(() => file.readInto(0, new Uint8Array(1))).data.reason).toBe('closed')
  })

  it.runIf(process.platform === 'linux')('what is refused leaves no descriptor open', () => {
    const before = readdirSync('/proc/self/fd').length
    for (let i = 0; i < 20; i++) error(() => fileSource(folder))
    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before + 2)
  })
})
