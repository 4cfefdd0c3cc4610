/** The usual look of a signature: some lines of text, an image beside or behind them, a border. */
import { type PDFImage, type PDFPage, rgb } from 'pdf-lib'
import { KysoError } from '../../core/errors.ts'
import type { Appearance } from '../appearance-form.ts'
import type { TextAlignment, TextAppearance } from '../forms/field-options.ts'
import { type AppearanceTools, type DrawOptions, drawAppearance } from './draw.ts'
import { drawTextIn, type Region } from './text-layout.ts'

/** Red, green and blue, each from 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number]

/** What a signature shows. */
export interface TextLook extends DrawOptions {
  /** Lines end in `\n`; longer ones are wrapped. */
  readonly text?: string
  /** TrueType or OpenType file with every letter of the text. Only left out where there is no text. */
  readonly font?: Uint8Array
  /** Points at most: the text shrinks where it does not fit. `fit`: as large as the box allows. 10 when left out. */
  readonly size?: number | 'fit'
  /** Of the text; black when left out. */
  readonly colour?: Colour
  /** `left` when left out. */
  readonly align?: TextAlignment
  /** PNG or JPEG, drawn whole and undistorted. */
  readonly image?: Uint8Array
  /** Where the image stands to the text; `left` when left out. */
  readonly imagePlace?: 'left' | 'right' | 'above' | 'behind'
  /** How much of the width (`above`: of the height) the image gets beside a text, from 0 to 1; 0.35 when left out. */
  readonly imageShare?: number
  /** None when left out. */
  readonly border?: { readonly colour?: Colour; readonly width?: number }
  /** Clear when left out. */
  readonly background?: Colour
  /** Points between the border, the image and the text; 4 when left out. */
  readonly padding?: number
}

/**
 * The look of most signatures: who signed, why and when, perhaps with an image of the signature or a seal.
 *
 * @throws KysoError from `draw()` of the result: `ERR_APPEARANCE_ROOM` where the text does not fit even in letters of 4 points, and what
 * `drawAppearance` names; `ERR_ARGUMENT` at once for a text without a font
 * @example
 * ```ts
 * const font = await readFile('DejaVuSans.ttf')
 * const appearance = textAppearance({ text: 'Nguyễn Thị Ngọc Ánh\nĐã ký số, ngày 22/11/2026', font, border: { colour: [0.8, 0, 0] } })
 * const drawn = await appearance.draw({ width: 180, height: 50 })
 * drawn.form // => 1
 * ```
 */
export function textAppearance(look: TextLook): Appearance {
  const { text = '', font, image, background, border } = look
  if (text !== '' && !font) throw new KysoError('ERR_ARGUMENT', 'a text without a font', { argument: 'font' })
  return drawAppearance(async (page, tools) => {
    const { width, height } = tools.box
    const whole = { x: 0, y: 0, width, height }
    if (background) page.drawRectangle({ ...whole, color: rgb(...background) })
    const line = border ? (border.width ?? 1) : 0
    const inside = inset(whole, line + (look.padding ?? 4))
    const regions = divide(inside, look, image !== undefined && text !== '')
    if (image) drawContained(page, await tools.image(image), regions.image)
    // A line stands half inside and half outside its path.
    if (border && line > 0) page.drawRectangle({ ...inset(whole, line / 2), borderWidth: line, borderColor: rgb(...(border.colour ?? BLACK)) })
    if (font && text !== '') await drawLook(page, tools, font, text, regions.text, look)
  }, look)
}

const BLACK: Colour = [0, 0, 0]

async function drawLook(page: PDFPage, tools: AppearanceTools, file: Uint8Array, text: string, region: Region, look: TextLook): Promise<void> {
  const { size = 10, align = 'left', colour = BLACK } = look
  const { extentOf } = tools
  drawTextIn(page, text, region, { font: await tools.font(file), extentOf, size, align, vertical: 'middle', wrap: true, colour: rgb(...colour) })
}

function inset({ x, y, width, height }: Region, by: number): Region {
  return { x: x + by, y: y + by, width: Math.max(0, width - 2 * by), height: Math.max(0, height - 2 * by) }
}

/** The image's part and the text's. */
function divide(inside: Region, { imagePlace = 'left', imageShare = 0.35, padding = 4 }: TextLook, both: boolean): { image: Region; text: Region } {
  if (!both || imagePlace === 'behind') return { image: inside, text: inside }
  const { x, y, width, height } = inside
  const share = Math.min(1, Math.max(0, imageShare))
  if (imagePlace === 'above') {
    const [upper, lower] = split(height, share, padding)
    return { image: { x, y: y + height - upper, width, height: upper }, text: { x, y, width, height: lower } }
  }
  const [mine, rest] = split(width, share, padding)
  const left = imagePlace === 'left'
  return {
    image: { x: left ? x : x + width - mine, y, width: mine, height },
    text: { x: left ? x + width - rest : x, y, width: rest, height },
  }
}

function split(length: number, share: number, gap: number): [number, number] {
  const mine = Math.max(0, length - gap) * share
  return [mine, Math.max(0, length - gap - mine)]
}

/** As large as it fits, in the middle. */
function drawContained(page: PDFPage, image: PDFImage, { x, y, width, height }: Region): void {
  if (width <= 0 || height <= 0) return
  const size = image.scaleToFit(width, height)
  page.drawImage(image, { x: x + (width - size.width) / 2, y: y + (height - size.height) / 2, ...size })
}

/** Points between the edge of a text field and its text. */
const FIELD_PADDING = 2
/** What fields with several lines get where they leave the size open. */
const LINES_SIZE = 12

/**
 * Draws the text of form fields with an embedded font, for `fillPdfFields` and new text fields. Text that is too long for its
 * field shrinks.
 *
 * @param look the font, TrueType or OpenType
 * @throws KysoError from `draw()` of the result: as {@link textAppearance}
 * @example
 * ```ts
 * const draw = fieldText({ font: await readFile('DejaVuSans.ttf') })
 * const field = { value: 'Số 12/QĐ-UBND', width: 120, height: 18, fontSize: 0, align: 'left', multiline: false, colour: [0, 0, 0] } as const
 * const drawn = await draw(field).draw({ width: 120, height: 18 })
 * drawn.form // => 1
 * ```
 */
export function fieldText(look: { readonly font: Uint8Array }): TextAppearance {
  return ({ value, fontSize, align, multiline, colour }) =>
    drawAppearance(async (page, tools) => {
      const { width, height } = tools.box
      if (value === '') return
      // Fields are often hardly higher than their letters: there the room is needed for these.
      const inside = { x: FIELD_PADDING, y: 0, width: Math.max(0, width - 2 * FIELD_PADDING), height }
      drawTextIn(page, multiline ? value : value.replace(/[\r\n]+/g, ' '), inside, {
        font: await tools.font(look.font),
        extentOf: tools.extentOf,
        size: fontSize > 0 ? fontSize : multiline ? LINES_SIZE : 'fit',
        align,
        vertical: multiline ? 'top' : 'middle',
        wrap: multiline,
        colour: rgb(...colour),
      })
    })
}
