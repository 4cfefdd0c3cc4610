/** Cryptographic constraints (EN 319 102-1 §5.2.8.4.2): what of a signature the policy no longer allows at a time. */
import type { SignedWith } from '../../x509/revocation/signed-with.ts'
import { type Policy, withinEndDate } from '../policy.ts'

/** Something that is not allowed, and since when. */
export interface Weakness {
  readonly kind: 'digest' | 'key'
  readonly algorithm: string
  readonly bits?: number
  /** The last day on which it was fine; empty where it never was. */
  readonly until: string
}

/** What the policy has against a digest at a time. */
export function digestWeakness(name: string | undefined, policy: Policy, at: Date): Weakness | null {
  if (name === undefined) return null
  const until = Object.hasOwn(policy.digests, name) ? policy.digests[name] : undefined
  return withinEndDate(until, at) ? null : { kind: 'digest', algorithm: name, until: until ?? '' }
}

/** What the policy has against a key at a time. */
export function keyWeakness(type: string, bits: number, policy: Policy, at: Date): Weakness | null {
  const rules = Object.hasOwn(policy.keys, type) ? policy.keys[type] : undefined
  const rule = rules?.find((one) => bits >= one.bits)
  return rule && withinEndDate(rule.until, at) ? null : { kind: 'key', algorithm: type, bits, until: rule?.until ?? '' }
}

/** The first thing that the policy has against any of the signatures that evidence rests on. */
export function weaknessOf(signatures: readonly SignedWith[], policy: Policy, at: Date): Weakness | null {
  for (const { signatureDigest, mgfDigest, keyType, keyBits } of signatures) {
    const found = digestWeakness(signatureDigest, policy, at) ?? digestWeakness(mgfDigest, policy, at) ?? keyWeakness(keyType, keyBits, policy, at)
    if (found) return found
  }
  return null
}

/**
 * Whether evidence is signed well enough to be relied on. Nothing proves that it existed before it was looked at, and what was good enough
 * when it says it was made can be forged since: so the time that matters is that of the judgement.
 */
export function isSignedWell(signatures: readonly SignedWith[], policy: Policy, now: Date): boolean {
  return policy.constraints.cryptography !== 'FAIL' || weaknessOf(signatures, policy, now) === null
}
