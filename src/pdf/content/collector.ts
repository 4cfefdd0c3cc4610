/** Gathers the boxes that are painted, and keeps their list short. */
import { type Box, contains, union } from './geometry.ts'
import type { PathShape } from './path.ts'
import type { GraphicsState } from './state.ts'
import type { PlacedGlyph } from './text.ts'

/** What is told of paint. */
export interface PaintSink {
  /** Something is painted within a box of default user space. */
  paint(box: Box): void
  /** The same for a piece of text; neighbours on a line may become one. */
  text(box: Box): void
  /** A character that is shown, whether it is seen or not. */
  glyph?(glyph: PlacedGlyph, state: GraphicsState): void
  /** A subpath that is painted, whether it is seen or not. */
  shape?(shape: PathShape, how: 'fill' | 'stroke', state: GraphicsState): void
  /** Something that is painted or set decides what is seen in a way that is not looked into. */
  doubt?(): void
}

/** Rectangles kept as they are. */
const MAX_BOXES = 20_000
/** Cells along each side of the grid that takes the place of too many rectangles: at most 20,000 runs of them. */
const CELLS = 200
/** Text boxes that the next one is held against: columns of a table are often written line by line, or column by column. */
const RECENT = 4

/** The boxes of one page. */
export class BoxCollector implements PaintSink {
  readonly #bounds: Box
  #boxes: Box[] = []
  #grid: Grid | null = null
  /** Places in `#boxes` of the last pieces of text. */
  #recent: number[] = []

  /** @param bounds the box that all others lie in */
  constructor(bounds: Box) {
    this.#bounds = bounds
  }

  paint(box: Box): void {
    if (this.#grid) {
      this.#grid.add(box)
      return
    }
    const last = this.#boxes[this.#boxes.length - 1]
    if (last && contains(last, box)) return
    if (this.#boxes.length >= MAX_BOXES) {
      const grid = new Grid(this.#bounds)
      for (const one of this.#boxes) grid.add(one)
      grid.add(box)
      this.#grid = grid
      this.#boxes = []
      return
    }
    this.#boxes.push(box)
  }

  text(box: Box): void {
    for (const place of this.#recent) {
      const other = this.#boxes[place]
      if (!other || !isSameLine(other, box)) continue
      this.#boxes[place] = union(other, box)
      return
    }
    const before = this.#boxes.length
    this.paint(box)
    if (this.#boxes.length > before) this.#recent = [before, ...this.#recent.slice(0, RECENT - 1)]
  }

  /** All of them. */
  rectangles(): Box[] {
    return this.#grid ? this.#grid.rectangles() : this.#boxes
  }
}

/** The box around everything; for glyphs that are small drawings themselves. */
export class UnionCollector implements PaintSink {
  box: Box | null = null

  paint(box: Box): void {
    this.box = this.box ? union(this.box, box) : box
  }

  text(box: Box): void {
    this.paint(box)
  }
}

/** Whether two pieces of text are of about the same height at the same height, and at most half of that apart. */
function isSameLine(one: Box, other: Box): boolean {
  const height = Math.min(one[3] - one[1], other[3] - other[1])
  const slack = 0.15 * height
  if (Math.abs(one[1] - other[1]) > slack || Math.abs(one[3] - other[3]) > slack) return false
  return other[0] - one[2] <= 0.5 * height && one[0] - other[2] <= 0.5 * height
}

/** Cells that are painted. Boxes are counted at their corners and summed up in the end, so that a large one costs no more than a small one. */
class Grid {
  readonly #left: number
  readonly #bottom: number
  readonly #width: number
  readonly #height: number
  /** Differences along both axes; one row and column more than cells. */
  readonly #corners = new Int32Array((CELLS + 1) * (CELLS + 1))

  constructor([x1, y1, x2, y2]: Box) {
    this.#left = x1
    this.#bottom = y1
    this.#width = (x2 - x1) / CELLS
    this.#height = (y2 - y1) / CELLS
  }

  add([x1, y1, x2, y2]: Box): void {
    const column = (x: number): number => cell((x - this.#left) / this.#width)
    const row = (y: number): number => cell((y - this.#bottom) / this.#height)
    const [left, right, bottom, top] = [column(x1), column(x2) + 1, row(y1), row(y2) + 1]
    this.#count(left, bottom, 1)
    this.#count(right, bottom, -1)
    this.#count(left, top, -1)
    this.#count(right, top, 1)
  }

  #count(column: number, row: number, value: number): void {
    const at = row * (CELLS + 1) + column
    this.#corners[at] = (this.#corners[at] as number) + value
  }

  /** One rectangle for each run of painted cells in a row. */
  rectangles(): Box[] {
    const boxes: Box[] = []
    const above = new Int32Array(CELLS + 1)
    for (let row = 0; row < CELLS; row++) {
      let depth = 0
      let start = -1
      for (let column = 0; column <= CELLS; column++) {
        above[column] = (above[column] as number) + (this.#corners[row * (CELLS + 1) + column] as number)
        depth += above[column] as number
        const painted = column < CELLS && depth > 0
        if (painted && start < 0) start = column
        else if (!painted && start >= 0) {
          const bottom = this.#bottom + row * this.#height
          boxes.push([this.#left + start * this.#width, bottom, this.#left + column * this.#width, bottom + this.#height])
          start = -1
        }
      }
    }
    return boxes
  }
}

function cell(place: number): number {
  return Math.min(CELLS - 1, Math.max(0, Math.floor(place)))
}
