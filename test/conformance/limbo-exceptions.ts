/** Cases of x509-limbo that are judged otherwise than their authors expect, and why. A case that comes right has to be taken out. */

/** One deviation. */
export interface LimboException {
  readonly expected: 'SUCCESS' | 'FAILURE'
  readonly actual: 'SUCCESS' | 'FAILURE'
  readonly reason: string
}

/** By the case's id. */
export const LIMBO_EXCEPTIONS: ReadonlyMap<string, LimboException> = new Map<string, LimboException>([])

/**
 * Cases whose path holds and which fail by what is asked of the leaf beside the path: its name, its extended key usage, its
 * revocation. Listed, so that no failure of another case is owed to the adapter.
 */
export const BESIDE_THE_PATH: ReadonlySet<string> = new Set<string>([
  'crl::revoked-certificate-with-crl',
  'crl::crlnumber-missing',
  'crl::crlnumber-critical',
  'crl::issuer-missing-crlsign',
  // Costly, but nothing against it: its names are of another form than the constraints. It has no dNSName to be the peer's.
  'pathological::nc-dos-3',
  'rfc5280::eku::ee-wrong-eku',
  'rfc5280::san::ip-in-dns',
  'rfc5280::ca-as-leaf-wrong-san',
])
