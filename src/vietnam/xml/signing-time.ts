/** The time of signing among a signature's own properties: what it says, whether it is signed, and whether it can be. */

import { mixesZones } from '../../verify/judge/zone.ts'
import type { SignatureReport } from '../../verify/report/report.ts'
import type { SignatureContext, SigningTimeFinding, VietnamXmlMessage } from './description.ts'
import { readVietnamTime, textOf, timeElements } from './time.ts'

/** A finding and what is to be told of it. */
export interface TimeDescription {
  readonly finding: SigningTimeFinding | null
  readonly messages: readonly VietnamXmlMessage[]
}

/** Reads the time of signing. */
export function describeTime(context: SignatureContext): TimeDescription {
  const { document, node, report, profile, coverage } = context
  const elements = timeElements(document, node, profile?.time?.element ?? 'SigningTime')
  const [element] = elements
  // XAdES has its own, which the report tells.
  if (element === undefined)
    return { finding: null, messages: report.signingTime === null && profile?.time ? [{ code: 'signingTimeMissing', severity: 'information' }] : [] }
  if (elements.length > 1) return { finding: null, messages: [{ code: 'signingTimeSeveral', severity: 'warning' }] }
  const text = textOf(document, element) ?? ''
  const read = readVietnamTime(text)
  if (!read) return { finding: null, messages: [{ code: 'signingTimeUnreadable', severity: 'warning', data: { text: text.slice(0, 80) } }] }
  const finding = { ...read, covered: coverage.covers(element) }
  return { finding, messages: timeMessages(finding, context) }
}

/** What is proven, or else what a time-stamp says that is intact, trusted or not: enough to know a mistaken clock by. */
function stampedTime({ bestSignatureTime, timestamps }: SignatureReport): string | undefined {
  const times = timestamps.flatMap(({ type, intact, time }) => (type !== 'content' && intact === true && time !== undefined ? [time] : []))
  return bestSignatureTime ?? times.sort((a, b) => new Date(a).getTime() - new Date(b).getTime())[0]
}

function timeMessages({ text, time, assumedZone, covered }: SigningTimeFinding, { report }: SignatureContext): VietnamXmlMessage[] {
  const messages: VietnamXmlMessage[] = []
  const iso = time.toISOString()
  if (!covered) messages.push({ code: 'signingTimeNotCovered', severity: 'warning', data: { text } })
  if (assumedZone) messages.push({ code: 'signingTimeZoneAssumed', severity: 'information', data: { text, time: iso } })
  const { signer } = report
  const proven = stampedTime(report)
  if (signer && (time < new Date(signer.notBefore) || time > new Date(signer.notAfter))) {
    const { notBefore, notAfter } = signer
    messages.push({ code: 'signingTimeOutsideCertificate', severity: 'warning', data: { time: iso, notBefore, notAfter } })
  }
  if (proven === undefined) return messages
  const data = { time: iso, proven }
  if (mixesZones(time, new Date(proven))) messages.push({ code: 'signingTimeZone', severity: 'warning', data })
  else if (time.getTime() > new Date(proven).getTime() + CLOCK_SKEW) messages.push({ code: 'signingTimeAfterTimestamp', severity: 'warning', data })
  return messages
}

/** How far clocks may be apart, in milliseconds. */
const CLOCK_SKEW = 5 * 60_000
