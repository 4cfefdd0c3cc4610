/** The beginning of what a server said, fit for an error: short, plain, and without what was told to the server in confidence. */

/** How much of an answer is looked at. */
export const EXCERPT_BYTES = 2048
const MAX_CHARACTERS = 120

const decoder = new TextDecoder('utf-8')

/** Controls, and what changes the direction or the place of other characters; a terminal or a log shall not act on them. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\ufffd]+/gu

/**
 * The first words of a text or HTML page.
 *
 * @param body the answer, or the start of it
 * @param secrets texts that are blotted out where the server repeats them
 */
export function excerpt(body: Uint8Array, secrets: readonly string[] = []): string {
  return plainWords(withoutMarkup(blot(decoder.decode(body.subarray(0, EXCERPT_BYTES)), secrets)))
}

/** A text on one line, without controls, cut to some words; secrets blotted out. */
export function plainWords(text: string, secrets: readonly string[] = []): string {
  const plain = blot(text, secrets).replace(UNSAFE, ' ').replace(/\s+/g, ' ').trim()
  const characters = Array.from(plain)
  return characters.length <= MAX_CHARACTERS
    ? plain
    : `${characters
        .slice(0, MAX_CHARACTERS - 1)
        .join('')
        .trimEnd()}…`
}

function withoutMarkup(text: string): string {
  // Anything that opens as a tag goes; what is not closed within the excerpt goes to its end.
  return text.replace(/<(script|style)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, ' ').replace(/<[!/?a-z][^>]*(?:>|$)/gi, ' ')
}

function blot(text: string, secrets: readonly string[]): string {
  // A very short secret would blot out half of any text, and says little.
  return secrets.reduce((left, secret) => (secret.length < 4 ? left : left.replaceAll(secret, '…')), text)
}
