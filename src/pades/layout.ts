/** The increment of a signature: everything but the bytes of `/Contents` and the numbers of `/ByteRange`, which are patched in. */
import { latin1 } from '../core/bytes.ts'
import type { ByteRange } from '../core/source.ts'
import type { PdfDocument, PdfRef } from '../pdf/index.ts'
import { PdfName, PdfPlaceholder, PdfString, pdfDict } from '../pdf/index.ts'
import { PdfUpdate } from '../pdf/writer.ts'
import type { DrawnAppearance } from './appearance-form.ts'
import { referencesOf, setCertification } from './certify.ts'
import { pdfDate } from './date.ts'
import { importAppearance } from './import-appearance.ts'
import type { SignatureDescription } from './options.ts'
import { type SignaturePlace, signaturePlace } from './place.ts'
import { ownLock } from './restrictions.ts'
import { pdfText } from './signature-field.ts'
import { addField, fillField } from './write-field.ts'

/** The handler that signatures name (table 255): any reader takes it, and looks at the form of signature. */
export const FILTER = 'Adobe.PPKLite'
/** What makes a signature dictionary a document time-stamp (§12.8.5). */
export const TIMESTAMP_SUB_FILTER = 'ETSI.RFC3161'

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

/** Writes the field, the widget and what they carry; returns the reference for the signature dictionary. */
function writeField(update: PdfUpdate, document: PdfDocument, description: SignatureDescription, place: SignaturePlace, drawn?: DrawnAppearance): PdfRef {
  // The signature has the least number of all that is new, so that it comes first, and its place does not depend on how it looks.
  const signature = update.allocate()
  const form = drawn && place.shown ? importAppearance(update, drawn, place.shown.rotate, document.budget) : undefined
  if (place.existing) fillField(document, update, place, signature, description.lock, form)
  else addField(document, update, place, signature, description, form)
  if (description.certify !== undefined) setCertification(update, document.catalogRef, signature)
  return signature
}

/**
 * Lays a signature out.
 *
 * @param description with the time that it claims; a time-stamp claims none
 * @param subFilter form of what goes into `/Contents`
 * @param contentsSize bytes the signature may take; `/Contents` is twice as long in hexadecimal
 * @param place where it goes; found anew when left out
 * @param drawn what its widget shows, drawn for `place.shown`
 * @throws KysoError `ERR_PDF_PERMISSION`, `ERR_PDF_CERTIFIED`, `ERR_PDF_CERTIFY_FIRST`, `ERR_PDF_FIELD`, `ERR_PDF_PLACEMENT`,
 *   `ERR_PDF_SIGNATURE_BROKEN`, `ERR_PDF_STRUCTURE`, `ERR_ARGUMENT`
 */
export function layOutSignature(
  document: PdfDocument,
  description: SignatureDescription,
  subFilter: string,
  contentsSize: number,
  place: SignaturePlace = signaturePlace(document, description),
  drawn?: DrawnAppearance,
): Layout {
  const update = new PdfUpdate(document)
  const signature = writeField(update, document, description, place, drawn)
  const own = place.existing ? ownLock(document, place.existing) : undefined
  const references = referencesOf(document, description, own)

  const digits = offsetDigits(document.source.size)
  const range = new PdfPlaceholder('ByteRange', latin1(`[0 ${'0'.repeat(digits)} ${'0'.repeat(digits)} ${'0'.repeat(digits)}]`))
  const hex = new Uint8Array(2 * contentsSize + 2).fill(0x30)
  hex[0] = 0x3c
  hex[hex.length - 1] = 0x3e
  const text = (key: string, value: string | undefined): Record<string, PdfString> => (value === undefined ? {} : { [key]: pdfText(value) })
  update.set(
    signature,
    pdfDict({
      Type: new PdfName(subFilter === TIMESTAMP_SUB_FILTER ? 'DocTimeStamp' : 'Sig'),
      Filter: new PdfName(FILTER),
      SubFilter: new PdfName(subFilter),
      ByteRange: range,
      Contents: new PdfPlaceholder('Contents', hex),
      // What a time-stamp says of its time is in its token alone.
      ...(description.signingTime ? { M: new PdfString(latin1(pdfDate(description.signingTime))) } : {}),
      ...text('Reason', description.reason),
      ...text('Location', description.location),
      ...text('ContactInfo', description.contactInfo),
      ...text('Name', description.name),
      ...(references ? { Reference: references } : {}),
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
    field: place.name,
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
