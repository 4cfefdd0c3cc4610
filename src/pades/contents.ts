/** `/Contents` of a signature: a structure, and nothing behind it but zeros (EN 319 142-1 §5.1, ISO 32000-2 table 255). */
import { elementLength } from '../cms/index.ts'
import { type Check, failed, passed } from '../core/check.ts'
import { type PdfDict, PdfString } from '../pdf/index.ts'

/** The bytes of `/Contents` without their padding, and whether the padding is what it should be. */
export interface Contents {
  readonly bytes: Uint8Array
  readonly checks: readonly Check[]
}

/** Reads `/Contents`. Bytes behind the structure that are not zero are refused: nobody signed them and nobody reads them. */
export function contentsOf(dict: PdfDict): Contents {
  const value = dict.get('Contents')
  if (!(value instanceof PdfString)) return { bytes: new Uint8Array(0), checks: [failed('cmsSyntax', '/Contents is no string')] }
  const length = elementLength(value.bytes)
  if (length === null) return { bytes: value.bytes, checks: [] }
  const stray = value.bytes.subarray(length).findIndex((byte) => byte !== 0)
  const check = stray === -1 ? passed('contentsPadding') : failed('contentsPadding', `byte ${length + stray} of /Contents follows the signature and is not zero`, { offset: length + stray })
  return { bytes: value.bytes.subarray(0, length), checks: [check] }
}
