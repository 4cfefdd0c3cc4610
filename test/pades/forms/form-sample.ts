/** A PDF with form fields of every kind, made by hand, and how to look at what became of them. */
import { fromLatin1 } from '../../../src/core/bytes.ts'
import { isKysoError } from '../../../src/core/errors.ts'
import { textOf } from '../../../src/pades/fields.ts'
import { nameOf, openPdf, PdfArray, PdfDict, type PdfDocument, PdfRef, PdfStream } from '../../../src/pdf/index.ts'
import { buildPdf } from '../../pdf/encryption/build-pdf.ts'
import { type EncryptionPlan, encryptAs, makeEncryption } from '../../pdf/encryption/make-encryption.ts'
import { type Objects, Sample } from '../../pdf/sample.ts'

/** A form XObject without resources. */
export function formObject(content: string): string {
  return `<</Type/XObject/Subtype/Form/BBox[0 0 20 20]/Resources<<>>/Length ${content.length}>>\nstream\n${content}\nendstream`
}

const WIDGET = '/Type/Annot/Subtype/Widget/F 4/P 3 0 R'
const BUTTON = (state: string): string => `${WIDGET}/AS/Off/AP<</N<</${state} 20 0 R/Off 21 0 R>>>>`

/** Field objects by what they are called in the form. */
export const FORM: Objects = {
  1: '<</Type/Catalog/Pages 2 0 R/AcroForm 4 0 R>>',
  2: '<</Type/Pages/Count 1/Kids[3 0 R]>>',
  3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Annots[6 0 R 7 0 R 8 0 R 9 0 R 11 0 R 12 0 R 13 0 R 14 0 R 15 0 R]/Resources<<>>>>',
  4: '<</Fields[6 0 R 7 0 R 8 0 R 9 0 R 10 0 R 13 0 R 14 0 R 16 0 R]/DR<</Font<</Helv 5 0 R>>>>/DA(/Helv 0 Tf 0 g)>>',
  5: '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>',
  6: `<<${WIDGET}/FT/Tx/T(text)/Rect[10 260 150 280]/TU(A tip)>>`,
  7: `<<${BUTTON('Yes')}/FT/Btn/T(box)/Rect[10 220 30 240]>>`,
  8: `<<${WIDGET}/FT/Ch/Ff 131072/T(combo)/Rect[10 180 150 200]/Opt[(one)[(2)(two)]]>>`,
  9: `<<${WIDGET}/FT/Ch/T(list)/Rect[10 100 150 170]/DA(/Helv 12 Tf 1 0 0 rg)/Opt[(one)[(2)(two)](three)]/MK<</BC[0]>>>>`,
  10: '<</FT/Btn/Ff 49152/T(radio)/Kids[11 0 R 12 0 R]>>',
  11: `<<${BUTTON('a')}/Parent 10 0 R/Rect[10 60 30 80]>>`,
  12: `<<${BUTTON('C#C3#B3')}/Parent 10 0 R/Rect[40 60 60 80]>>`,
  13: `<<${WIDGET}/FT/Tx/Ff 4096/T(lines)/Rect[160 200 290 280]/DA(/Helv 10 Tf 0 g)/Q 1>>`,
  14: `<<${WIDGET}/FT/Tx/Ff 16777216/MaxLen 8/T(comb)/Rect[160 160 290 180]>>`,
  15: `<<${WIDGET}/Parent 17 0 R/T(name)/Rect[160 130 290 150]/MK<</R 90>>>>`,
  16: '<</T(group)/FT/Tx/Q 2/Kids[17 0 R]>>',
  17: '<</T(inner)/Parent 16 0 R/Kids[15 0 R]>>',
  20: formObject('0 0 20 20 re f'),
  21: formObject('0 0 20 20 re S'),
}

/** The form as a file, with other objects where some are given. */
export function formPdf(objects: Objects = {}, kind: 'table' | 'stream' = 'table'): Uint8Array {
  return new Sample()[kind]({ ...FORM, ...objects }).bytes()
}

/** A page without a form, encrypted with AES-128; passwords `user` and `owner`. */
export function encryptedPdf(plan: Partial<EncryptionPlan> = {}): Uint8Array {
  const key = makeEncryption({ version: 4, revision: 4, user: 'user', owner: 'owner', ...plan })
  const encrypt = (bytes: Uint8Array, number: number): Uint8Array => encryptAs('AESV2', key.key, number, 0, bytes)
  return buildPdf({ ...key, string: encrypt, stream: encrypt })
}

/** The code and the reason with which something fails; `done` where it does not. Anything but a `KysoError` is passed on. */
export async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    if (!isKysoError(error)) throw error
    return [error.code, error.data.why].filter((one) => one !== undefined).join(' ')
  }
}

/** An object of a document, as a dictionary. */
export function dictOf(document: PdfDocument, object: number): PdfDict {
  const dict = document.get(object)
  if (!(dict instanceof PdfDict)) throw new Error(`object ${object} is no dictionary`)
  return dict
}

/** `/V` as text, or as a name with its slash. */
export function valueText(document: PdfDocument, object: number): string | undefined {
  const value = document.resolve(dictOf(document, object).get('V'))
  return textOf(value) ?? (nameOf(value) === undefined ? undefined : `/${nameOf(value)}`)
}

/** The normal appearance of a widget. */
export function appearanceOf(document: PdfDocument, object: number): PdfStream {
  const appearance = document.resolve(dictOf(document, object).get('AP'))
  const form = appearance instanceof PdfDict ? document.resolve(appearance.get('N')) : null
  if (!(form instanceof PdfStream)) throw new Error(`object ${object} has no appearance`)
  return form
}

/** The content of a widget's appearance. */
export function contentOf(document: PdfDocument, object: number): string {
  return fromLatin1(document.streamData(appearanceOf(document, object)))
}

/** What a content stream shows in strings, a line a string. */
export function shownText(content: string): string[] {
  return Array.from(content.matchAll(/<([0-9a-f]*)> Tj/g), ([, hex = '']) =>
    fromLatin1(Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))),
  )
}

/** Numbers of the objects that the last update has, and which keys of those that were there differ. */
export async function changesOf(before: Uint8Array, after: Uint8Array): Promise<{ added: number[]; changed: Record<number, string[]> }> {
  const [old, now] = [await openPdf(before), await openPdf(after)]
  const added: number[] = []
  const changed: Record<number, string[]> = {}
  for (const [number] of now.revisions.at(-1)?.entries ?? []) {
    const [a, b] = [old.get(number), now.get(number)]
    if (a === null) added.push(number)
    else if (a instanceof PdfDict && b instanceof PdfDict)
      changed[number] = [...new Set([...a.entries.keys(), ...b.entries.keys()])].filter((key) => textual(a.get(key)) !== textual(b.get(key)))
    else changed[number] = ['object']
  }
  return { added, changed }
}

function textual(object: unknown): string {
  if (object instanceof PdfRef) return object.toString()
  if (object instanceof PdfArray) return `[${object.items.map(textual).join(' ')}]`
  if (object instanceof PdfDict) return `<<${[...object.entries].map(([key, value]) => `/${key} ${textual(value)}`).join(' ')}>>`
  return JSON.stringify(object, (key, value) => (key === 'start' || key === 'end' ? undefined : value)) ?? 'absent'
}
