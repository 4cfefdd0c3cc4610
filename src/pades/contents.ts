/** `/Contents` of a signature: a structure, and nothing behind it but zeros (EN 319 142-1 §5.1, ISO 32000-2 table 255). */
import { elementLength } from '../cms/index.ts'
import { type Check, failed, passed } from '../core/check.ts'
import { attempt } from '../core/errors.ts'
import { type PdfDict, PdfString } from '../pdf/index.ts'

/** The bytes of `/Contents` without their padding, and whether the padding is what it should be. */
export interface Contents {
  readonly bytes: Uint8Array
  /** A padding check that holds and has a detail was tolerated. */
  readonly checks: readonly Check[]
}

/** Undoes the encryption of a string of the object that holds the signature. */
export type Decrypt = (bytes: Uint8Array) => Uint8Array

/**
 * Whether everything behind `length` is what encrypting zeros gives, as a widely used signer leaves it in encrypted documents: it
 * encrypts its empty place and then writes over the beginning. Decrypted, every octet behind the structure is zero (RC4: the
 * keystream itself; AES-CBC: a block determines the next, and the one the structure ends in decrypts its successor). Who holds the
 * file's key can choose the rest of the block the structure ends in, fifteen octets at the most; nobody else can choose any.
 */
function isEncryptedZeros(bytes: Uint8Array, length: number, decrypt: Decrypt | undefined): boolean {
  const plain = decrypt && attempt(() => decrypt(bytes))
  return plain !== undefined && plain.length > length && plain.subarray(length).every((byte) => byte === 0)
}

/**
 * Reads `/Contents`. Bytes behind the structure that are not zero are refused: nobody signed them and nobody reads them.
 *
 * @param decrypt for encrypted documents
 */
export function contentsOf(dict: PdfDict, decrypt?: Decrypt): Contents {
  const value = dict.get('Contents')
  if (!(value instanceof PdfString)) return { bytes: new Uint8Array(0), checks: [failed('cmsSyntax', '/Contents is no string')] }
  const length = elementLength(value.bytes)
  if (length === null) return { bytes: value.bytes, checks: [] }
  const bytes = value.bytes.subarray(0, length)
  const stray = value.bytes.subarray(length).findIndex((byte) => byte !== 0)
  if (stray === -1) return { bytes, checks: [passed('contentsPadding')] }
  if (isEncryptedZeros(value.bytes, length, decrypt))
    return { bytes, checks: [passed('contentsPadding', 'the padding of /Contents is the encryption of zeros')] }
  const offset = length + stray
  return { bytes, checks: [failed('contentsPadding', `byte ${offset} of /Contents follows the signature and is not zero`, { offset })] }
}
