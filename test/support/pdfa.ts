/** Pages that conform to a flavour of PDF/A (ISO 19005) or to PDF/UA-1 (ISO 14289-1), made in memory, without text. */
import { fromLatin1, utf8 } from '../../src/core/bytes.ts'
import { type FileForm, geometryEntries, type PageGeometry, pageContent, pdfFile, streamObject } from './pages.ts'
import type { Flavour } from './verapdf.ts'

/**
 * A page that conforms to a flavour; the levels A, and PDF/UA, are tagged, with a figure that has a text in its place.
 *
 * @param form of the file; PDF/A-1 knows only the table (ISO 19005-1 §6.1.4)
 */
export function archivePdf(flavour: Flavour, geometry: PageGeometry, form: FileForm = 'table'): Uint8Array {
  const tagged = flavour.endsWith('a') || flavour.startsWith('ua')
  const universal = flavour.startsWith('ua')
  const content = tagged ? pageContent(geometry, ['/Figure<</MCID 0>>BDC\n', '\nEMC'], ['/Artifact BMC\n', '\nEMC']) : pageContent(geometry)
  const structure = tagged ? '/MarkInfo<</Marked true>>/StructTreeRoot 7 0 R/Lang(vi-VN)' : ''
  const viewer = universal ? '/ViewerPreferences<</DisplayDocTitle true>>' : ''
  const [left, bottom, right, top] = geometry.cropBox ?? geometry.mediaBox
  const objects = [
    `<</Type/Catalog/Pages 2 0 R/Metadata 5 0 R${universal ? '' : '/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/DestOutputProfile 6 0 R>>]'}${structure}${viewer}>>`,
    '<</Type/Pages/Count 1/Kids[3 0 R]>>',
    `<</Type/Page/Parent 2 0 R${geometryEntries(geometry)}/Resources<<>>/Contents 4 0 R${tagged ? '/StructParents 0/Tabs/S' : ''}>>`,
    streamObject('', content),
    streamObject('/Type/Metadata/Subtype/XML', metadata(flavour)),
    streamObject('/N 3', sRgbProfile()),
  ]
  if (tagged) {
    objects.push(
      '<</Type/StructTreeRoot/K 8 0 R/ParentTree<</Nums[0[9 0 R]]>>/ParentTreeNextKey 1>>',
      '<</Type/StructElem/S/Document/P 7 0 R/K[9 0 R]>>',
      `<</Type/StructElem/S/Figure/P 8 0 R/Pg 3 0 R/K 0/Alt(A triangle)/A<</O/Layout/Placement/Block/BBox[${left} ${bottom} ${right} ${top}]>>>>`,
    )
  }
  return pdfFile(objects, form, flavour.startsWith('1') ? '1.4' : '1.7')
}

/** XMP with what the file says it conforms to (ISO 19005-2 §6.6.4, ISO 14289-1 §5). */
function metadata(flavour: Flavour): string {
  const claims = flavour.startsWith('ua')
    ? `xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>${flavour.slice(2)}</pdfuaid:part>`
    : `xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"><pdfaid:part>${flavour[0]}</pdfaid:part><pdfaid:conformance>${flavour[1]?.toUpperCase()}</pdfaid:conformance>`
  const title = '<dc:title xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Alt><rdf:li xml:lang="x-default">A page</rdf:li></rdf:Alt></dc:title>'
  const text = `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" ${claims}${title}</rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`
  return fromLatin1(utf8(text))
}

/** ICC.1:2001-04 §6.1: numbers of 16 bits before and after the point. */
function fixed(...values: readonly number[]): string {
  return values.map((value) => uint32(Math.round(value * 65536))).join('')
}

function uint32(value: number): string {
  return String.fromCharCode(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255)
}

/** Primaries of sRGB (IEC 61966-2-1), adapted to the D50 of the profile connection space. */
const PRIMARIES = { r: [0.4361, 0.2225, 0.0139], g: [0.3851, 0.7169, 0.0971], b: [0.1431, 0.0606, 0.7142] } as const
const D50 = [0.9642, 1, 0.8249] as const

/** A display profile of version 2 (ICC.1:2001-04): three primaries, and one gamma of 2.2 for all. One character a byte. */
export function sRgbProfile(): string {
  const xyz = (values: readonly number[]): string => `XYZ ${uint32(0)}${fixed(...values)}`
  const gamma = `curv${uint32(0)}${uint32(1)}\x02\x33\0\0`
  const name = 'sRGB with one gamma'
  const tags: readonly (readonly [string, string])[] = [
    // §6.5.17: the name in ASCII, none in Unicode, and room for none in ScriptCode.
    ['desc', `desc${uint32(0)}${uint32(name.length + 1)}${name}\0${uint32(0)}${uint32(0)}${'\0'.repeat(70)}`],
    ['cprt', `text${uint32(0)}In the public domain\0`],
    ['wtpt', xyz(D50)],
    ...Object.entries(PRIMARIES).flatMap(([colour, values]) => [[`${colour}XYZ`, xyz(values)] as const, [`${colour}TRC`, gamma] as const]),
  ]
  let at = 128 + 4 + tags.length * 12
  let table = uint32(tags.length)
  let data = ''
  for (const [tag, body] of tags) {
    table += `${tag}${uint32(at)}${uint32(body.length)}`
    const padded = body.padEnd(Math.ceil(body.length / 4) * 4, '\0')
    data += padded
    at += padded.length
  }
  const none = uint32(0)
  const date = '\x07\xea\0\x01\0\x01\0\0\0\0\0\0' // the first of January 2026
  const head = `${uint32(at)}${none}\x02\x10\0\0mntrRGB XYZ ${date}acsp${none.repeat(7)}${fixed(...D50)}`.padEnd(128, '\0')
  return head + table + data
}
