/** `kyso cert` on folders: a line for every certificate. */

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { utf8 } from '../../core/bytes.ts'
import { isKysoError, KysoError } from '../../core/errors.ts'
import { format } from '../../core/messages.ts'
import { safeJson } from '../../core/text.ts'
import { writeAtomically } from '../../node/atomic.ts'
import type { Policy } from '../../verify/index.ts'
import type { Arguments } from '../arguments.ts'
import type { GivenEvidence } from '../evidence.ts'
import { type Context, STATUS, type Status, widthOf, worstStatus } from '../io.ts'
import { usageError } from '../usage.ts'
import { statusOf } from '../verify.ts'
import { aboveOf, collect, type Found } from './collect.ts'
import { toCsv } from './csv.ts'
import { toHtml } from './html.ts'
import { judgeLeaf } from './judge.ts'
import { tellUnreadable, toJson } from './one.ts'
import type { PolicyInputs } from './policy-inputs.ts'
import { type InventoryRow, toRow } from './row.ts'
import { toTable } from './table.ts'

/** So many certificates go by between two signs of progress. */
const PROGRESS_EVERY = 20

/** How everything is judged. */
export interface Judging {
  readonly inputs?: PolicyInputs | null
  readonly evidence: GivenEvidence
  readonly policy: Policy
  readonly now: Date
}

/** Where `--csv` and `--html` lead; a file that is there stays unless `--force` was given. */
function targetsOf(args: Arguments): { readonly csv?: string; readonly html?: string } {
  const [csv, html] = [args.one('csv'), args.one('html')]
  if (csv !== undefined && html !== undefined && resolve(csv) === resolve(html)) throw usageError('sameTarget', { path: csv })
  for (const path of [csv, html])
    if (path !== undefined && existsSync(path) && !args.has('force')) throw new KysoError('ERR_FILE_EXISTS', 'the target exists', { path })
  return { ...(csv === undefined ? {} : { csv }), ...(html === undefined ? {} : { html }) }
}

/**
 * Judges every certificate of files and folders, and writes the table in the forms that are asked for.
 *
 * @throws KysoError `ERR_USAGE`, `ERR_FILE_EXISTS`, `ERR_FILE_READ`, `ERR_FILE_WRITE`, `ERR_TRUST_FILE` where there is no certificate
 */
export async function inventory(context: Context, args: Arguments, judging: Judging): Promise<Status> {
  const { io, catalogue } = context
  const targets = targetsOf(args)
  const statuses: Status[] = []
  const unreadable = (file: string, error: KysoError): void => {
    io.progress?.('')
    tellUnreadable(context, args, file, error)
    statuses.push(STATUS.unusable)
  }
  const found: Found[] = []
  for (const one of collect(args.files, unreadable)) {
    found.push(one)
    if (found.length % PROGRESS_EVERY === 0) io.progress?.(format(catalogue, 'inventory.reading', { count: found.length }))
  }
  if (found.length === 0 && statuses.length === 0) throw nothingIn(args.files)
  const rows = await judgeAll(context, args, judging, found, statuses, unreadable)
  io.progress?.('')
  // What ends first stands first.
  rows.sort((a, b) => (a.to < b.to ? -1 : a.to > b.to ? 1 : 0))
  const summary = summaryOf(context, rows, judging)
  if (!args.has('json')) io.stdout(`${rows.length > 0 ? `${toTable(catalogue, rows, widthOf(io))}\n` : ''}${summary}\n`)
  if (targets.csv !== undefined) await write(context, targets.csv, toCsv(catalogue, rows))
  if (targets.html !== undefined) await write(context, targets.html, toHtml(catalogue, rows, summary))
  return worstStatus(statuses)
}

function nothingIn(paths: readonly string[]): KysoError {
  const [path = ''] = paths
  return new KysoError('ERR_TRUST_FILE', `no certificate in ${path}`, { path, purpose: 'certificate' })
}

async function judgeAll(
  { io, catalogue }: Context,
  args: Arguments,
  { evidence, policy, now, inputs }: Judging,
  found: readonly Found[],
  statuses: Status[],
  unreadable: (file: string, error: KysoError) => void,
): Promise<InventoryRow[]> {
  // Those that were named come first: a folder full of the same name does not crowd them out.
  const above = aboveOf([...evidence.certificates, ...found.map(({ certificate }) => certificate)])
  const rows: InventoryRow[] = []
  for (const [i, { file, certificate }] of found.entries()) {
    if (i % PROGRESS_EVERY === 0) io.progress?.(format(catalogue, 'inventory.judging', { done: i + 1, count: found.length }))
    try {
      const judged = await judgeLeaf(certificate, { ...evidence, certificates: above(certificate) }, policy, now, inputs)
      rows.push(toRow(file, judged, now))
      statuses.push(statusOf(judged.conclusion.indication))
      if (!args.has('json')) continue
      io.progress?.('')
      io.stdout(`${safeJson(toJson(catalogue, file, judged, now))}\n`)
    } catch (error) {
      // One that was built to exhaust whoever judges it does not keep the others from being judged.
      if (!isKysoError(error)) throw error
      unreadable(file, error)
    }
  }
  return rows
}

function summaryOf({ catalogue }: Context, rows: readonly InventoryRow[], { policy, now }: Judging): string {
  const counts = new Map<string, number>()
  for (const { status } of rows) counts.set(status, (counts.get(status) ?? 0) + 1)
  const statuses = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([status, count]) => `${format(catalogue, `inventory.${status}`)}: ${count}`)
    .join(', ')
  return format(catalogue, 'inventory.summary', { count: rows.length, statuses: statuses || '–', time: now.toISOString(), policy: policy.name })
}

async function write({ io, catalogue }: Context, path: string, text: string): Promise<void> {
  await writeAtomically(path, (file) => file.write(utf8(text)))
  io.stderr(`${format(catalogue, 'inventory.written', { path })}\n`)
}
