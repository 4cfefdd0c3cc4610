/** `kyso cert`: judges certificates, with the same judge and the same exit statuses as `kyso verify`. */
import { isKysoError } from '../core/errors.ts'
import { isFolder } from '../node/folders.ts'
import { inventory } from './cert/inventory.ts'
import { judgeLeaf, policyOf } from './cert/judge.ts'
import { tell, tellUnreadable } from './cert/one.ts'
import { POLICY_INPUT_OPTIONS, readPolicyInputs } from './cert/policy-inputs.ts'
import { EVIDENCE_OPTIONS, readEvidence, readLeaf } from './evidence.ts'
import { STATUS, type Status, worstStatus } from './io.ts'
import type { Command } from './run.ts'
import { readTime } from './settings.ts'
import { usageError } from './usage.ts'
import { statusOf } from './verify.ts'

export const certCommand: Command = {
  specs: {
    options: {
      ...EVIDENCE_OPTIONS,
      ...POLICY_INPUT_OPTIONS,
      at: 'value',
      policy: 'value',
      'no-revocation': 'switch',
      csv: 'value',
      html: 'value',
      force: 'switch',
    },
  },
  async run(context, args) {
    if (args.files.length === 0) throw usageError('noFile')
    const inputs = readPolicyInputs(args)
    // Until paths are validated for certificate policies, passing one without would be a false yes.
    const at = args.one('at')
    const now = at === undefined ? new Date() : readTime('--at', at)
    const evidence = readEvidence(context, args)
    const policy = policyOf(args)
    if (args.has('csv') || args.has('html') || args.files.some(leadsToFolder)) return inventory(context, args, { evidence, policy, now, inputs })
    const statuses: Status[] = []
    for (const file of args.files) {
      try {
        const [leaf, ...others] = readLeaf(file)
        if (!leaf) continue
        const judged = await judgeLeaf(leaf, { ...evidence, certificates: [...others, ...evidence.certificates] }, policy, now, inputs)
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

/** A path that leads nowhere is told with the others. */
function leadsToFolder(path: string): boolean {
  try {
    return isFolder(path)
  } catch (error) {
    if (isKysoError(error)) return false
    throw error
  }
}
