/** What can speak against a path, and how much. */

/** Why a path does not hold. Stable names, each with a text in the message catalogues. */
export type PathProblemCode =
  | 'signatureInvalid'
  | 'algorithmMismatch'
  | 'algorithmUnsupported'
  | 'algorithmForbidden'
  | 'keyInvalid'
  | 'nameMismatch'
  | 'notYetValid'
  | 'expired'
  | 'notACa'
  | 'pathTooLong'
  | 'keyUsageForbids'
  | 'nameNotPermitted'
  | 'nameExcluded'
  | 'policyMissing'
  | 'policyMappingInvalid'
  | 'unknownCriticalExtension'
  | 'constraintNotChecked'
  | 'malformedExtension'
  | 'profileViolated'
  | 'anchorNotValid'
  | 'anchorDistrusted'
  | 'anchorPurpose'
  | 'issuerNotFound'

/** A problem, and which certificate of the path (0 is the leaf) it stands in. */
export interface PathProblem {
  readonly code: PathProblemCode
  readonly index: number
  readonly detail: string
}

const [TIME, RULE, RIGHT, STRUCTURE, IDENTITY] = [1, 100, 10_000, 1_000_000, 100_000_000] as const

/**
 * How far from the right path each problem leads. A path that has only expired is most likely the one that was meant; one
 * through somebody who is no authority, or whose signature is another's, is none at all.
 */
const WEIGHTS: Readonly<Record<PathProblemCode, number>> = {
  expired: TIME,
  notYetValid: TIME,
  anchorNotValid: TIME,
  algorithmForbidden: RULE,
  policyMissing: RULE,
  profileViolated: RULE,
  anchorDistrusted: RULE,
  anchorPurpose: RULE,
  nameNotPermitted: RIGHT,
  nameExcluded: RIGHT,
  pathTooLong: RIGHT,
  policyMappingInvalid: RIGHT,
  constraintNotChecked: RIGHT,
  keyUsageForbids: STRUCTURE,
  unknownCriticalExtension: STRUCTURE,
  malformedExtension: STRUCTURE,
  algorithmMismatch: STRUCTURE,
  algorithmUnsupported: STRUCTURE,
  keyInvalid: STRUCTURE,
  notACa: IDENTITY,
  nameMismatch: IDENTITY,
  signatureInvalid: IDENTITY,
  issuerNotFound: IDENTITY,
}

/** The sum of what problems weigh: 0 for none. Of two failures the lighter one tells more. */
export function weigh(problems: readonly PathProblem[]): number {
  return problems.reduce((sum, { code }) => sum + WEIGHTS[code], 0)
}
