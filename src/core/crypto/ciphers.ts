import { cbc, ecb } from '@noble/ciphers/aes.js'
import { KysoError } from '../errors.ts'
import { nodeCryptoModule } from './node.ts'

/**
 * AES in CBC mode (NIST SP 800-38A) and single blocks, synchronous because parsers are. Node's OpenSSL where there is one, @noble/ciphers
 * elsewhere; both only ever run without padding, so that padding is put on and judged in one place and a wrong one is never an exception.
 */

/** Whether PKCS#7 padding (RFC 5652 §6.3) is put on or taken off. */
export interface CbcOptions {
  readonly padding: boolean
}

/** AES without padding on whole blocks; keys and lengths are already checked. */
export interface BlockCiphers {
  cbcEncrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array
  cbcDecrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array
  ecbDecrypt(key: Uint8Array, block: Uint8Array): Uint8Array
}

const BLOCK = 16
// OpenSSL takes at most 2^31 - 1 bytes a call.
const SLICE = 1 << 28

/** AES of @noble/ciphers. */
export const nobleCiphers: BlockCiphers = {
  cbcEncrypt: (key, iv, data) => cbc(key, iv, { disablePadding: true }).encrypt(data),
  cbcDecrypt: (key, iv, data) => cbc(key, iv, { disablePadding: true }).decrypt(data),
  ecbDecrypt: (key, block) => ecb(key, { disablePadding: true }).decrypt(block),
}

/** AES of Node's OpenSSL; `undefined` where there is no Node. */
export function nodeCiphers(): BlockCiphers | undefined {
  const crypto = nodeCryptoModule()
  if (!crypto) return undefined
  const run = (cipher: ReturnType<typeof crypto.createCipheriv | typeof crypto.createDecipheriv>, data: Uint8Array): Uint8Array => {
    cipher.setAutoPadding(false)
    if (data.length <= SLICE) {
      const out = cipher.update(data)
      return new Uint8Array(out.buffer, out.byteOffset, out.length)
    }
    const out = new Uint8Array(data.length)
    for (let at = 0; at < data.length; at += SLICE) out.set(cipher.update(data.subarray(at, at + SLICE)), at)
    return out
  }
  return {
    cbcEncrypt: (key, iv, data) => run(crypto.createCipheriv(`aes-${key.length * 8}-cbc`, key, iv), data),
    cbcDecrypt: (key, iv, data) => run(crypto.createDecipheriv(`aes-${key.length * 8}-cbc`, key, iv), data),
    ecbDecrypt: (key, block) => run(crypto.createDecipheriv(`aes-${key.length * 8}-ecb`, key, null), block),
  }
}

let cached: BlockCiphers | undefined

function ciphers(): BlockCiphers {
  cached ??= nodeCiphers() ?? nobleCiphers
  return cached
}

/**
 * Encrypts with AES-CBC.
 *
 * @param key 16, 24 or 32 bytes
 * @param iv 16 bytes
 * @param data any length with padding, else a multiple of 16 bytes
 * @throws KysoError `ERR_ARGUMENT` when a length is wrong
 */
export function aesCbcEncrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array, options: CbcOptions): Uint8Array {
  checkLengths(key, iv)
  if (options.padding) return ciphers().cbcEncrypt(key, iv, pad(data))
  if (data.length % BLOCK !== 0) throw new KysoError('ERR_ARGUMENT', 'AES-CBC without padding takes whole blocks', { length: data.length })
  return ciphers().cbcEncrypt(key, iv, data)
}

/**
 * Decrypts with AES-CBC.
 *
 * @param key 16, 24 or 32 bytes
 * @param iv 16 bytes
 * @param data the ciphertext
 * @returns the plaintext; `null` when the ciphertext is no whole number of blocks or its padding is wrong, which only the caller can name
 *   (a damaged file, a wrong password)
 * @throws KysoError `ERR_ARGUMENT` when the length of key or IV is wrong
 */
export function aesCbcDecrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array, options: CbcOptions): Uint8Array | null {
  checkLengths(key, iv)
  if (data.length % BLOCK !== 0) return null
  const plain = ciphers().cbcDecrypt(key, iv, data)
  return options.padding ? unpad(plain) : plain
}

/**
 * Decrypts one block with AES alone (ECB mode).
 *
 * @param key 16, 24 or 32 bytes
 * @param block 16 bytes
 * @throws KysoError `ERR_ARGUMENT` when a length is wrong
 */
export function aesEcbDecryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  checkLengths(key, block)
  return ciphers().ecbDecrypt(key, block)
}

function checkLengths(key: Uint8Array, block: Uint8Array): void {
  if (key.length !== 16 && key.length !== 24 && key.length !== 32)
    throw new KysoError('ERR_ARGUMENT', 'an AES key has 16, 24 or 32 bytes', { length: key.length })
  if (block.length !== BLOCK) throw new KysoError('ERR_ARGUMENT', 'an AES block or IV has 16 bytes', { length: block.length })
}

function pad(data: Uint8Array): Uint8Array {
  const count = BLOCK - (data.length % BLOCK)
  const padded = new Uint8Array(data.length + count)
  padded.set(data)
  padded.fill(count, data.length)
  return padded
}

function unpad(plain: Uint8Array): Uint8Array | null {
  const count = plain[plain.length - 1]
  if (count === undefined || count === 0 || count > BLOCK) return null
  for (let i = plain.length - count; i < plain.length; i++) if (plain[i] !== count) return null
  return plain.subarray(0, plain.length - count)
}
