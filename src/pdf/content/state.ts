/** The graphics state (ISO 32000-2 §8.4 and §9.3), as far as it decides where something is painted, and what text is seen. */
import { BLACK, type Rgb } from './colour.ts'
import type { FontMetrics } from './fonts.ts'
import type { Box, Matrix } from './geometry.ts'

/** What `q` saves and `Q` brings back. */
export interface GraphicsState {
  ctm: Matrix
  /** What clipping leaves at most; `null` when that is nothing. */
  clip: Box | null
  lineWidth: number
  /** Whether paths are filled with a pattern. */
  patternFill: boolean
  /** What paths and letters are filled with; `null` where nobody can say. */
  fill: Rgb | null
  /** Components of its colour space; 0 where nobody can say. */
  components: number
  /** `Tr` (table 104). */
  renderMode: number
  /** `null` before the first `Tf`. */
  font: FontMetrics | null
  fontSize: number
  charSpacing: number
  wordSpacing: number
  /** `Tz`, 1 for 100 %. */
  scaling: number
  leading: number
  rise: number
}

/** The state at the beginning of a page. */
export function initialState(ctm: Matrix, clip: Box | null): GraphicsState {
  return {
    ctm,
    clip,
    lineWidth: 1,
    patternFill: false,
    fill: BLACK,
    components: 1,
    renderMode: 0,
    font: null,
    fontSize: 0,
    charSpacing: 0,
    wordSpacing: 0,
    scaling: 1,
    leading: 0,
    rise: 0,
  }
}
