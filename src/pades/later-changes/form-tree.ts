/** Where objects stand in the tree of form fields (ISO 32000-2 §12.7.4), as it was before an update. */
import { integerOf, nameOf, PdfDict, type PdfDocument, type PdfObject, PdfRef } from '../../pdf/index.ts'
import { acroFormOf, itemsOf, textOf } from '../fields.ts'

/** A field, or a widget of one. */
export interface FormPlace {
  /** Fully qualified name. */
  readonly name: string
  /** `/FT`, inherited or its own. */
  readonly type: string | null
  /** `/Ff`, inherited or its own. */
  readonly flags: number
  /** Number of the field: its own, or for a widget without name that of the field it belongs to. */
  readonly field: number
}

/** The tree of fields of a state of a document. Looks at what is asked for, and at what is above it. */
export class FormTree {
  readonly #document: PdfDocument
  /** Numbers in the `/Kids` of a field, by its number; those in the form's `/Fields` under 0. */
  readonly #below = new Map<number, ReadonlySet<number>>()

  constructor(document: PdfDocument) {
    this.#document = document
  }

  /** The place of an object; `null` when the form does not reach it by the `/Kids` of all fields above it. */
  placeOf(number: number, object: PdfDict): FormPlace | null {
    const document = this.#document
    let type: PdfObject = null
    let flags: number | undefined
    let field: number | undefined
    const parts: string[] = []
    let [child, dict] = [number, object]
    for (let depth = 0; ; depth++) {
      document.budget.checkDepth('pdfDepth', depth)
      if (dict.duplicates.length > 0) return null
      type ??= document.resolve(dict.get('FT'))
      flags ??= integerOf(document.resolve(dict.get('Ff')))
      const part = textOf(document.resolve(dict.get('T')))
      // Above the first name all have one (§12.7.4.2).
      if (part !== undefined) parts.unshift(part)
      else if (depth > 0) return null
      if (part !== undefined) field ??= child
      const parent = dict.get('Parent')
      if (!this.#childrenOf(parent).has(child)) return null
      if (parent === undefined) return field === undefined ? null : { name: parts.join('.'), type: nameOf(type) ?? null, flags: flags ?? 0, field }
      const above = document.resolve(parent)
      if (!(parent instanceof PdfRef) || !(above instanceof PdfDict)) return null
      child = parent.number
      dict = above
    }
  }

  #childrenOf(parent: PdfObject | undefined): ReadonlySet<number> {
    const number = parent instanceof PdfRef ? parent.number : 0
    let numbers = this.#below.get(number)
    if (!numbers) {
      const dict = parent === undefined ? acroFormOf(this.#document) : this.#document.resolve(parent)
      const items = dict instanceof PdfDict ? itemsOf(this.#document, dict.get(parent === undefined ? 'Fields' : 'Kids')) : []
      numbers = new Set(items.flatMap((item) => (item instanceof PdfRef ? [item.number] : [])))
      this.#below.set(number, numbers)
    }
    return numbers
  }
}
