import { concat } from '../../core/bytes.ts'
import { aesCbcDecrypt, aesCbcEncrypt } from '../../core/crypto/ciphers.ts'
import { rc4 } from '../../core/crypto/rc4.ts'
import { KysoError } from '../../core/errors.ts'
import type { CryptMethod } from './dictionary.ts'
import type { HashFunction } from './hashes.ts'

/** Where initialisation vectors come from. */
export type RandomBytes = (length: number) => Uint8Array

/** One crypt filter with its key (ISO 32000-2 §7.6.6). */
export interface CryptFilter {
  decrypt(bytes: Uint8Array, objectNumber: number, generation: number): Uint8Array
  encrypt(bytes: Uint8Array, objectNumber: number, generation: number, random: RandomBytes): Uint8Array
}

/** The key for one object. */
type ObjectKey = (objectNumber: number, generation: number) => Uint8Array

const SALT = Uint8Array.of(0x73, 0x41, 0x6c, 0x54)

/**
 * The crypt filter of a method.
 *
 * @param method CFM
 * @param fileKey the file encryption key
 * @param md5 needed by `V2` and `AESV2`
 * @throws KysoError `ERR_PDF_ENCRYPTION_UNSUPPORTED` for an unknown method
 */
export function cryptFilter(method: CryptMethod, fileKey: Uint8Array, md5: HashFunction): CryptFilter {
  switch (method) {
    case 'Identity':
      return { decrypt: (bytes) => bytes, encrypt: (bytes) => bytes }
    case 'V2': {
      const key = objectKeys(fileKey, md5, new Uint8Array(0))
      return {
        decrypt: (bytes, number, generation) => rc4(key(number, generation), bytes),
        encrypt: (bytes, number, generation) => rc4(key(number, generation), bytes),
      }
    }
    case 'AESV2':
      return aesFilter(objectKeys(fileKey, md5, SALT))
    case 'AESV3':
      return aesFilter(() => fileKey)
    default:
      throw new KysoError('ERR_PDF_ENCRYPTION_UNSUPPORTED', `crypt filter method ${method.unknown} is not supported`, { method: method.unknown })
  }
}

/** Algorithms 1 and 1.A: AES-CBC with PKCS#7 padding, the IV in front. */
function aesFilter(key: ObjectKey): CryptFilter {
  return {
    decrypt(bytes, objectNumber, generation) {
      // Writers leave empty strings and streams empty instead of encrypting them; there is nothing in them to be wrong.
      if (bytes.length === 0) return bytes
      const plain = bytes.length < 32 ? null : aesCbcDecrypt(key(objectNumber, generation), bytes.subarray(0, 16), bytes.subarray(16), { padding: true })
      if (plain === null)
        throw new KysoError('ERR_PDF_ENCRYPTION_INVALID', 'an encrypted string or stream is damaged', {
          object: objectNumber,
          generation,
          length: bytes.length,
        })
      return plain
    },
    encrypt(bytes, objectNumber, generation, random) {
      const iv = random(16)
      return concat([iv, aesCbcEncrypt(key(objectNumber, generation), iv, bytes, { padding: true })])
    },
  }
}

/** Algorithm 1 steps a to d. The last key is kept, as the strings of one object come one after another. */
function objectKeys(fileKey: Uint8Array, md5: HashFunction, salt: Uint8Array): ObjectKey {
  let last: { readonly objectNumber: number; readonly generation: number; readonly key: Uint8Array } | undefined
  return (objectNumber, generation) => {
    if (last?.objectNumber !== objectNumber || last.generation !== generation) {
      const suffix = Uint8Array.of(objectNumber, objectNumber >>> 8, objectNumber >>> 16, generation, generation >>> 8)
      last = { objectNumber, generation, key: md5(fileKey, suffix, salt).slice(0, Math.min(fileKey.length + 5, 16)) }
    }
    return last.key
  }
}
