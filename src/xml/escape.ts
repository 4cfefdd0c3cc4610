/** Text made safe to stand in a document. What is written here comes back from any parser character for character. */
import { KysoError } from '../core/errors.ts'
import { isXmlCharacter } from './characters.ts'

/**
 * Refuses what no XML document can hold, escaped or not: controls, halves of surrogate pairs, U+FFFE, U+FFFF (XML 1.0 §2.2).
 *
 * @throws KysoError `ERR_ARGUMENT` with `code`, the code point in hexadecimal
 */
export function checkXmlText(text: string): void {
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i) as number
    if (!isXmlCharacter(code)) {
      const hex = code.toString(16).toUpperCase().padStart(4, '0')
      throw new KysoError('ERR_ARGUMENT', `U+${hex} cannot stand in XML`, { argument: `U+${hex}`, code: hex })
    }
    if (code > 0xffff) i++
  }
}

/**
 * Character data for between tags. CR is written as a reference, because a parser would turn it into LF.
 *
 * @throws KysoError `ERR_ARGUMENT`, see {@link checkXmlText}
 */
export function escapeText(text: string): string {
  checkXmlText(text)
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#xD;')
}

/**
 * An attribute value, for between quotes of either kind. White space but the space is written as references, which normalisation leaves.
 *
 * @throws KysoError `ERR_ARGUMENT`, see {@link checkXmlText}
 */
export function escapeAttribute(value: string): string {
  return escapeText(value).replaceAll('"', '&quot;').replaceAll("'", '&#39;').replaceAll('\t', '&#x9;').replaceAll('\n', '&#xA;')
}
