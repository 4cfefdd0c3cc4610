/** The inventory as CSV (RFC 4180), for spreadsheets: what stands in a certificate must not become a formula there. */
import { type Catalogue, format } from '../../core/messages.ts'
import { safeText } from '../../core/text.ts'
import { type Column, columnsOf } from './columns.ts'
import type { InventoryRow } from './row.ts'

/** Where a cell begins: at its start, and behind what another spreadsheet takes for the end of one. */
const FORMULA = /(^|[,;|"'])([\s"']*)([=+\-@%|\uff1d\uff0b\uff0d\uff20])/g

/**
 * A text as a cell. Excel and its like calculate what begins with `=`, `+`, `-` or `@`, quoted or not, and in some countries cells end with a
 * semicolon: an apostrophe in front makes it a text.
 */
export function csvCell(text: string): string {
  const safe = safeText(text).replace(FORMULA, "$1$2'$3")
  return `"${safe.replaceAll('"', '""')}"`
}

/** The table, with the mark of UTF-8 that Excel wants. Times are ISO 8601. */
export function toCsv(catalogue: Catalogue, rows: readonly InventoryRow[]): string {
  const cell = (row: InventoryRow, { key }: Column): string => {
    if (key === 'daysLeft') return String(row.daysLeft)
    if (key === 'status') return csvCell(format(catalogue, `inventory.${row.status}`))
    return csvCell(key === 'from' || key === 'to' ? row[key].replace(/\.\d+Z$/, 'Z') : row[key])
  }
  const columns = columnsOf(catalogue)
  const lines = [columns.map(({ label }) => csvCell(label)), ...rows.map((row) => columns.map((column) => cell(row, column)))]
  return `\ufeff${lines.map((cells) => `${cells.join(',')}\r\n`).join('')}`
}
