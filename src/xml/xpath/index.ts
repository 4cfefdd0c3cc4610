/** XPath 1.0 as XML signatures need it. */
export { evaluateXPath, type SelectedNode, selectNodes, type XPathContext } from './evaluate.ts'
export { type Filter2, filter2, filterNodes } from './filter.ts'
export type { FilterInput, NodeSet } from './node-set.ts'
export { compileXPath } from './parser.ts'
export type { XPath } from './syntax.ts'
