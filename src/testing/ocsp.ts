/** OCSP responses (RFC 6960). */
import * as pkijs from 'pkijs'
import { equal } from '../core/bytes.ts'
import { publicKeyOctets, readCertificate } from './certificate.ts'
import { extensionBlock } from './crl.ts'
import { type Block, bits, encode, enumerated, generalizedTime, hash, integerOf, nothing, octets, oid, own, raw, sequence, tagged, taggedBytes } from './der.ts'
import { digestOf, digestOid, type LabDigest, type LabKey, signatureIdentifier } from './keys.ts'
import { type LabAuthority, type LabReason, REASONS } from './register.ts'

const ID_BASIC = '1.3.6.1.5.5.7.48.1.1'
const ID_NONCE = '1.3.6.1.5.5.7.48.1.2'

/** CertID (RFC 6960 §4.1.1). */
export interface OcspCertId {
  readonly digest: LabDigest
  readonly issuerNameHash: Uint8Array
  readonly issuerKeyHash: Uint8Array
  /** Contents of the serial number's INTEGER. */
  readonly serial: Uint8Array
}

/** What is said of one certificate. */
export interface OcspEntry {
  readonly id: OcspCertId
  readonly status: 'good' | 'revoked' | 'unknown'
  readonly thisUpdate: Date
  readonly nextUpdate: Date | null
  readonly revocationTime?: Date | undefined
  readonly reason?: LabReason | undefined
}

/** Who signs a response, and how. */
export interface OcspSigning {
  readonly key: LabKey
  /** The signer's certificate: the authority's own or a delegated responder's. */
  readonly certificate: Uint8Array
  /** Certificates that go with it. */
  readonly certificates: readonly Uint8Array[]
  readonly responderId: 'key' | 'name'
  readonly producedAt: Date
  readonly nonce?: Uint8Array | undefined
}

/** The CertID of a serial number at an authority. */
export async function ocspCertId(authority: LabAuthority, serial: Uint8Array, digest: LabDigest): Promise<OcspCertId> {
  const issuerNameHash = await hash(digest, authority.name)
  return { digest, issuerNameHash, issuerKeyHash: await hash(digest, publicKeyOctets(authority.key.spki)), serial }
}

/** A successful OCSPResponse in DER. */
export async function ocspResponse(entries: readonly OcspEntry[], signing: OcspSigning): Promise<Uint8Array> {
  const { subject, spki } = readCertificate(signing.certificate)
  const responder = signing.responderId === 'name' ? tagged(1, raw(subject)) : tagged(2, octets(await hash('SHA-1', publicKeyOctets(spki))))
  // The nonce's extnValue holds an OCTET STRING (RFC 8954 §2.1).
  const extensions = signing.nonce ? tagged(1, sequence(extensionBlock({ oid: ID_NONCE, value: encode(octets(signing.nonce)) }))) : null
  const data = encode(sequence(responder, generalizedTime(signing.producedAt), sequence(...entries.map(singleResponse)), extensions))
  const certificates = signing.certificates.length > 0 ? tagged(0, sequence(...signing.certificates.map(raw))) : null
  const basic = encode(sequence(raw(data), signatureIdentifier(signing.key), bits(await signing.key.sign(data)), certificates))
  return encode(sequence(enumerated(0), tagged(0, sequence(oid(ID_BASIC), octets(basic)))))
}

/** An OCSPResponse without an answer: 1 malformedRequest, 2 internalError, 3 tryLater, 5 sigRequired, 6 unauthorized. */
export function ocspFailure(status: 1 | 2 | 3 | 5 | 6): Uint8Array {
  return encode(sequence(enumerated(status)))
}

function singleResponse({ id, status, thisUpdate, nextUpdate, revocationTime, reason }: OcspEntry): Block {
  const certId = sequence(
    // With NULL parameters: responders everywhere echo SHA-1 so, and some clients compare the encodings.
    sequence(oid(digestOid(id.digest)), nothing()),
    octets(id.issuerNameHash),
    octets(id.issuerKeyHash),
    integerOf(id.serial),
  )
  const code = reason === undefined || status !== 'revoked' ? null : tagged(0, enumerated(REASONS[reason]))
  const certStatus =
    status === 'revoked'
      ? tagged(1, ...[generalizedTime(revocationTime ?? thisUpdate), code].filter((block) => block !== null))
      : taggedBytes(status === 'good' ? 0 : 2, new Uint8Array())
  return sequence(certId, certStatus, generalizedTime(thisUpdate), nextUpdate ? tagged(0, generalizedTime(nextUpdate)) : null)
}

/** A request as far as the lab answers it. */
export interface OcspQuestion {
  readonly ids: readonly OcspCertId[]
  readonly nonce: Uint8Array | undefined
}

/** Reads an OCSPRequest; null when it is none, or asks with a digest the lab does not know. */
export function readOcspRequest(der: Uint8Array): OcspQuestion | null {
  try {
    const { tbsRequest } = pkijs.OCSPRequest.fromBER(own(der))
    const ids: OcspCertId[] = []
    for (const { reqCert } of tbsRequest.requestList) {
      const digest = digestOf(reqCert.hashAlgorithm.algorithmId)
      if (!digest) return null
      const [issuerNameHash, issuerKeyHash] = [reqCert.issuerNameHash.valueBlock.valueHexView, reqCert.issuerKeyHash.valueBlock.valueHexView]
      ids.push({ digest, issuerNameHash, issuerKeyHash, serial: reqCert.serialNumber.valueBlock.valueHexView })
    }
    const nonce = tbsRequest.requestExtensions?.find(({ extnID }) => extnID === ID_NONCE)?.extnValue.valueBlock.valueHexView
    // Clients that leave out the OCTET STRING inside are answered too.
    const inner = nonce?.[0] === 4 && nonce[1] === nonce.length - 2 ? nonce.subarray(2) : nonce
    return ids.length > 0 ? { ids, nonce: inner } : null
  } catch {
    return null
  }
}

/** Whether a CertID names an authority. */
export async function isOcspIssuer(authority: LabAuthority, id: OcspCertId): Promise<boolean> {
  const expected = await ocspCertId(authority, id.serial, id.digest)
  return equal(expected.issuerNameHash, id.issuerNameHash) && equal(expected.issuerKeyHash, id.issuerKeyHash)
}
