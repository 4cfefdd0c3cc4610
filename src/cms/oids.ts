/** Object identifiers of CMS, CAdES and time-stamping. */

/** Content types (RFC 5652, RFC 3161). */
export const CONTENT = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
} as const

/** Attribute types (RFC 5652 §11, RFC 5035, RFC 5126, EN 319 122-1, Adobe). */
export const ATTRIBUTE = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  countersignature: '1.2.840.113549.1.9.6',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  signaturePolicy: '1.2.840.113549.1.9.16.2.15',
  commitmentType: '1.2.840.113549.1.9.16.2.16',
  signerLocation: '1.2.840.113549.1.9.16.2.17',
  signerAttributes: '1.2.840.113549.1.9.16.2.18',
  contentHints: '1.2.840.113549.1.9.16.2.4',
  mimeType: '0.4.0.1733.2.1',
  signerAttributesV2: '0.4.0.19122.1.1',
  contentTimestamp: '1.2.840.113549.1.9.16.2.20',
  signatureTimestamp: '1.2.840.113549.1.9.16.2.14',
  certificateRefs: '1.2.840.113549.1.9.16.2.21',
  revocationRefs: '1.2.840.113549.1.9.16.2.22',
  certificateValues: '1.2.840.113549.1.9.16.2.23',
  revocationValues: '1.2.840.113549.1.9.16.2.24',
  certCrlTimestamp: '1.2.840.113549.1.9.16.2.26',
  cadesCTimestamp: '1.2.840.113549.1.9.16.2.25',
  archiveTimestamp: '1.2.840.113549.1.9.16.2.27',
  archiveTimestampV2: '1.2.840.113549.1.9.16.2.48',
  archiveTimestampV3: '0.4.0.1733.2.4',
  evidenceRecordInternal: '1.2.840.113549.1.9.16.2.49',
  evidenceRecordExternal: '1.2.840.113549.1.9.16.2.50',
  adobeRevocationInfoArchival: '1.2.840.113583.1.1.8',
  cmsAlgorithmProtection: '1.2.840.113549.1.9.52',
} as const

/** Formats of OtherRevocationInfoFormat: an OCSP response (RFC 5940), and the bare basic response that is met under the name of its type. */
export const OCSP_RESPONSE_FORMATS: readonly string[] = ['1.3.6.1.5.5.7.16.2', '1.3.6.1.5.5.7.48.1.1']

/** Commitments (RFC 5126 §5.11.1, EN 319 122-1 §5.2.3). */
export const COMMITMENT = {
  proofOfOrigin: '1.2.840.113549.1.9.16.6.1',
  proofOfReceipt: '1.2.840.113549.1.9.16.6.2',
  proofOfDelivery: '1.2.840.113549.1.9.16.6.3',
  proofOfSender: '1.2.840.113549.1.9.16.6.4',
  proofOfApproval: '1.2.840.113549.1.9.16.6.5',
  proofOfCreation: '1.2.840.113549.1.9.16.6.6',
} as const

/** Qualifier of a signature policy: where its text is (RFC 5126 §5.8.1). */
export const POLICY_URI = '1.2.840.113549.1.9.16.5.1'
