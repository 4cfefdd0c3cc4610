import { equal, latin1, utf8 } from '../../core/bytes.ts'

/** ISO 32000-2 annex D.3: the characters of PDFDocEncoding from 0x18 and from 0x80, where it is not ISO 8859-1. */
const FROM_18 = '\u02D8\u02C7\u02C6\u02D9\u02DD\u02DB\u02DA\u02DC'
const FROM_80 =
  '\u2022\u2020\u2021\u2026\u2014\u2013\u0192\u2044\u2039\u203A\u2212\u2030\u201E\u201C\u201D\u2018\u2019\u201A\u2122\uFB01\uFB02\u0141\u0152\u0160\u0178\u017D\u0131\u0142\u0153\u0161\u017E'
const EURO = '\u20AC'

/** Revisions 5 and 6 look at this many bytes of the UTF-8 (ISO 32000-2 §7.6.4.3.3). */
const MAX_UTF8 = 127

/**
 * The byte strings a password may stand for, the likeliest first. Which one was meant is not told by the file, and the check values in it
 * say when one is right. Bytes are taken as they are; no password is the empty one (§7.6.4.1: a document that opens without asking).
 *
 * Up to revision 4 the specification has PDFDocEncoding, and writers were seen to use ISO 8859-1 and UTF-8; from revision 5 on it has
 * SASLprep (RFC 4013) and UTF-8, and writers were seen to leave SASLprep out.
 *
 * @param password text, or bytes where the caller knows the encoding
 * @param revision R
 */
export function passwordCandidates(password: string | Uint8Array | undefined, revision: number): Uint8Array[] {
  if (password === undefined) return [new Uint8Array(0)]
  const limit = revision >= 5 ? MAX_UTF8 : 32
  if (password instanceof Uint8Array) return [password.slice(0, limit)]
  const forms =
    revision >= 5
      ? [utf8(saslPrep(password)), utf8(password)]
      : [pdfDocEncode(password.normalize('NFC')), isLatin1(password) ? latin1(password) : undefined, utf8(password)]
  const candidates: Uint8Array[] = []
  for (const form of forms) {
    const bytes = form?.subarray(0, limit)
    if (bytes && !candidates.some((other) => equal(other, bytes))) candidates.push(bytes)
  }
  return candidates
}

/**
 * The mapping and normalisation of SASLprep (RFC 4013 §2.1, §2.2). What it prohibits (§2.3, §2.4) is let through: here a password is compared,
 * not chosen, and a prohibited one only fails to match. NFKC is that of the platform's Unicode, not of Unicode 3.2.
 */
export function saslPrep(password: string): string {
  return password
    .replace(/[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/gu, ' ')
    .replace(/\u00AD|\u034F|\u1806|[\u180B-\u180D]|\u200C|\u200D|\u2060|[\uFE00-\uFE0F]|\uFEFF/gu, '')
    .normalize('NFKC')
}

/** A text in PDFDocEncoding; `undefined` when it has characters that encoding lacks. */
function pdfDocEncode(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i)
    const code = text.charCodeAt(i)
    if (code < 0x18 || (code >= 0x20 && code < 0x7f) || (code > 0xa0 && code <= 0xff && code !== 0xad)) bytes[i] = code
    else if (character === EURO) bytes[i] = 0xa0
    else if (FROM_18.includes(character)) bytes[i] = 0x18 + FROM_18.indexOf(character)
    else if (FROM_80.includes(character)) bytes[i] = 0x80 + FROM_80.indexOf(character)
    else return undefined
  }
  return bytes
}

function isLatin1(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return false
  return true
}
