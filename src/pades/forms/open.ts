/** Opening a document whose form is to be changed. */
import { Budget } from '../../core/budget.ts'
import { type DocumentInput, toSource } from '../../core/source.ts'
import { openPdf, type PdfDocument } from '../../pdf/index.ts'
import type { AppearanceBox } from '../appearance-form.ts'
import { pdfaClaim } from '../conformance.ts'
import type { FieldOptions } from './field-options.ts'

/** A document and what it says it conforms to. */
export interface OpenedForm {
  readonly pdf: PdfDocument
  readonly pdfa: AppearanceBox['pdfa']
}

/** @throws KysoError `ERR_PDF_*` where it cannot be read, `ERR_BUDGET_EXCEEDED` */
export async function openForFields(document: DocumentInput, options: FieldOptions): Promise<OpenedForm> {
  const pdf = await openPdf(toSource(document), { budget: options.budget ?? new Budget(), crypto: options.crypto, password: options.password })
  return { pdf, pdfa: pdfaClaim(pdf) }
}
