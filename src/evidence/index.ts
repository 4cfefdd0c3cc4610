/**
 * `kyso/evidence`: which certificates, CRLs, OCSP responses and time-stamps a signature needs at a level, which of them are at hand,
 * and why the rest is not.
 *
 * @module
 */
export type { EvidenceContext } from './chain.ts'
export { evidenceFor } from './needs.ts'
export type {
  EvidenceItem,
  EvidenceLevel,
  EvidenceNeeds,
  EvidenceReason,
  EvidenceRole,
  EvidenceSubject,
  EvidenceTimestamp,
  Freshness,
  NeedsContext,
} from './needs-types.ts'
export type { EvidenceAtHand } from './pool.ts'
