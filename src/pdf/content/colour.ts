/** Colours that content is painted in (ISO 32000-2 §8.6), roughly: enough to tell whether text stands out from what is behind it. */
import type { PdfDocument } from '../document.ts'
import { integerOf, nameOf, PdfArray, PdfNumber, type PdfObject, PdfStream } from '../objects.ts'

/** Red, green and blue from 0 to 1. */
export type Rgb = readonly [number, number, number]

/** What pages begin with, and what paper is. */
export const BLACK: Rgb = [0, 0, 0]
export const WHITE: Rgb = [1, 1, 1]

/** Components by the operator that sets a colour of a device. */
export const DEVICE_COLOURS: ReadonlyMap<string, number> = new Map([
  ['g', 1],
  ['rg', 3],
  ['k', 4],
])

const SPACES: ReadonlyMap<string, number> = new Map([
  ['DeviceGray', 1],
  ['CalGray', 1],
  ['DeviceRGB', 3],
  ['CalRGB', 3],
  ['DeviceCMYK', 4],
])

/** How many components a colour space has whose colours are light; 0 for others: tints, indices, patterns. */
export function componentsOf(document: PdfDocument, space: PdfObject): number {
  const value = document.resolve(space)
  const family = nameOf(value instanceof PdfArray ? document.resolve(value.items[0]) : value) ?? ''
  if (family !== 'ICCBased' || !(value instanceof PdfArray)) return SPACES.get(family) ?? 0
  const profile = document.resolve(value.items[1])
  return profile instanceof PdfStream ? (integerOf(document.resolve(profile.dict.get('N'))) ?? 0) : 0
}

/** A colour by its components; `null` where they are not those of grey, red-green-blue or ink. */
export function toRgb(operands: readonly PdfObject[], components: number): Rgb | null {
  const values: number[] = []
  for (const operand of operands) if (operand instanceof PdfNumber) values.push(Math.min(1, Math.max(0, operand.value)))
  if (values.length !== components || operands.length !== components) return null
  const [a = 0, b = 0, c = 0, black = 0] = values
  if (components === 1) return [a, a, a]
  if (components === 3) return [a, b, c]
  return components === 4 ? [(1 - a) * (1 - black), (1 - b) * (1 - black), (1 - c) * (1 - black)] : null
}

/** How far two colours are apart at most in one of the three: 0 for the same, 1 for black and white. */
export function distance(one: Rgb, other: Rgb): number {
  return Math.max(...one.map((value, i) => Math.abs(value - (other[i] as number))))
}
