/** Certificates and CRLs (RFC 5280 §4.1, §5.1) as schemas of the tests' own, strict in everything. */
import {
  bitString,
  boolean,
  encoded,
  explicit,
  implicit,
  integer,
  octetString,
  oid,
  optional,
  raw,
  sequence,
  sequenceOf,
  setOf,
  smallInteger,
  text,
  time,
  withDefault,
} from '../../src/asn1/index.ts'

const Algorithm = sequence({ algorithm: oid(), parameters: optional(encoded()) })

/** Name, its values texts alone. */
export const Name = sequenceOf(setOf(sequence({ type: oid(), value: text() }), { min: 1 }))

/** Extensions. */
export const Extensions = sequenceOf(sequence({ id: oid(), critical: withDefault(boolean(), false), value: octetString() }), { min: 1 })

/** Certificate. */
export const Certificate = sequence({
  tbs: raw(
    sequence({
      version: withDefault(explicit(0, smallInteger()), 0),
      serial: integer(),
      signature: Algorithm,
      issuer: Name,
      validity: sequence({ notBefore: time(), notAfter: time() }),
      subject: Name,
      key: sequence({ algorithm: Algorithm, key: bitString() }),
      issuerUniqueId: optional(implicit(1, bitString())),
      subjectUniqueId: optional(implicit(2, bitString())),
      extensions: optional(explicit(3, Extensions)),
    }),
  ),
  algorithm: Algorithm,
  value: bitString(),
})

/** CertificateList. */
export const CertificateList = sequence({
  tbs: raw(
    sequence({
      version: optional(smallInteger()),
      signature: Algorithm,
      issuer: Name,
      thisUpdate: time(),
      nextUpdate: optional(time()),
      revoked: optional(sequenceOf(sequence({ serial: integer(), date: time(), extensions: optional(Extensions) }), { min: 1 })),
      extensions: optional(explicit(0, Extensions)),
    }),
  ),
  algorithm: Algorithm,
  value: bitString(),
})
