/** Objects by number: located through the cross-reference, parsed, decrypted, and kept while they are used. */
import { KysoError } from '../core/errors.ts'
import { Cache } from './cache.ts'
import { cryptFilterOf, type PdfEncryption } from './encryption/index.ts'
import { decodeFilters, filtersOf } from './filters/index.ts'
import { type PdfIndirect, type PdfReader, readIndirect } from './indirect.ts'
import { ObjectStream } from './object-stream.ts'
import { integerOf, nameOf, type PdfObject, PdfRef, PdfStream } from './objects.ts'
import type { StringDecryptor } from './parser.ts'
import type { PdfLocation } from './xref-entries.ts'
import type { XrefLayers } from './xref-layers.ts'

/** References that only lead to references. */
const MAX_HOPS = 32

interface Loaded {
  readonly value: PdfObject
  readonly generation: number
  readonly start: number
  readonly end: number
}

/** What decrypts objects, and which objects have strings that are never encrypted (§7.6.2). */
export interface StoreEncryption {
  readonly encryption: PdfEncryption
  /** Number of the encryption dictionary's object; `undefined` when it stands in the trailer. */
  readonly dictNumber: number | undefined
  /** File offsets of the cross-reference streams. */
  readonly xrefStreams: ReadonlySet<number>
}

/** Some measure of what keeping an object takes. The bytes of a stream are not kept with it. */
function weightOf({ value, start, end }: Loaded): number {
  if (start < 0) return 1024
  const length = value instanceof PdfStream && value.start > start ? value.start - start : end - start
  return 512 + 4 * Math.min(length, 1 << 20)
}

/** What `PdfDocument` reads its objects from. */
export class ObjectStore {
  readonly reader: PdfReader
  readonly layers: XrefLayers
  readonly #encryption: StoreEncryption | undefined
  readonly #objects = new Cache<Loaded>(8 << 20)
  readonly #streams = new Cache<ObjectStream>(16 << 20)
  readonly #loading = new Set<number>()

  constructor(reader: PdfReader, layers: XrefLayers, encryption?: StoreEncryption) {
    this.reader = reader
    this.layers = layers
    this.#encryption = encryption
  }

  /** Where the cross-reference has an object; `null` when it does not name it. */
  location(number: number): PdfLocation | null {
    return this.layers.get(number)
  }

  /** The object, or null when the cross-reference does not name it, calls it free, or gives it another generation. */
  get(number: number, generation?: number): PdfObject {
    const loaded = this.load(number, generation)
    return loaded ? loaded.value : null
  }

  /** File extent of an object from its number to `endobj`; `null` for what is in an object stream or does not exist. */
  extent(number: number): { start: number; end: number } | null {
    const loaded = this.load(number)
    return loaded && loaded.start >= 0 ? { start: loaded.start, end: loaded.end } : null
  }

  /** The object with where it lies. */
  load(number: number, generation?: number): Loaded | null {
    const location = this.layers.get(number)
    if (!location || location.kind === 'free') return null
    const current = location.kind === 'offset' ? location.generation : 0
    if (generation !== undefined && generation !== current) return null
    const cached = this.#objects.get(number)
    if (cached) return cached
    if (this.#loading.has(number))
      throw new KysoError('ERR_PDF_STRUCTURE', `object ${number} is needed to read itself`, { object: number, detail: 'an object that needs itself' })
    this.#loading.add(number)
    try {
      const loaded = location.kind === 'offset' ? this.#fromFile(number, location.offset, current) : this.#fromStream(number, location.stream, location.index)
      this.#objects.set(number, loaded, weightOf(loaded))
      return loaded
    } finally {
      this.#loading.delete(number)
    }
  }

  #fromFile(number: number, offset: number, generation: number): PdfIndirect {
    return readIndirect(this.reader, offset, {
      expected: { number, generation },
      lengthOf: (object) => (object instanceof PdfRef ? integerOf(this.resolve(object)) : undefined),
      decrypt: this.#decryptor(number, offset, generation),
    })
  }

  #decryptor(number: number, offset: number, generation: number): StringDecryptor | undefined {
    const use = this.#encryption
    if (!use || use.dictNumber === number || use.xrefStreams.has(offset)) return undefined
    return (bytes) => use.encryption.decryptString(bytes, number, generation)
  }

  #fromStream(number: number, stream: number, index: number): Loaded {
    const value = this.objectStream(stream).object(index, number, this.reader.budget, this.reader.oddities)
    return { value, generation: 0, start: -1, end: -1 }
  }

  /**
   * An object stream, decoded.
   *
   * @throws ERR_PDF_XREF when there is none of that number in the file itself
   */
  objectStream(number: number): ObjectStream {
    const cached = this.#streams.get(number)
    if (cached) return cached
    const stream = this.layers.get(number)?.kind === 'offset' ? this.get(number, 0) : null
    if (!(stream instanceof PdfStream) || nameOf(this.resolve(stream.dict.get('Type') ?? null)) !== 'ObjStm') {
      throw new KysoError('ERR_PDF_XREF', `the cross-reference names object ${number} as object stream, which it is not`, {
        object: number,
        detail: 'no object stream',
      })
    }
    const made = new ObjectStream(number, stream.dict, this.decoded(stream), (object) => this.resolve(object), this.reader.budget)
    this.#streams.set(number, made, made.weight)
    return made
  }

  /**
   * Follows references until something else is there.
   *
   * @throws ERR_PDF_STRUCTURE when they go round
   */
  resolve(object: PdfObject | undefined): PdfObject {
    let value = object ?? null
    for (let hops = 0; value instanceof PdfRef; hops++) {
      if (hops >= MAX_HOPS)
        throw new KysoError('ERR_PDF_STRUCTURE', `references from ${value.toString()} do not end`, {
          object: value.number,
          detail: 'references that do not end',
        })
      value = this.get(value.number, value.generation)
    }
    return value
  }

  /** The bytes of a stream as the writer's filters left them: decrypted, not decoded. */
  encoded(stream: PdfStream): Uint8Array {
    if (stream.data) return stream.data
    const bytes = this.reader.source.read(stream.start, stream.length)
    if (bytes.length !== stream.length)
      throw new KysoError('ERR_SOURCE_CHANGED', 'the document is shorter than it was', { offset: stream.start, size: this.reader.source.size })
    const use = this.#encryption
    if (!use) return bytes
    const filter = cryptFilterOf(stream.dict, (object) => this.resolve(object), use.encryption)
    this.reader.budget.spend('decompressedBytes', bytes.length)
    return use.encryption.decryptStream(bytes, stream.objectNumber, stream.generation, filter)
  }

  /** The decoded bytes of a stream. */
  decoded(stream: PdfStream): Uint8Array {
    const resolve = (object: PdfObject): PdfObject => this.resolve(object)
    return decodeFilters(this.encoded(stream), filtersOf(stream.dict, resolve), resolve, this.reader.budget)
  }
}
