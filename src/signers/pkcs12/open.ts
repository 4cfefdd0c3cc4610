/** Opening of PKCS #12 files (RFC 7292): integrity, then privacy, then the bags. */
import { type Infer, octetString } from '../../asn1/index.ts'
import { Budget } from '../../core/budget.ts'
import { defaultCrypto } from '../../core/crypto/default.ts'
import type { CryptoProvider } from '../../core/crypto/provider.ts'
import { isKysoError, KysoError } from '../../core/errors.ts'
import { BagReader, type Pkcs12Certificate, type Pkcs12Key } from './bags.ts'
import { Lock, wrongPassword } from './lock.ts'
import { type Mac, readMac } from './mac.ts'
import { distinct, type Password, passwordReadings } from './password.ts'
import { type Decryption, readEncryption } from './pbe.ts'
import { AuthenticatedSafe, type ContentInfo, EncryptedData, malformed, OID, Pfx, read, type SafeBag, SafeContents, unsupported } from './structures.ts'

/** How a PKCS #12 file is opened. */
export interface OpenPkcs12Options {
  /** What the file may cost; its rounds of key derivation are `kdfRounds`. */
  readonly budget?: Budget
  /** Node's own crypto or WebCrypto when left out. */
  readonly crypto?: CryptoProvider
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
  const pfx = readFile(new Uint8Array(file), crypto, budget)
  const readings = passwordReadings(password)
  const lock = new Lock(readings, pfx.mac && (await macReading(pfx, pfx.mac, readings, crypto, budget)))
  const found = new BagReader(lock, crypto, budget)
  for (const part of pfx.parts) {
    const { bags, plain } = 'bags' in part ? { bags: part.bags, plain: undefined } : await lock.open(part.decryption, part.data, safeReader(budget))
    await found.take(bags)
    plain?.fill(0)
  }
  return { keys: found.keys, certificates: found.certificates, macVerified: pfx.mac !== undefined, ignored: [...found.ignored] }
}

type Bags = readonly Infer<typeof SafeBag>[]

/** A safe of the file: its bags, or their ciphertext. */
type Part = { readonly bags: Bags } | { readonly decryption: Decryption; readonly data: Uint8Array }

interface PfxFile {
  readonly parts: readonly Part[]
  /** What the MAC is made over: the content of the OCTET STRING. */
  readonly authSafe: Uint8Array
  readonly mac: Mac | undefined
}

/** Everything outside of the ciphertexts: what fails here is damaged whatever the password. */
function readFile(bytes: Uint8Array, crypto: CryptoProvider, budget: Budget): PfxFile {
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
  const bytes = content ?? new Uint8Array(0)
  if (contentType === OID.data) return safeReader(budget)(read(octetString(), bytes, 'a safe', budget))
  if (contentType !== OID.encryptedData) throw unsupported('the privacy mode', contentType)
  const { encryptedContentInfo: info } = read(EncryptedData, bytes, 'EncryptedData', budget)
  if (info.contentType !== OID.data || !info.encryptedContent) throw malformed('an encrypted safe without its content', 'EncryptedData')
  return { decryption: readEncryption(info.contentEncryptionAlgorithm, crypto, budget), data: info.encryptedContent }
}

function safeReader(budget: Budget): (plain: Uint8Array) => { readonly bags: Bags; readonly plain: Uint8Array } {
  return (plain) => ({ bags: read(SafeContents, plain, 'SafeContents', budget), plain })
}

/** The reading of the password that makes the MAC. Throws when none does. */
async function macReading({ parts, authSafe }: PfxFile, mac: Mac, readings: readonly Password[], crypto: CryptoProvider, budget: Budget): Promise<Password> {
  for (const reading of distinct(readings, mac.form)) if (await mac.matches(reading[mac.form], authSafe)) return reading
  if (!(await opensAny(parts, readings, crypto, budget))) throw wrongPassword()
  throw malformed('the password is right, but the file is not as it was written: its MAC does not match', 'MacData')
}

/** So many ciphertexts are tried when the MAC does not match, to tell a damaged file from a wrong password. */
const TRIALS = 3

/** Whether the password opens anything: an encrypted safe, or a shrouded key among the bags of a plain one. */
async function opensAny(parts: readonly Part[], readings: readonly Password[], crypto: CryptoProvider, budget: Budget): Promise<boolean> {
  const keys = parts.flatMap((part) => ('bags' in part ? part.bags.filter((bag) => bag.bagId === OID.pkcs8ShroudedKeyBag) : []))
  const trials = [
    ...keys.map((bag) => (lock: Lock) => new BagReader(lock, crypto, budget).take([bag])),
    ...parts.flatMap((part) => ('bags' in part ? [] : [(lock: Lock) => lock.open(part.decryption, part.data, safeReader(budget))])),
  ]
  for (const trial of trials.slice(0, TRIALS)) {
    try {
      await trial(new Lock(readings, undefined))
      return true
    } catch (error) {
      // Whatever goes wrong in this trial, the verdict is the MAC's.
      if (!isKysoError(error)) throw error
    }
  }
  return false
}
