/** Where strings that are shown leave ink (ISO 32000-2 §9.4.4). */
import { type FontMetrics, UNKNOWN_FONT } from './fonts.ts'
import { type Box, boxUnder, keepsUpright, type Matrix, multiply } from './geometry.ts'
import type { GraphicsState } from './state.ts'

/** A gap of so many ems ends a piece of text. */
const GAP = 1
/** What glyphs reach beyond their width on both sides, in ems: italics, and accents that have no width of their own. */
const OVERHANG = 0.08
/** The least width that a glyph is taken to have: a font may state 0 and draw all the same. */
const LEAST_WIDTH = 0.25
const SPACE = 32

/** A character with its place. */
export interface PlacedGlyph {
  readonly code: number
  readonly font: FontMetrics
  /** From ems to default user space: its origin, and how large and in which direction it is. */
  readonly matrix: Matrix
}

/** Tells of a Type 3 glyph: its box in glyph space; `null` when it draws nothing. */
export type GlyphBox = (code: number) => Box | null

/** The text matrices, and the piece of text that is being shown. */
export class TextCursor {
  #matrix: Matrix
  #lineMatrix: Matrix
  readonly #onText: (box: Box) => void
  readonly #onGlyph: ((glyph: PlacedGlyph) => void) | null

  /**
   * @param onText told of each piece, in default user space, not clipped
   * @param onGlyph told of each character, whatever becomes of it
   */
  constructor(initial: Matrix, onText: (box: Box) => void, onGlyph: ((glyph: PlacedGlyph) => void) | null) {
    this.#matrix = initial
    this.#lineMatrix = initial
    this.#onText = onText
    this.#onGlyph = onGlyph
  }

  /** `Tm`, and `BT` with the identity. */
  set(matrix: Matrix): void {
    this.#matrix = matrix
    this.#lineMatrix = matrix
  }

  /** `Td` */
  moveLine(x: number, y: number): void {
    this.set(multiply([1, 0, 0, 1, x, y], this.#lineMatrix))
  }

  /**
   * `Tj` and `TJ`.
   *
   * @param parts strings, and numbers in thousandths by which the next string is moved back
   * @param glyphBox for Type 3 fonts
   */
  show(state: GraphicsState, parts: readonly (Uint8Array | number)[], glyphBox: GlyphBox): void {
    const font = state.font ?? UNKNOWN_FONT
    const piece = new Piece(state, this.#matrix, this.#onText)
    for (const part of parts) {
      if (typeof part === 'number') {
        piece.move((-part / 1000) * state.fontSize)
        continue
      }
      for (let at = 0; at < part.length; at += font.codeLength) {
        const code = font.codeLength === 1 ? (part[at] as number) : ((part[at] as number) << 8) | (part[at + 1] ?? 0)
        this.#onGlyph?.({ code, font, matrix: piece.place })
        if (font.type3) {
          const box = glyphBox(code)
          if (box) piece.glyph(boxUnder(font.type3.matrix, box))
        } else if (!font.isBlank(code)) piece.character(font.width(code))
        // Word spacing is for the one-byte code 32 only (§9.3.3).
        const spacing = state.charSpacing + (code === SPACE && font.codeLength === 1 ? state.wordSpacing : 0)
        piece.move((font.vertical ? -1 : font.width(code)) * state.fontSize + spacing)
      }
    }
    piece.flush()
    this.#matrix = piece.matrix
  }
}

/** Characters that follow each other. Distances are those of text space, before the horizontal scaling. */
class Piece {
  readonly #state: GraphicsState
  readonly #start: Matrix
  readonly #toUser: Matrix
  readonly #onText: (box: Box) => void
  readonly #vertical: boolean
  /** Whether a box around several characters is hardly larger than they are. */
  readonly #upright: boolean
  readonly #em: number
  #at = 0
  #low = Number.POSITIVE_INFINITY
  #high = Number.NEGATIVE_INFINITY
  #across = 0

  constructor(state: GraphicsState, start: Matrix, onText: (box: Box) => void) {
    this.#state = state
    this.#start = start
    this.#onText = onText
    this.#vertical = state.font?.vertical === true
    this.#toUser = multiply(start, state.ctm)
    this.#upright = keepsUpright(this.#toUser)
    this.#em = Math.abs(state.fontSize)
  }

  /** The text matrix after it. */
  get matrix(): Matrix {
    const shift: Matrix = this.#vertical ? [1, 0, 0, 1, 0, this.#at] : [1, 0, 0, 1, this.#at * this.#state.scaling, 0]
    return multiply(shift, this.#start)
  }

  /** Of the next character: from ems to default user space. */
  get place(): Matrix {
    const { fontSize, scaling, rise } = this.#state
    const shift: Matrix = this.#vertical
      ? [fontSize * scaling, 0, 0, fontSize, 0, this.#at + rise]
      : [fontSize * scaling, 0, 0, fontSize, this.#at * scaling, rise]
    return multiply(shift, this.#toUser)
  }

  move(distance: number): void {
    this.#at += distance
  }

  /** Ink of a character of a width in ems. */
  character(width: number): void {
    const { fontSize } = this.#state
    const [length, across] = this.#vertical ? [-fontSize, width] : [fontSize * Math.max(width, LEAST_WIDTH), 0]
    const [from, to] = [Math.min(this.#at, this.#at + length), Math.max(this.#at, this.#at + length)]
    if (!this.#upright || from - this.#high > GAP * this.#em || this.#low - to > GAP * this.#em) this.flush()
    this.#low = Math.min(this.#low, from)
    this.#high = Math.max(this.#high, to)
    this.#across = Math.max(this.#across, across)
  }

  /** Ink of a Type 3 glyph, whose box is in ems. */
  glyph([x1, y1, x2, y2]: Box): void {
    const { fontSize, scaling, rise } = this.#state
    const shift: Matrix = [fontSize * scaling, 0, 0, fontSize, this.#at * scaling, rise]
    this.#onText(boxUnder(this.#toUser, boxUnder(shift, [x1, y1, x2, y2])))
  }

  /** Tells of what was gathered. */
  flush(): void {
    if (this.#low > this.#high) return
    const { scaling, fontSize, rise, font } = this.#state
    const { top, bottom } = font ?? UNKNOWN_FONT
    const [low, high] = [this.#low - OVERHANG * this.#em, this.#high + OVERHANG * this.#em]
    // Downwards the origin is in the middle above a character (§9.7.4.3), which may be as high as the font reaches.
    const half = (Math.max(this.#across, 1) / 2) * this.#em
    const box: Box = this.#vertical
      ? [-half * scaling, low + rise, half * scaling, high + rise]
      : [low * scaling, bottom * fontSize + rise, high * scaling, top * fontSize + rise]
    this.#onText(boxUnder(this.#toUser, box))
    this.#low = Number.POSITIVE_INFINITY
    this.#high = Number.NEGATIVE_INFINITY
    this.#across = 0
  }
}
