/** The report as the object that `kyso verify --json` prints. */

import type { MessageData } from '../../core/errors.ts'
import { type Catalogue, type Language, loadMessages } from '../../core/messages.ts'
import type { Report, ReportMessage, SignatureReport, TimestampReport } from './report.ts'
import { errorText, messageText } from './words.ts'

/** A message with its text. */
export interface JsonMessage extends ReportMessage {
  readonly text: string
}

/** A time-stamp. */
export interface JsonTimestamp extends Omit<TimestampReport, 'messages' | 'time'> {
  /** `null` where the token cannot be read. */
  readonly time: string | null
  readonly messages: readonly JsonMessage[]
}

/** A signature. */
export interface JsonSignature extends Omit<SignatureReport, 'messages' | 'timestamps'> {
  readonly timestamps: readonly JsonTimestamp[]
  readonly messages: readonly JsonMessage[]
}

/** The report on a file. */
export interface JsonReport extends Omit<Report, 'error' | 'messages' | 'signatures' | 'documentTimestamps'> {
  readonly file: string
  readonly error?: { readonly code: string; readonly text: string; readonly detail: string; readonly data: MessageData }
  readonly signatures: readonly JsonSignature[]
  readonly documentTimestamps: readonly JsonTimestamp[]
  readonly messages: readonly JsonMessage[]
}

/**
 * The report as plain JSON: the report itself, the file's name, and the texts of all messages.
 *
 * @param language of the texts; codes and data are the same in both
 * @param file the name to put in
 * @example
 * ```ts
 * console.log(JSON.stringify(await reportToJson(await verify(pdf, { trust }), 'en', 'contract.pdf')))
 * ```
 */
export async function reportToJson(report: Report, language: Language, file: string): Promise<JsonReport> {
  const catalogue = await loadMessages(language)
  const { format, indication, subIndication, error, signatures, documentTimestamps, messages, ...rest } = report
  return {
    file,
    format,
    indication,
    ...(subIndication ? { subIndication } : {}),
    ...(error ? { error: { code: error.code, text: errorText(catalogue, error), detail: error.detail, data: error.data } } : {}),
    signatures: signatures.map((one) => ({
      ...one,
      timestamps: one.timestamps.map((timestamp) => jsonTimestamp(catalogue, timestamp)),
      messages: withTexts(catalogue, one.messages),
    })),
    documentTimestamps: documentTimestamps.map((one) => jsonTimestamp(catalogue, one)),
    messages: withTexts(catalogue, messages),
    ...rest,
  }
}

function withTexts(catalogue: Catalogue, messages: readonly ReportMessage[]): JsonMessage[] {
  return messages.map((message) => ({
    code: message.code,
    text: messageText(catalogue, message),
    severity: message.severity,
    ...(message.data ? { data: message.data } : {}),
  }))
}

function jsonTimestamp(catalogue: Catalogue, { time, messages, ...rest }: TimestampReport): JsonTimestamp {
  return { ...rest, time: time ?? null, messages: withTexts(catalogue, messages) }
}
