/**
 * Where a file may look otherwise than when it was signed, by rules that are told from ISO 32000-2 §12.8.2 and know nothing of kyso's:
 * in the widgets of fields that may be filled in, of signatures that were added, and in annotations where these are allowed.
 */
import { createHash } from 'node:crypto'
import {
  integerOf,
  nameOf,
  PdfArray,
  PdfDict,
  type PdfDocument,
  PdfName,
  PdfNumber,
  type PdfObject,
  PdfRef,
  PdfStream,
  PdfString,
} from '../../../src/pdf/index.ts'
import type { Area } from './look.ts'
import type { Permissions } from './seeds.ts'

/** A widget that may show something else, and what its value says. */
export interface FreeArea {
  readonly page: number
  readonly area: Area
  /** The text of a text or choice field; `undefined` where anything may be shown. */
  readonly says?: string
}

/** How much of an object is looked at. */
const MOST = 3_000

/** A value with all that it refers to, as a text. */
function fingerprint(document: PdfDocument, object: PdfObject | undefined, without: ReadonlySet<string>): string {
  const hash = createHash('sha1')
  const open: number[] = []
  let left = MOST
  const visit = (value: PdfObject | undefined, top: boolean): void => {
    if (left-- <= 0) return
    if (value instanceof PdfRef) {
      if (open.includes(value.number)) return void hash.update('again')
      open.push(value.number)
      visit(document.get(value), top)
      open.pop()
    } else if (value instanceof PdfStream) {
      hash.update(document.encodedStreamData(value))
      visit(value.dict, false)
    } else if (value instanceof PdfDict) {
      for (const key of [...value.entries.keys()].sort()) {
        if (['P', 'Parent', 'Popup', 'IRT', 'Pg', 'Length'].includes(key) || (top && without.has(key))) continue
        hash.update(`/${key} `)
        visit(value.get(key), false)
      }
    } else if (value instanceof PdfArray) {
      hash.update('[')
      for (const item of value.items) visit(item, false)
    } else if (value instanceof PdfString) hash.update(value.bytes)
    else if (value instanceof PdfName) hash.update(`/${value.name}`)
    else hash.update(value instanceof PdfNumber ? String(value.value) : String(value))
    hash.update(' ')
  }
  visit(object, true)
  return hash.digest('hex')
}

interface Annotation {
  readonly page: number
  readonly dict: PdfDict
  /** Itself, and the fields above it. */
  readonly chain: readonly PdfDict[]
  readonly isWidget: boolean
}

const dictOf = (document: PdfDocument, object: PdfObject | undefined): PdfDict | undefined => {
  const value = document.resolve(object)
  return value instanceof PdfDict ? value : undefined
}

const itemsOf = (document: PdfDocument, object: PdfObject | undefined): readonly PdfObject[] => {
  const value = document.resolve(object)
  return value instanceof PdfArray ? value.items : []
}

function annotations(document: PdfDocument): Map<string, Annotation> {
  const found = new Map<string, Annotation>()
  for (const { index, dict: page } of document.pages()) {
    for (const [i, item] of itemsOf(document, page.get('Annots')).entries()) {
      const dict = dictOf(document, item)
      if (!dict) continue
      const chain = [dict]
      for (let above = dictOf(document, dict.get('Parent')); above && chain.length < 8; above = dictOf(document, above.get('Parent'))) chain.push(above)
      const key = `${index} ${item instanceof PdfRef ? item.toString() : `direct ${i}`}`
      found.set(key, { page: index, dict, chain, isWidget: nameOf(document.resolve(dict.get('Subtype'))) === 'Widget' })
    }
  }
  return found
}

const inherited = (document: PdfDocument, { chain }: Annotation, key: string): PdfObject => document.resolve(chain.find((one) => one.has(key))?.get(key))

const textOf = (object: PdfObject): string => {
  if (object instanceof PdfName) return object.name
  if (!(object instanceof PdfString)) return ''
  const bytes = Buffer.from(object.bytes)
  return bytes[0] === 0xfe && bytes[1] === 0xff ? Buffer.from(bytes.subarray(2)).swap16().toString('utf16le') : bytes.toString('latin1')
}

function isLocked({ lock }: Permissions, name: string): boolean {
  if (!lock) return false
  if (lock.action === 'All') return true
  return lock.fields.some((field) => name === field || name.startsWith(`${field}.`)) === (lock.action === 'Include')
}

/** What filling in a field, or signing it, changes of it. */
const VALUE_KEYS: ReadonlySet<string> = new Set(['V', 'AP', 'AS', 'M', 'RV', 'I', 'TI', 'Kids'])
const SIGNATURE_KEYS: ReadonlySet<string> = new Set([...VALUE_KEYS, 'F', 'MK', 'DA', 'Border', 'BS', 'H', 'Lock'])
const KIDS: ReadonlySet<string> = new Set(['Kids'])

function whole(document: PdfDocument, { chain }: Annotation, without: ReadonlySet<string>): string {
  return chain.map((dict) => fingerprint(document, dict, without)).join()
}

/** Whether a widget that was there may look otherwise now. */
function mayChange(before: PdfDocument, after: PdfDocument, was: Annotation, is: Annotation, permissions: Permissions): boolean {
  if (permissions.p < 2) return false
  const isSignature = nameOf(inherited(before, was, 'FT')) === 'Sig'
  if (isSignature && inherited(before, was, 'V') !== null) return false
  const name = was.chain
    .flatMap((dict) => (dict.has('T') ? [textOf(before.resolve(dict.get('T')))] : []))
    .reverse()
    .join('.')
  if (isLocked(permissions, name)) return false
  const keys = isSignature ? SIGNATURE_KEYS : VALUE_KEYS
  return whole(before, was, keys) === whole(after, is, keys)
}

const numbers = (document: PdfDocument, object: PdfObject | undefined): number[] =>
  itemsOf(document, object).flatMap((item) => {
    const value = document.resolve(item)
    return value instanceof PdfNumber ? [value.value] : value instanceof PdfArray ? numbers(document, value) : []
  })

/** What an annotation may paint, in default user space: its rectangle, and the points of what has no appearance. */
function bounds(document: PdfDocument, dict: PdfDict): number[] {
  const rect = numbers(document, dict.get('Rect')).slice(0, 4)
  const points = dict.has('AP') ? [] : ['L', 'QuadPoints', 'InkList', 'Vertices'].flatMap((key) => numbers(document, dict.get(key)))
  const all = [...rect, ...points]
  const [xs, ys] = [0, 1].map((odd) => all.filter((_, i) => i % 2 === odd)) as [number[], number[]]
  // A note's icon has a size of its own, and turns with the page or not (§12.5.3, NoRotate and NoZoom).
  const isNote = nameOf(document.resolve(dict.get('Subtype'))) === 'Text' || ((integerOf(document.resolve(dict.get('F'))) ?? 0) & 24) !== 0
  const wide = isNote ? 26 : points.length > 0 ? 6 : 0
  return all.length < 4 ? [] : [Math.min(...xs) - wide, Math.min(...ys) - wide, Math.max(...xs) + wide, Math.max(...ys) + wide]
}

/** As the reader sees the page: its crop box turned (§14.11.2, table 31). */
function seen(document: PdfDocument, page: number, [left = 0, bottom = 0, right = 0, top = 0]: readonly number[]): Area {
  const attributes = [...document.pages()][page]?.attributes
  const box = (key: string): number[] => {
    const [a = 0, b = 0, c = 0, d = 0] = numbers(document, attributes?.get(key))
    return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)]
  }
  const media = box('MediaBox')
  const crop = attributes?.has('CropBox') ? box('CropBox') : media
  const [x1, y1, x2, y2] = crop.map((value, i) => (i < 2 ? Math.max(value, media[i] ?? 0) : Math.min(value, media[i] ?? 0))) as [number, number, number, number]
  const turned = (((integerOf(document.resolve(attributes?.get('Rotate'))) ?? 0) % 360) + 360) % 360
  if (turned === 90) return [bottom - y1, left - x1, top - y1, right - x1]
  if (turned === 180) return [x2 - right, bottom - y1, x2 - left, top - y1]
  if (turned === 270) return [y2 - top, x2 - right, y2 - bottom, x2 - left]
  return [left - x1, y2 - top, right - x1, y2 - bottom]
}

/**
 * Where a file may look otherwise than one of its revisions.
 *
 * @param before the revision that was signed
 * @param permissions of the signatures up to it
 */
export function freeAreas(before: PdfDocument, after: PdfDocument, permissions: Permissions): FreeArea[] {
  const [old, now] = [annotations(before), annotations(after)]
  const free: FreeArea[] = []
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [old.get(key), now.get(key)]
    const { page, isWidget } = (is ?? was) as Annotation
    if (was && is && whole(before, was, KIDS) === whole(after, is, KIDS)) continue
    const add = (document: PdfDocument, one: Annotation, says?: string): void => {
      const box = bounds(document, one.dict)
      if (box.length > 0) free.push({ page, area: seen(document, page, box), ...(says === undefined ? {} : { says }) })
    }
    if (isWidget || was?.isWidget) {
      if (was && is && mayChange(before, after, was, is, permissions)) {
        const type = nameOf(inherited(after, is, 'FT'))
        add(after, is, type === 'Tx' || type === 'Ch' ? textOf(inherited(after, is, 'V')) : undefined)
      }
      // A signature in a new field; one that is not signed shows nothing.
      if (!was && is && permissions.p >= 2 && nameOf(inherited(after, is, 'FT')) === 'Sig' && inherited(after, is, 'V') !== null) add(after, is)
    } else if (permissions.p === 3) {
      if (was) add(before, was)
      if (is) add(after, is)
    }
  }
  return free
}
