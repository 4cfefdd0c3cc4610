/** Parsing a place of a file that may be larger than memory: through a window that grows until the object fits. */
import type { Budget } from '../core/budget.ts'
import { KysoError } from '../core/errors.ts'
import type { ByteSource } from '../core/source.ts'
import { Lexer, WINDOW_END } from './lexer.ts'

const FIRST_WINDOW = 4096
/** The largest single object, streams' bodies apart. */
const MAX_WINDOW = 1 << 28

/**
 * Runs `parse` on a lexer that begins at `offset`. When the window is too small it is run again on one four times as
 * large, so `parse` must have no effects but its result. What was looked at is spent from `pdfBytes`: objects may lie
 * inside each other (in strings), so their number does not bound the work.
 *
 * @throws ERR_PDF_SYNTAX when the object is larger than 256 MiB, and what `parse` throws
 */
export function parseAt<T>(source: ByteSource, offset: number, budget: Budget, parse: (lexer: Lexer) => T, first = FIRST_WINDOW): T {
  for (let size = first; ; size *= 4) {
    const bytes = source.read(offset, size)
    const lexer = new Lexer(bytes, offset, offset + bytes.length < source.size)
    try {
      const result = parse(lexer)
      budget.spend('pdfBytes', lexer.pos)
      return result
    } catch (error) {
      budget.spend('pdfBytes', bytes.length)
      if (error !== WINDOW_END) throw error
    }
    if (bytes.length < Math.min(size, source.size - offset))
      throw new KysoError('ERR_SOURCE_CHANGED', 'the document is shorter than it was', { offset, size: source.size })
    if (size >= MAX_WINDOW) {
      throw new KysoError('ERR_PDF_SYNTAX', `an object of more than ${MAX_WINDOW} bytes at offset ${offset}`, { offset })
    }
  }
}

/** A source that ends earlier: the file as it stood when it was `size` bytes long. */
export function firstBytes(source: ByteSource, size: number): ByteSource {
  if (size >= source.size) return source
  return {
    size,
    read: (offset, length) => source.read(offset, Math.max(0, Math.min(length, size - offset))),
    ...(source.readInto ? { readInto: (offset, target) => source.readInto?.(offset, target.subarray(0, Math.max(0, size - offset))) ?? 0 } : {}),
  }
}
