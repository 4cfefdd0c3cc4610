/** IDs that no other element of the document bears. */
import { concat, toHex } from '../../core/bytes.ts'
import type { CryptoProvider } from '../../core/crypto/provider.ts'
import { KysoError } from '../../core/errors.ts'
import { digest } from '../../core/hash.ts'
import type { IdIndex } from '../../xmldsig/ids.ts'
import { checkName } from './locate.ts'

/** IDs for the elements of one signature. */
export class IdMaker {
  readonly #taken: IdIndex | undefined
  readonly #seed: string
  readonly #given = new Set<string>()

  private constructor(taken: IdIndex | undefined, seed: string) {
    this.#taken = taken
    this.#seed = seed
  }

  /**
   * @param taken IDs of the document
   * @param documentDigest so that IDs differ between documents even where chance fails
   */
  static async create(crypto: CryptoProvider, taken: IdIndex | undefined, documentDigest: Uint8Array): Promise<IdMaker> {
    const seed = await digest(crypto, 'SHA-256', concat([documentDigest, crypto.randomBytes(16)]))
    return new IdMaker(taken, toHex(seed.subarray(0, 16)))
  }

  /** A new ID. */
  make(kind: string): string {
    for (let number = 0; ; number++) {
      const id = `${kind}-${this.#seed}${number === 0 ? '' : `-${number}`}`
      if (this.#isTaken(id)) continue
      this.#given.add(id)
      return id
    }
  }

  /**
   * An ID that was asked for, or a new one.
   *
   * @throws KysoError `ERR_ARGUMENT` where it is no ID, or an element has it
   */
  choose(asked: string | undefined, kind: string, argument: string): string {
    if (asked === undefined) return this.make(kind)
    if (this.#isTaken(checkName(asked, argument))) throw new KysoError('ERR_ARGUMENT', `an element has the ID ${asked} already`, { argument })
    this.#given.add(asked)
    return asked
  }

  #isTaken(id: string): boolean {
    return this.#given.has(id) || this.#taken?.find(id) !== undefined
  }
}
