/** What changed in a file, in words: each kind once, with how often and where. */
import { type Catalogue, format, type MessageKey } from '../../core/messages.ts'
import { safeText } from '../../core/text.ts'
import type { LaterChange } from '../../facts/index.ts'
import type { ExplainedCode, UnexplainedCode } from '../../pades/later-changes/finding.ts'

/** How many pages and fields are named for one kind of change. */
const MAX_NAMED = 8

interface Kind {
  count: number
  readonly pages: Set<number>
  readonly fields: Set<string>
}

/** A line for each kind of change. */
export function changeLines(catalogue: Catalogue, changes: readonly LaterChange[]): string[] {
  const kinds = new Map<string, Kind>()
  for (const { code, page, field } of changes) {
    let kind = kinds.get(code)
    if (!kind) kinds.set(code, (kind = { count: 0, pages: new Set(), fields: new Set() }))
    kind.count++
    if (page !== undefined) kind.pages.add(page)
    if (field !== undefined) kind.fields.add(field)
  }
  return [...kinds].map(([code, { count, pages, fields }]) => {
    const key: MessageKey = `change.${code as ExplainedCode | UnexplainedCode}`
    const places = [
      ...(count > 1 ? [format(catalogue, 'report.times', { count })] : []),
      ...(pages.size > 0 ? [format(catalogue, 'report.onPage', { pages: listed([...pages].sort((a, b) => a - b)) })] : []),
      ...(fields.size > 0 ? [listed([...fields].map((field) => `“${safeText(field, 60)}”`))] : []),
    ]
    return `${format(catalogue, key)}${places.length > 0 ? ` (${places.join('; ')})` : ''}`
  })
}

function listed(values: readonly (string | number)[]): string {
  return `${values.slice(0, MAX_NAMED).join(', ')}${values.length > MAX_NAMED ? ', …' : ''}`
}

/** The same for whoever is asked for help: what is said of each in technical words, and where it is; nothing of what is harmless. */
export function technicalLines(changes: readonly LaterChange[]): string[] {
  const lines = changes.flatMap(({ code, detail, path }) => {
    if (HARMLESS.has(code)) return []
    const where = path === undefined || detail.includes(path) ? '' : `, ${path}`
    return [safeText(`${code}: ${detail}${where}`, 200)]
  })
  return [...new Set(lines)]
}

const HARMLESS: ReadonlySet<string> = new Set(['signatureAdded', 'timestampAdded', 'fieldAdded', 'validationData', 'metadataDates', 'certificationAdded'])
