/** Paths that are no letters: backgrounds, borders, rules, the cells of a comb. Anything else that is painted might be read. */
import type { Box } from './geometry.ts'
import type { PathShape } from './path.ts'

/** What is as near to an edge as this stands at it: a share of the side, within limits in points. */
const SHARE = 0.12
const NEAREST = 2
const FARTHEST = 6
/** The same of the inner corners of a raised or sunken border. */
const SHADE = 0.3
const WIDEST_SHADE = 12
/** The largest share of a form that the shade of its border takes. */
const MOST_OF_BORDER = 0.5
/** The widest line that draws a border; in points. */
const WIDEST_LINE = 6

/** A path as it is painted. */
export interface Ornament {
  readonly shape: PathShape
  readonly how: 'fill' | 'stroke'
  /** Width of its line in points. */
  readonly lineWidth: number
}

/**
 * Whether a path is there to be looked past.
 *
 * @param bounds what is seen of the form
 * @param comb whether the field is divided into cells
 */
export function isOrnament({ shape, how, lineWidth }: Ornament, bounds: Box, comb: boolean): boolean {
  const [x1, y1, x2, y2] = shape.box
  const [marginX, marginY] = [margin(bounds[2] - bounds[0]), margin(bounds[3] - bounds[1])]
  const wide = x1 <= bounds[0] + marginX && x2 >= bounds[2] - marginX
  const high = y1 <= bounds[1] + marginY && y2 >= bounds[3] - marginY
  if (how === 'stroke' && lineWidth > WIDEST_LINE) return false
  if (shape.isRectangle || isStraight(shape)) {
    if (wide && (high || how === 'fill' || isFlat(y1, y2) || comb)) return true
    // Of a stroked rectangle all four sides are seen.
    const atSide = x2 <= bounds[0] + marginX || x1 >= bounds[2] - marginX
    return high && ((atSide && isThin(x1, x2, marginX)) || comb)
  }
  return wide && high && followsEdges(shape, bounds)
}

function margin(side: number): number {
  return Math.min(FARTHEST, Math.max(NEAREST, SHARE * side))
}

function isFlat(low: number, high: number): boolean {
  return high - low < 1
}

function isThin(low: number, high: number, most: number): boolean {
  return high - low <= most
}

/** One line, upright or level. */
function isStraight({ points, box: [x1, y1, x2, y2] }: PathShape): boolean {
  return points !== null && points.length === 4 && (isFlat(x1, x2) || isFlat(y1, y2))
}

/** The shade of a raised or sunken border: all its corners are near those of the form, and none of its lines crosses the form. */
function followsEdges({ points }: PathShape, [left, bottom, right, top]: Box): boolean {
  if (!points) return false
  const [marginX, marginY] = [Math.min(WIDEST_SHADE, SHADE * (right - left)), Math.min(WIDEST_SHADE, SHADE * (top - bottom))]
  const corners: number[] = []
  let area = 0
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [x, y] = [points[i] as number, points[i + 1] as number]
    const next = (i + 2) % points.length
    area += x * (points[next + 1] as number) - (points[next] as number) * y
    const [atLeft, atRight] = [Math.abs(x - left) <= marginX, Math.abs(x - right) <= marginX]
    const [atBottom, atTop] = [Math.abs(y - bottom) <= marginY, Math.abs(y - top) <= marginY]
    if ((!atLeft && !atRight) || (!atBottom && !atTop)) return false
    corners.push((atRight ? 1 : 0) + (atTop ? 2 : 0))
  }
  if (Math.abs(area) / 2 > MOST_OF_BORDER * (right - left) * (top - bottom)) return false
  return corners.every((corner, i) => corner + (corners[(i + 1) % corners.length] as number) !== 3)
}
