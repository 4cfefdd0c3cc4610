/** Certificate revocation lists (RFC 5280 §5). The list of entries is scanned when something is looked for, never built. */

import { type Element, readElement } from '../asn1/element.ts'
import { bitString, bytesOf, decode, explicit, type Infer, integerBytes, optional, raw, sequence, smallInteger, time } from '../asn1/index.ts'
import { Budget } from '../core/budget.ts'
import { equal } from '../core/bytes.ts'
import { isKysoError, KysoError } from '../core/errors.ts'
import { AlgorithmIdentifier } from './algorithm-identifier.ts'
import { type Extension, ExtensionsSchema } from './certificate.ts'
import { CERTIFICATE_ISSUER, findExtension, REASON_CODE_OID, readExtension } from './extensions.ts'
import { type Name, NameSchema } from './name.ts'

const TbsCertList = sequence({
  version: optional(smallInteger()),
  signature: raw(AlgorithmIdentifier),
  issuer: NameSchema,
  thisUpdate: time(),
  nextUpdate: optional(time()),
  revokedCertificates: optional(bytesOf(sequence({}))),
  crlExtensions: optional(explicit(0, ExtensionsSchema)),
})

const CertificateList = sequence({ tbsCertList: raw(TbsCertList), signatureAlgorithm: raw(AlgorithmIdentifier), signatureValue: bitString() })

/** One entry of the list. */
const RevokedCertificate = sequence({ userCertificate: integerBytes(), revocationDate: time(), crlEntryExtensions: optional(ExtensionsSchema) })

/** CRLReason (RFC 5280 §5.3.1) by number; 7 is not used. */
export const CRL_REASONS: readonly string[] = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'reserved',
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
]

/** A CRL taken apart; its entries stay encoded. */
export interface Crl {
  readonly bytes: Uint8Array
  readonly tbs: Uint8Array
  readonly issuer: Name
  readonly thisUpdate: Date
  readonly nextUpdate: Date | undefined
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signatureAlgorithmsAgree: boolean
  readonly signatureValue: Uint8Array
  readonly extensions: readonly Extension[]
  /** The `revokedCertificates` element, or `undefined` for an empty list. */
  readonly entries: Uint8Array | undefined
}

/** What a CRL says of one certificate. */
export interface RevokedEntry {
  readonly revocationDate: Date
  readonly reason: string
  /** Whether the entry carries a critical extension this library does not know; it then counts as revoked all the same. */
  readonly unknownCritical: boolean
}

/**
 * Reads a CRL (§5.1). Its signature is not looked at.
 *
 * @param bytes DER; exactly one CertificateList
 * @throws KysoError `ERR_CERTIFICATE_SYNTAX`, `ERR_BUDGET_EXCEEDED`
 * @example
 * ```ts
 * nameToString(parseCrl(crl).issuer) // => 'CN=Lab ca,O=Phòng thí nghiệm Ký số,C=VN'
 * ```
 */
export function parseCrl(bytes: Uint8Array, options: { budget?: Budget } = {}): Crl {
  let parsed: Infer<typeof CertificateList>
  try {
    parsed = decode(CertificateList, bytes, options.budget ? { budget: options.budget } : {})
  } catch (cause) {
    if (!isKysoError(cause) || cause.code === 'ERR_BUDGET_EXCEEDED') throw cause
    throw new KysoError('ERR_CERTIFICATE_SYNTAX', `not a CRL: ${cause.message}`, { ...cause.data }, { cause })
  }
  const { value: tbs, bytes: tbsBytes } = parsed.tbsCertList
  return {
    bytes,
    tbs: tbsBytes,
    issuer: tbs.issuer,
    thisUpdate: tbs.thisUpdate,
    nextUpdate: tbs.nextUpdate,
    signatureAlgorithm: parsed.signatureAlgorithm.value,
    signatureAlgorithmsAgree: equal(parsed.signatureAlgorithm.bytes, tbs.signature.bytes),
    signatureValue: parsed.signatureValue.bytes,
    extensions: tbs.crlExtensions ?? [],
    entries: tbs.revokedCertificates,
  }
}

/**
 * Looks a serial number up. The scan touches each entry's header and serial number only.
 *
 * @param serialNumber content octets of the INTEGER
 * @param budget what reading the entry may cost; the scan is linear in the list and costs none
 * @returns `undefined` where the list does not name it
 * @throws KysoError `ERR_ASN1_*` and `ERR_CERTIFICATE_SYNTAX` for a malformed entry, `ERR_BUDGET_EXCEEDED`
 * @example
 * ```ts
 * findRevoked(parseCrl(crl), revoked.serialNumber)?.reason // => 'keyCompromise'
 * findRevoked(parseCrl(crl), certificate.serialNumber) // => undefined
 * ```
 */
export function findRevoked(crl: Crl, serialNumber: Uint8Array, budget = new Budget()): RevokedEntry | undefined {
  if (!crl.entries) return undefined
  const context = { rules: 'DER', budget: new Budget({ asn1Nodes: Number.MAX_SAFE_INTEGER }), depth: 0 } as const
  const list = readElement(crl.entries, 0, crl.entries.length, context)
  for (let at = list.contentStart; at < list.contentEnd; ) {
    const entry = readElement(crl.entries, at, list.contentEnd, context)
    const serial: Element = readElement(crl.entries, entry.contentStart, entry.contentEnd, context)
    if (serial.contentEnd - serial.contentStart === serialNumber.length && equal(crl.entries.subarray(serial.contentStart, serial.contentEnd), serialNumber)) {
      return readEntry(crl.entries.subarray(entry.start, entry.end), budget)
    }
    at = entry.end
  }
  return undefined
}

function readEntry(bytes: Uint8Array, budget: Budget): RevokedEntry {
  const entry = decode(RevokedCertificate, bytes, { budget })
  const extensions = { extensions: entry.crlEntryExtensions ?? [] }
  const reasonExtension = findExtension(extensions, REASON_CODE_OID)
  // ENUMERATED of one octet. What is damaged is no reason, above all not the one that takes an entry back.
  const [tag, length, value = 0, ...rest] = reasonExtension?.extnValue.subarray(0, 4) ?? []
  const code = tag === 0x0a && length === 1 && rest.length === 0 ? value : 0
  // Entries of other issuers (indirect CRLs) name them; reading it here makes a malformed one an error.
  readExtension(extensions, CERTIFICATE_ISSUER)
  return {
    revocationDate: entry.revocationDate,
    reason: CRL_REASONS[code] ?? 'unspecified',
    unknownCritical: extensions.extensions.some((e) => e.critical && e.extnID !== REASON_CODE_OID && e.extnID !== CERTIFICATE_ISSUER.oid),
  }
}
