import fontkit from '@pdf-lib/fontkit'
import { describe, expect, it } from 'vitest'
import { drawAppearance } from '../../../src/pades/appearance/index.ts'
import { at, caught, dataOf, dejavu, one, text, VIETNAMESE } from './support.ts'

const box = { width: 400, height: 60 }
const TEXT = `${VIETNAMESE} ½ﬁ → 0123456789 Ðµμ`
const NAMES = ['DejaVuSans', 'DejaVuSans-BoldOblique', 'DejaVuSansCondensed', 'DejaVuSerif', 'DejaVuSerif-Italic', 'DejaVuSerifCondensed-Bold']

function draw(file: Uint8Array, what = TEXT, pdfa?: { part: number; conformance: string }) {
  return drawAppearance(async (page, tools) => page.drawText(what, { font: await tools.font(file) })).draw({ ...box, ...(pdfa ? { pdfa } : {}) })
}

/** Outline and width of a character in a font file. */
function glyph(file: Uint8Array, character: string) {
  const font = fontkit.create(file)
  return { font, glyph: font.glyphForCodePoint(character.codePointAt(0) ?? 0) }
}

describe.each(NAMES)('a subset of %s', (name) => {
  const file = dejavu(name)

  it('has the outline and the width of every character', async () => {
    const drawn = await draw(file)
    const type0 = one(drawn, 'Type0')
    const program = dataOf(at(drawn, one(drawn, 'FontDescriptor'), 'FontFile2'))
    const subset = fontkit.create(program)
    const map = Buffer.from(dataOf(at(drawn, type0, 'ToUnicode'))).toString('latin1')
    const codes = new Map(
      [...map.matchAll(/^<(\w{4})> <(\w{4})>$/gm)].map(([, code = '', unit = '']) => [
        String.fromCharCode(Number.parseInt(unit, 16)),
        Number.parseInt(code, 16),
      ]),
    )
    const widths = text(at(drawn, one(drawn, 'CIDFontType2'), 'W'))
    for (const character of new Set(TEXT)) {
      const code = codes.get(character) ?? 0
      expect(code).toBeGreaterThan(0)
      const original = glyph(file, character)
      expect(subset.getGlyph(code).path.toSVG()).toBe(original.glyph.path.toSVG())
      const width = Math.round(((original.glyph.advanceWidth * 1000) / 2048) * 1000) / 1000
      expect(widths).toContain(` ${code} [${width}]`.replace(/^ 0 /, '[0 '))
    }
    expect(program.length).toBeLessThan(file.length / 5)
  })

  it('is named as one, and by what is in it', async () => {
    const [drawn, other] = [await draw(file), await draw(file, 'Đã ký')]
    const names = [
      at(drawn, one(drawn, 'Type0'), 'BaseFont'),
      at(drawn, one(drawn, 'CIDFontType2'), 'BaseFont'),
      at(drawn, one(drawn, 'FontDescriptor'), 'FontName'),
    ].map(text)
    expect(new Set(names).size).toBe(1)
    expect(names[0]).toMatch(new RegExp(`^/[A-Z]{6}\\+${name}$`))
    expect(text(at(other, one(other, 'Type0'), 'BaseFont'))).not.toBe(names[0])
    expect(text(at(drawn, one(drawn, 'CIDFontType2'), 'CIDToGIDMap'))).toBe('/Identity')
  })

  it('says in PDF/A-1 which glyphs it has: all that it has', async () => {
    const drawn = await draw(file, TEXT, { part: 1, conformance: 'B' })
    const descriptor = one(drawn, 'FontDescriptor')
    const glyphs = new DataView(tableOf(dataOf(at(drawn, descriptor, 'FontFile2')), 'maxp')).getUint16(4)
    const bits = [...dataOf(at(drawn, descriptor, 'CIDSet'))].map((byte) => byte.toString(2).padStart(8, '0')).join('')
    expect(bits).toBe('1'.repeat(glyphs).padEnd(Math.ceil(glyphs / 8) * 8, '0'))
    const plain = await draw(file)
    expect(at(plain, one(plain, 'FontDescriptor'), 'CIDSet')).toBeUndefined()
  })
})

function tableOf(file: Uint8Array, tag: string): ArrayBuffer {
  const view = new DataView(file.buffer, file.byteOffset)
  for (let i = 0; i < view.getUint16(4); i++) {
    const entry = 12 + 16 * i
    if (Buffer.from(file.subarray(entry, entry + 4)).toString('latin1') === tag)
      return Uint8Array.from(file.subarray(view.getUint32(entry + 8), view.getUint32(entry + 8) + view.getUint32(entry + 12))).buffer
  }
  throw new Error(`no ${tag}`)
}

describe('a font program', () => {
  it('has check sums that hold', async () => {
    const drawn = await draw(dejavu('DejaVuSans'))
    const program = dataOf(at(drawn, one(drawn, 'FontDescriptor'), 'FontFile2'))
    const view = new DataView(program.buffer, program.byteOffset, program.length)
    const sum = (start: number, length: number): number => {
      let total = 0
      for (let i = start; i < start + length; i += 4) total = (total + view.getUint32(i)) >>> 0
      return total
    }
    expect(sum(0, program.length)).toBe(0xb1b0afba)
    expect(program.length % 4).toBe(0)
  })

  it('may be handed over in a larger buffer', async () => {
    const file = dejavu('DejaVuSans')
    const shared = Buffer.concat([new Uint8Array(7), file, new Uint8Array(9)]).subarray(7, 7 + file.length)
    expect(text(one(await draw(shared, 'Đ'), 'Type0'))).toBe(text(one(await draw(file, 'Đ'), 'Type0')))
  })
})

/** A copy with bytes changed. */
function patched(file: Uint8Array, change: (bytes: Uint8Array, view: DataView) => void): Uint8Array {
  const copy = Uint8Array.from(file)
  change(copy, new DataView(copy.buffer))
  return copy
}

function placeOf(file: Uint8Array, tag: string): { entry: number; start: number; length: number } {
  const view = new DataView(file.buffer)
  for (let entry = 12; ; entry += 16)
    if (Buffer.from(file.subarray(entry, entry + 4)).toString('latin1') === tag)
      return { entry, start: view.getUint32(entry + 8), length: view.getUint32(entry + 12) }
}

describe('what is no font that can be used', () => {
  const file = dejavu('DejaVuSans')

  it.each([
    ['nothing', new Uint8Array(0), 'kind'],
    ['text', Buffer.from('no font, but a text of some length'), 'kind'],
    ['a web font', patched(file, (_, view) => view.setUint32(0, 0x774f4646)), 'kind'],
    ['a collection', patched(file, (_, view) => view.setUint32(0, 0x74746366)), 'kind'],
    ['half a font', file.subarray(0, file.length / 2), 'damaged'],
    ['a font without outlines', patched(file, (bytes) => bytes.set([0x78], placeOf(file, 'glyf').entry)), 'outlines'],
    ['a font without widths', patched(file, (bytes) => bytes.set([0x78], placeOf(file, 'hmtx').entry)), 'damaged'],
    ['a font without units', patched(file, (_, view) => view.setUint16(placeOf(file, 'head').start + 18, 0)), 'damaged'],
  ])('is refused: %s', async (_, bytes, why) => {
    expect(await caught(() => draw(bytes))).toMatchObject({ code: 'ERR_APPEARANCE_FONT', data: { why } })
  })

  it('is refused where glyphs lie in each other, before they fill the memory', async () => {
    const { start, length } = placeOf(file, 'loca')
    const size = placeOf(file, 'glyf').length
    const bomb = patched(file, (_, view) => {
      for (let at = start; at + 8 <= start + length; at += 8) {
        view.setUint32(at, 0)
        view.setUint32(at + 4, size)
      }
    })
    expect(await caught(() => draw(bomb))).toMatchObject({ code: 'ERR_APPEARANCE_FONT', data: { why: 'damaged' } })
  })

  it('is refused or drawn, and nothing else, whatever byte is wrong', async () => {
    const { bytes: small, starts } = fontOf(file)
    const outcomes = new Set<string>()
    for (const start of starts) {
      for (let at = start; at < start + 96; at += 7) {
        const error = await caught(() =>
          draw(
            patched(small, (bytes) => bytes.set([(bytes[at] ?? 0) ^ 0xff], at)),
            'Đã ký',
          ),
        )
        outcomes.add(error?.code ?? 'drawn')
      }
    }
    expect([...outcomes].filter((one) => one !== 'ERR_APPEARANCE_TEXT').sort()).toEqual(['ERR_APPEARANCE_FONT', 'drawn'])
  })

  it('is refused or drawn wherever the file ends', async () => {
    for (let length = 0; length < file.length; length += 9973) expect((await caught(() => draw(file.subarray(0, length))))?.code).toBe('ERR_APPEARANCE_FONT')
  })
})

/** The tables that drawing reads, without the bulk of the outlines; and where they start, after two places of the directory. */
function fontOf(file: Uint8Array): { bytes: Uint8Array; starts: readonly number[] } {
  const tags = ['OS/2', 'cmap', 'glyf', 'head', 'hhea', 'hmtx', 'loca', 'maxp', 'name', 'post']
  const keep = new Map(tags.map((tag) => [tag, placeOf(file, tag)]))
  const size = (tag: string): number => Math.min(keep.get(tag)?.length ?? 0, tag === 'glyf' ? 120_000 : Number.POSITIVE_INFINITY)
  const out = new Uint8Array(tags.reduce((sum, tag) => sum + Math.ceil(size(tag) / 4) * 4, 12 + 16 * tags.length))
  const view = new DataView(out.buffer)
  view.setUint32(0, 0x00010000)
  view.setUint16(4, tags.length)
  let to = 12 + 16 * tags.length
  const starts = [0, 96]
  for (const [i, tag] of tags.entries()) {
    const start = keep.get(tag)?.start ?? 0
    out.set(Buffer.from(tag, 'latin1'), 12 + 16 * i)
    view.setUint32(12 + 16 * i + 8, to)
    view.setUint32(12 + 16 * i + 12, size(tag))
    out.set(file.subarray(start, start + size(tag)), to)
    starts.push(to)
    to += Math.ceil(size(tag) / 4) * 4
  }
  return { bytes: out, starts }
}
