/**
 * Validation of one certificate path (RFC 5280 §6.1): what holds of each certificate whatever the time, and at a time.
 * Which algorithms are good enough is not asked here but by the caller's inputs.
 */
import { Budget } from '../../core/budget.ts'
import type { CryptoProvider, PublicKey } from '../../core/crypto/provider.ts'
import { isAboutDocument } from '../../core/errors.ts'
import { signatureScheme } from '../algorithm-identifier.ts'
import { type Certificate, isSelfIssued } from '../certificate.ts'
import * as ext from '../extensions.ts'
import { isEmptyName, sameName } from '../name.ts'
import { verifySignature } from '../signed.ts'
import { type MergedConstraints, mergeConstraints, type ValidationInputs } from './inputs.ts'
import { type CertificatePath, endsInAnchor, issuerKeyOf } from './keys.ts'
import { NameSpace } from './name-constraints.ts'
import { PolicyGraph, type ValidPolicies } from './policies.ts'
import type { PathProblem, PathProblemCode } from './problems.ts'
import { profileViolations } from './profile.ts'

export { type CertificatePath, endsInAnchor, issuerKeyOf } from './keys.ts'
export type { PathProblem, PathProblemCode } from './problems.ts'

/** Extensions that are processed, here or by who judges the leaf. */
const PROCESSED: ReadonlyMap<string, ext.ExtensionType<unknown>> = new Map(
  [
    ext.KEY_USAGE,
    ext.BASIC_CONSTRAINTS,
    ext.EXTENDED_KEY_USAGE,
    ext.SUBJECT_ALT_NAME,
    ext.NAME_CONSTRAINTS,
    ext.CERTIFICATE_POLICIES,
    ext.POLICY_MAPPINGS,
    ext.POLICY_CONSTRAINTS,
    ext.INHIBIT_ANY_POLICY,
    ext.CRL_DISTRIBUTION_POINTS,
    ext.FRESHEST_CRL,
    ext.QC_STATEMENTS,
    ext.OCSP_NOCHECK,
    ext.NO_REV_AVAIL,
    ext.AUTHORITY_INFO_ACCESS,
  ].map((type): [string, ext.ExtensionType<unknown>] => [type.oid, type]),
)

/** Those that are read out of every certificate, so that a damaged one is refused whether it is critical or not. */
const ALWAYS_READ: ReadonlySet<string> = new Set([ext.KEY_USAGE, ext.NAME_CONSTRAINTS, ext.POLICY_CONSTRAINTS, ext.INHIBIT_ANY_POLICY].map((one) => one.oid))

/** Runs a rule; what cannot be read breaks it. */
function attemptRule(rule: () => void, malformed: (detail: string) => void): void {
  try {
    rule()
  } catch (error) {
    if (!isAboutDocument(error)) throw error
    malformed(error.message)
  }
}

/**
 * Checks of one certificate alone that do not depend on the time.
 *
 * @param index 0 is the leaf
 * @param below how many authorities stand under it, self-issued ones not counted
 */
export function checkCertificate(certificate: Certificate, index: number, below: number): PathProblem[] {
  const problems: PathProblem[] = []
  const add = (code: PathProblemCode, detail: string): void => {
    problems.push({ code, index, detail })
  }
  const checks = (): void => {
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
    const seen = new Set<string>()
    for (const { extnID, critical } of certificate.extensions) {
      if (seen.has(extnID)) add('malformedExtension', `the extension ${extnID} stands twice`)
      seen.add(extnID)
      // §4.2: a critical extension that cannot be processed is as good as an unknown one; and no usage is read out of a damaged keyUsage.
      const known = PROCESSED.get(extnID)
      if (known && (critical || ALWAYS_READ.has(extnID))) ext.readExtension(certificate, known)
      if (critical && !known) add('unknownCriticalExtension', extnID)
    }
    if (isEmptyName(certificate.issuer)) add('nameMismatch', 'the issuer has no name')
  }
  attemptRule(checks, (detail) => add('malformedExtension', detail))
  return problems
}

/** Whether `key` signed the certificate; a reason where it did not or cannot be told. */
export async function checkIssuedBy(crypto: CryptoProvider, budget: Budget, certificate: Certificate, key: () => PublicKey): Promise<PathProblemCode | null> {
  let issuerKey: PublicKey
  try {
    issuerKey = key()
  } catch (error) {
    if (!isAboutDocument(error)) throw error
    return error.code === 'ERR_ALGORITHM_UNSUPPORTED' ? 'algorithmUnsupported' : 'keyInvalid'
  }
  try {
    return (await verifySignature(crypto, budget, certificate.signatureAlgorithm, issuerKey, certificate.tbs, certificate.signatureValue))
      ? null
      : 'signatureInvalid'
  } catch (error) {
    if (!isAboutDocument(error)) throw error
    return 'algorithmUnsupported'
  }
}

/** The policies of a certificate. None are read out of a damaged extension, which is the strict reading; a critical one is told elsewhere. */
function policiesOf(certificate: Certificate): string[] | undefined {
  let policies: string[] | undefined
  attemptRule(
    () => {
      policies = ext.readExtension(certificate, ext.CERTIFICATE_POLICIES)?.map((one) => one.policyIdentifier)
    },
    () => {},
  )
  return policies
}

type Add = (index: number, code: PathProblemCode, detail: string) => void

/** Names and policies, which are processed from the anchor down. */
function processDown(path: CertificatePath, constraints: MergedConstraints, budget: Budget, add: Add): ValidPolicies {
  const { certificates } = path
  const names = new NameSpace(budget)
  const policies = new PolicyGraph(certificates.length, constraints, budget)
  for (const one of constraints.nameConstraints) names.constrain(one, (code, detail) => add(certificates.length, code, detail))
  for (let index = certificates.length - 1; index > 0; index--) {
    const certificate = certificates[index] as Certificate
    const tell = (code: PathProblemCode, detail: string): void => add(index, code, detail)
    const malformed = (detail: string): void => tell('malformedExtension', detail)
    // §6.1.3 (b), (c): not applied to the self-issued, unless it is the leaf.
    if (!isSelfIssued(certificate)) attemptRule(() => names.check(certificate, tell), malformed)
    policies.certificate(certificate, policiesOf(certificate), false, tell)
    attemptRule(() => policies.authority(certificate, tell), malformed)
    attemptRule(() => {
      const own = ext.readExtension(certificate, ext.NAME_CONSTRAINTS)
      if (own) names.constrain(own, tell)
    }, malformed)
  }
  const leaf = certificates[0]
  if (!leaf) return { authorities: [], user: [] }
  const tell = (code: PathProblemCode, detail: string): void => add(0, code, detail)
  attemptRule(
    () => names.check(leaf, tell),
    (detail) => tell('malformedExtension', detail),
  )
  policies.certificate(leaf, policiesOf(leaf), true, tell)
  return policies.finish(leaf, tell)
}

/** What the anchor asks of a path beyond its constraints. */
function checkAnchor({ certificates, anchor }: CertificatePath, inputs: ValidationInputs, constraints: MergedConstraints, add: Add): void {
  const { distrustAfter, purposes } = anchor
  if (purposes && (inputs.purpose === undefined || !purposes.includes(inputs.purpose)))
    add(certificates.length, 'anchorPurpose', `the trust anchor is not good for ${inputs.purpose ?? 'an unnamed purpose'}`)
  // Written so that a date that is none distrusts everything.
  for (const [index, { notBefore }] of certificates.entries())
    if (distrustAfter && !(notBefore <= distrustAfter)) add(index, 'anchorDistrusted', notBefore.toISOString())
  const authorities = certificates.filter((one, index) => index > 0 && !isSelfIssued(one)).length
  if (!(authorities <= constraints.maxPathLength)) add(certificates.length, 'pathTooLong', `more than ${constraints.maxPathLength} authorities`)
}

/** What the caller asks of each certificate. */
function checkInputs(path: CertificatePath, { algorithms, profile }: ValidationInputs, add: Add): void {
  const { certificates } = path
  for (const [index, certificate] of certificates.entries()) {
    if (profile === 'strict') for (const rule of profileViolations(certificate)) add(index, 'profileViolated', rule)
    // What the anchor's own certificate is signed with is not relied on.
    if (!algorithms || endsInAnchor(path)) continue
    attemptRule(
      () => {
        if (!algorithms(signatureScheme(certificate.signatureAlgorithm), issuerKeyOf(path, index)))
          add(index, 'algorithmForbidden', certificate.signatureAlgorithm.algorithm)
      },
      (detail) => add(index, 'algorithmUnsupported', detail),
    )
  }
}

/** What validation of a path came to. */
export interface PathValidation {
  /** By certificate, the leaf's first. */
  readonly problems: readonly PathProblem[]
  /** The policies the path is valid for; without meaning where there are problems. */
  readonly policies: ValidPolicies
}

/**
 * Validates a path by RFC 5280 §6.1, the time and the signatures apart: signatures are checked while a path is built, the time
 * by {@link checkPathAt}.
 *
 * @param path the leaf first, each certificate issued by the next, the last by the anchor
 * @param inputs those of §6.1.1, and the caller's own
 * @param budget pays for comparing names
 * @throws KysoError `ERR_BUDGET_EXCEEDED`
 * @example
 * ```ts
 * const path = { certificates: [certificate, issuer], anchor: trustAnchor(root) }
 * validatePath(path, { requireExplicitPolicy: true }).problems.map(({ code }) => code) // => ['policyMissing']
 * ```
 */
export function validatePath(path: CertificatePath, inputs: ValidationInputs = {}, budget = new Budget()): PathValidation {
  const problems: PathProblem[] = []
  const add: Add = (index, code, detail) => {
    problems.push({ code, index, detail })
  }
  const constraints = mergeConstraints(path.anchor.constraints ?? {}, inputs)
  let below = 0
  for (const [index, certificate] of path.certificates.entries()) {
    problems.push(...checkCertificate(certificate, index, below))
    const issuer = path.certificates[index + 1]?.subject ?? path.anchor.name
    if (!endsInAnchor(path) && !sameName(certificate.issuer, issuer)) add(index, 'nameMismatch', 'the issuer is another than the one above')
    // §4.2.1.9: self-issued certificates do not count, nor does the leaf.
    if (index > 0 && !isSelfIssued(certificate)) below++
  }
  const policies = processDown(path, constraints, budget, add)
  checkAnchor(path, inputs, constraints, add)
  checkInputs(path, inputs, add)
  // One extension that cannot be read is one problem, however many rules wanted it.
  const told = new Set<string>()
  const unique = problems.filter(({ code, index, detail }) => {
    const key = `${index} ${code} ${detail}`
    return !told.has(key) && told.add(key)
  })
  return { problems: unique.sort((a, b) => a.index - b.index), policies }
}

/**
 * Problems of a path that hold at any time: constraints, usages, extensions, names, policies. Signatures were checked while it was built.
 *
 * @param path the leaf first, each certificate issued by the next, the last by the anchor
 * @param inputs those of RFC 5280 §6.1.1
 * @throws KysoError `ERR_BUDGET_EXCEEDED` where there are names and constraints without end
 * @example
 * ```ts
 * // The certificate of the issuing CA is left out.
 * checkPath({ certificates: [certificate], anchor: trustAnchor(root) }).map(({ code }) => code) // => ['nameMismatch']
 * ```
 */
export function checkPath(path: CertificatePath, inputs: ValidationInputs = {}): PathProblem[] {
  return [...validatePath(path, inputs).problems]
}

/** Times in certificates are whole seconds, and a second belongs to them to its end. */
function wholeSecond(at: Date): Date {
  return new Date(Math.floor(at.getTime() / 1000) * 1000)
}

/** Problems of one certificate at a time. */
export function checkCertificateAt({ notBefore, notAfter }: Certificate, index: number, at: Date): PathProblem[] {
  const time = wholeSecond(at)
  if (time < notBefore) return [{ code: 'notYetValid', index, detail: notBefore.toISOString() }]
  // Written so that a time that is none is not within any validity.
  if (!(time <= notAfter)) return [{ code: 'expired', index, detail: notAfter.toISOString() }]
  return []
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
  const problems = path.certificates.flatMap((certificate, index) => checkCertificateAt(certificate, index, at))
  const { anchor } = path
  const time = wholeSecond(at)
  if ((anchor.notBefore && time < anchor.notBefore) || (anchor.notAfter && !(time <= anchor.notAfter))) {
    problems.push({ code: 'anchorNotValid', index: path.certificates.length, detail: 'the trust anchor is not valid at that time' })
  }
  return problems
}
