/** Runs content streams (ISO 32000-2 §8 and §9) for the places that they paint. Colours, transparency and hidden layers are ignored: paint is paint. */
import { isAboutDocument } from '../../core/errors.ts'
import { nameOf, PdfArray, PdfDict, PdfName, PdfNumber, type PdfObject, PdfStream, PdfString } from '../objects.ts'
import { type PaintSink, UnionCollector } from './collector.ts'
import { BLACK, componentsOf, DEVICE_COLOURS, toRgb } from './colour.ts'
import { isPlain } from './extended-state.ts'
import type { FontMetrics } from './fonts.ts'
import { numbersOf } from './fonts.ts'
import { type Box, boxUnder, IDENTITY, intersection, type Matrix, multiply, scaleOf, sizeOf, toBox } from './geometry.ts'
import { CLOSING, COORDINATES, IGNORED, PAINTING } from './operator-tables.ts'
import { OperatorReader } from './operators.ts'
import { CurrentPath, clipsPlainly, unitSquare } from './path.ts'
import type { ContentResources } from './resources.ts'
import { type GraphicsState, initialState } from './state.ts'
import { type GlyphBox, TextCursor } from './text.ts'

/** Forms and glyphs in each other. */
const MAX_DEPTH = 20
/** `q` without `Q`. Readers allow less. */
const MAX_SAVED = 1_000
/** The part of a page that a background fills at least. */
const BACKGROUND = 0.95
/** Further than any page reaches. */
const EVERYWHERE: Box = [-1e9, -1e9, 1e9, 1e9]

/** What content stands in. */
export interface ContentFrame {
  readonly resources: PdfDict | null
  readonly matrix: Matrix
  readonly clip: Box | null
  readonly depth: number
}

/** What running content found out beside its paint. */
export interface ContentFindings {
  /** Set where something could not be interpreted. */
  incomplete: boolean
  /** Set where a plain rectangle fills the whole page. */
  background: boolean
}

/** Runs one content stream; forms and glyphs in it by others of its kind. */
export class ContentInterpreter {
  readonly #shared: ContentResources
  readonly #findings: ContentFindings
  readonly #sink: PaintSink
  /** The page; `null` inside of glyphs. */
  readonly #page: Box | null
  readonly #frame: ContentFrame
  readonly #path = new CurrentPath()
  readonly #saved: GraphicsState[] = []
  #state: GraphicsState
  #text: TextCursor
  /** `BX` without `EX` (§7.8.2). */
  #tolerant = 0
  #clipNext = false
  #evenOdd = false

  constructor(shared: ContentResources, findings: ContentFindings, sink: PaintSink, page: Box | null, frame: ContentFrame, state?: GraphicsState) {
    this.#shared = shared
    this.#findings = findings
    this.#sink = sink
    this.#page = page
    this.#frame = frame
    // A form begins with the state of where it is used, its own matrix and clip apart.
    this.#state = state ? { ...state, ctm: frame.matrix, clip: frame.clip } : initialState(frame.matrix, frame.clip)
    this.#text = this.#newCursor()
  }

  /**
   * Runs a stream to its end, or to where it cannot be understood any more.
   *
   * @throws KysoError `ERR_BUDGET_EXCEEDED` alone
   */
  run(bytes: Uint8Array): void {
    const reader = new OperatorReader(bytes, this.#shared.document.budget)
    for (;;) {
      let operator: string | undefined
      try {
        operator = reader.next()
        if (operator === 'ID') reader.skipImageData()
      } catch (error) {
        this.#tolerate(error)
        return
      }
      if (operator === undefined) return
      try {
        this.#execute(operator, reader.operands)
      } catch (error) {
        this.#tolerate(error)
      }
    }
  }

  #tolerate(error: unknown): void {
    if (!isAboutDocument(error)) throw error
    this.#findings.incomplete = true
  }

  /** The last `count` operands as numbers; `null`, and told, where they are not there. Readers ignore those in front. */
  #numbers(operands: readonly PdfObject[], count: number): number[] | null {
    const numbers: number[] = []
    for (const operand of operands.slice(Math.max(0, operands.length - count))) if (operand instanceof PdfNumber) numbers.push(operand.value)
    if (numbers.length === count) return numbers
    this.#findings.incomplete = true
    return null
  }

  #execute(operator: string, operands: readonly PdfObject[]): void {
    if (this.#graphics(operator, operands) || this.#drawing(operator, operands) || this.#writing(operator, operands)) return
    if (!IGNORED.has(operator) && this.#tolerant === 0) this.#findings.incomplete = true
  }

  /** Graphics state, XObjects, shadings, images. */
  #graphics(operator: string, operands: readonly PdfObject[]): boolean {
    const state = this.#state
    switch (operator) {
      case 'q':
        if (this.#saved.length < MAX_SAVED) this.#saved.push({ ...state })
        else this.#findings.incomplete = true
        return true
      case 'Q':
        this.#state = this.#saved.pop() ?? state
        return true
      case 'cm': {
        const matrix = this.#numbers(operands, 6)
        if (matrix) state.ctm = multiply(toMatrix(matrix), state.ctm)
        return true
      }
      case 'w':
        state.lineWidth = Math.abs(this.#numbers(operands, 1)?.[0] ?? state.lineWidth)
        return true
      case 'gs':
        this.#extendedState(operands)
        return true
      case 'scn':
      case 'sc':
        state.patternFill = operator === 'scn' && operands[operands.length - 1] instanceof PdfName
        state.fill = toRgb(operands, state.components)
        return true
      case 'g':
      case 'rg':
      case 'k':
        state.patternFill = false
        state.components = DEVICE_COLOURS.get(operator) as number
        state.fill = toRgb(operands, state.components)
        return true
      case 'cs':
        state.patternFill = false
        state.components = this.#components(operands[0])
        state.fill = state.components > 0 ? BLACK : null
        return true
      case 'Do':
        this.#xobject(operands)
        return true
      case 'sh':
        if (state.clip) this.#sink.paint(state.clip)
        this.#sink.doubt?.()
        return true
      case 'ID':
        this.#paint(unitSquare(state.ctm))
        this.#sink.doubt?.()
        return true
      case 'BDC':
      case 'BMC':
        // §8.11.3.2: what belongs to a layer may be hidden.
        if (nameOf(operands[0]) === 'OC') this.#sink.doubt?.()
        return true
      case 'BX':
        this.#tolerant++
        return true
      case 'EX':
        this.#tolerant = Math.max(0, this.#tolerant - 1)
        return true
      default:
        return false
    }
  }

  /** Paths. */
  #drawing(operator: string, operands: readonly PdfObject[]): boolean {
    const { ctm } = this.#state
    const count = COORDINATES.get(operator)
    if (count !== undefined) {
      const numbers = this.#numbers(operands, count)
      if (!numbers) return true
      const [a, b, c, d] = numbers as [number, number, number, number]
      if (operator === 'm') this.#path.move(ctm, a, b)
      else if (operator === 'l') this.#path.line(ctm, a, b)
      else if (operator === 're') this.#path.rectangle(ctm, a, b, c, d)
      else this.#path.curve(ctm, numbers)
      return true
    }
    if (operator === 'h') {
      this.#path.close()
      return true
    }
    if (operator === 'W' || operator === 'W*') {
      this.#clipNext = true
      this.#evenOdd = operator === 'W*'
      return true
    }
    const painting = PAINTING.get(operator)
    if (painting === undefined) return false
    if (CLOSING.has(operator)) this.#path.close()
    if (this.#sink.shape) for (const shape of this.#path.shapes()) for (const how of painting) this.#sink.shape(shape, how, this.#state)
    if (painting.includes('fill')) this.#fill()
    if (painting.includes('stroke')) for (const box of this.#path.stroked((this.#state.lineWidth * scaleOf(ctm)) / 2)) this.#paint(box)
    if (this.#clipNext) this.#intersectClip(this.#path.hull())
    this.#clipNext = false
    this.#path.clear()
    return true
  }

  #fill(): void {
    const { clip, patternFill } = this.#state
    for (const { box, isRectangle } of this.#path.filled()) {
      const seen = clip ? intersection(clip, box) : null
      if (isRectangle && !patternFill && seen && this.#page && sizeOf(seen) >= BACKGROUND * sizeOf(this.#page)) this.#findings.background = true
      else this.#paint(box)
    }
  }

  /** An empty path leaves nothing to paint in (§8.5.4); readers do not agree, so the clip stays. */
  #intersectClip(box: Box | null): void {
    if (this.#sink.doubt && !(box && clipsPlainly(this.#path.shapes(), box, this.#evenOdd))) this.#sink.doubt()
    if (box && this.#state.clip) this.#state.clip = intersection(this.#state.clip, box)
  }

  /** Tells of a box as far as it is seen. Where numbers are none any more it may be anywhere. */
  #paint(box: Box): void {
    const { clip } = this.#state
    if (!clip) return
    if (box.some(Number.isNaN)) {
      this.#findings.incomplete = true
      return
    }
    const seen = intersection(clip, box)
    if (seen) this.#sink.paint(seen)
  }

  /** Text objects, state and showing. */
  #writing(operator: string, operands: readonly PdfObject[]): boolean {
    const state = this.#state
    const value = (): number => this.#numbers(operands, 1)?.[0] ?? 0
    const last = operands[operands.length - 1]
    switch (operator) {
      case 'BT':
        this.#text = this.#newCursor()
        return true
      case 'Tr':
        state.renderMode = value()
        return true
      case 'Tc':
        state.charSpacing = value()
        return true
      case 'Tw':
        state.wordSpacing = value()
        return true
      case 'Tz':
        state.scaling = value() / 100
        return true
      case 'TL':
        state.leading = value()
        return true
      case 'Ts':
        state.rise = value()
        return true
      case 'Tf':
        state.fontSize = value()
        state.font = this.#font(operands[operands.length - 2])
        return true
      case 'Tm': {
        const matrix = this.#numbers(operands, 6)
        if (matrix) this.#text.set(toMatrix(matrix))
        return true
      }
      case 'TD':
      case 'Td': {
        const [x = 0, y = 0] = this.#numbers(operands, 2) ?? []
        if (operator === 'TD') state.leading = -y
        this.#text.moveLine(x, y)
        return true
      }
      case 'T*':
        this.#text.moveLine(0, -state.leading)
        return true
      case '"':
        if (operands[0] instanceof PdfNumber) state.wordSpacing = operands[0].value
        if (operands[1] instanceof PdfNumber) state.charSpacing = operands[1].value
        this.#nextLine(last)
        return true
      case "'":
        this.#nextLine(last)
        return true
      case 'Tj':
        this.#show(last)
        return true
      case 'TJ':
        this.#show(last)
        return true
      default:
        return false
    }
  }

  #nextLine(string: PdfObject | undefined): void {
    this.#text.moveLine(0, -this.#state.leading)
    this.#show(string)
  }

  #show(operand: PdfObject | undefined): void {
    const parts: (Uint8Array | number)[] = []
    for (const item of operand instanceof PdfArray ? operand.items : [operand]) {
      if (item instanceof PdfString) {
        this.#shared.document.budget.spend('pdfOperators', item.bytes.length)
        parts.push(item.bytes)
      } else if (item instanceof PdfNumber) parts.push(item.value)
      else this.#findings.incomplete = true
    }
    this.#text.show(this.#state, parts, this.#glyphBox)
  }

  #newCursor(): TextCursor {
    const onText = (box: Box): void => {
      const { clip } = this.#state
      const seen = clip ? intersection(clip, box) : null
      if (seen) this.#sink.text(seen)
      else if (box.some(Number.isNaN)) this.#findings.incomplete = true
    }
    return new TextCursor(IDENTITY, onText, this.#sink.glyph ? (glyph) => this.#sink.glyph?.(glyph, this.#state) : null)
  }

  /** Of a colour space, by its name or that of a resource; only where somebody asks for colours. */
  #components(operand: PdfObject | undefined): number {
    if (!this.#sink.glyph) return 0
    return componentsOf(this.#shared.document, operand ?? null) || componentsOf(this.#shared.document, this.#resource('ColorSpace', nameOf(operand)))
  }

  #font(name: PdfObject | undefined): FontMetrics | null {
    const dict = this.#shared.document.resolve(this.#resource('Font', nameOf(name)))
    if (dict instanceof PdfDict) return this.#shared.font(dict)
    this.#findings.incomplete = true
    return null
  }

  /** The box of a Type 3 glyph, found by drawing it. */
  #glyphBox: GlyphBox = (code) => {
    const glyphs = this.#state.font?.type3
    if (!glyphs) return null
    const known = glyphs.boxes.get(code)
    if (known !== undefined) return known
    const procedure = glyphs.procedure(code)
    const union = new UnionCollector()
    if (procedure) {
      const { resources } = glyphs
      this.#nested(procedure, { resources: resources ?? this.#frame.resources, matrix: IDENTITY, clip: EVERYWHERE }, union, null)
    }
    glyphs.boxes.set(code, union.box)
    return union.box
  }

  /** A resource by its category and name (§7.8.3), as it stands there. */
  #resource(category: string, name: string | undefined): PdfObject {
    const { document } = this.#shared
    const dict = document.resolve(this.#frame.resources?.get(category))
    return (dict instanceof PdfDict && name !== undefined ? dict.get(name) : null) ?? null
  }

  #extendedState(operands: readonly PdfObject[]): void {
    const { document } = this.#shared
    const dict = document.resolve(this.#resource('ExtGState', nameOf(operands[0])))
    if (!(dict instanceof PdfDict)) return
    if (this.#sink.doubt && !isPlain(document, dict)) this.#sink.doubt()
    const width = document.resolve(dict.get('LW'))
    if (width instanceof PdfNumber) this.#state.lineWidth = Math.abs(width.value)
    const font = document.resolve(dict.get('Font'))
    if (!(font instanceof PdfArray)) return
    const [entry, size] = [document.resolve(font.items[0]), document.resolve(font.items[1])]
    if (entry instanceof PdfDict) this.#state.font = this.#shared.font(entry)
    if (size instanceof PdfNumber) this.#state.fontSize = size.value
  }

  #xobject(operands: readonly PdfObject[]): void {
    const { document } = this.#shared
    const { ctm, clip } = this.#state
    const object = document.resolve(this.#resource('XObject', nameOf(operands[0])))
    const subtype = object instanceof PdfStream ? nameOf(document.resolve(object.dict.get('Subtype'))) : undefined
    if (subtype === 'Image') this.#paint(unitSquare(ctm))
    if (subtype !== 'Form' || !(object instanceof PdfStream) || object.dict.has('OC')) this.#sink.doubt?.()
    // Without /Subtype a form is one to some readers, if it looks like one. PostScript is for printers of old (annex of PDF 1.7).
    if (subtype === 'Image' || subtype === 'PS') return
    if (!(object instanceof PdfStream) || !(subtype === 'Form' || object.dict.has('BBox'))) {
      this.#findings.incomplete = true
      return
    }
    const matrix = multiply(toMatrix(numbersOf(document, object.dict.get('Matrix')), IDENTITY), ctm)
    const box = toBox(numbersOf(document, object.dict.get('BBox')))
    const bounds = box ? boxUnder(matrix, box) : EVERYWHERE
    const resources = document.resolve(object.dict.get('Resources'))
    const frame = { resources: resources instanceof PdfDict ? resources : this.#frame.resources, matrix, clip: clip && intersection(clip, bounds) }
    this.#nested(object, frame, this.#sink, this.#page, this.#state)
  }

  #nested(stream: PdfStream, frame: Omit<ContentFrame, 'depth'>, sink: PaintSink, page: Box | null, state?: GraphicsState): void {
    const depth = this.#frame.depth + 1
    const { active } = this.#shared
    // One that draws itself would do so without end; no reader follows it.
    if (depth > MAX_DEPTH || active.has(stream)) {
      this.#findings.incomplete = true
      return
    }
    // What nothing is seen of need not be run.
    if (!frame.clip) return
    active.add(stream)
    try {
      new ContentInterpreter(this.#shared, this.#findings, sink, page, { ...frame, depth }, state).run(this.#shared.content(stream))
    } finally {
      active.delete(stream)
    }
  }
}

/** Six numbers as a matrix. */
export function toMatrix(numbers: readonly number[], fallback: Matrix = IDENTITY): Matrix {
  const [a, b, c, d, e, f] = numbers
  return a === undefined || b === undefined || c === undefined || d === undefined || e === undefined || f === undefined ? fallback : [a, b, c, d, e, f]
}
