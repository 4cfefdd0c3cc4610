/** What the renderers of a report share: codes into words, and tables of labels and texts. */
import type { ErrorCode } from '../../core/errors.ts'
import { type Catalogue, format, hasMessage, type Language, loadMessages, type MessageKey } from '../../core/messages.ts'
import { shortName } from '../../core/text.ts'
import type { RevocationFacts } from '../../facts/index.ts'
import type { SourceEvent, SourceReason } from '../../sources/types.ts'
import type { PathProblemCode, RevocationRefusal } from '../../x509/index.ts'
import type { FindingCode, Indication, SubIndication } from '../judge/conclusion.ts'
import type { Report, ReportMessage } from './report.ts'

type Texts<Key extends MessageKey> = Key

/** Codes that stand in the data of findings: each has a text, or this is an error of the compiler. */
export type NestedText = Texts<
  | `problem.${PathProblemCode}`
  | `refusal.${RevocationRefusal['why']}`
  | `kind.${RevocationFacts['kind']}`
  | `asked.${SourceReason}`
  | `report.asked.${SourceEvent['outcome']}`
>

/** The text of a message of a report. */
export function messageText(catalogue: Catalogue, { code, severity, data }: ReportMessage): string {
  // Codes of the judge all have a text: one that is missing is an error of the compiler in this line.
  const key: MessageKey = `finding.${code as FindingCode | 'noSignature' | 'anchorUnconfirmed'}`
  const gentle = `${key}.warning`
  return format(catalogue, severity !== 'error' && hasMessage(catalogue, gentle) ? gentle : key, data)
}

/**
 * The text of one message of a report: what was found and what to do next.
 *
 * @param message of a report; its text is made safe for terminals
 * @example
 * ```ts
 * for (const message of report.signatures[0].messages) console.log(await explainMessage(message, 'vi'))
 * ```
 */
export async function explainMessage(message: ReportMessage, language: Language): Promise<string> {
  return messageText(await loadMessages(language), message)
}

/** The text of the error of a report. */
export function errorText(catalogue: Catalogue, error: NonNullable<Report['error']>): string {
  const code: ErrorCode = error.code
  return format(catalogue, code, error.data)
}

/** An indication in a word, its name in the standard, and what the sub-indication means. */
export function verdictText(catalogue: Catalogue, indication: Indication, subIndication: SubIndication | undefined): string {
  const word: MessageKey = `indication.${indication}`
  const verdict = `${catalogue.texts[word]} (${[indication, subIndication].filter(Boolean).join(', ')})`
  if (!subIndication) return verdict
  const why: MessageKey = `sub.${subIndication}`
  return `${verdict}: ${catalogue.texts[why]}`
}

/** Where a chain ends, by name and role of the anchor: an issuing CA may be one, and so may the signer's own certificate. */
export function trustText(catalogue: Catalogue, anchor: string | null, signer: string, role: 'root' | 'issuing' | undefined): string {
  if (anchor === null) return format(catalogue, 'report.notTrusted')
  const key = role === 'root' ? 'report.trusted' : role === 'issuing' && anchor !== signer ? 'report.trustedIssuing' : 'report.trustedKey'
  return format(catalogue, key, { anchor: shortName(anchor) })
}

/** A label and what stands beside it, a line each. */
export interface Row {
  readonly label: string
  readonly lines: readonly string[]
}

/** A heading and its rows. */
export interface Section {
  readonly heading?: string
  readonly rows: readonly Row[]
}

/** Breaks a text at its spaces; what is longer than a line without one stays whole. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** What marks the first line of a text that is one of several. */
export const BULLET = '• '

/**
 * Lays sections out in two columns.
 *
 * @param width of a line, in characters
 */
export function layOut(sections: readonly Section[], width: number): string {
  const labels = sections.flatMap(({ rows }) => rows.map(({ label }) => label.length))
  const column = Math.max(0, ...labels) + 2
  const lines: string[] = []
  for (const { heading, rows } of sections) {
    if (rows.length === 0 && heading === undefined) continue
    if (lines.length > 0) lines.push('')
    if (heading !== undefined) lines.push(heading)
    const indent = heading === undefined ? '' : '  '
    for (const { label, lines: texts } of rows) {
      for (const [i, text] of texts.entries()) {
        const bullet = text.startsWith(BULLET) ? '  ' : ''
        for (const [k, part] of wrap(text, Math.max(30, width - indent.length - column - bullet.length)).entries()) {
          lines.push(`${indent}${(i === 0 && k === 0 ? label : '').padEnd(column)}${k > 0 ? bullet : ''}${part}`.trimEnd())
        }
      }
    }
  }
  return `${lines.join('\n')}\n`
}
