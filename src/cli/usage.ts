import { KysoError, type MessageData } from '../core/errors.ts'
import type { MessageKey } from '../core/messages.ts'

/** What can be wrong with a command line: each has a text `usage.…`. */
export type UsageProblem = Extract<MessageKey, `usage.${string}`> extends `usage.${infer Name}` ? Name : never

/** Wrong use, to be thrown. */
export function usageError(problem: UsageProblem, data: MessageData = {}): KysoError {
  const words = Object.entries(data).map(([name, value]) => `${name} ${value}`)
  return new KysoError('ERR_USAGE', [problem, ...words].join(', '), { ...data, problem })
}
