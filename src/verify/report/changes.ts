/** What changed in a file, in words: each kind once, with how often and where. */
import { type Catalogue, format, type MessageKey } from '../../core/messages.ts'
import { safeText } from '../../core/text.ts'
import type { LaterChange } from '../../facts/index.ts'
import type { ExplainedCode, UnexplainedCode } from '../../pades/later-changes/finding.ts'

/** How many pages and fields are named for one kind of change. */
const MAX_NAMED = 8

interface Kind {
  count: number
  readonly detail: string
  readonly pages: Set<number>
  readonly fields: Set<string>
}

/**
 * A line for each kind of change.
 *
 * @param technical whether to add the technical words of the first of each kind; what is harmless needs none
 */
export function changeLines(catalogue: Catalogue, changes: readonly LaterChange[], technical: boolean): string[] {
  const kinds = new Map<string, Kind>()
  for (const { code, detail, page, field } of changes) {
    let kind = kinds.get(code)
    if (!kind) kinds.set(code, (kind = { count: 0, detail, pages: new Set(), fields: new Set() }))
    kind.count++
    if (page !== undefined) kind.pages.add(page)
    if (field !== undefined) kind.fields.add(field)
  }
  return [...kinds].map(([code, { count, detail, pages, fields }]) => {
    const key: MessageKey = `change.${code as ExplainedCode | UnexplainedCode}`
    const places = [
      ...(count > 1 ? [format(catalogue, 'report.times', { count })] : []),
      ...(pages.size > 0 ? [format(catalogue, 'report.onPage', { pages: listed([...pages].sort((a, b) => a - b)) })] : []),
      ...(fields.size > 0 ? [listed([...fields].map((field) => `“${safeText(field, 60)}”`))] : []),
    ]
    const where = places.length > 0 ? ` (${places.join('; ')})` : ''
    return `${format(catalogue, key)}${where}${technical && !HARMLESS.has(code) ? ` – ${safeText(detail, 160)}` : ''}`
  })
}

function listed(values: readonly (string | number)[]): string {
  return `${values.slice(0, MAX_NAMED).join(', ')}${values.length > MAX_NAMED ? ', …' : ''}`
}

const HARMLESS: ReadonlySet<string> = new Set(['signatureAdded', 'timestampAdded', 'fieldAdded', 'validationData', 'metadataDates', 'objectRewritten'])
