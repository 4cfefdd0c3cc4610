/** What a signature of a PDF forbids from then on: certification and locks. */
import type { AccessPermission, FieldLock } from '../../pades/index.ts'
import type { Arguments } from '../arguments.ts'
import { usageError } from '../usage.ts'
import { choice } from './choice.ts'

const PERMISSIONS = ['1', '2', '3'] as const

const ACTIONS = { include: 'Include', exclude: 'Exclude' } as const

function permission(args: Arguments, name: string): AccessPermission | undefined {
  const value = choice(args, name, PERMISSIONS)
  return value === undefined ? undefined : (Number(value) as AccessPermission)
}

/** `all`, `include:A,B` or `exclude:A,B`. */
function readLock(value: string): FieldLock {
  if (value === 'all') return { action: 'All' }
  const [, action, names = ''] = /^(include|exclude):(.+)$/s.exec(value) ?? []
  const fields = names.split(',').map((name) => name.trim())
  if (action === undefined || fields.includes('')) throw usageError('badValue', { option: '--lock', value, known: 'all, include:A,B, exclude:A,B' })
  return { action: ACTIONS[action as keyof typeof ACTIONS], fields }
}

/**
 * The options that restrict what may come after.
 *
 * @throws KysoError `ERR_USAGE`
 */
export function restrictionOptions(args: Arguments): { readonly certify?: AccessPermission; readonly lock?: FieldLock } {
  const [certify, lock, after] = [permission(args, 'certify'), args.one('lock'), permission(args, 'lock-permission')]
  if (lock === undefined && after !== undefined) throw usageError('optionNeeds', { option: '--lock-permission', other: '--lock' })
  return {
    ...(certify === undefined ? {} : { certify }),
    ...(lock === undefined ? {} : { lock: { ...readLock(lock), ...(after === undefined ? {} : { permission: after }) } }),
  }
}
