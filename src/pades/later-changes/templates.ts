/** Rule: a page may be made of a named page template (ISO 32000-2 §12.7.7, table 257: P of 2): the same page under the template's name. */
import { integerOf, nameOf, PdfArray, PdfDict, type PdfDocument, type PdfObject, PdfRef, PdfString } from '../../pdf/index.ts'
import { itemsOf, textOf } from '../fields.ts'
import { differingKeys, growth } from './compare.ts'
import type { Step } from './step.ts'

/** What tells a page from the template that it is made of. */
const OWN_KEYS = new Set(['Type', 'Parent', 'TemplateInstantiated'])

/** Explains new pages at the root of the page tree. */
export function explainTemplates(step: Step): void {
  const root = step.after.catalog.get('Pages')
  const change = root instanceof PdfRef ? step.changed.get(root.number) : undefined
  if (!(root instanceof PdfRef) || !change || step.explained.has(root.number)) return
  const { before, after } = change
  if (!(before instanceof PdfDict) || !(after instanceof PdfDict) || after.duplicates.length > 0) return
  if (!differingKeys(before, after).every((key) => key === 'Kids' || key === 'Count')) return
  const [was, is] = [before.get('Kids'), after.get('Kids')]
  const added = was instanceof PdfArray && is instanceof PdfArray ? growth(was.items, is.items) : null
  if (!added || integerOf(after.get('Count')) !== (integerOf(before.get('Count')) ?? 0) + added.length) return
  const pages = added.map((kid) => (kid instanceof PdfRef && step.introduced.has(kid.number) && !step.explained.has(kid.number) ? kid : null))
  if (new Set(pages.map((page) => page?.number)).size !== added.length || !pages.every((page) => page !== null && isMade(step, step.after.get(page), root)))
    return
  step.explained.add(root.number)
  step.roles.set(root.number, 'Pages')
  for (const page of pages) {
    if (!page) continue
    step.explained.add(page.number)
    step.findings.add('templateSpawned', `page object ${page.number}, made of a page template`, { object: page.number })
  }
}

/** Whether a page is what its template is, but for what makes it a page. */
function isMade(step: Step, page: PdfObject, parent: PdfRef): boolean {
  if (!(page instanceof PdfDict) || page.duplicates.length > 0 || nameOf(page.get('Type')) !== 'Page') return false
  const above = page.get('Parent')
  if (!(above instanceof PdfRef) || above.number !== parent.number) return false
  const template = templateOf(step.before, nameOf(page.get('TemplateInstantiated')) ?? '')
  return template !== null && differingKeys(template, page).every((key) => OWN_KEYS.has(key))
}

/** A template by its name in the name tree (§7.9.6); `null` when there is none. */
function templateOf(document: PdfDocument, name: string): PdfDict | null {
  const names = document.resolve(document.catalog.get('Names'))
  const stack: PdfObject[] = names instanceof PdfDict ? [document.resolve(names.get('Templates'))] : []
  const seen = new Set<PdfObject>()
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (!(node instanceof PdfDict) || seen.has(node)) continue
    seen.add(node)
    for (const kid of itemsOf(document, node.get('Kids'))) stack.push(document.resolve(kid))
    const items = itemsOf(document, node.get('Names'))
    document.budget.spend('pdfObjects', items.length + 1)
    for (let i = 0; i + 1 < items.length; i += 2) {
      const key = items[i]
      const template = key instanceof PdfString && textOf(key) === name ? document.resolve(items[i + 1]) : null
      if (template instanceof PdfDict) return template
    }
  }
  return null
}
