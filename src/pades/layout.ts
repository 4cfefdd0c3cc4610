/** The increment of a signature: everything but the bytes of `/Contents` and the numbers of `/ByteRange`, which are patched in. */
import { latin1 } from '../core/bytes.ts'
import type { ByteRange } from '../core/source.ts'
import type { PdfDocument } from '../pdf/index.ts'
import { PdfName, type PdfObject, PdfPlaceholder, PdfString, pdfDict } from '../pdf/index.ts'
import { PdfUpdate } from '../pdf/writer.ts'
import { pdfDate } from './date.ts'
import { signatureFields } from './fields.ts'
import type { SignatureDescription } from './options.ts'
import { checkSigningAllowed } from './permissions.ts'
import { addField, chooseField, fillField, pdfText } from './signature-field.ts'

/** An increment with an empty signature in it. */
export interface Layout {
  /** What is appended to the document. */
  readonly increment: Uint8Array
  /** Place of the `/Contents` token in the increment, angle brackets included. */
  readonly contents: ByteRange
  /** What the signature covers, in the updated file. */
  readonly ranges: readonly [ByteRange, ByteRange]
  readonly field: string
}

/** Digits of an offset in `/ByteRange`: ten reach 9.3 GB; a larger document gets what it needs. */
function offsetDigits(documentSize: number): number {
  return Math.max(10, String(documentSize * 2).length)
}

/**
 * Lays a signature out.
 *
 * @param contentsSize bytes the signature may take; `/Contents` is twice as long in hexadecimal
 * @throws KysoError `ERR_PDF_PERMISSION`, `ERR_PDF_CERTIFIED`, `ERR_PDF_FIELD`, `ERR_PDF_SIGNATURE_BROKEN`, `ERR_PDF_STRUCTURE`
 */
export function layOutSignature(
  document: PdfDocument,
  description: SignatureDescription & { readonly signingTime: Date },
  subFilter: string,
  contentsSize: number,
): Layout {
  const fields = signatureFields(document, document.budget)
  const choice = chooseField(document, fields, description.field)
  checkSigningAllowed(document, fields, 'existing' in choice ? choice.existing.name : null)

  const update = new PdfUpdate(document)
  const signature = update.allocate()
  let reference: PdfObject | undefined
  if ('existing' in choice) reference = fillField(document, update, choice.existing, signature)
  else addField(document, update, choice.name, signature)

  const digits = offsetDigits(document.source.size)
  const range = new PdfPlaceholder('ByteRange', latin1(`[0 ${'0'.repeat(digits)} ${'0'.repeat(digits)} ${'0'.repeat(digits)}]`))
  const hex = new Uint8Array(2 * contentsSize + 2).fill(0x30)
  hex[0] = 0x3c
  hex[hex.length - 1] = 0x3e
  const text = (key: string, value: string | undefined): Record<string, PdfString> => (value === undefined ? {} : { [key]: pdfText(value) })
  update.set(
    signature,
    pdfDict({
      Type: new PdfName('Sig'),
      Filter: new PdfName('Adobe.PPKLite'),
      SubFilter: new PdfName(subFilter),
      ByteRange: range,
      Contents: new PdfPlaceholder('Contents', hex),
      M: new PdfString(latin1(pdfDate(description.signingTime))),
      ...text('Reason', description.reason),
      ...text('Location', description.location),
      ...text('ContactInfo', description.contactInfo),
      ...text('Name', description.name),
      ...(reference === undefined ? {} : { Reference: reference }),
    }),
  )

  const { bytes: increment, placeholders } = update.build()
  const contents = placeholders.get('Contents') as ByteRange
  const byteRange = placeholders.get('ByteRange') as ByteRange
  const size = document.source.size
  const second = contents.offset + contents.length
  const ranges = [
    { offset: 0, length: contents.offset },
    { offset: second, length: size + increment.length - second },
  ] as const
  const numbers = latin1(`[0 ${ranges[0].length} ${ranges[1].offset} ${ranges[1].length}`.padEnd(byteRange.length - 1, ' '))
  increment.set(numbers, byteRange.offset - size)
  return {
    increment,
    contents: { offset: contents.offset - size, length: contents.length },
    ranges,
    field: 'existing' in choice ? choice.existing.name : choice.name,
  }
}

const DIGITS = latin1('0123456789abcdef')

/** Writes a signature's bytes into its place, in hexadecimal; what is left over stays zero. */
export function fillContents(increment: Uint8Array, contents: ByteRange, cms: Uint8Array): void {
  let at = contents.offset + 1
  for (let i = 0; i < cms.length; i++) {
    const byte = cms[i] as number
    increment[at++] = DIGITS[byte >> 4] as number
    increment[at++] = DIGITS[byte & 15] as number
  }
}

/** How many bytes of CMS a place has room for. */
export function roomFor(contents: ByteRange): number {
  return (contents.length - 2) / 2
}
