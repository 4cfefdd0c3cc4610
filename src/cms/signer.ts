/** What holds of the signer whatever the format: a certificate that may sign, and a value that is of its key. */
import type { SignatureAlgorithmParts } from '../core/algorithms.ts'
import { Budget } from '../core/budget.ts'
import { equal } from '../core/bytes.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import { isKysoError, KysoError } from '../core/errors.ts'
import { type Certificate, parseCertificate, publicKeyOf } from '../x509/certificate.ts'
import { keyUsages } from '../x509/extensions.ts'
import { nameToString } from '../x509/name.ts'
import { schemeFitsKey, verifyScheme } from '../x509/signed.ts'

const parsedCertificates = new WeakMap<Uint8Array, Certificate>()

/** A signer hands the same array out for every document: it is parsed once. What is kept is a copy, so that a change of the array is seen. */
function parseOnce(der: Uint8Array): Certificate {
  const known = parsedCertificates.get(der)
  if (known && equal(known.bytes, der)) return known
  const certificate = parseCertificate(new Uint8Array(der))
  parsedCertificates.set(der, certificate)
  return certificate
}

/**
 * The signer's certificate, checked for what would make the signature worthless: validity at the signing time, a key that fits the
 * algorithm, a key usage that allows signing.
 *
 * @param der the first of the signer's certificates
 * @throws KysoError `ERR_SIGNER_CERTIFICATE` with `data.why`, `ERR_CERTIFICATE_SYNTAX`
 */
export function signerCertificate(der: Uint8Array | undefined, { scheme }: SignatureAlgorithmParts, signingTime: Date): Certificate {
  if (!der) throw new KysoError('ERR_SIGNER_CERTIFICATE', 'no signer’s certificate was given', { why: 'missing' })
  const certificate = parseOnce(der)
  const refuse = (why: string, detail: string): KysoError => {
    const { subject, notBefore, notAfter } = certificate
    return new KysoError('ERR_SIGNER_CERTIFICATE', detail, {
      why,
      subject: nameToString(subject),
      notBefore: notBefore.toISOString(),
      notAfter: notAfter.toISOString(),
    })
  }
  if (signingTime > certificate.notAfter) throw refuse('expired', 'the signer’s certificate has expired')
  if (signingTime < certificate.notBefore) throw refuse('notYetValid', 'the signer’s certificate is not valid yet')
  if (!schemeFitsKey(scheme, publicKeyOf(certificate))) throw refuse('algorithm', 'the signature algorithm does not fit the certificate’s key')
  const usages = keyUsages(certificate)
  if (usages && !usages.includes('digitalSignature') && !usages.includes('nonRepudiation'))
    throw refuse('keyUsage', 'the signer’s certificate is not for signing')
  return certificate
}

/**
 * Refuses a signature value that is not of the certificate's key over the signed bytes: before a byte of a signature is written.
 *
 * @throws KysoError `ERR_SIGNATURE_MISMATCH`
 */
export async function checkSignatureValue(
  crypto: CryptoProvider,
  certificate: Certificate,
  { scheme }: SignatureAlgorithmParts,
  signed: Uint8Array,
  signature: Uint8Array,
): Promise<void> {
  let holds = false
  try {
    holds = await verifyScheme(crypto, new Budget(), scheme, publicKeyOf(certificate), signed, signature)
  } catch (error) {
    if (!isKysoError(error)) throw error
    throw new KysoError('ERR_SIGNATURE_MISMATCH', `the signature value cannot be checked: ${error.message}`, {}, { cause: error })
  }
  if (!holds) throw new KysoError('ERR_SIGNATURE_MISMATCH', 'the signature value is not of the certificate’s key')
}
