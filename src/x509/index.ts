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
export { isAnchor, type TrustAnchor, trustAnchor } from './path/anchor.ts'
export { buildPath, type PathInput, type PathResult } from './path/build.ts'
export { type CertificatePath, checkPath, checkPathAt, type PathProblem, type PathProblemCode } from './path/validate.ts'
export { certificatesOf, derOrPem, type PemBlock, pemBlocks } from './pem.ts'
export { parsePublicKey } from './public-key.ts'
export { findRevoked, type RevokedEntry } from './revocation/entries.ts'
export { isExempt } from './revocation/exempt.ts'
export { revocationOf } from './revocation/revocation.ts'
export type { Issuer, RevocationContext, RevocationRefusal, RevocationResult, RevocationStatus } from './revocation/types.ts'
export { readTrust } from './trust.ts'
