import { toHex } from '../core/bytes.ts'
import { KysoError } from '../core/errors.ts'
import { children, encode, own, raw, wholeSeconds } from './der.ts'
import type { LabExtension } from './extensions.ts'
import { type LabKey, signParameters } from './keys.ts'
import { x509 } from './peculiar.ts'

/** What is certified, and by whom. */
export interface CertificateParts {
  /** DER name. */
  readonly subject: Uint8Array
  /** DER name. */
  readonly issuer: Uint8Array
  readonly subjectKey: LabKey
  readonly issuerKey: LabKey
  readonly notBefore: Date
  readonly notAfter: Date
  readonly extensions: readonly LabExtension[]
  /** Hexadecimal; 16 random bytes when left out. */
  readonly serial?: string | undefined
}

/** A certificate in DER. */
export async function createCertificate(parts: CertificateParts): Promise<Uint8Array> {
  const { issuerKey } = parts
  const certificate = await x509.X509CertificateGenerator.create({
    subject: new x509.Name(own(parts.subject)),
    issuer: new x509.Name(own(parts.issuer)),
    publicKey: own(parts.subjectKey.spki),
    signingKey: issuerKey.privateKey,
    signingAlgorithm: signParameters(issuerKey),
    serialNumber: parts.serial ?? randomSerial(),
    notBefore: wholeSeconds(parts.notBefore),
    notAfter: wholeSeconds(parts.notAfter),
    extensions: parts.extensions.map(({ oid, critical, value }) => new x509.Extension(oid, critical ?? false, own(value))),
  })
  return new Uint8Array(certificate.rawData)
}

/** 16 random bytes in hexadecimal, positive and never with a leading zero. */
function randomSerial(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return toHex(bytes)
}

/** What the lab wants to know of a certificate. */
export interface CertificateReading {
  /** Contents of the serial number's INTEGER. */
  readonly serial: Uint8Array
  /** DER names. */
  readonly issuer: Uint8Array
  readonly subject: Uint8Array
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
}

/** Reads a certificate; throws `ERR_ARGUMENT` when it is none. */
export function readCertificate(der: Uint8Array): CertificateReading {
  const fields = children(children(raw(der))[0])
  // Version is [0] and may be absent.
  const [serial, , issuer, , subject, spki] = fields[0]?.idBlock.tagClass === 3 ? fields.slice(1) : fields
  if (!serial || !issuer || !subject || !spki) throw new KysoError('ERR_ARGUMENT', 'not a certificate', { argument: 'certificate' })
  const encodedSerial = encode(serial)
  return { serial: encodedSerial.subarray(2), issuer: encode(issuer), subject: encode(subject), spki: encode(spki) }
}

/** The octets of the public key, which key identifiers and OCSP's CertID hash: the BIT STRING without its count of unused bits. */
export function publicKeyOctets(spki: Uint8Array): Uint8Array {
  const key = children(raw(spki))[1]
  if (!key) throw new KysoError('ERR_ARGUMENT', 'not a SubjectPublicKeyInfo', { argument: 'spki' })
  const whole = encode(key)
  const first = whole[1] ?? 0
  return whole.subarray(2 + (first > 0x80 ? first - 0x80 : 0) + 1)
}
