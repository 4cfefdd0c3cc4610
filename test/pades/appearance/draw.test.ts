import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type DrawAppearance, drawAppearance } from '../../../src/pades/appearance/index.ts'
import { PdfRef, PdfStream } from '../../../src/pdf/index.ts'
import { at, caught, contentOf, dejavu, formOf, JPEG_RGB, makePng, one, text, written } from './support.ts'

const font = dejavu('DejaVuSans')
const png = makePng({ width: 3, height: 2, type: 6, pixel: (x, y) => [80 * x, 100 * y, 7, 60 + 60 * x] })
const box = { width: 180.5, height: 60 }

const everything: DrawAppearance = async (page, { font: fontOf, image, rgb, degrees, box: { width } }) => {
  const dejavuSans = await fontOf(font)
  page.drawText('Nguyễn Thị Ngọc Ánh\nĐã ký số', { x: 4, y: 40, size: 10, font: dejavuSans, color: rgb(0, 0, 0.5) })
  page.drawText('nghiêng', { x: 90, y: 10, size: 10, font: dejavuSans, rotate: degrees(30), opacity: 0.5 })
  page.drawText('Standard', { x: 4, y: 4, size: 8 })
  page.drawImage(await image(png), { x: width - 40, y: 5, width: 30, height: 20 })
  page.drawImage(await image(JPEG_RGB), { x: width - 40, y: 30, width: 30, height: 20 })
  page.drawEllipse({ x: 90, y: 30, xScale: 20, yScale: 10, borderColor: rgb(1, 0, 0), borderWidth: 1, borderOpacity: 0.4 })
  page.drawSvgPath('M 0,0 L 10,10 Q 20,0 30,10 Z', { x: 60, y: 50, color: rgb(0, 0.5, 0) })
}

describe('what was drawn', () => {
  it('is a form of exactly the size of the box, with its content and its resources', async () => {
    const drawn = await drawAppearance(everything).draw(box)
    const form = formOf(drawn)
    expect(text(form.dict.get('BBox'))).toBe('[0 0 180.5 60]')
    expect([at(drawn, form, 'Type'), at(drawn, form, 'Subtype')].map(text)).toEqual(['/XObject', '/Form'])
    expect(form.dict.has('Matrix')).toBe(false)
    expect(contentOf(drawn)).toMatch(/\/F1 10 Tf[\s\S]*\/F2 8 Tf[\s\S]*\/Im1 Do[\s\S]*\/Im2 Do/)
    expect(text(at(drawn, form, 'Resources'))).toMatch(
      /^<<\/Font <<\/F1 \d+ 0 R \/F2 \d+ 0 R >> \/XObject <<\/Im1 \d+ 0 R \/Im2 \d+ 0 R >> \/ExtGState <<\/GS1 /,
    )
  })

  it('is whole: every reference is to one of its objects, and nothing else is there', async () => {
    const { objects, form } = await drawAppearance(everything).draw(box)
    const seen = new Set<number>()
    const visit = (value: unknown): void => {
      if (value instanceof PdfRef) {
        expect([objects.has(value.number), value.generation]).toEqual([true, 0])
        if (seen.has(value.number)) return
        seen.add(value.number)
        visit(objects.get(value.number))
      } else if (value instanceof PdfStream) visit(value.dict)
      else if (value instanceof Map) for (const item of value.values()) visit(item)
      else if (Array.isArray(value)) value.forEach(visit)
      else if (value && typeof value === 'object') visit('entries' in value ? value.entries : 'items' in value ? value.items : null)
    }
    visit(new PdfRef(form))
    expect([...seen].sort((a, b) => a - b)).toEqual([...objects.keys()])
    expect([...objects.keys()]).toEqual(Array.from(objects, (_, i) => i + 1))
  })

  it('takes what is used, and nothing of the document that pdf-lib drew it in', async () => {
    const drawn = await drawAppearance(async (page, tools) => {
      await tools.font(font)
      await tools.image(png)
      page.drawSquare({ size: 5 })
    }).draw(box)
    expect([...drawn.objects.keys()]).toEqual([1])
    expect(text(formOf(drawn).dict.get('Resources'))).toBe('<<>>')
  })

  it('may be nothing at all', async () => {
    const drawn = await drawAppearance(() => {}).draw(box)
    expect(contentOf(drawn).trim()).toBe('')
  })

  it('holds content that was wrapped and moved afterwards', async () => {
    const drawn = await drawAppearance((page) => {
      page.drawSquare({ size: 5 })
      page.translateContent(10, 20)
    }).draw(box)
    expect(contentOf(drawn).replace(/\s+/g, ' ')).toMatch(/^ ?q 1 0 0 1 10 20 cm .* Q ?$/)
  })

  it('has a group where it is transparent', async () => {
    const drawn = await drawAppearance(everything).draw(box)
    expect(text(formOf(drawn).dict.get('Group'))).toBe('<</Type /Group /S /Transparency /CS /DeviceRGB >>')
    const plain = await drawAppearance((page) => page.drawText('plain', { opacity: 1 })).draw(box)
    expect(formOf(plain).dict.has('Group')).toBe(false)
  })

  it('names one resource for each font and image, however often it is drawn', async () => {
    const drawn = await drawAppearance(async (page, tools) => {
      for (let y = 0; y < 20; y++) {
        page.drawText(`dòng ${y}`, { y, size: 3, font: await tools.font(font) })
        page.drawText(`line ${y}`, { y, size: 3 })
        page.drawImage(await tools.image(png), { y, opacity: 0.5 })
      }
    }).draw(box)
    const names = ['Font', 'XObject', 'ExtGState'].map((kind) => text(at(drawn, formOf(drawn), 'Resources', kind)).match(/\/(?:F|Im|GS)\d+/g))
    expect(names).toEqual([['/F1', '/F2'], ['/Im1'], ['/GS1']])
  })
})

describe('the same input', () => {
  it('gives the same bytes', async () => {
    const [first, second] = [await drawAppearance(everything).draw(box), await drawAppearance(everything).draw(box)]
    expect(Buffer.from(written(second)).equals(written(first))).toBe(true)
  })

  it('gives the bytes that it gave to another process, on another day', async () => {
    const drawn = await drawAppearance(everything).draw(box)
    expect(createHash('sha256').update(written(drawn)).digest('hex')).toBe('597df4b0f5b054969e3eec584995377a0eacdff0f7a89c2441a6378631bfaf2c')
  })

  it('gives other bytes for another text', async () => {
    const draw =
      (what: string): DrawAppearance =>
      async (page, tools) =>
        page.drawText(what, { font: await tools.font(font) })
    const [first, second] = await Promise.all(['Đông', 'Đồng'].map((what) => drawAppearance(draw(what)).draw(box)))
    if (!first || !second) throw new Error('nothing drawn')
    expect(text(at(second, one(second, 'Type0'), 'BaseFont'))).not.toBe(text(at(first, one(first, 'Type0'), 'BaseFont')))
  })
})

describe('a drawing', () => {
  it.each([
    [0, 10],
    [10, -1],
    [Number.NaN, 10],
    [Number.POSITIVE_INFINITY, 10],
    [20_000, 10],
  ])('has an area: not %d by %d', async (width, height) => {
    expect(await caught(() => drawAppearance(() => {}).draw({ width, height }))).toMatchObject({ code: 'ERR_ARGUMENT', data: { argument: 'box' } })
  })

  it('may fail with what is its own', async () => {
    await expect(
      drawAppearance(() => {
        throw new RangeError('mine')
      }).draw(box),
    ).rejects.toThrow(new RangeError('mine'))
  })

  it('gets the same fonts and images from pdf-lib’s document', async () => {
    const own = await drawAppearance(async (page, tools) => {
      page.drawText('Đã ký', { font: await tools.font(font) })
      page.drawImage(await tools.image(png))
      page.drawImage(await tools.image(JPEG_RGB))
    }).draw(box)
    const through = await drawAppearance(async (page) => {
      page.drawText('Đã ký', { font: await page.doc.embedFont(font, { subset: true }) })
      page.drawImage(await page.doc.embedPng(png))
      page.drawImage(await page.doc.embedJpg(JPEG_RGB))
    }).draw(box)
    expect(Buffer.from(written(through)).equals(written(own))).toBe(true)
    for (const embed of ['embedPng', 'embedJpg', 'embedFont'] as const)
      expect(await caught(() => drawAppearance(async (page) => void (await page.doc[embed]('AAAA'))).draw(box))).toMatchObject({ code: 'ERR_ARGUMENT' })
  })
})
