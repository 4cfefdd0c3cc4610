/**
 * `kyso`: the common verbs. Each lives behind a door of its own (`kyso/pades`, `kyso/verify`, …), which is what a browser bundle
 * imports; this one brings them together.
 *
 * @module
 */
export { Budget, type BudgetKind, type Limits } from './core/budget.ts'
export { ERROR_CODES, type ErrorCode } from './core/error-codes.ts'
export { isKysoError, KysoError, type MessageData } from './core/errors.ts'
export { explain, type Language } from './core/messages.ts'
export type { ByteSource } from './core/source.ts'
export { completePdf, preparePdf, readPdf, type SignPdfOptions, signPdf } from './pades/index.ts'
export type { Signer, SignOptions, SignRequest } from './signers/signer.ts'
export { httpSources, type Sources } from './sources/index.ts'
export { type Report, type VerifyOptions, verify } from './verify/index.ts'
export { type JsonReport, reportToJson } from './verify/report/json.ts'
export { type RenderOptions, renderText } from './verify/report/text.ts'
export { explainMessage } from './verify/report/words.ts'
export { type Certificate, certificatesOf, parseCertificate, type TrustAnchor, trustAnchor } from './x509/index.ts'
