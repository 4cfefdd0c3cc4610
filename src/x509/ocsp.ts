/** OCSP responses (RFC 6960 §4.2) as read. */
import {
  bitString,
  choice,
  decode,
  encoded,
  enumerated,
  explicit,
  generalizedTime,
  type Infer,
  implicit,
  integerBytes,
  nullValue,
  octetString,
  oid,
  optional,
  raw,
  sequence,
  sequenceOf,
  smallInteger,
  withDefault,
} from '../asn1/index.ts'
import type { Budget } from '../core/budget.ts'
import { isAboutDocument, isKysoError, KysoError } from '../core/errors.ts'
import { AlgorithmIdentifier } from './algorithm-identifier.ts'
import { type Extension, ExtensionsSchema } from './certificate.ts'
import { NameSchema } from './name.ts'

/** CertID (§4.1.1). */
export const CertId = sequence({
  hashAlgorithm: AlgorithmIdentifier,
  issuerNameHash: octetString(),
  issuerKeyHash: octetString(),
  serialNumber: integerBytes(),
})
export type CertId = Infer<typeof CertId>

const CertStatus = choice({
  good: implicit(0, nullValue()),
  revoked: implicit(1, sequence({ revocationTime: generalizedTime(), revocationReason: optional(explicit(0, enumerated())) })),
  unknown: implicit(2, nullValue()),
})

const SingleResponse = sequence({
  certID: CertId,
  certStatus: CertStatus,
  thisUpdate: generalizedTime(),
  nextUpdate: optional(explicit(0, generalizedTime())),
  singleExtensions: optional(explicit(1, ExtensionsSchema)),
})
export type SingleResponse = Infer<typeof SingleResponse>

const ResponseData = sequence({
  version: withDefault(explicit(0, smallInteger()), 0),
  responderID: choice({ byName: explicit(1, NameSchema), byKey: explicit(2, octetString()) }),
  producedAt: generalizedTime(),
  responses: sequenceOf(SingleResponse),
  responseExtensions: optional(explicit(1, ExtensionsSchema)),
})

/** BasicOCSPResponse (§4.2.1). */
export const BasicOcspResponse = sequence({
  tbsResponseData: raw(ResponseData),
  signatureAlgorithm: AlgorithmIdentifier,
  signature: bitString(),
  certs: optional(explicit(0, sequenceOf(encoded()))),
})

const OcspResponse = sequence({
  responseStatus: enumerated(),
  responseBytes: optional(explicit(0, sequence({ responseType: oid(), response: octetString() }))),
})

const ID_PKIX_OCSP_BASIC = '1.3.6.1.5.5.7.48.1.1'

/** OCSPResponseStatus by number. */
export const OCSP_STATUS: readonly string[] = ['successful', 'malformedRequest', 'internalError', 'tryLater', '', 'sigRequired', 'unauthorized']

/** A basic OCSP response taken apart. */
export interface OcspAnswer {
  /** DER of the BasicOCSPResponse. */
  readonly bytes: Uint8Array
  readonly tbs: Uint8Array
  readonly responderID: Infer<typeof ResponseData>['responderID']
  readonly producedAt: Date
  readonly responses: readonly SingleResponse[]
  readonly extensions: readonly Extension[]
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signatureValue: Uint8Array
  /** Certificates sent along, as encoded elements. */
  readonly certificates: readonly Uint8Array[]
}

function rethrow(cause: unknown): never {
  if (!isAboutDocument(cause)) throw cause
  throw new KysoError('ERR_CERTIFICATE_SYNTAX', `not an OCSP response: ${cause.message}`, { ...cause.data }, { cause })
}

/**
 * Reads a BasicOCSPResponse (§4.2.1), as a DSS dictionary or a `revocationValues` attribute carries it. Its signature is not looked at.
 *
 * @param bytes DER
 * @throws KysoError `ERR_CERTIFICATE_SYNTAX`, `ERR_BUDGET_EXCEEDED`
 * @example
 * ```ts
 * const { bytes } = parseOcsp(ocspResponse)
 * parseBasicOcsp(bytes).responses.length // => 1
 * ```
 */
export function parseBasicOcsp(bytes: Uint8Array, options: { budget?: Budget } = {}): OcspAnswer {
  try {
    const basic = decode(BasicOcspResponse, bytes, options.budget ? { budget: options.budget } : {})
    const { value: data, bytes: tbs } = basic.tbsResponseData
    return {
      bytes,
      tbs,
      responderID: data.responderID,
      producedAt: data.producedAt,
      responses: data.responses,
      extensions: data.responseExtensions ?? [],
      signatureAlgorithm: basic.signatureAlgorithm,
      // A value that is no whole number of octets is none.
      signatureValue: basic.signature.unusedBits === 0 ? basic.signature.bytes : new Uint8Array(0),
      certificates: basic.certs ?? [],
    }
  } catch (cause) {
    return rethrow(cause)
  }
}

/**
 * Reads an OCSPResponse, as servers answer and files carry it; a bare BasicOCSPResponse is taken too. Its signature is not looked at.
 *
 * @param bytes DER
 * @throws KysoError `ERR_CERTIFICATE_SYNTAX` also when the responder gave an error status instead of an answer
 * @example
 * ```ts
 * parseOcsp(ocspResponse).responses[0]?.certStatus.type // => 'good'
 * ```
 */
export function parseOcsp(bytes: Uint8Array, options: { budget?: Budget } = {}): OcspAnswer {
  let outer: Infer<typeof OcspResponse>
  try {
    outer = decode(OcspResponse, bytes, options.budget ? { budget: options.budget } : {})
  } catch (cause) {
    if (isKysoError(cause, 'ERR_ASN1_UNEXPECTED')) return parseBasicOcsp(bytes, options)
    return rethrow(cause)
  }
  if (outer.responseStatus !== 0 || outer.responseBytes?.responseType !== ID_PKIX_OCSP_BASIC) {
    const status = OCSP_STATUS[outer.responseStatus] || String(outer.responseStatus)
    throw new KysoError('ERR_CERTIFICATE_SYNTAX', `the OCSP responder gave no answer: ${status}`, { status })
  }
  return parseBasicOcsp(outer.responseBytes.response, options)
}
