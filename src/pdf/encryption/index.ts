/** The standard security handler of PDF (ISO 32000-2 §7.6): RC4, AES-128 and AES-256, revisions 2 to 6. */
export type { RandomBytes } from './crypt-filter.ts'
export type { Resolve } from './dictionary.ts'
export { type EncryptionAlgorithm, type EncryptionOptions, openEncryption, type PdfEncryption } from './standard.ts'
export { cryptFilterOf } from './stream-filter.ts'
