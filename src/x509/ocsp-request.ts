/** OCSP requests (RFC 6960 §4.1) as made. */
import { decode, encode, explicit, octetString, optional, sequence, sequenceOf } from '../asn1/index.ts'
import type { CryptoProvider } from '../core/crypto/provider.ts'
import { KysoError } from '../core/errors.ts'
import { digest } from '../core/hash.ts'
import { digestIdentifier } from './algorithm-identifier.ts'
import { type Certificate, ExtensionsSchema } from './certificate.ts'
import { CertId } from './ocsp.ts'
import { SubjectPublicKeyInfo } from './public-key.ts'

/** id-pkix-ocsp-nonce (RFC 9654 §2.1), in requests and in answers. */
export const OCSP_NONCE = { oid: '1.3.6.1.5.5.7.48.1.2', name: 'ocsp-nonce', schema: octetString() } as const

const NULL = Uint8Array.of(0x05, 0x00)

/** OCSPRequest (§4.1.1): unsigned, of version 1, which is not written. */
const OcspRequestSchema = sequence({
  tbsRequest: sequence({
    requestList: sequenceOf(sequence({ reqCert: CertId })),
    requestExtensions: optional(explicit(2, ExtensionsSchema)),
  }),
})

/** How a request is made. */
export interface OcspRequestOptions {
  /** Of the CertID. SHA-1 when left out: RFC 5019 §2.1.1 asks for it, most responders know nothing else, and nothing is signed by it. */
  readonly digest?: 'SHA-1' | 'SHA-256'
  /** From 1 to 128 octets (RFC 9654 §2.1). None when left out. */
  readonly nonce?: Uint8Array
}

/** A request and what its answer is held against. */
export interface OcspRequest {
  /** DER of the OCSPRequest. */
  readonly bytes: Uint8Array
  readonly certId: CertId
  readonly nonce?: Uint8Array
}

/**
 * Makes a request about one certificate.
 *
 * @param certificate the one asked about: its serial number and its issuer's name as it spells it
 * @param issuer whose key is meant
 * @throws KysoError `ERR_ARGUMENT` for a nonce of another length, `ERR_ASN1_*` for a key that is none
 * @example
 * ```ts
 * const request = await ocspRequest(defaultCrypto(), certificate, issuer, { digest: 'SHA-256' })
 * request.certId.serialNumber // => certificate.serialNumber
 * ```
 */
export async function ocspRequest(
  crypto: CryptoProvider,
  certificate: Pick<Certificate, 'serialNumber' | 'issuer'>,
  issuer: { readonly spki: Uint8Array },
  options: OcspRequestOptions = {},
): Promise<OcspRequest> {
  const { digest: algorithm = 'SHA-1', nonce } = options
  if (nonce && (nonce.length < 1 || nonce.length > 128)) throw new KysoError('ERR_ARGUMENT', 'a nonce has from 1 to 128 octets', { length: nonce.length })
  // §4.1.1: of the value of the BIT STRING, without tag, length and the number of unused bits.
  const key = decode(SubjectPublicKeyInfo, issuer.spki).subjectPublicKey.bytes
  const certId: CertId = {
    // Responders exist that compare the identifier octet by octet with the one they have, and that has the NULL.
    hashAlgorithm: { ...digestIdentifier(algorithm), parameters: NULL },
    issuerNameHash: await digest(crypto, algorithm, certificate.issuer.bytes),
    issuerKeyHash: await digest(crypto, algorithm, key),
    serialNumber: certificate.serialNumber,
  }
  const requestExtensions = nonce && [{ extnID: OCSP_NONCE.oid, critical: false, extnValue: encode(OCSP_NONCE.schema, nonce) }]
  const bytes = encode(OcspRequestSchema, { tbsRequest: { requestList: [{ reqCert: certId }], ...(requestExtensions ? { requestExtensions } : {}) } })
  return { bytes, certId, ...(nonce ? { nonce } : {}) }
}
