/** A certificate as a line of the inventory. */
import type { MessageKey } from '../../core/messages.ts'
import { shortName } from '../../core/text.ts'
import type { FindingCode } from '../../verify/judge/conclusion.ts'
import { daysLeft, type Judged } from './judge.ts'

/** The state of a certificate in a word: each has a text `inventory.…`. */
export type RowStatus =
  Extract<
    MessageKey,
    `inventory.${'valid' | 'invalid' | 'revoked' | 'onHold' | 'expired' | 'notYetValid' | 'untrusted' | 'chainProblem' | 'weak' | 'revocationUnknown' | 'undecided'}`
  > extends `inventory.${infer Name}`
    ? Name
    : never

/** A line. Its texts are from certificates, and not made safe. */
export interface InventoryRow {
  readonly file: string
  readonly holder: string
  readonly unit: string
  readonly issuer: string
  /** ISO 8601. */
  readonly from: string
  readonly to: string
  readonly daysLeft: number
  readonly status: RowStatus
}

/** What keeps a certificate from passing, the weightiest first; what the holder can do least about comes before what can be looked up. */
const REASONS: readonly (readonly [FindingCode, RowStatus])[] = [
  ['revoked', 'revoked'],
  ['revokedAuthority', 'revoked'],
  ['onHold', 'onHold'],
  ['chainMissing', 'untrusted'],
  ['chainProblem', 'chainProblem'],
  ['certificateExpired', 'chainProblem'],
  ['certificateNotYetValid', 'chainProblem'],
  ['digestWeak', 'weak'],
  ['keyWeak', 'weak'],
  ['revocationUnknown', 'revocationUnknown'],
  ['revocationStale', 'revocationUnknown'],
]

/** The state of a certificate in a word. */
export function rowStatus({ certificate, conclusion }: Judged, now: Date): RowStatus {
  if (conclusion.indication === 'TOTAL-PASSED') return 'valid'
  const codes = new Set(conclusion.findings.filter(({ severity }) => severity === 'error').map(({ code }) => code))
  const reason = REASONS.find(([code]) => codes.has(code))?.[1]
  if (reason === 'revoked' || reason === 'onHold') return reason
  // Its own dates are seen without an authority.
  if (now > certificate.notAfter) return 'expired'
  if (now < certificate.notBefore) return 'notYetValid'
  return reason ?? (conclusion.indication === 'TOTAL-FAILED' ? 'invalid' : 'undecided')
}

/** The line of a certificate. */
export function toRow(file: string, judged: Judged, now: Date): InventoryRow {
  const { signer } = judged.facts
  if (!signer) throw new TypeError('a certificate was expected')
  return {
    file,
    holder: signer.commonName ?? signer.subject,
    unit: [signer.organisationalUnit, signer.organisation].filter(Boolean).join(', '),
    issuer: shortName(signer.issuer),
    from: signer.notBefore,
    to: signer.notAfter,
    daysLeft: daysLeft(signer.notAfter, now),
    status: rowStatus(judged, now),
  }
}
