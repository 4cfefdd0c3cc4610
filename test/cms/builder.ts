/** CMS made by hand, octet by octet, so that it can be wrong in every way; nothing of kyso's writer is used. */

import type { DigestAlgorithm } from '../../src/core/algorithms.ts'
import { concat } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import { digest } from '../../src/core/hash.ts'
import { readCertificate } from '../../src/testing/certificate.ts'
import type { LabIdentity } from '../../src/testing/index.ts'

/** Header and content of an element. */
export function tlv(identifier: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = concat(parts)
  const length: number[] = []
  for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256)
  return concat([Uint8Array.from(content.length < 128 ? [identifier, content.length] : [identifier, 0x80 | length.length, ...length]), content])
}

/** An indefinite-length element. */
export function indefinite(identifier: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return concat([Uint8Array.of(identifier, 0x80), ...parts, Uint8Array.of(0, 0)])
}

export const seq = (...parts: readonly Uint8Array[]): Uint8Array => tlv(0x30, ...parts)
/** SET in the order given. */
export const set = (...parts: readonly Uint8Array[]): Uint8Array => tlv(0x31, ...parts)
export const octets = (bytes: Uint8Array): Uint8Array => tlv(0x04, bytes)
export const int = (value: number): Uint8Array => tlv(0x02, Uint8Array.of(value))
export const NULL = Uint8Array.of(5, 0)

/** OBJECT IDENTIFIER. */
export function oid(text: string): Uint8Array {
  const [first = 0, second = 0, ...arcs] = text.split('.').map(Number)
  const octetsOf = (arc: number): number[] => {
    const groups = [arc % 128]
    for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) groups.unshift((rest % 128) | 0x80)
    return groups
  }
  return tlv(0x06, Uint8Array.from([first * 40 + second, ...arcs].flatMap(octetsOf)))
}

/** Octet strings in the order of DER. */
export function sorted(parts: readonly Uint8Array[]): Uint8Array[] {
  const key = (part: Uint8Array): string => Array.from(part, (byte) => String.fromCharCode(byte)).join('')
  return [...parts].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

export const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  signatureTimestamp: '1.2.840.113549.1.9.16.2.14',
  rsaEncryption: '1.2.840.113549.1.1.1',
  rsassaPss: '1.2.840.113549.1.1.10',
  mgf1: '1.2.840.113549.1.1.8',
  sha256WithRsa: '1.2.840.113549.1.1.11',
  sha512WithRsa: '1.2.840.113549.1.1.13',
  ecdsaSha256: '1.2.840.10045.4.3.2',
  ecdsaSha384: '1.2.840.10045.4.3.3',
  sha1: '1.3.14.3.2.26',
  md5: '1.2.840.113549.2.5',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const

const DIGESTS: Readonly<Record<string, DigestAlgorithm>> = {
  [OID.sha1]: 'SHA-1',
  [OID.md5]: 'MD5',
  [OID.sha256]: 'SHA-256',
  [OID.sha384]: 'SHA-384',
  [OID.sha512]: 'SHA-512',
}

/** An attribute with any number of values. */
export const attr = (type: string, ...values: readonly Uint8Array[]): Uint8Array => seq(oid(type), set(...values))

/** Digest by the name of its object identifier. */
export function hashed(digestOid: string, bytes: Uint8Array): Promise<Uint8Array> {
  return digest(defaultCrypto(), DIGESTS[digestOid] as DigestAlgorithm, bytes)
}

/** IssuerSerial of a certificate, for ESSCertID. */
export function issuerSerial(certificate: Uint8Array): Uint8Array {
  const { issuer, serial } = readCertificate(certificate)
  return seq(seq(tlv(0xa4, issuer)), tlv(0x02, serial))
}

/** SigningCertificateV2 with SHA-256, which is its default. */
export async function signingCertificateV2(
  certificate: Uint8Array,
  options: { readonly serialOf?: Uint8Array; readonly hash?: Uint8Array } = {},
): Promise<Uint8Array> {
  const hash = options.hash ?? (await hashed(OID.sha256, certificate))
  return attr(OID.signingCertificateV2, seq(seq(seq(octets(hash), ...(options.serialOf ? [issuerSerial(options.serialOf)] : [])))))
}

/** SigningCertificate with SHA-1. */
export async function signingCertificateV1(certificate: Uint8Array): Promise<Uint8Array> {
  return attr(OID.signingCertificate, seq(seq(seq(octets(await hashed(OID.sha1, certificate))))))
}

/** How a SignedData is made; what is left out is right. */
export interface CmsParts {
  readonly digestOid?: string
  /** Signed attributes in the order in which they are stored; `null` for none. */
  readonly attributes?: readonly Uint8Array[] | null
  /** What the signature value is over: the sorted attributes when left out. */
  readonly signedBytes?: Uint8Array
  /** AlgorithmIdentifier of the signature. */
  readonly signatureAlgorithm?: Uint8Array
  readonly signature?: Uint8Array
  /** SignerIdentifier. */
  readonly sid?: Uint8Array
  readonly certificates?: readonly Uint8Array[]
  readonly unsigned?: readonly Uint8Array[]
  readonly eContentType?: string
  /** The content inside. */
  readonly eContent?: Uint8Array
  readonly signerInfos?: number
  /** Indefinite lengths all the way down to SignedData. */
  readonly ber?: boolean
}

/** The usual attributes: contentType, messageDigest, signingCertificateV2. */
export async function usualAttributes(
  identity: LabIdentity,
  content: Uint8Array,
  digestOid: string = OID.sha256,
  contentType: string = OID.data,
): Promise<Uint8Array[]> {
  return sorted([
    attr(OID.contentType, oid(contentType)),
    attr(OID.messageDigest, octets(await hashed(digestOid, content))),
    await signingCertificateV2(identity.certificate, { serialOf: identity.certificate }),
  ])
}

/** AlgorithmIdentifier of what a key of the lab signs by default. */
export function algorithmOf(identity: LabIdentity): Uint8Array {
  switch (identity.algorithm) {
    case 'RSASSA-PKCS1-v1_5-SHA256':
      return seq(oid(OID.sha256WithRsa), NULL)
    case 'RSASSA-PSS-SHA256':
      return pss(OID.sha256, OID.sha256, 32)
    case 'Ed25519':
      return seq(oid('1.3.101.112'))
    case 'ECDSA-SHA384':
      return seq(oid(OID.ecdsaSha384))
    default:
      return seq(oid(OID.ecdsaSha256))
  }
}

/** AlgorithmIdentifier of RSASSA-PSS. */
export function pss(digestOid: string, mgfOid: string, saltLength: number, trailer?: number): Uint8Array {
  const parts = [
    tlv(0xa0, seq(oid(digestOid), NULL)),
    tlv(0xa1, seq(oid(OID.mgf1), seq(oid(mgfOid), NULL))),
    tlv(0xa2, int(saltLength)),
    ...(trailer === undefined ? [] : [tlv(0xa3, int(trailer))]),
  ]
  return seq(oid(OID.rsassaPss), seq(...parts))
}

/** A ContentInfo with SignedData over `content`, detached unless `eContent` is given. */
export async function cms(identity: LabIdentity, content: Uint8Array, parts: CmsParts = {}): Promise<Uint8Array> {
  const digestOid = parts.digestOid ?? (identity.algorithm === 'Ed25519' ? OID.sha512 : identity.algorithm === 'ECDSA-SHA384' ? OID.sha384 : OID.sha256)
  const eContentType = parts.eContentType ?? OID.data
  const attributes = parts.attributes === undefined ? await usualAttributes(identity, content, digestOid, eContentType) : parts.attributes
  const signedBytes = parts.signedBytes ?? (attributes ? set(...sorted(attributes)) : content)
  const { issuer, serial } = readCertificate(identity.certificate)
  const signerInfo = seq(
    int(1),
    parts.sid ?? seq(issuer, tlv(0x02, serial)),
    seq(oid(digestOid)),
    ...(attributes ? [tlv(0xa0, ...attributes)] : []),
    parts.signatureAlgorithm ?? algorithmOf(identity),
    octets(parts.signature ?? (await identity.key.sign(signedBytes))),
    ...(parts.unsigned ? [tlv(0xa1, ...parts.unsigned)] : []),
  )
  const constructed = parts.ber ? indefinite : tlv
  const eContent =
    parts.eContent === undefined
      ? []
      : [constructed(0xa0, parts.ber ? indefinite(0x24, octets(parts.eContent.subarray(0, 1)), octets(parts.eContent.subarray(1))) : octets(parts.eContent))]
  const certificates = parts.certificates ?? identity.chain
  const signedData = constructed(
    0x30,
    int(1),
    set(seq(oid(digestOid))),
    constructed(0x30, oid(eContentType), ...eContent),
    ...(certificates.length > 0 ? [constructed(0xa0, ...certificates)] : []),
    set(...Array.from({ length: parts.signerInfos ?? 1 }, () => signerInfo)),
  )
  return constructed(0x30, oid(OID.signedData), constructed(0xa0, signedData))
}
