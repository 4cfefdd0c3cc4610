/** What content streams paint (ISO 32000-2 §8 and §9), as areas of their page. */
export { coversContent, type PaintedAreas, paintedAreas } from './painted-areas.ts'
