/** A password in the two forms that files are protected by, and the ways one password may have been written. */
import { equal, utf8 } from '../../core/bytes.ts'

/** Which bytes of a password an algorithm takes: RFC 7292's own take a BMPString, those of PKCS #5 UTF-8 (RFC 8018 §3, RFC 9579). */
export type PasswordForm = 'bmp' | 'utf8'

/** One reading of the password that was given. */
export type Password = Readonly<Record<PasswordForm, Uint8Array>>

/**
 * UTF-16 with the high byte first and two zero bytes at the end (RFC 7292 appendix B.1). Beyond the basic plane it is surrogate pairs,
 * as all implementations write them although a BMPString has no such thing.
 */
export function bmpPassword(password: string): Uint8Array {
  const bytes = new Uint8Array(2 * password.length + 2)
  for (let i = 0; i < password.length; i++) {
    bytes[2 * i] = password.charCodeAt(i) >> 8
    bytes[2 * i + 1] = password.charCodeAt(i) & 0xff
  }
  return bytes
}

/**
 * The readings to be tried, in order: as it was given, then composed (NFC) where that differs, since macOS and some input methods of
 * Vietnamese hand out decomposed letters. For an empty password also the absent one: writers differ on whether it ends in zero bytes.
 */
export function passwordReadings(password: string): readonly Password[] {
  const texts = [...new Set([password, password.normalize('NFC')])]
  const readings: Password[] = texts.map((text) => ({ bmp: bmpPassword(text), utf8: utf8(text) }))
  if (password === '') readings.push({ bmp: new Uint8Array(0), utf8: new Uint8Array(0) })
  return readings
}

/** Those readings that differ in a form, so that nothing is derived twice. */
export function distinct(readings: readonly Password[], form: PasswordForm): readonly Password[] {
  return readings.filter((reading, index) => !readings.slice(0, index).some((other) => equal(other[form], reading[form])))
}
