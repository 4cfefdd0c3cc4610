import { type Catalogue, format, type MessageKey } from '../../core/messages.ts'
import type { InventoryRow } from './row.ts'

/** A column of the inventory. */
export interface Column {
  readonly key: keyof InventoryRow
  readonly label: string
}

const LABELS: readonly (readonly [keyof InventoryRow, MessageKey])[] = [
  ['holder', 'cert.holder'],
  ['unit', 'inventory.unit'],
  ['issuer', 'cert.issuer'],
  ['from', 'inventory.from'],
  ['to', 'inventory.to'],
  ['daysLeft', 'inventory.daysLeft'],
  ['status', 'inventory.status'],
  ['file', 'report.file'],
]

/** The columns in their order, the file last. */
export function columnsOf(catalogue: Catalogue): readonly Column[] {
  return LABELS.map(([key, label]) => ({ key, label: format(catalogue, label) }))
}
