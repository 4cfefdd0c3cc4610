import type { Budget } from '../../core/budget.ts'
import type { CryptoProvider } from '../../core/crypto/provider.ts'
import { KysoError } from '../../core/errors.ts'
import type { PdfDict } from '../objects.ts'
import { type CryptFilter, cryptFilter, type RandomBytes } from './crypt-filter.ts'
import { type EncryptionDictionary, type Resolve, readEncryptionDictionary } from './dictionary.ts'
import { hashFunction } from './hashes.ts'
import { openAes256 } from './key-aes256.ts'
import { type FileKey, openMd5 } from './key-md5.ts'
import { passwordCandidates } from './password.ts'

/** What encrypts streams, or strings where streams are left alone. `Identity`: nothing but, perhaps, embedded files. */
export type EncryptionAlgorithm = 'Identity' | `RC4-${number}` | 'AES-128' | 'AES-256'

/** An encrypted document whose password was right: what decrypts its strings and streams, and encrypts new ones likewise. */
export interface PdfEncryption {
  /** V */
  readonly version: number
  /** R */
  readonly revision: number
  readonly algorithm: EncryptionAlgorithm
  /** P as a signed 32-bit integer (ISO 32000-2 table 22): what the user, not the owner, may do. */
  readonly permissions: number
  /** Whether the password was the owner's, to whom `permissions` do not apply. */
  readonly isOwner: boolean
  /** Whether metadata streams are encrypted. */
  readonly encryptMetadata: boolean
  /** The crypt filter of embedded files that name none themselves (EFF). */
  readonly embeddedFileFilter: string
  /** The plaintext of a string of that object. `ERR_PDF_ENCRYPTION_INVALID` when it is damaged. */
  decryptString(bytes: Uint8Array, objectNumber: number, generation: number): Uint8Array
  /**
   * The bytes of a stream before its other filters are undone. `cryptFilterName`, when given, takes the place of the document's
   * (see `cryptFilterOf`). `ERR_PDF_ENCRYPTION_INVALID` when the data are damaged or the document has no such filter.
   */
  decryptStream(bytes: Uint8Array, objectNumber: number, generation: number, cryptFilterName?: string): Uint8Array
  /** The ciphertext of a string to be written into that object. */
  encryptString(bytes: Uint8Array, objectNumber: number, generation: number, random: RandomBytes): Uint8Array
  /** The ciphertext of a stream, after its other filters were applied. */
  encryptStream(bytes: Uint8Array, objectNumber: number, generation: number, random: RandomBytes, cryptFilterName?: string): Uint8Array
}

/** What {@link openEncryption} works with. */
export interface EncryptionOptions {
  readonly budget: Budget
  readonly crypto: CryptoProvider
}

/**
 * Opens a document of the standard security handler (ISO 32000-2 §7.6.4) with the user's or the owner's password.
 *
 * @param dict the trailer's Encrypt dictionary, whose strings are never encrypted
 * @param resolve follows references
 * @param id0 first element of the trailer's ID; empty when there is none
 * @param password text or bytes; `undefined` tries the empty user password, with which many documents open
 * @throws KysoError `ERR_PDF_PASSWORD` (missing or wrong), `ERR_PDF_ENCRYPTION_UNSUPPORTED`, `ERR_PDF_ENCRYPTION_INVALID`, `ERR_BUDGET_EXCEEDED`
 *
 * @example
 * ```ts
 * const encryption = await openEncryption(encrypt, resolve, id0, 'secret', { budget: new Budget(), crypto: defaultCrypto() })
 * encryption.algorithm // => 'AES-256'
 * const title = encryption.decryptString(ciphertext, 6, 0)
 * new TextDecoder().decode(title) // => 'Hợp đồng số 7'
 * ```
 */
export async function openEncryption(
  dict: PdfDict,
  resolve: Resolve,
  id0: Uint8Array,
  password: string | Uint8Array | undefined,
  options: EncryptionOptions,
): Promise<PdfEncryption> {
  const dictionary = readEncryptionDictionary(dict, resolve)
  const { key, isOwner } = await findKey(dictionary, id0, password, options)
  const filters = await cryptFilters(dictionary, key, options.crypto)
  const { streamFilter, stringFilter } = dictionary
  return {
    version: dictionary.version,
    revision: dictionary.revision,
    algorithm: algorithmOf(dictionary),
    permissions: dictionary.permissions,
    isOwner,
    encryptMetadata: dictionary.encryptMetadata,
    embeddedFileFilter: dictionary.embeddedFileFilter,
    decryptString: (bytes, number, generation) => filters(stringFilter).decrypt(bytes, number, generation),
    decryptStream: (bytes, number, generation, name = streamFilter) => filters(name).decrypt(bytes, number, generation),
    encryptString: (bytes, number, generation, random) => filters(stringFilter).encrypt(bytes, number, generation, random),
    encryptStream: (bytes, number, generation, random, name = streamFilter) => filters(name).encrypt(bytes, number, generation, random),
  }
}

async function findKey(
  dictionary: EncryptionDictionary,
  id0: Uint8Array,
  password: string | Uint8Array | undefined,
  { budget, crypto }: EncryptionOptions,
): Promise<FileKey> {
  const candidates = passwordCandidates(password, dictionary.revision)
  if (dictionary.revision >= 5) {
    const [sha256, sha384, sha512] = await Promise.all([hashFunction(crypto, 'SHA-256'), hashFunction(crypto, 'SHA-384'), hashFunction(crypto, 'SHA-512')])
    for (const candidate of candidates) {
      const found = openAes256(dictionary, candidate, { sha256, sha384, sha512 }, budget)
      if (found) return found
    }
  } else {
    const md5 = await hashFunction(crypto, 'MD5')
    for (const candidate of candidates) {
      const found = openMd5(dictionary, id0, candidate, md5, budget)
      if (found) return found
    }
  }
  const given = password !== undefined
  throw new KysoError('ERR_PDF_PASSWORD', given ? 'neither the user password nor the owner password' : 'the document needs a password', { given })
}

/** Filters by name, each made when it is first used: a method that cannot be had matters only then. */
async function cryptFilters(dictionary: EncryptionDictionary, key: Uint8Array, crypto: CryptoProvider): Promise<(name: string) => CryptFilter> {
  const md5 = dictionary.revision >= 5 ? () => new Uint8Array(0) : await hashFunction(crypto, 'MD5')
  const made = new Map<string, CryptFilter>()
  return (name) => {
    let filter = made.get(name)
    if (!filter) {
      const method = dictionary.filters.get(name)
      if (!method) throw new KysoError('ERR_PDF_ENCRYPTION_INVALID', `no crypt filter ${name} in /CF`, { filter: name })
      filter = cryptFilter(method, key, md5)
      made.set(name, filter)
    }
    return filter
  }
}

function algorithmOf(dictionary: EncryptionDictionary): EncryptionAlgorithm {
  const methods = [dictionary.streamFilter, dictionary.stringFilter].map((name) => dictionary.filters.get(name))
  switch (methods.find((method) => method !== 'Identity')) {
    case 'V2':
      return `RC4-${dictionary.keyLength * 8}`
    case 'AESV2':
      return 'AES-128'
    case 'AESV3':
      return 'AES-256'
    default:
      return 'Identity'
  }
}
