/** Results as a table. */
import type { Result, Results } from './measure.ts'

/** What belongs together: the same work by several contenders. */
export interface Section {
  readonly title: string
  readonly results: Results
  /** The contender that the ratios are to, and what it is. */
  readonly base?: string
  readonly baseName?: string
  /** `peak` in bytes, `peakRatio` to the base's. */
  readonly wanted?: { readonly contender: string; readonly ratio: number; readonly peak?: number; readonly peakRatio?: number }
  readonly note?: string
}

/** One line of it. */
export interface Line extends Result {
  readonly title: string
  readonly contender: string
  /** To the base's median. */
  readonly ratio?: number
  /** The same of processor time, and of memory. */
  readonly cpuRatio?: number
  readonly peakRatio?: number
  readonly wanted?: string
  readonly met?: boolean
}

const MEGABYTE = 1 << 20

/** The lines of a section. */
export function lines({ title, results, base, wanted }: Section): Line[] {
  const unit = base === undefined ? undefined : results.get(base)
  return [...results].map(([contender, result]): Line => {
    if (unit === undefined) return { title, contender, ...result }
    const line = { title, contender, ...result, ratio: result.median / unit.median, cpuRatio: result.cpu / unit.cpu, peakRatio: result.peak / unit.peak }
    if (wanted?.contender !== contender) return line
    const { ratio, peak = Number.POSITIVE_INFINITY, peakRatio = Number.POSITIVE_INFINITY } = wanted
    const limits = [
      `≤ ${ratio}`,
      ...(wanted.peak === undefined ? [] : [`≤ ${wanted.peak / MEGABYTE} MB`]),
      ...(wanted.peakRatio === undefined ? [] : [`memory ≤ ${wanted.peakRatio}`]),
    ]
    return { ...line, wanted: limits.join(', '), met: line.ratio <= ratio && line.peak <= peak && line.peakRatio <= peakRatio }
  })
}

function milliseconds(value: number): string {
  return value < 10 ? value.toFixed(3) : value.toFixed(1)
}

/** Markdown of a section. */
export function table({ title, baseName, note }: Section, some: readonly Line[]): string {
  const ratio = (value: number | undefined): string => value?.toFixed(2) ?? ''
  const rows = some.map((line) => [
    line.contender,
    milliseconds(line.median),
    `${milliseconds(line.low)} – ${milliseconds(line.high)}`,
    ratio(line.ratio),
    milliseconds(line.cpu),
    ratio(line.cpuRatio),
    String(Math.round(line.peak / MEGABYTE)),
    ratio(line.peakRatio),
    line.wanted === undefined ? '' : `${line.wanted}: ${line.met ? 'met' : 'NOT MET'}`,
    String(line.rounds),
  ])
  const head = ['', 'median ms', '10 % – 90 %', 'ratio', 'cpu ms', 'ratio', 'peak MB', 'ratio', 'wanted', 'rounds']
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  const text = [`### ${title}`, '', line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line), '']
  if (baseName) text.push(`Ratios are to ${baseName}.${note ? ` ${note}` : ''}`, '')
  else if (note) text.push(note, '')
  return text.join('\n')
}
