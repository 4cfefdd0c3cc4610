/**
 * Rule: in a tagged document new annotations and signatures get their places in the structure (ISO 32000-2 §14.7, §14.8): elements that
 * hold them and nothing of what was there, and numbers that lead back to those.
 */
import { integerOf, nameOf, PdfArray, PdfDict, PdfNumber, type PdfObject, PdfRef, PdfStream } from '../../pdf/index.ts'
import { differingKeys, growth, sameValue } from './compare.ts'
import { explainReached } from './reach.ts'
import type { Step } from './step.ts'

/** What a new element may have: no `/ActualText` and no `/E`, which would speak for something else. */
const ELEMENT_KEYS = new Set(['Type', 'S', 'P', 'Pg', 'K', 'Alt', 'T', 'Lang', 'ID'])
/** Elements within elements, at most. */
const MAX_DEPTH = 10

/** Explains the growth of the structure, where signatures or annotations came. */
export function explainStructure(step: Step): void {
  if (step.signatures.length === 0 && !step.annotated) return
  let grown = false
  for (const [number, { before, after }] of step.changed) {
    if (step.explained.has(number) || !grows(step, before, after)) continue
    step.explained.add(number)
    step.roles.set(number, 'Structure')
    grown = true
  }
  if (grown) step.findings.add('structureGrown', 'places in the structure for what was added')
}

function grows(step: Step, a: PdfObject, b: PdfObject): boolean {
  if (a instanceof PdfArray && b instanceof PdfArray) return kidsGrow(step, a, b) || numbersGrow(step, a, b)
  if (!(a instanceof PdfDict) || !(b instanceof PdfDict) || b.duplicates.length > 0) return false
  const keys = differingKeys(a, b)
  const type = nameOf(a.get('Type'))
  if (type === 'StructTreeRoot')
    return keys.every((key) => {
      if (key === 'K') return kidsGrow(step, a.get(key), b.get(key))
      if (key === 'ParentTreeNextKey') return b.get(key) instanceof PdfNumber
      return key === 'ParentTree' && treeGrows(step, a.get(key), b.get(key))
    })
  if (type === 'StructElem' || (a.has('S') && a.has('P') && !a.has('Subtype')))
    return keys.every((key) => key === 'K' && kidsGrow(step, a.get(key), b.get(key)))
  return (a.has('Nums') || a.has('Kids')) && !a.has('Type') && !a.has('T') && treeGrows(step, a, b)
}

/** `/K`: one kid or an array of them, kept in their order; what is more holds new annotations only. */
function kidsGrow(step: Step, a: PdfObject | undefined, b: PdfObject | undefined): boolean {
  const list = (state: 'before' | 'after', entry: PdfObject | undefined): readonly PdfObject[] => {
    const value = step[state].resolve(entry)
    return value instanceof PdfArray ? value.items : entry === undefined ? [] : [entry]
  }
  // An array of its own that was there may be something else; it is judged where it changed.
  if (b instanceof PdfRef && !sameValue(a, b) && !step.introduced.has(b.number)) return false
  const extra = growth(list('before', a), list('after', b))
  if (!extra?.every((kid) => isNewElement(step, kid, 0))) return false
  explainReached(step, [...extra, ...(b instanceof PdfRef ? [b] : [])])
  return true
}

/** An element of its own around new annotations and widgets. */
function isNewElement(step: Step, kid: PdfObject, depth: number): boolean {
  if (!(kid instanceof PdfRef) || !step.introduced.has(kid.number) || depth > MAX_DEPTH) return false
  const element = step.after.get(kid)
  if (!(element instanceof PdfDict) || element.duplicates.length > 0 || nameOf(element.get('S')) === undefined) return false
  if ([...element.entries.keys()].some((key) => !ELEMENT_KEYS.has(key))) return false
  const kids = step.after.resolve(element.get('K'))
  return (kids instanceof PdfArray ? kids.items : [element.get('K') ?? null]).every(
    (item) => isObjectReference(step, item) || isNewElement(step, item, depth + 1),
  )
}

/** §14.7.5.3: a reference to a whole object, here to a new one, which its own rule explains. */
function isObjectReference({ after, introduced }: Step, item: PdfObject): boolean {
  const dict = after.resolve(item)
  const object = dict instanceof PdfDict && nameOf(dict.get('Type')) === 'OBJR' ? dict.get('Obj') : undefined
  return object instanceof PdfRef && introduced.has(object.number)
}

/** A node of the parent tree (§7.9.7), direct or an object of its own that is judged where it changed. */
function treeGrows(step: Step, a: PdfObject | undefined, b: PdfObject | undefined): boolean {
  if (b instanceof PdfRef) {
    if (!step.introduced.has(b.number)) return sameValue(a, b)
    explainReached(step, [b])
  }
  const [old, now] = [step.before.resolve(a), step.after.resolve(b)]
  if (!(now instanceof PdfDict) || now instanceof PdfStream || now.duplicates.length > 0 || !(old === null || old instanceof PdfDict)) return false
  return differingKeys(old ?? new PdfDict(), now).every((key) => {
    const [was, is] = [old?.get(key), now.get(key)]
    if (key === 'Limits') return old === null || widens(was, is)
    if (is instanceof PdfRef && !step.introduced.has(is.number)) return sameValue(was, is)
    const [before, after] = [step.before.resolve(was), step.after.resolve(is)]
    if (!(after instanceof PdfArray) || !(before === null || before instanceof PdfArray)) return false
    explainReached(step, [is])
    if (key === 'Nums') return numbersGrow(step, before ?? new PdfArray([]), after)
    if (key !== 'Kids') return false
    const extra = growth(before?.items ?? [], after.items)
    return extra?.every((kid) => kid instanceof PdfRef && step.introduced.has(kid.number) && treeGrows(step, undefined, kid)) ?? false
  })
}

/** §7.9.7: the least and the greatest number below a node. Narrower ones would have readers overlook what is there. */
function widens(a: PdfObject | undefined, b: PdfObject | undefined): boolean {
  const [from, to] = a instanceof PdfArray ? a.items.map(integerOf) : []
  const [low, high] = b instanceof PdfArray && b.items.length === 2 ? b.items.map(integerOf) : []
  return from !== undefined && to !== undefined && low !== undefined && high !== undefined && low <= from && high >= to
}

/** Pairs of a number and an element: those that were stay, new ones lead to new elements. */
function numbersGrow(step: Step, a: PdfArray, b: PdfArray): boolean {
  const pairs = ({ items }: PdfArray): Map<number, PdfObject> | null => {
    const map = new Map<number, PdfObject>()
    for (let i = 0; i < items.length; i += 2) {
      const key = integerOf(items[i])
      if (key === undefined || map.has(key) || items[i + 1] === undefined) return null
      map.set(key, items[i + 1] as PdfObject)
    }
    return map
  }
  const [old, now] = [pairs(a), pairs(b)]
  if (!old || !now || now.size < old.size) return false
  for (const [key, value] of old) if (!sameValue(value, now.get(key))) return false
  return [...now].every(([key, value]) => old.has(key) || (value instanceof PdfRef && step.introduced.has(value.number)))
}
