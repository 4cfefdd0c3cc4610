/** The appearance of a field with text: by the caller's program, or with the form's own font. */
import { KysoError } from '../../core/errors.ts'
import { integerOf, PdfDict, type PdfDocument, type PdfObject, type PdfRef, PdfStream, pdfDict } from '../../pdf/index.ts'
import type { PdfUpdate } from '../../pdf/writer.ts'
import type { AppearanceBox } from '../appearance-form.ts'
import { acroFormOf } from '../fields.ts'
import { importAppearance } from '../import-appearance.ts'
import type { TextAlignment, TextAppearance } from './field-options.ts'
import { lookOf, type TextStyle, toRgb, type WidgetLook } from './look.ts'
import { readSimpleFont, type SimpleFont, standardFontDictionary } from './simple-font.ts'
import { borderOf, drawnForm, emptyForm, textForm } from './stream.ts'
import { type LaidOutText, layOutText, type PlacedText } from './text-layout.ts'

/** What one document's texts are drawn with. */
export interface Drawing {
  readonly document: PdfDocument
  readonly update: PdfUpdate
  readonly pdfa: AppearanceBox['pdfa']
  readonly appearance: TextAppearance | undefined
}

/** A text that a field shall show. */
export interface ShownText {
  /** Of the field, for errors. */
  readonly field: string
  readonly text: string
  readonly style: TextStyle
  readonly align: TextAlignment
  readonly multiline: boolean
  /** Cells of a comb; 0 for none. */
  readonly cells: number
  /** The font that the style names, where the form does not have it yet. */
  readonly resource?: PdfObject
}

/** Lines of a list box, of which one is selected. */
export interface ShownList {
  readonly field: string
  readonly lines: readonly string[]
  readonly selected: number
  readonly style: TextStyle
  readonly align: TextAlignment
}

function noRoom(field: string): KysoError {
  return new KysoError('ERR_PDF_FIELD_VALUE', `the text has no room in the field ${field}`, { field, why: 'room' })
}

/** A character for an error: itself, or its number where it would not show. */
function nameOfCharacter(character: string): string {
  const number = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  return /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character) ? `${character} (${number})` : number
}

/** Refuses what a font cannot show: no letter is left out, and none is replaced. */
function checkShown(font: SimpleFont, text: string, field: string): void {
  for (const character of text) {
    if (character === '\n' || font.code(character) !== undefined) continue
    const name = nameOfCharacter(character)
    throw new KysoError('ERR_PDF_FIELD_TEXT', `the font of the field ${field} does not show ${name}`, { field, character: name, why: 'character' })
  }
}

function resourceOf(document: PdfDocument, resources: PdfObject | undefined, name: string): PdfObject | undefined {
  const dict = document.resolve(resources)
  const fonts = dict instanceof PdfDict ? document.resolve(dict.get('Font')) : null
  return fonts instanceof PdfDict ? fonts.get(name) : undefined
}

/** The resources of the normal appearance that a widget has. */
function ownResources(document: PdfDocument, widget: PdfDict): PdfObject | undefined {
  const appearance = document.resolve(widget.get('AP'))
  const normal = appearance instanceof PdfDict ? document.resolve(appearance.get('N')) : null
  return normal instanceof PdfStream ? normal.dict.get('Resources') : undefined
}

/** The font that a default appearance names, in the form's resources or in the widget's own; Helvetica where it names none that is there. */
function fontOf({ document, update, pdfa }: Drawing, widget: PdfDict, name: string | undefined, field: string, text: string, given?: PdfObject): SimpleFont {
  const stated =
    given ??
    (name === undefined
      ? undefined
      : (resourceOf(document, acroFormOf(document)?.get('DR'), name) ?? resourceOf(document, ownResources(document, widget), name)))
  const font = readSimpleFont(update, stated === undefined ? standardFontDictionary('Helvetica') : stated)
  if (!font) {
    const [first = ''] = text
    throw new KysoError('ERR_PDF_FIELD_TEXT', `nobody can say which letters the font of the field ${field} has`, {
      field,
      character: nameOfCharacter(first),
      why: 'font',
    })
  }
  // ISO 19005-1 §6.3.4, ISO 19005-2 §6.2.11.4: what is shown has its font with it.
  if (pdfa && !font.embedded)
    throw new KysoError('ERR_PDF_FIELD_TEXT', `the font of the field ${field} is not embedded, as PDF/A wants it`, { field, why: 'pdfa' })
  return font
}

/**
 * Draws the text of a field for one of its widgets.
 *
 * @returns the appearance stream; `undefined` where the widget has no size
 * @throws KysoError `ERR_PDF_FIELD_TEXT` for a character that cannot be shown, `ERR_PDF_FIELD_VALUE` where there is no room; what the
 *   caller's program throws
 */
export async function drawText(drawing: Drawing, widget: PdfDict, shown: ShownText): Promise<PdfRef | undefined> {
  const { document, update, appearance } = drawing
  const look = lookOf(document, widget)
  if (!look) return undefined
  const { text, style, field, align, multiline, cells } = shown
  if (text === '') return update.add(emptyForm(look))
  if (appearance && cells === 0) return update.add(drawnForm(look, await drawByCaller(drawing, look, shown, appearance)))
  const font = fontOf(drawing, widget, style.font, field, text, shown.resource)
  checkShown(font, text, field)
  const laidOut = layOutText(text, font, { width: look.width, height: look.height, border: borderOf(look), size: style.size, align, multiline, cells })
  if (!laidOut) throw noRoom(field)
  return update.add(textForm(look, font, laidOut, style.colour))
}

async function drawByCaller({ update, pdfa }: Drawing, look: WidgetLook, shown: ShownText, appearance: TextAppearance): Promise<PdfRef> {
  const inset = borderOf(look)
  const box = { width: look.width - 2 * inset, height: look.height - 2 * inset }
  const drawer = appearance({
    ...box,
    value: shown.text,
    fontSize: shown.style.size,
    align: shown.align,
    multiline: shown.multiline,
    colour: toRgb(shown.style.colour),
  })
  return importAppearance(update, await drawer.draw({ ...box, ...(pdfa ? { pdfa } : {}) }), 0)
}

/** A blank appearance, with what the widget has around its text; `undefined` where it has no size. */
export function emptyAppearance({ document, update }: Drawing, widget: PdfDict): PdfRef | undefined {
  const look = lookOf(document, widget)
  return look && update.add(emptyForm(look))
}

/** How far apart the lines of a list are, as a multiple of the size. */
const LIST_LEADING = 1.15
const LIST_SIZE = 12

/** Draws a list box from its first visible option (`/TI`) on, with the selected one marked. */
export function drawList(drawing: Drawing, widget: PdfDict, topIndex: number, shown: ShownList): PdfRef | undefined {
  const { document, update } = drawing
  const look = lookOf(document, widget)
  if (!look) return undefined
  const { lines, selected, style, field, align } = shown
  const inset = borderOf(look)
  const size = style.size || LIST_SIZE
  const step = LIST_LEADING * size
  const count = Math.max(1, Math.floor((look.height - 2 * inset) / step))
  // What is selected has to be seen.
  const first = Math.max(selected - count + 1, Math.min(topIndex, selected, Math.max(0, lines.length - count)), 0)
  const visible = lines.slice(first, first + count)
  const font = fontOf(drawing, widget, style.font, field, visible.join(''))
  const pieces = visible.flatMap((text, i): PlacedText[] => {
    checkShown(font, text, field)
    const line = layOutText(text, font, { width: look.width, height: step, border: inset, size, align, multiline: false, cells: 0 })
    const [piece] = line?.pieces ?? []
    // Options wider than the list are cut off by every reader; the selected one is the value, which must be whole.
    if (!piece && first + i === selected) throw noRoom(field)
    return piece ? [{ ...piece, y: look.height - inset - (i + 1) * step + piece.y }] : []
  })
  const laidOut: LaidOutText = { size, pieces }
  return update.add(textForm(look, font, laidOut, style.colour, { y: look.height - inset - (selected - first + 1) * step, height: step }))
}

/** `/AP` with another normal appearance, the others as they are. */
export function withNormal(document: PdfDocument, widget: PdfDict, form: PdfRef): PdfDict {
  const appearance = document.resolve(widget.get('AP'))
  return pdfDict([...(appearance instanceof PdfDict ? [...appearance.entries].filter(([key]) => key !== 'N') : []), ['N', form]])
}

/** Whether a widget has a normal appearance. */
export function hasNormal(document: PdfDocument, widget: PdfDict): boolean {
  const appearance = document.resolve(widget.get('AP'))
  return appearance instanceof PdfDict && document.resolve(appearance.get('N')) instanceof PdfStream
}

/** `/Q` (table 228). */
export function alignmentOf(document: PdfDocument, object: PdfObject | undefined): TextAlignment {
  const value = integerOf(document.resolve(object))
  return value === 1 ? 'centre' : value === 2 ? 'right' : 'left'
}
