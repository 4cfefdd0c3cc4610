/** Matrices and upright boxes (ISO 32000-2 §8.3.3 and §8.3.4). */

/** `[a b c d e f]`: x' = a·x + c·y + e, y' = b·x + d·y + f. */
export type Matrix = readonly [number, number, number, number, number, number]

/** An upright box: left, bottom, right, top. One without width or height is a line or a point. */
export type Box = readonly [x1: number, y1: number, x2: number, y2: number]

/** A box of numbers that were read; `null` where they are fewer than four. */
export function toBox(numbers: readonly number[]): Box | null {
  const [x1, y1, x2, y2] = numbers
  return x1 === undefined || y1 === undefined || x2 === undefined || y2 === undefined ? null : [x1, y1, x2, y2]
}

/** Leaves everything where it is. */
export const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0]

/** The matrix that does what `first` does, and then what `second` does. */
export function multiply(first: Matrix, second: Matrix): Matrix {
  const [a, b, c, d, e, f] = first
  const [A, B, C, D, E, F] = second
  return [a * A + b * C, a * B + b * D, c * A + d * C, c * B + d * D, e * A + f * C + E, e * B + f * D + F]
}

/** The smallest upright box around a box that a matrix has moved. The corners may come in any order. */
export function boxUnder([a, b, c, d, e, f]: Matrix, [x1, y1, x2, y2]: Box): Box {
  const [ax, bx, cy, dy] = [a * x1, b * x1, c * y1, d * y1]
  const [AX, BX, CY, DY] = [a * x2, b * x2, c * y2, d * y2]
  return [
    Math.min(ax, AX) + Math.min(cy, CY) + e,
    Math.min(bx, BX) + Math.min(dy, DY) + f,
    Math.max(ax, AX) + Math.max(cy, CY) + e,
    Math.max(bx, BX) + Math.max(dy, DY) + f,
  ]
}

/** What two boxes have in common; `null` when that is nothing. */
export function intersection(one: Box, other: Box): Box | null {
  const x1 = Math.max(one[0], other[0])
  const y1 = Math.max(one[1], other[1])
  const x2 = Math.min(one[2], other[2])
  const y2 = Math.min(one[3], other[3])
  return x1 <= x2 && y1 <= y2 ? [x1, y1, x2, y2] : null
}

/** Whether a box lies in another, or is it. */
export function contains(outer: Box, inner: Box): boolean {
  return outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3]
}

/** The smallest box around both. */
export function union(one: Box, other: Box): Box {
  return [Math.min(one[0], other[0]), Math.min(one[1], other[1]), Math.max(one[2], other[2]), Math.max(one[3], other[3])]
}

/** A box with a margin on all sides. */
export function widened([x1, y1, x2, y2]: Box, margin: number): Box {
  return [x1 - margin, y1 - margin, x2 + margin, y2 + margin]
}

/** Width times height. */
export function sizeOf([x1, y1, x2, y2]: Box): number {
  return (x2 - x1) * (y2 - y1)
}

/** By how much a matrix lengthens at most, roughly: the longer of the two unit vectors it makes. */
export function scaleOf([a, b, c, d]: Matrix): number {
  return Math.max(Math.hypot(a, b), Math.hypot(c, d))
}

/** Whether what was upright is upright still. */
export function keepsUpright([a, b, c, d]: Matrix): boolean {
  return (b === 0 && c === 0) || (a === 0 && d === 0)
}
