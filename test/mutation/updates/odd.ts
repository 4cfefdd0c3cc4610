/** Changes that no filling in of a field needs: of the signature, of layers, of what stands on a page beside what was there. */
import { latin1 } from '../../../src/core/bytes.ts'
import { PdfArray, type PdfRef, pdfStream } from '../../../src/pdf/index.ts'
import type { Change } from './changes.ts'
import { addField, annotate, appearance, pagesOf } from './forms.ts'
import { parsed } from './section.ts'
import { entriesOf } from './values.ts'

/** Where something may be put: over what the page shows, mostly. */
export const RECTANGLES = ['20 158 120 178', '0 0 300 200', '20 170 30 190', '150 120 190 144']

/** A signature field below another one, of the name of another one, or with widgets of its own. */
export const oddSignatureField: Change = (draft) => {
  const page = draft.random.pick(pagesOf(draft))
  const value = draft.add(parsed('<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 10 20 30] /Contents <00>>>')).toString()
  const look = `/Type /Annot /Subtype /Widget /F 4 /P ${page.toString()} /Rect [${draft.random.pick(RECTANGLES)}] /AP <</N ${draft.add(appearance('9000')).toString()}>>`
  const text = draft.random.pick([
    `/FT /Sig /T (Below) /Parent 32 0 R /V ${value} ${look}`,
    `/FT /Sig /T (First) /V ${value} ${look}`,
    `/FT /Sig /T (Number) /V ${value} ${look}`,
    `/FT /Sig /T (Again) /V 9 0 R ${look}`,
    `/FT /Sig /T (Open) /V ${value} /Kids [8 0 R]`,
    `/FT /Sig /T (Drawn) /V ${value} /MK <</BG [1 0 0] /CA (9000)>> ${look}`,
  ])
  const field = draft.add(parsed(`<<${text}>>`))
  if (!text.includes('Kids')) annotate(draft, page, field)
  addField(draft, field)
  return true
}

/** An annotation that is more than a remark. */
export const oddAnnotation: Change = (draft) => {
  const page = draft.random.pick(pagesOf(draft))
  const look = draft.random.pick(['18 0 R', '31 0 R', '4 0 R', '23 0 R', draft.add(appearance('9000')).toString()])
  const subtype = draft.random.pick(['Redact', 'Watermark', 'Screen', 'FileAttachment', 'Stamp', 'Widget', 'PrinterMark', 'TrapNet', '3D', 'Popup', 'Link'])
  annotate(draft, page, draft.add(parsed(`<</Type /Annot /Subtype /${subtype} /Rect [${draft.random.pick(RECTANGLES)}] /F 4 /AP <</N ${look}>>>>`)))
  if (draft.random.chance(0.2)) draft.set(18, appearance('9000'))
  return true
}

/** A field that is there no more, or a page's annotations in another order. */
export const annotations: Change = (draft) => {
  const page = draft.random.pick(pagesOf(draft))
  const list = draft.resolve(draft.dict(page).get('Annots'))
  if (!(list instanceof PdfArray) || list.items.length < 2) return false
  const items = [...list.items]
  const at = draft.random.int(items.length)
  if (draft.random.chance(0.4)) items.reverse()
  else if (draft.random.chance(0.5)) items.splice(at, 1)
  else items.push(items[at] as PdfRef)
  draft.change(page.number, { Annots: new PdfArray(items) })
  return true
}

/** A field of a kind that nobody signs, with a look of its own. */
export const newField: Change = (draft) => {
  const page = draft.random.pick(pagesOf(draft))
  const look = draft.add(appearance('9000')).toString()
  const type = draft.random.pick(['/FT /Tx /V (9000)', '/FT /Sig', '/FT /Btn /Ff 65536'])
  const rect = draft.random.pick(RECTANGLES)
  const field = draft.add(
    parsed(`<<${type} /T (New${draft.random.int(99)}) /Type /Annot /Subtype /Widget /F 4 /P ${page.toString()} /Rect [${rect}] /AP <</N ${look}>>>>`),
  )
  annotate(draft, page, field)
  if (draft.random.chance(0.7)) addField(draft, field)
  return true
}

/** Validation data under the numbers of other things, or shared with them. */
export const storeOver: Change = (draft) => {
  const number = draft.random.pick([17, 18, 22, 31, 90, 48, 15])
  const shared = draft.random.chance(0.3)
  if (!shared) draft.set(number, pdfStream({}, latin1('0 0 0 rg 0 0 300 300 re f')), draft.generation(number))
  draft.change(draft.document.catalogRef.number, { DSS: parsed(`<</Certs [${number} 0 R]>>`) })
  return true
}

/** The signature, its field or its look. */
export const signatureItself: Change = (draft) => {
  const number = draft.random.pick([8, 9, 23])
  draft.change(
    number,
    entriesOf(
      draft,
      draft.random.pick([
        'V $',
        'AP <</N 18 0 R>>',
        'Rect [20 158 120 178]',
        'Reason (Other)',
        'BBox [0 0 10 10]',
        'F 2',
        'T (Third)',
        'Lock <</Action /All>>',
        'Kids [30 0 R]',
      ]),
    ),
  )
  return true
}

/** What layers there are, and which of them are shown. */
export const layerState: Change = (draft) => {
  if (!draft.document.catalog.has('OCProperties')) return false
  draft.change(
    draft.random.pick([70, 75, 75, 75, 71]),
    entriesOf(
      draft,
      draft.random.pick([
        'OFF [71 0 R]',
        'OFF []',
        'ON [71 0 R 72 0 R]',
        'BaseState /OFF',
        'D <</OFF [71 0 R]>>',
        'OCGs [72 0 R]',
        'AS [<</Event /View /Category [/View] /OCGs [71 0 R]>>]',
        'Order []',
      ]),
    ),
  )
  return true
}
