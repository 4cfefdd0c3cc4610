/** Changes on the edge of what is allowed: what comes along with filling in a field, and shows something else. */
import { latin1 } from '../../../src/core/bytes.ts'
import { PdfArray, PdfDict, PdfName, PdfRef, PdfStream, PdfString, pdfStream } from '../../../src/pdf/index.ts'
import type { Change, Choice } from './changes.ts'
import type { Draft } from './draft.ts'
import { annotate, appearance, type FieldFound, fieldsOf, pagesOf } from './forms.ts'
import { annotations, layerState, newField, oddAnnotation, oddSignatureField, RECTANGLES, signatureItself, storeOver } from './odd.ts'
import { parsed } from './section.ts'
import { entriesOf, otherContent } from './values.ts'

function anyField(draft: Draft): FieldFound | undefined {
  const fields = fieldsOf(draft)
  return fields.length > 0 ? draft.random.pick(fields) : undefined
}

/** Mostly one of the field that was just filled in. */
function anyWidget(draft: Draft): number | undefined {
  if (draft.focus.length > 0 && draft.random.chance(0.7)) return draft.random.pick(draft.focus)
  const field = anyField(draft)
  return field && draft.random.pick(field.widgets)
}

/** Changes entries of some widget. */
const widgetWith =
  (...entries: readonly string[]): Change =>
  (draft) => {
    const widget = anyWidget(draft)
    if (widget === undefined) return false
    draft.change(widget, entriesOf(draft, draft.random.pick(entries)))
    return true
  }

const normal = (draft: Draft, widget: number): PdfRef | undefined => {
  const entry = draft.dict(draft.dict(new PdfRef(widget)).get('AP')).get('N')
  if (entry instanceof PdfRef) return entry
  const states = entry instanceof PdfDict ? [...entry.entries.values()].filter((one) => one instanceof PdfRef) : []
  return states.length > 0 ? draft.random.pick(states) : undefined
}

/** The appearance has other entries, or other content. */
const appearanceWith =
  (...entries: readonly string[]): Change =>
  (draft) => {
    const widget = anyWidget(draft)
    const ref = widget === undefined ? undefined : normal(draft, widget)
    if (!ref || !(draft.resolve(ref) instanceof PdfStream)) return false
    draft.change(ref.number, entriesOf(draft, draft.random.pick(entries)))
    return true
  }

const appearanceContent: Change = (draft) => {
  const widget = anyWidget(draft)
  const ref = widget === undefined ? undefined : normal(draft, widget)
  const stream = ref ? draft.resolve(ref) : null
  if (!ref || !(stream instanceof PdfStream)) return false
  draft.set(ref.number, pdfStream(stream.dict, otherContent(draft, draft.data(stream))))
  return true
}

/** One field shows what another does. */
const exchangeAppearance: Change = (draft) => {
  const [a, b] = [anyWidget(draft), anyWidget(draft)]
  const look = b === undefined ? undefined : draft.dict(new PdfRef(b)).get('AP')
  if (a === undefined || look === undefined) return false
  draft.change(a, { AP: look })
  return true
}

/** An appearance is drawn by a page, or a page's own form is an appearance. */
const shareWithPage: Change = (draft) => {
  const widget = anyWidget(draft)
  const ref = widget === undefined ? undefined : normal(draft, widget)
  if (!ref) return false
  const [page] = pagesOf(draft)
  if (draft.random.chance(0.5) || !page)
    draft.change(5, { XObject: new PdfDict(new Map([...draft.dict(draft.dict(new PdfRef(5)).get('XObject')).entries, ['Fm1', ref]])) })
  else draft.change(page.number, { Contents: new PdfArray([new PdfRef(4), ref, new PdfRef(14)]) })
  return true
}

/** The streams that pages draw become an appearance, and are written anew as one. */
const takePageStream: Change = (draft) => {
  const widget = anyWidget(draft)
  if (widget === undefined) return false
  const number = draft.random.pick([4, 14, 18, 17, 22])
  draft.change(widget, { AP: new PdfDict(new Map([['N', new PdfRef(number)]])) })
  if (draft.random.chance(0.6)) draft.set(number, appearance('9000'))
  return true
}

/** The appearance draws a form of its own, one of a page, or one that a page gets by it. */
const nest: Change = (draft) => {
  const widget = anyWidget(draft)
  if (widget === undefined) return false
  const { random } = draft
  const inner = random.pick([() => draft.add(appearance('Inner')), () => new PdfRef(18), () => new PdfRef(31), () => new PdfRef(90)])()
  if (random.chance(0.3) && draft.resolve(inner) instanceof PdfStream) draft.set(inner.number, appearance('9000'))
  const entries = `/Type /XObject /Subtype /Form /BBox [0 0 80 16] /Resources <</XObject <</X ${inner.toString()}>> /Font 88 0 R>>`
  const dict = parsed(`<<${entries} ${random.pick(['', '/Group <</S /Transparency>>', '/OC 72 0 R', '/Matrix [1 0 0 1 0 0]', '/Ref <</F (a)>>'])}>>`)
  if (!(dict instanceof PdfDict)) return false
  draft.change(widget, { AP: new PdfDict(new Map([['N', draft.add(pdfStream(dict, latin1('/X Do')))]])) })
  return true
}

/** A value that stands alone, and that others refer to as well. */
const sharedValue: Change = (draft) => {
  const widget = anyWidget(draft)
  if (widget === undefined) return false
  const { random } = draft
  const number = random.pick([81, 82, 84, 85, 87, 88, 80, 86])
  if (random.chance(0.5) && draft.numbers.includes(number))
    draft.set(number, parsed(random.pick(['(9000)', '[20 90 100 106]', '[10 10 290 190]', '[20 20 290 190]', '<</N 44 0 R>>', '2', '[4 0 R]'])))
  else draft.change(widget, random.pick([{ V: new PdfRef(number) }, { AP: new PdfRef(number) }, { Rect: new PdfRef(number) }]))
  return true
}

const rename: Change = (draft) => {
  const field = anyField(draft)
  if (!field) return false
  draft.change(field.number, { T: new PdfString(latin1(draft.random.pick(['Other', 'Number', 'First', field.name]))) })
  return true
}

const formEntry: Change = (draft) => {
  const form = draft.document.catalog.get('AcroForm')
  if (!(form instanceof PdfRef)) return false
  draft.change(
    form.number,
    entriesOf(
      draft,
      draft.random.pick([
        'NeedAppearances true',
        'DA (/Helv 14 Tf 1 0 0 rg)',
        'DR <</Font <</Helv 16 0 R>>>>',
        'DR <</Font <</Helv 6 0 R /New 16 0 R>>>>',
        'SigFlags 3',
        'Q 2',
      ]),
    ),
  )
  return true
}

const defaultFont: Change = (draft) => {
  draft.change(
    draft.random.pick([6, 16, 46]),
    entriesOf(draft, draft.random.pick(['BaseFont /Courier', 'Font <</Helv 16 0 R>>', 'Encoding <</Differences [48 /nine /eight]>>'])),
  )
  return true
}

/** A widget of a field that is there, in one more place. */
const newWidget: Change = (draft) => {
  const field = anyField(draft)
  if (!field) return false
  const page = draft.random.pick(pagesOf(draft))
  const look = draft.add(appearance('9000')).toString()
  const widget = draft.add(
    parsed(
      `<</Parent ${field.number} 0 R /Type /Annot /Subtype /Widget /F 4 /P ${page.toString()} /Rect [${draft.random.pick(RECTANGLES)}] /AP <</N ${look}>>>>`,
    ),
  )
  annotate(draft, page, widget)
  if (draft.random.chance(0.7))
    draft.change(field.number, { Kids: new PdfArray([...field.widgets.filter((one) => one !== field.number).map((one) => new PdfRef(one)), widget]) })
  return true
}

/** A state that the appearance has not, or the other one. */
const wrongState: Change = (draft) => {
  const widget = anyWidget(draft)
  if (widget === undefined) return false
  draft.change(widget, { AS: new PdfName(draft.random.pick(['Yes', 'Off', 'A', 'B', 'None'])) })
  return true
}

/** On the edge. */
export const EDGES: Choice = [
  [
    8,
    'appearance with other entries',
    appearanceWith(
      'BBox [-200 -200 300 300]',
      'Matrix [1 0 0 1 30 30]',
      'Matrix [4 0 0 4 0 0]',
      'Resources 5 0 R',
      'Resources <</Font <</Helv 16 0 R>>>>',
      'OC 72 0 R',
      'Group <</S /Transparency>>',
    ),
  ],
  [8, 'appearance with other content', appearanceContent],
  [6, 'appearance of another field', exchangeAppearance],
  [5, 'appearance shared with a page', shareWithPage],
  [6, 'stream of a page as appearance', takePageStream],
  [6, 'widget moved', widgetWith('Rect [20 158 120 178]', 'Rect [0 0 300 200]', 'Rect [20 90 100 130]', 'Rect [100 106 20 90]', 'P 13 0 R')],
  [5, 'widget hidden', widgetWith('F 2', 'F 6', 'F 36', 'F 20', 'OC 72 0 R')],
  [
    6,
    'widget styled',
    widgetWith(
      'MK <</R 90>>',
      'MK <</BG [1 0 0] /BC [0]>>',
      'DA (/Helv 14 Tf 1 0 0 rg)',
      'BS <</W 5>>',
      'Border [0 0 5]',
      'Q 2',
      'Ff 4096',
      'MaxLen 3',
      'C [1 0 0]',
      'H /O',
    ),
  ],
  [3, 'value alone', widgetWith('V (9000)', 'V /Yes', 'DV (9000)', 'RV (<body/>)')],
  [
    4,
    'appearance with more states',
    widgetWith('AP <</N 18 0 R /D 23 0 R>>', 'AP <</D 18 0 R>>', 'AP <</N <</Off 18 0 R /Yes 18 0 R /A 18 0 R>>>>', 'AP <<>>'),
  ],
  [3, 'state', wrongState],
  [6, 'appearance with a form in it', nest],
  [5, 'shared value', sharedValue],
  [5, 'odd signature field', oddSignatureField],
  [5, 'odd annotation', oddAnnotation],
  [3, 'field renamed', rename],
  [4, 'form entry', formEntry],
  [3, 'font of the form', defaultFont],
  [4, 'annotations of a page', annotations],
  [4, 'new field', newField],
  [4, 'new widget', newWidget],
  [4, 'validation data over something', storeOver],
  [4, 'the signature itself', signatureItself],
  [5, 'state of layers', layerState],
]
