/** Encodings of one byte that ISO 32000-2 annex D defines: what their codes stand for. */

/** Stands in the tables where an encoding has nothing. */
const NOTHING = '□'

/** From 0x80 on; what the standard leaves out of the Macintosh's own set is here as well, as TrueType fonts have it. */
const MAC_ROMAN = 'ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»… ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄¤‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ□ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ'
/** From 0xa1 on. */
const STANDARD = "¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ□–†‡·□¶•‚„”»…‰□¿□`´ˆ˜¯˘˙¨□˚¸□˝˛ˇ—□□□□□□□□□□□□□□□□Æ□ª□□□□ŁØŒº□□□□□æ□□□ı□□łøœß□□□□"
/** From 0x80 to 0x9f. */
const WIN_ANSI = '€•‚ƒ„…†‡ˆ‰Š‹Œ•Ž••‘’“”•–—˜™š›œ•žŸ'
/** From 0x18 to 0x1f, and from 0x80 to 0xa0. */
const PDF_DOC_LOW = '˘ˇˆ˙˝˛˚˜'
const PDF_DOC = '•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž□€'

/** A character of a table; `undefined` outside of it and where the encoding has nothing. */
function at(table: string, index: number): string | undefined {
  const character = table[index]
  return character === NOTHING ? undefined : character
}

function ascii(code: number): string | undefined {
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : undefined
}

/** What a code stands for; `undefined` where the encoding has nothing for it. */
export type Encoding = (code: number) => string | undefined

/** The encodings by the names that fonts refer to them by; `PDFDocEncoding` is none of those of the standard, and forms have it. */
export const ENCODINGS: ReadonlyMap<string, Encoding> = new Map<string, Encoding>([
  ['WinAnsiEncoding', (code) => ascii(code) ?? (code < 0x80 ? undefined : code < 0xa0 ? at(WIN_ANSI, code - 0x80) : code === 0xad ? '-' : latin1(code))],
  ['MacRomanEncoding', (code) => ascii(code) ?? at(MAC_ROMAN, code - 0x80)],
  ['StandardEncoding', (code) => (code === 0x27 ? '’' : code === 0x60 ? '‘' : (ascii(code) ?? at(STANDARD, code - 0xa1)))],
  ['PDFDocEncoding', pdfDoc],
])

function latin1(code: number): string | undefined {
  return code <= 0xff ? String.fromCharCode(code) : undefined
}

function pdfDoc(code: number): string | undefined {
  if (code >= 0x18 && code < 0x20) return PDF_DOC_LOW[code - 0x18]
  return ascii(code) ?? (code < 0x80 ? undefined : code <= 0xa0 ? at(PDF_DOC, code - 0x80) : code === 0xad ? undefined : latin1(code))
}
