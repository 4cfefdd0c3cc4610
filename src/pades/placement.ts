/** Where a widget stands on a page: points as the reader sees it, turned into the page's default user space (ISO 32000-2 §8.3.2.3, §14.11.2). */
import { KysoError } from '../core/errors.ts'
import { PdfArray, type PdfDocument, PdfNumber, type PdfObject, type PdfPage, type PdfRef } from '../pdf/index.ts'
import { rectangleOf as readRectangle } from '../pdf/rectangle.ts'

/** A corner of the page as it is seen. */
export type PageCorner = 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right'

/**
 * Where a widget stands on a page. Points (1/72 inch) as the reader sees the page: its crop box turned by `/Rotate`, with the
 * origin at the lower left corner of what is seen. Page 1 is the first, -1 the last. With a corner, `x` and `y` are the
 * distances of the box's nearest edges from that corner.
 *
 * @example
 * ```ts
 * const placement = { page: -1, corner: 'bottom-right', x: 36, y: 36, width: 180, height: 60 } as const
 * ```
 */
export type Placement =
  | { readonly page: number; readonly rectangle: readonly [x: number, y: number, width: number, height: number] }
  | { readonly page: number; readonly corner: PageCorner; readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/** A quarter turn, clockwise, by which a page is shown (`/Rotate`). */
export type Rotation = 0 | 90 | 180 | 270

/** Corners of a rectangle (§7.9.5), the lower left one first. */
export type Rectangle = readonly [x0: number, y0: number, x1: number, y1: number]

/** How a page is shown. */
export interface PageView {
  /** What is seen of the page, in default user space. */
  readonly box: Rectangle
  readonly rotate: Rotation
  /** Points in a unit of default user space (`/UserUnit`). */
  readonly unit: number
  /** Points, as seen. */
  readonly width: number
  readonly height: number
}

/** A place on a page, as a widget annotation states it. */
export interface PlacedWidget {
  readonly page: PdfPage & { readonly ref: PdfRef }
  /** In default user space, for `/Rect`. */
  readonly rect: Rectangle
  readonly rotate: Rotation
  /** Points, as seen. */
  readonly box: { readonly width: number; readonly height: number }
}

/** What viewers take where a page says nothing of its size: `/MediaBox` is required, and missing all the same in old files. */
const LETTER: Rectangle = [0, 0, 612, 792]
/** The edge of a box computed from a page's size may lie beyond the page by what floating point does to it. */
const TOLERANCE = 0.01

/** The rectangle of an array of four numbers, and no more; `undefined` for anything else. */
export function rectangleOf(document: PdfDocument, object: PdfObject | undefined): Rectangle | undefined {
  const array = document.resolve(object)
  return array instanceof PdfArray && array.items.length === 4 ? (readRectangle(document, array) ?? undefined) : undefined
}

function isSeen([x0, y0, x1, y1]: Rectangle): boolean {
  return x1 > x0 && y1 > y0
}

/** How a page is shown: the crop box within the media box (§14.11.2.1), quarter turns, and the unit. */
export function viewOf(document: PdfDocument, page: PdfPage): PageView {
  const read = (key: string): Rectangle | undefined => rectangleOf(document, page.attributes.get(key))
  const stated = read('MediaBox')
  const media = stated && isSeen(stated) ? stated : LETTER
  const crop = read('CropBox') ?? media
  const common: Rectangle = [Math.max(crop[0], media[0]), Math.max(crop[1], media[1]), Math.min(crop[2], media[2]), Math.min(crop[3], media[3])]
  // A crop box apart from the media box shows nothing; viewers take no notice of it then.
  const box = isSeen(common) ? common : media
  const turn = document.resolve(page.attributes.get('Rotate'))
  const degrees = turn instanceof PdfNumber ? ((turn.value % 360) + 360) % 360 : 0
  // Table 31: a multiple of 90. Viewers show a page with any other value as it stands.
  const rotate = degrees === 90 || degrees === 180 || degrees === 270 ? degrees : 0
  const stretch = document.resolve(page.dict.get('UserUnit'))
  const unit = stretch instanceof PdfNumber && stretch.value > 0 && Number.isFinite(stretch.value) ? stretch.value : 1
  const [across, up] = [(box[2] - box[0]) * unit, (box[3] - box[1]) * unit]
  return rotate % 180 === 0 ? { box, rotate, unit, width: across, height: up } : { box, rotate, unit, width: up, height: across }
}

/**
 * A page by its number.
 *
 * @param number 1 is the first page, -1 the last
 * @throws KysoError `ERR_PDF_PLACEMENT` where there is no such page, or it cannot be referred to
 */
export function pageByNumber(document: PdfDocument, number: number): PdfPage & { readonly ref: PdfRef } {
  if (!Number.isSafeInteger(number) || number === 0) throw noPage(number, 'a page number counts from 1, or from -1 for the last page')
  let found: PdfPage | undefined
  let count = 0
  if (number > 0) {
    for (const page of document.pages()) {
      count++
      if (count !== number) continue
      found = page
      break
    }
  } else {
    // How many pages there are is known at the end only: /Count is what anybody may have written.
    const last: PdfPage[] = []
    for (const page of document.pages()) {
      count++
      last.push(page)
      if (last.length > -number) last.shift()
    }
    if (last.length === -number) found = last[0]
  }
  if (!found) throw noPage(number, `the document has ${count} pages`, count)
  // A page written into /Kids has no number that a widget could name as its page.
  if (!found.ref) throw noPage(number, `page ${number} is no indirect object`, undefined, 'direct')
  return { ...found, ref: found.ref }
}

function noPage(page: number, message: string, pages?: number, why = 'page'): KysoError {
  return new KysoError('ERR_PDF_PLACEMENT', message, { page, why, ...(pages === undefined ? {} : { pages }) })
}

/** Lower left corner and size of what a placement asks for, as seen. */
function boxOf(placement: Placement, view: PageView): { left: number; bottom: number; width: number; height: number } {
  if ('rectangle' in placement) {
    const [left, bottom, width, height] = placement.rectangle
    return { left, bottom, width, height }
  }
  const { corner, x, y, width, height } = placement
  if (!/^(?:top|bottom)-(?:left|right)$/.test(corner))
    throw new KysoError('ERR_ARGUMENT', 'the corner of a placement is none of the four', { argument: 'placement.corner' })
  return {
    left: corner.endsWith('left') ? x : view.width - x - width,
    bottom: corner.startsWith('bottom') ? y : view.height - y - height,
    width,
    height,
  }
}

/** Four decimals are some 35 nanometres: what floating point leaves behind them means nothing, and makes long numbers. */
function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4
}

/** A rectangle as seen, in default user space. */
function toUserSpace({ box, rotate, unit }: PageView, seen: Rectangle): Rectangle {
  const [left, bottom, right, top] = seen.map((value) => value / unit) as [number, number, number, number]
  const [x0, y0, x1, y1] = box
  switch (rotate) {
    // Turned clockwise by a quarter, what was up points right, and what was right points down.
    case 90:
      return [x1 - top, y0 + left, x1 - bottom, y0 + right]
    case 180:
      return [x1 - right, y1 - top, x1 - left, y1 - bottom]
    case 270:
      return [x0 + bottom, y1 - right, x0 + top, y1 - left]
    default:
      return [x0 + left, y0 + bottom, x0 + right, y0 + top]
  }
}

/**
 * Finds the place of a widget.
 *
 * @throws KysoError `ERR_PDF_PLACEMENT` where there is no such page or the box does not lie on it, `ERR_ARGUMENT` where the corner is none,
 *   `ERR_PDF_STRUCTURE` where the pages cannot be read
 */
export function placeWidget(document: PdfDocument, placement: Placement): PlacedWidget {
  const page = pageByNumber(document, placement.page)
  const view = viewOf(document, page)
  const { left, bottom, width, height } = boxOf(placement, view)
  const refuse = (message: string, why: string): KysoError =>
    new KysoError('ERR_PDF_PLACEMENT', message, { page: placement.page, why, width: rounded(view.width), height: rounded(view.height) })
  if (![left, bottom, width, height].every(Number.isFinite) || width <= 0 || height <= 0) throw refuse('the box has no size', 'size')
  const [right, top] = [left + width, bottom + height]
  if (left < -TOLERANCE || bottom < -TOLERANCE || right > view.width + TOLERANCE || top > view.height + TOLERANCE)
    throw refuse(`the box does not lie on page ${placement.page}, which is ${rounded(view.width)} by ${rounded(view.height)} points`, 'outside')
  const rect = toUserSpace(view, [left, bottom, right, top]).map(rounded) as [number, number, number, number]
  // What rounds to nothing would be an invisible signature.
  if (!isSeen(rect)) throw refuse('the box is too small to be seen', 'size')
  return { page, rect, rotate: view.rotate, box: { width, height } }
}
