/** Whether a field that was filled in shows its value and nothing else (ISO 32000-2 §12.7.4.3): people read the one, programs the other. */
import { distance, ENCODINGS, type ShownText, shownText } from '../../pdf/content/index.ts'
import { integerOf, PdfArray, PdfDict, type PdfDocument, type PdfObject, PdfStream, PdfString } from '../../pdf/index.ts'
import { rectangleOf } from '../../pdf/rectangle.ts'
import { acroFormOf, itemsOf, textOf } from '../fields.ts'
import type { FormPlace } from './form-tree.ts'
import { isFormatted } from './formatted.ts'
import type { Step } from './step.ts'

/** Bits of `/Ff` (tables 231 and 233). */
const PASSWORD = 1 << 13
const COMBO = 1 << 17
const COMB = 1 << 24
/** What may stand for the letters of a password. */
const MASK = /^[*•●∗]*$/u
/** Options that are looked through. */
const MAX_OPTIONS = 10_000

type Answer = 'same' | 'unread' | 'differs'

/** A field as it is after the update. */
interface Filled {
  readonly place: FormPlace
  /** For each value (a list has several) what may be shown for it, without white space. */
  readonly expected: readonly (readonly string[])[]
  /** The same with its spaces. */
  readonly value: string
  /** Texts of all options without white space; of a list box only. */
  readonly options: readonly string[] | null
  /** Whether the author of the form lets a script format it. */
  readonly formatted: boolean
}

/**
 * Compares what the widgets of a filled field show with its value, and tells where that is something else, or cannot be read.
 *
 * @param widgets numbers of the objects
 * @param place of the field in the form
 * @param dict the field after the update
 */
export function compareShown(step: Step, widgets: readonly number[], place: FormPlace, dict: PdfDict): void {
  if (place.type !== 'Tx' && place.type !== 'Ch') return
  const { after, before, findings } = step
  const field = filledField(after, place, dict)
  const asked = after.resolve(acroFormOf(after)?.get('NeedAppearances')) === true
  for (const number of widgets) {
    const widget = after.get(number)
    const form = widget instanceof PdfDict ? normalAppearance(after, widget) : null
    const rectangle = widget instanceof PdfDict ? rectangleOf(after, widget.get('Rect')) : null
    // Without one a reader draws the value itself, and without a size there is nothing to be seen.
    if (!(widget instanceof PdfDict) || !form || !rectangle || !(rectangle[0] < rectangle[2] && rectangle[1] < rectangle[3])) continue
    const shown = shownText(after, form, {
      resources: resourcesOf(after),
      rectangle,
      turn: turnOf(after, widget),
      comb: (place.flags & COMB) !== 0,
    })
    let answer = compare(field, shown)
    // A program that leaves the look of before asks readers to draw it; some do not.
    if (answer === 'differs' && asked && isUnchanged(step, before.get(number), form)) answer = 'unread'
    const name = `field "${place.name.slice(0, 100)}"`
    const where = { object: number, field: place.name }
    const quoted = `"${shown.text.slice(0, 80)}"`
    if (answer === 'differs') findings.add('appearanceDiffers', `${name} shows ${quoted}, which is not its value`, where)
    else if (answer === 'unread') findings.add('appearanceUnread', `${name} shows ${quoted} as far as it can be read`, where)
  }
}

function compare(field: Filled, shown: ShownText): Answer {
  const { place, options, value, formatted } = field
  const expected = field.expected.flat()
  const [text, drawn] = [bare(shown.text), bare(shown.drawn)]
  if ((place.flags & PASSWORD) !== 0 && place.type === 'Tx' && MASK.test(text)) return shown.certain ? 'same' : 'unread'
  if (options) return compareList(field.expected, options, shown)
  if (expected.includes(text)) return shown.certain ? 'same' : 'unread'
  if (formatted && isFormatted(value, shown.text)) return shown.certain ? 'same' : 'unread'
  // What is cut off, covered, or not shown at all: a part of the value may be seen then, and nothing else.
  const hidden = !shown.certain || text === '' || expected.includes(drawn)
  return hidden && expected.some((one) => isPart(text, one)) ? 'unread' : 'differs'
}

/** A list shows options, and those that are selected stand out from the others. */
function compareList(values: readonly (readonly string[])[], options: readonly string[], { lines, certain }: ShownText): Answer {
  const shown = lines.map((line) => ({ text: bare(line.text), behind: line.behind })).filter(({ text }) => text !== '')
  const selected = new Set(values.flat())
  const known = new Set([...options, ...selected])
  const strange = shown.filter(({ text }) => !known.has(text))
  if (strange.length > 0) return certain || strange.some(({ text }) => ![...known].some((one) => isPart(text, one))) ? 'differs' : 'unread'
  const marked = shown.filter(({ text }) => selected.has(text))
  const others = shown.filter(({ text }) => !selected.has(text))
  if (selected.size > 0 && marked.length === 0) return others.length > 0 && certain ? 'differs' : 'unread'
  const [first, ...rest] = others
  // Another background tells which ones are selected: one among the others would be read as the value.
  if (first && rest.some(({ behind }) => distance(behind, first.behind) > 0)) return 'differs'
  const isPlain = first !== undefined && marked.some(({ behind }) => distance(behind, first.behind) === 0)
  const isWhole = values.every((texts) => marked.some(({ text }) => texts.includes(text)))
  return certain && !isPlain && isWhole ? 'same' : 'unread'
}

const LIGATURES = /[\ufb00-\ufb04]/g

/** Without what nobody sees: white space, line ends, marks of direction and language. Ligatures are their letters. */
function bare(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\s\p{Cc}\p{Cf}]/gu, '')
    .replace(LIGATURES, (one) => one.normalize('NFKD'))
}

/** Whether the characters of a text are among those of another, in their order. */
function isPart(text: string, whole: string): boolean {
  let at = 0
  for (const character of text) {
    const found = whole.indexOf(character, at)
    if (found < 0) return false
    at = found + character.length
  }
  return true
}

function filledField(document: PdfDocument, place: FormPlace, dict: PdfDict): Filled {
  const values = textsOf(document, dict.get('V'))
  const value = values.join('\n')
  const actions = document.resolve(inherited(document, dict, 'AA'))
  const common = { place, value, formatted: actions instanceof PdfDict && actions.has('F') }
  if (place.type === 'Tx') return { ...common, expected: [[bare(value)]], options: null }
  const options = optionsOf(document, dict)
  const isCombo = (place.flags & COMBO) !== 0
  const expected = values.map((one) => shownFor(one, options).map(bare))
  if (!isCombo) return { ...common, expected, options: options.map(({ shown }) => bare(shown)) }
  return { ...common, expected: values.length > 0 ? expected : [['']], options: null }
}

interface Option {
  readonly value: string
  readonly shown: string
}

/** What a choice shows for a value: the text of its option; the value itself where no other option has it for a text. */
function shownFor(value: string, options: readonly Option[]): string[] {
  const texts = options.filter((option) => option.value === value).map(({ shown }) => shown)
  return texts.length === 0 || !options.some(({ shown }) => shown === value) ? [...texts, value] : texts
}

/** `/Opt` of a choice (table 234). */
function optionsOf(document: PdfDocument, dict: PdfDict): Option[] {
  const items = itemsOf(document, inherited(document, dict, 'Opt'))
  document.budget.spend('pdfObjects', items.length)
  return items.slice(0, MAX_OPTIONS).map((item) => {
    const [value = '', shown = value] = textsOf(document, item)
    return { value, shown }
  })
}

/** An entry of a field, its own or that of one above it (§12.7.4.1). */
function inherited(document: PdfDocument, dict: PdfDict, key: string): PdfObject | undefined {
  let at: PdfObject = dict
  for (let depth = 0; at instanceof PdfDict; depth++) {
    document.budget.checkDepth('pdfDepth', depth)
    const entry = at.get(key)
    if (entry !== undefined) return entry
    at = document.resolve(at.get('Parent'))
  }
  return undefined
}

/** A value as texts: one, or those of an array. */
function textsOf(document: PdfDocument, object: PdfObject | undefined): string[] {
  const value = document.resolve(object)
  if (value instanceof PdfArray) return value.items.slice(0, MAX_OPTIONS).flatMap((item) => textOfString(document.resolve(item)) ?? [])
  if (value instanceof PdfStream) return [decoded(document.streamData(value))]
  const text = textOfString(value)
  return text === undefined ? [] : [text]
}

function textOfString(object: PdfObject): string | undefined {
  return object instanceof PdfString ? decoded(object.bytes) : undefined
}

/** A text string (§7.9.2.2), also where it has characters of PDFDocEncoding that are not Latin-1. Escapes of languages show nothing. */
function decoded(bytes: Uint8Array): string {
  const marked = /^(?:[\xfe\xff]{2}|\xef\xbb\xbf)/.test(String.fromCharCode(...bytes.subarray(0, 3)))
  const text = textOf(new PdfString(bytes, false)) ?? ''
  if (marked) return text.replace(/\x1b[a-zA-Z]{2,6}\x1b/g, '')
  const encoding = ENCODINGS.get('PDFDocEncoding')
  return Array.from(bytes, (code) => encoding?.(code) ?? String.fromCharCode(code)).join('')
}

function normalAppearance(document: PdfDocument, widget: PdfDict): PdfStream | null {
  const appearance = document.resolve(widget.get('AP'))
  const form = appearance instanceof PdfDict ? document.resolve(appearance.get('N')) : null
  return form instanceof PdfStream ? form : null
}

/** Whether a widget shows what it showed before the update. */
function isUnchanged({ before, changed }: Step, widget: PdfObject, { objectNumber }: PdfStream): boolean {
  const form = widget instanceof PdfDict ? normalAppearance(before, widget) : null
  return form !== null && form.objectNumber === objectNumber && !changed.has(objectNumber)
}

/** The default resources of the form (table 224), which appearances without their own are drawn with. */
function resourcesOf(document: PdfDocument): PdfDict | null {
  const resources = document.resolve(acroFormOf(document)?.get('DR'))
  return resources instanceof PdfDict ? resources : null
}

/** `/R` of `/MK` (table 192). */
function turnOf(document: PdfDocument, widget: PdfDict): number {
  const look = document.resolve(widget.get('MK'))
  return look instanceof PdfDict ? (integerOf(document.resolve(look.get('R'))) ?? 0) : 0
}
