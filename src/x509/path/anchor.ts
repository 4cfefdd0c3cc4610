/** Trust anchors: a name and a public key (RFC 5914), never a name alone. */
import { equal } from '../../core/bytes.ts'
import type { PublicKey } from '../../core/crypto/provider.ts'
import { KysoError } from '../../core/errors.ts'
import { type Certificate, parseCertificate } from '../certificate.ts'
import * as ext from '../extensions.ts'
import { type Name, sameName } from '../name.ts'
import { parsePublicKey } from '../public-key.ts'
import type { PathConstraints } from './inputs.ts'

/** Somebody whose key is trusted to issue: a root, or an issuing CA itself. */
export interface TrustAnchor {
  readonly name: Name
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  /** The certificate the anchor was taken from, where there was one; for display, and for its key identifier. */
  readonly certificate?: Certificate
  /** The anchor says nothing of what was signed before. */
  readonly notBefore?: Date
  /** The anchor says nothing of what was signed after. */
  readonly notAfter?: Date
  /** Certificates issued after this time (by their `notBefore`) are not trusted, wherever they stand in the path. */
  readonly distrustAfter?: Date
  /** Extended key usages the anchor is good for, and for nothing else; for everything when left out. */
  readonly purposes?: readonly string[]
  /** What bounds every path to it (RFC 5937). */
  readonly constraints?: PathConstraints
  /** A root, or an authority below one; for display, where there is no certificate to tell it by. */
  readonly role?: 'root' | 'issuing'
  /** False where no second source confirms that the key is the authority's; reports then warn of it. */
  readonly confirmed?: boolean
}

/** What is said of an anchor beyond its certificate. */
export interface AnchorOptions extends Pick<TrustAnchor, 'distrustAfter' | 'purposes' | 'constraints'> {
  /** The anchor says nothing of what was signed after; it never outlives its certificate. */
  readonly notAfter?: Date
  /** Whether the certificate's own constraints on names, policies and length bind the paths to it (RFC 5937 §3.1). Not when left out. */
  readonly ownConstraints?: boolean
}

/** The constraints that a certificate carries, as those of an anchor. Numbers that RFC 5937 cannot hand on count as 0, the strictest. */
function ownConstraints(certificate: Certificate): PathConstraints {
  const names = ext.readExtension(certificate, ext.NAME_CONSTRAINTS)
  const length = ext.readExtension(certificate, ext.BASIC_CONSTRAINTS)?.pathLenConstraint
  const policy = ext.readExtension(certificate, ext.POLICY_CONSTRAINTS)
  const policies = ext.readExtension(certificate, ext.CERTIFICATE_POLICIES)
  return {
    ...(names ? { nameConstraints: names } : {}),
    ...(length === undefined ? {} : { maxPathLength: length }),
    ...(policies ? { policies: policies.map((one) => one.policyIdentifier) } : {}),
    requireExplicitPolicy: policy?.requireExplicitPolicy !== undefined,
    inhibitPolicyMapping: policy?.inhibitPolicyMapping !== undefined,
    inhibitAnyPolicy: ext.findExtension(certificate, ext.INHIBIT_ANY_POLICY.oid) !== undefined,
  }
}

/**
 * An anchor from a certificate: its subject and its key. The validity of a root is the root's own statement and bounds the
 * anchor; its other extensions do not (RFC 5280 §6.1: the anchor is an input, not part of the path), unless it is asked for.
 *
 * @param certificate DER, or one already read
 * @param options what else bounds it
 * @throws KysoError `ERR_CERTIFICATE_SYNTAX`; `ERR_ARGUMENT` for options that cannot be
 * @example
 * ```ts
 * const report = await verify(signed, { trust: [trustAnchor(rootCertificate)] })
 * report.signatures[0]?.trustAnchor // => 'CN=Lab root,O=Phòng thí nghiệm Ký số,C=VN'
 * ```
 */
export function trustAnchor(certificate: Uint8Array | Certificate, options: AnchorOptions = {}): TrustAnchor {
  const read = certificate instanceof Uint8Array ? parseCertificate(certificate) : certificate
  checkOptions(options)
  const { ownConstraints: own = false, notAfter = read.notAfter, ...said } = options
  const until = new Date(Math.min(notAfter.getTime(), read.notAfter.getTime()))
  const base = { name: read.subject, spki: read.spki, certificate: read, notBefore: read.notBefore, notAfter: until, ...said }
  return own ? { ...base, constraints: { ...ownConstraints(read), ...said.constraints } } : base
}

/** A bound that compares with nothing would bound nothing. */
function checkOptions({ notAfter, distrustAfter, purposes }: AnchorOptions): void {
  for (const [argument, time] of Object.entries({ notAfter, distrustAfter }))
    if (time !== undefined && !(time instanceof Date && !Number.isNaN(time.getTime())))
      throw new KysoError('ERR_ARGUMENT', `${argument}: a valid Date`, { argument })
  if (purposes !== undefined && !(Array.isArray(purposes) && purposes.every((one) => /^\d+(\.\d+)+$/.test(one))))
    throw new KysoError('ERR_ARGUMENT', 'purposes: object identifiers', { argument: 'purposes' })
}

const anchorKeys = new WeakMap<TrustAnchor, PublicKey>()

/** The anchor's public key. Throws as `parsePublicKey` does. */
export function anchorKey(anchor: TrustAnchor): PublicKey {
  let key = anchorKeys.get(anchor)
  if (!key) {
    key = parsePublicKey(anchor.spki)
    anchorKeys.set(anchor, key)
  }
  return key
}

/**
 * Whether a certificate speaks for the anchor itself: the same name and the same key.
 *
 * @example
 * ```ts
 * isAnchor(trustAnchor(root), parseCertificate(root)) // => true
 * ```
 */
export function isAnchor(anchor: TrustAnchor, certificate: Certificate): boolean {
  return equal(anchor.spki, certificate.spki) && sameName(anchor.name, certificate.subject)
}
