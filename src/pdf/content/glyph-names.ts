/**
 * Characters by the names of their glyphs (Adobe Glyph List, ISO 32000-2 §9.6.5 and annex D): those of Latin writing, with the letters of
 * Vietnamese, whose names are a letter with the names of its marks. Other scripts and symbols are not at hand.
 */

/** Marks that names of letters end with. */
const MARKS: Readonly<Record<string, string>> = {
  acute: '\u0301',
  grave: '\u0300',
  circumflex: '\u0302',
  tilde: '\u0303',
  dieresis: '\u0308',
  ring: '\u030a',
  caron: '\u030c',
  breve: '\u0306',
  macron: '\u0304',
  ogonek: '\u0328',
  cedilla: '\u0327',
  dotaccent: '\u0307',
  hungarumlaut: '\u030b',
  hookabove: '\u0309',
  dotbelow: '\u0323',
  horn: '\u031b',
}
const MARKED = new RegExp(`^([A-Za-z])((?:${Object.keys(MARKS).join('|')})+)$`)
const EACH_MARK = new RegExp(Object.keys(MARKS).join('|'), 'g')

/** Each character with its name, in turn. */
const NAMED =
  '! exclam " quotedbl # numbersign $ dollar % percent & ampersand \' quotesingle ( parenleft ) parenright * asterisk + plus , comma - hyphen ' +
  '. period / slash 0 zero 1 one 2 two 3 three 4 four 5 five 6 six 7 seven 8 eight 9 nine : colon ; semicolon < less = equal > greater ' +
  '? question @ at [ bracketleft \\ backslash ] bracketright ^ asciicircum _ underscore ` grave { braceleft | bar } braceright ~ asciitilde ' +
  '¡ exclamdown ¢ cent £ sterling ¤ currency ¥ yen ¦ brokenbar § section ¨ dieresis © copyright ª ordfeminine « guillemotleft ¬ logicalnot ' +
  '® registered ¯ macron ¯ overscore ° degree ± plusminus ² twosuperior ³ threesuperior ´ acute µ mu µ mu1 ¶ paragraph · periodcentered ' +
  '· middot ¸ cedilla ¹ onesuperior º ordmasculine » guillemotright ¼ onequarter ½ onehalf ¾ threequarters ¿ questiondown × multiply ' +
  '÷ divide Æ AE æ ae Œ OE œ oe Ø Oslash ø oslash Ð Eth ð eth Þ Thorn þ thorn ß germandbls Ł Lslash ł lslash Đ Dcroat đ dcroat Đ Dslash ' +
  'đ dmacron ı dotlessi Ŋ Eng ŋ eng Ħ Hbar ħ hbar Ŧ Tbar ŧ tbar ĸ kgreenlandic ſ longs ƒ florin Ģ Gcommaaccent ģ gcommaaccent ' +
  'Ķ Kcommaaccent ķ kcommaaccent Ļ Lcommaaccent ļ lcommaaccent Ņ Ncommaaccent ņ ncommaaccent Ŗ Rcommaaccent ŗ rcommaaccent ' +
  'Ţ Tcommaaccent ţ tcommaaccent Ș Scommaaccent ș scommaaccent ˆ circumflex ˇ caron ˘ breve ˙ dotaccent ˚ ring ˛ ogonek ˜ tilde ' +
  '˝ hungarumlaut – endash — emdash ‘ quoteleft ’ quoteright ‚ quotesinglbase ‛ quotereversed “ quotedblleft ” quotedblright „ quotedblbase ' +
  '† dagger ‡ daggerdbl • bullet … ellipsis ‰ perthousand ‹ guilsinglleft › guilsinglright ⁄ fraction € Euro ₫ dong ™ trademark − minus ' +
  '≠ notequal ≤ lessequal ≥ greaterequal ∞ infinity ∂ partialdiff ∑ summation ∏ product π pi ∫ integral Ω Omega √ radical ≈ approxequal ' +
  '∆ Delta ◊ lozenge ﬁ fi ﬂ fl ﬀ ff ﬃ ffi ﬄ ffl'

const NAMES: ReadonlyMap<string, string> = names()

function names(): Map<string, string> {
  const map = new Map([
    ['space', ' '],
    ['nbspace', '\u00a0'],
    ['nonbreakingspace', '\u00a0'],
    ['sfthyphen', '\u00ad'],
    ['softhyphen', '\u00ad'],
  ])
  const parts = NAMED.split(' ')
  for (let i = 0; i + 1 < parts.length; i += 2) map.set(parts[i + 1] as string, parts[i] as string)
  return map
}

/** Names of more components are none that fonts have. */
const MAX_COMPONENTS = 8

/**
 * The text that a glyph of a name stands for.
 *
 * @param name as `/Differences` has it; what follows a full stop names a variant, an underscore joins components
 * @returns `undefined` where nobody can say
 */
export function glyphText(name: string): string | undefined {
  const [base = ''] = name.split('.', 1)
  const components = base.split('_')
  if (base === '' || components.length > MAX_COMPONENTS) return undefined
  let text = ''
  for (const component of components) {
    const characters = componentText(component)
    if (characters === undefined) return undefined
    text += characters
  }
  return text
}

function componentText(name: string): string | undefined {
  const known = NAMES.get(name)
  if (known !== undefined) return known
  if (/^[A-Za-z]$/.test(name)) return name
  const uni = /^uni((?:[0-9A-F]{4}){1,8})$/.exec(name)?.[1]
  if (uni !== undefined) return characters((uni.match(/.{4}/g) ?? []).map((digits) => Number.parseInt(digits, 16)))
  const code = /^u([0-9A-F]{4,6})$/.exec(name)?.[1]
  if (code !== undefined) return characters([Number.parseInt(code, 16)])
  const [, letter, marks] = MARKED.exec(name) ?? []
  if (letter === undefined || marks === undefined) return undefined
  const text = `${letter}${(marks.match(EACH_MARK) ?? []).map((mark) => MARKS[mark]).join('')}`.normalize('NFC')
  return text.length === 1 ? text : undefined
}

function characters(codes: readonly number[]): string | undefined {
  return codes.every((code) => code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)) ? String.fromCodePoint(...codes) : undefined
}
