/**
 * What a widget shows (ISO 32000-2 §12.5.5), between whoever draws it and the update that it goes into: PDF objects, and
 * no program that draws. `kyso/pades/appearance` makes them with pdf-lib.
 */
import type { PdfObject } from '../pdf/index.ts'

/** Which part of PDF/A a document says it conforms to. */
export interface PdfaClaim {
  /** 1 to 4. */
  readonly part: number
  /** `A`, `B`, `U`, `E`, `F`, or empty where part 4 has none. */
  readonly conformance: string
  /** `false` where the document has no output intent for PDF/A: then nothing may be half transparent, whatever the part. */
  readonly outputIntent?: boolean
}

/** What an appearance is drawn for. */
export interface AppearanceBox {
  /** Points (1/72 inch), as the reader sees the page: turned pages are accounted for. */
  readonly width: number
  readonly height: number
  /** What the document says it conforms to (ISO 19005, `pdfaid` of its metadata); left out where it says nothing. */
  readonly pdfa?: PdfaClaim
}

/** A form XObject with the objects that it needs. */
export interface DrawnAppearance {
  /** By numbers of their own, from 1; references among them have generation 0. Streams have their data with them. */
  readonly objects: ReadonlyMap<number, PdfObject>
  /** Which of them is the form XObject. Its `/BBox` is `[0 0 width height]`. */
  readonly form: number
}

/** Draws what a widget shows. */
export interface Appearance {
  /** The same box gives the same bytes. */
  draw(box: AppearanceBox): Promise<DrawnAppearance>
}
