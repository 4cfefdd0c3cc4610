/**
 * What CRLs and OCSP responses at hand say of a certificate (RFC 5280 §6.3, RFC 6960 §3.2). Every source is told with what
 * it is worth; whether it is fresh enough, and at which time it counts, is for the judge.
 */

import { decode } from '../asn1/index.ts'
import type { Budget } from '../core/budget.ts'
import { equal, toHex } from '../core/bytes.ts'
import type { CryptoProvider, PublicKey } from '../core/crypto/provider.ts'
import { isKysoError } from '../core/errors.ts'
import { digest } from '../core/hash.ts'
import { digestAlgorithm } from './algorithm-identifier.ts'
import { type Certificate, parseCertificate, publicKeyOf } from './certificate.ts'
import { CRL_REASONS, type Crl, findRevoked } from './crl.ts'
import * as ext from './extensions.ts'
import { type Name, sameName } from './name.ts'
import type { OcspAnswer, SingleResponse } from './ocsp.ts'
import { SubjectPublicKeyInfo } from './public-key.ts'
import { verifySignature } from './signed.ts'

/** The issuer of the certificate asked about: whose key has to answer. */
export interface Issuer {
  readonly name: Name
  readonly spki: Uint8Array
  readonly key: PublicKey
  readonly certificate?: Certificate
}

/** What one source says. */
export interface RevocationStatus {
  readonly kind: 'crl' | 'ocsp'
  readonly status: 'good' | 'revoked' | 'unknown'
  readonly thisUpdate: Date
  readonly nextUpdate?: Date
  readonly producedAt: Date
  readonly revocationTime?: Date
  readonly reason?: string
  /** SHA-256 of the source's bytes, hexadecimal. */
  readonly id: string
  /** Who answered, where it was a delegate of the issuer (RFC 6960 §4.2.2.2). */
  readonly responder?: Certificate
}

interface Context {
  readonly crypto: CryptoProvider
  readonly budget: Budget
}

/** A source that may not be used, and why. */
export interface RevocationRefusal {
  readonly kind: 'crl' | 'ocsp'
  readonly id: string
  readonly why: 'signatureInvalid' | 'notAuthorised' | 'scopeNotSupported' | 'malformed'
}

/** Statuses of the sources that speak of the certificate, and those that do but were refused. */
export interface RevocationResult {
  readonly statuses: readonly RevocationStatus[]
  readonly refused: readonly RevocationRefusal[]
}

/** Whether a CRL of the certificate's issuer covers this certificate; `null` where its scope is beyond this version. */
function inScope(crl: Crl, certificate: Certificate): boolean | null {
  // §5.2.4: a delta list tells only what has changed, and says so critically; one that forgot to is one all the same.
  if (ext.findExtension(crl, ext.DELTA_CRL_INDICATOR.oid)) return null
  const point = ext.readExtension(crl, ext.ISSUING_DISTRIBUTION_POINT)
  for (const { extnID, critical } of crl.extensions) {
    if (critical && extnID !== ext.ISSUING_DISTRIBUTION_POINT.oid) return null
  }
  if (!point) return true
  if (point.indirectCRL || point.onlySomeReasons || point.onlyContainsAttributeCerts) return null
  const isCa = ext.readExtension(certificate, ext.BASIC_CONSTRAINTS)?.cA === true
  if ((point.onlyContainsUserCerts && isCa) || (point.onlyContainsCACerts && !isCa)) return false
  const name = point.distributionPoint
  if (!name) return true
  if (name.type !== 'fullName') return null
  const urls = ext.crlUrls(certificate)
  // §6.3.3 (b)(2)(i): one of the names is one of the certificate's distribution points.
  return name.value.some((one) => one.type === 'uniformResourceIdentifier' && urls.includes(one.value)) ? true : null
}

const ids = new WeakMap<Crl | OcspAnswer, string>()

/** SHA-256 of a source's bytes, hexadecimal; lists of many megabytes are asked about every certificate of a document. */
async function idOf({ crypto, budget }: Context, source: Crl | OcspAnswer): Promise<string> {
  let id = ids.get(source)
  if (id === undefined) {
    budget.spend('hashedBytes', source.bytes.length)
    id = toHex(await digest(crypto, 'SHA-256', source.bytes))
    ids.set(source, id)
  }
  return id
}

const crlChecks = new WeakMap<Crl, { readonly key: PublicKey; readonly holds: boolean }>()

/** Whether a key signed a CRL. An authority has few lists and many certificates, so the last answer is kept. */
async function isSignedBy({ crypto, budget }: Context, crl: Crl, key: PublicKey): Promise<boolean> {
  const known = crlChecks.get(crl)
  if (known?.key === key) return known.holds
  budget.spend('hashedBytes', crl.tbs.length)
  const holds = crl.signatureAlgorithmsAgree && (await verifySignature(crypto, budget, crl.signatureAlgorithm, key, crl.tbs, crl.signatureValue))
  crlChecks.set(crl, { key, holds })
  return holds
}

async function fromCrl(context: Context, certificate: Certificate, issuer: Issuer, crl: Crl): Promise<RevocationStatus | RevocationRefusal | null> {
  if (!sameName(crl.issuer, certificate.issuer)) return null
  const id = await idOf(context, crl)
  const refuse = (why: RevocationRefusal['why']): RevocationRefusal => ({ kind: 'crl', id, why })
  const usages = issuer.certificate ? ext.keyUsages(issuer.certificate) : null
  if (usages && !usages.includes('cRLSign')) return refuse('notAuthorised')
  // The key that issued the certificate, not one that another CA of the same name holds.
  if (!(await isSignedBy(context, crl, issuer.key))) return refuse('signatureInvalid')
  const scope = inScope(crl, certificate)
  if (scope === null) return refuse('scopeNotSupported')
  if (!scope) return null
  const entry = findRevoked(crl, certificate.serialNumber, context.budget)
  const base = { kind: 'crl' as const, thisUpdate: crl.thisUpdate, producedAt: crl.thisUpdate, id, ...(crl.nextUpdate ? { nextUpdate: crl.nextUpdate } : {}) }
  if (!entry || entry.reason === 'removeFromCRL') return { ...base, status: 'good' }
  return { ...base, status: 'revoked', revocationTime: entry.revocationDate, reason: entry.reason }
}

/** Whether a CertID names the certificate: hashes of the issuer's name and key, and the serial number (RFC 6960 §4.1.1). */
async function matches(context: Context, response: SingleResponse, certificate: Certificate, issuer: Issuer): Promise<boolean> {
  const { certID } = response
  if (!equal(certID.serialNumber, certificate.serialNumber)) return false
  const algorithm = digestAlgorithm(certID.hashAlgorithm)
  const key = decode(SubjectPublicKeyInfo, issuer.spki).subjectPublicKey.bytes
  return (
    equal(certID.issuerKeyHash, await digest(context.crypto, algorithm, key)) &&
    equal(certID.issuerNameHash, await digest(context.crypto, algorithm, certificate.issuer.bytes))
  )
}

/** Who signed an answer: the issuer's own key, or a delegate that very key certified for it (RFC 6960 §4.2.2.2). */
async function authorised(context: Context, answer: OcspAnswer, issuer: Issuer): Promise<{ responder?: Certificate } | RevocationRefusal['why']> {
  const signedBy = (key: PublicKey): Promise<boolean> =>
    verifySignature(context.crypto, context.budget, answer.signatureAlgorithm, key, answer.tbs, answer.signatureValue)
  if (await signedBy(issuer.key)) return {}
  for (const bytes of answer.certificates) {
    const { certificate: responder, key } = readResponder(bytes, context.budget)
    if (!responder || !key || !(await signedBy(key))) continue
    const delegated =
      responder.signatureAlgorithmsAgree &&
      sameName(responder.issuer, issuer.name) &&
      ext.readExtension(responder, ext.EXTENDED_KEY_USAGE)?.includes(ext.EKU.ocspSigning) === true &&
      (await verifySignature(context.crypto, context.budget, responder.signatureAlgorithm, issuer.key, responder.tbs, responder.signatureValue))
    if (!delegated) return 'notAuthorised'
    const inTime = answer.producedAt >= responder.notBefore && answer.producedAt <= responder.notAfter
    return inTime ? { responder } : 'notAuthorised'
  }
  return 'signatureInvalid'
}

function readResponder(bytes: Uint8Array, budget: Budget): { certificate?: Certificate; key?: PublicKey } {
  try {
    const certificate = parseCertificate(bytes, { budget })
    return { certificate, key: publicKeyOf(certificate) }
  } catch (error) {
    if (isKysoError(error) && error.code !== 'ERR_BUDGET_EXCEEDED') return {}
    throw error
  }
}

async function fromOcsp(context: Context, certificate: Certificate, issuer: Issuer, answer: OcspAnswer): Promise<RevocationStatus | RevocationRefusal | null> {
  let response: SingleResponse | undefined
  // An answer that speaks of the certificate twice: a revocation counts, else the newest.
  for (const one of answer.responses) {
    if (response?.certStatus.type === 'revoked' || !(await matches(context, one, certificate, issuer))) continue
    if (!response || one.certStatus.type === 'revoked' || one.thisUpdate >= response.thisUpdate) response = one
  }
  if (!response) return null
  const id = await idOf(context, answer)
  const authority = await authorised(context, answer, issuer)
  if (typeof authority === 'string') return { kind: 'ocsp', id, why: authority }
  if ([...answer.extensions, ...(response.singleExtensions ?? [])].some((e) => e.critical)) return { kind: 'ocsp', id, why: 'scopeNotSupported' }
  const { certStatus, thisUpdate, nextUpdate } = response
  return {
    kind: 'ocsp',
    status: certStatus.type,
    thisUpdate,
    producedAt: answer.producedAt,
    id,
    ...(nextUpdate ? { nextUpdate } : {}),
    ...(certStatus.type === 'revoked'
      ? { revocationTime: certStatus.value.revocationTime, reason: CRL_REASONS[certStatus.value.revocationReason ?? 0] ?? 'unspecified' }
      : {}),
    ...authority,
  }
}

/**
 * Asks every CRL and OCSP answer at hand about one certificate.
 *
 * @param certificate the one asked about
 * @param issuer of the certificate: CRLs have to be signed by this key, OCSP answers by it or by its delegate
 * @param crls those that do not speak of the certificate are passed over
 * @param answers likewise
 * @throws KysoError `ERR_BUDGET_EXCEEDED`
 * @example
 * ```ts
 * const issuedBy = { name: issuer.subject, spki: issuer.spki, key: publicKeyOf(issuer), certificate: issuer }
 * const context = { crypto: defaultCrypto(), budget: new Budget() }
 * const { statuses } = await revocationOf(context, certificate, issuedBy, [parseCrl(crl)], [parseOcsp(ocspResponse)])
 * statuses.map(({ kind, status }) => `${kind} ${status}`) // => ['crl good', 'ocsp good']
 * ```
 */
export async function revocationOf(
  context: Context,
  certificate: Certificate,
  issuer: Issuer,
  crls: readonly Crl[],
  answers: readonly OcspAnswer[],
): Promise<RevocationResult> {
  const statuses: RevocationStatus[] = []
  const refused: RevocationRefusal[] = []
  const consult = async (kind: 'crl' | 'ocsp', source: Crl | OcspAnswer, ask: () => Promise<RevocationStatus | RevocationRefusal | null>): Promise<void> => {
    try {
      const found = await ask()
      if (found) 'why' in found ? refused.push(found) : statuses.push(found)
    } catch (error) {
      if (!isKysoError(error) || error.code === 'ERR_BUDGET_EXCEEDED') throw error
      refused.push({ kind, id: await idOf(context, source), why: 'malformed' })
    }
  }
  for (const crl of crls) await consult('crl', crl, () => fromCrl(context, certificate, issuer, crl))
  for (const answer of answers) await consult('ocsp', answer, () => fromOcsp(context, certificate, issuer, answer))
  return { statuses, refused }
}
