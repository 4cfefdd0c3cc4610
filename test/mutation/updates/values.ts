/** Values of objects, altered at random, and keys that mean something where they are put. */
import { latin1 } from '../../../src/core/bytes.ts'
import { nameOf, PdfArray, PdfDict, PdfName, PdfNumber, type PdfObject, PdfRef, PdfStream, PdfString } from '../../../src/pdf/index.ts'
import type { Random } from '../random.ts'
import type { Draft } from './draft.ts'
import { parsed } from './section.ts'
import { VOCABULARY } from './vocabulary.ts'

const NAMES = [
  'Off',
  'Yes',
  'A',
  'B',
  'Page',
  'Widget',
  'Tx',
  'Sig',
  'Form',
  'Image',
  'Helvetica',
  'Times-Roman',
  'Courier',
  'DeviceGray',
  'OFF',
  'ON',
  'Multiply',
  'Square',
]

/** A reference to anything that is there. */
export function anyRef(draft: Draft): PdfRef {
  const number = draft.random.pick(draft.numbers)
  return new PdfRef(number, draft.generation(number))
}

/** Another value of the same kind, mostly. */
export function otherValue(draft: Draft, value: PdfObject): PdfObject {
  const { random } = draft
  if (random.chance(0.05)) return random.pick<PdfObject>([null, true, new PdfNumber(0), anyRef(draft)])
  if (typeof value === 'boolean') return !value
  if (value instanceof PdfNumber) return new PdfNumber(random.pick([0, 1, -value.value, value.value + 1, value.value + 20, value.value / 2, value.value * 2]))
  if (value instanceof PdfName) return new PdfName(random.pick(NAMES))
  if (value instanceof PdfString) return new PdfString(latin1(random.pick(['', '9000', 'Binh', '/Helv 14 Tf 1 0 0 rg', 'Second', 'Number'])))
  if (value instanceof PdfRef) return anyRef(draft)
  if (value instanceof PdfArray) return otherArray(draft, value)
  if (value instanceof PdfDict) return otherDict(draft, value)
  return value
}

function otherArray(draft: Draft, { items }: PdfArray): PdfArray {
  const { random } = draft
  const copy = [...items]
  const at = random.int(copy.length)
  switch (random.int(5)) {
    case 0:
      copy.splice(at, 1)
      break
    case 1:
      copy.splice(at, 0, copy.length > 0 ? random.pick(copy) : anyRef(draft))
      break
    case 2:
      copy.reverse()
      break
    default:
      if (copy.length > 0) copy[at] = otherValue(draft, copy[at] ?? null)
  }
  return new PdfArray(copy)
}

function otherDict(draft: Draft, { entries }: PdfDict): PdfDict {
  const { random } = draft
  const copy = new Map(entries)
  const keys = [...copy.keys()]
  if (keys.length === 0) return new PdfDict(new Map([['A', anyRef(draft)]]))
  const key = random.pick(keys)
  const value = copy.get(key) ?? null
  switch (random.int(6)) {
    case 0:
      copy.delete(key)
      break
    case 1:
      copy.set(random.pick(keys), value)
      break
    default:
      copy.set(key, otherValue(draft, value))
  }
  return new PdfDict(copy)
}

type Kind = keyof typeof VOCABULARY

/** What a dictionary is for. */
export function kindOf(object: PdfObject): Kind {
  if (object instanceof PdfStream) return 'stream'
  if (!(object instanceof PdfDict)) return 'other'
  const type = nameOf(object.get('Type'))
  if (type === 'Page' || type === 'Pages') return 'page'
  if (type === 'Catalog') return 'catalog'
  if (type === 'Font') return 'font'
  if (type === 'ExtGState') return 'state'
  if (object.has('Fields')) return 'form'
  if (object.has('FT') || object.has('Subtype') || object.has('Rect')) return 'annotation'
  if (object.has('Font') || object.has('XObject')) return 'resources'
  return type === 'OCG' || object.has('OCGs') || object.has('OFF') ? 'layers' : 'other'
}

/** Texts as objects. */
export function entriesOf(draft: Draft, text: string): Readonly<Record<string, PdfObject>> {
  const dict = parsed(`<</${text.replaceAll('$', () => anyRef(draft).toString())}>>`)
  return dict instanceof PdfDict ? Object.fromEntries(dict.entries) : {}
}

/** An entry that means something in such a dictionary. */
export function meaningfulEntry(draft: Draft, object: PdfObject): Readonly<Record<string, PdfObject>> {
  const random: Random = draft.random
  const kind: Kind = random.chance(0.9) ? kindOf(object) : random.pick(Object.keys(VOCABULARY) as Kind[])
  return entriesOf(draft, random.pick<string>(VOCABULARY[kind]))
}

/** Content that is drawn, or not. */
const DRAWINGS = [
  '\n0 g 20 140 100 20 re f',
  '\nq 1 0 0 rg 60 60 120 60 re f Q',
  '\nBT /Helv 12 Tf 0 g 2 4 Td (9000) Tj ET',
  '\nBT /F1 12 Tf 0 g 20 140 Td (9000) Tj ET',
  '\nBT 3 Tr /F1 12 Tf 20 140 Td (hidden) Tj ET',
  '\nBT /F1 12 Tf 500 500 Td (outside) Tj ET',
  '\n/Fm1 Do',
  '\n% nothing',
  '\n',
]

/** Other content of a stream that is not compressed. */
export function otherContent(draft: Draft, data: Uint8Array): Uint8Array {
  const { random } = draft
  const text = Buffer.from(data).toString('latin1')
  switch (random.int(5)) {
    case 0:
      return latin1(text + random.pick(DRAWINGS))
    case 1:
      return latin1(random.pick(DRAWINGS) + text)
    case 2:
      return latin1(text.replace(/\(([^()]*)\)/, '(9$1)'))
    case 3: {
      const numbers = [...text.matchAll(/\d+/g)]
      if (numbers.length === 0) return data
      const { index, 0: found } = random.pick(numbers)
      return latin1(`${text.slice(0, index)}${random.pick([0, 1, 9, Number(found) + 10])}${text.slice(index + found.length)}`)
    }
    default:
      return latin1(random.pick(DRAWINGS))
  }
}
