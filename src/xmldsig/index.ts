export {
  digestMethodUri,
  digestOfUri,
  NAMESPACE,
  REFERENCE_TYPE,
  schemeOfUri,
  signatureMethodUri,
  TRANSFORM,
  transformUri,
  type XmlSignatureScheme,
  xmlSchemeName,
} from './algorithms.ts'
export { type ExternalResolver, type XmlDsigContext, type XmlDsigOptions, xmlDsigContext } from './context.ts'
export type { Coverage } from './coverage.ts'
export type { ReferenceProblem } from './dereference.ts'
export type { OtherForm } from './diagnosis.ts'
export { type IdAttribute, IdIndex, type IdTarget } from './ids.ts'
export { checkKeyInfo, isNamedBy, keyValueMatches, printedNameFits } from './key-binding.ts'
export type { CertificateDigest, IssuerSerial, KeyInfo, KeyValue } from './key-info.ts'
export type { ReferenceResult } from './references.ts'
export {
  findSignatures,
  type Manifest,
  type Reference,
  readManifests,
  readSignature,
  type SignatureObject,
  type XmlSignature,
} from './signature.ts'
export type { VerificationKey } from './signature-value.ts'
export { inclusivePrefixes } from './transforms.ts'
export {
  type ManifestResult,
  type ReferencesResult,
  referenceOctets,
  type SignatureValueResult,
  signedInfoOctets,
  verifyReferences,
  verifySignatureValue,
  verifyXmlSignature,
  type XmlVerification,
} from './verify.ts'
