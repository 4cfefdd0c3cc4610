/** Text put into the box of a field: lines, their places, and the size that fits. */
import type { SimpleFont } from './simple-font.ts'

/** Where the text of a field goes. */
export interface TextBox {
  readonly width: number
  readonly height: number
  /** Width of what stands around: the border. */
  readonly border: number
  /** Points; 0 for what fits. */
  readonly size: number
  readonly align: 'left' | 'centre' | 'right'
  readonly multiline: boolean
  /** How many cells of equal width the characters stand in, one in each; 0 for running text. */
  readonly cells: number
}

/** A piece of text with the place of its baseline's beginning. */
export interface PlacedText {
  readonly text: string
  readonly x: number
  readonly y: number
}

/** Text that fits. */
export interface LaidOutText {
  readonly size: number
  readonly pieces: readonly PlacedText[]
}

/** Sizes that are chosen from when none is stated. */
const SMALLEST = 4
const LARGEST_OF_LINES = 12
/** Distance of baselines, and room for one line, as multiples of the size. */
const LEADING = 1.15
const LINE_HEIGHT = 1.35
/** Half a point more than there is room for is nothing that anybody misses. */
const TOLERANCE = 0.5

/** Width of a text of size 1. */
function widthOf(text: string, font: SimpleFont): number {
  let width = 0
  for (const character of text) width += font.width(character)
  return width / 1000
}

/** What stands between the edge of the box and the text. */
function padding({ border }: TextBox): number {
  return 2 * Math.max(1, border)
}

function start({ align, width }: TextBox, pad: number, textWidth: number): number {
  if (align === 'centre') return (width - textWidth) / 2
  return align === 'right' ? width - pad - textWidth : pad
}

/** Baseline of a line in the middle. */
function middle({ height }: TextBox, font: SimpleFont, size: number): number {
  return (height - ((font.ascent + font.descent) * size) / 1000) / 2
}

/** The stated size, as far as the box is high enough for it: letters are not to be cut off. */
function stated({ size, height, border }: TextBox, font: SimpleFont): number {
  return Math.min(size, (1000 * (height - 2 * border)) / (font.ascent - font.descent))
}

/** Two decimals, downwards: what is chosen must fit. */
function chosen(size: number): number {
  return Math.floor(size * 100) / 100
}

/** Whether a size is one that can be read, or the form's author wants it so. */
function isReadable(size: number, box: TextBox): boolean {
  return size >= Math.min(SMALLEST, box.size || SMALLEST)
}

function layOutLine(text: string, font: SimpleFont, box: TextBox): LaidOutText | null {
  const pad = padding(box)
  const room = box.width - 2 * pad
  const unit = widthOf(text, font)
  const size = stated(box, font) || chosen(Math.min((box.height - 2 * box.border) / LINE_HEIGHT, unit > 0 ? room / unit : Number.POSITIVE_INFINITY))
  if (!isReadable(size, box) || unit * size > room + TOLERANCE) return null
  return { size, pieces: [{ text, x: start(box, pad, unit * size), y: middle(box, font, size) }] }
}

/** §12.7.5.3: as many cells as `/MaxLen` says, a character in the middle of each. */
function layOutCells(text: string, font: SimpleFont, box: TextBox): LaidOutText | null {
  const characters = [...text]
  const cell = box.width / box.cells
  const widest = Math.max(0, ...characters.map((one) => widthOf(one, font)))
  const size = stated(box, font) || chosen(Math.min((box.height - 2 * box.border) / LINE_HEIGHT, widest > 0 ? cell / widest : Number.POSITIVE_INFINITY))
  if (characters.length > box.cells || !isReadable(size, box)) return null
  const empty = box.cells - characters.length
  const first = box.align === 'right' ? empty : box.align === 'centre' ? Math.floor(empty / 2) : 0
  const y = middle(box, font, size)
  return { size, pieces: characters.map((one, i) => ({ text: one, x: (first + i) * cell + (cell - widthOf(one, font) * size) / 2, y })) }
}

/** Breaks a text into lines no wider than there is room for: at spaces, and within words that are wider than a line. */
function linesOf(text: string, font: SimpleFont, room: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = []
    let [line, width] = ['', 0]
    for (const [word] of paragraph.matchAll(/ *[^ ]+| +$/g)) {
      const wordWidth = widthOf(word, font)
      if (width + wordWidth <= room) {
        line += word
        width += wordWidth
        continue
      }
      const rest = word.trimStart()
      if (line !== '') lines.push(line)
      ;[line, width] = ['', 0]
      for (const character of rest) {
        const one = widthOf(character, font)
        if (width + one > room && line !== '') {
          lines.push(line)
          ;[line, width] = ['', 0]
        }
        line += character
        width += one
      }
    }
    return [...lines, line]
  })
}

function layOutLines(text: string, font: SimpleFont, box: TextBox): LaidOutText | null {
  const pad = padding(box)
  const room = box.width - 2 * pad
  if (room <= 0) return null
  const sizes = box.size > 0 ? [box.size] : Array.from({ length: 2 * (LARGEST_OF_LINES - SMALLEST) + 1 }, (_, i) => LARGEST_OF_LINES - i / 2)
  for (const size of sizes) {
    const lines = linesOf(text, font, (room + TOLERANCE) / size)
    if (lines.length * LEADING * size > box.height - 2 * box.border && lines.length > 1) continue
    const top = box.height - pad - (font.ascent * size) / 1000
    const pieces = lines.map((line, i) => ({ text: line, x: start(box, pad, widthOf(line, font) * size), y: top - i * LEADING * size }))
    if (pieces.length > 1 || top >= 0) return { size, pieces: pieces.filter((piece) => piece.text !== '') }
  }
  return null
}

/**
 * Lays a text out.
 *
 * @param text every character of which the font shows
 * @returns `null` where it does not fit: a letter outside of the box would be one that nobody sees
 */
export function layOutText(text: string, font: SimpleFont, box: TextBox): LaidOutText | null {
  if (box.cells > 0) return layOutCells(text, font, box)
  return box.multiline ? layOutLines(text, font, box) : layOutLine(text, font, box)
}
