import { BlendMode, cmyk, PDFDocument } from 'pdf-lib'
import { describe, expect, it } from 'vitest'
import { type AppearanceBox, type DrawAppearance, drawAppearance } from '../../../src/pades/appearance/index.ts'
import { PdfStream } from '../../../src/pdf/index.ts'
import { at, caught, dataOf, dejavu, every, formOf, JPEG_INK, JPEG_RGB, makePng, text } from './support.ts'

const font = dejavu('DejaVuSans')

function draw(drawing: DrawAppearance, part?: number) {
  return drawAppearance(drawing).draw({ width: 100, height: 50, ...(part ? { pdfa: { part, conformance: 'B' } } : {}) })
}

describe.each([1, 2, 3, 4])('in a PDF/A-%i', (part) => {
  it('colours are calibrated, so that they need no output intent', async () => {
    const drawn = await draw((page, { rgb }) => page.drawSquare({ size: 5, color: rgb(1, 0, 0) }), part)
    const spaces = at(drawn, formOf(drawn), 'Resources', 'ColorSpace')
    expect(text(spaces)).toBe('<</DefaultRGB [/ICCBased 2 0 R] /DefaultGray [/ICCBased 3 0 R] >>')
    const profiles = ['DefaultRGB', 'DefaultGray'].map((name) => at(drawn, spaces, name, 1))
    expect(profiles.map((profile) => text(at(drawn, profile, 'N')))).toEqual(['3', '1'])
    for (const [i, profile] of profiles.entries()) {
      const data = Buffer.from(dataOf(profile))
      expect([data.readUInt32BE(0), data.toString('latin1', 12, 20), data.toString('latin1', 36, 40)]).toEqual([
        data.length,
        `mntr${i === 0 ? 'RGB ' : 'GRAY'}`,
        'acsp',
      ])
    }
    const plain = await draw((page) => page.drawSquare({ size: 5 }))
    expect(at(plain, formOf(plain), 'Resources', 'ColorSpace')).toBeUndefined()
  })

  it('fonts are embedded', async () => {
    expect(await caught(() => draw((page) => page.drawText('Helvetica'), part))).toMatchObject({ code: 'ERR_APPEARANCE_PDFA', data: { why: 'font' } })
    await draw(async (page, tools) => page.drawText('Đã ký', { font: await tools.font(font) }), part)
  })

  it.each<[string, DrawAppearance]>([
    ['of a fill', async (page) => page.drawSquare({ color: cmyk(1, 0, 0, 0) })],
    ['of an image', async (page, tools) => page.drawImage(await tools.image(JPEG_INK))],
  ])('ink is refused: %s', async (_, drawing) => {
    expect(await caught(() => draw(drawing, part))).toMatchObject({ code: 'ERR_APPEARANCE_PDFA', data: { why: 'cmyk' } })
    await draw(drawing)
  })

  it('images of colours are taken', async () => {
    await draw(async (page, tools) => page.drawImage(await tools.image(JPEG_RGB)), part)
  })

  it('pages of other files are refused', async () => {
    const other = await PDFDocument.create()
    other.addPage([10, 10]).drawSquare({ size: 5 })
    const drawing: DrawAppearance = async (page) => {
      page.drawPage(await page.doc.embedPage(other.getPage(0)))
    }
    expect(await caught(() => draw(drawing, part))).toMatchObject({ code: 'ERR_APPEARANCE_PDFA', data: { why: 'form' } })
    expect(text((await draw(drawing)).objects.get(2) === undefined ? null : true)).toBe('true')
  })
})

async function formIn(drawing: DrawAppearance, box: AppearanceBox) {
  const drawn = await drawAppearance(drawing).draw(box)
  return [drawn, formOf(drawn)] as const
}

describe('soft transparency', () => {
  const soft: readonly [string, DrawAppearance][] = [
    ['of a fill', (page) => page.drawSquare({ opacity: 0.5 })],
    ['of a line', (page) => page.drawSquare({ borderOpacity: 0.5, borderWidth: 1 })],
    ['by a blend mode', (page) => page.drawSquare({ blendMode: BlendMode.Multiply })],
  ]

  it.each(soft)('is refused in PDF/A-1: %s', async (_, drawing) => {
    expect(await caught(() => draw(drawing, 1))).toMatchObject({ code: 'ERR_APPEARANCE_PDFA', data: { why: 'transparency' } })
    expect(await caught(() => drawAppearance(drawing, { opaque: true }).draw({ width: 9, height: 9 }))).toMatchObject({ data: { why: 'transparency' } })
  })

  it.each(soft)('has a group elsewhere: %s', async (_, drawing) => {
    for (const part of [undefined, 2, 3]) {
      const drawn = await draw(drawing, part)
      expect(text(at(drawn, formOf(drawn), 'Group', 'S'))).toBe('/Transparency')
    }
  })

  it.each(soft)('is refused where no output intent says in which colours to blend: %s', async (_, drawing) => {
    for (const part of [2, 3, 4]) {
      const box = (outputIntent: boolean) => ({ width: 100, height: 50, pdfa: { part, conformance: 'B', outputIntent } })
      expect(await caught(() => drawAppearance(drawing).draw(box(false)))).toMatchObject({ code: 'ERR_APPEARANCE_PDFA', data: { why: 'transparency' } })
      expect(text(at(...(await formIn(drawing, box(true))), 'Group', 'S'))).toBe('/Transparency')
    }
  })

  it('gives images a hard edge where no output intent says in which colours to blend', async () => {
    const faded = makePng({ width: 4, height: 2, type: 6, pixel: (x) => [200, 0, 0, 40 * x] })
    const imageIn = async (outputIntent: boolean) => {
      const drawing = drawAppearance(async (page, tools) => page.drawImage(await tools.image(faded)))
      const drawn = await drawing.draw({ width: 9, height: 9, pdfa: { part: 2, conformance: 'B', outputIntent } })
      const dict = every(drawn, 'Image').flatMap((image) => (image instanceof PdfStream ? [image.dict] : []))
      return { soft: dict.some((one) => one.has('SMask')), hard: dict.some((one) => one.has('Mask')), group: at(drawn, formOf(drawn), 'Group') !== undefined }
    }
    expect(await imageIn(true)).toEqual({ soft: true, hard: false, group: true })
    expect(await imageIn(false)).toEqual({ soft: false, hard: true, group: false })
  })

  it('is none where everything is opaque', async () => {
    const drawn = await draw((page) => page.drawSquare({ opacity: 1, blendMode: BlendMode.Normal }), 1)
    expect(formOf(drawn).dict.has('Group')).toBe(false)
  })
})
