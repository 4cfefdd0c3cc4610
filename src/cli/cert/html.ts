/** The inventory as a page that needs nothing else: no script, no font, no address. */
import { type Catalogue, format, formatDay } from '../../core/messages.ts'
import { safeText } from '../../core/text.ts'
import { type Column, columnsOf } from './columns.ts'
import type { InventoryRow } from './row.ts'

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** A text as content of an element or of a quoted attribute. */
export function escapeHtml(text: string): string {
  return safeText(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

/** Days before its end from which on a certificate is marked. */
const SOON = 30

const STYLE = `
body { font: 15px/1.4 system-ui, sans-serif; margin: 2em; color: #1a1a1a; background: #fff }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .35em .7em; border-bottom: 1px solid #d0d0d0; overflow-wrap: anywhere }
th { position: sticky; top: 0; background: #f2f2f2 }
td.daysLeft { text-align: right }
td.from, td.to { white-space: nowrap }
tr.valid td.status { color: #17642d }
tr.soon td.daysLeft, tr.soon td.status { color: #8a5300; font-weight: bold }
tr.revoked td.status, tr.invalid td.status, tr.expired td.status, tr.chainProblem td.status { color: #a3121f; font-weight: bold }`

/**
 * The page.
 *
 * @param summary a sentence about all of it, above the table
 */
export function toHtml(catalogue: Catalogue, rows: readonly InventoryRow[], summary: string): string {
  const { language } = catalogue
  const columns = columnsOf(catalogue)
  const text = (row: InventoryRow, key: Column['key']): string => {
    if (key === 'status') return format(catalogue, `inventory.${row.status}`)
    if (key === 'from' || key === 'to') return formatDay(row[key], language)
    return String(row[key])
  }
  // <bdi>: the direction of a holder's name does not reach into its neighbours.
  const cell = (row: InventoryRow, { key }: Column): string => `<td class="${key}"><bdi>${escapeHtml(text(row, key))}</bdi></td>`
  const line = (row: InventoryRow): string => {
    const soon = row.status === 'valid' && row.daysLeft < SOON ? ' soon' : ''
    return `<tr class="${row.status}${soon}">${columns.map((column) => cell(row, column)).join('')}</tr>\n`
  }
  const title = escapeHtml(format(catalogue, 'inventory.title'))
  return `<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}
</style>
</head>
<body>
<h1>${title}</h1>
<p>${escapeHtml(summary)}</p>
<table>
<thead><tr>${columns.map(({ label }) => `<th scope="col">${escapeHtml(label)}</th>`).join('')}</tr></thead>
<tbody>
${rows.map(line).join('')}</tbody>
</table>
</body>
</html>
`
}
