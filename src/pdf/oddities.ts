/** What a reader put up with, as data: a document that is merely odd is read, and its user is told. */

/** What was tolerated. Codes are stable. */
export type PdfOddityCode =
  | 'bytes-before-header'
  | 'offsets-from-header'
  | 'header-version'
  | 'bytes-after-eof'
  | 'eof-missing'
  | 'startxref-mismatch'
  | 'startxref-whitespace'
  | 'startxref-trailing'
  | 'xref-entry-format'
  | 'xref-entry-twice'
  | 'xref-first-number'
  | 'xref-offset-zero'
  | 'xref-size'
  | 'linearization-missing'
  | 'object-offset-whitespace'
  | 'object-empty'
  | 'endobj-missing'
  | 'stream-eol'
  | 'stream-length'
  | 'duplicate-key'
  | 'number-malformed'
  | 'trailer-mismatch'
  | 'page-missing'
  | 'page-repeated'
  | 'contents-padding-encrypted'
  | 'timestamp-type'
  | 'signature-shared'
  | 'usage-rights'
  | 'cms-ber'
  | 'reconstructed'

/** One thing that was tolerated. */
export interface PdfOddity {
  readonly code: PdfOddityCode
  /** English line for logs. */
  readonly detail: string
  /** File offset. */
  readonly offset?: number
  /** Object number. */
  readonly object?: number
}

/** How many oddities a document keeps; those beyond are counted only. */
const MAX_KEPT = 1_000

/** The oddities of one document; each is kept once, however often its place is read. */
export class Oddities {
  readonly list: PdfOddity[] = []
  /** How many more there were than `list` holds. */
  dropped = 0
  readonly #seen = new Set<string>()

  /** Records one. */
  add(code: PdfOddityCode, detail: string, place: { offset?: number; object?: number } = {}): void {
    const key = `${code} ${place.offset ?? ''} ${place.object ?? ''}`
    if (this.#seen.has(key)) return
    if (this.list.length >= MAX_KEPT) {
      this.dropped++
      return
    }
    this.#seen.add(key)
    this.list.push({ code, detail, ...place })
  }
}
