/** SignedData made (RFC 5652 §5, EN 319 122-1): signed attributes first, the rest when the signature value is there. */
import { encode, octetString, oid, time } from '../asn1/index.ts'
import type { DigestAlgorithm } from '../core/algorithms.ts'
import { equal } from '../core/bytes.ts'
import type { CryptoProvider, SignatureScheme } from '../core/crypto/provider.ts'
import { digest } from '../core/hash.ts'
import { digestIdentifier, signatureIdentifier } from '../x509/algorithm-identifier.ts'
import type { Certificate } from '../x509/certificate.ts'
import { ATTRIBUTE, CONTENT } from './oids.ts'
import { type Attribute, Attributes, ContentInfo, SignedData, SignerInfo, SigningCertificateV2 } from './schemas.ts'

/**
 * One attribute with one value (RFC 5652 §5.3).
 *
 * @param attrType object identifier, as in {@link ATTRIBUTE}
 * @param value the encoded value
 * @example
 * ```ts
 * attribute(CMS_ATTRIBUTE.signatureTimestamp, token).attrValues // => [token]
 * ```
 */
export function attribute(attrType: string, value: Uint8Array): Attribute {
  return { attrType, attrValues: [value] }
}

/** What signed attributes are made from. */
export interface SignedAttributesInput {
  /** `id-data` when left out; `null` for a counter-signature, which has none (RFC 5652 §11.4). */
  readonly contentType?: string | null
  readonly messageDigest: Uint8Array
  readonly certificate: Certificate
  readonly digest: DigestAlgorithm
  /** `signingTime`; left out in PDF, where `/M` takes its place (EN 319 142-1 §6.3). */
  readonly signingTime?: Date
  /** Further attributes, ready-made. */
  readonly further?: readonly Attribute[]
}

const bindings = new WeakMap<Certificate, Map<DigestAlgorithm, Uint8Array>>()

/** SigningCertificateV2 of a certificate (RFC 5035 §3): the same in all that it signs, so it is made once. */
async function signingCertificateV2(crypto: CryptoProvider, certificate: Certificate, hash: DigestAlgorithm): Promise<Uint8Array> {
  const made = bindings.get(certificate) ?? new Map<DigestAlgorithm, Uint8Array>()
  bindings.set(certificate, made)
  const known = made.get(hash)
  if (known) return known
  const bytes = encode(SigningCertificateV2, {
    certs: [
      {
        hashAlgorithm: digestIdentifier(hash),
        certHash: await digest(crypto, hash, certificate.bytes),
        issuerSerial: { issuer: [{ type: 'directoryName', value: certificate.issuer }], serialNumber: certificate.serialNumber },
      },
    ],
  })
  made.set(hash, bytes)
  return bytes
}

/**
 * DER of the SET OF signed attributes, which the signature value is made over: `contentType`, `messageDigest`, `signingCertificateV2`
 * (RFC 5035 §3), and `signingTime` where it is given.
 *
 * @param input its `digest` made `messageDigest` and binds the certificate; in place of MD5 and SHA-1, SHA-256 binds it
 * @throws KysoError `ERR_ALGORITHM_UNSUPPORTED`
 * @example
 * ```ts
 * const signedAttributes = await buildSignedAttributes(defaultCrypto(), { certificate, digest: 'SHA-256', messageDigest: digest, signingTime: new Date() })
 * readAttributes(signedAttributes, new Budget()).attributes.length // => 4
 * ```
 */
export async function buildSignedAttributes(crypto: CryptoProvider, input: SignedAttributesInput): Promise<Uint8Array> {
  // MD5 and SHA-1 never bind a certificate, whatever the document is hashed with.
  const hash: DigestAlgorithm = input.digest === 'MD5' || input.digest === 'SHA-1' ? 'SHA-256' : input.digest
  return encode(Attributes, [
    ...(input.contentType === null ? [] : [attribute(ATTRIBUTE.contentType, encode(oid(), input.contentType ?? CONTENT.data))]),
    attribute(ATTRIBUTE.messageDigest, encode(octetString(), input.messageDigest)),
    attribute(ATTRIBUTE.signingCertificateV2, await signingCertificateV2(crypto, input.certificate, hash)),
    ...(input.signingTime ? [attribute(ATTRIBUTE.signingTime, encode(time(), input.signingTime))] : []),
    ...(input.further ?? []),
  ])
}

/** What a SignerInfo is made from. */
export interface SignerInfoInput {
  readonly certificate: Certificate
  readonly digest: DigestAlgorithm
  readonly scheme: SignatureScheme
  /** DER of the SET OF, from {@link buildSignedAttributes}. */
  readonly signedAttributes: Uint8Array
  readonly signature: Uint8Array
  readonly unsignedAttributes?: readonly Attribute[]
}

/** What a SignedData with one signer is made from. */
export interface SignedDataInput extends SignerInfoInput {
  /** DER of every certificate to carry, the signer's among them. */
  readonly certificates: readonly Uint8Array[]
  readonly contentType?: string
  /** The content, for an attached signature. */
  readonly content?: Uint8Array
}

/** The same element under another tag: the way IMPLICIT tags are put on what is encoded already. */
function retagged(element: Uint8Array, identifier: number): Uint8Array {
  const copy = element.slice()
  copy[0] = identifier
  return copy
}

/** Certificates without those that stand in the list before: a set holds each once. */
export function distinct(certificates: readonly Uint8Array[]): readonly Uint8Array[] {
  return certificates.length < 2 ? certificates : certificates.filter((one, i, all) => all.findIndex((other) => equal(one, other)) === i)
}

/**
 * DER of a SignerInfo (RFC 5652 §5.3), its signer named by issuer and serial number. Nothing is checked.
 *
 * @throws KysoError `ERR_ALGORITHM_UNSUPPORTED`
 */
export function buildSignerInfo(input: SignerInfoInput): Uint8Array {
  const { certificate } = input
  return encode(SignerInfo, {
    version: 1,
    sid: { type: 'issuerAndSerialNumber', value: { issuer: certificate.issuer, serialNumber: certificate.serialNumber } },
    digestAlgorithm: digestIdentifier(input.digest),
    signedAttrs: retagged(input.signedAttributes, 0xa0),
    signatureAlgorithm: signatureIdentifier(input.scheme),
    signature: input.signature,
    ...(input.unsignedAttributes?.length ? { unsignedAttrs: retagged(encode(Attributes, input.unsignedAttributes), 0xa1) } : {}),
  })
}

/**
 * DER of a ContentInfo with SignedData (RFC 5652 §5.1) of one signer. Nothing is checked: whoever has the signature value knows what it is over.
 *
 * @returns a detached signature, or an attached one where `content` is given
 * @throws KysoError `ERR_ALGORITHM_UNSUPPORTED`
 * @example
 * ```ts
 * const cms = buildSignedData({
 *   certificate,
 *   certificates: signer.certificates,
 *   digest: 'SHA-256',
 *   scheme: { kind: 'ECDSA', digest: 'SHA-256' },
 *   signedAttributes,
 *   signature: signatureValue,
 * })
 * parseSignedData(cms).signerInfos.length // => 1
 * ```
 */
export function buildSignedData(input: SignedDataInput): Uint8Array {
  const contentType = input.contentType ?? CONTENT.data
  const certificates = distinct(input.certificates)
  const signerInfo = buildSignerInfo(input)
  const signedData = encode(SignedData, {
    // §5.1: 3 where the content is not id-data, else 1 with signers named by issuer and serial number.
    version: contentType === CONTENT.data ? 1 : 3,
    digestAlgorithms: [digestIdentifier(input.digest)],
    encapContentInfo: { eContentType: contentType, ...(input.content ? { eContent: input.content } : {}) },
    certificates,
    signerInfos: [signerInfo],
  })
  return encode(ContentInfo, { contentType: CONTENT.signedData, content: signedData })
}
