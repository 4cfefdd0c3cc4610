import { isKysoError, type KysoError } from '../core/errors.ts'
import { type Catalogue, format } from '../core/messages.ts'
import { safeText } from '../core/text.ts'
import type { Io } from './io.ts'

/** Tells an error on standard error: what it means, what to do, and a technical line for whoever is asked for help. */
export function tellError(io: Io, catalogue: Catalogue, error: unknown, command = '', file?: string): void {
  const where = file === undefined ? 'kyso' : `kyso: ${safeText(file)}`
  if (isKysoError(error)) {
    io.stderr(`${where}: ${errorWords(catalogue, error, command)}\n`)
    if (error.code !== 'ERR_USAGE') io.stderr(`  (${error.code}: ${safeText(error.message)})\n`)
    return
  }
  io.stderr(`${where}: ${format(catalogue, 'cli.internal')}\n`)
  io.stderr(`  (${safeText(error instanceof Error ? (error.stack ?? error.message) : String(error), 4000)})\n`)
}

/** The words of an error, with the help page that belongs to wrong use. */
export function errorWords(catalogue: Catalogue, error: KysoError, command = ''): string {
  return format(catalogue, error.code, error.code === 'ERR_USAGE' ? { command, ...error.data } : error.data).trim()
}
