import { KysoError } from '../../core/errors.ts'
import { nameOf, PdfArray, PdfDict } from '../objects.ts'
import type { Resolve } from './dictionary.ts'
import type { PdfEncryption } from './standard.ts'

/**
 * Which crypt filter a stream of an encrypted document goes through, for `decryptStream`; `undefined` stands for the document's own.
 *
 * - cross-reference streams are never encrypted (ISO 32000-2 §7.5.8.2);
 * - a `Crypt` filter, which must be the first, names another one (§7.4.10), `Identity` when it names none; before V 4 there is none;
 * - metadata is left alone where EncryptMetadata is false (table 21), whether or not it says so by a `Crypt` filter;
 * - embedded files have a filter of their own (EFF, table 20).
 *
 * @throws KysoError `ERR_PDF_ENCRYPTION_INVALID` when the parameters of the `Crypt` filter are malformed
 */
export function cryptFilterOf(
  dict: PdfDict,
  resolve: Resolve,
  encryption: Pick<PdfEncryption, 'version' | 'encryptMetadata' | 'embeddedFileFilter'>,
): string | undefined {
  const type = nameOf(resolve(dict.get('Type')))
  if (type === 'XRef') return 'Identity'
  if (encryption.version < 4) return undefined
  if (nameOf(first(dict, 'Filter', resolve)) === 'Crypt') return cryptFilterName(dict, resolve)
  if (type === 'Metadata' && !encryption.encryptMetadata) return 'Identity'
  if (type === 'EmbeddedFile') return encryption.embeddedFileFilter
  return undefined
}

function cryptFilterName(dict: PdfDict, resolve: Resolve): string {
  const parameters = first(dict, 'DecodeParms', resolve)
  if (parameters === null) return 'Identity'
  const name = parameters instanceof PdfDict ? resolve(parameters.get('Name')) : undefined
  if (name === null) return 'Identity'
  const text = nameOf(name)
  if (text === undefined) throw new KysoError('ERR_PDF_ENCRYPTION_INVALID', 'a Crypt filter has malformed parameters', { key: 'DecodeParms' })
  return text
}

/** The value of a key that stands alone or in an array, one for each filter. */
function first(dict: PdfDict, key: string, resolve: Resolve) {
  const value = resolve(dict.get(key))
  return value instanceof PdfArray ? resolve(value.items[0]) : value
}
