/** What can be wrong with what an appearance is drawn from. */
import { KysoError } from '../../core/errors.ts'

/** Why a font cannot be used. */
export type FontFault = 'kind' | 'damaged' | 'outlines' | 'glyphs'
/** Why an image cannot be used. */
export type ImageFault = 'kind' | 'damaged' | 'variant' | 'pixels'
/** Why a text cannot be drawn. */
export type TextFault = 'missing' | 'shaping' | 'broken'
/** What PDF/A does not allow. */
export type PdfaFault = 'font' | 'transparency' | 'cmyk' | 'form'

/** `ERR_APPEARANCE_FONT` with the reason as data. */
export function fontError(why: FontFault, detail: string, cause?: unknown): KysoError {
  return new KysoError('ERR_APPEARANCE_FONT', detail, { why }, cause === undefined ? undefined : { cause })
}

/** `ERR_APPEARANCE_IMAGE` with the reason as data. */
export function imageError(why: ImageFault, detail: string, cause?: unknown): KysoError {
  return new KysoError('ERR_APPEARANCE_IMAGE', detail, { why }, cause === undefined ? undefined : { cause })
}

/** `ERR_APPEARANCE_PDFA` with the reason as data. */
export function pdfaError(why: PdfaFault, detail: string): KysoError {
  return new KysoError('ERR_APPEARANCE_PDFA', detail, { why })
}

/** How many characters an error names. */
const MAX_NAMED = 10

/** `ERR_APPEARANCE_TEXT` naming the characters, each once. */
export function textError(why: TextFault, characters: Iterable<string>, detail: string): KysoError {
  const named = Array.from(new Set(characters), nameOf)
  const list = named.slice(0, MAX_NAMED).join(', ') + (named.length > MAX_NAMED ? ', …' : '')
  return new KysoError('ERR_APPEARANCE_TEXT', `${detail}: ${list}`, { why, characters: list })
}

/** `ễ (U+1EC5)`; of what would not show, or would change how the rest shows, the number alone. */
function nameOf(character: string): string {
  const number = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  return /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character) ? `${character} (${number})` : number
}

/** Does what reads a font; whatever it throws is said to be the font's fault. */
export function readingFont<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof KysoError) throw cause
    throw fontError('damaged', 'a font that cannot be read', cause)
  }
}
