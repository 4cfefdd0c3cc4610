/** What may follow a signature: fields filled in with their appearances, signatures, annotations, validation data, dates. */
import { latin1 } from '../../../src/core/bytes.ts'
import { integerOf, nameOf, PdfArray, PdfDict, PdfName, type PdfObject, PdfRef, PdfStream, PdfString, pdfStream } from '../../../src/pdf/index.ts'
import type { Change, Choice } from './changes.ts'
import { shown } from './documents.ts'
import type { Draft } from './draft.ts'
import { parsed } from './section.ts'

/** A field with no fields below it. */
export interface FieldFound {
  readonly number: number
  /** Fully qualified. */
  readonly name: string
  readonly type: string
  readonly flags: number
  readonly value: PdfObject
  /** Numbers of its widgets; its own where they are one. */
  readonly widgets: readonly number[]
}

const items = (draft: Draft, object: PdfObject | undefined): readonly PdfObject[] => {
  const array = draft.resolve(object)
  return array instanceof PdfArray ? array.items : []
}

const textOf = (object: PdfObject): string => (object instanceof PdfString ? Buffer.from(object.bytes).toString('latin1') : '')

/** The fields of the form. */
export function fieldsOf(draft: Draft): FieldFound[] {
  const found: FieldFound[] = []
  const seen = new Set<number>()
  const visit = (ref: PdfObject, above: { name: string; type: string; flags: number; value: PdfObject }): void => {
    if (!(ref instanceof PdfRef) || seen.has(ref.number)) return
    seen.add(ref.number)
    const field = draft.dict(ref)
    const own = textOf(draft.resolve(field.get('T')))
    const here = {
      name: above.name === '' ? own : `${above.name}.${own}`,
      type: nameOf(draft.resolve(field.get('FT'))) ?? above.type,
      flags: integerOf(draft.resolve(field.get('Ff'))) ?? above.flags,
      value: field.has('V') ? draft.resolve(field.get('V')) : above.value,
    }
    const kids = items(draft, field.get('Kids')).filter((kid) => kid instanceof PdfRef)
    const below = kids.filter((kid) => draft.dict(kid).has('T'))
    for (const kid of below) visit(kid, here)
    if (below.length === 0) found.push({ ...here, number: ref.number, widgets: kids.length > 0 ? kids.map(({ number }) => number) : [ref.number] })
  }
  for (const ref of items(draft, draft.dict(draft.document.catalog.get('AcroForm')).get('Fields'))) visit(ref, { name: '', type: '', flags: 0, value: null })
  return found
}

const string = (text: string): PdfString => new PdfString(latin1(text))
const appearanceDict = (): PdfObject => parsed('<</Type /XObject /Subtype /Form /BBox [0 0 80 16] /Resources <</Font <</Helv 6 0 R>>>>>>')

/** An appearance that shows a text. */
export function appearance(text: string): PdfStream {
  const dict = appearanceDict()
  return pdfStream(dict instanceof PdfDict ? dict : new PdfDict(), latin1(shown(text)))
}

function pickField(draft: Draft, type: string): FieldFound | undefined {
  const fields = fieldsOf(draft).filter((field) => field.type === type)
  if (fields.length === 0) return undefined
  const field = draft.random.pick(fields)
  draft.focus = field.widgets
  return field
}

/** Shows a text in a widget: by a new appearance, or by another content of the one it has. */
function show(draft: Draft, widget: number, text: string): void {
  const current = draft.dict(draft.dict(new PdfRef(widget)).get('AP')).get('N')
  if (draft.random.chance(0.3) && current instanceof PdfRef && draft.resolve(current) instanceof PdfStream) draft.set(current.number, appearance(text))
  else draft.change(widget, { AP: new PdfDict(new Map([['N', draft.add(appearance(text))]])) })
}

const fillText: Change = (draft) => {
  const field = pickField(draft, 'Tx')
  if (!field || (field.flags & 1) !== 0) return false
  const text = draft.random.pick(['25', 'Binh', '1000000', 'x'])
  draft.change(field.number, { V: string(text) })
  for (const widget of field.widgets) show(draft, widget, text)
  return true
}

const check: Change = (draft) => {
  const field = pickField(draft, 'Btn')
  if (!field) return false
  const states = field.widgets.map((widget) =>
    [...draft.dict(draft.dict(draft.dict(new PdfRef(widget)).get('AP')).get('N')).entries.keys()].find((key) => key !== 'Off'),
  )
  const chosen = draft.random.int(field.widgets.length)
  const on = draft.random.chance(0.7) ? states[chosen] : undefined
  draft.change(field.number, { V: new PdfName(on ?? 'Off') })
  for (const [i, widget] of field.widgets.entries()) draft.change(widget, { AS: new PdfName(i === chosen && on !== undefined ? on : 'Off') })
  return true
}

const select: Change = (draft) => {
  const field = pickField(draft, 'Ch')
  if (!field) return false
  const text = draft.random.pick(['Hue', 'Saigon', 'Hanoi'])
  draft.change(field.number, { V: string(text) })
  for (const widget of field.widgets) show(draft, widget, text)
  return true
}

const SIGNATURE = '<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M (D:20260701080000Z) /ByteRange [0 10 20 30] /Contents <00>>>'

const sealed = (text: string): PdfObject => {
  const dict = parsed('<</Type /XObject /Subtype /Form /BBox [0 0 60 20] /Resources <</Font <</Helv 6 0 R>>>>>>')
  return pdfStream(dict instanceof PdfDict ? dict : new PdfDict(), latin1(`0 0 1 RG 1 1 58 18 re S BT /Helv 8 Tf 4 6 Td (${text}) Tj ET`))
}

const signEmpty: Change = (draft) => {
  const field = pickField(draft, 'Sig')
  if (!field || field.value !== null) return false
  const seal = draft.add(sealed('Approved'))
  draft.change(field.number, { V: draft.add(parsed(SIGNATURE)), AP: new PdfDict(new Map([['N', seal]])) })
  return true
}

/** The pages' references. */
export function pagesOf(draft: Draft): PdfRef[] {
  return [...draft.document.pages()].flatMap(({ ref }) => (ref ? [ref] : []))
}

/** Puts an annotation on a page. */
export function annotate(draft: Draft, page: PdfRef, annotation: PdfRef): void {
  const annots = draft.dict(page).get('Annots')
  const list = new PdfArray([...items(draft, annots), annotation])
  if (annots instanceof PdfRef) draft.set(annots.number, list)
  else draft.change(page.number, { Annots: list })
}

/** Puts a field into the form. */
export function addField(draft: Draft, field: PdfRef): void {
  const form = draft.document.catalog.get('AcroForm')
  if (!(form instanceof PdfRef)) return
  const fields = draft.dict(form).get('Fields')
  const list = new PdfArray([...items(draft, fields), field])
  if (fields instanceof PdfRef) draft.set(fields.number, list)
  else draft.change(form.number, { Fields: list })
}

const signNew: Change = (draft) => {
  const page = draft.random.pick(pagesOf(draft))
  const visible = draft.random.chance(0.6)
  const rect = visible ? draft.random.pick(['220 70 280 90', '20 10 80 30', '150 120 210 140']) : '0 0 0 0'
  const look = visible ? `/AP <</N ${draft.add(sealed('Third')).toString()}>>` : ''
  const value = draft.add(parsed(SIGNATURE)).toString()
  const name = `Later${draft.random.int(1000)}`
  const field = draft.add(parsed(`<</FT /Sig /T (${name}) /V ${value} /Type /Annot /Subtype /Widget /F 132 /P ${page.toString()} /Rect [${rect}] ${look}>>`))
  annotate(draft, page, field)
  addField(draft, field)
  return true
}

const ANNOTATIONS = [
  '/Subtype /Text /Rect [260 90 276 106] /Contents (Seen) /F 28',
  '/Subtype /Square /Rect [200 60 240 90] /C [0 0.6 0] /BS <</W 2>> /F 4',
  '/Subtype /FreeText /Rect [110 20 200 34] /DA (/Helv 9 Tf 0 0 1 rg) /Contents (Remark) /F 4',
  '/Subtype /Highlight /Rect [20 158 120 174] /QuadPoints [20 174 120 174 20 158 120 158] /C [1 1 0] /F 4',
  '/Subtype /Stamp /Rect [200 60 260 80] /F 4 /AP <</N @>>',
  '/Subtype /Line /Rect [20 100 200 112] /L [24 106 196 106] /C [1 0 0] /F 4',
  '/Subtype /Ink /Rect [20 100 200 120] /InkList [[24 106 100 118 196 106]] /C [1 0 0] /F 4',
]

const addAnnotation: Change = (draft) => {
  const page = draft.random.pick(pagesOf(draft))
  const text = draft.random.pick(ANNOTATIONS)
  const look = text.includes('@') ? draft.add(sealed('Copy')).toString() : ''
  annotate(draft, page, draft.add(parsed(`<</Type /Annot /P ${page.toString()} ${text.replace('@', look)}>>`)))
  return true
}

/** An annotation that was there gets another look, or is taken away. */
const changeAnnotation: Change = (draft) => {
  const page = draft.random.pick(pagesOf(draft))
  const annots = items(draft, draft.dict(page).get('Annots'))
  const found = annots.filter((one) => one instanceof PdfRef && nameOf(draft.dict(one).get('Subtype')) !== 'Widget')
  if (found.length === 0) return false
  const one = draft.random.pick(found)
  if (draft.random.chance(0.3)) draft.change(page.number, { Annots: new PdfArray(annots.filter((other) => other !== one)) })
  else if (one instanceof PdfRef && draft.dict(one).has('AP')) draft.change(one.number, { AP: new PdfDict(new Map([['N', draft.add(sealed('Changed'))]])) })
  else if (one instanceof PdfRef) draft.change(one.number, { Contents: string('Changed'), C: parsed('[0 0 1]') })
  return true
}

const store: Change = (draft) => {
  const { catalogRef } = draft.document
  const certificate = draft.add(pdfStream({}, latin1('certificate')))
  const list = draft.add(new PdfArray([certificate]))
  const dss = draft.add(parsed(`<</Certs ${list.toString()} /VRI <</AB <</Cert ${list.toString()}>>>>>>`))
  draft.change(catalogRef.number, { DSS: dss })
  return true
}

const dates: Change = (draft) => {
  const info = draft.document.trailer.get('Info')
  if (info instanceof PdfRef) draft.change(info.number, { ModDate: string('D:20260701080000Z') })
  const metadata = draft.document.catalog.get('Metadata')
  const stream = draft.resolve(metadata)
  if (!(metadata instanceof PdfRef) || !(stream instanceof PdfStream)) return info instanceof PdfRef
  const text = Buffer.from(draft.data(stream)).toString('latin1').replace('2026-01-01', '2026-07-01')
  draft.set(metadata.number, pdfStream(stream.dict, latin1(text)))
  return true
}

/** What may be allowed. */
export const PERMITTED: Choice = [
  [30, 'text filled in', fillText],
  [12, 'box checked', check],
  [10, 'choice made', select],
  [8, 'empty field signed', signEmpty],
  [8, 'new field signed', signNew],
  [10, 'annotation added', addAnnotation],
  [4, 'annotation changed', changeAnnotation],
  [8, 'validation data added', store],
  [6, 'dates changed', dates],
]
