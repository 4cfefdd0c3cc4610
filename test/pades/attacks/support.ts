/** What the tests of attacks share: a contract that is signed, updates of it, and what kyso says of them. */
import { fromLatin1, latin1 } from '../../../src/core/bytes.ts'
import { verify } from '../../../src/verify/index.ts'
import { type Objects, Sample } from '../../pdf/sample.ts'
import type { LabSetting } from '../../verify/lab-pdf.ts'

export const passed = 'TOTAL-PASSED'
export const CONTENT = '<</Length 9>>\nstream\nBT (9) Tj\nendstream'

/** The place of the newest cross-reference section. */
export const lastSection = (file: Uint8Array): number => Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(fromLatin1(file))?.[1])

/** A file with a revision behind it. */
export function updated(file: Uint8Array, objects: Objects, trailer = `/Prev ${lastSection(file)}`): Uint8Array {
  const text = fromLatin1(new Sample(fromLatin1(file)).table(objects, { trailer }).bytes())
  // A smaller /Size than before would hide what the signature added.
  const at = text.lastIndexOf('/Size 100')
  return latin1(`${text.slice(0, at)}/Size 999${text.slice(at + 9)}`)
}

/** The body of an object as the file has it. */
export function body(file: Uint8Array, number: number): string {
  const text = fromLatin1(file)
  const from = text.lastIndexOf(`\n${number} 0 obj`)
  return text.slice(text.indexOf('obj', from) + 3, text.indexOf('endobj', from)).trim()
}

/** The body with one part in place of another, which has to be there. */
export function edited(file: Uint8Array, number: number, from: string, to: string): Objects {
  const before = body(file, number)
  const after = before.replace(from, () => to)
  if (after === before) throw new Error(`object ${number} has no ${from}: ${before}`)
  return { [number]: after }
}

export function stream(text: string, entries = ''): string {
  return `<<${entries} /Length ${text.length}>>\nstream\n${text}\nendstream`
}

export const SHOWN = 'BT /F1 12 Tf 20 20 Td (1000) Tj ET /OC /Layer BDC BT /F1 12 Tf 100 20 Td (paid) Tj ET EMC'
/** An appearance that shows a text. */
export const form = (text: string): string =>
  stream(`/Tx BMC BT /Helv 10 Tf 2 4 Td (${text}) Tj ET EMC`, '/Type /XObject /Subtype /Form /BBox [0 0 50 20] /Resources <</Font <</Helv 9 0 R>>>>')

/** A page that says 1000, with a font of its own making, a layer, two text fields, a link to a second page and hidden objects. */
export function contract(objects: Objects = {}): Uint8Array {
  return new Sample()
    .table({
      1: '<</Type /Catalog /Pages 2 0 R /AcroForm 7 0 R /OCProperties 20 0 R>>',
      2: '<</Type /Pages /Kids [3 0 R 8 0 R] /Count 2>>',
      3: '<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources 5 0 R /Annots [10 0 R 11 0 R]>>',
      4: stream(SHOWN),
      5: '<</Font <</F1 6 0 R>> /Properties <</Layer 21 0 R>>>>',
      6: '<</Type /Font /Subtype /TrueType /BaseFont /Own /FirstChar 48 /LastChar 57 /Widths 12 0 R /FontDescriptor 13 0 R /Encoding 15 0 R /ToUnicode 14 0 R>>',
      7: '<</Fields [10 0 R 11 0 R] /DA (/F1 10 Tf 0 g) /DR <</Font <</F1 9 0 R /Helv 9 0 R>>>>>>',
      8: '<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200]>>',
      9: '<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>',
      10: '<</FT /Tx /T (amount) /Subtype /Widget /Rect [10 100 60 120] /P 3 0 R /V (1000) /AP <</N 16 0 R>>>>',
      11: '<</FT /Tx /T (remark) /Subtype /Widget /Rect [100 100 150 120] /P 3 0 R>>',
      12: '[500 500 500 500 500 500 500 500 500 500]',
      13: '<</Type /FontDescriptor /FontName /Own /Flags 32 /FontFile2 17 0 R>>',
      14: stream('1 beginbfchar <31> <0031> endbfchar'),
      15: '<</Type /Encoding /Differences [49 /one]>>',
      16: form('1000'),
      17: stream('a font program'),
      20: '<</OCGs [21 0 R] /D <</Order [21 0 R] /ON [21 0 R] /AS []>>>>',
      21: '<</Type /OCG /Name (Layer) /Usage <</Print <</PrintState /ON>>>>>>',
      ...objects,
    })
    .bytes()
}

/** What is said of the signature that was there first: the indication, and each kind of change once. */
export async function judged(file: Uint8Array, { options }: LabSetting): Promise<string[]> {
  const report = await verify(file, options)
  const first = report.signatures.find(({ claims }) => claims.field !== 'Sneaky')
  return [first?.indication ?? report.indication, ...new Set(first?.modifications.changes.map(({ code }) => code))]
}
