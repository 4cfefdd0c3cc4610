/**
 * `kyso/testing`: a public-key infrastructure to try kyso, and what uses it, on. Its server needs Node; the rest runs wherever
 * WebCrypto does.
 *
 * @module
 */
export type { CrlOptions } from './crl.ts'
export { pem } from './der.ts'
export type { LabExtension, LabKeyUsage, LabPurpose } from './extensions.ts'
export type { LabRequest, LabServer, ServeOptions } from './http.ts'
export type { AuthorityOptions, IssueOptions, LabIdentity } from './issue.ts'
export type { LabDigest, LabKey, LabKeyAlgorithm, LabKeyOptions } from './keys.ts'
export { Lab, type LabOptions, type OcspOptions } from './lab.ts'
export { encodeName, type LabName, type LabRdn, type LabText } from './name.ts'
export type { LabAuthority, LabReason, LabRevocation } from './register.ts'
export { type LabTimestampSource, type LabTsa, type TimestampFailure, type TimestampFault, type TimestampOptions, timestampRequest } from './tsa.ts'
