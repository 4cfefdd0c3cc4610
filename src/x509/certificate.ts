/** X.509 certificates (RFC 5280 §4.1) as read: nothing is judged here but that the structure is one. */
import {
  bitString,
  boolean,
  bytesOf,
  decode,
  explicit,
  type Infer,
  implicit,
  integerBytes,
  octetString,
  oid,
  optional,
  raw,
  sequence,
  sequenceOf,
  smallInteger,
  time,
  withDefault,
} from '../asn1/index.ts'
import type { Budget } from '../core/budget.ts'
import { equal, toHex } from '../core/bytes.ts'
import type { PublicKey } from '../core/crypto/provider.ts'
import { isAboutDocument, KysoError } from '../core/errors.ts'
import { AlgorithmIdentifier } from './algorithm-identifier.ts'
import { type Name, NameSchema } from './name.ts'
import { parsePublicKey } from './public-key.ts'

/** Extension (RFC 5280 §4.2), its value the content of the OCTET STRING. */
export const ExtensionSchema = sequence({ extnID: oid(), critical: withDefault(boolean(), false), extnValue: octetString() })
export type Extension = Infer<typeof ExtensionSchema>

/** Extensions, as certificates, CRLs and OCSP answers carry them; responders exist that send an empty list. */
export const ExtensionsSchema = sequenceOf(ExtensionSchema)

const TbsCertificate = sequence({
  version: withDefault(explicit(0, smallInteger()), 0),
  serialNumber: integerBytes(),
  signature: raw(AlgorithmIdentifier),
  issuer: NameSchema,
  validity: sequence({ notBefore: time(), notAfter: time() }),
  subject: NameSchema,
  subjectPublicKeyInfo: bytesOf(sequence({})),
  issuerUniqueID: optional(implicit(1, bitString())),
  subjectUniqueID: optional(implicit(2, bitString())),
  extensions: optional(explicit(3, ExtensionsSchema)),
})

/** Certificate with the bytes of its signed part. */
export const CertificateSchema = sequence({ tbsCertificate: raw(TbsCertificate), signatureAlgorithm: raw(AlgorithmIdentifier), signatureValue: bitString() })

/** A certificate taken apart. Byte arrays are views of `bytes`. */
export interface Certificate {
  /** DER of the whole. */
  readonly bytes: Uint8Array
  /** DER of what is signed. */
  readonly tbs: Uint8Array
  /** 1, 2 or 3. */
  readonly version: number
  /** Content octets of the INTEGER. */
  readonly serialNumber: Uint8Array
  readonly signatureAlgorithm: AlgorithmIdentifier
  /** Whether the two places that name the signature algorithm agree (RFC 5280 §4.1.1.2). */
  readonly signatureAlgorithmsAgree: boolean
  readonly signatureValue: Uint8Array
  readonly issuer: Name
  readonly subject: Name
  readonly notBefore: Date
  readonly notAfter: Date
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  readonly extensions: readonly Extension[]
}

/**
 * Reads a certificate.
 *
 * @param bytes DER; exactly one certificate
 * @throws KysoError `ERR_CERTIFICATE_SYNTAX` (with the ASN.1 error as cause), `ERR_BUDGET_EXCEEDED`
 * @example
 * ```ts
 * const certificate = parseCertificate(der)
 * nameToString(certificate.subject) // => 'CN=Nguyễn Văn A,O=Công ty Thử nghiệm,C=VN'
 * ```
 */
export function parseCertificate(bytes: Uint8Array, options: { budget?: Budget } = {}): Certificate {
  let parsed: Infer<typeof CertificateSchema>
  try {
    parsed = decode(CertificateSchema, bytes, options.budget ? { budget: options.budget } : {})
  } catch (cause) {
    if (!isAboutDocument(cause)) throw cause
    throw new KysoError('ERR_CERTIFICATE_SYNTAX', `not a certificate: ${cause.message}`, { ...cause.data }, { cause })
  }
  const { value: tbs, bytes: tbsBytes } = parsed.tbsCertificate
  return {
    bytes,
    tbs: tbsBytes,
    version: tbs.version + 1,
    serialNumber: tbs.serialNumber,
    signatureAlgorithm: parsed.signatureAlgorithm.value,
    signatureAlgorithmsAgree: equal(parsed.signatureAlgorithm.bytes, tbs.signature.bytes),
    // A value that is no whole number of octets is none, but the certificate can be read: some roots of the field are such.
    signatureValue: parsed.signatureValue.unusedBits === 0 ? parsed.signatureValue.bytes : new Uint8Array(0),
    issuer: tbs.issuer,
    subject: tbs.subject,
    notBefore: tbs.validity.notBefore,
    notAfter: tbs.validity.notAfter,
    spki: tbs.subjectPublicKeyInfo,
    extensions: tbs.extensions ?? [],
  }
}

const publicKeys = new WeakMap<Certificate, PublicKey>()

/**
 * The public key of a certificate, checked as `parsePublicKey` does; parsed once.
 *
 * @throws KysoError `ERR_KEY_INVALID`, `ERR_ALGORITHM_UNSUPPORTED`, `ERR_ASN1_*`
 * @example
 * ```ts
 * publicKeyOf(certificate).type // => 'EC'
 * ```
 */
export function publicKeyOf(certificate: Certificate): PublicKey {
  let key = publicKeys.get(certificate)
  if (!key) {
    key = parsePublicKey(certificate.spki)
    publicKeys.set(certificate, key)
  }
  return key
}

/**
 * Whether two certificates are the same, byte for byte.
 *
 * @example
 * ```ts
 * sameCertificate(certificate, parseCertificate(der)) // => true
 * ```
 */
export function sameCertificate(a: Certificate, b: Certificate): boolean {
  return a === b || equal(a.bytes, b.bytes)
}

/**
 * Serial number in lower-case hexadecimal, as its content octets stand.
 *
 * @example
 * ```ts
 * serialHex({ serialNumber: Uint8Array.of(0x0a, 0xff) }) // => '0aff'
 * ```
 */
export function serialHex(certificate: Pick<Certificate, 'serialNumber'>): string {
  return toHex(certificate.serialNumber)
}

/**
 * Whether issuer and subject are one name: self-issued (RFC 5280 §6.1).
 *
 * @example
 * ```ts
 * isSelfIssued(parseCertificate(root)) // => true
 * ```
 */
export function isSelfIssued(certificate: Certificate): boolean {
  return equal(certificate.issuer.bytes, certificate.subject.bytes)
}
