/**
 * The text that a form XObject shows, as a reader of the page sees it: for holding what a field shows against its value. What is
 * invisible, cut off or covered does not count; what cannot be decoded, or might be letters that are drawn, makes the answer uncertain.
 *
 * What a font's tables say of its codes is believed. A font that carries its glyphs may draw others than its tables say, and nobody can
 * tell without looking at it; its text is what copying it from a reader gives. Where two of its tables differ, the answer is uncertain.
 */
import { isAboutDocument } from '../../core/errors.ts'
import type { PdfDocument } from '../document.ts'
import { PdfDict, type PdfStream } from '../objects.ts'
import type { PaintSink } from './collector.ts'
import { distance, type Rgb, WHITE } from './colour.ts'
import { fontDecoding } from './decoding.ts'
import type { Encoding } from './encodings.ts'
import { numbersOf } from './fonts.ts'
import { type Box, boxUnder, intersection, keepsUpright, type Matrix, multiply, scaleOf, sizeOf, toBox } from './geometry.ts'
import { type ContentFindings, ContentInterpreter, toMatrix } from './interpreter.ts'
import { isOrnament } from './ornament.ts'
import type { PathShape } from './path.ts'
import { readLines, type SeenGlyph, type ShownLine } from './reading-order.ts'
import { ContentResources } from './resources.ts'
import type { GraphicsState } from './state.ts'
import type { PlacedGlyph } from './text.ts'

export type { ShownLine } from './reading-order.ts'

/** Where a form is shown. */
export interface ShownTextOptions {
  /** What a form without resources of its own is drawn with. */
  readonly resources?: PdfDict | null
  /** The rectangle that it is fitted into (§12.5.5), in points; its own box otherwise. */
  readonly rectangle?: Box
  /** Degrees by which it is meant to be turned against the page, counterclockwise. */
  readonly turn?: number
  /** Whether the field is divided into cells, so that upright lines are no letters. */
  readonly comb?: boolean
}

/** What a form shows. */
export interface ShownText {
  /** What is seen, in the order of reading, lines with line feeds between them; what cannot be decoded is left out. */
  readonly text: string
  readonly lines: readonly ShownLine[]
  /** All text that is drawn, in the order of drawing: what is cut off, covered or invisible as well. */
  readonly drawn: string
  /** Whether `text` is all that can be read, and nothing of it is hard to see. */
  readonly certain: boolean
}

/** Smallest size of letters in points, and how much narrower or lower than usual they may be. */
const SMALLEST = 2
const NARROWEST = 0.3
/** Degrees by which text may be turned otherwise than it is meant, and by which letters may lean. */
const TURNED = 5
const LEANING = 25
/** How much of a letter has to be within the clip for it to be read, and how different from what is behind it. */
const LEAST_SEEN = 0.6
const LEAST_CONTRAST = 0.25
/** Narrower letters are drawn over each other: no font has them, marks without a width apart. */
const LEAST_WIDTH = 0.1
/** What is kept of one form; beyond, the answer is uncertain. */
const MAX_GLYPHS = 10_000
const MAX_SHAPES = 100
/** A filled rectangle as low or narrow as this is a line, which could strike letters out. */
const LINE = 2.5

/** A filled area. */
interface Ground {
  readonly box: Box
  readonly colour: Rgb | null
}

/** Gathers the characters of a form, and what speaks against taking them as they are. */
class TextSink implements PaintSink {
  doubtful = false
  drawn = ''
  readonly seen: SeenGlyph[] = []
  /** Where seen characters stand. */
  readonly #cores: Box[] = []
  readonly #grounds: Ground[] = []
  readonly #rules: Box[] = []
  readonly #decodings = new Map<PdfDict, Encoding>()
  readonly #document: PdfDocument
  readonly #bounds: Box
  readonly #turn: number
  readonly #comb: boolean
  #shapes = 0

  constructor(document: PdfDocument, bounds: Box, { turn = 0, comb = false }: ShownTextOptions) {
    this.#document = document
    this.#bounds = bounds
    this.#turn = turn
    this.#comb = comb
  }

  // What is painted where is told by shapes and glyphs.
  paint(): void {}
  text(): void {}

  doubt(): void {
    this.doubtful = true
  }

  glyph({ code, font, matrix }: PlacedGlyph, state: GraphicsState): void {
    const text = font.source && !font.vertical ? this.#decoding(font.source)(code) : undefined
    this.drawn += text ?? ''
    const width = font.width(code)
    const core = boxUnder(matrix, [0, 0, width, 0.5])
    if (!matrix.every(Number.isFinite)) return this.doubt()
    const { clip, renderMode } = state
    if (renderMode === 3 || !clip || !intersection(clip, boxUnder(matrix, [0, -0.25, Math.max(width, 0.25), 1]))) return
    if (this.seen.length >= MAX_GLYPHS) return this.doubt()
    if (text !== undefined && text.trim() === '') return
    const visible = intersection(clip, core)
    const behind = this.#behind(core)
    if (text === undefined || renderMode !== 0 || state.patternFill || !this.#isUpright(matrix)) this.doubt()
    if (width < LEAST_WIDTH && !/^\p{M}+$/u.test(text ?? '')) this.doubt()
    if (!visible || sizeOf(visible) < LEAST_SEEN * sizeOf(core)) this.doubt()
    if (!state.fill || !behind || distance(state.fill, behind) < LEAST_CONTRAST) {
      // Not seen as far as anybody can say: it is not among what is read.
      this.doubt()
      return
    }
    this.seen.push({ text, matrix, width, behind })
    this.#cores.push(core)
  }

  shape(shape: PathShape, how: 'fill' | 'stroke', state: GraphicsState): void {
    const half = how === 'stroke' ? (state.lineWidth * scaleOf(state.ctm)) / 2 : 0
    const box = state.clip && intersection(state.clip, shape.box)
    if (!box) return
    if (++this.#shapes > MAX_SHAPES || state.patternFill || !isOrnament({ shape: { ...shape, box }, how, lineWidth: 2 * half }, this.#bounds, this.#comb))
      return this.doubt()
    const [x1, y1, x2, y2] = box
    if (how === 'stroke') {
      for (const side of [
        [x1, y1, x2, y1],
        [x1, y2, x2, y2],
        [x1, y1, x1, y2],
        [x2, y1, x2, y2],
      ] as const)
        this.#rules.push([side[0] - half, side[1] - half, side[2] + half, side[3] + half])
    } else if (shape.isRectangle && Math.min(x2 - x1, y2 - y1) <= LINE) this.#rules.push(box)
    else {
      // What is filled later covers what was written.
      this.#document.budget.spend('pdfOperators', this.#cores.length)
      if (this.#cores.some((core) => overlaps(box, core))) this.doubt()
      if (shape.isRectangle) this.#grounds.push({ box, colour: state.fill })
    }
  }

  /** Whether lines go through letters, wherever they were drawn. */
  get struckOut(): boolean {
    this.#document.budget.spend('pdfOperators', this.#rules.length * this.#cores.length)
    return this.#rules.some((rule) => this.#cores.some((core) => overlaps(rule, middle(core))))
  }

  /** What was filled last where a character stands; `null` where nobody can say. */
  #behind(core: Box): Rgb | null {
    const [x, y] = [(core[0] + core[2]) / 2, (core[1] + core[3]) / 2]
    for (let i = this.#grounds.length - 1; i >= 0; i--) {
      const { box, colour } = this.#grounds[i] as Ground
      if (box[0] <= x && x <= box[2] && box[1] <= y && y <= box[3]) return colour
    }
    return WHITE
  }

  /** Whether letters are as large as can be read, and stand as they are meant to. A 6 that is turned over is a 9. */
  #isUpright([a, b, c, d]: Matrix): boolean {
    const [width, height] = [Math.hypot(a, b), Math.hypot(c, d)]
    if (height < SMALLEST || width < NARROWEST * height || height < NARROWEST * width) return false
    const direction = (Math.atan2(b, a) * 180) / Math.PI
    const lean = (Math.atan2(d, c) * 180) / Math.PI - 90 - direction
    return angle(direction - this.#turn) <= TURNED && angle(lean) <= LEANING
  }

  #decoding(font: PdfDict): Encoding {
    let decoding = this.#decodings.get(font)
    if (!decoding) this.#decodings.set(font, (decoding = fontDecoding(this.#document, font)))
    return decoding
  }
}

/** How far an angle is from none, in degrees. */
function angle(degrees: number): number {
  const turned = (((degrees % 360) + 540) % 360) - 180
  return Math.abs(turned)
}

function overlaps(one: Box, other: Box): boolean {
  return one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3]
}

/** The inner part of a letter. */
function middle([x1, y1, x2, y2]: Box): Box {
  const [x, y] = [0.2 * (x2 - x1), 0.2 * (y2 - y1)]
  return [x1 + x, y1 + y, x2 - x, y2 - y]
}

/** §12.5.5: the form's box, turned by its matrix, is moved and scaled into the rectangle. `null` where one of them has no area. */
function placed(document: PdfDocument, form: PdfStream, rectangle: Box | undefined): { matrix: Matrix; box: Box } | null {
  const box = toBox(numbersOf(document, form.dict.get('BBox')))
  if (!box) return null
  const own = toMatrix(numbersOf(document, form.dict.get('Matrix')))
  const [x1, y1, x2, y2] = boxUnder(own, box)
  if (!(x2 > x1 && y2 > y1)) return null
  if (!rectangle) return { matrix: own, box: [x1, y1, x2, y2] }
  const [scaleX, scaleY] = [(rectangle[2] - rectangle[0]) / (x2 - x1), (rectangle[3] - rectangle[1]) / (y2 - y1)]
  if (!(scaleX > 0 && scaleY > 0)) return null
  const fit: Matrix = [scaleX, 0, 0, scaleY, rectangle[0] - x1 * scaleX, rectangle[1] - y1 * scaleY]
  return { matrix: multiply(own, fit), box: rectangle }
}

/**
 * Reads the text that a form XObject shows, forms in it included.
 *
 * @param document that the form is of; what this costs is spent from its budget (`pdfOperators`, `decompressedBytes`)
 * @param form the appearance stream
 * @returns what is shown; where the form cannot be read, what was read so far, not certain
 * @throws KysoError `ERR_BUDGET_EXCEEDED` alone
 */
export function shownText(document: PdfDocument, form: PdfStream, options: ShownTextOptions = {}): ShownText {
  const nothing: ShownText = { text: '', lines: [], drawn: '', certain: false }
  const findings: ContentFindings = { incomplete: false, background: false }
  let sink: TextSink | undefined
  try {
    const place = placed(document, form, options.rectangle)
    if (!place) return { ...nothing, certain: true }
    sink = new TextSink(document, place.box, options)
    if (!keepsUpright(place.matrix) || form.dict.has('OC') || form.dict.duplicates.length > 0) sink.doubt()
    const stated = document.resolve(form.dict.get('Resources'))
    const resources = stated instanceof PdfDict ? stated : (options.resources ?? null)
    const frame = { resources, matrix: place.matrix, clip: place.box, depth: 0 }
    const shared = new ContentResources(document)
    shared.active.add(form)
    new ContentInterpreter(shared, findings, sink, null, frame).run(document.streamData(form))
    const { lines, legible } = readLines(sink.seen)
    const certain = legible && !findings.incomplete && !sink.doubtful && !sink.struckOut
    return { text: lines.map(({ text }) => text).join('\n'), lines, drawn: sink.drawn, certain }
  } catch (error) {
    if (!isAboutDocument(error)) throw error
    if (!sink) return nothing
    const { lines } = readLines(sink.seen)
    return { text: lines.map(({ text }) => text).join('\n'), lines, drawn: sink.drawn, certain: false }
  }
}
