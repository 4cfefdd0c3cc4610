import { describe, expect, it } from 'vitest'
import { concat, latin1 } from '../../../src/core/bytes.ts'
import { openCff, subsetCff } from '../../../src/pades/appearance/cff.ts'
import { drawAppearance } from '../../../src/pades/appearance/index.ts'
import { at, caught, dataOf, one, text } from './support.ts'

/** An INDEX of objects (Adobe Technical Note 5176 §5), with offsets of two bytes. */
function index(...objects: readonly Uint8Array[]): Uint8Array {
  if (objects.length === 0) return new Uint8Array(2)
  const head = new DataView(new ArrayBuffer(3 + 2 * (objects.length + 1)))
  head.setUint16(0, objects.length)
  head.setUint8(2, 2)
  let offset = 1
  for (const [i, object] of objects.entries()) {
    head.setUint16(3 + 2 * i, offset)
    offset += object.length
  }
  head.setUint16(3 + 2 * objects.length, offset)
  return concat([new Uint8Array(head.buffer), ...objects])
}

/** A number of a DICT in five bytes. */
function long(value: number): number[] {
  return [29, value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
}

/** A box of a size: `rmoveto`, lines, `endchar`. */
function box(size: number): Uint8Array {
  return Uint8Array.from([139 + 10, 139, 21, 139 + size, 6, 139 + size, 7, 139 - size, 6, 14])
}

/** `é` of the standard encoding: the letter 101 with the accent 194 above. */
const COMPOSED = Uint8Array.from([139, 139 + 50, 139 + 101, 247, 194 - 108, 14])

/** A CFF table with glyphs; keyed by identifiers where there are any. */
function makeCff(glyphs: readonly Uint8Array[], cids?: readonly number[]): Uint8Array {
  const head = Uint8Array.from([1, 0, 4, 2])
  const names = index(latin1('Test'))
  const dict = (charset: number, charStrings: number): Uint8Array =>
    Uint8Array.from([...(cids ? [...long(391), ...long(392), 139, 12, 30] : []), ...long(charset), 15, ...long(charStrings), 17])
  const strings = cids ? index(latin1('Adobe'), latin1('Identity')) : index()
  const front = concat([head, names, index(dict(0, 0)), strings, index()]).length
  const charset = Uint8Array.from([0, ...(cids ?? glyphs.map((_, i) => i)).slice(1).flatMap((cid) => [cid >> 8, cid & 255])])
  return concat([head, names, index(dict(front, front + charset.length)), strings, index(), charset, index(...glyphs), latin1('behind')])
}

/** Outlines of a table, by glyph. */
function outlines(table: Uint8Array): string[] {
  const { bytes, charStrings } = openCff(table)
  return charStrings.offsets.slice(0, -1).map((start, i) => Buffer.from(bytes.subarray(start, charStrings.offsets[i + 1])).toString('hex'))
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const NOTHING = '0e'

describe('outlines of a CFF table', () => {
  const glyphs = [1, 2, 3, 4, 5].map((one) => box(10 * one))
  const table = makeCff(glyphs)

  it('stay where they are wanted, and the rest of the table with them', () => {
    const made = subsetCff(openCff(table), new Map([[3, 3]]))
    expect(outlines(made)).toEqual([hex(box(10)), NOTHING, NOTHING, hex(box(40)), NOTHING])
    expect(made.length).toBe(table.length)
    expect(Buffer.from(made.subarray(-6)).toString('latin1')).toBe('behind')
  })

  it('can stand at a second place', () => {
    expect(
      outlines(
        subsetCff(
          openCff(table),
          new Map([
            [4, 1],
            [1, 1],
          ]),
        ),
      ),
    ).toEqual([hex(box(10)), hex(box(20)), NOTHING, NOTHING, hex(box(20))])
  })

  it('all stay where one is composed of others', () => {
    const composed = makeCff([...glyphs, COMPOSED])
    expect(outlines(subsetCff(openCff(composed), new Map([[5, 5]])))).toEqual([...glyphs, COMPOSED].map(hex))
    expect(outlines(subsetCff(openCff(composed), new Map([[2, 2]])))[1]).toBe(NOTHING)
  })

  it('are known by identifiers where the font is keyed by them', () => {
    expect(openCff(table).cids).toBeNull()
    expect(openCff(makeCff(glyphs, [0, 7, 300, 301, 9])).cids).toEqual([0, 7, 300, 301, 9])
  })

  it('are refused where the table is damaged, whatever byte is wrong', async () => {
    for (let i = 0; i < table.length; i++) {
      const copy = Uint8Array.from(table)
      copy[i] = 0xff
      try {
        subsetCff(openCff(copy), new Map([[3, 3]]))
      } catch (error) {
        // A read beyond the end is made an error of the font by whoever opens it.
        if (!(error instanceof RangeError)) expect(error).toMatchObject({ code: 'ERR_APPEARANCE_FONT' })
      }
    }
    expect(() =>
      subsetCff(
        openCff(table),
        new Map([
          [1, 4],
          [2, 4],
          [3, 4],
          [4, 4],
        ]),
      ),
    ).not.toThrow()
  })
})

/** An OpenType font of letters `A`, `B`, … for the glyphs from 1 on; `a` shows the first one, too. */
function makeFont(cff: Uint8Array, glyphs: number): Uint8Array {
  const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values.flatMap((value) => [(value >> 8) & 255, value & 255]))
  const letters = glyphs - 1
  const tables: Record<string, Uint8Array> = {
    'CFF ': cff,
    // Format 4 (ISO/IEC 14496-22 §5.2.1.3.3): the capitals, `a` as the first glyph, and the end.
    cmap: bytes(0, 1, 3, 1, 0, 12, 4, 40, 0, 6, 4, 1, 2, 64 + letters, 97, 0xffff, 0, 65, 97, 0xffff, 1 - 65, 1 - 97, 1, 0, 0, 0),
    head: bytes(1, 0, 0, 0, 0, 0, 0x5f0f, 0x3cf5, 0, 1000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 500, 500, 0, 8, 2, 0, 0),
    hhea: bytes(1, 0, 800, -200, 0, 500, 0, 0, 500, 1, 0, 0, 0, 0, 0, 0, 0, glyphs),
    hmtx: bytes(...Array.from({ length: glyphs }, (_, i) => [100 * (i + 1), 0]).flat()),
    maxp: bytes(0, 0x5000, glyphs),
    name: bytes(0, 0, 6),
  }
  const entries = Object.entries(tables)
  const out = [bytes(0x4f54, 0x544f, entries.length, 0, 0, 0)]
  let offset = 12 + 16 * entries.length
  for (const [tag, table] of entries) {
    out.push(latin1(tag), bytes(0, 0, 0, offset, 0, table.length))
    offset += Math.ceil(table.length / 4) * 4
  }
  for (const [, table] of entries) out.push(table, new Uint8Array(-table.length & 3))
  return concat(out)
}

function draw(font: Uint8Array, what: string, part = 2) {
  return drawAppearance(async (page, tools) => page.drawText(what, { font: await tools.font(font) })).draw({
    width: 100,
    height: 20,
    pdfa: { part, conformance: 'B' },
  })
}

describe('text in an OpenType font with CFF outlines', () => {
  const glyphs = [1, 2, 3, 4, 5, 6].map((one) => box(10 * one))
  const named = makeFont(makeCff(glyphs), 6)
  const keyed = makeFont(makeCff(glyphs, [0, 7, 300, 301, 9, 10]), 6)

  async function shown(font: Uint8Array, what: string, part = 2) {
    const drawn = await draw(font, what, part)
    const descriptor = one(drawn, 'FontDescriptor')
    const map = Buffer.from(dataOf(at(drawn, one(drawn, 'Type0'), 'ToUnicode'))).toString('latin1')
    return {
      drawn,
      program: at(drawn, descriptor, 'FontFile3'),
      cidSet: at(drawn, descriptor, 'CIDSet'),
      widths: text(at(drawn, one(drawn, 'CIDFontType0'), 'W')),
      map: map.match(/(?<=beginbfchar\n)[\s\S]*?(?=\nend)/)?.[0] ?? '',
    }
  }

  it('shows glyphs by their numbers, and one that stands for two letters by two', async () => {
    const { program, map, widths, cidSet } = await shown(named, 'CABa', 1)
    expect(text(at({ objects: new Map(), form: 1 }, program, 'Subtype'))).toBe('/CIDFontType0C')
    expect(map.split('\n')).toEqual(['<0001> <0041>', '<0002> <0042>', '<0003> <0043>', '<0005> <0061>'])
    expect(widths).toBe('[0 [100] 1 [200] 2 [300] 3 [400] 5 [200]]')
    expect(outlines(dataOf(program))).toEqual([hex(box(10)), hex(box(20)), hex(box(30)), hex(box(40)), NOTHING, hex(box(20))])
    expect(hex(dataOf(cidSet))).toBe('f4')
  })

  it('shows glyphs by their identifiers where the font is keyed by them', async () => {
    const { program, map, widths } = await shown(keyed, 'BD')
    expect(map.split('\n')).toEqual(['<0009> <0044>', '<012C> <0042>'])
    expect(widths).toBe('[0 [100] 9 [500] 300 [300]]')
    expect(outlines(dataOf(program))).toEqual([hex(box(10)), NOTHING, hex(box(30)), NOTHING, hex(box(50)), NOTHING])
  })

  it('is refused where a letter is missing, or the font is damaged', async () => {
    expect(await caught(() => draw(named, 'AZ'))).toMatchObject({ code: 'ERR_APPEARANCE_TEXT', data: { characters: 'Z (U+005A)' } })
    for (let i = 0; i < named.length; i++) {
      const copy = Uint8Array.from(named)
      copy[i] = 0xff
      const error = await caught(() => draw(copy, 'AB'))
      expect([undefined, 'ERR_APPEARANCE_FONT', 'ERR_APPEARANCE_TEXT']).toContain(error?.code)
    }
  })
})
