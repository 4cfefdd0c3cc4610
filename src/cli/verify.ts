/** `kyso verify`: judges the signatures of files. */
import { safeJson, safeText } from '../core/text.ts'
import { nodeSources } from '../node/connect.ts'
import type { Indication, VerifyOptions } from '../verify/index.ts'
import { reportToJson } from '../verify/report/json.ts'
import { renderText } from '../verify/report/text.ts'
import { VIETNAM_HOSTS } from '../vietnam/hosts.ts'
import { identifyVietnam } from '../vietnam/identify.ts'
import type { Arguments } from './arguments.ts'
import { EVIDENCE_OPTIONS, readEvidence } from './evidence.ts'
import { type Context, STATUS, type Status, widthOf, worstStatus } from './io.ts'
import { passwordFromEnvironment } from './password.ts'
import type { Command } from './run.ts'
import { policyOption, readTime } from './settings.ts'
import { usageError } from './usage.ts'
import { type Verified, verifyOne } from './verify/one.ts'

const STATUSES: Readonly<Record<Indication, Status>> = { 'TOTAL-PASSED': STATUS.passed, INDETERMINATE: STATUS.indeterminate, 'TOTAL-FAILED': STATUS.failed }

/** The exit status that an indication stands for. */
export function statusOf(indication: Indication): Status {
  return STATUSES[indication]
}

export const verifyCommand: Command = {
  specs: {
    options: { ...EVIDENCE_OPTIONS, 'password-env': 'value', at: 'value', policy: 'value', detached: 'list' },
  },
  async run(context, args) {
    if (args.files.length === 0) throw usageError('noFile')
    const options = verifyOptions(context, args)
    const statuses: Status[] = []
    for (const file of args.files) {
      const { report, remarks } = await verifyOne(context, file, options, args.all('detached'), !args.has('json'))
      await tell(context, args, { file, report, remarks }, statuses.length > 0)
      statuses.push(report.error ? STATUS.unusable : statusOf(report.indication))
    }
    return worstStatus(statuses)
  },
}

/** What the options say of judging, without the document. */
function verifyOptions(context: Context, args: Arguments): VerifyOptions {
  const [at, policy, variable] = [args.one('at'), args.one('policy'), args.one('password-env')]
  return {
    ...(at === undefined ? {} : { at: readTime('--at', at) }),
    ...(policy === undefined ? {} : { policy: policyOption(policy) }),
    ...(variable === undefined ? {} : { password: passwordFromEnvironment(context.io, '--password-env', variable) }),
    ...readEvidence(context, args),
    identify: identifyVietnam,
    // Time-outs of a person who waits; what is not had is told, and the verdict stays open.
    ...(args.has('offline')
      ? {}
      : { sources: nodeSources({ timeoutMs: 10_000, retries: 0, ...(args.has('vietnam') || args.has('vietnam-public') ? { hostMap: VIETNAM_HOSTS } : {}) }) }),
  }
}

async function tell({ io, language }: Context, args: Arguments, { file, report, remarks }: Verified & { file: string }, further: boolean): Promise<void> {
  if (args.has('json')) {
    io.stdout(`${safeJson(await reportToJson(report, language, file))}\n`)
    if (report.error) io.stderr(`kyso: ${safeText(file)}: ${report.error.code}: ${safeText(report.error.detail)}\n`)
    return
  }
  const text = await renderText(report, language, { file, width: widthOf(io), remarks })
  if (report.error) io.stderr(text)
  else io.stdout(further ? `\n${'─'.repeat(40)}\n\n${text}` : text)
}
