/** Certificate revocation lists (RFC 5280 §5). The list of entries is scanned when something is looked for, never built. */

import { bitString, bytesOf, decode, explicit, type Infer, optional, raw, sequence, smallInteger, time } from '../asn1/index.ts'
import type { Budget } from '../core/budget.ts'
import { equal } from '../core/bytes.ts'
import { isAboutDocument, KysoError } from '../core/errors.ts'
import { AlgorithmIdentifier } from './algorithm-identifier.ts'
import { type Extension, ExtensionsSchema } from './certificate.ts'
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
    if (!isAboutDocument(cause)) throw cause
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
    // A value that is no whole number of octets is none.
    signatureValue: parsed.signatureValue.unusedBits === 0 ? parsed.signatureValue.bytes : new Uint8Array(0),
    extensions: tbs.crlExtensions ?? [],
    entries: tbs.revokedCertificates,
  }
}
