/** `kyso cert`: judges certificates, with the same judge and the same exit statuses as `kyso verify`. */
import { Budget } from '../core/budget.ts'
import { defaultCrypto } from '../core/crypto/default.ts'
import { isKysoError } from '../core/errors.ts'
import { format, type MessageKey } from '../core/messages.ts'
import { safeText, shortName } from '../core/text.ts'
import type { ReadDocument, SignatureFacts } from '../facts/index.ts'
import { gather } from '../verify/gather.ts'
import { BASELINE_POLICY, type Conclusion, type Policy } from '../verify/index.ts'
import { judgeCertificates } from '../verify/judge/certificates.ts'
import { Verdict } from '../verify/judge/conclusion.ts'
import { BULLET, layOut, messageText, type Row, verdictText } from '../verify/report/words.ts'
import type { Certificate } from '../x509/index.ts'
import type { Arguments } from './arguments.ts'
import { EVIDENCE_OPTIONS, type GivenEvidence, readEvidence, readLeaf } from './evidence.ts'
import { type Context, STATUS, type Status, widthOf, worstStatus } from './io.ts'
import type { Command } from './run.ts'
import { readPolicy, readTime } from './settings.ts'
import { errorWords, tellError } from './tell.ts'
import { usageError } from './usage.ts'
import { statusOf } from './verify.ts'

export const certCommand: Command = {
  specs: {
    options: { ...EVIDENCE_OPTIONS, at: 'value', policy: 'value', 'no-revocation': 'switch' },
    later: ['vietnam', 'certificate-policy', 'require-explicit-policy', 'inhibit-any-policy', 'inhibit-policy-mapping'],
  },
  async run(context, args) {
    if (args.files.length === 0) throw usageError('noFile')
    const at = args.one('at')
    const now = at === undefined ? new Date() : readTime('--at', at)
    const evidence = readEvidence(context, args)
    const policy = policyOf(args)
    const statuses: Status[] = []
    for (const file of args.files) {
      try {
        const [leaf, ...others] = readLeaf(file)
        if (!leaf) continue
        const judged = await judgeLeaf(leaf, { ...evidence, certificates: [...others, ...evidence.certificates] }, policy, now)
        tell(context, args, file, judged, now, statuses.length > 0)
        statuses.push(statusOf(judged.conclusion.indication))
      } catch (error) {
        if (!isKysoError(error)) throw error
        tellUnreadable(context, args, file, error)
        statuses.push(STATUS.unusable)
      }
    }
    return worstStatus(statuses)
  },
}

function policyOf(args: Arguments): Policy {
  const name = args.one('policy')
  const policy = name === undefined ? BASELINE_POLICY : readPolicy(name)
  return args.has('no-revocation') ? { ...policy, constraints: { ...policy.constraints, revocation: 'IGNORE' } } : policy
}

interface Judged {
  readonly facts: SignatureFacts
  readonly conclusion: Conclusion
  readonly policy: string
}

/** A certificate stands where a signature's signer would, so that its chain is gathered and judged in the same way. */
async function judgeLeaf(leaf: Certificate, evidence: GivenEvidence, policy: Policy, now: Date): Promise<Judged> {
  const document: ReadDocument = {
    format: 'cms',
    signatures: [
      {
        id: 'certificate',
        checks: [],
        certificate: leaf,
        digestAlgorithm: undefined,
        scheme: undefined,
        certificates: [],
        level: '',
        scope: { kind: 'none' },
        claimedTime: undefined,
        boundBy: null,
        timestamps: [],
        laterChanges: { kind: 'none', changes: [] },
        claims: {},
      },
    ],
    documentTimestamps: [],
    certificates: [],
    crls: [],
    ocsp: [],
    oddities: [],
  }
  const { signatures } = await gather({ crypto: defaultCrypto(), budget: new Budget(), at: now }, document, { ...evidence, anchors: evidence.trust })
  const [facts] = signatures
  if (!facts) throw new TypeError('a certificate was expected')
  const verdict = new Verdict()
  judgeCertificates(facts, { now, best: now }, policy, verdict)
  return { facts, conclusion: verdict.conclude(), policy: policy.name }
}

/** Whole days until the certificate ends; negative when it has. */
function daysLeft(notAfter: string, now: Date): number {
  return Math.floor((Date.parse(notAfter) - now.getTime()) / 86_400_000)
}

function tell(context: Context, args: Arguments, file: string, judged: Judged, now: Date, further: boolean): void {
  const { io, catalogue } = context
  const { facts, conclusion, policy } = judged
  const { signer, chain } = facts
  if (!signer) return
  const links = chain?.links ?? []
  const left = daysLeft(signer.notAfter, now)
  if (args.has('json')) {
    const { id: fingerprint, ...certificate } = signer
    const messages = conclusion.findings.map((message) => ({
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
    const line = {
      file,
      ...verdict,
      certificate: { ...certificate, fingerprint },
      daysLeft: left,
      chain: path,
      trustAnchor: chain?.anchor?.name ?? null,
      policy,
      validationTime: now.toISOString(),
      messages,
    }
    io.stdout(`${JSON.stringify(line)}\n`)
    return
  }
  const text = (key: MessageKey, data: Parameters<typeof format>[2] = {}): string => format(catalogue, key, data)
  const row = (key: MessageKey, ...lines: readonly (string | undefined)[]): Row[] => {
    const said = lines.filter((line): line is string => Boolean(line))
    return said.length > 0 ? [{ label: text(key), lines: said }] : []
  }
  const bullets = (error: boolean): string[] =>
    [...new Set(conclusion.findings.filter(({ severity }) => (severity === 'error') === error).map((one) => messageText(catalogue, one)))].map(
      (one) => `${BULLET}${one}`,
    )
  const rows = [
    ...row('report.file', safeText(file)),
    ...row('report.result', verdictText(catalogue, conclusion.indication, conclusion.subIndication)),
    ...row('report.policy', text('report.judged', { time: now.toISOString(), policy })),
    ...row('cert.holder', safeText(signer.commonName ?? signer.subject), safeText(signer.subject)),
    ...row('report.identifiers', safeText(signer.uid.join(', '))),
    ...row('cert.issuer', safeText(signer.issuer)),
    ...row('cert.serial', signer.serialNumber),
    ...row(
      'cert.validity',
      text('report.validity', { notBefore: signer.notBefore, notAfter: signer.notAfter }),
      text(left >= 0 ? 'cert.daysLeft' : 'cert.daysOver', { days: Math.abs(left) }),
    ),
    ...row('cert.key', `${signer.keyType}${signer.keyBits > 0 ? ` ${signer.keyBits}` : ''}`),
    ...row('cert.usage', signer.keyUsages?.join(', ') ?? text('cert.anyUsage')),
    ...row('cert.fingerprint', signer.id),
    ...row('report.trust', chain?.anchor ? text('report.trusted', { anchor: shortName(chain.anchor.name) }) : text('report.notTrusted')),
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

function tellUnreadable({ io, catalogue }: Context, args: Arguments, file: string, error: unknown): void {
  if (args.has('json') && isKysoError(error)) {
    const { code, message: detail, data } = error
    io.stdout(`${JSON.stringify({ file, indication: 'INDETERMINATE', error: { code, text: errorWords(catalogue, error), detail, data } })}\n`)
  }
  tellError(io, catalogue, error, 'cert', file)
}
