/** One password for the whole of a file: which reading of it is the right one shows at the first thing that opens. */
import { isKysoError, KysoError } from '../../core/errors.ts'
import { distinct, type Password } from './password.ts'
import type { Decryption } from './pbe.ts'
import { malformed } from './structures.ts'

/** The error of a wrong password. */
export function wrongPassword(): KysoError {
  return new KysoError('ERR_PKCS12_PASSWORD', 'the password is not that of the PKCS #12 file')
}

/** The readings of the password that may still be the right one: all of them until something was opened, then the one that did. */
export class Lock {
  #readings: readonly Password[]
  #proven: boolean

  /**
   * @param readings what is tried, in order
   * @param proven the reading that the MAC has proven right, if it has
   */
  constructor(readings: readonly Password[], proven: Password | undefined) {
    this.#readings = proven ? [proven] : readings
    this.#proven = proven !== undefined
  }

  /**
   * Decrypts and takes apart. Before the password is proven, a plaintext that is none of the expected structure speaks against the
   * password (1 of 256 wrong keys leaves a padding that looks right); after that, against the file.
   */
  async open<T>(decryption: Decryption, data: Uint8Array, parse: (plain: Uint8Array) => T): Promise<T> {
    const { form } = decryption
    for (const reading of distinct(this.#readings, form)) {
      const plain = await decryption.decrypt(reading[form], data)
      if (!plain) continue
      try {
        const value = parse(plain)
        this.#readings = [reading]
        this.#proven = true
        return value
      } catch (error) {
        if (this.#proven || !isKysoError(error, 'ERR_PKCS12_SYNTAX')) throw error
      }
    }
    throw this.#proven ? malformed('a part of the file is damaged or protected by another password', 'a ciphertext') : wrongPassword()
  }
}
