/**
 * Validation of one certificate path (RFC 5280 §6.1): what holds of each certificate whatever the time, and at a time.
 * Name constraints and explicit policies are not processed yet: a path that carries them is refused, never passed.
 */
import type { Budget } from '../../core/budget.ts'
import type { CryptoProvider, PublicKey } from '../../core/crypto/provider.ts'
import { isKysoError } from '../../core/errors.ts'
import { type Certificate, isSelfIssued, publicKeyOf } from '../certificate.ts'
import * as ext from '../extensions.ts'
import { isEmptyName, sameName } from '../name.ts'
import { verifySignature } from '../signed.ts'
import { anchorKey, type TrustAnchor } from './anchor.ts'

/** Why a path does not hold. Stable names, each with a text in the message catalogues. */
export type PathProblemCode =
  | 'signatureInvalid'
  | 'algorithmMismatch'
  | 'algorithmUnsupported'
  | 'keyInvalid'
  | 'nameMismatch'
  | 'notYetValid'
  | 'expired'
  | 'notACa'
  | 'pathTooLong'
  | 'keyUsageForbids'
  | 'unknownCriticalExtension'
  | 'constraintNotChecked'
  | 'malformedExtension'
  | 'anchorNotValid'

/** A problem, and which certificate of the path (0 is the leaf) it stands in. */
export interface PathProblem {
  readonly code: PathProblemCode
  readonly index: number
  readonly detail: string
}

/** A path from a leaf to an anchor: the leaf first, the anchor's own certificate left out. */
export interface CertificatePath {
  readonly certificates: readonly Certificate[]
  readonly anchor: TrustAnchor
}

/** Extensions that are processed, or that cannot make a path invalid with the any-policy inputs of RFC 5280 §6.1.1. */
const PROCESSED: ReadonlyMap<string, ext.ExtensionType<unknown>> = new Map(
  [
    ext.KEY_USAGE,
    ext.BASIC_CONSTRAINTS,
    ext.EXTENDED_KEY_USAGE,
    ext.SUBJECT_ALT_NAME,
    ext.CERTIFICATE_POLICIES,
    ext.POLICY_MAPPINGS,
    ext.INHIBIT_ANY_POLICY,
    ext.CRL_DISTRIBUTION_POINTS,
    ext.FRESHEST_CRL,
    ext.QC_STATEMENTS,
    ext.OCSP_NOCHECK,
    ext.NO_REV_AVAIL,
    ext.AUTHORITY_INFO_ACCESS,
  ].map((type): [string, ext.ExtensionType<unknown>] => [type.oid, type]),
)

/** Checks of one certificate alone that do not depend on the time. `index` 0 is the leaf; `below` counts the non-self-issued CAs under it. */
function checkCertificate(certificate: Certificate, index: number, below: number): PathProblem[] {
  const problems: PathProblem[] = []
  const add = (code: PathProblemCode, detail: string): void => {
    problems.push({ code, index, detail })
  }
  try {
    if (!certificate.signatureAlgorithmsAgree) add('algorithmMismatch', 'the certificate names two signature algorithms')
    // §6.1.4 (k)–(n): who issues certificates is a CA of version 3 that may sign them.
    if (index > 0) {
      const constraints = ext.readExtension(certificate, ext.BASIC_CONSTRAINTS)
      if (certificate.version !== 3 || !constraints?.cA) add('notACa', 'the issuer is no certification authority')
      else if (constraints.pathLenConstraint !== undefined && below > constraints.pathLenConstraint)
        add('pathTooLong', `more than ${constraints.pathLenConstraint} authorities below`)
      const usages = ext.keyUsages(certificate)
      if (usages && !usages.includes('keyCertSign')) add('keyUsageForbids', 'the issuer may not sign certificates')
    }
    if (ext.findExtension(certificate, ext.NAME_CONSTRAINTS.oid)) add('constraintNotChecked', 'name constraints are not processed')
    if (ext.readExtension(certificate, ext.POLICY_CONSTRAINTS)?.requireExplicitPolicy !== undefined)
      add('constraintNotChecked', 'an explicit policy is required, policies are not processed')
    const seen = new Set<string>()
    for (const { extnID, critical } of certificate.extensions) {
      if (seen.has(extnID)) add('malformedExtension', `the extension ${extnID} stands twice`)
      seen.add(extnID)
      // §4.2: a critical extension that cannot be processed is as good as an unknown one; and no usage is read out of a damaged keyUsage.
      const known = PROCESSED.get(extnID)
      if (known && (critical || known.oid === ext.KEY_USAGE.oid)) ext.readExtension(certificate, known)
      if (critical && !PROCESSED.has(extnID) && extnID !== ext.NAME_CONSTRAINTS.oid && extnID !== ext.POLICY_CONSTRAINTS.oid)
        add('unknownCriticalExtension', extnID)
    }
    if (isEmptyName(certificate.issuer)) add('nameMismatch', 'the issuer has no name')
  } catch (error) {
    if (!isKysoError(error) || error.code === 'ERR_BUDGET_EXCEEDED') throw error
    add('malformedExtension', error.message)
  }
  return problems
}

/** Whether `key` signed the certificate; a reason where it did not or cannot be told. */
export async function checkIssuedBy(crypto: CryptoProvider, budget: Budget, certificate: Certificate, key: () => PublicKey): Promise<PathProblemCode | null> {
  let issuerKey: PublicKey
  try {
    issuerKey = key()
  } catch (error) {
    if (!isKysoError(error) || error.code === 'ERR_BUDGET_EXCEEDED') throw error
    return error.code === 'ERR_ALGORITHM_UNSUPPORTED' ? 'algorithmUnsupported' : 'keyInvalid'
  }
  try {
    return (await verifySignature(crypto, budget, certificate.signatureAlgorithm, issuerKey, certificate.tbs, certificate.signatureValue))
      ? null
      : 'signatureInvalid'
  } catch (error) {
    if (!isKysoError(error) || error.code === 'ERR_BUDGET_EXCEEDED') throw error
    return 'algorithmUnsupported'
  }
}

/**
 * Problems of a path that hold at any time: constraints, usages, extensions, names. Signatures were checked while it was built.
 *
 * @param path the leaf first, each certificate issued by the next, the last by the anchor
 * @example
 * ```ts
 * // The certificate of the issuing CA is left out.
 * checkPath({ certificates: [certificate], anchor: trustAnchor(root) }).map(({ code }) => code) // => ['nameMismatch']
 * ```
 */
export function checkPath(path: CertificatePath): PathProblem[] {
  const problems: PathProblem[] = []
  let below = 0
  for (const [index, certificate] of path.certificates.entries()) {
    problems.push(...checkCertificate(certificate, index, below))
    const issuer = path.certificates[index + 1]?.subject ?? path.anchor.name
    if (!sameName(certificate.issuer, issuer)) problems.push({ code: 'nameMismatch', index, detail: 'the issuer is another than the one above' })
    // §4.2.1.9: self-issued certificates do not count, nor does the leaf.
    if (index > 0 && !isSelfIssued(certificate)) below++
  }
  return problems
}

/**
 * Problems of a path at a time (§6.1.3 (a)(2)).
 *
 * @param path the leaf first, the anchor's own certificate left out
 * @example
 * ```ts
 * const anchor = trustAnchor(root)
 * checkPathAt({ certificates: [certificate, issuer], anchor }, new Date('2099-01-01T00:00:00Z')).map(({ code }) => code) // => ['expired', 'expired', 'anchorNotValid']
 * ```
 */
export function checkPathAt(path: CertificatePath, at: Date): PathProblem[] {
  const problems: PathProblem[] = []
  for (const [index, certificate] of path.certificates.entries()) {
    if (at < certificate.notBefore) problems.push({ code: 'notYetValid', index, detail: certificate.notBefore.toISOString() })
    if (at > certificate.notAfter) problems.push({ code: 'expired', index, detail: certificate.notAfter.toISOString() })
  }
  const { anchor } = path
  if ((anchor.notBefore && at < anchor.notBefore) || (anchor.notAfter && at > anchor.notAfter)) {
    problems.push({ code: 'anchorNotValid', index: path.certificates.length, detail: 'the trust anchor is not valid at that time' })
  }
  return problems
}

/** The key that issued the certificate at `index` of a path. */
export function issuerKeyOf(path: CertificatePath, index: number): PublicKey {
  const issuer = path.certificates[index + 1]
  return issuer ? publicKeyOf(issuer) : anchorKey(path.anchor)
}
