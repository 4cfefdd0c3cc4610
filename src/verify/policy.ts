/** Policies as data (EN 319 102-1 §4.2.6): what is asked of a signature, and until when an algorithm may be used. */

/** What an unmet constraint does. `FAIL` keeps a signature from passing, `WARN` and `INFORM` are told, `IGNORE` is silent. */
export type ConstraintLevel = 'FAIL' | 'WARN' | 'INFORM' | 'IGNORE'

/** A policy: JSON, so that it can be kept, compared and sent. Dates are `YYYY-MM-DD`, the last day on which use is fine. */
export interface Policy {
  readonly version: 1
  readonly name: string
  readonly constraints: {
    /** The signing-certificate attribute is there. */
    readonly signingCertificateAttribute: ConstraintLevel
    /** The signer's certificate allows signing (digitalSignature or nonRepudiation). */
    readonly signerKeyUsage: ConstraintLevel
    /** Revocation of every certificate of the chain is known. */
    readonly revocation: ConstraintLevel
    /** What follows the signature in the file is explained. */
    readonly laterChanges: ConstraintLevel
    /** Signed attributes are stored in DER. */
    readonly signedAttributesOrder: ConstraintLevel
    /** Algorithms and key sizes are within their dates. */
    readonly cryptography: ConstraintLevel
    /** Times of time-stamps follow each other as their places do. */
    readonly timestampOrder: ConstraintLevel
  }
  /** End dates by digest; one that is not named may not be used at all, `null` has no end. */
  readonly digests: Readonly<Record<string, string | null>>
  /** Least bits by key type, each with its end date: the first that a key reaches counts. */
  readonly keys: Readonly<Record<string, readonly { readonly bits: number; readonly until: string | null }[]>>
  /** How long a revocation status without `nextUpdate` is fresh, in hours. */
  readonly revocationFreshnessHours: number
}

const constraints: Policy['constraints'] = {
  signingCertificateAttribute: 'WARN',
  signerKeyUsage: 'FAIL',
  revocation: 'FAIL',
  laterChanges: 'FAIL',
  signedAttributesOrder: 'INFORM',
  cryptography: 'FAIL',
  timestampOrder: 'FAIL',
}

/** Dates of ETSI TS 119 312 V1.5.1, tables 8 to 11. SHA3-224 is in none of them. */
const digests: Policy['digests'] = {
  'SHA-1': '2012-08-01',
  'SHA-224': '2029-12-31',
  'SHA-256': null,
  'SHA-384': null,
  'SHA-512': null,
  'SHA-512/256': null,
  'SHA3-256': null,
  'SHA3-384': null,
  'SHA3-512': null,
  'SHAKE256-512': null,
}

/** The default: what the European lists accept today. */
export const BASELINE_POLICY: Policy = {
  version: 1,
  name: 'baseline',
  constraints,
  digests,
  keys: {
    RSA: [
      { bits: 3000, until: null },
      { bits: 1900, until: '2029-12-31' },
      { bits: 1536, until: '2009-12-31' },
      { bits: 1024, until: '2009-12-31' },
    ],
    EC: [{ bits: 256, until: null }],
    Ed25519: [{ bits: 256, until: null }],
    Ed448: [{ bits: 448, until: null }],
    DSA: [],
  },
  revocationFreshnessHours: 24,
}

/** For old documents and test suites: SHA-1, MD5, SHA3-224, DSA and small keys are taken. */
export const LEGACY_POLICY: Policy = {
  ...BASELINE_POLICY,
  name: 'legacy',
  digests: { ...Object.fromEntries(Object.keys(digests).map((name) => [name, null])), MD5: null, 'SHA3-224': null },
  keys: {
    RSA: [{ bits: 1024, until: null }],
    EC: [{ bits: 160, until: null }],
    Ed25519: [{ bits: 256, until: null }],
    Ed448: [{ bits: 448, until: null }],
    DSA: [{ bits: 512, until: null }],
  },
}

/** The policies that are known by name. */
export const POLICIES: ReadonlyMap<string, Policy> = new Map([BASELINE_POLICY, LEGACY_POLICY].map((policy) => [policy.name, policy]))

/** Whether a time is within an end date; the whole day counts. */
export function withinEndDate(until: string | null | undefined, at: Date): boolean {
  if (until === undefined) return false
  return until === null || at.getTime() < Date.parse(`${until}T00:00:00Z`) + 86_400_000
}
