/** What the content streams of one page share: fonts once read, forms once decoded. */
import type { PdfDocument } from '../document.ts'
import type { PdfDict, PdfStream } from '../objects.ts'
import { type FontMetrics, fontMetrics } from './fonts.ts'

/** Decoded bytes of forms that are kept: a symbol may be drawn ten thousand times on a page. */
const MAX_KEPT = 16 << 20

/** Reads fonts and forms of a document for one run. */
export class ContentResources {
  readonly document: PdfDocument
  /** Forms and glyphs that are being drawn. */
  readonly active = new Set<PdfStream>()
  readonly #fonts = new Map<PdfDict, FontMetrics>()
  readonly #streams = new Map<number, Uint8Array>()
  #kept = 0

  constructor(document: PdfDocument) {
    this.document = document
  }

  /**
   * The metrics of a font.
   *
   * @throws KysoError what reading its objects throws
   */
  font(dict: PdfDict): FontMetrics {
    const known = this.#fonts.get(dict)
    if (known) return known
    const metrics = fontMetrics(this.document, dict)
    this.#fonts.set(dict, metrics)
    return metrics
  }

  /**
   * The decoded bytes of a form or a glyph.
   *
   * @throws KysoError `ERR_PDF_FILTER`, `ERR_BUDGET_EXCEEDED`
   */
  content(stream: PdfStream): Uint8Array {
    const known = this.#streams.get(stream.objectNumber)
    if (known) return known
    const bytes = this.document.streamData(stream)
    if (stream.objectNumber > 0 && this.#kept + bytes.length <= MAX_KEPT) {
      this.#kept += bytes.length
      this.#streams.set(stream.objectNumber, bytes)
    }
    return bytes
  }
}
