import { StandardFonts } from 'pdf-lib'
import { describe, expect, it } from 'vitest'
import { drawAppearance } from '../../../src/pades/appearance/index.ts'
import { at, caught, contentOf, dataOf, dejavu, one, VIETNAMESE, written } from './support.ts'

const font = dejavu('DejaVuSans')
const box = { width: 400, height: 60 }

function draw(what: string, file: Uint8Array | null = font) {
  return drawAppearance(async (page, tools) => page.drawText(what, file ? { font: await tools.font(file) } : {})).draw(box)
}

/** What a reader finds: the codes that are shown, by the font's ToUnicode. */
async function readBack(what: string, file = font): Promise<string> {
  const drawn = await draw(what, file)
  const map = Buffer.from(dataOf(at(drawn, one(drawn, 'Type0'), 'ToUnicode'))).toString('latin1')
  const characters = new Map([...map.matchAll(/^<(\w{4})> <(\w+)>$/gm)].slice(1).map(([, code, utf16 = '']) => [code, fromUtf16(utf16)]))
  expect([...map.matchAll(/(\d+) beginbfchar/g)].every(([, count]) => Number(count) <= 100)).toBe(true)
  const [, codes = ''] = /<(\w*)> Tj/.exec(contentOf(drawn)) ?? []
  return (codes.match(/\w{4}/g) ?? []).map((code) => characters.get(code)).join('')
}

function fromUtf16(hex: string): string {
  return String.fromCharCode(...(hex.match(/\w{4}/g) ?? []).map((unit) => Number.parseInt(unit, 16)))
}

describe('text', () => {
  it('can be read out again, every letter of it', async () => {
    expect(VIETNAMESE.length).toBe(146)
    expect(await readBack(VIETNAMESE)).toBe(VIETNAMESE)
  })

  it('is the same whether its marks came composed or apart', async () => {
    const [composed, apart] = [await draw(VIETNAMESE), await draw(VIETNAMESE.normalize('NFD'))]
    expect(VIETNAMESE.normalize('NFD')).not.toBe(VIETNAMESE)
    expect(Buffer.from(written(apart)).equals(written(composed))).toBe(true)
  })

  it('is measured as it is drawn', async () => {
    const widths: number[] = []
    await drawAppearance(async (_, tools) => {
      const handle = await tools.font(font)
      for (const form of ['NFC', 'NFD'] as const) widths.push(handle.widthOfTextAtSize(VIETNAMESE.normalize(form), 10))
    }).draw(box)
    expect(widths[0]).toBeGreaterThan(500)
    expect(widths[1]).toBe(widths[0])
  })

  it('says how high its letters stand, which is more than the font says', async () => {
    const found: unknown[] = []
    await drawAppearance(async (page, tools) => {
      const handle = await tools.font(font)
      for (const what of ['Ky', 'Ẳ', 'A\u0306\u0309', ' ']) found.push(tools.extentOf(what, handle, 1000))
      expect(await caught(() => tools.extentOf('K', page.doc.embedStandardFont(StandardFonts.Helvetica), 10))).toMatchObject({ code: 'ERR_ARGUMENT' })
      expect(await caught(() => tools.extentOf('一', handle, 10))).toMatchObject({ code: 'ERR_APPEARANCE_TEXT' })
    }).draw(box)
    const [plain, high] = [
      { ascent: 928.223, descent: -235.84 },
      { ascent: 1067.871, descent: -235.84 },
    ]
    expect(found).toEqual([plain, high, high, plain])
  })

  it('tells characters apart that the font shows by one glyph', async () => {
    // DejaVu has one outline for each of these pairs.
    expect(await readBack('ĐÐ ≠ Ðđ, a\u00a0b, Ω\u2126 µ\u03bc')).toBe('ĐÐ ≠ Ðđ, a\u00a0b, ΩΩ µμ')
  })

  it('has characters beyond the first plane', async () => {
    expect(await readBack('𝔸 😀')).toBe('𝔸 😀')
  })

  it('loses nothing but what shows nothing', async () => {
    expect(await readBack('ký\u00ad\u200b\u200d số\ufeff')).toBe('ký số')
  })
})

describe('text that cannot be drawn whole', () => {
  it('is refused, with the characters that the font lacks, each once', async () => {
    const error = await caught(() => draw('Ủy ban nhân dân ẢẢ', dejavu('DejaVuSansMono-Bold')))
    expect(error).toMatchObject({ code: 'ERR_APPEARANCE_TEXT', data: { why: 'missing', characters: 'Ủ (U+1EE6), Ả (U+1EA2)' } })
  })

  it('names no more than ten', async () => {
    const error = await caught(() => draw('一二三四五六七八九十百千'))
    expect(error?.data.characters).toMatch(/^一 \(U\+4E00\)(, . \(U\+....\)){9}, …$/)
  })

  it('is refused in a standard font, which has no Vietnamese', async () => {
    expect(await caught(() => draw('Nguyễn Thị', null))).toMatchObject({ code: 'ERR_APPEARANCE_TEXT', data: { characters: 'ễ (U+1EC5), ị (U+1ECB)' } })
    expect(contentOf(await draw('Cafe\u0301', null))).toContain('<436166E9> Tj')
  })

  it('is refused where only measured', async () => {
    const measure = drawAppearance(async (_, tools) => void (await tools.font(font)).widthOfTextAtSize('一', 10))
    expect(await caught(() => measure.draw(box))).toMatchObject({ code: 'ERR_APPEARANCE_TEXT' })
  })

  it.each([
    ['control characters', 'a\u0007b', 'missing', 'U+0007'],
    ['what turns text around', 'a\u202eb\u2066', 'broken', 'U+202E, U+2066'],
    ['half a character', 'a\ud800b', 'broken', 'U+D800'],
    ['letters that join', 'سلام', 'shaping', 'س (U+0633), ل (U+0644), ا (U+0627), م (U+0645)'],
    ['letters that stack', 'ក្ម', 'shaping', 'ក (U+1780), U+17D2, ម (U+1798)'],
    ['marks without a place', 'x\u0302', 'shaping', 'U+0302'],
  ])('is refused for %s', async (_, what, why, characters) => {
    expect(await caught(() => draw(what))).toMatchObject({ code: 'ERR_APPEARANCE_TEXT', data: { why, characters } })
  })
})
