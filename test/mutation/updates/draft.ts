/** An update as it is being thought up: what it writes, frees and says, over a document that is there. */
import { concat } from '../../../src/core/bytes.ts'
import { cryptFilterOf } from '../../../src/pdf/encryption/index.ts'
import { nameOf, openPdf, PdfDict, type PdfDocument, PdfNumber, type PdfObject, PdfRef, PdfStream } from '../../../src/pdf/index.ts'
import type { Random } from '../random.ts'
import { type Entry, type SectionEncryption, type SectionKind, writeSection } from './section.ts'

/** Entries of the trailer that belong to one section. */
const SECTION_KEYS = new Set(['Type', 'Size', 'Index', 'Prev', 'W', 'XRefStm', 'Filter', 'DecodeParms', 'Length'])

/** What mutators change. Objects that are not written are those of the document. */
export class Draft {
  readonly document: PdfDocument
  readonly random: Random
  readonly trailer: Map<string, PdfObject>
  /** Entries in place of those of written objects, or beside them. */
  readonly entries = new Map<number, Entry>()
  /** Numbers of objects that existed, containers of the file apart. */
  readonly numbers: readonly number[]
  kind: SectionKind
  /** The share of objects that go into an object stream. */
  packing = 0
  stray = ''
  behind = ''
  /** The widgets of the field that was filled in last. */
  focus: readonly number[] = []
  readonly #file: Uint8Array
  readonly #written = new Map<number, { readonly generation: number; readonly object: PdfObject }>()
  #next: number

  private constructor(file: Uint8Array, document: PdfDocument, random: Random) {
    this.#file = file
    this.document = document
    this.random = random
    const newest = document.revisions.at(-1)
    this.kind = newest?.kind === 'stream' ? 'stream' : 'table'
    this.trailer = new Map([...document.trailer.entries].filter(([key]) => !SECTION_KEYS.has(key)))
    this.trailer.set('Prev', new PdfNumber((newest?.xrefOffset ?? 0) - document.offsetBase, true))
    this.numbers = [...document.entries()].filter(([number, { kind }]) => number > 0 && kind !== 'free' && !this.#isContainer(number)).map(([number]) => number)
    this.#next = document.highestNumber + 1
  }

  /** Begins an update behind a file. */
  static async over(file: Uint8Array, random: Random): Promise<Draft> {
    return new Draft(file, await openPdf(file), random)
  }

  #isContainer(number: number): boolean {
    const object = this.document.get(number)
    return object instanceof PdfStream && ['XRef', 'ObjStm'].includes(nameOf(object.dict.get('Type')) ?? '')
  }

  /** An object as it will be. */
  get(number: number): PdfObject {
    const own = this.#written.get(number)
    return own ? own.object : this.document.get(number)
  }

  /** Follows references. */
  resolve(object: PdfObject | undefined): PdfObject {
    let value = object ?? null
    for (let hops = 0; value instanceof PdfRef && hops < 16; hops++) value = this.get(value.number)
    return value instanceof PdfRef ? null : value
  }

  /** A dictionary, or that of a stream; an empty one for anything else. */
  dict(object: PdfObject | undefined): PdfDict {
    const value = this.resolve(object)
    if (value instanceof PdfStream) return value.dict
    return value instanceof PdfDict ? value : new PdfDict()
  }

  /** The generation that an object has. */
  generation(number: number): number {
    const location = this.document.location(number)
    return location && location.kind !== 'compressed' ? location.generation : 0
  }

  /** Writes an object; with the generation it has, unless another is given. */
  set(number: number, object: PdfObject, generation = this.generation(number)): void {
    if (number <= 0) return
    this.#written.set(number, { generation, object })
    this.#next = Math.max(this.#next, number + 1)
  }

  /** Writes a dictionary with some entries otherwise. A stream keeps its data. */
  change(number: number, entries: Readonly<Record<string, PdfObject | undefined>>): void {
    const object = this.get(number)
    const changed = new Map(this.dict(object).entries)
    for (const [key, value] of Object.entries(entries)) {
      if (value === undefined) changed.delete(key)
      else changed.set(key, value)
    }
    if (object instanceof PdfStream) this.set(number, new PdfStream(new PdfDict(changed), -1, 0, 0, 0, this.data(object)))
    else this.set(number, new PdfDict(changed))
  }

  /** Adds an object. */
  add(object: PdfObject): PdfRef {
    const ref = new PdfRef(this.#next++, 0)
    this.#written.set(ref.number, { generation: 0, object })
    return ref
  }

  /** The encoded bytes of a stream, decrypted. */
  data(stream: PdfStream): Uint8Array {
    return stream.data ?? this.document.encodedStreamData(stream)
  }

  /** The file with the update behind it. */
  build(): Uint8Array {
    const objects = [...this.#written].map(([number, { generation, object }]) => ({
      number,
      generation,
      object,
      ...(object instanceof PdfStream ? { data: this.data(object) } : {}),
    }))
    const encrypt = this.document.trailer.get('Encrypt')
    // What decrypts is never packed; poppler wants the catalog before it decrypts.
    const secret = encrypt instanceof PdfRef ? [encrypt.number, this.document.catalogRef.number] : []
    const loose = (number: number): boolean => this.generation(number) > 0 || secret.includes(number)
    const update = writeSection({
      at: this.#file.length,
      objects,
      kind: this.kind,
      packed: new Set(objects.map(({ number }) => number).filter((number) => !loose(number) && this.random.chance(this.packing))),
      next: this.#next,
      entries: this.entries,
      trailer: this.trailer,
      encryption: this.#encryption(encrypt),
      stray: this.stray,
      behind: this.behind,
    })
    return concat([this.#file, update])
  }

  #encryption(encrypt: PdfObject | undefined): SectionEncryption | undefined {
    const { encryption } = this.document
    if (!encryption) return undefined
    const vector = (length: number): Uint8Array => Uint8Array.from({ length }, () => this.random.int(256))
    return {
      dictNumber: encrypt instanceof PdfRef ? encrypt.number : 0,
      string: (bytes, number, generation) => encryption.encryptString(bytes, number, generation, vector),
      stream: (bytes, dict, number, generation) =>
        encryption.encryptStream(
          bytes,
          number,
          generation,
          vector,
          cryptFilterOf(dict, (object) => this.resolve(object), encryption),
        ),
    }
  }
}
