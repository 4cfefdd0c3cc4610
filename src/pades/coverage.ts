/**
 * What a PDF signature covers (ISO 32000-2 §12.8.1): its whole revision but the hexadecimal string of `/Contents`. Anything
 * else is no coverage, however many of the bytes it hashes.
 */
import { type Check, failed, passed } from '../core/check.ts'
import type { ByteRange } from '../core/source.ts'
import { PdfArray, type PdfDict, type PdfDocument, PdfNumber, type PdfRef, PdfString } from '../pdf/index.ts'

/** What was found of a signature's place in the file. */
export interface Coverage {
  readonly checks: readonly Check[]
  /** The two ranges; `null` where `/ByteRange` is none. */
  readonly ranges: readonly [ByteRange, ByteRange] | null
  /** The revision it signs; -1 where it signs none. */
  readonly revision: number
  /** Whether the file ends with that revision. */
  readonly whole: boolean
}

/** The four integers, direct in a direct array: indirect ones could be exchanged by a later revision. */
function readByteRange(dict: PdfDict): [number, number, number, number] | null {
  const array = dict.get('ByteRange')
  if (!(array instanceof PdfArray) || array.items.length !== 4) return null
  const values = array.items.map((item) => (item instanceof PdfNumber && item.isInteger && item.value >= 0 ? item.value : -1))
  return values.includes(-1) ? null : (values as [number, number, number, number])
}

/** Index of the revision that gave the signature dictionary its present form. */
function revisionOf(document: PdfDocument, ref: PdfRef | undefined): number {
  if (!ref) return -1
  for (let i = document.revisions.length - 1; i >= 0; i--) {
    if (document.revisions[i]?.entries.get(ref.number)) return i
  }
  return -1
}

/** Whether the bytes between two offsets are white space (§7.2.3). */
function isWhiteSpace(document: PdfDocument, start: number, end: number): boolean {
  // A few line ends are met after %%EOF; more than that is something else.
  if (end - start > 1024) return false
  return document.source.read(start, end - start).every((byte) => byte === 0 || byte === 9 || byte === 10 || byte === 12 || byte === 13 || byte === 32)
}

/**
 * Checks `/ByteRange` of a signature dictionary against the file.
 *
 * @param dict the signature dictionary, as the newest revision has it
 * @param container where the dictionary is a direct value, the object it lies in
 */
export function coverageOf(document: PdfDocument, dict: PdfDict, container: PdfRef | undefined): Coverage {
  const none = (detail: string): Coverage => ({ checks: [failed('byteRange', detail)], ranges: null, revision: -1, whole: false })
  const values = readByteRange(dict)
  if (!values) return none('/ByteRange is not an array of four direct, non-negative integers')
  const [start, firstLength, second, secondLength] = values
  const end = second + secondLength
  if (end > document.source.size) return none('/ByteRange ends beyond the file')
  const ranges = [
    { offset: start, length: firstLength },
    { offset: second, length: secondLength },
  ] as const
  const revision = revisionOf(document, container)
  const state = document.revisions[revision]
  const problem = findProblem(document, dict, values, state)
  if (problem) return { checks: [failed('byteRange', problem)], ranges, revision: state ? revision : -1, whole: false }
  return {
    checks: [passed('byteRange')],
    ranges,
    revision,
    whole: end === document.source.size || (revision === document.revisions.length - 1 && isWhiteSpace(document, end, document.source.size)),
  }
}

function findProblem(
  document: PdfDocument,
  dict: PdfDict,
  values: [number, number, number, number],
  state: PdfDocument['revisions'][number] | undefined,
): string | null {
  const [start, firstLength, second, secondLength] = values
  const contents = dict.get('Contents')
  if (!(contents instanceof PdfString) || !contents.hex || contents.start < 0) return '/Contents is not a direct hexadecimal string'
  if (start !== 0) return '/ByteRange does not begin with the file'
  if (firstLength !== contents.start || second !== contents.end) {
    return `/ByteRange leaves out ${firstLength} to ${second}, /Contents is at ${contents.start} to ${contents.end}`
  }
  const end = second + secondLength
  if (!state) return 'no revision holds the signature'
  if (end < state.end) return 'the end of the revision is not covered'
  if (end > state.endWithEol && !isWhiteSpace(document, state.endWithEol, end)) return 'more than the revision is covered'
  return null
}
