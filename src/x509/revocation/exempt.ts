/** Certificates whose issuer publishes no revocation of them. */
import { attempt } from '../../core/errors.ts'
import type { Certificate } from '../certificate.ts'
import * as ext from '../extensions.ts'

/**
 * Whether nothing is to be asked about a certificate: noRevAvail (RFC 9608), or a short-lived one (EN 319 412-1 §5.2).
 * One of an authority is never exempt, nor is one with noRevAvail that tells all the same where revocation is published (RFC 9608 §3).
 *
 * @example
 * ```ts
 * isExempt(certificate) // => false
 * ```
 */
export function isExempt(certificate: Certificate): boolean {
  const has = ({ oid }: { readonly oid: string }): boolean => certificate.extensions.some((one) => one.extnID === oid)
  // A certificate whose constraints cannot be read gets no exemption either.
  if (attempt(() => ext.readExtension(certificate, ext.BASIC_CONSTRAINTS)?.cA ?? false) ?? true) return false
  if (has(ext.VALIDITY_ASSURED_SHORT_TERM)) return true
  if (!has(ext.NO_REV_AVAIL) || has(ext.CRL_DISTRIBUTION_POINTS) || has(ext.FRESHEST_CRL)) return false
  return attempt(() => ext.accessUrls(certificate, ext.ACCESS.ocsp).length === 0) ?? false
}
