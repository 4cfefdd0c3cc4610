/** Predictors of Flate and LZW data (ISO 32000-2 §7.4.4.4): TIFF 2, and those of PNG. */
import { KysoError } from '../../core/errors.ts'

/** `/DecodeParms` of Flate and LZW (table 8), defaults filled in. */
export interface PredictorParameters {
  readonly predictor: number
  readonly colors: number
  readonly bitsPerComponent: number
  readonly columns: number
}

function invalid(detail: string): KysoError {
  return new KysoError('ERR_PDF_FILTER', detail, { filter: 'predictor' })
}

/** Undoes a predictor; the result is never longer than `data`. */
export function unpredict(data: Uint8Array, parameters: PredictorParameters): Uint8Array {
  const { predictor, colors, bitsPerComponent, columns } = parameters
  if (predictor === 1) return data
  if (colors < 1 || columns < 1 || colors > 0xffff || columns > 0x7fffffff || ![1, 2, 4, 8, 16].includes(bitsPerComponent))
    throw invalid('impossible predictor parameters')
  const pixelBytes = Math.max(1, (colors * bitsPerComponent) >> 3)
  const rowBytes = Math.ceil((colors * bitsPerComponent * columns) / 8)
  if (predictor === 2) return tiff(data, rowBytes, colors, bitsPerComponent)
  if (predictor >= 10 && predictor <= 15) return png(data, rowBytes, pixelBytes)
  throw invalid(`an unknown predictor (${predictor})`)
}

/** Each row has its own filter type in front, whatever `/Predictor` says (RFC 2083 §6). */
function png(data: Uint8Array, rowBytes: number, pixelBytes: number): Uint8Array {
  const rows = Math.ceil(data.length / (rowBytes + 1))
  const out = new Uint8Array(Math.max(0, data.length - rows))
  let written = 0
  let above = -1
  for (let at = 0; at < data.length; at += rowBytes + 1) {
    const type = data[at] as number
    const count = Math.min(rowBytes, data.length - at - 1)
    if (type > 4) throw invalid('an unknown PNG filter type')
    for (let i = 0; i < count; i++) {
      const left = i >= pixelBytes ? (out[written + i - pixelBytes] as number) : 0
      const up = above >= 0 ? (out[above + i] as number) : 0
      let prediction = 0
      if (type === 1) prediction = left
      else if (type === 2) prediction = up
      else if (type === 3) prediction = (left + up) >> 1
      else if (type === 4) prediction = paeth(left, up, above >= 0 && i >= pixelBytes ? (out[above + i - pixelBytes] as number) : 0)
      out[written + i] = (data[at + 1 + i] as number) + prediction
    }
    above = written
    written += count
  }
  return out
}

function paeth(left: number, up: number, upLeft: number): number {
  const estimate = left + up - upLeft
  const a = Math.abs(estimate - left)
  const b = Math.abs(estimate - up)
  const c = Math.abs(estimate - upLeft)
  return a <= b && a <= c ? left : b <= c ? up : upLeft
}

/** TIFF 6.0 §14: each component is the difference to the one before it in the row. */
function tiff(data: Uint8Array, rowBytes: number, colors: number, bits: number): Uint8Array {
  const out = data.slice()
  for (let row = 0; row < out.length; row += rowBytes) {
    const end = Math.min(row + rowBytes, out.length)
    if (bits === 8) for (let i = row + colors; i < end; i++) out[i] = (out[i] as number) + (out[i - colors] as number)
    else if (bits === 16) {
      for (let i = row + 2 * colors; i + 1 < end; i += 2) {
        const before = ((out[i - 2 * colors] as number) << 8) | (out[i - 2 * colors + 1] as number)
        const value = (((out[i] as number) << 8) | (out[i + 1] as number)) + before
        out[i] = value >> 8
        out[i + 1] = value
      }
    } else tiffBits(out.subarray(row, end), colors, bits)
  }
  return out
}

function tiffBits(row: Uint8Array, colors: number, bits: number): void {
  const mask = (1 << bits) - 1
  const before = new Uint8Array(colors)
  const count = Math.floor((row.length * 8) / bits)
  for (let i = 0; i < count; i++) {
    const at = (i * bits) >> 3
    const shift = 8 - bits - ((i * bits) & 7)
    const value = ((((row[at] as number) >> shift) & mask) + (before[i % colors] as number)) & mask
    before[i % colors] = value
    row[at] = ((row[at] as number) & ~(mask << shift)) | (value << shift)
  }
}
