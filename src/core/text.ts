/**
 * Text from documents is hostile wherever it is shown: it may move a terminal's cursor, turn the direction of writing round
 * (Unicode TR 36 §2.8) or hide characters. Every renderer passes it through here.
 */

/** How much of one text is shown when the caller does not say. */
const MAX_LENGTH = 400

/**
 * Characters that are never shown as they are: controls (C0, DEL, C1), line and paragraph separators, marks, embeddings,
 * overrides and isolates of direction, what has no width, fillers that look like nothing, tags, and halves of surrogate pairs.
 */
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|\p{Cs}/gu

/**
 * A text that may be written to a terminal, in one line. White space becomes a space; what must not be shown becomes its code
 * point, as `<U+202E>`, so that a reader sees that something was there.
 *
 * @param maxLength characters that are kept; an ellipsis stands for the rest. 400 when left out
 */
export function safeText(text: string, maxLength = MAX_LENGTH): string {
  // Cut first: the rest of a text of megabytes is not looked at.
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
  return cut.replace(/[\t\n\r]+/g, ' ').replace(HIDDEN, (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`)
}

/** {@link safeText} with the characters escaped that mean something in HTML text and in quoted attribute values. */
export function safeHtml(text: string, maxLength = MAX_LENGTH): string {
  return safeText(text, maxLength).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
