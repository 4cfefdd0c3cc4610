export {
  afterPlace,
  beforePlace,
  firstChildPlace,
  insertXml,
  lastChildPlace,
  type XmlInsertion,
  type XmlPlace,
} from './edit.ts'
export { checkXmlText, escapeAttribute, escapeText } from './escape.ts'
export { XML_URI, XMLNS_URI } from './names.ts'
export { type ParseOptions, parseXml } from './parse.ts'
export { pathOf } from './path.ts'
export { ATTRIBUTE_FLAG, NODE_FLAG, XmlTable } from './table.ts'
export * from './tree.ts'
export { ancestors, childElement, childElements, elementsByName, isNamed } from './walk.ts'
