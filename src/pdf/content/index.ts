/** What content streams paint (ISO 32000-2 §8 and §9): as areas of their page, and as text. */
export { distance } from './colour.ts'
export { ENCODINGS } from './encodings.ts'
export { coversContent, type PaintedAreas, paintedAreas } from './painted-areas.ts'
export { type ShownLine, type ShownText, type ShownTextOptions, shownText } from './shown-text.ts'
