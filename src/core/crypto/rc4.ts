/**
 * RC4, which PDF files up to PDF 1.7 are encrypted with (ISO 32000-1 §7.6.2). It is broken as a cipher and stands here because
 * OpenSSL 3 and the noble libraries no longer have it: old documents must still be read, and what is added to an encrypted
 * document has to be encrypted as the rest of it is.
 */

/**
 * Encrypts or decrypts (RC4 is its own inverse) into a new array.
 *
 * @param key 1 to 256 bytes
 * @param data any length
 */
export function rc4(key: Uint8Array, data: Uint8Array): Uint8Array {
  const state = new Uint8Array(256)
  for (let i = 0; i < 256; i++) state[i] = i
  for (let i = 0, j = 0; i < 256; i++) {
    const si = state[i] as number
    j = (j + si + (key[i % key.length] as number)) & 0xff
    state[i] = state[j] as number
    state[j] = si
  }
  const out = new Uint8Array(data.length)
  for (let n = 0, i = 0, j = 0; n < data.length; n++) {
    i = (i + 1) & 0xff
    const si = state[i] as number
    j = (j + si) & 0xff
    const sj = state[j] as number
    state[i] = sj
    state[j] = si
    out[n] = (data[n] as number) ^ (state[(si + sj) & 0xff] as number)
  }
  return out
}
