/** Rule: form fields may be filled in (ISO 32000-2 §12.7.5.2 to §12.7.5.4, table 257): a value, and the appearance that shows it. */
import { nameOf, PdfArray, PdfDict, type PdfDocument, PdfName, PdfNumber, type PdfObject, PdfRef, PdfStream, PdfString } from '../../pdf/index.ts'
import { itemsOf, textOf } from '../fields.ts'
import { explainAppearance, NORMAL_ONLY } from './appearance.ts'
import { differingKeys, sameValue } from './compare.ts'
import type { FormPlace, FormTree } from './form-tree.ts'
import { explainReached } from './reach.ts'
import type { Step } from './step.ts'
import { compareShown } from './value-shown.ts'

/** Of a field, and of a widget apart from it: value, appearance, state, time; selected options of a choice. */
const FILLED_KEYS = new Set(['V', 'AP', 'AS', 'M', 'I', 'TI'])
const WIDGET_KEYS = new Set(['AP', 'AS', 'M'])
/** Bits of `/Ff` (tables 227 to 230). */
const READ_ONLY = 1
const PUSH_BUTTON = 1 << 16

interface Candidate {
  readonly number: number
  readonly before: PdfDict
  readonly after: PdfDict
  readonly place: FormPlace
  readonly keys: readonly string[]
}

/** Explains fields with another value. */
export function explainFilling(step: Step, tree: FormTree): void {
  const candidates = new Map<number, Candidate>()
  for (const [number, { before, after }] of step.changed) {
    if (step.explained.has(number) || !(before instanceof PdfDict) || !(after instanceof PdfDict) || after.duplicates.length > 0) continue
    // A page has a /Parent as well, with many kids.
    if (!before.has('FT') && !before.has('T') && nameOf(before.get('Subtype')) !== 'Widget') continue
    const place = tree.placeOf(number, before)
    if (!place || !['Tx', 'Btn', 'Ch'].includes(place.type ?? '') || (place.flags & READ_ONLY) !== 0) continue
    if (place.type === 'Btn' && (place.flags & PUSH_BUTTON) !== 0) continue
    const keys = differingKeys(before, after)
    const allowed = place.field === number ? FILLED_KEYS : WIDGET_KEYS
    if (keys.every((key) => allowed.has(key))) candidates.set(number, { number, before, after, place, keys })
  }
  for (const candidate of candidates.values()) {
    if (candidate.place.field !== candidate.number || !candidate.keys.includes('V')) continue
    fill(step, candidate, candidates)
  }
}

/** A field with another value, and its widgets. */
function fill(step: Step, field: Candidate, candidates: ReadonlyMap<number, Candidate>): void {
  if (!isValue(step, field)) return
  const kids = itemsOf(step.after, field.after.get('Kids')).flatMap((kid) => (kid instanceof PdfRef ? [kid.number] : []))
  // Fields below it would take the value over, each under a name of its own that may be locked (§12.7.4.1).
  if (kids.some((kid) => isNamed(step.after.get(kid)))) return
  const widgets = field.before.has('Subtype') ? [field.number, ...kids] : kids
  const accepted = [field]
  for (const number of kids) {
    const candidate = candidates.get(number)
    if (candidate && candidate.place.field === field.number) accepted.push(candidate)
  }
  // All or none: a widget that is left over would be told as changed, and the field with it.
  if (!accepted.every((one) => isState(step, one, field.after.get('V')))) return
  for (const number of widgets) if (!explainWidget(step, number, field.place)) return
  for (const { number } of accepted) {
    step.explained.add(number)
    step.roles.set(number, 'Field')
  }
  const value = field.after.get('V')
  if (value instanceof PdfRef) explainReached(step, [value])
  step.filled = true
  const change = `from ${valueText(step.before, field.before.get('V'))} to ${valueText(step.after, value)}`
  step.findings.add('fieldFilled', `field "${field.place.name.slice(0, 100)}" ${change}`, { object: field.number, field: field.place.name })
  compareShown(step, widgets, field.place, field.after)
}

/** A widget's appearance, changed in the widget or in the stream alone. Buttons have theirs drawn beforehand and choose among them. */
function explainWidget(step: Step, number: number, place: FormPlace): boolean {
  const [before, after] = [step.before.get(number), step.after.get(number)]
  if (!(before instanceof PdfDict) || !(after instanceof PdfDict)) return false
  if (place.type === 'Btn') return sameValue(before.get('AP'), after.get('AP'))
  return explainAppearance(step, number, before.get('AP'), after.get('AP'), NORMAL_ONLY)
}

/** `/V` as the type of the field wants it. A value that is an object of its own is a new one: an old one is something else already. */
function isValue({ introduced, after }: Step, { after: dict, place }: Candidate): boolean {
  const entry = dict.get('V')
  if (entry === undefined) return true
  if (entry instanceof PdfRef && !introduced.has(entry.number)) return false
  const value = after.resolve(entry)
  const isText = (one: PdfObject): boolean => after.resolve(one) instanceof PdfString
  if (value === null) return true
  if (place.type === 'Tx') return value instanceof PdfString || value instanceof PdfStream
  if (place.type === 'Ch') return isText(value) || (value instanceof PdfArray && value.items.every(isText))
  return value instanceof PdfName
}

function isNamed(object: PdfObject): boolean {
  return object instanceof PdfDict && object.has('T')
}

/** `/AS` chooses the state that the value names, if the widget has it, or none; `/M` and the indices are plain values. */
function isState(step: Step, { before, after, keys }: Candidate, chosen: PdfObject | undefined): boolean {
  return keys.every((key) => {
    const value = after.get(key)
    if (key === 'V' || key === 'AP' || value === undefined) return true
    if (key === 'M') return value instanceof PdfString
    if (key !== 'AS') return value instanceof PdfNumber || (value instanceof PdfArray && value.items.every((item) => item instanceof PdfNumber))
    const appearance = step.before.resolve(before.get('AP'))
    const states = appearance instanceof PdfDict ? step.before.resolve(appearance.get('N')) : null
    const name = nameOf(value)
    return name === 'Off' || (name !== undefined && name === nameOf(step.after.resolve(chosen)) && states instanceof PdfDict && states.has(name))
  })
}

/** Longest value that is quoted. */
const MAX_QUOTED = 80

function valueText(document: PdfDocument, entry: PdfObject | undefined): string {
  const value = document.resolve(entry)
  const quote = (text: string): string => `"${text.slice(0, MAX_QUOTED)}"`
  if (value instanceof PdfString) return quote(textOf(value) ?? '')
  if (value instanceof PdfName) return `/${value.name.slice(0, MAX_QUOTED)}`
  if (value instanceof PdfArray)
    return `[${value.items
      .slice(0, 5)
      .map((item) => valueText(document, item))
      .join(' ')}]`
  if (value instanceof PdfStream) return 'a long text'
  return 'nothing'
}
