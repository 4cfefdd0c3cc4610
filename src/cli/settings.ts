/** Options that say how something is judged: a time and a policy. */
import { fromUtf8 } from '../core/bytes.ts'
import { isKysoError, KysoError } from '../core/errors.ts'
import { readSmallFile } from '../node/folders.ts'
import { POLICIES, type Policy, readPolicy } from '../verify/index.ts'
import { usageError } from './usage.ts'

/**
 * The time of `--at`: ISO 8601 with a zone.
 *
 * @throws KysoError `ERR_USAGE`
 */
export function readTime(option: string, value: string): Date {
  const match = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(?::(\d\d(?:\.\d{1,9})?))?(Z|z|[+-]\d\d:?\d\d)?$/.exec(value)
  if (!match) throw usageError('badTime', { option, value })
  const [, day = '', clock = '', seconds = '00', zone] = match
  // Whose midnight? A time without a zone is another time on the next computer.
  if (zone === undefined) throw usageError('noZone', { option, value })
  const offset = zone.toUpperCase() === 'Z' ? 'Z' : zone.replace(/^(...):?/, '$1:')
  const time = new Date(`${day}T${clock}:${seconds.slice(0, 6)}${offset}`)
  // 31 April would otherwise be 1 May.
  if (Number.isNaN(time.getTime()) || new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) !== day) throw usageError('badTime', { option, value })
  return time
}

/**
 * The policy of `--policy`: a name, or a JSON file.
 *
 * @throws KysoError `ERR_USAGE`, `ERR_FILE_READ`
 */
export function policyOption(value: string): Policy {
  if (!POLICIES.has(value) && !/[./\\]/.test(value)) throw usageError('unknownPolicy', { value, known: [...POLICIES.keys()].join(', ') })
  try {
    return readPolicy(POLICIES.has(value) ? value : jsonOf(readSmallFile(value)))
  } catch (error) {
    if (!isKysoError(error, 'ERR_POLICY')) throw error
    throw usageError('badPolicy', { value, what: String(error.data.member) })
  }
}

function jsonOf(file: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(file) ?? '')
  } catch {
    throw new KysoError('ERR_POLICY', 'the policy is no JSON', { member: 'JSON' })
  }
}
