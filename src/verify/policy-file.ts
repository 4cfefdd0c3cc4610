/** Policies as callers keep them: by name, or as JSON that is held against what a policy is, member by member. */
import { KysoError } from '../core/errors.ts'
import { BASELINE_POLICY, type ConstraintLevel, POLICIES, type Policy } from './policy.ts'

type Fields = Readonly<Record<string, unknown>>

const LEVELS: readonly ConstraintLevel[] = ['FAIL', 'WARN', 'INFORM', 'IGNORE']

/** More bits than any key has. */
const MAX_BITS = 1 << 20

/** A member that is not as it must be, to be thrown. */
function wrong(member: string): KysoError {
  return new KysoError('ERR_POLICY', `the policy’s member ${member} is missing, unknown or not as it must be`, { member })
}

function fieldsOf(value: unknown, member: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(member)
  return value as Fields
}

/** `YYYY-MM-DD` of a day that exists, or `null` for no end. */
function dayOf(value: unknown, member: string): string | null {
  if (value === null) return null
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) throw wrong(member)
  const time = Date.parse(`${value}T00:00:00Z`)
  // 31 April would otherwise be 1 May.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== value) throw wrong(member)
  return value
}

/** A number that is not less than nothing. */
function amountOf(value: unknown, member: string, most: number): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= most)) throw wrong(member)
  return value
}

function mapped<T>(value: unknown, member: string, read: (value: unknown, member: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(fieldsOf(value, member)).map(([name, one]) => [name, read(one, member)]))
}

function sizesOf(value: unknown, member: string): Policy['keys'][string] {
  if (!Array.isArray(value)) throw wrong(member)
  return value.map((one: unknown) => {
    const { bits, until } = fieldsOf(one, member)
    return { bits: amountOf(bits, member, MAX_BITS), until: dayOf(until, member) }
  })
}

/** Every constraint there is, and no other: a misspelt one would ask for nothing, a missing one for nobody knows what. */
function constraintsOf(value: unknown): Policy['constraints'] {
  const given = fieldsOf(value, 'constraints')
  const read: Record<keyof Policy['constraints'], ConstraintLevel> = { ...BASELINE_POLICY.constraints }
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(read, name))
  if (unknown !== undefined) throw wrong(`constraints.${unknown}`)
  for (const name of Object.keys(read) as (keyof Policy['constraints'])[]) {
    const level = LEVELS.find((one) => Object.hasOwn(given, name) && one === given[name])
    if (level === undefined) throw wrong(`constraints.${name}`)
    read[name] = level
  }
  return read
}

/**
 * Reads a policy: the name of one that is built in (`baseline`, `legacy`), or what `JSON.parse` gave for one. Nothing is filled in and
 * nothing passed over, since a constraint that is missing or misspelt could let through what was meant to be stopped. A policy of one's own
 * begins as a copy of a built-in one.
 *
 * @param policy a name, or plain data in the form of {@link Policy}; it is copied
 * @throws KysoError `ERR_POLICY` with `data.member`, the first that is not as it must be, or with `data.name` and the names that are `data.known`
 * @example
 * ```ts
 * const text = JSON.stringify({ ...BASELINE_POLICY, name: 'office', revocationFreshnessHours: 72 })
 * readPolicy(JSON.parse(text)).revocationFreshnessHours // => 72
 * readPolicy('legacy').name // => 'legacy'
 * ```
 */
export function readPolicy(policy: unknown): Policy {
  if (typeof policy === 'string') {
    const found = POLICIES.get(policy)
    if (!found) throw new KysoError('ERR_POLICY', 'no policy of that name', { name: policy.slice(0, 100), known: [...POLICIES.keys()].join(', ') })
    return found
  }
  const { version, name, constraints, digests, keys, revocationFreshnessHours, ...others } = fieldsOf(policy, '{}')
  if (version !== 1) throw wrong('version')
  if (typeof name !== 'string' || name === '' || name.length > 200) throw wrong('name')
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw wrong(unknown)
  const read: Required<Policy> = {
    version,
    name,
    constraints: constraintsOf(constraints),
    digests: mapped(digests, 'digests', dayOf),
    keys: mapped(keys, 'keys', sizesOf),
    revocationFreshnessHours: amountOf(revocationFreshnessHours, 'revocationFreshnessHours', 24 * 366 * 100),
  }
  return read
}
