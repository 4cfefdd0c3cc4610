/** Hosts that certificates name and that are not there any more. */

/**
 * Today's host for one that certificates name: the first certificates of the finance ministry point to names of its inner network, which
 * no public resolver knows. To be handed to the clients of `kyso/sources`; the answers are judged like all others, so a wrong entry costs time
 * and no trust.
 */
export const VIETNAM_HOSTS: ReadonlyMap<string, string> = new Map([
  ['ocsp.ca.btc', 'ocsp.ca.gov.vn'],
  ['ca.btc', 'ca.gov.vn'],
  ['ocsp.ca.ptc', 'ocsp.ca.gov.vn'],
])

/**
 * Today's address for one that a certificate names; the same one where nothing is known to have moved, or where it is no address.
 *
 * @example
 * ```ts
 * vietnamAddress('http://ca.btc/pki/pub/crl/btc.crl') // => 'http://ca.gov.vn/pki/pub/crl/btc.crl'
 * ```
 */
export function vietnamAddress(address: string): string {
  if (!URL.canParse(address)) return address
  const url = new URL(address)
  const host = VIETNAM_HOSTS.get(url.hostname)
  if (host === undefined) return address
  url.hostname = host
  return url.href
}
