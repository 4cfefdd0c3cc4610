import type { Budget } from '../../core/budget.ts'
import { concat, equal, fromLatin1 } from '../../core/bytes.ts'
import { aesCbcDecrypt, aesCbcEncrypt, aesEcbDecryptBlock } from '../../core/crypto/ciphers.ts'
import { KysoError } from '../../core/errors.ts'
import type { EncryptionDictionary } from './dictionary.ts'
import type { HashFunction } from './hashes.ts'
import type { FileKey } from './key-md5.ts'

/** The hashes of Algorithm 2.B; revision 5 uses the first alone. */
export interface Sha2 {
  readonly sha256: HashFunction
  readonly sha384: HashFunction
  readonly sha512: HashFunction
}

const NOTHING = new Uint8Array(0)
const ZERO_IV = new Uint8Array(16)

/**
 * The file encryption key of revisions 5 and 6 (ISO 32000-2 §7.6.4.3.3, Algorithm 2.A; revision 5 as in Adobe's extension level 3).
 *
 * @param password one candidate of at most 127 bytes
 * @returns `undefined` when it is neither the owner's nor the user's password
 * @throws KysoError `ERR_PDF_ENCRYPTION_INVALID` when Perms contradicts the dictionary
 */
export function openAes256(dictionary: EncryptionDictionary, password: Uint8Array, hashes: Sha2, budget: Budget): FileKey | undefined {
  const { owner, user, aes256, revision } = dictionary
  if (!aes256) return undefined
  const hash =
    revision === 5
      ? (salt: Uint8Array, u: Uint8Array) => hashes.sha256(password, salt, u)
      : (salt: Uint8Array, u: Uint8Array) => hash2B(password, salt, u, hashes, budget)
  for (const isOwner of [true, false]) {
    // O and U are a hash of 32 bytes, a validation salt of 8 and a key salt of 8; the owner's hashes also take in U.
    const value = isOwner ? owner : user
    const u = isOwner ? user : NOTHING
    if (!equal(hash(value.subarray(32, 40), u), value.subarray(0, 32))) continue
    const key = aesCbcDecrypt(hash(value.subarray(40, 48), u), ZERO_IV, isOwner ? aes256.ownerKey : aes256.userKey, { padding: false })
    if (!key) return undefined
    checkPerms(dictionary, key, aes256.perms)
    return { key, isOwner }
  }
  return undefined
}

/**
 * Algorithm 2.B, the hash of revision 6. It ends of itself: from round 64 on the last byte, at most 255, is held against the round less 32,
 * so no input takes more than 287 rounds.
 */
function hash2B(password: Uint8Array, salt: Uint8Array, user: Uint8Array, { sha256, sha384, sha512 }: Sha2, budget: Budget): Uint8Array {
  const byRemainder = [sha256, sha384, sha512] as const
  let k = sha256(password, salt, user)
  for (let round = 1; ; round++) {
    // A round encrypts 64 repetitions.
    budget.spend('kdfRounds', 64)
    const k1 = concat([password, k, user])
    const repeated = new Uint8Array(k1.length * 64)
    for (let i = 0; i < 64; i++) repeated.set(k1, i * k1.length)
    const e = aesCbcEncrypt(k.subarray(0, 16), k.subarray(16, 32), repeated, { padding: false })
    // The first 16 bytes as a big-endian number modulo 3: 256 leaves 1, so the sum of the bytes has the same remainder.
    let sum = 0
    for (let i = 0; i < 16; i++) sum += e[i] as number
    k = (byRemainder[sum % 3] as HashFunction)(e)
    if (round >= 64 && (e[e.length - 1] as number) <= round - 32) return k.subarray(0, 32)
  }
}

/** Algorithm 13: Perms repeats P and EncryptMetadata under the file's key, so that neither can be changed without a password. */
function checkPerms(dictionary: EncryptionDictionary, key: Uint8Array, perms: Uint8Array): void {
  const plain = aesEcbDecryptBlock(key, perms)
  const view = new DataView(plain.buffer, plain.byteOffset, plain.length)
  const metadata = dictionary.encryptMetadata ? 'T' : 'F'
  if (fromLatin1(plain.subarray(9, 12)) !== 'adb') throw contradiction('is not encrypted with the key of the file')
  if (view.getInt32(0, true) !== dictionary.permissions) throw contradiction('has other permissions than /P')
  if (fromLatin1(plain.subarray(8, 9)) !== metadata) throw contradiction('contradicts /EncryptMetadata')
}

function contradiction(what: string): KysoError {
  return new KysoError('ERR_PDF_ENCRYPTION_INVALID', `/Encrypt: /Perms ${what}`, { key: 'Perms' })
}
