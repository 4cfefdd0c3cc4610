/** The comparison of pictures sees what a reader would, and nothing else. */
import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { changedArea, compare, type Picture, readPng, writePng } from './png.ts'

/** White, with black bars of the width and height at the places. */
function picture(width: number, height: number, bars: readonly (readonly [x: number, y: number, width: number, height: number])[]): Picture {
  const pixels = new Uint8Array(width * height * 3).fill(255)
  for (const [left, top, w, h] of bars) {
    for (let y = top; y < top + h; y++) for (let x = left; x < left + w; x++) pixels.set([0, 0, 0], (y * width + x) * 3)
  }
  return { width, height, pixels }
}

/** A PNG of rows that say their filter, with the checksums left empty: `readPng` leaves them to whoever has to trust the file. */
function png(width: number, height: number, colour: number, rows: readonly (readonly number[])[], interlace = 0): Uint8Array {
  const chunk = (type: string, body: Uint8Array): Buffer => {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(body.length)
    head.write(type, 4, 'latin1')
    return Buffer.concat([head, body, Buffer.alloc(4)])
  }
  const head = Buffer.from([0, 0, 0, width, 0, 0, 0, height, 8, colour, 0, 0, interlace])
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.from(rows.flat()))), chunk('IEND', Buffer.alloc(0))])
}

describe('PNG', () => {
  it('is read as it was written', () => {
    const one = picture(7, 5, [[1, 2, 3, 2]])
    expect(readPng(writePng(one))).toEqual(one)
  })

  it('is written with what it covers', () => {
    expect([...readPng(writePng(picture(2, 1, [[0, 0, 2, 1]]), Uint8Array.of(255, 0))).pixels]).toEqual([0, 0, 0, 255, 255, 255])
  })

  it('takes back every filter', () => {
    const rows = [
      [0, 10, 20, 30],
      [1, 10, 10, 10],
      [2, 1, 1, 1],
      [3, 6, 5, 5],
      [4, 1, 1, 1],
    ]
    const gray = [10, 20, 30, 10, 20, 30, 11, 21, 31, 11, 21, 31, 12, 22, 32]
    expect([...readPng(png(3, 5, 0, rows)).pixels]).toEqual(gray.flatMap((value) => [value, value, value]))
  })

  it('lays what is see-through over white', () => {
    expect([...readPng(png(2, 1, 6, [[0, 200, 100, 0, 255, 200, 100, 0, 0]])).pixels]).toEqual([200, 100, 0, 255, 255, 255])
    expect([...readPng(png(1, 1, 4, [[0, 100, 51]])).pixels]).toEqual([224, 224, 224])
  })

  it('refuses what it cannot read', () => {
    expect(() => readPng(new Uint8Array(20))).toThrow('not a PNG')
    expect(() => readPng(png(1, 1, 3, [[0, 0]]))).toThrow('another kind')
    expect(() => readPng(png(1, 1, 0, [[0, 0]], 1))).toThrow('another kind')
    expect(() => readPng(png(1, 2, 0, [[0, 0]]))).toThrow('do not fit')
    expect(() => readPng(png(1, 1, 0, [[5, 0]]))).toThrow('unknown filter')
  })
})

describe('comparing pictures', () => {
  const page = picture(100, 100, [[10, 10, 40, 3]])

  it('what is the same does not differ', () => {
    expect(compare(page, page).share).toBe(0)
  })

  it('a pixel beside is the same place', () => {
    expect(compare(page, picture(100, 100, [[11, 11, 40, 3]])).share).toBe(0)
  })

  it('what moves further, is missing or is new differs', () => {
    expect(compare(page, picture(100, 100, [[14, 14, 40, 3]])).share).toBeGreaterThan(0.005)
    expect(compare(page, picture(100, 100, [])).share).toBeGreaterThan(0.001)
    expect(compare(picture(100, 100, []), page).share).toBeGreaterThan(0.001)
  })

  it('a stroke as fine as an accent counts', () => {
    expect(compare(picture(100, 100, [[10, 10, 4, 1]]), picture(100, 100, [])).share).toBeGreaterThan(0)
  })

  it('another size differs', () => {
    expect(compare(page, picture(100, 99, [[10, 10, 40, 3]])).share).toBe(1)
  })

  it('shows what differs in red', () => {
    const { shown } = compare(page, picture(100, 100, []))
    expect([...shown.pixels.subarray((11 * 100 + 20) * 3, (11 * 100 + 20) * 3 + 3)]).toEqual([255, 0, 0])
    expect([...shown.pixels.subarray(0, 3)]).toEqual([255, 255, 255])
  })
  it('says where', () => {
    expect(changedArea(page, page)).toBeNull()
    expect(changedArea(page, picture(100, 100, []))).toEqual([10, 10, 40, 3])
    expect(() => changedArea(page, picture(100, 99, []))).toThrow('two sizes')
  })
})
