/** What a certificate may be used for, by its extended key usage (RFC 5280 §4.2.1.12), in the names of the standards. */
import { attempt } from '../../core/errors.ts'
import { type Certificate, EXTENDED_KEY_USAGE, readExtension } from '../../x509/index.ts'

const NAMES: ReadonlyMap<string, string> = new Map([
  ['2.5.29.37.0', 'anyExtendedKeyUsage'],
  ['1.3.6.1.5.5.7.3.1', 'serverAuth'],
  ['1.3.6.1.5.5.7.3.2', 'clientAuth'],
  ['1.3.6.1.5.5.7.3.3', 'codeSigning'],
  ['1.3.6.1.5.5.7.3.4', 'emailProtection'],
  ['1.3.6.1.5.5.7.3.8', 'timeStamping'],
  ['1.3.6.1.5.5.7.3.9', 'OCSPSigning'],
  ['1.3.6.1.5.5.7.3.36', 'documentSigning'],
  ['1.3.6.1.4.1.311.10.3.12', 'msDocumentSigning'],
  ['1.3.6.1.4.1.311.20.2.2', 'msSmartcardLogin'],
  ['1.2.840.113583.1.1.5', 'adobeAuthenticDocumentsTrust'],
])

/** Most that are told; a certificate can list any number. */
const MAX_PURPOSES = 50

/** The purposes, those without a name as object identifiers; `null` where the certificate does not restrict them, or not readably. */
export function purposesOf(certificate: Certificate): readonly string[] | null {
  const purposes = attempt(() => readExtension(certificate, EXTENDED_KEY_USAGE))
  return purposes?.slice(0, MAX_PURPOSES).map((oid) => NAMES.get(oid) ?? oid) ?? null
}
