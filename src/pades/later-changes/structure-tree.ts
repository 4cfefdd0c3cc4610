/** Which objects are the structure of a tagged document (ISO 32000-2 §14.7): its elements and the trees that lead to them. */
import { nameOf, PdfArray, PdfDict, type PdfDocument, type PdfObject, PdfRef } from '../../pdf/index.ts'

/** What an object is in the structure. */
type Part = 'element' | 'node'

/** Keys of the structure tree root and of the nodes of number and name trees that lead on (tables 354, 36 and 37). */
const NODE_KEYS: readonly string[] = ['Kids', 'Nums', 'Names']

/**
 * Numbers of the objects that the catalog's `/StructTreeRoot` reaches as parts of the structure. What says that it is of another type is
 * none, and what hangs on it is not looked at.
 */
export function structureOf(document: PdfDocument): ReadonlySet<number> {
  const members = new Set<number>()
  const stack: [PdfObject, Part][] = []
  const entry = document.catalog.get('StructTreeRoot')
  const root = document.resolve(entry)
  if (!(root instanceof PdfDict)) return members
  if (entry instanceof PdfRef) members.add(entry.number)
  stack.push([root.get('K') ?? null, 'element'], [root.get('ParentTree') ?? null, 'node'], [root.get('IDTree') ?? null, 'node'])
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const [value, part] = top
    if (value instanceof PdfRef) {
      if (members.has(value.number)) continue
      const object = document.get(value)
      if (!(object instanceof PdfArray) && !isPart(object, part)) continue
      document.budget.spend('pdfObjects')
      members.add(value.number)
      stack.push([object, part])
    } else if (value instanceof PdfArray) for (const item of value.items) stack.push([item, part])
    else if (value instanceof PdfDict && isPart(value, part)) {
      if (part === 'element') stack.push([value.get('K') ?? null, part])
      // What the numbers and names of a leaf lead to are elements, and arrays of them.
      else for (const key of NODE_KEYS) if (value.has(key)) stack.push([value.get(key) ?? null, key === 'Kids' ? 'node' : 'element'])
    }
  }
  return members
}

/** Whether an object can be what it is used as. Content and whole objects that an element holds are no parts of the structure (§14.7.5). */
function isPart(object: PdfObject, part: Part): boolean {
  if (!(object instanceof PdfDict)) return false
  const type = nameOf(object.get('Type'))
  return part === 'element' ? (type === undefined && !object.has('FT')) || type === 'StructElem' : type === undefined && !object.has('T')
}
