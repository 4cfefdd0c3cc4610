/** Rule: what a program leaves of itself when it saves signatures or validation data: dates, its name, the version. */
import { nameOf, PdfDict, PdfRef, PdfStream } from '../../pdf/index.ts'
import { differingKeys } from './compare.ts'
import type { Step } from './step.ts'
import { sameMetadata } from './xmp.ts'

const INFO_KEYS = new Set(['ModDate', 'Producer'])
const METADATA_KEYS = new Set(['Type', 'Subtype', 'Length', 'Filter', 'DecodeParms'])

/**
 * Explains the information dictionary, the metadata and the version of an update.
 *
 * @param others whether the update has something that was to be saved; dates alone have to be permitted like an annotation
 * @returns the keys of the catalog that may have changed
 */
export function explainSaving(step: Step, others: boolean): ReadonlySet<string> {
  const keys = new Set<string>()
  const told = [explainInfo(step) && 'the information dictionary', explainMetadata(step) && 'the metadata'].filter((text) => text !== false)
  if (told.length > 0) step.findings.add(others ? 'metadataDates' : 'metadataAlone', `dates and producer in ${told.join(' and ')}`)
  if (told.includes('the metadata')) keys.add('Metadata')
  // §7.2.2: the catalog may name a later version than the header, which shows nothing.
  const version = nameOf(step.after.catalog.get('Version'))
  if (others && version !== undefined && /^[12]\.\d$/.test(version) && version >= step.before.version) keys.add('Version')
  return keys
}

function explainInfo({ before, after, changed, introduced, explained, roles }: Step): boolean {
  const entry = after.trailer.get('Info')
  if (!(entry instanceof PdfRef) || !(changed.has(entry.number) || introduced.has(entry.number))) return false
  const [a, b] = [before.resolve(before.trailer.get('Info')), after.get(entry)]
  const old = a instanceof PdfDict ? a : new PdfDict()
  if (!(b instanceof PdfDict) || differingKeys(old, b).some((key) => !INFO_KEYS.has(key))) return false
  explained.add(entry.number)
  roles.set(entry.number, 'Info')
  return true
}

function explainMetadata({ before, after, changed, introduced, explained, roles }: Step): boolean {
  const entry = after.catalog.get('Metadata')
  if (!(entry instanceof PdfRef) || !(changed.has(entry.number) || introduced.has(entry.number))) return false
  const [a, b] = [before.resolve(before.catalog.get('Metadata')), after.get(entry)]
  if (!(b instanceof PdfStream) || b.dict.duplicates.length > 0 || [...b.dict.entries.keys()].some((key) => !METADATA_KEYS.has(key))) return false
  if (!(a === null || a instanceof PdfStream) || !sameMetadata(a && before.streamData(a), after.streamData(b))) return false
  explained.add(entry.number)
  roles.set(entry.number, 'Metadata')
  return true
}
