/** Rule: signature fields may be added, and empty ones be signed (ISO 32000-2 §12.7.5.5). */
import { nameOf, PdfArray, PdfDict, type PdfDocument, PdfNumber, type PdfObject, PdfRef, PdfString } from '../../pdf/index.ts'
import { textOf } from '../fields.ts'
import { differingKeys, sameValue } from './compare.ts'
import { explainForm, type FieldNames, formOf, itemsOf } from './form.ts'
import { explainReached } from './reach.ts'
import type { AddedSignature, Step } from './step.ts'

/** What a signature field and its widgets may have (tables 166, 191, 226 and 235): no actions. */
const FIELD_KEYS = new Set(['FT', 'T', 'TU', 'TM', 'Ff', 'V', 'Lock', 'SV', 'Kids', 'DA', 'Q'])
const WIDGET_KEYS = new Set(['Type', 'Subtype', 'Rect', 'P', 'NM', 'M', 'F', 'AP', 'AS', 'Border', 'BS', 'C', 'H', 'MK', 'DR', 'Contents', 'Parent'])
/** What signing an empty field changes, in the field and in a widget apart from it. */
const FILLED_KEYS = new Set(['V', 'AP', 'F', 'M'])
const FILLED_WIDGET_KEYS = new Set(['AP', 'F', 'M'])

interface FieldsOfStep {
  readonly step: Step
  readonly names: () => FieldNames
  /** Signature dictionaries of this update that already have a field. */
  readonly values: Set<number>
  /** Widgets that the pages' `/Annots` may have in addition. */
  readonly widgets: Set<number>
  /** Numbers in the `/Kids` of a field, by its number; those in the form's `/Fields` under 0. */
  readonly below: Map<number, ReadonlySet<number>>
}

/**
 * Explains added and filled signature fields.
 *
 * @param names of the fields before the update
 * @returns the widgets that pages may have got
 */
export function explainFields(step: Step, names: () => FieldNames): ReadonlySet<number> {
  const fields: FieldsOfStep = { step, names, values: new Set(), widgets: new Set(), below: new Map() }
  for (const item of explainForm(step)) addField(fields, item)
  explainFilled(fields)
  return fields.widgets
}

/** §12.8.1: what makes a dictionary a signature. */
function isSignature(value: PdfObject): value is PdfDict {
  return value instanceof PdfDict && value.duplicates.length === 0 && value.get('ByteRange') instanceof PdfArray && value.get('Contents') instanceof PdfString
}

/** The signature that a field has got; `null` when there is none, or it is another field's as well. */
function newSignature({ step, values }: FieldsOfStep, entry: PdfObject | undefined): PdfDict | null {
  const value = step.after.resolve(entry)
  if (!isSignature(value)) return null
  if (!(entry instanceof PdfRef)) return value
  if (!step.introduced.has(entry.number) || values.has(entry.number)) return null
  values.add(entry.number)
  return value
}

function record({ step }: FieldsOfStep, name: string, filled: boolean, signature: PdfDict | null, rectangles: readonly (PdfObject | undefined)[]): void {
  const kind = signature === null ? 'empty' : nameOf(step.after.resolve(signature.get('SubFilter'))) === 'ETSI.RFC3161' ? 'timestamp' : 'signature'
  const visible = rectangles.some((rectangle) => takesRoom(step.after, rectangle))
  const added: AddedSignature = { revision: step.revision, name, filled, kind, visible }
  step.signatures.push(added)
  const code = kind === 'empty' ? 'fieldAdded' : kind === 'timestamp' ? 'timestampAdded' : 'signatureAdded'
  const places = rectangles.map((rectangle) => rectangleText(step.after, rectangle)).join(' ')
  step.findings.add(code, `field "${name.slice(0, 100)}", ${filled ? 'which was empty' : 'new'}, ${visible ? `visible at ${places}` : 'invisible'}`)
}

function numbersOf(document: PdfDocument, rectangle: PdfObject | undefined): number[] {
  return itemsOf(document, rectangle).map((item) => {
    const number = document.resolve(item)
    return number instanceof PdfNumber ? number.value : Number.NaN
  })
}

/** Whether a /Rect has an area; one that cannot be read is taken to have. */
function takesRoom(document: PdfDocument, rectangle: PdfObject | undefined): boolean {
  if (rectangle === undefined) return false
  const [x1, y1, x2, y2] = numbersOf(document, rectangle)
  return !(x1 === x2 || y1 === y2)
}

function rectangleText(document: PdfDocument, rectangle: PdfObject | undefined): string {
  return `[${numbersOf(document, rectangle).slice(0, 4).join(' ')}]`
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
  if (name === undefined || fields.names().has(name)) return refuse('it has no name, or that of another field')
  const isWidget = field.has('Subtype')
  const kids = itemsOf(step.after, field.get('Kids'))
  const signature = newSignature(fields, field.get('V'))
  const shown = [...(isWidget ? [field] : []), ...kids.map((kid) => step.after.resolve(kid))]
  const problem = fieldProblem(field, isWidget) ?? kidsProblem(fields, item, kids, isWidget) ?? valueProblem(step.after, field, signature, shown)
  if (problem) return refuse(problem)

  fields.names().add(name)
  for (const widget of isWidget ? [item] : kids) if (widget instanceof PdfRef) widgets.add(widget.number)
  explainReached(step, [item])
  record(
    fields,
    name,
    false,
    signature,
    shown.map((widget) => (widget instanceof PdfDict ? widget.get('Rect') : undefined)),
  )
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

function valueProblem(after: PdfDocument, field: PdfDict, signature: PdfDict | null, shown: readonly PdfObject[]): string | null {
  if (signature) return null
  if (after.resolve(field.get('V')) !== null) return 'its value is no new signature'
  // An empty field that shows something is an annotation by another name.
  return shown.some((widget) => widget instanceof PdfDict && (widget.has('AP') || widget.has('MK'))) ? 'it is not signed and has an appearance' : null
}

/** Empty fields that were there and are signed now, with their widgets. */
function explainFilled(fields: FieldsOfStep): void {
  const { step } = fields
  const filled = new Map<number, { name: string; signature: PdfDict; rectangles: PdfObject[] }>()
  for (const [number, { before, after }] of step.changed) {
    if (step.explained.has(number) || !(before instanceof PdfDict) || !(after instanceof PdfDict)) continue
    if (!after.has('V') || step.before.resolve(before.get('V')) !== null || !onlySigned(before, after, FILLED_KEYS)) continue
    const name = nameInForm(fields, number, before)
    const signature = name === null ? null : newSignature(fields, after.get('V'))
    if (name === null || !signature || !newAppearance(step, before, after)) continue
    step.explained.add(number)
    explainReached(step, [after.get('V'), after.get('AP')])
    filled.set(number, { name, signature, rectangles: after.has('Rect') ? [after.get('Rect') as PdfObject] : [] })
  }
  if (filled.size === 0) return
  for (const [number, { before, after }] of step.changed) {
    if (step.explained.has(number) || !(before instanceof PdfDict) || !(after instanceof PdfDict) || nameOf(before.get('Subtype')) !== 'Widget') continue
    const parent = before.get('Parent')
    const field = parent instanceof PdfRef ? filled.get(parent.number) : undefined
    if (!field || before.has('T') || !onlySigned(before, after, FILLED_WIDGET_KEYS) || !newAppearance(step, before, after)) continue
    step.explained.add(number)
    explainReached(step, [after.get('AP')])
    field.rectangles.push(after.get('Rect') ?? null)
  }
  for (const { name, signature, rectangles } of filled.values()) record(fields, name, true, signature, rectangles)
}

/** Whether only such keys differ. /F has to stay a number: elsewhere it is the name of a file (§7.11.3). */
function onlySigned(before: PdfDict, after: PdfDict, keys: ReadonlySet<string>): boolean {
  const isFlags = (dict: PdfDict): boolean => !dict.has('F') || dict.get('F') instanceof PdfNumber
  return after.duplicates.length === 0 && differingKeys(before, after).every((key) => keys.has(key) && (key !== 'F' || (isFlags(before) && isFlags(after))))
}

/** An appearance is the same, or made for this signature: one that was there is shown elsewhere, or waits to be. */
function newAppearance({ introduced }: Step, before: PdfDict, after: PdfDict): boolean {
  const appearance = after.get('AP')
  if (sameValue(before.get('AP'), appearance)) return true
  if (appearance instanceof PdfRef) return introduced.has(appearance.number)
  const normal = appearance instanceof PdfDict ? appearance.get('N') : undefined
  return appearance instanceof PdfDict && (normal === undefined || (normal instanceof PdfRef && introduced.has(normal.number)))
}

/** The fully qualified name (§12.7.4.2) of an empty signature field that the form reaches; `null` when it is not one. */
function nameInForm(fields: FieldsOfStep, number: number, field: PdfDict): string | null {
  const document = fields.step.before
  let type: PdfObject = null
  const parts: string[] = []
  let [child, dict] = [number, field]
  for (let depth = 0; ; depth++) {
    document.budget.checkDepth('pdfDepth', depth)
    type ??= document.resolve(dict.get('FT'))
    const part = textOf(document.resolve(dict.get('T')))
    if (part !== undefined) parts.unshift(part)
    else if (depth === 0) return null
    const parent = dict.get('Parent')
    if (!fieldsBelow(fields, parent).has(child)) return null
    if (parent === undefined) return nameOf(type) === 'Sig' ? parts.join('.') : null
    const above = document.resolve(parent)
    if (!(parent instanceof PdfRef) || !(above instanceof PdfDict)) return null
    child = parent.number
    dict = above
  }
}

function fieldsBelow({ step: { before }, below }: FieldsOfStep, parent: PdfObject | undefined): ReadonlySet<number> {
  const number = parent instanceof PdfRef ? parent.number : 0
  let numbers = below.get(number)
  if (!numbers) {
    const dict = parent === undefined ? formOf(before) : before.resolve(parent)
    const items = dict instanceof PdfDict ? itemsOf(before, dict.get(parent === undefined ? 'Fields' : 'Kids')) : []
    numbers = new Set(items.flatMap((item) => (item instanceof PdfRef ? [item.number] : [])))
    below.set(number, numbers)
  }
  return numbers
}
