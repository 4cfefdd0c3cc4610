/** Operators by what they do (ISO 32000-2 annex A). */

/** Path construction, and how many numbers it takes. */
export const COORDINATES: ReadonlyMap<string, number> = new Map([
  ['m', 2],
  ['l', 2],
  ['c', 6],
  ['v', 4],
  ['y', 4],
  ['re', 4],
])

/** Path painting (table 59). */
export const PAINTING: ReadonlyMap<string, readonly ('fill' | 'stroke')[]> = new Map([
  ['n', []],
  ['f', ['fill']],
  ['F', ['fill']],
  ['f*', ['fill']],
  ['S', ['stroke']],
  ['s', ['stroke']],
  ['B', ['fill', 'stroke']],
  ['B*', ['fill', 'stroke']],
  ['b', ['fill', 'stroke']],
  ['b*', ['fill', 'stroke']],
])
/** Those of them that close the path first. */
export const CLOSING = new Set(['s', 'b', 'b*'])

/** Operators that do not decide where something is painted. */
export const IGNORED = new Set('J j M d ri i CS SC SCN G RG K BI EI ET d0 d1 MP DP EMC'.split(' '))
