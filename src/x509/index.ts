export { type Certificate, isSelfIssued, parseCertificate, publicKeyOf, sameCertificate, serialHex } from './certificate.ts'
export { type Crl, parseCrl } from './crl.ts'
export * from './extensions.ts'
export {
  ATTRIBUTE,
  ATTRIBUTE_NAMES,
  attributeTexts,
  type Name,
  type NameAttribute,
  nameAttributes,
  nameKey,
  nameToString,
  sameName,
  sameParts,
} from './name.ts'
export { type OcspAnswer, parseBasicOcsp, parseOcsp } from './ocsp.ts'
export { OCSP_NONCE, type OcspRequest, type OcspRequestOptions, ocspRequest } from './ocsp-request.ts'
export { type AnchorOptions, isAnchor, type TrustAnchor, trustAnchor } from './path/anchor.ts'
export { buildPath, type PathInput, type PathResult } from './path/build.ts'
export type { NameConstraints, PathConstraints, ValidationInputs } from './path/inputs.ts'
export type { ValidPolicies } from './path/policies.ts'
export {
  type CertificatePath,
  checkPath,
  checkPathAt,
  type PathProblem,
  type PathProblemCode,
  type PathValidation,
  validatePath,
} from './path/validate.ts'
export { certificatesOf, derOrPem, type PemBlock, pemBlocks } from './pem.ts'
export { parsePublicKey } from './public-key.ts'
export { findRevoked, type RevokedEntry } from './revocation/entries.ts'
export { isExempt } from './revocation/exempt.ts'
export { revocationOf } from './revocation/revocation.ts'
export type { SignedWith } from './revocation/signed-with.ts'
export type { Issuer, RevocationContext, RevocationRefusal, RevocationResult, RevocationStatus } from './revocation/types.ts'
