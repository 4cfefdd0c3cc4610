/**
 * Which text can be drawn glyph by glyph. pdf-lib places a glyph for each character and ignores what a font says of how
 * glyphs join and stack, so text whose letters change with their neighbours would be drawn wrong. It is refused instead.
 */
import { textError } from './faults.ts'

/** Letters of scripts that need no shaping, digits, signs, and marks where fonts place them without help. */
const PLAIN =
  /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Georgian}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Thai}\p{Script=Lao}\p{Script=Common}]$/u
/** Characters that show nothing and ask for nothing where lines are broken by this program: joiners, soft hyphen, byte order mark. */
const INVISIBLE = /[\u00ad\u200b-\u200d\u2060\ufeff]/gu
/** Characters that turn text around (Unicode Annex 9), or stand for none. */
const TURNING = /^[\p{Cf}\p{Cs}\p{Co}\p{Cn}]$/u

/**
 * The text as it is drawn: composed (NFC), so that a letter with its marks is one character, and without what shows nothing.
 *
 * @throws KysoError `ERR_APPEARANCE_TEXT` for letters that this program cannot place, and for halves of characters
 */
export function drawable(text: string): string {
  const composed = text.normalize('NFC').replace(INVISIBLE, '')
  const characters = Array.from(composed)
  const turning = characters.filter((one) => TURNING.test(one))
  if (turning.length > 0) throw textError('broken', turning, 'characters that are no text')
  const unplaced = characters.filter((one) => !PLAIN.test(one))
  if (unplaced.length > 0) throw textError('shaping', unplaced, 'letters that change with their neighbours')
  return composed
}
