/** One page made by hand, and what its content paints. */
import { type PaintedAreas, paintedAreas } from '../../../src/pdf/content/index.ts'
import { openPdf, type PdfOpenOptions, type PdfPage } from '../../../src/pdf/index.ts'
import { BASIC, type Objects, simplePdf } from '../sample.ts'

/** A stream as it is written between `obj` and `endobj`. */
export function stream(content: string, entries = ''): string {
  return `<<${entries}/Length ${content.length}>>\nstream\n${content}\nendstream`
}

/** What a page has beside its content. */
export interface PageParts {
  /** Entries of its resource dictionary. */
  readonly resources?: string
  /** More entries of the page; the boxes may be among them. */
  readonly page?: string
  /** More objects, from 10 on. */
  readonly objects?: Objects
}

/** A file of one page, 200 wide and 100 high unless its entries say otherwise. */
export function pageWith(content: string, { resources = '', page = '/MediaBox[0 0 200 100]', objects = {} }: PageParts = {}): Uint8Array {
  return simplePdf({
    ...BASIC,
    3: `<</Type/Page/Parent 2 0 R${page}/Contents 4 0 R/Resources<<${resources}>>>>`,
    4: stream(content),
    ...objects,
  })
}

/** What it paints. */
export async function areasOf(content: string, parts?: PageParts, options?: PdfOpenOptions): Promise<PaintedAreas> {
  const document = await openPdf(pageWith(content, parts), options)
  const [page] = document.pages()
  return paintedAreas(document, page as PdfPage)
}

/** Its rectangles with numbers that are rounded to a tenth. */
export async function boxesOf(content: string, parts?: PageParts): Promise<number[][]> {
  return (await areasOf(content, parts)).rectangles.map((box) => box.map((value) => Math.round(value * 10) / 10))
}
