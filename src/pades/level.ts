/** Names of signature levels by their structure (EN 319 142-1 §6, and the older PDF forms). */
import type { ParsedSignerInfo } from '../cms/index.ts'
import { attributesOf, CMS_ATTRIBUTE } from '../cms/index.ts'

/** What the name of a level depends on. */
export interface LevelInput {
  readonly subFilter: string
  readonly signer: ParsedSignerInfo | undefined
  /** Whether `/M` is there. */
  readonly dictionaryTime: boolean
  /** Whether the CMS carries certificates. */
  readonly carriesCertificate: boolean
  /** Whether a signature time-stamp is there, or a document time-stamp later in the file. */
  readonly timestamped: boolean
  /** Whether the document carries revocation data for it in its DSS. */
  readonly validationData: boolean
  /** Whether a document time-stamp covers that data. */
  readonly archived: boolean
}

/** `B`, `T`, `LT` or `LTA`, each wanting what the one before wants. */
function stage(input: LevelInput): 'B' | 'T' | 'LT' | 'LTA' {
  if (!input.timestamped) return 'B'
  if (!input.validationData) return 'T'
  return input.archived ? 'LTA' : 'LT'
}

/**
 * The level a signature has by its structure: whether it holds is another matter.
 * `PAdES-BASELINE-*` for `ETSI.CAdES.detached` as EN 319 142-1 §6.3 wants it, `PAdES-BES` where it falls short of that,
 * `PKCS7-*` for the forms of ISO 32000-1, `PDF-NOT-ETSI` for everything else.
 */
export function levelOf(input: LevelInput): string {
  const { subFilter, signer } = input
  if (subFilter === 'adbe.pkcs7.detached' || subFilter === 'adbe.pkcs7.sha1') return signer ? `PKCS7-${stage(input)}` : 'PDF-NOT-ETSI'
  if (subFilter === 'adbe.x509.rsa_sha1') return 'X509-RSA'
  if (subFilter !== 'ETSI.CAdES.detached' || !signer?.signed) return 'PDF-NOT-ETSI'
  const has = (type: string): boolean => attributesOf(signer.signed, type).length > 0
  const bound = has(CMS_ATTRIBUTE.signingCertificateV2) || has(CMS_ATTRIBUTE.signingCertificate)
  if (!bound) return 'PDF-NOT-ETSI'
  // EN 319 142-1 §6.3: the time is in /M, and never in a signed attribute; the signer's certificate is in the CMS.
  const baseline = input.dictionaryTime && input.carriesCertificate && !has(CMS_ATTRIBUTE.signingTime)
  return baseline ? `PAdES-BASELINE-${stage(input)}` : 'PAdES-BES'
}
