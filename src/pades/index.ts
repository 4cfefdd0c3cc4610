export type { Appearance, AppearanceBox, DrawnAppearance } from './appearance-form.ts'
export { type ComparePdfRevisionsOptions, comparePdfRevisions } from './compare-revisions.ts'
export { completePdf } from './complete.ts'
export { addPdfFields } from './forms/add-fields.ts'
export type * from './forms/field-options.ts'
export { fillPdfFields } from './forms/fill-fields.ts'
export type {
  AccessPermission,
  CompletePdfOptions,
  FieldLock,
  PadesLevel,
  PreparePdfOptions,
  SignatureDescription,
  SignPdfOptions,
  VisibleSignature,
} from './options.ts'
export type { PageCorner, Placement } from './placement.ts'
export { type PreparedPdf, preparePdf } from './prepare.ts'
export { pdfFormat, type ReadPdfOptions, readPdf } from './read.ts'
export { signPdf } from './sign.ts'
export { type DocumentRevision, type RevisionOptions, revisionsOf, signedRevision } from './signed-revision.ts'
export { type TimestampPdfOptions, timestampPdf } from './timestamp-pdf.ts'
