/** Widget annotations of signature fields (ISO 32000-2 §12.5.6.19): new ones, and those that a field has. */
import {
  integerOf,
  nameOf,
  PdfArray,
  PdfDict,
  type PdfDocument,
  PdfName,
  PdfNumber,
  type PdfObject,
  type PdfPage,
  PdfRef,
  pdfDict,
  withEntries,
} from '../pdf/index.ts'
import type { PdfUpdate } from '../pdf/writer.ts'
import type { SignatureField } from './fields.ts'
import { type PlacedWidget, type Rectangle, type Rotation, rectangleOf, viewOf } from './placement.ts'

/** Print and Locked (table 167): the widget stays where it is. */
const WIDGET_FLAGS = 4 + 128
/** Invisible, Hidden and NoView: the widget is not seen. */
const UNSEEN_FLAGS = 1 + 2 + 32

/** A widget that a field has and that is seen. */
export interface FieldWidget {
  readonly ref: PdfRef
  readonly rotate: Rotation
  /** Points, as seen. */
  readonly box: { readonly width: number; readonly height: number }
}

/** Entries of a new widget: where it stands and how it is turned (table 192, `/R`). */
export function widgetEntries(placed: PlacedWidget): Record<string, PdfObject> {
  return {
    Type: new PdfName('Annot'),
    Subtype: new PdfName('Widget'),
    F: new PdfNumber(WIDGET_FLAGS),
    Rect: rectangle(placed.rect),
    P: placed.page.ref,
    ...(placed.rotate === 0 ? {} : { MK: pdfDict({ R: new PdfNumber(placed.rotate) }) }),
  }
}

/** Entries of a new widget that is not seen (§12.7.5.5: no size). */
export function hiddenWidgetEntries(page: PdfRef | undefined): Record<string, PdfObject> {
  return {
    Type: new PdfName('Annot'),
    Subtype: new PdfName('Widget'),
    F: new PdfNumber(WIDGET_FLAGS),
    Rect: rectangle([0, 0, 0, 0]),
    ...(page ? { P: page } : {}),
  }
}

function rectangle(numbers: Rectangle): PdfArray {
  return new PdfArray(numbers.map((value) => new PdfNumber(value)))
}

/** `/AP` with one appearance, for every state of the widget (table 170). */
export function appearanceEntry(form: PdfRef): Record<string, PdfObject> {
  return { AP: pdfDict({ N: form }) }
}

/** Puts an annotation on a page, changing as few objects as can be: where `/Annots` is an object of its own, that alone. */
export function addAnnotation(update: PdfUpdate, pageRef: PdfRef, annotation: PdfRef): void {
  const page = update.resolve(pageRef)
  if (!(page instanceof PdfDict)) return
  const annots = page.get('Annots')
  const array = update.resolve(annots)
  const grown = new PdfArray([...(array instanceof PdfArray ? array.items : []), annotation])
  if (annots instanceof PdfRef && array instanceof PdfArray) update.set(annots, grown)
  else update.set(pageRef, withEntries(page, { Annots: grown }))
}

/** The widgets of a terminal field: itself, or its kids without a name (§12.7.4.1). */
function widgetsOf(document: PdfDocument, field: SignatureField): { ref: PdfRef; dict: PdfDict }[] {
  const widgets: { ref: PdfRef; dict: PdfDict }[] = []
  const add = (object: PdfObject | undefined): void => {
    const dict = document.resolve(object)
    // What is no object of its own stands on no page.
    if (object instanceof PdfRef && dict instanceof PdfDict && (dict.has('Rect') || nameOf(document.resolve(dict.get('Subtype'))) === 'Widget'))
      widgets.push({ ref: object, dict })
  }
  const kids = document.resolve(field.dict.get('Kids'))
  if (kids instanceof PdfArray) {
    document.budget.spend('pdfObjects', kids.items.length)
    for (const kid of kids.items) add(kid)
  }
  if (widgets.length === 0) add(field.ref)
  return widgets
}

/** The page that shows a widget: the one that lists it. `/P` is optional, and only repeats what `/Annots` says. */
function pageOf(document: PdfDocument, widget: PdfRef): PdfPage | undefined {
  for (const page of document.pages()) {
    const annots = document.resolve(page.dict.get('Annots'))
    if (!(annots instanceof PdfArray)) continue
    document.budget.spend('pdfObjects', annots.items.length)
    if (annots.items.some((item) => item instanceof PdfRef && item.number === widget.number)) return page
  }
  return undefined
}

/** `/R` of a widget's characteristics, where it has one: the author of the form has said which way is up. */
export function ownRotation(document: PdfDocument, widget: PdfDict): Rotation | undefined {
  const characteristics = document.resolve(widget.get('MK'))
  const degrees = characteristics instanceof PdfDict ? integerOf(document.resolve(characteristics.get('R'))) : undefined
  const turned = degrees === undefined ? undefined : ((degrees % 360) + 360) % 360
  return turned === 0 || turned === 90 || turned === 180 || turned === 270 ? turned : undefined
}

/**
 * The widget in which a field shows its signature: the first that has a size, is not hidden and stands on a page. A field may have
 * several, of different sizes on different pages. An appearance is drawn for one box; in another it would be stretched, and a
 * reader who meets the signature twice may take it for two. So the others stay as they are.
 *
 * @returns `undefined` where the field is not seen
 */
export function shownWidget(document: PdfDocument, field: SignatureField): FieldWidget | undefined {
  for (const widget of widgetsOf(document, field)) {
    const rect = rectangleOf(document, widget.dict.get('Rect'))
    const flags = integerOf(document.resolve(widget.dict.get('F'))) ?? 0
    if (!rect || rect[2] <= rect[0] || rect[3] <= rect[1] || (flags & UNSEEN_FLAGS) !== 0) continue
    const page = pageOf(document, widget.ref)
    if (!page) continue
    const { rotate: turn, unit } = viewOf(document, page)
    const rotate = ownRotation(document, widget.dict) ?? turn
    const [across, up] = [(rect[2] - rect[0]) * unit, (rect[3] - rect[1]) * unit]
    return { ref: widget.ref, rotate, box: rotate % 180 === 0 ? { width: across, height: up } : { width: up, height: across } }
  }
  return undefined
}
