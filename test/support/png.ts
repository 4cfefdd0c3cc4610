/**
 * Pictures: PNG (ISO/IEC 15948) as `pdftoppm` writes it, and how much two of them differ. Small and strict: 8 bits, no
 * interlace, gray, RGB or either with alpha, which is laid over white.
 */
import { deflateSync, inflateSync } from 'node:zlib'

/** Pixels, row by row from the top, three bytes each: red, green, blue. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** Samples of a pixel by colour type (ISO/IEC 15948 table 11.1). */
const CHANNELS: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [4, 2],
  [6, 4],
])

/** Reads a PNG; throws on what is none, or of a kind that is not expected here. */
export function readPng(bytes: Uint8Array): Picture {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (!file.subarray(0, 8).equals(SIGNATURE)) throw new Error('not a PNG')
  const data: Buffer[] = []
  let head: Buffer | null = null
  for (let at = 8; at + 12 <= file.length; ) {
    const length = file.readUInt32BE(at)
    const type = file.toString('latin1', at + 4, at + 8)
    const body = file.subarray(at + 8, at + 8 + length)
    if (type === 'IHDR') head = body
    if (type === 'IDAT') data.push(body)
    if (type === 'IEND') break
    at += 12 + length
  }
  if (head === null) throw new Error('a PNG without IHDR')
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)]
  const channels = CHANNELS.get(head[9] ?? -1)
  if (head[8] !== 8 || channels === undefined || head[12] !== 0) throw new Error('a PNG of another kind than 8 bits without palette and interlace')
  return { width, height, pixels: toRgb(unfilter(inflateSync(Buffer.concat(data)), width * channels, height, channels), channels) }
}

/** Takes back the filters of the rows (ISO/IEC 15948 §9). */
function unfilter(filtered: Buffer, stride: number, height: number, channels: number): Uint8Array {
  if (filtered.length !== (stride + 1) * height) throw new Error('a PNG whose data do not fit its size')
  const out = new Uint8Array(stride * height)
  for (let y = 0; y < height; y++) {
    const filter = filtered[y * (stride + 1)]
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x
      const left = x < channels ? 0 : (out[at - channels] ?? 0)
      const above = y === 0 ? 0 : (out[at - stride] ?? 0)
      const corner = y === 0 || x < channels ? 0 : (out[at - stride - channels] ?? 0)
      const predicted = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter ?? -1]
      if (predicted === undefined) throw new Error('a PNG with an unknown filter')
      out[at] = (filtered[y * (stride + 1) + 1 + x] ?? 0) + predicted
    }
  }
  return out
}

function paeth(left: number, above: number, corner: number): number {
  const [a, b, c] = [Math.abs(above - corner), Math.abs(left - corner), Math.abs(left + above - 2 * corner)]
  if (a <= b && a <= c) return left
  return b <= c ? above : corner
}

function toRgb(samples: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return samples
  const count = samples.length / channels
  const out = new Uint8Array(count * 3)
  for (let i = 0; i < count; i++) {
    const alpha = channels % 2 === 0 ? (samples[i * channels + channels - 1] ?? 0) / 255 : 1
    for (let c = 0; c < 3; c++) out[i * 3 + c] = Math.round((samples[i * channels + (channels > 2 ? c : 0)] ?? 0) * alpha + 255 * (1 - alpha))
  }
  return out
}

/**
 * Writes a picture as PNG.
 *
 * @param alpha how much of each pixel covers what is below it, from 0 to 255; all of it when left out
 */
export function writePng({ width, height, pixels }: Picture, alpha?: Uint8Array): Uint8Array {
  const channels = alpha ? 4 : 3
  const stride = width * channels + 1
  const rows = Buffer.alloc(stride * height)
  for (let i = 0; i < width * height; i++) {
    const at = Math.floor(i / width) * stride + 1 + (i % width) * channels
    rows.set(pixels.subarray(i * 3, i * 3 + 3), at)
    if (alpha) rows[at + 3] = alpha[i] ?? 0
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, alpha ? 6 : 2, 0, 0, 0], 8)
  return Buffer.concat([SIGNATURE, chunk('IHDR', head), chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))])
}

function chunk(type: string, body: Buffer): Buffer {
  const out = Buffer.alloc(12 + body.length)
  out.writeUInt32BE(body.length, 0)
  out.write(type, 4, 'latin1')
  out.set(body, 8)
  out.writeUInt32BE(crc32(out.subarray(4, 8 + body.length)), 8 + body.length)
  return out
}

/** ISO/IEC 15948 annex D, bit by bit: the pictures are small. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}

/** How two pictures differ. */
export interface Difference {
  /** Of all pixels, how many have no like in the other picture at their place or right beside it. 1 where the sizes differ. */
  readonly share: number
  /** The second picture, faded, with the pixels that differ in red. */
  readonly shown: Picture
}

/** The smallest rectangle that holds every pixel in which two pictures of one size differ: left, top, width, height. Null where they are the same. */
export function changedArea(before: Picture, after: Picture): readonly [number, number, number, number] | null {
  if (before.width !== after.width || before.height !== after.height) throw new Error('pictures of two sizes')
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1, -1]
  for (let i = 0; i < before.width * before.height; i++) {
    if (distance(before, i * 3, after, i * 3) === 0) continue
    const [x, y] = [i % before.width, Math.floor(i / before.width)]
    ;[left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)]
  }
  return right < 0 ? null : [left, top, right - left + 1, bottom - top + 1]
}

/** How far apart the colours of a pixel are before it counts: other versions of a renderer smooth edges otherwise. */
const THRESHOLD = 72

/**
 * Compares pixel by pixel, both ways, each with the nine of the other picture around its place, so that an edge that is drawn
 * half a pixel beside does not count, and a line that is missing does.
 */
export function compare(expected: Picture, actual: Picture): Difference {
  const { width, height, pixels } = actual
  const shown = Uint8Array.from(pixels, (value) => 255 - (255 - value) / 3)
  if (expected.width !== width || expected.height !== height) return { share: 1, shown: { width, height, pixels: shown } }
  let count = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (hasLike(expected, actual, x, y) && hasLike(actual, expected, x, y)) continue
      shown.set([255, 0, 0], (y * width + x) * 3)
      count++
    }
  }
  return { share: count / (width * height), shown: { width, height, pixels: shown } }
}

function hasLike(picture: Picture, other: Picture, x: number, y: number): boolean {
  for (let v = Math.max(0, y - 1); v <= Math.min(picture.height - 1, y + 1); v++) {
    for (let u = Math.max(0, x - 1); u <= Math.min(picture.width - 1, x + 1); u++) {
      if (distance(picture, (v * picture.width + u) * 3, other, (y * other.width + x) * 3) <= THRESHOLD) return true
    }
  }
  return false
}

function distance(a: Picture, at: number, b: Picture, bt: number): number {
  let most = 0
  for (let c = 0; c < 3; c++) most = Math.max(most, Math.abs((a.pixels[at + c] ?? 0) - (b.pixels[bt + c] ?? 0)))
  return most
}
