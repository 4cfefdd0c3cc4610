/** Images, fonts and looks into what was drawn, for the tests of appearances. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { deflateSync, inflateSync } from 'node:zlib'
import { concat, latin1 } from '../../../src/core/bytes.ts'
import { KysoError } from '../../../src/core/errors.ts'
import type { DrawnAppearance } from '../../../src/pades/appearance/index.ts'
import { ByteSink, nameOf, PdfArray, PdfDict, type PdfObject, PdfRef, PdfStream, serialize } from '../../../src/pdf/index.ts'

const resolver = createRequire(import.meta.url)

/** A font file of DejaVu. */
export function dejavu(name: string): Uint8Array {
  return new Uint8Array(readFileSync(resolver.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`)))
}

/** Every letter of Vietnamese with every tone, both cases. */
export const VIETNAMESE = (() => {
  const tones = ['', '\u0300', '\u0301', '\u0303', '\u0309', '\u0323']
  const small = Array.from('aăâeêioôơuưy').flatMap((vowel) => tones.map((tone) => (vowel + tone).normalize('NFC')))
  const all = `${small.join('')}đ`
  return all + all.toUpperCase()
})()

/** The `KysoError` that is thrown; null when nothing is. Anything else goes on. */
export async function caught(fn: () => unknown): Promise<KysoError | null> {
  try {
    await fn()
    return null
  } catch (error) {
    if (error instanceof KysoError) return error
    throw error
  }
}

/** What a PNG file is made of. */
export interface PngParts {
  readonly width: number
  readonly height: number
  readonly type: 0 | 2 | 3 | 4 | 6
  readonly depth?: 1 | 2 | 4 | 8 | 16
  readonly interlaced?: boolean
  /** Of every row; `mixed` takes them in turn. */
  readonly filter?: 0 | 1 | 2 | 3 | 4 | 'mixed'
  readonly palette?: readonly number[]
  readonly transparency?: readonly number[]
  /** Samples of a pixel, at the depth. */
  readonly pixel: (x: number, y: number) => readonly number[]
}

const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const

/** A chunk of a PNG file. */
export function pngChunk(name: string, data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(12 + data.length)
  const view = new DataView(chunk.buffer)
  view.setUint32(0, data.length)
  chunk.set(latin1(name), 4)
  chunk.set(data, 8)
  view.setUint32(8 + data.length, checkSum(chunk.subarray(4, 8 + data.length)))
  return chunk
}

/** A bit at a time (ISO/IEC 15948 annex D). */
function checkSum(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return ~crc >>> 0
}

/** The header chunk of a PNG file. */
export function pngHeader(width: number, height: number, depth: number, type: number, interlaced = false): Uint8Array {
  const data = new Uint8Array(13)
  const view = new DataView(data.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  data.set([depth, type, 0, 0, interlaced ? 1 : 0], 8)
  return pngChunk('IHDR', data)
}

export const PNG_SIGNATURE = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** Columns and rows of the pixels of each pass, modulo 8 (ISO/IEC 15948 §8.2). */
const PASSES = [
  ['0', '0'],
  ['4', '0'],
  ['04', '4'],
  ['26', '04'],
  ['0246', '26'],
  ['1357', '0246'],
  ['01234567', '1357'],
] as const

/** A PNG file (ISO/IEC 15948). */
export function makePng(parts: PngParts): Uint8Array {
  const { width, height, type, depth = 8, interlaced = false, palette, transparency } = parts
  const rows: Uint8Array[] = []
  for (const [across, down] of interlaced ? PASSES : [['01234567', '01234567'] as const]) {
    const columns = Array.from({ length: width }, (_, x) => x).filter((x) => across.includes(String(x % 8)))
    const lines = Array.from({ length: height }, (_, y) => y).filter((y) => down.includes(String(y % 8)))
    if (columns.length === 0) continue
    let above: Uint8Array | undefined
    for (const [i, y] of lines.entries()) {
      const samples = columns.flatMap((x) => parts.pixel(x, y))
      const raw = packed(samples, depth)
      rows.push(filtered(raw, above, parts.filter === 'mixed' ? i % 5 : (parts.filter ?? 0), Math.max(1, (CHANNELS[type] * depth) >> 3)))
      above = raw
    }
  }
  return concat([
    PNG_SIGNATURE,
    pngHeader(width, height, depth, type, interlaced),
    ...(palette ? [pngChunk('PLTE', Uint8Array.from(palette))] : []),
    ...(transparency ? [pngChunk('tRNS', Uint8Array.from(transparency))] : []),
    pngChunk('IDAT', deflateSync(concat(rows))),
    pngChunk('IEND', new Uint8Array(0)),
  ])
}

function packed(samples: readonly number[], depth: number): Uint8Array {
  const bits = samples.map((sample) => sample.toString(2).padStart(depth, '0')).join('')
  return Uint8Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) => Number.parseInt(bits.slice(8 * i, 8 * i + 8).padEnd(8, '0'), 2))
}

function filtered(row: Uint8Array, above: Uint8Array | undefined, filter: number, step: number): Uint8Array {
  const out = new Uint8Array(row.length + 1)
  out[0] = filter
  for (const [i, value] of row.entries()) {
    const [a, b, c] = [row[i - step] ?? 0, above?.[i] ?? 0, i >= step ? (above?.[i - step] ?? 0) : 0] as const
    const p = a + b - c
    const nearest = [a, b, c].reduce((best, other) => (Math.abs(p - other) < Math.abs(p - best) ? other : best))
    out[i + 1] = value - ([0, a, b, (a + b) >> 1, nearest][filter] ?? 0)
  }
  return out
}

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'))
}

/** 16 by 16, the left half red and the right half blue. */
export const JPEG_RGB = fromBase64(
  '/9j/4AAQSkZJRgABAgAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/2wBDAQkJCQwLDBgNDRgy' +
    'IRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/wAARCAAQABADASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL' +
    '/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1' +
    'dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAAAAECAwQF' +
    'BgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVm' +
    'Z2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDi65CuvrkK' +
    '+l8O/wDmJ/7c/wDbj6/jz/mH/wC3/wD20//Z',
)
/** 16 by 16, two greys. */
export const JPEG_GREY = fromBase64(
  '/9j/4AAQSkZJRgABAgAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAAQABABAREA/8QA' +
    'HwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3' +
    'ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3' +
    '+Pn6/9oACAEBAAA/APNa5uukrm6//9k=',
)
/** 16 by 16, four inks without Adobe's marker. */
export const JPEG_INK = fromBase64(
  '/9j/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAAUCAAQABAEAREAAhEAAxEABBEA/8QAHwAAAQUBAQEB' +
    'AQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdI' +
    'SUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oADgQB' +
    'AAIAAwAEAAA/APn+vf69/r5/r7/r4Ar4Aor4Ar7/AK+/6K+/6+AK+AKK/9k=',
)

/** A stream's data, inflated where it is compressed. */
export function dataOf(stream: PdfObject | undefined): Uint8Array {
  if (!(stream instanceof PdfStream) || !stream.data) throw new Error('no stream with data')
  return nameOf(stream.dict.get('Filter')) === 'FlateDecode' ? new Uint8Array(inflateSync(stream.data)) : stream.data
}

/** The form of what was drawn. */
export function formOf(drawn: DrawnAppearance): PdfStream {
  const form = drawn.objects.get(drawn.form)
  if (!(form instanceof PdfStream)) throw new Error('no form')
  return form
}

/** The content of the form. */
export function contentOf(drawn: DrawnAppearance): string {
  return Buffer.from(dataOf(formOf(drawn))).toString('latin1')
}

/** Follows a path of keys from an object; references are followed. */
export function at(drawn: DrawnAppearance, from: PdfObject | undefined, ...path: readonly (string | number)[]): PdfObject | undefined {
  const resolve = (object: PdfObject | undefined): PdfObject | undefined => (object instanceof PdfRef ? drawn.objects.get(object.number) : object)
  let object = resolve(from)
  for (const key of path) {
    const value = object instanceof PdfStream ? object.dict : object
    object = resolve(value instanceof PdfDict ? value.get(String(key)) : value instanceof PdfArray ? value.items[Number(key)] : undefined)
  }
  return object
}

/** The objects that have a `/Type` or `/Subtype` of that name. */
export function every(drawn: DrawnAppearance, name: string): PdfObject[] {
  return [...drawn.objects.values()].filter((object) => {
    const dict = object instanceof PdfStream ? object.dict : object
    return dict instanceof PdfDict && (nameOf(dict.get('Type')) === name || nameOf(dict.get('Subtype')) === name)
  })
}

/** The one object that has a `/Type` or `/Subtype` of that name. */
export function one(drawn: DrawnAppearance, name: string): PdfObject {
  const [found, ...others] = every(drawn, name)
  if (found === undefined || others.length > 0) throw new Error(`not one ${name}`)
  return found
}

/** All objects as bytes, in their order. */
export function written(drawn: DrawnAppearance): Uint8Array {
  const sink = new ByteSink()
  for (const [number, object] of drawn.objects) {
    sink.text(`${number}: `)
    serialize(object instanceof PdfStream ? object.dict : object, sink)
    if (object instanceof PdfStream && object.data) sink.bytes(object.data)
  }
  return sink.take()
}

/** An object in PDF's notation. */
export function text(object: PdfObject | undefined): string {
  const sink = new ByteSink()
  serialize(object ?? null, sink)
  return Buffer.from(sink.take()).toString('latin1').replace(/\s+/g, ' ')
}
