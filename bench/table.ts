/** Results as a table. */
import type { Result, Results } from './measure.ts'

/** What belongs together: the same work by several contenders. */
export interface Section {
  readonly title: string
  readonly results: Results
  /** The contender that the ratios are to, and what it is. */
  readonly base?: string
  readonly baseName?: string
  readonly wanted?: { readonly contender: string; readonly ratio: number; readonly peak?: number }
  readonly note?: string
}

/** One line of it. */
export interface Line extends Result {
  readonly title: string
  readonly contender: string
  /** To the base's median. */
  readonly ratio?: number
  readonly wanted?: string
  readonly met?: boolean
}

const MEGABYTE = 1 << 20

/** The lines of a section. */
export function lines({ title, results, base, wanted }: Section): Line[] {
  const unit = base === undefined ? undefined : results.get(base)?.median
  return [...results].map(([contender, result]): Line => {
    const ratio = unit === undefined ? undefined : result.median / unit
    if (wanted?.contender !== contender || ratio === undefined) return { title, contender, ...result, ...(ratio === undefined ? {} : { ratio }) }
    const limits = [`≤ ${wanted.ratio}`, ...(wanted.peak === undefined ? [] : [`≤ ${wanted.peak / MEGABYTE} MB`])]
    const met = ratio <= wanted.ratio && (wanted.peak === undefined || result.peak <= wanted.peak)
    return { title, contender, ...result, ratio, wanted: limits.join(', '), met }
  })
}

function milliseconds(value: number): string {
  return value < 10 ? value.toFixed(3) : value.toFixed(1)
}

/** Markdown of a section. */
export function table({ title, baseName, note }: Section, some: readonly Line[]): string {
  const rows = some.map(({ contender, median, low, high, ratio, rounds, peak, wanted, met }) => [
    contender,
    milliseconds(median),
    `${milliseconds(low)} – ${milliseconds(high)}`,
    ratio === undefined ? '' : ratio.toFixed(2),
    wanted === undefined ? '' : `${wanted}: ${met ? 'met' : 'NOT MET'}`,
    String(Math.round(peak / MEGABYTE)),
    String(rounds),
  ])
  const head = ['', 'median ms', '10 % – 90 %', 'ratio', 'wanted', 'peak MB', 'rounds']
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  const text = [`### ${title}`, '', line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line), '']
  if (baseName) text.push(`Ratios are to ${baseName}.${note ? ` ${note}` : ''}`, '')
  else if (note) text.push(note, '')
  return text.join('\n')
}
