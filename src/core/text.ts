/**
 * Text from documents is hostile wherever it is shown: it may move a terminal's cursor, turn the direction of writing round
 * (Unicode TR 36 §2.8) or hide characters. Every renderer passes it through here.
 */

/** How much of one text is shown when the caller does not say. */
const MAX_LENGTH = 400

/**
 * Characters that are never shown as they are: controls, line and paragraph separators, halves of surrogate pairs, interlinear
 * annotations, and what Unicode has programs ignore: marks, embeddings, overrides and isolates of direction, what has no width,
 * fillers that look like nothing, variation selectors, tags.
 */
const HIDDEN = /\p{Cc}|\p{Cs}|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}|[\ufff9-\ufffb]/gu

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

/**
 * JSON in one line that may be written to a terminal: what must not be shown stands as an escape, so that the value read from it is the
 * same. Lone halves of surrogate pairs are escaped by `JSON.stringify` itself.
 */
export function safeJson(value: unknown): string {
  const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(value).replace(HIDDEN, (character) => character.split('').map(escaped).join(''))
}

/** The common name in a printed distinguished name (RFC 4514), or all of it where there is none; safe to show. */
export function shortName(subject: string): string {
  const match = /(?:^|[,+])CN=((?:\\.|[^,+\\])*)/.exec(subject.slice(0, 2000))
  return safeText((match?.[1] ?? subject).replace(/\\(.)/g, '$1'), 200)
}
