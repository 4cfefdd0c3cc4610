/** A PDF as it is read: the cross-reference decides what exists, and objects are parsed when they are asked for. */
import { Budget } from '../core/budget.ts'
import { defaultCrypto } from '../core/crypto/default.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import { isKysoError, KysoError } from '../core/errors.ts'
import { type ByteSource, type DocumentInput, toSource } from '../core/source.ts'
import { blockSource } from './cache.ts'
import { openEncryption, type PdfEncryption } from './encryption/index.ts'
import type { PdfReader } from './indirect.ts'
import { ObjectStore, type StoreEncryption } from './object-store.ts'
import { nameOf, PdfArray, PdfDict, type PdfObject, PdfRef, type PdfStream, PdfString } from './objects.ts'
import { Oddities, type PdfOddity } from './oddities.ts'
import { type PdfPage, walkPages } from './pages.ts'
import { reconstructXref } from './reconstruct.ts'
import { type PdfHeader, readHeader, readStartXref } from './tail.ts'
import { firstBytes } from './window.ts'
import { type PdfRevision, readXref, type Xref } from './xref.ts'
import type { PdfLocation } from './xref-entries.ts'
import { XrefLayers } from './xref-layers.ts'

/** How a PDF is opened. */
export interface PdfOpenOptions {
  /** User or owner password; the empty user password is tried when it is left out. */
  readonly password?: string | Uint8Array | undefined
  /** What reading may cost; a budget of its own with the default limits when left out. */
  readonly budget?: Budget | undefined
  readonly crypto?: CryptoProvider | undefined
  /**
   * Where the cross-reference is broken, look through the file for objects instead. What comes out is a guess: it serves
   * to show what is in a file, and is refused for verifying and signing. False when left out.
   */
  readonly reconstruct?: boolean | undefined
}

interface DocumentState {
  readonly source: ByteSource
  readonly reader: PdfReader
  readonly header: PdfHeader
  readonly xref: Xref
  readonly layers: readonly XrefLayers[]
  readonly encryption: StoreEncryption | undefined
  readonly reconstructed: boolean
}

/**
 * An opened PDF. `get` and `resolve` give null for what the cross-reference does not name: such an object does not exist,
 * whatever bytes lie in the file. They throw `ERR_PDF_XREF` where the cross-reference names an object that is not there.
 *
 * @example
 * ```ts
 * const document = await openPdf(signed)
 * document.version // => '1.7'
 * nameOf(document.catalog.get('Type')) // => 'Catalog'
 * document.revisions.length // => 2
 * document.asOf(0).catalog.has('AcroForm') // => false
 * ```
 */
export class PdfDocument {
  readonly source: ByteSource
  /** What reading it may still cost. */
  readonly budget: Budget
  /** The version of the header, or of the catalog where that is later (§7.2.2). */
  readonly version: string
  /** File offset of the header: how many bytes stand before it. */
  readonly headerOffset: number
  /** What the offsets in the file count from: 0, or `headerOffset`. All offsets given out here count from the file's beginning. */
  readonly offsetBase: number
  /** The newest trailer. */
  readonly trailer: PdfDict
  /** Oldest first. */
  readonly revisions: readonly PdfRevision[]
  readonly encryption: PdfEncryption | null
  readonly catalog: PdfDict
  readonly catalogRef: PdfRef
  /** Whether the cross-reference was broken and the objects were looked for; see {@link PdfOpenOptions.reconstruct}. */
  readonly reconstructed: boolean
  readonly #state: DocumentState
  readonly #store: ObjectStore

  /** Made by {@link openPdf} and {@link PdfDocument.asOf} only. */
  constructor(state: DocumentState) {
    const { reader, header, xref, layers } = state
    const newest = xref.revisions[xref.revisions.length - 1]
    const top = layers[layers.length - 1]
    if (!newest || !top) throw new KysoError('ERR_PDF_XREF', 'no cross-reference section', { offset: 0 })
    this.#state = state
    this.#store = new ObjectStore(reader, top, newest.trailer.has('Encrypt') ? state.encryption : undefined)
    this.source = state.source
    this.budget = reader.budget
    this.headerOffset = header.offset
    this.offsetBase = xref.base
    this.trailer = newest.trailer
    this.revisions = xref.revisions
    this.encryption = newest.trailer.has('Encrypt') ? (state.encryption?.encryption ?? null) : null
    this.reconstructed = state.reconstructed
    const root = this.trailer.get('Root')
    if (!(root instanceof PdfRef))
      throw new KysoError('ERR_PDF_STRUCTURE', 'the trailer has no reference to a catalog', { offset: newest.xrefOffset, detail: 'no /Root' })
    const catalog = this.resolve(root)
    if (!(catalog instanceof PdfDict)) throw new KysoError('ERR_PDF_STRUCTURE', 'the catalog is no dictionary', { object: root.number, detail: 'no catalog' })
    this.catalogRef = root
    this.catalog = catalog
    const version = nameOf(this.resolve(catalog.get('Version'))) ?? ''
    this.version = /^\d\.\d$/.test(version) && version > header.version ? version : header.version
  }

  /** What was tolerated so far; grows as more of the file is read. Kept to 1,000: what a judgement depends on has places of its own. */
  get oddities(): readonly PdfOddity[] {
    return this.#state.reader.oddities.list
  }

  /** An object by reference, or by number whatever its generation; null when it does not exist. */
  get(object: PdfRef | number): PdfObject {
    return typeof object === 'number' ? this.#store.get(object) : this.#store.get(object.number, object.generation)
  }

  /**
   * Follows references until something else is there; null when that does not exist.
   *
   * @throws ERR_PDF_STRUCTURE when they go round
   */
  resolve(object: PdfObject | undefined): PdfObject {
    return this.#store.resolve(object)
  }

  /** Where the cross-reference has an object; `null` when it does not name it. */
  location(number: number): PdfLocation | null {
    return this.#store.location(number)
  }

  /** File extent of an indirect object from its number to `endobj`; `null` when it lies in an object stream or does not exist. */
  extent(number: number): { readonly start: number; readonly end: number } | null {
    return this.#store.extent(number)
  }

  /** The newest entry of every object that the cross-reference names, by ascending number. */
  entries(): Generator<[number, PdfLocation], void, undefined> {
    return this.#store.layers.entries()
  }

  /** The highest object number that the cross-reference names. */
  get highestNumber(): number {
    return this.#store.layers.highest
  }

  /**
   * The decoded bytes of a stream.
   *
   * @throws ERR_PDF_FILTER when a filter is unknown, is one of images, or its data is damaged; ERR_BUDGET_EXCEEDED
   */
  streamData(stream: PdfStream): Uint8Array {
    return this.#store.decoded(stream)
  }

  /** The bytes of a stream before its filters are undone, decrypted. */
  encodedStreamData(stream: PdfStream): Uint8Array {
    return this.#store.encoded(stream)
  }

  /**
   * The pages in order.
   *
   * @throws ERR_PDF_STRUCTURE when the page tree cannot be read
   */
  pages(): Generator<PdfPage, void, undefined> {
    return walkPages(this.catalog.get('Pages'), (object) => this.resolve(object), this.budget.limit('pdfDepth'), this.#state.reader.oddities)
  }

  /**
   * The document as it stood when a revision was its last: nothing after the end of that revision is read.
   *
   * @throws ERR_ARGUMENT when there is no such revision, and what {@link openPdf} throws
   */
  asOf(revision: number): PdfDocument {
    const { xref, layers, reader } = this.#state
    const last = xref.revisions[revision]
    if (!last) throw new KysoError('ERR_ARGUMENT', `there is no revision ${revision}`, { revision })
    if (revision === xref.revisions.length - 1) return this
    return new PdfDocument({
      ...this.#state,
      source: firstBytes(this.source, last.endWithEol),
      reader: { ...reader, source: firstBytes(reader.source, last.endWithEol) },
      xref: { ...xref, revisions: xref.revisions.slice(0, revision + 1) },
      layers: layers.slice(0, revision + 1),
    })
  }
}

/**
 * Opens a PDF. Reads its end, the cross-reference, the catalog and the root of the page tree, and nothing else.
 * Asynchronous for the sake of decryption keys only.
 *
 * @param document the whole file, or random access to it
 * @throws ERR_PDF_HEADER, ERR_PDF_XREF, ERR_PDF_SYNTAX, ERR_PDF_STRUCTURE, ERR_PDF_PASSWORD, ERR_PDF_ENCRYPTION_UNSUPPORTED,
 *   ERR_PDF_ENCRYPTION_INVALID, ERR_BUDGET_EXCEEDED
 * @example
 * ```ts
 * const document = await openPdf(encryptedPdf, { password: 'secret' })
 * document.encryption?.algorithm // => 'AES-256'
 * for (const page of document.pages()) console.log(page.index, document.resolve(page.attributes.get('MediaBox')))
 * ```
 */
export async function openPdf(document: DocumentInput, options: PdfOpenOptions = {}): Promise<PdfDocument> {
  const source = toSource(document)
  const reader: PdfReader = { source: blockSource(source), budget: options.budget ?? new Budget(), oddities: new Oddities() }
  try {
    const header = readHeader(reader.source, reader.oddities)
    return await openXref(source, reader, header, readXref(reader, header, readStartXref(reader.source, reader.oddities)), options, false)
  } catch (error) {
    if (!options.reconstruct || !isKysoError(error, 'ERR_PDF_HEADER', 'ERR_PDF_XREF', 'ERR_PDF_SYNTAX', 'ERR_PDF_STRUCTURE')) throw error
    reader.oddities.add('reconstructed', `objects were looked for, because: ${error.message}`)
    const header: PdfHeader = { offset: 0, version: '' }
    return openXref(source, reader, header, reconstructXref(reader), options, true)
  }
}

async function openXref(
  source: ByteSource,
  reader: PdfReader,
  header: PdfHeader,
  xref: Xref,
  options: PdfOpenOptions,
  reconstructed: boolean,
): Promise<PdfDocument> {
  const layers: XrefLayers[] = []
  let top = new XrefLayers()
  for (const { entries } of xref.revisions) {
    top = top.with(entries, reader.budget)
    layers.push(top)
  }
  compareTrailers(reader, xref.revisions)
  const encryption = await encryptionOf(reader, xref, layers, options)
  const document = new PdfDocument({ source, reader, header, xref, layers, encryption, reconstructed })
  // Any use of a document begins at its pages; a root that cannot be read had better be told at once.
  const root = document.resolve(document.catalog.get('Pages'))
  if (!(root instanceof PdfDict))
    throw new KysoError('ERR_PDF_STRUCTURE', 'the catalog names no page tree', { object: document.catalogRef.number, detail: 'no /Pages' })
  return document
}

/** §7.5.6: an update repeats what the trailer before it has. */
function compareTrailers({ oddities }: PdfReader, revisions: readonly PdfRevision[]): void {
  for (let i = 1; i < revisions.length; i++) {
    const { trailer, xrefOffset } = revisions[i] as PdfRevision
    const before = (revisions[i - 1] as PdfRevision).trailer
    for (const key of ['Root', 'Encrypt']) {
      const [a, b] = [before.get(key), trailer.get(key)]
      if ((a instanceof PdfRef ? a.toString() : typeof a) !== (b instanceof PdfRef ? b.toString() : typeof b)) {
        oddities.add('trailer-mismatch', `/${key} differs from that of the revision before`, { offset: xrefOffset })
      }
    }
  }
}

/** Of the newest revision that is encrypted: an update may have dropped `/Encrypt`, and what was before has to be read all the same. */
async function encryptionOf(reader: PdfReader, xref: Xref, layers: readonly XrefLayers[], options: PdfOpenOptions): Promise<StoreEncryption | undefined> {
  const revision = xref.revisions.findLast(({ trailer }) => trailer.has('Encrypt'))
  if (!revision) return undefined
  const { trailer } = revision
  const entry = trailer.get('Encrypt')
  const plain = new ObjectStore(reader, layers[revision.index] as XrefLayers)
  const dict = plain.resolve(entry)
  if (!(dict instanceof PdfDict)) throw new KysoError('ERR_PDF_ENCRYPTION_INVALID', 'the encryption dictionary is no dictionary', { detail: '/Encrypt' })
  const id = plain.resolve(trailer.get('ID'))
  const first = id instanceof PdfArray ? plain.resolve(id.items[0]) : null
  const encryption = await openEncryption(
    dict,
    (object) => plain.resolve(object),
    first instanceof PdfString ? first.bytes : new Uint8Array(0),
    options.password,
    {
      budget: reader.budget,
      crypto: options.crypto ?? defaultCrypto(),
    },
  )
  return { encryption, dictNumber: entry instanceof PdfRef ? entry.number : undefined, xrefStreams: xref.streams }
}
