/** What a CRL covers of a certificate: the distribution point on both sides, and the reasons (RFC 5280 §6.3.3 b, d). */
import { hasBit } from '../../asn1/index.ts'
import { KysoError } from '../../core/errors.ts'
import type { Certificate } from '../certificate.ts'
import type { Crl } from '../crl.ts'
import * as ext from '../extensions.ts'
import type { GeneralNames } from '../general-name.ts'
import { type Name, nameKey, sameName } from '../name.ts'
import type { RefusalReason } from './types.ts'

/** Bits 1 to 8 of ReasonFlags (§4.2.1.13): all-reasons of §6.3.2. Bit 0 is not used. */
export const ALL_REASONS = 0x1fe

type Flags = Parameters<typeof hasBit>[0]

function maskOf(flags: Flags | undefined): number {
  if (!flags) return ALL_REASONS
  let mask = 0
  for (let bit = 1; bit <= 8; bit++) if (hasBit(flags, bit)) mask |= 1 << bit
  return mask
}

/** The forms of names that places of CRLs have, as strings that are equal when the names are; the others are compared with nothing. */
function keysOf(names: GeneralNames): string[] {
  return names.flatMap((one) => {
    if (one.type === 'directoryName') return [`name ${nameKey(one.value)}`]
    return one.type === 'uniformResourceIdentifier' ? [`url ${one.value}`] : []
  })
}

/** The names of a place; one relative to a CRL issuer is put behind that issuer's name (§4.2.1.13). */
function placeKeys(place: ext.DistributionPointName, relativeTo: Name | undefined): string[] {
  if (place.type === 'fullName') return keysOf(place.value)
  return relativeTo ? [`name ${nameKey({ value: [...relativeTo.value, place.value], bytes: new Uint8Array() })}`] : []
}

function directoryNames(names: GeneralNames | undefined): Name[] {
  return (names ?? []).flatMap((one) => (one.type === 'directoryName' ? [one.value] : []))
}

/** What a CRL is for the certificate asked about. */
export interface Scope {
  /** Reasons it covers, as bits of ReasonFlags; never none. */
  readonly reasons: number
  /** Whether its entries may be other issuers' (§5.2.5). */
  readonly indirect: boolean
  /** The issuing distribution point as it is encoded; a delta CRL has the same as its base. */
  readonly point: Uint8Array | undefined
  /** Whether the CRL names one of the certificate's distribution points, or the certificate names none. */
  readonly meant: boolean
}

/** Critical extensions of CRLs that are processed here, or from which nothing follows for who is listed. */
const KNOWN: ReadonlySet<string> = new Set(
  [
    ext.ISSUING_DISTRIBUTION_POINT,
    ext.DELTA_CRL_INDICATOR,
    ext.CRL_NUMBER,
    ext.AUTHORITY_KEY_IDENTIFIER,
    ext.ISSUER_ALT_NAME,
    ext.FRESHEST_CRL,
    ext.EXPIRED_CERTS_ON_CRL,
  ].map(({ oid }) => oid),
)

/** Whether the CRL is one of an issuer that answers for the certificate: its own, or one it names in a distribution point. */
export function isCrlFor(crl: Crl, certificate: Certificate): boolean {
  if (sameName(crl.issuer, certificate.issuer)) return true
  const points = ext.readExtension(certificate, ext.CRL_DISTRIBUTION_POINTS) ?? []
  return points.some(({ cRLIssuer }) => directoryNames(cRLIssuer).some((name) => sameName(name, crl.issuer)))
}

/**
 * The scope of a CRL as to a certificate; `null` for a list of other kinds of certificates, which is nothing odd, and a
 * reason where it should not have been at hand.
 *
 * @throws KysoError `ERR_CERTIFICATE_SYNTAX` for malformed extensions
 */
export function scopeOf(crl: Crl, certificate: Certificate): Scope | RefusalReason | null {
  if (crl.extensions.some(({ extnID, critical }) => critical && !KNOWN.has(extnID))) return 'unknownCritical'
  const point = ext.readExtension(crl, ext.ISSUING_DISTRIBUTION_POINT)
  const indirect = point?.indirectCRL ?? false
  const kinds = [point?.onlyContainsUserCerts, point?.onlyContainsCACerts, point?.onlyContainsAttributeCerts].filter((only) => only)
  if (kinds.length > 1) throw new KysoError('ERR_CERTIFICATE_SYNTAX', 'a CRL that is only for several kinds', { extension: 'issuingDistributionPoint' })
  if (point?.onlyContainsAttributeCerts) return 'otherScope'
  const isCa = ext.readExtension(certificate, ext.BASIC_CONSTRAINTS)?.cA === true
  if ((point?.onlyContainsUserCerts && isCa) || (point?.onlyContainsCACerts && !isCa)) return null
  const places = point?.distributionPoint ? placeKeys(point.distributionPoint, crl.issuer) : null
  const named = (keys: readonly string[]): boolean => places === null || places.some((place) => keys.includes(place))

  const own = sameName(crl.issuer, certificate.issuer)
  const points = ext.readExtension(certificate, ext.CRL_DISTRIBUTION_POINTS) ?? []
  let reasons = 0
  let meant = points.length === 0
  for (const { distributionPoint, cRLIssuer, reasons: flags } of points) {
    const issuers = directoryNames(cRLIssuer)
    // §6.3.3 (b)(1): who is named has to be the issuer of the list, and the list an indirect one.
    if (cRLIssuer ? !indirect || !issuers.some((name) => sameName(name, crl.issuer)) : !own) continue
    // §4.2.1.13: a name relative to one of several issuers would be relative to anybody.
    const relativeTo = cRLIssuer ? (issuers.length === 1 ? issuers[0] : undefined) : certificate.issuer
    if (!named(distributionPoint ? placeKeys(distributionPoint, relativeTo) : keysOf(cRLIssuer ?? []))) continue
    reasons |= maskOf(flags)
    if (places !== null) meant = true
  }
  // §6.3.3, last paragraph: a list of the issuer itself that no distribution point names, at the place of the issuer's name.
  if (own && named([`name ${nameKey(certificate.issuer)}`])) reasons = ALL_REASONS
  if (reasons === 0) return 'otherDistributionPoint'
  reasons &= maskOf(point?.onlySomeReasons)
  if (reasons === 0) return 'reasonsIncomplete'
  return { reasons, indirect, point: ext.findExtension(crl, ext.ISSUING_DISTRIBUTION_POINT.oid)?.extnValue, meant }
}
