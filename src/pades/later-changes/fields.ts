/** Rule: signature fields may be added, and empty ones be signed (ISO 32000-2 §12.7.5.5). */
import { fromLatin1 } from '../../core/bytes.ts'
import { integerOf, nameOf, PdfArray, PdfDict, type PdfDocument, PdfNumber, type PdfObject, PdfRef, PdfStream, PdfString } from '../../pdf/index.ts'
import { rectangleOf } from '../../pdf/rectangle.ts'
import { itemsOf, signatureFields, textOf } from '../fields.ts'
import { explainAppearance, NORMAL_ONLY } from './appearance.ts'
import { differingKeys, sameValue } from './compare.ts'
import { explainForm, type FieldNames } from './form.ts'
import type { FormTree } from './form-tree.ts'
import { pageObjectsShowing, pagesShowing } from './geometry.ts'
import { explainReached } from './reach.ts'
import type { AddedSignature, PlacedRectangle, Step } from './step.ts'

/** What a signature field and its widgets may have (tables 166, 191, 226 and 235): no actions. */
const FIELD_KEYS = new Set(['FT', 'T', 'TU', 'TM', 'Ff', 'V', 'Lock', 'SV', 'Kids', 'DA', 'Q'])
const WIDGET_KEYS = new Set(['Type', 'Subtype', 'Rect', 'P', 'NM', 'M', 'F', 'AP', 'AS', 'Border', 'BS', 'C', 'H', 'MK', 'DR', 'Contents', 'Parent'])
/** What signing an empty field changes, in the field and in a widget apart from it. */
const FILLED_KEYS = new Set(['V', 'AP', 'F', 'M'])
const FILLED_WIDGET_KEYS = new Set(['AP', 'F', 'M'])
/** Bits NoZoom and NoRotate of `/F` (table 167): what has them is drawn beyond its rectangle where the page is turned or small. */
const LOOSE = 0b11000

interface FieldsOfStep {
  readonly step: Step
  readonly names: () => FieldNames
  readonly tree: FormTree
  /** Widgets that the pages' `/Annots` may have in addition. */
  readonly widgets: Set<number>
}

/**
 * Explains added and filled signature fields.
 *
 * @param names of the fields before the update
 * @returns the widgets that pages may have got
 */
export function explainFields(step: Step, names: () => FieldNames, tree: FormTree): ReadonlySet<number> {
  const fields: FieldsOfStep = { step, names, tree, widgets: new Set() }
  for (const item of explainForm(step)) addField(fields, item)
  explainFilled(fields)
  return fields.widgets
}

/** §12.8.1: what makes a dictionary a signature. */
function isSignature(value: PdfObject): value is PdfDict {
  return value instanceof PdfDict && value.duplicates.length === 0 && value.get('ByteRange') instanceof PdfArray && value.get('Contents') instanceof PdfString
}

/** The signature that a field has got; `null` when there is none, or it is another field's as well. */
function newSignature({ step }: FieldsOfStep, entry: PdfObject | undefined): PdfDict | null {
  const value = step.after.resolve(entry)
  if (!isSignature(value)) return null
  if (!(entry instanceof PdfRef)) return value
  if (!step.introduced.has(entry.number) || step.signatureValues.has(entry.number)) return null
  step.signatureValues.add(entry.number)
  return value
}

/** A widget, with the number of its object. */
interface Widget {
  readonly number: number
  readonly dict: PdfDict
}

function record({ step }: FieldsOfStep, name: string, filled: boolean, signature: PdfDict | null, widgets: readonly Widget[]): void {
  const kind = signature === null ? 'empty' : nameOf(step.after.resolve(signature.get('SubFilter'))) === 'ETSI.RFC3161' ? 'timestamp' : 'signature'
  const rectangles = widgets.flatMap((widget) => placedAt(step.after, widget) ?? [])
  const added: AddedSignature = { revision: step.revision, name, filled, kind, rectangles }
  step.signatures.push(added)
  const code = kind === 'empty' ? 'fieldAdded' : kind === 'timestamp' ? 'timestampAdded' : 'signatureAdded'
  const where = rectangles.length > 0 ? `visible at ${rectangles.map(({ rectangle }) => `[${rectangle?.join(' ') ?? '?'}]`).join(' ')}` : 'invisible'
  const page = rectangles.flatMap(({ pages }) => pages)[0]
  const place = { field: name, ...(page === undefined ? {} : { page }) }
  step.findings.add(code, `field "${name.slice(0, 100)}", ${filled ? 'which was empty' : 'new'}, ${where}`, place)
}

/** Where a widget takes room; `undefined` where its rectangle has no area. One that cannot be read is taken to have. */
function placedAt(document: PdfDocument, { number, dict }: Widget): PlacedRectangle | undefined {
  const entry = dict.get('Rect')
  if (entry === undefined) return undefined
  const rectangle = rectangleOf(document, entry)
  if (rectangle && (rectangle[0] === rectangle[2] || rectangle[1] === rectangle[3])) return undefined
  const isLoose = ((integerOf(document.resolve(dict.get('F'))) ?? 0) & LOOSE) !== 0
  return { pages: pagesShowing(document, number), pageObjects: pageObjectsShowing(document, number), rectangle: isLoose ? null : rectangle }
}

/** A field that stands in the form anew. */
function addField(fields: FieldsOfStep, item: PdfObject): void {
  const { step, widgets } = fields
  const refuse = (detail: string): void =>
    step.findings.add('formChanged', `${item instanceof PdfRef ? `field ${item.toString()}` : 'a field'} was added: ${detail}`)
  if (!(item instanceof PdfRef) || !step.introduced.has(item.number) || step.explained.has(item.number)) return refuse('it is no new object')
  const field = step.after.get(item)
  if (!(field instanceof PdfDict) || nameOf(field.get('FT')) !== 'Sig') return refuse('it is no signature field')
  const name = textOf(step.after.resolve(field.get('T')))
  if (name === undefined || fields.names().has(name) || isQualifiedName(step.before, name)) return refuse('it has no name, or that of another field')
  const isWidget = field.has('Subtype')
  const kids = itemsOf(step.after, field.get('Kids'))
  const signature = newSignature(fields, field.get('V'))
  const shown = (isWidget ? [item] : kids).flatMap((ref): Widget[] => {
    const dict = step.after.resolve(ref)
    return ref instanceof PdfRef && dict instanceof PdfDict ? [{ number: ref.number, dict }] : []
  })
  const problem = fieldProblem(field, isWidget) ?? kidsProblem(fields, item, kids, isWidget) ?? valueProblem(step.after, field, signature, shown)
  if (problem) return refuse(problem)

  fields.names().add(name)
  for (const widget of isWidget ? [item] : kids) if (widget instanceof PdfRef) widgets.add(widget.number)
  explainReached(step, [item])
  record(fields, name, false, signature, shown)
}

/** §12.7.4.2: a name has no period. One that has could be the full name of a field that lies deeper. */
function isQualifiedName(document: PdfDocument, name: string): boolean {
  return name.includes('.') && signatureFields(document, document.budget).some((field) => field.name === name)
}

function fieldProblem(field: PdfDict, isWidget: boolean): string | null {
  if (field.duplicates.length > 0) return `/${field.duplicates[0]} stands in it twice`
  for (const key of field.entries.keys()) {
    if (key === 'Parent' || !(FIELD_KEYS.has(key) || key === 'Type' || (isWidget && WIDGET_KEYS.has(key)))) return `a signature needs no /${key.slice(0, 40)}`
  }
  return isWidget && nameOf(field.get('Subtype')) !== 'Widget' ? 'it is an annotation of another kind' : null
}

function kidsProblem({ step }: FieldsOfStep, parent: PdfRef, kids: readonly PdfObject[], isWidget: boolean): string | null {
  if (kids.length > 0 && isWidget) return 'it has widgets and is one'
  for (const kid of kids) {
    const widget = kid instanceof PdfRef && step.introduced.has(kid.number) ? step.after.get(kid) : null
    if (!(widget instanceof PdfDict) || widget.duplicates.length > 0 || nameOf(widget.get('Subtype')) !== 'Widget')
      return 'a widget of it is none, or no new object'
    if (!sameValue(widget.get('Parent'), parent)) return 'a widget of it belongs to another field'
    for (const key of widget.entries.keys()) if (!WIDGET_KEYS.has(key)) return `a widget of it has /${key.slice(0, 40)}`
  }
  return null
}

function valueProblem(after: PdfDocument, field: PdfDict, signature: PdfDict | null, shown: readonly Widget[]): string | null {
  if (signature) return null
  if (after.resolve(field.get('V')) !== null) return 'its value is no new signature'
  // An empty field that shows something is an annotation by another name.
  return shown.some(({ dict }) => showsSomething(after, dict)) ? 'it is not signed and has an appearance' : null
}

/** PDF/A wants an appearance of every field, and turned pages want to be told of in `/MK`: both say nothing where they are empty. */
function showsSomething(after: PdfDocument, widget: PdfDict): boolean {
  const characteristics = after.resolve(widget.get('MK'))
  if (characteristics !== null && !(characteristics instanceof PdfDict && [...characteristics.entries.keys()].every((key) => key === 'R'))) return true
  const appearance = after.resolve(widget.get('AP'))
  if (appearance === null) return false
  if (!(appearance instanceof PdfDict) || appearance.duplicates.length > 0 || [...appearance.entries.keys()].some((key) => key !== 'N')) return true
  const form = after.resolve(appearance.get('N'))
  return !(form instanceof PdfStream) || /\S/.test(fromLatin1(after.streamData(form)).replace(/^\s*\/Tx\s+BMC\s+EMC\s*$/, ''))
}

/** Empty fields that were there and are signed now, with their widgets. */
function explainFilled(fields: FieldsOfStep): void {
  const { step, tree } = fields
  const filled = new Map<number, { name: string; signature: PdfDict; widgets: Widget[] }>()
  for (const [number, { before, after }] of step.changed) {
    if (step.explained.has(number) || !(before instanceof PdfDict) || !(after instanceof PdfDict)) continue
    if (!after.has('V') || step.before.resolve(before.get('V')) !== null || !onlySigned(before, after, FILLED_KEYS)) continue
    const place = tree.placeOf(number, before)
    const signature = place?.type === 'Sig' && place.field === number ? newSignature(fields, after.get('V')) : null
    if (!place || !signature || !explainAppearance(step, number, before.get('AP'), after.get('AP'), NORMAL_ONLY)) continue
    explainField(step, number)
    explainReached(step, [after.get('V')])
    filled.set(number, { name: place.name, signature, widgets: after.has('Rect') ? [{ number, dict: after }] : [] })
  }
  if (filled.size === 0) return
  for (const [number, { before, after }] of step.changed) {
    if (step.explained.has(number) || !(before instanceof PdfDict) || !(after instanceof PdfDict) || nameOf(before.get('Subtype')) !== 'Widget') continue
    const parent = before.get('Parent')
    if (!(parent instanceof PdfRef)) continue
    const field = filled.get(parent.number)
    // That it says so does not make it a widget of that field: the form has to say so as well.
    if (!field || tree.placeOf(number, before)?.field !== parent.number || !onlySigned(before, after, FILLED_WIDGET_KEYS)) continue
    if (!explainAppearance(step, number, before.get('AP'), after.get('AP'), NORMAL_ONLY)) continue
    explainField(step, number)
    field.widgets.push({ number, dict: after })
  }
  for (const { name, signature, widgets } of filled.values()) record(fields, name, true, signature, widgets)
}

function explainField({ explained, roles }: Step, number: number): void {
  explained.add(number)
  roles.set(number, 'Field')
}

/** Whether only such keys differ. /F has to stay a number (elsewhere it is the name of a file, §7.11.3) that keeps the widget in its rectangle. */
function onlySigned(before: PdfDict, after: PdfDict, keys: ReadonlySet<string>): boolean {
  const isFlags = (dict: PdfDict): boolean => !dict.has('F') || dict.get('F') instanceof PdfNumber
  const loose = (dict: PdfDict): number => (integerOf(dict.get('F')) ?? 0) & LOOSE
  const isQuiet = isFlags(before) && isFlags(after) && (loose(after) & ~loose(before)) === 0
  return after.duplicates.length === 0 && differingKeys(before, after).every((key) => keys.has(key) && (key !== 'F' || isQuiet))
}
