import type { Budget } from '../../core/budget.ts'
import { concat, equal } from '../../core/bytes.ts'
import { rc4 } from '../../core/crypto/rc4.ts'
import type { EncryptionDictionary } from './dictionary.ts'
import type { HashFunction } from './hashes.ts'

/** The key a password opened, and whose password it was. */
export interface FileKey {
  readonly key: Uint8Array
  readonly isOwner: boolean
}

/** Algorithm 2 step a: what passwords are filled up with to 32 bytes. */
const PADDING = Uint8Array.of(
  0x28,
  0xbf,
  0x4e,
  0x5e,
  0x4e,
  0x75,
  0x8a,
  0x41,
  0x64,
  0x00,
  0x4e,
  0x56,
  0xff,
  0xfa,
  0x01,
  0x08,
  0x2e,
  0x2e,
  0x00,
  0xb6,
  0xd0,
  0x68,
  0x3e,
  0x80,
  0x2f,
  0x0c,
  0xa9,
  0xfe,
  0x64,
  0x53,
  0x69,
  0x7a,
)

/**
 * The file encryption key of revisions 2 to 4 (ISO 32000-2 §7.6.4.3.2, §7.6.4.4; in ISO 32000-1 §7.6.3.3, §7.6.3.4).
 *
 * @param password one candidate, not padded
 * @param id0 first element of the trailer's ID, empty when there is none
 * @returns `undefined` when it is neither the owner's nor the user's password
 */
export function openMd5(dictionary: EncryptionDictionary, id0: Uint8Array, password: Uint8Array, md5: HashFunction, budget: Budget): FileKey | undefined {
  // The owner's first: where both are the same, the owner's rights hold (Algorithm 3 step a).
  for (const isOwner of [true, false]) {
    budget.spend('kdfRounds', isOwner ? 140 : 70)
    const user = isOwner ? userPasswordOf(dictionary, password, md5) : padded(password)
    const key = computeKey(dictionary, id0, user, md5)
    if (isUserKey(dictionary, id0, key, md5)) return { key, isOwner }
  }
  return undefined
}

/** Algorithm 2, from the padded user password. */
function computeKey(dictionary: EncryptionDictionary, id0: Uint8Array, user: Uint8Array, md5: HashFunction): Uint8Array {
  const { revision, keyLength, permissions } = dictionary
  const p = Uint8Array.of(permissions, permissions >>> 8, permissions >>> 16, permissions >>> 24)
  const metadata = revision >= 4 && !dictionary.encryptMetadata ? Uint8Array.of(0xff, 0xff, 0xff, 0xff) : new Uint8Array(0)
  let hash = md5(user, dictionary.owner, p, id0, metadata)
  if (revision >= 3) for (let i = 0; i < 50; i++) hash = md5(hash.subarray(0, keyLength))
  return hash.slice(0, keyLength)
}

/** Algorithms 4, 5 and 6: whether U says that the key is right. From revision 3 on only its first 16 bytes mean anything. */
function isUserKey(dictionary: EncryptionDictionary, id0: Uint8Array, key: Uint8Array, md5: HashFunction): boolean {
  if (dictionary.revision === 2) return equal(rc4(key, PADDING), dictionary.user)
  let value = md5(PADDING, id0)
  for (let i = 0; i < 20; i++) value = rc4(xored(key, i), value)
  return equal(value, dictionary.user.subarray(0, 16))
}

/** Algorithm 7: the padded user password, which O holds encrypted under the owner's. */
function userPasswordOf(dictionary: EncryptionDictionary, ownerPassword: Uint8Array, md5: HashFunction): Uint8Array {
  let hash = md5(padded(ownerPassword))
  if (dictionary.revision >= 3) for (let i = 0; i < 50; i++) hash = md5(hash)
  const key = hash.subarray(0, dictionary.keyLength)
  if (dictionary.revision === 2) return rc4(key, dictionary.owner)
  let value = dictionary.owner
  for (let i = 19; i >= 0; i--) value = rc4(xored(key, i), value)
  return value
}

function padded(password: Uint8Array): Uint8Array {
  return concat([password, PADDING]).subarray(0, 32)
}

function xored(key: Uint8Array, value: number): Uint8Array {
  return key.map((byte) => byte ^ value)
}
