/** What the signed properties say (EN 319 132-1 §5.2), and `ds:SignatureProperties` beside them. */
import { attempt } from '../core/errors.ts'
import type { NodeId, XmlDocument } from '../xml/tree.ts'
import { childElements } from '../xml/walk.ts'
import { NAMESPACE } from '../xmldsig/algorithms.ts'
import { serialFromDecimal } from '../xmldsig/key-value.ts'
import type { XmlSignature } from '../xmldsig/signature.ts'
import { base64Text } from '../xmldsig/syntax.ts'
import type { ReferencesResult } from '../xmldsig/verify.ts'
import { descend, textOf, xadesChildren } from './elements.ts'
import { parseDateTime } from './time.ts'

/** A reference to a certificate (`CertIDType`, `CertIDTypeV2`). */
export interface CertificateReference {
  readonly digestMethod: string
  readonly digestValue: Uint8Array
  /** Issuer as printed, and serial number; `null` for a number that is none. */
  readonly issuerSerial?: { readonly issuerName: string; readonly serialNumber: Uint8Array | null }
  /** DER of an `IssuerSerial` (RFC 5035 §4). */
  readonly issuerSerialV2?: Uint8Array
}

/** What binds the signer's certificate. */
export interface SigningCertificate {
  readonly attribute: 'signingCertificateV2' | 'signingCertificate'
  /** `null` where the property is malformed. */
  readonly references: readonly CertificateReference[] | null
}

/** What the signer says of the signature. */
export interface Properties {
  readonly signingCertificates: readonly SigningCertificate[]
  /** With a zone, and signed. */
  readonly signingTime: Date | undefined
  readonly claims: Readonly<Record<string, string>>
  readonly dataObjectFormats: readonly { readonly objectReference: string | undefined; readonly mimeType: string | undefined }[]
}

function certificateReference(document: XmlDocument, node: NodeId): CertificateReference | null {
  const method = descend(document, node, 'CertDigest', 'DigestMethod')
  const value = descend(document, node, 'CertDigest', 'DigestValue')
  const digestMethod = method === undefined ? undefined : document.attribute(method, 'Algorithm')
  const digestValue = value === undefined ? undefined : attempt(() => base64Text(document, value))
  if (digestMethod === undefined || !digestValue) return null
  const name = descend(document, node, 'IssuerSerial', 'X509IssuerName')
  const serial = descend(document, node, 'IssuerSerial', 'X509SerialNumber')
  const v2 = descend(document, node, 'IssuerSerialV2')
  const der = v2 === undefined ? undefined : (attempt(() => base64Text(document, v2)) ?? new Uint8Array(0))
  return {
    digestMethod,
    digestValue,
    ...(serial === undefined
      ? {}
      : { issuerSerial: { issuerName: textOf(document, name) ?? '', serialNumber: serialFromDecimal(textOf(document, serial) ?? '') } }),
    ...(der === undefined ? {} : { issuerSerialV2: der }),
  }
}

/** References of one property: a chain is no longer. */
const MAX_CERTIFICATES = 100

function signingCertificates(document: XmlDocument, properties: NodeId | undefined): SigningCertificate[] {
  const found: SigningCertificate[] = []
  for (const [local, attribute] of [
    ['SigningCertificateV2', 'signingCertificateV2'],
    ['SigningCertificate', 'signingCertificate'],
  ] as const) {
    const [first, ...more] = xadesChildren(document, properties, local)
    if (first === undefined) continue
    const references = xadesChildren(document, first, 'Cert').map((cert) => certificateReference(document, cert))
    const whole = references.filter((one) => one !== null)
    const malformed = more.length > 0 || whole.length === 0 || whole.length < references.length || whole.length > MAX_CERTIFICATES
    found.push({ attribute, references: malformed ? null : whole })
  }
  return found
}

const COMMITMENT = /^http:\/\/uri\.etsi\.org\/01903\/v1\.2\.2#(ProofOf[A-Za-z]+)$/

function commitment(uri: string): string {
  const name = COMMITMENT.exec(uri)?.[1]
  return name ? `${name[0]?.toLowerCase()}${name.slice(1)}` : uri
}

function policyClaims(document: XmlDocument, identifier: NodeId | undefined): Record<string, string> {
  if (descend(document, identifier, 'SignaturePolicyImplied') !== undefined) return { policy: 'implied' }
  const id = descend(document, identifier, 'SignaturePolicyId')
  const policy = textOf(document, descend(document, id, 'SigPolicyId', 'Identifier'))
  if (policy === undefined) return {}
  const digest = textOf(document, descend(document, id, 'SigPolicyHash', 'DigestValue'))
  const method = descend(document, id, 'SigPolicyHash', 'DigestMethod')
  const uri = textOf(document, descend(document, id, 'SigPolicyQualifiers', 'SigPolicyQualifier', 'SPURI'))
  const algorithm = method === undefined ? undefined : document.attribute(method, 'Algorithm')
  return {
    policy,
    ...(digest === undefined ? {} : { policyDigest: digest.replace(/\s+/g, '') }),
    ...(algorithm === undefined ? {} : { policyDigestMethod: algorithm }),
    ...(uri === undefined ? {} : { policyUri: uri }),
  }
}

/** Texts of the elements below a property, one claim of them. */
function joined(document: XmlDocument, nodes: readonly NodeId[], separator: string): string | undefined {
  const texts = nodes.slice(0, 20).flatMap((node) => textOf(document, node)?.replace(/\s+/g, ' ') ?? [])
  return texts.length === 0 ? undefined : texts.join(separator)
}

const PLACE = ['StreetAddress', 'City', 'StateOrProvince', 'PostalCode', 'CountryName'] as const

function signatureClaims(document: XmlDocument, properties: NodeId | undefined): Record<string, string> {
  const either = (local: string): NodeId | undefined => descend(document, properties, `${local}V2`) ?? descend(document, properties, local)
  const place = either('SignatureProductionPlace')
  const role = either('SignerRole')
  const location = joined(
    document,
    PLACE.flatMap((local) => descend(document, place, local) ?? []),
    ', ',
  )
  const claimed = descend(document, role, 'ClaimedRoles')
  const roles = joined(document, claimed === undefined ? [] : [...childElements(document, claimed)], '; ')
  const certified = descend(document, role, 'CertifiedRolesV2') ?? descend(document, role, 'CertifiedRoles')
  return {
    ...(location === undefined ? {} : { location }),
    ...(roles === undefined ? {} : { role: roles }),
    ...(certified === undefined ? {} : { certifiedRoles: String([...childElements(document, certified)].length) }),
    ...policyClaims(document, descend(document, properties, 'SignaturePolicyIdentifier')),
  }
}

/** Reads signed properties; `undefined` where none are signed. */
export function readProperties(document: XmlDocument, signed: NodeId | undefined): Properties {
  const signature = descend(document, signed, 'SignedSignatureProperties')
  const data = descend(document, signed, 'SignedDataObjectProperties')
  const text = textOf(document, descend(document, signature, 'SigningTime'))
  const signingTime = text === undefined ? undefined : parseDateTime(text)
  const formats = xadesChildren(document, data, 'DataObjectFormat').map((node) => ({
    objectReference: document.attribute(node, 'ObjectReference'),
    mimeType: textOf(document, descend(document, node, 'MimeType')),
  }))
  const mimeTypes = [...new Set(formats.flatMap(({ mimeType }) => mimeType ?? []))]
  const commitments = xadesChildren(document, data, 'CommitmentTypeIndication').flatMap(
    (node) => textOf(document, descend(document, node, 'CommitmentTypeId', 'Identifier')) ?? [],
  )
  return {
    signingCertificates: signingCertificates(document, signature),
    signingTime,
    claims: {
      ...(text !== undefined && !signingTime ? { signingTimeText: text, signingTimeCovered: 'true' } : {}),
      ...signatureClaims(document, signature),
      ...(mimeTypes.length > 0 ? { mimeType: mimeTypes.slice(0, 20).join(', ') } : {}),
      ...(commitments.length > 0 ? { commitment: commitments.slice(0, 20).map(commitment).join(', ') } : {}),
    },
    dataObjectFormats: formats,
  }
}

/** A `SigningTime` in `ds:SignatureProperties`, as systems write it that know no XAdES. */
export interface PropertyTime {
  readonly text: string
  /** Only where the text has a zone. */
  readonly time: Date | undefined
  /** Whether a reference that holds covers it. */
  readonly covered: boolean
  readonly namespace: string
}

/** Times that are looked at in one signature. */
const MAX_TIMES = 100

/**
 * Finds a `SigningTime` below the `SignatureProperty` elements of a signature, whatever namespaces they and it are in (dsig's, none,
 * `http://example.org/#signatureProperties` are met). Of several, one that is covered.
 */
export function propertyTime(document: XmlDocument, signature: XmlSignature, references: ReferencesResult): PropertyTime | undefined {
  const found: PropertyTime[] = []
  for (const { node: object } of signature.objects)
    for (const properties of childElements(document, object)) {
      if (document.name(properties).local !== 'SignatureProperties') continue
      for (const property of childElements(document, properties)) {
        if (document.name(property).local !== 'SignatureProperty') continue
        for (const node of childElements(document, property)) {
          const { local, namespace } = document.name(node)
          const text = local === 'SigningTime' ? textOf(document, node) : undefined
          if (text !== undefined && found.length < MAX_TIMES) found.push({ text, time: parseDateTime(text), covered: references.covers(node), namespace })
        }
      }
    }
  return found.find(({ covered }) => covered) ?? found[0]
}

/** The claims that tell such a time. */
export function propertyTimeClaims(found: PropertyTime | undefined): Record<string, string> {
  if (!found) return {}
  const claims: Record<string, string> = { signingTimeText: found.text, signingTimeCovered: String(found.covered) }
  if (found.namespace !== NAMESPACE.ds) claims.signingTimeNamespace = found.namespace
  return claims
}
