/** Changes of anything: what attackers, careless programs and careful ones do to the objects of a file. */
import { PdfArray, PdfDict, PdfName, PdfNumber, type PdfObject, PdfRef, PdfStream } from '../../../src/pdf/index.ts'
import type { Draft } from './draft.ts'
import { anyRef, kindOf, meaningfulEntry, otherContent, otherValue } from './values.ts'

/** Changes a draft; `false` where there is nothing that it could change. */
export type Change = (draft: Draft) => boolean

/** Changes with how often each is tried. */
export type Choice = readonly (readonly [weight: number, name: string, change: Change])[]

/** One of them. */
export function choose(draft: Draft, choice: Choice): readonly [name: string, change: Change] {
  const total = choice.reduce((sum, [weight]) => sum + weight, 0)
  let at = draft.random.next() * total
  for (const [weight, name, change] of choice) if ((at -= weight) < 0) return [name, change]
  throw new RangeError('nothing to choose')
}

const numberOf = (draft: Draft): number => draft.random.pick(draft.numbers)

/** Not a signature: written again it lies no more where its own range says. */
function harmlessNumber(draft: Draft): number {
  return draft.random.pick(draft.numbers.filter((number) => !draft.dict(new PdfRef(number)).has('ByteRange') && !isEncryption(draft, number)))
}

function isEncryption({ document }: Draft, number: number): boolean {
  const entry = document.trailer.get('Encrypt')
  return entry instanceof PdfRef && entry.number === number
}

function withData(stream: PdfStream, data: Uint8Array): PdfStream {
  return new PdfStream(stream.dict, -1, data.length, 0, 0, data)
}

/** Replaces every reference to one object by one to another. */
function redirected(object: PdfObject, from: number, to: PdfRef): PdfObject {
  if (object instanceof PdfRef) return object.number === from ? to : object
  if (object instanceof PdfDict) return new PdfDict(new Map([...object.entries].map(([key, value]) => [key, redirected(value, from, to)])))
  if (object instanceof PdfArray) return new PdfArray(object.items.map((item) => redirected(item, from, to)))
  return object
}

/** Writes objects again, as they are or with their keys in another order. */
export function rewrite(draft: Draft): boolean {
  for (let n = 1 + draft.random.int(4); n > 0; n--) {
    const number = harmlessNumber(draft)
    const object = draft.get(number)
    if (object instanceof PdfDict && draft.random.chance(0.3)) draft.set(number, new PdfDict(new Map([...object.entries].reverse())))
    else draft.set(number, object instanceof PdfStream ? withData(object, draft.data(object)) : object)
  }
  return true
}

/** Adds what nothing refers to. */
export function addUnused(draft: Draft): boolean {
  const object = draft.get(harmlessNumber(draft))
  draft.add(object instanceof PdfStream ? withData(object, draft.data(object)) : object)
  return true
}

const alterValue: Change = (draft) => {
  const number = numberOf(draft)
  const object = draft.get(number)
  if (object instanceof PdfStream) {
    const dict = otherValue(draft, object.dict)
    if (dict instanceof PdfDict) draft.set(number, new PdfStream(dict, -1, 0, 0, 0, draft.data(object)))
  } else draft.set(number, otherValue(draft, object))
  return true
}

const alterContent: Change = (draft) => {
  const streams = draft.numbers.filter((number) => draft.get(number) instanceof PdfStream)
  const number = draft.random.pick(streams)
  const stream = draft.get(number)
  if (!(stream instanceof PdfStream)) return false
  const other = draft.get(draft.random.pick(streams))
  const data = other instanceof PdfStream && draft.random.chance(0.25) ? draft.data(other) : otherContent(draft, draft.data(stream))
  draft.set(number, withData(stream, data))
  return true
}

const addEntry: Change = (draft) => {
  const number = numberOf(draft)
  draft.change(number, meaningfulEntry(draft, draft.get(number)))
  return true
}

const redirect: Change = (draft) => {
  const number = numberOf(draft)
  const object = draft.get(number)
  const found: PdfRef[] = []
  const visit = (value: PdfObject): void => {
    if (value instanceof PdfRef) found.push(value)
    else if (value instanceof PdfDict) for (const one of value.entries.values()) visit(one)
    else if (value instanceof PdfArray) value.items.forEach(visit)
  }
  visit(object instanceof PdfStream ? object.dict : object)
  if (found.length === 0) return false
  const from = draft.random.pick(found).number
  const alike = draft.numbers.filter((one) => kindOf(draft.get(one)) === kindOf(draft.get(from)))
  const to = alike.length > 0 && draft.random.chance(0.7) ? new PdfRef(draft.random.pick(alike)) : anyRef(draft)
  if (object instanceof PdfStream) draft.set(number, new PdfStream(redirected(object.dict, from, to) as PdfDict, -1, 0, 0, 0, draft.data(object)))
  else draft.set(number, redirected(object, from, to))
  return true
}

/** A copy takes an object's place with one of those that refer to it. */
const copy: Change = (draft) => {
  const from = numberOf(draft)
  const object = draft.get(from)
  const to = draft.add(object instanceof PdfStream ? withData(object, draft.data(object)) : object)
  const referring = draft.numbers.filter((number) => refersTo(draft.get(number), from))
  if (referring.length === 0) return true
  const number = draft.random.pick(referring)
  const value = draft.get(number)
  if (!(value instanceof PdfStream)) draft.set(number, redirected(value, from, to))
  if (draft.random.chance(0.3)) draft.change(to.number, meaningfulEntry(draft, object))
  return true
}

function refersTo(object: PdfObject, number: number): boolean {
  if (object instanceof PdfRef) return object.number === number
  if (object instanceof PdfDict) return [...object.entries.values()].some((value) => refersTo(value, number))
  return object instanceof PdfArray && object.items.some((item) => refersTo(item, number))
}

const free: Change = (draft) => {
  const number = numberOf(draft)
  draft.entries.set(number, { kind: 'free', generation: draft.generation(number) + draft.random.int(2) })
  return true
}

const swap: Change = (draft) => {
  const first = numberOf(draft)
  const alike = draft.numbers.filter((number) => number !== first && kindOf(draft.get(number)) === kindOf(draft.get(first)))
  if (alike.length === 0) return false
  const second = draft.random.pick(alike)
  const [a, b] = [draft.get(first), draft.get(second)]
  const keep = (object: PdfObject): PdfObject => (object instanceof PdfStream ? withData(object, draft.data(object)) : object)
  draft.set(first, keep(b))
  draft.set(second, keep(a))
  return true
}

const raiseGeneration: Change = (draft) => {
  const number = numberOf(draft)
  const object = draft.get(number)
  draft.set(number, object instanceof PdfStream ? withData(object, draft.data(object)) : object, draft.generation(number) + 1)
  return true
}

/** An entry leads to where something lay in an earlier revision, or to another object. */
const point: Change = (draft) => {
  const number = numberOf(draft)
  const { document, random } = draft
  const revision = random.int(document.revisions.length)
  const place = document.asOf(revision).location(random.chance(0.7) ? number : numberOf(draft))
  if (place === null) return false
  draft.entries.set(number, place.kind === 'offset' && random.chance(0.2) ? { ...place, offset: place.offset + random.int(40) } : place)
  return true
}

/** A hidden stream, or another that is missing, comes to be. */
const awaken: Change = (draft) => {
  const number = draft.random.pick([90, 90, 48, 91, 95])
  const streams = draft.numbers.filter((one) => draft.get(one) instanceof PdfStream)
  const stream = draft.get(draft.random.pick(streams))
  if (!(stream instanceof PdfStream)) return false
  draft.set(number, withData(stream, draft.data(stream)), 0)
  return true
}

const changeTrailer: Change = (draft) => {
  const { random, document, trailer } = draft
  switch (random.int(7)) {
    case 0:
      trailer.set('Root', draft.add(document.catalog))
      break
    case 1:
      trailer.set('Root', anyRef(draft))
      break
    case 2:
      trailer.set('Info', anyRef(draft))
      break
    case 3:
      trailer.delete(random.pick(['Info', 'ID', 'Encrypt']))
      break
    case 4: {
      // What lies between is not read any more.
      const revision = random.pick(document.revisions)
      trailer.set('Prev', new PdfNumber(revision.xrefOffset, true))
      break
    }
    case 5: {
      const root = draft.add(document.catalog)
      draft.change(root.number, meaningfulEntry(draft, document.catalog))
      trailer.set('Root', root)
      break
    }
    default:
      trailer.set(random.pick(['X', 'Type', 'AcroForm']), new PdfName('Catalog'))
  }
  return true
}

const stray: Change = (draft) => {
  const text = draft.random.pick([
    '% a comment\n',
    '\n\n',
    '4 0 obj\n<</Length 0>>\nstream\n\nendstream\nendobj\n',
    'x',
    '1 0 obj\n<</Type /Catalog>>\nendobj\n',
  ])
  if (draft.random.chance(0.5)) draft.stray = text
  else draft.behind = text
  return true
}

/** Anything. */
export const WILD: Choice = [
  [14, 'value altered', alterValue],
  [10, 'content altered', alterContent],
  [16, 'entry added', addEntry],
  [10, 'reference led elsewhere', redirect],
  [5, 'copied', copy],
  [3, 'added', addUnused],
  [4, 'freed', free],
  [4, 'swapped', swap],
  [3, 'generation raised', raiseGeneration],
  [5, 'entry led elsewhere', point],
  [3, 'missing object made', awaken],
  [4, 'trailer changed', changeTrailer],
  [2, 'stray bytes', stray],
]

/** What changes nothing. */
export const HARMLESS: Choice = [
  [8, 'written again', rewrite],
  [2, 'unused added', addUnused],
]
