/**
 * Bytes of an update that none of its objects has. A reader that follows the cross-reference never sees them; one that
 * rebuilds the file does, and shows another document.
 */
import type { PdfDocument, PdfRevision } from '../../pdf/index.ts'

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const PERCENT = 0x25
const STEP = 1 << 16

function isSpace(byte: number): boolean {
  return byte === 0 || byte === 9 || byte === LINE_FEED || byte === 12 || byte === CARRIAGE_RETURN || byte === 32
}

/**
 * The first byte between two offsets that is neither white space (§7.2.3) nor, where they are allowed, part of a comment.
 *
 * @returns its offset; -1 when there is none
 */
export function firstStray(document: PdfDocument, start: number, end: number, comments: boolean): number {
  let inComment = false
  for (let at = start; at < end; ) {
    const bytes = document.source.read(at, Math.min(STEP, end - at))
    if (bytes.length === 0) return -1
    document.budget.spend('pdfBytes', bytes.length)
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number
      if (inComment) inComment = byte !== LINE_FEED && byte !== CARRIAGE_RETURN
      else if (comments && byte === PERCENT) inComment = true
      else if (!isSpace(byte)) return at + i
    }
    at += bytes.length
  }
  return -1
}

/**
 * Looks for bytes of a revision that are of no object it names, and for objects that lie in each other.
 *
 * @param after the document as of that revision
 * @param previous the revision before it
 * @returns what was found, in words; `null` when there is nothing
 */
export function findStrayBytes(after: PdfDocument, previous: PdfRevision, state: PdfRevision): string | null {
  const extents: { start: number; end: number }[] = []
  for (const [number, location] of state.entries) {
    // A cross-reference stream may name itself; its extent is that of the section.
    if (location.kind !== 'offset' || location.offset < previous.end || location.offset >= state.xrefOffset) continue
    const extent = after.extent(number)
    if (extent) extents.push(extent)
  }
  extents.sort((a, b) => a.start - b.start)
  extents.push({ start: state.xrefOffset, end: state.end })
  let at = previous.end
  for (const { start, end } of extents) {
    if (start < at) return `two objects share the bytes from offset ${start}`
    const stray = firstStray(after, at, start, true)
    if (stray >= 0) return `bytes of no object at offset ${stray}`
    at = end
  }
  return null
}
