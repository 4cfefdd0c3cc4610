/** Certificates whose issuer publishes no revocation of them. */
import { attempt } from '../../core/errors.ts'
import type { Certificate } from '../certificate.ts'
import * as ext from '../extensions.ts'

/** Extensions beside which noRevAvail does not stand (RFC 9608 §3): they say where revocation is published. */
const PUBLISHES: readonly { readonly oid: string }[] = [ext.CRL_DISTRIBUTION_POINTS, ext.FRESHEST_CRL]

/** noRevAvail as RFC 9608 allows it. What cannot be read, or stands twice, is thrown. */
function isUnrevocable(certificate: Certificate): boolean {
  if (ext.readExtension(certificate, ext.NO_REV_AVAIL) === undefined) return false
  if (PUBLISHES.some(({ oid }) => ext.findExtension(certificate, oid))) return false
  // Of whatever form its location is: the issuer has a responder.
  return !ext.readExtension(certificate, ext.AUTHORITY_INFO_ACCESS)?.some(({ accessMethod }) => accessMethod === ext.ACCESS.ocsp)
}

/** Whether somebody is an authority: by its basic constraints, or by a key usage that nobody else has. */
function isAuthority(certificate: Certificate): boolean {
  const usages = ext.keyUsages(certificate)
  return ext.readExtension(certificate, ext.BASIC_CONSTRAINTS)?.cA === true || usages?.includes('keyCertSign') === true
}

/**
 * Whether nothing is to be asked about a certificate: noRevAvail (RFC 9608), or a short-lived one (EN 319 412-1 §5.2).
 * One of an authority is never exempt, nor is one with noRevAvail that tells all the same where revocation is published (RFC 9608 §3);
 * neither is one whose extensions cannot be read.
 *
 * @example
 * ```ts
 * isExempt(certificate) // => false
 * ```
 */
export function isExempt(certificate: Certificate): boolean {
  const exempt = (): boolean =>
    !isAuthority(certificate) && (ext.readExtension(certificate, ext.VALIDITY_ASSURED_SHORT_TERM) !== undefined || isUnrevocable(certificate))
  return attempt(exempt) ?? false
}
