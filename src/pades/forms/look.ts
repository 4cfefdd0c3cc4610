/** How a widget looks: its box, border and background (ISO 32000-2 §12.5.4, table 192), and the style of its text (§12.7.4.3). */
import { fromLatin1 } from '../../core/bytes.ts'
import { nameOf, PdfArray, PdfDict, type PdfDocument, PdfNumber, type PdfObject, PdfString } from '../../pdf/index.ts'
import { type Rotation, rectangleOf } from '../placement.ts'
import { ownRotation } from '../widget.ts'

/** Components of DeviceGray, DeviceRGB or DeviceCMYK; none for no colour. */
export type Colour = readonly number[]

/** A widget without its text. */
export interface WidgetLook {
  /** In units of the page, as the widget is read: turned with it. */
  readonly width: number
  readonly height: number
  /** Quarter turns against the page, counterclockwise. */
  readonly rotate: Rotation
  readonly background: Colour
  readonly border: Colour
  /** 0 where no border is drawn. */
  readonly borderWidth: number
  /** Solid, dashed, bevelled, inset, underlined. */
  readonly borderStyle: 'S' | 'D' | 'B' | 'I' | 'U'
  readonly dash: readonly number[]
}

/** Style of a field's text. */
export interface TextStyle {
  /** Name of the font resource. */
  readonly font: string | undefined
  /** 0: what fits. */
  readonly size: number
  readonly colour: Colour
}

function numbersOf(document: PdfDocument, object: PdfObject | undefined): number[] {
  const array = document.resolve(object)
  if (!(array instanceof PdfArray)) return []
  return array.items.slice(0, 10).map((item) => {
    const number = document.resolve(item)
    return number instanceof PdfNumber ? number.value : Number.NaN
  })
}

/** Table 192: none, one, three or four numbers; anything else is no colour. */
function colourOf(document: PdfDocument, object: PdfObject | undefined): Colour {
  const numbers = numbersOf(document, object)
  return [1, 3, 4].includes(numbers.length) && numbers.every((one) => one >= 0 && one <= 1) ? numbers : []
}

/** Reads the look of a widget; `undefined` where it has no rectangle that could be seen. */
export function lookOf(document: PdfDocument, widget: PdfDict): WidgetLook | undefined {
  const rectangle = rectangleOf(document, widget.get('Rect'))
  if (!rectangle || rectangle[2] - rectangle[0] <= 0 || rectangle[3] - rectangle[1] <= 0) return undefined
  const [across, up] = [rectangle[2] - rectangle[0], rectangle[3] - rectangle[1]]
  const characteristics = document.resolve(widget.get('MK'))
  const mk = characteristics instanceof PdfDict ? characteristics : new PdfDict()
  const rotate = ownRotation(document, widget) ?? 0
  const border = colourOf(document, mk.get('BC'))
  const style = document.resolve(widget.get('BS'))
  const bs = style instanceof PdfDict ? style : new PdfDict()
  const stated = document.resolve(bs.get('W')) ?? new PdfNumber(numbersOf(document, widget.get('Border'))[2] ?? 1)
  const width = stated instanceof PdfNumber && stated.value >= 0 && stated.value <= Math.min(across, up) / 4 ? stated.value : 1
  const kind = nameOf(document.resolve(bs.get('S')))
  const dash = numbersOf(document, bs.get('D')).filter((one) => one > 0 && one < 1000)
  return {
    ...(rotate % 180 === 0 ? { width: across, height: up } : { width: up, height: across }),
    rotate,
    background: colourOf(document, mk.get('BG')),
    border,
    borderWidth: border.length > 0 ? width : 0,
    borderStyle: kind === 'D' || kind === 'B' || kind === 'I' || kind === 'U' ? kind : 'S',
    dash: dash.length > 0 ? dash : [3],
  }
}

/** Longest default appearance that is read. */
const MAX_DEFAULT_APPEARANCE = 4096
/** Operators of colour, and how many numbers they take. */
const COLOURS: ReadonlyMap<string, number> = new Map([
  ['g', 1],
  ['rg', 3],
  ['k', 4],
])

/**
 * The style that a default appearance states. Font, size and colour are all that is taken from it: it goes into no content
 * stream as it is.
 */
export function styleOf(object: PdfObject): TextStyle {
  const text = object instanceof PdfString ? fromLatin1(object.bytes.subarray(0, MAX_DEFAULT_APPEARANCE)) : ''
  let [font, size, colour]: [string | undefined, number, Colour] = [undefined, 0, [0]]
  let operands: string[] = []
  for (const [token] of text.matchAll(/\/[^\s()<>[\]{}/%]*|[^\s()<>[\]{}/%]+/g)) {
    if (token.startsWith('/') || /^[-+]?(?:\d+\.?\d*|\.\d+)$/.test(token)) {
      operands.push(token)
      continue
    }
    const count = COLOURS.get(token)
    const numbers = operands.map(Number)
    if (token === 'Tf' && operands.length === 2 && operands[0]?.startsWith('/')) {
      font = operands[0].slice(1).replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      size = (numbers[1] as number) > 0 && (numbers[1] as number) <= 1000 ? (numbers[1] as number) : 0
    } else if (count === operands.length && numbers.every((one) => one >= 0 && one <= 1)) colour = numbers
    operands = []
  }
  return { font, size, colour }
}

/** A colour as red, green and blue (§10.4.2), for who draws with another program. */
export function toRgb(colour: Colour): readonly [red: number, green: number, blue: number] {
  const [a = 0, b = 0, c = 0, k = 0] = colour
  if (colour.length === 3) return [a, b, c]
  if (colour.length === 4) return [1 - Math.min(1, a + k), 1 - Math.min(1, b + k), 1 - Math.min(1, c + k)]
  return [a, a, a]
}
