/**
 * Which certificate is the signer's (RFC 5652 §5.3, RFC 5035 §3): the one the signer identifier names and the signed
 * signing-certificate attribute is bound to. Without that binding anybody could swap certificates of one key.
 */

import { digestInfo } from '../core/algorithms.ts'
import type { Budget } from '../core/budget.ts'
import { equal } from '../core/bytes.ts'
import { type Check, failed, notDone, passed } from '../core/check.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import { isKysoError } from '../core/errors.ts'
import { digest } from '../core/hash.ts'
import { type AlgorithmIdentifier, digestAlgorithm } from '../x509/algorithm-identifier.ts'
import type { Certificate } from '../x509/certificate.ts'
import { readExtension, SUBJECT_KEY_IDENTIFIER } from '../x509/extensions.ts'
import { sameName } from '../x509/name.ts'
import { type AttributeList, attributesOf, singleValue } from './attributes.ts'
import { ATTRIBUTE } from './oids.ts'
import { type SignerIdentifier, SigningCertificate, SigningCertificateV2 } from './schemas.ts'

/** What the search for the signer's certificate came to. */
export interface SignerCertificate {
  readonly certificate: Certificate | undefined
  readonly checks: readonly Check[]
  /** Which attribute bound it. */
  readonly boundBy: 'signingCertificateV2' | 'signingCertificate' | null
}

const keyIdentifiers = new WeakMap<Certificate, Uint8Array | null>()

/** The subject key identifier of a certificate, `null` without one that can be read; many signers may ask for that of many certificates. */
function keyIdentifier(certificate: Certificate): Uint8Array | null {
  const known = keyIdentifiers.get(certificate)
  if (known !== undefined) return known
  let found: Uint8Array | null = null
  try {
    found = readExtension(certificate, SUBJECT_KEY_IDENTIFIER) ?? null
  } catch (error) {
    if (!isKysoError(error, 'ERR_CERTIFICATE_SYNTAX')) throw error
  }
  keyIdentifiers.set(certificate, found)
  return found
}

/** Whether a certificate is the one a signer identifier names. */
export function matchesIdentifier(certificate: Certificate, sid: SignerIdentifier): boolean {
  if (sid.type === 'issuerAndSerialNumber') return equal(certificate.serialNumber, sid.value.serialNumber) && sameName(certificate.issuer, sid.value.issuer)
  const identifier = keyIdentifier(certificate)
  return identifier !== null && equal(identifier, sid.value)
}

interface Reference {
  readonly hashAlgorithm: AlgorithmIdentifier
  readonly certHash: Uint8Array
  readonly issuerSerial?: { readonly issuer: readonly { readonly type: string; readonly value: unknown }[]; readonly serialNumber: Uint8Array }
}

async function bound(crypto: CryptoProvider, certificate: Certificate, reference: Reference): Promise<boolean> {
  if (!equal(await digest(crypto, digestAlgorithm(reference.hashAlgorithm), certificate.bytes), reference.certHash)) return false
  if (!reference.issuerSerial) return true
  // RFC 5035 §4: issuer and serial number, where they are given, name the same certificate.
  const [name, ...others] = reference.issuerSerial.issuer
  return (
    equal(reference.issuerSerial.serialNumber, certificate.serialNumber) &&
    others.length === 0 &&
    name?.type === 'directoryName' &&
    sameName(name.value as Certificate['issuer'], certificate.issuer)
  )
}

/**
 * Finds the signer's certificate among `candidates`.
 *
 * Both attributes present must agree; one that stands twice, or has several values, is a failure.
 */
export async function findSignerCertificate(
  crypto: CryptoProvider,
  budget: Budget,
  sid: SignerIdentifier,
  signed: AttributeList | undefined,
  candidates: readonly Certificate[],
): Promise<SignerCertificate> {
  const named = candidates.filter((certificate) => matchesIdentifier(certificate, sid))
  // Each may be hashed in search of the bound one.
  budget.spend('pathSteps', named.length)
  const v1 = singleValue(signed, ATTRIBUTE.signingCertificate, SigningCertificate, budget)
  const v2 = singleValue(signed, ATTRIBUTE.signingCertificateV2, SigningCertificateV2, budget)
  const boundBy = v2 !== null ? 'signingCertificateV2' : v1 !== null ? 'signingCertificate' : null
  if (v1 === 'malformed' || v2 === 'malformed') {
    const several = [ATTRIBUTE.signingCertificate, ATTRIBUTE.signingCertificateV2].some((type) => attributesOf(signed, type).length > 1)
    const check = failed('signingCertificateAttribute', several ? 'the attribute stands more than once' : 'the attribute is malformed')
    return { certificate: named[0], checks: [identifierCheck(named[0]), check], boundBy }
  }
  // The first reference is the signer's (RFC 5035 §3); the others only limit which authorities may stand above.
  const references: Reference[] = []
  const first1 = v1?.certs[0]
  const first2 = v2?.certs[0]
  if (first1) references.push({ hashAlgorithm: { algorithm: digestInfo('SHA-1').oid }, ...first1 })
  if (first2) references.push(first2)
  if (references.length === 0)
    return { certificate: named[0], checks: [identifierCheck(named[0]), notDone('signingCertificateAttribute', 'the attribute is absent')], boundBy }

  for (const certificate of named) {
    if (await allBound(crypto, certificate, references)) return { certificate, checks: [passed('signerCertificate'), bindingCheck(references)], boundBy }
  }
  const check =
    named.length > 0
      ? failed('signingCertificateAttribute', 'the attribute names another certificate than the signer identifier')
      : notDone('signingCertificateAttribute', 'the signer’s certificate is not at hand')
  return { certificate: named[0], checks: [identifierCheck(named[0]), check], boundBy }
}

/** A binding by SHA-1 alone, as every ESSCertID has it (RFC 2634 §5.4), is told: somebody may have two certificates of one digest. */
function bindingCheck(references: readonly Reference[]): Check {
  const sha1 = digestInfo('SHA-1').oid
  return references.every(({ hashAlgorithm }) => hashAlgorithm.algorithm === sha1)
    ? passed('signingCertificateAttribute', 'bound by SHA-1 alone', { binding: 'SHA-1' })
    : passed('signingCertificateAttribute')
}

function identifierCheck(certificate: Certificate | undefined): Check {
  return certificate ? passed('signerCertificate') : notDone('signerCertificate', 'no certificate that the signer identifier names is at hand')
}

async function allBound(crypto: CryptoProvider, certificate: Certificate, references: readonly Reference[]): Promise<boolean> {
  try {
    for (const reference of references) if (!(await bound(crypto, certificate, reference))) return false
    return true
  } catch (error) {
    // A digest this library does not have binds nothing.
    if (isKysoError(error, 'ERR_ALGORITHM_UNSUPPORTED')) return false
    throw error
  }
}
