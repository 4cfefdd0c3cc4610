/** Options that say how something is judged: a time and a policy. */
import { fromUtf8 } from '../core/bytes.ts'
import { type ConstraintLevel, POLICIES, type Policy } from '../verify/index.ts'
import { readBytes } from './evidence.ts'
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
export function readPolicy(value: string): Policy {
  const known = POLICIES.get(value)
  if (known) return known
  if (!/[./\\]/.test(value)) throw usageError('unknownPolicy', { value, known: [...POLICIES.keys()].join(', ') })
  let policy: unknown
  try {
    policy = JSON.parse(fromUtf8(readBytes(value)) ?? '')
  } catch (error) {
    if (error instanceof SyntaxError) throw usageError('badPolicy', { value, what: 'JSON' })
    throw error
  }
  const what = policyProblem(policy)
  if (what !== null) throw usageError('badPolicy', { value, what })
  return policy as Policy
}

const LEVELS: readonly ConstraintLevel[] = ['FAIL', 'WARN', 'INFORM', 'IGNORE']
const CONSTRAINTS: readonly (keyof Policy['constraints'])[] = [
  'signingCertificateAttribute',
  'signerKeyUsage',
  'revocation',
  'laterChanges',
  'signedAttributesOrder',
  'cryptography',
  'timestampOrder',
]

type Fields = Readonly<Record<string, unknown>>

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const isDay = (value: unknown): boolean =>
  value === null || (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(`${value}T00:00:00Z`)))
const isSize = (value: unknown): boolean => isFields(value) && typeof value.bits === 'number' && value.bits >= 0 && isDay(value.until)

/** The member that is not as a policy has it; a wrong one could let through what was meant to be stopped. */
function policyProblem(policy: unknown): string | null {
  if (!isFields(policy)) return '{}'
  const { version, name, constraints, digests, keys, revocationFreshnessHours: hours } = policy
  if (version !== 1) return 'version'
  if (typeof name !== 'string' || name === '') return 'name'
  if (!isFields(constraints)) return 'constraints'
  for (const one of CONSTRAINTS) if (!LEVELS.some((level) => level === constraints[one])) return `constraints.${one}`
  const unknown = Object.keys(constraints).find((one) => !CONSTRAINTS.some((known) => known === one))
  if (unknown !== undefined) return `constraints.${unknown}`
  if (!isFields(digests) || !Object.values(digests).every(isDay)) return 'digests'
  if (!isFields(keys) || !Object.values(keys).every((sizes) => Array.isArray(sizes) && sizes.every(isSize))) return 'keys'
  return typeof hours === 'number' && hours >= 0 ? null : 'revocationFreshnessHours'
}
