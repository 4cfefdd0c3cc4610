/** The content of a widget's appearance stream (ISO 32000-2 §12.7.4.3): background, border, and text between `/Tx BMC` and `EMC`. */
import { zlibSync } from 'fflate'
import { latin1, toHex } from '../../core/bytes.ts'
import { PdfArray, type PdfDict, PdfName, PdfNumber, type PdfObject, type PdfRef, type PdfStream, pdfDict, pdfStream } from '../../pdf/index.ts'
import { uprightMatrix } from '../import-appearance.ts'
import type { Colour, WidgetLook } from './look.ts'
import type { SimpleFont } from './simple-font.ts'
import type { LaidOutText } from './text-layout.ts'

/** Name of the one font in the resources of an appearance made here. */
const FONT = 'F'
/** Name of what a caller's program has drawn. */
const DRAWN = 'Text'

const FILL = ['', 'g', '', 'rg', 'k']
const STROKE = ['', 'G', '', 'RG', 'K']

/** Numbers as they stand in a content stream: four decimals at most, never an exponent. */
function numbers(...values: readonly number[]): string {
  return values.map((value) => String(Number(value.toFixed(4)))).join(' ')
}

function fill(colour: Colour): string {
  return `${numbers(...colour)} ${FILL[colour.length] as string}`
}

/** Light and shadow of a bevelled or an inset border, inside its line. */
function relief({ width: w, height: h, borderWidth: b, borderStyle, background }: WidgetLook): string {
  const shade: Colour = borderStyle === 'I' ? [0.75] : background.length > 0 ? background.map((one) => one / 2) : [0.5]
  const [near, far]: [Colour, Colour] = borderStyle === 'I' ? [[0.5], shade] : [[1], shade]
  const outer = (x: number, y: number): string => numbers(x, y)
  const path = (...points: readonly string[]): string => points.map((point, i) => `${point} ${i === 0 ? 'm' : 'l'}`).join(' ')
  const topLeft = [outer(b, b), outer(b, h - b), outer(w - b, h - b), outer(w - 2 * b, h - 2 * b), outer(2 * b, h - 2 * b), outer(2 * b, 2 * b)]
  const bottomRight = [outer(w - b, h - b), outer(w - b, b), outer(b, b), outer(2 * b, 2 * b), outer(w - 2 * b, 2 * b), outer(w - 2 * b, h - 2 * b)]
  return `${fill(near)} ${path(...topLeft)} f\n${fill(far)} ${path(...bottomRight)} f\n`
}

/** Background and border (tables 168 and 192). */
function ground(look: WidgetLook): string {
  const { width: w, height: h, background, border, borderWidth: b, borderStyle } = look
  let content = background.length > 0 ? `${fill(background)} ${numbers(0, 0, w, h)} re f\n` : ''
  if (b === 0) return content
  if (borderStyle === 'B' || borderStyle === 'I') content += relief(look)
  content += `${numbers(...border)} ${STROKE[border.length] as string} ${numbers(b)} w `
  if (borderStyle === 'D') content += `[${numbers(...look.dash)}] 0 d `
  return `${content}${borderStyle === 'U' ? `${numbers(0, b / 2)} m ${numbers(w, b / 2)} l S\n` : `${numbers(b / 2, b / 2, w - b, h - b)} re S\n`}`
}

/** How much of each side the border takes. */
export function borderOf({ borderWidth, borderStyle }: WidgetLook): number {
  return borderStyle === 'B' || borderStyle === 'I' ? 2 * borderWidth : borderWidth
}

function array(values: readonly number[]): PdfArray {
  return new PdfArray(values.map((value) => new PdfNumber(value)))
}

function form({ width, height, rotate }: WidgetLook, content: string, resources: PdfDict): PdfStream {
  const matrix = uprightMatrix(rotate, width, height)
  return pdfStream(
    {
      Type: new PdfName('XObject'),
      Subtype: new PdfName('Form'),
      // Written out, for verifiers compare the stream of an empty field with that of the filled one entry by entry.
      FormType: new PdfNumber(1),
      BBox: array([0, 0, width, height]),
      ...(matrix ? { Matrix: array(matrix) } : {}),
      Resources: resources,
      Filter: new PdfName('FlateDecode'),
    },
    zlibSync(latin1(content)),
  )
}

/** Between the borders, and nowhere else. */
function clipped(look: WidgetLook, content: string): string {
  const inset = borderOf(look)
  return `/Tx BMC\nq ${numbers(inset, inset, Math.max(0, look.width - 2 * inset), Math.max(0, look.height - 2 * inset))} re W n\n${content}Q\nEMC\n`
}

/** What stands behind a text: the selected line of a list. */
export interface Highlight {
  readonly y: number
  readonly height: number
}

/**
 * An appearance stream whose text a font of the form shows.
 *
 * @param text what was laid out; `undefined` for a field without a value
 */
export function textForm(look: WidgetLook, font: SimpleFont, text: LaidOutText | undefined, colour: Colour, highlight?: Highlight): PdfStream {
  const pieces = text?.pieces ?? []
  let content = highlight ? `${fill([0.6, 0.75686, 0.8549])} ${numbers(0, highlight.y, look.width, highlight.height)} re f\n` : ''
  let [x, y] = [0, 0]
  const shown = pieces.map((piece) => {
    const move = `${numbers(piece.x - x, piece.y - y)} Td`
    ;[x, y] = [piece.x, piece.y]
    return `${move} <${toHex(Uint8Array.from([...piece.text], (one) => font.code(one) ?? 0))}> Tj\n`
  })
  if (text && shown.length > 0) content += `BT\n${fill(colour.length > 0 ? colour : [0])} /${FONT} ${numbers(text.size)} Tf\n${shown.join('')}ET\n`
  const resources: Record<string, PdfObject> = text && shown.length > 0 ? { Font: pdfDict({ [FONT]: font.resource }) } : {}
  return form(look, `${ground(look)}${clipped(look, content)}`, pdfDict(resources))
}

/** An appearance stream with background and border only. */
export function emptyForm(look: WidgetLook): PdfStream {
  return form(look, `${ground(look)}/Tx BMC\nEMC\n`, pdfDict({}))
}

/** An appearance stream for a widget without a size. */
export function hiddenForm(): PdfStream {
  return pdfStream({ Type: new PdfName('XObject'), Subtype: new PdfName('Form'), BBox: array([0, 0, 0, 0]), Resources: pdfDict({}) }, new Uint8Array(0))
}

/** An appearance stream whose text is a form XObject that another program has drawn for the room between the borders. */
export function drawnForm(look: WidgetLook, drawn: PdfRef): PdfStream {
  const inset = borderOf(look)
  const content = clipped(look, `1 0 0 1 ${numbers(inset, inset)} cm /${DRAWN} Do\n`)
  return form(look, `${ground(look)}${content}`, pdfDict({ XObject: pdfDict({ [DRAWN]: drawn }) }))
}
