/** What is told of one certificate. */
import { isKysoError } from '../../core/errors.ts'
import { type Catalogue, format, type MessageKey } from '../../core/messages.ts'
import { safeJson, safeText, shortName } from '../../core/text.ts'
import { identifierLines } from '../../verify/report/identity.ts'
import type { ReportMessage } from '../../verify/report/report.ts'
import { BULLET, layOut, messageText, type Row, trustText, verdictText } from '../../verify/report/words.ts'
import { identifyVietnam, vietnameseIdentity } from '../../vietnam/index.ts'
import type { Arguments } from '../arguments.ts'
import { type Context, widthOf } from '../io.ts'
import { errorWords, tellError } from '../tell.ts'
import { daysLeft, type Judged } from './judge.ts'
import { purposesOf } from './purposes.ts'
import { rowStatus } from './row.ts'

/** What was found, and a warning of an anchor that is known from one source alone. */
function messagesOf({ conclusion, facts, anchor }: Judged): readonly ReportMessage[] {
  if (anchor?.confirmed !== false) return conclusion.findings
  return [...conclusion.findings, { code: 'anchorUnconfirmed', severity: 'warning', data: { anchor: facts.chain?.anchor?.name } }]
}

/** The line of `--json`. */
export function toJson(catalogue: Catalogue, file: string, judged: Judged, now: Date): Readonly<Record<string, unknown>> {
  const { facts, conclusion, policy, anchor } = judged
  const { signer, chain } = facts
  if (!signer) throw new TypeError('a certificate was expected')
  const links = chain?.links ?? []
  const { id: fingerprint, ...certificate } = signer
  const messages = messagesOf(judged).map((message) => ({
    code: message.code,
    text: messageText(catalogue, message),
    severity: message.severity,
    data: message.data,
  }))
  const { findings: _, ...verdict } = conclusion
  const path = links.map(({ certificate: { id, subject, issuer, notBefore, notAfter }, revocation, refused }) => ({
    subject,
    issuer,
    notBefore,
    notAfter,
    fingerprint: id,
    revocation,
    refused,
  }))
  return {
    file,
    ...verdict,
    certificate: { ...certificate, extendedKeyUsages: purposesOf(judged.certificate), fingerprint },
    daysLeft: daysLeft(signer.notAfter, now),
    status: rowStatus(judged, now),
    identity: vietnameseIdentity(judged.certificate),
    chain: path,
    trustAnchor: chain?.anchor?.name ?? null,
    ...(anchor?.role ? { trustAnchorRole: anchor.role } : {}),
    policy,
    validationTime: now.toISOString(),
    messages,
  }
}

/** Tells what was found out about one certificate. */
export function tell(context: Context, args: Arguments, file: string, judged: Judged, now: Date, further: boolean): void {
  const { io, catalogue } = context
  const { facts, conclusion, policy } = judged
  const { signer, chain } = facts
  if (!signer) return
  const links = chain?.links ?? []
  const left = daysLeft(signer.notAfter, now)
  if (args.has('json')) {
    io.stdout(`${safeJson(toJson(catalogue, file, judged, now))}\n`)
    return
  }
  const text = (key: MessageKey, data: Parameters<typeof format>[2] = {}): string => format(catalogue, key, data)
  const row = (key: MessageKey, ...lines: readonly (string | undefined)[]): Row[] => {
    const said = lines.filter((line): line is string => Boolean(line))
    return said.length > 0 ? [{ label: text(key), lines: said }] : []
  }
  const bullets = (error: boolean): string[] =>
    [
      ...new Set(
        messagesOf(judged)
          .filter(({ severity }) => (severity === 'error') === error)
          .map((one) => messageText(catalogue, one)),
      ),
    ].map((one) => `${BULLET}${one}`)
  const identity = identifyVietnam(judged.certificate)
  const rows = [
    ...row('report.file', safeText(file)),
    ...row('report.result', verdictText(catalogue, conclusion.indication, conclusion.subIndication)),
    ...row('report.policy', text('report.judged', { time: now.toISOString(), policy })),
    ...row('cert.holder', safeText(signer.commonName ?? signer.subject), safeText(signer.subject)),
    ...row('report.title', identity.title && safeText(identity.title)),
    ...row('report.identifiers', ...identifierLines(catalogue, identity.identifiers ?? [])),
    ...row('cert.issuer', safeText(signer.issuer)),
    ...row('cert.serial', signer.serialNumber),
    ...row(
      'cert.validity',
      text('report.validity', { notBefore: signer.notBefore, notAfter: signer.notAfter }),
      text(left >= 0 ? 'cert.daysLeft' : 'cert.daysOver', { days: Math.abs(left) }),
    ),
    ...row('cert.key', `${signer.keyType}${signer.keyBits > 0 ? ` ${signer.keyBits}` : ''}`),
    ...row('cert.usage', signer.keyUsages?.join(', ') ?? text('cert.anyUsage'), purposesOf(judged.certificate)?.join(', ')),
    ...row('cert.fingerprint', signer.id),
    ...row('report.trust', trustText(catalogue, chain?.anchor?.name ?? null, signer.subject, judged.anchor?.role)),
    ...row(
      'report.chain',
      ...links.map(({ certificate, revocation }, i) => {
        const status = revocation.some((one) => one.status === 'revoked') ? 'revoked' : revocation.some((one) => one.status === 'good') ? 'good' : 'unknown'
        const { notBefore, notAfter } = certificate
        return `${i + 1}. ${shortName(certificate.subject)}: ${text('report.validity', { notBefore, notAfter })}; ${text(`report.revocation.${status}`)}`
      }),
    ),
    ...row('report.toDo', ...bullets(true)),
    ...row('report.note', ...bullets(false)),
  ]
  io.stdout(`${further ? `\n${'─'.repeat(40)}\n\n` : ''}${layOut([{ rows }], widthOf(io))}`)
}

/** Tells that a file holds no certificate that can be read. */
export function tellUnreadable({ io, catalogue }: Context, args: Arguments, file: string, error: unknown): void {
  if (args.has('json') && isKysoError(error)) {
    const { code, message: detail, data } = error
    io.stdout(`${safeJson({ file, indication: 'INDETERMINATE', error: { code, text: errorWords(catalogue, error), detail, data } })}\n`)
  }
  tellError(io, catalogue, error, 'cert', file)
}
