import { type ErrorCode, KysoError } from '../core/errors.ts'

/** Errors of the XML parser. */
export type XmlErrorCode = Extract<ErrorCode, `ERR_XML_${string}`>

/**
 * The error for a place in a document. Lines end as in XML 1.0 §2.11; a column counts characters.
 *
 * @param why stable word for what is wrong
 * @param detail technical English line
 * @param offset place in `bytes`; the place of the reference for what stands in an entity
 */
export function xmlError(code: XmlErrorCode, why: string, detail: string, bytes: Uint8Array, offset: number, data: Record<string, string> = {}): KysoError {
  let line = 1
  let lineStart = 0
  const end = Math.min(offset, bytes.length)
  for (let i = 0; i < end; i++) {
    const byte = bytes[i]
    if (byte === 0x0a || (byte === 0x0d && bytes[i + 1] !== 0x0a)) {
      line++
      lineStart = i + 1
    }
  }
  let column = 1
  for (let i = lineStart; i < end; i++) if (((bytes[i] as number) & 0xc0) !== 0x80) column++
  return new KysoError(code, `${detail} (line ${line}, column ${column})`, { why, line, column, offset, ...data })
}
