/**
 * The Latin letters of the standard 14 fonts (ISO 32000-1 §9.6.2.2): what each code of WinAnsiEncoding shows (annex D.2), and how wide
 * it is (Adobe's Core 14 metrics). Symbols are no text, so that Symbol and ZapfDingbats are not here.
 */

/** Codes 0x80 to 0x9f of WinAnsiEncoding; a zero where it has nothing. */
const UPPER_CONTROLS = '€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ'

/** What a code of WinAnsiEncoding shows; `undefined` where it shows nothing of its own. */
export function winAnsiCharacter(code: number): string | undefined {
  if (code < 0x20 || code === 0x7f || code === 0xa0 || code === 0xad || code > 0xff) return undefined
  const character = code >= 0x80 && code < 0xa0 ? (UPPER_CONTROLS[code - 0x80] as string) : String.fromCharCode(code)
  return character === '\0' ? undefined : character
}

/** Names of glyphs that are not their own letter, in the order of WinAnsiEncoding. */
const NAMES =
  'space exclam quotedbl numbersign dollar percent ampersand quotesingle parenleft parenright asterisk plus comma hyphen period slash zero one two three four five six seven eight nine colon semicolon less equal greater question at bracketleft backslash bracketright asciicircum underscore grave braceleft bar braceright asciitilde Euro quotesinglbase florin quotedblbase ellipsis dagger daggerdbl circumflex perthousand Scaron guilsinglleft OE Zcaron quoteleft quoteright quotedblleft quotedblright bullet endash emdash tilde trademark scaron guilsinglright oe zcaron Ydieresis exclamdown cent sterling currency yen brokenbar section dieresis copyright ordfeminine guillemotleft logicalnot registered macron degree plusminus twosuperior threesuperior acute mu paragraph periodcentered cedilla onesuperior ordmasculine guillemotright onequarter onehalf threequarters questiondown Agrave Aacute Acircumflex Atilde Adieresis Aring AE Ccedilla Egrave Eacute Ecircumflex Edieresis Igrave Iacute Icircumflex Idieresis Eth Ntilde Ograve Oacute Ocircumflex Otilde Odieresis multiply Oslash Ugrave Uacute Ucircumflex Udieresis Yacute Thorn germandbls agrave aacute acircumflex atilde adieresis aring ae ccedilla egrave eacute ecircumflex edieresis igrave iacute icircumflex idieresis eth ntilde ograve oacute ocircumflex otilde odieresis divide oslash ugrave uacute ucircumflex udieresis yacute thorn ydieresis'.split(
    ' ',
  )

/** Characters by the names of their glyphs, as `/Differences` names them. */
export const GLYPHS: ReadonlyMap<string, string> = glyphs()

function glyphs(): Map<string, string> {
  const map = new Map<string, string>()
  let at = 0
  for (let code = 0x20; code <= 0xff; code++) {
    const character = winAnsiCharacter(code)
    if (character === undefined) continue
    if (/^[A-Za-z]$/.test(character)) map.set(character, character)
    else map.set(NAMES[at++] as string, character)
  }
  return map
}

/** A standard font: thousandths of the font's size. */
export interface StandardFont {
  readonly ascent: number
  readonly descent: number
  readonly width: (character: string) => number
}

/** Widths, each with the characters that have it; a letter with a mark that is not named has the width of its base letter. */
const HELVETICA =
  '191\' 222ijl‚‘’ 260|¦ 278 !,./:;I[\\]ft·ìíîï 333()-`r„ˆ‹“”˜›¡¨¯²³´¸¹ 334{} 350• 355" 365º 370ª 389* 400° 469^ 500Jcksvxyz 537¶ 556#$0123456789?L_abdeghnopqu€ƒ†‡–¢£¤¥§«µ»ðþ 584+<=>~¬±×÷ 611FTZ¿ßø 667&ABEKPSVXYÞ 722CDHNRUwÐ 737©® 778GOQØ 833Mm 834¼½¾ 889%æ 944Wœ 1000…‰Œ—™Æ 1015@'
const HELVETICA_BOLD =
  '238\' 278 ,./I\\ijl‚‘’· 280|¦ 333!()-:;[]`ftˆ‹˜›¡¨¯²³´¸¹ 350• 365º 370ª 389*r{} 400° 474" 500z„“” 556#$0123456789J_aceksvxy€ƒ†‡–¢£¤¥§«¶» 584+<=>^~¬±×÷ 611?FLTZbdghnopquµ¿ßðøþ 667EPSVXYÞ 722&ABCDHKNRUÐ 737©® 778GOQwØ 833M 834¼½¾ 889%mæ 944Wœ 975@ 1000…‰Œ—™Æ'
const TIMES =
  '180\' 200|¦ 250 ,.· 276ª 278/:;\\ijlt 300²³¹ 310º 333!()-I[]`fr‚ˆ‹‘’˜›¡¨¯´¸ 350• 389Js 400° 408" 444?acez„“”¿ 453¶ 469^ 480{} 500#$*0123456789_bdghknopquvxy€ƒ†‡–¢£¤¥§«µ»ßðøþ 541~ 556FPSÞ 564+<=>¬±×÷ 611ELTZ 667BCRæ 722ADGHKNOQUVXYwœÐØ 750¼½¾ 760©® 778&m 833% 889MŒÆ 921@ 944W 980™ 1000…‰—'
const TIMES_BOLD =
  '220|¦ 250 ,.· 278\'/\\il 300ª²³¹ 330º 333!()-:;[]`fjt‚ˆ‹‘’˜›¡¨¯´¸ 350• 389Is 394{} 400° 444cerz 500#$*0123456789?J_agovxy€ƒ„†‡“”–¢£¤¥§«»¿ðø 520~ 540¶ 555" 556Sbdhknpquµßþ 570+<=>¬±×÷ 581^ 611FPÞ 667BELTZ 722ACDNRUVXYwœÐæ 747©® 750¼½¾ 778GHKOQØ 833&m 930@ 944M 1000%W…‰Œ—™Æ'
const TIMES_ITALIC =
  '214\' 250 ,.· 275|¦ 276ª 278/\\fijlt 300²³¹ 310º 333!()-:;I`‚ˆ‹‘’˜›¨¯´¸ 350• 389[]rsz¡ 400{}° 420" 422^ 444Jcekvxy 500#$*0123456789?S_abdghnopqu€ƒ†‡–¢£¤¥§«µ»¿ßðøþ 523¶ 541~ 556LTYZ„“” 611ABEFPRVXÞ 667CKNwœæ 675+<=>¬±×÷ 722DGHOQUmÐØ 750¼½¾ 760©® 778& 833%MW 889…—Æ 920@ 944Œ 980™ 1000‰'
const TIMES_BOLD_ITALIC =
  '220|¦ 250 ,.· 266ª 278\'/\\ijlt 300²³¹º 333()-:;[]`f‚ˆ‹‘’˜›¨¯´¸ 348{} 350• 389!Irsz¡ 400° 444cevy 500#$*0123456789?J_abdgkopqx€ƒ„†‡“”–¢£¤¥§«¶»¿ßðøþ 555" 556Shnu 570+<=>^~±×÷ 576µ 606¬ 611LPTYZÞ 667ABCEFKRVXw 722DGNOQUœÐØæ 747©® 750¼½¾ 778&Hm 832@ 833% 889MW 944ŒÆ 1000…‰—™'

function proportional(table: string, ascent: number, descent: number): StandardFont {
  const widths = new Map<string, number>()
  // A group is the width, then its characters up to the space before the next width; a space among them stands right behind the width.
  for (const [, width, characters = ''] of table.matchAll(/(\d{3,4})( ?[^ ]*)(?: |$)/g)) for (const one of characters) widths.set(one, Number(width))
  return { ascent, descent, width: (character) => widths.get(character) ?? widths.get(character.normalize('NFD')[0] as string) ?? 0 }
}

const courier: StandardFont = { ascent: 629, descent: -157, width: () => 600 }
const helvetica = proportional(HELVETICA, 718, -207)
const helveticaBold = proportional(HELVETICA_BOLD, 718, -207)

/** By `/BaseFont`. */
export const STANDARD_FONTS: ReadonlyMap<string, StandardFont> = new Map([
  ['Helvetica', helvetica],
  ['Helvetica-Oblique', helvetica],
  ['Helvetica-Bold', helveticaBold],
  ['Helvetica-BoldOblique', helveticaBold],
  ['Times-Roman', proportional(TIMES, 683, -217)],
  ['Times-Bold', proportional(TIMES_BOLD, 683, -217)],
  ['Times-Italic', proportional(TIMES_ITALIC, 683, -217)],
  ['Times-BoldItalic', proportional(TIMES_BOLD_ITALIC, 683, -217)],
  ['Courier', courier],
  ['Courier-Bold', courier],
  ['Courier-Oblique', courier],
  ['Courier-BoldOblique', courier],
])
