/** One incremental update (ISO 32000-2 §7.5.6): what is appended to a file, of which no byte is changed. */
import { KysoError } from '../core/errors.ts'
import type { PdfDocument } from './document.ts'
import { cryptFilterOf, type PdfEncryption } from './encryption/index.ts'
import { integerOf, PdfArray, PdfNumber, type PdfObject, PdfRef, PdfStream, PdfString, withEntries } from './objects.ts'
import { ByteSink, serialize } from './serialize.ts'
import type { PdfRevision } from './xref.ts'
import { type WrittenObject, writeXrefStream, writeXrefTable } from './xref-writer.ts'

/** Where a placeholder is in the updated file. */
export interface PlaceholderPlace {
  readonly offset: number
  readonly length: number
}

/** How an update is written. */
export interface PdfUpdateOptions {
  /** The new second element of `/ID` (§14.4); the old one stays when it is left out. */
  readonly changingId?: Uint8Array | undefined
  /**
   * Initialisation vectors for strings and streams of encrypted documents. When left out they are computed from the
   * document's key and what is encrypted, so that equal input gives equal output.
   */
  readonly random?: ((length: number) => Uint8Array) | undefined
}

/** An update, ready to be appended. */
export interface PdfIncrement {
  /** What goes behind the last byte of the document. */
  readonly bytes: Uint8Array
  /** By label. Offsets count from the beginning of the file. */
  readonly placeholders: ReadonlyMap<string, PlaceholderPlace>
  /** The number behind its `startxref`. */
  readonly startxref: number
}

/** Annex C.2 of ISO 32000-1: no reader has to go beyond. A larger `/Size` is not believed. */
const MAX_SIZE = 8_388_608
/** Keys that belong to one cross-reference stream, not to the trailer. */
const SECTION_KEYS = new Set(['Type', 'Size', 'Index', 'Prev', 'W', 'XRefStm', 'Filter', 'DecodeParms', 'Length', 'F', 'FFilter', 'FDecodeParms', 'DL'])

/**
 * Gathers new and changed objects and writes them as one update. It uses the kind of cross-reference that the newest
 * section of the file has (a hybrid one is continued by a table) and the document's encryption.
 *
 * @example
 * ```ts
 * const document = await openPdf(pdf)
 * const update = new PdfUpdate(document)
 * const note = update.add(pdfDict({ Type: new PdfName('Annot') }))
 * update.set(document.catalogRef, withEntries(document.catalog, { Note: note }))
 * const { bytes } = update.build()
 * const updated = await openPdf(new Uint8Array([...pdf, ...bytes]))
 * updated.catalog.has('Note') // => true
 * ```
 */
export class PdfUpdate {
  readonly #document: PdfDocument
  readonly #objects = new Map<number, { readonly ref: PdfRef; readonly object: PdfObject }>()
  #next: number

  /** @throws ERR_PDF_XREF when the document's cross-reference was reconstructed: nothing can be built on a guess */
  constructor(document: PdfDocument) {
    if (document.reconstructed)
      throw new KysoError('ERR_PDF_XREF', 'a document whose cross-reference is broken cannot be updated', {
        offset: 0,
        detail: 'a reconstructed cross-reference',
      })
    this.#document = document
    const size = integerOf(document.trailer.get('Size')) ?? 0
    this.#next = Math.max(document.highestNumber + 1, size <= MAX_SIZE ? size : 0, 1)
  }

  /** A reference that nothing in the document uses yet. */
  allocate(): PdfRef {
    return new PdfRef(this.#next++, 0)
  }

  /** Adds an object under a new reference. */
  add(object: PdfObject): PdfRef {
    const ref = this.allocate()
    this.#objects.set(ref.number, { ref, object })
    return ref
  }

  /**
   * Gives a reference its object, or another one. An object that exists keeps its generation, a free number has to be
   * used with the generation that its entry names (§7.5.4).
   *
   * @throws ERR_ARGUMENT when the generation is another one
   */
  set(ref: PdfRef, object: PdfObject): void {
    const location = this.#document.location(ref.number)
    const generation = location && location.kind !== 'compressed' ? location.generation : 0
    if (ref.number < 1 || !Number.isSafeInteger(ref.number) || ref.generation !== generation || (location?.kind === 'free' && generation >= 65535)) {
      throw new KysoError('ERR_ARGUMENT', `object ${ref.toString()} cannot be written`, { object: ref.number, generation: ref.generation })
    }
    this.#objects.set(ref.number, { ref, object })
    this.#next = Math.max(this.#next, ref.number + 1)
  }

  /** The object as it will be after the update: what was set, or what the document has. */
  get(ref: PdfRef): PdfObject {
    const own = this.#objects.get(ref.number)
    if (own && own.ref.generation === ref.generation) return own.object
    return this.#document.get(ref)
  }

  /** Follows references through the update and the document. */
  resolve(object: PdfObject | undefined): PdfObject {
    let value = object ?? null
    for (let hops = 0; value instanceof PdfRef; hops++) {
      if (hops >= 32)
        throw new KysoError('ERR_PDF_STRUCTURE', `references from ${value.toString()} do not end`, {
          object: value.number,
          detail: 'references that do not end',
        })
      value = this.get(value)
    }
    return value
  }

  /**
   * Writes the update. May be called more than once: it changes nothing.
   *
   * @throws ERR_ARGUMENT for objects that cannot be written, ERR_PDF_XREF when the file is too large for its kind of table
   */
  build(options: PdfUpdateOptions = {}): PdfIncrement {
    const document = this.#document
    const { source, offsetBase } = document
    const newest = document.revisions[document.revisions.length - 1] as PdfRevision
    const sink = new ByteSink()
    const placeholders = new Map<string, PlaceholderPlace>()
    const last = source.read(source.size - 1, 1)[0]
    if (last !== 0x0a && last !== 0x0d) sink.text('\n')

    const written: WrittenObject[] = []
    const objects = [...this.#objects.values()].sort((a, b) => a.ref.number - b.ref.number)
    for (const { ref, object } of objects) {
      written.push({ number: ref.number, generation: ref.generation, offset: source.size + sink.length - offsetBase })
      sink.text(`${ref.number} ${ref.generation} obj\n`)
      this.#write(ref, object, sink, options, (label, at, length) => {
        if (placeholders.has(label)) throw new KysoError('ERR_ARGUMENT', `two placeholders are called ${label}`)
        placeholders.set(label, { offset: source.size + at, length })
      })
      sink.text('\nendobj\n')
    }

    const startxref = source.size + sink.length - offsetBase
    const self = { number: this.#next, generation: 0, offset: startxref }
    const isStream = newest.kind === 'stream'
    const trailer = this.#trailer(isStream ? self.number + 1 : self.number, newest.xrefOffset - offsetBase, options)
    if (isStream) writeXrefStream(sink, [...written, self], trailer, self)
    else writeXrefTable(sink, written, trailer)
    sink.text(`startxref\n${startxref}\n%%EOF\n`)
    return { bytes: sink.take(), placeholders, startxref }
  }

  #write(ref: PdfRef, object: PdfObject, sink: ByteSink, options: PdfUpdateOptions, place: (label: string, at: number, length: number) => void): void {
    const { encryption } = this.#document
    let count = 0
    const iv = (encrypt: (vector: (length: number) => Uint8Array) => Uint8Array) => options.random ?? ivSource(encrypt, ref, count++)
    const encryptString = encryption
      ? (bytes: Uint8Array) =>
          encryption.encryptString(
            bytes,
            ref.number,
            ref.generation,
            iv((zero) => encryption.encryptString(bytes, ref.number, ref.generation, zero)),
          )
      : undefined
    const serializeOptions = {
      encrypt: this.#isEncryptionDictionary(ref) ? undefined : encryptString,
      onPlaceholder: ({ label, bytes }: { label: string; bytes: Uint8Array }, at: number) => place(label, at, bytes.length),
    }
    if (!(object instanceof PdfStream)) {
      serialize(object, sink, serializeOptions)
      return
    }
    const plain = this.#document.encodedStreamData(object)
    const data = encryption ? this.#encryptStream(encryption, object, plain, ref, iv) : plain
    serialize(withEntries(object.dict, { Length: new PdfNumber(data.length, true) }), sink, serializeOptions)
    sink.text('\nstream\n')
    sink.bytes(data)
    sink.text('\nendstream')
  }

  #encryptStream(
    encryption: PdfEncryption,
    stream: PdfStream,
    plain: Uint8Array,
    ref: PdfRef,
    iv: (encrypt: (vector: (length: number) => Uint8Array) => Uint8Array) => (length: number) => Uint8Array,
  ): Uint8Array {
    const filter = cryptFilterOf(stream.dict, (object) => this.resolve(object), encryption)
    const encrypt = (vector: (length: number) => Uint8Array): Uint8Array => encryption.encryptStream(plain, ref.number, ref.generation, vector, filter)
    return encrypt(iv(encrypt))
  }

  #isEncryptionDictionary(ref: PdfRef): boolean {
    const encrypt = this.#document.trailer.get('Encrypt')
    return encrypt instanceof PdfRef && encrypt.number === ref.number
  }

  /** All that the newest trailer has (§7.5.6), with what is this update's own. */
  #trailer(size: number, previous: number, options: PdfUpdateOptions): Map<string, PdfObject> {
    const trailer = new Map<string, PdfObject>([['Size', new PdfNumber(size, true)]])
    for (const [key, value] of this.#document.trailer.entries) if (!SECTION_KEYS.has(key)) trailer.set(key, value)
    trailer.set('Prev', new PdfNumber(previous, true))
    const id = this.#document.resolve(trailer.get('ID'))
    const first = id instanceof PdfArray ? id.items[0] : undefined
    if (options.changingId && first !== undefined) trailer.set('ID', new PdfArray([first, new PdfString(options.changingId, true)]))
    return trailer
  }
}

/**
 * An initialisation vector that nobody without the key can foresee, and that is the same for the same input: the last
 * block of the encryption of the content itself under a vector that names its place (a CBC-MAC).
 */
function ivSource(encrypt: (vector: (length: number) => Uint8Array) => Uint8Array, ref: PdfRef, count: number): (length: number) => Uint8Array {
  const place = (length: number): Uint8Array => {
    const bytes = new Uint8Array(length)
    new DataView(bytes.buffer).setFloat64(0, ref.number)
    new DataView(bytes.buffer).setUint32(8, count)
    return bytes
  }
  return (length) => encrypt(place).slice(-length)
}
