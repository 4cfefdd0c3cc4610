import { isNameCharacter, isNameStart, isXmlCharacter } from './characters.ts'
import type { XmlInput } from './input.ts'
import { badNameCharacter, characterReference, predefined } from './values.ts'

/**
 * Checks the reference at an `&` (XML 1.0 §4.1).
 *
 * @returns the place of its `;`, negative where it is to a general entity that is not predefined
 */
export function checkReference(input: XmlInput, ampersand: number, end: number): number {
  const content = input.content
  if (content[ampersand + 1] === 0x23) {
    // Leading zeros may be many; the search stops at what is no digit.
    let at = ampersand + 2
    while (at < end && isAlphanumeric(content[at] as number)) at++
    if (at >= end || content[at] !== 0x3b) throw input.syntax('reference', 'a character reference without end', ampersand)
    const code = characterReference(content, ampersand + 2, at)
    if (code < 0) throw input.syntax('reference', 'a character reference without number', ampersand)
    if (!isXmlCharacter(code)) throw input.syntax('character', 'a reference to a character that XML does not allow', ampersand)
    return at
  }
  let at = ampersand + 1
  while (at < end && isNameByte(content[at] as number)) at++
  if (at >= end || at === ampersand + 1 || content[at] !== 0x3b) throw input.syntax('reference', '"&" that begins no reference', ampersand)
  if (predefined(content, ampersand + 1, at) >= 0) return at
  // §4.1 [68]: also where the reference is never followed, in the value of an entity that nobody uses.
  if (badNameCharacter(content, ampersand + 1, at, isNameStart, isNameCharacter) >= 0)
    throw input.syntax('reference', 'a reference to what is no name', ampersand)
  return -at
}

function isAlphanumeric(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a)
}

function isNameByte(byte: number): boolean {
  return isAlphanumeric(byte) || byte >= 0x80 || byte === 0x2d || byte === 0x2e || byte === 0x5f || byte === 0x3a
}
