/**
 * Which areas of a page its content paints: what a widget that comes later might cover. Boxes are rather too large than too small:
 * colours, transparency, layers and the shapes of letters are ignored, what is invisible to the eye but not to a search counts.
 */
import { isAboutDocument, isKysoError } from '../../core/errors.ts'
import type { PdfDocument } from '../document.ts'
import { PdfArray, PdfDict, type PdfObject, PdfStream } from '../objects.ts'
import type { PdfPage } from '../pages.ts'
import { rectangleOf } from '../rectangle.ts'
import { BoxCollector } from './collector.ts'
import { type Box, IDENTITY, intersection } from './geometry.ts'
import { type ContentFindings, ContentInterpreter } from './interpreter.ts'
import { ContentResources } from './resources.ts'

/** What the content of a page paints. */
export interface PaintedAreas {
  /** Left, bottom, right and top in default user space, within the crop box. They may overlap; one without width or height is a line. */
  readonly rectangles: readonly Box[]
  /** Whether all of the content was understood; where not, more may be painted. */
  readonly complete: boolean
  /** Whether a plain rectangle fills the whole page, as coloured paper. It is not among the rectangles. */
  readonly background: boolean
}

/** Between the streams of a page stands white space (§7.8.2). */
const LINE_FEED = 0x0a
/** US letter, which readers take where no size is stated. */
const FALLBACK: Box = [0, 0, 612, 792]
/** Streams of one page. */
const MAX_STREAMS = 10_000

/**
 * Interprets the content of a page. Annotations, and so widgets, are none of it.
 *
 * @param document that the page is of; what this costs is spent from its budget (`pdfOperators`, `decompressedBytes`)
 * @param page one of `document.pages()`
 * @returns what was found; never throws because of the document
 * @example
 * ```ts
 * const document = await openPdf(pdf)
 * const [page] = document.pages()
 * const areas = paintedAreas(document, page)
 * areas.complete && !coversContent(areas, [300, 50, 500, 120]) // => true: there is room for a signature
 * ```
 */
export function paintedAreas(document: PdfDocument, page: PdfPage): PaintedAreas {
  const findings: ContentFindings = { incomplete: false, background: false }
  let collector = new BoxCollector(FALLBACK)
  try {
    const box = visibleBox(document, page)
    collector = new BoxCollector(box)
    const resources = document.resolve(page.attributes.get('Resources'))
    const frame = { resources: resources instanceof PdfDict ? resources : null, matrix: IDENTITY, clip: box, depth: 0 }
    const interpreter = new ContentInterpreter(new ContentResources(document), findings, collector, box, frame)
    interpreter.run(contentOf(document, page, findings))
  } catch (error) {
    if (!isAboutDocument(error) && !isKysoError(error, 'ERR_BUDGET_EXCEEDED')) throw error
    findings.incomplete = true
  }
  return { rectangles: collector.rectangles(), complete: !findings.incomplete, background: findings.background }
}

/** Half of the smaller side is left of a box that is only a few points large. */
const LARGEST_SHARE = 0.25
/** What two boxes may overlap without being said to, in points. */
const TOLERANCE = 1

/**
 * Whether a rectangle lies over something painted, by more than a point on the side where it does.
 *
 * @param areas of the page
 * @param rect two opposite corners in default user space, in any order
 * @returns false for a rectangle without extent, which covers nothing
 */
export function coversContent(areas: Pick<PaintedAreas, 'rectangles'>, rect: readonly [number, number, number, number]): boolean {
  const [left, right] = shrunk(rect[0], rect[2])
  const [bottom, top] = shrunk(rect[1], rect[3])
  if (!(left < right && bottom < top)) return false
  return areas.rectangles.some(([x1, y1, x2, y2]) => x1 < right && x2 > left && y1 < top && y2 > bottom)
}

function shrunk(one: number, other: number): [number, number] {
  const [low, high] = one < other ? [one, other] : [other, one]
  const margin = Math.min(TOLERANCE, LARGEST_SHARE * (high - low))
  return [low + margin, high - margin]
}

/** The crop box within the media box (§14.11.2). */
function visibleBox(document: PdfDocument, page: PdfPage): Box {
  const media = boxOf(document, page.attributes.get('MediaBox')) ?? FALLBACK
  const crop = boxOf(document, page.attributes.get('CropBox'))
  const visible = crop ? intersection(media, crop) : media
  return visible && visible[0] < visible[2] && visible[1] < visible[3] ? visible : media
}

function boxOf(document: PdfDocument, object: PdfObject | undefined): Box | null {
  const box = rectangleOf(document, object)
  return box && box[0] < box[2] && box[1] < box[3] ? box : null
}

/** The streams of `/Contents` as one. One that cannot be read is left out, and told. */
function contentOf(document: PdfDocument, page: PdfPage, findings: ContentFindings): Uint8Array {
  const contents = document.resolve(page.dict.get('Contents'))
  const streams = contents instanceof PdfArray ? contents.items : [contents]
  if (streams.length > MAX_STREAMS) findings.incomplete = true
  const parts: Uint8Array[] = []
  for (const item of streams.slice(0, MAX_STREAMS)) {
    try {
      const stream = document.resolve(item)
      if (stream instanceof PdfStream) parts.push(document.streamData(stream))
      else if (stream !== null) findings.incomplete = true
    } catch (error) {
      if (!isAboutDocument(error)) throw error
      findings.incomplete = true
    }
  }
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length + 1, 0)).fill(LINE_FEED)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length + 1
  }
  return bytes
}
