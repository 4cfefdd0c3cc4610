/** What an OCSP answer says of a certificate, and whether who says it may (RFC 6960 §3.2, §4.2.2). */
import { decode } from '../../asn1/index.ts'
import { equal } from '../../core/bytes.ts'
import type { PublicKey } from '../../core/crypto/provider.ts'
import { attempt, isAboutDocument } from '../../core/errors.ts'
import { digest } from '../../core/hash.ts'
import { digestAlgorithm } from '../algorithm-identifier.ts'
import { type Certificate, parseCertificate, publicKeyOf, sameCertificate } from '../certificate.ts'
import { CRL_REASONS } from '../crl.ts'
import * as ext from '../extensions.ts'
import { type Name, sameName } from '../name.ts'
import type { OcspAnswer, SingleResponse } from '../ocsp.ts'
import { SubjectPublicKeyInfo } from '../public-key.ts'
import { verifySignature } from '../signed.ts'
import { type SignedWith, signedWith } from './signed-with.ts'
import type { Inquiry, Issuer, RefusalReason, RevocationContext, RevocationStatus } from './types.ts'

/** How far the revocation of responders is followed. */
const MAX_TRAIL = 2

/** Critical extensions of answers that are processed here, or from which nothing follows for the status. */
const KNOWN: ReadonlySet<string> = new Set([ext.OCSP_NONCE.oid, ext.ARCHIVE_CUTOFF.oid, ext.CERTIFICATE_HASH.oid])

/** Critical extensions that a responder's certificate may have. */
const KNOWN_OF_RESPONDER: ReadonlyMap<string, ext.ExtensionType<unknown>> = new Map(
  [
    ext.KEY_USAGE,
    ext.EXTENDED_KEY_USAGE,
    ext.BASIC_CONSTRAINTS,
    ext.SUBJECT_ALT_NAME,
    ext.CERTIFICATE_POLICIES,
    ext.CRL_DISTRIBUTION_POINTS,
    ext.OCSP_NOCHECK,
  ].map((type): [string, ext.ExtensionType<unknown>] => [type.oid, type]),
)

/** RFC 5280 §4.2: a critical extension that is not known, or cannot be read (which throws), makes a certificate unfit. */
function hasUnknownCritical(responder: Certificate): boolean {
  return responder.extensions.some(({ extnID, critical }) => {
    const type = critical ? KNOWN_OF_RESPONDER.get(extnID) : undefined
    if (type) ext.readExtension(responder, type)
    return critical && !type
  })
}

/** The bits of a SubjectPublicKeyInfo's key, which hashes are made of. */
const keyBits = (spki: Uint8Array): Uint8Array => decode(SubjectPublicKeyInfo, spki).subjectPublicKey.bytes

/** Whether a CertID names the certificate: hashes of the issuer's name and key, and the serial number (RFC 6960 §4.1.1). */
async function matches(context: RevocationContext, response: SingleResponse, certificate: Certificate, issuer: Issuer): Promise<boolean> {
  const { certID } = response
  if (!equal(certID.serialNumber, certificate.serialNumber)) return false
  const algorithm = digestAlgorithm(certID.hashAlgorithm)
  return (
    equal(certID.issuerKeyHash, await digest(context.crypto, algorithm, keyBits(issuer.spki))) &&
    equal(certID.issuerNameHash, await digest(context.crypto, algorithm, certificate.issuer.bytes))
  )
}

/** Of several that speak of the certificate: revocations first, final ones before suspensions; else the newest, and of equals the one that knows less. */
function before(a: SingleResponse, b: SingleResponse): number {
  const rank = ({ certStatus }: SingleResponse): number =>
    certStatus.type === 'revoked' ? (CRL_REASONS[certStatus.value.revocationReason ?? 0] === 'certificateHold' ? 1 : 0) : 2
  const unknownFirst = (one: SingleResponse): number => (one.certStatus.type === 'unknown' ? 0 : 1)
  return rank(a) - rank(b) || b.thisUpdate.getTime() - a.thisUpdate.getTime() || unknownFirst(a) - unknownFirst(b)
}

/** Whether the responder ID of an answer names somebody: by his name, or by the SHA-1 of his key (RFC 6960 §4.2.1). */
async function isNamed({ crypto }: RevocationContext, { responderID }: OcspAnswer, name: Name, spki: Uint8Array): Promise<boolean> {
  return responderID.type === 'byName' ? sameName(responderID.value, name) : equal(responderID.value, await digest(crypto, 'SHA-1', keyBits(spki)))
}

/** Whether the issuer's very key made a certificate a responder's (RFC 6960 §4.2.2.2), for the time of the answer. */
async function isDelegate({ crypto, budget }: RevocationContext, answer: OcspAnswer, issuer: Issuer, responder: Certificate): Promise<boolean> {
  const usages = ext.keyUsages(responder)
  return (
    responder.signatureAlgorithmsAgree &&
    sameName(responder.issuer, issuer.name) &&
    ext.readExtension(responder, ext.EXTENDED_KEY_USAGE)?.includes(ext.EKU.ocspSigning) === true &&
    (usages === null || usages.includes('digitalSignature') || usages.includes('nonRepudiation')) &&
    !hasUnknownCritical(responder) &&
    answer.producedAt >= responder.notBefore &&
    answer.producedAt <= responder.notAfter &&
    (await verifySignature(crypto, budget, responder.signatureAlgorithm, issuer.key, responder.tbs, responder.signatureValue))
  )
}

function readResponder(bytes: Uint8Array, inquiry: Inquiry): Certificate[] {
  try {
    return [parseCertificate(bytes, { budget: inquiry.budget })]
  } catch (error) {
    if (isAboutDocument(error)) return []
    throw error
  }
}

/** Certificates that may be the responder's: those that came along, and those at hand that are some responder's. */
function candidates(inquiry: Inquiry, answer: OcspAnswer): Certificate[] {
  const along = answer.certificates.flatMap((bytes) => readResponder(bytes, inquiry))
  const isResponder = (one: Certificate): boolean => attempt(() => ext.readExtension(one, ext.EXTENDED_KEY_USAGE)?.includes(ext.EKU.ocspSigning)) === true
  const known = (inquiry.pool ?? []).filter(isResponder)
  return [...along, ...known.filter((one) => !along.some((other) => sameCertificate(one, other)))]
}

/** Who signed an answer, and what that rests on. */
type Authority = Pick<RevocationStatus, 'responder' | 'signatures'>

/** Who signed an answer: the issuer's own key, or a delegate that very key certified for it. */
async function authorised(inquiry: Inquiry, answer: OcspAnswer, issuer: Issuer): Promise<Authority | RefusalReason> {
  const { crypto, budget } = inquiry
  const signedBy = async (key: PublicKey): Promise<boolean> => {
    try {
      return await verifySignature(crypto, budget, answer.signatureAlgorithm, key, answer.tbs, answer.signatureValue)
    } catch (error) {
      if (isAboutDocument(error)) return false
      throw error
    }
  }
  const own = (key: PublicKey): SignedWith => signedWith(answer.signatureAlgorithm, key)
  if (await signedBy(issuer.key)) return (await isNamed(inquiry, answer, issuer.name, issuer.spki)) ? { signatures: [own(issuer.key)] } : 'responderMismatch'
  let why: RefusalReason = 'signatureInvalid'
  for (const responder of candidates(inquiry, answer)) {
    const key = attempt(() => publicKeyOf(responder))
    if (!key || !(await signedBy(key))) continue
    if (!(await isNamed(inquiry, answer, responder.subject, responder.spki))) why = 'responderMismatch'
    else if (!(await isDelegate(inquiry, answer, issuer, responder))) why = 'notAuthorised'
    else if (await isRevoked(inquiry, issuer, responder)) return 'signerRevoked'
    else return { responder, signatures: [own(key), signedWith(responder.signatureAlgorithm, issuer.key)] }
  }
  return why
}

/** Whether something at hand says that a responder's certificate is revoked; one with ocsp-nocheck is not asked about (§4.2.2.2.1). */
async function isRevoked(inquiry: Inquiry, issuer: Issuer, responder: Certificate): Promise<boolean> {
  if (ext.findExtension(responder, ext.OCSP_NOCHECK.oid)) return false
  if (inquiry.trail.length >= MAX_TRAIL || inquiry.trail.some((one) => sameCertificate(one, responder))) return false
  const { statuses } = await inquiry.ask(responder, issuer)
  return statuses.some(({ status }) => status === 'revoked')
}

/** The nonce of an answer: an OCTET STRING, or the bare octets some responders send. */
function nonceOf(answer: OcspAnswer): Uint8Array | undefined {
  const extension = ext.findExtension(answer, ext.OCSP_NONCE.oid)
  return extension && (attempt(() => decode(ext.OCSP_NONCE.schema, extension.extnValue)) ?? extension.extnValue)
}

/** What one answer says of one certificate; `null` where it does not speak of it. */
export async function readAnswer(
  inquiry: Inquiry,
  certificate: Certificate,
  issuer: Issuer,
  answer: OcspAnswer,
  id: () => Promise<string>,
): Promise<RevocationStatus | RefusalReason | null> {
  const speaking: SingleResponse[] = []
  for (const one of answer.responses) if (await matches(inquiry, one, certificate, issuer)) speaking.push(one)
  const [response] = speaking.sort(before)
  if (!response) return null
  const authority = await authorised(inquiry, answer, issuer)
  if (typeof authority === 'string') return authority
  const single = { extensions: response.singleExtensions ?? [] }
  if ([...answer.extensions, ...single.extensions].some(({ extnID, critical }) => critical && !KNOWN.has(extnID))) return 'unknownCritical'
  const sent = inquiry.nonces?.get(answer)
  const returned = nonceOf(answer)
  if (sent && returned && !equal(sent, returned)) return 'nonceMismatch'
  const hash = ext.readExtension(single, ext.CERTIFICATE_HASH)
  // The responder knows another certificate by that number: it does not know this one.
  if (hash && !equal(hash.certificateHash, await digest(inquiry.crypto, digestAlgorithm(hash.hashAlgorithm), certificate.bytes))) return 'certificateMismatch'
  const { certStatus, thisUpdate, nextUpdate } = response
  const archiveCutoff = ext.readExtension(single, ext.ARCHIVE_CUTOFF)
  // A responder may forget what has expired (§4.4.4); then it would call a revoked certificate good.
  if (certStatus.type === 'good' && thisUpdate > certificate.notAfter && !(archiveCutoff && archiveCutoff <= certificate.notAfter) && !hash)
    return 'afterExpiry'
  return {
    kind: 'ocsp',
    status: certStatus.type,
    thisUpdate,
    producedAt: answer.producedAt,
    id: await id(),
    ...(nextUpdate ? { nextUpdate } : {}),
    ...(certStatus.type === 'revoked'
      ? { revocationTime: certStatus.value.revocationTime, reason: CRL_REASONS[certStatus.value.revocationReason ?? 0] ?? 'unspecified' }
      : {}),
    ...(archiveCutoff ? { archiveCutoff } : {}),
    ...(sent ? { nonce: returned !== undefined } : {}),
    ...authority,
  }
}
