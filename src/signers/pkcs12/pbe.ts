/** Password-based encryption in PKCS #12 files: the schemes of RFC 7292 appendix C and PBES2 (RFC 8018 §6.2). */
import { octetString } from '../../asn1/index.ts'
import type { Budget } from '../../core/budget.ts'
import { aesCbcDecrypt } from '../../core/crypto/ciphers.ts'
import { tripleDesCbcDecrypt } from '../../core/crypto/des.ts'
import { PKCS12_ID, pbkdf2, pkcs12Kdf } from '../../core/crypto/kdf.ts'
import type { CryptoProvider } from '../../core/crypto/provider.ts'
import { rc2CbcDecrypt } from '../../core/crypto/rc2.ts'
import { rc4 } from '../../core/crypto/rc4.ts'
import type { AlgorithmIdentifier } from '../../x509/algorithm-identifier.ts'
import type { PasswordForm } from './password.ts'
import { checkedIterations, readPbkdf2 } from './pbkdf2.ts'
import { malformed, OID, Pbes2Params, Pkcs12PbeParams, Rc2CbcParameter, read, unsupported } from './structures.ts'

/** An encryption read: which form of the password it takes, and the way back; `null` when the padding says that the key is not it. */
export interface Decryption {
  readonly form: PasswordForm
  decrypt(password: Uint8Array, data: Uint8Array): Promise<Uint8Array | null>
}

/** Decrypts with a key and an IV as long as `ivLength` says. */
interface Cipher {
  readonly keyLength: number
  readonly ivLength: number
  decrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array | null
}

const BLOCK = 8

/** Padding of 64-bit blocks (RFC 5652 §6.3). */
function blocks(decrypt: (key: Uint8Array, iv: Uint8Array, data: Uint8Array) => Uint8Array): Cipher['decrypt'] {
  return (key, iv, data) => {
    if (data.length === 0 || data.length % BLOCK !== 0) return null
    const plain = decrypt(key, iv, data)
    const count = plain[plain.length - 1] as number
    if (count < 1 || count > BLOCK || plain.subarray(plain.length - count).some((byte) => byte !== count)) return null
    return plain.subarray(0, plain.length - count)
  }
}

const tripleDes = (keyLength: 16 | 24): Cipher => ({ keyLength, ivLength: BLOCK, decrypt: blocks(tripleDesCbcDecrypt) })
const rc2 = (effectiveBits: number, keyLength = effectiveBits / 8): Cipher => ({
  keyLength,
  ivLength: BLOCK,
  decrypt: blocks((key, iv, data) => rc2CbcDecrypt(key, effectiveBits, iv, data)),
})
const rc4Stream = (keyLength: number): Cipher => ({ keyLength, ivLength: 0, decrypt: (key, _iv, data) => rc4(key, data) })
const aes = (keyLength: number): Cipher => ({ keyLength, ivLength: 16, decrypt: (key, iv, data) => aesCbcDecrypt(key, iv, data, { padding: true }) })

/** pkcs-12PbeIds (RFC 7292 appendix C). */
const PKCS12_SCHEMES: ReadonlyMap<string, Cipher> = new Map([
  ['1.2.840.113549.1.12.1.1', rc4Stream(16)],
  ['1.2.840.113549.1.12.1.2', rc4Stream(5)],
  ['1.2.840.113549.1.12.1.3', tripleDes(24)],
  ['1.2.840.113549.1.12.1.4', tripleDes(16)],
  ['1.2.840.113549.1.12.1.5', rc2(128)],
  ['1.2.840.113549.1.12.1.6', rc2(40)],
])

/** Ciphers of PBES2 whose parameters are the IV alone. */
const PBES2_CIPHERS: ReadonlyMap<string, Cipher> = new Map([
  ['2.16.840.1.101.3.4.1.2', aes(16)],
  ['2.16.840.1.101.3.4.1.22', aes(24)],
  ['2.16.840.1.101.3.4.1.42', aes(32)],
  ['1.2.840.113549.3.7', tripleDes(24)],
])

const RC2_CBC = '1.2.840.113549.3.2'

/** rc2ParameterVersion (RFC 8018 appendix B.2.3): a code for the usual sizes, the number of bits itself from 256 on. */
const RC2_EFFECTIVE_BITS: ReadonlyMap<number, number> = new Map([
  [160, 40],
  [120, 64],
  [58, 128],
])

/**
 * Reads an encryption algorithm and its parameters; nothing is derived yet.
 *
 * @throws KysoError `ERR_PKCS12_UNSUPPORTED`, `ERR_PKCS12_SYNTAX`, `ERR_BUDGET_EXCEEDED`
 */
export function readEncryption(identifier: AlgorithmIdentifier, crypto: CryptoProvider, budget: Budget): Decryption {
  if (identifier.algorithm === OID.pbes2) return readPbes2(identifier, crypto, budget)
  const cipher = PKCS12_SCHEMES.get(identifier.algorithm)
  if (!cipher) throw unsupported('the encryption', identifier.algorithm)
  const { salt, iterations } = read(Pkcs12PbeParams, identifier.parameters ?? new Uint8Array(0), 'pkcs-12PbeParams', budget)
  const shared = { digest: 'SHA-1', salt, iterations: checkedIterations(iterations, 'pkcs-12PbeParams') } as const
  return {
    form: 'bmp',
    async decrypt(password, data) {
      const key = await pkcs12Kdf(crypto, password, { ...shared, length: cipher.keyLength }, PKCS12_ID.key, budget)
      const iv = cipher.ivLength === 0 ? key : await pkcs12Kdf(crypto, password, { ...shared, length: cipher.ivLength }, PKCS12_ID.iv, budget)
      return cipher.decrypt(key, iv, data)
    },
  }
}

function readPbes2(identifier: AlgorithmIdentifier, crypto: CryptoProvider, budget: Budget): Decryption {
  const { keyDerivationFunc, encryptionScheme } = read(Pbes2Params, identifier.parameters ?? new Uint8Array(0), 'PBES2-params', budget)
  const parameters = readPbkdf2(keyDerivationFunc, 'PBES2-params', budget)
  const { cipher, iv } = readCipher(encryptionScheme, parameters.length, budget)
  const length = parameters.length ?? cipher.keyLength
  if (length !== cipher.keyLength) throw malformed(`a key of ${length} bytes for a cipher that takes ${cipher.keyLength}`, 'PBES2-params')
  if (iv.length !== cipher.ivLength) throw malformed(`an IV of ${iv.length} bytes`, 'PBES2-params')
  return {
    form: 'utf8',
    decrypt: async (password, data) => cipher.decrypt(await pbkdf2(crypto, password, { ...parameters, length }, budget), iv, data),
  }
}

function readCipher({ algorithm, parameters }: AlgorithmIdentifier, keyLength: number | undefined, budget: Budget): { cipher: Cipher; iv: Uint8Array } {
  const encoded = parameters ?? new Uint8Array(0)
  if (algorithm === RC2_CBC) {
    const { rc2ParameterVersion: version, iv } = read(Rc2CbcParameter, encoded, 'RC2-CBC-Parameter', budget)
    const bits = RC2_EFFECTIVE_BITS.get(version) ?? version
    if (!RC2_EFFECTIVE_BITS.has(version) && (bits < 256 || bits > 1024)) throw unsupported('the RC2 version', String(version))
    const bytes = keyLength ?? Math.ceil(bits / 8)
    if (bytes < 1 || bytes > 128) throw malformed(`an RC2 key of ${bytes} bytes`, 'RC2-CBC-Parameter')
    return { cipher: rc2(bits, bytes), iv }
  }
  const cipher = PBES2_CIPHERS.get(algorithm)
  if (!cipher) throw unsupported('the cipher', algorithm)
  return { cipher, iv: read(octetString(), encoded, 'the IV', budget) }
}
