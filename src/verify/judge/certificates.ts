/** X.509 certificate validation (EN 319 102-1 §5.2.6) on what was found: the chain, its times, its revocation, its algorithms. */
import { CLOCK_SKEW_MS } from '../../evidence/chain.ts'
import type { ChainFacts, ChainLink, RevocationFacts, SignedFacts } from '../../facts/index.ts'
import type { Policy } from '../policy.ts'
import type { Verdict } from './conclusion.ts'
import { digestWeakness, isSignedWell, keyWeakness, type Weakness, weaknessOf } from './cryptography.ts'
import { constraint } from './integrity.ts'

/** The times that matter. */
export interface Times {
  /** When the judgement is made: revocation has to be fresh at this time. */
  readonly now: Date
  /** When the signature is proven to have existed; `now` where nothing proves more (§5.5.4: best-signature-time). */
  readonly best: Date
}

/** A usable status of a certificate: the newest of those that speak for the time that matters. */
function usableStatus(link: ChainLink, times: Times, policy: Policy): RevocationFacts | 'stale' | undefined {
  const known = link.revocation.filter((status) => status.status !== 'unknown' && Date.parse(status.thisUpdate) <= times.now.getTime() + CLOCK_SKEW_MS)
  // A revocation counts however old the list is that told it, and however it is signed; good news has to be fresh, and signed so that
  // nobody else could have made it.
  // Of several the earliest counts: an older list may still have had a later date, or no more than a hold.
  const revoked = known.filter((status) => status.status === 'revoked').sort((a, b) => weightOf(a) - weightOf(b))
  if (revoked[0]) return revoked[0]
  const strong = known.filter(({ signatures }) => isSignedWell(signatures, policy, times.now))
  const fresh = strong.filter((status) => isFresh(status, times, policy)).sort((a, b) => Date.parse(b.thisUpdate) - Date.parse(a.thisUpdate))
  return fresh[0] ?? (strong.length > 0 ? 'stale' : undefined)
}

/** Order of revocations: final ones before holds, then by their time. */
function weightOf({ reason, revocationTime, thisUpdate }: RevocationFacts): number {
  return Date.parse(revocationTime ?? thisUpdate) + (reason === 'certificateHold' ? Number.MAX_SAFE_INTEGER / 2 : 0)
}

/** §5.2.5: fresh when it still holds, or when it was issued after the signature was proven to exist. */
function isFresh(status: RevocationFacts, times: Times, policy: Policy): boolean {
  const thisUpdate = Date.parse(status.thisUpdate)
  if (times.best < times.now && thisUpdate >= times.best.getTime()) return true
  if (status.nextUpdate) return Date.parse(status.nextUpdate) >= times.now.getTime()
  return thisUpdate + policy.revocationFreshnessHours * 3_600_000 >= times.now.getTime()
}

/** Revocation of one certificate of the chain (§5.2.6.4, step 1 d); of the anchor's own none is asked for. Returns whether nothing remains open about it. */
function judgeRevocation(link: ChainLink, index: number, isAnchor: boolean, times: Times, policy: Policy, verdict: Verdict): boolean {
  const { certificate } = link
  const data = { subject: certificate.commonName ?? certificate.subject }
  for (const { kind, why } of link.refused) verdict.note('warning', 'revocationRefused', { ...data, kind, why })
  tellWeakEvidence(link, data, times, policy, verdict)
  const status = usableStatus(link, times, policy)
  if (typeof status === 'object' && status.status === 'revoked') {
    const revocationTime = new Date(status.revocationTime ?? status.thisUpdate)
    const { reason = 'unspecified', invalidityDate } = status
    const details = { ...data, time: revocationTime.toISOString(), reason, ...(invalidityDate ? { invalidityDate } : {}) }
    // §5.5.4: what is proven to have existed before the revocation is not touched by it. A key that was compromised
    // may have been so before; RFC 5280 has the invalidity date for that, which needs the full process.
    if (times.best < revocationTime) verdict.note('warning', index === 0 ? 'revoked' : 'revokedAuthority', details)
    else if (status.reason === 'certificateHold') verdict.fail('INDETERMINATE', 'TRY_LATER', 'onHold', details)
    else verdict.fail('INDETERMINATE', index === 0 ? 'REVOKED_NO_POE' : 'REVOKED_CA_NO_POE', index === 0 ? 'revoked' : 'revokedAuthority', details)
    return true
  }
  if (typeof status === 'object' && status.heldFrom) verdict.note('information', 'wasOnHold', { ...data, time: status.heldFrom })
  if (typeof status === 'object' || certificate.noRevocation) return true
  if (isAnchor) return false
  constraint(policy.constraints.revocation, verdict, 'TRY_LATER', status === 'stale' ? 'revocationStale' : 'revocationUnknown', data)
  // Whatever the policy lets pass, missing revocation is always told.
  if (policy.constraints.revocation === 'IGNORE' || policy.constraints.revocation === 'INFORM') verdict.note('warning', 'revocationUnknown', data)
  return false
}

/** Tells evidence whose signature the policy no longer allows; good news of that kind was passed over. */
function tellWeakEvidence({ revocation }: ChainLink, data: { readonly subject: string }, { now }: Times, policy: Policy, verdict: Verdict): void {
  const level = policy.constraints.cryptography
  if (level === 'IGNORE') return
  const told = new Set<string>()
  for (const { kind, status, signatures } of revocation) {
    const weakness = weaknessOf(signatures, policy, now)
    if (!weakness || status === 'unknown') continue
    const { algorithm, bits, until } = weakness
    const key = `${kind} ${status} ${algorithm} ${bits}`
    if (told.has(key)) continue
    told.add(key)
    const counted = level !== 'FAIL' || status === 'revoked'
    const details = { ...data, kind, algorithm, bits, until }
    verdict.note(level === 'INFORM' ? 'information' : 'warning', counted ? 'revocationWeakCounted' : 'revocationWeak', details)
  }
}

/** Whether a certificate is within its validity at a time. */
function inValidity(link: ChainLink, at: Date): 'yes' | 'before' | 'after' {
  if (at < new Date(link.certificate.notBefore)) return 'before'
  return at > new Date(link.certificate.notAfter) ? 'after' : 'yes'
}

function judgeValidity(chain: ChainFacts, times: Times, revocationKnown: boolean, verdict: Verdict): void {
  for (const [index, link] of chain.links.entries()) {
    const { certificate } = link
    const data = { subject: certificate.commonName ?? certificate.subject, notBefore: certificate.notBefore, notAfter: certificate.notAfter }
    const state = inValidity(link, times.best)
    if (state === 'before') {
      // §5.5.4 step 4 c: existed before its certificate did.
      if (index === 0 && times.best < times.now) verdict.fail('TOTAL-FAILED', 'NOT_YET_VALID', 'signedBeforeCertificate', data)
      else verdict.fail('INDETERMINATE', 'OUT_OF_BOUNDS_NO_POE', 'certificateNotYetValid', data)
    } else if (state === 'after') {
      verdict.fail('INDETERMINATE', index === 0 && revocationKnown ? 'OUT_OF_BOUNDS_NOT_REVOKED' : 'OUT_OF_BOUNDS_NO_POE', 'certificateExpired', data)
    }
  }
  const { anchor } = chain
  if (anchor && ((anchor.notBefore && times.best < new Date(anchor.notBefore)) || (anchor.notAfter && times.best > new Date(anchor.notAfter)))) {
    verdict.fail('INDETERMINATE', 'OUT_OF_BOUNDS_NO_POE', 'certificateExpired', {
      subject: anchor.name,
      notBefore: anchor.notBefore ?? '',
      notAfter: anchor.notAfter ?? '',
    })
  }
}

/** Cryptographic constraints (§5.2.8.4.2): digest and key of the signature and of every certificate, at the proven time. */
function judgeCryptography(facts: SignedFacts, times: Times, policy: Policy, verdict: Verdict): void {
  const level = policy.constraints.cryptography
  const subIndication = times.best < times.now ? 'CRYPTO_CONSTRAINTS_FAILURE' : 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'
  const tell = (weakness: Weakness | null, subject: string): void => {
    if (!weakness) return
    const { kind, ...data } = weakness
    constraint(level, verdict, subIndication, kind === 'digest' ? 'digestWeak' : 'keyWeak', { ...data, subject })
  }
  const digest = (algorithm: string | undefined, subject: string): void => tell(digestWeakness(algorithm, policy, times.best), subject)
  const key = (type: string, bits: number, subject: string): void => tell(keyWeakness(type, bits, policy, times.best), subject)
  const name = facts.signer?.commonName ?? facts.signer?.subject ?? ''
  digest(facts.digestAlgorithm, name)
  if (facts.signatureDigest !== facts.digestAlgorithm) digest(facts.signatureDigest, name)
  digest(facts.mgfDigest, name)
  const links = facts.chain?.links ?? []
  if (links.length === 0 && facts.signer) key(facts.signer.keyType, facts.signer.keyBits, name)
  for (const [index, { certificate }] of links.entries()) {
    const subject = certificate.commonName ?? certificate.subject
    key(certificate.keyType, certificate.keyBits, subject)
    // What a root says of itself is not relied on, so its own signature is not looked at. A chain ends below its anchor: a self-issued
    // certificate on top of several is not the anchor's own but one that the anchor signed.
    const root =
      facts.chain?.signerIsAnchor === true ||
      (index === links.length - 1 && certificate.subject === certificate.issuer && (links.length === 1 || !facts.chain?.anchor))
    if (root) continue
    digest(certificate.signatureDigest, subject)
    digest(certificate.mgfDigest, subject)
  }
}

/** Judges the signer's chain. */
export function judgeCertificates(facts: SignedFacts, times: Times, policy: Policy, verdict: Verdict): void {
  if (!facts.signer) return
  const { chain } = facts
  if (!chain?.anchor) {
    const top = chain?.links[chain.links.length - 1]?.certificate ?? facts.signer
    verdict.fail('INDETERMINATE', 'NO_CERTIFICATE_CHAIN_FOUND', 'chainMissing', { subject: top.subject, issuer: top.issuer })
    if (chain?.imitates) verdict.note('warning', 'chainImitates', { subject: top.issuer, anchor: chain.imitates })
    judgeCryptography(facts, times, policy, verdict)
    return
  }
  for (const { code, index, detail } of chain.problems) {
    verdict.fail('INDETERMINATE', 'CHAIN_CONSTRAINTS_FAILURE', 'chainProblem', {
      problem: code,
      subject: chain.links[index]?.certificate.subject ?? chain.anchor.name,
      detail,
    })
  }
  let leafKnown = false
  if (chain.signerIsAnchor) verdict.note('information', 'signerIsAnchor', { subject: facts.signer.commonName ?? facts.signer.subject })
  for (const [index, link] of chain.links.entries()) {
    const known = judgeRevocation(link, index, chain.signerIsAnchor === true, times, policy, verdict)
    if (index === 0) leafKnown = known
  }
  judgeValidity(chain, times, leafKnown, verdict)
  judgeCryptography(facts, times, policy, verdict)
}
