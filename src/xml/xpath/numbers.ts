/** Numbers and strings of XPath 1.0 (§4.2, §4.4). */

const NUMBER = /^-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$/

/** White space of XML (XML 1.0 production 3). */
export const SPACES = /[ \t\r\n]+/

/** A string as number (§4.4 `number`): white space around it, no `+`, no exponent. */
export function stringToNumber(text: string): number {
  let from = 0
  let to = text.length
  while (from < to && isSpace(text.charCodeAt(from))) from += 1
  while (to > from && isSpace(text.charCodeAt(to - 1))) to -= 1
  const digits = text.slice(from, to)
  return NUMBER.test(digits) ? Number(digits) : Number.NaN
}

function isSpace(character: number): boolean {
  return character === 0x20 || character === 0x9 || character === 0xa || character === 0xd
}

/** A number as string (§4.2 `string`): decimal without exponent, as many digits as tell it from its neighbours. */
export function numberToString(value: number): string {
  // JavaScript writes the same shortest digits, −0 as 0, but goes over to exponents.
  const written = String(value)
  const match = /^(-?)([0-9])(?:\.([0-9]+))?e([+-][0-9]+)$/.exec(written)
  if (match === null) return written
  const [, sign = '', whole = '', fraction = '', power = '0'] = match
  const digits = whole + fraction
  const exponent = Number(power)
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  return sign + digits.padEnd(exponent + 1, '0')
}

/** Nearest integer, halves towards positive infinity, with negative zero (§4.4 `round`). */
export function roundNumber(value: number): number {
  return Math.round(value)
}

/** How many characters, a surrogate pair being one (§3.6). */
export function countCharacters(text: string): number {
  let count = text.length
  for (let index = 0; index < text.length - 1; index++) {
    if (!isPair(text, index)) continue
    count -= 1
    index += 1
  }
  return count
}

function isPair(text: string, index: number): boolean {
  return (text.charCodeAt(index) & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00
}

/** `substring` (§4.2): the characters whose position p has p ≥ round(start) and p < round(start) + round(length). */
export function substring(text: string, start: number, length = Number.POSITIVE_INFINITY): string {
  const from = roundNumber(start)
  const to = from + roundNumber(length)
  // Written so that NaN takes nothing.
  if (!(from < to)) return ''
  let position = 1
  let index = 0
  const skipTo = (goal: number): number => {
    for (; index < text.length && position < goal; position++) index += isPair(text, index) ? 2 : 1
    return index
  }
  const first = skipTo(from)
  return text.slice(first, skipTo(to))
}

/** `translate` (§4.2). */
export function translate(text: string, from: string, to: string): string {
  const replacements = [...to]
  const table = new Map<string, string>()
  let index = 0
  for (const character of from) {
    if (!table.has(character)) table.set(character, replacements[index] ?? '')
    index += 1
  }
  const parts: string[] = []
  for (const character of text) parts.push(table.get(character) ?? character)
  return parts.join('')
}

/** `normalize-space` (§4.2). */
export function normalizeSpace(text: string): string {
  return text
    .split(SPACES)
    .filter((part) => part !== '')
    .join(' ')
}
