/** The current path (ISO 32000-2 §8.5.2), as boxes: of each subpath for filling, of each of its lines for stroking. */
import { type Box, boxUnder, type Matrix, widened } from './geometry.ts'

/** Subpaths this small are one box when they are stroked: letters and symbols that were made outlines. */
const SMALL = 24
/** Lines of one path that are kept; beyond, its subpaths are stroked as boxes. */
const MAX_LINES = 4_096
/** Subpaths of one path; beyond, what follows becomes part of the last one. */
const MAX_SUBPATHS = 100_000
/** Numbers of the points that are kept of a subpath: the shade of a border that looks raised has six or seven. */
const MAX_CORNERS = 16
/** How far a corner may lie beside that of a rectangle. */
const CORNER = 0.5

interface Subpath {
  x1: number
  y1: number
  x2: number
  y2: number
  /** Points, as x and y in turn; `null` when it is no simple shape. */
  corners: number[] | null
  /** Where its lines begin among those of the path. */
  readonly firstLine: number
}

/** A filled subpath. */
export interface FilledBox {
  readonly box: Box
  /** Whether the subpath fills its box. */
  readonly isRectangle: boolean
}

/** A subpath by its points. */
export interface PathShape extends FilledBox {
  /** Where its lines begin and end, as x and y in turn; `null` where there are curves in it, or many lines. */
  readonly points: readonly number[] | null
}

/** Gathers the path between two painting operators. Its points are in default user space. */
export class CurrentPath {
  #subpaths: Subpath[] = []
  #lines: Box[] = []
  #open: Subpath | null = null
  #x = 0
  #y = 0
  #startX = 0
  #startY = 0

  /** Whether there is nothing in it. */
  get isEmpty(): boolean {
    return this.#subpaths.length === 0
  }

  /** `m` */
  move(matrix: Matrix, x: number, y: number): void {
    this.#to(matrix, x, y)
    this.#startX = this.#x
    this.#startY = this.#y
    this.#open = null
  }

  /** `l` */
  line(matrix: Matrix, x: number, y: number): void {
    const subpath = this.#subpath()
    const [fromX, fromY] = [this.#x, this.#y]
    this.#to(matrix, x, y)
    this.#extend(subpath, [this.#x, this.#y])
    subpath.corners?.push(this.#x, this.#y)
    this.#addLine([Math.min(fromX, this.#x), Math.min(fromY, this.#y), Math.max(fromX, this.#x), Math.max(fromY, this.#y)])
  }

  /** `c`, `v` and `y`: a curve lies within the hull of its points. `v` leaves its first control point out, which is where it begins. */
  curve(matrix: Matrix, points: readonly number[]): void {
    const subpath = this.#subpath()
    const hull = [this.#x, this.#y]
    for (let i = 0; i + 1 < points.length; i += 2) {
      this.#to(matrix, points[i] as number, points[i + 1] as number)
      hull.push(this.#x, this.#y)
    }
    subpath.corners = null
    this.#extend(subpath, hull)
    const line: Box = [hull[0] as number, hull[1] as number, hull[0] as number, hull[1] as number]
    this.#addLine(around(line, hull))
  }

  /** `h` */
  close(): void {
    if (!this.#open) return
    this.#addLine([Math.min(this.#x, this.#startX), Math.min(this.#y, this.#startY), Math.max(this.#x, this.#startX), Math.max(this.#y, this.#startY)])
    this.#x = this.#startX
    this.#y = this.#startY
    this.#open = null
  }

  /** `re` */
  rectangle(matrix: Matrix, x: number, y: number, width: number, height: number): void {
    this.move(matrix, x, y)
    this.line(matrix, x + width, y)
    this.line(matrix, x + width, y + height)
    this.line(matrix, x, y + height)
    this.close()
  }

  /** The boxes that filling paints within: a point inside the path is inside one of its subpaths. */
  filled(): FilledBox[] {
    return this.#subpaths.map((subpath) => ({ box: boxOf(subpath), isRectangle: isRectangle(subpath) }))
  }

  /** The subpaths, with their points. */
  shapes(): PathShape[] {
    return this.#subpaths.map((subpath) => ({ box: boxOf(subpath), isRectangle: isRectangle(subpath), points: subpath.corners }))
  }

  /** The boxes that stroking paints within: a frame paints its sides and not what it encloses. */
  stroked(halfWidth: number): Box[] {
    const boxes: Box[] = []
    for (const [i, subpath] of this.#subpaths.entries()) {
      const whole = boxOf(subpath)
      const end = this.#subpaths[i + 1]?.firstLine ?? this.#lines.length
      if (this.#lines.length >= MAX_LINES || (whole[2] - whole[0] <= SMALL && whole[3] - whole[1] <= SMALL)) boxes.push(widened(whole, halfWidth))
      else for (let line = subpath.firstLine; line < end; line++) boxes.push(widened(this.#lines[line] as Box, halfWidth))
    }
    return boxes
  }

  /** The box around all of it, which clipping with it leaves at most; `null` for an empty path. */
  hull(): Box | null {
    const [first, ...rest] = this.#subpaths
    if (!first) return null
    let { x1, y1, x2, y2 } = first
    for (const one of rest) [x1, y1, x2, y2] = [Math.min(x1, one.x1), Math.min(y1, one.y1), Math.max(x2, one.x2), Math.max(y2, one.y2)]
    return [x1, y1, x2, y2]
  }

  /** Begins anew, as after every painting operator. */
  clear(): void {
    this.#subpaths = []
    this.#lines = []
    this.#open = null
  }

  #to([a, b, c, d, e, f]: Matrix, x: number, y: number): void {
    this.#x = a * x + c * y + e
    this.#y = b * x + d * y + f
  }

  /** The subpath that is being drawn; a new one at the current point after `m` and `h`. */
  #subpath(): Subpath {
    if (this.#open) return this.#open
    const [x, y] = [this.#x, this.#y]
    const last = this.#subpaths.length >= MAX_SUBPATHS ? this.#subpaths[MAX_SUBPATHS - 1] : undefined
    if (last) {
      last.corners = null
      this.#extend(last, [x, y])
      this.#open = last
      return last
    }
    this.#open = { x1: x, y1: y, x2: x, y2: y, corners: [x, y], firstLine: this.#lines.length }
    this.#subpaths.push(this.#open)
    return this.#open
  }

  #extend(subpath: Subpath, points: readonly number[]): void {
    const [x1, y1, x2, y2] = around(boxOf(subpath), points)
    Object.assign(subpath, { x1, y1, x2, y2 })
    if (subpath.corners && subpath.corners.length > MAX_CORNERS) subpath.corners = null
  }

  #addLine(line: Box): void {
    if (this.#lines.length < MAX_LINES) this.#lines.push(line)
  }
}

function boxOf({ x1, y1, x2, y2 }: Subpath): Box {
  return [x1, y1, x2, y2]
}

function around(box: Box, points: readonly number[]): Box {
  let [x1, y1, x2, y2] = box
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [x, y] = [points[i] as number, points[i + 1] as number]
    x1 = Math.min(x1, x)
    y1 = Math.min(y1, y)
    x2 = Math.max(x2, x)
    y2 = Math.max(y2, y)
  }
  return [x1, y1, x2, y2]
}

/** Four or five points, each in a corner of the box and two that follow each other never in opposite ones. */
function isRectangle({ corners, x1, y1, x2, y2 }: Subpath): boolean {
  if (!corners || corners.length < 8 || corners.length > 10) return false
  const visited: number[] = []
  for (let i = 0; i < corners.length; i += 2) {
    const [x, y] = [corners[i] as number, corners[i + 1] as number]
    const right = Math.abs(x - x2) <= CORNER
    const top = Math.abs(y - y2) <= CORNER
    if ((!right && Math.abs(x - x1) > CORNER) || (!top && Math.abs(y - y1) > CORNER)) return false
    visited.push((right ? 1 : 0) + (top ? 2 : 0))
  }
  if (visited.some((corner, i) => i > 0 && corner + (visited[i - 1] as number) === 3)) return false
  return new Set(visited).size === 4
}

/** How far apart the sides of rectangles may be that are one clip: some programs leave the frame of a field in the path. */
const CLIP_MARGIN = 3

/**
 * Whether clipping with a path leaves its hull: a rectangle, or several that are nearly the same and turn the same way round.
 *
 * @param evenOdd whether what two of them enclose is outside (§8.5.3.3.3)
 */
export function clipsPlainly(shapes: readonly PathShape[], hull: Box, evenOdd: boolean): boolean {
  if (shapes.length === 0 || shapes.length > 4 || !shapes.every((shape) => shape.isRectangle)) return false
  if (shapes.length === 1) return true
  if (evenOdd || !shapes.every(({ box }) => box.every((side, i) => Math.abs(side - (hull[i] as number)) <= CLIP_MARGIN))) return false
  return new Set(shapes.map(({ points }) => turnsLeft(points ?? []))).size === 1
}

/** Whether a closed line goes round against the clock. */
function turnsLeft(points: readonly number[]): boolean {
  let area = 0
  for (let i = 0; i + 1 < points.length; i += 2) {
    const next = (i + 2) % points.length
    area += (points[i] as number) * (points[next + 1] as number) - (points[next] as number) * (points[i + 1] as number)
  }
  return area > 0
}

/** The box of the unit square, which images fill (§8.9.5.1). */
export function unitSquare(matrix: Matrix): Box {
  return boxUnder(matrix, [0, 0, 1, 1])
}
