/** Evidence in unsigned attributes (RFC 5126 §6.3.3, §6.3.4, EN 319 122-1 annex A): certificates and revocation values of one signer. */
import { decode, encoded, sequenceOf } from '../asn1/index.ts'
import type { Budget } from '../core/budget.ts'
import { attempt } from '../core/errors.ts'
import { type Certificate, parseCertificate } from '../x509/certificate.ts'
import { type Crl, parseCrl } from '../x509/crl.ts'
import { type OcspAnswer, parseBasicOcsp } from '../x509/ocsp.ts'
import { attributesOf } from './attributes.ts'
import { ATTRIBUTE } from './oids.ts'
import { RevocationValues } from './schemas.ts'
import type { ParsedSignerInfo } from './signed-data.ts'

/** What attributes carry; what of it cannot be read is left out. */
export interface AttributeEvidence {
  readonly certificates: readonly Certificate[]
  readonly crls: readonly Crl[]
  readonly ocsp: readonly OcspAnswer[]
}

/** Certificates and revocation values of a signer. Nothing of them is judged: what they are good for is seen where chains are built. */
export function attributeEvidence(info: ParsedSignerInfo, budget: Budget): AttributeEvidence {
  const values = (type: string): Uint8Array[] => attributesOf(info.unsigned, type).flatMap((one) => [...one.attrValues])
  const each = <T>(list: readonly Uint8Array[], read: (bytes: Uint8Array) => T): T[] => list.flatMap((bytes) => attempt(() => read(bytes)) ?? [])
  const certificates = each(values(ATTRIBUTE.certificateValues), (value) => decode(sequenceOf(encoded()), value, { rules: 'BER', budget })).flat()
  const revocation = each(values(ATTRIBUTE.revocationValues), (value) => decode(RevocationValues, value, { rules: 'BER', budget }))
  return {
    certificates: each(certificates, (one) => parseCertificate(one, { budget })),
    crls: each(
      revocation.flatMap(({ crlVals = [] }) => crlVals),
      (one) => parseCrl(one, { budget }),
    ),
    ocsp: each(
      revocation.flatMap(({ ocspVals = [] }) => ocspVals),
      (one) => parseBasicOcsp(one, { budget }),
    ),
  }
}
