import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { concat, equal } from '../../../src/core/bytes.ts'
import { type DrawOptions, drawAppearance } from '../../../src/pades/appearance/index.ts'
import { PdfStream } from '../../../src/pdf/index.ts'
import {
  at,
  caught,
  dataOf,
  every,
  formOf,
  JPEG_GREY,
  JPEG_INK,
  JPEG_RGB,
  makePng,
  PNG_SIGNATURE,
  type PngParts,
  pngChunk,
  pngHeader,
  text,
} from './support.ts'

const box = { width: 100, height: 100 }

async function draw(file: Uint8Array, part?: number, options: DrawOptions = {}) {
  const drawn = await drawAppearance(async (page, tools) => page.drawImage(await tools.image(file), { width: 50, height: 50 }), options).draw({
    ...box,
    ...(part ? { pdfa: { part, conformance: 'B' } } : {}),
  })
  const image = at(drawn, formOf(drawn), 'Resources', 'XObject', 'Im1')
  if (!(image instanceof PdfStream)) throw new Error('no image')
  const entry = (name: string): string => text(image.dict.get(name))
  return { drawn, image, entry, samples: [...dataOf(image)], mask: at(drawn, image, 'Mask'), soft: at(drawn, image, 'SMask') }
}

/** Numbers that are spread over the range of a depth. */
function spread(depth: number): (x: number, y: number) => number {
  return (x, y) => (x * 31 + y * 17 + 5 * x * y) % 2 ** depth
}

function scaled(value: number, depth: number): number {
  return Math.round((value * 255) / (2 ** depth - 1))
}

const KINDS = ([0, 2, 3, 4, 6] as const).flatMap((type) =>
  (({ 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] }) as const)[type].map((depth) => ({ type, depth })),
)
const SIZES = [
  [1, 1],
  [8, 1],
  [1, 9],
  [5, 3],
  [13, 11],
] as const

describe.each(KINDS)('PNG files of colour type $type and $depth bits', ({ type, depth }) => {
  const value = spread(depth)
  const channels = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[type]
  const palette = Array.from({ length: 3 * 2 ** Math.min(depth, 8) }, (_, i) => (i * 7) % 256)
  const pixel = (x: number, y: number): number[] => Array.from({ length: channels }, (_, i) => value(x + i, y + 2 * i))

  it.each([false, true])('show every pixel (interlaced: %s)', async (interlaced) => {
    for (const [width, height] of SIZES) {
      for (const filter of [0, 'mixed'] as const) {
        const parts: PngParts = { width, height, type, depth, interlaced, filter, pixel, ...(type === 3 ? { palette } : {}) }
        const { samples, soft, mask, entry } = await draw(makePng(parts))
        const colours = type === 0 || type === 4 ? 1 : 3
        const raw = Array.from({ length: width * height }, (_, i) => pixel(i % width, Math.floor(i / width)))
        const expected = raw.flatMap((one) =>
          type === 3 ? palette.slice(3 * (one[0] ?? 0), 3 * (one[0] ?? 0) + 3) : one.slice(0, colours).map((sample) => scaled(sample, depth)),
        )
        expect(samples).toEqual(expected)
        expect([entry('Width'), entry('Height'), entry('BitsPerComponent'), entry('ColorSpace')]).toEqual([
          String(width),
          String(height),
          '8',
          colours === 1 ? '/DeviceGray' : '/DeviceRGB',
        ])
        const alpha = channels > colours ? raw.map((one) => scaled(one.at(-1) ?? 0, depth)) : []
        if (alpha.some((one) => one > 0 && one < 255)) expect([...dataOf(soft)]).toEqual(alpha)
        else expect([soft, mask !== undefined]).toEqual([undefined, alpha.includes(0)])
      }
    }
  })
})

describe('transparency', () => {
  it('of one grey or colour makes a stencil mask', async () => {
    for (const depth of [1, 2, 4, 8, 16] as const) {
      const { mask, soft } = await draw(makePng({ width: 3, height: 2, type: 0, depth, transparency: [0, 1], pixel: (x) => [x === 1 ? 1 : 0] }))
      expect([...dataOf(mask)]).toEqual([0b01000000, 0b01000000])
      expect(soft).toBeUndefined()
    }
    // At 16 bits another grey that differs in the lower byte alone is not meant.
    const close = await draw(makePng({ width: 2, height: 1, type: 0, depth: 16, transparency: [1, 2], pixel: (x) => [258 + x] }))
    expect([...dataOf(close.mask)]).toEqual([0b10000000])
    const colour = await draw(makePng({ width: 2, height: 1, type: 2, transparency: [0, 1, 0, 2, 0, 3], pixel: (x) => [1, 2, 3 + x] }))
    expect([...dataOf(colour.mask)]).toEqual([0b10000000])
  })

  it('of a palette is soft, but for what it does not name', async () => {
    const { soft } = await draw(makePng({ width: 3, height: 1, type: 3, palette: [1, 1, 1, 2, 2, 2, 3, 3, 3], transparency: [0, 100], pixel: (x) => [x] }))
    expect([...dataOf(soft)]).toEqual([0, 100, 255])
    expect(text(soft instanceof PdfStream ? soft.dict : null)).toMatch(/\/ColorSpace \/DeviceGray/)
  })

  const faded = makePng({ width: 9, height: 2, type: 6, pixel: (x, y) => [10 * x, 20, 30, y === 0 ? Math.min(255, 32 * x) : Math.max(0, 255 - 32 * x)] })

  it('becomes all or nothing in PDF/A-1, and where it is not wanted', async () => {
    for (const { drawn, mask, soft, entry } of [await draw(faded, 1), await draw(faded, undefined, { opaque: true })]) {
      expect([soft, entry('SMask')]).toEqual([undefined, 'null'])
      expect([...dataOf(mask)]).toEqual([0b11110000, 0, 0b00001111, 0x80])
      expect(text(mask instanceof PdfStream ? mask.dict : null)).toMatch(/\/Width 9 \/Height 2 \/BitsPerComponent 1 \/ImageMask true/)
      expect(formOf(drawn).dict.has('Group')).toBe(false)
    }
  })

  it('stays soft in later parts, in a group of a colour space that any output intent allows', async () => {
    const { drawn, soft } = await draw(faded, 2)
    expect(dataOf(soft).length).toBe(18)
    expect(text(formOf(drawn).dict.get('Group'))).toMatch(/^<<\/Type \/Group \/S \/Transparency \/CS \[\/ICCBased \d+ 0 R\]/)
  })

  it('that hides nothing is left out', async () => {
    const { drawn, mask, soft } = await draw(makePng({ width: 2, height: 2, type: 6, pixel: () => [1, 2, 3, 255] }))
    expect([mask, soft, every(drawn, 'Image').length]).toEqual([undefined, undefined, 1])
  })
})

describe('JPEG files', () => {
  it.each([
    ['colours', JPEG_RGB, '/DeviceRGB'],
    ['grey', JPEG_GREY, '/DeviceGray'],
    ['ink', JPEG_INK, '/DeviceCMYK'],
  ])('go in as they are: %s', async (_, file, space) => {
    const { image, entry } = await draw(file)
    expect(equal(image.data ?? new Uint8Array(0), file)).toBe(true)
    expect([entry('Width'), entry('Height'), entry('ColorSpace'), entry('Filter'), entry('Decode')]).toEqual(['16', '16', space, '/DCTDecode', 'null'])
  })

  it('of ink are inverted where Adobe’s marker says who wrote them', async () => {
    const marker = Uint8Array.from([0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0])
    const { entry } = await draw(concat([JPEG_INK.subarray(0, 2), marker, JPEG_INK.subarray(2)]))
    expect(entry('Decode')).toBe('[1 0 1 0 1 0 1 0]')
  })

  it('may be handed over in a larger buffer', async () => {
    const shared = Buffer.concat([new Uint8Array(5), JPEG_RGB]).subarray(5)
    expect((await draw(shared)).image.data?.length).toBe(JPEG_RGB.length)
  })

  const frame = JPEG_RGB.findIndex((byte, i) => byte === 0xff && JPEG_RGB[i + 1] === 0xc0)
  const patched = (at: number, ...bytes: readonly number[]): Uint8Array => {
    const copy = Uint8Array.from(JPEG_RGB)
    copy.set(bytes, at)
    return copy
  }

  it.each([
    ['arithmetic coding', patched(frame + 1, 0xc9), 'variant'],
    ['lossless', patched(frame + 1, 0xc3), 'variant'],
    ['12 bits', patched(frame + 4, 12), 'variant'],
    ['no height', patched(frame + 5, 0, 0), 'variant'],
    ['two colours', patched(frame + 9, 2), 'damaged'],
    ['no end', JPEG_RGB.subarray(0, -2), 'damaged'],
    ['half', JPEG_RGB.subarray(0, JPEG_RGB.length / 2), 'damaged'],
    ['a segment that is too long', patched(4, 0xff, 0xff), 'damaged'],
    ['too many pixels', patched(frame + 5, 0xff, 0xff, 0xff, 0xff), 'pixels'],
  ])('are refused: %s', async (_, file, why) => {
    expect(await caught(() => draw(file))).toMatchObject({ code: 'ERR_APPEARANCE_IMAGE', data: { why } })
  })
})

describe('what is no image that can be used', () => {
  const good = makePng({ width: 6, height: 6, type: 6, filter: 'mixed', pixel: (x, y) => [x, y, 3, 200] })
  const end = pngChunk('IEND', new Uint8Array(0))
  const png = (...chunks: readonly Uint8Array[]): Uint8Array => concat([PNG_SIGNATURE, ...chunks])
  const pixels = pngChunk('IDAT', deflateSync(new Uint8Array(10)))

  it.each([
    ['nothing', new Uint8Array(0), 'kind'],
    ['a GIF', Buffer.from('GIF89a'), 'kind'],
    ['text', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'kind'],
    ['no header', png(pixels, end), 'damaged'],
    ['two headers', png(pngHeader(2, 2, 8, 0), pngHeader(2, 2, 8, 0), pixels, end), 'damaged'],
    ['no pixels', png(pngHeader(2, 2, 8, 0), end), 'damaged'],
    ['no width', png(pngHeader(0, 2, 8, 0), pixels, end), 'damaged'],
    ['an unknown colour type', png(pngHeader(2, 2, 8, 5), pixels, end), 'damaged'],
    ['an impossible depth', png(pngHeader(2, 2, 4, 2), pixels, end), 'damaged'],
    ['no palette', png(pngHeader(2, 2, 8, 3), pixels, end), 'damaged'],
    [
      'a colour beyond the palette',
      png(pngHeader(1, 1, 8, 3), pngChunk('PLTE', new Uint8Array(3)), pngChunk('IDAT', deflateSync(Uint8Array.of(0, 1))), end),
      'damaged',
    ],
    ['too few pixels', png(pngHeader(9, 9, 8, 0), pixels, end), 'damaged'],
    ['too many rows', png(pngHeader(2, 2, 8, 0), pixels, end), 'damaged'],
    ['an unknown filter', png(pngHeader(9, 1, 8, 0), pngChunk('IDAT', deflateSync(new Uint8Array(10).fill(9))), end), 'damaged'],
    ['no end', png(pngHeader(9, 1, 8, 0), pixels), 'damaged'],
    ['a chunk that is longer than the file', good.map((byte, i) => (i === 8 ? 0xff : byte)), 'damaged'],
    ['an unknown part that matters', png(pngHeader(9, 1, 8, 0), pngChunk('ABCD', new Uint8Array(1)), pixels, end), 'variant'],
    ['more pixels than there is memory', png(pngHeader(0xffffffff, 0xffffffff, 16, 6), pixels, end), 'pixels'],
    ['a bomb', png(pngHeader(20_000, 20_000, 8, 6), pngChunk('IDAT', deflateSync(new Uint8Array(10_000_000))), end), 'pixels'],
    ['a bomb behind a small header', png(pngHeader(9, 1, 8, 0), pngChunk('IDAT', deflateSync(new Uint8Array(10_000_000))), end), 'damaged'],
  ])('is refused: %s', async (_, file, why) => {
    expect(await caught(() => draw(file))).toMatchObject({ code: 'ERR_APPEARANCE_IMAGE', data: { why } })
  })

  it('is refused wherever a byte of it is wrong, or it ends', async () => {
    for (let i = 0; i < good.length; i++) {
      const error = await caught(() => draw(good.map((byte, at) => (at === i ? byte ^ 0x55 : byte))))
      // What is not a matter of the picture may be anything: nothing here is.
      expect(error?.code).toBe('ERR_APPEARANCE_IMAGE')
      expect((await caught(() => draw(good.subarray(0, i))))?.code).toBe('ERR_APPEARANCE_IMAGE')
    }
  })

  it('are pictures with more pixels together than the drawing may have', async () => {
    const small = makePng({ width: 10, height: 10, type: 0, pixel: () => [0] })
    expect(await caught(() => draw(small, undefined, { maxPixels: 99 }))).toMatchObject({ code: 'ERR_APPEARANCE_IMAGE', data: { why: 'pixels' } })
    await draw(small, undefined, { maxPixels: 100 })
    const twice = drawAppearance(
      async (page, tools) => {
        for (const file of [small, Uint8Array.from(small)]) page.drawImage(await tools.image(file))
      },
      { maxPixels: 199 },
    )
    expect(await caught(() => twice.draw(box))).toMatchObject({ data: { why: 'pixels' } })
  })
})
