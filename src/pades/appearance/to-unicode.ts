/** What characters the codes of a font stand for, as a CMap (ISO 32000-2 §9.10.3). */

/** No more entries may stand in one block (Adobe Technical Note 5014, §1.4.1). */
const BLOCK = 100

function hexOf(value: number): string {
  return value.toString(16).toUpperCase().padStart(4, '0')
}

/** UTF-16BE in hexadecimal. */
function utf16(text: string): string {
  return Array.from({ length: text.length }, (_, i) => hexOf(text.charCodeAt(i))).join('')
}

/**
 * Writes the CMap.
 *
 * @param characters text by code of two bytes, ascending
 */
export function toUnicode(characters: readonly (readonly [code: number, text: string])[]): string {
  const blocks: string[] = []
  for (let i = 0; i < characters.length; i += BLOCK) {
    const block = characters.slice(i, i + BLOCK)
    blocks.push(`${block.length} beginbfchar`, ...block.map(([code, text]) => `<${hexOf(code)}> <${utf16(text)}>`), 'endbfchar')
  }
  return [
    '/CIDInit /ProcSet findresource begin',
    '12 dict begin',
    'begincmap',
    '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def',
    '/CMapName /Adobe-Identity-UCS def',
    '/CMapType 2 def',
    '1 begincodespacerange',
    '<0000> <FFFF>',
    'endcodespacerange',
    ...blocks,
    'endcmap',
    'CMapName currentdict /CMap defineresource pop',
    'end',
    'end',
    '',
  ].join('\n')
}
