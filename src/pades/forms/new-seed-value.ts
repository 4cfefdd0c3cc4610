/** Seed values of a signature field to be made (ISO 32000-2 table 237). */
import { latin1 } from '../../core/bytes.ts'
import { KysoError } from '../../core/errors.ts'
import { PdfArray, PdfName, PdfNumber, type PdfObject, type PdfRef, PdfString, pdfDict } from '../../pdf/index.ts'
import type { PdfUpdate } from '../../pdf/writer.ts'
import { pdfText } from '../signature-field.ts'
import type { NewSeedValue } from './field-options.ts'

/** Bits of `/Ff`: which entries are a must. */
const REQUIRED = { subFilter: 1 << 1, reasons: 1 << 3, digestMethods: 1 << 6 } as const

function list<T>(values: readonly T[] | undefined, key: string, write: (value: T) => PdfObject): Record<string, PdfObject> {
  if (values === undefined) return {}
  if (values.length === 0) throw new KysoError('ERR_ARGUMENT', `the list for /${key} has nothing in it`, { argument: 'seedValue' })
  return { [key]: new PdfArray(values.map(write)) }
}

/**
 * `/SV` for a field. An indirect reference, as table 235 wants it.
 *
 * @throws KysoError `ERR_ARGUMENT` where something is required that is not stated, or a list is empty
 */
export function seedValueDictionary(update: PdfUpdate, seed: NewSeedValue): PdfRef {
  const required = seed.required ?? []
  const missing = required.find((key) => REQUIRED[key] === undefined || seed[key] === undefined)
  if (missing !== undefined) throw new KysoError('ERR_ARGUMENT', `${missing} is required and not stated`, { argument: 'seedValue.required' })
  if (seed.mdp !== undefined && ![0, 1, 2, 3].includes(seed.mdp)) throw new KysoError('ERR_ARGUMENT', 'mdp is 0, 1, 2 or 3', { argument: 'seedValue.mdp' })
  const flags = required.reduce((all, key) => all | REQUIRED[key], 0)
  return update.add(
    pdfDict({
      Type: new PdfName('SV'),
      ...(flags > 0 ? { Ff: new PdfNumber(flags) } : {}),
      ...list(seed.subFilter, 'SubFilter', (name) => new PdfName(name)),
      ...list(seed.digestMethods, 'DigestMethod', (name) => new PdfString(latin1(name.replace('SHA-', 'SHA')))),
      ...list(seed.reasons, 'Reasons', (reason) => pdfText(reason)),
      ...(seed.mdp === undefined ? {} : { MDP: pdfDict({ P: new PdfNumber(seed.mdp) }) }),
    }),
  )
}
