import { KysoError } from '../../core/errors.ts'
import { integerOf, nameOf, PdfDict, type PdfObject, PdfString } from '../objects.ts'

/** How one crypt filter transforms data (ISO 32000-2 table 25, CFM); what is unknown keeps its name, and fails only where it is used. */
export type CryptMethod = 'Identity' | 'V2' | 'AESV2' | 'AESV3' | { readonly unknown: string }

/** The encryption dictionary of the standard security handler (ISO 32000-2 §7.6.2, §7.6.4.2), checked and taken apart. */
export interface EncryptionDictionary {
  /** V */
  readonly version: 1 | 2 | 4 | 5
  /** R */
  readonly revision: 2 | 3 | 4 | 5 | 6
  /** Of the file encryption key, in bytes. */
  readonly keyLength: number
  /** O: 32 bytes up to revision 4, 48 after. */
  readonly owner: Uint8Array
  /** U: likewise. */
  readonly user: Uint8Array
  /** OE, UE and Perms, of revisions 5 and 6 only. */
  readonly aes256: { readonly ownerKey: Uint8Array; readonly userKey: Uint8Array; readonly perms: Uint8Array } | undefined
  /** P as a signed 32-bit integer. */
  readonly permissions: number
  readonly encryptMetadata: boolean
  /** CF, with `Identity` and, before V 4, the one filter there is. */
  readonly filters: ReadonlyMap<string, CryptMethod>
  /** StmF */
  readonly streamFilter: string
  /** StrF */
  readonly stringFilter: string
  /** EFF: for embedded files that name no filter of their own. */
  readonly embeddedFileFilter: string
}

/** Resolves an indirect reference; anything else is handed back, absent is null. */
export type Resolve = (object: PdfObject | undefined) => PdfObject

/** The name under which the one filter of documents before V 4 stands; crypt filters of their own they have none. */
const STANDARD_FILTER = 'StdCF'

// ISO 32000-2 table 21. Revision 3 with V 1 is what that table asks for when a permission bit of revision 3 is cleared.
const REVISIONS: Readonly<Record<number, readonly number[]>> = { 1: [2, 3], 2: [3], 4: [4], 5: [5, 6] }

// ISO 32000-2 §7.6.6: AES-256 goes with V 5 alone, as only there the key is long enough.
const METHODS: Readonly<Record<number, readonly string[]>> = { 4: ['V2', 'AESV2'], 5: ['AESV3'] }

/**
 * Reads and checks an encryption dictionary, before any password is tried.
 *
 * Tolerated, because files have it and it changes nothing: P written unsigned, O and U longer than they need be (Acrobat 9 pads them to
 * 127 bytes), Length in bytes instead of bits, and no Length with V 4, where the key always has 128 bits.
 *
 * @throws KysoError `ERR_PDF_ENCRYPTION_UNSUPPORTED` for another security handler or an unknown V or R, `ERR_PDF_ENCRYPTION_INVALID` for what
 *   is malformed
 */
export function readEncryptionDictionary(dict: PdfDict, resolve: Resolve): EncryptionDictionary {
  // Two values for one key mean that two readers may derive two different keys or permissions.
  if (dict.duplicates.length > 0) throw invalid(dict.duplicates[0] as string, 'stands twice')
  const filter = nameOf(resolve(dict.get('Filter')))
  if (filter === undefined) throw invalid('Filter', 'is no name')
  if (filter !== 'Standard') throw unsupported(`security handler ${filter}`, { handler: filter })
  const version = integerOf(resolve(dict.get('V'))) ?? 0
  const revision = integerOf(resolve(dict.get('R')))
  if (revision === undefined) throw invalid('R', 'is no integer')
  if (!isVersion(version) || !isRevision(revision) || !REVISIONS[version]?.includes(revision)) {
    throw unsupported(`V ${version} with R ${revision}`, { version, revision })
  }
  const hashLength = revision >= 5 ? 48 : 32
  const filters = version < 4 ? oneFilter() : readFilters(dict, version, resolve)
  const streamFilter = version >= 4 ? filterName(dict, 'StmF', filters, resolve) : STANDARD_FILTER
  const stringFilter = version >= 4 ? filterName(dict, 'StrF', filters, resolve) : STANDARD_FILTER
  return {
    version,
    revision,
    keyLength: keyLength(dict, version, [...filters.values()], resolve),
    owner: bytesOf(dict, 'O', hashLength, resolve),
    user: bytesOf(dict, 'U', hashLength, resolve),
    aes256:
      revision >= 5
        ? { ownerKey: bytesOf(dict, 'OE', 32, resolve), userKey: bytesOf(dict, 'UE', 32, resolve), perms: bytesOf(dict, 'Perms', 16, resolve) }
        : undefined,
    permissions: permissionsOf(dict, resolve),
    encryptMetadata: version >= 4 ? booleanOf(dict, 'EncryptMetadata', true, resolve) : true,
    filters,
    streamFilter,
    stringFilter,
    embeddedFileFilter: version >= 4 && resolve(dict.get('EFF')) !== null ? filterName(dict, 'EFF', filters, resolve) : streamFilter,
  }
}

function oneFilter(): Map<string, CryptMethod> {
  return new Map<string, CryptMethod>([
    ['Identity', 'Identity'],
    [STANDARD_FILTER, 'V2'],
  ])
}

function readFilters(dict: PdfDict, version: number, resolve: Resolve): Map<string, CryptMethod> {
  const filters = new Map<string, CryptMethod>()
  const cf = resolve(dict.get('CF'))
  if (cf !== null && !(cf instanceof PdfDict)) throw invalid('CF', 'is no dictionary')
  if (cf && cf.duplicates.length > 0) throw invalid('CF', 'names a filter twice')
  for (const [name, value] of cf?.entries ?? []) {
    const filter = resolve(value)
    if (!(filter instanceof PdfDict) || filter.duplicates.length > 0) throw invalid('CF', `has no usable dictionary for ${name}`)
    const method = nameOf(resolve(filter.get('CFM'))) ?? 'None'
    filters.set(name, METHODS[version]?.includes(method) ? (method as CryptMethod) : { unknown: method })
  }
  // Set last: §7.6.6 reserves the name, so CF cannot give it another meaning.
  filters.set('Identity', 'Identity')
  return filters
}

function filterName(dict: PdfDict, key: string, filters: ReadonlyMap<string, CryptMethod>, resolve: Resolve): string {
  const value = resolve(dict.get(key))
  const name = value === null ? 'Identity' : nameOf(value)
  if (name === undefined) throw invalid(key, 'is no name')
  const method = filters.get(name)
  if (method === undefined) throw invalid(key, 'names a crypt filter that CF does not have')
  if (typeof method !== 'string') throw unsupported(`crypt filter method ${method.unknown}`, { method: method.unknown })
  return name
}

function keyLength(dict: PdfDict, version: 1 | 2 | 4 | 5, methods: readonly CryptMethod[], resolve: Resolve): number {
  if (version === 1) return 5
  if (version === 5) return 32
  // Table 20 gives Length to V 2 and 3 alone; a V 4 file of RC4 only may still shorten the key by it, AESV2 never does.
  if (version === 4 && methods.includes('AESV2')) return 16
  const value = resolve(dict.get('Length'))
  if (value === null) return version === 4 ? 16 : 5
  const length = integerOf(value) ?? 0
  const bits = length >= 5 && length <= 16 ? length * 8 : length
  if (bits < 40 || bits > 128 || bits % 8 !== 0) throw invalid('Length', 'is no multiple of 8 from 40 to 128')
  return bits / 8
}

function permissionsOf(dict: PdfDict, resolve: Resolve): number {
  const value = integerOf(resolve(dict.get('P')))
  if (value === undefined || value < -0x80000000 || value > 0xffffffff) throw invalid('P', 'is no 32-bit integer')
  return value | 0
}

function bytesOf(dict: PdfDict, key: string, length: number, resolve: Resolve): Uint8Array {
  const value = resolve(dict.get(key))
  if (!(value instanceof PdfString)) throw invalid(key, 'is no string')
  if (value.bytes.length < length) throw invalid(key, `is shorter than ${length} bytes`)
  return value.bytes.slice(0, length)
}

function booleanOf(dict: PdfDict, key: string, absent: boolean, resolve: Resolve): boolean {
  const value = resolve(dict.get(key))
  if (value === null) return absent
  if (typeof value !== 'boolean') throw invalid(key, 'is no boolean')
  return value
}

function isVersion(value: number): value is 1 | 2 | 4 | 5 {
  return value in REVISIONS
}

function isRevision(value: number): value is 2 | 3 | 4 | 5 | 6 {
  return Number.isInteger(value) && value >= 2 && value <= 6
}

function invalid(key: string, what: string): KysoError {
  return new KysoError('ERR_PDF_ENCRYPTION_INVALID', `/Encrypt: /${key} ${what}`, { key })
}

function unsupported(what: string, data: Readonly<Record<string, string | number>>): KysoError {
  return new KysoError('ERR_PDF_ENCRYPTION_UNSUPPORTED', `/Encrypt: ${what} is not supported`, data)
}
