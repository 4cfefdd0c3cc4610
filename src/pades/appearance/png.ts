/**
 * PNG files (ISO/IEC 15948) as samples of 8 bits. pdf-lib's decoder is not used: it follows any length that a chunk claims,
 * and goes wrong on interlaced rows and on transparent grey of 16 bits.
 */
import { Budget } from '../../core/budget.ts'
import { concat } from '../../core/bytes.ts'
import { isAboutDocument, isKysoError } from '../../core/errors.ts'
import { inflate } from '../../pdf/filters/flate.ts'
import { Output } from '../../pdf/filters/output.ts'
import { unpredict } from '../../pdf/filters/predictor.ts'
import { imageError } from './faults.ts'
import type { PixelBudget, PixelPicture } from './picture.ts'

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/** Samples a pixel, and bits a sample, by colour type (table 11.1). */
const COLOUR_TYPES: Readonly<Record<number, { readonly channels: number; readonly depths: readonly number[] }>> = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { channels: 3, depths: [8, 16] },
  3: { channels: 1, depths: [1, 2, 4, 8] },
  4: { channels: 2, depths: [8, 16] },
  6: { channels: 4, depths: [8, 16] },
}

/** The passes of an interlaced image (§8.2): the first pixel and the steps. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const
const WHOLE = [[0, 0, 1, 1]] as const

/** What the chunks of a file say. */
interface Chunks {
  readonly width: number
  readonly height: number
  readonly depth: number
  readonly type: number
  readonly channels: number
  readonly interlaced: boolean
  readonly palette: Uint8Array
  readonly transparency: DataView | undefined
  readonly data: Uint8Array
}

/** Whether a file begins as PNG files do. */
export function isPng(file: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => file[i] === byte)
}

/**
 * Decodes a PNG file. Of an animated one it is the still picture.
 *
 * @param budget is asked before anything is decompressed
 * @throws KysoError `ERR_APPEARANCE_IMAGE`
 */
export function readPng(file: Uint8Array, budget: PixelBudget): PixelPicture {
  const chunks = readChunks(new Uint8Array(file), budget)
  const { width, height, type } = chunks
  const components = type === 0 || type === 4 ? 1 : 3
  const samples = new Uint8Array(width * height * components)
  const alpha = type === 4 || type === 6 || chunks.transparency ? new Uint8Array(width * height) : undefined
  const rows = rawRows(chunks)
  const paint = painterOf(chunks, samples, alpha)
  const bits = chunks.channels * chunks.depth
  let at = 0
  for (const [left, top, across, down] of chunks.interlaced ? ADAM7 : WHOLE) {
    const [columns, lines] = [Math.ceil((width - left) / across), Math.ceil((height - top) / down)]
    if (columns <= 0 || lines <= 0) continue
    const rowBytes = Math.ceil((columns * bits) / 8)
    const pass = unfiltered(rows.subarray(at, (at += lines * (rowBytes + 1))), chunks, columns)
    for (let y = 0; y < lines; y++) {
      for (let x = 0; x < columns; x++) paint(pass, y * rowBytes, x, (top + y * down) * width + left + x * across)
    }
  }
  return { kind: 'pixels', width, height, components, samples, ...(alpha?.some((value) => value < 255) ? { alpha } : {}) }
}

function readChunks(file: Uint8Array, budget: PixelBudget): Chunks {
  const view = new DataView(file.buffer)
  let header: Omit<Chunks, 'palette' | 'transparency' | 'data'> | undefined
  let palette = new Uint8Array(0)
  let transparency: DataView | undefined
  const data: Uint8Array[] = []
  for (let at = SIGNATURE.length; ; ) {
    if (at + 12 > file.length) throw imageError('damaged', 'a PNG file that ends too early')
    const length = view.getUint32(at)
    const end = at + 8 + length
    if (end + 4 > file.length) throw imageError('damaged', 'a PNG file that ends too early')
    const name = String.fromCharCode(...file.subarray(at + 4, at + 8))
    const body = new DataView(file.buffer, at + 8, length)
    // §5.3: a lower-case first letter marks what a decoder may pass over.
    const critical = name.charCodeAt(0) < 0x60
    if (!header && name !== 'IHDR') throw imageError('damaged', 'a PNG file without a header')
    if ((critical || name === 'tRNS') && crc32(file.subarray(at + 4, end)) !== view.getUint32(end)) throw imageError('damaged', `a wrong check sum of ${name}`)
    if (name === 'IHDR') {
      if (header) throw imageError('damaged', 'a PNG file with two headers')
      header = readHeader(body)
      budget(header.width, header.height)
    } else if (name === 'PLTE') palette = file.slice(at + 8, end)
    else if (name === 'tRNS') transparency = body
    else if (name === 'IDAT') data.push(file.subarray(at + 8, end))
    else if (name === 'IEND') break
    else if (critical) throw imageError('variant', `a PNG file with an unknown part ${name}`)
    at = end + 4
  }
  if (!header) throw imageError('damaged', 'a PNG file without a header')
  if (header.type === 3 && (palette.length === 0 || palette.length % 3 !== 0)) throw imageError('damaged', 'a PNG file without its palette')
  // Table 11.1: colours with alpha have no transparency beside; and what there is has a size.
  const opaque = header.type === 4 || header.type === 6
  if (transparency && !opaque && header.type !== 3 && transparency.byteLength < 2 * header.channels) throw imageError('damaged', 'a tRNS that is too short')
  return { ...header, palette, transparency: opaque ? undefined : transparency, data: concat(data) }
}

function readHeader(body: DataView): Omit<Chunks, 'palette' | 'transparency' | 'data'> {
  if (body.byteLength !== 13) throw imageError('damaged', 'a PNG header of another length')
  const [width, height, depth, type] = [body.getUint32(0), body.getUint32(4), body.getUint8(8), body.getUint8(9)]
  const kind = COLOUR_TYPES[type]
  if (!kind?.depths.includes(depth) || body.getUint8(10) !== 0 || body.getUint8(11) !== 0 || body.getUint8(12) > 1)
    throw imageError('damaged', 'a PNG header with values that do not exist')
  if (width === 0 || height === 0) throw imageError('damaged', 'a PNG file without pixels')
  return { width, height, depth, type, channels: kind.channels, interlaced: body.getUint8(12) === 1 }
}

/** The rows with their filter types, of exactly the size that the header tells. */
function rawRows({ width, height, depth, channels, interlaced, data }: Chunks): Uint8Array {
  let expected = 0
  for (const [left, top, across, down] of interlaced ? ADAM7 : WHOLE) {
    const [columns, lines] = [Math.ceil((width - left) / across), Math.ceil((height - top) / down)]
    if (columns > 0 && lines > 0) expected += lines * (Math.ceil((columns * channels * depth) / 8) + 1)
  }
  const out = new Output(new Budget({ decompressedBytes: expected }), expected)
  try {
    inflate(data, out)
  } catch (error) {
    if (!isAboutDocument(error) && !isKysoError(error, 'ERR_BUDGET_EXCEEDED')) throw error
    throw imageError('damaged', 'pixels that cannot be decompressed', error)
  }
  const rows = out.take()
  if (rows.length !== expected) throw imageError('damaged', 'fewer pixels than the header tells')
  return rows
}

function unfiltered(rows: Uint8Array, { channels, depth }: Chunks, columns: number): Uint8Array {
  try {
    return unpredict(rows, { predictor: 15, colors: channels, bitsPerComponent: depth, columns })
  } catch (error) {
    if (!isAboutDocument(error)) throw error
    throw imageError('damaged', 'pixels with an unknown filter', error)
  }
}

/** Reads one pixel of a pass and puts it where it belongs. */
type Painter = (pass: Uint8Array, row: number, x: number, to: number) => void

function painterOf({ type, depth, channels, palette, transparency }: Chunks, samples: Uint8Array, alpha: Uint8Array | undefined): Painter {
  const mask = (1 << Math.min(depth, 8)) - 1
  const sample = (pass: Uint8Array, row: number, index: number): number => {
    if (depth === 8) return pass[row + index] ?? 0
    if (depth === 16) return (pass[row + 2 * index] ?? 0) * 256 + (pass[row + 2 * index + 1] ?? 0)
    return ((pass[row + ((index * depth) >> 3)] ?? 0) >> (8 - depth - ((index * depth) & 7))) & mask
  }
  const eight = depth === 16 ? (value: number) => Math.round(value / 257) : (value: number) => (value * 255) / mask
  if (type === 3) {
    return (pass, row, x, to) => {
      const index = sample(pass, row, x)
      if (3 * index >= palette.length) throw imageError('damaged', 'a colour that is not in the palette')
      for (let i = 0; i < 3; i++) samples[3 * to + i] = palette[3 * index + i] ?? 0
      if (alpha) alpha[to] = transparency && index < transparency.byteLength ? transparency.getUint8(index) : 255
    }
  }
  const colours = channels < 3 ? 1 : 3
  const hole = transparency ? Array.from({ length: colours }, (_, i) => transparency.getUint16(2 * i)) : undefined
  return (pass, row, x, to) => {
    let same = hole !== undefined
    for (let i = 0; i < colours; i++) {
      const value = sample(pass, row, x * channels + i)
      samples[to * colours + i] = eight(value)
      same &&= value === hole?.[i]
    }
    if (alpha) alpha[to] = hole ? (same ? 0 : 255) : eight(sample(pass, row, x * channels + colours))
  }
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value
})

/** Annex D. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}
