/** Namespaces and identifiers of XAdES (EN 319 132-1 §4, ETSI TS 101 903). */

/** Namespaces of XAdES. */
export const XADES = {
  v132: 'http://uri.etsi.org/01903/v1.3.2#',
  v141: 'http://uri.etsi.org/01903/v1.4.1#',
  v122: 'http://uri.etsi.org/01903/v1.2.2#',
  v111: 'http://uri.etsi.org/01903/v1.1.1#',
} as const

/** Values of the `Type` of a reference. */
export const XADES_TYPE = {
  signedProperties: 'http://uri.etsi.org/01903#SignedProperties',
  countersignedSignature: 'http://uri.etsi.org/01903#CountersignedSignature',
} as const

/** What a signer commits to (EN 319 132-1 §5.2.3), by the names of RFC 5126 §5.11.1. */
export const COMMITMENT_URI = {
  proofOfOrigin: 'http://uri.etsi.org/01903/v1.2.2#ProofOfOrigin',
  proofOfReceipt: 'http://uri.etsi.org/01903/v1.2.2#ProofOfReceipt',
  proofOfDelivery: 'http://uri.etsi.org/01903/v1.2.2#ProofOfDelivery',
  proofOfSender: 'http://uri.etsi.org/01903/v1.2.2#ProofOfSender',
  proofOfApproval: 'http://uri.etsi.org/01903/v1.2.2#ProofOfApproval',
  proofOfCreation: 'http://uri.etsi.org/01903/v1.2.2#ProofOfCreation',
} as const

/** Qualifiers of a signature policy (EN 319 132-1 §5.2.9). */
export const POLICY_QUALIFIER = { uri: 'SPURI', notice: 'SPUserNotice' } as const
