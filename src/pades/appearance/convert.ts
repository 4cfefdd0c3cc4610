/** Objects of pdf-lib as objects of kyso, numbered in the order in which they are reached. */
import { zlibSync } from 'fflate'
import {
  PDFArray,
  PDFBool,
  type PDFContext,
  PDFDict,
  PDFHexString,
  PDFContentStream as PdfLibContent,
  PDFName as PdfLibName,
  PDFNumber as PdfLibNumber,
  type PDFObject as PdfLibObject,
  PDFRef as PdfLibRef,
  PDFStream as PdfLibStream,
  PDFString as PdfLibString,
} from 'pdf-lib'
import { KysoError } from '../../core/errors.ts'
import { PdfArray, PdfDict, PdfName, PdfNumber, type PdfObject, PdfRef, type PdfStream, PdfString, pdfStream, withEntries } from '../../pdf/index.ts'

/** Far deeper than what anything drawn is nested. */
const MAX_DEPTH = 64

/** Takes objects out of a pdf-lib document that is in memory. */
export class Converter {
  readonly #context: PDFContext
  readonly #numbers = new Map<PdfLibRef, number>()
  #next: number

  /** @param first number of the first object that is reached */
  constructor(context: PDFContext, first: number) {
    this.#context = context
    this.#next = first
  }

  /** A direct object; what it refers to gets a number. */
  convert(object: PdfLibObject | undefined, depth = 0): PdfObject {
    if (depth > MAX_DEPTH) throw new KysoError('ERR_ARGUMENT', 'an appearance whose objects are nested too deep', { argument: 'appearance' })
    if (object instanceof PdfLibRef) return new PdfRef(this.#numberOf(object))
    if (object instanceof PdfLibName) return new PdfName(object.decodeText())
    if (object instanceof PdfLibNumber) return new PdfNumber(object.asNumber())
    if (object instanceof PDFBool) return object.asBoolean()
    if (object instanceof PDFHexString) return new PdfString(object.asBytes(), true)
    if (object instanceof PdfLibString) return new PdfString(object.asBytes())
    if (object instanceof PDFArray) return new PdfArray(object.asArray().map((item) => this.convert(item, depth + 1)))
    if (object instanceof PDFDict) return this.#dict(object, depth)
    return null
  }

  /** What was reached, by number; follows what that reaches in its turn. */
  reached(): Map<number, PdfObject> {
    const objects = new Map<number, PdfObject>()
    // A Map hands on what is added while it is walked.
    for (const [ref, number] of this.#numbers) {
      const object = this.#context.lookup(ref)
      objects.set(number, object instanceof PdfLibStream ? this.#stream(object) : this.convert(object))
    }
    return objects
  }

  #numberOf(ref: PdfLibRef): number {
    const number = this.#numbers.get(ref) ?? this.#next++
    this.#numbers.set(ref, number)
    return number
  }

  #dict(dict: PDFDict, depth: number): PdfDict {
    return new PdfDict(new Map(dict.entries().map(([key, value]) => [key.decodeText(), this.convert(value, depth + 1)] as const)))
  }

  #stream(stream: PdfLibStream): PdfStream {
    const dict = withEntries(this.#dict(stream.dict, 0), { Length: undefined })
    if (!(stream instanceof PdfLibContent)) return pdfStream(dict, stream.getContents())
    return pdfStream(withEntries(dict, { Filter: new PdfName('FlateDecode') }), zlibSync(stream.getUnencodedContents()))
  }
}
