/** Names of CAdES levels by their structure (EN 319 122-1 §6, TS 101 733 §4.4). */
import { attributesOf } from './attributes.ts'
import { ATTRIBUTE } from './oids.ts'
import type { ParsedSignerInfo } from './signed-data.ts'

/** What stands around a SignerInfo, as far as its level depends on it. */
export interface CadesLevelInput {
  /** Whether the SignedData carries the signer's certificate. */
  readonly carriesCertificate: boolean
  /** Whether the SignedData carries revocation information. */
  readonly carriesRevocation: boolean
  /** Whether a signature time-stamp is there that is one. */
  readonly timestamped: boolean
  /** Whether this is a counter-signature, which has no contentType. */
  readonly counter?: boolean
}

/**
 * The level a signer has by its structure: whether it holds is another matter. `CAdES-BASELINE-*` as EN 319 122-1 §6.3 wants it,
 * the forms of TS 101 733 where it falls short of that, `CMS-NOT-ETSI` without a reference to the signer's certificate.
 */
export function cadesLevel(info: ParsedSignerInfo, { carriesCertificate, carriesRevocation, timestamped, counter = false }: CadesLevelInput): string {
  const signed = (type: string): boolean => attributesOf(info.signed, type).length > 0
  const has = (...types: string[]): boolean => types.some((type) => attributesOf(info.unsigned, type).length > 0)
  if (!signed(ATTRIBUTE.signingCertificateV2) && !signed(ATTRIBUTE.signingCertificate)) return 'CMS-NOT-ETSI'
  // RFC 5652 §11.3: one attribute, one value.
  const times = attributesOf(info.signed, ATTRIBUTE.signingTime)
  const timed = times.length === 1 && times[0]?.attrValues.length === 1
  const references = has(ATTRIBUTE.certificateRefs, ATTRIBUTE.revocationRefs)
  const values = has(ATTRIBUTE.certificateValues, ATTRIBUTE.revocationValues)
  const old = references || values || has(ATTRIBUTE.archiveTimestamp, ATTRIBUTE.archiveTimestampV2)
  // §6.3: signing-time, the signer's certificate in SignedData, and none of the attributes that the baseline does without.
  if (timed && carriesCertificate && (counter || signed(ATTRIBUTE.contentType)) && !old) {
    if (!timestamped) return 'CAdES-BASELINE-B'
    if (!carriesRevocation) return 'CAdES-BASELINE-T'
    if (has(ATTRIBUTE.evidenceRecordInternal, ATTRIBUTE.evidenceRecordExternal)) return 'CAdES-ERS'
    return has(ATTRIBUTE.archiveTimestampV3) ? 'CAdES-BASELINE-LTA' : 'CAdES-BASELINE-LT'
  }
  if (!timestamped) return signed(ATTRIBUTE.signaturePolicy) ? 'CAdES-EPES' : 'CAdES-BES'
  if (values && has(ATTRIBUTE.archiveTimestamp, ATTRIBUTE.archiveTimestampV2, ATTRIBUTE.archiveTimestampV3)) return 'CAdES-A'
  const sealed = has(ATTRIBUTE.cadesCTimestamp, ATTRIBUTE.certCrlTimestamp)
  if (values) return sealed ? 'CAdES-XL' : 'CAdES-X-LONG'
  if (sealed) return 'CAdES-X'
  return references ? 'CAdES-C' : 'CAdES-T'
}
