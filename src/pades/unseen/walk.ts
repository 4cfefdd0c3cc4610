/** Goes through every object that the trailer reaches, once, and notes what two parsers might see differently. */
import { isAboutDocument } from '../../core/errors.ts'
import { nameOf, PdfArray, PdfDict, type PdfDocument, PdfName, type PdfObject, PdfRef, PdfStream, PdfString } from '../../pdf/index.ts'
import { someOf, type UnseenFinding } from './finding.ts'

/** Objects that are looked at; a page has some five. */
const MAX_OBJECTS = 20_000
/** Places of one kind that are kept, to be named. */
const MAX_PLACES = 20

/** Keys that decide what a reader shows or what it takes for signed. Of other doubled keys the parser tells. */
const DECISIVE = new Set([
  ...['Root', 'Pages', 'Kids', 'Parent', 'Type', 'Subtype', 'Contents', 'Resources', 'MediaBox', 'CropBox', 'Annots', 'Rect', 'AP', 'N', 'AS'],
  ...['Fields', 'FT', 'T', 'V', 'ByteRange', 'Filter', 'SubFilter', 'Length', 'First', 'AcroForm', 'Perms', 'OCProperties', 'XObject', 'Font', 'Encrypt'],
])
/** Keys whose value is a name wherever ISO 32000-2 has them as a name or a string. */
const NAMES = ['Type', 'Subtype', 'S', 'Filter', 'SubFilter', 'FT']
/** Keys of a signature dictionary whose values are strings (table 255), and of a field (table 226). */
const SIGNATURE_STRINGS = ['Contents', 'M', 'Name', 'Reason', 'Location', 'ContactInfo', 'Cert']
const FIELD_STRINGS = ['T', 'TU', 'TM']
/** What programs keep for themselves may look as they like (§14.5). */
const PRIVATE = 'PieceInfo'

/** What the walk found. */
export interface Walked {
  /** Objects that are reached, and the object streams that hold them. */
  readonly reached: ReadonlySet<number>
  /** Object streams that hold an object that is reached. */
  readonly containers: ReadonlySet<number>
  /** End by beginning, of those that lie in the file itself. */
  readonly extents: ReadonlyMap<number, number>
  readonly findings: readonly UnseenFinding[]
  /** Whether everything was looked at. */
  readonly finished: boolean
}

class Places {
  readonly #texts: string[] = []
  #count = 0
  #offset: number | undefined

  add(text: string, offset: number): void {
    this.#count++
    if (this.#texts.length < MAX_PLACES) this.#texts.push(text)
    if (offset >= 0) this.#offset ??= offset
  }

  tell(code: UnseenFinding['code'], what: string): UnseenFinding[] {
    if (this.#count === 0) return []
    return [{ code, detail: `${what}: ${someOf(this.#texts, this.#count)}`, ...(this.#offset === undefined ? {} : { offset: this.#offset }) }]
  }
}

/** Walks a document. Reading an object a second time costs little: the document keeps those it has read last. */
export function walkDocument(document: PdfDocument): Walked {
  const walk = new Walk(document)
  walk.run()
  return walk
}

class Walk implements Walked {
  readonly reached = new Set<number>()
  readonly containers = new Set<number>()
  readonly extents = new Map<number, number>()
  finished = true
  readonly #document: PdfDocument
  readonly #pending: PdfRef[] = []
  readonly #doubled = new Places()
  readonly #strings = new Places()
  readonly #names = new Places()
  readonly #external = new Places()
  readonly #unreadable = new Places()

  constructor(document: PdfDocument) {
    this.#document = document
  }

  get findings(): UnseenFinding[] {
    return [
      ...this.#doubled.tell('decisive-key-twice', 'keys that stand twice and of which readers take one or the other'),
      ...this.#strings.tell('string-for-name', 'strings where there should be names'),
      ...this.#names.tell('name-for-string', 'names where there should be strings'),
      ...this.#external.tell('external-stream', 'streams whose data lies in another file'),
      ...this.#unreadable.tell('unreadable-objects', 'objects that are used and cannot be read'),
    ]
  }

  run(): void {
    const document = this.#document
    this.#look(document.trailer, 0)
    for (let ref = this.#pending.pop(); ref !== undefined; ref = this.#pending.pop()) {
      if (this.reached.size > MAX_OBJECTS) {
        this.finished = false
        return
      }
      this.#read(ref)
    }
  }

  #read(ref: PdfRef): void {
    const document = this.#document
    try {
      const object = document.get(ref)
      const location = document.location(ref.number)
      if (location?.kind === 'compressed') {
        this.containers.add(location.stream)
        this.reached.add(location.stream)
      } else if (location?.kind === 'offset') {
        const extent = document.extent(ref.number)
        if (extent) this.extents.set(extent.start, extent.end)
      }
      this.#look(object, ref.number)
    } catch (error) {
      if (!isAboutDocument(error)) throw error
      this.#unreadable.add(`object ${ref.number}`, -1)
    }
  }

  /** Looks through one object with all that it holds directly. */
  #look(object: PdfObject, number: number): void {
    const stack: PdfObject[] = [object]
    for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
      if (value instanceof PdfRef) this.#follow(value)
      else if (value instanceof PdfArray) for (const item of value.items) push(stack, item)
      else if (value instanceof PdfDict) this.#lookAtDict(value, number, stack)
      else if (value instanceof PdfStream) {
        if (value.dict.has('F')) this.#external.add(`object ${number}`, value.dict.start)
        this.#lookAtDict(value.dict, number, stack)
      }
    }
  }

  #follow(ref: PdfRef): void {
    if (this.reached.has(ref.number)) return
    const location = this.#document.location(ref.number)
    if (!location || location.kind === 'free') return
    // A reference of another generation reaches nothing.
    if (ref.generation !== (location.kind === 'offset' ? location.generation : 0)) return
    this.reached.add(ref.number)
    this.#pending.push(ref)
  }

  #lookAtDict(dict: PdfDict, number: number, stack: PdfObject[]): void {
    const where = number === 0 ? 'the trailer' : `object ${number}`
    for (const key of dict.duplicates) if (DECISIVE.has(key)) this.#doubled.add(`/${key} in ${where}`, dict.start)
    for (const key of NAMES) {
      const value = dict.get(key)
      if (value instanceof PdfString || (key === 'Filter' && value instanceof PdfArray && value.items.some((item) => item instanceof PdfString)))
        this.#strings.add(`/${key} in ${where}`, dict.start)
    }
    const strings = dict.has('ByteRange') ? SIGNATURE_STRINGS : nameOf(dict.get('FT')) === undefined ? [] : FIELD_STRINGS
    for (const key of strings) if (dict.get(key) instanceof PdfName) this.#names.add(`/${key} in ${where}`, dict.start)
    for (const [key, value] of dict.entries) if (key !== PRIVATE || value instanceof PdfRef) push(stack, value)
  }
}

/** Only what may hold or lead to something. */
function push(stack: PdfObject[], value: PdfObject): void {
  if (value instanceof PdfRef || value instanceof PdfDict || value instanceof PdfArray || value instanceof PdfStream) stack.push(value)
}
