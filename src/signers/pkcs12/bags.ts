/** The bags of a PKCS #12 file (RFC 7292 §4.2): keys and certificates are taken, other kinds told and passed over. */
import { type Infer, octetString, text } from '../../asn1/index.ts'
import type { Budget } from '../../core/budget.ts'
import type { CryptoProvider } from '../../core/crypto/provider.ts'
import { isKysoError } from '../../core/errors.ts'
import type { Lock } from './lock.ts'
import { readEncryption } from './pbe.ts'
import { CertBag, EncryptedPrivateKeyInfo, malformed, OID, PrivateKeyInfo, read, type SafeBag, SafeContents } from './structures.ts'

/** What a bag says of its content. */
export interface BagAttributes {
  /** The same for a key and its certificate. */
  readonly localKeyId?: Uint8Array
  readonly friendlyName?: string
}

/** A private key: PKCS #8, unencrypted. A copy of its own, so that it can be overwritten after use. */
export interface Pkcs12Key extends BagAttributes {
  readonly pkcs8: Uint8Array
}

/** A certificate as it stands in the file. */
export interface Pkcs12Certificate extends BagAttributes {
  readonly der: Uint8Array
}

/** Safes within safes; nobody writes even one. */
const MAX_DEPTH = 8

/** Collects what bags hold. */
export class BagReader {
  readonly keys: Pkcs12Key[] = []
  readonly certificates: Pkcs12Certificate[] = []
  readonly ignored = new Set<string>()
  readonly #lock: Lock
  readonly #crypto: CryptoProvider
  readonly #budget: Budget

  constructor(lock: Lock, crypto: CryptoProvider, budget: Budget) {
    this.#lock = lock
    this.#crypto = crypto
    this.#budget = budget
  }

  /** Takes the keys and certificates of bags, and of the safes nested in them. */
  async take(bags: readonly Infer<typeof SafeBag>[], depth = 0): Promise<void> {
    for (const bag of bags) await this.#bag(bag, depth)
  }

  async #bag({ bagId, bagValue, bagAttributes }: Infer<typeof SafeBag>, depth: number): Promise<void> {
    const attributes = readAttributes(bagAttributes ?? [], this.#budget)
    switch (bagId) {
      case OID.keyBag:
        read(PrivateKeyInfo, bagValue, 'PrivateKeyInfo', this.#budget)
        this.keys.push({ pkcs8: bagValue.slice(), ...attributes })
        return
      case OID.pkcs8ShroudedKeyBag:
        this.keys.push({ pkcs8: await this.#unshroud(bagValue), ...attributes })
        return
      case OID.certBag:
        this.#certificate(bagValue, attributes)
        return
      case OID.safeContentsBag:
        if (depth >= MAX_DEPTH) throw malformed(`safes nested more than ${MAX_DEPTH} deep`, 'SafeContents')
        return this.take(read(SafeContents, bagValue, 'SafeContents', this.#budget), depth + 1)
      default:
        this.ignored.add(bagId)
    }
  }

  async #unshroud(bagValue: Uint8Array): Promise<Uint8Array> {
    const { encryptionAlgorithm, encryptedData } = read(EncryptedPrivateKeyInfo, bagValue, 'EncryptedPrivateKeyInfo', this.#budget)
    const decryption = readEncryption(encryptionAlgorithm, this.#crypto, this.#budget)
    return this.#lock.open(decryption, encryptedData, (plain) => {
      read(PrivateKeyInfo, plain, 'PrivateKeyInfo', this.#budget)
      const pkcs8 = plain.slice()
      plain.fill(0)
      return pkcs8
    })
  }

  #certificate(bagValue: Uint8Array, attributes: BagAttributes): void {
    const { certId, certValue } = read(CertBag, bagValue, 'CertBag', this.#budget)
    if (certId !== OID.x509Certificate) {
      this.ignored.add(certId)
      return
    }
    this.certificates.push({ der: read(octetString(), certValue, 'x509Certificate', this.#budget).slice(), ...attributes })
  }
}

/** A malformed attribute is as good as none: names and numbers in the file only help to choose. */
function readAttributes(attributes: readonly { readonly attrId: string; readonly attrValues: readonly Uint8Array[] }[], budget: Budget): BagAttributes {
  const found: { localKeyId?: Uint8Array; friendlyName?: string } = {}
  for (const { attrId, attrValues } of attributes) {
    const [value] = attrValues
    if (!value) continue
    try {
      if (attrId === OID.localKeyId) found.localKeyId = read(octetString(), value, 'localKeyId', budget).slice()
      if (attrId === OID.friendlyName) found.friendlyName = read(text(), value, 'friendlyName', budget).text
    } catch (error) {
      if (!isKysoError(error, 'ERR_PKCS12_SYNTAX')) throw error
    }
  }
  return found
}
