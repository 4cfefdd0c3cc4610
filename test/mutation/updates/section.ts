/** One section of a PDF: objects, cross-reference and trailer, also as no honest program writes them. */
import { Budget } from '../../../src/core/budget.ts'
import { latin1 } from '../../../src/core/bytes.ts'
import { ByteSink, PdfArray, PdfDict, PdfName, PdfNumber, type PdfObject, PdfStream, serialize, withEntries } from '../../../src/pdf/index.ts'
import { Lexer } from '../../../src/pdf/lexer.ts'
import { ObjectParser } from '../../../src/pdf/parser.ts'

/** What a cross-reference says of an object. */
export type Entry =
  | { readonly kind: 'free'; readonly generation: number }
  | { readonly kind: 'offset'; readonly offset: number; readonly generation: number }
  | { readonly kind: 'compressed'; readonly stream: number; readonly index: number }

/** An object to be written. */
export interface WrittenObject {
  readonly number: number
  readonly generation: number
  readonly object: PdfObject
  /** Encoded and not encrypted bytes of a stream. */
  readonly data?: Uint8Array
}

/** What encrypts strings and streams. */
export interface SectionEncryption {
  /** Number of the encryption dictionary, which stays as it is. */
  readonly dictNumber: number
  string(bytes: Uint8Array, number: number, generation: number): Uint8Array
  stream(bytes: Uint8Array, dict: PdfDict, number: number, generation: number): Uint8Array
}

/** How the cross-reference is written. */
export type SectionKind = 'table' | 'stream' | 'hybrid'

/** A section. */
export interface Section {
  /** Bytes of the file before it. */
  readonly at: number
  readonly objects: readonly WrittenObject[]
  readonly kind: SectionKind
  /** Objects that go into an object stream; there is none with a table. */
  readonly packed?: ReadonlySet<number>
  /** The first number that nothing uses: for the object stream and the cross-reference stream. */
  readonly next: number
  /** Entries beside those of the objects, or in place of them. */
  readonly entries?: ReadonlyMap<number, Entry>
  readonly trailer: ReadonlyMap<string, PdfObject>
  readonly encryption?: SectionEncryption | undefined
  /** Bytes that no object has: before the cross-reference, and behind the end. */
  readonly stray?: string
  readonly behind?: string
}

/** Reads PDF syntax. */
export function parsed(text: string): PdfObject {
  return new ObjectParser(new Lexer(latin1(text)), new Budget()).object()
}

const number = (value: number): PdfNumber => new PdfNumber(value, true)

class SectionWriter {
  readonly #sink = new ByteSink()
  readonly #entries = new Map<number, Entry>()
  readonly #section: Section
  #next: number

  constructor(section: Section) {
    this.#section = section
    this.#next = section.next
  }

  write(): Uint8Array {
    const { objects, kind, packed = new Set(), entries = new Map(), stray, behind } = this.#section
    const isPacked = ({ number, object }: WrittenObject): boolean => kind !== 'table' && packed.has(number) && !(object instanceof PdfStream)
    for (const one of objects) if (!isPacked(one)) this.#object(one)
    this.#pack(objects.filter(isPacked))
    for (const [object, entry] of entries) this.#entries.set(object, entry)
    if (stray) this.#sink.text(stray)
    const startxref =
      kind === 'stream' ? this.#xrefStream([...this.#entries], this.#section.trailer) : kind === 'hybrid' ? this.#hybrid() : this.#table(this.#entries)
    this.#sink.text(`startxref\n${startxref}\n%%EOF\n${behind ?? ''}`)
    return this.#sink.take()
  }

  get #place(): number {
    return this.#section.at + this.#sink.length
  }

  #object({ number: object, generation, object: value, data }: WrittenObject): void {
    const { encryption } = this.#section
    this.#entries.set(object, { kind: 'offset', offset: this.#place, generation })
    this.#sink.text(`${object} ${generation} obj\n`)
    const encrypted = encryption && encryption.dictNumber !== object ? encryption : undefined
    const options = encrypted ? { encrypt: (bytes: Uint8Array) => encrypted.string(bytes, object, generation) } : {}
    if (value instanceof PdfStream) {
      const plain = data ?? value.data ?? new Uint8Array(0)
      const bytes = encrypted ? encrypted.stream(plain, value.dict, object, generation) : plain
      serialize(withEntries(value.dict, { Length: number(bytes.length) }), this.#sink, options)
      this.#sink.text('\nstream\n')
      this.#sink.bytes(bytes)
      this.#sink.text('\nendstream')
    } else serialize(value, this.#sink, options)
    this.#sink.text('\nendobj\n')
  }

  /** Strings in object streams are not encrypted by themselves (ISO 32000-2 §7.6.2). */
  #pack(objects: readonly WrittenObject[]): void {
    if (objects.length === 0) return
    const stream = this.#next++
    const bodies = new ByteSink()
    const heads: string[] = []
    for (const [index, { number: object, object: value }] of objects.entries()) {
      heads.push(`${object} ${bodies.length}`)
      serialize(value, bodies)
      bodies.text('\n')
      this.#entries.set(object, { kind: 'compressed', stream, index })
    }
    const head = `${heads.join(' ')}\n`
    const data = new ByteSink()
    data.text(head)
    data.bytes(bodies.take())
    const dict = new PdfDict(
      new Map<string, PdfObject>([
        ['Type', new PdfName('ObjStm')],
        ['N', number(objects.length)],
        ['First', number(head.length)],
      ]),
    )
    this.#object({ number: stream, generation: 0, object: new PdfStream(dict, -1, 0), data: data.take() })
  }

  #size(): PdfNumber {
    return number(Math.max(this.#next, ...[...this.#entries.keys()].map((one) => one + 1)))
  }

  #table(entries: ReadonlyMap<number, Entry>, more: readonly (readonly [string, PdfObject])[] = []): number {
    const place = this.#place
    this.#sink.text('xref\n')
    if (this.#section.at < 20) this.#sink.text('0 1\n0000000000 65535 f \n')
    for (const [object, entry] of [...entries].sort(([a], [b]) => a - b)) {
      if (entry.kind === 'compressed') continue
      const [first, letter] = entry.kind === 'free' ? [0, 'f'] : [entry.offset, 'n']
      this.#sink.text(`${object} 1\n${String(first).padStart(10, '0')} ${String(entry.generation).padStart(5, '0')} ${letter} \n`)
    }
    if (entries.size === 0) this.#sink.text('0 0\n')
    this.#sink.text('trailer\n')
    serialize(new PdfDict(new Map<string, PdfObject>([...this.#section.trailer, ['Size', this.#size()], ...more])), this.#sink)
    this.#sink.text('\n')
    return place
  }

  /** §7.5.8.4: the stream of /XRefStm has what stands in object streams. */
  #hybrid(): number {
    const compressed = [...this.#entries].filter(([, { kind }]) => kind === 'compressed')
    if (compressed.length === 0) return this.#table(this.#entries)
    const place = this.#xrefStream(compressed, new Map())
    return this.#table(this.#entries, [['XRefStm', number(place)]])
  }

  #xrefStream(entries: readonly (readonly [number, Entry])[], trailer: ReadonlyMap<string, PdfObject>): number {
    const place = this.#place
    const self = this.#next++
    const rows = [...entries, [self, { kind: 'offset', offset: place, generation: 0 }] as const].sort(([a], [b]) => a - b)
    const data = new Uint8Array(rows.length * 7)
    const view = new DataView(data.buffer)
    for (const [i, [, entry]] of rows.entries()) {
      const [type, first, second] =
        entry.kind === 'free' ? [0, 0, entry.generation] : entry.kind === 'offset' ? [1, entry.offset, entry.generation] : [2, entry.stream, entry.index]
      view.setUint8(7 * i, type)
      view.setUint32(7 * i + 1, first)
      view.setUint16(7 * i + 5, second)
    }
    const dict = new Map<string, PdfObject>([
      ...trailer,
      ['Type', new PdfName('XRef')],
      ['Size', number(Math.max(this.#next, ...rows.map(([one]) => one + 1)))],
      ['Index', new PdfArray(rows.flatMap(([one]) => [number(one), number(1)]))],
      ['W', new PdfArray([1, 4, 2].map(number))],
      ['Length', number(data.length)],
    ])
    this.#sink.text(`${self} 0 obj\n`)
    serialize(new PdfDict(dict), this.#sink)
    this.#sink.text('\nstream\n')
    this.#sink.bytes(data)
    this.#sink.text('\nendstream\nendobj\n')
    return place
  }
}

/** Writes a section. */
export function writeSection(section: Section): Uint8Array {
  return new SectionWriter(section).write()
}
