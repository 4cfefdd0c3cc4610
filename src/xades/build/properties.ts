/** What a signature says of itself, as text: the qualifying properties of EN 319 132-1 §5.2, and properties of plain XML-DSig. */
import { encode, integerBytes, sequence } from '../../asn1/index.ts'
import type { DigestAlgorithm } from '../../core/algorithms.ts'
import { toBase64 } from '../../core/bytes.ts'
import type { CryptoProvider } from '../../core/crypto/provider.ts'
import { KysoError } from '../../core/errors.ts'
import { digest } from '../../core/hash.ts'
import type { Certificate } from '../../x509/certificate.ts'
import { GeneralNames } from '../../x509/general-name.ts'
import { digestMethodUri, NAMESPACE } from '../../xmldsig/algorithms.ts'
import { COMMITMENT_URI, XADES } from '../names.ts'
import type { XmlDescription, XmlSignaturePolicy, XmlTimeProperty } from '../options.ts'
import { element, type Markup, text, xades } from './markup.ts'

/** RFC 5035 §5: what IssuerSerialV2 holds. */
const IssuerSerial = sequence({ issuer: GeneralNames, serialNumber: integerBytes() })

/** A time in the form of XML Schema, without fractions. */
export function dateTime(time: Date, offset = 0, zone = true): string {
  if (!Number.isInteger(offset) || Math.abs(offset) > 14 * 60) throw new KysoError('ERR_ARGUMENT', 'no offset from UTC in minutes', { argument: 'offset' })
  const local = new Date(time.getTime() + offset * 60_000).toISOString().slice(0, 19)
  if (!zone) return local
  if (offset === 0) return `${local}Z`
  const two = (value: number): string => String(value).padStart(2, '0')
  const minutes = Math.abs(offset)
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** §5.2.2.2: the certificate by its digest. */
async function signingCertificate(
  { ds }: Markup,
  crypto: CryptoProvider,
  certificate: Certificate,
  algorithm: DigestAlgorithm,
  withSerial: boolean,
): Promise<string> {
  const value = toBase64(await digest(crypto, algorithm, certificate.bytes))
  const certDigest = xades('CertDigest', {}, ds('DigestMethod', { Algorithm: digestMethodUri(algorithm) }), ds('DigestValue', {}, value))
  const { issuer, serialNumber } = certificate
  const serial = withSerial
    ? xades('IssuerSerialV2', {}, toBase64(encode(IssuerSerial, { issuer: [{ type: 'directoryName', value: issuer }], serialNumber })))
    : ''
  return xades('SigningCertificateV2', {}, xades('Cert', {}, certDigest, serial))
}

function policyIdentifier({ ds }: Markup, policy: 'implied' | XmlSignaturePolicy): string {
  if (policy === 'implied') return xades('SignaturePolicyIdentifier', {}, xades('SignaturePolicyImplied'))
  const { id, description, digestAlgorithm, digest: value, uri, notice } = policy
  // §5.1.2: an object identifier goes as a URN.
  const isOid = /^[0-2](\.\d+)+$/.test(id)
  const identifier = xades('Identifier', isOid ? { Qualifier: 'OIDAsURN' } : {}, text(isOid ? `urn:oid:${id}` : id))
  const qualifiers = [
    uri === undefined ? '' : xades('SigPolicyQualifier', {}, xades('SPURI', {}, text(uri))),
    notice === undefined ? '' : xades('SigPolicyQualifier', {}, xades('SPUserNotice', {}, xades('ExplicitText', {}, text(notice)))),
  ].join('')
  return xades(
    'SignaturePolicyIdentifier',
    {},
    xades(
      'SignaturePolicyId',
      {},
      xades('SigPolicyId', {}, identifier, description === undefined ? '' : xades('Description', {}, text(description))),
      xades('SigPolicyHash', {}, ds('DigestMethod', { Algorithm: digestMethodUri(digestAlgorithm) }), ds('DigestValue', {}, toBase64(value))),
      qualifiers === '' ? '' : xades('SigPolicyQualifiers', {}, qualifiers),
    ),
  )
}

function productionPlace(place: NonNullable<XmlDescription['productionPlace']>): string {
  const parts = [
    ['City', place.city],
    ['StreetAddress', place.streetAddress],
    ['StateOrProvince', place.stateOrProvince],
    ['PostalCode', place.postalCode],
    ['CountryName', place.country],
  ] as const
  if (parts.every(([, value]) => value === undefined)) throw new KysoError('ERR_ARGUMENT', 'a production place without a word', { argument: 'productionPlace' })
  return xades('SignatureProductionPlaceV2', {}, ...parts.map(([name, value]) => (value === undefined ? '' : xades(name, {}, text(value)))))
}

/** §5.2.4: format of something that is signed. */
export interface DataObjectFormat {
  readonly reference: string
  readonly mimeType: string
  readonly description?: string
  readonly encoding?: string
}

function dataObjectFormat({ reference, mimeType, description, encoding }: DataObjectFormat): string {
  return xades(
    'DataObjectFormat',
    { ObjectReference: `#${reference}` },
    description === undefined ? '' : xades('Description', {}, text(description)),
    xades('MimeType', {}, text(mimeType)),
    encoding === undefined ? '' : xades('Encoding', {}, text(encoding)),
  )
}

function commitmentType(commitment: string): string {
  const uri = Object.hasOwn(COMMITMENT_URI, commitment) ? COMMITMENT_URI[commitment as keyof typeof COMMITMENT_URI] : commitment
  return xades('CommitmentTypeIndication', {}, xades('CommitmentTypeId', {}, xades('Identifier', {}, text(uri))), xades('AllSignedDataObjects'))
}

/** What qualifying properties are made from. */
export interface PropertiesInput {
  readonly crypto: CryptoProvider
  readonly certificate: Certificate
  readonly digestAlgorithm: DigestAlgorithm
  readonly signingTime: Date
  readonly description: XmlDescription
  readonly withSerial: boolean
  readonly formats: readonly DataObjectFormat[]
  readonly signatureId: string
  readonly id: string
}

/** `xades:QualifyingProperties` with all that is signed. */
export async function qualifyingProperties(markup: Markup, input: PropertiesInput): Promise<string> {
  const { signerRoles = [], productionPlace: place, signaturePolicy, commitment } = input.description
  const roles = signerRoles.map((role) => xades('ClaimedRole', {}, text(role)))
  const signature = xades(
    'SignedSignatureProperties',
    {},
    xades('SigningTime', {}, dateTime(input.signingTime)),
    await signingCertificate(markup, input.crypto, input.certificate, input.digestAlgorithm, input.withSerial),
    signaturePolicy === undefined ? '' : policyIdentifier(markup, signaturePolicy),
    place === undefined ? '' : productionPlace(place),
    roles.length === 0 ? '' : xades('SignerRoleV2', {}, xades('ClaimedRoles', {}, ...roles)),
  )
  const objects = [...input.formats.map(dataObjectFormat), commitment === undefined ? '' : commitmentType(commitment)].join('')
  const signed = xades('SignedProperties', { Id: input.id }, signature, objects === '' ? '' : xades('SignedDataObjectProperties', {}, objects))
  return xades('QualifyingProperties', { 'xmlns:xades': XADES.v132, Target: `#${input.signatureId}` }, signed)
}

/** `ds:Object` with a time among `ds:SignatureProperties` (XML-DSig 1.1 §5.2). */
export function timeProperty({ ds, prefix }: Markup, property: XmlTimeProperty, id: string, signatureId: string, signingTime: Date): string {
  const { element: name = 'SigningTime', namespace = NAMESPACE.ds, offset = 0, zone = true, target = `#${signatureId}`, idOn = 'object' } = property
  const value = text(dateTime(signingTime, offset, zone))
  const inDs = namespace === NAMESPACE.ds
  // The default namespace is that of XML signatures where the signature has no prefix.
  const time = inDs ? ds(name, {}, value) : element(name, namespace === '' && prefix !== '' ? {} : { xmlns: namespace }, value)
  const idAt = (here: XmlTimeProperty['idOn']): string | undefined => (idOn === here ? id : undefined)
  const inner = ds('SignatureProperty', { Id: idAt('property'), Target: target }, time)
  return ds('Object', { Id: idAt('object') }, ds('SignatureProperties', { Id: idAt('properties') }, inner))
}
