/** Signature fields (ISO 32000-2 §12.7.5.5): those that the interactive form reaches, and no others. */
import type { Budget } from '../core/budget.ts'
import { fromLatin1 } from '../core/bytes.ts'
import { isAboutDocument, KysoError } from '../core/errors.ts'
import { nameOf, PdfArray, PdfDict, type PdfDocument, type PdfObject, PdfRef, PdfString } from '../pdf/index.ts'

/** A terminal signature field. */
export interface SignatureField {
  /** Fully qualified name (§12.7.4.2). */
  readonly name: string
  readonly ref: PdfRef | undefined
  readonly dict: PdfDict
  /** `/V`: the signature dictionary, where the field is signed. */
  readonly value: PdfDict | undefined
  readonly valueRef: PdfRef | undefined
  /** Keys that stand twice on the way from the catalog to this field, so that readers may see another signature, or none. */
  readonly doubled: readonly string[]
}

/** Keys that lead to a field, or say what it is. */
const FIELD_KEYS: ReadonlySet<string> = new Set(['FT', 'T', 'Kids', 'V'])

/** A text string (§7.9.2.2): UTF-16 with its mark, UTF-8 with its mark, else PDFDocEncoding, whose Latin part is all that is read. */
export function textOf(object: PdfObject | undefined): string | undefined {
  if (!(object instanceof PdfString)) return undefined
  const { bytes } = object
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes.subarray(2))
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes.subarray(2))
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return new TextDecoder().decode(bytes.subarray(3))
  return fromLatin1(bytes)
}

/** Longest qualified name that is read. One partial name in a circle of fields grows without bounds, and every report repeats it. */
const MAX_NAME = 1 << 15

/** The interactive form, or `undefined`. */
export function acroFormOf(document: PdfDocument): PdfDict | undefined {
  const form = document.resolve(document.catalog.get('AcroForm'))
  return form instanceof PdfDict ? form : undefined
}

/** Names of the fields at the top of the form, of whatever type, in NFC: those that a new field cannot have. */
export function topLevelNames(document: PdfDocument): Set<string> {
  const fields = document.resolve(acroFormOf(document)?.get('Fields'))
  const names = new Set<string>()
  for (const item of fields instanceof PdfArray ? fields.items : []) {
    const dict = document.resolve(item)
    const name = dict instanceof PdfDict ? textOf(document.resolve(dict.get('T'))) : undefined
    if (name !== undefined) names.add(name.normalize('NFC'))
  }
  return names
}

/** The items of an array; none where there is no array. */
export function itemsOf(document: PdfDocument, object: PdfObject | undefined): readonly PdfObject[] {
  const array = document.resolve(object)
  return array instanceof PdfArray ? array.items : []
}

/**
 * The signature fields in the order of the form. A field stands in the tree once: later visits are cut, so that circles
 * end and a shared node is one field.
 *
 * @throws KysoError `ERR_PDF_*` where an object of the form cannot be read, `ERR_BUDGET_EXCEEDED`
 */
export function signatureFields(document: PdfDocument, budget: Budget): SignatureField[] {
  const form = acroFormOf(document)
  const roots = document.resolve(form?.get('Fields'))
  if (!(roots instanceof PdfArray)) return []
  const atTop = [...document.catalog.duplicates.filter((key) => key === 'AcroForm'), ...(form?.duplicates ?? []).filter((key) => key === 'Fields')]
  const fields: SignatureField[] = []
  const seen = new Set<string>()
  const stack: { object: PdfObject; name: string; type: string | undefined; depth: number; doubled: readonly string[] }[] = [...roots.items]
    .reverse()
    .map((object) => ({ object, name: '', type: undefined, depth: 1, doubled: atTop }))
  for (let node = stack.pop(); node; node = stack.pop()) {
    budget.spend('pdfObjects')
    budget.checkDepth('pdfDepth', node.depth)
    const ref = node.object instanceof PdfRef ? node.object : undefined
    if (ref) {
      if (seen.has(ref.toString())) continue
      seen.add(ref.toString())
    }
    const dict = document.resolve(node.object)
    if (!(dict instanceof PdfDict)) continue
    const partial = textOf(document.resolve(dict.get('T')))
    const name = partial === undefined ? node.name : node.name === '' ? partial : `${node.name}.${partial}`
    if (name.length > MAX_NAME)
      throw new KysoError('ERR_PDF_STRUCTURE', `a form field with a name of ${name.length} characters`, {
        detail: 'a field name that is too long',
        ...(ref ? { object: ref.number } : {}),
      })
    const type = nameOf(document.resolve(dict.get('FT'))) ?? node.type
    const own = dict.duplicates.filter((key) => FIELD_KEYS.has(key))
    const doubled = own.length > 0 ? [...node.doubled, ...own] : node.doubled
    const kids = document.resolve(dict.get('Kids'))
    // Many fields may share one array.
    if (kids instanceof PdfArray) budget.spend('pdfObjects', kids.items.length)
    // Kids with names are fields; kids without are this field's widgets (§12.7.4.1).
    const children = kids instanceof PdfArray ? kids.items.filter((kid) => isField(document.resolve(kid))) : []
    if (children.length > 0) {
      for (const kid of [...children].reverse()) stack.push({ object: kid, name, type, depth: node.depth + 1, doubled })
    } else if (type === 'Sig') fields.push({ name, ref, dict, doubled, ...signatureOf(document, dict) })
  }
  return fields
}

function isField(object: PdfObject): boolean {
  return object instanceof PdfDict && object.has('T')
}

/** A signature that cannot be read is a signature still, and a broken one: an empty dictionary stands for it. */
function signatureOf(document: PdfDocument, field: PdfDict): Pick<SignatureField, 'value' | 'valueRef'> {
  const direct = field.get('V')
  const valueRef = direct instanceof PdfRef ? direct : undefined
  try {
    const value = document.resolve(direct)
    return { value: value instanceof PdfDict ? value : undefined, valueRef }
  } catch (error) {
    if (!isAboutDocument(error)) throw error
    return { value: new PdfDict(), valueRef }
  }
}
