/** Opening of PKCS #12 files (RFC 7292): integrity, then privacy, then the bags. */
import { type Infer, octetString, text } from '../../asn1/index.ts'
import { Budget } from '../../core/budget.ts'
import { defaultCrypto } from '../../core/crypto/default.ts'
import type { CryptoProvider } from '../../core/crypto/provider.ts'
import { isKysoError, KysoError } from '../../core/errors.ts'
import { type Mac, readMac } from './mac.ts'
import { distinct, type Password, passwordReadings } from './password.ts'
import { type Decryption, readEncryption } from './pbe.ts'
import { AuthenticatedSafe, CertBag, type ContentInfo, EncryptedData, EncryptedPrivateKeyInfo, malformed, OID, Pfx, PrivateKeyInfo, read, type SafeBag, SafeContents, unsupported } from './structures.ts'

/** How a PKCS #12 file is opened. */
export interface OpenPkcs12Options {
  /** What the file may cost; its rounds of key derivation are `kdfRounds`. */
  readonly budget?: Budget
  /** Node's own crypto or WebCrypto when left out. */
  readonly crypto?: CryptoProvider
}

/** What a bag says of its content. */
interface BagAttributes {
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

/** What a PKCS #12 file holds, in the order of the file. */
export interface Pkcs12Contents {
  readonly keys: readonly Pkcs12Key[]
  readonly certificates: readonly Pkcs12Certificate[]
  /** False when the file has no MAC: then nothing says that it is as it was written. */
  readonly macVerified: boolean
  /** Object identifiers of bags and certificates of other kinds, which were passed over. */
  readonly ignored: readonly string[]
}

/**
 * Opens a PKCS #12 file (`.p12`, `.pfx`).
 *
 * @param file the bytes, BER or DER
 * @param password text; the empty one for files without
 * @throws KysoError `ERR_PKCS12_PASSWORD` when the password is not the file's, `ERR_PKCS12_SYNTAX` when the file is damaged or none,
 *   `ERR_PKCS12_UNSUPPORTED` with the object identifier of what is not known, `ERR_BUDGET_EXCEEDED`
 * @example
 * ```ts
 * const { keys, certificates, macVerified } = await openPkcs12(await readFile('ky-so.p12'), 'Mật khẩu')
 * ```
 */
export async function openPkcs12(file: Uint8Array, password: string, options: OpenPkcs12Options = {}): Promise<Pkcs12Contents> {
  if (!(file instanceof Uint8Array)) throw new KysoError('ERR_ARGUMENT', 'a PKCS #12 file is a byte array')
  if (typeof password !== 'string') throw new KysoError('ERR_ARGUMENT', 'the password of a PKCS #12 file is a string')
  const crypto = options.crypto ?? defaultCrypto()
  const budget = options.budget ?? new Budget()
  const { parts, authSafe, mac } = readFile(new Uint8Array(file), crypto, budget)
  const readings = passwordReadings(password)
  const lock = new Lock(readings, mac ? await macReading(mac, readings, authSafe, parts) : undefined)
  const bags = new BagReader(lock, crypto, budget)
  for (const part of parts) await bags.part(part)
  return { keys: bags.keys, certificates: bags.certificates, macVerified: mac !== undefined, ignored: [...bags.ignored] }
}

/** A safe of the file: its bags, or their ciphertext. */
type Part = { readonly type: 'plain'; readonly bags: readonly Infer<typeof SafeBag>[] } | { readonly type: 'encrypted'; readonly decryption: Decryption; readonly data: Uint8Array; readonly open: (plain: Uint8Array) => readonly Infer<typeof SafeBag>[] }

/** Everything outside of the ciphertexts: what fails here is damaged whatever the password. */
function readFile(bytes: Uint8Array, crypto: CryptoProvider, budget: Budget): { parts: readonly Part[]; authSafe: Uint8Array; mac: Mac | undefined } {
  const pfx = read(Pfx, bytes, 'PFX', budget)
  if (pfx.version !== 3) throw malformed(`a PFX of version ${pfx.version}`, 'PFX')
  // Public-key integrity (SignedData) is the other way of RFC 7292 §4; nobody hands out signing keys so.
  if (pfx.authSafe.contentType !== OID.data) throw unsupported('the integrity mode', pfx.authSafe.contentType)
  const authSafe = read(octetString(), pfx.authSafe.content ?? new Uint8Array(0), 'authSafe', budget)
  const contents = read(AuthenticatedSafe, authSafe, 'AuthenticatedSafe', budget)
  const mac = pfx.macData && readMac(pfx.macData, crypto, budget)
  return { parts: contents.map((content) => readPart(content, crypto, budget)), authSafe, mac }
}

function readPart({ contentType, content }: Infer<typeof ContentInfo>, crypto: CryptoProvider, budget: Budget): Part {
  const open = (plain: Uint8Array): readonly Infer<typeof SafeBag>[] => read(SafeContents, plain, 'SafeContents', budget)
  const bytes = content ?? new Uint8Array(0)
  if (contentType === OID.data) return { type: 'plain', bags: open(read(octetString(), bytes, 'a safe', budget)) }
  if (contentType !== OID.encryptedData) throw unsupported('the privacy mode', contentType)
  const { encryptedContentInfo: info } = read(EncryptedData, bytes, 'EncryptedData', budget)
  if (info.contentType !== OID.data || !info.encryptedContent) throw malformed('an encrypted safe without its content', 'EncryptedData')
  return { type: 'encrypted', decryption: readEncryption(info.contentEncryptionAlgorithm, crypto, budget), data: info.encryptedContent, open }
}

/** The reading of the password that makes the MAC. Throws when none does. */
async function macReading(mac: Mac, readings: readonly Password[], authSafe: Uint8Array, parts: readonly Part[]): Promise<Password> {
  for (const reading of distinct(readings, mac.form)) if (await mac.matches(reading[mac.form], authSafe)) return reading
  if (await opensAny(parts, readings)) throw malformed('the password is right, but the file is not as it was written: its MAC does not match', 'MacData')
  throw wrongPassword()
}

function wrongPassword(): KysoError {
  return new KysoError('ERR_PKCS12_PASSWORD', 'the password is not that of the PKCS #12 file')
}

/** So many ciphertexts are tried when the MAC does not match, to tell a damaged file from a wrong password. */
const TRIALS = 2

async function opensAny(parts: readonly Part[], readings: readonly Password[]): Promise<boolean> {
  const encrypted = parts.flatMap((part) => (part.type === 'encrypted' ? [part] : []))
  for (const part of encrypted.slice(0, TRIALS)) {
    try {
      await new Lock(readings, undefined).open(part.decryption, part.data, part.open)
      return true
    } catch (error) {
      // Whatever goes wrong in this trial, the verdict is the MAC's.
      if (!isKysoError(error)) throw error
    }
  }
  return false
}

/** The readings of the password that may still be the right one: all of them until something was opened, then the one that did. */
class Lock {
  #readings: readonly Password[]
  #proven: boolean

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

/** Safes within safes; nobody writes even one. */
const MAX_DEPTH = 8

class BagReader {
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

  async part(part: Part): Promise<void> {
    const bags = part.type === 'plain' ? part.bags : await this.#lock.open(part.decryption, part.data, part.open)
    for (const bag of bags) await this.#bag(bag, 0)
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
        for (const bag of read(SafeContents, bagValue, 'SafeContents', this.#budget)) await this.#bag(bag, depth + 1)
        return
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
