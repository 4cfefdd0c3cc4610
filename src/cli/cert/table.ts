/** The inventory for a terminal. */
import { type Catalogue, format, formatDay } from '../../core/messages.ts'
import { safeText } from '../../core/text.ts'
import { type Column, columnsOf } from './columns.ts'
import type { InventoryRow } from './row.ts'

/** Columns that give way where the line is too short, with the least they keep. */
const FLEXIBLE: ReadonlyMap<Column['key'], number> = new Map([
  ['holder', 12],
  ['unit', 8],
  ['issuer', 8],
])

/** Characters that are shown: marks stand on the one before, and East Asian ones take two places. */
function places(text: string): number {
  let width = 0
  for (const character of text)
    width += /\p{M}/u.test(character)
      ? 0
      : /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{20000}-\u{3fffd}]/u.test(character)
        ? 2
        : 1
  return width
}

function padded(text: string, width: number, right: boolean): string {
  let kept = text
  if (places(text) > width) {
    kept = ''
    for (const character of text) {
      if (places(kept + character) > width - 1) break
      kept += character
    }
    kept = `${kept.trimEnd()}…`
  }
  const space = ' '.repeat(Math.max(0, width - places(kept)))
  return right ? space + kept : kept + space
}

/**
 * The table; names that are too long for the line are cut. The files are left out: they stand in the other forms.
 *
 * @param width of a line, in characters
 */
export function toTable(catalogue: Catalogue, rows: readonly InventoryRow[], width: number): string {
  const columns = columnsOf(catalogue).filter(({ key }) => key !== 'file')
  const text = (row: InventoryRow, key: Column['key']): string => {
    if (key === 'status') return format(catalogue, `inventory.${row.status}`)
    if (key === 'from' || key === 'to') return formatDay(row[key], catalogue.language)
    return safeText(String(row[key]), 120)
  }
  const lines = rows.map((row) => columns.map(({ key }) => text(row, key)))
  const widths = columns.map(({ label }, i) => lines.reduce((widest, line) => Math.max(widest, places(line[i] ?? '')), places(label)))
  let over = widths.reduce((sum, one) => sum + one + 2, -2) - width
  // The widest gives way first.
  while (over > 0) {
    let widest = -1
    for (const [i, { key }] of columns.entries()) {
      const one = widths[i] ?? 0
      if (one > (FLEXIBLE.get(key) ?? Number.POSITIVE_INFINITY) && one > (widths[widest] ?? 0)) widest = i
    }
    if (widest < 0) break
    widths[widest] = (widths[widest] ?? 0) - 1
    over--
  }
  const line = (cells: readonly string[]): string =>
    `${cells
      .map((cell, i) => padded(cell, widths[i] ?? 0, columns[i]?.key === 'daysLeft'))
      .join('  ')
      .trimEnd()}\n`
  return [line(columns.map(({ label }) => label)), line(widths.map((one) => '─'.repeat(one))), ...lines.map(line)].join('')
}
