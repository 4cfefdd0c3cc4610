/** The extensions of RFC 5280 §4.2 and those of RFC 6960, RFC 9608 and EN 319 412 that judging needs. */
import {
  bitString,
  boolean,
  choice,
  decode,
  encoded,
  explicit,
  generalizedTime,
  hasBit,
  type Infer,
  implicit,
  integer,
  integerBytes,
  nullValue,
  octetString,
  oid,
  optional,
  type Schema,
  sequence,
  sequenceOf,
  smallInteger,
  withDefault,
} from '../asn1/index.ts'
import { isAboutDocument, KysoError } from '../core/errors.ts'
import { AlgorithmIdentifier } from './algorithm-identifier.ts'
import type { Extension } from './certificate.ts'
import { GeneralName, GeneralNames } from './general-name.ts'
import { RelativeDistinguishedName } from './name.ts'

/** An extension's identifier and structure. */
export interface ExtensionType<T> {
  readonly oid: string
  readonly name: string
  readonly schema: Schema<T>
}

const type = <T>(oidText: string, name: string, schema: Schema<T>): ExtensionType<T> => ({ oid: oidText, name, schema })

/** DistributionPointName (§4.2.1.13). */
export const DistributionPointName = choice({ fullName: implicit(0, GeneralNames), nameRelativeToCRLIssuer: implicit(1, RelativeDistinguishedName) })
export type DistributionPointName = Infer<typeof DistributionPointName>

/** DistributionPoint (§4.2.1.13). */
export const DistributionPoint = sequence({
  distributionPoint: optional(explicit(0, DistributionPointName)),
  reasons: optional(implicit(1, bitString())),
  cRLIssuer: optional(implicit(2, GeneralNames)),
})
export type DistributionPoint = Infer<typeof DistributionPoint>

const GeneralSubtree = sequence({
  base: GeneralName,
  minimum: withDefault(implicit(0, smallInteger()), 0),
  maximum: optional(implicit(1, smallInteger())),
})

/** SubjectKeyIdentifier (§4.2.1.2). */
export const SUBJECT_KEY_IDENTIFIER = type('2.5.29.14', 'subjectKeyIdentifier', octetString())
/** KeyUsage (§4.2.1.3); {@link keyUsages} gives its bits names. */
export const KEY_USAGE = type('2.5.29.15', 'keyUsage', bitString())
/** SubjectAltName (§4.2.1.6). */
export const SUBJECT_ALT_NAME = type('2.5.29.17', 'subjectAltName', GeneralNames)
/** IssuerAltName (§4.2.1.7). */
export const ISSUER_ALT_NAME = type('2.5.29.18', 'issuerAltName', GeneralNames)
/** BasicConstraints (§4.2.1.9). */
export const BASIC_CONSTRAINTS = type(
  '2.5.29.19',
  'basicConstraints',
  sequence({ cA: withDefault(boolean(), false), pathLenConstraint: optional(smallInteger()) }),
)
/** CRLNumber (§5.2.3). */
export const CRL_NUMBER = type('2.5.29.20', 'cRLNumber', integer())
/** DeltaCRLIndicator (§5.2.4): the CRL lists changes to the one of that number. */
export const DELTA_CRL_INDICATOR = type('2.5.29.27', 'deltaCRLIndicator', integer())
/** IssuingDistributionPoint (§5.2.5): what a CRL covers. */
export const ISSUING_DISTRIBUTION_POINT = type(
  '2.5.29.28',
  'issuingDistributionPoint',
  sequence({
    distributionPoint: optional(explicit(0, DistributionPointName)),
    onlyContainsUserCerts: withDefault(implicit(1, boolean()), false),
    onlyContainsCACerts: withDefault(implicit(2, boolean()), false),
    onlySomeReasons: optional(implicit(3, bitString())),
    indirectCRL: withDefault(implicit(4, boolean()), false),
    onlyContainsAttributeCerts: withDefault(implicit(5, boolean()), false),
  }),
)
/** NameConstraints (§4.2.1.10). */
export const NAME_CONSTRAINTS = type(
  '2.5.29.30',
  'nameConstraints',
  sequence({
    permittedSubtrees: optional(implicit(0, sequenceOf(GeneralSubtree, { min: 1 }))),
    excludedSubtrees: optional(implicit(1, sequenceOf(GeneralSubtree, { min: 1 }))),
  }),
)
/** CRLDistributionPoints (§4.2.1.13); {@link crlUrls} gives the URLs. */
export const CRL_DISTRIBUTION_POINTS = type('2.5.29.31', 'cRLDistributionPoints', sequenceOf(DistributionPoint, { min: 1 }))
/** CertificatePolicies (§4.2.1.4); qualifiers stay encoded. */
export const CERTIFICATE_POLICIES = type(
  '2.5.29.32',
  'certificatePolicies',
  sequenceOf(sequence({ policyIdentifier: oid(), policyQualifiers: optional(sequenceOf(encoded(), { min: 1 })) }), { min: 1 }),
)
/** PolicyMappings (§4.2.1.5). */
export const POLICY_MAPPINGS = type('2.5.29.33', 'policyMappings', sequenceOf(sequence({ issuerDomainPolicy: oid(), subjectDomainPolicy: oid() }), { min: 1 }))
/** AuthorityKeyIdentifier (§4.2.1.1). */
export const AUTHORITY_KEY_IDENTIFIER = type(
  '2.5.29.35',
  'authorityKeyIdentifier',
  sequence({
    keyIdentifier: optional(implicit(0, octetString())),
    authorityCertIssuer: optional(implicit(1, GeneralNames)),
    authorityCertSerialNumber: optional(implicit(2, integerBytes())),
  }),
)
/** PolicyConstraints (§4.2.1.11). */
export const POLICY_CONSTRAINTS = type(
  '2.5.29.36',
  'policyConstraints',
  sequence({ requireExplicitPolicy: optional(implicit(0, smallInteger())), inhibitPolicyMapping: optional(implicit(1, smallInteger())) }),
)
/** ExtKeyUsageSyntax (§4.2.1.12): object identifiers, those of {@link EKU} among them. */
export const EXTENDED_KEY_USAGE = type('2.5.29.37', 'extKeyUsage', sequenceOf(oid(), { min: 1 }))
/** FreshestCRL (§4.2.1.15): where delta CRLs are. */
export const FRESHEST_CRL = type('2.5.29.46', 'freshestCRL', sequenceOf(DistributionPoint, { min: 1 }))
/** InhibitAnyPolicy (§4.2.1.14). */
export const INHIBIT_ANY_POLICY = type('2.5.29.54', 'inhibitAnyPolicy', smallInteger())
/** noRevAvail (RFC 9608 §2): the issuer publishes no revocation of the certificate. */
export const NO_REV_AVAIL = type('2.5.29.56', 'noRevAvail', nullValue())
/** AuthorityInfoAccess (§4.2.2.1); {@link accessUrls} gives the URLs. */
export const AUTHORITY_INFO_ACCESS = type(
  '1.3.6.1.5.5.7.1.1',
  'authorityInfoAccess',
  sequenceOf(sequence({ accessMethod: oid(), accessLocation: GeneralName }), { min: 1 }),
)
/** QCStatements (RFC 3739 §3.2.6, EN 319 412-5); what a statement says stays encoded. */
export const QC_STATEMENTS = type('1.3.6.1.5.5.7.1.3', 'qcStatements', sequenceOf(sequence({ statementId: oid(), statementInfo: optional(encoded()) })))
/** id-pkix-ocsp-nocheck (RFC 6960 §4.2.2.2.1): a responder that need not be asked about. */
export const OCSP_NOCHECK = type('1.3.6.1.5.5.7.48.1.5', 'ocsp-nocheck', nullValue())
/** EN 319 412-1 §5.2: the certificate is short-lived, its revocation is never published. */
export const VALIDITY_ASSURED_SHORT_TERM = type('0.4.0.194121.2.1', 'ext-etsi-valassured-ST-certs', nullValue())
/** ExpiredCertsOnCRL (X.509 §9.5.2.9): the list keeps certificates that expired at that time or later. */
export const EXPIRED_CERTS_ON_CRL = type('2.5.29.60', 'expiredCertsOnCRL', generalizedTime())
/** Nonce of an OCSP request and its answer (RFC 9654 §2.1). */
export const OCSP_NONCE = type('1.3.6.1.5.5.7.48.1.2', 'id-pkix-ocsp-nonce', octetString())
/** ArchiveCutoff (RFC 6960 §4.4.4): the responder keeps certificates that expired at that time or later. */
export const ARCHIVE_CUTOFF = type('1.3.6.1.5.5.7.48.1.6', 'id-pkix-ocsp-archive-cutoff', generalizedTime())
/** CertHash of Common PKI, in OCSP answers: the responder has seen the certificate, not its number alone. */
export const CERTIFICATE_HASH = type('1.3.36.8.3.13', 'certHash', sequence({ hashAlgorithm: AlgorithmIdentifier, certificateHash: octetString() }))

/** Object identifier of the CRL entry extension CRLReason (§5.3.1). */
export const REASON_CODE_OID = '2.5.29.21'
/** Object identifier of holdInstructionCode (RFC 3280 §5.3.2), which RFC 5280 has dropped: nothing follows from it. */
export const HOLD_INSTRUCTION_OID = '2.5.29.23'
/** InvalidityDate of a CRL entry (§5.3.2). */
export const INVALIDITY_DATE = type('2.5.29.24', 'invalidityDate', generalizedTime())
/** CertificateIssuer of a CRL entry (§5.3.3), in indirect CRLs. */
export const CERTIFICATE_ISSUER = type('2.5.29.29', 'certificateIssuer', GeneralNames)

/** Extended key usages (§4.2.1.12). */
export const EKU = {
  any: '2.5.29.37.0',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  documentSigning: '1.3.6.1.5.5.7.3.36',
} as const

/** Access methods of AuthorityInfoAccess (§4.2.2.1). */
export const ACCESS = { ocsp: '1.3.6.1.5.5.7.48.1', caIssuers: '1.3.6.1.5.5.7.48.2' } as const

/** Bits of KeyUsage (§4.2.1.3). */
export const KEY_USAGE_BITS = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const

/** A bit of KeyUsage by name. */
export type KeyUsageBit = (typeof KEY_USAGE_BITS)[number]

/** What carries extensions. */
export interface Extended {
  readonly extensions: readonly Extension[]
}

/**
 * The extension of a type, or `undefined`. One that stands twice is refused: RFC 5280 §4.2 forbids it, and readers would differ on which counts.
 *
 * @param extensionOid dotted object identifier
 * @throws KysoError `ERR_CERTIFICATE_SYNTAX`
 * @example
 * ```ts
 * findExtension(certificate, KEY_USAGE.oid)?.critical // => true
 * ```
 */
export function findExtension(from: Extended, extensionOid: string): Extension | undefined {
  let found: Extension | undefined
  for (const extension of from.extensions) {
    if (extension.extnID !== extensionOid) continue
    if (found) throw new KysoError('ERR_CERTIFICATE_SYNTAX', `the extension ${extensionOid} stands twice`, { extension: extensionOid })
    found = extension
  }
  return found
}

/**
 * The value of an extension, or `undefined` where there is none.
 *
 * @param from a certificate, a CRL, or anything else with extensions
 * @param extensionType one of the constants of this module
 * @throws KysoError `ERR_CERTIFICATE_SYNTAX` where it is malformed or stands twice
 * @example
 * ```ts
 * readExtension(issuer, BASIC_CONSTRAINTS) // => { cA: true, pathLenConstraint: 0 }
 * ```
 */
export function readExtension<T>(from: Extended, extensionType: ExtensionType<T>): T | undefined {
  const extension = findExtension(from, extensionType.oid)
  if (!extension) return undefined
  try {
    return decode(extensionType.schema, extension.extnValue)
  } catch (cause) {
    if (!isAboutDocument(cause)) throw cause
    throw new KysoError('ERR_CERTIFICATE_SYNTAX', `the extension ${extensionType.name} is malformed`, { extension: extensionType.name }, { cause })
  }
}

/**
 * The key usages a certificate names; `null` where it has no such extension, which allows all (RFC 5280 §4.2.1.3).
 *
 * @throws KysoError `ERR_CERTIFICATE_SYNTAX` where the extension is malformed or stands twice
 * @example
 * ```ts
 * keyUsages(certificate) // => ['digitalSignature', 'nonRepudiation']
 * ```
 */
export function keyUsages(certificate: Extended): readonly KeyUsageBit[] | null {
  const bits = readExtension(certificate, KEY_USAGE)
  return bits ? KEY_USAGE_BITS.filter((_, i) => hasBit(bits, i)) : null
}

/**
 * The URLs of an access method of AuthorityInfoAccess (§4.2.2.1), as they stand in the certificate.
 *
 * @param method object identifier, as in {@link ACCESS}
 * @throws KysoError `ERR_CERTIFICATE_SYNTAX` where the extension is malformed or stands twice
 * @example
 * ```ts
 * accessUrls(certificate, ACCESS.ocsp) // => ['http://ocsp.example']
 * ```
 */
export function accessUrls(certificate: Extended, method: string): string[] {
  const access = readExtension(certificate, AUTHORITY_INFO_ACCESS) ?? []
  return access.flatMap(({ accessMethod, accessLocation }) =>
    accessMethod === method && accessLocation.type === 'uniformResourceIdentifier' ? [accessLocation.value] : [],
  )
}

/**
 * URLs of the CRL distribution points (§4.2.1.13), as they stand in the certificate.
 *
 * @throws KysoError `ERR_CERTIFICATE_SYNTAX` where the extension is malformed or stands twice
 * @example
 * ```ts
 * crlUrls(certificate) // => ['http://crl.example/ca.crl']
 * ```
 */
export function crlUrls(certificate: Extended): string[] {
  const points = readExtension(certificate, CRL_DISTRIBUTION_POINTS) ?? []
  return points.flatMap(({ distributionPoint }) =>
    distributionPoint?.type === 'fullName' ? distributionPoint.value.flatMap((name) => (name.type === 'uniformResourceIdentifier' ? [name.value] : [])) : [],
  )
}
