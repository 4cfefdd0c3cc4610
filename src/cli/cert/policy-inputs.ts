/** The inputs of RFC 5280 §6.1.1 on certificate policies, as the command line names them. */
import type { Arguments } from '../arguments.ts'
import { usageError } from '../usage.ts'

/** Certificate policies that a path has to be valid for. */
export interface PolicyInputs {
  /** user-initial-policy-set; absent: all policies. */
  readonly policies?: readonly string[]
  /** initial-explicit-policy. */
  readonly requireExplicitPolicy: boolean
  /** initial-any-policy-inhibit. */
  readonly inhibitAnyPolicy: boolean
  /** initial-policy-mapping-inhibit. */
  readonly inhibitPolicyMapping: boolean
}

/** The options that {@link readPolicyInputs} reads. */
export const POLICY_INPUT_OPTIONS = {
  'certificate-policy': 'list',
  'require-explicit-policy': 'switch',
  'inhibit-any-policy': 'switch',
  'inhibit-policy-mapping': 'switch',
} as const

/** An object identifier (X.660): the first arc is 0, 1 or 2, the second below 40 under the first two. */
const OID = /^(?:[01]\.(?:[0-9]|[1-3][0-9])|2\.(?:0|[1-9][0-9]{0,38}))(?:\.(?:0|[1-9][0-9]{0,38})){0,64}$/

/**
 * What the command line says of certificate policies; `null` where it says nothing.
 *
 * @throws KysoError `ERR_USAGE` for what is no object identifier
 */
export function readPolicyInputs(args: Arguments): PolicyInputs | null {
  if (!Object.keys(POLICY_INPUT_OPTIONS).some((name) => args.has(name))) return null
  const policies = args.all('certificate-policy')
  const wrong = policies.find((value) => !OID.test(value))
  if (wrong !== undefined) throw usageError('badValue', { option: '--certificate-policy', value: wrong, known: '2.16.704.1.1.1.1.1, …' })
  return {
    ...(policies.length > 0 ? { policies } : {}),
    requireExplicitPolicy: args.has('require-explicit-policy'),
    inhibitAnyPolicy: args.has('inhibit-any-policy'),
    inhibitPolicyMapping: args.has('inhibit-policy-mapping'),
  }
}
