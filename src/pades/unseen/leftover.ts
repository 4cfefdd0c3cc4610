/** Objects that the newest cross-reference names and nothing reaches: what editing left behind, or a document behind the document. */
import { attempt } from '../../core/errors.ts'
import { integerOf, nameOf, PdfArray, PdfDict, type PdfDocument, type PdfObject, PdfStream } from '../../pdf/index.ts'
import { countsOf, type UnseenFinding } from './finding.ts'
import { formerAppearances, formerPages } from './former.ts'
import type { Walked } from './walk.ts'

/** Unused objects that are looked at; a register may have a million of them. */
const MAX_LOOKED_AT = 500

/** What is hidden where it was in no earlier state of the file. */
const PAGE_KINDS = new Set(['page', 'catalog'])

/** What was found of unused objects. */
export interface Leftovers {
  readonly findings: readonly UnseenFinding[]
  /** End by beginning, of those that were looked at. */
  readonly extents: ReadonlyMap<number, number>
  readonly finished: boolean
}

/** Looks for objects that nothing uses. */
export function findLeftovers(document: PdfDocument, walked: Walked): Leftovers {
  const hints = hintStreams(document)
  const extents = new Map<number, number>()
  const found: { number: number; kind: string }[] = []
  let looked = 0
  for (const [number, location] of document.entries()) {
    if (location.kind === 'free' || walked.reached.has(number)) continue
    if (++looked > MAX_LOOKED_AT) break
    const object = attempt(() => document.get(number))
    const extent = location.kind === 'offset' && object !== undefined ? document.extent(number) : null
    if (extent) extents.set(extent.start, extent.end)
    const kind = kindOf(object ?? null)
    if (kind !== null && !(extent && hints.has(extent.start))) found.push({ number, kind })
  }
  return { findings: tell(document, found), extents, finished: looked <= MAX_LOOKED_AT }
}

/** What an object is; `null` for one that nobody would show, and for what the file itself is made of. */
export function kindOf(object: PdfObject): string | null {
  const dict = object instanceof PdfStream ? object.dict : object
  if (!(dict instanceof PdfDict)) return null
  const type = nameOf(dict.get('Type'))
  const subtype = nameOf(dict.get('Subtype'))
  if (object instanceof PdfStream) {
    if (subtype === 'Form' || subtype === 'Image') return subtype === 'Form' ? 'form' : 'image'
    // Content streams have neither; programs of fonts and profiles of colours have their own keys.
    return type === undefined && subtype === undefined && !dict.has('Length1') && !dict.has('N') ? 'stream' : null
  }
  if (dict.has('ByteRange') || type === 'Sig' || type === 'DocTimeStamp') return 'signature'
  switch (type) {
    case 'Catalog':
      return 'catalog'
    case 'Pages':
      return 'page list'
    case 'Page':
      return 'page'
    case 'Font':
      return 'font'
    case 'Annot':
      return 'annotation'
    default:
      return subtype === 'Widget' ? 'annotation' : null
  }
}

/** Hint streams of linearised files are found by their offset (annex F.3.3); the linearisation dictionary is no kind of its own. */
function hintStreams(document: PdfDocument): Set<number> {
  const offsets = new Set<number>()
  if (!document.revisions.some(({ linearized }) => linearized)) return offsets
  for (const [number, location] of document.entries()) {
    if (location.kind !== 'offset' || location.offset > document.headerOffset + 2048) continue
    const dict = attempt(() => document.get(number))
    const places = dict instanceof PdfDict && dict.has('Linearized') ? dict.get('H') : undefined
    if (!(places instanceof PdfArray)) continue
    for (const at of [0, 2]) offsets.add((integerOf(places.items[at]) ?? -1) + document.offsetBase)
  }
  return offsets
}

function tell(document: PdfDocument, found: readonly { number: number; kind: string }[]): UnseenFinding[] {
  const findings: UnseenFinding[] = []
  const pages = found.filter(({ kind }) => PAGE_KINDS.has(kind))
  const once = pages.length > 0 ? formerPages(document) : new Set<number>()
  const hidden = new Set(pages.filter(({ number }) => !once.has(number)).map(({ number }) => number))
  const count = (list: readonly { kind: string }[]): Map<string, number> => {
    const kinds = new Map<string, number>()
    for (const { kind } of list) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    return kinds
  }
  if (hidden.size > 0)
    findings.push({
      code: 'hidden-pages',
      detail: `in no list of pages of this file, now or before: ${countsOf(count(found.filter(({ number }) => hidden.has(number))))} (object ${Array.from(hidden)[0]})`,
    })
  const rest = found.filter(({ number }) => !hidden.has(number))
  const former = rest.length > 0 ? formerAppearances(document) : new Set<number>()
  const others = rest.filter(({ number }) => !former.has(number))
  if (others.length > 0)
    findings.push({ code: 'unused-objects', detail: `objects that nothing uses: ${countsOf(count(others))} (object ${others[0]?.number})` })
  return findings
}
