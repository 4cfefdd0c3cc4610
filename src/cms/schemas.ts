/** The structures of RFC 5652 §5, RFC 5035 and RFC 3161, declared once for reading and writing. */
import {
  ber,
  bitString,
  boolean,
  bytesOf,
  choice,
  encoded,
  explicit,
  generalizedTime,
  type Infer,
  implicit,
  integer,
  integerBytes,
  octetString,
  oid,
  optional,
  sequence,
  sequenceOf,
  setOf,
  smallInteger,
  text,
  withDefault,
} from '../asn1/index.ts'
import { digestInfo } from '../core/algorithms.ts'
import { AlgorithmIdentifier } from '../x509/algorithm-identifier.ts'
import { ExtensionsSchema } from '../x509/certificate.ts'
import { GeneralName, GeneralNames } from '../x509/general-name.ts'
import { NameSchema } from '../x509/name.ts'

/** ContentInfo (RFC 5652 §3). CMS is BER in the wild; what must be DER is checked where it counts. */
export const ContentInfo = ber(sequence({ contentType: oid(), content: explicit(0, encoded()) }))

/** Attribute: its values as encoded elements. */
export const Attribute = sequence({ attrType: oid(), attrValues: setOf(encoded()) })
export type Attribute = Infer<typeof Attribute>

/** Attributes under any tag: order is looked at where it matters. */
export const Attributes = setOf(Attribute)

const IssuerAndSerialNumber = sequence({ issuer: NameSchema, serialNumber: integerBytes() })

/** SignerIdentifier (§5.3). */
export const SignerIdentifier = choice({ issuerAndSerialNumber: IssuerAndSerialNumber, subjectKeyIdentifier: implicit(0, octetString()) })
export type SignerIdentifier = Infer<typeof SignerIdentifier>

/** SignerInfo; both attribute lists as encoded, because their bytes are hashed. */
export const SignerInfo = sequence({
  version: smallInteger(),
  sid: SignerIdentifier,
  digestAlgorithm: AlgorithmIdentifier,
  signedAttrs: optional(bytesOf(implicit(0, Attributes))),
  signatureAlgorithm: AlgorithmIdentifier,
  signature: octetString(),
  unsignedAttrs: optional(bytesOf(implicit(1, Attributes))),
})
export type SignerInfo = Infer<typeof SignerInfo>

const EncapsulatedContentInfo = sequence({ eContentType: oid(), eContent: optional(explicit(0, octetString())) })

/** SignedData (§5.1). */
export const SignedData = ber(
  sequence({
    version: smallInteger(),
    digestAlgorithms: setOf(AlgorithmIdentifier),
    encapContentInfo: EncapsulatedContentInfo,
    certificates: optional(implicit(0, setOf(encoded()))),
    crls: optional(implicit(1, setOf(encoded()))),
    signerInfos: setOf(bytesOf(sequence({}))),
  }),
)
export type SignedData = Infer<typeof SignedData>

const IssuerSerial = sequence({ issuer: GeneralNames, serialNumber: integerBytes() })

/** ESSCertID (RFC 2634 §5.4.1): SHA-1 by definition. */
export const EssCertId = sequence({ certHash: octetString(), issuerSerial: optional(IssuerSerial) })

/** ESSCertIDv2 (RFC 5035 §4). */
export const EssCertIdV2 = sequence({
  hashAlgorithm: withDefault(AlgorithmIdentifier, { algorithm: digestInfo('SHA-256').oid }),
  certHash: octetString(),
  issuerSerial: optional(IssuerSerial),
})

/** SigningCertificate (RFC 2634 §5.4). */
export const SigningCertificate = sequence({ certs: sequenceOf(EssCertId, { min: 1 }), policies: optional(encoded()) })

/** SigningCertificateV2 (RFC 5035 §3). */
export const SigningCertificateV2 = sequence({ certs: sequenceOf(EssCertIdV2, { min: 1 }), policies: optional(encoded()) })

/** CMSAlgorithmProtection (RFC 6211 §2). */
export const CmsAlgorithmProtection = sequence({
  digestAlgorithm: AlgorithmIdentifier,
  signatureAlgorithm: optional(implicit(1, AlgorithmIdentifier)),
  macAlgorithm: optional(implicit(2, AlgorithmIdentifier)),
})

/** MessageImprint (RFC 3161 §2.4.1). */
export const MessageImprint = sequence({ hashAlgorithm: AlgorithmIdentifier, hashedMessage: octetString() })

/** Accuracy (§2.4.2). */
const Accuracy = sequence({ seconds: optional(smallInteger()), millis: optional(implicit(0, smallInteger())), micros: optional(implicit(1, smallInteger())) })

/** TSTInfo (§2.4.2). */
export const TstInfo = sequence({
  version: smallInteger(),
  policy: oid(),
  messageImprint: MessageImprint,
  serialNumber: integer(),
  genTime: generalizedTime(),
  accuracy: optional(Accuracy),
  ordering: withDefault(boolean(), false),
  nonce: optional(integer()),
  tsa: optional(explicit(0, GeneralName)),
  extensions: optional(implicit(1, ExtensionsSchema)),
})
export type TstInfo = Infer<typeof TstInfo>

/** TimeStampReq (§2.4.1). */
export const TimeStampReq = sequence({
  version: smallInteger(),
  messageImprint: MessageImprint,
  reqPolicy: optional(oid()),
  nonce: optional(integer()),
  certReq: withDefault(boolean(), false),
  extensions: optional(implicit(0, ExtensionsSchema)),
})

const PkiStatusInfo = sequence({ status: smallInteger(), statusString: optional(sequenceOf(text())), failInfo: optional(bitString()) })

/** TimeStampResp (§2.4.2). */
export const TimeStampResp = ber(sequence({ status: PkiStatusInfo, timeStampToken: optional(encoded()) }))

/** CommitmentTypeIndication (RFC 5126 §5.11.1). */
export const CommitmentTypeIndication = sequence({ commitmentTypeId: oid(), commitmentTypeQualifier: optional(encoded()) })

/** SignerLocation (RFC 5126 §5.11.2); its module has explicit tags. */
export const SignerLocation = sequence({
  countryName: optional(explicit(0, text())),
  localityName: optional(explicit(1, text())),
  postalAddress: optional(explicit(2, sequenceOf(text()))),
})

const PolicyQualifier = sequence({ sigPolicyQualifierId: oid(), sigQualifier: encoded() })

/** SignaturePolicyId (RFC 5126 §5.8.1). */
export const SignaturePolicyId = sequence({
  sigPolicyId: oid(),
  sigPolicyHash: optional(sequence({ hashAlgorithm: AlgorithmIdentifier, hashValue: octetString() })),
  sigPolicyQualifiers: optional(sequenceOf(PolicyQualifier)),
})

/** RevocationValues (RFC 5126 §6.3.4). */
export const RevocationValues = sequence({
  crlVals: optional(explicit(0, sequenceOf(encoded()))),
  ocspVals: optional(explicit(1, sequenceOf(encoded()))),
  otherRevVals: optional(explicit(2, encoded())),
})

/** OtherRevocationInfoFormat (RFC 5652 §10.2.1). */
export const OtherRevocationInfoFormat = sequence({ otherRevInfoFormat: oid(), otherRevInfo: encoded() })
