/** Certificates and names made by hand, octet by octet, where the lab would not make them so. */

import { decode } from '../../src/asn1/index.ts'
import { concat, utf8 } from '../../src/core/bytes.ts'
import { readCertificate } from '../../src/testing/certificate.ts'
import type { LabKey } from '../../src/testing/index.ts'
import { type Certificate, type Name, parseCertificate } from '../../src/x509/index.ts'
import { NameSchema } from '../../src/x509/name.ts'
import { int, oid, seq, set, tlv } from '../cms/builder.ts'

/** An attribute of a name: its type, the tag of its string and the octets in it. */
export interface RawAttribute {
  readonly type: string
  readonly tag: number
  readonly content: Uint8Array
}

/** An attribute as UTF8String. */
export const text = (type: string, value: string): RawAttribute => ({ type, tag: 0x0c, content: utf8(value) })

/** DER of a name: a list of relative names, each a list of attributes in the order given. */
export function rawName(...rdns: readonly (readonly RawAttribute[])[]): Uint8Array {
  return seq(...rdns.map((rdn) => set(...rdn.map(({ type, tag, content }) => seq(oid(type), tlv(tag, content))))))
}

/** A name as read. */
export function name(der: Uint8Array): Name {
  return decode(NameSchema, der)
}

/** What is in a certificate made by hand. */
export interface RawCertificate {
  readonly subject: Uint8Array
  readonly issuer: Uint8Array
  readonly spki: Uint8Array
  readonly key: LabKey
  /** Octets of the INTEGER; `null` for version 1, which says nothing. */
  readonly version?: number | null
  readonly serial?: Uint8Array
  readonly notBefore?: string
  readonly notAfter?: string
  readonly extensions?: readonly Uint8Array[]
  /** AlgorithmIdentifier in the signed part; that of the outside when left out. */
  readonly innerAlgorithm?: Uint8Array
  readonly algorithm?: Uint8Array
}

const ECDSA_SHA256 = seq(oid('1.2.840.10045.4.3.2'))

/** An extension. */
export function extension(type: string, critical: boolean | null, value: Uint8Array): Uint8Array {
  return seq(oid(type), ...(critical === null ? [] : [tlv(0x01, Uint8Array.of(critical ? 0xff : 0))]), tlv(0x04, value))
}

/** basicConstraints of an authority. */
export function basicConstraints(pathLength?: number): Uint8Array {
  return extension('2.5.29.19', true, seq(tlv(0x01, Uint8Array.of(0xff)), ...(pathLength === undefined ? [] : [int(pathLength)])))
}

/** keyUsage with keyCertSign and cRLSign. */
export const CA_USAGE = extension('2.5.29.15', true, tlv(0x03, Uint8Array.of(1, 0x06)))

/** DER of a certificate, signed by a P-256 key of the lab. */
export async function rawCertificate(parts: RawCertificate): Promise<Uint8Array> {
  const algorithm = parts.algorithm ?? ECDSA_SHA256
  const tbs = seq(
    ...(parts.version === null ? [] : [tlv(0xa0, int(parts.version ?? 2))]),
    tlv(0x02, parts.serial ?? Uint8Array.of(1)),
    parts.innerAlgorithm ?? algorithm,
    parts.issuer,
    seq(tlv(0x17, utf8(parts.notBefore ?? '250101000000Z')), tlv(0x17, utf8(parts.notAfter ?? '350101000000Z'))),
    parts.subject,
    parts.spki,
    ...(parts.extensions ? [tlv(0xa3, seq(...parts.extensions))] : []),
  )
  return seq(tbs, algorithm, tlv(0x03, concat([Uint8Array.of(0), await parts.key.sign(tbs)])))
}

/** A certificate authority by hand: its name and key. */
export interface RawAuthority {
  readonly name: Uint8Array
  readonly key: LabKey
}

/** A certificate of one authority for another. */
export async function crossCertificate(subject: RawAuthority, issuer: RawAuthority, parts: Partial<RawCertificate> = {}): Promise<Certificate> {
  return parseCertificate(
    await rawCertificate({
      subject: subject.name,
      issuer: issuer.name,
      spki: subject.key.spki,
      key: issuer.key,
      extensions: [basicConstraints(), CA_USAGE],
      ...parts,
    }),
  )
}

/** The key's SubjectPublicKeyInfo out of a certificate. */
export function spkiOf(certificate: Uint8Array): Uint8Array {
  return readCertificate(certificate).spki
}
