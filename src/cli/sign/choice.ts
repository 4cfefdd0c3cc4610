import type { Arguments } from '../arguments.ts'
import { usageError } from '../usage.ts'

/**
 * One of the values that an option may have; `undefined` where it was not given.
 *
 * @throws KysoError `ERR_USAGE`
 */
export function choice<T extends string>(args: Arguments, name: string, known: readonly T[]): T | undefined {
  const value = args.one(name)
  const found = known.find((one) => one === value)
  if (value !== undefined && found === undefined) throw usageError('badValue', { option: `--${name}`, value, known: known.join(', ') })
  return found
}
