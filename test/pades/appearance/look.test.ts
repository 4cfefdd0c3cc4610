import fontkit from '@pdf-lib/fontkit'
import { describe, expect, it } from 'vitest'
import { type FieldText, fieldText, type TextLook, textAppearance } from '../../../src/pades/appearance/index.ts'
import type { DrawnAppearance } from '../../../src/pades/appearance-form.ts'
import { at, caught, contentOf, dataOf, dejavu, every, makePng, one, text } from './support.ts'

const font = dejavu('DejaVuSans')
const image = makePng({ width: 4, height: 2, type: 2, pixel: () => [200, 0, 0] })
const VIETNAMESE = 'Nguyễn Thị Ngọc Ánh – Đã ký số, ngày 22/11/2026 – Ủy ban nhân dân tỉnh'

interface Line {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly size: number
  readonly width: number
}

/** The lines of text as they are shown. */
function linesOf(drawn: DrawnAppearance): Line[] {
  const type0 = one(drawn, 'Type0')
  const map = Buffer.from(dataOf(at(drawn, type0, 'ToUnicode'))).toString('latin1')
  const characters = new Map(
    [...map.matchAll(/^<(\w{4})> <(\w{4})>$/gm)].map(([, code = '', unit = '']) => [code, String.fromCharCode(Number.parseInt(unit, 16))]),
  )
  const widths = new Map(
    [...text(at(drawn, one(drawn, 'CIDFontType2'), 'W')).matchAll(/(\d+) \[([\d.]+)\]/g)].map(([, code, width]) => [Number(code), Number(width)]),
  )
  const shown = /\/F1 ([\d.]+) Tf\n[\d.]+ TL\n1 0 0 1 ([\d.-]+) ([\d.-]+) Tm\n<(\w*)> Tj/g
  return [...contentOf(drawn).matchAll(shown)].map(([, size, x, y, codes = '']) => {
    const list = codes.match(/\w{4}/g) ?? []
    const width = list.reduce((sum, code) => sum + (widths.get(Number.parseInt(code, 16)) ?? 0), 0)
    return { text: list.map((code) => characters.get(code)).join(''), x: Number(x), y: Number(y), size: Number(size), width: (width * Number(size)) / 1000 }
  })
}

/** Where the ink of a line begins and ends, by the outlines of its letters themselves. */
const outlines = fontkit.create(font)
function inkOf({ text, y, size }: Line): { bottom: number; top: number } {
  const boxes = Array.from(text.replaceAll(' ', ''), (letter) => outlines.glyphForCodePoint(letter.codePointAt(0) ?? 0).bbox)
  const at = (value: number): number => y + (value * size) / outlines.unitsPerEm
  return { bottom: at(Math.min(...boxes.map(({ minY }) => minY))), top: at(Math.max(...boxes.map(({ maxY }) => maxY))) }
}

/** Where the image is drawn: its lower left corner and its size. */
function imageOf(drawn: DrawnAppearance): number[] {
  const [, x, y, w, h] = /1 0 0 1 (\S+) (\S+) cm\n1 0 0 1 0 0 cm\n(\S+) 0 0 (\S+) 0 0 cm\n1 0 0 1 0 0 cm\n\/Im1 Do/.exec(contentOf(drawn)) ?? []
  return [x, y, w, h].map(Number)
}

function draw(look: Omit<TextLook, 'font'>, width = 180, height = 50) {
  return textAppearance({ font, ...look }).draw({ width, height })
}

describe('the text of a signature', () => {
  it('stands in its lines, in the middle, as large as wanted', async () => {
    const lines = linesOf(await draw({ text: 'Nguyễn Thị Ngọc Ánh\nĐã ký số', size: 9 }))
    expect(lines.map(({ text, size, x }) => [text, size, x])).toEqual([
      ['Nguyễn Thị Ngọc Ánh', 9, 4],
      ['Đã ký số', 9, 4],
    ])
    const [first, second] = lines
    const height = (9 * (1901 + 483)) / 2048
    expect((first?.y ?? 0) - (second?.y ?? 0)).toBeCloseTo(height, 2)
    expect((first?.y ?? 0) + (9 * 1901) / 2048).toBeCloseTo(25 + height, 2)
  })

  it.each(['left', 'centre', 'right'] as const)('is wrapped between words, and stays inside: %s', async (align) => {
    const lines = linesOf(await draw({ text: VIETNAMESE, size: 8, align }, 120, 60))
    expect(lines.map((line) => line.text).join(' ')).toBe(VIETNAMESE)
    expect(lines.length).toBeGreaterThan(2)
    for (const { x, y, width } of lines) {
      expect(x).toBeGreaterThanOrEqual(4 - 0.001)
      expect(x + width).toBeLessThanOrEqual(116.001)
      expect(y).toBeGreaterThan(4)
      const [left, right] = [x - 4, 116 - x - width]
      expect(align === 'left' ? left : align === 'right' ? right : left - right).toBeCloseTo(0, 2)
    }
  })

  it('shrinks to fit, and no more than it has to', async () => {
    const sizes = await Promise.all([20, 40, 80].map(async (height) => linesOf(await draw({ text: VIETNAMESE, size: 40 }, 150, height))[0]?.size ?? 0))
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b))
    expect(new Set(sizes).size).toBe(3)
    const lines = linesOf(await draw({ text: VIETNAMESE, size: 40 }, 150, 40))
    const [{ size } = { size: 0 }] = lines
    expect(size % 0.25).toBe(0)
    expect((lines.length * size * 2384) / 2048).toBeLessThanOrEqual(32)
  })

  it('fills the box where it shall', async () => {
    const [line] = linesOf(await draw({ text: 'Ký', size: 'fit', padding: 0 }, 500, 60))
    expect(line?.size).toBe(51.5)
    expect(linesOf(await draw({ text: 'Ký', size: 'fit', padding: 0 }, 500, 5))[0]?.size).toBe(4.25)
  })

  it('is whole with all its marks, however tight the box, and no line touches another', async () => {
    // Above and below the letters as far as they go in Vietnamese.
    const marks = 'ẶỰỘỆ\nẲẴỔỂ\nyẳgỡ'
    for (const height of [18, 40, 60]) {
      const lines = linesOf(await draw({ text: marks, size: 'fit', padding: 0 }, 500, height)).map(inkOf)
      expect(lines).toHaveLength(3)
      expect(lines[0]?.top).toBeLessThanOrEqual(height)
      expect(lines[2]?.bottom).toBeGreaterThanOrEqual(0)
      for (const [i, { top }] of lines.entries()) if (i > 0) expect(top).toBeLessThanOrEqual(lines[i - 1]?.bottom ?? 0)
    }
    // What has no such marks stands as close as the font says.
    const close = linesOf(await draw({ text: 'Ký\nKý', size: 10 }))
    expect((close[0]?.y ?? 0) - (close[1]?.y ?? 0)).toBeCloseTo((10 * 2384) / 2048, 2)
  })

  it('is broken inside words only where nothing else helps', async () => {
    const long = 'Ủy'.repeat(40)
    const lines = linesOf(await draw({ text: `x ${long}`, size: 8 }, 80, 60))
    expect(lines.map((line) => line.text).join('')).toBe(`x${long}`)
    expect(lines.every(({ width }) => width <= 72.001)).toBe(true)
    const word = linesOf(await draw({ text: 'nghiêng nghiêng', size: 20 }, 60, 60))
    expect(word.map((line) => line.text)).toEqual(['nghiêng', 'nghiêng'])
  })

  it('keeps empty lines and the spaces between words', async () => {
    const lines = linesOf(await draw({ text: 'một\r\n\r\nhai   ba \tbốn', size: 6 }))
    expect(lines.map((line) => line.text)).toEqual(['một', 'hai   ba     bốn'])
    expect((lines[0]?.y ?? 0) - (lines[1]?.y ?? 0)).toBeCloseTo((2 * 6 * 2384) / 2048, 2)
  })

  it('is refused where it does not fit at all', async () => {
    const error = await caught(() => draw({ text: VIETNAMESE.repeat(9) }, 60, 20))
    expect(error).toMatchObject({ code: 'ERR_APPEARANCE_ROOM', data: { width: 52, height: 12 } })
    expect(await caught(() => draw({ text: 'Ký' }, 8, 8))).toMatchObject({ code: 'ERR_APPEARANCE_ROOM' })
    expect(await caught(() => draw({ text: 'Ký'.repeat(200_000), size: 'fit' }, 14_000, 100))).toMatchObject({ code: 'ERR_APPEARANCE_ROOM' })
  })

  it('needs a font', async () => {
    expect(await caught(() => textAppearance({ text: 'Ký' }))).toMatchObject({ code: 'ERR_ARGUMENT', data: { argument: 'font' } })
  })
})

describe('the image of a signature', () => {
  it.each(['left', 'right'] as const)('stands beside the text: %s', async (imagePlace) => {
    const drawn = await draw({ text: 'Ký', image, imagePlace })
    const [x = 0, y = 0, w = 0, h = 0] = imageOf(drawn)
    expect(w / h).toBeCloseTo(2, 3)
    expect(w).toBeCloseTo(168 * 0.35, 3)
    expect(y + h / 2).toBeCloseTo(25, 3)
    expect(x).toBeCloseTo(imagePlace === 'left' ? 4 : 176 - w, 3)
    expect(linesOf(drawn)[0]?.x).toBeCloseTo(imagePlace === 'left' ? 8 + w : 4, 2)
  })

  it('stands above the text, or behind it, or alone', async () => {
    const above = await draw({ text: 'Ký', image, imagePlace: 'above', imageShare: 0.5 }, 100, 100)
    expect((imageOf(above)[1] ?? 0) > (linesOf(above)[0]?.y ?? 100)).toBe(true)
    for (const drawn of [await draw({ text: 'Ký', image, imagePlace: 'behind' }), await draw({ image })]) expect(imageOf(drawn)).toEqual([48, 4, 84, 42])
    const behind = contentOf(await draw({ text: 'Ký', image, imagePlace: 'behind' }))
    expect(behind.indexOf(' Do')).toBeLessThan(behind.indexOf(' Tj'))
  })
})

describe('border and background', () => {
  it('are drawn inside the box', async () => {
    const content = contentOf(await draw({ border: { colour: [0.8, 0, 0], width: 2 }, background: [1, 1, 0.5] }))
    expect(content).toContain('1 1 0.5 rg')
    expect(content).toContain('0.8 0 0 RG\n2 w')
    expect(content).toMatch(/1 0 0 1 1 1 cm[\s\S]*178 48 l/)
    expect(contentOf(await draw({})).trim()).toBe('')
  })
})

describe('the text of a field', () => {
  const field: FieldText = { value: 'Số 12/QĐ-UBND', width: 120, height: 18, fontSize: 0, align: 'left', multiline: false, colour: [0, 0, 1] }
  const drawField = (change: Partial<FieldText>) => {
    const whole = { ...field, ...change }
    return fieldText({ font })(whole).draw({ width: whole.width, height: whole.height })
  }

  it('is as large as the field allows, in the middle and in its colour', async () => {
    const drawn = await drawField({})
    const [line] = linesOf(drawn)
    expect(line).toMatchObject({ text: field.value, x: 2 })
    expect((line?.width ?? 0) <= 116 && (line?.size ?? 0) >= 13).toBe(true)
    expect(contentOf(drawn)).toContain('0 0 1 rg')
  })

  it('has the size of the field, and shrinks where it is too long', async () => {
    expect(linesOf(await drawField({ fontSize: 9 }))[0]?.size).toBe(9)
    const [line] = linesOf(await drawField({ fontSize: 9, value: 'Số 12/QĐ-UBND ngày 22/11/2026' }))
    expect((line?.size ?? 9) < 9 && (line?.width ?? 999) <= 116).toBe(true)
  })

  it('is whole where it is as high as its field', async () => {
    for (const value of ['Ẳ', 'QUYẾT ĐỊNH', 'Ặg']) {
      const [line] = linesOf(await drawField({ value, width: 400 }))
      const { top, bottom } = inkOf(line as Line)
      expect(top).toBeLessThanOrEqual(18.001)
      expect(bottom).toBeGreaterThanOrEqual(-0.001)
      expect(line?.size ?? 0).toBeGreaterThan(12)
    }
  })

  it('is one line, or several from the top', async () => {
    expect(linesOf(await drawField({ value: 'một\nhai' })).map((line) => line.text)).toEqual(['một hai'])
    const lines = linesOf(await drawField({ value: VIETNAMESE, multiline: true, height: 60, align: 'right' }))
    expect(lines.map((line) => line.text).join(' ')).toBe(VIETNAMESE)
    // Of all its letters, `Ủ` is the highest.
    expect(inkOf({ ...(lines[0] as Line), text: 'Ủ' }).top).toBeCloseTo(60, 2)
    expect(lines.every(({ x, width }) => Math.abs(x + width - 118) < 0.01)).toBe(true)
  })

  it('may be none', async () => {
    const drawn = await drawField({ value: '' })
    expect([contentOf(drawn).trim(), every(drawn, 'Font')]).toEqual(['', []])
  })

  it('is refused where it does not fit', async () => {
    expect(await caught(() => drawField({ value: VIETNAMESE }))).toMatchObject({ code: 'ERR_APPEARANCE_ROOM' })
  })
})
