/** What the tests of shown, certified and locked signatures share: an appearance made by hand, and ways to look into what was signed. */
import { Budget } from '../../src/core/budget.ts'
import { latin1 } from '../../src/core/bytes.ts'
import { defaultCrypto } from '../../src/core/crypto/default.ts'
import type { Appearance, AppearanceBox, DrawnAppearance } from '../../src/pades/appearance-form.ts'
import { signatureFields } from '../../src/pades/fields.ts'
import { openEncryption } from '../../src/pdf/encryption/index.ts'
import {
  ByteSink,
  openPdf,
  PdfArray,
  PdfDict,
  type PdfDocument,
  PdfName,
  PdfNumber,
  type PdfObject,
  PdfRef,
  pdfDict,
  pdfStream,
  serialize,
} from '../../src/pdf/index.ts'
import { buildPdf } from '../pdf/encryption/build-pdf.ts'
import { direct } from '../pdf/encryption/helpers.ts'
import { type EncryptionPlan, makeEncryption } from '../pdf/encryption/make-encryption.ts'
import { type Objects, objectStream, Sample } from '../pdf/sample.ts'

/** Numbers as an array of PDF. */
export function numbers(...values: readonly number[]): PdfArray {
  return new PdfArray(values.map((value) => new PdfNumber(value)))
}

/** A filled rectangle: a form, its resources in an object of their own, and an object that nothing needs. */
export function rectangleForm({ width, height }: AppearanceBox): DrawnAppearance {
  const form = pdfStream(
    { Subtype: new PdfName('Form'), BBox: numbers(0, 0, width, height), Resources: new PdfRef(7) },
    latin1(`/G gs 0.2 0.4 0.8 rg 0 0 ${width} ${height} re f`),
  )
  return {
    objects: new Map<number, PdfObject>([
      [3, form],
      [5, pdfDict({ Type: new PdfName('ExtGState'), Parent: new PdfRef(7) })],
      [7, pdfDict({ ExtGState: pdfDict({ G: new PdfRef(5) }) })],
      [9, pdfDict({ Unused: true })],
    ]),
    form: 3,
  }
}

/** Draws {@link rectangleForm} and remembers what it was asked for. */
export function rectangleAppearance(asked: AppearanceBox[] = []): Appearance {
  return {
    draw: async (box) => {
      asked.push(box)
      return rectangleForm(box)
    },
  }
}

/** A file whose objects lie in an object stream, but for streams. */
export function compressedPdf(objects: Objects): Uint8Array {
  const inside = Object.entries(objects).filter(([, body]) => !body.includes('endstream'))
  const outside = Object.entries(objects).filter(([, body]) => body.includes('endstream'))
  const compressed = Object.fromEntries(inside.map(([number], i) => [number, [80, i] as const]))
  return new Sample().stream({ ...Object.fromEntries(outside), 80: objectStream(Object.fromEntries(inside)) }, { compressed }).bytes()
}

/** A document of one page that is encrypted, with the passwords `user` and `owner`. */
export async function encryptedPdf(plan: EncryptionPlan): Promise<Uint8Array> {
  const made = makeEncryption({ ...plan, user: 'user', owner: 'owner' })
  const crypto = defaultCrypto()
  const encryption = await openEncryption(made.dict, direct, made.id0, 'user', { budget: new Budget(), crypto })
  const random = (length: number): Uint8Array => crypto.randomBytes(length)
  return buildPdf({
    ...made,
    string: (bytes, number) => encryption.encryptString(bytes, number, 0, random),
    stream: (bytes, number) => encryption.encryptStream(bytes, number, 0, random),
  })
}

/** The text of an object, as it would be written. */
export function written(object: PdfObject | undefined): string {
  const sink = new ByteSink()
  serialize(object ?? null, sink)
  return new TextDecoder('latin1').decode(sink.take()).replaceAll('\n', '')
}

/** What is looked at in a signed file. */
export interface Opened {
  readonly document: PdfDocument
  /** The dictionary of a field by its name. */
  field(name: string): PdfDict
  /** The signature in a field. */
  signature(name: string): PdfDict
  /** A dictionary by reference or itself. */
  dict(object: PdfObject | undefined): PdfDict
  /** Numbers of the objects that the newest revision writes. */
  readonly changed: readonly number[]
}

/** Opens a file to look into it. */
export async function opened(pdf: Uint8Array, password?: string): Promise<Opened> {
  const document = await openPdf(pdf, password === undefined ? {} : { password })
  const dict = (object: PdfObject | undefined): PdfDict => {
    const value = document.resolve(object)
    if (!(value instanceof PdfDict)) throw new Error(`no dictionary: ${written(value)}`)
    return value
  }
  const fields = (): ReturnType<typeof signatureFields> => signatureFields(document, document.budget)
  const found = (name: string): ReturnType<typeof fields>[number] => {
    const field = fields().find((one) => one.name === name)
    if (!field) throw new Error(`no field ${name}`)
    return field
  }
  return {
    document,
    dict,
    field: (name) => found(name).dict,
    signature: (name) => dict(found(name).value),
    changed: Array.from(document.revisions.at(-1)?.entries ?? [], ([number]) => number),
  }
}
