/** What lies over what: later signatures over the page as it was signed, later annotations over signatures. */

import { contains, intersection, sizeOf } from '../../pdf/content/geometry.ts'
import { coversContent, type PaintedAreas, paintedAreas } from '../../pdf/content/index.ts'
import { nameOf, PdfArray, PdfDict, type PdfDocument, type PdfPage, PdfRef } from '../../pdf/index.ts'
import { type PdfRectangle, rectangleOf } from '../../pdf/rectangle.ts'
import { itemsOf, signatureFields } from '../fields.ts'
import type { Finding } from './finding.ts'
import { overlap, pageObjectsShowing, pagesShowing } from './geometry.ts'
import type { AddedAnnotation, AddedSignature, PlacedRectangle } from './step.ts'

/** A page as it was signed. */
interface SignedPage {
  readonly areas: PaintedAreas
  /** Area of the page as it is seen. */
  readonly size: number
  /** Of annotations and fields that show something, signatures apart: a seal may lie over a signature. */
  readonly shown: readonly (PdfRectangle | null)[]
}

/** Whether something fills the page. */
function isPicture({ size }: SignedPage, box: PdfRectangle): boolean {
  return size > 0 && sizeOf(box) >= 0.9 * size
}

/** How much of a seal at least lies over the signature that it seals. What touches a signature only is no seal, and may cover a page. */
const LEAST_OF_SEAL = 0.1

/** Answers for one state of a document; each page is looked at once. */
export class Overlays {
  readonly #state: PdfDocument
  readonly #pages = new Map<number, SignedPage>()
  #all: readonly PdfPage[] | undefined
  #signatures: readonly PlacedRectangle[] | undefined

  /** @param state the document as it was signed */
  constructor(state: PdfDocument) {
    this.#state = state
  }

  /** Whether a signature lies over what pages show. */
  coversPage({ rectangles }: AddedSignature): boolean {
    return rectangles.some(({ pageObjects, rectangle }) => pageObjects.some((page) => this.#covers(page, rectangle)))
  }

  /**
   * What lies below a signature already is not looked at: a seal over a signature, as Decree 30/2020 wants it, covers what the signature
   * covers. A page that is one picture, as a scan is, does not count below such a seal either; below anything else it does.
   */
  #covers(number: number, rectangle: PdfRectangle | null): boolean {
    // By the page's object: an update that adds pages moves the numbers of those behind them.
    const page = this.#page(number)
    if (!rectangle || !page?.areas.complete) return true
    if (page.shown.some((one) => overlap(one, rectangle))) return true
    this.#signatures ??= this.#signatureRectangles()
    const signatures = this.#signatures.flatMap((one) =>
      one.pageObjects.includes(number) && one.rectangle && overlap(one.rectangle, rectangle) ? [one.rectangle] : [],
    )
    const shared = (box: PdfRectangle): PdfRectangle => intersection(box, rectangle) ?? box
    if (!signatures.some((one) => sizeOf(shared(one)) >= LEAST_OF_SEAL * sizeOf(rectangle))) return coversContent(page.areas, rectangle)
    const rectangles = page.areas.rectangles.filter(
      (box) => overlap(box, rectangle) && !isPicture(page, box) && !signatures.some((one) => contains(one, shared(box))),
    )
    return coversContent({ rectangles }, rectangle)
  }

  #page(number: number): SignedPage | undefined {
    const known = this.#pages.get(number)
    if (known) return known
    this.#all ??= [...this.#state.pages()]
    const page = this.#all.find(({ ref }) => ref?.number === number)
    if (!page) return undefined
    const annots = this.#state.resolve(page.dict.get('Annots'))
    const shown = (annots instanceof PdfArray ? annots.items : []).flatMap((item) => {
      const dict = this.#state.resolve(item)
      return dict instanceof PdfDict && dict.has('AP') && !this.#isSignature(dict) ? [rectangleOf(this.#state, dict.get('Rect'))] : []
    })
    const box = rectangleOf(this.#state, page.attributes.get('CropBox')) ?? rectangleOf(this.#state, page.attributes.get('MediaBox'))
    const signed = { areas: paintedAreas(this.#state, page), size: box ? sizeOf(box) : 0, shown }
    this.#pages.set(number, signed)
    return signed
  }

  #isSignature(widget: PdfDict): boolean {
    const parent = this.#state.resolve(widget.get('Parent'))
    const type = widget.get('FT') ?? (parent instanceof PdfDict ? parent.get('FT') : undefined)
    return nameOf(this.#state.resolve(type)) === 'Sig'
  }

  /** What is permitted and has to be known. */
  tell(signatures: readonly AddedSignature[], annotations: readonly AddedAnnotation[]): Finding[] {
    const over = signatures.flatMap((signature): Finding[] => {
      const { filled, kind, revision, name, rectangles } = signature
      if (filled || kind === 'empty' || rectangles.length === 0 || !this.coversPage(signature)) return []
      const page = rectangles.flatMap(({ pages }) => pages)[0]
      const detail = `field "${name.slice(0, 100)}" lies over what the page showed`
      return [{ code: 'signatureOverContent', revision, detail, field: name, ...(page === undefined ? {} : { page }) }]
    })
    return [...over, ...annotations.flatMap((annotation) => this.#overSignature(annotation) ?? [])]
  }

  #overSignature({ revision, subtype, pages, pageObjects, rectangle }: AddedAnnotation): Finding | undefined {
    this.#signatures ??= this.#signatureRectangles()
    // What a pop-up shows is not on the page.
    if (subtype === 'Popup' || subtype === 'Link') return undefined
    this.#state.budget.spend('pdfObjects', this.#signatures.length)
    const at = pageObjects.findIndex((one) =>
      this.#signatures?.some((signature) => signature.pageObjects.includes(one) && overlap(signature.rectangle, rectangle)),
    )
    if (at < 0) return undefined
    return { code: 'annotationOverSignature', revision, detail: `${subtype.slice(0, 40)} annotation over a signature`, page: pages[at] as number }
  }

  #signatureRectangles(): PlacedRectangle[] {
    const state = this.#state
    return signatureFields(state, state.budget).flatMap(({ value, ref, dict }): PlacedRectangle[] => {
      if (!value) return []
      const widgets = dict.has('Rect') ? [ref] : itemsOf(state, dict.get('Kids'))
      return widgets.flatMap((widget): PlacedRectangle[] => {
        const object = widget ? state.resolve(widget) : null
        const rectangle = object instanceof PdfDict ? rectangleOf(state, object.get('Rect')) : null
        if (!(widget instanceof PdfRef) || !rectangle || rectangle[0] === rectangle[2] || rectangle[1] === rectangle[3]) return []
        return [{ pages: pagesShowing(state, widget.number), pageObjects: pageObjectsShowing(state, widget.number), rectangle }]
      })
    })
  }
}
