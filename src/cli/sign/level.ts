/** The level of a signature, and whose time-stamps it takes. */
import { isKysoError } from '../../core/errors.ts'
import { httpSources, type Sources } from '../../sources/index.ts'
import type { Arguments } from '../arguments.ts'
import { usageError } from '../usage.ts'

/** The level, as far as the other options go with it. */
export function readLevel(args: Arguments): 'B-B' | 'B-T' {
  const tsa = args.has('tsa')
  const level = args.one('level') ?? (tsa ? 'B-T' : 'B-B')
  if (level === 'B-LT' || level === 'B-LTA') throw usageError('laterValue', { option: '--level', value: level })
  if (level !== 'B-B' && level !== 'B-T') throw usageError('badValue', { option: '--level', value: level, known: 'B-B, B-T' })
  if (level === 'B-T' && !tsa) throw usageError('tsaMissing')
  if (level === 'B-B' && tsa) throw usageError('tsaUnused')
  if (tsa && args.has('offline')) throw usageError('tsaOffline')
  if (level === 'B-T' && args.one('form') === 'xmldsig') throw usageError('formLevel')
  return level
}

/** The time-stamp servers of `--tsa`. */
export function sourcesOf(args: Arguments): { sources?: Sources } {
  if (!args.has('tsa')) return {}
  try {
    return { sources: httpSources({ tsa: args.all('tsa') }) }
  } catch (error) {
    if (!isKysoError(error, 'ERR_ARGUMENT')) throw error
    // What was given is not repeated: it may hold a password.
    throw usageError('badUrl', { option: '--tsa' })
  }
}
