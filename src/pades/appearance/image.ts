/** Image XObjects (ISO 32000-2 §8.9.5). */
import { zlibSync } from 'fflate'
import type { PDFContext, PDFRef } from 'pdf-lib'
import { imageError } from './faults.ts'
import { isJpeg, readJpeg } from './jpeg.ts'
import type { JpegPicture, Picture, PixelBudget, PixelPicture } from './picture.ts'
import { isPng, readPng } from './png.ts'

const COLOUR_SPACES = { 1: 'DeviceGray', 3: 'DeviceRGB', 4: 'DeviceCMYK' } as const

/** From here on a pixel is painted where there is only all or nothing. */
const HALF = 128

/**
 * Reads a PNG or JPEG file.
 *
 * @throws KysoError `ERR_APPEARANCE_IMAGE`
 */
export function readPicture(file: Uint8Array, budget: PixelBudget): Picture {
  if (isPng(file)) return readPng(file, budget)
  if (isJpeg(file)) return readJpeg(file, budget)
  throw imageError('kind', 'an image that is neither PNG nor JPEG')
}

/**
 * Writes a picture. Where it is transparent it gets a soft mask, or a stencil mask (§8.9.6.3) where only that is allowed
 * or every pixel is either clear or opaque.
 *
 * @param opaque whether soft transparency is not allowed, as in PDF/A-1 (ISO 19005-1 §6.4)
 */
export function embedPicture(context: PDFContext, ref: PDFRef, picture: Picture, opaque: boolean): void {
  context.assign(ref, picture.kind === 'jpeg' ? jpegStream(context, picture) : pixelStream(context, picture, opaque))
}

function entries({ width, height }: Picture, bits: number): Record<string, string | number> {
  return { Type: 'XObject', Subtype: 'Image', Width: width, Height: height, BitsPerComponent: bits }
}

function jpegStream(context: PDFContext, picture: JpegPicture): ReturnType<PDFContext['stream']> {
  const inverted = picture.inverted ? { Decode: [1, 0, 1, 0, 1, 0, 1, 0] } : {}
  return context.stream(picture.file, { ...entries(picture, 8), ColorSpace: COLOUR_SPACES[picture.components], ...inverted, Filter: 'DCTDecode' })
}

function pixelStream(context: PDFContext, picture: PixelPicture, opaque: boolean): ReturnType<PDFContext['stream']> {
  const { alpha, samples, components } = picture
  const mask = alpha ? maskOf(context, picture, alpha, opaque) : {}
  return context.stream(zlibSync(samples), { ...entries(picture, 8), ColorSpace: COLOUR_SPACES[components], ...mask, Filter: 'FlateDecode' })
}

function maskOf(context: PDFContext, picture: PixelPicture, alpha: Uint8Array, opaque: boolean): Record<string, PDFRef> {
  if (opaque || alpha.every((value) => value === 0 || value === 255)) {
    const stencil = context.stream(zlibSync(stencilOf(picture, alpha)), { ...entries(picture, 1), ImageMask: true, Filter: 'FlateDecode' })
    return { Mask: context.register(stencil) }
  }
  const soft = context.stream(zlibSync(alpha), { ...entries(picture, 8), ColorSpace: 'DeviceGray', Filter: 'FlateDecode' })
  return { SMask: context.register(soft) }
}

/** One bit a pixel, rows of whole bytes; 1 stands for what is not painted. */
function stencilOf({ width, height }: PixelPicture, alpha: Uint8Array): Uint8Array {
  const rowBytes = Math.ceil(width / 8)
  const bits = new Uint8Array(rowBytes * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if ((alpha[y * width + x] ?? 0) >= HALF) continue
      const at = y * rowBytes + (x >> 3)
      bits[at] = (bits[at] ?? 0) | (0x80 >> (x & 7))
    }
  }
  return bits
}
