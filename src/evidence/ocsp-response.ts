/** An OCSPResponse around a BasicOCSPResponse: documents carry the one or the other, and hashes are made of the inner one. */
import { encode, enumerated, explicit, octetString, oid, sequence } from '../asn1/index.ts'
import type { OcspAnswer } from '../x509/index.ts'

const ID_PKIX_OCSP_BASIC = '1.3.6.1.5.5.7.48.1.1'

const OcspResponse = sequence({
  responseStatus: enumerated(),
  responseBytes: explicit(0, sequence({ responseType: oid(), response: octetString() })),
})

/** DER of the OCSPResponse (RFC 6960 §4.2.1) with a basic response in it. */
export function ocspResponseOf({ bytes }: Pick<OcspAnswer, 'bytes'>): Uint8Array {
  return encode(OcspResponse, { responseStatus: 0, responseBytes: { responseType: ID_PKIX_OCSP_BASIC, response: bytes } })
}
