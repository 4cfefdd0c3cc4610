/**
 * What a widget or an annotation shows (ISO 32000-2 §12.5.5). A reader fits an appearance into the rectangle of what it belongs to
 * and draws nothing beyond it, so that another appearance changes no more than what is inside.
 */
import { nameOf, PdfDict, type PdfDocument, type PdfObject, PdfRef, PdfStream } from '../../pdf/index.ts'
import { sameValue } from './compare.ts'
import { explainReached } from './reach.ts'
import type { Site, Step } from './step.ts'

/** How far an appearance may differ from the one before. */
interface AppearanceRule {
  /** Keys of the appearance dictionary that may differ. */
  readonly keys: ReadonlySet<string>
  /** Whether objects that were there may be shown: an annotation may show what it likes, a signature or a value may not. */
  readonly old: boolean
  /** Whether there may be a dictionary of appearances by state. */
  readonly states: boolean
}

/** For signatures and filled fields: the normal appearance, made for them. */
export const NORMAL_ONLY: AppearanceRule = { keys: new Set(['N']), old: false, states: false }
/** For annotations. */
export const ANY_APPEARANCE: AppearanceRule = { keys: new Set(['N', 'R', 'D']), old: true, states: true }

/** Whether an object is a form XObject, of which readers agree what it is. */
export function isForm(object: PdfObject): boolean {
  return object instanceof PdfStream && object.dict.duplicates.length === 0 && nameOf(object.dict.get('Subtype')) === 'Form'
}

/** Adds a place that may refer to an object because of what it is there. */
function addSite({ explained, roles }: Step, number: number, site: Site): void {
  explained.add(number)
  const known = roles.get(number)
  roles.set(number, Array.isArray(known) ? [...known, site] : [site])
}

function dictOf(document: PdfDocument, entry: PdfObject | undefined): PdfDict | null {
  const dict = document.resolve(entry)
  return dict instanceof PdfDict && dict.duplicates.length === 0 ? dict : null
}

/** One stream of an appearance: the same, a new one, or the one that was there with another content. */
function explainStream(step: Step, site: Site, a: PdfObject | undefined, b: PdfObject | undefined, rule: AppearanceRule): boolean {
  if (!(b instanceof PdfRef)) return b === undefined || sameValue(a, b)
  const change = step.changed.get(b.number)
  if (change) {
    if (!sameValue(a, b) || !isForm(change.before) || !isForm(change.after)) return false
    explainReached(step, [change.after])
    addSite(step, b.number, site)
    return true
  }
  if (step.introduced.has(b.number)) {
    explainReached(step, [b])
    return step.after.get(b) instanceof PdfStream
  }
  return rule.old || sameValue(a, b)
}

/**
 * Explains another appearance of an object.
 *
 * @param holder number of the widget or annotation
 * @param a its `/AP` before, and `b` now
 * @returns whether all of it is explained
 */
export function explainAppearance(step: Step, holder: number, a: PdfObject | undefined, b: PdfObject | undefined, rule: AppearanceRule): boolean {
  const old = dictOf(step.before, a) ?? new PdfDict()
  if (b === undefined) return true
  const now = dictOf(step.after, b)
  if (!now) return false
  let site: Site = { holder, path: '/AP' }
  if (b instanceof PdfRef) {
    // Whoever shares the dictionary would show what is drawn anew.
    const drawn = [...now.entries.values()].some((value) => value instanceof PdfRef && step.changed.has(value.number))
    if (step.changed.has(b.number) || (drawn && !step.introduced.has(b.number))) addSite(step, b.number, site)
    else if (step.introduced.has(b.number)) explainReached(step, [b])
    if (!step.introduced.has(b.number) && !sameValue(a, b)) return false
    site = { holder: b.number, path: '' }
  }
  for (const key of new Set([...old.entries.keys(), ...now.entries.keys()])) {
    const [was, is] = [old.get(key), now.get(key)]
    const at = { holder: site.holder, path: `${site.path}/${key}` }
    if (!rule.keys.has(key)) {
      if (!sameValue(was, is)) return false
      continue
    }
    const states = dictOf(step.after, is)
    if (!states) {
      if (!explainStream(step, at, was, is, rule)) return false
      continue
    }
    // A dictionary of states of its own stays as it is.
    if (!rule.states || is instanceof PdfRef) {
      if (!sameValue(was, is)) return false
      continue
    }
    const before = dictOf(step.before, was)
    for (const [state, stream] of states.entries)
      if (!explainStream(step, { ...at, path: `${at.path}/${state}` }, before?.get(state), stream, rule)) return false
  }
  return true
}
