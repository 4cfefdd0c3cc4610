/** The page tree (ISO 32000-2 §7.7.3), walked without recursion, each node once. */
import { KysoError } from '../core/errors.ts'
import { nameOf, PdfArray, PdfDict, type PdfObject, PdfRef } from './objects.ts'
import type { Oddities } from './oddities.ts'

/** A page. */
export interface PdfPage {
  /** 0 for the first page. */
  readonly index: number
  /** `null` when the page is written directly into its parent's `/Kids`. */
  readonly ref: PdfRef | null
  readonly dict: PdfDict
  /** `/Resources`, `/MediaBox`, `/CropBox` and `/Rotate` as inherited (table 31), or its own. */
  readonly attributes: ReadonlyMap<string, PdfObject>
}

const INHERITABLE = ['Resources', 'MediaBox', 'CropBox', 'Rotate']

interface Node {
  readonly kids: readonly PdfObject[]
  readonly attributes: ReadonlyMap<string, PdfObject>
  next: number
}

/**
 * The pages below a root, in order.
 *
 * @param resolve follows references
 * @param depth how deep the tree may be
 * @throws ERR_PDF_STRUCTURE when the tree cannot be read: a node that is no dictionary, stands in it twice, or lies too deep
 */
export function* walkPages(
  root: PdfObject | undefined,
  resolve: (object: PdfObject | undefined) => PdfObject,
  depth: number,
  oddities: Oddities,
): Generator<PdfPage, void, undefined> {
  const seen = new Set<number>()
  const stack: Node[] = [{ kids: [root ?? null], attributes: new Map(), next: 0 }]
  let index = 0
  for (let node = stack[0]; node; node = stack[stack.length - 1]) {
    const kid = node.kids[node.next++]
    if (kid === undefined) {
      stack.pop()
      continue
    }
    const ref = kid instanceof PdfRef ? kid : null
    const dict = resolve(kid)
    if (dict === null && stack.length > 1) {
      oddities.add('page-missing', 'a page tree names a page that does not exist', { object: ref?.number })
      continue
    }
    if (!(dict instanceof PdfDict)) throw unreadable('a node that is no dictionary', ref)
    const again = ref !== null && seen.has(ref.number)
    if (ref) seen.add(ref.number)
    const attributes = inherited(dict, node.attributes, INHERITABLE)
    if (nameOf(resolve(dict.get('Type'))) !== 'Pages' && !dict.has('Kids')) {
      if (again) oddities.add('page-repeated', 'a page stands in the page tree more than once', { object: ref.number })
      yield { index: index++, ref, dict, attributes }
      continue
    }
    if (again) throw unreadable('a node that stands in it twice', ref)
    if (stack.length > depth) throw unreadable('too many levels', ref)
    const kids = resolve(dict.get('Kids'))
    if (!(kids instanceof PdfArray)) throw unreadable('a node whose /Kids is no array', ref)
    stack.push({ kids: kids.items, attributes, next: 0 })
  }
}

/** What a node of a tree inherits: some keys of the nodes above it, or its own. Nodes without any share what is above them. */
export function inherited(dict: PdfDict, above: ReadonlyMap<string, PdfObject>, keys: readonly string[]): ReadonlyMap<string, PdfObject> {
  if (!keys.some((key) => dict.has(key))) return above
  const own = new Map(above)
  for (const key of keys) {
    const value = dict.get(key)
    if (value !== undefined) own.set(key, value)
  }
  return own
}

function unreadable(detail: string, ref: PdfRef | null): KysoError {
  return new KysoError('ERR_PDF_STRUCTURE', `the page tree has ${detail}`, { object: ref?.number, detail })
}
