/**
 * What PDF/A (ISO 19005) asks of a drawn appearance, whatever the document around it declares. Colours stand in spaces of
 * their own (`/DefaultRGB`, `/DefaultGray`: ISO 32000-2 §8.6.5.6), so that they conform with any output intent, and with none.
 */
import { zlibSync } from 'fflate'
import { nameOf, PdfArray, PdfDict, PdfName, PdfNumber, type PdfObject, PdfRef, PdfStream, pdfDict, pdfStream } from '../../pdf/index.ts'
import { pdfaError } from './faults.ts'
import { srgbProfile } from './icc.ts'

/** Colour spaces of a form in a PDF/A. */
export interface CalibratedSpaces {
  /** `/ColorSpace` of its resources. */
  readonly entries: PdfDict
  /** The space of red, green and blue. */
  readonly rgb: PdfArray
  /** Profiles by number. */
  readonly objects: readonly (readonly [number: number, profile: PdfObject])[]
}

/** @param first number of the first of two objects */
export function calibratedSpaces(first: number): CalibratedSpaces {
  const based = (number: number): PdfArray => new PdfArray([new PdfName('ICCBased'), new PdfRef(number)])
  const profile = (components: 1 | 3): PdfObject =>
    pdfStream({ N: new PdfNumber(components), Filter: new PdfName('FlateDecode') }, zlibSync(srgbProfile(components)))
  const [rgb, gray] = [based(first), based(first + 1)]
  return {
    entries: pdfDict({ DefaultRGB: rgb, DefaultGray: gray }),
    rgb,
    objects: [
      [first, profile(3)],
      [first + 1, profile(1)],
    ],
  }
}

/**
 * `/Group` of a form that is transparent (ISO 32000-2 §11.6.6).
 *
 * @param space in which colours are blended
 */
export function transparencyGroup(space: PdfArray | undefined): PdfDict {
  return pdfDict({ Type: new PdfName('Group'), S: new PdfName('Transparency'), CS: space ?? new PdfName('DeviceRGB') })
}

/** All dictionaries in objects, those of streams among them. */
function* dictionariesOf(objects: Iterable<PdfObject>): Generator<PdfDict> {
  const stack = [...objects]
  for (let object = stack.pop(); object !== undefined; object = stack.pop()) {
    if (object instanceof PdfArray) stack.push(...object.items)
    else if (object instanceof PdfStream) stack.push(object.dict)
    else if (object instanceof PdfDict) {
      yield object
      stack.push(...object.entries.values())
    }
  }
}

/** Whether anything is painted through a soft mask, with an opacity or a blend mode (ISO 32000-2 §11.6). */
export function isTransparent(objects: Iterable<PdfObject>): boolean {
  for (const dict of dictionariesOf(objects)) {
    for (const key of ['CA', 'ca']) {
      const opacity = dict.get(key)
      if (opacity instanceof PdfNumber && opacity.value !== 1) return true
    }
    const blend = nameOf(dict.get('BM'))
    if (dict.has('BM') && blend !== 'Normal' && blend !== 'Compatible') return true
    if (dict.has('SMask') && nameOf(dict.get('SMask')) !== 'None') return true
  }
  return false
}

/** `k` and `K` set ink (table 73); pdf-lib writes an operator a line. */
const INK = /(?:^|\s)[kK]\s*$/m

/**
 * Refuses what would take a document its conformance.
 *
 * @param objects all that the appearance needs
 * @param content its content stream, one character a byte
 * @throws KysoError `ERR_APPEARANCE_PDFA`
 */
export function checkConformance(objects: readonly PdfObject[], content: string): void {
  for (const dict of dictionariesOf(objects)) {
    const [type, subtype] = [nameOf(dict.get('Type')), nameOf(dict.get('Subtype'))]
    if (type === 'Font' && subtype !== 'Type0' && !subtype?.startsWith('CIDFont')) throw pdfaError('font', 'a font that is not embedded')
    if (subtype === 'Form' || subtype === 'PS') throw pdfaError('form', 'a page of another file')
    if (nameOf(dict.get('ColorSpace')) === 'DeviceCMYK') throw pdfaError('cmyk', 'an image of ink colours')
  }
  if (INK.test(content)) throw pdfaError('cmyk', 'ink colours')
}
