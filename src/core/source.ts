import { KysoError } from './errors.ts'

/** Random access to a document, synchronous for the parsers: memory, a file descriptor, a `File` in a worker. */
export interface ByteSource {
  /** Length in bytes. */
  readonly size: number
  /**
   * The bytes from `offset`; fewer than `length` only where the document ends. What comes back may be a view of the
   * document itself (memory) and is never written to by the caller.
   */
  read(offset: number, length: number): Uint8Array
  /** The same into a buffer of the caller, who reads a large document in a loop; returns how many bytes were written. */
  readInto?(offset: number, target: Uint8Array): number
}

/** A document in memory as a {@link ByteSource}: every read is a view, nothing is copied. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read(offset, length) {
      if (offset < 0 || length < 0) throw new KysoError('ERR_ARGUMENT', `read at ${offset}, length ${length}`)
      return bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + length, bytes.length))
    },
  }
}

/** `Uint8Array` or {@link ByteSource}: what every door that reads a document takes. */
export type DocumentInput = Uint8Array | ByteSource

/** The {@link ByteSource} of either form of a document. */
export function toSource(document: DocumentInput): ByteSource {
  return document instanceof Uint8Array ? memorySource(document) : document
}

/** Part of a document: `length` bytes from `offset`. */
export interface ByteRange {
  readonly offset: number
  readonly length: number
}

/** How much is read at a time where a whole document passes through. */
export const CHUNK_SIZE = 1 << 18

/**
 * The bytes of the ranges, in order, in chunks. A chunk is valid until the next one is asked for: a source with
 * `readInto` fills the same buffer again.
 */
export function* chunks(source: ByteSource, ranges: Iterable<ByteRange>, chunkSize = CHUNK_SIZE): Generator<Uint8Array, void, undefined> {
  let buffer: Uint8Array | undefined
  for (const range of ranges) {
    if (
      !Number.isSafeInteger(range.offset) ||
      !Number.isSafeInteger(range.length) ||
      range.offset < 0 ||
      range.length < 0 ||
      range.offset + range.length > source.size
    ) {
      throw new KysoError('ERR_ARGUMENT', 'a byte range lies outside the document', { offset: range.offset, length: range.length, size: source.size })
    }
    const end = range.offset + range.length
    for (let at = range.offset; at < end; ) {
      const want = Math.min(chunkSize, end - at)
      let chunk: Uint8Array
      if (source.readInto) {
        buffer ??= new Uint8Array(chunkSize)
        const got = source.readInto(at, buffer.subarray(0, want))
        chunk = buffer.subarray(0, got)
      } else chunk = source.read(at, want)
      if (chunk.length === 0)
        throw new KysoError('ERR_SOURCE_CHANGED', 'the document is shorter than it was when it was opened', { offset: at, size: source.size })
      yield chunk
      at += chunk.length
    }
  }
}

/** All bytes of a source as one array: a view where it is in memory. */
export function readAll(source: ByteSource): Uint8Array {
  const bytes = source.read(0, source.size)
  if (bytes.length !== source.size) throw new KysoError('ERR_SOURCE_CHANGED', 'the document is shorter than it was when it was opened', { size: source.size })
  return bytes
}
