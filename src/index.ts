/**
 * `kyso`: the common verbs. Each lives behind a door of its own (`kyso/pades`, `kyso/verify`, …), which is what a browser bundle
 * imports; this one brings them together.
 *
 * @module
 */
export {
  type CompleteCmsOptions,
  completeCms,
  counterSignCms,
  type PrepareCmsOptions,
  type PreparedCms,
  prepareCms,
  type ReadCmsOptions,
  readCms,
  type SignCmsOptions,
  signCms,
} from './cades/index.ts'
export { Budget, type BudgetKind, type Limits } from './core/budget.ts'
export { defaultCrypto } from './core/crypto/default.ts'
export type { CryptoProvider, Hasher, PublicKey, SignatureScheme } from './core/crypto/provider.ts'
export { webCryptoProvider } from './core/crypto/web.ts'
export { ERROR_CODES, type ErrorCode } from './core/error-codes.ts'
export { isKysoError, KysoError, type MessageData } from './core/errors.ts'
export { type Catalogue, explain, format, type Language, loadMessages } from './core/messages.ts'
export type { ByteSource } from './core/source.ts'
export {
  type CompletePdfOptions,
  completePdf,
  type PreparedPdf,
  type PreparePdfOptions,
  preparePdf,
  type ReadPdfOptions,
  readPdf,
  type SignPdfOptions,
  signPdf,
} from './pades/index.ts'
export type { Signer, SignOptions, SignRequest } from './signers/signer.ts'
export { type CertificateInput, httpSources, type Sources, type TrustAnchorsOptions, trustAnchors } from './sources/index.ts'
export {
  explainMessage,
  type JsonReport,
  type Policy,
  type RenderOptions,
  type Report,
  readPolicy,
  renderText,
  reportToJson,
  type VerifyOptions,
  verify,
} from './verify/index.ts'
export { type Certificate, certificatesOf, parseCertificate, type TrustAnchor, trustAnchor } from './x509/index.ts'
export {
  type CompleteXmlOptions,
  completeXml,
  counterSignXml,
  type PreparedXml,
  type PrepareXmlOptions,
  prepareXml,
  type ReadXmlOptions,
  readXml,
  type SignXmlOptions,
  signXml,
} from './xades/index.ts'
