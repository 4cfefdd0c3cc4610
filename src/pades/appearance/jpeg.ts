/** The header of a JPEG file (ITU-T T.81, Annex B): PDF takes the file as it is, if it is of a kind that every viewer decodes. */
import { imageError } from './faults.ts'
import type { JpegPicture, PixelBudget } from './picture.ts'

/** Frames that DCTDecode knows (ISO 32000-2 §7.4.8): baseline, extended sequential and progressive, in Huffman coding. */
const KNOWN_FRAMES = new Set([0xc0, 0xc1, 0xc2])
/** Not frames, among their numbers: Huffman tables, an extension, arithmetic conditioning. */
const NO_FRAMES = new Set([0xc4, 0xc8, 0xcc])

/** Whether a file begins as JPEG files do. */
export function isJpeg(file: Uint8Array): boolean {
  return file[0] === 0xff && file[1] === 0xd8 && file[2] === 0xff
}

/** Markers up to the first scan, each with its parameters. */
function* segmentsOf(file: Uint8Array): Generator<{ marker: number; body: DataView; end: number }> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  for (let at = 2; at + 4 <= file.length; ) {
    if (view.getUint8(at) !== 0xff) throw imageError('damaged', 'a JPEG file that loses its markers')
    const marker = view.getUint8(at + 1)
    // Any number of bytes FF may stand before a marker.
    if (marker === 0xff) {
      at++
      continue
    }
    const length = view.getUint16(at + 2)
    if (length < 2 || at + 2 + length > file.length) throw imageError('damaged', 'a JPEG file that ends too early')
    yield { marker, body: new DataView(file.buffer, file.byteOffset + at + 4, length - 2), end: at + 2 + length }
    if (marker === 0xda) return
    at += 2 + length
  }
  throw imageError('damaged', 'a JPEG file without a scan')
}

/**
 * Reads what PDF has to say of a JPEG file.
 *
 * @throws KysoError `ERR_APPEARANCE_IMAGE`
 */
export function readJpeg(given: Uint8Array, budget: PixelBudget): JpegPicture {
  const file = new Uint8Array(given)
  let frame: DataView | undefined
  let adobe = false
  let scans = 0
  for (const { marker, body, end } of segmentsOf(file)) {
    if (marker === 0xee && body.byteLength >= 12 && body.getUint32(0) === 0x41646f62 && body.getUint8(4) === 0x65) adobe = true
    else if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.has(marker)) {
      if (frame) throw imageError('damaged', 'a JPEG file with two frames')
      if (!KNOWN_FRAMES.has(marker)) throw imageError('variant', 'a JPEG file of a kind that PDF does not take')
      frame = body
    } else if (marker === 0xda) scans = end
  }
  if (!frame || frame.byteLength < 6) throw imageError('damaged', 'a JPEG file without a frame')
  const [height, width, components] = [frame.getUint16(1), frame.getUint16(3), frame.getUint8(5)]
  if (frame.byteLength !== 6 + 3 * components) throw imageError('damaged', 'a frame that is not as long as it says')
  // A height of 0 is told behind the first scan, which DCTDecode cannot use.
  if (frame.getUint8(0) !== 8 || height === 0 || width === 0) throw imageError('variant', 'a JPEG file of a kind that PDF does not take')
  if (components !== 1 && components !== 3 && components !== 4) throw imageError('variant', `a JPEG file of ${components} colours`)
  budget(width, height)
  if (!hasEnd(file, scans)) throw imageError('damaged', 'a JPEG file that ends too early')
  return { kind: 'jpeg', width, height, components, file, inverted: components === 4 && adobe }
}

/** Whether an EOI marker stands behind the first scan's header; in coded data a byte FF is always followed by 00 or a restart. */
function hasEnd(file: Uint8Array, from: number): boolean {
  for (let at = file.indexOf(0xff, from); at >= 0; at = file.indexOf(0xff, at + 1)) if (file[at + 1] === 0xd9) return true
  return false
}
