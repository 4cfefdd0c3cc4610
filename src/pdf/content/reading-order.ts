/** Characters with their places, put into the order in which they are read: line by line, and along each line. */
import type { Rgb } from './colour.ts'
import type { Matrix } from './geometry.ts'

/** A character that is seen. */
export interface SeenGlyph {
  /** `undefined` where nobody can say what it is. */
  readonly text: string | undefined
  /** From ems to the page. */
  readonly matrix: Matrix
  /** In ems. */
  readonly width: number
  /** What is behind it. */
  readonly behind: Rgb
}

/** A line of text. */
export interface ShownLine {
  readonly text: string
  /** What is behind its first character, which tells a selected line from others. */
  readonly behind: Rgb
}

/** Lines, and whether no characters lie over each other. */
export interface ReadLines {
  readonly lines: readonly ShownLine[]
  readonly legible: boolean
}

/** What one line may go up and down, and what makes another one, in ems: raised figures stay with what they belong to. */
const SAME_LINE = 0.5
/** A gap of so many ems is a space. */
const SPACE = 0.2
/** How much of a character at least the next one leaves free: pairs like AV move closer. */
const LEAST_ADVANCE = 0.5

interface Spot {
  readonly glyph: SeenGlyph
  /** Along the direction of writing and across it, upwards, in units of the page; the size of an em. */
  readonly along: number
  readonly across: number
  readonly em: number
}

/**
 * Reads characters that are all written in one direction.
 *
 * @param glyphs in the order of drawing
 */
export function readLines(glyphs: readonly SeenGlyph[]): ReadLines {
  const [first] = glyphs
  if (!first) return { lines: [], legible: true }
  const [a, b] = first.matrix
  const length = Math.hypot(a, b) || 1
  const [x, y] = [a / length, b / length]
  const spots = glyphs.map((glyph): Spot => {
    const [, , c, d, e, f] = glyph.matrix
    return { glyph, along: e * x + f * y, across: f * x - e * y, em: Math.hypot(c, d) }
  })
  spots.sort((one, other) => other.across - one.across)
  const lines: ShownLine[] = []
  let legible = true
  for (let from = 0; from < spots.length; ) {
    let to = from + 1
    // A line ends where the next character lies far enough below the one above it.
    while (to < spots.length && within(spots[to - 1] as Spot, spots[to] as Spot)) to++
    const line = readLine(spots.slice(from, to))
    lines.push({ text: line.text, behind: line.behind })
    legible &&= line.legible
    from = to
  }
  return { lines, legible }
}

function within(above: Spot, below: Spot): boolean {
  return above.across - below.across < SAME_LINE * Math.max(above.em, below.em)
}

function readLine(spots: Spot[]): ShownLine & { legible: boolean } {
  spots.sort((one, other) => one.along - other.along)
  let text = ''
  let legible = true
  let last: Spot | undefined
  for (const spot of spots) {
    if (last) {
      const advance = spot.along - last.along
      const width = last.glyph.width * Math.hypot(last.glyph.matrix[0], last.glyph.matrix[1])
      if (advance < LEAST_ADVANCE * width) legible = false
      if (advance - width > SPACE * spot.em && !text.endsWith(' ')) text += ' '
    }
    text += spot.glyph.text ?? ''
    last = spot
  }
  return { text, legible, behind: (spots[0] as Spot).glyph.behind }
}
