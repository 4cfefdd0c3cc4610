/** Canonicalisation: Canonical XML 1.0 and 1.1, Exclusive XML Canonicalization 1.0. */
export { type C14nAlgorithm, c14nFromUri, c14nUri } from './algorithm.ts'
export { type C14nOptions, canonicalBytes, canonicalize, type FilteredSelection, type Selection, type SubtreeSelection } from './canonicalize.ts'
export type { NodeSet } from './filtered.ts'
