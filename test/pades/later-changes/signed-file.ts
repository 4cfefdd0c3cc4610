/** A small signed file and what may be appended to it. The signatures are none: what follows one does not depend on its value. */
import { expect } from 'vitest'
import { concat, fromLatin1, latin1 } from '../../../src/core/bytes.ts'
import type { LaterChanges } from '../../../src/facts/index.ts'
import { isExplained } from '../../../src/pades/later-changes/finding.ts'
import { laterChanges } from '../../../src/pades/later-changes.ts'
import { openPdf } from '../../../src/pdf/index.ts'

/** Objects by number, as PDF syntax. */
export type Objects = Readonly<Record<number, string>>

interface UpdateOptions {
  /** Numbers to call free. */
  readonly free?: readonly number[]
  /** Entries of the trailer in place of `/Root 1 0 R /Info 11 0 R`. */
  readonly trailer?: string
  /** Bytes that no object has, before the cross-reference. */
  readonly stray?: string
  /** Places for objects, in place of their own. */
  readonly places?: Readonly<Record<number, number>>
}

export const CONTENT = 'BT /F1 12 Tf 20 20 Td (1000) Tj ET'

export function stream(text: string, entries = ''): string {
  return `<<${entries} /Length ${text.length}>>\nstream\n${text}\nendstream`
}

export function metadata(date: string, title = 'Contract'): string {
  const properties = `<xmp:ModifyDate>${date}</xmp:ModifyDate><dc:title><rdf:Alt><rdf:li xml:lang="x-default">${title}</rdf:li></rdf:Alt></dc:title>`
  const description = `<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">${properties}</rdf:Description>`
  const rdf = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${description}</rdf:RDF>`
  const packet = `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">${rdf}</x:xmpmeta><?xpacket end="w"?>`
  return stream(packet, '/Type /Metadata /Subtype /XML')
}

export function signature(subFilter = 'ETSI.CAdES.detached', more = ''): string {
  return `<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /${subFilter} /ByteRange [0 1 2 3] /Contents <00> ${more}>>`
}

export function field(name: string, more = ''): string {
  return `<</FT /Sig /T (${name}) /Type /Annot /Subtype /Widget /F 132 /P 3 0 R ${more}>>`
}

export const CATALOG = '/Type /Catalog /Pages 2 0 R /AcroForm 7 0 R /Metadata 12 0 R'
export const PAGE = '/Type /Page /Parent 2 0 R /MediaBox [0 0 200 50] /Contents 4 0 R /Resources 5 0 R'
export const SIGNED: Objects = {
  1: `<<${CATALOG}>>`,
  2: '<</Type /Pages /Kids [3 0 R] /Count 1>>',
  3: `<<${PAGE} /Annots [8 0 R 10 0 R]>>`,
  4: stream(CONTENT),
  5: '<</Font <</F1 6 0 R>> /XObject <</Missing 90 0 R>>>>',
  6: '<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>',
  7: '<</Fields [8 0 R 10 0 R] /SigFlags 3>>',
  8: field('First', '/V 9 0 R /Rect [0 0 0 0]'),
  9: signature(),
  10: field('Second', '/Rect [10 10 60 30]'),
  11: '<</Producer (Writer) /ModDate (D:20250101000000Z) /Title (Contract)>>',
  12: metadata('2025-01-01'),
  13: '[4 0 R]',
  14: '<</T (Group) /Kids [15 0 R]>>',
  15: field('Inner', '/Parent 14 0 R /Rect [70 10 90 30]'),
}

export function append(
  file: Uint8Array,
  objects: Objects,
  { free = [], trailer = '/Root 1 0 R /Info 11 0 R', stray = '', places = {} }: UpdateOptions = {},
): Uint8Array {
  const prev = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(fromLatin1(file))?.[1]
  let text = ''
  const rows: string[] = []
  for (const [number, body] of Object.entries(objects)) {
    const offset = places[Number(number)] ?? file.length + text.length
    rows.push(`${number} 1\n${String(offset).padStart(10, '0')} 00000 n \n`)
    text += `${number} 0 obj\n${body}\nendobj\n`
  }
  for (const number of free) rows.push(`${number} 1\n0000000000 00001 f \n`)
  text += stray
  const size = Math.max(100, ...Object.keys(objects).map((number) => Number(number) + 1))
  const xref = file.length + text.length
  const section = `xref\n${prev === undefined || rows.length === 0 ? '0 1\n0000000000 65535 f \n' : ''}${rows.join('')}`
  text += `${section}trailer\n<</Size ${size} ${trailer} ${prev === undefined ? '' : `/Prev ${prev}`}>>\nstartxref\n${xref}\n%%EOF\n`
  return concat([file, latin1(text)])
}

/** A signed file, with some objects of it otherwise than in {@link SIGNED}. */
export function signed(objects: Objects = {}): Uint8Array {
  return append(latin1('%PDF-1.7\n'), { ...SIGNED, ...objects })
}

export function without(objects: Objects, ...numbers: number[]): Objects {
  return Object.fromEntries(Object.entries(objects).filter(([number]) => !numbers.includes(Number(number))))
}

export async function changesAfter(file: Uint8Array, revision = 0): Promise<LaterChanges> {
  return laterChanges(await openPdf(file), revision)
}

export async function kindAfter(file: Uint8Array, revision = 0): Promise<string> {
  return (await changesAfter(file, revision)).kind
}

/** The kind, and the codes of the changes, each once. */
export async function codesAfter(file: Uint8Array, revision = 0): Promise<string[]> {
  const { kind, changes } = await changesAfter(file, revision)
  expect(changes.every((change) => isExplained(change) === (kind !== 'unexplained'))).toBe(true)
  return [kind, ...new Set(changes.map(({ code }) => code))]
}

export const APPEARANCE = stream('', '/Type /XObject /Subtype /Form /BBox [0 0 50 20]')
/** The empty field signed. */
export const FILLED: Objects = { 10: field('Second', '/Rect [10 10 60 30] /V 20 0 R /AP <</N 21 0 R>>'), 20: signature(), 21: APPEARANCE }
/** A signature in a new field. */
export const ADDED: Objects = {
  3: `<<${PAGE} /Annots [8 0 R 10 0 R 22 0 R]>>`,
  7: '<</Fields [8 0 R 10 0 R 22 0 R] /SigFlags 3>>',
  20: signature(),
  21: APPEARANCE,
  22: field('Third', '/Rect [100 10 150 30] /V 20 0 R /AP <</N 21 0 R>>'),
}
export const INVISIBLE: Objects = { ...without(ADDED, 21), 22: field('Third', '/V 20 0 R /Rect [0 0 0 0]') }
export const TIMESTAMP: Objects = { ...INVISIBLE, 20: signature('ETSI.RFC3161') }
export const STORE: Objects = {
  1: `<<${CATALOG} /DSS 30 0 R>>`,
  30: '<</Certs 31 0 R /VRI <</AB 33 0 R>>>>',
  31: '[32 0 R]',
  32: stream('certificate'),
  33: '<</Cert 31 0 R>>',
}
