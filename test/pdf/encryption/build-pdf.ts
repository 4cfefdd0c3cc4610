/** A small document for encryption tests, written with a cross-reference table, its strings and streams encrypted or not. */
import { concat, latin1, toHex, utf8 } from '../../../src/core/bytes.ts'
import { PdfArray, PdfDict, PdfName, PdfNumber, type PdfObject, PdfRef, PdfString } from '../../../src/pdf/objects.ts'

export const TITLE = 'Hợp đồng số 7'
export const PAGE = 'BT /F1 18 Tf 20 20 Td (Hello) Tj ET'
export const METADATA = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><title>Contract</title></x:xmpmeta>'
export const ATTACHMENT = 'what is attached'

/** What turns plaintext into what the file has. */
export interface Encrypting {
  readonly dict: PdfDict
  readonly id0: Uint8Array
  string(bytes: Uint8Array, objectNumber: number): Uint8Array
  stream(bytes: Uint8Array, objectNumber: number): Uint8Array
}

/** Numbers of the objects below. */
export const NUMBERS = { page: 3, content: 4, metadata: 5, info: 6, attachment: 7, encrypt: 9 } as const

/** The document: a page with a content stream, XMP metadata, a title and an attachment. */
export function buildPdf(encrypting?: Encrypting): Uint8Array {
  const string = (text: string, number: number): string => {
    const bytes = concat([Uint8Array.of(0xef, 0xbb, 0xbf), utf8(text)])
    return `<${toHex(encrypting ? encrypting.string(bytes, number) : bytes)}>`
  }
  const stream = (number: number, entries: string, text: string): Uint8Array => {
    const data = encrypting ? encrypting.stream(utf8(text), number) : utf8(text)
    return concat([latin1(`<<${entries} /Length ${data.length}>>\nstream\n`), data, latin1('\nendstream')])
  }
  const bodies: Uint8Array[] = [
    latin1('<</Type /Catalog /Pages 2 0 R /Metadata 5 0 R /Names <</EmbeddedFiles <</Names [<61> 8 0 R]>>>>>>'.replace('<61>', string('a', 1))),
    latin1('<</Type /Pages /Kids [3 0 R] /Count 1>>'),
    latin1(
      '<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 50] /Contents 4 0 R /Resources <</Font <</F1 <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>>>>>>>',
    ),
    stream(4, '', PAGE),
    stream(5, '/Type /Metadata /Subtype /XML', METADATA),
    latin1(`<</Title ${string(TITLE, 6)}>>`),
    stream(7, '/Type /EmbeddedFile', ATTACHMENT),
    latin1(`<</Type /Filespec /F ${string('a', 8)} /EF <</F 7 0 R>>>>`),
  ]
  if (encrypting) bodies.push(latin1(written(encrypting.dict)))
  const parts: Uint8Array[] = [latin1('%PDF-2.0\n%\xe2\xe3\xcf\xd3\n')]
  const offsets: number[] = []
  let at = (parts[0] as Uint8Array).length
  bodies.forEach((body, i) => {
    const part = concat([latin1(`${i + 1} 0 obj\n`), body, latin1('\nendobj\n')])
    offsets.push(at)
    parts.push(part)
    at += part.length
  })
  const id = toHex(encrypting?.id0 ?? new Uint8Array(16))
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const trailer = `<</Size ${bodies.length + 1} /Root 1 0 R /Info 6 0 R /ID [<${id}> <${id}>]${encrypting ? ' /Encrypt 9 0 R' : ''}>>`
  parts.push(latin1(`xref\n0 ${bodies.length + 1}\n0000000000 65535 f \n${rows}trailer\n${trailer}\nstartxref\n${at}\n%%EOF\n`))
  return concat(parts)
}

/** A direct object as PDF syntax. */
function written(object: PdfObject): string {
  if (object instanceof PdfDict) return `<<${[...object.entries].map(([key, value]) => `/${key} ${written(value)}`).join(' ')}>>`
  if (object instanceof PdfArray) return `[${object.items.map(written).join(' ')}]`
  if (object instanceof PdfName) return `/${object.name}`
  if (object instanceof PdfNumber || object instanceof PdfRef) return String(object instanceof PdfNumber ? object.value : object)
  if (object instanceof PdfString) return `<${toHex(object.bytes)}>`
  return String(object)
}
