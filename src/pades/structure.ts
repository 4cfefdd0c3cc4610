/** The place of a widget in the structure of a tagged PDF (ISO 32000-2 §14.7, §14.8.4.8.3). */
import { integerOf, PdfArray, PdfDict, type PdfDocument, PdfName, PdfNumber, type PdfObject, PdfRef, pdfDict, withEntries } from '../pdf/index.ts'
import type { PdfUpdate } from '../pdf/writer.ts'

/** Whether a document says that it is tagged (table 353), and has a structure tree that can be written to. */
function structureRoot(document: PdfDocument, update: PdfUpdate): PdfRef | undefined {
  const marks = document.resolve(document.catalog.get('MarkInfo'))
  if (!(marks instanceof PdfDict) || document.resolve(marks.get('Marked')) !== true) return undefined
  const root = document.catalog.get('StructTreeRoot')
  return root instanceof PdfRef && update.resolve(root) instanceof PdfDict ? root : undefined
}

/** A node of the parent tree (§7.9.7); the root may lie directly in the structure tree's. */
interface TreeNode {
  readonly ref: PdfRef | undefined
  readonly dict: PdfDict
}

/** From the root of the parent tree to its last leaf; `undefined` where it is not built as such a tree. */
function lastPath(document: PdfDocument, update: PdfUpdate, tree: PdfObject | undefined): TreeNode[] | undefined {
  const path: TreeNode[] = []
  const seen = new Set<number>()
  for (let object = tree; ; ) {
    const ref = object instanceof PdfRef ? object : undefined
    const dict = update.resolve(object)
    if (!(dict instanceof PdfDict) || (path.length > 0 && !ref) || (ref && seen.has(ref.number))) return undefined
    document.budget.checkDepth('pdfDepth', path.length + 1)
    if (ref) seen.add(ref.number)
    path.push({ ref, dict })
    const kids = update.resolve(dict.get('Kids'))
    if (!(kids instanceof PdfArray) || kids.items.length === 0) return path
    object = kids.items[kids.items.length - 1]
  }
}

/** The numbers of a leaf, by which it is sorted. */
function keysOf(document: PdfDocument, update: PdfUpdate, leaf: PdfDict): number[] {
  const numbers = update.resolve(leaf.get('Nums'))
  if (!(numbers instanceof PdfArray)) return []
  document.budget.spend('pdfObjects', numbers.items.length)
  return numbers.items.flatMap((item, i) => (i % 2 === 0 ? (integerOf(update.resolve(item)) ?? []) : []))
}

function limitsOf(update: PdfUpdate, node: PdfDict): [number, number] | undefined {
  const limits = update.resolve(node.get('Limits'))
  const [low, high] = limits instanceof PdfArray ? limits.items.map((item) => integerOf(update.resolve(item))) : []
  return low === undefined || high === undefined ? undefined : [low, high]
}

/** Puts an item behind those of an array that is the value of a key: in the array's own object where it has one. */
function append(update: PdfUpdate, holder: PdfDict, key: string, items: readonly PdfObject[]): Record<string, PdfObject> {
  const entry = holder.get(key)
  const value = update.resolve(entry)
  if (value instanceof PdfArray) {
    const grown = new PdfArray([...value.items, ...items])
    if (!(entry instanceof PdfRef)) return { [key]: grown }
    update.set(entry, grown)
    return {}
  }
  // /K may be one kid (table 354, 355): it becomes the first of several.
  return { [key]: new PdfArray([...(entry === undefined || value === null ? [] : [entry]), ...items]) }
}

/** What was seen to be a dictionary, as the update has it by now. */
function dictAt(update: PdfUpdate, ref: PdfRef): PdfDict {
  return update.resolve(ref) as PdfDict
}

function change(update: PdfUpdate, ref: PdfRef, entries: Readonly<Record<string, PdfObject>>): void {
  if (Object.keys(entries).length > 0) update.set(ref, withEntries(dictAt(update, ref), entries))
}

/** Where the elements of a document lie: its only top element, else the root of the tree. */
function parentOf(update: PdfUpdate, root: PdfRef): PdfRef {
  const kids = update.resolve(dictAt(update, root).get('K'))
  const entry = kids instanceof PdfArray ? kids.items : [dictAt(update, root).get('K')]
  const only = entry.length === 1 ? entry[0] : undefined
  return only instanceof PdfRef && update.resolve(only) instanceof PdfDict ? only : root
}

/** The least number that the parent tree does not have; the tree is sorted, and one that is not has its say by its limits. */
function nextKey(document: PdfDocument, update: PdfUpdate, root: PdfDict, path: readonly TreeNode[]): number {
  const leaf = path[path.length - 1]
  const known = [...(leaf ? keysOf(document, update, leaf.dict) : []), ...path.flatMap(({ dict }) => limitsOf(update, dict) ?? [])]
  const stated = integerOf(update.resolve(root.get('ParentTreeNextKey'))) ?? 0
  return known.reduce((next, key) => Math.max(next, key + 1), Math.max(0, stated))
}

/** Adds an entry behind the last one of the parent tree, with the limits above it right. */
function addParent(document: PdfDocument, update: PdfUpdate, root: PdfRef, path: readonly TreeNode[], key: number, element: PdfRef): void {
  const entries: Record<string, PdfObject> = { ParentTreeNextKey: new PdfNumber(key + 1) }
  const pair = [new PdfNumber(key), element]
  const leaf = path[path.length - 1]
  if (!leaf) entries.ParentTree = update.add(pdfDict({ Nums: new PdfArray(pair) }))
  const lowest = leaf ? keysOf(document, update, leaf.dict)[0] : undefined
  path.forEach(({ ref, dict }, i) => {
    const low = limitsOf(update, dict)?.[0] ?? lowest ?? key
    const changes = {
      ...(i === path.length - 1 ? append(update, dict, 'Nums', pair) : {}),
      // §7.9.7: every node but the root has limits.
      ...(i > 0 ? { Limits: new PdfArray([new PdfNumber(low), new PdfNumber(key)]) } : {}),
    }
    if (ref) change(update, ref, changes)
    else if (Object.keys(changes).length > 0) entries.ParentTree = withEntries(dict, changes)
  })
  change(update, root, entries)
}

/**
 * Gives a new widget its element in the structure tree: a `Form` element with an object reference (§14.7.5.3), behind all others,
 * an entry in the parent tree, and an order of tabs for its page.
 *
 * Nothing is done where the document is not tagged, or its tree cannot be read: a program that made it wrong will not have it
 * read aloud right. And nothing is done where the document is signed. The standard does not speak of structure that comes
 * after a signature; of the verifiers in use, some explain no change of the tree whatever (and table 257 names none at P=1 and P=2),
 * so that an earlier signature, which holds, would be shown as one that does not. A widget that a screen reader does not reach
 * is the lesser harm, and none where the field was made before the first signature, as fields of a flow should be.
 *
 * @param signed whether the document has a signature or time-stamp
 * @returns `/StructParent` for the widget; `undefined` where it has no place in the structure
 */
export function tagWidget(document: PdfDocument, update: PdfUpdate, widget: PdfRef, page: PdfRef, signed: boolean): number | undefined {
  const root = signed ? undefined : structureRoot(document, update)
  if (!root) return undefined
  const tree = dictAt(update, root).get('ParentTree')
  const path = tree === undefined ? [] : lastPath(document, update, tree)
  if (!path) return undefined
  const key = nextKey(document, update, dictAt(update, root), path)
  if (!Number.isSafeInteger(key + 1)) return undefined
  const parent = parentOf(update, root)
  const above = dictAt(update, parent)
  // Table 355, PDF 2.0: without a namespace it would be of the default one, and stand alone among its siblings.
  const namespace = parent.number === root.number ? undefined : above.get('NS')
  const element = update.add(
    pdfDict({
      Type: new PdfName('StructElem'),
      S: new PdfName('Form'),
      P: parent,
      Pg: page,
      K: pdfDict({ Type: new PdfName('OBJR'), Pg: page, Obj: widget }),
      ...(namespace === undefined ? {} : { NS: namespace }),
    }),
  )
  change(update, parent, append(update, above, 'K', [element]))
  addParent(document, update, root, path, key, element)
  const dict = update.resolve(page)
  // ISO 14289-1 §7.18.3: the order of tabs is that of the structure.
  if (dict instanceof PdfDict && !dict.has('Tabs')) change(update, page, { Tabs: new PdfName('S') })
  return key
}
