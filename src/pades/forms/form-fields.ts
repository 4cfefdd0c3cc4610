/** The terminal fields of a form with what they inherit and their widgets (ISO 32000-2 §12.7.4). */
import { KysoError } from '../../core/errors.ts'
import { integerOf, nameOf, PdfArray, PdfDict, type PdfDocument, type PdfObject, PdfRef } from '../../pdf/index.ts'
import { inherited } from '../../pdf/pages.ts'
import { acroFormOf, textOf } from '../fields.ts'

/** A widget annotation of a field. */
export interface FieldWidget {
  readonly ref: PdfRef | undefined
  readonly dict: PdfDict
}

/** A terminal field of any type. */
export interface FormField {
  /** Fully qualified name (§12.7.4.2), in NFC. */
  readonly name: string
  /** `Tx`, `Btn`, `Ch`, `Sig`, or what else stands there. */
  readonly type: string | undefined
  /** `/Ff`; 0 where there is none. */
  readonly flags: number
  readonly ref: PdfRef | undefined
  readonly dict: PdfDict
  /** Entries as inherited (table 226), or its own. */
  readonly attributes: ReadonlyMap<string, PdfObject>
  /** The field itself where it is its only widget. */
  readonly widgets: readonly FieldWidget[]
}

const INHERITABLE = ['FT', 'Ff', 'V', 'DA', 'Q', 'MaxLen', 'Opt']
/** As in reading signatures: a name in a circle of fields grows without bounds. */
const MAX_NAME = 1 << 15

interface Node {
  readonly object: PdfObject
  readonly name: string
  readonly attributes: ReadonlyMap<string, PdfObject>
  readonly depth: number
}

/**
 * The terminal fields in the order of the form. A node that the tree reaches twice counts once.
 *
 * @throws KysoError `ERR_PDF_*` where an object of the form cannot be read, `ERR_BUDGET_EXCEEDED`
 */
export function formFields(document: PdfDocument): FormField[] {
  const { budget } = document
  const roots = document.resolve(acroFormOf(document)?.get('Fields'))
  const fields: FormField[] = []
  const seen = new Set<string>()
  const stack: Node[] = []
  const push = (objects: readonly PdfObject[], above: Omit<Node, 'object'>): void => {
    for (const object of [...objects].reverse()) stack.push({ object, ...above })
  }
  push(roots instanceof PdfArray ? roots.items : [], { name: '', attributes: new Map(), depth: 1 })
  for (let node = stack.pop(); node; node = stack.pop()) {
    budget.spend('pdfObjects')
    budget.checkDepth('pdfDepth', node.depth)
    const ref = node.object instanceof PdfRef ? node.object : undefined
    if (ref && seen.has(ref.toString())) continue
    if (ref) seen.add(ref.toString())
    const dict = document.resolve(node.object)
    if (!(dict instanceof PdfDict)) continue
    const partial = textOf(document.resolve(dict.get('T')))?.normalize('NFC')
    const name = [node.name, partial].filter((part) => part !== undefined && part !== '').join('.')
    if (name.length > MAX_NAME)
      throw new KysoError('ERR_PDF_STRUCTURE', `a form field with a name of ${name.length} characters`, { detail: 'a field name that is too long' })
    const attributes = inherited(dict, node.attributes, INHERITABLE)
    const array = document.resolve(dict.get('Kids'))
    const kids = array instanceof PdfArray ? array.items : []
    // Many fields may share one array.
    budget.spend('pdfObjects', kids.length)
    const children = kids.filter((kid) => isField(document.resolve(kid)))
    if (children.length > 0) push(children, { name, attributes, depth: node.depth + 1 })
    else fields.push({ name, ref, dict, attributes, ...typeOf(document, attributes), widgets: widgetsOf(document, { ref, dict }, kids) })
  }
  return fields
}

/** Kids with names are fields; kids without are widgets (§12.7.4.1). */
function isField(object: PdfObject): boolean {
  return object instanceof PdfDict && object.has('T')
}

function typeOf(document: PdfDocument, attributes: ReadonlyMap<string, PdfObject>): { type: string | undefined; flags: number } {
  return { type: nameOf(document.resolve(attributes.get('FT'))), flags: integerOf(document.resolve(attributes.get('Ff'))) ?? 0 }
}

function widgetsOf(document: PdfDocument, field: FieldWidget, kids: readonly PdfObject[]): FieldWidget[] {
  if (kids.length === 0) return nameOf(document.resolve(field.dict.get('Subtype'))) === 'Widget' ? [field] : []
  return kids.flatMap((kid): FieldWidget[] => {
    const dict = document.resolve(kid)
    return dict instanceof PdfDict ? [{ ref: kid instanceof PdfRef ? kid : undefined, dict }] : []
  })
}
