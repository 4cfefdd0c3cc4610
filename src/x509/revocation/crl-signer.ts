/**
 * Who signed a CRL, and whether he may (RFC 5280 §6.3.3 f): the key that issued the certificate; a key that only signs lists,
 * certified by whom the issuer is certified by; a key of the issuer's that vouches for the issuing one or is vouched for by it;
 * or the CRL issuer that the certificate names. All but the first have a path of their own, whose revocation is looked up.
 */
import { equal } from '../../core/bytes.ts'
import type { PublicKey } from '../../core/crypto/provider.ts'
import { attempt, isAboutDocument } from '../../core/errors.ts'
import { type Certificate, publicKeyOf, sameCertificate } from '../certificate.ts'
import type { Crl } from '../crl.ts'
import * as ext from '../extensions.ts'
import { sameName } from '../name.ts'
import { anchorKey, type TrustAnchor } from '../path/anchor.ts'
import { buildPath } from '../path/build.ts'
import { type CertificatePath, checkIssuedBy, checkPathAt, endsInAnchor, issuerKeyOf } from '../path/validate.ts'
import { verifySignature } from '../signed.ts'
import { isExempt } from './exempt.ts'
import type { Scope } from './scope.ts'
import { type SignedWith, signedWith } from './signed-with.ts'
import type { Inquiry, Issuer, RefusalReason, RevocationContext } from './types.ts'

/** How many certificates, signers of lists and those above them, may have to be looked up for each other. */
const MAX_TRAIL = 6

/** A signer that counts. */
export interface CrlSigner {
  readonly spki: Uint8Array
  /** His certificate, where it is not the issuer's key. */
  readonly certificate?: Certificate
  /** Times of the evidence that his own certificate is good: a list is worth no more than that. */
  readonly thisUpdate?: Date
  readonly nextUpdate?: Date
  /** The list's own signature, and those that show that he may sign it. */
  readonly signatures: readonly [SignedWith, ...SignedWith[]]
}

/** What is known of a signer's own path. */
type Standing = Pick<CrlSigner, 'thisUpdate' | 'nextUpdate'> & { readonly rests: readonly SignedWith[] }

const crlChecks = new WeakMap<Crl, WeakMap<PublicKey, boolean>>()

/** Whether a key signed a CRL. An authority has few lists and many certificates, so the answers are kept. */
async function isSignedBy({ crypto, budget }: RevocationContext, crl: Crl, key: PublicKey): Promise<boolean> {
  let known = crlChecks.get(crl)
  if (!known) {
    known = new WeakMap()
    crlChecks.set(crl, known)
  }
  let holds = known.get(key)
  if (holds === undefined) {
    budget.spend('hashedBytes', crl.tbs.length)
    holds = crl.signatureAlgorithmsAgree && (await verifySignature(crypto, budget, crl.signatureAlgorithm, key, crl.tbs, crl.signatureValue))
    known.set(key, holds)
  }
  return holds
}

/** The same for a key that may be of another kind than the signature: then it did not sign. */
async function mayHaveSigned(context: RevocationContext, crl: Crl, key: PublicKey): Promise<boolean> {
  try {
    return await isSignedBy(context, crl, key)
  } catch (error) {
    if (isAboutDocument(error)) return false
    throw error
  }
}

function maySignLists(certificate: Certificate | undefined): boolean {
  const usages = certificate ? ext.keyUsages(certificate) : null
  return usages === null || usages.includes('cRLSign')
}

/**
 * Whether a certificate of the issuer's name, but of another key, signs lists for it. Two authorities of one name under one root
 * are the normal case in some countries, and each has a list of its own: the name alone is not enough.
 */
async function isSibling(inquiry: Inquiry, path: CertificatePath, issuer: Issuer, scope: Scope): Promise<boolean> {
  const { crypto, budget } = inquiry
  const signer = path.certificates[0] as Certificate
  const usages = ext.keyUsages(signer)
  const signs = async (key: () => PublicKey, certificate: Certificate | undefined): Promise<boolean> =>
    certificate !== undefined && (await checkIssuedBy(crypto, budget, certificate, key)) === null
  const byIssuer = await signs(() => issuer.key, signer)
  if (usages?.includes('cRLSign') && !usages.includes('keyCertSign')) {
    // Certified by the issuing key, or by the one that certified it.
    return byIssuer || signs(() => issuerKeyOf(path, 0), issuer.certificate)
  }
  // A change of the key (self-issued certificates): authorities are met that keep one list for each key, so the certificate has to mean this one.
  return scope.meant && (byIssuer || signs(() => publicKeyOf(signer), issuer.certificate))
}

/** Whether every certificate of a signer's path is good; times of the weakest evidence, and the signatures of all of it. */
async function standing(inquiry: Inquiry, path: CertificatePath): Promise<RefusalReason | Standing> {
  const rests: SignedWith[] = []
  let thisUpdate: Date | undefined
  let nextUpdate: Date | undefined
  for (const [index, certificate] of endsInAnchor(path) ? [] : path.certificates.entries()) {
    const above = path.certificates[index + 1]
    const holder = above ?? path.anchor.certificate
    const issuer = {
      name: above?.subject ?? path.anchor.name,
      spki: above?.spki ?? path.anchor.spki,
      key: issuerKeyOf(path, index),
      anchor: path.anchor,
      ...(holder ? { certificate: holder } : {}),
    }
    const { statuses } = await inquiry.ask(certificate, issuer, path.certificates[0])
    if (statuses.some(({ status }) => status === 'revoked')) return 'signerRevoked'
    const at = inquiry.at
    const good = statuses
      .filter((one) => one.status === 'good' && (!at || one.thisUpdate <= at))
      .sort((a, b) => (b.nextUpdate?.getTime() ?? 0) - (a.nextUpdate?.getTime() ?? 0) || b.thisUpdate.getTime() - a.thisUpdate.getTime())[0]
    if (!good) {
      if (isExempt(certificate)) continue
      return 'signerUnknown'
    }
    rests.push(...good.signatures)
    if (!thisUpdate || good.thisUpdate < thisUpdate) thisUpdate = good.thisUpdate
    if (good.nextUpdate && (!nextUpdate || good.nextUpdate < nextUpdate)) nextUpdate = good.nextUpdate
  }
  return { rests, ...(thisUpdate ? { thisUpdate } : {}), ...(nextUpdate ? { nextUpdate } : {}) }
}

async function judgeSigner(
  inquiry: Inquiry,
  crl: Crl,
  scope: Scope,
  issuer: Issuer,
  anchor: TrustAnchor,
  signer: Certificate,
  own: SignedWith,
): Promise<CrlSigner | RefusalReason> {
  const { crypto, budget, pool = [] } = inquiry
  if (!maySignLists(signer)) return 'notAuthorised'
  const { path, problems } = await buildPath({ leaf: signer, anchors: [anchor], candidates: pool, at: crl.thisUpdate, crypto, budget })
  if (!path || problems.length > 0 || checkPathAt(path, crl.thisUpdate).length > 0) return 'notAuthorised'
  if (sameName(crl.issuer, issuer.name) && !(await isSibling(inquiry, path, issuer, scope))) return 'notAuthorised'
  // An anchor is an input: nothing has to show that it may.
  const above = (endsInAnchor(path) ? [] : path.certificates).map((one, index) => signedWith(one.signatureAlgorithm, issuerKeyOf(path, index)))
  const found: CrlSigner = { spki: signer.spki, certificate: signer, signatures: [own, ...above] }
  // A CRL issuer may be the one that lists itself: whoever certified it has named it for that in its certificate.
  if (inquiry.trail.some((one) => sameCertificate(one, signer))) return found
  if (inquiry.trail.length >= MAX_TRAIL) return 'signerUnknown'
  const state = await standing(inquiry, path)
  if (typeof state === 'string') return state
  const { rests, ...times } = state
  return { ...found, ...times, signatures: [own, ...above, ...rests] }
}

/** Finds who signed the CRL. */
export async function crlSigner(inquiry: Inquiry, crl: Crl, scope: Scope, issuer: Issuer): Promise<CrlSigner | RefusalReason> {
  let why: RefusalReason = 'signatureInvalid'
  const own = (key: PublicKey): SignedWith => signedWith(crl.signatureAlgorithm, key)
  if (sameName(crl.issuer, issuer.name) && (await isSignedBy(inquiry, crl, issuer.key))) {
    // The key that issued the certificate, not one that another CA of the same name holds.
    return maySignLists(issuer.certificate) ? { spki: issuer.spki, signatures: [own(issuer.key)] } : 'notAuthorised'
  }
  const { anchor } = issuer
  if (!anchor) return why
  if (sameName(anchor.name, crl.issuer) && !sameName(crl.issuer, issuer.name)) {
    const key = attempt(() => anchorKey(anchor))
    if (key && (await mayHaveSigned(inquiry, crl, key)))
      return maySignLists(anchor.certificate) ? { spki: anchor.spki, signatures: [own(key)] } : 'notAuthorised'
  }
  const tried: Certificate[] = []
  for (const signer of inquiry.pool ?? []) {
    if (!sameName(signer.subject, crl.issuer) || equal(signer.spki, issuer.spki) || tried.some((one) => sameCertificate(one, signer))) continue
    inquiry.budget.spend('pathSteps')
    tried.push(signer)
    const key = attempt(() => publicKeyOf(signer))
    if (!key || !(await mayHaveSigned(inquiry, crl, key))) continue
    const judged = await judgeSigner(inquiry, crl, scope, issuer, anchor, signer, own(key))
    if (typeof judged !== 'string') return judged
    if (why === 'signatureInvalid' || judged === 'signerRevoked') why = judged
    // Another certificate of the same key does not make a revoked one good.
    if (judged === 'signerRevoked') return why
  }
  return why
}
