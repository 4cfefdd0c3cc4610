/**
 * Values that a form's script formats (ISO 32000-2 §12.6.3, the action `F`): an amount with its groups of digits and a currency, a number
 * with its dashes. Scripts are not run; what they may show is known by its digits and letters.
 */

/** Currencies before or behind an amount. */
const CURRENCY = /\p{Sc}|VN[ĐD]|USD|EUR|đồng|đ/gu
/** Groups of three digits behind the first, or none; then a decimal part. */
const GROUPED = /^(\d{1,3}(?:\.\d{3})+)(?:,(\d+))?$|^(\d{1,3}(?:,\d{3})+)(?:\.(\d+))?$|^(\d{1,3}(?:['’\u00a0 ]\d{3})+)(?:[.,](\d+))?$/u
const PLAIN = /^(\d*)[.,](\d+)$|^(\d+)$/

/** A number by its digits: those before the decimal mark without zeros in front, those behind it without zeros at the end. */
interface Figures {
  readonly negative: boolean
  readonly whole: string
  readonly part: string
}

function figures(negative: boolean, whole: string, part: string): Figures {
  const [left, right] = [whole.replace(/^0+/, ''), part.replace(/0+$/, '')]
  return { negative: negative && left + right !== '', whole: left, part: right }
}

/** The numbers that a text may be read as: “1.000” is a thousand or one. */
function readings(text: string): Figures[] {
  const bare = text.replace(CURRENCY, '').trim()
  const inBrackets = /^\((.*)\)$/.exec(bare)?.[1]
  const signed = /^[-−]\s*/.exec(bare)?.[0]
  const unsigned = (inBrackets ?? (signed === undefined ? bare : bare.slice(signed.length))).trim()
  const negative = inBrackets !== undefined || signed !== undefined
  const percent = /^(.*?)\s*%$/.exec(unsigned)?.[1]
  const digits = percent ?? unsigned
  const found: Figures[] = []
  const plain = PLAIN.exec(digits)
  if (plain) found.push(figures(negative, plain[1] ?? plain[3] ?? '', plain[2] ?? ''))
  const grouped = GROUPED.exec(digits)
  if (grouped) {
    const [, a, b, c, d, e, f] = grouped
    found.push(figures(negative, (a ?? c ?? e ?? '').replace(/\D/g, ''), b ?? d ?? f ?? ''))
  }
  return percent === undefined ? found : found.map(hundredth)
}

function hundredth({ negative, whole, part }: Figures): Figures {
  const digits = whole.padStart(2, '0')
  return figures(negative, digits.slice(0, -2), digits.slice(-2) + part)
}

/** Digits and letters, in their order. */
function essence(text: string): string {
  return text.replace(CURRENCY, '').replace(/[^\p{L}\p{M}\p{N}]/gu, '')
}

/**
 * Whether a text is a value with other separators. Where both are numbers they have to be the same number: 1,000.00 is not 100000.
 *
 * @param value of the field
 * @param shown what its appearance shows
 */
export function isFormatted(value: string, shown: string): boolean {
  const [numbers, shownNumbers] = [readings(value), readings(shown)]
  if (numbers.length > 0 && shownNumbers.length > 0)
    return numbers.some((one) => shownNumbers.some((other) => one.negative === other.negative && one.whole === other.whole && one.part === other.part))
  return essence(value) !== '' && essence(value) === essence(shown)
}
