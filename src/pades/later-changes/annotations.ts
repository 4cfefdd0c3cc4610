/** Rule: pages may get the widgets of new signatures, and annotations may come, change and go (ISO 32000-2 §12.5, table 257: P of 3). */
import { fromLatin1 } from '../../core/bytes.ts'
import { ByteSink, nameOf, PdfArray, PdfDict, PdfName, type PdfObject, PdfRef, PdfStream, serialize } from '../../pdf/index.ts'
import { rectangleOf } from '../../pdf/rectangle.ts'
import { ANY_APPEARANCE, explainAppearance, isForm } from './appearance.ts'
import { differingKeys, sameValue } from './compare.ts'
import { pageObjectsShowing, pagesShowing } from './geometry.ts'
import { explainReached } from './reach.ts'
import type { Step } from './step.ts'

/** Annotations that mark a page or lead elsewhere (table 171). Not among them: what plays, runs, or is part of printing. */
const SUBTYPES = new Set([
  ...['Text', 'Link', 'FreeText', 'Line', 'Square', 'Circle', 'Polygon', 'PolyLine', 'Highlight', 'Underline', 'Squiggly'],
  ...['StrikeOut', 'Caret', 'Stamp', 'Ink', 'Popup', 'FileAttachment', 'Redact'],
])
/** Actions that lead the reader to a place (table 201). Others run, send or hide something. */
const ACTIONS = new Set(['GoTo', 'GoToR', 'URI'])

/** Explains pages and their `/Annots`, and annotations that have changed. */
export function explainAnnotations(step: Step, widgets: ReadonlySet<number>): void {
  const { before, after, changed, introduced, explained, roles } = step
  for (const [number, { before: a, after: b }] of changed) {
    if (explained.has(number)) continue
    if (a instanceof PdfArray && b instanceof PdfArray) {
      if (!isListOfAnnotations(step, a) || !explainList(step, a, b, widgets)) continue
      explained.add(number)
      roles.set(number, 'Annots')
    } else if (a instanceof PdfDict && b instanceof PdfDict && nameOf(a.get('Type')) === 'Page' && b.duplicates.length === 0) {
      const keys = differingKeys(a, b)
      if (!keys.includes('Annots') || !keys.every((key) => key === 'Annots' || (key === 'Tabs' && isTabOrder(b.get(key))))) continue
      const annots = b.get('Annots')
      const [was, is] = [before.resolve(a.get('Annots')), after.resolve(annots)]
      if (!(was === null || was instanceof PdfArray) || !(is === null || is instanceof PdfArray)) continue
      // An array that was there is something else as well.
      if (annots instanceof PdfRef && !introduced.has(annots.number) && !sameValue(annots, a.get('Annots'))) continue
      if (!explainList(step, was ?? new PdfArray([]), is ?? new PdfArray([]), widgets)) continue
      explained.add(number)
      if (annots instanceof PdfRef && introduced.has(annots.number)) explained.add(annots.number)
    }
  }
  for (const number of changed.keys()) if (!explained.has(number)) explainChanged(step, number)
}

/** §12.5.1: the order in which the tabulator key goes through annotations. */
function isTabOrder(value: PdfObject | undefined): boolean {
  return value instanceof PdfName && ['R', 'C', 'S', 'A', 'W'].includes(value.name)
}

/** Whether an array could be the annotations of a page: any other one is not looked into. */
function isListOfAnnotations(step: Step, array: PdfArray): boolean {
  return array.items.every((item) => {
    const dict = step.before.resolve(item)
    return dict === null || (dict instanceof PdfDict && dict.has('Subtype') && dict.has('Rect'))
  })
}

/** What tells items of a list apart. */
function keyOf(item: PdfObject): string {
  if (item instanceof PdfRef) return item.toString()
  const sink = new ByteSink()
  serialize(item, sink)
  return `= ${fromLatin1(sink.take())}`
}

/** The annotations of a page before and after. Those that stay keep their order: a later one is drawn over an earlier one. */
function explainList(step: Step, a: PdfArray, b: PdfArray, widgets: ReadonlySet<number>): boolean {
  const [was, is] = [a.items.map(keyOf), b.items.map(keyOf)]
  const [old, now] = [new Set(was), new Set(is)]
  const kept = is.filter((key) => old.has(key))
  const stayed = was.filter((key) => now.has(key))
  if (kept.length !== stayed.length || kept.some((key, i) => key !== stayed[i])) return false
  const added = b.items.filter((_, i) => !old.has(is[i] as string))
  const removed = a.items.filter((_, i) => !now.has(was[i] as string))
  const others = added.filter((item) => !(item instanceof PdfRef && widgets.has(item.number)))
  if (!others.every((item) => isPermitted(step, item)) || !removed.every((item) => isMark(step.before.resolve(item)))) return false
  for (const item of others) explainAdded(step, item)
  for (const item of removed) {
    step.annotated = true
    step.findings.add('annotationRemoved', describe(step, step.before.resolve(item), item, 'before'), placeOf(step, item, 'before'))
  }
  return true
}

/** Whether an object is an annotation of a kind that may come and go. A missing one may go. */
export function isMark(object: PdfObject): boolean {
  return object === null || (object instanceof PdfDict && SUBTYPES.has(nameOf(object.get('Subtype')) ?? '') && !object.has('FT'))
}

/** Whether an annotation may come: one of its own, that runs nothing. */
function isPermitted({ introduced, explained, after }: Step, item: PdfObject): boolean {
  if (item instanceof PdfRef && (!introduced.has(item.number) || explained.has(item.number))) return false
  const dict = after.resolve(item)
  return (
    dict instanceof PdfDict &&
    dict.duplicates.length === 0 &&
    isMark(dict) &&
    !dict.has('AA') &&
    ['A', 'PA'].every((key) => isQuiet(after.resolve(dict.get(key))))
  )
}

/** Whether an action only leads somewhere; none does so too. */
function isQuiet(action: PdfObject): boolean {
  return action === null || (action instanceof PdfDict && action.duplicates.length === 0 && !action.has('Next') && ACTIONS.has(nameOf(action.get('S')) ?? ''))
}

function explainAdded(step: Step, item: PdfObject): void {
  const dict = step.after.resolve(item)
  if (!(dict instanceof PdfDict)) return
  explainReached(step, [item])
  record(step, 'annotationAdded', item, dict)
}

function record(step: Step, code: 'annotationAdded' | 'annotationChanged', item: PdfObject, dict: PdfDict): void {
  const { after, revision, annotations, findings } = step
  step.annotated = true
  const place = placeOf(step, item, 'after')
  annotations.push({
    revision,
    subtype: nameOf(dict.get('Subtype')) ?? '',
    pages: item instanceof PdfRef ? pagesShowing(after, item.number) : [],
    pageObjects: item instanceof PdfRef ? pageObjectsShowing(after, item.number) : [],
    rectangle: rectangleOf(after, dict.get('Rect')),
  })
  findings.add(code, describe(step, dict, item, 'after'), place)
}

function placeOf(step: Step, item: PdfObject, state: 'before' | 'after'): { object?: number; page?: number } {
  if (!(item instanceof PdfRef)) return {}
  const page = pagesShowing(step[state], item.number)[0]
  return { object: item.number, ...(page === undefined ? {} : { page }) }
}

function describe(step: Step, object: PdfObject, item: PdfObject, state: 'before' | 'after'): string {
  const subtype = object instanceof PdfDict ? (nameOf(object.get('Subtype')) ?? 'unknown') : 'missing'
  const rectangle = object instanceof PdfDict ? rectangleOf(step[state], object.get('Rect')) : null
  return `${subtype.slice(0, 40)} annotation${item instanceof PdfRef ? ` ${item.number}` : ''}${rectangle ? ` at [${rectangle.join(' ')}]` : ''}`
}

/** An annotation with other entries, or the stream of an annotation's appearance. */
function explainChanged(step: Step, number: number): void {
  const change = step.changed.get(number)
  if (!change) return
  const { before, after } = change
  if (before instanceof PdfStream && after instanceof PdfStream) {
    if (!isForm(before) || !isForm(after)) return
    // Whether it is an annotation that shows it, the whole document has to tell: it is recorded there.
    step.explained.add(number)
    step.roles.set(number, 'AnnotationAppearance')
    step.annotated = true
    explainReached(step, [after])
    return
  }
  if (!(before instanceof PdfDict) || !(after instanceof PdfDict) || !isMark(before) || !before.has('Rect')) return
  const same = ['Subtype', 'Type', 'AA'].every((key) => sameValue(before.get(key), after.get(key)))
  if (!same || !isPermittedChange(step, before, after)) return
  const [was, is] = [before.get('AP'), after.get('AP')]
  if (!sameValue(was, is) && !explainAppearance(step, number, was, is, ANY_APPEARANCE)) return
  step.explained.add(number)
  step.roles.set(number, 'Annotation')
  explainReached(
    step,
    differingKeys(before, after).map((key) => after.get(key)),
  )
  record(step, 'annotationChanged', new PdfRef(number), after)
}

function isPermittedChange(step: Step, before: PdfDict, after: PdfDict): boolean {
  if (after.duplicates.length > 0) return false
  for (const key of ['A', 'PA']) if (!sameValue(before.get(key), after.get(key)) && !isQuiet(step.after.resolve(after.get(key)))) return false
  return true
}
