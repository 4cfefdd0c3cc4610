/** Character classes (ISO 32000-2 §7.2.3). */

/** The class of all characters but white space and delimiters. */
export const REGULAR = 0
/** The class of white space. */
export const SPACE = 1
const DELIMITER = 2

/** The class of each byte. */
export const CLASS = new Uint8Array(256)
for (const c of [0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20]) CLASS[c] = SPACE
for (const c of '()<>[]{}/%') CLASS[c.charCodeAt(0)] = DELIMITER

/** Whether a byte is white space (§7.2.3, table 1). */
export function isSpace(byte: number | undefined): boolean {
  return byte !== undefined && CLASS[byte] === SPACE
}

/** Whether a byte is a decimal digit. */
export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

/** Whether a byte is neither white space nor a delimiter. */
export function isRegular(byte: number | undefined): boolean {
  return byte !== undefined && CLASS[byte] === REGULAR
}
