/** The inputs of path validation beside the path and the time (RFC 5280 §6.1.1), and what an anchor adds to them (RFC 5937). */
import type { Infer } from '../../asn1/index.ts'
import type { PublicKey, SignatureScheme } from '../../core/crypto/provider.ts'
import type { NAME_CONSTRAINTS } from '../extensions.ts'

/** NameConstraints (RFC 5280 §4.2.1.10) as read. */
export type NameConstraints = Infer<typeof NAME_CONSTRAINTS.schema>

/** What bounds every path to an anchor, whoever asks (RFC 5937 §3). */
export interface PathConstraints {
  /** user-initial-policy-set: the policies that are acceptable, as object identifiers; all when left out. */
  readonly policies?: readonly string[]
  /** initial-explicit-policy: the path has to be valid for one of `policies`. */
  readonly requireExplicitPolicy?: boolean
  /** initial-policy-mapping-inhibit. */
  readonly inhibitPolicyMapping?: boolean
  /** initial-any-policy-inhibit. */
  readonly inhibitAnyPolicy?: boolean
  /** initial-permitted-subtrees and initial-excluded-subtrees. */
  readonly nameConstraints?: NameConstraints
  /** Authorities that may stand between anchor and leaf, self-issued ones not counted. */
  readonly maxPathLength?: number
}

/** What a path is held against, beside what RFC 5280 §6.1 asks of every one. */
export interface ValidationInputs extends PathConstraints {
  /** What the leaf is wanted for: an extended key usage. An anchor that names its purposes is good for no other, nor for none. */
  readonly purpose?: string
  /** Whether a signature of this kind by this key is good enough; every one is when left out, and the caller weighs them. */
  readonly algorithms?: (scheme: SignatureScheme, issuerKey: PublicKey) => boolean
  /**
   * `tolerant` (the default) asks what RFC 5280 §6.1 asks. `strict` refuses certificates that no authority conforming
   * to §4 may issue; where a path is built, the anchor's own among them.
   */
  readonly profile?: 'tolerant' | 'strict'
}

/** One of the constraints of a path, those of the anchor and those of the caller together: whatever either forbids (RFC 5937 §3.2). */
export interface MergedConstraints {
  /** `null` for any policy. */
  readonly policies: ReadonlySet<string> | null
  readonly requireExplicitPolicy: boolean
  readonly inhibitPolicyMapping: boolean
  readonly inhibitAnyPolicy: boolean
  readonly nameConstraints: readonly NameConstraints[]
  readonly maxPathLength: number
}

const ANY_POLICY = '2.5.29.32.0'

function policySet(constraints: PathConstraints): ReadonlySet<string> | null {
  const { policies } = constraints
  return policies === undefined || policies.includes(ANY_POLICY) ? null : new Set(policies)
}

/** Adds up the constraints of an anchor and those of who asks. */
export function mergeConstraints(anchor: PathConstraints, asked: PathConstraints): MergedConstraints {
  const both = [anchor, asked]
  const [first, second] = [policySet(anchor), policySet(asked)]
  return {
    policies: first && second ? new Set([...first].filter((policy) => second.has(policy))) : (first ?? second),
    requireExplicitPolicy: both.some((one) => one.requireExplicitPolicy === true),
    inhibitPolicyMapping: both.some((one) => one.inhibitPolicyMapping === true),
    inhibitAnyPolicy: both.some((one) => one.inhibitAnyPolicy === true),
    nameConstraints: both.flatMap((one) => (one.nameConstraints ? [one.nameConstraints] : [])),
    maxPathLength: Math.min(...both.map((one) => one.maxPathLength ?? Number.POSITIVE_INFINITY)),
  }
}
